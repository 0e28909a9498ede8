//! Documents that expand, run in circles or nest without end.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Case, check, filled, mail};
use crate::support::letter::corpus;

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// Entities that stand for a thousand million others.
const LAUGHS: &str = "<!DOCTYPE x [<!ENTITY a \"哈哈哈哈哈哈哈哈哈哈\">\
    <!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">\
    <!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\">\
    <!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\"><!ENTITY g \"&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;\">\
    <!ENTITY h \"&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;\"><!ENTITY i \"&h;&h;&h;&h;&h;&h;&h;&h;&h;&h;\">]>";
/// An entity that is a file of the machine.
const OUTSIDE: &str = "<!DOCTYPE x [<!ENTITY i SYSTEM \"file:///etc/hostname\">]>";

/// A zip file of these parts.
pub(super) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A Word file with this body, and other parts.
pub(super) fn docx(dtd: &str, body: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let document =
        format!("<?xml version=\"1.0\"?>{dtd}<w:document xmlns:w=\"{WORD}\"><w:body>{body}</w:body></w:document>");
    let own = [("[Content_Types].xml", "<Types/>"), ("word/document.xml", document.as_str())];
    package(&[&own, others].concat())
}

/// The filled-in form as a Word table.
pub(super) fn word_table() -> String {
    let cell = |text: &String| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let row = |cells: &Vec<String>| format!("<w:tr>{}</w:tr>", cells.iter().map(cell).collect::<String>());
    format!("<w:tbl>{}</w:tbl>", filled().iter().map(row).collect::<String>())
}

fn word_paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A Word file whose parts name themselves and one another.
fn circular_docx() -> Vec<u8> {
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let to = |id: &str, what: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{kind}/{what}\" Target=\"{target}\"/>")
    };
    let list = |all: &[String]| {
        let namespace = "http://schemas.openxmlformats.org/package/2006/relationships";
        format!("<Relationships xmlns=\"{namespace}\">{}</Relationships>", all.concat())
    };
    let document = list(&[
        to("r1", "officeDocument", "document.xml"),
        to("r2", "header", "header1.xml"),
        to("r3", "aFChunk", "/word/document.xml"),
        to("r4", "subDocument", "../word/../word/document.xml"),
    ]);
    let header = list(&[to("r1", "header", "header1.xml"), to("r2", "officeDocument", "document.xml")]);
    let text = format!("<w:hdr xmlns:w=\"{WORD}\">{}</w:hdr>", word_paragraph("页眉"));
    let body = word_table() + "<w:altChunk r:id=\"r3\" xmlns:r=\"x\"/><w:subDoc r:id=\"r4\" xmlns:r=\"x\"/>";
    docx(
        "",
        &body,
        &[
            ("_rels/.rels", &list(&[to("r1", "officeDocument", "word/document.xml")])),
            ("word/_rels/document.xml.rels", &document),
            ("word/_rels/header1.xml.rels", &header),
            ("word/header1.xml", &text),
        ],
    )
}

fn form_file(extension: &str) -> Vec<u8> {
    std::fs::read(corpus(&format!("forms/blank-form.{extension}"))).unwrap()
}

fn number(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

/// Where a sector of an OLE file begins (\[MS-CFB\] 2.1).
fn sector(bytes: &[u8], number: usize) -> usize {
    (number + 1) << bytes[30]
}

/// An old Office file whose every chain of sectors bites its own tail.
fn circular_chains(extension: &str) -> Vec<u8> {
    let mut bytes = form_file(extension);
    for list in 0..number(&bytes, 44) {
        let table = sector(&bytes, number(&bytes, 76 + 4 * list));
        let entries = (1 << bytes[30]) / 4;
        for entry in 0..entries {
            if number(&bytes, table + 4 * entry) < 0xffff_fff0 || list == 0 {
                let itself = u32::try_from(list * entries + entry).unwrap();
                bytes[table + 4 * entry..table + 4 * entry + 4].copy_from_slice(&itself.to_le_bytes());
            }
        }
    }
    bytes
}

/// An old Office file whose folders are their own neighbours and children.
fn circular_folders(extension: &str) -> Vec<u8> {
    let mut bytes = form_file(extension);
    let folder = sector(&bytes, number(&bytes, 48));
    for entry in 0..4_u32 {
        for field in [68, 72, 76] {
            let at = folder + 128 * entry as usize + field;
            bytes[at..at + 4].copy_from_slice(&entry.to_le_bytes());
        }
    }
    bytes
}

/// An old Office file whose list of allocation tables goes on in itself, and claims to be endless.
fn circular_lists(extension: &str) -> Vec<u8> {
    let mut bytes = form_file(extension);
    bytes[68..72].fill(0);
    bytes[72..76].copy_from_slice(&0x00ff_ffff_u32.to_le_bytes());
    bytes[44..48].copy_from_slice(&0x00ff_ffff_u32.to_le_bytes());
    let end = sector(&bytes, 1);
    bytes[end - 4..end].fill(0);
    bytes
}

/// A PDF of these objects, numbered from 1; the first is its catalogue.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(bytes.len());
        write!(bytes, "{number} 0 obj\n{object}\nendobj\n").unwrap();
    }
    let (table, size) = (bytes.len(), objects.len() + 1);
    writeln!(bytes, "xref\n0 {size}\n0000000000 65535 f ").unwrap();
    for place in places {
        writeln!(bytes, "{place:010} 00000 n ").unwrap();
    }
    write!(bytes, "trailer\n<< /Size {size} /Root 1 0 R /Prev {table} >>\nstartxref\n{table}\n%%EOF\n").unwrap();
    bytes
}

fn stream(dictionary: &str, data: &str) -> String {
    format!("<< {dictionary} /Length {} >>\nstream\n{data}\nendstream", data.len())
}

/// A page tree whose only child is itself.
fn circular_pages() -> Vec<u8> {
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 1000000 /Parent 3 0 R >>".into(),
        "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 1000000 /Parent 2 0 R >>".into(),
    ])
}

/// A page that draws a form which draws itself twice.
fn circular_drawing() -> Vec<u8> {
    let resources = "/Resources << /XObject << /F 4 0 R >> >>";
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {resources} /Contents 5 0 R >>"),
        stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] {resources}"), "/F Do /F Do"),
        stream("", "/F Do"),
    ])
}

/// A page of a million rulings.
fn ruled_pdf() -> Vec<u8> {
    let rulings: String = (0..1_000_000).map(|at| format!("{} 0 m {} 800 l S\n", at % 595, at % 595)).collect();
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".into(),
        stream("", &rulings),
    ])
}

#[test]
fn entities_are_neither_expanded_nor_fetched() {
    check(&[
        Case {
            name: "docx, entities in entities",
            make: || mail("表.docx", docx(LAUGHS, &word_paragraph("&i;"), &[])),
            wanted: "correction, unreadable",
        },
        Case {
            name: "docx, an entity outside",
            make: || mail("表.docx", docx(OUTSIDE, &word_paragraph("&i;"), &[])),
            wanted: "correction, unreadable",
        },
        Case {
            name: "xlsx, entities in entities",
            make: || mail("表.xlsx", super::tables::with_strings(&format!("{LAUGHS}<sst><si><t>&i;</t></si></sst>"))),
            wanted: "correction, unreadable",
        },
        Case {
            name: "xlsx, an entity outside",
            make: || mail("表.xlsx", super::tables::with_strings(&format!("{OUTSIDE}<sst><si><t>&i;</t></si></sst>"))),
            wanted: "correction, unreadable",
        },
    ]);
}

#[test]
fn structures_that_run_in_circles_come_to_an_end() {
    check(&[
        Case {
            name: "docx, parts that name one another",
            make: || mail("表.docx", circular_docx()),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "xls, circular chains",
            make: || mail("表.xls", circular_chains("xls")),
            wanted: "correction, unreadable",
        },
        Case {
            name: "doc, circular chains",
            make: || mail("表.doc", circular_chains("doc")),
            wanted: "correction, unreadable",
        },
        Case {
            name: "xls, circular folders",
            make: || mail("表.xls", circular_folders("xls")),
            wanted: "correction, unsupported",
        },
        Case {
            name: "doc, circular folders",
            make: || mail("表.doc", circular_folders("doc")),
            wanted: "correction, unsupported",
        },
        Case {
            name: "xls, circular lists",
            make: || mail("表.xls", circular_lists("xls")),
            wanted: "correction, unreadable",
        },
        Case {
            name: "doc, circular lists",
            make: || mail("表.doc", circular_lists("doc")),
            wanted: "correction, unreadable",
        },
        Case {
            name: "pdf, circular page tree",
            make: || mail("表.pdf", circular_pages()),
            wanted: "correction, unreadable",
        },
        Case {
            name: "pdf, circular drawing",
            make: || mail("表.pdf", circular_drawing()),
            wanted: "correction, no_table",
        },
    ]);
}

#[test]
fn depth_and_number_without_end_are_bounded() {
    check(&[
        Case {
            name: "pdf, a million rulings",
            make: || mail("表.pdf", ruled_pdf()),
            wanted: "correction, no_table | correction, too_large",
        },
        Case {
            name: "html, 100,000 deep",
            make: || mail("表.html", "<div>".repeat(100_000).into_bytes()),
            wanted: "correction, too_large",
        },
        Case {
            name: "html, tables 100,000 deep",
            make: || mail("表.html", "<table><tr><td>".repeat(100_000).into_bytes()),
            wanted: "correction, too_large",
        },
        Case {
            name: "html, 400,000 styles left open",
            make: || mail("表.html", "<p><b><i><u>字".repeat(100_000).into_bytes()),
            wanted: "correction, no_table | correction, too_large",
        },
        Case {
            name: "docx, tables 100,000 deep",
            make: || mail("表.docx", docx("", &"<w:tbl><w:tr><w:tc>".repeat(100_000), &[])),
            wanted: "correction, too_large",
        },
        Case {
            name: "rtf, 1,000,000 groups",
            make: || {
                mail("表.rtf", ["{\\rtf1", &"{".repeat(1_000_000), "字", &"}".repeat(1_000_001)].concat().into_bytes())
            },
            wanted: "correction, no_table",
        },
        Case {
            name: "rtf, 1,000,000 cells",
            make: || {
                mail(
                    "表.rtf",
                    ["{\\rtf1", &"\\trowd\\cellx9 a\\cell\\row ".repeat(1_000_000), "}"].concat().into_bytes(),
                )
            },
            wanted: "correction, too_large",
        },
    ]);
}
