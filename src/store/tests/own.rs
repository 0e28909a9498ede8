//! Loops end, and what is ours is known, whatever a relay made of it.

use super::*;
use crate::verdict::Silence;

const SENDER: &str = "a@firm.example";

/// Commits a reading at a minute and says why there was no answer, if there was none.
fn answer(house: &House, uid: u32, minute: i64, reading: Reading) -> Result<Reply, Silence> {
    let id = house.keep(uid, minute);
    let commit = house.store.commit_verdict(id, reading, at(minute), judge(NoticeState::Queued));
    match commit.wait().unwrap() {
        Committed::Judged(judged) => judged.verdict.reply,
        other => panic!("not judged: {other:?}"),
    }
}

fn said(content: &str, returns: Vec<Return>) -> Reading {
    Reading { content: content.into(), ..reading(SENDER, returns) }
}

/// What a reader makes of a mail without a table.
fn question(content: &str) -> Reading {
    let issues = vec![Issue::of_message(Problem::NoTable)];
    Reading { issues, attachments: Vec::new(), narratives: Vec::new(), ..said(content, Vec::new()) }
}

#[test]
fn a_machine_that_answers_our_answers_gets_two_and_an_operator_sees_it() {
    let house = House::new();
    let form = || said("form", vec![a_return("示例公司", Some("机器人"), Some(1))]);
    assert_eq!(answer(&house, 1, 0, form()), Ok(Reply::Receipt));
    assert_eq!(answer(&house, 2, 1, form()), Ok(Reply::Receipt));
    assert_eq!(answer(&house, 3, 2, form()), Err(Silence::Loop));
    assert_eq!(answer(&house, 4, 3, form()), Err(Silence::Loop));
    let held = house.store.held().unwrap();
    assert_eq!(held.iter().map(|one| one.target).collect::<Vec<_>>(), [Target::Message(3), Target::Message(4)]);
    assert!(held[0].why.contains("again and again"), "{}", held[0].why);
    // What it gave before stands.
    assert_eq!(house.query("SELECT count(*) FROM return_version WHERE standing = 'complete'"), [["1"]]);
    assert_eq!(answer(&house, 5, 3 + 24 * 60, form()), Ok(Reply::Receipt), "another day is another day");
}

#[test]
fn who_sends_no_table_is_told_so_once_a_day() {
    let house = House::new();
    assert_eq!(answer(&house, 1, 0, question("a")), Ok(Reply::Correction));
    for (uid, content) in [(2, "b"), (3, "c")] {
        assert_eq!(answer(&house, uid, i64::from(uid), question(content)), Err(Silence::AskedToday));
    }
    let form = said("form", vec![a_return("示例公司", Some("机器人"), Some(1))]);
    assert_eq!(answer(&house, 4, 4, form), Ok(Reply::Receipt));
    assert_eq!(answer(&house, 5, 25 * 60, question("d")), Ok(Reply::Correction));
}

#[test]
fn many_returns_within_an_hour_are_no_loop() {
    let house = House::new();
    for uid in 1..=20 {
        let one = said(&format!("form {uid}"), vec![a_return(&format!("示例{uid}公司"), Some("机器人"), Some(1))]);
        assert_eq!(answer(&house, uid, i64::from(uid), one), Ok(Reply::Receipt));
    }
}

/// The seal of the first notice, as it stands in its header.
fn seal(house: &House) -> String {
    let due = house.claim(1, at(50), SignedDuration::from_mins(5));
    let text = String::from_utf8(due[0].bytes.clone()).unwrap();
    text.lines().next().unwrap().strip_prefix("X-Postroom-Seal: ").unwrap().to_owned()
}

#[test]
fn a_notice_that_comes_back_under_another_identifier_is_ours_and_its_answers_find_the_thread() {
    let house = House::new();
    let form = said("form", vec![a_return("示例公司", Some("机器人"), Some(1))]);
    answer(&house, 1, 0, form).unwrap();
    let seal = seal(&house);
    let token = house.query("SELECT token FROM notice")[0][0].clone();
    let back = |seal: &str, id: &str| {
        let envelope = Envelope {
            message_id: Some(id.into()),
            seal: Some(seal.into()),
            claims_notice: true,
            ..reading(SENDER, vec![]).envelope
        };
        Reading {
            envelope, content: id.into(), ..reading(SENDER, vec![a_return("示例公司", Some("机器人"), Some(2))])
        }
    };
    assert_eq!(answer(&house, 2, 1, back(&seal, "tencent_1@qq.example")), Err(Silence::Automatic));
    assert_eq!(answer(&house, 3, 2, back("x 00", "tencent_2@qq.example")), Ok(Reply::Receipt), "a stranger's");
    let mut later = said("later", vec![a_return("示例公司", Some("语音"), Some(2))]);
    later.envelope.references = vec!["tencent_1@qq.example".into()];
    answer(&house, 4, 3, later).unwrap();
    assert_eq!(house.query("SELECT token FROM message WHERE id = 4")[0][0], token);
}

#[test]
fn an_answer_teaches_the_identifier_that_a_provider_gave_our_notice() {
    let house = House::new();
    answer(&house, 1, 0, said("form", vec![a_return("示例公司", Some("机器人"), Some(1))])).unwrap();
    let token = house.query("SELECT token FROM notice")[0][0].clone();
    let mut first = said("first", vec![a_return("示例公司", Some("机器人"), Some(2))]);
    first.envelope.tokens = vec![token.clone()];
    first.envelope.references = vec!["tencent_7@qq.example".into()];
    answer(&house, 2, 1, first).unwrap();
    let mut second = said("second", vec![a_return("示例公司", Some("机器人"), Some(3))]);
    second.envelope.references = vec!["tencent_7@qq.example".into()];
    answer(&house, 3, 2, second).unwrap();
    assert_eq!(house.query("SELECT DISTINCT token FROM message"), [[token]]);
}
