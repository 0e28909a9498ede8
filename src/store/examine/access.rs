//! Whether anybody but its owner may look into the archive.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::store::{SIDES, beside};

/// What of a database lies open to others: the file, those beside it, and its folder; each with its remedy.
#[must_use]
pub fn loose(path: &Path) -> Vec<String> {
    let mode = |path: &Path| Some(path.metadata().ok()?.permissions().mode() & 0o777);
    let mut files = vec![path.to_owned()];
    files.extend(SIDES.map(|side| beside(path, side)));
    let open = |path: &Path, wanted: &str| {
        let mode = mode(path).filter(|mode| mode & 0o077 != 0)?;
        Some(format!("{} is open to others ({mode:03o}): chmod {wanted} it", path.display()))
    };
    let mut faults: Vec<String> = files.iter().filter_map(|file| open(file, "600")).collect();
    faults.extend(path.parent().and_then(|folder| open(folder, "700")));
    faults
}
