//! Mail that is not to be opened: whatever was said of it before, it is listed once, can be decided on, and its sender hears of it.

use super::*;
use crate::verdict::Disposition;

const SURVEY: &str = "ai-industry-2017";

fn quarantine(house: &House, message: i64, tell: Tell) -> Option<i64> {
    house.store.quarantine(message, "infected: x".into(), "infected", at(9), tell).wait().unwrap()
}

fn silently(house: &House, message: i64) {
    assert_eq!(quarantine(house, message, Box::new(|_| None)), None);
}

/// A message that is held for its sender.
fn held(house: &House) -> i64 {
    let id = house.keep(1, 0);
    let mut forged = reading("office@firm.example", vec![a_return("甲公司", Some("机器人"), Some(1))]);
    forged.dmarc_failed = true;
    assert_eq!(house.judged(id, forged).verdict.disposition, Disposition::Held);
    id
}

fn listed(house: &House) -> (Vec<Target>, u64, u64) {
    let status = house.store.status().unwrap();
    (house.store.held().unwrap().into_iter().map(|one| one.target).collect(), status.held, status.quarantined)
}

#[test]
fn mail_in_quarantine_is_listed_once_and_put_aside_whatever_was_said_of_it_before() {
    type Before = fn(&House) -> i64;
    let cases: [(&str, Before); 4] = [
        ("none", |house| house.keep(1, 0)),
        ("none", |house| {
            let id = held(house);
            house.store.reread(id, at(5)).wait().unwrap();
            id
        }),
        ("released", |house| {
            let id = held(house);
            house.store.release(Target::Message(id), None, at(5)).wait().unwrap();
            id
        }),
        ("released", |house| {
            let id = house.keep(1, 0);
            house.alter("UPDATE message SET ruling = 'released'");
            id
        }),
    ];
    for (ruling, before) in cases {
        let house = House::new();
        let id = before(&house);
        silently(&house, id);
        assert_eq!(house.query("SELECT state, ruling FROM message"), [["quarantined", ruling]]);
        assert_eq!(listed(&house), (vec![Target::Message(id)], 0, 1), "{ruling}");
        house.store.discard(Target::Message(id), at(10)).wait().unwrap();
        assert_eq!(listed(&house), (Vec::new(), 0, 0), "{ruling}");
        assert!(house.store.discard(Target::Message(id), at(11)).wait().is_err(), "once is enough");
    }
}

#[test]
fn what_is_let_out_keeps_what_an_operator_said_of_it() {
    for (before, after) in [("none", "none"), ("released", "released"), ("discarded", "none")] {
        let house = House::new();
        let id = house.keep(1, 0);
        silently(&house, id);
        house.alter(&format!("UPDATE message SET ruling = '{before}'"));
        house.store.release(Target::Message(id), Some(SURVEY.into()), at(10)).wait().unwrap();
        assert_eq!(house.query("SELECT state, ruling FROM message"), [["kept", after]]);
        assert_eq!(house.query("SELECT message, survey FROM survey_choice"), [[id.to_string(), SURVEY.into()]]);
    }
}

#[test]
fn its_sender_is_told_in_the_same_step_and_once_a_day() {
    let house = House::new();
    let tell = |id: i64| -> Tell {
        Box::new(move |quarantined| {
            let notice = Notice {
                transport: "main".into(),
                key: format!("infected:{id}"),
                kind: Kind::Infected,
                recipient: "li@firm.example".into(),
                token: quarantined.token.clone(),
                message_id: format!("infected-{id}@post.example"),
                bytes: b"Subject: x\r\n\r\nnot opened\r\n".to_vec(),
            };
            (!quarantined.told_today).then_some((notice, NoticeState::Queued))
        })
    };
    let keep = |uid: u32, sender: &str| {
        let mut arrived = arrived(uid, 0, format!("message {uid}").as_bytes());
        arrived.found.sender = sender.into();
        house.store.keep(vec![arrived], at(0)).wait().unwrap()[0].id
    };
    let (first, second) = (keep(1, "li@firm.example"), keep(2, "Li@Firm.Example"));
    assert_eq!(quarantine(&house, first, tell(first)), Some(1));
    assert_eq!(quarantine(&house, second, tell(second)), None, "an address is the same in either case");
    assert_eq!(quarantine(&house, first, tell(first)), None, "it waits no more");
    assert_eq!(house.query("SELECT state, count(*) FROM message GROUP BY 1"), [["quarantined", "2"]]);
}
