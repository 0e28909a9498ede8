//! Messages read anew beside what stands.

use super::*;

fn again(house: &House, message: i64, reading: Reading) -> Replayed {
    replay(house, Rereading { message, reading, notify: true, now: at(2_000) })
}

fn replay(house: &House, rereading: Rereading) -> Replayed {
    let number = rereading.message;
    let judge = Box::new(move |reading: &Reading, situation: &Situation| {
        let mut decision = judge(NoticeState::Queued)(reading, situation);
        if let Some(notice) = &mut decision.notice {
            notice.key = format!("replay:{number}:{}", situation.rereading.unwrap());
        }
        decision
    });
    house.store.replay(vec![(rereading, judge)]).remove(0).wait().unwrap()
}

fn changed(replayed: Replayed) -> Change {
    match replayed {
        Replayed::Changed(change) => *change,
        other => panic!("not changed: {other:?}"),
    }
}

/// A message that was read; its number.
fn read(house: &House, uid: u32, one: Reading) -> i64 {
    let id = house.keep(uid, uid.into());
    house.judged(id, one);
    id
}

fn of(sender: &str, name: &str, revenue: Option<i64>) -> Reading {
    reading(sender, vec![a_return(name, Some("机器人"), revenue)])
}

const OFFICE: &str = "office@firm.example";

const STANDINGS: &str = "SELECT respondent.name, message, number, standing, return_version.ruling FROM return_version
    JOIN respondent ON respondent.id = respondent ORDER BY message, number, ordinal";

#[test]
fn what_stood_before_is_a_version_of_its_own_and_later_ones_count_on() {
    let house = House::new();
    let id = read(&house, 1, of(OFFICE, "甲公司", None));
    let change = changed(again(&house, id, of(OFFICE, "甲公司", Some(1))));
    assert_eq!(change.disposition.unwrap().after, "accepted");
    assert_eq!(change.notice.unwrap(), "receipt to office@firm.example");
    read(&house, 2, of(OFFICE, "甲公司", Some(2)));
    let wanted = [
        ["甲公司", "1", "1", "superseded", "none"],
        ["甲公司", "1", "2", "superseded", "none"],
        ["甲公司", "2", "3", "complete", "none"],
    ];
    assert_eq!(house.query(STANDINGS), wanted);
    assert_eq!(again(&house, id, of(OFFICE, "甲公司", Some(1))), Replayed::Unchanged);
    // A replaced reading outlives a message that is judged anew at an operator's word.
    house.store.reread(id, at(5)).wait().unwrap();
    assert_eq!(again(&house, id, of(OFFICE, "甲公司", Some(9))), Replayed::NotRead);
    house.judged(id, of(OFFICE, "甲公司", Some(1)));
    assert_eq!(house.query(STANDINGS), wanted);
    assert_eq!(house.query("SELECT key FROM notice ORDER BY id"), [["reply:1"], ["replay:1:1"], ["reply:2"]]);
}

#[test]
fn a_respondent_that_was_misnamed_is_in_no_listing_any_more() {
    let house = House::new();
    let id = read(&house, 1, of(OFFICE, "甲公司100号", Some(1)));
    let change = changed(again(&house, id, of(OFFICE, "甲公司", Some(1))));
    let sides = (change.returns[0].before.as_ref().unwrap(), change.returns[0].after.as_ref().unwrap());
    assert_eq!((sides.0.respondent.as_str(), sides.1.respondent.as_str()), ("甲公司100号", "甲公司"));
    let names: Vec<String> = house.store.returns(None).unwrap().into_iter().map(|row| row.respondent).collect();
    assert_eq!(names, ["甲公司"]);
    assert_eq!(house.table().rows.len(), 1);
    assert_eq!(house.store.why("甲公", "revenue").unwrap()[0].respondent, "甲公司");
    assert_eq!(house.store.respondent_state(Some("ai-industry-2017"), "甲公司100号").unwrap(), None);
    let old = house.store.show(sides.0.id.unwrap()).unwrap();
    assert_eq!((old.row.state.as_str(), old.read_anew.unwrap().by), ("superseded", sides.1.id));
}

#[test]
fn an_operators_word_on_a_return_stays_in_force() {
    let house = House::new();
    read(&house, 1, of(OFFICE, "甲公司", Some(1)));
    let put_aside = read(&house, 2, of(OFFICE, "乙公司", None));
    let released = read(&house, 3, of("other@firm.example", "甲公司", None));
    for (message, act) in [(put_aside, "discard"), (released, "release")] {
        let id =
            house.query(&format!("SELECT id FROM return_version WHERE message = {message}"))[0][0].parse().unwrap();
        match act {
            "discard" => house.store.discard(Target::Return(id), at(5)).wait().unwrap(),
            _ => house.store.release(Target::Return(id), None, at(5)).wait().unwrap(),
        };
    }
    let standing = |message: i64| {
        let sql = "SELECT standing, ruling FROM return_version WHERE rereading IS NULL AND message = ";
        house.query(&format!("{sql}{message}")).concat()
    };
    let aside = changed(again(&house, put_aside, of(OFFICE, "乙公司", Some(1))));
    assert_eq!((standing(put_aside), aside.notice), (vec!["discarded".into(), "discarded".into()], None));
    changed(again(&house, released, of("other@firm.example", "甲公司", Some(3))));
    assert_eq!(standing(released), ["complete", "released"]);
    // Read under another name, what was put aside stays so; a release was for the enterprise that the operator saw.
    changed(again(&house, put_aside, of(OFFICE, "丙公司", Some(1))));
    assert_eq!(standing(put_aside), ["discarded", "discarded"]);
    read(&house, 4, of(OFFICE, "丁公司", Some(1)));
    changed(again(&house, released, of("other@firm.example", "丁公司", Some(3))));
    assert_eq!(standing(released), ["complete", "none"], "it came first");
}

#[test]
fn second_deliveries_are_found_and_stay_found() {
    let house = House::new();
    let mail = |revenue| {
        let mut one = of(OFFICE, "甲公司", revenue);
        one.envelope.message_id = Some("a@firm.example".into());
        one
    };
    let first = read(&house, 1, mail(Some(1)));
    let copy = house.keep(2, 2);
    assert!(matches!(house.commit(copy, mail(Some(1))), Committed::Duplicate { .. }));
    let misread = read(&house, 3, mail(None));
    let order = house.store.replayable(&Selection { messages: vec![copy], ..Selection::default() }).unwrap();
    assert_eq!(order, [first, copy], "the original goes with it, and before it");
    changed(again(&house, first, mail(Some(2))));
    assert_eq!(again(&house, copy, mail(Some(2))), Replayed::Unchanged);
    let change = changed(again(&house, misread, mail(Some(2))));
    assert!(change.otherwise.contains(&"duplicate_of") && change.notice.is_none());
    assert!(change.returns[0].after.is_none());
    let wanted = [["1", "-"], ["2", "1"], ["3", "1"]];
    assert_eq!(house.query("SELECT id, duplicate_of FROM message ORDER BY id"), wanted);
}

#[test]
fn what_only_the_office_sees_is_kept_and_mailed_to_nobody() {
    let house = House::new();
    let id = read(&house, 1, of(OFFICE, "甲公司", Some(1)));
    let mut moved = of(OFFICE, "甲公司", Some(1));
    let answer = moved.returns[0].answers.get_mut("products").unwrap();
    answer.place.source = "另一表.xlsx".into();
    let change = changed(again(&house, id, moved));
    assert_eq!((change.returns[0].answers.len(), change.notice), (1, None));
}

#[test]
fn a_mail_that_a_later_one_replaced_is_no_cause_to_write() {
    let house = House::new();
    let id = read(&house, 1, of(OFFICE, "甲公司", None));
    let mut empty = reading(OFFICE, Vec::new());
    empty.issues = vec![Issue::of_attachment("表.xlsx", Problem::Encrypted)];
    let unreadable = read(&house, 2, empty.clone());
    read(&house, 3, of(OFFICE, "甲公司", Some(3)));
    assert_eq!(changed(again(&house, id, of(OFFICE, "甲公司", Some(1)))).notice, None);
    empty.issues = vec![Issue::of_attachment("表.xlsx", Problem::ScanOnly)];
    assert_eq!(changed(again(&house, unreadable, empty)).notice, None);
}

#[test]
fn where_only_the_rules_around_a_reading_changed_its_return_keeps_its_number() {
    let house = House::new();
    let id = read(&house, 1, of(OFFICE, "甲公司", Some(1)));
    let number = house.query("SELECT id FROM return_version");
    let earlier = "UPDATE return_version SET standing = 'pending'; UPDATE message SET fingerprint = 'old'";
    house.store.write(move |connection| Ok(connection.execute_batch(earlier)?)).wait().unwrap();
    let change = changed(again(&house, id, of(OFFICE, "甲公司", Some(1))));
    assert_eq!(change.returns[0].after.as_ref().unwrap().standing, "complete");
    assert_eq!(change.notice, None);
    assert_eq!(house.query("SELECT id FROM return_version"), number);
    assert_eq!(house.query("SELECT count(*) FROM rereading"), [["0"]]);
    assert_ne!(house.query("SELECT fingerprint FROM message"), [["old"]], "a second delivery is known by it");
}

#[test]
fn what_reads_the_same_under_a_changed_survey_is_not_told_of_for_ever() {
    let house = House::new();
    let id = read(&house, 1, of(OFFICE, "甲公司", Some(1)));
    let other = read(&house, 2, of(OFFICE, "乙公司", Some(1)));
    let newer = Survey { revision: "r2".into(), ..survey() };
    house.store.register_surveys(std::slice::from_ref(&newer), at(9)).wait().unwrap();
    assert_eq!(house.store.read_under_others(&newer).unwrap(), 2);
    assert_eq!(again(&house, id, of(OFFICE, "甲公司", Some(1))), Replayed::Unchanged);
    changed(again(&house, other, of(OFFICE, "乙公司", Some(2))));
    assert_eq!(house.store.read_under_others(&newer).unwrap(), 0);
}
