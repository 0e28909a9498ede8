//! A copy of the whole archive, taken while others go on writing, and believed only once it has been looked through.
//!
//! It is made by `VACUUM INTO`, not by SQLite's online backup: both give the file as it stood at one moment, but a backup by pages
//! begins anew whenever another process writes, and takes along the free pages, with what was erased from them. What it costs
//! is that the write-ahead log cannot be cut back meanwhile; a copy of a few gigabytes takes a minute.
//!
//! The copy lies under a name beginning with a dot until it is sound. Whoever makes one holds a lock on it, so that what a kill left
//! behind is told from what is under way, and removed.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::error::Outcome;
use super::examine::{self, Examination};
use super::folder::give_open_to_owner;
use super::lock::InUse;
use super::row::time;
use super::{Settings, StoreError, connection, fact};
use crate::failpoint::{self, Point};

/// How the names of backups begin that are named by their time.
const PREFIX: &str = "postroom-";
/// How they end.
const SUFFIX: &str = ".db";
/// The time in their names, in UTC, so that they sort as they were made.
const STAMP: &str = "%Y%m%dT%H%M%SZ";
/// Fact of a copy: when it was made.
pub(super) const COPIED_AT: &str = "copied_at";

/// A backup that was made and found sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// What it holds.
    pub examination: Examination,
}

/// The name of a backup that is made at a moment.
#[must_use]
pub fn backup_name(at: Timestamp) -> String {
    format!("{PREFIX}{}{SUFFIX}", stamp(at))
}

/// A moment as names of files have it.
pub(super) fn stamp(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime(STAMP).to_string()
}

/// When a backup was made, by its name; none for other files.
fn made_at(name: &str) -> Option<Timestamp> {
    let stamp = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let parsed = jiff::civil::DateTime::strptime(STAMP, stamp).ok()?;
    Some(parsed.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// The backups of a folder that are named by their time, the oldest first.
///
/// # Errors
/// When the folder cannot be read. One that is not there has none.
pub fn backups(folder: &Path) -> Result<Vec<(Timestamp, PathBuf)>, StoreError> {
    let unusable = |error: std::io::Error| unusable(folder, &error);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unusable)? {
        let entry = entry.map_err(unusable)?;
        if let Some(at) = entry.file_name().to_str().and_then(made_at) {
            found.push((at, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// Removes all but the newest backups of a folder that are named by their time; which ones. Those that bear a later time than now were
/// made while the clock was wrong: they push out none, and are left for a person to see to.
///
/// # Errors
/// When the folder cannot be read or a file not be removed.
pub fn prune_backups(folder: &Path, keep: usize, now: Timestamp) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = backups(folder)?;
    found.retain(|(at, _)| *at <= now);
    let surplus = found.len().saturating_sub(keep);
    let old: Vec<PathBuf> = found.into_iter().take(surplus).map(|(_, path)| path).collect();
    for path in &old {
        fs::remove_file(path).map_err(|error| unusable(path, &error))?;
    }
    Ok(old)
}

/// Copies a database, as it stands at one moment, into a new file that is complete in itself, looks the copy through, and only then
/// gives it its name. Its schema is left as it is, so that a backup can be made before an upgrade. `spare` bytes of the disk are left
/// free: a backup that filled the disk would stop what it is made of.
///
/// # Errors
/// [`StoreError::Unusable`] when the file exists already or cannot be made; [`StoreError::NoRoom`] when the disk has too little;
/// [`StoreError::Unsound`] when the copy is faulty, since then what it was made of is. Nothing half-made stays behind.
pub fn back_up(settings: &Settings, to: &Path, spare: u64, now: Timestamp) -> Result<Backup, StoreError> {
    let to = std::path::absolute(to).map_err(|error| unusable(to, &error))?;
    if to.symlink_metadata().is_ok() {
        return Err(StoreError::Unusable { path: to, why: "there is a file of that name already".to_owned() });
    }
    let _in_use = InUse::share(&settings.path)?;
    ensure_room(settings, &to, spare)?;
    let part = Part::begin(&to)?;
    let before = counts(settings)?;
    copy(settings, &part.path, now)?;
    part.sync()?;
    failpoint::pass(Point::BackupCopied);
    let examination = examine::examine(&part.path, examine::Access::Alone)?;
    let after = counts(settings)?;
    let mut faults = examination.faults.clone();
    faults.extend(missing(&before, &examination.counts, &after));
    if !faults.is_empty() {
        return Err(StoreError::Unsound { path: settings.path.clone(), faults });
    }
    let size = part.name(&to)?;
    failpoint::pass(Point::BackupNamed);
    Ok(Backup { path: to, size, examination })
}

fn ensure_room(settings: &Settings, to: &Path, spare: u64) -> Result<(), StoreError> {
    let needed = super::bytes_of(&settings.path).saturating_add(spare);
    let folder = to.parent().unwrap_or(Path::new("/"));
    let free = super::free_space(folder).map_err(|error| unusable(folder, &error))?;
    if free < needed {
        return Err(StoreError::NoRoom { path: folder.to_owned(), free: free >> 20, needed: needed >> 20 });
    }
    Ok(())
}

/// Tables of which no row is ever removed, so that what the copy has of them lies between before and after.
const ONLY_GROW: [&str; 3] = ["message", "notice", "event"];

/// What can be counted before and after.
fn counts(settings: &Settings) -> Result<BTreeMap<&'static str, u64>, StoreError> {
    let counted = connection::existing(&settings.path, settings.busy).and_then(|connection| {
        let transaction = connection.unchecked_transaction()?;
        examine::counts(&transaction)
    });
    counted.map_err(|fault| fault.at(&settings.path))
}

fn missing(
    before: &BTreeMap<&'static str, u64>,
    copy: &BTreeMap<&'static str, u64>,
    after: &BTreeMap<&'static str, u64>,
) -> Vec<String> {
    let number = |of: &BTreeMap<&'static str, u64>, table: &str| of.get(table).copied().unwrap_or_default();
    let lacks = |table: &&str| {
        let in_copy = number(copy, table);
        in_copy < number(before, table) || in_copy > number(after, table)
    };
    let tables = ONLY_GROW.into_iter().filter(lacks);
    tables
        .map(|table| format!("the copy has {} rows in {table}, not {}", number(copy, table), number(before, table)))
        .collect()
}

fn copy(settings: &Settings, part: &Path, now: Timestamp) -> Result<(), StoreError> {
    let name = part
        .to_str()
        .ok_or_else(|| StoreError::Unusable { path: part.to_owned(), why: "its name is not UTF-8".to_owned() })?;
    let source = connection::existing(&settings.path, settings.busy).map_err(|fault| fault.at(&settings.path))?;
    let copied = source.execute("VACUUM INTO ?1", [name]).map(drop);
    copied.map_err(|error| super::error::Fault::from(error).at(part))?;
    stamped(part, now).map_err(|fault| fault.at(part))
}

/// Writes into the copy when it was made: what came later is to be fetched anew after it is restored.
fn stamped(part: &Path, now: Timestamp) -> Outcome<()> {
    let copy = Connection::open(part)?;
    // The file is nobody's yet: no journal has to outlast anything.
    copy.pragma_update(None, "journal_mode", "MEMORY")?;
    fact::set(&copy, COPIED_AT, &time(now))
}

pub(super) fn unusable(path: &Path, error: &std::io::Error) -> StoreError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return StoreError::Full { path: path.to_owned() };
    }
    StoreError::Unusable { path: path.to_owned(), why: error.to_string() }
}

/// A file that is not finished. It goes with this, unless it got its name.
pub(super) struct Part {
    /// Where it lies.
    pub(super) path: PathBuf,
    file: File,
}

impl Part {
    /// Makes the unfinished file of a name, for the owner of its folder alone, and removes what others of its kind left unfinished.
    pub(super) fn begin(of: &Path) -> Result<Self, StoreError> {
        let name = of.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let path = of.with_file_name(format!(".{name}.part"));
        remove_abandoned(of.parent().unwrap_or(Path::new("/")), &path);
        // A log of a former one would be taken for its own.
        super::SIDES.iter().for_each(|side| drop(fs::remove_file(super::beside(&path, side))));
        let made = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path);
        let file = made.map_err(|error| unusable(&path, &error))?;
        let part = Self { path, file };
        give_open_to_owner(&part.path, &part.file).map_err(|error| unusable(&part.path, &error))?;
        // Nobody else knows the name yet.
        part.file.try_lock().map_err(|error| unusable(&part.path, &error.into()))?;
        Ok(part)
    }

    /// Waits until its bytes are on the disk.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.file.sync_all().map_err(|error| unusable(&self.path, &error))
    }

    /// Gives it its name, for good; its size.
    pub(super) fn name(self, to: &Path) -> Result<u64, StoreError> {
        let size = self.file.metadata().map(|metadata| metadata.len());
        let named = fs::rename(&self.path, to).and_then(|()| sync_folder(to)).and(size);
        named.map_err(|error| unusable(to, &error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // There is none any more once it has its name.
        drop(fs::remove_file(&self.path));
        for side in super::SIDES {
            drop(fs::remove_file(super::beside(&self.path, side)));
        }
    }
}

/// A name is on the disk only once its folder is.
pub(super) fn sync_folder(of: &Path) -> std::io::Result<()> {
    File::open(of.parent().unwrap_or(Path::new("/")))?.sync_all()
}

/// Removes unfinished backups that nobody is at: their maker's lock went with it.
fn remove_abandoned(folder: &Path, own: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_ours = path == own || name.starts_with(&format!(".{PREFIX}")) && name.ends_with(".part");
        if is_ours && File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
            drop(fs::remove_file(&path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_known_by_its_name_and_other_files_are_left_alone() {
        let at: Timestamp = "2017-12-19T08:05:09Z".parse().unwrap();
        assert_eq!(backup_name(at), "postroom-20171219T080509Z.db");
        assert_eq!(made_at(&backup_name(at)), Some(at));
        for name in ["postroom.db", "postroom-20171219.db", "postroom-20171219T080509Z.db-wal", "x.db"] {
            assert_eq!(made_at(name), None, "{name}");
        }
    }

    #[test]
    fn the_newest_stay_and_nothing_else_is_touched() {
        let dir = tempfile::tempdir().unwrap();
        let at: Timestamp = "2017-12-19T08:05:09Z".parse().unwrap();
        for day in 0..5 {
            let at = at + jiff::SignedDuration::from_hours(24 * day);
            fs::write(dir.path().join(backup_name(at)), "").unwrap();
        }
        fs::write(dir.path().join("letter.txt"), "").unwrap();
        let last = at + jiff::SignedDuration::from_hours(96);
        let gone = prune_backups(dir.path(), 2, last).unwrap();
        assert_eq!(gone.len(), 3);
        let left = backups(dir.path()).unwrap();
        assert_eq!(left.first().unwrap().0, at + jiff::SignedDuration::from_hours(72));
        assert_eq!((left.len(), fs::read_dir(dir.path()).unwrap().count()), (2, 3));
        assert!(prune_backups(dir.path(), 2, last).unwrap().is_empty());
    }

    #[test]
    fn what_a_kill_left_is_removed_and_what_is_under_way_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let name = |second: i64| {
            let at = "2017-12-19T08:05:00Z".parse::<Timestamp>().unwrap();
            dir.path().join(backup_name(at + jiff::SignedDuration::from_secs(second)))
        };
        fs::write(dir.path().join(".postroom-20171218T000000Z.db.part"), "half").unwrap();
        let first = Part::begin(&name(0)).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "the abandoned one is gone");
        let second = Part::begin(&name(1)).unwrap();
        assert!(first.path.exists() && second.path.exists());
        drop(first);
        second.name(&name(1)).unwrap();
        assert_eq!(backups(dir.path()).unwrap().len(), 1);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
