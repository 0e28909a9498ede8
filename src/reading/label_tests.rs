//! Labels as forms word them, and what only looks like one.

use super::*;

fn key_of(text: &str) -> Option<String> {
    let survey = Survey::founding().unwrap();
    let labels = Labels::new(&survey);
    let (item, _) = labels.item_of(text, LIKELY)?;
    Some(survey.items[item].key.clone())
}

fn check(text: &str, key: Option<&str>) {
    assert_eq!(key_of(text).as_deref(), key, "{text}");
}

#[test]
fn a_label_is_known_however_it_is_dressed() {
    for text in [
        "企业(平台)名称",
        "企 业（平台）\n名 称",
        "1、企业名称",
        "（一）企业名称：",
        "*企业名称（盖章）",
        "①企业名称",
        "单位名称",
        "2.公司名称",
        "申报单位（盖章）",
        "申报主体",
    ] {
        check(text, Some("name"));
    }
    for text in [
        "2017年营业收入(预估)",
        "2017年营业收入（万元）",
        "营收",
        "６、２０１７年营收（预估）",
        "2017年度营业收入（预计，单位：万元）",
        "营业收入/万元",
        "⑥2017年营业收入（万元）",
        "6 2017年营业收入",
        "*二〇一七年营业收入",
        "2017年1-12月营业收入",
        "2017年营业收入（含税）",
    ] {
        check(text, Some("revenue"));
    }
    for text in ["掌握的人工智能核心技术、建设的技术平台（200字以内）", "核心技术", "人工智能核心技术及平台建设情况"]
    {
        check(text, Some("technology"));
    }
    check("主要产品、专利及标准", Some("products"));
    check("企业所处行业地位", Some("position"));
    check("行业地位及市场占有率", Some("position"));
    check("技术攻关方向及计划", Some("direction"));
    check("下阶段的主要技术攻关方向", Some("direction"));
    check("下一步技术攻关", Some("direction"));
}

#[test]
fn a_word_of_praise_leaves_a_label_beyond_doubt() {
    let survey = Survey::founding().unwrap();
    let labels = Labels::new(&survey);
    for (text, key) in [("已形成的核心技术", "technology"), ("代表性产品、专利、标准（简要说明）", "products")]
    {
        let item = labels.item_of(text, CERTAIN).map(|(item, _)| survey.items[item].key.as_str());
        assert_eq!(item, Some(key), "{text}");
    }
}

#[test]
fn a_label_in_other_words_is_known() {
    for (text, key) in [
        ("贵公司名称", "name"),
        ("机构全称", "name"),
        ("平台或企业名称", "name"),
        ("申报平台名称", "name"),
        ("已建技术平台和核心技术", "technology"),
        ("行业影响力及地位", "position"),
        ("公司在行业中的地位描述", "position"),
        ("AI产品及知识产权", "products"),
        ("代表性产品、专利、标准", "products"),
        ("下一阶段拟攻克的关键技术", "direction"),
        ("未来技术攻关重点", "direction"),
        ("本年度预计营收", "revenue"),
    ] {
        check(text, Some(key));
    }
}

#[test]
fn a_label_of_something_else_is_not_taken_for_an_item() {
    for text in [
        "序号",
        "联系人",
        "联系电话",
        "所属行业",
        "2016年营业收入",
        "营业收入同比增长",
        "2017年1-11月营业收入",
        "法定代表人",
        "技术人员数量",
        "研发投入",
        "合作企业名称",
        "曾用企业名称",
        "利润",
        "专利号",
        "营业收入增长率",
        "产品名称",
        "项目名称",
        "上年营业收入",
        "税收",
        "人均营业收入",
        "其中：主营业务收入",
        "主要产品销售收入",
        "2017年产值",
        "下一阶段工作计划",
        "无营业收入",
        "尚无核心技术",
        "方向",
    ] {
        check(text, None);
    }
}
