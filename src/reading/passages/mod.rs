//! Passages of written material that officials look for: patents, standards, awards and figures that a sentence names.
//!
//! They are found for a person who reads on, and are no answers: nobody asked for them, and nothing is reckoned with them. So a
//! passage is the sentence with its place, and beside it what could be made out beyond doubt: a number, a count, an amount. What is
//! planned, denied or said of others is not listed. Each kind has a module of its own; all of them look at the [`sentence`] in its
//! plain form.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::place::Spot;
use sentence::Sentence;

mod award;
mod counted;
mod figure;
mod patent;
mod sentence;
mod standard;

#[cfg(test)]
mod tests;

/// So many passages are listed of one narrative.
const MOST: usize = 500;

/// A sentence of written material that names something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Where the sentence stands.
    pub spot: Spot,
    /// The sentence as written.
    pub sentence: String,
    /// What it names.
    #[serde(flatten)]
    pub named: Named,
}

/// Something that a sentence names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Of which kind it is.
    pub kind: Kind,
    /// What it is: 发明专利, 国家标准, 国家科技进步奖, 营业收入.
    pub name: String,
    /// What the respondent has to do with it, where the sentence says.
    pub role: Option<Role>,
    /// The number that identifies it, in its one form: `ZL201710123456.7`, `GB/T 1234-2017`.
    pub number: Option<String>,
    /// Lower bound of how many there are, or of the amount in the currency's main unit.
    pub low: Option<Decimal>,
    /// Upper bound.
    pub high: Option<Decimal>,
    /// ISO 4217 code of an amount; none for a count.
    pub currency: Option<String>,
}

impl Named {
    fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into(), role: None, number: None, low: None, high: None, currency: None }
    }
}

/// Kinds of passages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Patents and registered copyrights of software.
    Patent,
    /// Technical standards.
    Standard,
    /// Awards and titles.
    Award,
    /// Revenue, output, spending on research, staff.
    Figure,
}

impl Kind {
    /// Its name, as in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Patent => "patent",
            Self::Standard => "standard",
            Self::Award => "award",
            Self::Figure => "figure",
        }
    }
}

/// What a respondent has to do with a patent or a standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It applied for it.
    Applied,
    /// It was granted.
    Granted,
    /// It led the drafting.
    Led,
    /// It took part in the drafting.
    TookPart,
}

impl Role {
    /// Its name, as in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Granted => "granted",
            Self::Led => "led",
            Self::TookPart => "took_part",
        }
    }
}

/// Adds the passages of a paragraph that stands at a spot.
pub(super) fn find(paragraph: &str, spot: &Spot, found: &mut Vec<Passage>) {
    for sentence in sentence::sentences(paragraph) {
        for named in named(&sentence) {
            if found.len() >= MOST {
                return;
            }
            found.push(Passage { spot: spot.clone(), sentence: sentence.shown(), named });
        }
    }
}

/// What a sentence names, each thing once.
fn named(sentence: &Sentence<'_>) -> Vec<Named> {
    let all =
        [patent::find, standard::find, award::find, figure::find].into_iter().flat_map(|find| find(&sentence.plain));
    let mut named: Vec<Named> = Vec::new();
    for one in all {
        if !named.contains(&one) {
            named.push(one);
        }
    }
    named
}
