//! Plain replies in the store: what they mend, and what a kill, a stranger or a second reading cannot spoil.

use super::*;
use crate::reading::amend::{Amendment, Confirmation, PlainReply, Said, Target, UnitSaid};
use crate::roster::Invited;

const FIRM: &str = "li@firm.example";
const NAME: &str = "岭泽市示例科技有限公司";

/// A return that lacks a unit, as the correction was about.
fn without_unit() -> Return {
    let mut one = a_return(NAME, Some("机器视觉"), Some(1));
    one.answers.insert("revenue".into(), answer("1200", 2, Value::Money(None)));
    one.issues = vec![Issue::of_item("revenue", Problem::UnitMissing { text: "1200".into() }, None)];
    one
}

fn said(text: &str) -> Said {
    Said { text: text.into(), place: Place { source: "body".into(), spot: Spot::Line(1) } }
}

fn amends(target: Target, text: &str) -> PlainReply {
    PlainReply { amendments: vec![Amendment { target, said: said(text) }], ..plain() }
}

fn plain() -> PlainReply {
    PlainReply { survey: "ai-industry-2017".into(), opening: "reply".into(), ..PlainReply::default() }
}

/// A reply in the thread of the first message.
fn reply(house: &House, sender: &str, plain: PlainReply) -> Reading {
    let token = house.query("SELECT token FROM message WHERE id = 1")[0][0].clone();
    let mut reading = reading(sender, Vec::new());
    reading.envelope.tokens = vec![token];
    Reading {
        survey: None,
        attachments: Vec::new(),
        narratives: Vec::new(),
        issues: vec![Issue::of_message(Problem::NoTable)],
        has_document: false,
        plain,
        ..reading
    }
}

fn answers(house: &House) -> Vec<Vec<String>> {
    house.query("SELECT item, text, place, low FROM answer ORDER BY item")
}

fn standings(house: &House) -> String {
    let rows = house.query("SELECT standing FROM return_version WHERE rereading IS NULL ORDER BY number, id");
    rows.concat().join(" ")
}

/// A house with one return, and a message that waits.
fn begun(first: Return) -> (House, i64) {
    let house = House::new();
    let message = house.keep(1, 1);
    house.judged(message, reading(FIRM, vec![first]));
    let next = house.keep(2, 2);
    (house, next)
}

#[test]
fn an_item_mended_by_plain_reply_is_a_new_version_and_both_are_kept() {
    let (house, next) = begun(without_unit());
    let judged = house.judged(next, reply(&house, FIRM, amends(Target::Number(3), "1200万元")));
    assert_eq!(judged.verdict.disposition, verdict::Disposition::Accepted);
    assert_eq!(judged.verdict.reply, Ok(Reply::Receipt));
    let changes = &judged.verdict.mended.unwrap().changes;
    assert_eq!((changes[0].before.as_deref(), changes[0].after.as_str()), (Some("1200"), "1200万元"));
    assert_eq!(standings(&house), "superseded complete");
    assert_eq!(
        answers(&house),
        [
            ["name", NAME, "表.xlsx!Sheet1!A2", "-"],
            ["products", "机器视觉", "表.xlsx!Sheet1!B2", "-"],
            ["revenue", "1200万元", "body!line 1", "12000000"],
        ]
    );
    assert_eq!(house.query("SELECT act, words FROM amendment"), [["amends", "reply"]]);
}

#[test]
fn a_unit_alone_is_put_to_the_number_that_lacks_one() {
    let (house, next) = begun(without_unit());
    let unit = Some(UnitSaid { said: said("万元"), item: None });
    house.judged(next, reply(&house, FIRM, PlainReply { unit, ..plain() }));
    assert_eq!(standings(&house), "superseded complete");
    assert_eq!(answers(&house)[2], ["revenue", "1200万元", "body!line 1", "12000000"]);
}

#[test]
fn an_answer_that_is_faulty_again_is_asked_about_again() {
    let (house, next) = begun(without_unit());
    let judged = house.judged(next, reply(&house, FIRM, amends(Target::Item("revenue".into()), "1300")));
    assert_eq!(judged.verdict.reply, Ok(Reply::Correction));
    assert_eq!(standings(&house), "superseded in_correction");
    let (house, next) = begun(a_return(NAME, Some("机器视觉"), Some(1200)));
    let judged = house.judged(next, reply(&house, FIRM, amends(Target::Item("revenue".into()), "1300")));
    assert_eq!(judged.verdict.reply, Ok(Reply::Correction));
    assert_eq!(standings(&house), "complete pending");
    let third = house.keep(3, 3);
    let unit = Some(UnitSaid { said: said("万元"), item: None });
    house.judged(third, reply(&house, FIRM, PlainReply { unit, ..plain() }));
    assert_eq!(standings(&house), "superseded superseded complete");
    assert_eq!(answers(&house)[2][1], "1300万元");
}

#[test]
fn what_was_wrong_elsewhere_stays_wrong() {
    let mut first = without_unit();
    first.answers.remove("products");
    first.issues.push(Issue::of_item("products", Problem::Missing, None));
    let (house, next) = begun(first);
    let judged = house.judged(next, reply(&house, FIRM, amends(Target::Open, "1200万元")));
    assert_eq!(judged.verdict.disposition, verdict::Disposition::Held, "two items are in question");
    let third = house.keep(3, 3);
    house.judged(third, reply(&house, FIRM, amends(Target::Item("revenue".into()), "1200万元")));
    assert_eq!(standings(&house), "superseded in_correction");
    assert_eq!(
        house.query("SELECT item, code FROM issue WHERE severity = 'error' AND version = 2"),
        [["products", "missing"]]
    );
}

#[test]
fn a_stranger_in_the_thread_mends_nothing_and_is_shown_nothing() {
    let (house, next) = begun(without_unit());
    let judged = house.judged(next, reply(&house, "wang@elsewhere.example", amends(Target::Number(3), "9900万元")));
    assert_eq!(standings(&house), "in_correction contested");
    assert_eq!(answers(&house)[2][1], "1200");
    assert_eq!(judged.verdict.mended.unwrap().changes[0].before, None);
}

#[test]
fn who_did_not_supply_a_figure_gets_it_from_no_reply_that_leaves_it_out() {
    let odd = || {
        let mut one = a_return(NAME, Some("机器视觉"), Some(1200));
        one.issues = vec![Issue::of_item("revenue", Problem::Implausible, None)];
        one
    };
    let unit = || PlainReply { unit: Some(UnitSaid { said: said("万元"), item: None }), ..plain() };
    let confirms = || PlainReply { confirms: Some(Confirmation { reason: String::new() }), ..plain() };
    for (first, said) in [(without_unit(), unit()), (odd(), confirms())] {
        let (house, next) = begun(first);
        let judged = house.judged(next, reply(&house, "wang@elsewhere.example", said));
        assert_eq!(judged.verdict.mended, None, "a person looks at it");
        assert_eq!(judged.verdict.disposition, verdict::Disposition::Held);
    }
    // The address that supplied it is shown what it says.
    let (house, next) = begun(odd());
    let own = house.judged(next, reply(&house, FIRM, confirms())).verdict.mended.unwrap();
    assert!(own.withheld.is_empty());
    // A colleague settles it without being told what it says, then and later.
    let (house, next) = begun(odd());
    let invited = crate::roster::Invited { name: NAME.into(), addresses: vec![FIRM.into()], ..Default::default() };
    house.store.set_roster("ai-industry-2017", vec![invited], at(2)).wait().unwrap();
    let colleague = house.judged(next, reply(&house, "wang@firm.example", confirms())).verdict.mended.unwrap();
    assert_eq!(colleague.withheld.into_iter().collect::<Vec<_>>(), ["revenue"]);
    let third = house.keep(3, 3);
    let amended = reply(&house, "wang@firm.example", amends(Target::Item("revenue".into()), "1300万元"));
    assert_eq!(house.judged(third, amended).verdict.mended.unwrap().changes[0].before, None);
}

#[test]
fn the_same_words_settle_the_returns_of_many_enterprises() {
    let house = House::new();
    for number in 0..5_u32 {
        let name = format!("岭泽市示例{number}号有限公司");
        let mut one = a_return(&name, Some("机器视觉"), Some(1200 + i64::from(number)));
        one.issues = vec![Issue::of_item("revenue", Problem::Implausible, None)];
        let message = house.keep(number * 2 + 1, i64::from(number) * 2);
        house.judged(message, reading("park@park.example", vec![one]));
        let next = house.keep(number * 2 + 2, i64::from(number) * 2 + 1);
        let confirms = Some(Confirmation { reason: String::new() });
        let mut said = reply(&house, "park@park.example", PlainReply { confirms, ..plain() });
        said.content = "the same words".into();
        said.envelope.tokens = house.query(&format!("SELECT token FROM message WHERE id = {message}")).remove(0);
        assert_eq!(house.judged(next, said).verdict.reply, Ok(Reply::Receipt), "{name}");
    }
}

#[test]
fn what_is_not_understood_goes_to_a_person_and_is_said_once_a_day() {
    let (house, next) = begun(without_unit());
    let unclear = || PlainReply {
        unclear: Some("是否含税？".into()), opening: "营业收入是否含税？".into(), ..plain()
    };
    let judged = house.judged(next, reply(&house, FIRM, unclear()));
    assert_eq!((judged.verdict.disposition, judged.verdict.reply), (verdict::Disposition::Held, Ok(Reply::Handover)));
    let held = house.store.held().unwrap();
    assert!(held[0].why.contains("营业收入是否含税？"), "{held:?}");
    let third = house.keep(3, 3);
    let again = house.judged(third, reply(&house, FIRM, PlainReply { opening: "又问".into(), ..unclear() }));
    assert_eq!(again.verdict.reply, Err(verdict::Silence::Held));
    let fourth = house.keep(4, 4);
    let thanks = house.judged(fourth, reply(&house, FIRM, PlainReply { is_courtesy: true, ..plain() }));
    assert_eq!(thanks.verdict.reply, Err(verdict::Silence::Courtesy));
    assert_eq!(thanks.verdict.disposition, verdict::Disposition::Accepted);
}

#[test]
fn a_withdrawn_return_counts_no_more_until_another_comes() {
    let (house, next) = begun(a_return(NAME, Some("机器视觉"), Some(1200)));
    let judged = house.judged(next, reply(&house, FIRM, PlainReply { withdraws: true, ..plain() }));
    assert_eq!(judged.verdict.reply, Ok(Reply::Receipt));
    assert_eq!(standings(&house), "withdrawn withdrawn");
    assert!(answers(&house).is_empty());
    let third = house.keep(3, 3);
    house.judged(third, reading(FIRM, vec![a_return(NAME, Some("语音"), Some(1300))]));
    assert_eq!(standings(&house), "withdrawn withdrawn complete");
}

#[test]
fn a_figure_that_was_confirmed_is_not_asked_about_again() {
    let odd = || {
        let mut one = a_return(NAME, Some("机器视觉"), Some(1200));
        one.issues = vec![Issue::of_item("revenue", Problem::Implausible, None)];
        one
    };
    let (house, next) = begun(odd());
    let confirms = Some(Confirmation { reason: "新增产线".into() });
    house.judged(next, reply(&house, FIRM, PlainReply { confirms, ..plain() }));
    assert_eq!(standings(&house), "superseded complete");
    assert_eq!(house.query("SELECT act, words FROM amendment"), [["confirms", "新增产线"]]);
    assert!(house.query("SELECT code FROM issue WHERE version = 2").is_empty());
    let third = house.keep(3, 3);
    let mut again = odd();
    again.answers.insert("products".into(), answer("语音", 1, Value::Text));
    house.judged(third, reading(FIRM, vec![again]));
    assert_eq!(standings(&house), "superseded superseded complete");
    assert!(house.query("SELECT code FROM issue WHERE version = 3").is_empty());
}

#[test]
fn with_several_returns_in_a_thread_the_enterprise_must_be_named() {
    let house = House::new();
    let first = house.keep(1, 1);
    let other = a_return("岭泽市另一家有限公司", Some("语音"), Some(9));
    house.judged(first, reading(FIRM, vec![without_unit(), other]));
    let next = house.keep(2, 2);
    let nameless = amends(Target::Item("revenue".into()), "1200万元");
    let judged = house.judged(next, reply(&house, FIRM, nameless.clone()));
    assert_eq!(judged.verdict.disposition, verdict::Disposition::Held);
    let third = house.keep(3, 3);
    house.judged(third, reply(&house, FIRM, PlainReply { respondent: Some(said(NAME)), ..nameless }));
    assert_eq!(house.query("SELECT text FROM answer WHERE item = 'revenue' AND source = 3"), [["1200万元"]]);
}

#[test]
fn an_amendment_read_anew_keeps_its_number_and_its_return() {
    let (house, next) = begun(without_unit());
    let read = reply(&house, FIRM, amends(Target::Number(3), "1200万元"));
    house.judged(next, read.clone());
    let before = (answers(&house), standings(&house), house.query("SELECT id, number FROM return_version"));
    let rereading = Rereading { message: next, reading: read, notify: false, now: at(2_000) };
    let replayed = house.store.replay(vec![(rereading, judge(NoticeState::Queued))]).remove(0).wait().unwrap();
    assert_eq!(replayed, Replayed::Unchanged);
    assert_eq!((answers(&house), standings(&house), house.query("SELECT id, number FROM return_version")), before);
}

#[test]
fn a_reply_without_a_thread_counts_where_its_sender_has_one_return() {
    let (house, next) = begun(without_unit());
    let mut read = reply(&house, FIRM, amends(Target::Item("revenue".into()), "1200万元"));
    read.envelope.tokens.clear();
    house.judged(next, read);
    assert_eq!(standings(&house), "superseded complete");
    let third = house.keep(3, 3);
    let mut read = reply(&house, "wang@elsewhere.example", amends(Target::Item("revenue".into()), "1300万元"));
    read.envelope.tokens.clear();
    assert!(house.judged(third, read).verdict.mended.is_none());
}

/// A line that answers a letter, of whom it names nobody: the only respondent that answered before need not be the one meant.
#[test]
fn a_line_in_reply_to_a_reminder_of_others_does_not_mend_the_one_that_answered() {
    let (house, message) = begun(without_unit());
    let other = Invited {
        name: "岭泽市另一科技有限公司".into(), addresses: vec![FIRM.into()], ..Invited::default()
    };
    house.store.set_roster("ai-industry-2017", vec![other], at(3)).wait().unwrap();
    let respondent = house.store.roster("ai-industry-2017", &jiff::tz::TimeZone::UTC).unwrap()[0].respondent;
    let of = FollowUp { respondent, topic: crate::follow_up::Topic::NoAnswer, number: 1 };
    let letter = Notice {
        key: of.key("ai-industry-2017"),
        kind: Kind::Reminder,
        transport: "main".into(),
        recipient: FIRM.into(),
        token: "BCDEFG".into(),
        message_id: "letter@post.example".into(),
        bytes: b"Subject: x\r\n\r\nhello\r\n".to_vec(),
    };
    house.store.queue_letter(letter, vec![of], 0, NoticeState::Queued, at(4)).wait().unwrap();
    let mut answer = reply(&house, FIRM, amends(Target::Item("revenue".into()), "1200万元"));
    answer.envelope.references = vec!["letter@post.example".into()];
    let judged = house.judged(message, answer);
    assert_eq!(judged.verdict.disposition, verdict::Disposition::Held, "a person reads it");
    assert_eq!(standings(&house), "in_correction");
}
