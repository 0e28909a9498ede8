//! Figures that are compared: what an answer says, what a roster's column or a survey's size class says, and how far apart two of
//! them are.
//!
//! The texts of rosters and size classes are read as an answer of the item is; but the survey's own unit for bare numbers is that of
//! its form, and counts for neither.

use rust_decimal::Decimal;

use super::{Context, Understood, Value, read};
use crate::issue::{Figure, Problem};
use crate::survey::{Class, Item, ItemKind, Survey};
use crate::written::Fault;

/// How far apart two figures are that do not touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// How many times the other one the first is, by their nearest ends; none where one of these is nothing, or below nothing and the
    /// other is not.
    pub times: Option<Decimal>,
    /// The larger of the two ends, by its size.
    pub larger: Decimal,
}

impl Apart {
    /// Whether the one is more than so many times the other.
    #[must_use]
    pub fn exceeds(&self, factor: Decimal) -> bool {
        let back = |times: Decimal| Decimal::ONE.checked_div(times);
        self.times.is_none_or(|times| times > factor || back(times).is_none_or(|times| times > factor))
    }
}

impl Figure {
    /// The figure that an answer gives; none where it gives none, or is of another type.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        let (low, high, currency) = match value {
            Value::Money(Some(money)) => (money.low, money.high, Some(money.currency.clone())),
            Value::Integer(Some(number)) | Value::Percentage(Some(number)) => (number.low, number.high, None),
            _ => return None,
        };
        (low.is_some() || high.is_some()).then_some(Self { low, high, currency })
    }

    /// How far it is from another one; none when they touch, or are of different currencies.
    #[must_use]
    pub fn apart(&self, other: &Self) -> Option<Apart> {
        if self.currency != other.currency {
            return None;
        }
        let above = |one: &Self, other: &Self| {
            let ends = (one.low?, other.high?);
            (ends.0 > ends.1).then_some(ends)
        };
        let (own, theirs) = above(self, other).or_else(|| above(other, self).map(|(more, less)| (less, more)))?;
        let have_one_sign = own.is_sign_negative() == theirs.is_sign_negative() && !own.is_zero() && !theirs.is_zero();
        let times = if have_one_sign { own.checked_div(theirs) } else { None };
        Some(Apart { times, larger: own.abs().max(theirs.abs()) })
    }
}

/// From which size on a figure is worth a question, however many times another one it is.
#[must_use]
pub fn floor(kind: &ItemKind) -> Decimal {
    Decimal::from(match kind {
        ItemKind::Money { .. } => 1_000_000,
        ItemKind::Percentage { .. } => 10,
        _ => 20,
    })
}

/// A text under a heading in which no figure can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// The figure in a roster's column; none where nothing stands there, or that it is not told.
///
/// # Errors
/// When something else stands there.
pub fn in_column(item: &Item, heading: &str, text: &str) -> Result<Option<Figure>, Unreadable> {
    let Understood { value, problems, .. } = understood(item, heading, text);
    match Figure::of(&value) {
        Some(figure) => Ok(Some(figure)),
        None if problems.iter().all(|one| matches!(one, Problem::Missing | Problem::Withheld)) => Ok(None),
        None => Err(Unreadable),
    }
}

/// What enterprises of a size have; none where the text is no interval.
#[must_use]
pub fn in_class(item: &Item, class: &Class) -> Option<Figure> {
    let figure = Figure::of(&understood(item, "", &class.interval).value)?;
    (figure.low != figure.high).then_some(figure)
}

fn understood(item: &Item, heading: &str, text: &str) -> Understood {
    let kind = match &item.kind {
        ItemKind::Money { currency, .. } => ItemKind::Money { currency: currency.clone(), unit: None },
        kind => kind.clone(),
    };
    let context = Context { label: heading, ..Context::default() };
    read(&Item { kind, ..item.clone() }, text, &context)
}

/// A survey whose size classes can be read.
///
/// # Errors
/// Names line and remedy of one that cannot.
pub fn checked(survey: Survey) -> Result<Survey, Fault> {
    for item in &survey.items {
        let classes = item.size.iter().flat_map(|size| &size.classes);
        if let Some(class) = classes.into_iter().find(|class| in_class(item, class).is_none()) {
            let examples = match item.kind {
                ItemKind::Money { .. } => "300万元以下, 300万元-2000万元 or 4亿元以上",
                ItemKind::Percentage { .. } => "5%以下, 5%-10% or 10%以上",
                _ => "20人以下, 20-300人 or 300人以上",
            };
            let (name, interval) = (&class.name, &class.interval);
            let message = format!("`{interval}` of `{name}` is no interval of {}; write it like {examples}", item.key);
            return Err(Fault { line: class.line, message });
        }
    }
    Ok(survey)
}

#[cfg(test)]
#[path = "figure_tests.rs"]
mod tests;
