//! What a replay found, gathered by respondent.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::config::Config;
use crate::store::{Change, Differs, Replayed, ReturnChange, Store, StoreError};
use crate::tasks::replay::Step;
use crate::tasks::short_id;

/// A survey and its key of a respondent, or no survey and the sender of a message without returns.
type Key = (Option<String>, String);

/// What a replay found so far.
pub(super) struct Report {
    finished: Finished,
    changes: Vec<Change>,
    /// How respondents stood before they were first touched.
    before: BTreeMap<Key, Option<String>>,
}

/// What a replay found.
#[derive(Debug, Serialize)]
pub(super) struct Finished {
    /// Whether it was kept.
    pub(super) applied: bool,
    /// Messages that were read again.
    pub(super) read: usize,
    /// Those of them of which something is otherwise.
    pub(super) otherwise: usize,
    /// Notices that were queued, or would be.
    pub(super) notices: usize,
    /// Messages that somebody put back to be read meanwhile.
    pub(super) left_to_the_daemon: usize,
    /// The surveys under which it was read.
    pub(super) surveys: Vec<ReadUnder>,
    /// What could not be done.
    pub(super) failed: Vec<Failed>,
    /// What is otherwise, by respondent.
    pub(super) respondents: Vec<Respondent>,
}

/// A survey as it is configured now.
#[derive(Debug, Serialize)]
pub(super) struct ReadUnder {
    /// The survey.
    pub(super) survey: String,
    /// Its revision.
    pub(super) revision: String,
    /// Returns that stood before, read under another revision of it.
    pub(super) returns_of_other_revisions: u64,
}

/// A message that could not be replayed, or its sender not told.
#[derive(Debug, Serialize)]
pub(super) struct Failed {
    /// The message.
    pub(super) message: i64,
    /// Why.
    pub(super) why: String,
}

/// A respondent, or for messages without a return their sender.
#[derive(Debug, Serialize)]
pub(super) struct Respondent {
    /// The survey; none where none is answered.
    pub(super) survey: Option<String>,
    /// Its name; empty where a message gives none.
    pub(super) respondent: String,
    /// How it stands, where that is otherwise.
    pub(super) state: Option<Differs<Option<String>>>,
    /// Its messages, each with the returns of this respondent.
    pub(super) messages: Vec<Change>,
}

/// The surveys of a configuration, and how many returns they will read anew.
pub(super) fn surveys(store: &Store, config: &Config) -> Result<Vec<ReadUnder>, StoreError> {
    let look = |survey: &crate::survey::Survey| {
        let returns_of_other_revisions = store.read_under_others(survey)?;
        Ok(ReadUnder { survey: survey.id.clone(), revision: survey.revision.clone(), returns_of_other_revisions })
    };
    config.surveys.iter().map(look).collect()
}

impl Report {
    /// Nothing is found yet.
    pub(super) fn new(applied: bool, surveys: Vec<ReadUnder>) -> Self {
        let finished = Finished {
            applied,
            read: 0,
            otherwise: 0,
            notices: 0,
            left_to_the_daemon: 0,
            surveys,
            failed: Vec::new(),
            respondents: Vec::new(),
        };
        Self { finished, changes: Vec::new(), before: BTreeMap::new() }
    }

    /// Takes in how replaying one message ended.
    pub(super) fn take(&mut self, message: i64, step: Step) {
        let replayed = match step {
            Step::Done(replayed) => replayed,
            Step::NotRead(why) => {
                let why = format!("not read this time, nothing of it is otherwise: {why}");
                return self.finished.failed.push(Failed { message, why });
            }
            Step::NotTold(replayed, why) => {
                let why = format!("{}: no notice composed: {why}", short_id(message));
                self.finished.failed.push(Failed { message, why });
                replayed
            }
        };
        match replayed {
            Replayed::NotRead => self.finished.left_to_the_daemon += 1,
            Replayed::Unchanged => self.finished.read += 1,
            Replayed::Changed(change) => {
                self.finished.read += 1;
                self.take_change(*change);
            }
        }
    }

    fn take_change(&mut self, mut change: Change) {
        if !self.finished.applied {
            change.returns.iter_mut().for_each(without_number);
        }
        self.finished.otherwise += 1;
        self.finished.notices += usize::from(change.notice.is_some());
        for one in &change.concerned {
            let key = (one.survey.clone(), one.key.clone());
            self.before.entry(key).or_insert_with(|| one.state.clone());
        }
        self.changes.push(change);
    }

    /// Gathers what was found; `state` tells how a respondent stands by now.
    pub(super) fn finish(
        mut self,
        state: impl Fn(Option<&str>, &str) -> Result<Option<String>, StoreError>,
    ) -> Result<Finished, StoreError> {
        let mut groups: BTreeMap<Key, Respondent> = BTreeMap::new();
        for (key, before) in &self.before {
            let after = state(key.0.as_deref(), &key.1)?;
            if *before != after {
                let respondent = name_of(&self.changes, key);
                let state = Some(Differs { before: before.clone(), after });
                let group = Respondent { survey: key.0.clone(), respondent, state, messages: Vec::new() };
                groups.insert(key.clone(), group);
            }
        }
        for change in std::mem::take(&mut self.changes) {
            for (key, part) in by_respondent(change) {
                let respondent = name_of(std::slice::from_ref(&part), &key);
                let new = Respondent { survey: key.0.clone(), respondent, state: None, messages: Vec::new() };
                groups.entry(key).or_insert(new).messages.push(part);
            }
        }
        self.finished.respondents = groups.into_values().collect();
        Ok(self.finished)
    }
}

/// A return that is not stored has no number yet.
fn without_number(one: &mut ReturnChange) {
    let before = one.before.as_ref().and_then(|side| side.id);
    if let Some(after) = one.after.as_mut().filter(|after| after.id != before) {
        after.id = None;
    }
}

/// The respondent of a return: the one that it is of by now.
fn key_of(one: &ReturnChange) -> Option<Key> {
    let side = one.after.as_ref().or(one.before.as_ref())?;
    Some((side.survey.clone(), side.key.clone()))
}

/// A change cut by respondent. Without a return that is otherwise it belongs to whom the message's returns are of, or else to its
/// sender.
fn by_respondent(mut change: Change) -> BTreeMap<Key, Change> {
    let returns = std::mem::take(&mut change.returns);
    let mut parts: BTreeMap<Key, Change> = BTreeMap::new();
    for one in returns {
        let Some(key) = key_of(&one) else { continue };
        parts.entry(key).or_insert_with(|| change.clone()).returns.push(one);
    }
    if parts.is_empty() {
        let keys = change.concerned.iter().map(|one| (one.survey.clone(), one.key.clone()));
        parts = keys.map(|key| (key, change.clone())).collect();
    }
    if parts.is_empty() {
        parts.insert((None, change.sender.clone()), change);
    }
    parts
}

/// A respondent's name as its returns write it, the latest first; its key where they do not tell.
fn name_of(changes: &[Change], key: &Key) -> String {
    let sides = changes.iter().rev().flat_map(|change| &change.returns);
    let sides = sides.flat_map(|one| one.after.iter().chain(&one.before));
    let named =
        sides.filter(|side| side.survey == key.0 && side.key == key.1).map(|side| side.respondent.clone()).next();
    let is_name = key.0.is_some() && !key.1.starts_with("return:");
    named.unwrap_or_else(|| if is_name { key.1.clone() } else { String::new() })
}
