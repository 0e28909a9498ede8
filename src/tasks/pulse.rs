//! The daemon's sign of life in the data folder, `health.json`: what `postroom status --health` tells from when the daemon hangs or is gone.
//!
//! A file, and not a row: a row a minute would have all who watch the database for changes look at it a minute, and could not be
//! written when the database is what ails. It is replaced in one step and not forced to the disk, since after a loss of power nobody
//! takes it for a running daemon.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::health::Pulse;

/// Its name.
const NAME: &str = "health.json";

/// Leaves a sign of life.
///
/// # Errors
/// When the folder cannot be written to.
pub fn leave(folder: &Path, pulse: &Pulse) -> io::Result<()> {
    let (path, new) = (folder.join(NAME), folder.join("health.json.new"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(&serde_json::to_vec(pulse)?)?;
    drop(file);
    fs::rename(new, path)
}

/// The last sign of life; none where no daemon ever ran, or it cannot be read.
#[must_use]
pub fn last(folder: &Path) -> Option<Pulse> {
    serde_json::from_slice(&fs::read(folder.join(NAME)).ok()?).ok()
}
