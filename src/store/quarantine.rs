//! Messages that are not to be opened. They wait for an operator, who may let one be read or put it aside.

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::error::{Fault, Outcome};
use super::row::{execute, first, scalar, time};
use super::{NoticeState, Sending, Store, StoreError, Write, outbox, token};
use crate::notice::Notice;
use crate::verdict::comparable;

/// A message that was put into quarantine, as far as its sender is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Token of its thread.
    pub token: String,
    /// Whether the roster names its sender.
    pub is_on_roster: bool,
    /// Whether its sender was told of another one within the day.
    pub told_today: bool,
}

/// What tells a sender of a message in quarantine: it is called within the transaction, and must look at nothing but its argument.
pub type Tell = Box<dyn FnOnce(&Quarantined) -> Option<(Notice, NoticeState)> + Send>;

impl Store {
    /// Puts a claimed message into quarantine, and the notice that tells of it into the outbox; the notice's number. `found` says
    /// what was found in it, or why it could not be scanned; `kind` is the word for the notice.
    pub fn quarantine(
        &self,
        message: i64,
        found: String,
        kind: &'static str,
        now: Timestamp,
        tell: Tell,
    ) -> Write<Option<i64>> {
        self.write(move |connection| {
            let sql =
                "SELECT raw.sha256, message.sender FROM message JOIN raw ON raw.id = message.raw WHERE message.id = ?1";
            let row = first(connection, sql, [message], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let (sha256, sender): (String, String) = row.ok_or_else(|| Fault::unknown("message", message))?;
            let token = token::mint(connection, message, &sha256)?;
            let sql = "UPDATE message SET state = 'quarantined', lease_until = NULL, reason = ?2, token = ?3
                       WHERE id = ?1 AND state = 'kept'";
            if execute(connection, sql, (message, &found, &token))? == 0 {
                return Ok(None);
            }
            let sql = "INSERT INTO quarantine (message, found, at) VALUES (?1, ?2, ?3)
                       ON CONFLICT DO UPDATE SET found = excluded.found, at = excluded.at, released_at = NULL";
            execute(connection, sql, (message, &found, time(now)))?;
            let sql = "SELECT EXISTS (SELECT 1 FROM respondent_address WHERE address = ?1)";
            let is_on_roster = scalar(connection, sql, [comparable(&sender)])?;
            let sql = "SELECT EXISTS (SELECT 1 FROM notice WHERE recipient = ?1 AND queued_at > ?2 AND kind = ?3)";
            let since = time(now - SignedDuration::from_hours(24));
            let told_today = scalar(connection, sql, (comparable(&sender), since, kind))?;
            match tell(&Quarantined { token, is_on_roster, told_today }) {
                Some((notice, state)) => outbox::queue(connection, &notice, None, (state, &Sending::default()), now),
                None => Ok(None),
            }
        })
    }

    /// Whether an operator let a message be read whatever the scanner said of it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_cleared(&self, message: i64) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM quarantine WHERE message = ?1 AND released_at IS NOT NULL)";
        self.read(|connection| scalar(connection, sql, [message]))
    }
}

/// Lets a message in quarantine be read; whether it was in one. Whatever else it may be held for is decided then, unless it was
/// before: what was released, or entered by an operator, stays so.
pub(super) fn release(connection: &Connection, message: i64, now: Timestamp) -> Outcome<bool> {
    let sql = "UPDATE message SET state = 'kept', ruling = iif(ruling = 'discarded', 'none', ruling), reason = NULL,
                   attempts = 0, lease_until = NULL
               WHERE id = ?1 AND state = 'quarantined'";
    if execute(connection, sql, [message])? == 0 {
        return Ok(false);
    }
    execute(connection, "UPDATE quarantine SET released_at = ?2 WHERE message = ?1", (message, time(now)))?;
    Ok(true)
}

/// Puts a message in quarantine aside; whether it waited in one.
pub(super) fn discard(connection: &Connection, message: i64) -> Outcome<bool> {
    let sql =
        "UPDATE message SET ruling = 'discarded' WHERE id = ?1 AND state = 'quarantined' AND ruling <> 'discarded'";
    Ok(execute(connection, sql, [message])? > 0)
}
