//! What respondents and operators rely on when messages are judged.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::*;
use crate::issue::{Issue, Problem};
use crate::mail::{Automatic, Envelope};
use crate::place::Place;
use crate::reading::Reading;
use crate::value::{Answer, Money, UnitSource};

fn answer(text: &str, value: Value) -> Answer {
    Answer { text: text.into(), place: Place::whole("调查表.docx"), value }
}

fn money(yuan: i64) -> Value {
    let amount = Some(Decimal::from(yuan));
    Value::Money(Some(Money {
        low: amount,
        high: amount,
        currency: "CNY".into(),
        approximate: false,
        unit: UnitSource::Cell,
    }))
}

/// A return written as `name`, technology and revenue in yuan; a missing one is an error.
fn one(technology: Option<&str>, revenue: Option<i64>) -> Return {
    let mut it = Return { answers: BTreeMap::new(), issues: Vec::new() };
    it.answers.insert("name".into(), answer("岭泽市示例科技有限公司", Value::Identity));
    match technology {
        Some(text) => drop(it.answers.insert("technology".into(), answer(text, Value::Text))),
        None => it.issues.push(Issue::of_item("technology", Problem::Missing, None)),
    }
    match revenue {
        Some(yuan) => drop(it.answers.insert("revenue".into(), answer(&format!("{yuan}元"), money(yuan)))),
        None => it.issues.push(Issue::of_item("revenue", Problem::Missing, None)),
    }
    it
}

fn version(sender: &str, as_read: Return) -> Version {
    Version {
        sender: sender.into(),
        held: false,
        ruling: Ruling::None,
        act: Act::Returns,
        vouched: Vouched::ByNobody,
        as_read,
        remarks: Vec::new(),
    }
}

fn standings(versions: &[Version]) -> Vec<&'static str> {
    fold(versions, None).iter().map(|folded| folded.standing.as_str()).collect()
}

const FIRM: &str = "li@firm.example";
const STRANGER: &str = "wang@elsewhere.example";

fn complete() -> Return {
    one(Some("机器视觉"), Some(12_000_000))
}

fn other() -> Return {
    one(Some("机器视觉与语音"), Some(13_000_000))
}

#[test]
fn versions_stand_as_the_design_says() {
    let check = |versions: &[Version], expected: &[&str]| assert_eq!(standings(versions), expected);
    let (gap, gaps) = (one(Some("语音"), None), one(None, None));
    check(&[version(FIRM, complete())], &["complete"]);
    check(&[version(FIRM, gap.clone())], &["in_correction"]);
    check(&[version(FIRM, gap.clone()), version(FIRM, complete())], &["superseded", "complete"]);
    check(&[version(FIRM, gaps.clone()), version(FIRM, gap.clone())], &["superseded", "in_correction"]);
    check(&[version(FIRM, complete()), version(FIRM, other())], &["superseded", "complete"]);
    check(&[version(FIRM, complete()), version(&FIRM.to_uppercase(), other())], &["superseded", "complete"]);
    check(&[version(FIRM, complete()), version(FIRM, gap.clone())], &["complete", "pending"]);
    check(
        &[version(FIRM, complete()), version(FIRM, gap.clone()), version(FIRM, other())],
        &["superseded", "superseded", "complete"],
    );
    check(
        &[version(FIRM, complete()), version(FIRM, gap), version(FIRM, gaps)],
        &["complete", "superseded", "pending"],
    );
    check(&[version(FIRM, complete()), version(FIRM, complete())], &["complete", "duplicate"]);
    check(&[version(FIRM, complete()), version(STRANGER, other())], &["complete", "contested"]);
}

#[test]
fn a_correction_brings_only_what_was_missing() {
    let folded = fold(&[version(FIRM, one(Some("语音"), None)), version(FIRM, one(None, Some(5_000_000)))], None);
    let last = &folded[1];
    assert_eq!(last.standing, Standing::Complete);
    assert_eq!(last.effective.answers["technology"].text, "语音");
    assert_eq!(last.effective.answers["revenue"].text, "5000000元");
    assert!(last.effective.issues.is_empty());
}

#[test]
fn the_same_amount_written_otherwise_is_no_new_version() {
    let mut again = complete();
    again.answers.insert("revenue".into(), answer("1,200 万元", money(12_000_000)));
    assert_eq!(standings(&[version(FIRM, complete()), version(FIRM, again)]), ["complete", "duplicate"]);
}

#[test]
fn a_stranger_replaces_nothing_until_an_operator_says_so() {
    let mut released = version(STRANGER, other());
    released.ruling = Ruling::Released;
    assert_eq!(standings(&[version(FIRM, complete()), released]), ["superseded", "complete"]);
    let mut discarded = version(STRANGER, other());
    discarded.ruling = Ruling::Discarded;
    assert_eq!(standings(&[version(FIRM, complete()), discarded]), ["complete", "discarded"]);
}

fn discarded(one: Version) -> Version {
    Version { ruling: Ruling::Discarded, ..one }
}

/// What an operator puts aside does not come back because it had come twice.
#[test]
fn an_operators_word_reaches_what_says_the_same() {
    let check = |versions: &[Version], at: usize, reached: &[usize]| assert_eq!(said_with(versions, at), reached);
    let (first, again) = (|| version(FIRM, complete()), || version("Li@Firm.example", complete()));
    check(&[first(), again()], 0, &[1]);
    check(&[first(), version(FIRM, other()), again()], 2, &[0]);
    // The same from others, whom nobody trusts more, is the same; from the roster it is another word.
    check(&[first(), version(STRANGER, complete())], 0, &[1]);
    check(&[first(), vouched(Vouched::ByRoster, STRANGER, complete())], 0, &[]);
    let roster = |sender: &str| vouched(Vouched::ByRoster, sender, complete());
    check(&[roster(FIRM), roster(STRANGER)], 0, &[1]);
    // A stranger's copy is put aside without what it copied.
    check(&[first(), version(STRANGER, complete())], 1, &[]);
    // Nor is it known of what was held who sent it.
    let held = || Version { held: true, ..first() };
    check(&[held(), again()], 0, &[]);
    check(&[first(), held()], 0, &[]);
    // An operator who lets one of them count means that one.
    check(&[first(), Version { ruling: Ruling::Released, ..again() }], 0, &[]);
    let amends = |yuan: i64| {
        let mut said = one(None, Some(yuan));
        said.issues.clear();
        Version { act: Act::Amends, ..version(FIRM, said) }
    };
    check(&[first(), amends(9), amends(9), amends(8)], 1, &[2]);
    let withdraws = || Version { act: Act::Withdraws, ..version(FIRM, one(None, None)) };
    check(&[first(), withdraws(), withdraws()], 1, &[]);
}

/// Who says again what was put aside means it: a return that was withdrawn by telephone and is given once more counts.
#[test]
fn what_was_discarded_and_comes_again_is_judged_for_itself() {
    let (first, copy) = (|| version(FIRM, complete()), || version(STRANGER, complete()));
    assert_eq!(standings(&[discarded(first()), first()]), ["discarded", "complete"]);
    assert_eq!(standings(&[first(), discarded(copy()), first()]), ["complete", "discarded", "duplicate"]);
    assert_eq!(standings(&[first(), discarded(copy()), copy()]), ["complete", "discarded", "contested"]);
}

#[test]
fn a_held_version_counts_for_nothing() {
    let held = Version { held: true, ..version(STRANGER, other()) };
    assert_eq!(standings(&[held.clone(), version(FIRM, complete())]), ["held", "complete"]);
    let released = Version { ruling: Ruling::Released, ..held };
    assert_eq!(standings(&[released, version(STRANGER, complete())]), ["superseded", "complete"]);
}

fn reading(returns: Vec<Return>) -> Reading {
    Reading {
        envelope: Envelope { from: FIRM.into(), reply_to: FIRM.into(), ..Envelope::default() },
        automatic: None,
        bounce: None,
        dmarc_failed: false,
        server_word: crate::mail::ServerWord::default(),
        survey: Some("ai-industry-2017".into()),
        bears_sign: true,
        attachments: Vec::new(),
        returns,
        narratives: Vec::new(),
        issues: Vec::new(),
        has_document: true,
        plain: crate::reading::amend::PlainReply::default(),
        content: String::new(),
    }
}

fn automatic(weak: bool) -> Option<Automatic> {
    Some(Automatic { sign: "Precedence: bulk".into(), weak })
}

#[test]
fn a_message_is_disposed_of_as_the_contract_says() {
    let check = |reading: &Reading, expected: Disposition| assert_eq!(disposition_of(reading), expected);
    check(&reading(vec![complete()]), Disposition::Accepted);
    check(&reading(vec![complete(), one(None, Some(1))]), Disposition::Correction);
    check(&Reading { automatic: automatic(false), ..reading(vec![complete()]) }, Disposition::Held);
    check(&Reading { automatic: automatic(false), ..reading(vec![]) }, Disposition::Ignored);
    check(&Reading { automatic: automatic(true), ..reading(vec![]) }, Disposition::Held);
    check(&Reading { automatic: automatic(true), has_document: false, ..reading(vec![]) }, Disposition::Ignored);
    check(&Reading { dmarc_failed: true, ..reading(vec![one(None, None)]) }, Disposition::Held);
    check(&Reading { survey: None, ..reading(vec![complete()]) }, Disposition::Held);
}

fn question() -> Reading {
    Reading {
        issues: vec![Issue::of_message(Problem::NoTable)],
        bears_sign: false,
        survey: None,
        has_document: false,
        ..reading(vec![])
    }
}

#[test]
fn only_those_are_answered_who_wait_for_an_answer() {
    let check = |reading: &Reading, known: Known, expected: Result<Reply, Silence>| {
        assert_eq!(judge(reading, &known, None).reply, expected);
    };
    let known = Known::default;
    check(&reading(vec![complete()]), known(), Ok(Reply::Receipt));
    check(&reading(vec![one(None, None)]), known(), Ok(Reply::Correction));
    check(&reading(vec![complete()]), Known { before_answer_since: true, ..known() }, Err(Silence::BeforeAnswerSince));
    check(&reading(vec![complete()]), Known { in_junk: true, ..known() }, Ok(Reply::Receipt));
    check(&Reading { bears_sign: true, ..question() }, Known { in_junk: true, ..known() }, Err(Silence::Junk));
    check(&Reading { bears_sign: true, ..question() }, known(), Ok(Reply::Correction));
    check(&question(), known(), Err(Silence::NoSignOfSurvey));
    let damaged = Issue::of_attachment("a.zip", Problem::Unreadable { why: "cut off".into() });
    check(&Reading { issues: vec![damaged], ..question() }, known(), Ok(Reply::Correction));
    check(&question(), Known { token_is_ours: true, ..known() }, Ok(Reply::Correction));
    check(&question(), Known { is_own_notice: true, ..known() }, Err(Silence::Automatic));
    let released = Known { released: true, ..known() };
    check(&Reading { automatic: automatic(false), ..reading(vec![complete()]) }, released, Err(Silence::Automatic));
    let nowhere = Envelope { from: FIRM.into(), ..Envelope::default() };
    check(&Reading { envelope: nowhere, ..reading(vec![complete()]) }, known(), Err(Silence::NoAddress));
}

#[test]
fn material_alone_is_welcome_from_one_who_has_answered_before() {
    let narrative =
        crate::reading::Narrative {
            attachment: "简介.docx".into(), text: "公司简介".into(), ..Default::default()
        };
    let material = Reading { narratives: vec![narrative], ..question() };
    assert_eq!(judge(&material, &Known::default(), None).disposition, Disposition::Correction);
    let known = Known { sender_is_known: true, ..Known::default() };
    assert_eq!(judge(&material, &known, None).disposition, Disposition::Accepted);
}

/// A version of a sender that somebody vouches for.
fn vouched(by: Vouched, sender: &str, as_read: Return) -> Version {
    Version { vouched: by, ..version(sender, as_read) }
}

#[test]
fn whose_word_counts_is_told_by_the_roster_and_by_operators() {
    use Vouched::{ByNobody, ByOperator, ByRoster, Stranger};
    let check = |versions: &[(Vouched, &str, Return)], expected: &[&str]| {
        let line: Vec<Version> = versions.iter().map(|(by, from, one)| vouched(*by, from, one.clone())).collect();
        assert_eq!(standings(&line), expected);
    };
    let gap = || one(Some("语音"), None);
    // Without anybody who vouches, the first that answers is trusted.
    check(&[(ByNobody, STRANGER, complete()), (ByNobody, FIRM, other())], &["complete", "contested"]);
    check(&[(ByNobody, STRANGER, complete()), (ByNobody, STRANGER, other())], &["superseded", "complete"]);
    // Where the roster names addresses, a stranger counts neither before nor beside them, and nothing of it is merged in.
    check(&[(Stranger, STRANGER, complete())], &["contested"]);
    check(&[(Stranger, STRANGER, complete()), (ByRoster, FIRM, other())], &["contested", "complete"]);
    check(&[(Stranger, STRANGER, complete()), (ByRoster, FIRM, gap())], &["contested", "in_correction"]);
    check(&[(Stranger, STRANGER, complete()), (ByRoster, FIRM, complete())], &["contested", "complete"]);
    check(
        &[(Stranger, STRANGER, complete()), (ByRoster, FIRM, other()), (Stranger, STRANGER, complete())],
        &["contested", "complete", "contested"],
    );
    check(
        &[(Stranger, STRANGER, complete()), (Stranger, "third@elsewhere.example", other())],
        &["contested", "contested"],
    );
    // Among those who are vouched for, the ordinary rules hold.
    check(&[(ByRoster, FIRM, complete()), (ByRoster, STRANGER, gap())], &["complete", "pending"]);
    check(&[(ByRoster, FIRM, gap()), (ByOperator, STRANGER, complete())], &["superseded", "complete"]);
    check(&[(ByOperator, STRANGER, complete()), (ByRoster, FIRM, gap())], &["complete", "pending"]);
    check(&[(ByNobody, FIRM, complete()), (ByOperator, STRANGER, other())], &["superseded", "complete"]);
    check(
        &[(ByNobody, FIRM, complete()), (ByOperator, STRANGER, other()), (ByNobody, FIRM, complete())],
        &["superseded", "superseded", "complete"],
    );
}

proptest::proptest! {
    /// Where the roster names addresses, a sender for whom nobody vouches is never current.
    #[test]
    fn a_stranger_is_never_current(line in proptest::collection::vec((0_u8..4, 0_u8..3), 1..9)) {
        let senders = [(Vouched::ByRoster, FIRM), (Vouched::Stranger, STRANGER), (Vouched::ByOperator, "chen@firm.example"), (Vouched::Stranger, "third@elsewhere.example")];
        let returns = [complete(), other(), one(Some("语音"), None)];
        let line: Vec<Version> = line.iter().map(|(from, what)| {
            let (by, sender) = senders[usize::from(*from)];
            vouched(by, sender, returns[usize::from(*what)].clone())
        }).collect();
        let folded = fold(&line, None);
        let current: Vec<usize> = (0..line.len()).filter(|at| folded[*at].standing.is_current()).collect();
        let somebody_is_vouched = line.iter().any(|version| version.vouched.is_vouched());
        proptest::prop_assert_eq!(current.len(), usize::from(somebody_is_vouched));
        proptest::prop_assert!(current.iter().all(|at| line[*at].vouched.is_vouched()));
    }
}

#[test]
fn two_machines_that_answer_one_another_end_after_two_answers() {
    let lately = |same, idle, asked| Known { lately: Lately { same, idle, asked }, ..Known::default() };
    let check = |reading: &Reading, known: Known, expected: Result<Reply, Silence>| {
        let verdict = judge(reading, &known, None);
        assert_eq!(verdict.reply, expected, "{known:?}");
        assert_eq!(verdict.disposition == Disposition::Held, expected == Err(Silence::Loop));
    };
    let form = reading(vec![complete()]);
    check(&form, lately(1, 0, false), Ok(Reply::Receipt));
    check(&form, lately(2, 0, false), Err(Silence::Loop));
    // New returns are answered however many there are: an accountant reports for many.
    check(&form, lately(0, 30, true), Ok(Reply::Receipt));
    let issues = vec![Issue::of_message(Problem::NoTable)];
    let question = Reading { issues, bears_sign: true, attachments: Vec::new(), ..reading(vec![]) };
    check(&question, lately(0, 0, false), Ok(Reply::Correction));
    check(&question, lately(0, 1, true), Err(Silence::AskedToday));
    check(&question, lately(1, 1, true), Err(Silence::AskedToday));
    check(&question, lately(1, 1, false), Err(Silence::SaidBefore));
    check(&question, lately(0, 3, true), Err(Silence::Loop));
    check(&question, Known { released: true, ..lately(9, 9, true) }, Ok(Reply::Correction));
    check(&form, Known { answers_ourselves: true, ..Known::default() }, Err(Silence::TakesNoMail));
    let mut nobody = form.clone();
    nobody.envelope.reply_to = "no-reply@firm.example".into();
    check(&nobody, Known::default(), Err(Silence::TakesNoMail));
}

#[test]
fn nobody_is_ignored_by_claiming_to_be_us() {
    let sign = |sign: &str| Some(Automatic { sign: sign.into(), weak: false });
    let check = |sign: Option<Automatic>, known: Known, returns: Vec<Return>, expected: Disposition| {
        let verdict = judge(&Reading { automatic: sign, ..reading(returns) }, &known, None);
        assert_eq!(verdict.disposition, expected);
    };
    let forged = || Known { is_forged_notice: true, ..Known::default() };
    let own = || Known { is_own_notice: true, ..Known::default() };
    let claim = || sign("X-Postroom-Notice: receipt");
    check(claim(), own(), vec![complete()], Disposition::Ignored);
    check(claim(), forged(), vec![complete()], Disposition::Accepted);
    check(claim(), forged(), vec![], Disposition::Held);
    // A machine says so itself, and is never answered.
    check(sign("Auto-Submitted: auto-replied"), forged(), vec![], Disposition::Ignored);
    // Of a mail that is only read, nothing is known.
    check(claim(), Known::default(), vec![], Disposition::Ignored);
}
