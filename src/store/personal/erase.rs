//! Erasing a respondent: everything that tells who it is or what it said is blanked, and a record of that is kept.
//!
//! Rows stay under their numbers, so that counts and history stay explainable: a blanked message is a message of an erased respondent.
//! Hashes of mails stay too, so that a mail which still lies at the mailbox is not taken in once more. The file is written anew
//! in the end, since what is deleted from a database stays on its free pages; therefore nobody else may have it open.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use super::named::Traces;
use super::{Dossier, dossier, listed, rewrite};
use crate::failpoint::{self, Point};
use crate::store::error::{Fault, Outcome};
use crate::store::lock::InUse;
use crate::store::row::{all, execute, insert, time};
use crate::store::search::index;
use crate::store::{FILE, Lock, Store, StoreError, connection};

/// What was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Number of its record.
    pub record: i64,
    /// What it was.
    pub dossier: Dossier,
}

/// A record of an erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErasureRow {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: String,
    /// The respondent's number.
    pub respondent: i64,
    /// Its survey.
    pub survey: Option<String>,
    /// What the operator noted.
    pub why: String,
    /// Numbers of the messages that were blanked.
    pub messages: Vec<i64>,
    /// Numbers of the returns that were blanked.
    pub returns: Vec<i64>,
    /// Numbers of the notices that were blanked.
    pub notices: Vec<i64>,
    /// Numbers of the messages that stay, as others answered in them too.
    pub shared: Vec<i64>,
}

/// Erases respondents from the database of a data folder, whose lock the caller holds. Mails in which others answered too stay, unless
/// `with_shared`: then their bytes and the notices about them go as well, and what was read of the others stays.
///
/// # Errors
/// When the file cannot be written or is in use; nothing is erased then. [`StoreError::NotRewritten`] when everything is blanked, but the
/// old bytes could not be removed from the file.
pub fn erase(
    (folder, _lock): (&Path, &Lock),
    respondents: &BTreeSet<i64>,
    why: &str,
    with_shared: bool,
    now: Timestamp,
) -> Result<Erased, StoreError> {
    let path = folder.join(FILE);
    let _alone = InUse::alone(&path)?;
    let work = || {
        let mut connection = connection::writer(&path, Duration::from_secs(10))?;
        let transaction = connection.transaction()?;
        let dossier = dossier(&transaction, respondents)?;
        let record = blank(&transaction, &dossier, (why, with_shared), now)?;
        rewrite::order(&transaction, now)?;
        transaction.commit()?;
        failpoint::pass(Point::Erased);
        Ok((connection, Erased { record, dossier }))
    };
    let blanked: Outcome<_> = work();
    let (connection, erased) = blanked.map_err(|fault: Fault| fault.at(&path))?;
    rewrite::finish(&connection).map_err(|fault| {
        let why = fault.at(&path).to_string();
        StoreError::NotRewritten { path, why }
    })?;
    Ok(erased)
}

impl Store {
    /// The records of erasures, the latest last.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn erasures(&self) -> Result<Vec<ErasureRow>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT erasure.id, at, respondent, survey, why, messages, returns, notices, shared
                       FROM erasure JOIN respondent ON respondent.id = erasure.respondent ORDER BY erasure.id";
            all(connection, sql, [], |row| {
                let ids = |column| -> Outcome<Vec<i64>> { Ok(serde_json::from_str(&row.get::<_, String>(column)?)?) };
                Ok(ErasureRow {
                    id: row.get(0)?,
                    at: row.get(1)?,
                    respondent: row.get(2)?,
                    survey: row.get(3)?,
                    why: row.get(4)?,
                    messages: ids(5)?,
                    returns: ids(6)?,
                    notices: ids(7)?,
                    shared: ids(8)?,
                })
            })
        })
    }
}

/// Of scans that came in these messages alone, what was recognised. Before the files are forgotten.
const SCANS: &str = "DELETE FROM recognition WHERE sha256 IN (SELECT sha256 FROM attachment WHERE message IN (SELECT value FROM json_each(?1)))
    AND sha256 NOT IN (SELECT sha256 FROM attachment WHERE message NOT IN (SELECT value FROM json_each(?1)))";

const OF_MESSAGES: [&str; 11] = [
    "DELETE FROM attachment WHERE message IN (SELECT value FROM json_each(?1))",
    "DELETE FROM issue WHERE message IN (SELECT value FROM json_each(?1))",
    "DELETE FROM narrative WHERE message IN (SELECT value FROM json_each(?1))",
    "DELETE FROM answered WHERE message IN (SELECT value FROM json_each(?1))",
    "DELETE FROM content WHERE message IN (SELECT value FROM json_each(?1))",
    "DELETE FROM sender_check WHERE message IN (SELECT value FROM json_each(?1))",
    "UPDATE quarantine SET found = '' WHERE message IN (SELECT value FROM json_each(?1))",
    "UPDATE rereading SET former = '{}' WHERE message IN (SELECT value FROM json_each(?1))",
    "UPDATE entered SET note = '' WHERE message IN (SELECT value FROM json_each(?1))",
    "UPDATE bounce SET recipient = '', words = '' WHERE message IN (SELECT value FROM json_each(?1))",
    // What waits to be read is not read any more.
    "UPDATE message SET state = 'read', disposition = coalesce(disposition, 'ignored'), silence = 'erased', sender = '',
         sender_key = '', subject = '', message_id = NULL, fingerprint = NULL, automatic = NULL, lease_until = NULL,
         reason = iif(reason IS NULL, NULL, 'erased'),
         ruling = iif(disposition = 'held' AND ruling = 'none', 'discarded', ruling)
     WHERE id IN (SELECT value FROM json_each(?1))",
];

const OF_RETURNS: [&str; 6] = [
    "DELETE FROM searched WHERE version IN (SELECT value FROM json_each(?1))",
    "DELETE FROM answer WHERE version IN (SELECT value FROM json_each(?1)) OR source IN (SELECT value FROM json_each(?1))",
    "DELETE FROM issue WHERE version IN (SELECT value FROM json_each(?1))",
    "DELETE FROM remarked WHERE version IN (SELECT value FROM json_each(?1))",
    "UPDATE amendment SET words = '' WHERE version IN (SELECT value FROM json_each(?1))",
    "UPDATE return_version SET as_read = '{\"answers\":{},\"issues\":[]}', standing = 'discarded', ruling = 'discarded'
     WHERE id IN (SELECT value FROM json_each(?1))",
];

const OF_RESPONDENTS: [&str; 10] = [
    "DELETE FROM respondent_name WHERE respondent IN (SELECT value FROM json_each(?1))",
    "DELETE FROM respondent_address WHERE respondent IN (SELECT value FROM json_each(?1))",
    "DELETE FROM respondent_tag WHERE respondent IN (SELECT value FROM json_each(?1))",
    "DELETE FROM trusted_sender WHERE respondent IN (SELECT value FROM json_each(?1))",
    "DELETE FROM return_area WHERE respondent IN (SELECT value FROM json_each(?1))",
    "DELETE FROM area_choice WHERE respondent IN (SELECT value FROM json_each(?1))",
    "DELETE FROM area_state WHERE respondent IN (SELECT value FROM json_each(?1))",
    "UPDATE excuse SET why = '' WHERE respondent IN (SELECT value FROM json_each(?1))",
    "UPDATE respondent SET name = '', key = 'erased:' || id WHERE id IN (SELECT value FROM json_each(?1))",
    "DELETE FROM invitation_order WHERE respondent IN (SELECT value FROM json_each(?1))",
];

/// It is not asked again.
const OF_ROSTER: &str = "UPDATE invited SET name = '', contact = '', phone = '', credit_code = NULL,
    removed_at = coalesce(removed_at, ?2) WHERE respondent IN (SELECT value FROM json_each(?1))";

const OF_BYTES: [&str; 2] = [
    "UPDATE raw SET removed_at = ?2 WHERE removed_at IS NULL
         AND id IN (SELECT raw FROM message WHERE id IN (SELECT value FROM json_each(?1)))",
    "DELETE FROM raw_piece WHERE ?2 <> '' AND raw IN (SELECT raw FROM message WHERE id IN (SELECT value FROM json_each(?1)))",
];

const OF_NOTICES: [&str; 3] = [
    "DELETE FROM enclosing WHERE ?2 <> '' AND notice IN (SELECT value FROM json_each(?1))",
    "UPDATE attempt SET words = NULL WHERE ?2 <> '' AND notice IN (SELECT value FROM json_each(?1))",
    "UPDATE notice SET recipient = '', domain = '', bytes = x'', size = 0, words = NULL, lease_until = NULL,
         state = iif(state IN ('queued', 'held'), 'cancelled', state), done_at = coalesce(done_at, ?2)
     WHERE id IN (SELECT value FROM json_each(?1))",
];

/// The answer to a mail that others share waits for no further mails: what was read of all of them lay beside it.
const OF_SHARED: &str = "UPDATE answered SET reading = NULL, size = 0, told = NULL
    WHERE reading IS NOT NULL AND message IN (SELECT value FROM json_each(?1))";

/// Digests stay as having gone to whom they went; the tables that they carried do not.
const OF_DIGESTS: &str = "UPDATE notice SET bytes = x'', size = 0 WHERE state IN ('sent', 'refused', 'cancelled')
    AND id IN (SELECT value FROM json_each(?1))";

/// Blanks what a dossier names; the number of the record.
fn blank(connection: &Connection, of: &Dossier, (why, with_shared): (&str, bool), now: Timestamp) -> Outcome<i64> {
    let now = time(now);
    let traces = Traces::of(connection, of)?;
    let (respondents, returns) = (listed(&of.respondents)?, listed(&of.returns)?);
    let messages = listed(&of.messages)?;
    let (mut bytes, mut notices) = (of.messages.clone(), of.notices.clone());
    if with_shared {
        bytes.extend(&of.shared_messages);
        notices.extend(&of.shared_notices);
    }
    execute(connection, SCANS, [&messages])?;
    let each = |statements: &[&str], list: &String| -> Outcome<()> {
        statements.iter().try_for_each(|sql| execute(connection, sql, [list]).map(drop))
    };
    each(&OF_RETURNS, &returns)?;
    each(&OF_MESSAGES, &messages)?;
    each(&["DELETE FROM narrative WHERE id IN (SELECT value FROM json_each(?1))"], &listed(&of.narratives)?)?;
    each(&OF_RESPONDENTS, &respondents)?;
    let (bytes, notices) = (listed(&bytes)?, listed(&notices)?);
    execute(connection, OF_ROSTER, (&respondents, &now))?;
    OF_BYTES.iter().try_for_each(|sql| execute(connection, sql, (&bytes, &now)).map(drop))?;
    OF_NOTICES.iter().try_for_each(|sql| execute(connection, sql, (&notices, &now)).map(drop))?;
    execute(connection, OF_SHARED, [listed(&of.shared_messages)?])?;
    execute(connection, OF_DIGESTS, [listed(&of.digests)?])?;
    traces.strike(connection, of)?;
    index::make_anew(connection)?;
    record(connection, of, (why, with_shared), &now)
}

fn record(connection: &Connection, of: &Dossier, (why, with_shared): (&str, bool), now: &str) -> Outcome<i64> {
    let shared = if with_shared { BTreeSet::new() } else { of.shared_messages.clone() };
    let notices = of.notices.union(&of.digests).copied().collect();
    let lists = (listed(&of.messages)?, listed(&of.returns)?, listed(&notices)?, listed(&shared)?);
    let sql = "INSERT INTO erasure (at, respondent, why, messages, returns, notices, shared)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let mut last = 0;
    for respondent in &of.respondents {
        last = insert(connection, sql, (now, respondent, why, &lists.0, &lists.1, &lists.2, &lists.3))?;
        execute(connection, "INSERT INTO event (at, act) VALUES (?1, 'erase')", [now])?;
    }
    Ok(last)
}
