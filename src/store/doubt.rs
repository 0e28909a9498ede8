//! What a restored database cannot know: which notices went out after the backup was made.
//!
//! A needless mail is a lesser evil than none, but nothing goes out twice in silence. So what waited to be sent is held; the mails that
//! came before the restoring are fetched once more, and their answers are held too, and so are letters and digests, which may
//! have gone. That lasts until an operator lets all notices go. Mail that comes after the restoring is answered as always.

use jiff::Timestamp;
use rusqlite::Connection;

use super::error::Outcome;
use super::row::{execute, scalar, time};
use super::{Store, Write, fact};

/// Fact of the installation: when it was restored, while there is doubt.
const RESTORED_AT: &str = "restored_at";

/// Why a notice is held for it; `held` shows it.
pub(super) const WHY: &str = "restored: it may have gone out before, after the backup was made";

/// Begins the doubt, or ends one that the backup brings along; how many notices are held.
pub(super) fn begin(connection: &Connection, send: bool, now: Timestamp) -> Outcome<usize> {
    execute(connection, "INSERT INTO event (at, act) VALUES (?1, 'restore')", [time(now)])?;
    if send {
        end(connection)?;
        return Ok(0);
    }
    fact::set(connection, RESTORED_AT, &time(now))?;
    let sql =
        "UPDATE notice SET state = 'held', words = ?1, lease_until = NULL WHERE state = 'queued' AND kind <> 'alarm'";
    execute(connection, sql, [WHY])
}

/// Whether a notice may have gone out already: one that answers a message, or one that answers none.
pub(super) fn holds(connection: &Connection, message: Option<i64>) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM meta WHERE key = ?1
                   AND (?2 IS NULL OR value > (SELECT received_at FROM message WHERE id = ?2)))";
    scalar(connection, sql, (RESTORED_AT, message))
}

fn end(connection: &Connection) -> Outcome<bool> {
    fact::strike(connection, RESTORED_AT)
}

/// When the database was restored, while there is doubt; RFC 3339.
pub(super) fn since(connection: &Connection) -> Outcome<Option<String>> {
    fact::get(connection, RESTORED_AT)
}

impl Store {
    /// Ends the doubt that a restoring left; whether there was any.
    pub fn end_doubt(&self) -> Write<bool> {
        self.write(end)
    }
}
