//! The official form filled in from what was read says the same when it is read: no amount is another, and nothing is asked again.

use std::collections::BTreeMap;

use crate::corpus;
use crate::document::Limits;
use crate::form::{self, Row};
use crate::issue::{About, Problem};
use crate::reading::{Prepared, Reading, Request, Return, read, read_file};
use crate::survey::Survey;
use crate::value::agree;

const DIGITAL: &str = include_str!("../../config/surveys/digital-2018.toml");

/// A form as one of the two formats.
type Write = fn(&Survey, &[Row]) -> Vec<u8>;

const FORMATS: [(&str, Write); 2] = [("form.docx", form::docx), ("form.xlsx", form::xlsx)];

fn with<T>(survey: &Survey, read: impl FnOnce(&Request<'_>) -> T) -> T {
    let prepared = Prepared::new(survey);
    let surveys = vec![&prepared];
    read(&Request { surveys, authserv_id: None, limits: Limits::default(), left_out: Vec::new() })
}

fn read_back(survey: &Survey, name: &str, bytes: &[u8]) -> Reading {
    with(survey, |request| read_file(name, bytes, request, &mut |_| {}))
}

/// The row for a return.
fn row(one: &Return, survey: &Survey) -> Row {
    let text = |key: &String| Some((key.clone(), super::text(one, key, survey)?));
    Row { texts: one.answers.keys().filter_map(text).collect(), notes: BTreeMap::new() }
}

/// What is wrong with an item, but for the texts that are quoted.
fn codes<'r>(one: &'r Return, key: &'r str) -> impl Iterator<Item = &'static str> + 'r {
    let about = move |about: &About| matches!(about, About::Item(item) if item == key);
    one.issues.iter().filter(move |issue| about(&issue.about)).map(|issue| issue.problem.code())
}

/// What a form says otherwise than the return that it was filled in with.
fn faults(before: &Return, after: &Return, survey: &Survey) -> Vec<String> {
    let mut faults = Vec::new();
    for item in &survey.items {
        let (was, is) = (before.answers.get(&item.key), after.answers.get(&item.key));
        // What is enclosed with a mail is not enclosed with its form.
        if codes(before, &item.key).any(|code| code == Problem::SeeAttachment.code()) {
            continue;
        }
        let is_same = match (was, is) {
            (Some(was), Some(is)) => agree(was, is),
            (was, is) => was.is_none() && is.is_none(),
        };
        if !is_same {
            faults.push(format!("{}: {was:?} became {is:?}", item.key));
        }
        let new = codes(after, &item.key).filter(|code| !codes(before, &item.key).any(|old| old == *code));
        faults.extend(new.map(|code| format!("{}: {code} for {was:?}", item.key)));
    }
    faults
}

/// Fills in the form of a reading and reads it again.
fn check(name: &str, reading: &Reading, survey: &Survey) -> Vec<String> {
    let rows: Vec<Row> = reading.returns.iter().map(|one| row(one, survey)).collect();
    let mut faults = Vec::new();
    for (format, write) in FORMATS.iter().filter(|_| !rows.is_empty()) {
        let again = read_back(survey, format, &write(survey, &rows));
        if again.returns.len() != rows.len() {
            faults.push(format!("{name} {format}: {} returns became {}", rows.len(), again.returns.len()));
        }
        let pairs = reading.returns.iter().zip(&again.returns);
        let new = pairs.flat_map(|(before, after)| self::faults(before, after, survey));
        faults.extend(new.map(|fault| format!("{name} {format}: {fault}")));
    }
    faults
}

#[test]
fn no_amount_of_the_sample_messages_is_asked_again_or_changes() {
    let survey = Survey::founding().unwrap();
    let faults: Vec<String> = with(&survey, |request| {
        let messages = corpus::messages().into_iter();
        messages.flat_map(|(name, raw)| check(&name, &read(&raw, request, &mut |_| {}), &survey)).collect()
    });
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Checks a table with these columns, of the second survey, whose own labels say more than the official ones.
#[track_caller]
fn check_columns(columns: &[(&str, &str)]) {
    let survey = Survey::from_toml(DIGITAL).unwrap();
    let line = |texts: Vec<&str>| texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(",");
    let (labels, answers) = columns.iter().copied().unzip();
    let table = format!("{}\n{}\n", line(labels), line(answers));
    let reading = read_back(&survey, "表.csv", table.as_bytes());
    assert_eq!(reading.returns.len(), 1, "{:?}", reading.issues);
    let missing = columns.len() - reading.returns[0].answers.len();
    assert_eq!(missing, 0, "{:?}", reading.returns[0]);
    assert_eq!(check("表.csv", &reading, &survey), Vec::<String>::new());
}

#[test]
fn a_figure_keeps_the_unit_that_stood_in_the_senders_label() {
    let around =
        [("企业名称", "航标制造有限公司"), ("统一社会信用代码", "91990000MA0000001B"), ("联系电话", "0757-80001234")];
    for figure in [
        ("2017年营业收入（万元）", "1200"),
        ("2017年营业收入（亿元）", "1.2"),
        ("2017年营业收入（元）", "12345678.90"),
        ("2017年营业收入（万美元）", "50"),
        ("2017年营业收入（万元）", "约300-500"),
        ("2017年营业收入（万元）", "-35.5"),
        ("2017年末从业人员数（万人）", "1.2"),
        ("2017年末从业人员数（百人）", "约12"),
        ("2017年数字化投入占营业收入比重（%）", "12.5"),
        ("2017年数字化投入占营业收入比重（‰）", "125"),
    ] {
        check_columns(&[around[0], around[1], around[2], figure]);
    }
}

/// What an English survey's form is filled in with is read again as well, in whatever words the sender wrote.
#[test]
fn a_form_in_english_says_the_same_when_it_is_read() {
    let survey = Survey::from_toml(include_str!("../../config/surveys/ai-industry-2017-en.toml")).unwrap();
    for revenue in [
        "12 million yuan",
        "about RMB 12,000,000",
        "1200万元",
        "3 to 5 million yuan",
        "RMB 100,000,000 or more",
        "up to USD 5,000,000",
        "-3 million yuan",
        "0",
    ] {
        let table = format!("Name of the enterprise,Core technologies,Revenue\nA Ltd,vision,\"{revenue}\"\n");
        let reading = read_back(&survey, "form.csv", table.as_bytes());
        assert!(reading.returns[0].answers.contains_key("revenue"), "{revenue}: {reading:?}");
        assert_eq!(check(revenue, &reading, &survey), Vec::<String>::new());
        let table = table.replace("Revenue\n", "\"Revenue (million yuan)\"\n").replace("12 million yuan", "12");
        let reading = read_back(&survey, "form.csv", table.as_bytes());
        assert_eq!(check(revenue, &reading, &survey), Vec::<String>::new());
    }
}

#[test]
fn a_filled_form_in_english_is_in_english() {
    let survey = Survey::from_toml(include_str!("../../config/surveys/ai-industry-2017-en.toml")).unwrap();
    let table = "Name of the enterprise,Core technologies,Revenue (million yuan)\nA Ltd,vision,12\n";
    let reading = read_back(&survey, "form.csv", table.as_bytes());
    let text = super::text(&reading.returns[0], "revenue", &survey);
    assert_eq!(text.as_deref(), Some("RMB 12,000,000"));
}
