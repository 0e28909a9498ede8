//! What the store holds of one message, to be compared with what it holds after the message was read anew.

use rusqlite::Connection;
use serde::Serialize;

use crate::issue::Issue;
use crate::reading::Return;
use crate::store::compare;
use crate::store::error::{Fault, Outcome};
use crate::store::listing::{self, AttachmentRow};
use crate::store::row::{all, first};

/// Everything that was read of a message and decided on it. Its JSON is what stays of a reading that was replaced; the returns
/// stay in rows of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Snapshot {
    #[serde(skip)]
    pub(super) message: i64,
    #[serde(skip)]
    pub(super) received_at: String,
    pub(super) disposition: Option<String>,
    pub(super) survey: Option<String>,
    pub(super) sender: String,
    pub(super) subject: String,
    pub(super) automatic: Option<String>,
    pub(super) duplicate_of: Option<i64>,
    pub(super) issues: Vec<Issue>,
    pub(super) narratives: Vec<Narrative>,
    pub(super) attachments: Vec<AttachmentRow>,
    #[serde(skip)]
    pub(super) returns: Vec<Standing>,
}

/// A narrative as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Narrative {
    pub(super) attachment: String,
    respondent: Option<String>,
    text: String,
}

/// A return that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) id: i64,
    pub(super) respondent: i64,
    pub(super) survey: Option<String>,
    pub(super) key: String,
    pub(super) ordinal: i64,
    pub(super) standing: String,
    pub(super) number: i64,
    /// As it was read, with what was remarked on it when it was judged.
    pub(super) as_read: Return,
}

impl Snapshot {
    /// Loads it.
    pub(super) fn load(connection: &Connection, message: i64) -> Outcome<Self> {
        let mut snapshot = bare(connection, message)?;
        let sql = "SELECT document FROM issue WHERE message = ?1 AND version IS NULL ORDER BY id";
        snapshot.issues = all(connection, sql, [message], |row| {
            let document: String = row.get(0)?;
            Ok(serde_json::from_str(&document)?)
        })?;
        let sql = "SELECT attachment, respondent, text FROM narrative WHERE message = ?1 ORDER BY id";
        snapshot.narratives = all(connection, sql, [message], |row| {
            Ok(Narrative { attachment: row.get(0)?, respondent: row.get(1)?, text: row.get(2)? })
        })?;
        snapshot.attachments = listing::attachments(connection, message)?;
        snapshot.returns = returns(connection, message)?;
        Ok(snapshot)
    }

    /// Whether the same was read and decided, however its returns stand among others.
    pub(super) fn reads_as(&self, other: &Self) -> bool {
        let bare = |one: &Self| Self { returns: Vec::new(), ..one.clone() };
        let read = |one: &Self| -> Vec<(i64, i64, Return)> {
            one.returns.iter().map(|one| (one.respondent, one.ordinal, one.as_read.clone())).collect()
        };
        bare(self) == bare(other) && read(self) == read(other)
    }

    /// Whether its returns stand alike.
    pub(super) fn stands_as(&self, other: &Self) -> bool {
        let how = |one: &Self| -> Vec<String> { one.returns.iter().map(|one| one.standing.clone()).collect() };
        how(self) == how(other)
    }

    /// The respondents of its returns.
    pub(super) fn respondents(&self) -> impl Iterator<Item = i64> {
        self.returns.iter().map(|one| one.respondent)
    }

    /// The respondents of its returns, by survey and key.
    pub(super) fn keys(&self) -> Vec<(Option<String>, String)> {
        self.returns.iter().map(|one| (one.survey.clone(), one.key.clone())).collect()
    }
}

fn bare(connection: &Connection, message: i64) -> Outcome<Snapshot> {
    let sql =
        "SELECT received_at, disposition, survey, sender, subject, automatic, duplicate_of FROM message WHERE id = ?1";
    let found = first(connection, sql, [message], |row| {
        Ok(Snapshot {
            message,
            received_at: row.get(0)?,
            disposition: row.get(1)?,
            survey: row.get(2)?,
            sender: row.get(3)?,
            subject: row.get(4)?,
            automatic: row.get(5)?,
            duplicate_of: row.get(6)?,
            issues: Vec::new(),
            narratives: Vec::new(),
            attachments: Vec::new(),
            returns: Vec::new(),
        })
    })?;
    found.ok_or_else(|| Fault::unknown("message", message))
}

fn returns(connection: &Connection, message: i64) -> Outcome<Vec<Standing>> {
    let sql = "SELECT return_version.id, respondent.id, respondent.survey, respondent.key, return_version.ordinal,
                   return_version.standing, return_version.number, return_version.as_read, remarked.remarks
               FROM return_version JOIN respondent ON respondent.id = return_version.respondent
               LEFT JOIN remarked ON remarked.version = return_version.id
               WHERE return_version.message = ?1 AND return_version.rereading IS NULL ORDER BY return_version.ordinal";
    all(connection, sql, [message], |row| {
        let as_read: String = row.get(7)?;
        let mut as_read: Return = serde_json::from_str(&as_read)?;
        as_read.issues.extend(compare::parse(row.get(8)?)?);
        Ok(Standing {
            id: row.get(0)?,
            respondent: row.get(1)?,
            survey: row.get(2)?,
            key: row.get(3)?,
            ordinal: row.get(4)?,
            standing: row.get(5)?,
            number: row.get(6)?,
            as_read,
        })
    })
}
