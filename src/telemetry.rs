//! The log's vocabulary: one function per business event.
//!
//! Operators tail this. Each line begins with the message's short id (`m17`) where there is one, then the event's word from
//! the fixed vocabulary below, then its fields. No personal data beyond addresses and names of enterprises, and no secrets, ever.

use std::fmt;
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber, error, info, warn};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::visible;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For a terminal: local time, level, event, fields.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
    /// For systemd: a priority in front, no time (the journal has its own).
    Journald,
}

/// Starts logging to standard error.
///
/// What others wrote into a line, such as the name of an enterprise, neither ends the line nor commands the terminal.
///
/// Commands print to standard output; so a log can be watched and an answer piped on at once. `level` is a word such as
/// `info`, or one followed by directives such as `info,lettre=debug`; libraries speak only from `warn` on.
pub fn start(format: Format, level: &str, zone: TimeZone) {
    let filter = tracing_subscriber::EnvFilter::new(format!("warn,postroom={level}"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start within one process (tests) leaves the first in place.
    let _ = match format {
        Format::Text => builder.event_format(Line { zone: Some(zone) }).try_init(),
        Format::Journald => builder.event_format(Line { zone: None }).try_init(),
        Format::Json => builder.json().flatten_event(true).with_target(false).with_writer(|| Seen).try_init(),
    };
}

/// Whether a text is a level that [`start`] takes.
#[must_use]
pub fn is_level(level: &str) -> bool {
    !level.is_empty() && tracing_subscriber::EnvFilter::try_new(format!("postroom={level}")).is_ok()
}

/// A line for people: `2017-12-19 16:05:01 INFO  m17 accepted from=a@b.example`.
struct Line {
    zone: Option<TimeZone>,
}

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut to: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let level = *event.metadata().level();
        match &self.zone {
            Some(zone) => {
                let now = clock().to_zoned(zone.clone());
                write!(to, "{} {level:<5} ", now.strftime("%Y-%m-%d %H:%M:%S"))?;
            }
            None => write!(to, "<{}>", priority(level))?,
        }
        let mut words = Words::default();
        event.record(&mut words);
        write!(to, "{}", visible::line(&words.message))?;
        for (name, value) in words.fields {
            let is_plain = !value.contains([' ', '"']) && visible::line(&value) == value;
            if is_plain {
                write!(to, " {name}={value}")?;
            } else {
                write!(to, " {name}={value:?}")?;
            }
        }
        writeln!(to)
    }
}

/// Standard error, where JSON is read by people too.
struct Seen;

impl Write for Seen {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        io::stderr().lock().write_all(visible::json(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().lock().flush()
    }
}

#[expect(clippy::disallowed_methods, reason = "a log line bears the time at which it is written")]
fn clock() -> Timestamp {
    Timestamp::now()
}

/// Priorities of `sd-daemon(3)`.
fn priority(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        _ => 7,
    }
}

#[derive(Default)]
struct Words {
    message: String,
    fields: Vec<(&'static str, String)>,
}

impl Words {
    fn put(&mut self, field: &Field, value: String) {
        match field.name() {
            "message" => self.message = value,
            name if value.is_empty() || name == "event" || name == "id" || name.starts_with("log.") => {}
            name => self.fields.push((name, value)),
        }
    }
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.to_owned());
    }
}

/// The daemon has started.
pub fn started(version: &str, mailboxes: usize, surveys: &str, notices: &str) {
    info!(event = "started", version, mailboxes, surveys, notices, "started");
}

/// This machine lacks a layer of the readers' confinement, which the configuration accepts.
pub fn unconfined(layer: &str, why: &str, without: &str) {
    warn!(event = "unconfined", layer, why, without, "unconfined: readers go without {layer}, as `may_lack` has it");
}

/// This machine's Landlock is too old for some of what it is there for.
pub fn old_landlock(version: &str) {
    info!(
        event = "old landlock",
        version, "old landlock: version {version} of 7 leaves network, signals or sockets of readers to seccomp alone"
    );
}

/// Readers computed although they had nothing to do, and were ended.
pub fn restless(readers: u64) {
    warn!(event = "restless", readers, "restless: {readers} readers computed with nothing to read, and were ended");
}

/// A task ended with a fault, and the daemon with it.
pub fn ended(why: &str) {
    error!(event = "ended", why, "ended: see to it and start again; nothing is lost");
}

/// The file that a notice waited for goes with it.
pub fn enclosed(notice: &str, name: &str, size: usize) {
    info!(event = "enclosed", id = notice, name, size, "{notice} enclosed");
}

/// A notice came back: the message that says so, whom it went to, and what the server said.
pub fn bounced(id: &str, notice: &str, to: &str, permanent: bool, words: &str) {
    warn!(event = "bounced", id, notice, to, permanent, words, "{id} bounced");
}

/// A report says that mail to an address did not arrive, and is tied to no notice of ours: it is ignored.
pub fn bounce_ignored(id: &str, from: &str, to: &str) {
    info!(event = "bounce_ignored", id, from, to, "{id} a report of failed delivery about no notice of ours, ignored");
}

/// A return is put aside as it comes: it says what an operator discarded.
pub fn discarded(id: &str, what: &str) {
    warn!(
        event = "discarded",
        id, what, "{id} {what} says what was discarded before, and is discarded; `postroom release` lets it count"
    );
}

/// A roster is taken in.
pub fn roster(survey: &str, listed: usize, added: usize, removed: usize) {
    info!(event = "roster", survey, listed, added, removed, "roster of {survey} taken in");
}

/// A sender says the same again and again, as a machine does that answers our answers; it is answered no more.
pub fn looping(id: &str, from: &str) {
    error!(event = "loop", id, from, "{id} loop: the same again and again, not answered; see `postroom held`");
}

/// The daemon stops, and why.
pub fn stopping(why: &str) {
    info!(event = "stopping", why, "stopping");
}

/// What the daemon's stages have cost, in seconds of processor time.
pub fn stages(spent: &str) {
    tracing::debug!(event = "stages", "stages {spent}");
}

/// A mailbox is connected and watched.
pub fn connected(mailbox: &str, folders: &str, idle: bool) {
    info!(event = "connected", mailbox, folders, idle, "connected");
}

/// A mailbox's connection is gone; it is tried again.
pub fn disconnected(mailbox: &str, why: &str, retry_in: u64) {
    warn!(event = "disconnected", mailbox, why, retry_in_s = retry_in, "disconnected");
}

/// A server refused the login. Nothing more is tried for a while, lest the account be locked: an operator has to look.
pub fn login_paused(account: &str, why: &str, retry_in: u64) {
    error!(event = "login paused", account, why, retry_in_s = retry_in, "login paused: check user and password");
}

/// All folders of a mailbox are read up to their end.
pub fn poll(mailbox: &str, found: u64) {
    tracing::debug!(event = "poll", mailbox, found, "poll");
}

/// A message is kept: its bytes are committed.
pub fn kept(id: &str, mailbox: &str, from: &str, size: u64) {
    info!(event = "kept", id, from, size, mailbox, "{id} kept");
}

/// A message was kept before; it is not taken again.
pub fn known(id: &str, mailbox: &str) {
    tracing::debug!(event = "known", id, mailbox, "{id} known");
}

/// A message is read and judged.
pub fn judged(id: &str, disposition: &str, from: &str, names: &str, issues: &str) {
    info!(event = disposition, id, from, names, issues, "{id} {disposition}");
}

/// A message is held: an operator decides.
pub fn held(id: &str, from: &str, names: &str, why: &str) {
    warn!(event = "held", id, from, names, why, "{id} held: `postroom release {id}` or `postroom discard {id}`");
}

/// Something is odd about the sender of a message, and what follows.
pub fn sender(id: &str, from: &str, what: &str) {
    warn!(event = "sender", id, from, what, "{id} sender");
}

/// The virus scanner found something in a message, or could not look at it; nothing opens it.
pub fn quarantined(id: &str, from: &str, why: &str) {
    error!(
        event = "quarantined",
        id, from, why, "{id} quarantined: `postroom release {id}` or `postroom discard {id}`"
    );
}

/// A message is read unscanned, as the configuration says.
pub fn not_scanned(id: &str, why: &str) {
    warn!(event = "not scanned", id, why, "{id} not scanned, read all the same (virus_scan)");
}

/// A message could not be read for a fault of ours: an operator may retry.
pub fn failed(id: &str, why: &str) {
    error!(event = "failed", id, why, "{id} failed: `postroom retry {id}` once mended");
}

/// A notice is in the outbox, under its name `n5`; it may wait for an operator there.
pub fn notice_queued(id: &str, kind: &str, notice: &str) {
    info!(event = "notice queued", id, kind, notice, "{id} notice queued");
}

/// An invitation or a reminder was put into the outbox.
pub fn letter_queued(notice: &str, topic: &str, to: &str, respondent: &str) {
    info!(event = "letter queued", notice, topic, to, respondent, "{notice} {topic} queued");
}

/// A weekly digest is in the outbox.
pub fn digest(name: &str, week: &str, recipients: usize, is_late: bool) {
    let late = if is_late { ", late" } else { "" };
    info!(event = "digest", name, week, recipients, is_late, "digest {name} of {week} queued for {recipients}{late}");
}

/// A message gets no answer, and why.
pub fn silent(id: &str, why: &str) {
    info!(event = "no answer", id, why, "{id} no answer");
}

/// A notice is handed to the server.
pub fn sent(id: &str, kind: &str, to: &str, words: &str) {
    info!(event = "sent", id, kind, to, words, "{id} sent");
}

/// A notice could not be sent now; it is tried again.
pub fn deferred(id: &str, to: &str, why: &str, next: &str) {
    warn!(event = "deferred", id, to, why, next, "{id} deferred");
}

/// A letter that waited in the outbox is not to go as it is; what is still needed is planned anew.
pub fn cancelled(notice: &str, to: &str, why: &str) {
    info!(event = "cancelled", notice, to, why, "{notice} cancelled");
}

/// A notice was refused for good.
pub fn refused(id: &str, to: &str, why: &str) {
    error!(event = "refused", id, to, why, "{id} refused");
}

/// Something of the daemon's own went wrong and is tried again.
pub fn trouble(what: &str, why: &str) {
    error!(event = "trouble", what, why, "trouble");
}

/// The text of a scan is recognised and kept for review.
pub fn recognised(id: &str, attachment: &str, pages: usize, lines: usize, seconds: f32) {
    info!(event = "recognised", id, attachment, pages, lines, seconds, "{id} recognised");
}

/// The text of a scan, or a part of it, could not be recognised. The sender was asked for the editable file before.
pub fn not_recognised(id: &str, attachment: &str, lines: usize, why: &str) {
    warn!(event = "not recognised", id, attachment, lines, why, "{id} not recognised: the scan itself is kept");
}

/// Something is wrong with Postroom itself, and the remedy. Said once while it lasts.
pub fn alarm(condition: &str, what: &str, remedy: &str) {
    error!(event = "alarm", condition, what, remedy, "alarm");
}

/// What was wrong is so no longer.
pub fn recovered(condition: &str, about: &str) {
    info!(event = "recovered", condition, about, "recovered");
}

/// An alarm to the operator is in the outbox: of what holds, and of what is over.
pub fn alarm_queued(to: &str, holds: usize, over: usize) {
    info!(event = "alarm queued", to, holds, over, "alarm queued");
}

/// Health and metrics are told on this address.
pub fn http(address: &str) {
    info!(event = "http", address, "http: /health and /metrics");
}

/// A backup is made and found sound.
pub fn backup(path: &str, size: u64, messages: u64) {
    info!(event = "backup", path, size, messages, "backup made and checked");
}

/// The database is brought up to date for this program; a copy of it as it was lies there.
pub fn upgraded(schema: i64, copy: &str) {
    info!(event = "upgraded", schema, copy, "database brought up to date; as it was it lies in {copy}");
}

/// A backup could not be made; it is tried again.
pub fn backup_failed(folder: &str, why: &str) {
    error!(
        event = "backup failed",
        folder, why, "backup failed: there is none of today yet, tried again in half an hour"
    );
}

/// An old backup is removed, as so many newer ones are kept.
pub fn backup_removed(path: &str, keep: usize) {
    info!(event = "backup removed", path, keep, "backup removed");
}

/// The disk is nearly full: no more mail is fetched until there is room. An operator has to look.
pub fn disk_low(folder: &str, free_mib: u64, floor_mib: u64) {
    error!(
        event = "disk low",
        folder, free_mib, floor_mib, "disk low: no mail is fetched until space is freed; it waits at the mailbox"
    );
}

/// The disk has room again.
pub fn disk_has_room(folder: &str, free_mib: u64) {
    info!(event = "disk has room", folder, free_mib, "disk has room: mail is fetched again");
}

/// A message is kept, and read later: its sender sends too much within an hour.
pub fn put_off(id: &str, from: &str, until: &str) {
    warn!(event = "put off", id, from, until, "{id} put off: too many mails of its sender within an hour");
}

/// The outbox is so long that no letters are added that nobody waits for.
pub fn outbox_full(queued: u64, limit: u32) {
    warn!(
        event = "outbox full",
        queued, limit, "outbox full: no invitations and reminders until it is shorter; answers go on"
    );
}

/// The bytes of mails were removed, as they had been kept as long as the configuration says.
pub fn raw_removed(survey: &str, mails: usize) {
    info!(
        event = "raw removed",
        survey,
        mails,
        "raw removed: mails of {survey} were kept as long as [retention] says; what was read of them stays"
    );
}
