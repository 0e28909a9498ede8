//! Keeping: what a mailbox found becomes a message, once; the place it lay is noted, and how far the folder is read.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::Connection;

use super::error::Outcome;
use super::raw::{self, Packed};
use super::row::{all, execute, first, insert, time};
use super::{Store, StoreError, Write, rate};
use crate::arrival::{Cursor, Location};
use crate::failpoint::{self, Point};
use crate::verdict::comparable;

/// A message that arrived whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Where it was found.
    pub found: Found,
    /// Its bytes.
    pub raw: Packed,
}

/// Where and since when a message lies in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it lies.
    pub location: Location,
    /// Whether the folder is one for junk.
    pub junk: bool,
    /// When the collection server took it in. Order of arrival is this, then the order of keeping.
    pub received_at: Timestamp,
    /// Address of the sender as the headers say; empty when they say none.
    pub sender: String,
    /// Subject as the headers say.
    pub subject: String,
}

/// A message that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its number.
    pub id: i64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// Whether it is new; otherwise the same bytes were kept before.
    pub fresh: bool,
    /// Until when it is not read, as its sender sends too much; none for others.
    pub put_off_until: Option<Timestamp>,
}

impl Store {
    /// Keeps messages, all or none, and moves the cursor of their folders up to the highest UID of the group. Groups of a folder
    /// must come ascending and without gaps: what lies below the cursor is not asked for again.
    pub fn keep(&self, arrived: Vec<Arrived>, now: Timestamp) -> Write<Vec<Kept>> {
        let per_hour = self.inner.per_sender_hour;
        self.write(move |connection| {
            let keep = |one| keep_one(connection, one, per_hour, now);
            let kept = arrived.iter().map(keep).collect::<Outcome<Vec<_>>>()?;
            let locations: Vec<Location> = arrived.into_iter().map(|one| one.found.location).collect();
            advance(connection, &locations)?;
            Ok(kept)
        })
    }

    /// The cursors of a mailbox, by folder.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn cursors(&self, mailbox: &str) -> Result<BTreeMap<String, Cursor>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT folder, validity, uid FROM cursor WHERE mailbox = ?1";
            let found = all(connection, sql, [mailbox], |row| {
                Ok((row.get(0)?, Cursor { validity: row.get(1)?, uid: row.get(2)? }))
            })?;
            Ok(found.into_iter().collect())
        })
    }

    /// Places of a mailbox whose messages are kept, and that are not settled yet.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unsettled(&self, mailbox: &str) -> Result<Vec<Location>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT mailbox, folder, validity, uid, name FROM location WHERE mailbox = ?1 AND settled = 0
                       ORDER BY folder, validity, uid, name";
            all(connection, sql, [mailbox], location)
        })
    }

    /// Names of the files of a Maildir whose messages are kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn known_names(&self, mailbox: &str) -> Result<BTreeSet<String>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT name FROM location WHERE mailbox = ?1 AND name <> ''";
            Ok(all(connection, sql, [mailbox], |row| Ok(row.get(0)?))?.into_iter().collect())
        })
    }

    /// Notes that these places are settled at the mailbox. Where that is lost with the power they are settled once more.
    pub fn mark_settled(&self, locations: Vec<Location>) -> Write<()> {
        self.note(move |connection| {
            let sql = "UPDATE location SET settled = 1
                       WHERE mailbox = ?1 AND folder = ?2 AND validity = ?3 AND uid = ?4 AND name = ?5";
            for at in &locations {
                execute(connection, sql, (&at.mailbox, &at.folder, at.validity, at.uid, &at.name))?;
            }
            Ok(())
        })
    }
}

/// A location from its five columns.
pub(super) fn location(row: &rusqlite::Row<'_>) -> Outcome<Location> {
    Ok(Location {
        mailbox: row.get(0)?,
        folder: row.get(1)?,
        validity: row.get(2)?,
        uid: row.get(3)?,
        name: row.get(4)?,
    })
}

pub(super) fn keep_one(
    connection: &Connection,
    arrived: &Arrived,
    per_hour: Option<u32>,
    now: Timestamp,
) -> Outcome<Kept> {
    let Packed { sha256, size, .. } = &arrived.raw;
    let known = known(connection, sha256)?;
    let raw = if known.is_some() { 0 } else { raw::store(connection, &arrived.raw, now)? };
    let kept = place(connection, known, raw, (&arrived.found, per_hour), now)?;
    failpoint::pass(Point::KeepWithin);
    Ok(Kept { sha256: sha256.clone(), size: *size, ..kept })
}

/// The message with these bytes.
pub(super) fn known(connection: &Connection, sha256: &str) -> Outcome<Option<i64>> {
    let sql = "SELECT message.id FROM raw JOIN message ON message.raw = raw.id WHERE raw.sha256 = ?1";
    first(connection, sql, [sha256], |row| row.get(0))
}

/// Notes where a message lies; makes its row when it is new. Hash and size of the answer are the caller's to fill in.
pub(super) fn place(
    connection: &Connection,
    known: Option<i64>,
    raw: i64,
    (found, per_hour): (&Found, Option<u32>),
    now: Timestamp,
) -> Outcome<Kept> {
    let mut put_off_until = None;
    let id = match known {
        Some(id) => id,
        None => {
            let sql =
                "INSERT INTO message (raw, received_at, kept_at, state, sender, sender_key, subject, put_off_until)
                       VALUES (?1, ?2, ?3, 'kept', ?4, ?5, ?6, ?7)";
            let key = comparable(&found.sender);
            put_off_until = rate::put_off(connection, &key, found.received_at, per_hour)?;
            let (received_at, kept_at, until) = (time(found.received_at), time(now), put_off_until.map(time));
            insert(connection, sql, (raw, received_at, kept_at, &found.sender, key, &found.subject, until))?
        }
    };
    // A name or UID that now stands for another message (a Maildir made anew) is a new place.
    let sql = "INSERT INTO location (mailbox, folder, validity, uid, name, message, junk, settled, found_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8)
               ON CONFLICT DO UPDATE SET message = excluded.message, junk = excluded.junk, settled = 0,
                   found_at = excluded.found_at WHERE message <> excluded.message";
    let at = &found.location;
    execute(connection, sql, (&at.mailbox, &at.folder, at.validity, at.uid, &at.name, id, found.junk, time(now)))?;
    Ok(Kept { id, sha256: String::new(), size: 0, fresh: known.is_none(), put_off_until })
}

/// Moves the cursors of the folders up to these places. A new validity begins anew; places without UID have no cursor.
pub(super) fn advance(connection: &Connection, locations: &[Location]) -> Outcome<()> {
    let mut highest: BTreeMap<(&str, &str), (u32, u32)> = BTreeMap::new();
    for at in locations.iter().filter(|at| at.uid > 0) {
        let cursor = highest.entry((&at.mailbox, &at.folder)).or_default();
        if cursor.0 != at.validity || cursor.1 < at.uid {
            *cursor = (at.validity, at.uid);
        }
    }
    let sql = "INSERT INTO cursor (mailbox, folder, validity, uid) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO UPDATE SET validity = excluded.validity, uid = excluded.uid
               WHERE validity <> excluded.validity OR uid < excluded.uid";
    for ((mailbox, folder), (validity, uid)) in highest {
        execute(connection, sql, (mailbox, folder, validity, uid))?;
    }
    Ok(())
}
