//! Between the words of the domain and what a column holds.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Params, Row};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use super::error::{Fault, Outcome};

/// A time as the file holds it: UTC with microseconds, always as long, so that it sorts as it reads.
pub(super) fn time(at: Timestamp) -> String {
    format!("{at:.6}")
}

/// A time read back.
pub(super) fn parse_time(text: &str) -> Outcome<Timestamp> {
    text.parse().map_err(|_| Fault::Garbled(format!("{text:?} is no time")))
}

/// One of an enum's words, such as `in_correction`, read back.
pub(super) fn word<T: DeserializeOwned>(text: &str) -> Outcome<T> {
    Ok(serde_json::from_value(serde_json::Value::from(text))?)
}

/// A size as the file holds it; SQLite's integers are signed.
pub(super) fn size(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// A size or a count read back.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// A decimal read back, where there is one.
pub(super) fn decimal(text: Option<String>) -> Outcome<Option<Decimal>> {
    let parse = |text: String| text.parse().map_err(|_| Fault::Garbled(format!("{text:?} is no decimal")));
    text.map(parse).transpose()
}

/// Runs a statement; answers how many rows it changed.
pub(super) fn execute(connection: &Connection, sql: &str, params: impl Params) -> Outcome<usize> {
    Ok(connection.prepare_cached(sql)?.execute(params)?)
}

/// Runs an `INSERT`; answers the number of the new row.
pub(super) fn insert(connection: &Connection, sql: &str, params: impl Params) -> Outcome<i64> {
    Ok(connection.prepare_cached(sql)?.insert(params)?)
}

/// The first row, if there is one.
pub(super) fn first<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Outcome<Option<T>> {
    Ok(connection.prepare_cached(sql)?.query_row(params, read).optional()?)
}

/// The first column of the only row: a count, a truth.
pub(super) fn scalar<T: rusqlite::types::FromSql>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Outcome<T> {
    Ok(connection.prepare_cached(sql)?.query_row(params, |row| row.get(0))?)
}

/// All rows.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Outcome<T>,
) -> Outcome<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_sort_as_they_read() {
        for (text, kept) in [
            ("2017-12-19T16:05:00+08:00", "2017-12-19T08:05:00.000000Z"),
            ("2017-12-19T08:05:00.1234567Z", "2017-12-19T08:05:00.123456Z"),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"),
        ] {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(time(at), kept);
            assert_eq!(time(parse_time(kept).unwrap()), kept);
        }
    }
}
