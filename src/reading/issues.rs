//! What is wrong with the message and its attachments, as far as it is not an item's.

use super::gather::Gathered;
use crate::document::Fault;
use crate::issue::{Issue, Problem};

/// What the search made of the message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// Whether a return was read.
    pub(super) has_return: bool,
    /// Whether a form was found that nobody filled in.
    pub(super) blank_form: bool,
    /// Whether a document is nothing but pictures.
    pub(super) has_scan: bool,
}

/// The issues of the message and its attachments. `faults`: what could not be read, in the gathering and after.
pub(super) fn of_message(gathered: &Gathered, faults: &[&(String, Fault)], outcome: Outcome) -> Vec<Issue> {
    let mut issues: Vec<Issue> = faults
        .iter()
        .filter(|(_, fault)| !(outcome.has_return && matches!(fault, Fault::Unsupported { .. })))
        .map(|(path, fault)| Issue::of_attachment(path, problem(fault)))
        .collect();
    if !outcome.has_return {
        issues.extend(why_no_return(gathered, faults, outcome, !issues.is_empty()).map(Issue::of_message));
    }
    issues
}

/// Whether a file that cannot be read could hold the survey's table.
fn could_be_the_table(fault: &Fault) -> bool {
    !matches!(fault, Fault::Unsupported { could_hold_table: false, .. })
}

fn why_no_return(
    gathered: &Gathered,
    faults: &[&(String, Fault)],
    outcome: Outcome,
    has_faults: bool,
) -> Option<Problem> {
    if outcome.blank_form {
        return Some(Problem::BlankForm);
    }
    if let Some(link) = gathered.linked.first() {
        return Some(Problem::LinkedAttachment { name: link.name.clone() });
    }
    let unread = faults.iter().any(|(_, fault)| could_be_the_table(fault));
    if !unread && (outcome.has_scan || !gathered.pictures.is_empty()) {
        return Some(Problem::ScanOnly);
    }
    (!has_faults).then_some(Problem::NoTable)
}

fn problem(fault: &Fault) -> Problem {
    match fault {
        Fault::Encrypted => Problem::Encrypted,
        Fault::Unreadable(why) => Problem::Unreadable { why: why.clone() },
        Fault::Unsupported { format, .. } => Problem::Unsupported { format: format.clone() },
        Fault::TooLarge(limit) => Problem::TooLarge { limit: limit.clone() },
    }
}
