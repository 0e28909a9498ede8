//! What is wrong with a file that cannot be used, as far as its sender can do something about it: each cause has a remedy of its
//! own, which `words` says.

use super::clean;
use crate::issue::Problem;

/// Longest name of a format that is repeated, in characters.
const FORMAT: usize = 16;
/// Formats that pack files, by what their names hold.
const ARCHIVES: [&str; 10] = ["7z", "rar", "tar", "gz", "xz", "bz", "cab", "zst", "arj", "lzh"];
/// Layout formats that offices in China use, and that their own programs make of other files.
const LAYOUTS: [&str; 2] = ["OFD", "CEB"];

/// Why a file cannot be used. Files with the same cause are told of in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cause {
    /// A password.
    Password,
    /// Nothing in it.
    Empty,
    /// An archive with nothing in it.
    EmptyArchive,
    /// Damaged or cut off.
    Damaged,
    /// What Outlook makes of a mail in its rich text (TNEF); the sender sees ordinary attachments.
    OutlookPackage,
    /// One part of an archive in several.
    Volumes,
    /// A layout format, by name.
    Layout(&'static str),
    /// A workbook in Excel's binary format.
    BinaryWorkbook,
    /// A zip file compressed in an uncommon way.
    RareCompression,
    /// Sound or film.
    Recording,
    /// A program.
    Program,
    /// A picture of a kind that is not read.
    Picture,
    /// A format without a name.
    UnknownFormat,
    /// An archive of a kind that is not opened, by name.
    Archive(String),
    /// Another format, by name.
    Format(String),
    /// Archives within archives.
    TooDeep,
    /// Too many files in it.
    TooMany,
    /// Too large.
    TooLarge,
    /// None of these.
    Other,
}

impl Cause {
    /// The cause that a problem of a file comes down to.
    pub(super) fn of(problem: &Problem) -> Self {
        match problem {
            Problem::Encrypted => Self::Password,
            Problem::Unreadable { why } if why == "empty file" => Self::Empty,
            Problem::Unreadable { why } if why == "an archive without files" => Self::EmptyArchive,
            Problem::Unreadable { .. } => Self::Damaged,
            Problem::Unsupported { format } => unsupported(format),
            Problem::TooLarge { limit } => match limit.as_str() {
                "archive depth" => Self::TooDeep,
                "number of members" => Self::TooMany,
                _ => Self::TooLarge,
            },
            _ => Self::Other,
        }
    }
}

fn unsupported(format: &str) -> Cause {
    let shown = clean::line(format, FORMAT);
    if shown.eq_ignore_ascii_case("TNEF") {
        return Cause::OutlookPackage;
    }
    if format.ends_with(" volumes") {
        return Cause::Volumes;
    }
    if let Some(layout) = LAYOUTS.into_iter().find(|name| shown.eq_ignore_ascii_case(name)) {
        return Cause::Layout(layout);
    }
    if shown.eq_ignore_ascii_case("XLSB") {
        return Cause::BinaryWorkbook;
    }
    if format.starts_with("zip method") {
        return Cause::RareCompression;
    }
    // Names of the program's own are shown to nobody.
    match format {
        "audio/video" => return Cause::Recording,
        "program" => return Cause::Program,
        "this kind of picture" => return Cause::Picture,
        "" | "unknown" => return Cause::UnknownFormat,
        _ => {}
    }
    if ARCHIVES.iter().any(|archive| format.to_ascii_lowercase().contains(archive)) {
        return Cause::Archive(shown);
    }
    Cause::Format(shown)
}
