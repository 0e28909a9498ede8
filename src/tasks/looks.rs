//! A look at how things stand: what the tasks say, what is stored, how much room there is.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::vitals::Vitals;
use crate::health::{Disk, Finding, Pulse, Signs, Thresholds, findings};
use crate::reader::Pool;
use crate::store::Store;

/// What is looked at. A handle: clones look at the same.
#[derive(Clone)]
pub struct Looks {
    /// The store.
    pub store: Store,
    /// The data folder.
    pub data: PathBuf,
    /// What the tasks say.
    pub vitals: Vitals,
    /// The readers.
    pub pool: Pool,
    /// From when on something is wrong.
    pub thresholds: Thresholds,
}

impl Looks {
    /// What the daemon says of itself.
    #[must_use]
    pub fn pulse(&self, now: Timestamp) -> Pulse {
        self.vitals.pulse(self.pool.counts(), now)
    }

    /// How things stand, and what is wrong. Reads the database.
    #[must_use]
    pub fn look(&self, now: Timestamp) -> (Signs, Vec<Finding>) {
        let stored = self.store.vital(now).map_err(|error| error.to_string());
        let signs = Signs { at: now, pulse: Some(self.pulse(now)), stored, disk: disk(&self.data) };
        let findings = findings(&signs, &self.thresholds);
        (signs, findings)
    }
}

/// The file system of a folder; none where it cannot be asked.
#[must_use]
pub fn disk(folder: &Path) -> Option<Disk> {
    let told = rustix::fs::statvfs(folder).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(told.f_frsize);
    Some(Disk { free: bytes(told.f_bavail), total: bytes(told.f_blocks) })
}
