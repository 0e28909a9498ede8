//! The page for Prometheus (text format 0.0.4), made anew for each request from what is known then: there is nothing to be registered
//! and counted beside the store, so a metrics library would be more code than this. A test has Prometheus' own parser read it.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::health::{Condition, Disk, Finding, Pulse, Signs, Stored};

/// The page so far.
#[derive(Default)]
struct Page(String);

/// Labels of one value: names and values.
type Labels<'a> = &'a [(&'a str, &'a str)];

impl Page {
    /// Begins a family of values.
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // A text takes all that is written to it.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn value(&mut self, name: &str, labels: Labels<'_>, value: f64) {
        self.0.push_str(name);
        for (at, (label, text)) in labels.iter().enumerate() {
            let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(self.0, "{}{label}=\"{text}\"", if at == 0 { '{' } else { ',' });
        }
        if !labels.is_empty() {
            self.0.push('}');
        }
        let _ = writeln!(self.0, " {value}");
    }

    fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.family(name, "gauge", help);
        self.value(name, &[], value);
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.family(name, "counter", help);
        self.value(name, &[], float(value));
    }
}

/// What Prometheus is told.
pub(super) fn page(signs: &Signs, findings: &[Finding]) -> String {
    let mut page = Page::default();
    page.gauge("postroom_healthy", "Whether nothing is wrong.", truth(findings.is_empty()));
    page.family("postroom_condition", "gauge", "How many things of this kind are wrong.");
    for kind in Condition::KINDS {
        let count = findings.iter().filter(|finding| finding.condition.kind() == kind).count();
        page.value("postroom_condition", &[("condition", kind)], float(u64::try_from(count).unwrap_or(u64::MAX)));
    }
    if let Some(pulse) = &signs.pulse {
        of_pulse(&mut page, pulse);
    }
    if let Ok(stored) = &signs.stored {
        of_store(&mut page, stored, signs.at);
    }
    if let Some(Disk { free, total }) = signs.disk {
        page.gauge("postroom_disk_free_bytes", "Free bytes of the data folder's file system.", float(free));
        page.gauge("postroom_disk_size_bytes", "Bytes of the data folder's file system.", float(total));
    }
    page.0
}

fn of_pulse(page: &mut Page, pulse: &Pulse) {
    page.family("postroom_info", "gauge", "The program; always 1.");
    page.value("postroom_info", &[("version", &pulse.version)], 1.0);
    page.gauge("postroom_start_time_seconds", "When the daemon started.", seconds(pulse.started_at));
    page.family("postroom_mailbox_connected", "gauge", "Whether a mailbox is connected.");
    for mailbox in &pulse.mailboxes {
        page.value("postroom_mailbox_connected", &[("mailbox", &mailbox.name)], truth(mailbox.connected));
    }
    page.family(
        "postroom_mailbox_last_poll_timestamp_seconds",
        "gauge",
        "When a poll of a mailbox was last completed; absent before the first.",
    );
    for mailbox in &pulse.mailboxes {
        if let Some(at) = mailbox.polled_at {
            page.value("postroom_mailbox_last_poll_timestamp_seconds", &[("mailbox", &mailbox.name)], seconds(at));
        }
    }
    page.family("postroom_mailbox_polls_total", "counter", "Completed polls of a mailbox since the start.");
    for mailbox in &pulse.mailboxes {
        page.value("postroom_mailbox_polls_total", &[("mailbox", &mailbox.name)], float(mailbox.polls));
    }
    let readers = &pulse.readers;
    page.counter("postroom_reader_starts_total", "Readers started since the start.", readers.started);
    page.counter("postroom_reader_breaks_total", "Readers that broke at a message since the start.", readers.broken);
}

fn of_store(page: &mut Page, stored: &Stored, at: Timestamp) {
    page.family("postroom_messages", "gauge", "Messages by state: kept (to be read), read, failed, quarantined.");
    for state in ["kept", "read", "failed", "quarantined"] {
        let count = stored.messages.get(state).copied().unwrap_or_default();
        page.value("postroom_messages", &[("state", state)], float(count));
    }
    page.gauge(
        "postroom_messages_held",
        "Messages that wait for an operator, those in quarantine too.",
        float(stored.held),
    );
    page.family("postroom_notices", "gauge", "Notices by state.");
    for state in ["queued", "held", "sent", "refused", "cancelled"] {
        let count = stored.notices.get(state).copied().unwrap_or_default();
        page.value("postroom_notices", &[("state", state)], float(count));
    }
    page.family(
        "postroom_outbox_age_seconds",
        "gauge",
        "How long the longest waiting notice waits that was tried or could be; absent when none is queued.",
    );
    for queue in &stored.queues {
        let age = queue.since.map_or(0.0, |since| at.duration_since(since).as_secs_f64().max(0.0));
        page.value("postroom_outbox_age_seconds", &[("transport", &queue.transport)], age);
    }
    if let Some(digest) = stored.digest_at {
        page.gauge("postroom_last_digest_timestamp_seconds", "When the latest digest was made.", seconds(digest));
    }
    page.gauge("postroom_database_bytes", "Bytes of the database with its log of writes.", float(stored.bytes));
}

fn truth(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}

/// Prometheus has nothing but floating-point numbers.
fn float(number: u64) -> f64 {
    number as f64
}

fn seconds(at: Timestamp) -> f64 {
    at.as_duration().as_secs_f64()
}
