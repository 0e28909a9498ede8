//! The outbox: keys, leases, attempts, counts.

use super::*;

fn notice(key: &str, recipient: &str) -> Notice {
    Notice {
        transport: "main".into(),
        key: key.into(),
        kind: Kind::Receipt,
        recipient: recipient.into(),
        token: "ABC234".into(),
        message_id: format!("{key}@post.example"),
        bytes: b"Subject: x\r\n\r\n".repeat(50),
    }
}

fn queue(house: &House, key: &str, recipient: &str) -> Option<i64> {
    house.store.queue_notice(notice(key, recipient), NoticeState::Queued, at(0)).wait().unwrap()
}

const LEASE: SignedDuration = SignedDuration::from_mins(5);

#[test]
fn a_key_is_taken_but_once() {
    let house = House::new();
    assert!(queue(&house, "digest:1", "a@office.example").is_some());
    assert_eq!(queue(&house, "digest:1", "b@office.example"), None);
    assert_eq!(house.store.notices(None).unwrap().len(), 1);
}

#[test]
fn an_attempt_is_on_the_disk_before_it_begins() {
    let house = House::new();
    let id = queue(&house, "digest:1", "a@office.example").unwrap();
    let due = house.claim(9, at(1), LEASE);
    assert_eq!((due[0].id, due[0].attempts, due[0].queued_at), (id, 1, at(0)));
    assert!(due[0].bytes.ends_with(&notice("", "").bytes), "under its seal");
    let house = house.reopen();
    assert_eq!(house.query("SELECT number, ended_at FROM attempt"), [["1", "-"]]);
    assert!(house.claim(9, at(5), LEASE).is_empty(), "its lease still runs");
    assert_eq!(house.store.next_notice().unwrap(), Some(at(6)));
    assert_eq!(house.claim(9, at(6), LEASE)[0].attempts, 2);
}

#[test]
fn a_notice_ends_as_the_server_says() {
    let house = House::new();
    let ids: Vec<i64> = ["a", "b", "c"].map(|key| queue(&house, key, &format!("{key}@office.example")).unwrap()).into();
    house.claim(9, at(1), LEASE);
    house.store.record_sent(ids[0], "250 ok".into(), at(2)).wait().unwrap();
    house.store.record_later(ids[1], "451 busy".into(), at(30), at(2)).wait().unwrap();
    house.store.record_refused(ids[2], "550 no such user".into(), at(2)).wait().unwrap();
    assert!(house.claim(9, at(29), LEASE).is_empty());
    assert_eq!(house.claim(9, at(30), LEASE)[0].id, ids[1]);
    let states: Vec<_> =
        house.store.notices(None).unwrap().into_iter().rev().map(|row| (row.state, row.words.unwrap())).collect();
    let state = |state: &str, words: &str| (state.to_owned(), words.to_owned());
    assert_eq!(states, [state("sent", "250 ok"), state("queued", "451 busy"), state("refused", "550 no such user")]);
    let refusal = house.store.record_sent(ids[0], "250".into(), at(3)).wait().unwrap_err();
    assert_eq!(refusal.to_string(), "notice n1 is sent: only one that is queued can be sent");
}

#[test]
fn a_notice_is_given_up_by_its_own_failures_alone() {
    let house = House::new();
    let id = queue(&house, "reply:1", "a@office.example").unwrap();
    let check = |minute: i64, failing_since: Option<i64>, doubts: u32| {
        let due = house.claim(1, at(minute), LEASE).swap_remove(0);
        assert_eq!((due.failing_since, due.doubts), (failing_since.map(at), doubts), "minute {minute}");
    };
    // An operator held it for days before.
    check(9_000, None, 0);
    house.store.record_login_refused(id, "535 no", at(9_010), at(9_001)).wait().unwrap();
    check(9_010, None, 0);
    house.store.record_later(id, "451 busy".into(), at(9_020), at(9_011)).wait().unwrap();
    check(9_020, Some(9_011), 0);
    house.store.record_doubtful(id, "cut", at(9_030), at(9_021)).wait().unwrap();
    check(9_030, Some(9_011), 1);
    let words = house.query("SELECT words FROM attempt WHERE words IS NOT NULL ORDER BY number");
    assert_eq!(words, [["login refused: 535 no"], ["451 busy"], ["may have arrived: cut"]]);
}

#[test]
fn caps_count_what_was_sent_to_an_address_a_domain_and_all() {
    let house = House::new();
    for (key, recipient) in [("a", "One@Firm.example"), ("b", "two@firm.example"), ("c", "three@else.example")] {
        let id = queue(&house, key, recipient).unwrap();
        house.claim(1, at(1), LEASE);
        house.store.record_sent(id, "250".into(), at(10)).wait().unwrap();
    }
    queue(&house, "d", "two@firm.example");
    for (recipients, since, expected) in [
        (Recipients::All, 0, 3),
        (Recipients::Domain("firm.example"), 0, 2),
        (Recipients::Address("one@firm.example"), 10, 1),
        (Recipients::Address("one@firm.example"), 11, 0),
    ] {
        assert_eq!(house.store.sent_since(recipients, at(since)).unwrap(), expected, "{recipients:?}");
    }
}

#[test]
fn a_notice_that_has_to_wait_has_not_been_tried() {
    let house = House::new();
    let id = queue(&house, "a", "a@office.example").unwrap();
    let ready = house.store.ready_notice("main", at(1)).unwrap().unwrap();
    assert_eq!((ready.id, ready.recipient.as_str()), (id, "a@office.example"));
    house.store.postpone_notice(id, "cap of the day".into(), at(60), at(1)).wait().unwrap();
    assert_eq!(house.store.ready_notice("main", at(59)).unwrap(), None);
    assert_eq!(house.claim(1, at(60), LEASE)[0].attempts, 1);
    assert_eq!(house.query("SELECT count(*) FROM attempt"), [["1"]]);
    let again = house.store.claim_notice(id, at(61), LEASE).wait().unwrap();
    assert_eq!(again, None, "somebody has it");
}
