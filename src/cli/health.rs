//! `postroom status --health`: whether Postroom does its work, for people and for monitoring: from the sign of life that the daemon leaves
//! in the data folder and from the database, so beside a daemon that runs, and where none does.

use std::process::ExitCode;

use jiff::Timestamp;
use serde::Serialize;

use super::{local, print};
use crate::config::Config;
use crate::health::{Disk, Finding, MailboxPulse, Pulse, Signs, Stored, findings};
use crate::store::disk;
use crate::tasks::{backup, now, pulse};

/// What `--json` prints.
#[derive(Serialize)]
struct Health<'a> {
    healthy: bool,
    findings: Vec<Told<'a>>,
    pulse: Option<&'a Pulse>,
    stored: Option<&'a Stored>,
    disk: Option<Disk>,
}

/// A finding with its words.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    finding: &'a Finding,
    what: String,
    remedy: &'static str,
}

/// Prints how things stand; fails when something is wrong.
pub(super) fn perform(is_json: bool, config: &Config) -> anyhow::Result<ExitCode> {
    let signs = signs(config);
    let found = findings(&signs, &config.alarm.thresholds);
    if is_json {
        let told = |finding| Told { finding, what: finding.condition.what(), remedy: finding.condition.remedy() };
        let (pulse, stored, disk) = (signs.pulse.as_ref(), signs.stored.as_ref().ok(), signs.disk);
        let findings = found.iter().map(told).collect();
        print::json(&Health { healthy: found.is_empty(), findings, pulse, stored, disk })?;
    } else {
        lines(&signs, &found, config).iter().for_each(print::line);
    }
    Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn signs(config: &Config) -> Signs {
    let at = now();
    let stored = local::look(config).and_then(|store| Ok(store.vital(at)?)).map_err(|error| format!("{error:#}"));
    let backups = backup::look(&config.backup, &config.time_zone, at);
    Signs { at, pulse: pulse::last(&config.data), stored, disk: disk(&config.data).ok(), backups }
}

fn lines(signs: &Signs, found: &[Finding], config: &Config) -> Vec<String> {
    let time = |at: Timestamp| local::time(&at.to_string(), &config.time_zone);
    let mut lines = vec![if found.is_empty() { "healthy".to_owned() } else { "NOT healthy".to_owned() }];
    for finding in found {
        let since = finding.since.map(|at| format!(", since {}", time(at))).unwrap_or_default();
        lines.push(format!("! {}{since}", finding.condition.what()));
        lines.push(format!("  {}", finding.condition.remedy()));
    }
    match &signs.pulse {
        None => lines.push("daemon    never ran on this data folder".to_owned()),
        Some(pulse) => {
            lines.push(format!(
                "daemon    {} since {}, last sign of life {}{}",
                pulse.version,
                time(pulse.started_at),
                time(pulse.at),
                if pulse.stopped { ", then it stopped" } else { "" }
            ));
            lines.extend(pulse.mailboxes.iter().map(|mailbox| mailbox_line(mailbox, &time)));
            let readers = pulse.readers;
            lines.push(format!(
                "readers   {} started, {} broke, {} of them within the last hour",
                readers.started, readers.broken, readers.broken_lately
            ));
        }
    }
    if let Ok(stored) = &signs.stored {
        lines.extend(stored_lines(stored, &time));
    }
    if let Some(Disk { free, total }) = signs.disk {
        lines.push(format!("disk      {} MiB free of {}", free >> 20, total >> 20));
    }
    lines
}

fn mailbox_line(mailbox: &MailboxPulse, time: &impl Fn(Timestamp) -> String) -> String {
    let polled =
        mailbox.polled_at.map_or_else(|| "not polled yet".to_owned(), |at| format!("last polled {}", time(at)));
    let connected = match (mailbox.connected, mailbox.trouble.as_str()) {
        (true, "") => "connected".to_owned(),
        (true, trouble) => format!("connected ({trouble})"),
        (false, trouble) => format!("NOT connected ({trouble})"),
    };
    format!("mailbox   {}: {connected}, {polled}", mailbox.name)
}

fn stored_lines(stored: &Stored, time: &impl Fn(Timestamp) -> String) -> Vec<String> {
    let count =
        |counts: &std::collections::BTreeMap<String, u64>, state: &str| counts.get(state).copied().unwrap_or_default();
    let mut lines = vec![format!(
        "messages  {} to be read, {} failed, {} held",
        count(&stored.messages, "kept"),
        count(&stored.messages, "failed"),
        stored.held
    )];
    let oldest = stored.queues.iter().filter_map(|queue| queue.since).min();
    let oldest = oldest.map(|at| format!(", the longest waiting since {}", time(at))).unwrap_or_default();
    lines.push(format!("outbox    {} queued{oldest}", count(&stored.notices, "queued")));
    let digest = stored.digest_at.map_or_else(|| "none yet".to_owned(), time);
    lines.push(format!("digest    {digest}"));
    lines.push(format!("database  {} MiB", stored.bytes >> 20));
    lines
}
