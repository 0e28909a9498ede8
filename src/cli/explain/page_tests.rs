//! The page: merged cells, huge sheets, hostile mails.

use super::*;

fn cell(row: u32, column: u32, row_span: u32, column_span: u32, text: &str) -> CellSeen {
    let seen = TextSeen { place: cell_name(row, column), text: text.into(), roles: Vec::new() };
    CellSeen { row, column, row_span, column_span, seen }
}

/// Each row of the table as drawn, empty places as `-`, with the spans of merged cells.
fn drawn(cells: &[CellSeen]) -> Vec<String> {
    let blocks = grid_views("a.xlsx!S", false, cells, &Hues(BTreeMap::new()));
    let text = |cell: &Option<CellView>| match cell {
        Some(cell) if cell.rows * cell.columns > 1 => format!("{}({}x{})", cell.seen.text, cell.rows, cell.columns),
        Some(cell) => cell.seen.text.clone(),
        None => "-".to_owned(),
    };
    let rows = blocks.iter().flat_map(|block| &block.rows);
    rows.map(|row| format!("{}: {}", row.number, row.cells.iter().map(text).collect::<Vec<_>>().join(" "))).collect()
}

#[test]
fn merged_cells_cover_their_places_and_empty_rows_are_not_drawn() {
    let cells = [cell(0, 0, 1, 3, "title"), cell(2, 0, 2, 1, "a"), cell(2, 2, 1, 1, "b"), cell(3, 1, 1, 1, "c")];
    assert_eq!(drawn(&cells), ["1: title(1x3)", "3: a(2x1) - b", "4: c -"]);
}

#[test]
fn a_huge_sheet_of_few_cells_stays_a_small_page() {
    let cells: Vec<CellSeen> = (0..400).map(|at| cell(at * 2600, at * 40, 1, 1, "x")).collect();
    assert!(drawn(&cells).is_empty());
    assert_eq!(grid_views("a.xlsx!S", false, &cells, &Hues(BTreeMap::new())).len(), 400);
}

#[test]
fn a_mail_cannot_write_into_the_page() {
    let seen = TextSeen { place: "body!line 1".into(), text: "<script>alert(1)</script>".into(), roles: Vec::new() };
    let block = BlockView { line: Some(text_view(&seen, &Hues(BTreeMap::new()))), ..BlockView::default() };
    let source = SourceView {
        path: "\"><x-path>".into(),
        format: "text".into(),
        about: String::new(),
        forms: Vec::new(),
        blocks: vec![block],
        open: true,
    };
    let message = MessageView {
        name: "<x-name>".into(),
        disposition: "held".into(),
        from: String::new(),
        subject: String::new(),
        surveys: Vec::new(),
        files: Vec::new(),
        issues: Vec::new(),
        narratives: Vec::new(),
        sources: vec![source],
        returns: Vec::new(),
    };
    let html = Page { messages: vec![message] }.render().unwrap();
    assert!(html.contains("&lt;script&gt;"), "{html}");
    assert!(!html.contains("<script>") && !html.contains("<x-"), "{html}");
}
