//! Files that commands write: whole or not at all, and never over what is there unless that is asked for.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Refuses a file that is there already, unless it may be written over.
pub(super) fn ensure_free(file: &Path, force: bool) -> anyhow::Result<()> {
    if file.symlink_metadata().is_ok() && !force {
        bail!("{}: is there already; give --force to write over it", file.display());
    }
    if file.is_dir() {
        bail!("{}: is a folder; name a file", file.display());
    }
    Ok(())
}

/// Writes a file beside its place and then puts it there, so that nobody ever reads half of it.
pub(super) fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let beside = beside(file);
    let done = write_new(&beside, bytes).and_then(|()| fs::rename(&beside, file));
    if done.is_err() {
        // What is left of it is of no use to anybody, and the first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    done.with_context(|| file.display().to_string())
}

/// A name beside a file's for what is not finished.
pub(super) fn beside(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

fn write_new(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut new = fs::File::create_new(file)?;
    new.write_all(bytes)?;
    new.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_or_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("表.csv");
        ensure_free(&file, false).unwrap();
        write(&file, b"one").unwrap();
        assert!(ensure_free(&file, false).unwrap_err().to_string().contains("--force"));
        ensure_free(&file, true).unwrap();
        write(&file, b"two").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert!(ensure_free(dir.path(), true).is_err(), "a folder is no file");
        assert!(write(dir.path(), b"three").is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing unfinished stays behind");
    }

    #[test]
    fn what_a_link_points_to_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (other, link) = (dir.path().join("other"), dir.path().join("returns.csv"));
        fs::write(&other, "kept").unwrap();
        std::os::unix::fs::symlink(&other, &link).unwrap();
        assert!(ensure_free(&link, false).is_err());
        write(&link, b"new").unwrap();
        assert_eq!(
            (fs::read_to_string(&other).unwrap(), fs::read_to_string(&link).unwrap()),
            ("kept".into(), "new".into())
        );
    }
}
