//! How things stand, in numbers.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde::Serialize;

use crate::store::error::Outcome;
use crate::store::row::{all, count, scalar};
use crate::store::{Store, StoreError, doubt};

/// How things stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Messages kept in all.
    pub messages: u64,
    /// Messages that wait to be read.
    pub waiting: u64,
    /// Those of them that are read later, as their senders send too much.
    pub put_off: u64,
    /// Messages that failed by a fault of ours.
    pub failed: u64,
    /// Messages read, by disposition.
    pub dispositions: BTreeMap<String, u64>,
    /// Deliveries of a mail that was there before.
    pub duplicates: u64,
    /// Messages that wait for an operator.
    pub held: u64,
    /// Messages in quarantine on which an operator has to decide.
    pub quarantined: u64,
    /// Places whose message is kept, and that are not settled at the mailbox yet.
    pub unsettled: u64,
    /// Notices by state.
    pub notices: BTreeMap<String, u64>,
    /// When the latest message arrived.
    pub last_received_at: Option<String>,
    /// Since when the longest waiting notice waits.
    pub oldest_queued_at: Option<String>,
    /// When the database was restored, while notices that may have gone out before are held for it.
    pub restored_at: Option<String>,
    /// Each survey.
    pub surveys: Vec<SurveyStatus>,
}

/// How one survey stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SurveyStatus {
    /// Its short name.
    pub survey: String,
    /// Its view in the database.
    pub view: String,
    /// Respondents whose current return is complete.
    pub complete: u64,
    /// Respondents whose current return has errors.
    pub in_correction: u64,
    /// Returns that wait to be mended beside a complete one.
    pub pending: u64,
    /// Returns on which an operator has to decide.
    pub contested: u64,
}

impl Store {
    /// How things stand.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn status(&self) -> Result<Status, StoreError> {
        self.read(status)
    }
}

fn status(connection: &Connection) -> Outcome<Status> {
    let number = |sql: &str| -> Outcome<u64> { Ok(count(scalar(connection, sql, [])?)) };
    Ok(Status {
        messages: number("SELECT count(*) FROM message")?,
        waiting: number("SELECT count(*) FROM message WHERE state = 'kept'")?,
        put_off: number("SELECT count(*) FROM message WHERE state = 'kept' AND put_off_until IS NOT NULL")?,
        failed: number("SELECT count(*) FROM message WHERE state = 'failed'")?,
        dispositions: by_word(
            connection,
            "SELECT disposition, count(*) FROM message WHERE state = 'read' AND duplicate_of IS NULL GROUP BY 1",
        )?,
        duplicates: number("SELECT count(*) FROM message WHERE duplicate_of IS NOT NULL")?,
        held: number(
            "SELECT count(*) FROM message WHERE disposition = 'held' AND ruling = 'none' AND duplicate_of IS NULL
                 AND state <> 'quarantined'",
        )?,
        quarantined: number("SELECT count(*) FROM message WHERE state = 'quarantined' AND ruling <> 'discarded'")?,
        unsettled: number("SELECT count(*) FROM location WHERE settled = 0")?,
        notices: by_word(connection, "SELECT state, count(*) FROM notice GROUP BY 1")?,
        last_received_at: scalar(connection, "SELECT max(received_at) FROM message", [])?,
        oldest_queued_at: scalar(connection, "SELECT min(queued_at) FROM notice WHERE state = 'queued'", [])?,
        restored_at: doubt::since(connection)?,
        surveys: surveys(connection)?,
    })
}

fn by_word(connection: &Connection, sql: &str) -> Outcome<BTreeMap<String, u64>> {
    let rows = all(connection, sql, [], |row| Ok((row.get(0)?, count(row.get(1)?))))?;
    Ok(rows.into_iter().collect())
}

fn surveys(connection: &Connection) -> Outcome<Vec<SurveyStatus>> {
    // Returns are read as they lie in the file (CROSS): from respondent to respondent SQLite would read each page many times.
    let sql = "SELECT survey.id, survey.view, coalesce(complete, 0), coalesce(in_correction, 0), coalesce(pending, 0),
                   coalesce(contested, 0)
               FROM survey LEFT JOIN (SELECT respondent.survey,
                       count(*) FILTER (WHERE standing = 'complete') AS complete,
                       count(*) FILTER (WHERE standing = 'in_correction') AS in_correction,
                       count(*) FILTER (WHERE standing = 'pending') AS pending,
                       count(*) FILTER (WHERE standing = 'contested') AS contested
                   FROM return_version CROSS JOIN respondent ON respondent.id = return_version.respondent
                   GROUP BY respondent.survey) AS stood ON stood.survey = survey.id
               ORDER BY survey.id";
    all(connection, sql, [], |row| {
        Ok(SurveyStatus {
            survey: row.get(0)?,
            view: row.get(1)?,
            complete: count(row.get(2)?),
            in_correction: count(row.get(3)?),
            pending: count(row.get(4)?),
            contested: count(row.get(5)?),
        })
    })
}
