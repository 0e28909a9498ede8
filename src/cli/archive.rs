//! `postroom files` and `postroom raw`: the originals back.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::target::Name;
use super::{local, print};
use crate::config::Config;
use crate::document::Fault;
use crate::mail;
use crate::reading;

/// What `files` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Files {
    /// A return (r12) or a message (m17)
    name: Name,
    /// Folder that the files are written to; made if it is not there
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// What `raw` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Raw {
    /// A message (m17), or a return for the message it came in
    name: Name,
}

/// Writes the message itself and its files as they came, those in archives and forwarded messages too.
pub(super) fn files(arguments: &Files, config: &Config) -> anyhow::Result<()> {
    let store = local::look(config)?;
    let id = arguments.name.message(&store)?;
    let raw = store.raw(id)?;
    fs::create_dir_all(&arguments.to).with_context(|| arguments.to.display().to_string())?;
    write(&arguments.to, &format!("m{id}.eml"), &raw)?;
    let originals = reading::originals(&mail::parse(&raw), config.reader.limits.clone());
    let mut taken = BTreeSet::new();
    for (path, bytes) in &originals.files {
        write(&arguments.to, &free_name(&mut taken, &file_name(path)), bytes)?;
    }
    for (path, fault) in &originals.faults {
        print::remark(&format!("{path}: not taken out, {}", why(fault)));
    }
    Ok(())
}

fn why(fault: &Fault) -> String {
    match fault {
        Fault::Encrypted => "it asks for a password".into(),
        Fault::Unreadable(cause) => format!("it is damaged ({cause})"),
        Fault::Unsupported { format, .. } => format!("{format} cannot be opened"),
        Fault::TooLarge(limit) => format!("it is over the limit on {limit}; see [reader] in the configuration"),
    }
}

/// The name, or one with a number before it where another file of the message has it.
fn free_name(taken: &mut BTreeSet<String>, name: &str) -> String {
    let numbered = (2..).map(|number: u64| format!("{number}-{name}"));
    let free = std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken.contains(name));
    let free = free.unwrap_or_default();
    taken.insert(free.clone());
    free
}

/// Writes a new file; one that is there stays as it is.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = folder.join(name);
    let mut file =
        fs::File::create_new(&path).with_context(|| format!("{}: name another folder with --to", path.display()))?;
    io::Write::write_all(&mut file, bytes).with_context(|| path.display().to_string())?;
    print::line(path.display().to_string());
    Ok(())
}

/// A file's path in its message as a name in one folder: no path, nothing hidden, no control characters, not too long.
fn file_name(name: &str) -> String {
    let safe: String =
        name.chars().map(|letter| if letter.is_control() || "/\\:".contains(letter) { '_' } else { letter }).collect();
    let safe = safe.trim().trim_start_matches('.');
    let from_end: Vec<char> = safe.chars().rev().take(80).collect();
    if from_end.is_empty() { "file".into() } else { from_end.into_iter().rev().collect() }
}

/// Prints a message as it came.
pub(super) fn raw(arguments: &Raw, config: &Config) -> anyhow::Result<()> {
    let store = local::look(config)?;
    let id = arguments.name.message(&store)?;
    store.raw_into(id, &mut io::stdout().lock())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_files_called_alike_both_are_written() {
        let mut taken = BTreeSet::new();
        assert_eq!(
            ["表.xls", "表.xls", "表.xls"].map(|name| free_name(&mut taken, name)),
            ["表.xls", "2-表.xls", "3-表.xls"]
        );
    }

    #[test]
    fn a_hostile_file_name_stays_in_the_folder() {
        for (name, safe) in
            [("../../etc/passwd", "_.._etc_passwd"), ("..", "file"), ("表.docx", "表.docx"), ("a\0b\n.xls", "a_b_.xls")]
        {
            assert_eq!(file_name(name), safe);
        }
        assert!(file_name(&"长".repeat(300)).len() <= 240);
    }
}
