//! What figures are counted from: the respondents of one survey at one moment, and what waits for a person.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// All that is known of a survey at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Its respondents: those of the roster, and all others that have a return.
    pub respondents: Vec<Respondent>,
    /// What waits for a person, oldest first.
    pub waiting: Vec<Waiting>,
}

/// A respondent of the survey.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Respondent {
    /// Its number.
    pub id: i64,
    /// Its name; empty when it gave none.
    pub name: String,
    /// Whether the roster lists it.
    pub is_listed: bool,
    /// Whether an operator said that it need not answer.
    pub is_excused: bool,
    /// What the roster says of it besides, by the headings of its columns, such as 所属镇街.
    pub tags: BTreeMap<String, String>,
    /// Its return that counts.
    pub current: Option<Current>,
}

/// The return of a respondent that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Current {
    /// Number of the return.
    pub id: i64,
    /// Whether nothing in it has to be mended.
    pub is_complete: bool,
    /// When the first version of the respondent that counted came.
    pub first_at: Timestamp,
    /// When the version that counts came.
    pub received_at: Timestamp,
    /// Since when it has had something to mend; none when it has nothing.
    pub in_correction_since: Option<Timestamp>,
    /// Keys of the items that have to be mended.
    pub faulty: Vec<String>,
    /// Its amounts by the keys of their items.
    pub amounts: BTreeMap<String, Amount>,
    /// Its focus areas, the surest first.
    pub areas: Vec<Area>,
}

/// An amount as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// The answer as written.
    pub text: String,
    /// Lower bound in the currency's main unit; none when open.
    pub low: Option<Decimal>,
    /// Upper bound; none when open.
    pub high: Option<Decimal>,
    /// ISO 4217 code; none where the answer holds no amount, as 保密 does not.
    pub currency: Option<String>,
}

impl Amount {
    /// The bounds of an amount in a currency; none for another currency, and where there is no amount.
    #[must_use]
    pub fn bounds(&self, currency: &str) -> Option<(Option<Decimal>, Option<Decimal>)> {
        (self.currency.as_deref() == Some(currency)).then_some((self.low, self.high))
    }
}

/// A focus area of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Its key in the taxonomy.
    pub key: String,
    /// How surely the return is of this area, in hundredths.
    pub score: u8,
    /// Whether an operator said so.
    pub by_operator: bool,
}

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What it is.
    pub what: Matter,
    /// Its number.
    pub id: i64,
    /// The respondent that it is about, where that is known.
    pub respondent: Option<i64>,
    /// Since when it waits.
    pub since: Timestamp,
    /// A message's subject, or a return's respondent.
    pub title: String,
}

/// What may wait for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// A message that is held.
    Held,
    /// A return of a sender that is not trusted.
    Contested,
    /// A message that failed by a fault of ours.
    Failed,
}

impl Facts {
    /// The same of the respondents with this tag alone: a town's digest speaks of the town. What waits and is nobody's yet is told to
    /// everyone.
    #[must_use]
    pub fn of_tag(&self, tag: &str, value: &str) -> Self {
        let has = |one: &&Respondent| one.tags.get(tag).is_some_and(|own| own == value);
        let respondents: Vec<Respondent> = self.respondents.iter().filter(has).cloned().collect();
        let is_its =
            |one: &&Waiting| one.respondent.is_none_or(|id| respondents.iter().any(|respondent| respondent.id == id));
        let waiting = self.waiting.iter().filter(is_its).cloned().collect();
        Self { respondents, waiting }
    }
}
