//! Returns that came another way than by mail: an operator said whose they are, and they count.

use jiff::Timestamp;
use rusqlite::Connection;

use super::error::{Fault, Outcome};
use super::keep::{self, Arrived, Kept};
use super::row::{execute, first, scalar, time};
use super::{Store, StoreError, Write};

/// How a return came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnteredBy {
    /// Somebody read it out.
    Telephone,
    /// On paper, typed in.
    Paper,
    /// As a scan, typed in.
    Scan,
}

impl EnteredBy {
    /// The word for it in database and listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Telephone => "telephone",
            Self::Paper => "paper",
            Self::Scan => "scan",
        }
    }
}

impl Store {
    /// Keeps a document that an operator entered for a respondent. It waits to be read like every message, and counts.
    pub fn enter(
        &self,
        arrived: Arrived,
        respondent: i64,
        source: EnteredBy,
        note: String,
        now: Timestamp,
    ) -> Write<Kept> {
        self.write(move |connection| {
            let known = "SELECT EXISTS (SELECT 1 FROM respondent WHERE id = ?1)";
            if !scalar::<bool>(connection, known, [respondent])? {
                return Err(Fault::unknown("respondent", respondent));
            }
            let kept = keep::keep_one(connection, &arrived, None, now)?;
            let sql = "INSERT INTO entered (message, respondent, source, note, at) VALUES (?1, ?2, ?3, ?4, ?5)
                       ON CONFLICT DO NOTHING";
            execute(connection, sql, (kept.id, respondent, source.as_str(), note, time(now)))?;
            execute(connection, "UPDATE message SET ruling = 'released' WHERE id = ?1", [kept.id])?;
            // There is no mailbox at which it would have to be settled.
            execute(
                connection,
                "UPDATE location SET settled = 1 WHERE message = ?1 AND mailbox = ?2",
                (kept.id, &arrived.found.location.mailbox),
            )?;
            Ok(kept)
        })
    }

    /// How a message's document came, where an operator entered it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn entered(&self, message: i64) -> Result<Option<String>, StoreError> {
        self.read(|connection| {
            first(connection, "SELECT source FROM entered WHERE message = ?1", [message], |row| row.get(0))
        })
    }
}

/// The respondent that an operator entered a message for.
pub(super) fn respondent(connection: &Connection, message: i64) -> Outcome<Option<i64>> {
    first(connection, "SELECT respondent FROM entered WHERE message = ?1", [message], |row| row.get(0))
}

/// Lets the return of an entered message count. Of several returns that of the named respondent alone does: for the others nobody
/// vouched.
pub(super) fn release(connection: &Connection, message: i64) -> Outcome<()> {
    let sql =
        "UPDATE return_version SET ruling = 'released' WHERE message = ?1 AND rereading IS NULL AND ruling = 'none'
               AND respondent = (SELECT respondent FROM entered WHERE message = ?1)";
    execute(connection, sql, [message])?;
    Ok(())
}
