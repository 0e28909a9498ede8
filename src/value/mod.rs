//! The text of one answer becomes a value of its item's type.
//!
//! The rules are the section "How answers are normalised" of the reading contract. Each type has a module of its own, whose
//! reader returns what it understood and what was wrong, both. A doubt is a [`Problem`], never a guess. What the store, exports
//! and JSON need of a value is the same for every type: [`Typed`].

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::issue::{Misfit, Problem};
use crate::personal;
use crate::place::Place;
use crate::survey::{Item, ItemKind};
use choice::Chosen;
use date::Date;
use money::unit::Unit;

pub mod amount;
pub mod choice;
pub mod credit_code;
pub mod date;
mod email;
pub mod figure;
pub mod identity;
pub mod integer;
pub mod money;
mod percentage;
mod quantity;
mod telephone;
pub mod text;
pub mod tick;
pub mod typed;
mod yes_no;

pub use typed::{Typed, agree};

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
    /// A whole number, where one could be read.
    Integer(Option<Number>),
    /// A share in percent, where one could be read.
    Percentage(Option<Number>),
    /// A date, where one could be read.
    Date(Option<Date>),
    /// What was chosen of options of which one may be.
    Choice(Option<Chosen>),
    /// What was chosen of options of which several may be.
    Choices(Option<Chosen>),
    /// Telephone numbers in the form of E.164, `;ext=` behind one with an extension; none where any is in doubt.
    Telephone(Vec<String>),
    /// Email addresses, the domains in ASCII; none where any is in doubt.
    Email(Vec<String>),
    /// A unified social credit code, where one could be read.
    CreditCode(Option<String>),
    /// Yes or no, where either could be read.
    YesNo(Option<bool>),
}

/// A number as an interval: ones of a whole number, percent of a share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// Lower bound; none when open.
    pub low: Option<Decimal>,
    /// Upper bound; none when open.
    pub high: Option<Decimal>,
    /// Whether the writer gave a round or approximate figure (约, 左右, 近).
    pub approximate: bool,
    /// Where its unit or scale was found.
    pub unit: UnitSource,
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
    /// The unit of a unit line of the same table or sheet ([`money::unit::in_line`]).
    pub line_unit: Option<Unit>,
    /// The label of the answer's column or row as it is written on the form.
    pub label: &'a str,
    /// What the form names as the unit beside the answer (a column 计量单位).
    pub unit_beside: &'a str,
    /// Lines of the same table or sheet that name units, of which those for counts count ([`integer::is_unit_line`]).
    pub unit_lines: &'a [String],
}

/// A text in an item's place without the identity numbers of persons. In a credit code's place also those count that do not check,
/// and those of before 1999.
#[must_use]
pub fn redacted<'t>(item: &Item, text: &'t str) -> Cow<'t, str> {
    if item.kind == ItemKind::CreditCode { credit_code::redacted(text) } else { personal::redacted(text) }
}

/// Reads an answer by the kind of its item. Whether a missing answer matters ([`Item::required`]) is the caller's to say.
///
/// A person's identity number in it is taken out before anything is understood, with a remark.
#[must_use]
pub fn read(item: &Item, written: &str, context: &Context<'_>) -> Understood {
    if item.kind == ItemKind::CreditCode {
        return credit_code::read(written, context.prompts);
    }
    let kept = personal::redacted(written);
    // Nothing but a removed number is no name: two such senders would be one respondent.
    let nameless = item.kind == ItemKind::Identity && kept.trim() == personal::REMOVED;
    let mut understood = of_kind(item, if nameless { "" } else { &kept }, context);
    if matches!(kept, Cow::Owned(_)) {
        let misfit = Misfit::PersonalNumberRemoved;
        understood.problems.push(Problem::Misfit { misfit, text: String::new() });
    }
    understood
}

fn of_kind(item: &Item, written: &str, context: &Context<'_>) -> Understood {
    let prompts = context.prompts;
    let wordings = || -> Vec<String> { std::iter::once(&item.label).chain(&item.aliases).cloned().collect() };
    match &item.kind {
        ItemKind::Text => text::read(written, prompts),
        ItemKind::Identity => identity::read(written, prompts),
        ItemKind::Money { currency, unit } => money_of(item, written, currency, unit.as_deref(), context),
        ItemKind::Integer { unit, minimum, maximum } => {
            let rule = integer::Rule {
                unit: unit.as_deref(),
                minimum: *minimum,
                maximum: *maximum,
                reference_year: context.reference_year,
                wordings: &wordings(),
                label: context.label,
                unit_beside: context.unit_beside,
                unit_lines: context.unit_lines,
            };
            integer::read(written, &rule, prompts)
        }
        ItemKind::Percentage { minimum, maximum } => {
            let rule = percentage::Rule {
                minimum: *minimum,
                maximum: *maximum,
                wordings: &wordings(),
                label: context.label,
                unit_beside: context.unit_beside,
            };
            percentage::read(written, &rule, prompts)
        }
        ItemKind::Date { precision } => date::read(written, *precision, prompts),
        ItemKind::Choice(options) => choice::one(written, options, prompts),
        ItemKind::Choices(options) => choice::several(written, options, prompts),
        ItemKind::Telephone { area_code } => telephone::read(written, area_code.as_deref(), prompts),
        ItemKind::Email => email::read(written, prompts),
        ItemKind::CreditCode => credit_code::read(written, prompts),
        ItemKind::YesNo => yes_no::read(written, prompts),
    }
}

fn money_of(item: &Item, written: &str, currency: &str, unit: Option<&str>, context: &Context<'_>) -> Understood {
    let asked: Vec<&str> = std::iter::once(&item.label).chain(&item.aliases).map(String::as_str).collect();
    let context = money::Context {
        currency,
        reference_year: context.reference_year,
        label_unit: money::unit::in_label(context.label).or_else(|| money::unit::named(context.unit_beside)),
        line_unit: context.line_unit.clone(),
        survey_unit: unit.and_then(money::unit::named),
        prompts: context.prompts,
        asked: &asked,
    };
    money::read(written, &context)
}

/// Checks the ends of an interval against a survey's bounds.
fn within(ends: [Option<Decimal>; 2], minimum: i64, maximum: Option<i64>) -> Result<(), Misfit> {
    let is_out = |end: Decimal| end < Decimal::from(minimum) || maximum.is_some_and(|most| end > Decimal::from(most));
    if ends.into_iter().flatten().any(is_out) { Err(Misfit::OutOfBounds) } else { Ok(()) }
}

#[cfg(test)]
#[path = "property_tests.rs"]
mod property_tests;
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
