//! What is held of one respondent, to be given to it, or erased.
//!
//! A respondent has a number for each survey that it was asked in; those of one name go together. Its own mails are those that only
//! it answered in, those of senders that write for it alone, what was entered for it, and reports that mail to it came back. A
//! mail in which others answered too (an accountant's) is shared: of it, only what was read for the respondent is its own.

mod erase;
mod held;
mod named;
mod rewrite;

use std::collections::BTreeSet;

use rusqlite::Connection;
use serde::Serialize;

use super::error::{Fault, Outcome};
use super::row::all;
use super::{Store, StoreError};
use crate::value::identity;

pub use erase::{Erased, ErasureRow, erase};
pub use held::{HeldAnswer, HeldNotice, HeldText};
pub(super) use rewrite::{finish as finish_rewriting, is_due as is_rewriting_due};

/// Numbers of everything that is held of a respondent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Dossier {
    /// The respondent's numbers, one a survey.
    pub respondents: BTreeSet<i64>,
    /// Messages of its own.
    pub messages: BTreeSet<i64>,
    /// Messages in which others answered too.
    pub shared_messages: BTreeSet<i64>,
    /// Its returns.
    pub returns: BTreeSet<i64>,
    /// Notices that went to it alone.
    pub notices: BTreeSet<i64>,
    /// Notices in which others are spoken of too.
    pub shared_notices: BTreeSet<i64>,
    /// Digests that were made since its first mail came: tables of all complete returns go with each.
    pub digests: BTreeSet<i64>,
    /// Written material of its own in shared messages.
    pub narratives: BTreeSet<i64>,
}

/// Messages in which the respondents answered, and whether others did too.
const ANSWERED: &str = "
    SELECT message, max(respondent NOT IN (SELECT value FROM json_each(?1))) FROM return_version
    GROUP BY message HAVING max(respondent IN (SELECT value FROM json_each(?1)))";

/// Messages without a return from those who write for these respondents and for nobody else, and what was entered for them.
const WRITTEN: &str = "
    WITH speaks AS (
        SELECT respondent, lower(address) AS address FROM respondent_address
        UNION SELECT respondent, lower(address) FROM trusted_sender
        UNION SELECT return_version.respondent, message.sender_key FROM return_version
            JOIN message ON message.id = return_version.message WHERE message.sender_key <> ''),
    own AS (
        SELECT address FROM speaks WHERE respondent IN (SELECT value FROM json_each(?1))
        EXCEPT SELECT address FROM speaks WHERE respondent NOT IN (SELECT value FROM json_each(?1)))
    SELECT message.id FROM message JOIN own ON own.address = message.sender_key
    WHERE NOT EXISTS (SELECT 1 FROM return_version WHERE return_version.message = message.id)
    UNION SELECT message FROM entered WHERE respondent IN (SELECT value FROM json_each(?1))";

/// Letters for these respondents, and whether they are for others too.
const LETTERS: &str = "
    SELECT notice, max(respondent NOT IN (SELECT value FROM json_each(?1))) FROM follow_up
    GROUP BY notice HAVING max(respondent IN (SELECT value FROM json_each(?1)))";

/// What senders were told of a mail that nobody opened, and of a return that somebody else gave for a respondent. Neither answers a
/// message.
const INFECTED: &str = "SELECT notice.id FROM json_each(?1) JOIN notice ON notice.key = 'infected:' || value";
const DISPUTES: &str = "SELECT notice.id FROM json_each(?1) JOIN notice
    ON notice.key > 'dispute:' || value || ':' AND notice.key < 'dispute:' || value || ';'";

const DIGESTS: &str = "SELECT id FROM notice WHERE kind = 'digest' AND queued_at >=
    (SELECT min(kept_at) FROM message WHERE id IN (SELECT value FROM json_each(?1)))";

impl Store {
    /// The respondents of this number or name in any survey, other names of theirs among them.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when there is none.
    pub fn respondents_called(&self, wanted: &str) -> Result<Vec<(i64, Option<String>, String)>, StoreError> {
        self.read(|connection| {
            let (key, number) = (identity::key(wanted), wanted.parse::<i64>().ok());
            let sql = "WITH named AS (SELECT id FROM respondent WHERE id = ?1 OR ?1 IS NULL AND (key = ?2
                           OR id IN (SELECT respondent FROM respondent_name WHERE key = ?2)))
                       SELECT id, survey, coalesce(nullif(respondent.name, ''), invited.name, '') FROM respondent
                       LEFT JOIN invited ON invited.respondent = respondent.id WHERE id IN named ORDER BY id";
            let found = all(connection, sql, (number, key), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            if found.is_empty() { Err(Fault::unknown("respondent", wanted)) } else { Ok(found) }
        })
    }

    /// Of the digests of a dossier, those that have still to go.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn waiting_digests(&self, of: &Dossier) -> Result<BTreeSet<i64>, StoreError> {
        let sql = "SELECT id FROM notice WHERE state IN ('queued', 'held') AND id IN (SELECT value FROM json_each(?1))";
        self.read(|connection| numbers(connection, sql, &of.digests))
    }

    /// By what a respondent is known on a roster: its names as they are compared, and its credit code.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn identities(&self, respondent: i64) -> Result<BTreeSet<String>, StoreError> {
        let sql = "SELECT key FROM respondent WHERE id = ?1
                   UNION SELECT key FROM respondent_name WHERE respondent = ?1
                   UNION SELECT credit_code FROM invited WHERE respondent = ?1 AND credit_code IS NOT NULL";
        self.read(|connection| Ok(all(connection, sql, [respondent], |row| Ok(row.get(0)?))?.into_iter().collect()))
    }

    /// The numbers of everything that is held of respondents.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn dossier(&self, respondents: &BTreeSet<i64>) -> Result<Dossier, StoreError> {
        self.read(|connection| dossier(connection, respondents))
    }
}

/// A list of numbers as a statement takes it.
fn listed(numbers: &BTreeSet<i64>) -> Outcome<String> {
    Ok(serde_json::to_string(numbers)?)
}

fn numbers(connection: &Connection, sql: &str, of: &BTreeSet<i64>) -> Outcome<BTreeSet<i64>> {
    Ok(all(connection, sql, [listed(of)?], |row| Ok(row.get(0)?))?.into_iter().collect())
}

/// Numbers that are the respondents' own, and those that others share.
fn parted(connection: &Connection, sql: &str, of: &BTreeSet<i64>) -> Outcome<(BTreeSet<i64>, BTreeSet<i64>)> {
    let found: Vec<(i64, bool)> = all(connection, sql, [listed(of)?], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (shared, own): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, shared)| *shared);
    let ids = |found: Vec<(i64, bool)>| found.into_iter().map(|(id, _)| id).collect();
    Ok((ids(own), ids(shared)))
}

fn dossier(connection: &Connection, respondents: &BTreeSet<i64>) -> Outcome<Dossier> {
    let (mut messages, shared_messages) = parted(connection, ANSWERED, respondents)?;
    messages.extend(numbers(connection, WRITTEN, respondents)?);
    let (mut notices, mut shared_notices) = parted(connection, LETTERS, respondents)?;
    let answers = "SELECT id FROM notice WHERE message IN (SELECT value FROM json_each(?1))";
    notices.extend(numbers(connection, answers, &messages)?);
    shared_notices.extend(numbers(connection, answers, &shared_messages)?);
    notices.extend(numbers(connection, DISPUTES, respondents)?);
    notices.extend(numbers(connection, INFECTED, &messages)?);
    shared_notices.extend(numbers(connection, INFECTED, &shared_messages)?);
    let bounces = "SELECT message FROM bounce WHERE notice IN (SELECT value FROM json_each(?1))";
    messages.extend(numbers(connection, bounces, &notices)?);
    let again = "SELECT id FROM message WHERE duplicate_of IN (SELECT value FROM json_each(?1))";
    messages.extend(numbers(connection, again, &messages)?);
    let mails: BTreeSet<i64> = messages.union(&shared_messages).copied().collect();
    let digests = numbers(connection, DIGESTS, &mails)?;
    let returns = "SELECT id FROM return_version WHERE respondent IN (SELECT value FROM json_each(?1))";
    let mut narratives = BTreeSet::new();
    let shared = "SELECT id FROM narrative WHERE message IN (SELECT value FROM json_each(?1))";
    let in_shared = numbers(connection, shared, &shared_messages)?;
    for respondent in respondents {
        let own = super::search::owner::narratives_of(connection, *respondent)?;
        narratives.extend(own.into_iter().filter(|id| in_shared.contains(id)));
    }
    Ok(Dossier {
        respondents: respondents.clone(),
        returns: numbers(connection, returns, respondents)?,
        messages,
        shared_messages,
        notices,
        shared_notices,
        digests,
        narratives,
    })
}
