//! When an operator is written to: at once of what is new, at most one mail an hour, and of what lasts once a day.

use jiff::{SignedDuration, Timestamp};

use super::{Finding, Signs};

/// Between two mails, whatever happens.
const BETWEEN: SignedDuration = SignedDuration::from_hours(1);
/// After so long what still holds is told again.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// What a mail to the operator tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What holds, and whether it was told before.
    pub holds: Vec<(Finding, bool)>,
    /// What was told and holds no longer.
    pub over: Vec<Finding>,
}

/// The mail that is due now, if one is: `found` is what is wrong by these signs, `told` what was told and not taken back, `last` when the
/// last mail was made.
#[must_use]
pub fn plan(
    (signs, found): (&Signs, &[Finding]),
    told: &[(Finding, Timestamp)],
    last: Option<Timestamp>,
    now: Timestamp,
) -> Option<Plan> {
    if last.is_some_and(|last| (SignedDuration::ZERO..BETWEEN).contains(&now.duration_since(last))) {
        return None;
    }
    let when = |one: &Finding| {
        let same = |(other, _): &&(Finding, Timestamp)| other.condition.key() == one.condition.key();
        told.iter().find(same).map(|(_, at)| *at)
    };
    let holds: Vec<_> = found.iter().map(|one| (one.clone(), when(one).is_some())).collect();
    let still = |one: &Finding| found.iter().any(|other| other.condition.key() == one.condition.key());
    let over: Vec<_> = told
        .iter()
        .map(|(one, _)| one.clone())
        .filter(|one| !still(one) && signs.can_tell_the_end_of(&one.condition))
        .collect();
    let is_due = |one: &Finding| when(one).is_none_or(|at| now.duration_since(at) >= AGAIN);
    (!over.is_empty() || found.iter().any(is_due)).then_some(Plan { holds, over })
}
