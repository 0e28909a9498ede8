//! What a sender can do about files that cannot be used, in English.

use super::list;
use crate::notice::remedy::Cause;
use crate::notice::words::tongue::Files;

/// The sentences for files with one cause.
pub(super) fn sentence(cause: &Cause, files: &Files) -> String {
    let (is, please) = if files.count == 1 { one(cause) } else { several(cause) };
    format!("{} {is}. Please {please}", named(files))
}

fn named(Files { named, count }: &Files) -> String {
    match count.saturating_sub(named.len()) {
        _ if *count == 1 => format!("The attachment {}", list(named)),
        0 => format!("The attachments {}", list(named)),
        1 => format!("The attachments {} and one other", named.join(", ")),
        more => format!("The attachments {} and {more} others", named.join(", ")),
    }
}

/// What is wrong with one file, and what to do about it.
fn one(cause: &Cause) -> (String, &'static str) {
    let (is, please) = match cause {
        Cause::Password => {
            ("is protected by a password and could not be opened", "remove the password and send it again")
        }
        Cause::Empty => ("is empty; perhaps the upload was interrupted", "attach the file again and send it once more"),
        Cause::EmptyArchive => ("is an archive with no files in it", "send the form itself as an attachment"),
        Cause::Damaged => (
            "is damaged or incomplete and could not be opened",
            "make sure that it opens on your own computer, and send it again",
        ),
        Cause::OutlookPackage => (
            "is a package in Outlook’s rich text format and could not be opened",
            "set the format of your mail to HTML or plain text and send it again",
        ),
        Cause::Volumes => (
            "is one part of a split archive and could not be unpacked",
            "attach the files themselves, without splitting an archive",
        ),
        Cause::Layout(name) => {
            let is = format!("is a page-layout file ({name}), from which no table can be read");
            return (is, "send the Word or Excel file that it was made from");
        }
        Cause::BinaryWorkbook => (
            "is a binary Excel workbook (.xlsb), which cannot be read",
            "open it in Excel or WPS, save it as .xlsx and send that",
        ),
        Cause::RareCompression => (
            "is compressed in an uncommon way and could not be unpacked",
            "pack it as an ordinary zip file, or attach the files themselves",
        ),
        Cause::Recording => (
            "is a sound or video recording, which cannot be registered",
            "enter the content in the form (Word or Excel) and send that",
        ),
        Cause::Program => {
            ("is a program, which we have not opened for reasons of security", "send Word or Excel files only")
        }
        Cause::Picture => ("is a picture in a format that cannot be read", "send an editable Word or Excel file"),
        Cause::UnknownFormat => ("is in a format that cannot be read", "send a Word or Excel file instead"),
        Cause::Archive(name) => {
            let is = format!("is an archive of the kind {name} and could not be unpacked");
            return (is, "pack the files as zip, or attach them directly");
        }
        Cause::Format(name) => {
            let is = format!("is in {name} format, from which no table can be read");
            return (is, "send a Word or Excel file instead");
        }
        Cause::TooDeep => (
            "holds archives within archives, too many to unpack",
            "send the form itself as an attachment, without packing it",
        ),
        Cause::TooMany => ("holds too many files to be opened one by one", "send the form itself as an attachment"),
        Cause::TooLarge => (
            "is too large to be processed",
            "send the form on its own, and other material shortened or in several mails",
        ),
        Cause::Other => ("could not be processed", "check it and send it again"),
    };
    (is.to_owned(), please)
}

/// The same of several files.
fn several(cause: &Cause) -> (String, &'static str) {
    let (is, please) = match cause {
        Cause::Password => {
            ("are protected by passwords and could not be opened", "remove the passwords and send them again")
        }
        Cause::Empty => {
            ("are empty; perhaps the upload was interrupted", "attach the files again and send them once more")
        }
        Cause::EmptyArchive => ("are archives with no files in them", "send the form itself as an attachment"),
        Cause::Damaged => (
            "are damaged or incomplete and could not be opened",
            "make sure that they open on your own computer, and send them again",
        ),
        Cause::OutlookPackage => (
            "are packages in Outlook’s rich text format and could not be opened",
            "set the format of your mail to HTML or plain text and send it again",
        ),
        Cause::Volumes => (
            "are parts of a split archive and could not be unpacked",
            "attach the files themselves, without splitting an archive",
        ),
        Cause::Layout(name) => {
            let is = format!("are page-layout files ({name}), from which no table can be read");
            return (is, "send the Word or Excel files that they were made from");
        }
        Cause::BinaryWorkbook => (
            "are binary Excel workbooks (.xlsb), which cannot be read",
            "open them in Excel or WPS, save them as .xlsx and send those",
        ),
        Cause::RareCompression => (
            "are compressed in an uncommon way and could not be unpacked",
            "pack them as ordinary zip files, or attach the files themselves",
        ),
        Cause::Recording => (
            "are sound or video recordings, which cannot be registered",
            "enter the content in the form (Word or Excel) and send that",
        ),
        Cause::Program => {
            ("are programs, which we have not opened for reasons of security", "send Word or Excel files only")
        }
        Cause::Picture => ("are pictures in a format that cannot be read", "send an editable Word or Excel file"),
        Cause::UnknownFormat => ("are in a format that cannot be read", "send Word or Excel files instead"),
        Cause::Archive(name) => {
            let is = format!("are archives of the kind {name} and could not be unpacked");
            return (is, "pack the files as zip, or attach them directly");
        }
        Cause::Format(name) => {
            let is = format!("are in {name} format, from which no table can be read");
            return (is, "send Word or Excel files instead");
        }
        Cause::TooDeep => (
            "hold archives within archives, too many to unpack",
            "send the form itself as an attachment, without packing it",
        ),
        Cause::TooMany => ("hold too many files to be opened one by one", "send the form itself as an attachment"),
        Cause::TooLarge => (
            "are too large to be processed",
            "send the form on its own, and other material shortened or in several mails",
        ),
        Cause::Other => ("could not be processed", "check them and send them again"),
    };
    (is.to_owned(), please)
}
