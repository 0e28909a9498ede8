//! The lock on the data folder: one daemon a folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::StoreError;

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
        let unusable = |error: std::io::Error| StoreError::Unusable { path: path.clone(), why: error.to_string() };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Held { holder: holder(&mut file), path }),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        sign(&mut file).map_err(unusable)?;
        Ok(Self { _file: file })
    }
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
}
