//! What the tests of the readers share: small files made on the spot, attachments of the corpus, documents as text.

use std::io::{Cursor, Write};
use std::path::Path;

use mail_parser::{MessageParser, MimeHeaders};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Block, Budget, Content, Document, Fault, Limits, Origin, open};
use crate::place::cell_name;

/// A zip file with the given members.
pub(super) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A .docx file with the given content of its body.
pub(super) fn docx(body: &str) -> Vec<u8> {
    let main = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w:body>{body}<w:sectPr/></w:body></w:document>"#
    );
    zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", main.as_bytes())])
}

/// An .odt file with the given content of its text.
pub(super) fn odt(text: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 ><office:body><office:text>{text}</office:text></office:body></office:document-content>"#
    );
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

/// The attachments of a message of the corpus, in order.
pub(super) fn attachments(message: &str) -> Vec<Vec<u8>> {
    let raw = crate::corpus::message(message);
    let message = MessageParser::default().parse(&raw).unwrap();
    message
        .parts
        .iter()
        .filter(|part| {
            part.attachment_name().is_some() || part.content_disposition().is_some_and(|d| d.is_attachment())
        })
        .map(|part| part.contents().to_vec())
        .collect()
}

/// An archive of those in `tests/archives`.
pub(super) fn archive(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/archives").join(name)).unwrap()
}

/// Opens a file under the usual limits.
pub(super) fn read(bytes: &[u8]) -> Result<Content, Fault> {
    open("file", bytes, &mut Budget::new(Limits::default()))
}

/// A document that can be read.
pub(super) fn document(bytes: &[u8]) -> Document {
    match read(bytes) {
        Ok(Content::Document(document)) => document,
        other => panic!("no document: {other:?}"),
    }
}

/// A document as text: a line per paragraph (`1: text`), table (`table 1`) and cell (`A1 text`, spans as `A1+2x3`, rows
/// first), line breaks as `|`.
pub(super) fn show(document: &Document) -> String {
    let mut shown = String::new();
    for block in &document.blocks {
        match block {
            Block::Paragraph(paragraph) => shown += &format!("{}: {}\n", paragraph.number, paragraph.text),
            Block::Grid(grid) => {
                match &grid.origin {
                    Origin::Table { number } => shown += &format!("table {number}\n"),
                    Origin::Pages(parts) => {
                        let pages: Vec<String> = parts.iter().map(|part| part.page.to_string()).collect();
                        shown += &format!("pages {}\n", pages.join(" "));
                    }
                    Origin::Sheet { .. } => {}
                }
                for cell in &grid.cells {
                    shown += &cell_name(cell.row, cell.column);
                    if (cell.row_span, cell.column_span) != (1, 1) {
                        shown += &format!("+{}x{}", cell.row_span, cell.column_span);
                    }
                    shown += &format!(" {}\n", cell.text.replace('\n', "|"));
                }
            }
        }
    }
    shown
}

/// Checks that no cut of a file makes its reader panic, and that no cut is taken for the whole.
pub(super) fn check_cuts(bytes: &[u8]) {
    let whole = show(&document(bytes));
    for twentieth in 1..20 {
        let cut = bytes.get(..bytes.len() * twentieth / 20).unwrap();
        if let Ok(Content::Document(document)) = read(cut) {
            assert_eq!(show(&document), whole, "cut at {twentieth} twentieths");
        }
    }
}
