//! Putting a backup in the place of the database. Nothing is deleted: what stood there is put aside under a name of its own.
//!
//! The backup is copied into the data folder, looked through and made ready there, and takes its place by one renaming; whatever is cut
//! off before that leaves everything as it was. What it does not know, because it came later, is dealt with in [`super::doubt`].

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;

use super::backup::{COPIED_AT, Part, stamp, sync_folder, unusable};
use super::error::{Fault, Outcome};
use super::examine::{self, Access, Examination};
use super::lock::InUse;
use super::{FILE, Lock, SIDES, StoreError, beside, connection, doubt, fact};
use crate::failpoint::{self, Point};

/// A backup that is in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The database.
    pub path: PathBuf,
    /// What it holds.
    pub backup: Examination,
    /// Where the database that stood there lies now; none when there was none.
    pub aside: Option<PathBuf>,
    /// What that one holds; none when it cannot be read.
    pub before: Option<BTreeMap<&'static str, u64>>,
    /// Notices that waited to be sent in the backup, and are held now.
    pub held: usize,
}

/// Puts a backup in the place of the database of a data folder, whose lock the caller holds. Notices that waited to be sent in it are
/// held, since they may have gone out after it was made, and so are those made anew for what came before now; unless `send` says
/// otherwise.
///
/// # Errors
/// [`StoreError::NoBackup`] when the file cannot be used as one; [`StoreError::InUse`] and [`StoreError::Busy`] while a command of ours or
/// another program has the database open;
/// [`StoreError::Full`], [`StoreError::Unusable`] for the folder. Nothing is changed then.
pub fn restore(backup: &Path, folder: &Path, _lock: &Lock, send: bool, now: Timestamp) -> Result<Restored, StoreError> {
    let path = folder.join(FILE);
    if same_file(backup, &path) {
        let why = "it is the very database that it would replace".to_owned();
        return Err(StoreError::NoBackup { path: backup.to_owned(), why });
    }
    let _alone = InUse::alone(&path)?;
    let part = Part::begin(&path)?;
    take_in(backup, &part.path)?;
    let examination = sound(backup, &part.path)?;
    let held = ready(&part.path, send, now).map_err(|fault| fault.at(&part.path))?;
    part.sync()?;
    failpoint::pass(Point::RestoreReady);
    let before = rest_of(&path);
    let aside = put_aside(&path, now)?;
    failpoint::pass(Point::RestorePutAside);
    // Somebody's who keeps to no lock of ours: SQLite would write it into the new database.
    if SIDES.iter().any(|side| beside(&path, side).exists()) {
        return Err(StoreError::Busy { path });
    }
    part.name(&path)?;
    failpoint::pass(Point::Restored);
    Ok(Restored { path, backup: examination, aside, before, held })
}

fn same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |path: &Path| path.metadata().ok().map(|metadata| (metadata.dev(), metadata.ino()));
    identity(one).is_some_and(|one| identity(other) == Some(one))
}

/// Copies the backup, and the log beside it should it be no backup but a database with one, and makes one file of them.
fn take_in(backup: &Path, part: &Path) -> Result<(), StoreError> {
    let refused = |why: String| StoreError::NoBackup { path: backup.to_owned(), why };
    let failed = |error: std::io::Error| match error.kind() {
        // The backup may be as sound as can be.
        std::io::ErrorKind::StorageFull => unusable(part, &error),
        _ => refused(error.to_string()),
    };
    copy(backup, part).map_err(failed)?;
    let log = beside(backup, "-wal");
    if log.metadata().is_ok_and(|metadata| metadata.len() > 0) {
        copy(&log, &beside(part, "-wal")).map_err(failed)?;
    }
    one_file(part).map_err(|fault| match fault.at(backup) {
        StoreError::Full { .. } => StoreError::Full { path: part.to_owned() },
        other => refused(other.to_string()),
    })
}

/// Copies into a file that is there, or a new one, without the permissions of the first.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut source = fs::File::open(from)?;
    let mut target = fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(to)?;
    std::io::copy(&mut source, &mut target)?;
    target.sync_all()
}

/// Everything into the file itself. It fails while anybody else has it open.
fn one_file(path: &Path) -> Outcome<()> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(2))?;
    let mode: String = connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
    if mode == "delete" { Ok(()) } else { Err(Fault::Plain(StoreError::Busy { path: path.to_owned() })) }
}

fn sound(backup: &Path, part: &Path) -> Result<Examination, StoreError> {
    let refused = |why: String| StoreError::NoBackup { path: backup.to_owned(), why };
    let examination = examine::examine(part, Access::Alone).map_err(|error| match error {
        StoreError::TooNew { .. } => StoreError::TooNew { path: backup.to_owned() },
        StoreError::Damaged { why, .. } => refused(why),
        other => other,
    })?;
    match examination.faults.is_empty() {
        true => Ok(examination),
        false => Err(refused(examination.faults.join("; "))),
    }
}

/// Writes into the new database what it cannot know; how many notices are held for it.
fn ready(part: &Path, send: bool, now: Timestamp) -> Outcome<usize> {
    let connection = Connection::open(part)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "journal_mode", "MEMORY")?;
    let transaction = connection.unchecked_transaction()?;
    let held = doubt::begin(&transaction, send, now)?;
    // It is no copy any more.
    fact::strike(&transaction, COPIED_AT)?;
    transaction.commit()?;
    Ok(held)
}

/// Whether a file begins as SQLite's do. One that does not is not even opened: SQLite takes a short one for a new database, and removes
/// the log beside it.
fn is_database(path: &Path) -> bool {
    use std::io::Read;
    let mut begin = [0; 16];
    fs::File::open(path).and_then(|mut file| file.read_exact(&mut begin)).is_ok() && begin == *b"SQLite format 3\0"
}

/// What the database that is replaced holds, if it can be told.
fn rest_of(path: &Path) -> Option<BTreeMap<&'static str, u64>> {
    if !is_database(path) {
        return None;
    }
    let connection = connection::existing(path, Duration::from_secs(2)).ok()?;
    examine::counts(&connection).ok()
}

/// Gives the database that is there another name, its log with it. Until the new one has its place the old one keeps it too, so
/// that whatever happens there is one.
fn put_aside(path: &Path, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    let aside = free_name(path, now);
    let failed = |error: std::io::Error| unusable(&aside, &error);
    let whole = if is_database(path) { one_file(path) } else { Err(Fault::Garbled("no database".to_owned())) };
    let is_damaged = match whole.map_err(|fault| fault.at(path)) {
        Ok(()) => false,
        Err(error @ StoreError::Busy { .. }) => return Err(error),
        Err(_) => true,
    };
    let named = fs::hard_link(path, &aside).or_else(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists if same_file(path, &aside) => Ok(()),
        std::io::ErrorKind::AlreadyExists => Err(error),
        // File systems without a second name for a file.
        _ => fs::rename(path, &aside),
    });
    named.map_err(failed)?;
    // That it is damaged may be why it is replaced: its log, which would be taken for the new one's, goes with it. Not before it has its
    // other name, so that neither is ever without the other under both.
    for side in SIDES.iter().filter(|_| is_damaged) {
        let log = beside(path, side);
        if log.exists() {
            fs::rename(&log, beside(&aside, side)).map_err(failed)?;
        }
    }
    sync_folder(&aside).map_err(failed)?;
    Ok(Some(aside))
}

/// The name that a database is put aside under: one that is free, or that it was given by a restoring which was cut off.
fn free_name(path: &Path, now: Timestamp) -> PathBuf {
    let name = |ending: String| path.with_file_name(format!("{FILE}.before-restore-{}{ending}", stamp(now)));
    let is_free = |aside: &PathBuf| same_file(path, aside) || aside.symlink_metadata().is_err();
    let first = name(String::new());
    if is_free(&first) {
        return first;
    }
    (2..).map(|number: u32| name(format!("-{number}"))).find(is_free).unwrap_or(first)
}
