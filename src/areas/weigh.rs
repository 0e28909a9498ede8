//! Adds up what the words of each area say, and keeps the areas that reach the threshold.

use std::collections::BTreeMap;

use super::matcher::Weight;
use super::plain::Plain;
use super::role::{Judged, Role, Standing};
use super::{Evidence, Found, THRESHOLD, Taxonomy, Text};

/// What one word says, before it is known whose the thing is.
fn said(weight: Weight) -> f64 {
    match weight {
        Weight::Nothing => 0.0,
        Weight::Hint => 0.2,
        Weight::Fair => 0.45,
        Weight::Strong => 0.8,
    }
}

/// Hints that count for one area.
const HINTS: usize = 2;

/// What is left of a word whose thing was bought or denied elsewhere.
const CONTRADICTED: f64 = 0.4;

/// What is left of everything when a trader or user says nothing of making anything.
const TRADED: f64 = 0.5;

/// A judged word, and in which text it stands.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) text: usize,
    pub(super) judged: Judged,
}

/// The areas of a return by the words of all its texts.
pub(super) fn weigh<'t>(
    taxonomy: &'t Taxonomy,
    texts: &[Text<'t>],
    plain: &[Plain],
    standing: &Standing,
    words: Vec<Placed>,
) -> Vec<Found<'t>> {
    let scale = if standing.has_nothing || (standing.trades && !standing.makes) { TRADED } else { 1.0 };
    let mut found: Vec<Found<'t>> = Vec::new();
    for (number, area) in taxonomy.areas.iter().enumerate() {
        let own: Vec<&Placed> = words.iter().filter(|word| word.judged.hit.area == number).collect();
        let bag = Bag { own: &own, plain, use_counts: area.nature.use_counts };
        let score = bag.score() * scale;
        if score >= THRESHOLD {
            found.push(Found { key: &area.key, score, evidence: bag.evidence(texts) });
        }
    }
    found.sort_by(|one, other| other.score.total_cmp(&one.score));
    found
}

/// The words of one area.
struct Bag<'b> {
    own: &'b [&'b Placed],
    plain: &'b [Plain],
    use_counts: bool,
}

impl Bag<'_> {
    /// Each further word takes away its share of the doubt that is left.
    fn score(&self) -> f64 {
        let mut terms: BTreeMap<usize, f64> = BTreeMap::new();
        let mut is_grounded = false;
        for word in self.own {
            let value = self.value(word);
            is_grounded |= value > said(Weight::Hint);
            let best = terms.entry(word.judged.hit.term).or_default();
            *best = best.max(value);
        }
        let mut hints = 0;
        terms.retain(|_, value| {
            *value > said(Weight::Hint) || {
                hints += 1;
                hints <= HINTS
            }
        });
        if is_grounded { 1.0 - terms.values().fold(1.0, |doubt, value| doubt * (1.0 - value)) } else { 0.0 }
    }

    fn value(&self, word: &Placed) -> f64 {
        let share = match word.judged.role {
            Role::SelfMade => 1.0,
            Role::Own | Role::With | Role::Faint if self.is_contradicted(word) => CONTRADICTED,
            Role::Own => 1.0,
            Role::Bought if self.use_counts => 0.8,
            Role::With if self.use_counts => 0.9,
            Role::With => 0.7,
            Role::Faint => 0.5,
            Role::Bought | Role::Denied | Role::Wished | Role::Others => 0.0,
        };
        share * said(word.judged.hit.weight)
    }

    /// Whether a word that begins the same is said elsewhere to be bought or not done.
    fn is_contradicted(&self, word: &Placed) -> bool {
        let own = self.opening(word);
        let void = |role| matches!(role, Role::Bought | Role::Denied);
        self.own.iter().any(|other| void(other.judged.role) && self.opening(other) == own)
    }

    fn opening(&self, word: &Placed) -> String {
        let text = self.plain.get(word.text).map(Plain::text).unwrap_or_default();
        text.get(word.judged.hit.start()..).unwrap_or_default().chars().take(2).collect()
    }

    fn evidence<'t>(&self, texts: &[Text<'t>]) -> Vec<Evidence<'t>> {
        let mut evidence: Vec<Evidence<'t>> = Vec::new();
        for word in self.own.iter().filter(|word| self.value(word) > 0.0) {
            let (Some(text), Some(plain)) = (texts.get(word.text), self.plain.get(word.text)) else { continue };
            let words = plain.written(text.words, &word.judged.hit.range());
            if !evidence.iter().any(|known| known.words == words) {
                evidence.push(Evidence { item: text.item, words });
            }
        }
        evidence
    }
}
