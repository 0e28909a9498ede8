//! Backups: one a day, at a moment of the configuration, and the oldest of them removed.
//!
//! Which were made is read off the folder, so that one that was missed is made up for at the next start, and none is made twice.

use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::vitals::Vitals;
use super::{Signal, TaskError, now};
use crate::config::{self, Config};
use crate::health;
use crate::store::{self, Settings, StoreError};
use crate::telemetry;

/// How often it is looked whether one is due.
const LOOK: Duration = Duration::from_secs(60);
/// How long nothing is tried after one that failed.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// What the task works with.
pub struct Backups {
    /// How they are made.
    pub settings: config::Backup,
    /// The zone of their moment.
    pub zone: TimeZone,
    /// The database.
    pub database: Settings,
    /// Bytes of the disk that are left free.
    pub spare: u64,
    /// What it says of itself.
    pub vitals: Vitals,
}

/// How the backups of a configuration stand; none where the daemon makes none. A folder that cannot be read has none.
#[must_use]
pub fn look(settings: &config::Backup, zone: &TimeZone, now: Timestamp) -> Option<health::Backups> {
    let at = settings.at?;
    let due = at.last(at.last(now, zone)? - SignedDuration::from_secs(1), zone)?;
    let made = store::backups(&settings.to).unwrap_or_default();
    // One that bears a later time was made while the clock was wrong.
    let newest = made.into_iter().map(|(made, _)| made).filter(|made| *made <= now).max();
    Some(health::Backups { newest, due })
}

impl Backups {
    /// The task for a configuration.
    #[must_use]
    pub fn new(config: &Config, vitals: Vitals) -> Self {
        let (settings, zone) = (config.backup.clone(), config.time_zone.clone());
        Self { settings, zone, database: Settings::in_folder(&config.data), spare: config.bounds.disk_floor, vitals }
    }

    /// Makes a backup whenever one is due, until it is told to stop. One that fails stops nothing else.
    ///
    /// # Errors
    /// When a part of it breaks off.
    pub async fn run(self, stop: CancellationToken) -> Result<(), TaskError> {
        let clock = Signal::default();
        while !stop.is_cancelled() {
            let outcome = self.round(now()).await?;
            self.vitals.backup_failed(outcome.as_ref().err().map(ToString::to_string));
            let pause = match outcome {
                Ok(()) => LOOK,
                Err(error) => {
                    telemetry::backup_failed(&self.settings.to.display().to_string(), &error.to_string());
                    PATIENCE
                }
            };
            clock.wait(pause, &stop).await;
        }
        Ok(())
    }

    /// Makes the one that is due, if any.
    async fn round(&self, now: Timestamp) -> Result<Result<(), StoreError>, TaskError> {
        match self.is_due(now) {
            Ok(true) => {}
            Ok(false) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        }
        let (to, keep) = (self.settings.to.clone(), self.settings.keep);
        let (database, spare) = (self.database.clone(), self.spare);
        Ok(tokio::task::spawn_blocking(move || make((&database, spare), to, keep, now)).await?)
    }

    /// Whether none was made since the last moment of a day.
    fn is_due(&self, now: Timestamp) -> Result<bool, StoreError> {
        let Some(last) = self.settings.at.and_then(|at| at.last(now, &self.zone)) else { return Ok(false) };
        let made = store::backups(&self.settings.to)?;
        // One that bears a later time was made while the clock was wrong, and is none of today.
        Ok(!made.iter().any(|(at, _)| (last..=now).contains(at)))
    }
}

fn make((database, spare): (&Settings, u64), to: PathBuf, keep: usize, now: Timestamp) -> Result<(), StoreError> {
    store::private_folder(&to)?;
    let made = store::back_up(database, &to.join(store::backup_name(now)), spare, now)?;
    let messages = made.examination.counts.get("message").copied().unwrap_or_default();
    telemetry::backup(&made.path.display().to_string(), made.size, messages);
    // Only once there is a new one.
    let old = store::prune_backups(&to, keep, now)?;
    old.iter().for_each(|path| telemetry::backup_removed(&path.display().to_string(), keep));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Daily;

    fn task(settings: config::Backup, data: &std::path::Path) -> Backups {
        let vitals = Vitals::new("2017-12-19T00:00:00Z".parse().unwrap(), std::iter::empty());
        Backups { settings, zone: TimeZone::UTC, database: Settings::in_folder(data), spare: 0, vitals }
    }

    #[test]
    fn the_newest_is_compared_with_the_last_moment_but_one() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["postroom-20171218T040000Z.db", "postroom-20190101T000000Z.db"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let settings = config::Backup { at: Daily::parse("03:30"), to: dir.path().to_owned(), keep: 2 };
        let looked = |now: &str| look(&settings, &TimeZone::UTC, now.parse().unwrap()).unwrap();
        let newest = Some("2017-12-18T04:00:00Z".parse().unwrap());
        let due = "2017-12-19T03:30:00Z".parse().unwrap();
        assert_eq!(looked("2017-12-20T03:30:00Z"), health::Backups { newest, due });
        assert_eq!(looked("2017-12-21T03:29:00Z"), health::Backups { newest, due });
        let none = config::Backup { at: None, ..settings.clone() };
        assert_eq!(look(&none, &TimeZone::UTC, due), None);
    }

    #[tokio::test]
    async fn one_is_made_a_day_and_the_newest_stay() {
        let dir = tempfile::tempdir().unwrap();
        drop(store::Store::open(&Settings::in_folder(dir.path())).unwrap());
        let to = dir.path().join("copies");
        let settings = config::Backup { at: Daily::parse("03:30"), to: to.clone(), keep: 2 };
        let backups = task(settings, dir.path());
        let mut names = Vec::new();
        for (moment, count) in [
            ("2017-12-19T12:00:00Z", 1), // missed, and made up for
            ("2017-12-19T12:01:00Z", 1),
            ("2017-12-20T03:29:59Z", 1),
            ("2017-12-20T03:30:00Z", 2),
            ("2017-12-21T03:31:00Z", 2),
        ] {
            backups.round(moment.parse().unwrap()).await.unwrap().unwrap();
            names = store::backups(&to).unwrap();
            assert_eq!(names.len(), count, "{moment}");
        }
        assert_eq!(names[0].0, "2017-12-20T03:30:00Z".parse().unwrap());
        // A clock that was ahead for a while, and was set right.
        std::fs::write(to.join("postroom-20190101T000000Z.db"), "").unwrap();
        backups.round("2017-12-22T03:31:00Z".parse().unwrap()).await.unwrap().unwrap();
        assert!(store::backups(&to).unwrap().iter().any(|(at, _)| *at == "2017-12-22T03:31:00Z".parse().unwrap()));
    }

    #[tokio::test]
    async fn without_a_moment_none_is_made() {
        let dir = tempfile::tempdir().unwrap();
        let settings = config::Backup { at: None, to: dir.path().join("copies"), keep: 2 };
        let backups = task(settings, dir.path());
        backups.round("2017-12-19T12:00:00Z".parse().unwrap()).await.unwrap().unwrap();
        assert!(!dir.path().join("copies").exists());
    }
}
