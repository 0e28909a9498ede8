//! What an answer says of plain replies: what changed from what to what, what was confirmed, what was withdrawn, what waits for a
//! person, and which files were kept unread.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Occasion, clean, words};
use crate::value::Value;
use crate::verdict::{self, Act, Changed, Mended, Standing, Verdict};

/// What a mail did as a plain reply; nothing where it was none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plain {
    /// What it made of a return.
    pub mended: Option<Mended>,
    /// Whether a person reads it.
    pub is_handed_over: bool,
}

/// What the plain replies among the mails that are answered did, as far as it still holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Done {
    /// Answers that are otherwise, each with the enterprise's name.
    pub changes: Vec<(String, Changed)>,
    /// Items whose odd figures were confirmed, each with the enterprise's name.
    pub confirmed: Vec<(String, String)>,
    /// Names of the enterprises whose returns were withdrawn; empty for one that has none.
    pub withdrawn: Vec<String>,
    /// Files that were kept unread.
    pub unread: Vec<String>,
    /// Whether a person is to read one of the mails.
    pub is_handed_over: bool,
}

impl Done {
    /// What the mail of a verdict did; nothing while it waits for an operator.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Self {
        let counts = verdict.returns.iter().all(|one| counts(one.standing));
        let Some(mended) = verdict.mended.as_ref().filter(|_| counts) else { return Self::default() };
        let name = || shown_name(mended);
        Self {
            changes: mended.changes.iter().map(|one| (name(), one.clone())).collect(),
            confirmed: confirmed(mended).map(|item| (name(), item.to_owned())).collect(),
            withdrawn: (mended.act == Act::Withdraws).then(name).into_iter().collect(),
            unread: mended.unread.clone(),
            is_handed_over: false,
        }
    }
}

/// Whether a version that stands so did anything.
pub(super) fn counts(standing: Standing) -> bool {
    !matches!(standing, Standing::Contested | Standing::Held | Standing::Discarded)
}

/// The items whose figures a reply confirmed.
pub(super) fn confirmed(mended: &Mended) -> impl Iterator<Item = &str> {
    let said = mended.as_read.answers.iter().filter(|(_, answer)| answer.value != Value::Identity);
    said.filter(|_| mended.act == Act::Confirms).map(|(key, _)| key.as_str())
}

/// The name of the enterprise, where the sender may see it.
pub(super) fn shown_name(mended: &Mended) -> String {
    let answers = mended.as_read.answers.iter().filter(|(key, _)| !mended.withheld.contains(*key));
    let name = answers.map(|(_, answer)| answer).find(|answer| answer.value == Value::Identity);
    name.map(|answer| clean::line(&answer.text, clean::NAME)).unwrap_or_default()
}

/// An answer that a plain reply changed, as a notice shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Change {
    /// The item; with the enterprise's name where the mails are about several.
    pub(super) label: String,
    /// What stood; empty when there was nothing, or when another address supplied it.
    pub(super) before: String,
    /// What stands now.
    pub(super) after: String,
}

/// What plain replies changed, in their order. What is to be mended again is told of there.
pub(super) fn changes(occasion: &Occasion<'_>) -> Vec<Change> {
    let faulty: BTreeSet<&str> =
        super::view::findings(occasion).iter().filter_map(|one| one.issue.about.item()).collect();
    let shown = |text: &str| clean::line(text, clean::ANSWER);
    let changes = occasion.done.changes.iter().filter(|(_, one)| !faulty.contains(one.item.as_str()));
    changes
        .map(|(name, one)| Change {
            label: label(occasion, name, &one.item),
            before: one.before.as_deref().map(shown).unwrap_or_default(),
            after: shown(&one.after),
        })
        .collect()
}

/// The enterprises whose returns were withdrawn; empty when none was.
pub(super) fn withdrawn(occasion: &Occasion<'_>) -> String {
    let names = occasion.done.withdrawn.iter().map(|name| if name.is_empty() { "该单位" } else { name });
    names.collect::<Vec<_>>().join("、")
}

/// The items whose odd figures were confirmed, in the form's order.
pub(super) fn confirmed_labels(occasion: &Occasion<'_>) -> Vec<String> {
    let place = |key: &String| occasion.survey.items.iter().position(|item| item.key == *key);
    let mut confirmed: Vec<&(String, String)> = occasion.done.confirmed.iter().collect();
    confirmed.sort_by_key(|(_, item)| place(item));
    confirmed.into_iter().map(|(name, item)| label(occasion, name, item)).collect()
}

/// Files that were kept unread.
pub(super) fn unread(occasion: &Occasion<'_>) -> Vec<String> {
    occasion.done.unread.iter().map(|path| super::spot::file(path)).collect()
}

/// The item as it is called; where several enterprises are spoken of, with the name.
fn label(occasion: &Occasion<'_>, name: &str, item: &str) -> String {
    let returns = occasion.reading.returns.iter().map(verdict::name_of);
    let told = occasion.done.changes.iter().map(|(name, _)| name.as_str());
    let names: BTreeSet<&str> = returns.chain(told).filter(|name| !name.is_empty()).collect();
    let label = words::label(occasion.survey, item);
    if names.len() > 1 && !name.is_empty() { format!("{name}的{label}") } else { label }
}
