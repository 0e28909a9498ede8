//! The disk floor: before the disk of the data folder is full, no more mail is fetched; once there is room again it goes on by itself.
//!
//! What lies at the mailbox is safe there. What is kept already is still read and answered, which takes little; so the floor is
//! many times what can be under way. Whether the disk is below it can be asked of a handle at any time ([`Floor::is_low`]).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::config::Bounds;
use crate::store::free_space;
use crate::telemetry;

/// How often the disk is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// Free bytes on the disk of a folder.
type Measure = fn(&Path) -> io::Result<u64>;

/// The floor of the disk of a folder. A handle: clones share what was seen.
#[derive(Debug, Clone)]
pub struct Floor {
    folder: PathBuf,
    least: u64,
    enough: u64,
    measure: Measure,
    low: Arc<AtomicBool>,
}

impl Floor {
    /// The floor of a folder's disk, in a configuration's bounds.
    #[must_use]
    pub fn new(folder: &Path, bounds: Bounds) -> Self {
        let (least, enough) = (bounds.disk_floor, bounds.disk_enough());
        Self { folder: folder.to_owned(), least, enough, measure: free_space, low: Arc::default() }
    }

    /// Whether the disk was below the floor when it was looked at last, and no mail is fetched.
    #[must_use]
    pub fn is_low(&self) -> bool {
        self.low.load(Ordering::Relaxed)
    }

    /// Looks at the disk from time to time, so that the alarm does not wait for the next mail.
    pub async fn watch(self, stop: CancellationToken) {
        loop {
            self.has_room();
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Waits until there is room, or the daemon stops.
    pub async fn room(&self, stop: &CancellationToken) {
        while !self.has_room() {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Whether there is room now; a change of that is told.
    pub fn has_room(&self) -> bool {
        // A disk that cannot be measured is no reason to stop: the database says itself when it is full.
        let Ok(free) = (self.measure)(&self.folder) else { return !self.is_low() };
        let wanted = if self.is_low() { self.enough } else { self.least };
        let is_low = free < wanted;
        if self.low.swap(is_low, Ordering::Relaxed) != is_low {
            let (folder, free, least) = (self.folder.display().to_string(), free >> 20, self.least >> 20);
            if is_low {
                telemetry::disk_low(&folder, free, least);
            } else {
                telemetry::disk_has_room(&folder, free);
            }
        }
        !is_low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        static FREE: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
    }

    fn bounds(disk_floor: u64) -> Bounds {
        Bounds { disk_floor, per_sender_hour: 1, outbox: 1 }
    }

    #[test]
    fn fetching_stops_at_the_floor_and_goes_on_a_little_above_it() {
        let floor = Floor { measure: |_| Ok(FREE.get()), ..Floor::new(Path::new("/"), bounds(800)) };
        for (free, has_room) in
            [(800, true), (799, false), (800, false), (899, false), (900, true), (800, true), (0, false)]
        {
            FREE.set(free);
            assert_eq!(floor.has_room(), has_room, "{free}");
            assert_eq!(floor.clone().is_low(), !has_room, "{free}");
        }
    }

    #[test]
    fn a_floor_of_nothing_is_none_and_a_real_disk_can_be_measured() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Floor::new(dir.path(), bounds(0)).has_room());
        assert!(!Floor::new(dir.path(), bounds(u64::MAX)).has_room());
    }

    #[test]
    fn a_disk_that_cannot_be_measured_stops_nothing() {
        let floor =
            Floor { measure: |_| Err(io::ErrorKind::NotFound.into()), ..Floor::new(Path::new("/"), bounds(800)) };
        assert!(floor.has_room() && !floor.is_low());
    }
}
