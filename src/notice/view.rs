//! What templates see: plain texts, lists and flags, made from an [`Occasion`]. Every name here may stand in a template.
//!
//! Stored values are shown only to the address that supplied them. So amounts and quoted answers come from the mail that
//! is answered ([`Occasion::reading`]), never from older versions that were merged into it.

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::issue::Issue;
use crate::notice::mended::{self, Change};
use crate::notice::question::{self, Question};
use crate::notice::rank::{self, Finding};
use crate::notice::words::{self, Line};
use crate::notice::{Occasion, clean, headers, spot, understood};
use crate::place;
use crate::reading::Return;
use crate::survey::{Item, ItemKind};
use crate::verdict::{Folded, Standing};

/// Most returns, files or narratives that are listed one by one.
const LISTED: usize = 5;
/// Most issues that are said one by one.
const SAID: usize = 5;
/// Longest subject that is repeated, in characters.
const SUBJECT: usize = 60;

/// The variables of the templates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct View {
    /// Title of the survey.
    pub(super) survey: String,
    /// Subject of the mail that is answered, bare of prefixes and tokens.
    pub(super) subject: String,
    /// Token of the thread, without brackets.
    pub(super) token: String,
    /// When the mail arrived, such as 2017年12月19日 10:32.
    pub(super) received_at: String,
    /// How many mails are answered; where there are several, the newest is the one that arrived then.
    pub(super) mail_count: usize,
    /// Last day on which a return is in time, such as 2017年12月20日.
    pub(super) deadline: String,
    /// Whether the mail came after that day.
    pub(super) is_late: bool,
    /// Whether the notice tells what a rereading of the mail changed.
    pub(super) is_reread: bool,
    /// Whether that day is over as the notice is written.
    pub(super) deadline_is_over: bool,
    /// Whom to ask.
    pub(super) contact_name: String,
    /// Their telephone number.
    pub(super) contact_phone: String,
    /// The organisation that signs.
    pub(super) sign_off: String,
    /// The first files of the mail.
    pub(super) files: Vec<String>,
    /// How many files there are.
    pub(super) file_count: usize,
    /// The first returns of the mail.
    pub(super) returns: Vec<ReturnView>,
    /// How many returns there are.
    pub(super) return_count: usize,
    /// The first files of written material.
    pub(super) narratives: Vec<String>,
    /// How many there are.
    pub(super) narrative_count: usize,
    /// Whether written material is expected, and has not come.
    pub(super) wants_narrative: bool,
    /// What the form says of written material; may be empty.
    pub(super) narrative_request: String,
    /// Whether every return says what is known already.
    pub(super) is_duplicate: bool,
    /// Enterprises whose return is complete and registered; empty when there is none, as with the four below.
    pub(super) complete: String,
    /// Enterprises whose complete return says what is known already.
    pub(super) duplicates: String,
    /// Enterprises that another address reported for.
    pub(super) contested: String,
    /// Enterprises of which a complete return stays current until this one is mended.
    pub(super) pending: String,
    /// Enterprises whose return was completed by what they had sent before.
    pub(super) merged: String,
    /// Whether a return waits for nothing but the corrections, so that only these need be sent.
    pub(super) part_is_enough: bool,
    /// Whether a file goes with it in which the cells to be mended are marked.
    pub(super) is_enclosed: bool,
    /// How an item that is to be mended is written in a plain reply, such as 营业收入：1200万元; empty when none is, or when the mail
    /// reports for several enterprises.
    pub(super) plain_reply: String,
    /// The most important issues.
    pub(super) lines: Vec<Line>,
    /// How many issues there are in all.
    pub(super) issue_count: usize,
    /// The other issues, by item.
    pub(super) rest: Vec<Count>,
    /// How many the others are.
    pub(super) rest_count: usize,
    /// What a plain reply changed.
    pub(super) changes: Vec<Change>,
    /// The enterprises whose returns plain replies withdrew; empty when none was.
    pub(super) withdrawn: String,
    /// Items whose odd figures a plain reply confirmed.
    pub(super) confirmed: Vec<String>,
    /// Pictures and scans beside a plain reply that were kept unread.
    pub(super) unread: Vec<String>,
    /// Whether a person is to read one of several mails.
    pub(super) is_handed_over: bool,
    /// Enterprises whose return says what an operator discarded.
    pub(super) discarded: String,
    /// Figures that look odd, which the sender is asked to confirm.
    pub(super) questions: Vec<Question>,
}

/// One return as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ReturnView {
    /// Name of the enterprise; empty when it gave none.
    pub(super) name: String,
    /// Items that have an answer.
    pub(super) answered: usize,
    /// Items that were asked.
    pub(super) asked: usize,
    /// Answers as understood, where that is more than their text.
    pub(super) amounts: Vec<Amount>,
}

/// An answer as understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Amount {
    /// The item.
    pub(super) label: String,
    /// What it says, in words and figures.
    pub(super) text: String,
    /// Whether it is out of all proportion, so that the sender had better look again.
    pub(super) is_odd: bool,
}

/// Issues of one item that are not said one by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Count {
    /// The item.
    pub(super) label: String,
    /// How many.
    pub(super) count: usize,
}

impl View {
    /// What the templates are told of an occasion.
    pub(super) fn of(occasion: &Occasion<'_>, sign_off: &str, time_zone: &TimeZone) -> Self {
        let survey = occasion.survey;
        let received = occasion.received_at.to_zoned(time_zone.clone());
        let today = occasion.now.to_zoned(time_zone.clone()).date();
        let files = files(occasion);
        let narratives = narratives(occasion);
        let subject = headers::bare_subject(&occasion.envelope.subject, SUBJECT);
        let standings: Vec<Standing> = occasion.verdict.returns.iter().map(|one| one.standing).collect();
        let issues = Issues::of(occasion);
        Self {
            subject: if subject.is_empty() { clean::line(&survey.title, SUBJECT) } else { subject },
            survey: clean::line(&survey.title, SUBJECT),
            token: occasion.token.to_owned(),
            received_at: received.strftime("%Y年%-m月%-d日 %H:%M").to_string(),
            mail_count: occasion.earlier.len() + 1,
            deadline: survey.deadline.strftime("%Y年%-m月%-d日").to_string(),
            is_late: received.date() > survey.deadline,
            is_reread: occasion.rereading.is_some(),
            deadline_is_over: today > survey.deadline,
            contact_name: survey.contact.name.clone(),
            contact_phone: survey.contact.phone.clone(),
            sign_off: sign_off.to_owned(),
            file_count: files.len(),
            files: files.into_iter().take(LISTED).collect(),
            returns: returns(occasion).take(LISTED).collect(),
            return_count: pairs(occasion).filter(|(_, folded)| is_listed(folded)).count(),
            narrative_count: narratives.len(),
            narratives: narratives.into_iter().take(LISTED).collect(),
            wants_narrative: occasion.wants_narrative,
            narrative_request: survey.narratives.request.clone(),
            is_duplicate: !standings.is_empty() && standings.iter().all(|one| *one == Standing::Duplicate),
            complete: names(occasion, |read, one| one.standing == Standing::Complete && !is_faulty(read)),
            duplicates: names(occasion, |read, one| one.standing == Standing::Duplicate && !is_faulty(read)),
            contested: names(occasion, |_, one| one.standing == Standing::Contested),
            pending: names(occasion, |_, one| one.standing == Standing::Pending),
            merged: names(occasion, |read, one| one.standing == Standing::Complete && is_faulty(read)),
            part_is_enough: standings.contains(&Standing::InCorrection),
            is_enclosed: false,
            plain_reply: plain_reply(occasion),
            lines: issues.lines,
            issue_count: issues.count,
            rest_count: issues.rest.iter().map(|one| one.count).sum(),
            rest: issues.rest,
            changes: mended::changes(occasion),
            withdrawn: mended::withdrawn(occasion),
            confirmed: mended::confirmed_labels(occasion),
            unread: mended::unread(occasion),
            is_handed_over: occasion.done.is_handed_over,
            discarded: names(occasion, |_, one| one.standing == Standing::Discarded),
            questions: pairs(occasion)
                .flat_map(|(read, folded)| question::questions(read, folded, occasion))
                .take(LISTED)
                .collect(),
        }
    }
}

/// The errors of an occasion, said and counted.
struct Issues {
    lines: Vec<Line>,
    count: usize,
    rest: Vec<Count>,
}

impl Issues {
    fn of(occasion: &Occasion<'_>) -> Self {
        let findings = findings(occasion);
        let count = findings.len();
        let groups = rank::group(findings, occasion.survey);
        let said = |group| words::line(group, occasion.survey, occasion.reading.returns.len());
        let lines = groups.iter().take(SAID).map(said).collect();
        let mut rest: Vec<Count> = Vec::new();
        for group in groups.iter().skip(SAID) {
            let label = words::heading(group.first.issue, occasion.survey);
            match rest.iter_mut().find(|one| one.label == label) {
                Some(one) => one.count += group.len(),
                None => rest.push(Count { label, count: group.len() }),
            }
        }
        Self { lines, count, rest }
    }
}

/// The errors that are still to be mended: those of the mail, and of each return with older answers merged in.
pub(super) fn findings<'a>(occasion: &Occasion<'a>) -> Vec<Finding<'a>> {
    let mut findings: Vec<Finding<'a>> =
        occasion.verdict.issues.iter().map(|issue| Finding { of: None, who: None, issue, is_own: true }).collect();
    for (at, (read, folded)) in pairs(occasion).enumerate() {
        if folded.standing == Standing::Discarded {
            continue;
        }
        findings.extend(folded.effective.issues.iter().map(|issue| Finding {
            of: Some(at),
            who: name(read, occasion),
            issue,
            is_own: read.issues.contains(issue),
        }));
    }
    findings.retain(|finding| finding.issue.is_error());
    findings
}

/// How one of the items that are to be mended is written in a plain reply: an amount where one is wanted, as its unit is what is
/// forgotten most. Of several enterprises in one mail a line says not whose it is, so the table is the only way.
fn plain_reply(occasion: &Occasion<'_>) -> String {
    if occasion.reading.returns.len() != 1 {
        return String::new();
    }
    let findings = findings(occasion);
    let mut keys = findings.iter().filter(|finding| finding.of.is_some()).filter_map(|one| one.issue.about.item());
    let is_money =
        |key: &&str| matches!(occasion.survey.item(key).map(|item| &item.kind), Some(ItemKind::Money { .. }));
    let first = keys.clone().next();
    match (keys.find(is_money), first) {
        (Some(key), _) => format!("{}：1200万元", words::label(occasion.survey, key)),
        (None, Some(key)) => format!("{}：（应填写的内容）", words::label(occasion.survey, key)),
        (None, None) => String::new(),
    }
}

fn pairs<'a>(occasion: &Occasion<'a>) -> impl Iterator<Item = (&'a Return, &'a Folded)> {
    occasion.reading.returns.iter().zip(&occasion.verdict.returns)
}

fn name(read: &Return, occasion: &Occasion<'_>) -> Option<String> {
    let key = &occasion.survey.identity()?.key;
    read.answers.get(key).map(|answer| clean::line(&answer.text, clean::NAME))
}

fn is_faulty(read: &Return) -> bool {
    read.issues.iter().any(Issue::is_error)
}

/// Names of the enterprises that a condition holds for, the first ones and their number.
fn names(occasion: &Occasion<'_>, holds: impl Fn(&Return, &Folded) -> bool) -> String {
    // A mail about one enterprise may leave it unnamed, as a plain reply does.
    let nameless = if occasion.reading.returns.len() == 1 { "所报单位" } else { "未写名称的单位" };
    let concerned: Vec<String> = pairs(occasion)
        .filter(|(read, folded)| holds(read, folded))
        .map(|(read, _)| name(read, occasion).unwrap_or_else(|| nameless.to_owned()))
        .collect();
    let more = if concerned.len() > LISTED { format!("等 {} 家企业", concerned.len()) } else { String::new() };
    let listed: Vec<String> = concerned.into_iter().take(LISTED).collect();
    format!("{}{more}", listed.join("、"))
}

/// The files as the sender attached them, members of containers left out; and the body where a return stood in it.
fn files(occasion: &Occasion<'_>) -> Vec<String> {
    let facts = &occasion.reading.attachments;
    let is_member = |path: &str| {
        facts.iter().any(|outer| path.strip_prefix(outer.path.as_str()).is_some_and(|rest| rest.starts_with('/')))
    };
    let kept = facts.iter().filter(|one| !is_member(&one.path) && !one.is_ornament());
    let mut files: Vec<String> = kept.map(|one| clean::file_name(&one.path)).collect();
    let answers = occasion.reading.returns.iter().flat_map(|one| one.answers.values());
    if answers.map(|answer| answer.place.source.as_str()).any(|source| source == place::BODY) {
        files.push("邮件正文".to_owned());
    }
    files
}

fn narratives(occasion: &Occasion<'_>) -> Vec<String> {
    occasion.reading.narratives.iter().map(|one| spot::file(&one.attachment)).collect()
}

fn returns(occasion: &Occasion<'_>) -> impl Iterator<Item = ReturnView> {
    pairs(occasion).filter(|(_, folded)| is_listed(folded)).map(|(read, folded)| ReturnView {
        name: name(read, occasion).unwrap_or_default(),
        // What a stranger's words leave unsaid is none of its business.
        answered: if folded.standing == Standing::Contested { read } else { &folded.effective }.answers.len(),
        asked: occasion.survey.items.len(),
        amounts: amounts(read, occasion),
    })
}

/// Of what was withdrawn or discarded it is said in words of its own.
fn is_listed(folded: &Folded) -> bool {
    !matches!(folded.standing, Standing::Withdrawn | Standing::Discarded)
}

/// What the answers were understood as, in the form's order.
fn amounts(read: &Return, occasion: &Occasion<'_>) -> Vec<Amount> {
    let of_item = |item: &Item| {
        let key = item.key.as_str();
        let value = &read.answers.get(key)?.value;
        let nothing = if matches!(item.kind, ItemKind::Money { .. }) { "未填写金额" } else { "未填写" };
        let withheld = || is_marked(read, key, "withheld").then(|| nothing.to_owned());
        Some(Amount {
            label: words::label(occasion.survey, key),
            text: understood::in_words(value, item).or_else(withheld)?,
            is_odd: is_marked(read, key, "implausible"),
        })
    };
    occasion.survey.items.iter().filter_map(of_item).collect()
}

fn is_marked(read: &Return, key: &str, code: &str) -> bool {
    read.issues
        .iter()
        .any(|issue| issue.problem.code() == code && issue.about == crate::issue::About::Item(key.to_owned()))
}
