//! How a return stands among the versions of its respondent, and what it stands by.

use serde::{Deserialize, Serialize};

use super::Vouched;
use crate::issue::Issue;
use crate::reading::Return;

/// How a version of a return stands among the versions of its respondent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Current, without an error.
    Complete,
    /// Current, with errors that are still to be mended.
    InCorrection,
    /// Replaced by a newer one.
    Superseded,
    /// Has errors while a complete one stays current; waits to be mended.
    Pending,
    /// From a sender not trusted for this respondent; an operator decides.
    Contested,
    /// The same answers as the current version's.
    Duplicate,
    /// Came in a held message; counts once it is released.
    Held,
    /// An operator put it aside.
    Discarded,
    /// Its sender withdrew it.
    Withdrawn,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Complete,
        Self::InCorrection,
        Self::Superseded,
        Self::Pending,
        Self::Contested,
        Self::Duplicate,
        Self::Held,
        Self::Discarded,
        Self::Withdrawn,
    ];

    /// The word for it in database, log and listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::InCorrection => "in_correction",
            Self::Superseded => "superseded",
            Self::Pending => "pending",
            Self::Contested => "contested",
            Self::Duplicate => "duplicate",
            Self::Held => "held",
            Self::Discarded => "discarded",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether a version that stands so is the respondent's current one.
    #[must_use]
    pub fn is_current(self) -> bool {
        matches!(self, Self::Complete | Self::InCorrection)
    }
}

/// An operator's word on a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ruling {
    /// None given.
    #[default]
    None,
    /// It counts, whoever sent it.
    Released,
    /// It does not count.
    Discarded,
}

/// What a version does to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// It is a return by itself.
    #[default]
    Returns,
    /// A plain reply that mends single items.
    Amends,
    /// A plain reply that says that odd figures are right.
    Confirms,
    /// A plain reply that withdraws what stood.
    Withdraws,
}

impl Act {
    /// The word for it in database and listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Returns => "returns",
            Self::Amends => "amends",
            Self::Confirms => "confirms",
            Self::Withdraws => "withdraws",
        }
    }
}

/// A return as it came, one of a respondent's versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Address of the sender.
    pub sender: String,
    /// Whether its message is held.
    pub held: bool,
    /// An operator's word on it.
    pub ruling: Ruling,
    /// What it does to the version before it.
    #[serde(default)]
    pub act: Act,
    /// Who vouches for the sender with this respondent, by all that is known today.
    #[serde(default)]
    pub vouched: Vouched,
    /// The return as it was read.
    pub as_read: Return,
    /// What was remarked on its figures when it was judged, by what was known then.
    #[serde(default)]
    pub remarks: Vec<Issue>,
}

impl Version {
    /// The return with what was remarked on it.
    pub(super) fn said(&self) -> Return {
        let mut said = self.as_read.clone();
        said.issues.extend(self.remarks.iter().cloned());
        said
    }
}

/// How a version stands, and what it says with older answers merged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// How it stands.
    pub standing: Standing,
    /// The return that counts if it is current: its own, or merged into the one it corrects.
    pub effective: Return,
}
