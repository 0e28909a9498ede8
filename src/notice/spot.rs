//! A place in words: 文件“调查表.xlsx”，工作表“Sheet1”，单元格 F4.

use crate::notice::clean;
use crate::notice::words::Tongue;
use crate::place::{self, Place, Spot};

/// Most cells that are named one by one.
const NAMED: usize = 4;

/// Several places in words: cells of one sheet or table together, those of a second one behind them, and the number where
/// there are more.
pub(super) fn together(places: &[&Place], tongue: &dyn Tongue) -> String {
    let mut containers: Vec<(String, Vec<&Spot>)> = Vec::new();
    for place in places {
        let name = container(place, tongue);
        match containers.iter_mut().find(|(known, _)| *known == name) {
            Some((_, spots)) => spots.push(&place.spot),
            None => containers.push((name, vec![&place.spot])),
        }
    }
    let within = |(container, spots): &(String, Vec<&Spot>)| {
        let cells = cells(spots, tongue);
        if cells.is_empty() { container.clone() } else { tongue.within(container, &cells) }
    };
    match containers.as_slice() {
        [] => String::new(),
        [one] => within(one),
        [one, other] => tongue.both(&within(one), &within(other)),
        [one, ..] => tongue.one_of(&within(one), places.len()),
    }
}

/// A file in words, with the archive or letter that it lies in.
pub(super) fn file(path: &str, tongue: &dyn Tongue) -> String {
    if path == place::BODY {
        return tongue.body().to_owned();
    }
    match (path.split_once('/'), path.rsplit_once('/')) {
        (Some((outer, _)), Some((_, inner))) => tongue.inside(&clean::file_name(inner), &clean::file_name(outer)),
        _ => format!("“{}”", clean::file_name(path)),
    }
}

/// Everything of a place but row and column.
fn container(place: &Place, tongue: &dyn Tongue) -> String {
    let file = file(&place.source, tongue);
    let source = if place.source == place::BODY { file } else { tongue.file(&file) };
    match &place.spot {
        Spot::Sheet { name, .. } => tongue.sheet(&source, &clean::line(name, clean::NAME)),
        Spot::Table { number, .. } => tongue.table(&source, *number),
        Spot::Page { page, table, .. } => tongue.page(&source, *page, Some(*table).filter(|table| *table != 1)),
        Spot::Paragraph { page, .. } => tongue.page(&source, *page, None),
        Spot::Whole | Spot::Line(_) => source,
    }
}

/// Rows and columns within one sheet or table.
fn cells(spots: &[&Spot], tongue: &dyn Tongue) -> String {
    let mut names: Vec<String> = spots.iter().filter_map(|spot| cell(spot, tongue)).collect();
    names.dedup();
    let of_sheet = spots.iter().any(|spot| matches!(spot, Spot::Sheet { .. }));
    match names.as_slice() {
        [] => String::new(),
        [first, .., last] if names.len() > NAMED && is_run(spots) => tongue.run(first, last, of_sheet),
        [first, ..] if names.len() > NAMED => tongue.first_of(first, names.len(), of_sheet),
        _ => tongue.cells(&names, of_sheet),
    }
}

fn cell(spot: &Spot, tongue: &dyn Tongue) -> Option<String> {
    match spot {
        Spot::Whole => None,
        Spot::Sheet { row, column, .. } => Some(place::cell_name(*row, *column)),
        Spot::Table { row, column, .. } | Spot::Page { row, column, .. } => {
            Some(tongue.cell(u64::from(*row) + 1, u64::from(*column) + 1))
        }
        Spot::Line(number) => Some(tongue.line(*number)),
        Spot::Paragraph { number, .. } => Some(tongue.paragraph(*number)),
    }
}

/// Whether the cells stand below one another without a gap.
fn is_run(spots: &[&Spot]) -> bool {
    spots.iter().zip(spots.iter().skip(1)).all(|(above, below)| match (above, below) {
        (Spot::Sheet { row, column, .. }, Spot::Sheet { row: next, column: there, .. })
        | (Spot::Table { row, column, .. }, Spot::Table { row: next, column: there, .. })
        | (Spot::Page { row, column, .. }, Spot::Page { row: next, column: there, .. }) => {
            column == there && row.checked_add(1) == Some(*next)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::words::tongue;
    use crate::survey::Language;

    fn sheet(row: u32, column: u32) -> Place {
        Place { source: "调查表.xlsx".into(), spot: Spot::Sheet { name: "Sheet1".into(), row, column } }
    }

    #[track_caller]
    fn check(place: &Place, expected: &str) {
        check_together(std::slice::from_ref(place), expected);
    }

    #[track_caller]
    fn check_together(places: &[Place], expected: &str) {
        check_in(Language::Zh, places, expected);
    }

    #[track_caller]
    fn check_in(language: Language, places: &[Place], expected: &str) {
        assert_eq!(together(&places.iter().collect::<Vec<_>>(), tongue(language)), expected);
    }

    #[test]
    fn a_sender_finds_the_cell() {
        check(&sheet(3, 5), "文件“调查表.xlsx”，工作表“Sheet1”，单元格 F4");
        let table = Spot::Table { number: 2, row: 2, column: 1 };
        check(&Place { source: "表.docx".into(), spot: table.clone() }, "文件“表.docx”，第2个表格，第3行第2列");
        check(
            &Place { source: "材料.zip/2017/表.docx".into(), spot: table.clone() },
            "文件“材料.zip”中的“表.docx”，第2个表格，第3行第2列",
        );
        check(&Place { source: place::BODY.into(), spot: table }, "邮件正文，第2个表格，第3行第2列");
        check(&Place { source: place::BODY.into(), spot: Spot::Line(4) }, "邮件正文，第4行");
        let page = |table| Spot::Page { page: 2, table, row: 2, column: 1 };
        check(&Place { source: "表.pdf".into(), spot: page(1) }, "文件“表.pdf”，第2页，第3行第2列");
        check(&Place { source: "表.pdf".into(), spot: page(3) }, "文件“表.pdf”，第2页第3个表格，第3行第2列");
        check(&Place::whole("表.docx"), "文件“表.docx”");
    }

    #[test]
    fn cells_of_one_sheet_are_named_together() {
        check_together(&[sheet(3, 5), sheet(5, 5)], "文件“调查表.xlsx”，工作表“Sheet1”，单元格 F4、F6");
        let column: Vec<Place> = (3..33).map(|row| sheet(row, 5)).collect();
        check_together(&column, "文件“调查表.xlsx”，工作表“Sheet1”，单元格 F4 至 F33");
        let gaps: Vec<Place> = (3..9).map(|row| sheet(row * 2, 5)).collect();
        check_together(&gaps, "文件“调查表.xlsx”，工作表“Sheet1”，单元格 F7 等 6 处");
    }

    #[test]
    fn both_sides_of_a_conflict_are_shown_and_more_are_counted() {
        let two = [sheet(3, 5), Place::whole("另一份.docx")];
        check_together(&two, "文件“调查表.xlsx”，工作表“Sheet1”，单元格 F4；文件“另一份.docx”");
        let three = [sheet(3, 5), Place::whole("另一份.docx"), Place::whole("第三份.docx")];
        check_together(&three, "文件“调查表.xlsx”，工作表“Sheet1”，单元格 F4 等 3 处");
        check_together(&[], "");
    }
    #[test]
    fn the_same_places_are_found_by_who_reads_english() {
        let check = |places: &[Place], expected: &str| check_in(Language::En, places, expected);
        let at = |source: &str, spot| Place { source: source.into(), spot };
        check(&[sheet(3, 5)], "file “调查表.xlsx”, sheet “Sheet1”, cell F4");
        check(&[sheet(3, 5), sheet(5, 5)], "file “调查表.xlsx”, sheet “Sheet1”, cells F4, F6");
        let column: Vec<Place> = (3..33).map(|row| sheet(row, 5)).collect();
        check(&column, "file “调查表.xlsx”, sheet “Sheet1”, cells F4 to F33");
        let gaps: Vec<Place> = (3..9).map(|row| sheet(row * 2, 5)).collect();
        check(&gaps, "file “调查表.xlsx”, sheet “Sheet1”, cell F7 and 5 more");
        let table = Spot::Table { number: 2, row: 2, column: 1 };
        check(&[at("a.zip/2017/b.docx", table.clone())], "file “b.docx” in “a.zip”, table 2, row 3, column 2");
        check(&[at(place::BODY, table.clone())], "the text of your mail, table 2, row 3, column 2");
        let next = Spot::Table { number: 2, row: 4, column: 1 };
        check(&[at("b.docx", table), at("b.docx", next)], "file “b.docx”, table 2, row 3, column 2; row 5, column 2");
        check(&[at(place::BODY, Spot::Line(4))], "the text of your mail, line 4");
        let page = |table| at("b.pdf", Spot::Page { page: 2, table, row: 2, column: 1 });
        check(&[page(1)], "file “b.pdf”, page 2, row 3, column 2");
        check(&[page(3)], "file “b.pdf”, page 2, table 3, row 3, column 2");
        let three = [sheet(3, 5), Place::whole("b.docx"), Place::whole("c.docx")];
        check(&three[..2], "file “调查表.xlsx”, sheet “Sheet1”, cell F4; file “b.docx”");
        check(&three, "file “调查表.xlsx”, sheet “Sheet1”, cell F4; and 2 more");
    }
}
