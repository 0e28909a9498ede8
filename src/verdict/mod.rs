//! A reading and what is known of respondent and sender become a [`Verdict`]: the message's disposition, how each return stands
//! among the versions of its respondent, and whether an answer is due.
//!
//! Pure: everything comes in as an argument. The state of a respondent is a fold over its returns in order of arrival
//! ([`fold()`]), so it does not hang on which mail was quicker to read.

use crate::reading::Return;
use crate::value::{Value, identity};

mod fold;
mod importance;
mod judge;
mod known;
mod outcome;
mod plain;
pub mod progress;
mod said_with;
pub mod senders;
mod standing;
mod thrift;
pub mod trust;
pub mod unlike;
pub mod who;

pub use fold::{amended, fold, says_all_of};
pub use importance::importance;
pub use judge::{disposition_of, judge};
pub use known::{History, Known, Open, Whose};
pub use outcome::{Disposition, Reply, Silence, Verdict};
pub use plain::{Changed, Mended, is_supplied};
pub use progress::{Progress, progress};
pub use said_with::said_with;
pub use senders::{Sender, Treatment};
pub use standing::{Act, Folded, Ruling, Standing, Version};
pub use thrift::{Lately, brings_news};
pub use trust::{Trust, Vouched, comparable, is_same_address};
pub use unlike::Comparison;
pub use who::{Suspect, Who};

/// The key under which a return's respondent is known: its name, compared without brackets, widths and spaces. Empty when it
/// has none.
#[must_use]
pub fn identity_key(one: &Return) -> String {
    identity::key(name_of(one))
}

/// The name of the respondent as a return writes it; empty when it has none.
#[must_use]
pub fn name_of(one: &Return) -> &str {
    let name = one.answers.values().find(|answer| answer.value == Value::Identity);
    name.map(|answer| answer.text.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
