//! The folder that the archive lies in: nobody's but its owner's.

use std::fs::{self, DirBuilder, File, Permissions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, fchown, lchown};
use std::path::Path;

use super::backup::unusable;
use super::{FILE, StoreError, beside};
use crate::health::Disk;

/// Makes a folder that only its owner can look into. One that is there and holds nothing but the archive is made so; one that others
/// share too (as `/tmp` is shared) stays as it is, and `postroom check` says so.
///
/// # Errors
/// When it cannot be made.
pub fn private_folder(folder: &Path) -> Result<(), StoreError> {
    let is_new = !folder.exists();
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| unusable(folder, &error))?;
    if is_new {
        give_to_owner(folder).map_err(|error| unusable(folder, &error))?;
    }
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
    Ok(disk(folder)?.free)
}

/// The file system of a folder.
///
/// # Errors
/// When the folder is not there.
pub fn disk(folder: &Path) -> std::io::Result<Disk> {
    let told = rustix::fs::statvfs(folder)?;
    let bytes = |blocks: u64| blocks.saturating_mul(told.f_frsize);
    Ok(Disk { free: bytes(told.f_bavail), total: bytes(told.f_blocks) })
}

/// Gives what root made to the owner of the folder that it lies in: the service runs under a user of its own, which could not open
/// root's files. Whoever is not root made it as that owner, or cannot give it away.
///
/// # Errors
/// When it is not there.
pub fn give_to_owner(path: &Path) -> std::io::Result<()> {
    match owner_beside_root(path)? {
        Some(owner) => lchown(path, Some(owner.uid()), Some(owner.gid())),
        None => Ok(()),
    }
}

/// The same of a file that is open, whatever its name leads to by now.
pub(super) fn give_open_to_owner(path: &Path, file: &File) -> std::io::Result<()> {
    match owner_beside_root(path)? {
        Some(owner) => fchown(file, Some(owner.uid()), Some(owner.gid())),
        None => Ok(()),
    }
}

/// The owner of the folder that a file lies in, where we are root and it is somebody else.
fn owner_beside_root(path: &Path) -> std::io::Result<Option<fs::Metadata>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let owner = fs::metadata(folder_of(path))?;
    Ok(Some(owner).filter(|owner| owner.uid() != 0))
}

/// The folder that a file lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
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
