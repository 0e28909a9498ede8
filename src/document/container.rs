//! What all archives have in common, and plain zip files: names decoded, litter left out, limits kept.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::package::{Entry, Package};
use super::{Budget, Content, Fault, Member};

/// Opens a plain zip file.
///
/// # Errors
/// [`Fault::Encrypted`] when every file asks for a password, [`Fault::TooLarge`] when a limit breaks,
/// [`Fault::Unreadable`] when it holds no file at all.
pub(super) fn zip(mut package: Package<'_>, budget: &mut Budget) -> Result<Content, Fault> {
    budget.take_entries(u32::try_from(package.len()).unwrap_or(u32::MAX))?;
    let files: Vec<(usize, Entry)> = (0..package.len())
        .filter_map(|index| package.entry(index).map(|entry| (index, entry)))
        .filter(|(_, entry)| entry.is_file)
        .collect();
    let members = files.into_iter().map(|(index, entry)| member(&mut package, index, entry, budget));
    content(members.collect::<Result<_, _>>()?)
}

/// A member that is damaged, or locked among open ones, is a fault of its own; a broken limit is one of the archive.
fn member(package: &mut Package<'_>, index: usize, entry: Entry, budget: &mut Budget) -> Result<Member, Fault> {
    let bytes = match () {
        () if is_litter(&entry.name) => Ok(Vec::new()),
        () if entry.is_encrypted => Err(Fault::Encrypted),
        () => package.read_index(index, budget),
    };
    match bytes {
        Err(fault @ Fault::TooLarge(_)) => Err(fault),
        bytes => Ok(Member { name: entry.name, bytes }),
    }
}

/// An archive by its files, folders and links left out.
///
/// # Errors
/// [`Fault::Encrypted`] when every file that counts asks for a password, [`Fault::Unreadable`] when there is no file at all.
pub(super) fn content(mut files: Vec<Member>) -> Result<Content, Fault> {
    if files.is_empty() {
        return Err(Fault::Unreadable("an archive without files".into()));
    }
    files.retain(|file| !is_litter(&file.name));
    let is_locked = |file: &Member| file.bytes == Err(Fault::Encrypted);
    // An empty file has nothing to lock.
    let is_empty = |file: &Member| file.bytes.as_ref().is_ok_and(Vec::is_empty);
    if files.iter().any(is_locked) && files.iter().all(|file| is_locked(file) || is_empty(file)) {
        return Err(Fault::Encrypted);
    }
    Ok(Content::Container(files))
}

/// Runs a library that reads archives behind a guard: a panic of its own on a hostile file says that the file is damaged.
///
/// # Errors
/// Those of the reader, and [`Fault::Unreadable`] for a panic.
pub(super) fn guarded(read: impl FnOnce() -> Result<Content, Fault>) -> Result<Content, Fault> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Fault::Unreadable("the archive's structure is damaged".into())))
}

/// Whether a path names a file that programs leave behind and no one meant to send.
pub(super) fn is_litter(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let left_behind = [".DS_Store", "Thumbs.db", "desktop.ini"];
    path.split('/').any(|part| part == "__MACOSX")
        || name.starts_with("~$")
        || name.starts_with("._")
        || left_behind.iter().any(|litter| name.eq_ignore_ascii_case(litter))
}
