//! The table as CSV for spreadsheets: UTF-8 with its mark, CRLF, every field in quotation marks. A text that a spreadsheet would run
//! as a formula has an apostrophe before it and is a text.

use super::column::{Column, Value, columns};
use super::{Made, Row, Table, words};
use crate::survey::is_invisible;
use crate::verdict::Standing;

/// What a text begins with that a spreadsheet may run, of both widths.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// Quotation marks that some programs pass over before a formula.
const QUOTES: [char; 7] = ['"', '\'', '“', '”', '‘', '’', '＂'];

/// The table under the form's headings.
#[must_use]
pub fn csv(table: &Table, made: &Made) -> String {
    let columns = columns(&table.survey);
    let headings = line(columns.iter().map(words::heading));
    let rows = table.rows.iter().map(|row| line(columns.iter().map(|column| shown(column, row, made))));
    std::iter::once("\u{feff}".to_owned()).chain(std::iter::once(headings)).chain(rows).collect()
}

/// A line of fields, none of which is run by a spreadsheet.
pub fn line(fields: impl IntoIterator<Item = String>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|field| quoted(&field)).collect();
    format!("{}\r\n", fields.join(","))
}

fn shown(column: &Column<'_>, row: &Row, made: &Made) -> String {
    match column.value(row) {
        Value::None => String::new(),
        Value::Text(text) => state_in_words(column, row).unwrap_or(text).to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Time(at) => words::time(at, &made.zone),
    }
}

/// The word for the state, in the column of states.
pub(super) fn state_in_words(column: &Column<'_>, row: &Row) -> Option<&'static str> {
    let state: Standing = row.state;
    matches!(column.holds, super::Holds::State).then(|| words::state(state))
}

fn quoted(text: &str) -> String {
    let guard = if is_run(text) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// Whether a spreadsheet might take a text for a formula: it begins like one, behind quotation marks and what cannot be seen too.
fn is_run(text: &str) -> bool {
    // A telephone number is no number: +86 is how it begins.
    let is_number = !text.starts_with('+') && text.parse::<rust_decimal::Decimal>().is_ok();
    let hidden = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c) || QUOTES.contains(&c);
    let begins = text.trim_start_matches(hidden).starts_with(SIGNS);
    !is_number && (begins || text.starts_with(['\t', '\r', '\n']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_a_text() {
        for text in [
            "=1+1",
            "+1+1",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "\tx",
            "＝1+1",
            "＋1",
            "－1+x",
            "＠SUM(A1)",
            " =1+1",
            "\u{3000}=1+1",
            "\u{a0}=1",
            "\u{feff}=1",
            "\u{200b}=1",
            "\"=1+1\"",
            "'=1+1",
            "“=1+1”",
            " \" =1",
            "=cmd|' /C calc'!A0",
            "+cmd|' /C calc'!A0",
            "-2+3+cmd|' /C calc'!A0",
            "@SUM(1+1)*cmd|' /C calc'!A0",
            "=HYPERLINK(\"http://x.example\",\"点此\")",
            "+8675780001234",
            "+86 757",
        ] {
            assert!(quoted(text).starts_with("\"'"), "{text:?}");
        }
    }

    #[test]
    fn what_is_harmless_stays_as_it_is() {
        for text in ["", "无", "-5", "-12.5", "1200万元", "a=b", "3-5人", "1200+", "“核心”技术", "a@b.example"]
        {
            assert_eq!(quoted(text), format!("\"{text}\""));
        }
        assert_eq!(line(["a\"b".to_owned(), "x,y\nz".to_owned()]), "\"a\"\"b\",\"x,y\nz\"\r\n");
    }
}
