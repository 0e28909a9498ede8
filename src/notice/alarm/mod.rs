//! The alarm: what is wrong with Postroom itself, or is well again, said to its operator with the remedy.
//!
//! What is wrong is found by [`crate::health`]; its words in English stand there, those in Chinese in [`zh`].

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::health::{Condition, Finding, Plan};
use crate::notice::clean;
use crate::notice::words::tongue;
use crate::survey::Language;

mod sample;
#[cfg(test)]
mod tests;
mod zh;

pub(super) use sample::{sampled, samples};

/// Longest sentence of ours with a server's words in it, in Chinese characters.
const WHAT: usize = 120;

/// What an alarm is composed from.
#[derive(Debug, Clone, Copy)]
pub struct Alarm<'a> {
    /// Unique key of the notice, such as `alarm:1513670400:operator@district.example`.
    pub key: &'a str,
    /// The moment of composing (the `Date` of the notice).
    pub now: Timestamp,
    /// Address it goes to.
    pub recipient: &'a str,
    /// Token of the thread that it begins.
    pub token: &'a str,
    /// The language of the operator.
    pub language: Language,
    /// What it tells.
    pub plan: &'a Plan,
}

/// The variables of its templates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct AlarmView {
    /// Token of the thread, without brackets.
    pub(super) token: String,
    /// The moment that it speaks of.
    pub(super) at: String,
    /// What holds, the gravest first.
    pub(super) holds: Vec<Told>,
    /// What was told before and holds no longer.
    pub(super) over: Vec<Told>,
    /// The organisation that signs.
    pub(super) sign_off: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Told {
    /// It in a few words.
    pub(super) title: String,
    /// What is wrong.
    pub(super) what: String,
    /// Since when; empty when that is not known.
    pub(super) since: String,
    /// What to do.
    pub(super) remedy: String,
    /// Whether it is told for the first time.
    pub(super) is_new: bool,
}

impl AlarmView {
    /// What the templates are told.
    pub(super) fn of(alarm: &Alarm<'_>, sign_off: &str, zone: &TimeZone) -> Self {
        let moment = |at: Timestamp| tongue(alarm.language).moment(&at.to_zoned(zone.clone()));
        let told = |finding: &Finding, is_new: bool| {
            let (title, what, remedy) = words(&finding.condition, alarm.language);
            let since = finding.since.map(moment).unwrap_or_default();
            Told { title: clean::line(&title, WHAT), what: clean::line(&what, WHAT), since, remedy, is_new }
        };
        Self {
            token: alarm.token.to_owned(),
            at: moment(alarm.now),
            holds: alarm.plan.holds.iter().map(|(finding, is_known)| told(finding, !is_known)).collect(),
            over: alarm.plan.over.iter().map(|finding| told(finding, false)).collect(),
            sign_off: sign_off.to_owned(),
        }
    }
}

/// Title, sentence and remedy.
fn words(condition: &Condition, language: Language) -> (String, String, String) {
    match language {
        Language::Zh => (zh::title(condition), zh::what(condition), zh::remedy(condition).to_owned()),
        Language::En => (title(condition).to_owned(), condition.what(), condition.remedy().to_owned()),
    }
}

fn title(condition: &Condition) -> &'static str {
    match condition {
        Condition::NotRunning { .. } => "the daemon does not run",
        Condition::StoreSilent { .. } => "the database does not answer",
        Condition::Stalled { .. } => "a part of the daemon hangs",
        Condition::MailboxSilent { .. } => "no mail can be fetched",
        Condition::LoginRefused { .. } => "a login is refused",
        Condition::MessagesFailed { .. } => "messages could not be read",
        Condition::MessagesWait { .. } => "messages are not read",
        Condition::MessagesLeft { .. } => "messages cannot be fetched",
        Condition::OutboxStuck { .. } => "no mail can be sent",
        Condition::DiskLow { .. } => "the disk is nearly full",
        Condition::BackupOld { .. } => "no backup is made",
        Condition::ReadersBreak { .. } => "readers break again and again",
    }
}
