//! The folder that the archive lies in: nobody's but its owner's.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use super::backup::unusable;
use super::{FILE, StoreError, beside};

/// Makes a folder that only its owner can look into. One that is there and holds nothing but the archive is made so; one that others
/// share too (as `/tmp` is shared) stays as it is, and `postroom check` says so.
///
/// # Errors
/// When it cannot be made.
pub fn private_folder(folder: &Path) -> Result<(), StoreError> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| unusable(folder, &error))?;
    let metadata = fs::metadata(folder).map_err(|error| unusable(folder, &error))?;
    let mode = metadata.permissions().mode();
    let is_shared = mode & 0o1002 != 0;
    if mode & 0o077 != 0 && !is_shared && is_ours(folder) {
        // It may belong to somebody else, who alone can; the files in it are closed all the same.
        drop(fs::set_permissions(folder, Permissions::from_mode(0o700)));
    }
    Ok(())
}

/// Bytes that are free on the disk of a folder, for those who are not root.
///
/// # Errors
/// When the folder is not there.
pub fn free_space(folder: &Path) -> std::io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Whether a folder is new, or the archive's.
fn is_ours(folder: &Path) -> bool {
    let is_empty = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    is_empty || folder.join(FILE).exists()
}

/// Closes the files of a database to others, as those are not that were copied there.
pub(super) fn close_files(path: &Path) {
    let mut files = vec![path.to_owned()];
    files.extend(super::SIDES.map(|side| beside(path, side)));
    for file in files {
        let mode = fs::metadata(&file).map_or(0, |metadata| metadata.permissions().mode());
        if mode & 0o077 != 0 {
            drop(fs::set_permissions(&file, Permissions::from_mode(0o600)));
        }
    }
}
