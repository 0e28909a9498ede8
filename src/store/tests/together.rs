//! Mails of one sender that are answered together: each message has one notice at any time, whatever happens between.

use super::*;
use crate::store::Joinable;
use crate::verdict::Standing;

const SENDER: &str = "a@firm.example";
const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// Commits a mail at a minute, answered together with what waits, or with what still comes until `due`.
fn commit(house: &House, uid: u32, minute: i64, due: i64) -> Committed {
    let id = house.keep(uid, minute);
    let judge: Judge = Box::new(move |reading, situation| {
        let mut decision = judge(NoticeState::Queued)(reading, situation);
        let waiting = situation.answering.waiting.as_ref();
        let joins = waiting.is_some() || situation.answering.last.is_some();
        decision.sending.joinable = joins.then(|| Joinable {
            due: waiting.map_or(at(due), |waiting| waiting.due),
            reading: reading.clone(),
            plain: crate::notice::Plain::default(),
            replaces: waiting.map(|waiting| waiting.notice),
        });
        decision
    });
    let name = format!("示例{uid}公司");
    let one = reading(SENDER, vec![a_return(&name, Some("机器人"), Some(i64::from(uid)))]);
    house.store.commit_verdict(id, one, at(minute), judge).wait().unwrap()
}

fn sent(house: &House, minute: i64) -> Vec<i64> {
    let due = house.claim(9, at(minute), LEASE);
    let messages = due.iter().filter_map(|due| due.message).collect();
    for one in due {
        house.store.record_sent(one.id, "250".into(), at(minute)).wait().unwrap();
    }
    messages
}

/// Message by message: the notices that are not cancelled and answer it.
fn answers(house: &House) -> Vec<Vec<String>> {
    house.query(
        "SELECT message.id, group_concat(notice.id) FROM message LEFT JOIN notice ON notice.state <> 'cancelled'
         AND (notice.message = message.id OR notice.id = (SELECT notice FROM answered WHERE message = message.id))
         GROUP BY message.id ORDER BY message.id",
    )
}

#[test]
fn the_first_mail_is_answered_at_once_and_the_next_ones_by_one_notice() {
    let house = House::new();
    commit(&house, 1, 10, 15);
    assert_eq!(sent(&house, 10), [1]);
    commit(&house, 2, 11, 15);
    commit(&house, 3, 12, 99);
    assert!(sent(&house, 14).is_empty(), "the window is open");
    assert_eq!(sent(&house, 15), [3]);
    assert_eq!(answers(&house), [["1", "1"], ["2", "3"], ["3", "3"]]);
    assert!(sent(&house, 99).is_empty());
}

#[test]
fn killed_within_the_window_it_answers_all_of_them_afterwards() {
    let house = House::new();
    commit(&house, 1, 10, 15);
    sent(&house, 10);
    commit(&house, 2, 11, 15);
    let house = house.reopen();
    commit(&house, 3, 12, 99);
    let house = house.reopen();
    assert_eq!(answers(&house), [["1", "1"], ["2", "3"], ["3", "3"]]);
    assert_eq!(sent(&house, 15), [3]);
}

#[test]
fn a_mail_that_comes_when_the_notice_is_on_its_way_gets_its_own() {
    let house = House::new();
    commit(&house, 1, 10, 15);
    sent(&house, 10);
    commit(&house, 2, 11, 15);
    house.claim(9, at(15), LEASE);
    commit(&house, 3, 15, 20);
    assert_eq!(answers(&house), [["1", "1"], ["2", "2"], ["3", "3"]]);
    // What was read is not kept longer than it may be needed.
    assert_eq!(house.query("SELECT message, reading IS NULL FROM answered ORDER BY 1"), [["2", "1"], ["3", "0"]]);
}

#[test]
fn what_is_answered_together_is_known_as_it_stands_by_then() {
    let house = House::new();
    commit(&house, 1, 10, 15);
    sent(&house, 10);
    commit(&house, 2, 11, 15);
    let id = house.keep(9, 12);
    let (says, hears) = std::sync::mpsc::channel();
    let look: Judge = Box::new(move |reading, situation| {
        says.send(situation.answering.clone()).unwrap();
        judge(NoticeState::Queued)(reading, situation)
    });
    house.store.commit_verdict(id, reading(SENDER, vec![]), at(12), look).wait().unwrap();
    let answering = hears.recv().unwrap();
    assert_eq!(answering.last, Some(at(10)));
    let waiting = answering.waiting.unwrap();
    assert_eq!((waiting.due, waiting.mails.len()), (at(15), 1));
    let mail = &waiting.mails[0];
    assert_eq!((mail.message, mail.returns[0].standing), (2, Standing::Complete));
    assert_eq!(mail.reading.narratives[0].text, "", "a notice does not tell it");
}
