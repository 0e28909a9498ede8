//! Sources of one respondent become one return: the better source's answers stand, what it lacks is filled in, and where two
//! disagree the sender is asked.

use std::collections::BTreeMap;

use super::Return;
use super::gather::Rank;
use crate::issue::{About, Issue, Problem};
use crate::survey::Survey;
use crate::value::agree;
use crate::value::identity::key;

/// A return with what it was read from.
#[derive(Debug, Clone)]
pub(super) struct Sourced {
    /// The return.
    pub(super) one: Return,
    /// How much its source is trusted.
    pub(super) rank: Rank,
    /// The entry that it was read from.
    pub(super) entry: EntryAt,
}

/// Where an entry is among what was searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EntryAt {
    /// Which of the searched sources.
    pub(super) source: usize,
    /// Which entry of its page.
    pub(super) entry: usize,
}

/// What several sources say of one respondent.
#[derive(Debug, Clone)]
pub(super) struct Joined {
    /// The return.
    pub(super) one: Return,
    /// The entries that it was read from, the most trusted one first.
    pub(super) entries: Vec<EntryAt>,
}

/// Joins returns of the same respondent, in the order of their first source.
pub(super) fn join(returns: Vec<Sourced>, survey: &Survey) -> Vec<Joined> {
    let mut joined: Vec<Vec<Sourced>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for one in returns {
        let name = name_key(&one.one, survey);
        match places.get(&name).and_then(|at| joined.get_mut(*at)).filter(|_| !name.is_empty()) {
            Some(group) => group.push(one),
            None => {
                places.insert(name, joined.len());
                joined.push(vec![one]);
            }
        }
    }
    joined.into_iter().filter_map(join_group).collect()
}

fn name_key(one: &Return, survey: &Survey) -> String {
    let item = survey.identity().map(|item| item.key.as_str()).unwrap_or_default();
    one.answers.get(item).map(|answer| key(&answer.text)).unwrap_or_default()
}

fn join_group(mut group: Vec<Sourced>) -> Option<Joined> {
    group.sort_by_key(|one| one.rank);
    let entries = group.iter().map(|one| one.entry).collect();
    let mut group = group.into_iter();
    let mut winner = group.next()?.one;
    for other in group {
        add(&mut winner, &other.one);
    }
    Some(Joined { one: winner, entries })
}

/// Adds what a lesser source says.
fn add(winner: &mut Return, other: &Return) {
    for (item, theirs) in &other.answers {
        match winner.answers.get(item) {
            Some(ours) if agree(ours, theirs) => {}
            Some(ours) => {
                let problem = Problem::Conflict {
                    taken: ours.text.clone(),
                    other: theirs.text.clone(),
                    other_place: theirs.place.clone(),
                };
                let known = winner.issues.iter().any(|issue| is_of(issue, item) && issue.problem.code() == "conflict");
                if !known {
                    winner.issues.push(Issue::of_item(item, problem, Some(ours.place.clone())));
                }
            }
            None => {
                winner.answers.insert(item.clone(), theirs.clone());
                winner.issues.retain(|issue| !is_of(issue, item));
                winner.issues.extend(other.issues.iter().filter(|issue| is_of(issue, item)).cloned());
            }
        }
    }
}

fn is_of(issue: &Issue, item: &str) -> bool {
    issue.about == About::Item(item.to_owned())
}
