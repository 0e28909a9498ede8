//! What officials would be told wrongly if figures were counted otherwise.

use rust_decimal::Decimal;

use super::*;

const ZONE: &str = "Asia/Shanghai";

fn at(day: i64, hour: i64) -> Timestamp {
    let start: Timestamp = "2017-12-18T00:00:00+08:00".parse().unwrap();
    start + SignedDuration::from_hours(day * 24 + hour)
}

fn yuan(low: Option<i64>, high: Option<i64>) -> Amount {
    let decimal = |wan: i64| Decimal::from(wan * 10_000);
    Amount { text: String::new(), low: low.map(decimal), high: high.map(decimal), currency: Some("CNY".into()) }
}

/// A complete return that came at a moment, with revenue in 万元.
fn complete(first_at: Timestamp, amount: Option<Amount>) -> Option<Current> {
    let amounts = amount.map(|amount| ("revenue".to_owned(), amount)).into_iter().collect();
    Some(Current {
        id: 1,
        is_complete: true,
        first_at,
        received_at: first_at,
        in_correction_since: None,
        faulty: Vec::new(),
        amounts,
        areas: Vec::new(),
    })
}

fn faulty(first_at: Timestamp) -> Option<Current> {
    let current = complete(first_at, None).unwrap();
    Some(Current { is_complete: false, in_correction_since: Some(first_at), faulty: vec!["revenue".into()], ..current })
}

fn respondents(all: Vec<Option<Current>>) -> Vec<Respondent> {
    let one = |(id, current)| Respondent { id, is_listed: true, current, ..Respondent::default() };
    (1..).zip(all).map(one).collect()
}

fn asked(facts: &Facts, areas: &[AreaName]) -> Figures {
    let zone = TimeZone::get(ZONE).unwrap();
    let bounds = [500, 2_000, 10_000].map(|wan| Decimal::from(wan * 10_000));
    let question = Question {
        at: at(7, 8),
        before: at(0, 8),
        zone: &zone,
        opens: Some(civil::date(2017, 12, 18)),
        deadline: civil::date(2017, 12, 20),
        by: Some("镇街"),
        amount: Some(("revenue", "CNY")),
        bounds: &bounds,
        areas,
    };
    figures(facts, &question)
}

fn counted(respondents: Vec<Respondent>) -> Figures {
    asked(&Facts { respondents, waiting: Vec::new() }, &[])
}

#[test]
fn totals_tell_the_invited_from_the_unlisted_and_the_excused() {
    let mut all =
        respondents(vec![complete(at(1, 9), None), faulty(at(2, 9)), complete(at(3, 9), None), None, None, None]);
    all[4].is_excused = true;
    all[5].is_listed = false;
    all[5].current = complete(at(6, 9), None);
    let totals = counted(all).totals;
    let ids = |count: &Count| count.respondents().to_vec();
    assert_eq!(ids(&totals.invited), [1, 2, 3, 4]);
    assert_eq!(ids(&totals.excused), [5]);
    assert_eq!(ids(&totals.returned), [1, 2, 3, 6]);
    assert_eq!(ids(&totals.complete), [1, 3, 6]);
    assert_eq!(ids(&totals.in_correction), [2]);
    assert_eq!(ids(&totals.late), [3, 6], "the deadline's day is the 20th");
    assert_eq!(ids(&totals.unlisted), [6]);
    assert_eq!(ids(&totals.outstanding), [4]);
    assert_eq!((totals.rate(), totals.per_mille()), (Some((3, 4)), Some(750)));
}

#[test]
fn without_a_roster_there_is_no_rate_and_nobody_is_unlisted() {
    let mut all = respondents(vec![complete(at(1, 9), None)]);
    all[0].is_listed = false;
    let totals = counted(all).totals;
    assert_eq!((totals.rate(), totals.unlisted.number(), totals.returned.number()), (None, 0, 1));
}

#[test]
fn an_excused_enterprise_that_answers_all_the_same_is_counted_as_asked() {
    let mut all = respondents(vec![complete(at(1, 9), None), None]);
    all.iter_mut().for_each(|one| one.is_excused = true);
    let totals = counted(all).totals;
    assert_eq!(totals.rate(), Some((1, 1)));
    assert_eq!(totals.excused.respondents(), [2]);
}

#[test]
fn last_week_is_told_by_what_had_come_by_then() {
    let figures = counted(respondents(vec![complete(at(0, 7), None), complete(at(0, 9), None), None]));
    assert_eq!(figures.before.rate(), Some((1, 3)));
    assert_eq!(figures.totals.rate(), Some((2, 3)));
    assert_eq!(figures.week.new.respondents(), [2]);
    assert_eq!(figures.days_left, -5);
}

#[test]
fn days_are_those_of_the_zone_and_none_is_left_out() {
    let figures =
        counted(respondents(vec![complete(at(1, 23), None), complete(at(2, 0), None), complete(at(4, 1), None)]));
    let days: Vec<(i8, usize, usize)> =
        figures.days.iter().map(|day| (day.day.day(), day.returned.number(), day.so_far)).collect();
    let wanted = [(18, 0, 0), (19, 1, 1), (20, 1, 2), (21, 0, 2), (22, 1, 3), (23, 0, 3), (24, 0, 3), (25, 0, 3)];
    assert_eq!(days, wanted);
    assert!(counted(respondents(vec![None])).days.is_empty());
}

#[test]
fn sums_are_intervals_and_open_ends_stay_open() {
    let check = |amounts: Vec<Amount>, low: i64, high: Option<i64>| {
        let all = respondents(amounts.into_iter().map(|amount| complete(at(1, 0), Some(amount))).collect());
        let sum = counted(all).sum;
        assert_eq!((sum.low, sum.high), (Decimal::from(low * 10_000), high.map(|wan| Decimal::from(wan * 10_000))));
    };
    let exact = |wan| yuan(Some(wan), Some(wan));
    check(vec![], 0, Some(0));
    check(vec![exact(100), exact(250)], 350, Some(350));
    check(vec![exact(100), yuan(Some(300), Some(500))], 400, Some(600));
    check(vec![exact(100), yuan(Some(300), None)], 400, None);
    check(vec![exact(100), yuan(None, Some(500))], 100, Some(600));
}

#[test]
fn what_is_foreign_or_withheld_is_counted_beside_the_sum() {
    let dollars = Amount { currency: Some("USD".into()), ..yuan(Some(50), Some(50)) };
    let withheld = Amount { low: None, high: None, currency: None, text: "保密".into() };
    let amounts = [Some(yuan(Some(100), Some(100))), Some(dollars), Some(withheld), None];
    let sum = counted(respondents(amounts.map(|amount| complete(at(1, 0), amount)).to_vec())).sum;
    assert_eq!(sum.given.respondents(), [1]);
    assert_eq!(sum.foreign.respondents(), [2]);
    assert_eq!(sum.withheld.respondents(), [3, 4]);
    assert_eq!(sum.low, Decimal::from(1_000_000));
}

#[test]
fn a_range_over_a_bound_is_of_no_class() {
    let amounts = [
        yuan(Some(499), Some(499)),
        yuan(Some(500), Some(500)),
        yuan(Some(300), Some(600)),
        yuan(Some(10_000), None),
        yuan(None, Some(400)),
        yuan(Some(3_000), None),
    ];
    let classes = counted(respondents(amounts.map(|amount| complete(at(1, 0), Some(amount))).to_vec())).classes;
    let members: Vec<Vec<i64>> = classes
        .iter()
        .map(|class| match class {
            Class::Between { respondents, .. } | Class::Undecided(respondents) | Class::Unknown(respondents) => {
                respondents.respondents().to_vec()
            }
        })
        .collect();
    assert_eq!(members, [vec![1, 5], vec![2], vec![], vec![4], vec![3, 6], vec![]]);
}

#[test]
fn what_has_to_be_mended_is_in_no_sum_and_told_since_when() {
    let mut all = respondents(vec![faulty(at(3, 9)), faulty(at(1, 9))]);
    for one in &mut all {
        let current = one.current.as_mut().unwrap();
        current.amounts.insert("revenue".into(), yuan(Some(100), Some(100)));
    }
    let figures = counted(all);
    assert!(figures.sum.given.is_empty());
    let since: Vec<(i64, Timestamp)> = figures.week.outstanding.iter().map(|one| (one.respondent, one.since)).collect();
    assert_eq!(since, [(2, at(1, 9)), (1, at(3, 9))], "the longest first");
}

#[test]
fn areas_without_anybody_are_gaps_and_one_return_may_be_of_several() {
    let names = ["sensors", "smart_home"].map(|key| AreaName { key: key.into(), name: key.into(), task: "一".into() });
    let mut all = respondents(vec![complete(at(1, 0), Some(yuan(Some(100), Some(100)))), complete(at(2, 0), None)]);
    let area = |score| Area { key: "sensors".into(), score, by_operator: false };
    all[0].current.as_mut().unwrap().areas = vec![area(60)];
    all[1].current.as_mut().unwrap().areas = vec![area(90)];
    let figures = asked(&Facts { respondents: all, waiting: Vec::new() }, &names);
    let told: Vec<(usize, Vec<i64>)> =
        figures.areas.iter().map(|one| (one.respondents.number(), one.examples.clone())).collect();
    assert_eq!(told, [(2, vec![2, 1]), (0, vec![])]);
    assert_eq!(figures.areas[0].sum.given.number(), 1);
    assert!(figures.without_area.is_empty());
}

#[test]
fn a_towns_digest_speaks_of_the_town_and_what_is_nobodys_yet() {
    let mut respondents = respondents(vec![complete(at(1, 0), None), None]);
    respondents[0].tags.insert("镇街".into(), "东街".into());
    let waiting =
        |id, respondent| Waiting { what: Matter::Held, id, respondent, since: at(1, 0), title: String::new() };
    let waiting = vec![waiting(7, Some(1)), waiting(8, Some(2)), waiting(9, None)];
    let town = Facts { respondents, waiting }.of_tag("镇街", "东街");
    assert_eq!(town.respondents.iter().map(|one| one.id).collect::<Vec<_>>(), [1]);
    assert_eq!(town.waiting.iter().map(|one| one.id).collect::<Vec<_>>(), [7, 9]);
}

#[test]
fn groups_count_who_is_asked_and_the_largest_stands_first() {
    let mut all = respondents(vec![complete(at(1, 0), None), None, faulty(at(1, 0)), None]);
    for (index, value) in [(0, "西街"), (1, "东街"), (2, "东街")] {
        all[index].tags.insert("镇街".into(), value.into());
    }
    let groups: Vec<(String, usize, usize, usize)> = counted(all)
        .groups
        .iter()
        .map(|one| (one.value.clone(), one.invited.number(), one.returned.number(), one.complete.number()))
        .collect();
    assert_eq!(groups, [("东街".into(), 2, 1, 0), ("西街".into(), 1, 1, 1), (String::new(), 1, 0, 0)]);
}
