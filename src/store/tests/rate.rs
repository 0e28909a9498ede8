//! How fast the mail of one sender is read.

use super::*;

/// A house that reads so many mails of a sender within an hour.
fn house(per_hour: u32) -> House {
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings { per_sender_hour: Some(per_hour), ..Settings::in_folder(dir.path()) };
    House { store: Store::open(&settings).unwrap(), dir }
}

/// Keeps a mail that arrived at a minute; the minute until which it is put off.
fn keep_from(house: &House, uid: u32, sender: &str, minute: i64) -> Option<i64> {
    let mut one = arrived(uid, minute, format!("message {uid}").as_bytes());
    one.found.sender = sender.to_owned();
    let kept = house.store.keep(vec![one], at(minute)).wait().unwrap();
    let until = kept.first().unwrap().put_off_until?;
    Some(until.duration_since(at(0)).as_mins())
}

#[test]
fn within_any_hour_so_many_are_read_and_the_others_in_their_turn() {
    let house = house(2);
    let minutes = [(0, None), (1, None), (2, Some(60)), (3, Some(61)), (4, Some(120)), (70, Some(121)), (200, None)];
    for (uid, (minute, until)) in (1..).zip(minutes) {
        assert_eq!(keep_from(&house, uid, "flood@firm.example", minute), until, "at minute {minute}");
    }
    // Case makes no other sender, and another sender waits for nobody.
    assert_eq!(keep_from(&house, 20, "FLOOD@firm.example", 201), None);
    assert_eq!(keep_from(&house, 21, "Flood@firm.example", 202), Some(260));
    assert_eq!(keep_from(&house, 22, "calm@firm.example", 202), None);
    // Mail without a sender is nobody's.
    assert!((30..40).all(|uid| keep_from(&house, uid, "", 203).is_none()));
}

#[test]
fn what_is_put_off_is_claimed_when_its_time_has_come() {
    let house = house(1);
    for uid in 1..=3 {
        keep_from(&house, uid, "flood@firm.example", 0);
    }
    let claimed = |minute: i64| {
        let lease = SignedDuration::from_secs(1);
        let found = house.store.claim_unread(64, at(minute), lease).wait().unwrap();
        let ids: Vec<i64> = found.into_iter().map(|unread| unread.id).collect();
        ids.iter().for_each(|id| house.store.give_back(*id).wait().unwrap());
        ids
    };
    assert_eq!(claimed(0), [1]);
    assert_eq!(claimed(59), [1]);
    assert_eq!(claimed(60), [1, 2]);
    assert_eq!(claimed(121), [1, 2, 3]);
    assert_eq!(house.store.status().unwrap().put_off, 2);
}

#[test]
fn an_archive_that_is_fetched_for_the_first_time_is_read_at_once() {
    let house = house(1);
    assert!((0..10).all(|uid| keep_from(&house, uid + 1, "office@firm.example", i64::from(uid) * 60).is_none()));
}
