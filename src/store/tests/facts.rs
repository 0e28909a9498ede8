//! What is counted, as it stands in the file; and that the queries that explain a figure find the same returns.

use jiff::tz::TimeZone;

use super::*;
use crate::calendar;
use crate::figures::{self, Figures, Name, Question};
use crate::roster::Invited;

const SURVEY: &str = "ai-industry-2017";

fn invited(name: &str, town: &str) -> Invited {
    let tags = BTreeMap::from([("所属镇街".to_owned(), town.to_owned())]);
    Invited { name: name.into(), tags, ..Invited::default() }
}

fn send(house: &House, uid: u32, minute: i64, one: Return) -> Judged {
    let id = house.keep(uid, minute);
    house.judged(id, reading(&format!("sender{uid}@firm.example"), vec![one]))
}

/// A roster of four, of whom one is excused, and a stranger; minutes count from the 19th of December 2017.
fn house() -> House {
    let house = House::new();
    let roster = [("甲公司", "东街"), ("乙公司", "东街"), ("丙公司", "西街"), ("丁公司", "西街")];
    let roster = roster.map(|(name, town)| invited(name, town));
    house.store.set_roster(SURVEY, roster.to_vec(), at(0)).wait().unwrap();
    send(&house, 1, 10, a_return("甲公司", Some("机器人"), Some(1_200)));
    send(&house, 2, 20, a_return("乙公司", None, Some(3)));
    send(&house, 3, 3_000, a_return("戊公司", Some("芯片"), Some(88)));
    let ids: Vec<i64> = house.store.roster(SURVEY, &TimeZone::UTC).unwrap().iter().map(|row| row.respondent).collect();
    house.store.excuse(ids[3], "已注销", at(1)).wait().unwrap();
    house
}

fn counted(house: &House, question: &Question<'_>) -> Figures {
    figures::figures(&house.store.facts(SURVEY).unwrap(), question)
}

#[test]
fn every_figure_is_found_again_by_the_query_that_explains_it() {
    let house = house();
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let survey = survey();
    let bounds = [Decimal::from(1_000_000), Decimal::from(5_000_000)];
    let question = Question {
        at: at(5_000),
        before: at(15),
        zone: &zone,
        opens: None,
        deadline: survey.deadline,
        by: Some("所属镇街"),
        amount: Some(("revenue", "CNY")),
        bounds: &bounds,
        areas: &[],
    };
    let figures = counted(&house, &question);
    let start = |day: civil::Date| day.to_zoned(zone.clone()).unwrap().timestamp();
    let mut seen = 0;
    for name in figures.names() {
        let class = match &name {
            Name::Class(number) => match &figures.classes[number - 1] {
                figures::Class::Between { from, to, .. } => {
                    (from.map(|from| from.to_string()), to.map(|to| to.to_string()))
                }
                _ => continue,
            },
            _ => (None, None),
        };
        let day = match &name {
            Name::Day(day) => Some((start(*day), start(day.tomorrow().unwrap()))),
            _ => None,
        };
        let asked = Asked {
            survey: SURVEY,
            scope: None,
            at: question.at,
            before: question.before,
            deadline_end: calendar::deadline_end(survey.deadline, &zone),
            day,
            by: question.by,
            amount: question.amount,
            class,
        };
        let rows = house.store.behind(&asked.query(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found: Vec<i64> = rows.iter().map(|row| row.respondent).collect();
        let expected = figures.count(&name).unwrap().respondents();
        assert_eq!(found, expected, "{name}");
        seen += expected.len();
    }
    assert!(seen > 12, "{seen} returns stand behind the figures");
}

#[test]
fn who_is_asked_who_has_answered_and_what_waits_is_counted_from_the_file() {
    let house = house();
    let facts = house.store.facts(SURVEY).unwrap();
    let told: Vec<(&str, bool, bool, bool)> = facts
        .respondents
        .iter()
        .map(|one| (one.name.as_str(), one.is_listed, one.is_excused, one.current.is_some()))
        .collect();
    let wanted = [
        ("甲公司", true, false, true),
        ("乙公司", true, false, true),
        ("丙公司", true, false, false),
        ("丁公司", true, true, false),
        ("戊公司", false, false, true),
    ];
    assert_eq!(told, wanted);
    let second = facts.respondents[1].current.as_ref().unwrap();
    assert_eq!((second.is_complete, second.faulty.as_slice()), (false, ["products".to_owned()].as_slice()));
    assert_eq!(second.in_correction_since, Some(at(20)));
    assert!(facts.waiting.is_empty());

    let id = house.keep(9, 40);
    let mut held = reading("wang@elsewhere.example", vec![a_return("己公司", Some("语音"), Some(1))]);
    held.dmarc_failed = true;
    house.judged(id, held);
    let waiting = house.store.facts(SURVEY).unwrap().waiting;
    assert_eq!(waiting.iter().map(|one| (one.what, one.id)).collect::<Vec<_>>(), [(figures::Matter::Held, id)]);
}
