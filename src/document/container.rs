//! Plain zip files as lists of members: names decoded, litter left out, limits kept.

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
    if files.is_empty() {
        return Err(Fault::Unreadable("an archive without files".into()));
    }
    let wanted: Vec<(usize, Entry)> = files.into_iter().filter(|(_, entry)| !is_litter(&entry.name)).collect();
    if !wanted.is_empty() && wanted.iter().all(|(_, entry)| entry.is_encrypted) {
        return Err(Fault::Encrypted);
    }
    let members = wanted.into_iter().map(|(index, entry)| member(&mut package, index, entry, budget));
    members.collect::<Result<_, _>>().map(Content::Container)
}

/// A member that is damaged, or locked among open ones, is a fault of its own; a broken limit is one of the archive.
fn member(package: &mut Package<'_>, index: usize, entry: Entry, budget: &mut Budget) -> Result<Member, Fault> {
    let bytes = if entry.is_encrypted { Err(Fault::Encrypted) } else { package.read_index(index, budget) };
    match bytes {
        Err(fault @ Fault::TooLarge(_)) => Err(fault),
        bytes => Ok(Member { name: entry.name, bytes }),
    }
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
