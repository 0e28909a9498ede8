//! Mails that were kept long enough: their bytes are removed, everything that was read of them stays.
//!
//! Hash, size and fate stay, so that a mail that is fetched once more is known, and every answer still tells where it was read. What
//! an operator has to decide on keeps its bytes, and so does what waits or failed.

use jiff::Timestamp;
use rusqlite::Connection;

use super::error::Outcome;
use super::row::{all, execute, time};
use super::survey::current;
use super::{Store, StoreError, Write};
use crate::survey::Survey;

/// Messages whose bytes are removed in one transaction, so that others need not wait long.
const GROUP: usize = 100;

/// What may be removed: what was read and decided on. A survey of its own, or none.
const OLD: &str = "
    SELECT message.id, message.raw FROM message JOIN raw ON raw.id = message.raw
    WHERE raw.removed_at IS NULL AND raw.sha256 IS NOT NULL AND message.survey IS ?1 AND message.received_at < ?2
        AND message.state = 'read' AND (message.disposition <> 'held' OR message.ruling <> 'none')
        AND NOT EXISTS (SELECT 1 FROM return_version WHERE return_version.message = message.id AND standing = 'contested')
        AND NOT EXISTS (SELECT 1 FROM enclosing JOIN notice ON notice.id = enclosing.notice WHERE notice.message = message.id)
    ORDER BY message.id LIMIT ?3";

impl Store {
    /// The surveys that are or were configured, as they were last.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn surveys(&self) -> Result<Vec<Survey>, StoreError> {
        self.read(|connection| {
            let ids: Vec<String> = all(connection, "SELECT id FROM survey ORDER BY id", [], |row| Ok(row.get(0)?))?;
            ids.iter().map(|id| current(connection, id)).collect()
        })
    }

    /// Removes the bytes of some mails of a survey, or of those that answer none, that arrived before a moment; of how many. It is
    /// to be called until there are none.
    pub fn remove_raw(&self, survey: Option<String>, before: Timestamp, now: Timestamp) -> Write<usize> {
        self.write(move |connection| {
            let columns = (&survey, time(before), i64::try_from(GROUP).unwrap_or(i64::MAX));
            let old: Vec<(i64, i64)> = all(connection, OLD, columns, |row| Ok((row.get(0)?, row.get(1)?)))?;
            overwriting(connection, || old.iter().try_for_each(|(_, raw)| remove(connection, *raw, now)))?;
            Ok(old.len())
        })
    }
}

/// Removes the bytes of a message.
pub(super) fn remove(connection: &Connection, raw: i64, now: Timestamp) -> Outcome<()> {
    execute(connection, "DELETE FROM raw_piece WHERE raw = ?1", [raw])?;
    execute(connection, "UPDATE raw SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL", (raw, time(now)))?;
    Ok(())
}

/// Does what removes so that nothing of it stays on the pages that become free.
pub(super) fn overwriting<T>(connection: &Connection, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    connection.pragma_update(None, "secure_delete", true)?;
    let done = work();
    connection.pragma_update(None, "secure_delete", false)?;
    done
}
