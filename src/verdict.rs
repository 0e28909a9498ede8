//! A [`Reading`] and what is known of respondent and sender become a [`Verdict`]: the message's disposition, how each
//! return stands among the versions of its respondent, and whether an answer is due.
//!
//! Pure: everything comes in as an argument. The state of a respondent is a fold over its returns in order of arrival
//! ([`fold`]), so it does not hang on which mail was quicker to read.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::issue::{About, Issue, Problem};
use crate::reading::{Reading, Return};
use crate::survey::Survey;
use crate::value::{Answer, Value, identity};

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Disposition {
    /// At least one return and no error, or narratives of a respondent already known.
    Accepted,
    /// At least one error.
    Correction,
    /// Automatic mail without a return.
    Ignored,
    /// An operator decides.
    Held,
}

impl Disposition {
    /// The word for it in database, log and listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Correction => "correction",
            Self::Ignored => "ignored",
            Self::Held => "held",
        }
    }
}

/// How a version of a return stands among the versions of its respondent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Current, without an error.
    Complete,
    /// Current, with errors that are still to be mended.
    InCorrection,
    /// Replaced by a newer one.
    Superseded,
    /// Has errors while a complete one stays current; waits to be mended.
    Pending,
    /// From a sender not trusted for this respondent; an operator decides.
    Contested,
    /// The same answers as the current version's.
    Duplicate,
    /// Came in a held message; counts once it is released.
    Held,
    /// An operator put it aside.
    Discarded,
}

impl Standing {
    /// The word for it in database, log and listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::InCorrection => "in_correction",
            Self::Superseded => "superseded",
            Self::Pending => "pending",
            Self::Contested => "contested",
            Self::Duplicate => "duplicate",
            Self::Held => "held",
            Self::Discarded => "discarded",
        }
    }

    /// Whether a version that stands so is the respondent's current one.
    #[must_use]
    pub fn is_current(self) -> bool {
        matches!(self, Self::Complete | Self::InCorrection)
    }
}

/// An operator's word on a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ruling {
    /// None given.
    #[default]
    None,
    /// It counts, whoever sent it.
    Released,
    /// It does not count.
    Discarded,
}

/// A return as it came, one of a respondent's versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Address of the sender.
    pub sender: String,
    /// Whether its message is held.
    pub held: bool,
    /// An operator's word on it.
    pub ruling: Ruling,
    /// The return as it was read.
    pub as_read: Return,
}

/// How a version stands, and what it says with older answers merged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// How it stands.
    pub standing: Standing,
    /// The return that counts if it is current: its own, or merged into the one it corrects.
    pub effective: Return,
}

/// What is known when a message is judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// Earlier and later versions of each respondent of the message, by identity key, in order of arrival, this message's own
    /// left out; and how many of them arrived before it.
    pub histories: BTreeMap<String, History>,
    /// Whether the sender's address gave a return before.
    pub sender_is_known: bool,
    /// Whether one of our own notices has this message's `Message-ID`.
    pub is_own_notice: bool,
    /// Whether a token of the subject is one of ours.
    pub token_is_ours: bool,
    /// Whether it lay in a folder for junk.
    pub in_junk: bool,
    /// Whether it came before `answer_since`.
    pub before_answer_since: bool,
    /// Replies queued to this sender within the last day.
    pub replies_today: u32,
    /// Whether an operator released the message from being held.
    pub released: bool,
}

/// The versions of one respondent besides the ones being judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// Versions in order of arrival.
    pub versions: Vec<Version>,
    /// How many of them arrived before the message being judged.
    pub before: usize,
}

/// What to do with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What becomes of it.
    pub disposition: Disposition,
    /// Its issues, those of its returns apart.
    pub issues: Vec<Issue>,
    /// How each of its returns stands, in the reading's order.
    pub returns: Vec<Folded>,
    /// The answer that is due, or why there is none.
    pub reply: Result<Reply, Silence>,
}

/// An answer that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// A receipt.
    Receipt,
    /// A request for correction.
    Correction,
}

/// Why a message gets no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// Automatic mail is never answered.
    Automatic,
    /// An operator decides first.
    Held,
    /// It came before `answer_since`.
    BeforeAnswerSince,
    /// In the junk folder only mail that gave a return is answered.
    Junk,
    /// No table and no sign of the survey: nobody's business to be told so.
    NoSignOfSurvey,
    /// There is no address to answer to.
    NoAddress,
}

impl Silence {
    /// The reason as the log gives it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic mail",
            Self::Held => "held",
            Self::BeforeAnswerSince => "older than answer_since",
            Self::Junk => "junk folder",
            Self::NoSignOfSurvey => "no sign of the survey",
            Self::NoAddress => "no address to answer to",
        }
    }
}

/// Judges a message.
#[must_use]
pub fn judge(reading: &Reading, known: &Known, survey: Option<&Survey>) -> Verdict {
    let issues = message_issues(reading, known);
    let disposition = disposition(reading, known, &issues);
    let returns = stand(reading, known, disposition, survey);
    let reply = reply(reading, known, disposition, &issues);
    Verdict { disposition, issues, returns, reply }
}

/// The disposition of a message of which nothing is known but its reading, as `postroom read` prints it.
#[must_use]
pub fn disposition_of(reading: &Reading) -> Disposition {
    disposition(reading, &Known::default(), &reading.issues)
}

/// The issues that count: narratives alone are welcome from a respondent already known.
fn message_issues(reading: &Reading, known: &Known) -> Vec<Issue> {
    let welcome = known.sender_is_known && !reading.narratives.is_empty();
    reading.issues.iter().filter(|issue| !(welcome && issue.problem == Problem::NoTable)).cloned().collect()
}

fn disposition(reading: &Reading, known: &Known, issues: &[Issue]) -> Disposition {
    if known.is_own_notice {
        return Disposition::Ignored;
    }
    let has_return = !reading.returns.is_empty();
    if let Some(automatic) = &reading.automatic {
        let held = has_return || (automatic.weak && reading.has_document);
        if !held {
            return Disposition::Ignored;
        }
        if !known.released {
            return Disposition::Held;
        }
    }
    if !known.released && (reading.dmarc_failed || (has_return && reading.survey.is_none())) {
        return Disposition::Held;
    }
    let mut errors =
        issues.iter().chain(reading.returns.iter().flat_map(|one| &one.issues)).filter(|issue| issue.is_error());
    if errors.next().is_some() { Disposition::Correction } else { Disposition::Accepted }
}

fn reply(reading: &Reading, known: &Known, disposition: Disposition, issues: &[Issue]) -> Result<Reply, Silence> {
    let reply = match disposition {
        Disposition::Ignored => return Err(Silence::Automatic),
        Disposition::Held => return Err(Silence::Held),
        Disposition::Accepted => Reply::Receipt,
        Disposition::Correction => Reply::Correction,
    };
    if reading.automatic.is_some() {
        return Err(Silence::Automatic);
    }
    if known.before_answer_since {
        return Err(Silence::BeforeAnswerSince);
    }
    if reading.envelope.reply_to.is_empty() {
        return Err(Silence::NoAddress);
    }
    if reading.returns.is_empty() {
        if known.in_junk {
            return Err(Silence::Junk);
        }
        let only_no_table = issues.iter().all(|issue| issue.problem == Problem::NoTable);
        let bears_sign = reading.bears_sign || known.token_is_ours || known.sender_is_known;
        if !bears_sign && (only_no_table || reading.survey.is_none()) {
            return Err(Silence::NoSignOfSurvey);
        }
    }
    Ok(reply)
}

/// How each return of the message stands.
fn stand(reading: &Reading, known: &Known, disposition: Disposition, survey: Option<&Survey>) -> Vec<Folded> {
    // Several returns of one respondent in one message cannot be: the reading joins them. Should it happen, each is
    // folded after the one before it.
    let mut own: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    reading
        .returns
        .iter()
        .map(|one| {
            let key = identity_key(one);
            let version = Version {
                sender: reading.envelope.from.clone(),
                held: disposition == Disposition::Held,
                ruling: Ruling::None,
                as_read: one.clone(),
            };
            if key.is_empty() {
                // Two returns without a name may be two enterprises.
                let fallback = Folded { standing: Standing::Contested, effective: one.clone() };
                return fold(&[version], survey).pop().unwrap_or(fallback);
            }
            let mine = own.entry(key.clone()).or_default();
            mine.push(version);
            let history = known.histories.get(&key).cloned().unwrap_or_default();
            let mut line = history.versions;
            let at = history.before.min(line.len());
            let index = at + mine.len() - 1;
            line.splice(at..at, mine.iter().cloned());
            let fallback = Folded { standing: Standing::Contested, effective: one.clone() };
            fold(&line, survey).into_iter().nth(index).unwrap_or(fallback)
        })
        .collect()
}

/// The key under which a return's respondent is known: its name, compared without brackets, widths and spaces. Empty when it
/// has none.
#[must_use]
pub fn identity_key(one: &Return) -> String {
    let name = one.answers.values().find(|answer| answer.value == Value::Identity);
    name.map(|answer| identity::key(&answer.text)).unwrap_or_default()
}

/// How the versions of one respondent stand, given in order of arrival.
///
/// The rules are the table in the design: a complete return is current; one with errors is merged over an incomplete
/// current one and waits beside a complete one; the same answers again are a duplicate; a sender that has given no accepted
/// version before is not trusted for a respondent that has one.
#[must_use]
pub fn fold(versions: &[Version], survey: Option<&Survey>) -> Vec<Folded> {
    let mut folded: Vec<Folded> = Vec::with_capacity(versions.len());
    let mut current: Option<usize> = None;
    let mut pending: Option<usize> = None;
    let mut trusted: BTreeSet<&str> = BTreeSet::new();
    for (index, version) in versions.iter().enumerate() {
        let own = Folded { standing: Standing::Held, effective: version.as_read.clone() };
        if version.ruling == Ruling::Discarded {
            folded.push(Folded { standing: Standing::Discarded, ..own });
            continue;
        }
        if version.held && version.ruling != Ruling::Released {
            folded.push(own);
            continue;
        }
        let is_trusted = trusted.is_empty() || trusted.contains(version.sender.as_str());
        if !is_trusted && version.ruling != Ruling::Released {
            folded.push(Folded { standing: Standing::Contested, ..own });
            continue;
        }
        trusted.insert(version.sender.as_str());
        let next =
            succeed(version, current.and_then(|at| folded.get(at)), pending.and_then(|at| folded.get(at)), survey);
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
            _ => {}
        }
        folded.push(next);
    }
    folded
}

fn supersede(folded: &mut [Folded], index: Option<usize>) {
    if let Some(older) = index.and_then(|at| folded.get_mut(at)) {
        older.standing = Standing::Superseded;
    }
}

/// How a version that counts stands after the current one and the one that waits.
fn succeed(version: &Version, current: Option<&Folded>, pending: Option<&Folded>, survey: Option<&Survey>) -> Folded {
    let own = &version.as_read;
    let complete = is_complete(own);
    let Some(current) = current else {
        let standing = if complete { Standing::Complete } else { Standing::InCorrection };
        return Folded { standing, effective: own.clone() };
    };
    if same_answers(own, &current.effective) || pending.is_some_and(|waiting| same_answers(own, &waiting.effective)) {
        return Folded { standing: Standing::Duplicate, effective: own.clone() };
    }
    if complete {
        return Folded { standing: Standing::Complete, effective: own.clone() };
    }
    if current.standing == Standing::Complete {
        return Folded { standing: Standing::Pending, effective: own.clone() };
    }
    let merged = merge(&current.effective, own, survey);
    let standing = if is_complete(&merged) { Standing::Complete } else { Standing::InCorrection };
    Folded { standing, effective: merged }
}

fn is_complete(one: &Return) -> bool {
    !one.issues.iter().any(Issue::is_error)
}

/// Newer answers over older ones, item by item. An item keeps the issues of the side whose answer is taken.
fn merge(older: &Return, newer: &Return, survey: Option<&Survey>) -> Return {
    let mut keys: BTreeSet<&str> = older.answers.keys().chain(newer.answers.keys()).map(String::as_str).collect();
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
    one.issues.iter().filter(move |issue| issue.about == About::Item(key.to_owned()))
}

/// Whether two returns say the same: texts alike but for white space, amounts equal however written.
fn same_answers(one: &Return, other: &Return) -> bool {
    one.answers.len() == other.answers.len()
        && one
            .answers
            .iter()
            .all(|(key, answer)| other.answers.get(key).is_some_and(|there| same_answer(answer, there)))
}

/// Whether two answers say the same.
#[must_use]
pub fn same_answer(one: &Answer, other: &Answer) -> bool {
    match (&one.value, &other.value) {
        (Value::Money(Some(one)), Value::Money(Some(other))) => {
            one.low == other.low && one.high == other.high && one.currency == other.currency
        }
        (Value::Identity, Value::Identity) => identity::key(&one.text) == identity::key(&other.text),
        _ => identity::squeeze(&one.text) == identity::squeeze(&other.text),
    }
}
