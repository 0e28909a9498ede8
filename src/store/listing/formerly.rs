//! Returns as they were read before a replay put others in their place.

use rusqlite::Connection;
use serde::Serialize;

use crate::reading::Return;
use crate::store::error::Outcome;
use crate::store::row::{all, first};

/// An earlier reading of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Formerly {
    /// Number that the return had.
    pub id: i64,
    /// When it was read anew.
    pub until: String,
    /// The return as it was read then.
    #[serde(skip)]
    pub as_read: Return,
}

/// What a replay made of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadAnew {
    /// When.
    pub at: String,
    /// The return that stands in its place; none where the message has none there any more.
    pub by: Option<i64>,
}

/// The earlier readings of a return that stands, the first one first: those of the same respondent in the same message, or in the
/// same place of it.
pub(super) fn formerly(connection: &Connection, id: i64) -> Outcome<Vec<Formerly>> {
    let sql = "SELECT old.id, rereading.at, old.as_read FROM return_version AS this
               JOIN return_version AS old ON old.message = this.message
                   AND (old.respondent = this.respondent OR old.ordinal = this.ordinal)
               JOIN rereading ON rereading.id = old.rereading
               WHERE this.id = ?1 AND this.rereading IS NULL ORDER BY rereading.number, old.ordinal";
    all(connection, sql, [id], |row| {
        let as_read: String = row.get(2)?;
        Ok(Formerly { id: row.get(0)?, until: row.get(1)?, as_read: serde_json::from_str(&as_read)? })
    })
}

/// What became of a return that does not stand any more.
pub(super) fn read_anew(connection: &Connection, id: i64) -> Outcome<Option<ReadAnew>> {
    let sql = "SELECT rereading.at, (SELECT new.id FROM return_version AS new
                   WHERE new.message = this.message AND new.rereading IS NULL
                   AND (new.respondent = this.respondent OR new.ordinal = this.ordinal)
                   ORDER BY new.respondent = this.respondent DESC LIMIT 1)
               FROM return_version AS this JOIN rereading ON rereading.id = this.rereading WHERE this.id = ?1";
    first(connection, sql, [id], |row| Ok(ReadAnew { at: row.get(0)?, by: row.get(1)? }))
}
