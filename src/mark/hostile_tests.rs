//! Files that are made to break what marks them: refused, and nothing is handed over.

use super::testing::{docx, package, xlsx};
use super::*;
use crate::place::Spot;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

fn mark_in(bytes: &[u8], limits: &Limits) -> Result<Marked, Unmarkable> {
    let spots = [Spot::Sheet { name: "表".into(), row: 0, column: 0 }, Spot::Table { number: 1, row: 0, column: 0 }];
    let mark_at = |spot| Mark { place: Place { source: String::new(), spot }, note: "请补填".into() };
    mark(bytes, &spots.map(mark_at), Language::Zh, limits)
}

fn sheet(cells: &str) -> String {
    format!("<worksheet xmlns=\"{MAIN}\"><sheetData><row r=\"1\">{cells}</row></sheetData></worksheet>")
}

#[test]
fn a_file_over_the_limits_is_refused() {
    let limits = Limits { unpacked: 1 << 20, ..Limits::default() };
    let bomb = sheet(&" ".repeat(2 << 20));
    let refused = mark_in(&xlsx(&bomb, &[]), &limits);
    assert!(matches!(refused, Err(Unmarkable::Fault(Fault::TooLarge(_)))), "{refused:?}");
    // A part that no reader looks at is unpacked under the limits as well.
    let bomb = " ".repeat(2 << 20);
    let bytes = docx("<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>");
    let mut parts = Parts::open(&bytes, Budget::new(Limits::default())).unwrap();
    parts.write("word/_rels/document.xml.rels", bomb).unwrap();
    let refused = mark_in(&parts.finish().unwrap(), &limits);
    assert!(matches!(refused, Err(Unmarkable::Fault(Fault::TooLarge(_)))), "{refused:?}");
}

#[test]
fn entities_are_not_expanded() {
    let entity = r#"<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">]>"#;
    for bytes in [
        xlsx(&format!("{entity}{}", sheet("<c r=\"A1\"/>")), &[]),
        xlsx(&sheet("<c r=\"A1\"/>"), &[("xl/worksheets/_rels/sheet1.xml.rels", &format!("{entity}<Relationships/>"))]),
        docx(&format!("<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>{entity}")),
    ] {
        let refused = mark_in(&bytes, &Limits::default());
        assert!(matches!(refused, Err(Unmarkable::Fault(Fault::Unreadable(_)))), "{refused:?}");
    }
}

#[test]
fn a_part_of_a_million_elements_is_refused() {
    let styles = format!("<styleSheet><fills/><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(600_000));
    let bytes = xlsx(&sheet(""), &[]);
    let mut parts = Parts::open(&bytes, Budget::new(Limits::default())).unwrap();
    parts.write("xl/styles.xml", styles).unwrap();
    let refused = mark_in(&parts.finish().unwrap(), &Limits::default());
    assert!(matches!(refused, Err(Unmarkable::Fault(Fault::TooLarge(_)))), "{refused:?}");
}

#[test]
fn what_is_no_office_file_or_is_signed_is_refused() {
    for bytes in
        [b"".as_slice(), b"%PDF-1.4", b"PK\x03\x04", "单位名称,营业收入\n甲,1".as_bytes(), &package(&[("a.txt", "a")])]
    {
        assert!(mark_in(bytes, &Limits::default()).is_err());
    }
    assert_eq!(
        mark_in("单位名称,营业收入\n甲,1".as_bytes(), &Limits::default()),
        Err(Unmarkable::Format("Text".into()))
    );
    let signed = xlsx(&sheet(""), &[("_xmlsignatures/sig1.xml", "<Signature/>")]);
    assert_eq!(mark_in(&signed, &Limits::default()), Err(Unmarkable::Signed));
}

#[test]
fn a_file_cut_off_or_damaged_anywhere_is_marked_as_it_reads_or_not_at_all() {
    let whole = xlsx(&sheet("<c r=\"A1\" t=\"str\"><v>甲</v></c>"), &[]);
    let mut marked = 0;
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        // What is handed over was read again and reads the same; all else is an error, and never a panic.
        marked += usize::from(mark_in(&damaged, &Limits::default()).is_ok());
        assert!(mark_in(&whole[..at], &Limits::default()).is_err());
    }
    assert!(marked > 0, "no byte is without meaning");
}
