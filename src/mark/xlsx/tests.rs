//! Marks on small workbooks made on the spot.

use crate::document::Limits;
use crate::mark::testing::{STYLES, package, part, xlsx};
use crate::mark::{Mark, Marked, Unmarkable, mark};
use crate::place::{Place, Spot};
use crate::survey::Language;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const SHEET: &str = "xl/worksheets/sheet1.xml";

fn mark_at(row: u32, column: u32) -> Mark {
    let spot = Spot::Sheet { name: "表".into(), row, column };
    Mark {
        place: Place { source: "调查表.xlsx".into(), spot }, note: "请注明单位，例如“1200万元”".into()
    }
}

fn marked(bytes: &[u8], cells: &[(u32, u32)]) -> Marked {
    let marks: Vec<_> = cells.iter().map(|(row, column)| mark_at(*row, *column)).collect();
    mark(bytes, &marks, Language::Zh, &Limits::default()).unwrap()
}

/// What becomes of the rows of a sheet.
fn check(rows: &str, cells: &[(u32, u32)], expected: &str) {
    let sheet = format!("<worksheet xmlns=\"{MAIN}\">{rows}<pageMargins/></worksheet>");
    let marked = marked(&xlsx(&sheet, &[]), cells);
    assert!(marked.left_out.is_empty(), "{:?}", marked.left_out);
    let text = part(&marked.bytes, SHEET);
    let rows = text.split_once("main\">").unwrap().1.split_once("<pageMargins/>").unwrap().0;
    assert_eq!(rows, expected);
}

#[test]
fn a_cell_is_marked_whether_it_is_written_or_not() {
    for (rows, cells, expected) in [
        (
            r#"<sheetData><row r="2"><c r="B2" s="1" t="str"><v>a</v></c></row></sheetData>"#,
            &[(1, 1)][..],
            r#"<sheetData><row r="2"><c r="B2" s="2" t="str"><v>a</v></c></row></sheetData>"#,
        ),
        // Cells without names stand one after the other.
        (
            "<sheetData><row><c/><c t=\"n\"><v>1</v></c></row></sheetData>",
            &[(0, 1), (0, 3)],
            "<sheetData><row><c/><c t=\"n\" s=\"2\"><v>1</v></c><c r=\"D1\" s=\"2\"/></row></sheetData>",
        ),
        (
            r#"<sheetData><row r="1"><c r="A1"/><c r="C1"/></row><row r="4"/><row r="5"/></sheetData>"#,
            &[(0, 1), (2, 0), (2, 2), (3, 0), (3, 1), (8, 0)],
            r#"<sheetData><row r="1"><c r="A1"/><c r="B1" s="2"/><c r="C1"/></row><row r="3"><c r="A3" s="2"/><c r="C3" s="2"/></row><row r="4"><c r="A4" s="2"/><c r="B4" s="2"/></row><row r="5"/><row r="9"><c r="A9" s="2"/></row></sheetData>"#,
        ),
        ("<sheetData/>", &[(1, 0)], r#"<sheetData><row r="2"><c r="A2" s="2"/></row></sheetData>"#),
        // An absent cell has the style of its row, else of its column.
        (
            r#"<cols><col min="2" max="3" style="1"/></cols><sheetData><row r="1" s="1" customFormat="1"/></sheetData>"#,
            &[(0, 0), (1, 1), (1, 4)],
            r#"<cols><col min="2" max="3" style="1"/></cols><sheetData><row r="1" s="1" customFormat="1"><c r="A1" s="2"/></row><row r="2"><c r="B2" s="2"/><c r="E2" s="3"/></row></sheetData>"#,
        ),
        // Of a merged cell the top left is seen.
        (
            r#"<sheetData><row r="1"><c r="A1"/><c r="B1"/></row></sheetData><mergeCells><mergeCell ref="A1:B3"/></mergeCells>"#,
            &[(2, 1)],
            r#"<sheetData><row r="1"><c r="A1" s="2"/><c r="B1"/></row></sheetData><mergeCells><mergeCell ref="A1:B3"/></mergeCells>"#,
        ),
    ] {
        check(rows, cells, expected);
    }
}

#[test]
fn a_marked_cell_keeps_its_number_format_and_alignment() {
    let sheet =
        format!(r#"<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" s="1"/></row></sheetData></worksheet>"#);
    let styles = part(&marked(&xlsx(&sheet, &[]), &[(0, 0)]).bytes, "xl/styles.xml");
    let expected = STYLES
        .replace("fills count=\"2\"", "fills count=\"3\"")
        .replace(
            "</fills>",
            r#"<fill><patternFill patternType="solid"><fgColor rgb="FFFFEB9C"/><bgColor indexed="64"/></patternFill></fill></fills>"#,
        )
        .replace("cellXfs count=\"2\"", "cellXfs count=\"3\"")
        .replace(
            "</cellXfs>",
            r#"<xf numFmtId="10" fontId="0" fillId="2" borderId="0" applyNumberFormat="1" applyFill="1"><alignment wrapText="1"/></xf></cellXfs>"#,
        );
    assert_eq!(styles, expected);
}

#[test]
fn prefixes_and_the_strict_vocabulary_are_kept() {
    let strict = "http://purl.oclc.org/ooxml";
    let sheet = format!(
        r#"<x:worksheet xmlns:x="{strict}/spreadsheetml/main" xmlns:y="{strict}/officeDocument/relationships"><x:sheetData><x:row r="1"><x:c r="B1"/></x:row></x:sheetData></x:worksheet>"#
    );
    let book = format!(
        r#"<x:workbook xmlns:x="{strict}/spreadsheetml/main" xmlns:y="{strict}/officeDocument/relationships"><x:sheets><x:sheet name="表" sheetId="1" y:id="rId7"/></x:sheets></x:workbook>"#
    );
    let related = format!(
        r#"<p:Relationships xmlns:p="http://schemas.openxmlformats.org/package/2006/relationships"><p:Relationship Id="rId7" Type="{strict}/officeDocument/relationships/worksheet" Target="/xl/worksheets/sheet1.xml"/></p:Relationships>"#
    );
    let root =
        related.replace("/worksheet\"", "/officeDocument\"").replace("/xl/worksheets/sheet1.xml", "xl/workbook.xml");
    let bytes = package(&[
        (
            "[Content_Types].xml",
            "<p:Types xmlns:p=\"http://schemas.openxmlformats.org/package/2006/content-types\"></p:Types>",
        ),
        ("_rels/.rels", &root),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", &related),
        (SHEET, &sheet),
    ]);
    let marked = marked(&bytes, &[(0, 0)]).bytes;
    let expected = sheet
        .replace("<x:c r=\"B1\"/>", "<x:c r=\"A1\" s=\"1\"/><x:c r=\"B1\"/>")
        .replace("</x:worksheet>", "<x:legacyDrawing y:id=\"rId2\"/></x:worksheet>");
    assert_eq!(part(&marked, SHEET), expected);
    let related = part(&marked, "xl/worksheets/_rels/sheet1.xml.rels");
    assert!(related.contains(&format!("{strict}/officeDocument/relationships/comments")), "{related}");
    assert!(part(&marked, "xl/comments1.xml").contains(&format!("{strict}/spreadsheetml/main")));
    // A workbook without styles gets some.
    assert!(part(&marked, "xl/_rels/workbook.xml.rels").contains("<p:Relationship Id=\"rId1\""));
    assert!(part(&marked, "xl/styles1.xml").contains("fillId=\"2\""));
}

#[test]
fn comments_that_are_there_stay() {
    let sheet = format!(
        r#"<worksheet xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheetData><row r="1"><c r="A1"/></row></sheetData><legacyDrawing r:id="rId3"/></worksheet>"#
    );
    let kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let related = format!(
        r#"<Relationships><Relationship Id="rId3" Type="{kinds}/vmlDrawing" Target="../drawings/vmlDrawing1.vml"/><Relationship Id="rId4" Type="{kinds}/comments" Target="../comments1.xml"/></Relationships>"#
    );
    let comments = format!(
        r#"<comments xmlns="{MAIN}"><authors><author>填表人</author></authors><commentList><comment ref="A1" authorId="0"><text><t>预估数</t></text></comment></commentList></comments>"#
    );
    let drawing = r##"<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202"/><v:shape id="_x0000_s1030" type="#_x0000_t202"><div><br></div></v:shape></xml>"##;
    let bytes = xlsx(
        &sheet,
        &[
            ("xl/worksheets/_rels/sheet1.xml.rels", &related),
            ("xl/comments1.xml", &comments),
            ("xl/drawings/vmlDrawing1.vml", drawing),
        ],
    );
    let marked = marked(&bytes, &[(0, 0), (0, 1)]).bytes;
    let now = part(&marked, "xl/comments1.xml");
    assert!(now.contains("<author>填表人</author><author>收发室</author>"), "{now}");
    assert!(now.contains("<text><r><t>预估数</t></r><r>"), "{now}");
    assert!(
        now.contains("收发室：请注明单位，例如“1200万元”</t></r></text></comment><comment ref=\"B1\" authorId=\"1\">"),
        "{now}"
    );
    let now = part(&marked, "xl/drawings/vmlDrawing1.vml");
    assert!(now.starts_with(drawing.trim_end_matches("</xml>")), "{now}");
    assert_eq!((now.matches("<v:shape ").count(), now.matches("_x0000_s1031").count()), (2, 1), "{now}");
    assert_eq!(part(&marked, "xl/worksheets/_rels/sheet1.xml.rels"), related);
}

#[test]
fn a_mark_without_a_place_is_left_out_and_named() {
    let bytes = xlsx(&format!("<worksheet xmlns=\"{MAIN}\"><sheetData/></worksheet>"), &[]);
    let whole = Mark { place: Place::whole("调查表.xlsx"), note: "请补列".into() };
    let mut elsewhere = mark_at(0, 0);
    elsewhere.place.spot = Spot::Sheet { name: "另一张".into(), row: 0, column: 0 };
    let marks = [whole.clone(), mark_at(0, 0), mark_at(1 << 20, 0), elsewhere.clone()];
    let marked = mark(&bytes, &marks, Language::Zh, &Limits::default()).unwrap();
    assert_eq!(marked.left_out, [whole.clone(), mark_at(1 << 20, 0), elsewhere]);
    assert_eq!(mark(&bytes, &[whole], Language::Zh, &Limits::default()), Err(Unmarkable::NoPlace));
}

#[test]
fn a_sheet_out_of_order_is_not_touched() {
    for rows in
        [r#"<row r="2"/><row r="1"/>"#, r#"<row r="1"><c r="B1"/><c r="A1"/></row>"#, r#"<row r="1"><c r="1B"/></row>"#]
    {
        let bytes = xlsx(&format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"), &[]);
        let refused = mark(&bytes, &[mark_at(0, 0)], Language::Zh, &Limits::default());
        assert!(matches!(refused, Err(Unmarkable::Fault(_))), "{refused:?}");
    }
}

#[test]
fn a_workbook_opens_on_its_first_mark() {
    let sheet =
        |view: &str| format!("<worksheet xmlns=\"{MAIN}\"><sheetViews>{view}</sheetViews><sheetData/></worksheet>");
    for (view, expected) in [
        ("<sheetView/>", "<sheetView tabSelected=\"1\"><selection activeCell=\"B3\" sqref=\"B3\"/></sheetView>"),
        (
            "<sheetView tabSelected=\"1\"><selection activeCell=\"A1\" sqref=\"A1:C9\"/></sheetView>",
            "<sheetView tabSelected=\"1\"><selection activeCell=\"B3\" sqref=\"B3\"/></sheetView>",
        ),
        // The panes of a split sheet are left alone.
        (
            "<sheetView><pane ySplit=\"1\"/><selection pane=\"bottomLeft\"/></sheetView>",
            "<sheetView tabSelected=\"1\"><pane ySplit=\"1\"/><selection pane=\"bottomLeft\"/></sheetView>",
        ),
    ] {
        let marked = marked(&xlsx(&sheet(view), &[]), &[(2, 1), (0, 0)]).bytes;
        let now = part(&marked, SHEET);
        assert!(now.contains(expected), "{now}");
    }
}

#[test]
fn sheets_that_were_chosen_together_are_no_longer() {
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let sheet = |selected: &str| {
        format!("<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView{selected}/></sheetViews><sheetData/></worksheet>")
    };
    let mut related = String::new();
    for (id, target) in [(1, "other"), (7, "sheet1")] {
        related +=
            &format!(r#"<Relationship Id="rId{id}" Type="{relations}/worksheet" Target="worksheets/{target}.xml"/>"#);
    }
    let book = format!(
        r#"<workbook xmlns="{MAIN}" xmlns:r="{relations}"><bookViews><workbookView/></bookViews><sheets><sheet name="说明" sheetId="2" r:id="rId1"/><sheet name="表" sheetId="1" r:id="rId7"/></sheets></workbook>"#
    );
    let bytes = xlsx(&sheet(""), &[("xl/worksheets/other.xml", &sheet(" tabSelected=\"1\""))]);
    let mut parts =
        crate::document::parts::Parts::open(&bytes, crate::document::Budget::new(Limits::default())).unwrap();
    parts.write("xl/workbook.xml", book).unwrap();
    parts.write("xl/_rels/workbook.xml.rels", format!("<Relationships>{related}</Relationships>")).unwrap();
    let marked = marked(&parts.finish().unwrap(), &[(0, 0)]).bytes;
    assert!(part(&marked, "xl/workbook.xml").contains("<workbookView activeTab=\"1\"/>"));
    assert!(part(&marked, "xl/worksheets/other.xml").contains("tabSelected=\"0\""));
    assert!(part(&marked, SHEET).contains("tabSelected=\"1\""));
}
