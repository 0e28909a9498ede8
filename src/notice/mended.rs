//! What a receipt says of a plain reply: what changed from what to what, what was confirmed, what was withdrawn.

use serde::Serialize;

use super::words::{self, tongue};
use super::{Occasion, clean};
use crate::value::Value;
use crate::verdict::{Act, Mended, Standing};

/// An answer that a plain reply changed, as a receipt shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Change {
    /// The item.
    pub(super) label: String,
    /// What stood; empty when there was nothing, or when another address supplied it.
    pub(super) before: String,
    /// What stands now.
    pub(super) after: String,
}

/// What a plain reply changed, in the form's order; nothing while it waits for an operator.
pub(super) fn changes(occasion: &Occasion<'_>) -> Vec<Change> {
    let changes = counted(occasion).map(|mended| mended.changes.as_slice()).unwrap_or_default();
    let shown = |text: &str| clean::line(text, clean::ANSWER);
    changes
        .iter()
        .map(|one| Change {
            label: words::label(occasion.survey, &one.item),
            before: one.before.as_deref().map(shown).unwrap_or_default(),
            after: shown(&one.after),
        })
        .collect()
}

/// The enterprise whose return was withdrawn; empty when none was.
pub(super) fn withdrawn(occasion: &Occasion<'_>) -> String {
    let mended = counted(occasion).filter(|mended| mended.act == Act::Withdraws);
    let name = |mended: &Mended| {
        let name = mended.as_read.answers.values().find(|answer| answer.value == Value::Identity);
        name.map_or_else(
            || tongue(occasion.survey.language).nameless().to_owned(),
            |name| clean::line(&name.text, clean::NAME),
        )
    };
    mended.map(name).unwrap_or_default()
}

/// The items whose odd figures were confirmed.
pub(super) fn confirmed(occasion: &Occasion<'_>) -> Vec<String> {
    let mended = counted(occasion).filter(|mended| mended.act == Act::Confirms);
    let is_said = |key: &str| {
        let answer = mended.and_then(|mended| mended.as_read.answers.get(key));
        answer.is_some_and(|answer| answer.value != Value::Identity)
    };
    let items = occasion.survey.items.iter().filter(|item| is_said(&item.key));
    items.map(|item| words::label(occasion.survey, &item.key)).collect()
}

/// The plain reply, where it counts.
fn counted<'a>(occasion: &Occasion<'a>) -> Option<&'a Mended> {
    let counts = occasion.verdict.returns.iter().all(|one| one.standing != Standing::Contested);
    occasion.verdict.mended.as_ref().filter(|_| counts)
}
