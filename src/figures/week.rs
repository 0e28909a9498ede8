//! What came since the digest before, what has still to be mended, and the returns of each day.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, civil};
use serde::{Deserialize, Serialize};

use super::{Count, Question, Respondent};

/// Most days that are shown one by one, counted back from the last.
const DAYS: usize = 60;

/// What happened since the digest before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Week {
    /// Respondents whose first return came.
    pub new: Count,
    /// Respondents whose return had come before and was made complete or renewed.
    pub renewed: Count,
    /// Returns that have to be mended, the longest first.
    pub outstanding: Vec<Outstanding>,
}

/// A return that has to be mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outstanding {
    /// Number of its respondent.
    pub respondent: i64,
    /// Since when it has something to mend.
    pub since: Timestamp,
    /// Keys of the items that have to be mended.
    pub faulty: Vec<String>,
}

/// A day and the first returns that came on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// The day.
    pub day: civil::Date,
    /// Respondents whose first return came on it.
    pub returned: Count,
    /// How many had answered by its end.
    pub so_far: usize,
}

pub(super) fn since(respondents: &[Respondent], question: &Question<'_>) -> Week {
    let came = |at: Timestamp| question.before < at && at <= question.at;
    let current =
        |rule: &dyn Fn(&super::Current) -> bool| Count::of(respondents, |one| one.current.as_ref().is_some_and(rule));
    let mut outstanding: Vec<Outstanding> = respondents
        .iter()
        .filter_map(|one| {
            let current = one.current.as_ref()?;
            let since = current.in_correction_since.filter(|_| !current.is_complete)?;
            Some(Outstanding { respondent: one.id, since, faulty: current.faulty.clone() })
        })
        .collect();
    outstanding.sort_by_key(|one| (one.since, one.respondent));
    Week {
        new: current(&|current| came(current.first_at)),
        renewed: current(&|current| !came(current.first_at) && came(current.received_at)),
        outstanding,
    }
}

/// The days from the first return, or the collection's first day, to today.
pub(super) fn days(respondents: &[Respondent], question: &Question<'_>) -> Vec<Day> {
    let day_of = |at: Timestamp| at.to_zoned(question.zone.clone()).date();
    let mut by: BTreeMap<civil::Date, Vec<&Respondent>> = BTreeMap::new();
    for one in respondents {
        if let Some(current) = &one.current {
            by.entry(day_of(current.first_at)).or_default().push(one);
        }
    }
    let Some(first) = by.keys().next().copied() else { return Vec::new() };
    let first = question.opens.map_or(first, |opens| opens.min(first));
    let last = by.keys().next_back().copied().unwrap_or(first).max(day_of(question.at));
    let mut so_far = 0;
    let mut days: Vec<Day> = first
        .series(1.day())
        .take_while(|day| *day <= last)
        .map(|day| {
            let returned = Count::of(by.get(&day).into_iter().flatten().copied(), |_| true);
            so_far += returned.number();
            Day { day, returned, so_far }
        })
        .collect();
    days.split_off(days.len().saturating_sub(DAYS))
}
