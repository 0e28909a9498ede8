//! Amounts added up. What is given as a range adds to both ends; what is open adds to the end that it has, and leaves the sum open.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Count, Question, Respondent};

/// Amounts of complete returns in one currency, added up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sum {
    /// The least that they come to.
    pub low: Decimal,
    /// The most that they come to; none when one of them has no upper end.
    pub high: Option<Decimal>,
    /// Respondents that gave an amount in the currency.
    pub given: Count,
    /// Respondents that gave one in another currency: it is not converted, and not in the sum.
    pub foreign: Count,
    /// Respondents that gave none, as they keep it to themselves or were not asked again.
    pub withheld: Count,
}

/// The sum over all complete returns.
pub(super) fn of<'f>(respondents: impl IntoIterator<Item = &'f Respondent>, question: &Question<'_>) -> Sum {
    let is_complete = |one: &&Respondent| one.current.as_ref().is_some_and(|current| current.is_complete);
    let complete: Vec<&Respondent> = respondents.into_iter().filter(is_complete).collect();
    let Some((item, currency)) = question.amount else { return Sum::default() };
    let amount = |one: &Respondent| one.current.as_ref().and_then(|current| current.amounts.get(item).cloned());
    let bounds = |one: &Respondent| amount(one).and_then(|amount| amount.bounds(currency));
    let is_foreign =
        |one: &Respondent| amount(one).is_some_and(|amount| amount.currency.is_some_and(|other| other != currency));
    let add = |sum: Decimal, more: Decimal| sum.checked_add(more).unwrap_or(Decimal::MAX);
    let given: Vec<_> = complete.iter().filter_map(|one| bounds(one)).collect();
    // A range without a lower end begins at nothing.
    let low = given.iter().filter_map(|(low, _)| *low).fold(Decimal::ZERO, add);
    let high = given.iter().try_fold(Decimal::ZERO, |sum, (_, high)| high.map(|high| add(sum, high)));
    Sum {
        low,
        high,
        given: Count::of(complete.iter().copied(), |one| bounds(one).is_some()),
        foreign: Count::of(complete.iter().copied(), is_foreign),
        withheld: Count::of(complete.iter().copied(), |one| bounds(one).is_none() && !is_foreign(one)),
    }
}
