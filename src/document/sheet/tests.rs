use std::io::{Cursor, Write};

use rust_xlsxwriter::{Format, Formula, Workbook as NewWorkbook, Worksheet};

use super::*;
use crate::document::Limits;

fn budget() -> Budget {
    Budget::new(Limits::default())
}

/// Reads a workbook by what its bytes are, as the caller of this module does.
fn read(bytes: &[u8]) -> Result<Document, Fault> {
    match bytes {
        [0xd0, 0xcf, ..] => xls("a", bytes, &mut budget()),
        _ if bytes.windows(11).take(200).any(|window| window == b"mimetypeapp") => ods("a", bytes, &mut budget()),
        _ => xlsx("a", bytes, &mut budget()),
    }
}

fn grids(document: Document) -> Vec<Grid> {
    let grids = document.blocks.into_iter().filter_map(|block| match block {
        Block::Grid(grid) => Some(grid),
        Block::Paragraph(_) => None,
    });
    grids.collect()
}

fn texts(grid: &Grid) -> Vec<String> {
    grid.cells.iter().map(|cell| cell.text.clone()).collect()
}

fn written(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = NewWorkbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().expect("a workbook")
}

fn first_sheet(bytes: &[u8]) -> Grid {
    grids(read(bytes).expect("a workbook")).remove(0)
}

/// The only cell of a workbook with this number under this format.
#[track_caller]
fn check(number: f64, format: &str, expected: &str) {
    let bytes = written(|sheet| {
        sheet.write_number_with_format(0, 0, number, &Format::new().set_num_format(format)).expect("a cell");
    });
    let grid = first_sheet(&bytes);
    assert_eq!((texts(&grid), grid.cells[0].is_number), (vec![expected.to_owned()], true), "{number} under {format}");
}

#[test]
fn a_number_reads_as_the_program_shows_it() {
    check(1200.0, "0\"万元\"", "1200万元");
    check(12_000_000.0, "0!.0,\"万元\"", "1200.0万元");
    check(12_000_000.0, "0\\.0,\"万\"", "1200.0万");
    check(0.45, "0.00\"亿元\"", "0.45亿元");
    check(12_000_000.0, "[$￥-804]#,##0.00", "￥12,000,000.00");
    check(1200.0, "General", "1200");
    check(13_800_138_000.0, "0", "13800138000");
    check(43089.0, "yyyy/m/d", "2017/12/20");
    check(43089.0, "yyyy\"年\"m\"月\"d\"日\"", "2017年12月20日");
    check(43089.0, "yyyy\"年\"m\"月\"", "2017年12月");
}

#[test]
fn other_kinds_of_cells_read_as_shown() {
    let bytes = written(|sheet| {
        sheet.write_string(0, 0, "文字\n二行").expect("a cell");
        sheet.write_boolean(0, 1, true).expect("a cell");
        sheet.write_formula(0, 2, Formula::new("=A9*2").set_result("18.9")).expect("a cell");
        sheet
            .write_formula(0, 4, Formula::new("=_xlfn.DISPIMG(\"ID_1\",1)").set_result("=DISPIMG(\"ID_1\",1)"))
            .expect("a cell");
        sheet.write_formula(0, 5, Formula::new("=1/0").set_result("#DIV/0!")).expect("a cell");
        let unit = Format::new().set_num_format("@\"万元\"");
        sheet.write_string_with_format(0, 6, "约1200", &unit).expect("a cell");
        sheet.write_blank(0, 7, &unit).expect("a cell");
    });
    assert_eq!(texts(&first_sheet(&bytes)), ["文字\n二行", "TRUE", "18.9", "#DIV/0!", "约1200万元"]);
}

/// A workbook with this `sheetData`, as other programs than Excel write it.
fn bare_workbook(rows: &str) -> Vec<u8> {
    let relation = |kind: &str, target: &str| {
        format!(
            r#"<Relationships><Relationship Id="r1" Type="http://x/relationships/{kind}" Target="{target}"/></Relationships>"#
        )
    };
    zipped_all(&[
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/workbook.xml", r#"<workbook><sheets><sheet name="一" r:id="r1"/></sheets></workbook>"#.into()),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
    ])
}

fn zipped_all(members: &[(&str, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a member");
        zip.write_all(content.as_bytes()).expect("content");
    }
    zip.finish().expect("a zip file").into_inner()
}

#[test]
fn a_formula_that_was_never_calculated_has_no_value() {
    let grid = first_sheet(&bare_workbook(
        "<row><c><f>A9*2</f></c><c><f>1+1</f><v>2</v></c><c t='inlineStr'><is><t>甲</t><r><t>乙</t></r></is></c></row>",
    ));
    assert_eq!(texts(&grid), ["2", "甲乙"]);
    assert_eq!(grid.cells[0].column, 1);
}

#[test]
fn an_error_value_of_a_later_program_costs_only_its_cell() {
    let row =
        "<row r='1'><c r='A1' t='e'><v>#SPILL!</v></c><c r='B1'><v>5</v></c><c r='C1' t='e'><v>#REF!</v></c></row>";
    let cells = first_sheet(&bare_workbook(row)).cells;
    let found: Vec<_> = cells.iter().map(|cell| (cell.column, cell.text.as_str())).collect();
    assert_eq!(found, [(1, "5"), (2, "#REF!")]);
}

#[test]
fn a_merged_cell_stands_once_with_its_spans() {
    let bytes = written(|sheet| {
        sheet.merge_range(0, 0, 0, 5, "标题", &Format::new()).expect("a region");
        sheet.merge_range(1, 0, 3, 1, "名称", &Format::new()).expect("a region");
        sheet.write_string(1, 2, "值").expect("a cell");
        // Below a merged region old text may be left, which nobody sees.
        sheet.write_string(2, 1, "旧").expect("a cell");
    });
    let spans: Vec<_> =
        first_sheet(&bytes).cells.into_iter().map(|c| (c.row, c.column, c.row_span, c.column_span, c.text)).collect();
    assert_eq!(spans, [(0, 0, 1, 6, "标题".into()), (1, 0, 3, 2, "名称".into()), (1, 2, 1, 1, "值".into())]);
}

#[test]
fn hostile_merged_regions_are_refused() {
    let mut cells = SheetCells::default();
    for row in 0..2000 {
        cells.push((row, 5), "a".into(), false, &mut budget()).expect("within the budget");
    }
    let all = Region { top: 0, left: 0, bottom: u32::MAX, right: 0 };
    let grid = cells.into_grid("一".into(), false, &vec![all; 100_000]);
    assert_eq!(grid, Err(Fault::TooLarge("merged cells".into())));
}

#[test]
fn a_hidden_sheet_is_marked() {
    let mut book = NewWorkbook::new();
    book.add_worksheet().set_name("一").expect("a name");
    book.add_worksheet().set_name("二").expect("a name").set_hidden(true);
    book.add_worksheet().set_name("三").expect("a name").set_very_hidden(true);
    let document = read(&book.save_to_buffer().expect("a workbook")).expect("a workbook");
    let origins: Vec<Origin> = grids(document).into_iter().map(|grid| grid.origin).collect();
    let sheet = |name: &str, hidden| Origin::Sheet { name: name.into(), hidden };
    assert_eq!(origins, [sheet("一", false), sheet("二", true), sheet("三", true)]);
}

#[test]
fn a_lone_far_cell_costs_one_cell() {
    let bytes = written(|sheet| {
        sheet.write_string(0, 0, "近").expect("a cell");
        sheet.write_string(1_048_575, 16_383, "远").expect("a cell");
    });
    let mut budget = Budget::new(Limits { cells: 2, ..Limits::default() });
    let grid = grids(xlsx("a", &bytes, &mut budget).expect("a workbook")).remove(0);
    assert_eq!((texts(&grid), grid.extent()), (vec!["近".into(), "远".into()], (1_048_576, 16_384)));
    let mut budget = Budget::new(Limits { cells: 1, ..Limits::default() });
    assert_eq!(xlsx("a", &bytes, &mut budget), Err(Fault::TooLarge("number of cells".into())));
}

#[test]
fn a_workbook_that_unpacks_to_more_than_the_budget_is_refused() {
    let bytes = written(|sheet| {
        for row in 0..2000 {
            sheet.write_string(row, 0, "同样的字".repeat(20)).expect("a cell");
        }
    });
    let mut budget = Budget::new(Limits { unpacked: 20_000, ..Limits::default() });
    assert_eq!(xlsx("a", &bytes, &mut budget), Err(Fault::TooLarge("unpacked size".into())));
}

/// A zip file with one member, whose directory may lie about the size.
fn zipped(name: &str, content: &[u8], declared: Option<u32>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
    zip.write_all(content).expect("content");
    let mut bytes = zip.finish().expect("a zip file").into_inner();
    if let Some(declared) = declared {
        for (signature, offset) in [(b"PK\x03\x04", 22), (b"PK\x01\x02", 24)] {
            let at = bytes.windows(4).position(|window| window == signature).expect("a header") + offset;
            bytes[at..at + 4].copy_from_slice(&declared.to_le_bytes());
        }
    }
    bytes
}

#[test]
fn a_bomb_that_lies_about_its_size_is_refused() {
    let bomb = zipped("xl/workbook.xml", &vec![b' '; 20 << 20], Some(1000));
    let small = || Budget::new(Limits { unpacked: 1 << 20, ..Limits::default() });
    for read in [xlsx, ods] {
        assert!(read("a", &bomb, &mut small()).is_err());
    }
    let bomb = zipped("content.xml", &vec![b' '; 20 << 20], None);
    assert_eq!(ods("a", &bomb, &mut small()), Err(Fault::TooLarge("unpacked size".into())));
}

fn open_document(content: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet>{content}</office:spreadsheet></office:body></office:document-content>"
    );
    zipped("content.xml", content.as_bytes(), None)
}

#[track_caller]
fn check_ods(content: &str, expected: &[(u32, u32, u32, u32, &str)]) {
    let document = ods("a", &open_document(content), &mut budget()).expect("a workbook");
    let grid = grids(document).remove(0);
    let found: Vec<_> =
        grid.cells.iter().map(|c| (c.row, c.column, c.row_span, c.column_span, c.text.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn an_open_document_cell_reads_as_shown() {
    check_ods(
        r#"<table:table table:name="一"><table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>
        <table:table-row><table:table-cell table:number-columns-repeated="2"/>
        <table:table-cell office:value-type="currency" office:value="8800000"><text:p>￥8,800,000.00</text:p></table:table-cell>
        <table:table-cell office:value-type="float" office:value="-5"><text:p>(5)</text:p></table:table-cell>
        <table:table-cell office:value-type="float" office:value="0"><text:p>-</text:p></table:table-cell>
        <table:table-cell office:value-type="float" office:value="13800138000"><text:p>1.38E+10</text:p></table:table-cell>
        <table:table-cell office:value-type="date" office:date-value="2017-12-20"><text:p>17/12/20</text:p></table:table-cell>
        <table:table-cell office:value-type="date" office:date-value="2017-12-20"><text:p>2017年12月20日</text:p></table:table-cell>
        <table:table-cell office:value-type="string"><office:annotation><text:p>注</text:p></office:annotation><text:p>甲<text:s text:c="2"/>&amp;<text:span>乙</text:span></text:p><text:p>二<text:line-break/>三</text:p></table:table-cell>
        </table:table-row></table:table>"#,
        &[
            (3, 2, 1, 1, "￥8,800,000.00"),
            (3, 3, 1, 1, "-5"),
            (3, 4, 1, 1, "0"),
            (3, 5, 1, 1, "13800138000"),
            (3, 6, 1, 1, "2017-12-20"),
            (3, 7, 1, 1, "2017年12月20日"),
            (3, 8, 1, 1, "甲  &乙\n二\n三"),
        ],
    );
}

#[test]
fn open_document_spans_and_repeats_are_kept() {
    check_ods(
        r#"<table:table><table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"><text:p>a</text:p></table:table-cell></table:table-row>
        <table:table-row><table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="2"><text:p>b</text:p></table:table-cell><table:covered-table-cell><text:p>x</text:p></table:covered-table-cell><table:table-cell><text:p>c</text:p></table:table-cell></table:table-row></table:table>"#,
        &[
            (0, 0, 1, 1, "a"),
            (0, 1, 1, 1, "a"),
            (1, 0, 1, 1, "a"),
            (1, 1, 1, 1, "a"),
            (2, 0, 2, 2, "b"),
            (2, 2, 1, 1, "c"),
        ],
    );
}

#[test]
fn hostile_open_document_repeats_break_the_budget_and_nothing_else() {
    let content = r#"<table:table><table:table-row table:number-rows-repeated="4294967295"><table:table-cell table:number-columns-repeated="4294967295"><text:p>a</text:p></table:table-cell></table:table-row></table:table>"#;
    let mut small = Budget::new(Limits { cells: 1000, ..Limits::default() });
    assert_eq!(ods("a", &open_document(content), &mut small), Err(Fault::TooLarge("number of cells".into())));
    check_ods(
        r#"<table:table><table:table-row table:number-rows-repeated="4294967295"><table:table-cell/></table:table-row></table:table>"#,
        &[],
    );
}

#[test]
fn a_document_type_is_refused() {
    let content = r#"<!DOCTYPE x [<!ENTITY a "b">]><x/>"#;
    for (read, name) in [(xlsx as fn(&str, &[u8], &mut Budget) -> _, "xl/workbook.xml"), (ods, "content.xml")] {
        let fault = read("a", &zipped(name, content.as_bytes(), None), &mut budget());
        assert_eq!(fault, Err(Fault::Unreadable("it declares a document type".into())));
    }
}

/// Numbers of the corpus whose amounts have their unit in the number format, and the text shown.
#[test]
fn units_in_number_formats_of_the_corpus_are_shown() {
    for (number, amount) in [
        (43, "1200万元"),
        (46, "￥12,000,000.00"),
        (59, "1200.0万"),
        (62, "0.45亿元"),
        (68, "8,800,000元"),
        (80, "2,480万元"),
    ] {
        let document = read(&corpus::attachment(number)).expect("a workbook");
        let texts: Vec<String> = grids(document).iter().flat_map(texts).collect();
        assert!(texts.iter().any(|text| text == amount), "{number}: {texts:?}");
    }
}

#[test]
fn every_workbook_of_the_corpus_is_read() {
    for number in (42..=75).chain([79, 80]) {
        let document = read(&corpus::attachment(number)).unwrap_or_else(|fault| panic!("{number}: {fault:?}"));
        let cells: usize = grids(document).iter().map(|grid| grid.cells.len()).sum();
        assert!(cells >= 6, "{number}: {cells} cells");
    }
}

#[test]
fn a_truncated_or_garbled_workbook_is_unreadable_and_never_panics() {
    for number in [43, 68, 73, 79] {
        let bytes = corpus::attachment(number);
        let whole = read(&bytes);
        for part in 0..24 {
            let cut = if bytes[0] == 0xd0 { xls } else { xlsx }("a", &bytes[..bytes.len() * part / 24], &mut budget());
            // The last sectors of an OLE file may hold nothing of the workbook.
            assert!(matches!(cut, Err(Fault::Unreadable(_))) || cut == whole, "{number} cut to {part}/24: {cut:?}");
            let mut garbled = bytes.clone();
            for at in (part * 37..bytes.len()).step_by(911) {
                garbled[at] ^= 0x55;
            }
            if let Ok(document) = read(&garbled) {
                assert_eq!(document.source, "a");
            }
        }
    }
}
