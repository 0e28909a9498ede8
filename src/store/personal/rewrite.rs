//! Writing the file anew after an erasure: what is deleted from a database stays on its free pages and in its log.
//!
//! That it is due is written down by the transaction that erases, so that a kill in between only puts it off: the next program that
//! opens the file to write does it.

use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::Connection;

use crate::failpoint::{self, Point};
use crate::store::error::{Fault, Outcome};
use crate::store::row::time;
use crate::store::{StoreError, fact};

/// Fact of a database: since when it is to be written anew.
const DUE: &str = "rewrite_due";

/// Notes that it is to be done.
pub(super) fn order(connection: &Connection, now: Timestamp) -> Outcome<()> {
    fact::set(connection, DUE, &time(now))
}

/// Whether it is to be done.
pub(in crate::store) fn is_due(connection: &Connection) -> Outcome<bool> {
    Ok(fact::get(connection, DUE)?.is_some())
}

/// Does it if it is due. It fails while another program reads or writes, and when the disk has no room for a second copy.
pub(in crate::store) fn finish(connection: &Connection) -> Outcome<()> {
    if !is_due(connection)? {
        return Ok(());
    }
    connection.execute_batch("VACUUM")?;
    empty_log(connection)?;
    failpoint::pass(Point::Rewritten);
    fact::strike(connection, DUE).map(drop)
}

/// Takes everything out of the write-ahead log, which holds the old pages too.
fn empty_log(connection: &Connection) -> Outcome<()> {
    let is_busy: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    let path = || connection.path().map(PathBuf::from).unwrap_or_default();
    if is_busy { Err(Fault::Plain(StoreError::Busy { path: path() })) } else { Ok(()) }
}
