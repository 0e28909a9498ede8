//! Marks on small documents made on the spot.

use super::*;
use crate::document::{self, Content};
use crate::mark::mark;
use crate::mark::testing::{docx, part};
use crate::place::Place;
use crate::survey::Language;

fn marked(body: &str, spots: &[Spot]) -> (String, String) {
    let bytes = docx(body);
    let mark_at =
        |spot: &Spot| Mark { place: Place { source: "表.docx".into(), spot: spot.clone() }, note: "请补填".into() };
    let marks: Vec<_> = spots.iter().map(mark_at).collect();
    let marked = mark(&bytes, &marks, Language::Zh, &Limits::default()).unwrap();
    assert!(marked.left_out.is_empty(), "{:?}", marked.left_out);
    (part(&marked.bytes, "word/document.xml"), part(&marked.bytes, "word/comments.xml"))
}

/// What becomes of the body of a document; ranges are shown as `[` and `]` with their numbers.
fn check(body: &str, spots: &[Spot], expected: &str) {
    let (document, _) = marked(body, spots);
    let body = document.split_once("<w:body>").unwrap().1.split_once("<w:sectPr").unwrap().0;
    let mut shown = body.replace(r#"<w:shd w:val="clear" w:color="auto" w:fill="FFEB9C"/>"#, "SHADE");
    for id in 0..9 {
        shown = shown.replace(&format!(r#"<w:commentRangeStart w:id="{id}"/>"#), &format!("[{id}"));
        let end = format!(r#"<w:commentRangeEnd w:id="{id}"/><w:r><w:commentReference w:id="{id}"/></w:r>"#);
        shown = shown.replace(&end, &format!("{id}]"));
    }
    assert_eq!(shown, expected);
}

fn cell(row: u32, column: u32) -> Spot {
    Spot::Table { number: 1, row, column }
}

fn table(cells: &str) -> String {
    format!("<w:tbl><w:tr>{cells}</w:tr></w:tbl>")
}

#[test]
fn a_cell_is_shaded_and_commented_on_whatever_properties_it_has() {
    for (before, after) in [
        ("<w:tc><w:p/></w:tc>", "<w:tc><w:tcPr>SHADE</w:tcPr><w:p>[00]</w:p></w:tc>"),
        ("<w:tc><w:tcPr/><w:p></w:p></w:tc>", "<w:tc><w:tcPr>SHADE</w:tcPr><w:p>[00]</w:p></w:tc>"),
        (
            r#"<w:tc><w:tcPr><w:tcW w:w="1"/><w:shd w:fill="00FF00"/><w:vAlign/></w:tcPr><w:p><w:pPr><w:jc/></w:pPr><w:r/></w:p></w:tc>"#,
            r#"<w:tc><w:tcPr><w:tcW w:w="1"/>SHADE<w:vAlign/></w:tcPr><w:p><w:pPr><w:jc/></w:pPr>[0<w:r/>0]</w:p></w:tc>"#,
        ),
        (
            "<w:tc><w:tcPr><w:tcBorders><w:top/></w:tcBorders><w:tcMar><w:shd/></w:tcMar></w:tcPr><w:p><w:pPr/></w:p><w:p/></w:tc>",
            "<w:tc><w:tcPr><w:tcBorders><w:top/></w:tcBorders>SHADE<w:tcMar><w:shd/></w:tcMar></w:tcPr><w:p><w:pPr/>[0</w:p><w:p>0]</w:p></w:tc>",
        ),
    ] {
        check(&table(before), &[cell(0, 0)], &table(after));
    }
}

#[test]
fn a_place_in_a_merged_cell_is_marked_at_the_cell_that_is_seen() {
    let merged = |top: &str, below: &str| {
        format!(
            r#"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>{top}</w:tc></w:tr><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge/>{below}</w:tc></w:tr></w:tbl>"#
        )
    };
    let before = merged("</w:tcPr><w:p/>", "</w:tcPr><w:p/>");
    check(&before, &[cell(1, 1)], &merged("SHADE</w:tcPr><w:p>[00]</w:p>", "</w:tcPr><w:p/>"));
}

#[test]
fn a_line_of_label_and_answer_is_commented_on() {
    let line = "<w:p><w:r><w:t>企业名称：</w:t></w:r></w:p>";
    let expected = format!("<w:p/>{}", line.replace("<w:p>", "<w:p>[0").replace("</w:p>", "0]</w:p>"));
    check(&format!("<w:p/>{line}"), &[Spot::Line(2)], &expected);
}

#[test]
fn notes_are_signed_and_lines_of_one_cell_are_one_comment() {
    let (_, comments) = marked(&table("<w:tc><w:p/></w:tc><w:tc><w:p/></w:tc>"), &[cell(0, 0), cell(0, 1), cell(0, 0)]);
    assert_eq!(comments.matches("<w:comment ").count(), 2);
    assert_eq!(comments.matches(r#"w:author="收发室""#).count(), 2);
    assert_eq!(comments.matches("请补填").count(), 2);
}

#[test]
fn a_check_box_reads_as_it_did() {
    let body = table(
        r#"<w:tc><w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent><w:p><w:r><w:t>☒</w:t></w:r></w:p></w:sdtContent></w:sdt><w:p/></w:tc>"#,
    );
    let bytes = docx(&body);
    let open = |bytes: &[u8]| document::open("", bytes, &mut Budget::new(Limits::default()));
    let marks = [Mark { place: Place { source: String::new(), spot: cell(0, 0) }, note: "请核对".into() }];
    let marked = mark(&bytes, &marks, Language::Zh, &Limits::default()).unwrap();
    assert!(matches!(open(&bytes), Ok(Content::Document(_))));
    assert_eq!(open(&marked.bytes), open(&bytes));
}
