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

#[test]
fn a_file_that_does_something_by_itself_goes_back_to_nobody() {
    let relation = |kind: &str, target: &str| {
        let namespace = "http://schemas.openxmlformats.org/package/2006/relationships";
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        format!(
            "<Relationships xmlns=\"{namespace}\"><Relationship Id=\"x1\" Type=\"{office}/{kind}\" Target=\"{target}\" \
             TargetMode=\"External\"/></Relationships>"
        )
    };
    let table = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let field = |codes: &[&str]| {
        let pieces: String = codes.iter().map(|code| format!("<w:r><w:instrText>{code}</w:instrText></w:r>")).collect();
        let mark = |what: &str| format!("<w:r><w:fldChar w:fldCharType=\"{what}\"/></w:r>");
        docx(&format!("{table}<w:p>{}{pieces}{}</w:p>", mark("begin"), mark("end")))
    };
    let simple = |code: &str| docx(&format!("{table}<w:p><w:fldSimple w:instr=\" {code} \"/></w:p>"));
    let with = |bytes: &[u8], part: &str, text: &str| {
        let mut parts = Parts::open(bytes, Budget::new(Limits::default())).unwrap();
        parts.write(part, text.to_owned()).unwrap();
        parts.finish().unwrap()
    };
    let plain = docx(table);
    let settings = "word/_rels/settings.xml.rels";
    let formula = |code: &str| xlsx(&sheet(&format!("<c r=\"A1\" t=\"str\"><f>{code}</f><v>x</v></c>")), &[]);
    let cases = [
        ("a plain file", plain.clone(), false),
        ("macros", with(&plain, "word/vbaProject.bin", "x"), true),
        ("macros, in capitals", with(&plain, "word/VBAPROJECT.BIN", "x"), true),
        ("an object", with(&plain, "word/embeddings/oleObject1.bin", "x"), true),
        ("the figures of a chart", with(&plain, "word/embeddings/Microsoft_Excel_Sheet1.xlsx", "x"), false),
        (
            "a template of the network",
            with(&plain, settings, &relation("attachedTemplate", "http://x.example/a.dotm")),
            true,
        ),
        ("a template of a server", with(&plain, settings, &relation("attachedTemplate", "file://server/a.dotm")), true),
        ("a template of a share", with(&plain, settings, &relation("attachedTemplate", "\\\\server\\a.dotm")), true),
        (
            "a template of the own disk",
            with(&plain, settings, &relation("attachedTemplate", "file:///C:\\T\\a.dotx")),
            false,
        ),
        ("a picture elsewhere", with(&plain, settings, &relation("image", "http://x.example/a.png")), true),
        ("a link to be clicked", with(&plain, settings, &relation("hyperlink", "http://x.example/")), false),
        ("DDE", field(&[" DDEAUTO cmd "]), true),
        ("DDE in pieces", field(&[" DD", "EAUTO cmd "]), true),
        ("a picture by a field", simple("INCLUDEPICTURE http://x.example/a.png"), true),
        ("a field that spells another", field(&[" QUOTE 68 68 69 "]), true),
        ("a page number", simple("PAGE"), false),
        ("a sum", simple("=SUM(ABOVE)"), false),
        ("an Excel file that fetches", formula("_xlfn.WEBSERVICE(&quot;http://x.example&quot;)"), true),
        (
            "an Excel file that starts",
            with(&formula("[1]!A"), "xl/externalLinks/externalLink1.xml", "<ddeLink/>"),
            true,
        ),
        ("an Excel file that adds", formula("SUM(B1:B2)"), false),
    ];
    for (what, bytes, is_active) in cases {
        let marked = mark_in(&bytes, &Limits::default());
        assert_eq!(matches!(marked, Err(Unmarkable::Active(_))), is_active, "{what}: {marked:?}");
        assert!(is_active || marked.is_ok(), "{what}: {marked:?}");
    }
}
