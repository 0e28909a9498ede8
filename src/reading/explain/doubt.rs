//! Texts that are like a label and were taken for none: which item they are like, which other, and what speaks against it.

use serde::{Deserialize, Serialize};

use crate::reading::answer::is_unit_line;
use crate::reading::label::{LIKELY, Labels};
use crate::reading::lines::COLONS;

/// Longest text that is looked at, in characters: an answer may name anything.
const LONGEST: usize = 40;
/// Two items that fit a text alike: closer than this, in thousandths, neither is taken.
const ALIKE: u32 = 60;

/// A text that is like a label and was taken for none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubted {
    /// Key of the item that it is most like.
    pub item: String,
    /// How much, in thousandths.
    pub confidence: u32,
    /// The item that it is most like besides, and how much.
    pub rival: Option<(String, u32)>,
    /// What speaks against it.
    pub why: Doubt,
}

/// What speaks against a text as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// A word or year in it says that something else is meant.
    OtherThing,
    /// It is not like enough.
    TooWeak,
    /// Two items fit alike.
    Tie,
    /// The item has its label elsewhere in the form.
    Taken,
    /// It fits, but there is no form around it: no name, or no second label.
    Alone,
}

/// What a text is like, if it is like a label at all. `labelled` says whether an item has a label in the same source.
pub(super) fn of(text: &str, labels: &Labels<'_>, labelled: &dyn Fn(usize) -> bool) -> Option<Doubted> {
    // 单位：万元 is about a unit, though 单位 is an enterprise as well.
    if is_unit_line(text) {
        return None;
    }
    let alike = labels.resembles(label_of(text)?);
    let (item, confidence, ruled_out) = *alike.first()?;
    let rival = alike.get(1).filter(|(.., ruled_out)| !ruled_out);
    let tie = rival.is_some_and(|(_, rival, _)| rival + ALIKE >= confidence);
    let why = match () {
        () if ruled_out => Doubt::OtherThing,
        () if confidence < LIKELY => Doubt::TooWeak,
        () if tie => Doubt::Tie,
        () if labelled(item) => Doubt::Taken,
        () => Doubt::Alone,
    };
    let key = |item: usize| labels.survey.items.get(item).map(|item| item.key.clone()).unwrap_or_default();
    Some(Doubted { item: key(item), confidence, rival: rival.map(|(item, score, _)| (key(*item), *score)), why })
}

/// The part of a text that may be a label: what stands before its first colon, else all of it.
fn label_of(text: &str) -> Option<&str> {
    let label = text.split_once(COLONS).map_or(text, |(label, _)| label);
    (label.chars().count() <= LONGEST).then(|| label.trim())
}
