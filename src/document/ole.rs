//! OLE2 compound files: which program's document they hold, and whether it asks for a password.

use std::io::Cursor;

use office_oxide::cfb::CfbReader;

use super::Fault;
use super::sniff::Kind;

/// The flag for encryption in the second byte of flags of a Word document ([MS-DOC] 2.5.2, `fEncrypted`).
const WORD_ENCRYPTED: u8 = 0x01;
/// Where a Word document says how many characters its main text has ([MS-DOC] 2.5.5, `ccpText`).
const WORD_TEXT_LENGTH: std::ops::Range<usize> = 0x4C..0x50;
/// The record that says how a workbook is encrypted ([MS-XLS] 2.4.117).
const FILE_PASS: u16 = 0x002F;
/// The record that ends the workbook's globals ([MS-XLS] 2.4.103).
const END_OF_GLOBALS: u16 = 0x000A;

/// Finds out whose document it is, by the names of its streams.
///
/// # Errors
/// [`Fault::Encrypted`], or [`Fault::Unreadable`] when the directory is damaged.
pub(super) fn identify(bytes: &[u8]) -> Result<Kind, Fault> {
    let mut file = CfbReader::new(Cursor::new(bytes)).map_err(|error| Fault::Unreadable(error.to_string()))?;
    // Office wraps a whole .docx or .xlsx in such a file when it is given a password.
    if file.has_root_entry("EncryptedPackage") || file.has_root_entry("EncryptionInfo") {
        return Err(Fault::Encrypted);
    }
    if file.has_root_entry("WordDocument") {
        return identify_word(&mut file);
    }
    for name in ["Workbook", "Book"] {
        if file.has_root_entry(name) {
            return identify_workbook(&mut file, name);
        }
    }
    Ok(identify_other(&file))
}

fn identify_word(file: &mut CfbReader<Cursor<&[u8]>>) -> Result<Kind, Fault> {
    let stream = whole_stream(file, "WordDocument")?;
    for table in ["0Table", "1Table"] {
        if file.has_stream(table) {
            whole_stream(file, table)?;
        }
    }
    match stream.get(11) {
        Some(flags) if flags & WORD_ENCRYPTED != 0 => Err(Fault::Encrypted),
        Some(_) => Ok(Kind::Doc),
        None => Err(Fault::Unreadable("a Word document that breaks off".into())),
    }
}

/// How many characters a Word document says that its main text has, marks and codes included; a blank one has 1.
pub(super) fn word_text_length(bytes: &[u8]) -> Option<u32> {
    let stream = CfbReader::new(Cursor::new(bytes)).ok()?.open_stream("WordDocument").ok()?;
    let length = stream.get(WORD_TEXT_LENGTH)?;
    Some(u32::from_le_bytes(length.try_into().ok()?))
}

fn identify_workbook(file: &mut CfbReader<Cursor<&[u8]>>, name: &str) -> Result<Kind, Fault> {
    let stream = whole_stream(file, name)?;
    if has_file_pass(&stream) { Err(Fault::Encrypted) } else { Ok(Kind::Xls) }
}

/// A stream; one that breaks off is refused, since what is left of it could be half a table.
fn whole_stream(file: &mut CfbReader<Cursor<&[u8]>>, name: &str) -> Result<Vec<u8>, Fault> {
    let stream = file.open_stream(name).map_err(|error| Fault::Unreadable(error.to_string()))?;
    if file.truncated_streams().is_empty() { Ok(stream) } else { Err(Fault::Unreadable("breaks off".into())) }
}

/// Looks through the records of the workbook's globals: type, length, body, one after the other.
fn has_file_pass(mut records: &[u8]) -> bool {
    while let [type_low, type_high, length_low, length_high, rest @ ..] = records {
        match u16::from_le_bytes([*type_low, *type_high]) {
            FILE_PASS => return true,
            END_OF_GLOBALS => return false,
            _ => {}
        }
        let length = usize::from(u16::from_le_bytes([*length_low, *length_high]));
        records = rest.get(length..).unwrap_or_default();
    }
    false
}

fn identify_other(file: &CfbReader<Cursor<&[u8]>>) -> Kind {
    let holders = [
        ("PowerPoint Document", "PPT"),
        ("__properties_version1.0", "MSG"),
        ("MatOST", "Works"),
        ("HwpSummaryInformation", "HWP"),
        ("VisioDocument", "VSD"),
    ];
    if file.has_root_entry("Catalog") && !file.has_root_entry("Contents") {
        return Kind::Litter;
    }
    let format = holders.iter().find(|(stream, _)| file.has_root_entry(stream)).map_or("OLE", |(_, format)| format);
    Kind::Unsupported { format, could_hold_table: true }
}
