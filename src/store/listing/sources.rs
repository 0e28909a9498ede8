//! Which files returns were read from, for whoever wants a respondent's originals.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::returns::as_read;
use crate::store::error::Outcome;
use crate::store::follow_up;
use crate::store::row::all;
use crate::store::{Store, StoreError};

/// A file of a message: the message's number and the file's path in it, [`crate::place::BODY`] for the message's own text.
pub type FileOf = (i64, String);

/// The files of a survey's returns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// The files that the answers of each return were read from. An answer of a current return may come from an older one.
    pub returns: BTreeMap<i64, BTreeSet<FileOf>>,
    /// The written material of each respondent.
    pub narratives: BTreeMap<i64, BTreeSet<FileOf>>,
    /// Messages that brought several returns.
    pub shared: BTreeSet<i64>,
}

impl Store {
    /// Which files the returns of a survey were read from.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sources(&self, survey: &str) -> Result<Sources, StoreError> {
        self.read(|connection| sources(connection, survey))
    }
}

fn sources(connection: &Connection, survey: &str) -> Outcome<Sources> {
    let mut found = Sources { returns: own(connection, survey)?, ..Sources::default() };
    for (current, item, source, message) in merged(connection, survey)? {
        if let Some(answer) = as_read(connection, source)?.answers.get(&item) {
            found.returns.entry(current).or_default().insert((message, answer.place.source.clone()));
        }
    }
    for (respondent, file) in follow_up::narratives(connection, survey)? {
        found.narratives.entry(respondent).or_default().insert(file);
    }
    let sql = "SELECT message FROM return_version WHERE rereading IS NULL GROUP BY message HAVING count(*) > 1";
    found.shared = all(connection, sql, [], |row| Ok(row.get(0)?))?.into_iter().collect();
    Ok(found)
}

/// What each return was read from itself.
fn own(connection: &Connection, survey: &str) -> Outcome<BTreeMap<i64, BTreeSet<FileOf>>> {
    let sql = "SELECT return_version.id, return_version.message, return_version.as_read FROM return_version
               JOIN respondent ON respondent.id = return_version.respondent
               WHERE respondent.survey = ?1 AND return_version.rereading IS NULL";
    let rows = all(connection, sql, [survey], |row| {
        let (id, message): (i64, i64) = (row.get(0)?, row.get(1)?);
        let read: crate::reading::Return = serde_json::from_str(&row.get::<_, String>(2)?)?;
        let files = read.answers.values().map(|answer| (message, answer.place.source.clone()));
        Ok((id, files.collect()))
    })?;
    Ok(rows.into_iter().collect())
}

/// Answers of current returns that an older one brought: the current one, the item, the older one and its message.
fn merged(connection: &Connection, survey: &str) -> Outcome<Vec<(i64, String, i64, i64)>> {
    let sql = "SELECT answer.version, answer.item, answer.source, older.message FROM answer
               JOIN return_version AS older ON older.id = answer.source
               JOIN respondent ON respondent.id = older.respondent
               WHERE respondent.survey = ?1 AND answer.source <> answer.version";
    all(connection, sql, [survey], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
}
