//! Returns by how large their amount is.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Amount, Count, Question, Respondent, sum};

/// A class of amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Class {
    /// Amounts from one bound to below the next.
    Between {
        /// The least amount of the class; none in the first.
        from: Option<Decimal>,
        /// The least amount of the next class; none in the last.
        to: Option<Decimal>,
        /// Respondents whose amount is of the class.
        respondents: Count,
        /// Their amounts together.
        sum: sum::Sum,
    },
    /// Ranges that reach over a bound, so that nobody can tell the class.
    Undecided(Count),
    /// No amount in the currency was given.
    Unknown(Count),
}

/// Complete returns by class, from the smallest amounts on; empty classes too.
pub(super) fn by(respondents: &[Respondent], question: &Question<'_>) -> Vec<Class> {
    let Some((item, currency)) = question.amount else { return Vec::new() };
    let is_complete = |one: &&Respondent| one.current.as_ref().is_some_and(|current| current.is_complete);
    let complete: Vec<&Respondent> = respondents.iter().filter(is_complete).collect();
    let place = |one: &Respondent| {
        let amount = one.current.as_ref().and_then(|current| current.amounts.get(item));
        amount.map_or(Place::Unknown, |amount| place(amount, currency, question.bounds))
    };
    let at = |wanted: Place| Count::of(complete.iter().copied(), |one| place(one) == wanted);
    let mut classes: Vec<Class> = (0..=question.bounds.len())
        .map(|index| {
            let members = complete.iter().copied().filter(|one| place(one) == Place::Class(index));
            Class::Between {
                from: index.checked_sub(1).and_then(|before| question.bounds.get(before)).copied(),
                to: question.bounds.get(index).copied(),
                respondents: at(Place::Class(index)),
                sum: sum::of(members, question),
            }
        })
        .collect();
    classes.push(Class::Undecided(at(Place::Undecided)));
    classes.push(Class::Unknown(at(Place::Unknown)));
    classes
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Class(usize),
    Undecided,
    Unknown,
}

fn place(amount: &Amount, currency: &str, bounds: &[Decimal]) -> Place {
    let class = |value: Decimal| bounds.iter().take_while(|bound| **bound <= value).count();
    match amount.bounds(currency) {
        None | Some((None, None)) => Place::Unknown,
        Some((Some(low), Some(high))) if class(low) == class(high) => Place::Class(class(low)),
        // What has no upper end is at least of the last class, and what has no lower end at most of the first.
        Some((Some(low), None)) if class(low) == bounds.len() => Place::Class(bounds.len()),
        Some((None, Some(high))) if class(high) == 0 => Place::Class(0),
        Some(_) => Place::Undecided,
    }
}
