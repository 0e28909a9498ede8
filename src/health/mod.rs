//! Whether Postroom does its work: from what can be seen of it at one moment ([`Signs`]) to what is wrong and the remedy ([`Finding`]).
//!
//! The page `/health`, `postroom status --health` and the alarm mails all tell the same findings. What is to be watched besides is one
//! more [`Condition`], found in [`findings`]: its words stand in [`words`] and, in Chinese, with the alarm mail ([`crate::notice`]).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

mod condition;
mod plan;
#[cfg(test)]
mod tests;
mod words;

pub use condition::Condition;
pub use plan::{Plan, plan};

/// After so long without a sign of life the daemon does not run.
pub const STALE: SignedDuration = SignedDuration::from_mins(3);

/// What can be seen at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Signs {
    /// The moment.
    pub at: Timestamp,
    /// What the daemon last said of itself; none where none ever ran.
    pub pulse: Option<Pulse>,
    /// What is stored, or why the store does not answer.
    pub stored: Result<Stored, String>,
    /// The file system of the data folder; none where it cannot be asked.
    pub disk: Option<Disk>,
    /// The backups that the daemon makes; none where it makes none.
    pub backups: Option<Backups>,
}

/// The backups of the daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backups {
    /// When the newest was made; none where there is none.
    pub newest: Option<Timestamp>,
    /// The last moment but one at which one was due.
    pub due: Timestamp,
}

impl Backups {
    /// Whether one was missed, and the next was due.
    fn are_old(self) -> bool {
        self.newest.is_none_or(|newest| newest < self.due)
    }
}

/// What the daemon says of itself. It leaves this in the data folder, so that it is there when the daemon is not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pulse {
    /// Its version.
    pub version: String,
    /// When it started.
    pub started_at: Timestamp,
    /// When it said so.
    pub at: Timestamp,
    /// Whether it ended, and said this last.
    pub stopped: bool,
    /// Its mailboxes.
    pub mailboxes: Vec<MailboxPulse>,
    /// Logins that were refused, and not taken since.
    pub refused: Vec<Refused>,
    /// Loops that do not turn.
    pub stalled: Vec<String>,
    /// Messages that cannot be read for now; none once some were read, or none waits.
    #[serde(default)]
    pub not_read: Option<NotRead>,
    /// Places such as `transport main` where no login was tried since the start.
    #[serde(default)]
    pub untried: Vec<String>,
    /// Whether any message was read since the start, or none waited.
    #[serde(default)]
    pub reads: bool,
    /// Why the last backup was not made; none where none was tried since the start, or it was made.
    #[serde(default)]
    pub backup_failed: Option<String>,
    /// Its readers.
    pub readers: Readers,
}

/// How one mailbox is watched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MailboxPulse {
    /// Its name.
    pub name: String,
    /// Whether it is connected.
    pub connected: bool,
    /// When all its folders were last read up to their end; none when they were not since the start.
    pub polled_at: Option<Timestamp>,
    /// How often they were, since the start.
    pub polls: u64,
    /// Seconds between two polls.
    pub poll_seconds: u64,
    /// Why it is not connected, or a folder of it not watched; empty when all is well.
    pub trouble: String,
    /// Messages that were left at the server since the start.
    #[serde(default)]
    pub left: Left,
}

/// Messages that a server lists and does not give.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Left {
    /// How many.
    pub count: u64,
    /// When the first of them was left behind.
    pub since: Option<Timestamp>,
    /// Which the last was, and the server's words.
    pub why: String,
}

/// A login that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Where, such as `mailbox main`.
    pub place: String,
    /// The account.
    pub account: String,
    /// When it was refused first.
    pub since: Timestamp,
    /// The server's words.
    pub why: String,
}

/// Messages that cannot be read, as what reads them does not work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotRead {
    /// When the first of them was given back.
    pub since: Timestamp,
    /// Why the last was.
    pub why: String,
}

/// The readers since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Readers {
    /// How many were started.
    pub started: u64,
    /// How many broke at a message: they died, met a limit or hung.
    pub broken: u64,
    /// How many of those within the last hour.
    pub broken_lately: u64,
}

/// What the store says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Stored {
    /// Messages by state: `kept` (to be read), `read`, `failed`.
    pub messages: BTreeMap<String, u64>,
    /// Messages that wait for an operator.
    pub held: u64,
    /// Notices by state.
    pub notices: BTreeMap<String, u64>,
    /// What waits for each transport; a transport without anything is not here.
    pub queues: Vec<Queue>,
    /// When the latest digest was made.
    pub digest_at: Option<Timestamp>,
    /// Bytes of the database with its log of writes.
    pub bytes: u64,
}

/// What waits for a transport. Alarms do not count: an alarm must not be the cause of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Queue {
    /// Its name.
    pub transport: String,
    /// How many wait.
    pub waiting: u64,
    /// Since when the longest waiting of those that were tried, or could be, waits; none when all wait for their hour.
    pub since: Option<Timestamp>,
    /// To how many domains those are.
    pub domains: u64,
    /// When the transport last sent anything.
    pub sent_at: Option<Timestamp>,
    /// How the last try of those that wait ended; may be empty.
    pub words: String,
}

/// How the words of a try end up that came as far as the recipient: the server took the login, and speaks of this mail.
const OF_A_MAIL: [&str; 3] = [" answered RCPT TO with ", " answered DATA with ", " answered the mail's content with "];

/// Whether the words of a try are a server's about a recipient and its mail, and not about the server or us. Nothing but these words is
/// kept of a try.
#[must_use]
pub fn is_of_a_recipient(words: &str) -> bool {
    OF_A_MAIL.iter().any(|sign| words.contains(sign))
}

/// A file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Disk {
    /// Bytes that are free for Postroom's user.
    pub free: u64,
    /// Bytes in all.
    pub total: u64,
}

/// From when on something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// A mailbox is silent after so long without a completed poll, or after three polls if that is longer.
    pub mailbox_silent: SignedDuration,
    /// Messages wait too long when they cannot be read for so long.
    pub messages_wait: SignedDuration,
    /// An outbox is stuck when a notice waits so long and none was sent meanwhile, unless all that waits is for one domain whose server
    /// speaks of the recipient.
    pub outbox_stuck: SignedDuration,
    /// The disk is low below so many free bytes.
    pub disk_free: u64,
    /// Readers break too often from so many within an hour on.
    pub readers_broken: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            mailbox_silent: SignedDuration::from_mins(30),
            messages_wait: SignedDuration::from_mins(30),
            outbox_stuck: SignedDuration::from_hours(2),
            disk_free: 1 << 30,
            readers_broken: 20,
        }
    }
}

/// A condition, and since when it holds as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What is wrong.
    #[serde(flatten)]
    pub condition: Condition,
    /// Since when; none when that is not known.
    pub since: Option<Timestamp>,
}

/// What is wrong, the gravest first; nothing when all is well.
#[must_use]
pub fn findings(signs: &Signs, thresholds: &Thresholds) -> Vec<Finding> {
    let mut found = Vec::new();
    match &signs.pulse {
        Some(pulse) if is_alive(pulse, signs.at) => found.extend(of_pulse(pulse, signs.at, thresholds)),
        // What it said of mailboxes follows from its not running.
        pulse => {
            let stopped = pulse.as_ref().is_some_and(|pulse| pulse.stopped);
            let since = pulse.as_ref().map(|pulse| pulse.at);
            found.push(Finding { condition: Condition::NotRunning { stopped }, since });
        }
    }
    match &signs.stored {
        Ok(stored) => found.extend(of_stored(stored, signs.at, thresholds)),
        Err(why) => found.push(Finding { condition: Condition::StoreSilent { why: why.clone() }, since: None }),
    }
    found.extend(of_backups(signs));
    if let Some(Disk { free, .. }) = signs.disk.filter(|disk| disk.free < thresholds.disk_free) {
        found.push(Finding { condition: Condition::DiskLow { free, least: thresholds.disk_free }, since: None });
    }
    found
}

fn is_alive(pulse: &Pulse, at: Timestamp) -> bool {
    !pulse.stopped && at.duration_since(pulse.at) <= STALE
}

/// A daemon that has run for less than that may still make up for what it missed, unless it tried and failed.
fn of_backups(signs: &Signs) -> Option<Finding> {
    let (backups, pulse) = (signs.backups?, signs.pulse.as_ref()?);
    let failed = pulse.backup_failed.clone();
    let had_its_time = pulse.started_at <= backups.due || failed.is_some();
    let is_missing = backups.are_old() && had_its_time && is_alive(pulse, signs.at);
    let why = failed.unwrap_or_default();
    is_missing.then_some(Finding { condition: Condition::BackupOld { why }, since: backups.newest })
}

impl Signs {
    /// Whether something that was told and is not found now can be known to be over. What only the daemon knows it forgets when it
    /// stops, and after a start it takes some time until it knows it again.
    fn can_tell_the_end_of(&self, told: &Condition) -> bool {
        let Some(pulse) = &self.pulse else { return true };
        match told {
            Condition::LoginRefused { place, .. } => !pulse.untried.contains(place),
            Condition::MailboxSilent { mailbox, .. } => {
                // One that is not configured any more is silent for good.
                pulse.mailboxes.iter().filter(|one| one.name == *mailbox).all(|one| one.polled_at.is_some())
            }
            Condition::MessagesWait { .. } => pulse.reads,
            Condition::BackupOld { .. } => self.backups.is_none_or(|backups| !backups.are_old()),
            _ => true,
        }
    }
}

fn of_pulse(pulse: &Pulse, at: Timestamp, thresholds: &Thresholds) -> Vec<Finding> {
    let stalled =
        pulse.stalled.iter().map(|part| Finding { condition: Condition::Stalled { part: part.clone() }, since: None });
    let refused = pulse.refused.iter().map(|one| {
        let (place, account, why) = (one.place.clone(), one.account.clone(), one.why.clone());
        Finding { condition: Condition::LoginRefused { place, account, why }, since: Some(one.since) }
    });
    let silent = pulse.mailboxes.iter().filter_map(|mailbox| {
        let since = mailbox.polled_at.unwrap_or(pulse.started_at);
        let polls =
            SignedDuration::from_secs(i64::try_from(mailbox.poll_seconds.saturating_mul(3)).unwrap_or(i64::MAX));
        let condition = Condition::MailboxSilent { mailbox: mailbox.name.clone(), why: mailbox.trouble.clone() };
        let is_silent = at.duration_since(since) > thresholds.mailbox_silent.max(polls);
        is_silent.then_some(Finding { condition, since: Some(since) })
    });
    let count = pulse.readers.broken_lately;
    let breaks = (count >= thresholds.readers_broken.max(1))
        .then_some(Finding { condition: Condition::ReadersBreak { count }, since: None });
    let waits = pulse.not_read.as_ref().filter(|one| at.duration_since(one.since) > thresholds.messages_wait);
    let waits = waits.map(|NotRead { since, why }| Finding {
        condition: Condition::MessagesWait { why: why.clone() },
        since: Some(*since),
    });
    let left = pulse.mailboxes.iter().filter(|mailbox| mailbox.left.count > 0).map(|mailbox| {
        let Left { count, since, why } = mailbox.left.clone();
        Finding { condition: Condition::MessagesLeft { mailbox: mailbox.name.clone(), count, why }, since }
    });
    stalled.chain(refused).chain(silent).chain(waits).chain(left).chain(breaks).collect()
}

fn of_stored(stored: &Stored, at: Timestamp, thresholds: &Thresholds) -> Vec<Finding> {
    let count = stored.messages.get("failed").copied().unwrap_or_default();
    let failed = (count > 0).then_some(Finding { condition: Condition::MessagesFailed { count }, since: None });
    let is_old = |moment: Timestamp| at.duration_since(moment) > thresholds.outbox_stuck;
    let stuck = stored.queues.iter().filter(|queue| {
        // One recipient's server may defer for days, and over a weekend there may be no other mail that goes.
        let is_one_recipients_matter = queue.domains < 2 && is_of_a_recipient(&queue.words);
        queue.since.is_some_and(is_old) && queue.sent_at.is_none_or(is_old) && !is_one_recipients_matter
    });
    let stuck = stuck.map(|queue| {
        let Queue { transport, waiting, since, words, .. } = queue.clone();
        Finding { condition: Condition::OutboxStuck { transport, count: waiting, why: words }, since }
    });
    failed.into_iter().chain(stuck).collect()
}
