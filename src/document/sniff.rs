//! What a file is, by its content alone: senders name files as they like, and mail programs guess their types.

use super::package::Package;
use super::{Budget, Fault, ole, tnef};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Word up to 2003, and WPS.
    Doc,
    /// Word since 2007.
    Docx,
    /// OpenDocument text.
    Odt,
    /// Rich Text Format.
    Rtf,
    /// Portable Document Format.
    Pdf,
    /// Excel up to 2003, and ET.
    Xls,
    /// Excel since 2007.
    Xlsx,
    /// OpenDocument workbook.
    Ods,
    /// HTML, under whatever name.
    Html,
    /// A web page saved as one file.
    Mht,
    /// PowerPoint since 2007.
    Pptx,
    /// XML Spreadsheet 2003.
    XmlSheet,
    /// A Word document as one XML file.
    WordXml,
    /// A message.
    Message,
    /// A zip file that is nothing more special.
    Zip,
    /// A 7z archive.
    SevenZip,
    /// A RAR archive.
    Rar,
    /// A message in rich text, `winmail.dat`.
    Tnef,
    /// A picture.
    Picture,
    /// Left behind by a program.
    Litter,
    /// Nothing with a signature: text perhaps.
    Plain,
    /// A format that is not read.
    Unsupported {
        /// Its name.
        format: &'static str,
        /// See [`Fault::Unsupported`].
        could_hold_table: bool,
    },
}

/// Bytes from the start that are looked at for signatures of text formats.
const HEAD: usize = 4096;

/// Finds out what a file is.
///
/// # Errors
/// [`Fault`] when it is empty, damaged, or asks for a password.
pub(super) fn identify(bytes: &[u8], budget: &mut Budget) -> Result<Kind, Fault> {
    if bytes.is_empty() {
        return Err(Fault::Unreadable("empty file".into()));
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return ole::identify(bytes);
    }
    if [&b"PK\x03\x04"[..], b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| bytes.starts_with(magic)) {
        return identify_zip(&mut Package::open(bytes)?, budget);
    }
    Ok(identify_binary(bytes).unwrap_or_else(|| identify_text(&text_head(bytes))))
}

/// A zip file's members say what it is: office programs have fixed paths, and OpenDocument names itself.
fn identify_zip(package: &mut Package<'_>, budget: &mut Budget) -> Result<Kind, Fault> {
    let is_open_packaging = package.has("[Content_Types].xml");
    let has_folder = |folder: &str| package.names().any(|name| name.starts_with(folder));
    let kind = match () {
        () if is_open_packaging && package.has("xl/workbook.bin") => holds_table("XLSB"),
        () if is_open_packaging && has_folder("word/") => Kind::Docx,
        () if is_open_packaging && has_folder("xl/") => Kind::Xlsx,
        () if is_open_packaging && has_folder("ppt/") => Kind::Pptx,
        () if package.has("OFD.xml") => holds_table("OFD"),
        () if package.has("content.xml") && package.has("META-INF/manifest.xml") => {
            return identify_open_document(package, budget);
        }
        () if package.has("META-INF/container.xml") && package.has("mimetype") => holds_table("EPUB"),
        () => Kind::Zip,
    };
    Ok(kind)
}

/// OpenDocument names its media type in a member of its own (ODF 1.2 part 3, 3.3); its directory stays open when it has
/// a password, and the manifest says how the members are locked.
fn identify_open_document(package: &mut Package<'_>, budget: &mut Budget) -> Result<Kind, Fault> {
    let manifest = package.read("META-INF/manifest.xml", budget)?;
    if contains(&manifest, b"encryption-data") {
        return Err(Fault::Encrypted);
    }
    let media_type = package.read("mimetype", budget).unwrap_or(manifest);
    Ok(match () {
        () if contains(&media_type, b"opendocument.spreadsheet") => Kind::Ods,
        () if contains(&media_type, b"opendocument.presentation") => holds_table("ODP"),
        () if contains(&media_type, b"opendocument.graphics") => holds_table("ODG"),
        () => Kind::Odt,
    })
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(bytes, wanted).is_some()
}

fn holds_table(format: &'static str) -> Kind {
    Kind::Unsupported { format, could_hold_table: true }
}

fn no_table(format: &'static str) -> Kind {
    Kind::Unsupported { format, could_hold_table: false }
}

/// Formats with a signature in their first bytes.
fn identify_binary(bytes: &[u8]) -> Option<Kind> {
    if bytes.starts_with(b"7z\xBC\xAF\x27\x1C") {
        return Some(Kind::SevenZip);
    }
    if bytes.starts_with(b"Rar!\x1A\x07") {
        return Some(Kind::Rar);
    }
    if bytes.starts_with(tnef::SIGNATURE) {
        return Some(Kind::Tnef);
    }
    let documents: [(&[u8], &str); 9] = [
        (b"\x1F\x8B", "tar.gz"),
        (b"BZh", "bzip2"),
        (b"\xFD7zXZ\0", "xz"),
        (b"\x28\xB5\x2F\xFD", "zstd"),
        (b"MSCF", "CAB"),
        (b"Founder CEB", "CEB"),
        (b"SQLite format 3", "SQLite"),
        (b"AT&TFORM", "DjVu"),
        (b"%!PS", "PostScript"),
    ];
    if is_pdf(bytes) {
        return Some(Kind::Pdf);
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Some(holds_table("tar"));
    }
    let found = documents.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, format)| holds_table(format));
    found.or_else(|| is_picture(bytes).then_some(Kind::Picture)).or_else(|| identify_media(bytes))
}

/// Some programs put a few bytes before the header, and readers look for it in the first kilobyte (ISO 32000-1, annex H).
fn is_pdf(bytes: &[u8]) -> bool {
    let head = bytes.get(..1024).unwrap_or(bytes);
    let at_line_start = |line: &[u8]| line.trim_ascii_start().starts_with(b"%PDF-");
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).starts_with(b"%PDF-")
        || head.split(|byte| matches!(byte, b'\n' | b'\r')).any(at_line_start)
}

fn is_picture(bytes: &[u8]) -> bool {
    let signatures: [&[u8]; 9] = [
        b"\x89PNG\r\n\x1A\n",
        b"\xFF\xD8\xFF",
        b"GIF8",
        b"II*\0",
        b"MM\0*",
        b"8BPS",
        b"\0\0\x01\0",
        b"\xD7\xCD\xC6\x9A",
        b"\0\0\0\x0CJXL ",
    ];
    let brand = bytes.get(8..12).unwrap_or_default();
    let still: [&[u8]; 7] = [b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif"];
    signatures.iter().any(|signature| bytes.starts_with(signature))
        || (bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]))
        || (bytes.starts_with(b"RIFF") && brand == b"WEBP")
        || (bytes.get(4..8) == Some(b"ftyp") && still.contains(&brand))
        || (bytes.starts_with(b"\x01\0\0\0") && bytes.get(40..44) == Some(b" EMF"))
}

fn identify_media(bytes: &[u8]) -> Option<Kind> {
    let signatures: [(&[u8], &str); 20] = [
        (b"RIFF", "audio/video"),
        (b"ID3", "audio/video"),
        (b"\xFF\xFB", "audio/video"),
        (b"\xFF\xF3", "audio/video"),
        (b"\xFF\xF1", "audio/video"),
        (b"OggS", "audio/video"),
        (b"fLaC", "audio/video"),
        (b"#!AMR", "audio/video"),
        (b"MThd", "audio/video"),
        (b"FLV\x01", "audio/video"),
        (b"\x1A\x45\xDF\xA3", "audio/video"),
        (b"\x30\x26\xB2\x75", "audio/video"),
        (b"\0\0\x01\xBA", "audio/video"),
        (b"#!SILK", "audio/video"),
        (b"\x02#!SILK", "audio/video"),
        (b"MZ", "program"),
        (b"\x7FELF", "program"),
        (b"\xCA\xFE\xBA\xBE", "program"),
        (b"wOFF", "font"),
        (b"AC10", "DWG"),
    ];
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some(no_table("audio/video"));
    }
    // A text can begin with the two letters that a program begins with; a program has zeros soon after.
    let is_text = !bytes.get(..64).unwrap_or(bytes).contains(&0) && std::str::from_utf8(bytes).is_ok();
    signatures.iter().find(|(magic, _)| bytes.starts_with(magic) && !is_text).map(|(_, format)| no_table(format))
}

/// The first characters, in lower case, as far as ASCII goes; of UTF-16 too.
fn text_head(bytes: &[u8]) -> String {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let text = match encoding_rs::Encoding::for_bom(head) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(head.get(mark..).unwrap_or_default()).0,
        None => String::from_utf8_lossy(head),
    };
    text.trim_start().to_ascii_lowercase()
}

/// Formats that are written as text.
fn identify_text(head: &str) -> Kind {
    // A visiting card or an appointment comes along as a signature does, and is no written material.
    if head.starts_with("begin:vcard") || head.starts_with("begin:vcalendar") {
        return Kind::Litter;
    }
    if head.starts_with("{\\rtf") {
        return Kind::Rtf;
    }
    if head.starts_with("<?xml") || head.starts_with("<workbook") {
        return identify_xml(head);
    }
    if is_html(head) {
        return Kind::Html;
    }
    identify_headers(head)
}

fn identify_xml(head: &str) -> Kind {
    match () {
        () if head.contains("excel.sheet") || head.contains("office:spreadsheet") => Kind::XmlSheet,
        () if head.contains("word.document") || head.contains("2003/wordml") => Kind::WordXml,
        () if head.contains("2006/xmlpackage") => Kind::WordXml,
        () if head.contains("opendocument") => holds_table("flat XML document"),
        () if head.contains("<svg") => Kind::Picture,
        () if head.contains("<html") || head.contains("<!doctype html") => Kind::Html,
        () => Kind::Plain,
    }
}

fn is_html(head: &str) -> bool {
    let mut rest = head;
    while let Some((_, after)) = rest.strip_prefix("<!--").and_then(|comment| comment.split_once("-->")) {
        rest = after.trim_start();
    }
    let tags = [
        "!doctype html",
        "html",
        "head",
        "meta",
        "body",
        "table",
        "style",
        "div",
        "title",
        "center",
        "p",
        "span",
        "font",
    ];
    let Some(tag) = rest.strip_prefix('<') else { return false };
    let names = |name: &str| {
        tag.strip_prefix(name).is_some_and(|after| after.starts_with(|next: char| next.is_whitespace() || next == '>'))
    };
    tags.iter().any(|name| names(name))
}

/// Tells a saved message and a saved web page (MHT) from a text by the header lines at their start.
fn identify_headers(head: &str) -> Kind {
    let routing = ["received", "return-path", "delivered-to", "message-id", "to", "date", "subject"];
    let known =
        ["from", "mime-version", "content-type", "reply-to", "cc", "dkim-signature", "content-transfer-encoding"];
    let names: Vec<&str> = header_names(head).collect();
    let routed = names.iter().filter(|name| routing.contains(name)).count();
    let other = names.iter().filter(|name| known.contains(name)).count();
    let is_web_page = names.iter().any(|name| name.starts_with("snapshot-content-location"))
        || (names.contains(&"mime-version")
            && head.contains("multipart/related")
            && head.contains("content-location:"));
    match () {
        () if is_web_page && !names.contains(&"received") => Kind::Mht,
        () if names.contains(&"mime-version") && routed == 0 && head.contains("multipart/related") => Kind::Mht,
        () if routed >= 1 && routed + other >= 2 => Kind::Message,
        () => Kind::Plain,
    }
}

/// Names of the header lines at the start of a text; none when its first lines are something else.
fn header_names(head: &str) -> impl Iterator<Item = &str> {
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    head.lines()
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| !line.starts_with([' ', '\t']))
        .map_while(move |line| line.split_once(':').map(|(name, _)| name).filter(|name| is_name(name)))
}
