//! A problem becomes a sentence: what stands there, and what to write instead, in the words of the form.
//!
//! What is to be said is gathered here; how it is said stands in a module for each language ([`zh`], [`en`]), and [`mod@tongue`] says what
//! each of them must have.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::issue::{About, Issue, Problem};
use crate::notice::rank::{Finding, Group};
use crate::notice::remedy::Cause;
use crate::notice::{clean, spot};
use crate::place::Place;
use crate::survey::Survey;

mod en;
mod tongue;
mod zh;

use tongue::{Asked, Files, Whose};
pub(super) use tongue::{Odd, Tongue, tongue};

/// Most enterprises or files that are named one by one.
const NAMED: usize = 3;

/// One line of a correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Line {
    /// What is wrong and what to write instead; no full stop at its end.
    pub(super) text: String,
    /// Where it stands; empty when it stands nowhere.
    pub(super) place: String,
}

/// The line for one root cause. `returns` is how many enterprises the mail reports for.
pub(super) fn line(group: &Group<'_>, survey: &Survey, returns: usize) -> Line {
    let tongue = tongue(survey.language);
    let problem = &group.first.issue.problem;
    match &group.first.issue.about {
        About::Item(key) => {
            Line { text: tongue.of_item(problem, &asked(group, survey, key, returns)), place: places(group, tongue) }
        }
        About::Attachment(_) => {
            Line { text: tongue.of_files(&Cause::of(problem), &files(group, tongue)), place: String::new() }
        }
        About::Message => Line { text: tongue.of_message(problem, &linked(group)), place: String::new() },
    }
}

/// What an issue is counted under when there are too many to name: the item, or 附件.
pub(super) fn heading(issue: &Issue, survey: &Survey) -> String {
    match &issue.about {
        About::Item(key) => label(survey, key),
        About::Attachment(_) => tongue(survey.language).attachments().to_owned(),
        About::Message => tongue(survey.language).message().to_owned(),
    }
}

/// The words that name an item: short, as the form's labels run over lines.
pub(super) fn label(survey: &Survey, key: &str) -> String {
    let name = survey.item(key).map_or(key, |item| if item.short.is_empty() { &item.label } else { &item.short });
    clean::line(name, clean::NAME)
}

fn places(group: &Group<'_>, tongue: &dyn Tongue) -> String {
    let own: Vec<&Place> = group.findings().filter(|one| one.is_own).flat_map(all_places).collect();
    if !own.is_empty() {
        return spot::together(&own, tongue);
    }
    let earlier: Vec<&Place> = group.findings().flat_map(all_places).collect();
    if earlier.is_empty() { String::new() } else { tongue.earlier(&spot::together(&earlier, tongue)) }
}

fn all_places<'a>(finding: &Finding<'a>) -> Vec<&'a Place> {
    let other = match &finding.issue.problem {
        Problem::Conflict { other_place, .. } => Some(other_place),
        _ => None,
    };
    finding.issue.place.iter().chain(other).collect()
}

fn asked<'a>(group: &'a Group<'_>, survey: &'a Survey, key: &str, returns: usize) -> Asked<'a> {
    Asked {
        item: survey.item(key),
        name: label(survey, key),
        whose: whose(group, returns),
        is_common: concerned(group).len() > 1,
        has_place: group.first.issue.place.is_some(),
        said: said(group),
        sides: sides(group),
        year: survey.reference_year,
    }
}

/// The enterprises concerned, when the mail reports for more than one.
fn whose<'a>(group: &'a Group<'_>, returns: usize) -> Whose<'a> {
    let concerned = concerned(group);
    if returns <= 1 || concerned.is_empty() {
        return Whose::Theirs;
    }
    if concerned.len() > 1 && concerned.len() == returns {
        return Whose::All(returns);
    }
    let names: Option<Vec<&str>> = concerned.values().copied().collect();
    match names {
        Some(names) if names.len() <= NAMED => Whose::Named(names),
        None if concerned.len() == 1 => Whose::Nameless,
        _ => Whose::Some(concerned.len()),
    }
}

/// The returns concerned, by their number in the mail, with the names they give.
fn concerned<'a>(group: &'a Group<'_>) -> BTreeMap<usize, Option<&'a str>> {
    group.findings().filter_map(|one| Some((one.of?, one.who.as_deref()))).collect()
}

/// Whether the sender's own words may be repeated: of one finding only, and out of the mail that is answered, as an older
/// one may have come from another address.
fn may_repeat(group: &Group<'_>) -> bool {
    group.len() == 1 && group.first.is_own
}

/// What the sender wrote, where it may be repeated.
fn said(group: &Group<'_>) -> Option<String> {
    let text = match &group.first.issue.problem {
        Problem::UnitMissing { text }
        | Problem::NotAnAmount { text }
        | Problem::AmbiguousAmount { text }
        | Problem::Misfit { text, .. } => text,
        _ => return None,
    };
    (may_repeat(group) && !text.is_empty()).then(|| clean::line(text, clean::ANSWER))
}

/// Both sides of a conflict, where they may be repeated.
fn sides(group: &Group<'_>) -> Option<[String; 2]> {
    let Problem::Conflict { taken, other, .. } = &group.first.issue.problem else { return None };
    may_repeat(group).then(|| [taken, other].map(|text| clean::line(text, clean::ANSWER)))
}

fn files(group: &Group<'_>, tongue: &dyn Tongue) -> Files {
    let mut paths: Vec<&str> = Vec::new();
    for finding in group.findings() {
        if let About::Attachment(path) = &finding.issue.about
            && !paths.contains(&path.as_str())
        {
            paths.push(path);
        }
    }
    let named = paths.iter().take(NAMED).map(|path| spot::file(path, tongue)).collect();
    Files { named, count: paths.len() }
}

/// The names of files that only a link came of.
fn linked(group: &Group<'_>) -> Vec<String> {
    let names = group.findings().filter_map(|finding| match &finding.issue.problem {
        Problem::LinkedAttachment { name: Some(name) } => Some(format!("“{}”", clean::file_name(name))),
        _ => None,
    });
    names.take(NAMED).collect()
}

#[cfg(test)]
mod tests;
