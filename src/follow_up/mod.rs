//! Who is written to without having written: invitations and reminders, planned by the survey's calendar.
//!
//! [`plan()`] looks at how every respondent stands and says who gets what and when, and for everybody else why not. It is pure,
//! and the same state gives the same plan. What goes out goes out in the hours of working days, never more a day than the quota,
//! to those only who miss something, never within `min_days` of another notice to the same respondent, and never more often
//! than `most` times. Beyond the quota it waits for the next working day. Whoever answers for several respondents gets one letter
//! for all of them.
//!
//! A letter may have to wait in the outbox. [`hindrance()`] looks at it by the same rules before it goes.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::Office;
use crate::survey::Reminders;

mod again;
mod need;
mod plan;
mod slots;
#[cfg(test)]
mod tests;

pub use again::{Hindrance, Waiting, hindrance};
pub use need::{Facts, Passed};
pub use plan::plan;
pub use slots::Slot;

/// What a respondent is written to about. The order is that of need: what a respondent cannot do without comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// It is invited.
    Invitation,
    /// It has not answered.
    NoAnswer,
    /// It was asked to correct its return, and has not.
    Correction,
    /// It is a key enterprise without written material.
    Narrative,
}

impl Topic {
    /// The word for it in database and listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::NoAnswer => "no_answer",
            Self::Correction => "correction",
            Self::Narrative => "narrative",
        }
    }
}

/// Why a respondent is not written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhyNot {
    /// It has answered, and nothing is missing.
    Complete,
    /// It need not answer.
    Excused,
    /// Two senders dispute its return; an operator decides.
    Contested,
    /// Mail from it waits to be read, or for an operator.
    MailWaits,
    /// It was never invited.
    NotInvited,
    /// Its invitation is made, and waits to be sent or released.
    InvitationWaits,
    /// Mail to it comes back.
    Bounced,
    /// No address of it is known.
    NoAddress,
    /// The survey configures no reminders.
    RemindersOff,
    /// It was reminded as often as the survey allows.
    MostReached,
    /// Returns are not taken any more.
    Closed,
    /// The survey's calendar has no day left for it, the quota and `min_days` counted in.
    NoDayLeft,
}

impl WhyNot {
    /// The reason as listings give it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "nothing is missing",
            Self::Excused => "excused",
            Self::Contested => "contested: an operator decides",
            Self::MailWaits => "mail from it waits to be read or decided",
            Self::NotInvited => "not invited yet (`postroom invite`)",
            Self::InvitationWaits => "its invitation waits to be sent or released",
            Self::Bounced => "mail to it comes back; give another address",
            Self::NoAddress => "no address is known",
            Self::RemindersOff => "the survey configures no reminders",
            Self::MostReached => "reminded as often as the survey allows",
            Self::Closed => "the collection is closed",
            Self::NoDayLeft => "the calendar of reminders has no day left for it",
        }
    }
}

/// Whom a letter goes to. Respondents with the same addressee share their letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Addressee {
    /// The address, in lower case.
    pub address: String,
    /// Token of the thread outside which the letter would not be understood; none when it may go on in any.
    pub thread: Option<String>,
}

/// How one respondent stands, as far as planning needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Number of the respondent.
    pub respondent: i64,
    /// What it would be written to about, or why nothing.
    pub need: Result<Topic, WhyNot>,
    /// Whom that letter would go to; none when there is none, or nobody shares it.
    pub addressee: Option<Addressee>,
    /// When it was reminded.
    pub reminders: Vec<Timestamp>,
    /// When any notice to it was queued last.
    pub last_notice: Option<Timestamp>,
}

/// What a survey and the office say of writing.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The survey's calendar of reminders; none: nobody is reminded.
    pub reminders: Option<&'a Reminders>,
    /// Last day on which a return is in time.
    pub deadline: Date,
    /// Last day on which a return is taken at all.
    pub closes: Option<Date>,
    /// Its hours and working days.
    pub office: &'a Office,
}

/// How many mails the provider takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Invitations and reminders of one day; one for several respondents is one.
    pub per_day: usize,
    /// How many were queued today already.
    pub used_today: usize,
}

/// A mail that is planned; others to the same addressee at the same moment are the same mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// The respondent.
    pub respondent: i64,
    /// What it is written to about.
    pub topic: Topic,
    /// When it goes out: not before.
    pub at: Timestamp,
}

/// Who gets what and when, and who does not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The mails in the order in which they go out; of each respondent the next one only.
    pub planned: Vec<Planned>,
    /// The other respondents, in the order in which they were given.
    pub others: Vec<(i64, WhyNot)>,
}

impl Plan {
    /// What goes out now.
    pub fn due(&self, now: Timestamp) -> impl Iterator<Item = &Planned> {
        self.planned.iter().take_while(move |one| one.at <= now)
    }
}
