//! The table of a survey: its current returns, a row each, for exports and counting.

use std::collections::BTreeMap;

use rusqlite::Connection;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::store::error::Outcome;
use crate::store::row::{all, count, decimal};
use crate::store::{Store, StoreError};
use crate::survey::Facet;

/// A survey's current returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Short name of the survey.
    pub survey: String,
    /// Title of the form.
    pub title: String,
    /// The items in the form's order.
    pub columns: Vec<Column>,
    /// One row a respondent, in order of arrival.
    pub rows: Vec<TableRow>,
}

/// An item as a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Key of the item.
    pub key: String,
    /// Its label on the form.
    pub label: String,
    /// The columns that its answers fill besides their text.
    pub facets: &'static [Facet],
}

/// A respondent's current return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableRow {
    /// Number of the return.
    pub id: i64,
    /// Name of the respondent; empty when it gave none.
    pub respondent: String,
    /// `complete` or `in_correction`.
    pub state: String,
    /// Its place among the respondent's versions, from 1.
    pub version: u64,
    /// When it arrived.
    pub received_at: String,
    /// The message it came in.
    pub message: i64,
    /// A cell for each column; none where there is no answer.
    pub cells: Vec<Option<Cell>>,
}

/// An answer in the table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Cell {
    /// The answer as written.
    pub text: String,
    /// The normalised answer where it is no number.
    pub value: Option<String>,
    /// Lower bound of a number; an amount's in the main unit.
    pub low: Option<Decimal>,
    /// Upper bound of a number.
    pub high: Option<Decimal>,
    /// ISO 4217 code of an amount.
    pub currency: Option<String>,
}

impl Store {
    /// A survey's current returns.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when the survey was never configured.
    pub fn table(&self, survey: &str) -> Result<Table, StoreError> {
        self.read(|connection| {
            let survey = crate::store::survey::current(connection, survey)?;
            let columns: Vec<Column> = survey
                .items
                .iter()
                .map(|item| Column { key: item.key.clone(), label: item.label.clone(), facets: item.kind.facets() })
                .collect();
            let rows = rows(connection, &survey.id, &columns)?;
            Ok(Table { survey: survey.id, title: survey.title, columns, rows })
        })
    }
}

fn rows(connection: &Connection, survey: &str, columns: &[Column]) -> Outcome<Vec<TableRow>> {
    let mut answers = answers(connection, survey)?;
    let sql = "SELECT return_version.id, respondent.name, return_version.standing, return_version.number,
                   message.received_at, message.id
               FROM return_version JOIN respondent ON respondent.id = return_version.respondent
               JOIN message ON message.id = return_version.message
               WHERE respondent.survey = ?1 AND return_version.standing IN ('complete', 'in_correction')
               ORDER BY message.received_at, message.id, return_version.ordinal";
    all(connection, sql, [survey], |row| {
        let id = row.get(0)?;
        let mut own = answers.remove(&id).unwrap_or_default();
        Ok(TableRow {
            id,
            respondent: row.get(1)?,
            state: row.get(2)?,
            version: count(row.get(3)?),
            received_at: row.get(4)?,
            message: row.get(5)?,
            cells: columns.iter().map(|column| own.remove(&column.key)).collect(),
        })
    })
}

/// The answers of a survey by return and item.
fn answers(connection: &Connection, survey: &str) -> Outcome<BTreeMap<i64, BTreeMap<String, Cell>>> {
    let sql = "SELECT answer.version, answer.item, answer.text, answer.value, answer.low, answer.high,
                   answer.currency
               FROM answer JOIN return_version ON return_version.id = answer.version
               JOIN respondent ON respondent.id = return_version.respondent WHERE respondent.survey = ?1";
    let mut found: BTreeMap<i64, BTreeMap<String, Cell>> = BTreeMap::new();
    all(connection, sql, [survey], |row| {
        let cell = Cell {
            text: row.get(2)?,
            value: row.get(3)?,
            low: decimal(row.get(4)?)?,
            high: decimal(row.get(5)?)?,
            currency: row.get(6)?,
        };
        found.entry(row.get(0)?).or_default().insert(row.get(1)?, cell);
        Ok(())
    })?;
    Ok(found)
}
