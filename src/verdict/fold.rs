//! The versions of one respondent, and how each of them stands: the state of a return as a fold over what came, in order of
//! arrival.

use std::collections::{BTreeMap, BTreeSet};

use super::{Act, Folded, Ruling, Standing, Version, Vouched, comparable};
use crate::issue::Issue;
use crate::reading::Return;
use crate::survey::Survey;
use crate::value::{Answer, Value, agree};

/// How the versions of one respondent stand, given in order of arrival.
///
/// The rules are the table in the design: a complete return is current; one with errors is merged over an incomplete
/// current one and waits beside a complete one; the same answers again are a duplicate; a version of a sender that is not trusted
/// ([`Senders`]) is contested; a plain reply mends, confirms or withdraws what stands. What an operator
/// discarded does not count; should it come again after that, it is a new word of its sender.
#[must_use]
pub fn fold(versions: &[Version], survey: Option<&Survey>) -> Vec<Folded> {
    let mut folded: Vec<Folded> = Vec::with_capacity(versions.len());
    let mut current: Option<usize> = None;
    let mut pending: Option<usize> = None;
    let mut senders = Senders::default();
    let mut confirmed: Vec<(&str, &Answer)> = Vec::new();
    for (index, version) in versions.iter().enumerate() {
        let own = Folded { standing: Standing::Held, effective: version.said() };
        if version.ruling == Ruling::Discarded {
            folded.push(Folded { standing: Standing::Discarded, ..own });
            continue;
        }
        if version.held && version.ruling != Ruling::Released {
            folded.push(own);
            continue;
        }
        if !senders.admit(version) {
            folded.push(Folded { standing: Standing::Contested, ..own });
            continue;
        }
        let stood =
            Stood { current: current.and_then(|at| folded.get(at)), pending: pending.and_then(|at| folded.get(at)) };
        let mut next = match version.act {
            Act::Returns => succeed(own.effective, stood.current, stood.pending, survey),
            Act::Amends | Act::Confirms => mend(version.act, own.effective, &stood),
            Act::Withdraws => Folded { standing: Standing::Withdrawn, ..own },
        };
        if version.act == Act::Confirms {
            confirmed.extend(version.as_read.answers.iter().map(|(key, answer)| (key.as_str(), answer)));
        }
        forget_settled(&mut next.effective, &confirmed);
        match next.standing {
            Standing::Complete | Standing::InCorrection => {
                supersede(&mut folded, current);
                supersede(&mut folded, pending);
                current = Some(index);
                pending = None;
            }
            Standing::Pending => {
                supersede(&mut folded, pending);
                pending = Some(index);
            }
            Standing::Withdrawn => {
                let stood = [current.take(), pending.take()].into_iter().flatten();
                stood.for_each(|at| set(&mut folded, Some(at), Standing::Withdrawn));
            }
            _ => {}
        }
        folded.push(next);
    }
    folded
}

/// The senders that are trusted for a respondent so far, as addresses are compared.
///
/// Whom the roster or an operator vouches for is trusted. Where the roster names no address of the respondent, the first that
/// answers at all is trusted as well.
#[derive(Default)]
pub(super) struct Senders(BTreeSet<String>);

impl Senders {
    /// Whether a version takes part, before an operator says anything.
    pub(super) fn admit(&mut self, version: &Version) -> bool {
        let sender = comparable(&version.sender);
        let is_first = version.vouched == Vouched::ByNobody && self.0.is_empty();
        let takes_part = is_vouched(version) || is_first || self.0.contains(&sender);
        if takes_part {
            self.0.insert(sender);
        }
        takes_part
    }
}

/// Whether the roster or an operator vouches for the sender, or an operator let the version itself count.
fn is_vouched(version: &Version) -> bool {
    version.vouched.is_vouched() || version.ruling == Ruling::Released
}

fn supersede(folded: &mut [Folded], index: Option<usize>) {
    set(folded, index, Standing::Superseded);
}

fn set(folded: &mut [Folded], index: Option<usize>, standing: Standing) {
    if let Some(older) = index.and_then(|at| folded.get_mut(at)) {
        older.standing = standing;
    }
}

/// What a version finds when it comes.
struct Stood<'f> {
    current: Option<&'f Folded>,
    pending: Option<&'f Folded>,
}

/// How a plain reply stands: its answers over what waits to be mended, else over what is current.
fn mend(act: Act, own: Return, stood: &Stood<'_>) -> Folded {
    let Some(base) = stood.pending.or(stood.current) else {
        return Folded { standing: Standing::Superseded, effective: own };
    };
    let effective = amended(&base.effective, &own);
    let says_nothing = act == Act::Amends && same_answers(&effective, &base.effective);
    let waits = stood.current.is_some_and(|current| current.standing == Standing::Complete);
    let standing = match (is_complete(&effective), waits) {
        _ if says_nothing => Standing::Duplicate,
        (true, _) => Standing::Complete,
        (false, true) => Standing::Pending,
        (false, false) => Standing::InCorrection,
    };
    Folded { standing, effective }
}

/// A return with single answers in the place of its own. Of what is not spoken of, everything stays.
#[must_use]
pub fn amended(base: &Return, own: &Return) -> Return {
    let mut amended = base.clone();
    // The name is there to tell whose return it is: what was said of it stays.
    let given = || own.answers.iter().filter(|(_, answer)| answer.value != Value::Identity);
    amended.issues.retain(|issue| !given().any(|(key, _)| issue.about.item() == Some(key)));
    amended.issues.extend(own.issues.iter().cloned());
    for (key, answer) in given() {
        amended.answers.insert(key.clone(), answer.clone());
    }
    amended
}

/// Takes away the questions that were answered: the same figure is not asked about twice.
fn forget_settled(effective: &mut Return, confirmed: &[(&str, &Answer)]) {
    let Return { answers, issues } = effective;
    issues.retain(|issue| {
        let answer = issue.about.item().and_then(|key| Some((key, answers.get(key)?)));
        let is_settled = answer.is_some_and(|(key, answer)| {
            confirmed.iter().any(|(settled, figure)| *settled == key && agree(figure, answer))
        });
        !(issue.problem.asks() && is_settled)
    });
}

/// How a version that counts stands after the current one and the one that waits.
fn succeed(own: Return, current: Option<&Folded>, pending: Option<&Folded>, survey: Option<&Survey>) -> Folded {
    let complete = is_complete(&own);
    let Some(current) = current else {
        let standing = if complete { Standing::Complete } else { Standing::InCorrection };
        return Folded { standing, effective: own };
    };
    if same_answers(&own, &current.effective) || pending.is_some_and(|waiting| same_answers(&own, &waiting.effective)) {
        return Folded { standing: Standing::Duplicate, effective: own };
    }
    if complete {
        return Folded { standing: Standing::Complete, effective: own };
    }
    if current.standing == Standing::Complete {
        return Folded { standing: Standing::Pending, effective: own };
    }
    let merged = merge(&current.effective, &own, survey);
    let standing = if is_complete(&merged) { Standing::Complete } else { Standing::InCorrection };
    Folded { standing, effective: merged }
}

fn is_complete(one: &Return) -> bool {
    !one.issues.iter().any(Issue::is_error)
}

/// Newer answers over older ones, item by item. An item keeps the issues of the side whose answer is taken.
fn merge(older: &Return, newer: &Return, survey: Option<&Survey>) -> Return {
    let mut keys: BTreeSet<&str> = older.answers.keys().chain(newer.answers.keys()).map(String::as_str).collect();
    // An item that neither side answers lives in its issues alone.
    keys.extend(older.issues.iter().chain(&newer.issues).filter_map(|issue| issue.about.item()));
    keys.extend(survey.into_iter().flat_map(|survey| survey.items.iter().map(|item| item.key.as_str())));
    let mut merged = Return { answers: BTreeMap::new(), issues: Vec::new() };
    for key in keys {
        let from = if speaks(newer, key) || !speaks(older, key) { newer } else { older };
        if let Some(answer) = from.answers.get(key) {
            merged.answers.insert(key.to_owned(), answer.clone());
        }
        merged.issues.extend(issues_of(from, key).cloned());
    }
    merged
}

/// Whether a return says anything of an item. An answer that could not be read is said all the same: it is the newer word
/// on the item, and the sender is asked about it.
fn speaks(one: &Return, key: &str) -> bool {
    one.answers.contains_key(key)
}

fn issues_of<'a>(one: &'a Return, key: &'a str) -> impl Iterator<Item = &'a Issue> {
    one.issues.iter().filter(move |issue| issue.about.item() == Some(key))
}

/// Whether two returns say the same: texts alike but for white space, amounts equal however written.
pub(super) fn same_answers(one: &Return, other: &Return) -> bool {
    one.answers.len() == other.answers.len()
        && one.answers.iter().all(|(key, answer)| other.answers.get(key).is_some_and(|there| agree(answer, there)))
}

/// Whether a return repeats every answer of another one that nothing is wrong with, and there is one: so much agreement tells
/// that both are the same enterprise's.
#[must_use]
pub fn says_all_of(one: &Return, other: &Return) -> bool {
    let is_sound = |key: &str| !issues_of(other, key).any(Issue::is_error);
    let mut sound = other.answers.iter().filter(|(key, _)| is_sound(key)).peekable();
    sound.peek().is_some() && sound.all(|(key, answer)| one.answers.get(key).is_some_and(|there| agree(answer, there)))
}
