//! Retention: the bytes of mails are removed so many days after their survey was closed, if the configuration says so.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use tokio_util::sync::CancellationToken;

use super::{Signal, TaskError, now};
use crate::config::Config;
use crate::store::{Store, StoreError};
use crate::survey::Survey;
use crate::telemetry;

/// How often it is looked whether anything was kept long enough.
const LOOK: Duration = Duration::from_secs(3_600);

/// What the task works with.
pub struct Retention {
    store: Store,
    /// How long mail is kept after its survey is closed; none: for ever.
    raw_mail: Option<SignedDuration>,
    zone: TimeZone,
}

impl Retention {
    /// The task for a configuration.
    #[must_use]
    pub fn new(config: &Config, store: Store) -> Self {
        Self { store, raw_mail: config.retention.raw_mail, zone: config.time_zone.clone() }
    }

    /// Removes what was kept long enough, until it is told to stop.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn run(self, stop: CancellationToken) -> Result<(), TaskError> {
        let clock = Signal::default();
        while !stop.is_cancelled() {
            self.round(now(), &stop).await?;
            clock.wait(LOOK, &stop).await;
        }
        Ok(())
    }

    /// Removes what was kept long enough by now; of how many mails.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn round(&self, now: Timestamp, stop: &CancellationToken) -> Result<usize, StoreError> {
        let Some(keep) = self.raw_mail else { return Ok(0) };
        let surveys = self.store.surveys()?;
        let ends: Vec<Option<Timestamp>> = surveys.iter().map(|survey| closed_at(survey, &self.zone)).collect();
        let is_over = |end: &Timestamp| *end + keep <= now;
        let mut removed = 0;
        for (survey, end) in surveys.iter().zip(&ends) {
            if end.as_ref().is_some_and(is_over) {
                // What comes late is kept as long, from when it came.
                removed += self.remove(Some(&survey.id), now - keep, now, stop).await?;
            }
        }
        // Mail that answers no survey belongs to all that were open when it came: it goes with the last of them.
        let last = ends.iter().copied().collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max());
        if let Some(end) = last.filter(is_over) {
            removed += self.remove(None, end.min(now - keep), now, stop).await?;
        }
        Ok(removed)
    }

    async fn remove(
        &self,
        survey: Option<&str>,
        before: Timestamp,
        now: Timestamp,
        stop: &CancellationToken,
    ) -> Result<usize, StoreError> {
        let mut removed = 0;
        while !stop.is_cancelled() {
            let group = self.store.remove_raw(survey.map(str::to_owned), before, now).await?;
            if group == 0 {
                break;
            }
            removed += group;
        }
        if removed > 0 {
            telemetry::raw_removed(survey.unwrap_or("no survey"), removed);
        }
        Ok(removed)
    }
}

/// The end of the day on which a survey is closed; none while it says no day.
fn closed_at(survey: &Survey, zone: &TimeZone) -> Option<Timestamp> {
    let after = survey.closes?.checked_add(1.day()).ok()?;
    Some(after.to_zoned(zone.clone()).ok()?.timestamp())
}
