//! The roster: who is on it, how far each is, and whose returns are whose.

use jiff::tz::TimeZone;

use super::*;
use crate::roster::Invited;
use crate::verdict::Progress;

const SURVEY: &str = "ai-industry-2017";

fn invited(name: &str, addresses: &[&str]) -> Invited {
    let addresses = addresses.iter().map(|one| (*one).to_owned()).collect();
    Invited { name: name.into(), addresses, ..Invited::default() }
}

fn import(house: &House, roster: &[Invited], minute: i64) -> Imported {
    house.store.set_roster(SURVEY, roster.to_vec(), at(minute)).wait().unwrap()
}

fn imported(listed: usize, added: usize, removed: usize) -> Imported {
    Imported { listed, added, removed, ..Imported::default() }
}

fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

fn rows(house: &House) -> Vec<RosterRow> {
    house.store.roster(SURVEY, &zone()).unwrap()
}

/// Names and states.
fn states(house: &House) -> Vec<(String, Progress)> {
    rows(house).into_iter().map(|row| (row.invited.name, row.state)).collect()
}

fn send(house: &House, uid: u32, minute: i64, sender: &str, returns: Vec<Return>) -> Judged {
    let id = house.keep(uid, minute);
    house.judged(id, reading(sender, returns))
}

fn complete(name: &str) -> Return {
    a_return(name, Some("机器人"), Some(1))
}

#[test]
fn a_roster_taken_in_again_is_the_same_roster() {
    let house = House::new();
    let mut one = invited("甲公司", &["a@firm.example", "b@firm.example"]);
    one.tags.insert("所属镇街".into(), "东街".into());
    one.former_names.push("甲旧公司".into());
    one.credit_code = Some("91990000MA00000013".into());
    (one.contact, one.phone, one.is_key) = ("李某".into(), "020-1".into(), true);
    let roster = [one, invited("乙公司", &[])];
    assert_eq!(import(&house, &roster, 1), imported(2, 2, 0));
    let before = rows(&house);
    assert_eq!(before.iter().map(|row| &row.invited).collect::<Vec<_>>(), roster.iter().collect::<Vec<_>>());
    assert_eq!(import(&house, &roster, 9), imported(2, 0, 0));
    assert_eq!(rows(&house), before);
}

#[test]
fn who_leaves_the_roster_is_marked_and_comes_back_as_the_same() {
    let house = House::new();
    import(&house, &[invited("甲公司", &[]), invited("乙公司", &[])], 1);
    let second = rows(&house)[1].respondent;
    assert_eq!(import(&house, &[invited("甲公司", &[])], 2), imported(1, 0, 1));
    assert_eq!(states(&house), [("甲公司".to_owned(), Progress::NotInvited)]);
    assert_eq!(house.query("SELECT count(*) FROM invited WHERE removed_at IS NOT NULL"), [["1"]]);
    import(&house, &[invited("乙公司", &[])], 3);
    assert_eq!(rows(&house)[0].respondent, second);
}

#[test]
fn an_enterprise_that_was_renamed_stays_the_same_respondent() {
    let house = House::new();
    let coded = |name: &str| Invited { credit_code: Some("91990000MA00000013".into()), ..invited(name, &[]) };
    import(&house, &[coded("旧名公司")], 1);
    let id = rows(&house)[0].respondent;
    for minute in 2..4 {
        assert_eq!(import(&house, &[coded("新名公司")], minute), imported(1, 0, 0));
        assert_eq!((rows(&house)[0].respondent, rows(&house)[0].invited.name.as_str()), (id, "新名公司"));
    }
}

#[test]
fn a_return_that_came_before_the_roster_is_its_respondents() {
    let house = House::new();
    send(&house, 1, 1, "a@firm.example", vec![complete("甲旧公司")]);
    send(&house, 2, 2, "a@firm.example", vec![complete("乙公司")]);
    let mut first = invited("甲公司", &[]);
    first.former_names.push("甲旧公司".into());
    import(&house, &[first, invited("乙公司", &[])], 3);
    let wanted = [("甲公司".to_owned(), Progress::Returned), ("乙公司".to_owned(), Progress::Returned)];
    assert_eq!(states(&house), wanted);
    assert_eq!(house.query("SELECT count(*) FROM respondent"), [["2"]]);
}

#[test]
fn states_follow_the_mail() {
    let house = House::new();
    let address = |name: &str| format!("{name}@firm.example");
    let names = ["complete", "gaps", "asks", "silent", "late"];
    let roster: Vec<Invited> = names.iter().map(|name| invited(name, &[&address(name)])).collect();
    import(&house, &roster, 0);
    send(&house, 1, 1, &address("complete"), vec![complete("complete")]);
    send(&house, 2, 2, &address("gaps"), vec![a_return("gaps", Some("机器人"), None)]);
    send(&house, 3, 3, &address("asks"), vec![]);
    send(&house, 4, 3 * 1_440, &address("late"), vec![complete("late")]);
    use Progress::{Excused, InCorrection, Late, NotInvited, Returned, Started};
    let progress = |house: &House| rows(house).into_iter().map(|row| row.state).collect::<Vec<_>>();
    assert_eq!(progress(&house), [Returned, InCorrection, Started, NotInvited, Late]);
    let silent = rows(&house)[3].respondent;
    house.store.excuse(silent, "已注销", at(9)).wait().unwrap();
    assert_eq!(progress(&house)[3], Excused);
    assert_eq!(rows(&house)[3].excuse.as_deref(), Some("已注销"));
    assert!(house.store.unexcuse(silent).wait().unwrap());
    assert_eq!(progress(&house)[3], NotInvited);
    assert!(house.store.excuse(9_999, "", at(9)).wait().is_err());
}

#[test]
fn an_address_that_serves_several_says_nothing_of_any() {
    let house = House::new();
    import(&house, &[invited("甲公司", &["park@firm.example"]), invited("乙公司", &["park@firm.example"])], 0);
    send(&house, 1, 1, "park@firm.example", vec![]);
    assert!(states(&house).iter().all(|(_, state)| *state == Progress::NotInvited));
}
