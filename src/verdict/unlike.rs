//! What is true but odd: a figure far from the respondent's own of the period before, or from what enterprises of its size have.
//!
//! It is judged once, when the mail is judged, by what is known then ([`Comparison`]); what a later roster says makes no noise, and a
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
use crate::value::Answer;
use crate::value::figure::{floor, in_class, in_column};

/// Digits of a ratio that are kept.
const DIGITS: u32 = 3;

/// What a respondent's figures are compared with when a return of it is judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
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

/// The remarks on the figures of a return.
pub(super) fn remarks(one: &Return, survey: &Survey, known: &Comparison) -> Vec<Issue> {
    survey.items.iter().flat_map(|item| on_item(one, item, known)).collect()
}

fn on_item(one: &Return, item: &Item, known: &Comparison) -> Vec<Issue> {
    let Some(answer) = one.answers.get(&item.key) else { return Vec::new() };
    let Some(figure) = figure(one, &item.key) else { return Vec::new() };
    let issue = |problem| Issue::of_item(&item.key, problem, Some(answer.place.clone()));
    let is_same = |judged: &&Judged| self::figure(&judged.as_read, &item.key).is_some_and(|then| then == figure);
    if let Some(judged) = known.judged.as_ref().filter(is_same) {
        let own = judged.remarks.iter().filter(|remark| remark.about.item() == Some(&item.key));
        return own.map(|remark| issue(remark.problem.clone())).collect();
    }
    let before = item.previous.as_ref().and_then(|previous| unlike_before(&figure, item, previous, known));
    let size = item.size.as_ref().and_then(|size| unlike_size(&figure, item, size, known));
    before.into_iter().chain(size).map(issue).collect()
}

/// The figure that a return gives. What has to be mended anyway is compared when it is.
fn figure(one: &Return, key: &str) -> Option<Figure> {
    let is_faulty = one.issues.iter().any(|issue| issue.is_error() && issue.about.item() == Some(key));
    one.answers.get(key).filter(|_| !is_faulty).and_then(|answer| Figure::of(&answer.value))
}

fn unlike_before(figure: &Figure, item: &Item, previous: &Previous, known: &Comparison) -> Option<Problem> {
    let (before, is_own) = match &previous.source {
        Source::Answer { .. } => {
            let earlier = known.earlier.get(&item.key)?;
            (Figure::of(&earlier.answer.value)?, earlier.is_own)
        }
        Source::Roster(heading) => {
            let text = survey::column(&known.tags, heading)?;
            (in_column(item, heading, text).ok().flatten()?, false)
        }
    };
    let apart = figure.apart(&before)?;
    if !apart.exceeds(previous.factor) || apart.larger < floor(&item.kind) {
        return None;
    }
    let hint = match (is_own, known.may_hear) {
        (true, _) => Hint::Figure,
        (false, true) => Hint::Unlike,
        (false, false) => Hint::Nothing,
    };
    Some(Problem::UnlikeBefore { before, times: apart.times.map(short), hint })
}

/// Nothing earned is no sign of another size.
fn unlike_size(figure: &Figure, item: &Item, size: &Size, known: &Comparison) -> Option<Problem> {
    let class = size.class(survey::column(&known.tags, &size.roster)?)?;
    let apart = figure.apart(&in_class(item, class)?)?;
    let times = apart.times.filter(|_| apart.exceeds(size.factor))?;
    let hint = if known.may_hear { Hint::Unlike } else { Hint::Nothing };
    Some(Problem::UnlikeSize { class: class.name.clone(), times: short(times), hint })
}

fn short(times: Decimal) -> Decimal {
    times.round_sf(DIGITS).unwrap_or(times).normalize()
}

#[cfg(test)]
#[path = "unlike_tests.rs"]
mod tests;
