//! Word documents as one XML file: that of Word 2003, and the parts of a package one after the other (flat OPC).

use super::walker::Walker;
use crate::document::xml::{self, Node, Xml};
use crate::document::{Budget, Document, Fault, Format};

/// Reads a Word document that is one XML file.
///
/// # Errors
/// As [`super::read`]; [`Fault::Unsupported`] when the package is no Word document.
pub(in crate::document) fn read(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    let text = xml::decode(bytes)?;
    let mut xml = Xml::new(&text);
    let mut walker = Walker::new(budget);
    let mut place = Place::Outside;
    let mut depth = 0_usize;
    while let Some(node) = xml.next()? {
        match &node {
            Node::Start(element) => {
                place = match element.name() {
                    "wordDocument" | "document" if place != Place::Part(false) => place.enter(depth),
                    "part" if element.prefix() == "pkg" => {
                        Place::Part(element.attribute("name").as_deref() == Some("/word/document.xml"))
                    }
                    _ => place,
                };
                depth += 1;
            }
            Node::End => depth = depth.saturating_sub(1),
            Node::Text(_) => {}
        }
        let Place::Document(outside) = place else { continue };
        match node {
            Node::Start(element) => walker.start(&element)?,
            Node::End => walker.end()?,
            Node::Text(text) => walker.text(&text),
        }
        if depth == outside {
            return walker.finish(source, Format::WordXml);
        }
    }
    Err(Fault::Unsupported { format: "flat XML document".into(), could_hold_table: true })
}

/// Where the walk through the file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    /// In a part of a package, which is the main one or not.
    Part(bool),
    /// In the document, which stands in so many elements.
    Document(usize),
}

impl Place {
    fn enter(self, depth: usize) -> Self {
        if let Self::Document(_) = self { self } else { Self::Document(depth) }
    }
}

#[cfg(test)]
mod tests {
    use crate::document::testing::{check_cuts, document, read, show};
    use crate::document::{Fault, Format};

    const TABLE: &str = r#"<w:tbl><w:tr><w:tc><w:tcPr><w:vmerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>企业</w:t></w:r></w:p></w:tc>
<w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vmerge/></w:tcPr><w:p/></w:tc>
<w:tc><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"#;

    fn check(file: &str, expected: &str) {
        let document = document(file.as_bytes());
        assert_eq!((document.format, show(&document).as_str()), (Format::WordXml, expected));
        // Cut off in its first lines, a file is no such file yet.
        check_cuts(file.replace("</w:p>", &format!("</w:p>{:9999}", "")).as_bytes());
    }

    #[test]
    fn a_form_saved_as_xml_by_word_2003_keeps_its_tables() {
        let comment = r#"<aml:annotation w:type="Word.Comment.Start"><aml:content><w:p><w:r><w:t>x</w:t></w:r></w:p></aml:content></aml:annotation>"#;
        check(
            &format!(
                r#"<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:wx="wx" xmlns:aml="aml"><w:body><wx:sect>
<w:p>{comment}<w:r><w:t>调查表</w:t></w:r></w:p>{TABLE}<w:sectPr/></wx:sect></w:body></w:wordDocument>"#
            ),
            "1: 调查表\ntable 1\nA1+2x1 企业\nB1 甲\nB2 乙\n",
        );
    }

    #[test]
    fn only_the_document_of_a_flat_package_is_read() {
        let part = |name: &str, root: &str, text: &str| {
            format!(
                r#"<pkg:part pkg:name="{name}"><pkg:xmlData><w:{root} xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:{root}></pkg:xmlData></pkg:part>"#
            )
        };
        let package = |parts: String| {
            let namespace = "http://schemas.microsoft.com/office/2006/xmlPackage";
            format!(r#"<?xml version="1.0"?><pkg:package xmlns:pkg="{namespace}">{parts}</pkg:package>"#)
        };
        check(
            &package(part("/word/header1.xml", "hdr", "页眉") + &part("/word/document.xml", "document", "表")),
            "1: 表\n",
        );
        let other = read(package(part("/word/glossary/document.xml", "document", "表")).as_bytes());
        assert!(matches!(other, Err(Fault::Unsupported { .. })), "{other:?}");
    }
}
