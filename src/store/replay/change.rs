//! What is otherwise after a message was read anew, as plain data for a listing.

use std::collections::BTreeSet;

use serde::Serialize;

use super::RespondentState;
use super::snapshot::{Snapshot, Standing};
use crate::issue::Issue;
use crate::reading::Return;
use crate::store::listing::{AnswerRow, IssueRow};
use crate::value::{self, Answer, Value};

/// Before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differs<T> {
    /// What stood.
    pub before: T,
    /// What stands.
    pub after: T,
}

/// What is otherwise in a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The message.
    pub message: i64,
    /// When it arrived.
    pub received_at: String,
    /// Address of the sender.
    pub sender: String,
    /// Its subject.
    pub subject: String,
    /// What becomes of it, where that is otherwise.
    pub disposition: Option<Differs<String>>,
    /// The survey that it answers, where that is otherwise.
    pub survey: Option<Differs<Option<String>>>,
    /// Further facts that are otherwise: `sender`, `subject`, `automatic`, `duplicate_of`, `attachments`, `narratives`.
    pub otherwise: Vec<&'static str>,
    /// Issues of the message that are gone, those of its returns apart.
    pub issues_gone: Vec<IssueRow>,
    /// Issues of the message that are new.
    pub issues_new: Vec<IssueRow>,
    /// Its returns that are otherwise, gone or new; all of them where one is.
    pub returns: Vec<ReturnChange>,
    /// The notice that tells the sender, such as `receipt to li@firm.example`.
    pub notice: Option<String>,
    /// The respondents that it may concern, and how they stood before.
    #[serde(skip)]
    pub concerned: Vec<RespondentState>,
}

/// What is otherwise in a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnChange {
    /// What stood; none when the return is new.
    pub before: Option<Side>,
    /// What stands; none when there is no such return any more.
    pub after: Option<Side>,
    /// Answers that are otherwise.
    pub answers: Vec<AnswerChange>,
    /// Issues that are gone.
    pub issues_gone: Vec<IssueRow>,
    /// Issues that are new.
    pub issues_new: Vec<IssueRow>,
    /// Whether the sender would see the difference: another respondent, answer or thing to mend.
    #[serde(skip)]
    pub is_material: bool,
}

/// A return on one side of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Number of the return; none for a new one of a rehearsal, which has no number yet.
    pub id: Option<i64>,
    /// The survey; none while it is not known.
    pub survey: Option<String>,
    /// Name of the respondent as this return gives it; empty when it gives none.
    pub respondent: String,
    /// That name as it is compared.
    #[serde(skip)]
    pub key: String,
    /// How it stands among the respondent's versions.
    pub standing: String,
    /// Its place among them, from 1.
    pub version: i64,
}

/// An answer that is otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerChange {
    /// Key of the item.
    pub item: String,
    /// What stood; none when there was no answer.
    pub before: Option<AnswerRow>,
    /// What stands; none when there is no answer any more.
    pub after: Option<AnswerRow>,
}

impl Change {
    /// The difference between two looks at a message.
    pub(super) fn between(before: Snapshot, after: Snapshot, concerned: Vec<RespondentState>) -> Self {
        let (issues_gone, issues_new) = issues(&before.issues, &after.issues);
        let word = |one: &Snapshot| one.disposition.clone().unwrap_or_default();
        Self {
            disposition: differs(word(&before), word(&after)),
            survey: differs(before.survey.clone(), after.survey.clone()),
            otherwise: otherwise(&before, &after),
            issues_gone,
            issues_new,
            returns: pairs(&before.returns, &after.returns),
            notice: None,
            message: after.message,
            received_at: after.received_at,
            sender: after.sender,
            subject: after.subject,
            concerned,
        }
    }

    /// Whether the sender would see the difference: another disposition, another thing to mend, another respondent or answer.
    /// That a place or a remark is another one is the office's business.
    pub(super) fn is_material(&self) -> bool {
        let issues = self.issues_gone.iter().chain(&self.issues_new);
        self.disposition.is_some()
            || issues.into_iter().any(|issue| issue.severity == "error")
            || self.returns.iter().any(|one| one.is_material)
    }
}

fn differs<T: PartialEq>(before: T, after: T) -> Option<Differs<T>> {
    (before != after).then_some(Differs { before, after })
}

fn otherwise(before: &Snapshot, after: &Snapshot) -> Vec<&'static str> {
    let facts = [
        ("sender", before.sender != after.sender),
        ("subject", before.subject != after.subject),
        ("automatic", before.automatic != after.automatic),
        ("duplicate_of", before.duplicate_of != after.duplicate_of),
        ("attachments", before.attachments != after.attachments),
        ("narratives", before.narratives != after.narratives),
    ];
    facts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// Issues of the one side that the other has not, and the reverse.
fn issues(before: &[Issue], after: &[Issue]) -> (Vec<IssueRow>, Vec<IssueRow>) {
    let without = |some: &[Issue], others: &[Issue]| -> Vec<IssueRow> {
        some.iter().filter(|issue| !others.contains(issue)).map(IssueRow::of).collect()
    };
    (without(before, after), without(after, before))
}

/// Each return beside the one that takes its place: of the same respondent, else at the same place in the message.
fn pairs(before: &[Standing], after: &[Standing]) -> Vec<ReturnChange> {
    let mut old: Vec<&Standing> = before.iter().collect();
    let mut new: Vec<&Standing> = after.iter().collect();
    let mut pairs: Vec<(Option<&Standing>, Option<&Standing>)> = Vec::new();
    for fits in
        [|a: &Standing, b: &Standing| a.respondent == b.respondent, |a: &Standing, b: &Standing| a.ordinal == b.ordinal]
    {
        new.retain(|one| {
            let Some(at) = old.iter().position(|other| fits(other, one)) else { return true };
            pairs.push((Some(old.remove(at)), Some(one)));
            false
        });
    }
    pairs.extend(old.into_iter().map(|one| (Some(one), None)));
    pairs.extend(new.into_iter().map(|one| (None, Some(one))));
    pairs.sort_by_key(|(old, new)| new.or(*old).map(|one| one.ordinal));
    let differs = |pair: &&(Option<&Standing>, Option<&Standing>)| match pair {
        (Some(old), Some(new)) => old.as_read != new.as_read || old.standing != new.standing || old.key != new.key,
        _ => true,
    };
    pairs.iter().filter(differs).map(|(old, new)| return_change(*old, *new)).collect()
}

fn return_change(before: Option<&Standing>, after: Option<&Standing>) -> ReturnChange {
    let nothing = Return { answers: std::collections::BTreeMap::new(), issues: Vec::new() };
    let (old, new) = (before.map_or(&nothing, |one| &one.as_read), after.map_or(&nothing, |one| &one.as_read));
    let keys: BTreeSet<&String> = old.answers.keys().chain(new.answers.keys()).collect();
    let answers = keys.into_iter().filter(|key| old.answers.get(*key) != new.answers.get(*key));
    let row = |item: &str, answer: Option<&Answer>| answer.map(|answer| AnswerRow::of(item, answer));
    let answer = |key: &String| AnswerChange {
        item: key.clone(),
        before: row(key, old.answers.get(key)),
        after: row(key, new.answers.get(key)),
    };
    let (issues_gone, issues_new) = issues(&old.issues, &new.issues);
    let is_material = before.map(|one| &one.key) != after.map(|one| &one.key) || says_otherwise(old, new);
    let (before, after) = (before.map(side), after.map(side));
    ReturnChange { before, after, answers: answers.map(answer).collect(), issues_gone, issues_new, is_material }
}

/// Whether two readings of a return tell its sender different things.
fn says_otherwise(old: &Return, new: &Return) -> bool {
    let same =
        |(key, answer): (&String, &Answer)| new.answers.get(key).is_some_and(|other| value::agree(answer, other));
    let to_mend = |one: &Return| -> BTreeSet<_> {
        let errors = one.issues.iter().filter(|issue| issue.is_error());
        errors.map(|issue| (issue.about.clone(), issue.problem.code())).collect()
    };
    old.answers.len() != new.answers.len() || !old.answers.iter().all(same) || to_mend(old) != to_mend(new)
}

fn side(one: &Standing) -> Side {
    let name = one.as_read.answers.values().find(|answer| answer.value == Value::Identity);
    Side {
        id: Some(one.id),
        survey: one.survey.clone(),
        respondent: name.map(|answer| answer.text.clone()).unwrap_or_default(),
        key: one.key.clone(),
        standing: one.standing.clone(),
        version: one.number,
    }
}
