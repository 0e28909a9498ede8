//! A return without a name, and what its sender writes after it.

use super::*;

const OFFICE: &str = "office@firm.example";

fn nameless(products: &str, revenue: Option<i64>) -> Return {
    let mut one = a_return("", Some(products), revenue);
    one.answers.remove("name");
    one.issues.push(Issue::of_item("name", Problem::Missing, None));
    one
}

/// A reading in the thread of a token.
fn in_thread(sender: &str, token: &str, returns: Vec<Return>) -> Reading {
    let mut one = reading(sender, returns);
    one.envelope.tokens = vec![token.to_owned()];
    one
}

/// Keeps and judges a nameless return; its message and the token of the thread that the answer to it begins.
fn begun(house: &House, returns: Vec<Return>) -> (i64, String) {
    let id = house.keep(1, 1);
    house.judged(id, reading(OFFICE, returns));
    (id, house.query("SELECT token FROM notice WHERE key = 'reply:1'").remove(0).remove(0))
}

fn standings(house: &House) -> Vec<String> {
    house.query("SELECT standing FROM return_version ORDER BY message, ordinal").into_iter().flatten().collect()
}

/// How the returns of a thread stand after a nameless one and one more mail.
fn check(first: Vec<Return>, sender: &str, then: Return, wanted: &[&str]) {
    let house = House::new();
    let (_, token) = begun(&house, first);
    let id = house.keep(2, 2);
    house.judged(id, in_thread(sender, &token, vec![then]));
    assert_eq!(standings(&house), wanted);
}

#[test]
fn nobody_is_asked_for_a_name_that_has_come() {
    let named = || a_return("甲公司", Some("机器人"), Some(1));
    check(vec![nameless("机器人", Some(1))], OFFICE, named(), &["superseded", "complete"]);
    // What was wrong before may be another now; what is still wrong is asked for under the name.
    check(vec![nameless("机器人", None)], OFFICE, named(), &["superseded", "complete"]);
    let incomplete = a_return("甲公司", Some("机器人"), None);
    check(vec![nameless("机器人", None)], OFFICE, incomplete, &["superseded", "in_correction"]);
}

#[test]
fn a_return_that_may_be_another_enterprises_takes_the_place_of_none() {
    let named = || a_return("甲公司", Some("机器人"), Some(1));
    let stay = &["in_correction", "complete"];
    check(vec![nameless("芯片", Some(1))], OFFICE, named(), stay);
    check(vec![nameless("机器人", Some(2))], OFFICE, named(), stay);
    check(vec![nameless("机器人", Some(1))], "other@firm.example", named(), stay);
    let two = vec![nameless("机器人", Some(1)), nameless("机器人", Some(1))];
    check(two, OFFICE, named(), &["in_correction", "in_correction", "complete"]);
    let unnamed = nameless("机器人", Some(1));
    check(vec![unnamed.clone()], OFFICE, unnamed, &["in_correction", "in_correction"]);

    // The same in a mail of its own, outside the thread.
    let house = House::new();
    begun(&house, vec![nameless("机器人", Some(1))]);
    let id = house.keep(2, 2);
    house.judged(id, reading(OFFICE, vec![named()]));
    assert_eq!(standings(&house), stay);
}

#[test]
fn a_nameless_return_stands_again_once_its_successor_is_put_aside() {
    let house = House::new();
    let (first, token) = begun(&house, vec![nameless("机器人", Some(1))]);
    let second = house.keep(2, 2);
    let judged = house.judged(second, in_thread(OFFICE, &token, vec![a_return("甲公司", Some("机器人"), Some(1))]));
    let answers = "SELECT count(*) FROM answer JOIN return_version ON return_version.id = answer.version
                   WHERE return_version.message = 1";
    assert_eq!(house.query(answers), [["0"]]);
    // Reading the older mail again changes nothing.
    house.store.reread(first, at(5)).wait().unwrap();
    house.judged(first, reading(OFFICE, vec![nameless("机器人", Some(1))]));
    assert_eq!(standings(&house), ["superseded", "complete"]);
    house.store.discard(Target::Return(judged.returns[0].id), at(6)).wait().unwrap();
    assert_eq!(standings(&house), ["in_correction", "discarded"]);
    assert_eq!(house.query(answers), [["2"]]);
}

#[test]
fn a_nameless_return_stands_again_once_its_successor_turns_out_to_be_a_second_delivery() {
    let house = House::new();
    let (_, token) = begun(&house, vec![nameless("机器人", Some(1))]);
    let mail = |products| {
        let mut one = in_thread(OFFICE, &token, vec![a_return("甲公司", Some(products), Some(1))]);
        one.envelope.message_id = Some("a@firm.example".into());
        one
    };
    house.judged(house.keep(2, 2), mail("芯片"));
    let successor = house.keep(3, 3);
    house.judged(successor, mail("机器人"));
    assert_eq!(standings(&house), ["superseded", "superseded", "complete"]);
    house.store.reread(successor, at(5)).wait().unwrap();
    assert!(matches!(house.commit(successor, mail("芯片")), Committed::Duplicate { .. }));
    assert_eq!(standings(&house), ["in_correction", "complete"]);
}
