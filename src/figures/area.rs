//! What the industry says: the focus areas with the enterprises that answer for them, and the gaps.

use serde::{Deserialize, Serialize};

use super::{Count, Question, Respondent, Sum, sum};

/// Most enterprises that are named as examples of an area.
const EXAMPLES: usize = 3;

/// A focus area as the taxonomy names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaName {
    /// Its key.
    pub key: String,
    /// Its name, such as 智能传感器.
    pub name: String,
    /// The task that it belongs to.
    pub task: String,
}

/// A focus area and who answers for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaFigure {
    /// The area.
    pub area: AreaName,
    /// Respondents whose complete return is of it; when there is none, it is a gap.
    pub respondents: Count,
    /// Their amounts together; one of several areas counts in each of them.
    pub sum: Sum,
    /// The surest of them.
    pub examples: Vec<i64>,
}

/// Every area of the taxonomy, in its order.
pub(super) fn by(respondents: &[Respondent], question: &Question<'_>) -> Vec<AreaFigure> {
    question.areas.iter().map(|area| figure(respondents, question, area)).collect()
}

fn figure(respondents: &[Respondent], question: &Question<'_>, area: &AreaName) -> AreaFigure {
    let mut members: Vec<(&Respondent, u8)> =
        respondents.iter().filter_map(|one| Some((one, score(one, &area.key)?))).collect();
    members.sort_by_key(|(one, score)| (std::cmp::Reverse(*score), one.id));
    AreaFigure {
        area: area.clone(),
        respondents: Count::of(members.iter().map(|(one, _)| *one), |_| true),
        sum: sum::of(members.iter().map(|(one, _)| *one), question),
        examples: members.iter().take(EXAMPLES).map(|(one, _)| one.id).collect(),
    }
}

/// How surely a complete return is of an area; none when it is not. An operator's word is the surest.
fn score(one: &Respondent, key: &str) -> Option<u8> {
    let current = one.current.as_ref().filter(|current| current.is_complete)?;
    let area = current.areas.iter().find(|area| area.key == key)?;
    Some(if area.by_operator { u8::MAX } else { area.score })
}

/// Respondents whose complete return is of no area.
pub(super) fn none(respondents: &[Respondent]) -> Count {
    Count::of(respondents, |one| {
        one.current.as_ref().is_some_and(|current| current.is_complete && current.areas.is_empty())
    })
}
