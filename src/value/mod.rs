//! The text of one answer becomes a value: text, the name of the respondent, or an amount of money with the source of its unit.
//!
//! The rules are the section "How answers are normalised" of the reading contract. Each reader returns what it understood
//! and what was wrong, both. A doubt is a [`Problem`], never a guess.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::issue::Problem;
use crate::place::Place;
use crate::survey::{Item, ItemKind};
use money::unit::Unit;

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

/// What stands around an answer and helps to read it.
#[derive(Debug, Clone, Default)]
pub struct Context<'a> {
    /// Texts that the form itself prints into its cells ([`crate::survey::Survey::prompts`]).
    pub prompts: &'a [String],
    /// The year whose figures are asked for ([`crate::survey::Survey::reference_year`]).
    pub reference_year: Option<i16>,
    /// The unit in the label of the answer's column or row ([`money::unit::in_label`]).
    pub label_unit: Option<Unit>,
    /// The unit of a unit line of the same table or sheet ([`money::unit::in_line`]).
    pub line_unit: Option<Unit>,
}

/// Reads an answer by the kind of its item. Whether a missing answer matters ([`Item::required`]) is the caller's to say.
#[must_use]
pub fn read(item: &Item, written: &str, context: &Context<'_>) -> Understood {
    match &item.kind {
        ItemKind::Text => text::read(written, context.prompts),
        ItemKind::Identity => identity::read(written, context.prompts),
        ItemKind::Money { currency, unit } => {
            let asked: Vec<&str> = std::iter::once(&item.label).chain(&item.aliases).map(String::as_str).collect();
            let context = money::Context {
                currency,
                reference_year: context.reference_year,
                label_unit: context.label_unit.clone(),
                line_unit: context.line_unit.clone(),
                survey_unit: unit.as_deref().and_then(money::unit::named),
                prompts: context.prompts,
                asked: &asked,
            };
            money::read(written, &context)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::Survey;

    #[test]
    fn each_kind_of_item_has_its_own_reading_of_the_same_text() {
        let survey = Survey::founding().unwrap();
        let context = Context { prompts: &survey.prompts, reference_year: survey.reference_year, ..Context::default() };
        let problems = |key: &str, written: &str| read(survey.item(key).unwrap(), written, &context).problems;
        assert_eq!(problems("position", "无"), []);
        assert_eq!(problems("name", "无"), [Problem::Missing]);
        assert_eq!(problems("revenue", "无"), [Problem::Missing]);
        assert_eq!(problems("revenue", "1200"), [Problem::UnitMissing { text: "1200".into() }]);
        assert_eq!(problems("revenue", "1200万元"), []);
        assert_eq!(problems("revenue", "万元"), [Problem::Missing]);
    }

    #[test]
    fn a_survey_that_names_a_unit_needs_none_in_the_answer() {
        let survey = Survey::from_toml(include_str!("../../tests/surveys/digital-2025.toml")).unwrap();
        let understood = read(survey.item("spending").unwrap(), "80", &Context::default());
        let Value::Money(Some(money)) = understood.value else { panic!("no amount") };
        assert_eq!((money.low, money.unit), (Some(Decimal::from(800_000)), UnitSource::Survey));
    }
}
