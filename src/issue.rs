//! Everything that can be wrong with a message or a return, as data: no prose is made here.
//!
//! The codes and severities are the table "Issues" of the reading contract (`docs/reading.md`); the words that a sender reads are
//! made in [`crate::notice`].

use serde::{Deserialize, Serialize};

use crate::place::Place;

/// One problem found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// What is wrong.
    pub problem: Problem,
    /// What it is wrong with.
    pub about: About,
    /// Where it stands, if it stands anywhere (a missing column has no place).
    pub place: Option<Place>,
}

/// What an issue is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum About {
    /// An item of a return, by its key.
    Item(String),
    /// An attachment, by its path.
    Attachment(String),
    /// The message as a whole.
    Message,
}

/// Whether the sender has to mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The sender is asked to mend it.
    Error,
    /// Worth knowing; nothing is asked.
    Remark,
}

/// What is wrong, with the data that a notice needs to say it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// A required item has no answer, or its column is not there.
    Missing,
    /// A number without a unit anywhere; the text that stands there.
    UnitMissing {
        /// The number as written.
        text: String,
    },
    /// A text in which no amount can be found.
    NotAnAmount {
        /// The text as written.
        text: String,
    },
    /// Several amounts and nothing that tells which one is meant.
    AmbiguousAmount {
        /// The text as written.
        text: String,
    },
    /// Two sources of one return disagree.
    Conflict {
        /// The answer that was taken.
        taken: String,
        /// What the other source says.
        other: String,
        /// Where the other source says it.
        other_place: Place,
    },
    /// The amount is a range or open at one end.
    Range,
    /// The sender declines to tell the amount.
    Withheld,
    /// 同上: the value of the row above was taken.
    Ditto,
    /// 详见附件, and a narrative came along.
    SeeAttachment,
    /// Read, but out of all proportion.
    Implausible,
    /// Nothing that could be a filled table, from a person.
    NoTable,
    /// The survey's form, not filled in.
    BlankForm,
    /// The only table is a picture or a scan.
    ScanOnly,
    /// Only a link to a provider's cloud attachment, no file.
    LinkedAttachment {
        /// The name of the linked file, where the mail tells it.
        name: Option<String>,
    },
    /// An archive or document asks for a password.
    Encrypted,
    /// Damaged, truncated or empty; what the program saw, for operators.
    Unreadable {
        /// The cause, in a few words.
        why: String,
    },
    /// A format that cannot be read.
    Unsupported {
        /// The format's name, such as `PDF` or `7z`.
        format: String,
    },
    /// Over the configured limits.
    TooLarge {
        /// The limit that was met, in a few words.
        limit: String,
    },
}

impl Problem {
    /// The code by which contract, database and log name the problem.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::UnitMissing { .. } => "unit_missing",
            Self::NotAnAmount { .. } => "not_an_amount",
            Self::AmbiguousAmount { .. } => "ambiguous_amount",
            Self::Conflict { .. } => "conflict",
            Self::Range => "range",
            Self::Withheld => "withheld",
            Self::Ditto => "ditto",
            Self::SeeAttachment => "see_attachment",
            Self::Implausible => "implausible",
            Self::NoTable => "no_table",
            Self::BlankForm => "blank_form",
            Self::ScanOnly => "scan_only",
            Self::LinkedAttachment { .. } => "linked_attachment",
            Self::Encrypted => "encrypted",
            Self::Unreadable { .. } => "unreadable",
            Self::Unsupported { .. } => "unsupported",
            Self::TooLarge { .. } => "too_large",
        }
    }

    /// Whether the sender has to mend it.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::Range | Self::Withheld | Self::Ditto | Self::SeeAttachment | Self::Implausible => Severity::Remark,
            _ => Severity::Error,
        }
    }
}

impl Issue {
    /// An issue of an item of a return.
    #[must_use]
    pub fn of_item(item: impl Into<String>, problem: Problem, place: Option<Place>) -> Self {
        Self { problem, about: About::Item(item.into()), place }
    }

    /// An issue of an attachment as a whole.
    #[must_use]
    pub fn of_attachment(path: impl Into<String>, problem: Problem) -> Self {
        let path = path.into();
        Self { problem, about: About::Attachment(path.clone()), place: Some(Place::whole(path)) }
    }

    /// An issue of the message.
    #[must_use]
    pub fn of_message(problem: Problem) -> Self {
        Self { problem, about: About::Message, place: None }
    }

    /// Whether the sender has to mend it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.problem.severity() == Severity::Error
    }
}
