//! Watching over the daemon itself: systemd's watchdog, the sign of life in the data folder, the log's word when something goes wrong.
//!
//! The watchdog hears of it only while the store takes a write and every loop turns, so that a daemon that is there and does nothing
//! is started anew. A server that cannot be reached is no reason for that: it is a finding, and the operator's matter.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use sd_notify::NotifyState;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::looks::Looks;
use super::{Signal, TaskError, now, pulse};
use crate::health::{Finding, Signs};
use crate::telemetry;

/// How often it is looked whether the daemon works, where systemd does not ask more often.
const ROUND: Duration = Duration::from_secs(10);
/// The same before systemd is told that it runs.
const START: Duration = Duration::from_millis(100);
/// How often a sign of life is left.
const BEAT: Duration = Duration::from_secs(10);
/// The longest that is waited for the store in one round.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the task works with.
pub struct Watch {
    /// How things stand.
    pub looks: Looks,
    /// Zone in which `systemctl status` tells times.
    pub zone: TimeZone,
}

impl Watch {
    /// Watches until it is told to stop.
    ///
    /// # Errors
    /// Never: what goes wrong here is told, and the daemon goes on.
    pub async fn run(self, stop: CancellationToken) -> Result<(), TaskError> {
        // Three words within its time, so that one may be late.
        let round = sd_notify::watchdog_enabled().map_or(ROUND, |time| (time / 3).min(ROUND));
        let (mut ready, mut worked, mut beat, mut known) = (false, Ok(()), None, BTreeMap::new());
        let clock = Signal::default();
        while !stop.is_cancelled() {
            let works = self.works(&stop).await;
            if stop.is_cancelled() {
                break;
            }
            if let (Err(why), Ok(())) = (&works, &worked) {
                telemetry::trouble("the daemon hangs, and systemd's watchdog hears nothing", why);
            }
            worked = works;
            if worked.is_ok() {
                let mut words = vec![NotifyState::Watchdog];
                if !ready && self.looks.vitals.all_turned() {
                    words.insert(0, NotifyState::Ready);
                    ready = true;
                }
                tell(&words);
            }
            if beat.is_none_or(|at: Instant| at.elapsed() >= BEAT) {
                beat = Some(Instant::now());
                self.beat(&mut known).await;
            }
            clock.wait(if ready { round } else { START }, &stop).await;
        }
        Ok(())
    }

    /// Whether the store takes a write and every loop turns; if not, what hangs.
    async fn works(&self, stop: &CancellationToken) -> Result<(), String> {
        let answers = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            answers = tokio::time::timeout(PATIENCE, self.looks.store.answers()) => answers,
        };
        let why = match answers {
            Ok(Ok(())) => self.looks.vitals.stalled().join(", "),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("{} takes no write", self.looks.store.path().display()),
        };
        if why.is_empty() { Ok(()) } else { Err(why) }
    }

    /// Leaves a sign of life, and tells what has changed.
    async fn beat(&self, known: &mut BTreeMap<String, Finding>) {
        match self.looks.pool.end_restless() {
            0 => {}
            readers => telemetry::restless(readers),
        }
        let (looks, at) = (self.looks.clone(), now());
        let left = tokio::task::spawn_blocking(move || {
            let (signs, findings) = looks.look(at);
            let left = signs.pulse.as_ref().map_or(Ok(()), |pulse| pulse::leave(&looks.data, pulse));
            (signs, findings, left)
        });
        let Ok((signs, findings, left)) = left.await else { return };
        if let Err(error) = left {
            telemetry::trouble("no sign of life can be left in the data folder", &error.to_string());
        }
        tell(&[NotifyState::Status(&status(&signs, &findings, &self.zone))]);
        let found: BTreeMap<String, Finding> =
            findings.into_iter().map(|finding| (finding.condition.key(), finding)).collect();
        for (_, finding) in found.iter().filter(|(key, _)| !known.contains_key(*key)) {
            telemetry::alarm(finding.condition.kind(), &finding.condition.what(), finding.condition.remedy());
        }
        for (_, finding) in known.iter().filter(|(key, _)| !found.contains_key(*key)) {
            telemetry::recovered(finding.condition.kind(), finding.condition.about());
        }
        *known = found;
    }
}

/// Tells systemd that the daemon stops.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// Where nobody asked to be told, nothing is done.
fn tell(words: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(words) {
        telemetry::trouble("systemd cannot be told how the daemon fares", &error.to_string());
    }
}

/// The line in `systemctl status`.
fn status(signs: &Signs, findings: &[Finding], zone: &TimeZone) -> String {
    if let Some(first) = findings.first() {
        let more = match findings.len() {
            1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        let what = first.condition.without_respondents().what().replace('\n', " ");
        return format!("{what}{more}; see `postroom status --health`");
    }
    let polled = signs.pulse.iter().flat_map(|pulse| &pulse.mailboxes).filter_map(|mailbox| mailbox.polled_at).min();
    let polled = polled.map_or("not yet".into(), |at| at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string());
    let count = |of: Option<&u64>| of.copied().unwrap_or_default();
    let (waiting, queued) = match &signs.stored {
        Ok(stored) => (count(stored.messages.get("kept")), count(stored.notices.get("queued"))),
        Err(_) => (0, 0),
    };
    format!("well; mailboxes polled {polled}, messages to be read {waiting}, notices to be sent {queued}")
}
