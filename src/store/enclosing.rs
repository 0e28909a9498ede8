//! Files that notices wait for. A notice that waits is queued for some minutes later, so that it goes without its file when
//! nobody has made that by then, whatever happened; one whose file is made goes at once.

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::error::Outcome;
use super::raw::{compress, decompress};
use super::row::{all, execute, first, scalar, time};
use super::{Store, StoreError, Write};
use crate::notice::Plan;

/// How long a notice waits for its file.
const PATIENCE: SignedDuration = SignedDuration::from_mins(3);
/// How often making a file is begun: a process may have been killed meanwhile, or have killed the process.
const TRIES: u32 = 3;

/// A file that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosing {
    /// The notice that it goes with.
    pub notice: i64,
    /// What to make.
    pub plan: Plan,
    /// The mail that it is put into.
    pub mail: Vec<u8>,
}

impl Store {
    /// Takes a file that is to be made, the longest waiting first, and keeps others from taking it for `lease`.
    pub fn claim_enclosing(&self, now: Timestamp, lease: SignedDuration) -> Write<Option<Enclosing>> {
        self.note(move |connection| {
            let sql = "SELECT notice FROM enclosing WHERE tries < ?2 AND (lease_until IS NULL OR lease_until <= ?1)
                       ORDER BY notice LIMIT 1";
            let Some(notice) = first(connection, sql, (time(now), TRIES), |row| row.get(0))? else { return Ok(None) };
            let sql = "UPDATE enclosing SET tries = tries + 1, lease_until = ?2 WHERE notice = ?1";
            execute(connection, sql, (notice, time(now + lease)))?;
            load(connection, notice)
        })
    }

    /// Whether a file is to be made; it costs less than claiming one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn awaits_enclosing(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM enclosing WHERE tries < ?1)";
        self.read(|connection| scalar(connection, sql, [TRIES]))
    }

    /// Puts a mail with its file in the place of the one without, and lets it go. Says whether it did: a notice that went
    /// meanwhile, or was cancelled, is left as it is.
    pub fn enclose(&self, notice: i64, mail: Vec<u8>, now: Timestamp) -> Write<bool> {
        self.write(move |connection| {
            let sql = "SELECT ready_at FROM enclosing WHERE notice = ?1";
            let ready: Option<String> = first(connection, sql, [notice], |row| row.get(0))?;
            let Some(ready) = ready else { return Ok(false) };
            let sql = "UPDATE notice SET bytes = ?2, size = ?3, next_at = max(?4, ?5)
                       WHERE id = ?1 AND state IN ('queued', 'held') AND attempts = 0";
            let size = i64::try_from(mail.len()).unwrap_or(i64::MAX);
            let is_enclosed = execute(connection, sql, (notice, compress(&mail)?, size, ready, time(now)))? > 0;
            forget(connection, notice)?;
            Ok(is_enclosed)
        })
    }

    /// Records why a file could not be made. It is tried again when that may help; the notice goes without it otherwise, as soon
    /// as it may.
    pub fn not_enclosed(&self, notice: i64, why: String, again: bool, now: Timestamp) -> Write<()> {
        self.write(move |connection| {
            let sql =
                "UPDATE enclosing SET lease_until = NULL, words = ?2, tries = iif(?3, tries, ?4) WHERE notice = ?1";
            execute(connection, sql, (notice, why, again, TRIES))?;
            let_go(connection, now)
        })
    }
}

fn load(connection: &Connection, notice: i64) -> Outcome<Option<Enclosing>> {
    let sql = "SELECT plan, mail, size FROM enclosing WHERE notice = ?1";
    let mut found = all(connection, sql, [notice], |row| {
        let (plan, mail, size): (String, Vec<u8>, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let mail = decompress(&mail, usize::try_from(size).unwrap_or_default())?;
        Ok(Enclosing { notice, plan: serde_json::from_str(&plan)?, mail })
    })?;
    Ok(found.pop())
}

/// Frees the files that somebody had begun to make, when whoever had them is gone.
pub(super) fn free(connection: &Connection, now: Timestamp) -> Outcome<()> {
    execute(connection, "UPDATE enclosing SET lease_until = NULL WHERE lease_until IS NOT NULL", [])?;
    let_go(connection, now)
}

/// Notices whose file nobody tries to make any more go without it, as soon as they may.
fn let_go(connection: &Connection, now: Timestamp) -> Outcome<()> {
    let sql = "UPDATE notice SET next_at = max(?1, enclosing.ready_at) FROM enclosing
               WHERE enclosing.notice = notice.id AND enclosing.tries >= ?2 AND enclosing.lease_until IS NULL
               AND notice.next_at > max(?1, enclosing.ready_at)";
    execute(connection, sql, (time(now), TRIES))?;
    Ok(())
}

/// Lets a notice that was just queued wait for its file.
pub(super) fn await_file(
    connection: &Connection,
    notice: i64,
    (plan, mail): (&Plan, &[u8]),
    (ready, now): (Timestamp, Timestamp),
) -> Outcome<()> {
    let sql = "INSERT INTO enclosing (notice, plan, mail, size, ready_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    let size = i64::try_from(mail.len()).unwrap_or(i64::MAX);
    let plan = serde_json::to_string(plan)?;
    execute(connection, sql, (notice, plan, compress(mail)?, size, time(ready)))?;
    let sql = "UPDATE notice SET next_at = max(next_at, ?2) WHERE id = ?1";
    execute(connection, sql, (notice, time(now + PATIENCE)))?;
    Ok(())
}

/// A notice that is on its way, or cancelled, waits for no file. Why it goes without one, if it does.
pub(super) fn give_up(connection: &Connection, notice: i64) -> Outcome<Option<String>> {
    let sql = "SELECT coalesce(words, 'it was not made in time') FROM enclosing WHERE notice = ?1";
    let why = first(connection, sql, [notice], |row| row.get(0))?;
    forget(connection, notice)?;
    Ok(why)
}

fn forget(connection: &Connection, notice: i64) -> Outcome<()> {
    execute(connection, "DELETE FROM enclosing WHERE notice = ?1", [notice])?;
    Ok(())
}
