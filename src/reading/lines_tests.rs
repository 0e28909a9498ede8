//! Letters and forms of label lines, and where an answer among them ends.

use super::*;
use crate::survey::Survey;

#[track_caller]
fn check(text: &str, expected: &[&[(&str, &str)]]) {
    check_survey(&Survey::founding().unwrap(), text, expected);
}

#[track_caller]
fn check_survey(survey: &Survey, text: &str, expected: &[&[(&str, &str)]]) {
    let labels = Labels::new(survey);
    let lines: Vec<Line<'_>> = (1..)
        .zip(text.split('\n'))
        .map(|(number, text)| Line { text, place: Place { source: "body".into(), spot: Spot::Line(number) } })
        .collect();
    let read: Vec<Vec<(String, String)>> = records(&lines, &labels)
        .iter()
        .map(|record| {
            record.pieces.iter().map(|(item, piece)| (survey.items[*item].key.clone(), piece.text.clone())).collect()
        })
        .collect();
    let expected: Vec<Vec<(String, String)>> = expected
        .iter()
        .map(|record| record.iter().map(|(key, text)| ((*key).into(), (*text).into())).collect())
        .collect();
    assert_eq!(read, expected, "{text}");
}

#[test]
fn label_lines_are_read_and_the_greeting_is_not() {
    check(
        "陶科长：您好！\n\n企业名称：甲公司\n2017年营收：100万元\n\n谢谢！",
        &[&[("name", "甲公司"), ("revenue", "100万元")]],
    );
}

#[test]
fn an_answer_goes_on_over_lines_and_ends_before_the_signature() {
    check(
        "企业名称：甲公司\n核心技术：（1）视觉；\n（2）语音\n-- \n张三\n公司：甲公司\n电话：1",
        &[&[("name", "甲公司"), ("technology", "（1）视觉；\n（2）语音")]],
    );
}

#[test]
fn a_numbered_label_that_is_not_known_ends_the_answer_above_it() {
    for [one, two, three] in [["1、", "2、", "3、"], ["（一）", "（二）", "（三）"], ["①", "②", "③"]]
    {
        check(
            &format!("{one}企业名称：甲公司\n{two}核心技术：视觉\n{three}获奖及荣誉：一等奖"),
            &[&[("name", "甲公司"), ("technology", "视觉")]],
        );
    }
    check(
        "企业名称：甲公司\n核心技术：两项：\n1、视觉：自研\n2、语音：自研",
        &[&[("name", "甲公司"), ("technology", "两项：\n1、视觉：自研\n2、语音：自研")]],
    );
}

#[test]
fn a_line_like_a_missing_label_is_no_part_of_the_answer_above_it() {
    check(
        "企业名称：甲公司\n行业地位：前列\n平台建设与技术情况综述：自研视觉平台",
        &[&[("name", "甲公司"), ("position", "前列")]],
    );
}

#[test]
fn a_line_like_two_labels_is_no_part_of_the_answer_above_it_while_one_of_them_is_missing() {
    let mut survey = Survey::founding().unwrap();
    survey.items.truncate(3);
    for (item, label) in survey.items.iter_mut().skip(1).zip(["设备甲类清单", "设备乙类清单"]) {
        (item.label, item.short, item.aliases) = (label.into(), label.into(), Vec::new());
    }
    check_survey(
        &survey,
        "企业名称：甲公司\n设备乙类清单：车床\n设备丙类清单：铣床",
        &[&[("name", "甲公司"), ("technology", "车床")]],
    );
}

#[test]
fn a_further_paragraph_of_an_answer_is_not_lost() {
    check(
        "企业名称：甲公司\n\n核心技术：自研视觉算法。\n\n另建有数据标注平台，已服务20家企业。\n\n二、经营情况\n\n2017年营收：100万元\n\n以上材料请查收。",
        &[&[
            ("name", "甲公司"),
            ("technology", "自研视觉算法。\n另建有数据标注平台，已服务20家企业。"),
            ("revenue", "100万元"),
        ]],
    );
}

#[test]
fn points_within_an_answer_are_not_taken_for_the_next_label() {
    check(
        "1、企业名称：甲公司\n2、核心技术：\n（1）视觉：自研\n（2）语音：自研\n（3）平台：自建\n3、攻关方向：力控",
        &[&[
            ("name", "甲公司"),
            ("technology", "（1）视觉：自研\n（2）语音：自研\n（3）平台：自建"),
            ("direction", "力控"),
        ]],
    );
    check(
        "企业名称：甲公司\n1、核心技术：\n1、视觉：自研\n2、语音：自研\n2、攻关方向：力控",
        &[&[("name", "甲公司"), ("technology", "1、视觉：自研\n2、语音：自研"), ("direction", "力控")]],
    );
}

#[test]
fn another_years_amount_is_no_part_of_the_answer_above() {
    check(
        "企业名称：甲公司\n攻关方向：力控\n2016年营业收入：800万元\n2017年营业收入：1200万元",
        &[&[("name", "甲公司"), ("direction", "力控"), ("revenue", "1200万元")]],
    );
}

#[test]
fn labels_in_lenticular_brackets_are_labels() {
    check("【企业名称】甲公司\n【行业地位】：前十", &[&[("name", "甲公司"), ("position", "前十")]]);
}

#[test]
fn a_reworded_label_does_not_end_in_the_answer_above() {
    check(
        "企业名称：甲公司\n核心技术：视觉\n拥有产品、专利情况：机器人\n行业地位、市场份额：前十",
        &[&[("name", "甲公司"), ("position", "前十"), ("technology", "视觉"), ("products", "机器人")]],
    );
}

#[test]
fn two_labels_on_one_line_are_two() {
    check("企业名称：甲公司　　联系人：张三\n行业地位：前十", &[&[("name", "甲公司"), ("position", "前十")]]);
}

#[test]
fn a_unit_in_the_label_is_no_end_of_it() {
    check("企业名称：甲公司\n营业收入（单位：万元）：1200", &[&[("name", "甲公司"), ("revenue", "1200")]]);
}

#[test]
fn several_respondents_one_after_another_are_several() {
    check(
        "企业名称：甲\n行业地位：一\n\n企业名称：乙\n行业地位：二",
        &[&[("name", "甲"), ("position", "一")], &[("name", "乙"), ("position", "二")]],
    );
}

#[test]
fn a_signature_is_no_return() {
    check("张三\n公司：甲公司\n电话：123", &[]);
    check("您好：\n请问单位：万元还是元？", &[]);
}
