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

/// Numbers nobody chose.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// A campaign: how many are asked and answer, and what they answer.
struct Campaign {
    listed: i64,
    returns: i64,
    all_late: bool,
    all_withheld: bool,
}

/// A return as chance has it: with an amount, a range, an open one, dollars, none, or something to mend.
fn chosen(chance: &mut Chance, name: &str, withheld: bool) -> Return {
    let mut one = a_return(name, Some("机器人"), Some(1));
    let low = Decimal::from(chance.below(50_000) * 10_000);
    let more = Decimal::from(chance.below(900) * 10_000);
    let (low, high, currency) = match if withheld { 0 } else { chance.below(7) } {
        0 => (None, None, None),
        1 => (Some(low), Some(low + more), Some("CNY")),
        2 => (Some(low), None, Some("CNY")),
        3 => (None, Some(low), Some("CNY")),
        4 => (Some(low), Some(low), Some("USD")),
        _ => (Some(low), Some(low), Some("CNY")),
    };
    let money = currency.map(|currency| Money {
        low,
        high,
        currency: currency.to_owned(),
        approximate: false,
        unit: UnitSource::Cell,
    });
    one.answers.insert("revenue".into(), answer("如表", 2, Value::Money(money)));
    if !withheld && chance.below(5) == 0 {
        one.answers.remove("products");
        one.issues.push(Issue::of_item("products", Problem::Missing, None));
    }
    one
}

/// What a script says that knows nothing of figures: it asks the survey's view, the roster's tables and the messages.
const SCRIPT: [(&str, &str); 10] = [
    ("invited", "SELECT count(*) FROM invited WHERE removed_at IS NULL"),
    ("returned", "SELECT count(*) FROM survey_ai_industry_2017"),
    ("complete", "SELECT count(*) FROM survey_ai_industry_2017 WHERE state = 'complete'"),
    ("in_correction", "SELECT count(*) FROM survey_ai_industry_2017 WHERE state = 'in_correction'"),
    ("late", "SELECT count(*) FROM survey_ai_industry_2017 WHERE received_at >= '2017-12-20T16:00:00.000000Z'"),
    ("outstanding", "SELECT count(*) FROM invited WHERE name NOT IN (SELECT respondent FROM survey_ai_industry_2017)"),
    (
        "low",
        "SELECT CAST(coalesce(sum(revenue_low), 0) AS INTEGER) FROM survey_ai_industry_2017
         WHERE state = 'complete' AND revenue_currency = 'CNY'",
    ),
    (
        "high",
        "SELECT CASE WHEN count(*) FILTER (WHERE revenue_high IS NULL) > 0 THEN 'open'
             ELSE CAST(coalesce(sum(revenue_high), 0) AS INTEGER) END
         FROM survey_ai_industry_2017 WHERE state = 'complete' AND revenue_currency = 'CNY'",
    ),
    ("given", "SELECT count(*) FROM survey_ai_industry_2017 WHERE state = 'complete' AND revenue_currency = 'CNY'"),
    ("withheld", "SELECT count(*) FROM survey_ai_industry_2017 WHERE state = 'complete' AND revenue_currency IS NULL"),
];

fn check_campaign(seed: u64, campaign: &Campaign) {
    let house = House::new();
    let mut chance = Chance(seed);
    let roster = (0..campaign.listed).map(|n| invited(&format!("第{n}公司"), ["东街", "西街"][(n % 2) as usize]));
    house.store.set_roster(SURVEY, roster.collect(), at(0)).wait().unwrap();
    for n in 0..campaign.returns {
        // The deadline's day ends 40 hours into the test's time.
        let minute = if campaign.all_late { 2_400 + n } else { i64::try_from(chance.below(4_000)).unwrap() + 1 };
        let uid = u32::try_from(n).unwrap() + 1;
        send(&house, uid, minute, chosen(&mut chance, &format!("第{n}公司"), campaign.all_withheld));
    }
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let question = Question {
        at: at(6_000),
        before: at(0),
        zone: &zone,
        opens: None,
        deadline: survey().deadline,
        by: Some("所属镇街"),
        amount: Some(("revenue", "CNY")),
        bounds: &[Decimal::from(5_000_000), Decimal::from(100_000_000)],
        areas: &[],
    };
    let figures = counted(&house, &question);
    let totals = &figures.totals;
    for (name, sql) in SCRIPT {
        let said = match name {
            "invited" => totals.invited.number().to_string(),
            "returned" => totals.returned.number().to_string(),
            "complete" => totals.complete.number().to_string(),
            "in_correction" => totals.in_correction.number().to_string(),
            "late" => totals.late.number().to_string(),
            "outstanding" => totals.outstanding.number().to_string(),
            "low" => figures.sum.low.normalize().to_string(),
            "high" => figures.sum.high.map_or("open".to_owned(), |high| high.normalize().to_string()),
            "given" => figures.sum.given.number().to_string(),
            _ => figures.sum.withheld.number().to_string(),
        };
        assert_eq!(house.query(sql), [[said]], "seed {seed}: {name}");
    }
    let of_groups: usize = figures.groups.iter().map(|one| one.returned.number()).sum();
    let listed = totals.invited.number() - totals.outstanding.number();
    assert_eq!(of_groups, listed, "seed {seed}");
    let of_days: usize = figures.days.iter().map(|day| day.returned.number()).sum();
    assert_eq!(of_days, totals.returned.number(), "seed {seed}");
    let of_classes = figures.classes.iter().map(|class| match class {
        figures::Class::Between { respondents, .. } => respondents.number(),
        figures::Class::Undecided(respondents) | figures::Class::Unknown(respondents) => respondents.number(),
    });
    assert_eq!(of_classes.sum::<usize>(), totals.complete.number(), "seed {seed}: each is of one class");
}

#[test]
fn the_figures_of_ten_campaigns_are_those_of_a_script_over_the_view() {
    let plain = |listed, returns| Campaign { listed, returns, all_late: false, all_withheld: false };
    let campaigns = [
        plain(20, 0),
        plain(20, 1),
        Campaign { all_late: true, ..plain(20, 12) },
        Campaign { all_withheld: true, ..plain(20, 12) },
        plain(0, 9),
        plain(30, 30),
        plain(25, 31),
        plain(60, 40),
        plain(12, 7),
        plain(3, 50),
    ];
    for (seed, campaign) in (1..).zip(&campaigns) {
        check_campaign(seed, campaign);
    }
}
