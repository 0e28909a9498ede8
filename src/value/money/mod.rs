//! Amounts of money as people write them: `约1200万元`, `300-500万`, `壹仟贰佰万元整`, `超1亿元`, `2016年800万元，2017年预计1200万元`.
//!
//! The way of a text: [`plain`] evens out widths and signs, [`english`] puts English words into Chinese ones, [`scan`] splits it into tokens with the help of [`numeral`], [`mod@unit`] and
//! [`lexicon`], [`mention`] gathers each amount with what is said of it, [`choose`] finds the one that is meant. Every
//! digit has to be explained on that way; a text with one that is not gives no amount, since a wrong amount that nobody
//! notices is worse than a question.

use rust_decimal::Decimal;

use super::{Money, Understood, UnitSource, Value, text};
use crate::issue::Problem;
use crate::survey::squeeze;
use choose::Choice;
use mention::{Mention, Told};
use unit::Unit;

mod choose;
mod english;
mod figure;
mod lexicon;
mod mention;
pub(super) mod numeral;
pub(super) mod plain;
pub(super) mod said;
mod scan;
mod section;
pub mod unit;

/// What is known of an amount besides its text.
#[derive(Debug, Clone, Default)]
pub struct Context<'a> {
    /// ISO 4217 code where nothing names a currency.
    pub currency: &'a str,
    /// The year whose amount is asked for.
    pub reference_year: Option<i16>,
    /// The unit in the label of the column or row.
    pub label_unit: Option<Unit>,
    /// The unit of a unit line of the same table or sheet.
    pub line_unit: Option<Unit>,
    /// The unit in the survey's configuration.
    pub survey_unit: Option<Unit>,
    /// Texts that the form itself prints into its cells.
    pub prompts: &'a [String],
    /// The item's label and aliases: they tell the thing asked for (营业收入) from others (利润).
    pub asked: &'a [&'a str],
}

/// Nobody writes an amount at this length; what is longer is a document in a cell, and is not searched.
const LONGEST: usize = 2000;

/// Over this many yuan an amount is implausible.
const TRILLION: i64 = 1_000_000_000_000;

/// From more than 0 to under this many yuan an amount is implausible.
const THOUSAND: i64 = 1000;

/// An amount that would be over this many yuan by its heading's unit, and bears the mark of a currency, is in yuan: nobody's
/// ¥12,000,000 under 万元 is 120 billion. A smaller one may be either.
const MARK_DECIDES_OVER: i64 = 100_000_000_000;

/// Reads an amount.
#[must_use]
pub fn read(written: &str, context: &Context<'_>) -> Understood {
    let text = text::clean(written);
    if text::is_blank(&text, context.prompts) || text::says_none(&text) {
        return Understood { text: None, value: Value::Money(None), problems: vec![Problem::Missing] };
    }
    let (money, problems) = match amount(&text, context) {
        Ok(money) => {
            let problems = remarks(&money);
            (Some(money), problems)
        }
        Err(Problem::NotAnAmount { .. }) if said::is_printed(&text) => {
            return Understood { text: None, value: Value::Money(None), problems: vec![Problem::Missing] };
        }
        Err(problem) => (None, vec![problem]),
    };
    Understood { text: Some(text), value: Value::Money(money), problems }
}

fn amount(text: &str, context: &Context<'_>) -> Result<Money, Problem> {
    if text.chars().count() > LONGEST {
        return Err(Problem::NotAnAmount { text: text.chars().take(LONGEST).collect() });
    }
    let is_asked = |thing: &str| context.asked.iter().any(|wording| squeeze(wording).contains(thing));
    let tokens = scan::scan(&plain::plain(text));
    let told = mention::read(&tokens, &is_asked, context.reference_year);
    if told.bad || scan::is_accounting_negative(&tokens) {
        return Err(Problem::NotAnAmount { text: text.to_owned() });
    }
    if told.mentions.is_empty() {
        return without_figure(text, context, &is_asked);
    }
    match choose::choose(&told.mentions, context.reference_year) {
        Choice::One(mention) => with_unit(text, &mention, &told, context),
        Choice::Several => Err(Problem::AmbiguousAmount { text: text.to_owned() }),
        Choice::Nothing => Err(Problem::NotAnAmount { text: text.to_owned() }),
    }
}

fn without_figure(text: &str, context: &Context<'_>, is_asked: &dyn Fn(&str) -> bool) -> Result<Money, Problem> {
    if said::says_zero(text, context.reference_year, is_asked) {
        return Ok(zero(context));
    }
    if said::is_withheld(text) {
        return Err(Problem::Withheld);
    }
    Err(Problem::NotAnAmount { text: text.to_owned() })
}

fn zero(context: &Context<'_>) -> Money {
    let zero = Some(Decimal::ZERO);
    Money { low: zero, high: zero, currency: context.currency.to_owned(), approximate: false, unit: UnitSource::Zero }
}

/// The amount in its currency's main unit. A bare one takes the unit from the cell's own bracket, then from the label, the
/// unit line, the survey.
fn with_unit(text: &str, mention: &Mention, told: &Told, context: &Context<'_>) -> Result<Money, Problem> {
    let ambiguous = || Problem::AmbiguousAmount { text: text.to_owned() };
    if !mention.bare {
        if mention.mark_only && mark_is_doubtful(mention, context) {
            return Err(ambiguous());
        }
        if told.units.iter().any(|unit| contradicts(unit, mention, context)) {
            return Err(ambiguous());
        }
        let own = told.units.iter().find_map(|unit| unit.currency.clone());
        let currency = mention.currency.map(str::to_owned).or(own).or_else(|| heading_currency(mention, context));
        return Ok(money(mention, Decimal::ONE, currency, UnitSource::Cell, context))
            .and_then(|money| money.ok_or_else(ambiguous));
    }
    if mention.low == Some(Decimal::ZERO) && mention.high == Some(Decimal::ZERO) {
        return Ok(zero(context));
    }
    let mut own = told.units.iter();
    let cell = own.next();
    if own.any(|other| Some(other) != cell) {
        return Err(ambiguous());
    }
    let (unit, source) = [
        (cell, UnitSource::Cell),
        (context.label_unit.as_ref(), UnitSource::Label),
        (context.line_unit.as_ref(), UnitSource::UnitLine),
        (context.survey_unit.as_ref(), UnitSource::Survey),
    ]
    .into_iter()
    .find_map(|(unit, source)| Some((unit?, source)))
    .ok_or_else(|| Problem::UnitMissing { text: text.to_owned() })?;
    money(mention, unit.factor, unit.currency.clone(), source, context).ok_or_else(ambiguous)
}

/// Whether a unit that stands apart in the answer speaks against the amount's own: 1200人民币 万元, 1200万元（美元）.
fn contradicts(unit: &Unit, mention: &Mention, context: &Context<'_>) -> bool {
    let other_scale = unit.factor > Decimal::ONE && !mention.scaled;
    let own = mention.currency.or(mention.names_main_unit.then_some(context.currency));
    let other_currency = unit.currency.as_deref().is_some_and(|code| own.is_some_and(|own| own != code));
    other_scale || other_currency
}

/// The currency of 1200万 under 营业收入（万美元）. An amount with 元 behind it names its own.
fn heading_currency(mention: &Mention, context: &Context<'_>) -> Option<String> {
    if mention.names_main_unit {
        return None;
    }
    [&context.label_unit, &context.line_unit, &context.survey_unit]
        .into_iter()
        .find_map(|unit| unit.as_ref()?.currency.clone())
}

fn mark_is_doubtful(mention: &Mention, context: &Context<'_>) -> bool {
    let heading = context.label_unit.as_ref().or(context.line_unit.as_ref());
    let Some(factor) = heading.map(|unit| unit.factor).filter(|factor| *factor > Decimal::ONE) else { return false };
    let value = mention.high.or(mention.low).unwrap_or_default();
    !value.is_zero() && value.checked_mul(factor).is_some_and(|read| read.abs() <= Decimal::from(MARK_DECIDES_OVER))
}

/// None when the amount is too large for a decimal number.
fn money(
    mention: &Mention,
    factor: Decimal,
    currency: Option<String>,
    unit: UnitSource,
    context: &Context<'_>,
) -> Option<Money> {
    let scaled = |end: Option<Decimal>| {
        end.map(|value| value.checked_mul(factor).map(|value| value.normalize()).ok_or(())).transpose().ok()
    };
    Some(Money {
        low: scaled(mention.low)?,
        high: scaled(mention.high)?,
        currency: currency.unwrap_or_else(|| context.currency.to_owned()),
        approximate: mention.approximate,
        unit,
    })
}

fn remarks(money: &Money) -> Vec<Problem> {
    let mut remarks = Vec::new();
    if money.low != money.high {
        remarks.push(Problem::Range);
    }
    if [money.low, money.high].into_iter().flatten().any(|end| is_implausible(end, &money.currency)) {
        remarks.push(Problem::Implausible);
    }
    remarks
}

fn is_implausible(amount: Decimal, currency: &str) -> bool {
    let out_of_scale = amount > Decimal::from(TRILLION) || (!amount.is_zero() && amount < Decimal::from(THOUSAND));
    amount < Decimal::ZERO || (currency == "CNY" && out_of_scale)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
