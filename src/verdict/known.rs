//! What is known of respondent and sender when a message is judged.

use std::collections::BTreeMap;

use super::{Comparison, Lately, Sender, Suspect, Treatment, Version, Vouched, identity_key, senders};
use crate::reading::{Reading, Return};

/// What is known when a message is judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// Whose each return of the message is, in the reading's order; where nothing is said, the name tells.
    pub whose: Vec<Whose>,
    /// What the figures of each return are compared with, in the reading's order.
    pub comparisons: Vec<Comparison>,
    /// Earlier and later versions of each respondent of the message, by its key, in order of arrival, this message's own
    /// left out; and how many of them arrived before it.
    pub histories: BTreeMap<String, History>,
    /// Whether the sender's address gave a return before.
    pub sender_is_known: bool,
    /// Whether one of our own notices has this message's `Message-ID`.
    pub is_own_notice: bool,
    /// Whether a token of the subject is one of ours.
    pub token_is_ours: bool,
    /// Whether it lay in a folder for junk.
    pub in_junk: bool,
    /// Whether it came before `answer_since`.
    pub before_answer_since: bool,
    /// Replies queued to this sender within the last day.
    pub replies_today: u32,
    /// Whether an operator released the message from being held.
    pub released: bool,
    /// Whether a respondent of it is a key enterprise of which no written material has come.
    pub wants_narrative: bool,
    /// Whether an operator entered what came another way than by mail.
    pub is_entered: bool,
    /// Whether it claims to be one of our notices and is none.
    pub is_forged_notice: bool,
    /// Whether an answer would go to ourselves.
    pub answers_ourselves: bool,
    /// What its sender was answered lately.
    pub lately: Lately,
    /// The returns that a plain reply may be about: those of its thread, else the sender's only one.
    pub open: Vec<Open>,
    /// Whether its sender was told within the last day that a person will read a reply of this thread.
    pub handed_over_today: bool,
    /// What was concluded of its sender; none: what the reading alone tells.
    pub sender: Option<Sender>,
}

impl Known {
    /// What is done with the message for its sender's sake.
    #[must_use]
    pub fn treatment(&self, reading: &Reading) -> Treatment {
        if self.released {
            return Treatment::Ordinary;
        }
        match &self.sender {
            Some(sender) => sender.treatment.clone(),
            None => senders::by_reading(reading).treatment,
        }
    }
}

/// A return that a plain reply may be about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Open {
    /// Number of the respondent, for the store.
    pub respondent: i64,
    /// The respondent's key.
    pub key: String,
    /// The survey that it answers.
    pub survey: Option<String>,
    /// The respondent's name.
    pub name: String,
    /// Who vouches for the reply's sender with it.
    pub vouched: Vouched,
    /// Whether the lines of the correction that the sender got were numbered by its items alone.
    pub is_numbered: bool,
    /// Its versions.
    pub history: History,
    /// What its figures are compared with.
    pub comparison: Comparison,
}

/// Whose a return is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whose {
    /// The respondent, where it is known.
    pub respondent: Option<i64>,
    /// Its key: that of the known respondent, else that of the name; empty for a return without either.
    pub key: String,
    /// Who vouches for the sender with it.
    pub vouched: Vouched,
    /// Whose it may be where that is in doubt.
    pub suspects: Vec<Suspect>,
}

impl Whose {
    /// The respondent that a return names, where nothing else is known.
    #[must_use]
    pub fn by_name(one: &Return) -> Self {
        Self { key: identity_key(one), ..Self::default() }
    }
}

/// The versions of one respondent besides the ones being judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// Versions in order of arrival.
    pub versions: Vec<Version>,
    /// How many of them arrived before the message being judged.
    pub before: usize,
}
