//! What a plain reply does to a return: single items mended, an odd figure confirmed, the return withdrawn, or a person called.
//!
//! The reader says what was written ([`PlainReply`]); here it is brought to the return that the reply is about. It must be one
//! return, and each answer must be one item's: a bare number may mean the form's item or the correction's line, and counts only
//! where no more than one of them can take the answer. What is in doubt goes to a person, whole.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::importance::importance;
use super::{
    Act, Disposition, Folded, Known, Open, Reply, Ruling, Silence, Standing, Treatment, Verdict, Version, fold,
    is_same_address, thrift, unlike,
};
use crate::issue::{Issue, Problem};
use crate::reading::amend::{Amendment, PlainReply, Said, Target};
use crate::reading::{Reading, Return};
use crate::survey::{Item, ItemKind, Survey};
use crate::value::money::unit;
use crate::value::{self, Answer, Context, Value, identity};

/// How many lines of a correction bear a number.
const NUMBERED: usize = 5;

/// What a plain reply makes of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mended {
    /// The respondent whose return it is.
    pub respondent: i64,
    /// What is done to it.
    pub act: Act,
    /// The answers given, each with its place in the reply, and the respondent's name.
    pub as_read: Return,
    /// The reason given, or the reply's beginning.
    pub words: String,
    /// What is otherwise than before.
    pub changes: Vec<Changed>,
    /// Items whose answers were taken over from what stood, and which the reply's address did not supply: they are not shown to it.
    pub withheld: BTreeSet<String>,
    /// Files that came with it and are kept unread: pictures and scans. The words are what counts.
    pub unread: Vec<String>,
}

/// An answer that a reply changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Key of the item.
    pub item: String,
    /// What stood; none when there was nothing, or when another address supplied it.
    pub before: Option<String>,
    /// What stands now.
    pub after: String,
}

/// The verdict on a message that may be a plain reply; none when it is to be judged as any other.
pub(super) fn judge(reading: &Reading, known: &Known, survey: Option<&Survey>) -> Option<Verdict> {
    let plain = &reading.plain;
    if !is_plain(reading, known) {
        return None;
    }
    // A scan may be the table. Beside words that are clear, in a thread of ours, it is only kept.
    let has_scan = has_scan(reading);
    if plain.is_courtesy && known.token_is_ours && !has_scan {
        return Some(silent(Disposition::Accepted, Silence::Courtesy));
    }
    if !plain.says_something() {
        return None;
    }
    let mended = survey.filter(|_| plain.unclear.is_none()).and_then(|survey| mend(plain, reading, known, survey));
    match mended {
        Some(Settling { mended, .. }) if has_scan && (mended.as_read.answers.is_empty() || !known.token_is_ours) => {
            None
        }
        // 情况属实 where nothing was asked.
        Some(Settling { mended, .. }) if mended.as_read.answers.is_empty() => {
            Some(silent(Disposition::Accepted, Silence::Courtesy))
        }
        Some(settling) => Some(settled(settling, known, reading)),
        None if known.token_is_ours && !has_scan => Some(handed_over(known, reading)),
        None => None,
    }
}

/// Whether nothing but the text of a message can be meant.
fn is_plain(reading: &Reading, known: &Known) -> bool {
    let is_ours = known.is_own_notice || known.is_forged_notice;
    let nothing_else = reading.returns.is_empty()
        && reading.narratives.is_empty()
        && reading.issues.iter().all(|issue| matches!(issue.problem, Problem::NoTable | Problem::ScanOnly));
    let is_trustworthy = reading.automatic.is_none() && known.treatment(reading) == Treatment::Ordinary;
    nothing_else && is_trustworthy && !is_ours
}

fn has_scan(reading: &Reading) -> bool {
    reading.issues.iter().any(|issue| issue.problem == Problem::ScanOnly)
}

/// The files that may hold something, where nothing was read of them.
fn unread(reading: &Reading) -> Vec<String> {
    let kept = reading.attachments.iter().filter(|one| !one.is_ornament() && has_scan(reading));
    kept.map(|one| one.path.clone()).collect()
}

fn silent(disposition: Disposition, silence: Silence) -> Verdict {
    let (issues, returns, remarks) = (Vec::new(), Vec::new(), Vec::new());
    Verdict { disposition, issues, returns, remarks, reply: Err(silence), mended: None }
}

/// A reply that is understood: what it does, how that stands, and what is remarked on the figures that it gives.
struct Settling {
    mended: Mended,
    folded: Folded,
    remarks: Vec<Issue>,
}

fn settled(settling: Settling, known: &Known, reading: &Reading) -> Verdict {
    let Settling { mended, folded, remarks } = settling;
    let counts = !matches!(folded.standing, Standing::Contested | Standing::Discarded);
    let is_faulty = counts && folded.effective.issues.iter().any(Issue::is_error);
    let disposition =
        if is_faulty && mended.act != Act::Withdraws { Disposition::Correction } else { Disposition::Accepted };
    let reply = if disposition == Disposition::Correction { Reply::Correction } else { Reply::Receipt };
    let silence = thrift::check(reading, known, &[], std::slice::from_ref(&folded)).err();
    // Who answers for many enterprises settles each with the same words.
    let does_something = counts && folded.standing != Standing::Duplicate;
    let silence = silence.filter(|silence| *silence != Silence::Loop || !does_something);
    let reply = silence.or_else(|| unanswerable(known, reading)).map_or(Ok(reply), Err);
    let (returns, remarks) = (vec![folded], vec![remarks]);
    Verdict { disposition, issues: Vec::new(), returns, remarks, reply, mended: Some(mended) }
}

/// A person reads it; once a day the sender is told so. What an operator has let through has been seen.
fn handed_over(known: &Known, reading: &Reading) -> Verdict {
    if known.released {
        return silent(Disposition::Accepted, Silence::Courtesy);
    }
    let silence = thrift::check(reading, known, &[], &[]).err().or_else(|| unanswerable(known, reading));
    let silence = silence.or(known.handed_over_today.then_some(Silence::Held));
    let verdict = silent(Disposition::Held, Silence::Held);
    Verdict { reply: silence.map_or(Ok(Reply::Handover), Err), ..verdict }
}

/// Why no answer goes though one is due.
fn unanswerable(known: &Known, reading: &Reading) -> Option<Silence> {
    if known.before_answer_since {
        Some(Silence::BeforeAnswerSince)
    } else if reading.envelope.reply_to.is_empty() {
        Some(Silence::NoAddress)
    } else {
        None
    }
}

/// The return that is meant, as it stands when the reply arrives.
struct Meant<'a> {
    base: Return,
    /// The items of it that the address which is answered supplied.
    supplied: BTreeSet<String>,
    /// Whether somebody vouches for the sender.
    is_vouched: bool,
    /// The lines of the correction, by the keys of their items.
    lines: Vec<String>,
    survey: &'a Survey,
    /// The unit that the reply gives.
    unit: Option<&'a str>,
}

fn mend(plain: &PlainReply, reading: &Reading, known: &Known, survey: &Survey) -> Option<Settling> {
    let open = meant(plain, known, survey)?;
    let before = open.history.versions.get(..open.history.before).unwrap_or(&open.history.versions);
    let folded = fold(before, Some(survey));
    let base = base(&folded)?.effective.clone();
    let is_only = known.open.len() == 1 && open.is_numbered;
    let lines = if is_only { lines(&base, survey) } else { Vec::new() };
    let unit = plain.unit.as_ref().map(|unit| unit.said.text.as_str());
    let address = &reading.envelope.reply_to;
    let own = base.answers.iter().filter(|(key, answer)| is_supplied(before, address, key, answer));
    let supplied = own.map(|(key, _)| key.clone()).collect();
    let meant = Meant { supplied, is_vouched: open.vouched.is_vouched(), base, lines, survey, unit };
    let (act, as_read) = meant.act(plain)?;
    let remarks = if act == Act::Amends { unlike::remarks(&as_read, survey, &open.comparison) } else { Vec::new() };
    let confirmation = plain.confirms.as_ref().map(|one| one.reason.clone());
    let version = Version {
        sender: reading.envelope.from.clone(),
        held: false,
        ruling: Ruling::None,
        act,
        vouched: open.vouched,
        as_read: as_read.clone(),
        remarks: remarks.clone(),
    };
    let mut line = open.history.versions.clone();
    let at = open.history.before.min(line.len());
    line.insert(at, version);
    let folded = fold(&line, Some(survey)).into_iter().nth(at)?;
    let changes = meant.changes(&as_read, act);
    let withheld = meant.withheld(&as_read, act, plain.respondent.is_some());
    let words = confirmation.unwrap_or_else(|| plain.opening.clone());
    let (respondent, unread) = (open.respondent, unread(reading));
    let mended = Mended { respondent, act, as_read, words, changes, withheld, unread };
    Some(Settling { mended, folded, remarks })
}

/// Whether an address supplied an answer in one of these versions. What a plain reply takes over from others is not its own.
#[must_use]
pub fn is_supplied(versions: &[Version], address: &str, key: &str, answer: &Answer) -> bool {
    let is_own = |one: &&Version| match one.act {
        Act::Returns => true,
        Act::Amends => answer.value != Value::Identity,
        Act::Confirms | Act::Withdraws => false,
    };
    let mut own = versions.iter().filter(|one| is_same_address(&one.sender, address)).filter(is_own);
    own.any(|one| one.as_read.answers.get(key) == Some(answer))
}

/// The only return that the reply can be about: the one it names, or the only one of the thread.
fn meant<'a>(plain: &PlainReply, known: &'a Known, survey: &Survey) -> Option<&'a Open> {
    let names = |open: &&Open| {
        plain.respondent.as_ref().is_none_or(|said| identity::key(&said.text) == identity::key(&open.name))
    };
    let of_survey = |open: &&Open| open.survey.as_deref() == Some(survey.id.as_str()) && plain.survey == survey.id;
    let mut fitting = known.open.iter().filter(of_survey).filter(names);
    let open = fitting.next()?;
    fitting.next().is_none().then_some(open)
}

/// What waits to be mended, else what is current.
fn base(folded: &[Folded]) -> Option<&Folded> {
    let last = |holds: fn(Standing) -> bool| folded.iter().rev().find(|one| holds(one.standing));
    last(|standing| standing == Standing::Pending).or_else(|| last(Standing::is_current))
}

/// The items of a correction's numbered lines, in their order.
fn lines(base: &Return, survey: &Survey) -> Vec<String> {
    let mut errors: Vec<&Issue> = base.issues.iter().filter(|issue| issue.is_error()).collect();
    errors.sort_by_key(|issue| importance(issue, survey));
    errors.into_iter().take(NUMBERED).filter_map(|issue| issue.about.item().map(str::to_owned)).collect()
}

impl Meant<'_> {
    fn act(&self, plain: &PlainReply) -> Option<(Act, Return)> {
        let mut given = Return { answers: self.name(), issues: Vec::new() };
        if plain.withdraws {
            return Some((Act::Withdraws, given));
        }
        if plain.confirms.is_some() {
            return (plain.amendments.is_empty() && plain.unit.is_none()).then(|| self.confirmed(given)).flatten();
        }
        for amendment in &plain.amendments {
            let item = self.item(amendment)?;
            self.answer(item, &amendment.said, &mut given)?;
        }
        if let Some(unit) = plain.unit.as_ref().filter(|_| plain.amendments.is_empty()) {
            self.with_unit(unit.item.as_deref(), &unit.said, &mut given)?;
        }
        (given.answers.len() > self.name().len()).then_some((Act::Amends, given))
    }

    fn name(&self) -> BTreeMap<String, Answer> {
        let name = self.base.answers.iter().find(|(_, answer)| answer.value == Value::Identity);
        name.map(|(key, answer)| (key.clone(), answer.clone())).into_iter().collect()
    }

    /// The item that an amendment is of; none when there is a doubt.
    fn item(&self, amendment: &Amendment) -> Option<&Item> {
        let text = &amendment.said.text;
        let keys: Vec<&str> = match &amendment.target {
            Target::Item(key) => return self.survey.item(key),
            Target::Number(number) => {
                let at = number.checked_sub(1)?;
                let of_form = self.survey.items.get(at).map(|item| item.key.as_str());
                of_form.into_iter().chain(self.lines.get(at).map(String::as_str)).collect()
            }
            Target::Open => self.in_question(),
        };
        let is_sole = keys.iter().all(|key| Some(key) == keys.first());
        let mut items =
            keys.iter().filter_map(|key| self.survey.item(key)).filter(|item| self.takes(item, text, is_sole));
        let item = items.next()?;
        items.all(|other| other.key == item.key).then_some(item)
    }

    /// The items that the sender was asked about: all in error, else all that look odd.
    fn in_question(&self) -> Vec<&str> {
        let of = |holds: fn(&Issue) -> bool| -> Vec<&str> {
            self.base.issues.iter().filter(|issue| holds(issue)).filter_map(|issue| issue.about.item()).collect()
        };
        let mut keys = of(Issue::is_error);
        if keys.is_empty() {
            keys = of(|issue| issue.problem.asks());
        }
        keys.sort_unstable();
        keys.dedup();
        if keys.len() == 1 { keys } else { Vec::new() }
    }

    /// Whether an item can take an answer that does not name it. A text takes anything, so it must have been asked for, or be the
    /// only item that can be meant; an amount is no text.
    fn takes(&self, item: &Item, text: &str, is_sole: bool) -> bool {
        match item.kind {
            ItemKind::Identity => false,
            ItemKind::Text => {
                let money = ItemKind::Money { currency: "CNY".to_owned(), unit: None };
                let is_amount = text.chars().any(char::is_numeric)
                    && self.read(&Item { kind: money, ..item.clone() }, text).problems.is_empty();
                let is_asked = self.base.issues.iter().any(|one| one.is_error() && one.about.item() == Some(&item.key));
                !is_amount && (is_asked || is_sole)
            }
            _ => self.read(item, text).problems.iter().all(|problem| is_answer(item, problem)),
        }
    }

    fn read(&self, item: &Item, text: &str) -> value::Understood {
        let context = Context {
            prompts: &self.survey.prompts,
            reference_year: self.survey.reference_year,
            line_unit: self.unit.and_then(unit::named),
            label: &item.label,
            ..Context::default()
        };
        value::read(item, text, &context)
    }

    /// Adds an answer; none when the words are no answer to this item.
    fn answer(&self, item: &Item, said: &Said, given: &mut Return) -> Option<()> {
        let understood = self.read(item, &said.text);
        let text =
            understood.text.filter(|text| !value::text::is_see_attachment(text) && !value::text::is_ditto(text))?;
        let is_new = !given.answers.contains_key(&item.key);
        if !is_new || !understood.problems.iter().all(|problem| is_answer(item, problem)) {
            return None;
        }
        let place = || Some(said.place.clone());
        given.issues.extend(understood.problems.into_iter().map(|one| Issue::of_item(&item.key, one, place())));
        given.answers.insert(item.key.clone(), Answer { text, place: said.place.clone(), value: understood.value });
        Some(())
    }

    /// Puts a unit to the numbers that lack one.
    fn with_unit(&self, of: Option<&str>, said: &Said, given: &mut Return) -> Option<()> {
        let lacks = |issue: &&Issue| matches!(issue.problem, Problem::UnitMissing { .. });
        let keys = self.base.issues.iter().filter(lacks).filter_map(|issue| issue.about.item());
        for key in keys.filter(|key| of.is_none_or(|of| of == *key)) {
            // Whoever did not write the number may mean another one.
            let number = self.base.answers.get(key).filter(|_| self.supplied.contains(key))?;
            let item = self.survey.item(key)?;
            let text = format!("{}{}", number.text, said.text);
            self.answer(item, &Said { text, place: said.place.clone() }, given)?;
        }
        Some(())
    }

    /// The answers that look odd, without the question; an empty return when nothing was asked.
    fn confirmed(&self, mut given: Return) -> Option<(Act, Return)> {
        // One figure may be odd in several ways.
        let asked: BTreeSet<&str> =
            self.base.issues.iter().filter(|one| one.problem.asks()).filter_map(|one| one.about.item()).collect();
        if asked.is_empty() {
            let is_sound = !self.base.issues.iter().any(Issue::is_error);
            return is_sound.then(|| (Act::Confirms, Return { answers: BTreeMap::new(), issues: Vec::new() }));
        }
        // A stranger confirms nothing: what it was never shown, it cannot know.
        if !self.is_vouched && !asked.iter().all(|key| self.supplied.contains(*key)) {
            return None;
        }
        for key in asked {
            given.answers.insert(key.to_owned(), self.base.answers.get(key)?.clone());
            let others = self.base.issues.iter().filter(|one| one.about.item() == Some(key) && !one.problem.asks());
            given.issues.extend(others.cloned());
        }
        Some((Act::Confirms, given))
    }

    /// Answers of the version that are not the reply's own words, nor its address's. The name is no secret to whoever wrote it, or
    /// is vouched for.
    fn withheld(&self, given: &Return, act: Act, names: bool) -> BTreeSet<String> {
        let is_taken_over = |answer: &Answer| act == Act::Confirms || answer.value == Value::Identity;
        let may_see = |answer: &Answer| answer.value == Value::Identity && (names || self.is_vouched);
        let taken = given.answers.iter().filter(|(_, answer)| is_taken_over(answer) && !may_see(answer));
        taken.map(|(key, _)| key).filter(|key| !self.supplied.contains(*key)).cloned().collect()
    }

    /// What is otherwise. What another address supplied is not shown.
    fn changes(&self, given: &Return, act: Act) -> Vec<Changed> {
        let mended = given.answers.iter().filter(|(_, answer)| act == Act::Amends && answer.value != Value::Identity);
        let mut changes: Vec<Changed> = mended
            .filter(|(key, answer)| self.base.answers.get(*key).is_none_or(|old| old.text != answer.text))
            .map(|(key, answer)| Changed {
                item: key.clone(),
                before: self.base.answers.get(key).filter(|_| self.supplied.contains(key)).map(|old| old.text.clone()),
                after: answer.text.clone(),
            })
            .collect();
        changes.sort_by_key(|one| self.survey.items.iter().position(|item| item.key == one.item));
        changes
    }
}

/// Whether a text that has this problem is an answer all the same, about which the sender is asked again.
fn is_answer(item: &Item, problem: &Problem) -> bool {
    match problem {
        Problem::Missing | Problem::NotAnAmount { .. } => false,
        Problem::Misfit { misfit, .. } => misfit.severity() == crate::issue::Severity::Remark,
        _ => !matches!(item.kind, ItemKind::Identity),
    }
}
