//! Focus areas: found anew when what they are found from has changed, and an operator's word outlasts that.

use super::*;

const SURVEY: &str = "ai-industry-2017";
const FIRM: &str = "广州示例科技有限公司";

fn send(house: &House, uid: u32, products: &str) -> Judged {
    let id = house.keep(uid, i64::from(uid));
    house.judged(id, reading("li@firm.example", vec![a_return(FIRM, Some(products), Some(1))]))
}

/// Finds the areas of everybody whose areas have to be found: one is named after the products. How many that were.
fn sort(house: &House, taxonomy: &str) -> usize {
    let unsorted = house.store.unsorted(SURVEY, taxonomy).unwrap();
    let sorted = unsorted.iter().map(|one| {
        let (_, words) = one.texts.iter().find(|(item, _)| item == "products").unwrap();
        let areas = vec![(words.clone(), 80, words.clone())];
        Sorted { respondent: one.respondent, basis: one.basis.clone(), areas }
    });
    house.store.sort(sorted.collect()).wait().unwrap();
    unsorted.len()
}

fn areas(house: &House) -> Vec<(String, u8, bool)> {
    let rows = house.store.area_rows(SURVEY).unwrap();
    rows.into_iter().map(|row| (row.area, row.score, row.by_operator)).collect()
}

#[test]
fn areas_are_found_again_only_when_something_has_changed() {
    let house = House::new();
    send(&house, 1, "robots");
    assert_eq!([sort(&house, "1"), sort(&house, "1")], [1, 0]);
    assert_eq!(areas(&house), [("robots".into(), 80, false)]);
    send(&house, 2, "sensors");
    assert_eq!([sort(&house, "1"), sort(&house, "1")], [1, 0], "a new version");
    assert_eq!(areas(&house), [("sensors".into(), 80, false)]);
    assert_eq!(sort(&house, "2"), 1, "another taxonomy");
}

#[test]
fn an_operators_word_outlasts_new_versions_until_it_is_taken_back() {
    let house = House::new();
    send(&house, 1, "robots");
    sort(&house, "1");
    let choose = |area: &str, is_of| house.store.choose_area(1, area, is_of, "电话核实", at(9)).wait().unwrap();
    choose("speech", Some(true));
    choose("robots", Some(false));
    assert_eq!(areas(&house), [("speech".into(), 100, true)]);
    send(&house, 2, "robots");
    sort(&house, "1");
    assert_eq!(areas(&house), [("speech".into(), 100, true)], "the rules do not bring back what was denied");
    choose("robots", None);
    choose("speech", None);
    sort(&house, "1");
    assert_eq!(areas(&house), [("robots".into(), 80, false)]);
    assert!(house.store.choose_area(99, "robots", None, "", at(9)).wait().is_err());
}

#[test]
fn the_digest_counts_the_areas_of_returns_that_count() {
    let house = House::new();
    let judged = send(&house, 1, "robots");
    sort(&house, "1");
    let of = |house: &House| {
        let facts = house.store.facts(SURVEY).unwrap();
        facts.respondents.iter().filter_map(|one| one.current.as_ref()).map(|one| one.areas.len()).collect::<Vec<_>>()
    };
    assert_eq!(of(&house), [1]);
    house.store.discard(Target::Return(judged.returns[0].id), at(9)).wait().unwrap();
    assert!(of(&house).is_empty() && areas(&house).is_empty());
}
