//! The text of one answer becomes a value: text, the name of the respondent, or an amount of money with the source of its unit.
//!
//! The rules are the section "How answers are normalised" of the reading contract. Each reader returns what it understood
//! and what was wrong, both. A doubt is a [`Problem`], never a guess.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::issue::Problem;
use crate::place::Place;

pub mod identity;
pub mod money;
pub mod text;

/// An item's answer in one return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The answer as written, normalised as text.
    pub text: String,
    /// Where it was read.
    pub place: Place,
    /// What it says.
    pub value: Value,
}

/// What an answer says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Value {
    /// The text is the answer.
    Text,
    /// The name of a respondent.
    Identity,
    /// An amount, where one could be read.
    Money(Option<Money>),
}

/// An amount of money as an interval, in the currency's main unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Lower bound; none when open.
    pub low: Option<Decimal>,
    /// Upper bound; none when open.
    pub high: Option<Decimal>,
    /// ISO 4217 code.
    pub currency: String,
    /// Whether the writer gave a round or approximate figure (约, 左右, 近).
    pub approximate: bool,
    /// Where the unit was found.
    pub unit: UnitSource,
}

/// Where the unit of an amount was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitSource {
    /// In the answer itself (or its number format).
    Cell,
    /// In the label of its column or row.
    Label,
    /// In a unit line of the same table or sheet.
    UnitLine,
    /// In the survey's configuration.
    Survey,
    /// Zero needs none.
    Zero,
}

/// What a reader of values understood, and what was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// The normalised text; none when there is no answer at all ([`Problem::Missing`] is then among the problems).
    pub text: Option<String>,
    /// What it says.
    pub value: Value,
    /// What was wrong or worth a remark.
    pub problems: Vec<Problem>,
}
