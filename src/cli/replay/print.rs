//! A replay's report for people.

use super::super::{listing, local, print};
use super::report::{Finished, Respondent};
use crate::config::Config;
use crate::store::{AnswerChange, AnswerRow, Change, IssueRow, ReturnChange, Side};

/// Longest answer that is shown, in characters.
const ANSWER: usize = 60;

/// Prints everything, the sum last.
pub(super) fn report(report: &Finished, config: &Config) {
    for one in &report.respondents {
        respondent(one, config);
    }
    for failed in &report.failed {
        print::remark(&format!("m{}: {}", failed.message, failed.why));
    }
    for survey in report.surveys.iter().filter(|survey| survey.returns_of_other_revisions > 0 && report.otherwise > 0) {
        let (count, id) = (survey.returns_of_other_revisions, &survey.survey);
        print::line(format!("{id} was changed since; returns read under another revision of it: {count}"));
    }
    if report.left_to_the_daemon > 0 {
        print::line(format!("{} wait to be read and are left to the daemon", report.left_to_the_daemon));
    }
    print::line(sum(report));
}

fn sum(report: &Finished) -> String {
    let Finished { read, otherwise, notices, .. } = report;
    match (report.applied, otherwise) {
        (_, 0) => format!("{read} messages read again, nothing is otherwise"),
        (true, _) => format!("{read} messages read again, {otherwise} renewed, {notices} notices queued"),
        (false, _) => format!(
            "{read} messages read again, {otherwise} would be otherwise, {notices} notices would be queued; \
             nothing is written: keep it with --apply"
        ),
    }
}

fn respondent(one: &Respondent, config: &Config) {
    let sender = one.messages.first().map(|change| change.sender.as_str()).unwrap_or_default();
    let name = if one.respondent.is_empty() { sender } else { &one.respondent };
    let survey = one.survey.as_deref().map(|survey| format!(" ({survey})")).unwrap_or_default();
    let word = |state: &Option<String>| state.clone().unwrap_or_else(|| "no return".into());
    let state = one.state.as_ref();
    let state = state.map(|state| format!(": {} -> {}", word(&state.before), word(&state.after))).unwrap_or_default();
    print::line(format!("{name}{survey}{state}"));
    for change in &one.messages {
        message(change, config);
    }
}

fn message(change: &Change, config: &Config) {
    let at = local::time(&change.received_at, &config.time_zone);
    let disposition = change.disposition.as_ref();
    let disposition = disposition.map(|one| format!(", {} -> {}", one.before, one.after)).unwrap_or_default();
    print::line(format!("  m{} from {} at {at}{disposition}", change.message, change.sender));
    if let Some(survey) = &change.survey {
        let word = |id: &Option<String>| id.clone().unwrap_or_else(|| "none".into());
        print::line(format!("    survey: {} -> {}", word(&survey.before), word(&survey.after)));
    }
    if !change.otherwise.is_empty() {
        print::line(format!("    also otherwise: {}", change.otherwise.join(", ")));
    }
    issues(&change.issues_gone, &change.issues_new);
    change.returns.iter().for_each(one_return);
    if let Some(notice) = &change.notice {
        print::line(format!("    notice: {notice}"));
    }
}

fn one_return(one: &ReturnChange) {
    print::line(format!("    {}", sides(one.before.as_ref(), one.after.as_ref())));
    one.answers.iter().for_each(answer);
    issues(&one.issues_gone, &one.issues_new);
}

/// A return before and after.
fn sides(before: Option<&Side>, after: Option<&Side>) -> String {
    let number = |side: &Side| side.id.map_or_else(|| "return".into(), |id| format!("r{id}"));
    let stands = |side: &Side| format!("{} (version {}, {})", number(side), side.version, side.standing);
    match (before, after) {
        (Some(old), Some(new)) => {
            let renamed = old.key != new.key;
            let renamed = if renamed { format!(", was of {:?}", old.respondent) } else { String::new() };
            format!("{} -> {}{renamed}", stands(old), stands(new))
        }
        (Some(old), None) => format!("{} is gone", stands(old)),
        (None, Some(new)) => format!("new: {}", stands(new)),
        (None, None) => String::new(),
    }
}

fn answer(change: &AnswerChange) {
    let told = |row: &AnswerRow| format!("{}{}", print::short(&row.text, ANSWER), listing::understood(row));
    let words = match (&change.before, &change.after) {
        (Some(old), Some(new)) if told(old) != told(new) => format!("{} -> {}", told(old), told(new)),
        (Some(old), Some(new)) if old.place != new.place => format!("{} now read at {}", told(new), new.place),
        (Some(_), Some(new)) => format!("{} understood otherwise", told(new)),
        (None, Some(new)) => format!("{} (new)", told(new)),
        (Some(old), None) => format!("{} (gone)", told(old)),
        (None, None) => return,
    };
    print::line(format!("      {}: {words}", change.item));
}

fn issues(gone: &[IssueRow], new: &[IssueRow]) {
    let told = |issue: &IssueRow| {
        let about = issue.item.as_deref().or(issue.attachment.as_deref()).unwrap_or_default();
        format!("{} {}", issue.code, about).trim_end().to_owned()
    };
    for (sign, some) in [("no more", gone), ("new", new)] {
        if !some.is_empty() {
            let listed: Vec<String> = some.iter().map(told).collect();
            print::line(format!("      {sign}: {}", listed.join(", ")));
        }
    }
}
