//! A passing copy of the tables in which a replay is tried out.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;

use super::{Replayed, Rereading, replay, state};
use crate::store::commit::Judge;
use crate::store::error::{Fault, Outcome};
use crate::store::row::all;
use crate::store::{Store, StoreError, connection, first_start, survey};
use crate::survey::Survey;
use crate::verdict::senders::Policy;

/// Tables that a replay does not look at: the mails themselves, what was recognised of scans in them, what is found in written
/// material, and how mailboxes and servers were dealt with.
const LEFT_OUT: [&str; 8] =
    ["raw_piece", "recognition", "recognised_line", "narrative_place", "passage", "searched", "cursor", "attempt"];

/// How the copy is named where something ails it.
const PLACE: &str = "the copy in the temporary folder (TMPDIR)";

/// The tables of a store as they stood at one moment, in a file without a name that the system removes with the process. The store
/// itself is only read.
#[derive(Debug)]
pub struct Rehearsal {
    connection: Connection,
    senders: Arc<Policy>,
}

impl Store {
    /// A copy in which a replay under these surveys can be tried out. It takes as much of the temporary folder as the answers
    /// take of the store; mails and notices are not copied.
    ///
    /// # Errors
    /// When the store cannot be read, or the temporary folder has no room.
    pub fn rehearsal(&self, surveys: &[Survey], now: Timestamp) -> Result<Rehearsal, StoreError> {
        let path = self.path();
        let copy = || {
            let connection = copy(path)?;
            surveys.iter().try_for_each(|one| survey::register(&connection, one, now))?;
            Ok(connection)
        };
        let copied: Outcome<Connection> = copy();
        let connection = copied.map_err(|fault| of_copy(fault, path))?;
        Ok(Rehearsal { connection, senders: Arc::clone(&self.inner.senders) })
    }
}

impl Rehearsal {
    /// Settles a message anew, here only.
    ///
    /// # Errors
    /// When the copy cannot be read or written.
    pub fn replay(&self, rereading: &Rereading, judge: Judge) -> Result<Replayed, StoreError> {
        replay(&self.connection, rereading, &self.senders, judge).map_err(|fault| fault.at(Path::new(PLACE)))
    }

    /// How a respondent stands here.
    ///
    /// # Errors
    /// When the copy cannot be read.
    pub fn respondent_state(&self, survey: Option<&str>, key: &str) -> Result<Option<String>, StoreError> {
        state(&self.connection, survey, key).map_err(|fault| fault.at(Path::new(PLACE)))
    }

    /// When Postroom first ran, or would run now.
    ///
    /// # Errors
    /// When the copy cannot be read or written.
    pub fn first_start(&self, now: Timestamp) -> Result<Timestamp, StoreError> {
        first_start(&self.connection, now).map_err(|fault| fault.at(Path::new(PLACE)))
    }
}

/// Only the copy grows; whatever else fails is the store's.
fn of_copy(fault: Fault, path: &Path) -> StoreError {
    match fault.at(path) {
        StoreError::Full { .. } => StoreError::Full { path: PLACE.into() },
        other => other,
    }
}

fn copy(path: &Path) -> Outcome<Connection> {
    // SQLite makes a database without a name in the temporary folder and removes its name at once.
    let mut connection = connection::nameless(Duration::from_secs(10))?;
    connection.execute("ATTACH ?1 AS live", [path.to_string_lossy()])?;
    connection.pragma_update(None, "foreign_keys", false)?;
    let transaction = connection.transaction()?;
    let tables: Vec<String> = all(
        &transaction,
        // The full text and its shadows are of other types.
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'",
        [],
        |row| Ok(row.get(0)?),
    )?;
    for table in tables.iter().filter(|table| !LEFT_OUT.contains(&table.as_str())) {
        let sql = "SELECT name FROM pragma_table_info(?1)";
        let columns: Vec<String> = all(&transaction, sql, [table], |row| Ok(row.get(0)?))?;
        let names = columns.join(", ");
        let values = columns.iter().map(|name| if name == "bytes" { "x''" } else { name }).collect::<Vec<_>>();
        let values = values.join(", ");
        transaction.execute_batch(&format!("INSERT INTO main.{table} ({names}) SELECT {values} FROM live.{table}"))?;
    }
    transaction.commit()?;
    connection.execute_batch("DETACH live")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}
