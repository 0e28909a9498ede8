//! Forms are read again by the reader itself: blank as blank, filled in as they were filled in.

use proptest::prelude::*;

use super::*;
use crate::document::Limits;
use crate::issue::Problem;
use crate::reading::{Prepared, Reading, Request, read_file};
use crate::survey::Language;

const DIGITAL: &str = include_str!("../../config/surveys/digital-2018.toml");

/// A form as one of the two formats.
type Write = fn(&Survey, &[Row]) -> Vec<u8>;

const FORMATS: [(&str, Write); 2] = [("form.docx", docx), ("form.xlsx", xlsx)];

/// The same surveys with the form's own words in English.
fn in_english() -> [Survey; 2] {
    surveys().map(|survey| Survey { language: Language::En, ..survey })
}

fn surveys() -> [Survey; 2] {
    [Survey::founding().unwrap(), Survey::from_toml(DIGITAL).unwrap()]
}

fn read(survey: &Survey, name: &str, bytes: &[u8]) -> Reading {
    let prepared = Prepared::new(survey);
    let request =
        Request { surveys: vec![&prepared], authserv_id: None, limits: Limits::default(), left_out: Vec::new() };
    read_file(name, bytes, &request, &mut |_| {})
}

fn row(texts: &[(&str, &str)]) -> Row {
    let texts = texts.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    Row { texts, notes: BTreeMap::new() }
}

/// What a reading says, return by return.
fn said(reading: &Reading) -> Vec<BTreeMap<String, String>> {
    let answers = |one: &crate::reading::Return| {
        one.answers.iter().map(|(key, answer)| (key.clone(), answer.text.clone())).collect()
    };
    reading.returns.iter().map(answers).collect()
}

/// Checks that rows are read as they were filled in, in both formats.
#[track_caller]
fn check(survey: &Survey, rows: &[Row]) {
    for (name, write) in FORMATS {
        let bytes = write(survey, rows);
        let reading = read(survey, name, &bytes);
        let expected: Vec<_> = rows.iter().map(|row| row.texts.clone()).collect();
        assert_eq!(said(&reading), expected, "{} {name}: {:?}", survey.id, reading.issues);
        assert!(reading.issues.is_empty(), "{} {name}: {:?}", survey.id, reading.issues);
        assert!(reading.narratives.is_empty(), "{} {name}: {:?}", survey.id, reading.narratives);
    }
}

fn founding_row(name: &str, revenue: &str) -> Row {
    row(&[
        ("name", name),
        ("position", "国内领先\n省内第一"),
        ("technology", "=1+1"),
        ("products", "无"),
        ("direction", "边缘计算 <w:t> & \"引号\""),
        ("revenue", revenue),
    ])
}

fn digital_row(name: &str) -> Row {
    row(&[
        ("name", name),
        ("code", "91990000MA0000001B"),
        ("founded", "2009年6月18日"),
        ("sector", "制造业"),
        ("employees", "120人"),
        ("revenue", "3500万元"),
        ("share", "12.5%"),
        ("applications", "云计算、人工智能"),
        ("plant", "是"),
        ("demand", "人才"),
        ("phone", "0757-80001234"),
        ("email", "office@hangbiao.example"),
    ])
}

#[test]
fn a_blank_form_is_read_as_blank() {
    for survey in surveys().into_iter().chain(in_english()).chain([english()]) {
        for (name, write) in FORMATS {
            let reading = read(&survey, name, &write(&survey, &[]));
            assert_eq!(said(&reading), [], "{} {name}", survey.id);
            let codes: Vec<_> = reading.issues.iter().map(|issue| issue.problem.code()).collect();
            assert_eq!(codes, ["blank_form"], "{} {name}", survey.id);
        }
    }
}

#[test]
fn what_is_filled_in_is_read_again() {
    let [founding, digital] = surveys();
    check(&founding, &[founding_row("示例智能科技有限公司", "1200万元")]);
    check(&founding, &[founding_row("示例智能科技有限公司", "1200万元"), founding_row("样板智能有限公司", "0.12亿元")]);
    check(&digital, &[digital_row("航标制造有限公司")]);
    check(&digital, &[digital_row("航标制造有限公司"), digital_row("青木制造有限公司")]);
}

/// A survey in English, and a row of it.
fn english() -> Survey {
    Survey::from_toml(include_str!("../../config/surveys/ai-industry-2017-en.toml")).unwrap()
}

#[test]
fn what_is_filled_in_in_english_is_read_again() {
    let answers = [
        ("name", "Example Technology Co., Ltd."),
        ("position", "among the ten largest of its field"),
        ("technology", "machine vision; speech recognition"),
        ("products", "none"),
        ("direction", "learning from few samples"),
        ("revenue", "RMB 12,000,000"),
    ];
    let mut other = answers;
    (other[0].1, other[5].1) = ("Sample Vision Ltd", "about 1.2 million yuan");
    check(&english(), &[row(&answers)]);
    check(&english(), &[row(&answers), row(&other)]);
    let [_, digital] = in_english();
    let mut typed = digital_row("Example Technology Co., Ltd.");
    for (key, text) in [
        ("founded", "18 June 2009"),
        ("sector", "Other: farming"),
        ("employees", "about 120人"),
        ("revenue", "35 million yuan"),
        ("plant", "Yes"),
    ] {
        typed.texts.insert(key.into(), text.into());
    }
    check(&digital, &[typed]);
}

#[test]
fn the_forms_own_example_gives_no_unit_to_a_bare_figure() {
    let [founding, digital] = surveys();
    let mut bare = digital_row("航标制造有限公司");
    bare.texts.insert("revenue".into(), "1200".into());
    for (survey, row) in [(founding, founding_row("示例智能科技有限公司", "1200")), (digital, bare)] {
        for (name, write) in FORMATS {
            let reading = read(&survey, name, &write(&survey, std::slice::from_ref(&row)));
            let problems: Vec<_> = reading.returns[0].issues.iter().map(|issue| issue.problem.clone()).collect();
            assert_eq!(problems, [Problem::UnitMissing { text: "1200".into() }], "{} {name}", survey.id);
        }
    }
}

#[test]
fn a_faulty_cell_is_marked_and_reads_as_it_stands() {
    for (survey, mut row) in
        surveys().into_iter().zip([founding_row("示例智能科技有限公司", "1200万元"), digital_row("航标制造有限公司")])
    {
        row.texts.remove("revenue");
        row.notes.insert("revenue".into(), "请补填，例如“1200万元”".into());
        row.notes.insert("name".into(), "请填写全称".into());
        let rows = [row];
        for (name, write) in FORMATS {
            let reading = read(&survey, name, &write(&survey, &rows));
            assert_eq!(said(&reading), [rows[0].texts.clone()], "{} {name}", survey.id);
        }
    }
}

#[test]
fn a_row_without_a_name_is_not_lost() {
    let [founding, digital] = surveys();
    for (survey, mut row) in [(founding, founding_row("", "1200万元")), (digital, digital_row(""))] {
        row.texts.remove("name");
        row.notes.insert("name".into(), "请补填企业（平台）全称".into());
        for (name, write) in FORMATS {
            let reading = read(&survey, name, &write(&survey, std::slice::from_ref(&row)));
            assert_eq!(said(&reading), [row.texts.clone()], "{} {name}: {:?}", survey.id, reading.issues);
        }
    }
}

#[test]
fn the_same_form_is_the_same_file() {
    for survey in surveys() {
        for (_, write) in FORMATS {
            assert_eq!(write(&survey, &[]), write(&survey, &[]));
        }
    }
}

#[test]
fn a_text_longer_than_a_cell_of_excel_still_gives_a_workbook() {
    let [founding, _] = surveys();
    let mut row = founding_row("示例智能科技有限公司", "1200万元");
    row.texts.insert("position".into(), "长".repeat(40_000));
    row.notes.insert("position".into(), "短".repeat(40_000));
    let reading = read(&founding, "form.xlsx", &xlsx(&founding, &[row]));
    assert_eq!(reading.returns.len(), 1, "{:?}", reading.issues);
}

/// Texts as people write them, the signs of formulas and markup among them.
fn written() -> impl Strategy<Value = String> {
    let line = "[=+@<&\"甲乙丙丁戊己庚辛国内领先技术abcXYZ0-9，。、；（）%]{0,24}[甲乙丙丁国内外]";
    prop::collection::vec(line, 1..3).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// A failure prints its seed and the smallest rows that fail.
    #[test]
    fn any_texts_come_out_as_they_went_in(
        texts in prop::collection::vec((written(), written(), written(), 1_u32..99_999), 1..4),
    ) {
        let [founding, digital] = surveys();
        let rows = texts.iter().enumerate().map(|(at, (position, technology, direction, amount))| {
            let mut row = founding_row(&format!("第{at}示例智能科技有限公司"), &format!("{amount}万元"));
            let texts = [("position", position), ("technology", technology), ("direction", direction)];
            row.texts.extend(texts.map(|(key, text)| (key.to_owned(), text.clone())));
            row
        });
        check(&founding, &rows.collect::<Vec<_>>());
        let rows = texts.iter().enumerate().map(|(at, (demand, _, _, amount))| {
            let mut row = digital_row(&format!("第{at}示例制造有限公司"));
            let employees = format!("{amount}人");
            row.texts.extend([("demand".to_owned(), demand.clone()), ("employees".to_owned(), employees)]);
            row
        });
        check(&digital, &rows.collect::<Vec<_>>());
    }
}
