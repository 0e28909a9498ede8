//! A place in words: 文件“调查表.xlsx”，工作表“Sheet1”，单元格 F4.

use crate::notice::clean;
use crate::place::{self, Place, Spot};

/// Most cells that are named one by one.
const NAMED: usize = 4;

/// Several places in words: cells of one sheet or table together, those of a second one behind them, and the number where
/// there are more.
pub(super) fn together(places: &[&Place]) -> String {
    let mut containers: Vec<(String, Vec<&Spot>)> = Vec::new();
    for place in places {
        let name = container(place);
        match containers.iter_mut().find(|(known, _)| *known == name) {
            Some((_, spots)) => spots.push(&place.spot),
            None => containers.push((name, vec![&place.spot])),
        }
    }
    match containers.as_slice() {
        [] => String::new(),
        [(name, spots)] => join(name, &cells(spots)),
        [(name, spots), (second, others)] => format!("{}；{}", join(name, &cells(spots)), join(second, &cells(others))),
        [(name, spots), ..] => format!("{} 等 {} 处", join(name, &cells(spots)), places.len()),
    }
}

/// A file in words, with the archive or letter that it lies in.
pub(super) fn file(path: &str) -> String {
    if path == place::BODY {
        return "邮件正文".to_owned();
    }
    match (path.split_once('/'), path.rsplit_once('/')) {
        (Some((outer, _)), Some((_, inner))) => {
            format!("“{}”中的“{}”", clean::file_name(outer), clean::file_name(inner))
        }
        _ => format!("“{}”", clean::file_name(path)),
    }
}

fn join(container: &str, cells: &str) -> String {
    if cells.is_empty() { container.to_owned() } else { format!("{container}，{cells}") }
}

/// Everything of a place but row and column.
fn container(place: &Place) -> String {
    let source =
        if place.source == place::BODY { file(&place.source) } else { format!("文件{}", file(&place.source)) };
    match &place.spot {
        Spot::Sheet { name, .. } => format!("{source}，工作表“{}”", clean::line(name, clean::NAME)),
        Spot::Table { number, .. } => format!("{source}，第{number}个表格"),
        Spot::Page { page, table: 1, .. } | Spot::Paragraph { page, .. } => format!("{source}，第{page}页"),
        Spot::Page { page, table, .. } => format!("{source}，第{page}页第{table}个表格"),
        Spot::Whole | Spot::Line(_) => source,
    }
}

/// Rows and columns within one sheet or table.
fn cells(spots: &[&Spot]) -> String {
    let mut names: Vec<String> = spots.iter().filter_map(|spot| cell(spot)).collect();
    names.dedup();
    let prefix = if spots.iter().any(|spot| matches!(spot, Spot::Sheet { .. })) { "单元格 " } else { "" };
    match names.as_slice() {
        [] => String::new(),
        [first, .., last] if names.len() > NAMED && is_run(spots) => format!("{prefix}{first} 至 {last}"),
        [first, ..] if names.len() > NAMED => format!("{prefix}{first} 等 {} 处", names.len()),
        _ => format!("{prefix}{}", names.join("、")),
    }
}

fn cell(spot: &Spot) -> Option<String> {
    match spot {
        Spot::Whole => None,
        Spot::Sheet { row, column, .. } => Some(place::cell_name(*row, *column)),
        Spot::Table { row, column, .. } | Spot::Page { row, column, .. } => {
            Some(format!("第{}行第{}列", u64::from(*row) + 1, u64::from(*column) + 1))
        }
        Spot::Line(number) => Some(format!("第{number}行")),
        Spot::Paragraph { number, .. } => Some(format!("第{number}段")),
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

    fn sheet(row: u32, column: u32) -> Place {
        Place { source: "调查表.xlsx".into(), spot: Spot::Sheet { name: "Sheet1".into(), row, column } }
    }

    fn check(place: &Place, expected: &str) {
        assert_eq!(together(&[place]), expected);
    }

    fn check_together(places: &[Place], expected: &str) {
        assert_eq!(together(&places.iter().collect::<Vec<_>>()), expected);
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
}
