//! What is held, released, discarded.

use super::*;
use crate::verdict::{Disposition, Standing};

fn spoofed(sender: &str, products: &str) -> Reading {
    let mut one = reading(sender, vec![a_return("甲公司", Some(products), Some(1))]);
    one.dmarc_failed = true;
    one
}

fn held(house: &House) -> Vec<(Target, String)> {
    house.store.held().unwrap().into_iter().map(|one| (one.target, one.why)).collect()
}

#[test]
fn a_held_message_counts_and_is_answered_once_it_is_released() {
    let house = House::new();
    let id = house.keep(1, 0);
    let judged = house.judged(id, spoofed("office@firm.example", "机器人"));
    assert_eq!((judged.verdict.disposition, judged.notice), (Disposition::Held, None));
    assert_eq!(held(&house), [(Target::Message(id), "the collection server says dmarc=fail".to_owned())]);
    assert!(house.table().rows.is_empty());

    house.store.release(Target::Message(id), None, at(5)).wait().unwrap();
    assert!(held(&house).is_empty());
    assert_eq!(house.store.claim_unread(9, at(6), SignedDuration::ZERO).wait().unwrap()[0].id, id);
    let judged = house.judged(id, spoofed("office@firm.example", "机器人"));
    assert_eq!(judged.returns[0].standing, Standing::Complete);
    assert!(judged.notice.is_some());
    assert_eq!(house.query("SELECT act, message FROM event"), [["release", "1"]]);
    assert!(house.store.release(Target::Message(id), None, at(7)).wait().is_err());
}

#[test]
fn a_discarded_message_is_kept_and_counts_for_nothing() {
    let house = House::new();
    let id = house.keep(1, 0);
    house.judged(id, spoofed("office@firm.example", "机器人"));
    house.store.discard(Target::Message(id), at(5)).wait().unwrap();
    assert!(held(&house).is_empty());
    assert_eq!(house.query("SELECT standing FROM return_version"), [["discarded"]]);
    assert_eq!(house.store.raw(id).unwrap(), b"message 1");
    let refusal = house.store.discard(Target::Message(id), at(6)).wait().unwrap_err();
    assert_eq!(refusal.to_string(), "message m1 is discarded: only one that is held can be discarded");
}

#[test]
fn a_contested_return_counts_once_an_operator_says_so() {
    let house = House::new();
    let (first, second) = (house.keep(1, 1), house.keep(2, 2));
    house.judged(first, reading("office@firm.example", vec![a_return("甲公司", Some("机器人"), Some(1))]));
    let judged = house.judged(second, reading("new@firm.example", vec![a_return("甲公司", Some("芯片"), Some(2))]));
    let id = judged.returns[0].id;
    assert_eq!(held(&house)[0].0, Target::Return(id));
    house.store.release(Target::Return(id), None, at(5)).wait().unwrap();
    assert_eq!(house.store.why("甲公司", "products").unwrap()[0].answer.text, "芯片");
    house.store.discard(Target::Return(id), at(6)).wait().unwrap();
    assert_eq!(house.store.why("甲公司", "products").unwrap()[0].answer.text, "机器人");
}

#[test]
fn a_held_notice_goes_out_only_when_released() {
    let house = House::new();
    let (first, second) = (house.keep(1, 1), house.keep(2, 2));
    for (id, sender) in [(first, "a@firm.example"), (second, "b@else.example")] {
        let one = reading(sender, vec![a_return(sender, Some("机器人"), Some(1))]);
        house.store.commit_verdict(id, one, at(10), judge(NoticeState::Held)).wait().unwrap();
    }
    assert!(house.claim(9, at(20), SignedDuration::ZERO).is_empty());
    let ids: Vec<Target> = held(&house).into_iter().map(|(target, _)| target).collect();
    house.store.release(ids[0], None, at(20)).wait().unwrap();
    house.store.discard(ids[1], at(20)).wait().unwrap();
    let due = house.claim(9, at(20), SignedDuration::from_mins(5));
    assert_eq!(due.iter().map(|one| Target::Notice(one.id)).collect::<Vec<_>>(), [ids[0]]);
    let refusal = house.store.discard(ids[0], at(21)).wait().unwrap_err();
    assert!(refusal.to_string().contains("is being sent"), "{refusal}");
}

/// A house with one return that came twice, and was then discarded; what was discarded with it.
fn discarded_twice() -> (House, Vec<i64>) {
    let house = House::new();
    for (uid, sender) in [(1, "office@firm.example"), (2, "Office@Firm.Example")] {
        let id = house.keep(uid, i64::from(uid));
        house.judged(id, reading(sender, vec![a_return("甲公司", Some("机器人"), Some(1))]));
    }
    let along = house.store.discard(Target::Return(1), at(5)).wait().unwrap();
    (house, along)
}

fn standings(house: &House) -> Vec<String> {
    house.query("SELECT standing FROM return_version ORDER BY id").concat()
}

#[test]
fn what_came_twice_is_discarded_once_and_let_count_once() {
    for released in [1, 2] {
        let (house, along) = discarded_twice();
        assert_eq!((along, standings(&house)), (vec![2], vec!["discarded".into(), "discarded".into()]));
        assert!(house.table().rows.is_empty());
        let along = house.store.release(Target::Return(released), None, at(7)).wait().unwrap();
        assert_eq!((along, standings(&house)), (vec![3 - released], vec!["complete".into(), "duplicate".into()]));
        // The last word holds, for both of them.
        let along = house.store.discard(Target::Return(1), at(8)).wait().unwrap();
        assert_eq!((along, standings(&house)), (vec![2], vec!["discarded".to_owned(); 2]), "r{released}");
    }
}

/// A return that was withdrawn by telephone and is given once more is not lost.
#[test]
fn what_comes_again_after_it_was_discarded_counts() {
    let (house, _) = discarded_twice();
    let id = house.keep(3, 6);
    let judged = house.judged(id, reading("office@firm.example", vec![a_return("甲公司", Some("机器人"), Some(1))]));
    assert_eq!(judged.returns[0].standing, Standing::Complete);
    assert_eq!(house.table().rows.len(), 1);
}

#[test]
fn a_strangers_copy_is_discarded_alone() {
    let house = House::new();
    for (uid, sender) in [(1, "office@firm.example"), (2, "new@else.example")] {
        let id = house.keep(uid, i64::from(uid));
        house.judged(id, reading(sender, vec![a_return("甲公司", Some("机器人"), Some(1))]));
    }
    assert_eq!(house.store.discard(Target::Return(2), at(5)).wait().unwrap(), [0_i64; 0]);
    assert_eq!(standings(&house), ["complete", "discarded"]);
}
