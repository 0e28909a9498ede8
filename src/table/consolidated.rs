//! The consolidated table: a return a row, in the form's own look, with notes below on how its figures are written. It is what officials
//! are sent and pass on.

use super::{Cell, Made, Row, Table, note, words};
use crate::form::{self, Summary};
use crate::survey::Item;
use crate::survey::ItemKind;
use crate::value::amount;
use crate::verdict::Standing;

/// What stands for a place on a form that each office fills in: XX 区.
const BLANKS: [char; 10] = ['X', 'x', 'Ｘ', 'ｘ', '×', '某', '＿', '_', '○', '*'];
/// Kinds of places.
const PLACES: [char; 10] = ['省', '市', '区', '县', '镇', '乡', '州', '盟', '旗', '村'];

/// The complete returns as a Word document under the form's title with the district's name, such as 岭泽市禾塘区.
#[must_use]
pub fn consolidated_docx(table: &Table, district: Option<&str>, made: &Made) -> Vec<u8> {
    form_docx(&complete(table), district, made)
}

/// The complete returns as an Excel workbook under the form's title with the district's name.
#[must_use]
pub fn consolidated_xlsx(table: &Table, district: Option<&str>, made: &Made) -> Vec<u8> {
    form_xlsx(&complete(table), district, made)
}

/// All rows in the same way; one that is not complete says so behind its name.
#[must_use]
pub fn form_docx(table: &Table, district: Option<&str>, made: &Made) -> Vec<u8> {
    form::summary_docx(&table.survey, &summary(table, district, made))
}

/// All rows in the same way, as an Excel workbook.
#[must_use]
pub fn form_xlsx(table: &Table, district: Option<&str>, made: &Made) -> Vec<u8> {
    form::summary_xlsx(&table.survey, &summary(table, district, made))
}

fn complete(table: &Table) -> Table {
    let rows = table.rows.iter().filter(|row| row.state == Standing::Complete).cloned().collect();
    let mut scope = table.scope.clone();
    scope.states = vec![Standing::Complete];
    Table { survey: table.survey.clone(), scope, rows }
}

fn summary(table: &Table, district: Option<&str>, made: &Made) -> Summary {
    Summary {
        title: title(&table.survey.title, district),
        rows: table.rows.iter().map(|row| cells(table, row)).collect(),
        lines: note::notes(table, made),
        day: made.at.to_zoned(made.zone.clone()).date(),
    }
}

/// The form's title with a district's name in the place that the form leaves for it, or before it.
fn title(title: &str, district: Option<&str>) -> String {
    let plain = without_blank(title.trim());
    match district.map(str::trim).filter(|district| !district.is_empty()) {
        Some(district) if !plain.starts_with(district) => format!("{district}{plain}"),
        _ => plain.to_owned(),
    }
}

/// A title without XX 区 before it.
fn without_blank(title: &str) -> &str {
    let rest = title.trim_start_matches(BLANKS);
    let place = rest.trim_start();
    if rest.len() == title.len() || !place.starts_with(PLACES) {
        return title;
    }
    let mut letters = place.chars();
    letters.next();
    letters.as_str().trim_start()
}

fn cells(table: &Table, row: &Row) -> Vec<String> {
    let cell = |(item, cell): (&Item, &Option<Cell>)| {
        let text = cell.as_ref().map(|cell| written(item, cell)).unwrap_or_default();
        if item.kind != ItemKind::Identity {
            return text;
        }
        // Who gave no name may be known by the roster.
        let name = if text.is_empty() { row.respondent.clone() } else { text };
        if row.state == Standing::Complete { name } else { format!("{name}（{}）", words::state(row.state)) }
    };
    table.survey.items.iter().zip(&row.cells).map(cell).collect()
}

/// An answer as written; an amount that is written otherwise with its units of ten thousand in brackets.
fn written(item: &Item, cell: &Cell) -> String {
    let ItemKind::Money { currency, .. } = &item.kind else { return cell.text.clone() };
    match amount::in_ten_thousands(&cell.says) {
        Some(words) if !says_so(cell, currency) => format!("{}（{words}）", cell.text),
        _ => cell.text.clone(),
    }
}

/// Whether the text itself shows the amount in units of ten thousand: the same figures and no other, and the currency where it is not
/// the survey's.
fn says_so(cell: &Cell, home: &str) -> bool {
    let text: String = crate::survey::squeeze(&cell.text).replace(',', "");
    let ends = [cell.says.low, cell.says.high].into_iter().flatten();
    let mut wanted: Vec<_> = ends.map(amount::ten_thousands).collect();
    wanted.dedup();
    let figures: Vec<rust_decimal::Decimal> = figures(&text);
    if wanted.iter().all(rust_decimal::Decimal::is_zero) {
        return figures == wanted;
    }
    let own = cell.says.currency.as_deref().unwrap_or(home);
    let is_named = own == home || text.contains(amount::currency_name(own).trim_start());
    let other_scales = ["亿", "兆", "十万", "百万", "千万", "万万"];
    figures == wanted && is_named && text.contains('万') && !other_scales.iter().any(|scale| text.contains(scale))
}

/// The figures in a text, in order.
fn figures(text: &str) -> Vec<rust_decimal::Decimal> {
    let runs = text.split(|letter: char| !letter.is_ascii_digit() && letter != '.');
    runs.filter_map(|run| run.parse().ok()).map(|figure: rust_decimal::Decimal| figure.normalize()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::money;

    #[test]
    fn the_districts_name_takes_the_place_that_the_form_leaves() {
        let plain = "人工智能产业相关企业、技术平台调查表";
        let named = format!("岭泽市禾塘区{plain}");
        for blank in ["", "XX 区", "XX区", "××区", "某区", "某某市", "＿＿＿＿县", "XX　区"] {
            assert_eq!(title(&format!("{blank}{plain}"), Some("岭泽市禾塘区")), named, "{blank}");
            assert_eq!(title(&format!("{blank}{plain}"), None), plain, "{blank}");
        }
        assert_eq!(title(&named, Some("岭泽市禾塘区")), named);
        assert_eq!(title("X射线产业调查表", None), "X射线产业调查表");
        assert_eq!(title("区块链产业调查表", Some("禾塘区")), "禾塘区区块链产业调查表");
        assert_eq!(title(plain, Some(" ")), plain);
    }

    #[test]
    fn an_amount_written_otherwise_has_its_ten_thousands_behind_it() {
        let survey = crate::survey::Survey::founding().unwrap();
        let item = survey.item("revenue").unwrap();
        let k = |amount: &'static str| Some(amount);
        for (text, low, high, currency, shown) in [
            ("1200万元", k("12000000"), k("12000000"), "CNY", "1200万元"),
            ("1,200.00 万元", k("12000000"), k("12000000"), "CNY", "1,200.00 万元"),
            ("约1200万", k("12000000"), k("12000000"), "CNY", "约1200万"),
            ("0.12亿元", k("12000000"), k("12000000"), "CNY", "0.12亿元（1200万元）"),
            ("12,000,000", k("12000000"), k("12000000"), "CNY", "12,000,000（1200万元）"),
            ("1200", k("12000000"), k("12000000"), "CNY", "1200（1200万元）"),
            ("一千二百万元", k("12000000"), k("12000000"), "CNY", "一千二百万元（1200万元）"),
            ("2千万元", k("20000000"), k("20000000"), "CNY", "2千万元（2000万元）"),
            ("300-500万元", k("3000000"), k("5000000"), "CNY", "300-500万元"),
            ("300万元至0.05亿元", k("3000000"), k("5000000"), "CNY", "300万元至0.05亿元（300万元至500万元）"),
            ("1亿元以上", k("100000000"), None, "CNY", "1亿元以上（10000万元以上）"),
            ("5000万元以下", None, k("50000000"), "CNY", "5000万元以下"),
            ("2017年1200万元", k("12000000"), k("12000000"), "CNY", "2017年1200万元（1200万元）"),
            ("0", k("0"), k("0"), "CNY", "0"),
            ("零", k("0"), k("0"), "CNY", "零（0万元）"),
            ("50万美元", k("500000"), k("500000"), "USD", "50万美元"),
            ("USD 500,000", k("500000"), k("500000"), "USD", "USD 500,000（50万美元）"),
            ("50万", k("500000"), k("500000"), "USD", "50万（50万美元）"),
        ] {
            assert_eq!(written(item, &money(text, low, high, currency)), shown);
        }
        let withheld = Cell { text: "保密".into(), is_withheld: true, ..Cell::default() };
        assert_eq!(written(item, &withheld), "保密");
    }
}
