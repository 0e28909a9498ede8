//! The files of a Maildir: listed, read in pieces, renamed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tokio::sync::mpsc;

use super::Settings;
use crate::mailbox::{After, utf7};

/// A file that holds a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// When it was written.
    pub(super) modified: SystemTime,
    /// Its name without flags.
    pub(super) name: String,
    /// Where it lies.
    pub(super) path: PathBuf,
    /// Its size in bytes.
    pub(super) size: u64,
}

/// Times of `new` and `cur`: they change with every file that comes or goes.
pub(super) fn times(path: &Path) -> io::Result<(SystemTime, SystemTime)> {
    let time = |folder: &str| path.join(folder).metadata()?.modified();
    Ok((time("new")?, time("cur")?))
}

/// The name of a message: the file's without its flags.
fn base_name(file: &str) -> &str {
    file.split_once(":2,").map_or(file, |(name, _)| name)
}

/// All files of a Maildir with the names of their messages.
fn files(path: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for folder in ["new", "cur"] {
        for entry in path.join(folder).read_dir()? {
            let entry = entry?;
            let file = entry.file_name().to_string_lossy().into_owned();
            if !file.starts_with('.') {
                files.push((base_name(&file).to_owned(), entry.path()));
            }
        }
    }
    Ok(files)
}

/// Lists files whose messages are not known, oldest first, and forgets names that are gone.
pub(super) fn list(path: &Path, known: &mut BTreeSet<String>) -> io::Result<VecDeque<Entry>> {
    let files = files(path)?;
    let there: BTreeSet<&String> = files.iter().map(|(name, _)| name).collect();
    known.retain(|name| there.contains(name));
    let mut entries: Vec<Entry> = files
        .iter()
        .filter(|(name, _)| !known.contains(name))
        .filter_map(|(name, path)| {
            // A file that vanished since was moved by someone else and is listed again at the next look.
            let data = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some(Entry { modified: data.modified().ok()?, name: name.clone(), path: path.clone(), size: data.len() })
        })
        .collect();
    entries.sort();
    // A message that was being moved from new to cur may have been listed twice.
    entries.dedup_by(|later, earlier| later.name == earlier.name);
    Ok(entries.into())
}

/// Reads a file in pieces into a channel: an empty piece ends it, an error breaks it off.
pub(super) fn read_pieces(path: &Path, size: usize, to: &mpsc::Sender<Result<Vec<u8>, String>>) {
    let read = || -> io::Result<()> {
        let mut file = std::fs::File::open(path)?;
        loop {
            let mut piece = Vec::with_capacity(size);
            file.by_ref().take(u64::try_from(size).unwrap_or(u64::MAX)).read_to_end(&mut piece)?;
            let end = piece.is_empty();
            if to.blocking_send(Ok(piece)).is_err() || end {
                return Ok(());
            }
        }
    };
    if let Err(error) = read() {
        // A receiver that is gone needs no reason.
        let _ = to.blocking_send(Err(format!("{}: {error}", path.display())));
    }
}

/// Settles messages by name; returns those that failed, with the cause. What is gone counts as settled.
pub(super) fn settle(settings: &Settings, names: &BTreeSet<String>) -> BTreeMap<String, String> {
    let everyone = |cause: String| names.iter().map(|name| (name.clone(), cause.clone())).collect();
    if settings.after == After::Keep {
        return BTreeMap::new();
    }
    let target = match target(settings) {
        Ok(target) => target,
        Err(error) => return everyone(error.to_string()),
    };
    let files = match files(&settings.path) {
        Ok(files) => files,
        Err(error) => return everyone(error.to_string()),
    };
    let mut failed = BTreeMap::new();
    for (name, path) in files.into_iter().filter(|(name, _)| names.contains(name)) {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let moved = std::fs::rename(&path, target.join(with_seen(&file)));
        if let Err(error) = moved.or_else(|error| if path.exists() { Err(error) } else { Ok(()) }) {
            failed.insert(name, error.to_string());
        }
    }
    failed
}

/// Where settled files go: `cur`, or `cur` of a Maildir++ folder, which is made if need be.
fn target(settings: &Settings) -> io::Result<PathBuf> {
    let After::Move(folder) = &settings.after else {
        return Ok(settings.path.join("cur"));
    };
    let folder = settings.path.join(format!(".{}", utf7::encode(&folder.replace('/', "."))));
    for part in ["tmp", "new", "cur"] {
        std::fs::create_dir_all(folder.join(part))?;
    }
    Ok(folder.join("cur"))
}

/// A file's name with the flag S among its flags, which stand in alphabetical order.
fn with_seen(file: &str) -> String {
    let (name, flags) = file.split_once(":2,").unwrap_or((file, ""));
    let flags: BTreeSet<char> = flags.chars().chain(['S']).collect();
    format!("{name}:2,{}", flags.into_iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seen_is_added_to_the_flags_and_no_flag_is_lost() {
        for (file, seen) in [
            ("1.a.host", "1.a.host:2,S"),
            ("1.a.host:2,", "1.a.host:2,S"),
            ("1.a.host:2,FR", "1.a.host:2,FRS"),
            ("1.a.host,S=10:2,ST", "1.a.host,S=10:2,ST"),
        ] {
            assert_eq!(with_seen(file), seen);
            assert_eq!(base_name(seen), base_name(file));
        }
    }
}
