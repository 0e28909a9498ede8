//! What is decided on a message: what becomes of it, whether it is answered, and why not.

use serde::{Deserialize, Serialize};

use super::{Folded, Mended};
use crate::issue::Issue;

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Disposition {
    /// At least one return and no error, or narratives of a respondent already known.
    Accepted,
    /// At least one error.
    Correction,
    /// Automatic mail without a return.
    Ignored,
    /// An operator decides.
    Held,
}

impl Disposition {
    /// The word for it in database, log and listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Correction => "correction",
            Self::Ignored => "ignored",
            Self::Held => "held",
        }
    }
}

/// What to do with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What becomes of it.
    pub disposition: Disposition,
    /// Its issues, those of its returns apart.
    pub issues: Vec<Issue>,
    /// How each of its returns stands, in the reading's order.
    pub returns: Vec<Folded>,
    /// What is remarked on the figures of each return by what is known, for the store to keep with it; in the reading's order.
    pub remarks: Vec<Vec<Issue>>,
    /// The answer that is due, or why there is none.
    pub reply: Result<Reply, Silence>,
    /// What a plain reply does to a return; how that stands is then the only one of `returns`.
    pub mended: Option<Mended>,
}

/// An answer that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// A receipt.
    Receipt,
    /// A request for correction.
    Correction,
    /// The word that a person will read what could not be understood.
    Handover,
}

impl Reply {
    /// The word for it in log and listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Correction => "correction",
            Self::Handover => "handover",
        }
    }
}

/// Why a message gets no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// Automatic mail is never answered.
    Automatic,
    /// An operator decides first.
    Held,
    /// It came before `answer_since`.
    BeforeAnswerSince,
    /// In the junk folder only mail that gave a return is answered.
    Junk,
    /// No table and no sign of the survey: nobody's business to be told so.
    NoSignOfSurvey,
    /// There is no address to answer to.
    NoAddress,
    /// It came another way than by mail; whoever entered it sees what became of it.
    Entered,
    /// An answer would go to ourselves, or to an address that takes no mail.
    TakesNoMail,
    /// The sender was asked for the table within the last day.
    AskedToday,
    /// The sender says the same again and again, as a machine does that answers our answers.
    Loop,
    /// The same words, with nothing to them, were answered within the day.
    SaidBefore,
    /// The configuration says that no notices are made.
    NoticesOff,
    /// The configuration names no transport.
    NoTransport,
    /// It says thanks, or asks for nothing.
    Courtesy,
    /// The configuration denies its sender.
    Denied,
    /// Its sender's authentication failed, and the configuration says to ignore such mail.
    NotAuthentic,
}

impl Silence {
    /// The reason as the log gives it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic mail",
            Self::Held => "held",
            Self::BeforeAnswerSince => "older than answer_since",
            Self::Junk => "junk folder",
            Self::NoSignOfSurvey => "no sign of the survey",
            Self::NoAddress => "no address to answer to",
            Self::Entered => "entered by an operator",
            Self::TakesNoMail => "the address takes no mail",
            Self::AskedToday => "asked for the table within a day",
            Self::Loop => "the same again and again: a loop",
            Self::SaidBefore => "the same words were answered within a day",
            Self::NoticesOff => "notices are off",
            Self::NoTransport => "no transport is configured",
            Self::Courtesy => "courtesy",
            Self::Denied => "its sender is on the deny list",
            Self::NotAuthentic => "its sender's authentication failed",
        }
    }
}
