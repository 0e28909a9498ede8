//! A look at how things stand: what the tasks say, what is stored, how much room there is.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::backup;
use super::vitals::Vitals;
use crate::config;
use crate::health::{Finding, Pulse, Signs, Thresholds, findings};
use crate::reader::Pool;
use crate::store::{Store, disk};

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
    /// How backups are made, and the zone of their moment.
    pub backups: (config::Backup, TimeZone),
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
        let backups = backup::look(&self.backups.0, &self.backups.1, now);
        let signs = Signs { at: now, pulse: Some(self.pulse(now)), stored, disk: disk(&self.data).ok(), backups };
        let findings = findings(&signs, &self.thresholds);
        (signs, findings)
    }
}
