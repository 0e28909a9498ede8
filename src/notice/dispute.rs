//! The notice to one who answered for a respondent, when another address did as well.
//!
//! It tells neither who the other one is nor what was reported.

use jiff::Timestamp;
use serde::Serialize;

use crate::notice::{Thread, clean, headers};
use crate::survey::Survey;

/// Longest subject that is repeated, in characters.
const SUBJECT: usize = 60;

/// What the notice is composed from.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// Unique key of the notice, such as `dispute:12:34`.
    pub key: &'a str,
    /// The moment of composing (the `Date` of the notice).
    pub now: Timestamp,
    /// The survey.
    pub survey: &'a Survey,
    /// Name of the respondent; empty where the notice is about a mail that was not opened.
    pub name: &'a str,
    /// Address it goes to.
    pub recipient: &'a str,
    /// The thread that it goes on.
    pub thread: &'a Thread,
}

/// The variables of its templates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct DisputeView {
    /// Title of the survey.
    pub(super) survey: String,
    /// Subject of the thread, bare of prefixes and tokens; the survey's title where there is none.
    pub(super) subject: String,
    /// Token of the thread, without brackets.
    pub(super) token: String,
    /// Name of the respondent.
    pub(super) name: String,
    /// Whom to ask.
    pub(super) contact_name: String,
    /// Their telephone number.
    pub(super) contact_phone: String,
    /// The organisation that signs.
    pub(super) sign_off: String,
}

impl DisputeView {
    /// What the templates are told.
    pub(super) fn of(told: &Told<'_>, sign_off: &str) -> Self {
        let subject = headers::bare_subject(&told.thread.subject, SUBJECT);
        let title = clean::line(&told.survey.title, SUBJECT);
        Self {
            subject: if subject.is_empty() { title.clone() } else { subject },
            survey: title,
            token: told.thread.token.clone(),
            name: clean::line(told.name, clean::NAME),
            contact_name: told.survey.contact.name.clone(),
            contact_phone: told.survey.contact.phone.clone(),
            sign_off: sign_off.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::notice::{Composer, Kind, Settings};

    #[test]
    fn the_notice_names_neither_the_other_sender_nor_what_was_reported() {
        let survey = Survey::founding().unwrap();
        let settings = Settings {
            transport: "main".into(),
            from: "收发室 <collect@district.example>".into(),
            sign_off: String::new(),
            time_zone: jiff::tz::TimeZone::UTC,
        };
        let composer = Composer::new(&BTreeMap::new(), settings).unwrap();
        let thread =
            Thread {
                token: "K7M2QX".into(), subject: "回复：调查表".into(), mails: vec!["1@firm.example".into()]
            };
        let told = Told {
            key: "dispute:1:2",
            now: "2017-12-19T02:00:00Z".parse().unwrap(),
            survey: &survey,
            name: "岭泽示例科技有限公司",
            recipient: "li@firm.example",
            thread: &thread,
        };
        let notice = composer.compose_dispute(&told).unwrap();
        assert_eq!((notice.kind, notice.recipient.as_str()), (Kind::Dispute, "li@firm.example"));
        let message = crate::mail::parse_headers(&notice.bytes);
        assert_eq!(message.subject, "请核实：调查表 [收K7M2QX]");
        assert_eq!(message.references, ["1@firm.example"]);
        assert_eq!(composer.compose_dispute(&told).unwrap(), notice, "the same dispute gives the same mail");
    }
}
