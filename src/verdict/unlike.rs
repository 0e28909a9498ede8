//! What is true but odd: a figure far from the respondent's own of the period before, or from what enterprises of its size have.
//!
//! It is judged once, when the mail is judged, by what is known then ([`Figures`]); what a later roster says makes no noise, and a
//! mail that is read again keeps what was remarked on each figure that still says the same.
//!
//! Nobody learns from a question what it did not supply. The earlier figure, and how many times it the new one is, are told to the
//! address that gave it; that there is a difference at all, to addresses that the roster or an operator vouches for. For everybody
//! else the remark is the operators' alone, and nobody is asked.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::issue::{Figure, Hint, Issue, Problem};
use crate::reading::Return;
use crate::survey::{self, Item, Previous, Size, Source, Survey};
use crate::value::figure::{floor, in_class, in_column};
use crate::value::{Answer, agree};

/// Digits of a ratio that are kept.
const DIGITS: u32 = 3;

/// What is known of a respondent's figures when a return of it is judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Its answers in other surveys, by the key of the item that is compared with them.
    pub earlier: BTreeMap<String, Earlier>,
    /// What the roster says of it besides, by heading.
    pub tags: BTreeMap<String, String>,
    /// Whether the roster or an operator vouches for the sender and for the address that is answered.
    pub may_hear: bool,
    /// The same return as it was judged before, where its message is read again.
    pub judged: Option<Judged>,
}

/// An answer in another survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The answer that counts there.
    pub answer: Answer,
    /// Whether the address that is answered supplied it.
    pub is_own: bool,
}

/// A return with what was remarked on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The return as it was read then.
    pub as_read: Return,
    /// The remarks.
    pub remarks: Vec<Issue>,
}

/// Whether a remark comes from what was known, and not from the reading.
#[must_use]
pub fn is_comparison(problem: &Problem) -> bool {
    matches!(problem, Problem::UnlikeBefore { .. } | Problem::UnlikeSize { .. })
}

/// The remarks on the figures of a return.
pub(super) fn remarks(one: &Return, survey: &Survey, figures: &Figures) -> Vec<Issue> {
    survey.items.iter().flat_map(|item| on_item(one, item, figures)).collect()
}

fn on_item(one: &Return, item: &Item, figures: &Figures) -> Vec<Issue> {
    let Some(answer) = one.answers.get(&item.key) else { return Vec::new() };
    let is_faulty = one.issues.iter().any(|issue| issue.is_error() && issue.about.item() == Some(&item.key));
    // What is to be mended anyway is compared when it is.
    if is_faulty {
        return Vec::new();
    }
    let issue = |problem| Issue::of_item(&item.key, problem, Some(answer.place.clone()));
    let is_same = |judged: &&Judged| judged.as_read.answers.get(&item.key).is_some_and(|then| agree(then, answer));
    if let Some(judged) = figures.judged.as_ref().filter(is_same) {
        let own = judged.remarks.iter().filter(|remark| remark.about.item() == Some(&item.key));
        return own.map(|remark| issue(remark.problem.clone())).collect();
    }
    let Some(figure) = Figure::of(&answer.value) else { return Vec::new() };
    let before = item.previous.as_ref().and_then(|previous| unlike_before(&figure, item, previous, figures));
    let size = item.size.as_ref().and_then(|size| unlike_size(&figure, item, size, figures));
    before.into_iter().chain(size).map(issue).collect()
}

fn unlike_before(figure: &Figure, item: &Item, previous: &Previous, figures: &Figures) -> Option<Problem> {
    let (before, is_own) = match &previous.source {
        Source::Answer { .. } => {
            let earlier = figures.earlier.get(&item.key)?;
            (Figure::of(&earlier.answer.value)?, earlier.is_own)
        }
        Source::Roster(heading) => {
            let text = survey::column(&figures.tags, heading)?;
            (in_column(item, heading, text).ok().flatten()?, false)
        }
    };
    let apart = figure.apart(&before)?;
    if !apart.exceeds(previous.factor) || apart.larger < floor(&item.kind) {
        return None;
    }
    let hint = match (is_own, figures.may_hear) {
        (true, _) => Hint::Figure,
        (false, true) => Hint::Unlike,
        (false, false) => Hint::Nothing,
    };
    Some(Problem::UnlikeBefore { before, times: apart.times.map(short), hint })
}

/// Nothing earned is no sign of another size.
fn unlike_size(figure: &Figure, item: &Item, size: &Size, figures: &Figures) -> Option<Problem> {
    let class = size.class(survey::column(&figures.tags, &size.roster)?)?;
    let apart = figure.apart(&in_class(item, class)?)?;
    let times = apart.times.filter(|_| apart.exceeds(size.factor))?;
    let hint = if figures.may_hear { Hint::Unlike } else { Hint::Nothing };
    Some(Problem::UnlikeSize { class: class.name.clone(), times: short(times), hint })
}

fn short(times: Decimal) -> Decimal {
    times.round_sf(DIGITS).unwrap_or(times).normalize()
}

#[cfg(test)]
#[path = "unlike_tests.rs"]
mod tests;
