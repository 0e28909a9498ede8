//! Which of several issues is said first. The numbers of a correction's lines come from it, and so does what a reply means by
//! such a number.

use crate::issue::{About, Issue, Problem};
use crate::survey::{ItemKind, Survey};

/// What an issue is sorted by: what keeps the whole mail from being read comes first, then who reports, then figures, then
/// texts; among equals the form's order.
#[must_use]
pub fn importance(issue: &Issue, survey: &Survey) -> (u8, usize) {
    (weight(issue, survey), form_order(issue, survey))
}

fn weight(issue: &Issue, survey: &Survey) -> u8 {
    match &issue.about {
        About::Message => 0,
        About::Attachment(_) => 1,
        About::Item(key) => match survey.item(key).map(|item| &item.kind) {
            Some(ItemKind::Identity) => 2,
            _ => weight_of_item(&issue.problem),
        },
    }
}

fn weight_of_item(problem: &Problem) -> u8 {
    match problem {
        Problem::Conflict { .. } => 3,
        Problem::UnitMissing { .. } => 4,
        Problem::NotAnAmount { .. } | Problem::AmbiguousAmount { .. } | Problem::Misfit { .. } => 5,
        _ => 6,
    }
}

fn form_order(issue: &Issue, survey: &Survey) -> usize {
    match &issue.about {
        About::Item(key) => survey.items.iter().position(|item| item.key == *key).unwrap_or(usize::MAX),
        _ => 0,
    }
}
