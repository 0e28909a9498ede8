//! What the tests of marks share: small files made on the spot.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::document::parts::Parts;
use crate::document::{Budget, Limits};

/// A zip file with the given parts.
pub(super) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in parts {
        writer.start_file(*path, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The text of a part.
pub(super) fn part(bytes: &[u8], path: &str) -> String {
    Parts::open(bytes, Budget::new(Limits::default())).unwrap().read(path).unwrap()
}

/// The package's own list of relationships, to a main part.
fn root(main: &str) -> String {
    format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{main}"/></Relationships>"#
    )
}

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;

/// A .docx file with the given content of its body.
pub(super) fn docx(body: &str) -> Vec<u8> {
    let main = format!(
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w:body>{body}<w:sectPr/></w:body></w:document>"#
    );
    package(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", &root("word/document.xml")),
        ("word/document.xml", &main),
    ])
}
