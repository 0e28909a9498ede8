//! The table as JSON: an array of objects, a line each, under the names of the view. Numbers are exact decimals.

use super::column::{Column, Value, columns};
use super::{Row, Table};

/// The table under the names of the view.
#[must_use]
pub fn json(table: &Table) -> String {
    let columns = columns(&table.survey);
    let rows: Vec<String> = table.rows.iter().map(|row| object(&columns, row)).collect();
    if rows.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", rows.join(",\n")) }
}

fn object(columns: &[Column<'_>], row: &Row) -> String {
    let members = columns.iter().map(|column| format!("{}:{}", text(&column.name), value(&column.value(row))));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn value(value: &Value<'_>) -> String {
    match value {
        Value::None => "null".to_owned(),
        Value::Text(written) => text(written),
        Value::Number(number) => number.to_string(),
        Value::Time(at) => text(&format!("{at:.6}")),
    }
}

fn text(written: &str) -> String {
    serde_json::Value::from(written).to_string()
}
