//! Mails that were kept long enough.

use super::*;

fn answered() -> (House, i64) {
    let house = House::new();
    let id = house.keep(1, 1);
    house.judged(id, reading("a@firm.example", vec![a_return("甲公司", Some("机器人"), Some(1))]));
    (house, id)
}

fn remove(house: &House, before: i64) -> usize {
    house.store.remove_raw(Some("ai-industry-2017".into()), at(before), at(9_000)).wait().unwrap()
}

#[test]
fn the_bytes_go_and_everything_that_was_read_of_them_stays() {
    let (house, id) = answered();
    let before = (house.table(), house.store.status().unwrap());
    assert_eq!((remove(&house, 1), remove(&house, 2), remove(&house, 2)), (0, 1, 0));
    assert_eq!((house.table(), house.store.status().unwrap()), before);
    assert_eq!(house.query("SELECT count(*) FROM raw_piece"), [["0"]]);
    let refusal = house.store.raw(id).unwrap_err();
    assert!(
        refusal.to_string().starts_with("the bytes of m1 were removed on 2017-12-25 as [retention] says"),
        "{refusal}"
    );
    assert!(house.store.message("1").unwrap().removed_at.is_some());
    assert_eq!(house.store.why("甲公司", "revenue").unwrap().len(), 1);
    assert_eq!(examine(house.store.path(), Access::Shared).unwrap().faults, Vec::<String>::new());
}

#[test]
fn a_mail_that_is_fetched_once_more_is_known_without_its_bytes() {
    let (house, id) = answered();
    remove(&house, 2);
    let mut again = arrived(1, 1, b"message 1");
    again.found.location.uid = 77;
    let kept = house.store.keep(vec![again], at(9_001)).wait().unwrap();
    assert_eq!((kept[0].id, kept[0].fresh), (id, false));
    assert_eq!(house.query("SELECT count(*) FROM raw_piece"), [["0"]]);
}

#[test]
fn what_is_not_decided_keeps_its_bytes_and_what_lost_them_is_not_read_anew() {
    let (house, id) = answered();
    house.keep(2, 1);
    for state in ["UPDATE message SET disposition = 'held'", "UPDATE message SET state = 'failed', reason = 'x'"] {
        house.alter(state);
        assert_eq!(remove(&house, 9_000), 0, "{state}");
    }
    house.alter("UPDATE message SET state = 'read', disposition = 'held', ruling = 'discarded' WHERE id = 1");
    assert_eq!(remove(&house, 9_000), 1);
    house.alter("UPDATE message SET disposition = 'held', ruling = 'none' WHERE id = 1");
    assert!(matches!(house.store.reread(id, at(9_001)).wait(), Err(StoreError::Removed { .. })));
    let released = house.store.release(Target::Message(id), Some("ai-industry-2017".into()), at(9_001)).wait();
    assert!(matches!(released, Err(StoreError::Removed { .. })));
    let all = crate::store::Selection::default();
    assert_eq!((house.store.replayable(&all).unwrap(), house.store.removed(&all).unwrap()), (vec![], 1));
}

#[test]
fn mail_of_other_surveys_and_of_none_is_another_matter() {
    let (house, _) = answered();
    let stray = house.keep(2, 1);
    let none = Reading { survey: None, ..reading("b@firm.example", Vec::new()) };
    house.judged(stray, none);
    assert_eq!(house.store.remove_raw(Some("other".into()), at(2), at(9)).wait().unwrap(), 0);
    assert_eq!(house.store.remove_raw(None, at(2), at(9)).wait().unwrap(), 1);
    assert_eq!(house.query("SELECT id FROM raw WHERE removed_at IS NOT NULL"), [["2"]]);
    assert_eq!(house.store.surveys().unwrap().len(), 1);
}
