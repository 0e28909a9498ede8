//! What an enterprise is asked, and what nobody learns from being asked.

use jiff::civil::date;

use super::*;
use crate::place::Place;
use crate::survey::{Class, Contact, ItemKind, NarrativeRule};
use crate::value::{Context, read};

fn item(key: &str, kind: ItemKind, previous: Option<Source>, size: bool) -> Item {
    let class = |(name, interval): (&str, &str)| Class { name: name.into(), interval: interval.into(), line: 1 };
    let classes = [("微型", "300万元以下"), ("小型", "300万元-2000万元"), ("大型", "4亿元以上")];
    let size =
        size.then(|| Size { roster: "规模".into(), classes: classes.map(class).to_vec(), factor: Decimal::from(5) });
    Item {
        key: key.into(),
        label: key.into(),
        short: key.into(),
        aliases: Vec::new(),
        kind,
        required: true,
        previous: previous.map(|source| Previous { source, factor: Decimal::from(5), line: 1 }),
        size,
    }
}

fn money() -> ItemKind {
    ItemKind::Money { currency: "CNY".into(), unit: None }
}

fn other_survey() -> Option<Source> {
    Some(Source::Answer { survey: "last-year".into(), item: "revenue".into() })
}

fn survey(items: Vec<Item>) -> Survey {
    Survey {
        id: "this-year".into(),
        revision: "1".into(),
        title: String::new(),
        letter: String::new(),
        opens: None,
        deadline: date(2017, 12, 20),
        closes: None,
        reference_year: None,
        contact: Contact { name: String::new(), phone: String::new() },
        items,
        prompts: Vec::new(),
        sample_names: Vec::new(),
        notes: Vec::new(),
        narratives: NarrativeRule { request: String::new(), prose_from: 300, text_from: 20 },
        reminders: None,
        taxonomy: None,
    }
}

fn answer(item: &Item, text: &str) -> Answer {
    let value = read(item, text, &Context::default()).value;
    Answer { text: text.into(), place: Place::whole("表.xlsx"), value }
}

fn a_return(item: &Item, text: &str) -> Return {
    Return { answers: BTreeMap::from([(item.key.clone(), answer(item, text))]), issues: Vec::new() }
}

/// What a figure of last year, and a size, are known by: an address that supplied the figure, one that is vouched for, or neither.
fn known(item: &Item, earlier: Option<&str>, class: &str, hint: Hint) -> Comparison {
    let earlier = earlier.map(|text| Earlier { answer: answer(item, text), is_own: hint == Hint::Figure });
    Comparison {
        earlier: earlier.into_iter().map(|one| (item.key.clone(), one)).collect(),
        tags: BTreeMap::from([("规模".to_owned(), class.to_owned())]),
        may_hear: hint == Hint::Unlike,
        judged: None,
    }
}

fn said(issues: &[Issue]) -> String {
    let one = |issue: &Issue| match &issue.problem {
        Problem::UnlikeBefore { times, hint, .. } => {
            format!("before {} {hint:?}", times.map_or("-".to_owned(), |times| times.to_string()))
        }
        Problem::UnlikeSize { class, times, hint } => format!("{class} {times} {hint:?}"),
        other => other.code().to_owned(),
    };
    issues.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The remarks on an amount beside last year's and a size.
#[track_caller]
fn check(now: &str, earlier: Option<&str>, class: &str, hint: Hint, expected: &str) {
    let revenue = item("revenue", money(), other_survey(), true);
    let comparison = known(&revenue, earlier, class, hint);
    let found = remarks(&a_return(&revenue, now), &survey(vec![revenue]), &comparison);
    assert_eq!(said(&found), expected, "{now} beside {earlier:?} and {class}");
}

#[test]
fn a_figure_many_times_last_years_is_asked_about() {
    check("1200万元", Some("100万元"), "", Hint::Unlike, "before 12 Unlike");
    check("100万元", Some("1200万元"), "", Hint::Unlike, "before 0.0833 Unlike");
    check("500万元", Some("100万元"), "", Hint::Unlike, "");
    check("约1200万元", Some("1000-1100万元"), "", Hint::Unlike, "");
    check("1200万元", None, "", Hint::Unlike, "");
    check("1200万美元", Some("100万元"), "", Hint::Unlike, "");
    check("1200", Some("100万元"), "", Hint::Unlike, "");
    check("1200万元", Some("保密"), "", Hint::Unlike, "");
}

#[test]
fn small_figures_are_not_worth_a_question() {
    check("90万元", Some("10万元"), "", Hint::Unlike, "");
    check("100万元", Some("10万元"), "", Hint::Unlike, "before 10 Unlike");
    check("0", Some("99万元"), "", Hint::Unlike, "");
    check("0", Some("100万元"), "", Hint::Unlike, "before - Unlike");
    check("100万元", Some("0"), "", Hint::Unlike, "before - Unlike");
    let people =
        item("people", ItemKind::Integer { unit: Some("人".into()), minimum: 0, maximum: None }, other_survey(), false);
    let share = item("share", ItemKind::Percentage { minimum: 0, maximum: 100 }, other_survey(), false);
    for (item, now, before, expected) in [
        (&people, "18人", "3人", ""),
        (&people, "20人", "3人", "before 6.67 Unlike"),
        (&people, "0人", "300人", "before - Unlike"),
        (&share, "9%", "1%", ""),
        (&share, "60%", "5%", "before 12 Unlike"),
    ] {
        let comparison = known(item, Some(before), "", Hint::Unlike);
        let found = remarks(&a_return(item, now), &survey(vec![item.clone()]), &comparison);
        assert_eq!(said(&found), expected, "{now} beside {before}");
    }
}

#[test]
fn a_figure_far_outside_its_size_is_asked_about() {
    check("12亿元", None, "小型", Hint::Unlike, "小型 60 Unlike");
    check("1亿元", None, "小型", Hint::Unlike, "");
    check("50万元", None, "小型", Hint::Unlike, "小型 0.167 Unlike");
    check("5000万元", None, " 微型 ", Hint::Unlike, "微型 16.7 Unlike");
    check("5000万元", None, "大型", Hint::Unlike, "大型 0.125 Unlike");
    check("50亿元", None, "大型", Hint::Unlike, "");
    check("0", None, "大型", Hint::Unlike, "");
    check("-5000万元", None, "小型", Hint::Unlike, "");
    check("12亿元", None, "特大型", Hint::Unlike, "");
    check("12亿美元", None, "小型", Hint::Unlike, "");
}

#[test]
fn who_supplied_nothing_and_is_vouched_for_by_nobody_is_asked_nothing() {
    check("12亿元", Some("100万元"), "小型", Hint::Figure, "before 1200 Figure, 小型 60 Nothing");
    check("12亿元", Some("100万元"), "小型", Hint::Unlike, "before 1200 Unlike, 小型 60 Unlike");
    check("12亿元", Some("100万元"), "小型", Hint::Nothing, "before 1200 Nothing, 小型 60 Nothing");
    let asks = |hint| Problem::UnlikeSize { class: "小型".into(), times: Decimal::TEN, hint }.asks();
    assert_eq!([Hint::Nothing, Hint::Unlike, Hint::Figure].map(asks), [false, true, true]);
}

#[test]
fn the_figure_of_the_roster_is_nobodys_own() {
    let source = Source::Roster("2016年营业收入（万元）".into());
    let revenue = item("revenue", money(), Some(source), false);
    let survey = survey(vec![revenue.clone()]);
    for (heading, text, may_hear, expected) in [
        ("2016年营业收入（万元）", "100", true, "before 12 Unlike"),
        ("2016年营业收入 (万元)", "100", true, "before 12 Unlike"),
        ("2016年营业收入（万元）", "100", false, "before 12 Nothing"),
        ("2016年营业收入（万元）", "未统计", true, ""),
        ("2015年营业收入（万元）", "100", true, ""),
    ] {
        let tags = BTreeMap::from([(heading.to_owned(), text.to_owned())]);
        let comparison = Comparison { tags, may_hear, ..Comparison::default() };
        assert_eq!(
            said(&remarks(&a_return(&revenue, "1200万元"), &survey, &comparison)),
            expected,
            "{text} under {heading}"
        );
    }
}

#[test]
fn what_is_to_be_mended_anyway_is_not_asked_about_yet() {
    let revenue = item("revenue", money(), other_survey(), false);
    let comparison = known(&revenue, Some("100万元"), "", Hint::Unlike);
    let mut one = a_return(&revenue, "1200万元");
    one.issues.push(Issue::of_item("revenue", Problem::UnitMissing { text: "1200".into() }, None));
    assert_eq!(said(&remarks(&one, &survey(vec![revenue]), &comparison)), "");
}

/// Whatever the roster and last year's survey say by then.
#[test]
fn a_figure_that_is_read_again_keeps_its_remarks() {
    let revenue = item("revenue", money(), other_survey(), true);
    let survey = survey(vec![revenue.clone()]);
    let first = a_return(&revenue, "12亿元");
    let then = remarks(&first, &survey, &known(&revenue, Some("100万元"), "小型", Hint::Unlike));
    let judged = |remarks: Vec<Issue>| Some(Judged { as_read: first.clone(), remarks });
    let later =
        |remarks| Comparison { judged: judged(remarks), ..known(&revenue, Some("10亿元"), "大型", Hint::Unlike) };
    let again = |now: &str, remarks| super::remarks(&a_return(&revenue, now), &survey, &later(remarks));
    assert_eq!(again("12亿元", then.clone()), then);
    assert_eq!(again("12 亿", then.clone()), then, "however it is written");
    assert_eq!(
        said(&again("1200万元", then)),
        "before 0.012 Unlike, 大型 0.03 Unlike",
        "another figure is another question"
    );
    assert_eq!(said(&again("12亿元", Vec::new())), "", "nothing was remarked then");
    // Its unit is understood only now.
    let unread = Judged { as_read: a_return(&revenue, "12亿"), remarks: Vec::new() };
    let unread = Judged { as_read: with_value(unread.as_read, crate::value::Value::Money(None)), ..unread };
    let comparison = Comparison { judged: Some(unread), ..known(&revenue, Some("100万元"), "", Hint::Unlike) };
    assert_eq!(said(&remarks(&first, &survey, &comparison)), "before 1200 Unlike");
}

fn with_value(mut one: Return, value: crate::value::Value) -> Return {
    one.answers.values_mut().for_each(|answer| answer.value = value.clone());
    one
}
