//! A verdict becomes a [`Notice`]: receipt or correction, in the survey's language, as text and HTML, from templates that operators
//! may replace. What Postroom writes of its own accord, invitations and reminders, is a [`Letter`] and becomes a notice as well.
//!
//! The words are those of a courteous clerk: short, exact, in the words of the form. What is wrong is data
//! ([`crate::issue`]); how it is said stands in `config/notices/` and in `words`. The way of an [`Occasion`]: its issues are
//! grouped by root cause (`rank`), said in sentences (`words`, in each language, with `spot` and `remedy`), put into templates (`view`, `templates`) and
//! assembled as a mail (`headers`, `mime`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::mail::Envelope;
use crate::reading::Reading;
use crate::survey::Survey;
use crate::verdict::Verdict;

mod alarm;
mod clean;
mod compose;
mod digest;
mod dispute;
mod enclose;
mod entered;
mod filled;
mod headers;
mod letter;
mod mended;
mod mime;
mod preview;
mod question;
mod rank;
mod remedy;
mod samples;
mod seal;
mod spot;
mod templates;
mod together;
mod understood;
mod view;
mod words;

#[cfg(test)]
mod english_tests;
#[cfg(test)]
mod letter_tests;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod typed_tests;

pub use alarm::Alarm;
pub use compose::{ComposeError, Composer, Settings};
pub use digest::{Digest, Picture};
pub use dispute::Told;
pub use enclose::{Awaiting, FilledRow, Note, OwnFile, Plan, enclose};
pub use entered::Entered;
pub use letter::{Letter, Thread};
pub use mended::{Done, Plain};
pub use preview::Preview;
pub use seal::{seal, sealed};
pub use templates::TemplateError;
pub use together::{Earlier, Newest, Together, together};

/// The address of a sender such as `AI survey <collect@district.example>`; none when it is no plain ASCII one.
#[must_use]
pub fn sender_address(from: &str) -> Option<String> {
    headers::Party::parse(from).map(|party| party.address)
}

/// Whether two mails that were composed here say the same to their reader, headers and files apart.
#[must_use]
pub fn reads_alike(one: &[u8], other: &[u8]) -> bool {
    mime::words(one) == mime::words(other)
}

/// A mail that Postroom sends, composed and ready for the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Unique key, such as `reply:17`: the outbox takes each but once.
    pub key: String,
    /// What it is.
    pub kind: Kind,
    /// Name of the transport that sends it.
    pub transport: String,
    /// Address it goes to.
    pub recipient: String,
    /// Token of its thread, six characters.
    pub token: String,
    /// Its `Message-ID` without angle brackets.
    pub message_id: String,
    /// The mail as it is handed to the transport (RFC 5322, CRLF).
    pub bytes: Vec<u8>,
}

/// A file that goes with a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    /// Its file name, in ASCII: what is not is replaced, since not every client can show it.
    pub name: String,
    /// Its media type, such as `application/vnd.openxmlformats-officedocument.spreadsheetml.sheet`.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Kinds of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// What was understood, kept by the sender as proof.
    Receipt,
    /// What the sender is asked to mend.
    Correction,
    /// That a person will read what could not be understood.
    Handover,
    /// The covering letter of a survey, with its blank form.
    Invitation,
    /// What is still missing, said to one who was silent.
    Reminder,
    /// That another address reported for the same respondent, said to who did before.
    Dispute,
    /// That a mail was not opened, since the virus scanner found something in it.
    Infected,
    /// How a survey stands, said to officials every week.
    Digest,
    /// That Postroom does not do its work, or does it again, said to its operator.
    Alarm,
}

impl Kind {
    /// All kinds.
    pub(crate) const ALL: [Self; 9] = [
        Self::Receipt,
        Self::Correction,
        Self::Handover,
        Self::Invitation,
        Self::Reminder,
        Self::Dispute,
        Self::Infected,
        Self::Digest,
        Self::Alarm,
    ];

    /// Whether it answers a message. What answers none is written by Postroom of its own accord.
    #[must_use]
    pub fn answers(self) -> bool {
        matches!(self, Self::Receipt | Self::Correction | Self::Handover)
    }

    /// The word for it in headers, database and log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Correction => "correction",
            Self::Handover => "handover",
            Self::Invitation => "invitation",
            Self::Reminder => "reminder",
            Self::Dispute => "dispute",
            Self::Infected => "infected",
            Self::Digest => "digest",
            Self::Alarm => "alarm",
        }
    }
}

/// What a reply is composed from.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// Number of the message that is answered, as the store gave it.
    pub message: i64,
    /// Which rereading of the message the answer tells of, from 1; none for the first answer.
    pub rereading: Option<i64>,
    /// When it arrived.
    pub received_at: Timestamp,
    /// The moment of composing (the `Date` of the notice).
    pub now: Timestamp,
    /// Token of the thread.
    pub token: &'a str,
    /// Headers of the message that is answered.
    pub envelope: &'a Envelope,
    /// What was understood.
    pub reading: &'a Reading,
    /// What was decided.
    pub verdict: &'a Verdict,
    /// The survey that contact, deadline and labels are taken from.
    pub survey: &'a Survey,
    /// Earlier mails of the sender that are answered with this one; reading and verdict are [`together()`] theirs, then.
    pub earlier: &'a [Earlier],
    /// What plain replies among the mails did.
    pub done: &'a Done,
    /// Whether written material is expected of a respondent of it, and has not come.
    pub wants_narrative: bool,
}
