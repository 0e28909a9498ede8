//! A [`Reading`] and what is known of respondent and sender become a [`Verdict`]: the message's disposition, how each
//! return stands among the versions of its respondent, and whether an answer is due.
//!
//! Pure: everything comes in as an argument. The state of a respondent is a fold over its returns in order of arrival
//! ([`fold()`]), so it does not hang on which mail was quicker to read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::issue::{Issue, Problem};
use crate::reading::{Reading, Return};
use crate::survey::Survey;
use crate::value::{Value, identity};

mod fold;
mod importance;
mod plain;
pub mod progress;
mod said_with;
pub mod senders;
mod thrift;
pub mod trust;
pub mod unlike;
pub mod who;

pub use fold::{amended, fold, says_all_of};
pub use importance::importance;
pub use plain::{Changed, Mended, is_supplied};
pub use progress::{Progress, progress};
pub use said_with::said_with;
pub use senders::{Sender, Treatment};
pub use thrift::{Lately, brings_news};
pub use trust::{Trust, Vouched, comparable, is_same_address};
pub use unlike::Comparison;
pub use who::{Suspect, Who};

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
    /// Its sender withdrew it.
    Withdrawn,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Complete,
        Self::InCorrection,
        Self::Superseded,
        Self::Pending,
        Self::Contested,
        Self::Duplicate,
        Self::Held,
        Self::Discarded,
        Self::Withdrawn,
    ];

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
            Self::Withdrawn => "withdrawn",
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

/// What a version does to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// It is a return by itself.
    #[default]
    Returns,
    /// A plain reply that mends single items.
    Amends,
    /// A plain reply that says that odd figures are right.
    Confirms,
    /// A plain reply that withdraws what stood.
    Withdraws,
}

impl Act {
    /// The word for it in database and listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Returns => "returns",
            Self::Amends => "amends",
            Self::Confirms => "confirms",
            Self::Withdraws => "withdraws",
        }
    }
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
    /// What it does to the version before it.
    #[serde(default)]
    pub act: Act,
    /// Who vouches for the sender with this respondent, by all that is known today.
    #[serde(default)]
    pub vouched: Vouched,
    /// The return as it was read.
    pub as_read: Return,
    /// What was remarked on its figures when it was judged, by what was known then.
    #[serde(default)]
    pub remarks: Vec<Issue>,
}

impl Version {
    /// The return with what was remarked on it.
    fn said(&self) -> Return {
        let mut said = self.as_read.clone();
        said.issues.extend(self.remarks.iter().cloned());
        said
    }
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
    /// Whose each return of the message is, in the reading's order; where nothing is said, the name tells.
    pub whose: Vec<Whose>,
    /// What the figures of each return are compared with, in the reading's order.
    pub comparisons: Vec<Comparison>,
    /// Earlier and later versions of each respondent of the message, by its key, in order of arrival, this message's own
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
    /// Whether a respondent of it is a key enterprise of which no written material has come.
    pub wants_narrative: bool,
    /// Whether an operator entered what came another way than by mail.
    pub is_entered: bool,
    /// Whether it claims to be one of our notices and is none.
    pub is_forged_notice: bool,
    /// Whether an answer would go to ourselves.
    pub answers_ourselves: bool,
    /// What its sender was answered lately.
    pub lately: Lately,
    /// The returns that a plain reply may be about: those of its thread, else the sender's only one.
    pub open: Vec<Open>,
    /// Whether its sender was told within the last day that a person will read a reply of this thread.
    pub handed_over_today: bool,
    /// What was concluded of its sender; none: what the reading alone tells.
    pub sender: Option<Sender>,
}

impl Known {
    /// What is done with the message for its sender's sake.
    #[must_use]
    pub fn treatment(&self, reading: &Reading) -> Treatment {
        if self.released {
            return Treatment::Ordinary;
        }
        match &self.sender {
            Some(sender) => sender.treatment.clone(),
            None => senders::by_reading(reading).treatment,
        }
    }
}

/// A return that a plain reply may be about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Open {
    /// Number of the respondent, for the store.
    pub respondent: i64,
    /// The respondent's key.
    pub key: String,
    /// The survey that it answers.
    pub survey: Option<String>,
    /// The respondent's name.
    pub name: String,
    /// Who vouches for the reply's sender with it.
    pub vouched: Vouched,
    /// Whether the lines of the correction that the sender got were numbered by its items alone.
    pub is_numbered: bool,
    /// Its versions.
    pub history: History,
    /// What its figures are compared with.
    pub comparison: Comparison,
}

/// Whose a return is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whose {
    /// The respondent, where it is known.
    pub respondent: Option<i64>,
    /// Its key: that of the known respondent, else that of the name; empty for a return without either.
    pub key: String,
    /// Who vouches for the sender with it.
    pub vouched: Vouched,
    /// Whose it may be where that is in doubt.
    pub suspects: Vec<Suspect>,
}

impl Whose {
    /// The respondent that a return names, where nothing else is known.
    #[must_use]
    pub fn by_name(one: &Return) -> Self {
        Self { key: identity_key(one), ..Self::default() }
    }
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
    /// What is remarked on the figures of each return by what is known, for the store to keep with it; in the reading's order.
    pub remarks: Vec<Vec<Issue>>,
    /// The answer that is due, or why there is none.
    pub reply: Result<Reply, Silence>,
    /// What a plain reply does to a return; how that stands is then the only one of `returns`.
    pub mended: Option<Mended>,
}

/// An answer that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// A receipt.
    Receipt,
    /// A request for correction.
    Correction,
    /// The word that a person will read what could not be understood.
    Handover,
}

impl Reply {
    /// The word for it in log and listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Correction => "correction",
            Self::Handover => "handover",
        }
    }
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
    /// It came another way than by mail; whoever entered it sees what became of it.
    Entered,
    /// An answer would go to ourselves, or to an address that takes no mail.
    TakesNoMail,
    /// The sender was asked for the table within the last day.
    AskedToday,
    /// The sender says the same again and again, as a machine does that answers our answers.
    Loop,
    /// The same words, with nothing to them, were answered within the day.
    SaidBefore,
    /// The configuration says that no notices are made.
    NoticesOff,
    /// The configuration names no transport.
    NoTransport,
    /// It says thanks, or asks for nothing.
    Courtesy,
    /// The configuration denies its sender.
    Denied,
    /// Its sender's authentication failed, and the configuration says to ignore such mail.
    NotAuthentic,
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
            Self::Entered => "entered by an operator",
            Self::TakesNoMail => "the address takes no mail",
            Self::AskedToday => "asked for the table within a day",
            Self::Loop => "the same again and again: a loop",
            Self::SaidBefore => "the same words were answered within a day",
            Self::NoticesOff => "notices are off",
            Self::NoTransport => "no transport is configured",
            Self::Courtesy => "courtesy",
            Self::Denied => "its sender is on the deny list",
            Self::NotAuthentic => "its sender's authentication failed",
        }
    }
}

/// Judges a message.
#[must_use]
pub fn judge(reading: &Reading, known: &Known, survey: Option<&Survey>) -> Verdict {
    if let Treatment::Ignore(silence) = known.treatment(reading) {
        return ignored(silence);
    }
    if let Some(verdict) = plain::judge(reading, known, survey) {
        return verdict;
    }
    let issues = message_issues(reading, known);
    let disposition = disposition(reading, known, &issues);
    let remarks = remarks(reading, known, survey);
    let returns = stand(reading, known, disposition, survey, &remarks);
    let reply = reply(reading, known, disposition, &issues);
    let reply = reply.and_then(|reply| thrift::check(reading, known, &issues, &returns).map(|()| reply));
    if reply == Err(Silence::Loop) {
        let returns = stand(reading, known, Disposition::Held, survey, &remarks);
        return Verdict { disposition: Disposition::Held, issues, returns, remarks, reply, mended: None };
    }
    Verdict { disposition, issues, returns, remarks, reply, mended: None }
}

/// A message of which nothing counts, whatever it holds.
fn ignored(silence: Silence) -> Verdict {
    let (issues, returns, remarks) = (Vec::new(), Vec::new(), Vec::new());
    let disposition = Disposition::Ignored;
    Verdict { disposition, issues, returns, remarks, reply: Err(silence), mended: None }
}

/// What is remarked on the figures of each return.
fn remarks(reading: &Reading, known: &Known, survey: Option<&Survey>) -> Vec<Vec<Issue>> {
    let nothing = Comparison::default();
    let of_return = |(ordinal, one): (usize, &Return)| {
        let comparison = known.comparisons.get(ordinal).unwrap_or(&nothing);
        survey.map(|survey| unlike::remarks(one, survey, comparison)).unwrap_or_default()
    };
    reading.returns.iter().enumerate().map(of_return).collect()
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
    if known.is_forged_notice && is_notice_by_claim_alone(reading) && !known.released {
        // Nobody makes us look away by claiming to be us: what can be read is read as a stranger's, the rest a person sees.
        let is_doubtful = matches!(known.treatment(reading), Treatment::Hold(_));
        return if has_return && !is_doubtful { by_issues(reading, issues) } else { Disposition::Held };
    }
    if let Some(automatic) = &reading.automatic {
        let held = has_return || (automatic.weak && reading.has_document);
        if !held {
            return Disposition::Ignored;
        }
        if !known.released {
            return Disposition::Held;
        }
    }
    // Whose a return is has to be said by name, not by letting it through.
    if known.whose.iter().any(|whose| !whose.suspects.is_empty()) {
        return Disposition::Held;
    }
    let is_doubtful = matches!(known.treatment(reading), Treatment::Hold(_));
    if is_doubtful || (!known.released && has_return && reading.survey.is_none()) {
        return Disposition::Held;
    }
    by_issues(reading, issues)
}

fn by_issues(reading: &Reading, issues: &[Issue]) -> Disposition {
    let mut errors =
        issues.iter().chain(reading.returns.iter().flat_map(|one| &one.issues)).filter(|issue| issue.is_error());
    if errors.next().is_some() { Disposition::Correction } else { Disposition::Accepted }
}

/// Whether nothing but the claim to be one of our notices makes a message automatic.
fn is_notice_by_claim_alone(reading: &Reading) -> bool {
    reading.automatic.as_ref().is_some_and(|automatic| automatic.sign.starts_with("X-Postroom-Notice"))
}

fn reply(reading: &Reading, known: &Known, disposition: Disposition, issues: &[Issue]) -> Result<Reply, Silence> {
    let reply = match disposition {
        Disposition::Ignored => return Err(Silence::Automatic),
        Disposition::Held => return Err(Silence::Held),
        Disposition::Accepted => Reply::Receipt,
        Disposition::Correction => Reply::Correction,
    };
    if known.is_entered {
        return Err(Silence::Entered);
    }
    if reading.automatic.is_some() && !(known.is_forged_notice && is_notice_by_claim_alone(reading)) {
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
        // Whoever sent a file that could not be read is told so, survey or not: a needless mail is less than a lost one.
        if !bears_sign && only_no_table {
            return Err(Silence::NoSignOfSurvey);
        }
    }
    Ok(reply)
}

/// How each return of the message stands.
fn stand(
    reading: &Reading,
    known: &Known,
    disposition: Disposition,
    survey: Option<&Survey>,
    remarks: &[Vec<Issue>],
) -> Vec<Folded> {
    // Several returns of one respondent in one message cannot be: the reading joins them. Should it happen, each is
    // folded after the one before it.
    let mut own: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    reading
        .returns
        .iter()
        .enumerate()
        .map(|(ordinal, one)| {
            let whose = known.whose.get(ordinal).cloned().unwrap_or_else(|| Whose::by_name(one));
            let key = whose.key;
            let version = Version {
                sender: reading.envelope.from.clone(),
                held: disposition == Disposition::Held,
                ruling: Ruling::None,
                act: Act::Returns,
                vouched: whose.vouched,
                as_read: one.clone(),
                remarks: remarks.get(ordinal).cloned().unwrap_or_default(),
            };
            let fallback = Folded { standing: Standing::Contested, effective: version.said() };
            if key.is_empty() {
                // Two returns without a name may be two enterprises.
                return fold(&[version], survey).pop().unwrap_or(fallback);
            }
            let mine = own.entry(key.clone()).or_default();
            mine.push(version);
            let history = known.histories.get(&key).cloned().unwrap_or_default();
            let mut line = history.versions;
            let at = history.before.min(line.len());
            let index = at + mine.len() - 1;
            line.splice(at..at, mine.iter().cloned());
            fold(&line, survey).into_iter().nth(index).unwrap_or(fallback)
        })
        .collect()
}

/// The key under which a return's respondent is known: its name, compared without brackets, widths and spaces. Empty when it
/// has none.
#[must_use]
pub fn identity_key(one: &Return) -> String {
    identity::key(name_of(one))
}

/// The name of the respondent as a return writes it; empty when it has none.
#[must_use]
pub fn name_of(one: &Return) -> &str {
    let name = one.answers.values().find(|answer| answer.value == Value::Identity);
    name.map(|answer| answer.text.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
