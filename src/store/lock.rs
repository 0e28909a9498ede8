//! The locks on the data folder: one daemon a folder, and nobody else while the database itself is replaced or rewritten.
//!
//! Whoever has the database open shares a lock on the folder itself, which needs no file that somebody would have to own; what replaces
//! the file under its name takes that lock alone. Without it a program that opens the old file meanwhile would leave a log beside the
//! new one, and SQLite would write it into it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::backup::unusable;
use super::{StoreError, folder};

/// Name of the lock file in the data folder.
const NAME: &str = "postroom.lock";

/// The exclusive lock on a data folder. It is given up when this is dropped, or when the process dies in whatever way.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock on a data folder. The file then says which process holds it.
    ///
    /// # Errors
    /// [`StoreError::Held`] with the holder's process number while another process has it; [`StoreError::Unusable`] when the
    /// file cannot be made.
    pub fn take(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(NAME);
        let unusable = |error: std::io::Error| unusable(&path, &error);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(unusable)?;
        folder::give_open_to_owner(&path, &file).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Held { holder: holder(&mut file), path }),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        sign(&mut file).map_err(unusable)?;
        Ok(Self { _file: file })
    }
}

/// The word that a database is in use, or is being replaced. It is given up when this is dropped, or when the process dies.
#[derive(Debug)]
pub(super) struct InUse {
    _folder: File,
}

impl InUse {
    /// One of those that have the database open.
    ///
    /// # Errors
    /// [`StoreError::BeingReplaced`] while it is; [`StoreError::Unusable`] when its folder cannot be opened.
    pub(super) fn share(database: &Path) -> Result<Self, StoreError> {
        let folder = folder_of(database)?;
        match folder.try_lock_shared() {
            Ok(()) => Ok(Self { _folder: folder }),
            Err(TryLockError::WouldBlock) => Err(StoreError::BeingReplaced { path: database.to_owned() }),
            Err(TryLockError::Error(error)) => Err(unusable(database, &error)),
        }
    }

    /// The only one.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while another command has it open; [`StoreError::Unusable`] when its folder cannot be opened.
    pub(super) fn alone(database: &Path) -> Result<Self, StoreError> {
        let folder = folder_of(database)?;
        match folder.try_lock() {
            Ok(()) => Ok(Self { _folder: folder }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: database.to_owned() }),
            Err(TryLockError::Error(error)) => Err(unusable(database, &error)),
        }
    }
}

fn folder_of(database: &Path) -> Result<File, StoreError> {
    File::open(folder::folder_of(database)).map_err(|error| unusable(database, &error))
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn sign(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_daemon_is_refused_by_name_until_the_first_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::take(dir.path()).unwrap();
        let refusal = Lock::take(dir.path()).unwrap_err();
        assert!(matches!(refusal, StoreError::Held { holder: Some(pid), .. } if pid == std::process::id()));
        assert!(refusal.to_string().contains("postroom.lock"), "{refusal}");
        drop(first);
        Lock::take(dir.path()).unwrap();
    }

    #[test]
    fn a_database_is_replaced_while_nobody_has_it_open_and_opened_while_nobody_replaces_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("postroom.db");
        let shared = [InUse::share(&path).unwrap(), InUse::share(&path).unwrap()];
        let refusal = InUse::alone(&path).unwrap_err();
        assert_eq!(refusal, StoreError::InUse { path: path.clone() });
        assert!(refusal.to_string().contains("a command of postroom is using"), "{refusal}");
        drop(shared);
        let alone = InUse::alone(&path).unwrap();
        assert_eq!(InUse::share(&path).unwrap_err(), StoreError::BeingReplaced { path: path.clone() });
        drop(alone);
        InUse::share(&path).unwrap();
    }
}
