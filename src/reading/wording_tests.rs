//! Forms worded in their senders' own ways, and what stands beside them.

use super::layout_tests::{Rows, check, check_table, document, grid, line, read_blocks, sheet};
use super::{Prepared, respond};
use crate::document::{Block, Origin};
use crate::survey::Survey;

/// None of these labels is beyond doubt.
const OWN: [&str; 6] = [
    "填报公司名称",
    "公司在行业中的地位描述",
    "掌握的关键技术及建设的平台",
    "主要AI产品及专利",
    "下一阶段拟攻克的关键技术",
    "2017年预计实现营业收入",
];
const ANSWERS: [&str; 6] = ["甲甲甲有限公司", "B", "C", "D", "E", "1200万元"];
const FULL: &str = "direction=E name=甲甲甲有限公司 position=B products=D revenue=1200万元 technology=C ! ";

#[test]
fn labels_that_are_only_likely_vouch_for_one_another() {
    check_table(&[&OWN, &ANSWERS], &[FULL]);
    let beside: Vec<[&str; 2]> = OWN.into_iter().zip(ANSWERS).map(<[&str; 2]>::from).collect();
    let beside: Vec<&[&str]> = beside.iter().map(<[&str; 2]>::as_slice).collect();
    check_table(&beside, &[FULL]);
    let lines =
        (1..).zip(OWN.iter().zip(ANSWERS)).map(|(number, (label, text))| line(number, &format!("{label}：{text}")));
    check(lines.collect(), &[FULL]);
}

#[test]
fn an_answer_like_a_label_is_an_answer() {
    let mut none = ANSWERS;
    none[5] = "无营业收入";
    check_table(&[&OWN, &none], &[&FULL.replace("1200万元", "无营业收入")]);
    none[0] = "乙乙乙有限公司";
    let columns: Vec<[&str; 3]> = OWN.into_iter().zip(none).zip(ANSWERS).map(|((a, b), c)| [a, b, c]).collect();
    let columns: Vec<&[&str]> = columns.iter().map(<[&str; 3]>::as_slice).collect();
    check_table(&columns, &[&FULL.replace("1200万元", "无营业收入").replace('甲', "乙"), FULL]);
}

#[test]
fn the_first_respondent_is_not_swallowed_by_the_header() {
    let labels = [
        "报送单位名称",
        "在本行业的地位",
        "核心技术（含技术平台）",
        "主要产品及所获专利、标准",
        "计划攻关的技术",
        "2017年营业收入预测",
    ];
    let answers =
        ["乙乙乙有限公司", "机器视觉细分领域前九名", "知识图谱推理为核心", "产品专利6件", "人机协作技术", "RMB 60万元"];
    let reading = read_blocks(vec![Block::Grid(grid(1, &[&labels, &answers, &ANSWERS]))]);
    assert_eq!(reading.returns.len(), 2);
}

#[test]
fn another_table_right_below_is_no_respondent() {
    let lists: [Rows<'_>; 3] = [
        &[&["附表专利清单"], &["序号", "专利名称", "专利号", "类型"], &["1", "一种网关", "ZL1", "发明"]],
        &[&["股权结构"], &["姓名", "职务", "电话"], &["张三", "经理", "0757"]],
        &[&["附表股东情况"], &["股东", "出资额（万元）", "占比"], &["张三", "100", "40%"]],
    ];
    for list in lists {
        let rows: Vec<&[&str]> = [OWN.as_slice(), ANSWERS.as_slice()].into_iter().chain(list.iter().copied()).collect();
        let sheet = sheet(Origin::Sheet { name: "Sheet1".into(), hidden: false }, &rows);
        check(vec![Block::Grid(sheet)], &[FULL]);
    }
}

#[test]
fn a_note_on_an_enclosure_costs_no_return_below_it() {
    let more = ["乙乙乙有限公司", "B", "C", "D", "E", "1200万元"];
    check_table(&[&OWN, &ANSWERS, &["附件：请附营业执照"], &more], &[FULL, &FULL.replace('甲', "乙")]);
}

#[test]
fn a_table_pasted_on_below_its_caption_goes_on() {
    let more = ["乙乙乙有限公司", "B", "C", "D", "E", "1200万元"];
    check_table(&[&OWN, &ANSWERS, &["续表"], &OWN, &more], &[FULL, &FULL.replace('甲', "乙")]);
}

#[test]
fn a_unit_line_above_a_table_speaks_for_its_next_page() {
    let (mut first, mut second) = (ANSWERS, ANSWERS);
    (first[5], second[0], second[5]) = ("1200", "乙乙乙有限公司", "1300");
    let blocks = vec![
        line(1, "单位：万元"),
        Block::Grid(grid(1, &[&OWN, &first])),
        line(2, "续表"),
        Block::Grid(grid(2, &[&OWN, &second])),
    ];
    let expected = [FULL.replace("1200万元", "1200"), FULL.replace("1200万元", "1300").replace('甲', "乙")];
    check(blocks, &expected.each_ref().map(String::as_str));
}

#[test]
fn a_blank_form_of_which_only_the_labels_were_saved_is_a_blank_form() {
    let rows: Vec<[&str; 1]> = OWN.into_iter().map(|label| [label]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(<[&str; 1]>::as_slice).collect();
    let reading = read_blocks(vec![Block::Grid(grid(1, &rows))]);
    assert!(reading.has_form && reading.returns.is_empty());
}

#[test]
fn a_form_without_a_name_is_not_lost_beside_a_return() {
    let mut gathered = document(vec![Block::Grid(grid(1, &[&OWN, &ANSWERS]))]);
    let mut other = document(vec![Block::Grid(grid(1, &[&OWN[1..], &ANSWERS[1..]]))]).documents.remove(0);
    other.document.source = "另一张.docx".into();
    gathered.documents.push(other);
    let reading = respond::read(&gathered, &Prepared::new(&Survey::founding().unwrap()), false);
    assert_eq!(reading.returns.len(), 1);
    assert_eq!(reading.faults.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["另一张.docx"]);
    assert!(reading.narratives.is_empty());
}

#[test]
fn a_unit_line_above_a_table_is_not_mixed_with_that_of_the_next() {
    let (mut first, mut second) = (ANSWERS, ANSWERS);
    (first[5], second[0], second[5]) = ("1200", "乙乙乙有限公司", "1300");
    let blocks = vec![
        line(1, "金额单位：人民币万元"),
        Block::Grid(grid(1, &[&OWN, &first])),
        line(2, "人工智能产业情况摸底表，由各企业如实填写并加盖公章后报送，请勿改动表格的格式和顺序。"),
        line(3, "单位：元"),
        Block::Grid(grid(2, &[&OWN, &second])),
    ];
    let reading = read_blocks(blocks);
    let units: Vec<_> = reading.returns.iter().map(|one| (one.issues.len(), &one.answers["revenue"].value)).collect();
    assert!(matches!(units.as_slice(), [(0, one), (0, other)] if one != other), "{units:?}");
}

#[test]
fn a_name_above_the_table_that_is_broken_in_two_is_one() {
    let blocks = vec![
        line(1, "填报单位：甲甲甲物联网科"),
        line(2, "技有限公司"),
        Block::Grid(grid(1, &[&OWN[1..], &ANSWERS[1..]])),
    ];
    check(blocks, &[&FULL.replace("甲甲甲有限公司", "甲甲甲物联网科技有限公司")]);
}
