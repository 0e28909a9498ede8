//! Forms of a survey with an item of every type, in the layouts that people make: each answer comes out as its type reads it.

use super::layout_tests::{Rows, document, grid, line, shown};
use super::*;
use crate::document::Block;
use respond::SurveyReading;

const SURVEY: &str = include_str!("../../config/surveys/digital-2018.toml");

/// A credit code of nobody that checks.
const CODE: &str = "91990000MA0000001B";

/// What a complete return says, typed.
const COMPLETE: [(&str, &str); 11] = [
    ("applications", "cloud,ai"),
    ("code", CODE),
    ("email", "office@hangbiao.example"),
    ("employees", "120..120"),
    ("founded", "2009-06-18"),
    ("phone", "+8675780001234"),
    ("plant", "yes"),
    ("revenue", "35000000..35000000"),
    ("sector", "manufacturing"),
    ("share", "12.5..12.5"),
    ("name", "航标制造有限公司"),
];

fn read(blocks: Vec<Block>) -> SurveyReading<'static> {
    // What is read refers to what was gathered, and lives as long as the test.
    respond::read(Box::leak(Box::new(document(blocks))), &Prepared::new(&Survey::from_toml(SURVEY).unwrap()), false)
}

/// The typed answers of a return.
fn typed(one: &Return) -> BTreeMap<String, String> {
    let said = |answer: &Answer| {
        let typed = answer.value.typed();
        let end = |end: Option<rust_decimal::Decimal>| end.map(|end| end.normalize().to_string()).unwrap_or_default();
        let number = || (typed.unit.is_some()).then(|| format!("{}..{}", end(typed.low), end(typed.high)));
        typed.value.clone().or_else(number).unwrap_or_else(|| answer.text.clone())
    };
    one.answers.iter().map(|(key, answer)| (key.clone(), said(answer))).collect()
}

/// Checks that a form says the complete return, and nothing is wrong with it.
#[track_caller]
fn check_complete(blocks: Vec<Block>) {
    let reading = read(blocks);
    assert_eq!(reading.returns.len(), 1, "{:?}", shown(&reading));
    let mut said = typed(&reading.returns[0]);
    said.remove("demand");
    let expected: BTreeMap<String, String> =
        COMPLETE.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    assert_eq!(said, expected);
    assert!(reading.returns[0].issues.is_empty(), "{:?}", reading.returns[0].issues);
}

const LABELS: [&str; 12] = [
    "企业名称",
    "统一社会信用代码",
    "成立日期",
    "所属行业",
    "2017年末从业人员数（人）",
    "2017年营业收入（万元）",
    "2017年数字化投入占营业收入比重（%）",
    "已应用的数字技术",
    "是否建有数字化车间",
    "数字化转型的主要需求",
    "联系电话",
    "电子邮箱",
];

const ANSWERS: [&str; 12] = [
    "航标制造有限公司",
    CODE,
    "2009-06-18",
    "制造业",
    "120",
    "3500",
    "12.5",
    "云计算、人工智能",
    "是",
    "人才",
    "0757-80001234",
    "office@hangbiao.example",
];

/// The same answers as forms with boxes have them.
const TICKED: [&str; 12] = [
    "航标制造有限公司",
    "91 990000 MA0000001 B",
    "2009年6月18日",
    "☑制造业 □软件和信息技术服务业 □批发和零售业 □交通运输和仓储业 □其他：____",
    "120人",
    "3500万元",
    "12.5%",
    "☑云计算 □大数据 □物联网 ☑人工智能 □尚未应用 □其他：____",
    "☑是 □否",
    "",
    "80001234",
    "office＠hangbiao.example",
];

#[test]
fn a_row_under_a_header_says_every_type() {
    check_complete(vec![Block::Grid(grid(1, &[&LABELS, &ANSWERS]))]);
    check_complete(vec![Block::Grid(grid(1, &[&LABELS, &TICKED]))]);
}

#[test]
fn labels_beside_answers_say_every_type() {
    for answers in [ANSWERS, TICKED] {
        let rows: Vec<[&str; 2]> = LABELS.into_iter().zip(answers).map(|(label, answer)| [label, answer]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(<[&str; 2]>::as_slice).collect();
        check_complete(vec![Block::Grid(grid(1, &rows))]);
        let both: Vec<(&str, &str)> = LABELS.into_iter().zip(answers).collect();
        let pairs: Vec<[&str; 4]> = both.chunks(2).map(|two| [two[0].0, two[0].1, two[1].0, two[1].1]).collect();
        let rows: Vec<&[&str]> = pairs.iter().map(<[&str; 4]>::as_slice).collect();
        check_complete(vec![Block::Grid(grid(1, &rows))]);
    }
}

#[test]
fn label_lines_say_every_type() {
    for answers in [ANSWERS, TICKED] {
        let lines: Vec<Block> = (1..)
            .zip(LABELS.into_iter().zip(answers))
            .map(|(number, (label, answer))| line(number, &format!("{label}：{answer}")))
            .collect();
        check_complete(lines);
    }
}

#[test]
fn boxes_on_lines_of_their_own_belong_to_the_label_above() {
    let mut lines: Vec<String> =
        LABELS.into_iter().zip(TICKED).map(|(label, answer)| format!("{label}：{answer}")).collect();
    lines[7] = "已应用的数字技术：☑云计算\n□大数据  □物联网\n☑人工智能\n□其他：".to_owned();
    let text = lines.join("\n");
    check_complete((1..).zip(text.split('\n')).map(|(number, text)| line(number, text)).collect());
}

#[test]
fn what_people_put_around_a_form_is_no_part_of_it() {
    let head = [&["序号"][..], &LABELS[..], &["联系人", "备注"]].concat();
    let row = [&["1"][..], &ANSWERS[..], &["林晓", "首次填报"]].concat();
    let title = vec!["澜溪区企业数字化转型情况调查表"];
    let note = vec!["填表说明：从业人员数按2017年末在册人数填写，例如100人。"];
    let rows: Vec<&[&str]> = vec![&title, &head, &row, &note];
    check_complete(vec![
        line(1, "附件1"),
        Block::Grid(grid(1, &rows)),
        line(2, "填表人：林晓　填表日期：2018年3月20日"),
    ]);
    let mut cells: Vec<[&str; 4]> = LABELS
        .chunks(2)
        .zip(ANSWERS.chunks(2))
        .map(|(labels, answers)| [labels[0], answers[0], labels[1], answers[1]])
        .collect();
    cells.insert(1, ["联系人", "林晓", "传真", "0757-80001235"]);
    cells.push(["填表日期", "2018年3月20日", "研发人员数", "30"]);
    let rows: Vec<&[&str]> = cells.iter().map(<[&str; 4]>::as_slice).collect();
    check_complete(vec![Block::Grid(grid(1, &rows))]);
}

#[test]
fn labels_and_answers_in_one_cell_say_every_type() {
    let cells: Vec<String> =
        LABELS.into_iter().zip(TICKED).map(|(label, answer)| format!("{label}：{answer}")).collect();
    let rows: Vec<Vec<&str>> = cells.chunks(2).map(|two| two.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    check_complete(vec![Block::Grid(grid(1, &rows))]);
}

#[test]
fn an_option_with_a_column_of_its_own_is_ticked_there() {
    let rows: Rows<'_> = &[
        &["企业名称", "已应用的数字技术", "…", "…", "是否建有数字化车间"],
        &["^", "云计算", "大数据", "物联网", "^"],
        &["甲有限公司", "√", "", "√", "√"],
        &["乙有限公司", "", "√", "", "×"],
    ];
    let reading = read(vec![Block::Grid(grid(1, rows))]);
    let said: Vec<(String, String)> = reading
        .returns
        .iter()
        .map(typed)
        .map(|mut said| (said.remove("applications").unwrap(), said.remove("plant").unwrap()))
        .collect();
    assert_eq!(said, [("cloud,iot".to_owned(), "yes".to_owned()), ("data".to_owned(), "no".to_owned())]);
}

#[test]
fn boxes_in_cells_of_their_own_are_not_taken_for_the_answer_beside_them() {
    let rows: Rows<'_> = &[
        &["企业名称", "甲有限公司", "…", "…", "…", "所属行业", "制造业"],
        &["是否建有数字化车间", "是", "□", "否", "☑", "成立日期", "2009年6月"],
    ];
    let reading = read(vec![Block::Grid(grid(1, rows))]);
    let said = typed(&reading.returns[0]);
    assert_eq!((said["plant"].as_str(), said["founded"].as_str()), ("no", "2009-06"));
}

#[test]
fn what_another_year_or_another_thing_is_asked_for_is_not_the_answer() {
    let rows: Rows<'_> = &[
        &[
            "企业名称",
            "2016年末从业人员数",
            "其中：研发人员数",
            "从业人员增长率",
            "2016年营业收入",
            "传真电话",
            "填表日期",
        ],
        &["甲有限公司", "100", "20", "20%", "3000万元", "0757-80001235", "2018-03-20"],
    ];
    let reading = read(vec![Block::Grid(grid(1, rows))]);
    let answered: Vec<&String> = reading.returns.iter().flat_map(|one| one.answers.keys()).collect();
    assert!(
        !answered.iter().any(|key| ["employees", "revenue", "phone", "founded"].contains(&key.as_str())),
        "{answered:?}"
    );
}

#[test]
fn a_form_with_its_boxes_unticked_is_a_blank_one() {
    let blank = "□制造业 □软件和信息技术服务业 □其他";
    let rows: Rows<'_> = &[
        &["企业名称", "", "成立日期", "____年__月__日"],
        &["所属行业", blank, "是否建有数字化车间", "□是 □否"],
        &["2017年末从业人员数", "____人", "2017年数字化投入占营业收入比重", "____%"],
    ];
    let reading = read(vec![Block::Grid(grid(1, rows))]);
    assert!(reading.has_form && reading.returns.is_empty(), "{:?}", shown(&reading));
}

#[test]
fn a_line_above_the_table_that_counts_in_ten_thousands_is_not_passed_over() {
    let rows: Rows<'_> = &[&["企业名称", "2017年末从业人员数", "2017年营业收入"], &["甲有限公司", "1.2", "3500"]];
    for (above, revenue) in [("单位：万元、万人", "35000000..35000000"), ("（单位：万人）", "3500")] {
        let reading = read(vec![line(1, above), Block::Grid(grid(1, rows))]);
        let said = typed(&reading.returns[0]);
        assert_eq!((said["employees"].as_str(), said["revenue"].as_str()), ("12000..12000", revenue), "{above}");
    }
}

#[test]
fn every_doubt_is_said_with_its_code() {
    let answers = [
        "甲有限公司",
        "440600000012345",
        "43089",
        "农业",
        "12.5",
        "3500",
        "0.125",
        "云计算、区块链",
        "部分",
        "无",
        "8000",
        "office@hangbiao",
    ];
    let labels = LABELS.map(|label| label.replace("（万元）", ""));
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let reading = read(vec![Block::Grid(grid(1, &[&labels, &answers]))]);
    let codes: Vec<&str> = reading.returns[0].issues.iter().map(|issue| issue.problem.code()).collect();
    let expected = [
        "old_code",
        "serial_date",
        "unknown_option",
        "fraction",
        "unit_missing",
        "percent_missing",
        "unknown_option",
        "not_yes_or_no",
        "not_a_telephone",
        "not_an_email",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn nothing_of_a_persons_number_leaves_the_message() {
    let rows: Rows<'_> = &[
        &["企业名称", "统一社会信用代码", "所属行业", "数字化转型的主要需求"],
        &["甲有限公司", "440000199003070016", "制造业", "请联系林晓（44000019900307 0016）"],
    ];
    let prose =
        format!("{}，法定代表人证件号440000199003070024。", "本公司多年从事数字化车间的建设与改造工作".repeat(20));
    let reading = read(vec![Block::Grid(grid(1, rows)), line(1, &prose)]);
    assert_eq!(reading.narratives.len(), 1);
    let kept = serde_json::to_string(&reading.returns).unwrap() + &serde_json::to_string(&reading.narratives).unwrap();
    assert!(!kept.contains("19900307"), "{kept}");
    assert!(shown(&reading)[0].contains("code:personal_number"), "{:?}", shown(&reading));
}
