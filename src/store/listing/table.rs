//! The table of a survey: its returns, a row each, for exports and counting.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::IS_ODD;
use crate::issue::Problem;
use crate::reading::Return;
use crate::store::error::Outcome;
use crate::store::row::{all, count, decimal, parse_time, time, word};
use crate::store::{Store, StoreError};
use crate::survey::Survey;
use crate::table::{Cell, Row, Scope, Table};
use crate::value::Typed;
use crate::verdict::Standing;

impl Store {
    /// Returns of a survey, in order of arrival; days of the scope are whole days of the zone.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when the survey was never configured.
    pub fn table(&self, survey: &str, scope: &Scope, zone: &TimeZone) -> Result<Table, StoreError> {
        self.read(|connection| {
            let survey = crate::store::survey::current(connection, survey)?;
            let rows = rows(connection, &survey, scope, zone)?;
            Ok(Table { survey, scope: scope.clone(), rows })
        })
    }

    /// What the roster of a survey says of respondents: its columns, and what stands in each.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn tags(&self, survey: &str) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
        let sql = "SELECT DISTINCT tag, value FROM respondent_tag
                   JOIN respondent ON respondent.id = respondent_tag.respondent
                   WHERE respondent.survey = ?1 ORDER BY tag, value";
        self.read(|connection| {
            let mut tags: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (tag, value) in all(connection, sql, [survey], |row| Ok((row.get(0)?, row.get(1)?)))? {
                tags.entry(tag).or_default().push(value);
            }
            Ok(tags)
        })
    }
}

/// The returns of a survey in the order of their arrival. A replaced reading counts for nothing.
const ROWS: &str = "
    SELECT return_version.id, respondent.name, return_version.standing, return_version.number, message.received_at,
        message.id, respondent.id
    FROM return_version JOIN respondent ON respondent.id = return_version.respondent
    JOIN message ON message.id = return_version.message
    WHERE respondent.survey = ?1 AND return_version.rereading IS NULL
        AND return_version.standing IN (SELECT value FROM json_each(?2))
        AND (?3 IS NULL OR message.received_at >= ?3) AND (?4 IS NULL OR message.received_at < ?4)
        AND NOT EXISTS (SELECT 1 FROM json_each(?5) AS wanted WHERE NOT EXISTS (
            SELECT 1 FROM respondent_tag WHERE respondent_tag.respondent = respondent.id
            AND tag = json_extract(wanted.value, '$[0]') AND respondent_tag.value = json_extract(wanted.value, '$[1]')))
    ORDER BY message.received_at, message.id, return_version.ordinal";

fn rows(connection: &Connection, survey: &Survey, scope: &Scope, zone: &TimeZone) -> Outcome<Vec<Row>> {
    let states: Vec<&str> = scope.standings().into_iter().map(Standing::as_str).collect();
    let (from, before) = scope.bounds(zone);
    let (states, tags) = (serde_json::to_string(&states)?, serde_json::to_string(&scope.tags)?);
    let mut rows = all(connection, ROWS, (&survey.id, states, from.map(time), before.map(time), tags), |row| {
        Ok(Row {
            id: row.get(0)?,
            respondent: row.get(1)?,
            state: word(&row.get::<_, String>(2)?)?,
            version: count(row.get(3)?),
            received_at: parse_time(&row.get::<_, String>(4)?)?,
            message: row.get(5)?,
            respondent_id: row.get(6)?,
            cells: Vec::new(),
        })
    })?;
    let mut current = answers(connection, &survey.id)?;
    for row in &mut rows {
        let mut own = if row.state.is_current() {
            current.remove(&row.id).unwrap_or_default()
        } else {
            as_read(connection, row.id)?
        };
        row.cells = survey.items.iter().map(|item| own.remove(&item.key)).collect();
    }
    Ok(rows)
}

/// Cells by item.
type Cells = BTreeMap<String, Cell>;

/// The answers that count of a survey, by return and item.
fn answers(connection: &Connection, survey: &str) -> Outcome<BTreeMap<i64, Cells>> {
    let sql = format!(
        "SELECT answer.version, answer.item, answer.text, answer.value, answer.low, answer.high, answer.currency,
             answer.approximate, EXISTS (SELECT 1 FROM issue WHERE issue.version = answer.version
                 AND issue.item = answer.item AND issue.code = 'withheld'), {IS_ODD}
         FROM answer JOIN return_version ON return_version.id = answer.version
         JOIN respondent ON respondent.id = return_version.respondent WHERE respondent.survey = ?1"
    );
    let mut found: BTreeMap<i64, Cells> = BTreeMap::new();
    all(connection, &sql, [survey], |row| {
        let says = Typed {
            value: row.get(3)?,
            low: decimal(row.get(4)?)?,
            high: decimal(row.get(5)?)?,
            currency: row.get(6)?,
            approximate: row.get(7)?,
            unit: None,
        };
        let cell = Cell { text: row.get(2)?, says, is_withheld: row.get(8)?, is_odd: row.get(9)? };
        found.entry(row.get(0)?).or_default().insert(row.get(1)?, cell);
        Ok(())
    })?;
    Ok(found)
}

/// What a return that does not count said itself.
fn as_read(connection: &Connection, id: i64) -> Outcome<Cells> {
    let one: Return = super::returns::as_read(connection, id)?;
    let is = |item: &str, kind: fn(&Problem) -> bool| {
        one.issues.iter().any(|issue| kind(&issue.problem) && issue.about.item() == Some(item))
    };
    let cell = |(item, answer): (&String, &crate::value::Answer)| {
        let is_withheld = is(item, |problem| *problem == Problem::Withheld);
        let is_odd = is(item, Problem::is_odd);
        (item.clone(), Cell { text: answer.text.clone(), says: answer.value.typed(), is_withheld, is_odd })
    };
    Ok(one.answers.iter().map(cell).collect())
}
