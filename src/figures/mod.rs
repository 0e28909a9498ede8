//! What digest, status and console count: response, outstanding, amounts, focus areas.
//!
//! Pure: [`Facts`] come in, [`Figures`] go out. Each number is a list of respondents ([`Count`]), so whoever doubts it can look at
//! the returns behind it. Numbers of an earlier moment are told from the same facts: what counts now and had come by then.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

mod area;
mod class;
mod facts;
mod group;
mod name;
mod sum;
#[cfg(test)]
mod tests;
mod totals;
mod week;

pub use area::{AreaFigure, AreaName};
pub use class::Class;
pub use facts::{Amount, Area, Current, Facts, Matter, Respondent, Waiting};
pub use group::Group;
pub use name::Name;
pub use sum::Sum;
pub use totals::Totals;
pub use week::{Day, Outstanding, Week};

/// What is asked of the facts.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// The moment that the facts are of.
    pub at: Timestamp,
    /// The moment that the digest before was of; a week ago where there was none.
    pub before: Timestamp,
    /// Zone in which days begin and end.
    pub zone: &'a TimeZone,
    /// First day of the collection, where the survey says.
    pub opens: Option<civil::Date>,
    /// Last day on which a return is in time.
    pub deadline: civil::Date,
    /// The tag by which the response is shown, such as 所属镇街.
    pub by: Option<&'a str>,
    /// Key of the item whose amounts are added up, such as `revenue`, and its currency.
    pub amount: Option<(&'a str, &'a str)>,
    /// Where one class of amounts ends and the next begins, ascending, in the currency's main unit.
    pub bounds: &'a [Decimal],
    /// The focus areas in the taxonomy's order.
    pub areas: &'a [AreaName],
}

impl Question<'_> {
    /// The moment of a week ago.
    #[must_use]
    pub fn a_week_before(at: Timestamp) -> Timestamp {
        at - SignedDuration::from_hours(7 * 24)
    }
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// The moment of the facts.
    pub at: Timestamp,
    /// How many have answered, and how far they are.
    pub totals: Totals,
    /// The same at the moment of the digest before.
    pub before: Totals,
    /// That moment.
    pub before_at: Timestamp,
    /// Days from now to the deadline; negative when it is over.
    pub days_left: i32,
    /// What came since the digest before, and what has still to be mended.
    pub week: Week,
    /// What waits for a person.
    pub waiting: Vec<Waiting>,
    /// Returns by day, without days before the first and after the last.
    pub days: Vec<Day>,
    /// Response by the values of the tag.
    pub groups: Vec<Group>,
    /// All amounts together.
    pub sum: Sum,
    /// Returns by how large their amount is.
    pub classes: Vec<Class>,
    /// The focus areas, those for which nobody answers too.
    pub areas: Vec<AreaFigure>,
    /// Respondents with a return that is of no area.
    pub without_area: Count,
}

/// A number of respondents, as their numbers in ascending order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Count(Vec<i64>);

impl Count {
    /// The respondents that a rule holds for.
    fn of<'f>(respondents: impl IntoIterator<Item = &'f Respondent>, holds: impl Fn(&Respondent) -> bool) -> Self {
        let mut ids: Vec<i64> = respondents.into_iter().filter(|one| holds(one)).map(|one| one.id).collect();
        ids.sort_unstable();
        Self(ids)
    }

    /// How many there are.
    #[must_use]
    pub fn number(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Their numbers.
    #[must_use]
    pub fn respondents(&self) -> &[i64] {
        &self.0
    }

    /// Whether a respondent is among them.
    #[must_use]
    pub fn has(&self, respondent: i64) -> bool {
        self.0.binary_search(&respondent).is_ok()
    }
}

/// Counts what is asked.
#[must_use]
pub fn figures(facts: &Facts, question: &Question<'_>) -> Figures {
    let respondents = &facts.respondents;
    let today = question.at.to_zoned(question.zone.clone()).date();
    let days_left = (question.deadline - today).get_days();
    Figures {
        at: question.at,
        totals: totals::at(respondents, question, question.at),
        before: totals::at(respondents, question, question.before),
        before_at: question.before,
        days_left,
        week: week::since(respondents, question),
        waiting: facts.waiting.clone(),
        days: week::days(respondents, question),
        groups: group::by(respondents, question),
        sum: sum::of(respondents, question),
        classes: class::by(respondents, question),
        areas: area::by(respondents, question),
        without_area: area::none(respondents),
    }
}
