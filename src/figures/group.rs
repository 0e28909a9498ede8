//! The response by the values of a tag, such as the district.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Count, Question, Respondent};

/// The respondents with one value of the tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The value; empty for respondents of the roster without one.
    pub value: String,
    /// Those that are asked.
    pub invited: Count,
    /// Those of them that have a return.
    pub returned: Count,
    /// Those of them whose return is complete.
    pub complete: Count,
}

/// Response by the tag: by how many are asked, the most first, then by value; respondents without the tag last.
pub(super) fn by(respondents: &[Respondent], question: &Question<'_>) -> Vec<Group> {
    let Some(tag) = question.by else { return Vec::new() };
    let mut members: BTreeMap<&str, Vec<&Respondent>> = BTreeMap::new();
    let asked = |one: &&Respondent| one.is_listed && (!one.is_excused || one.current.is_some());
    for one in respondents.iter().filter(asked) {
        let value = one.tags.get(tag).map(String::as_str).unwrap_or_default();
        members.entry(value).or_default().push(one);
    }
    let group = |(value, members): (&str, Vec<&Respondent>)| Group {
        value: value.to_owned(),
        invited: Count::of(members.iter().copied(), |_| true),
        returned: Count::of(members.iter().copied(), |one| one.current.is_some()),
        complete: Count::of(members.iter().copied(), |one| one.current.as_ref().is_some_and(|it| it.is_complete)),
    };
    let mut groups: Vec<Group> = members.into_iter().map(group).collect();
    groups.sort_by_key(|one| (one.value.is_empty(), std::cmp::Reverse(one.invited.number())));
    groups
}
