//! Notices that wait for their file: whatever happens meanwhile, each goes once, with its file or without.

use super::*;
use crate::notice::{Awaiting, FilledRow, Plan};

const LEASE: SignedDuration = SignedDuration::from_mins(2);
const BARE: &[u8] = b"Subject: x\r\n\r\nthank you\r\n";

fn plan() -> Plan {
    Plan { survey: "ai-industry-2017".into(), file: None, rows: vec![FilledRow::default()] }
}

/// A message whose correction waits for a file, and the number of that notice.
fn waiting(house: &House) -> i64 {
    let id = house.keep(1, 0);
    let judge: Judge = Box::new(|reading, situation| {
        let mut decision = judge(NoticeState::Queued)(reading, situation);
        decision.sending.awaiting = Some(Awaiting { plan: plan(), mail: b"see the file".to_vec() });
        decision
    });
    let one = reading("a@firm.example", vec![a_return("示例公司", None, Some(1))]);
    match house.store.commit_verdict(id, one, at(10), judge).wait().unwrap() {
        Committed::Judged(judged) => judged.notice.unwrap(),
        other => panic!("not judged: {other:?}"),
    }
}

fn due(house: &House, minute: i64) -> Vec<Due> {
    house.claim(9, at(minute), LEASE)
}

#[test]
fn a_correction_goes_with_its_file_as_soon_as_that_is_made() {
    let house = House::new();
    let notice = waiting(&house);
    assert!(due(&house, 12).is_empty(), "it waits");
    let claimed = house.store.claim_enclosing(at(12), LEASE).wait().unwrap().unwrap();
    assert_eq!((claimed.notice, claimed.plan), (notice, plan()));
    assert!(claimed.mail.starts_with(b"X-Postroom-Seal: ") && claimed.mail.ends_with(b"see the file"));
    assert_eq!(house.store.claim_enclosing(at(12), LEASE).wait().unwrap(), None, "one makes it");
    assert!(house.store.enclose(notice, b"with the file".to_vec(), at(12)).wait().unwrap());
    let sent = due(&house, 12);
    assert_eq!((sent[0].bytes.as_slice(), &sent[0].lacks), (b"with the file".as_slice(), &None));
    assert!(!house.store.awaits_enclosing().unwrap());
}

#[test]
fn a_process_killed_while_it_makes_the_file_costs_minutes_and_no_notice() {
    let house = House::new();
    let notice = waiting(&house);
    house.store.claim_enclosing(at(10), LEASE).wait().unwrap().unwrap();
    let house = house.reopen();
    assert!(house.store.awaits_enclosing().unwrap());
    let again = house.store.claim_enclosing(at(12), LEASE).wait().unwrap().unwrap();
    assert_eq!(again.notice, notice);
    // Nobody comes back: it goes as it is.
    let sent = due(&house, 13);
    assert_eq!(sent[0].lacks.as_deref(), Some("it was not made in time"));
    assert!(sent[0].bytes.ends_with(BARE));
    // Who comes too late changes nothing of what is on its way.
    assert!(!house.store.enclose(notice, b"with the file".to_vec(), at(13)).wait().unwrap());
    assert_eq!(due(&house.reopen(), 30)[0].bytes, sent[0].bytes);
}

#[test]
fn after_a_start_no_dead_process_holds_a_file_or_its_notice_back() {
    let house = House::new();
    waiting(&house);
    for _ in 0..3 {
        // The lease of whoever was killed is over with the start, and not minutes later.
        house.store.free_leases(at(10)).wait().unwrap();
        house.store.claim_enclosing(at(10), LEASE).wait().unwrap().unwrap();
    }
    assert!(due(&house, 10).is_empty(), "somebody makes it");
    house.store.free_leases(at(10)).wait().unwrap();
    assert_eq!(house.store.claim_enclosing(at(10), LEASE).wait().unwrap(), None, "it was tried often enough");
    assert_eq!(due(&house, 10)[0].lacks.as_deref(), Some("it was not made in time"));
}

#[test]
fn a_file_that_was_tried_often_enough_keeps_its_notice_no_longer() {
    let house = House::new();
    let notice = waiting(&house);
    for _ in 0..3 {
        house.store.claim_enclosing(at(10), LEASE).wait().unwrap().unwrap();
        house.store.not_enclosed(notice, "no reader can be started".into(), true, at(10)).wait().unwrap();
    }
    assert_eq!(due(&house, 10)[0].lacks.as_deref(), Some("no reader can be started"));
}

#[test]
fn a_file_that_cannot_be_made_keeps_its_notice_no_longer() {
    let house = House::new();
    let notice = waiting(&house);
    house.store.claim_enclosing(at(10), LEASE).wait().unwrap().unwrap();
    house.store.not_enclosed(notice, "no reader can be started".into(), true, at(10)).wait().unwrap();
    assert!(due(&house, 11).is_empty(), "another try may help");
    house.store.claim_enclosing(at(11), LEASE).wait().unwrap().unwrap();
    house.store.not_enclosed(notice, "the form is too large".into(), false, at(11)).wait().unwrap();
    assert_eq!(house.store.claim_enclosing(at(11), LEASE).wait().unwrap(), None);
    assert_eq!(due(&house, 11)[0].lacks.as_deref(), Some("the form is too large"));
}

#[test]
fn a_file_that_kills_its_maker_is_not_tried_for_ever() {
    let house = House::new();
    waiting(&house);
    let tries = (0..9).filter(|n| house.store.claim_enclosing(at(10 + n * 5), LEASE).wait().unwrap().is_some());
    assert_eq!(tries.count(), 3);
}

#[test]
fn a_notice_put_aside_waits_for_nothing() {
    let house = House::new();
    let notice = waiting(&house);
    house.store.discard(Target::Notice(notice), at(11)).wait().unwrap();
    assert!(!house.store.awaits_enclosing().unwrap());
    assert!(due(&house, 60).is_empty());
}

#[test]
fn a_notice_that_meets_a_cap_keeps_the_file_that_it_waits_for() {
    let house = House::new();
    let notice = waiting(&house);
    let ready = house.store.ready_notice("main", at(13)).unwrap().unwrap();
    house.store.postpone_notice(ready.id, "cap of the day".into(), at(60), at(13)).wait().unwrap();
    let made = house.store.claim_enclosing(at(14), LEASE).wait().unwrap();
    assert_eq!(made.map(|one| one.notice), Some(notice), "it is still to be made");
    assert!(house.store.enclose(notice, b"with the file".to_vec(), at(15)).wait().unwrap());
    let sent = due(&house, 60);
    assert_eq!((sent[0].bytes.as_slice(), &sent[0].lacks), (b"with the file".as_slice(), &None));
}
