//! Sentences, word by word.

use super::*;
use crate::notice::rank;
use crate::notice::sample;

fn say(findings: Vec<Finding<'_>>, returns: usize) -> Vec<String> {
    let survey = sample::survey();
    let groups = rank::group(findings, &survey);
    groups
        .iter()
        .map(|group| line(group, &survey, returns))
        .map(|line| format!("{}｜{}", line.text, line.place))
        .collect()
}

fn check(issue: &Issue, expected: &str) {
    let finding = Finding { of: Some(0), who: Some("甲公司".into()), issue, is_own: true };
    assert_eq!(say(vec![finding], 1), [expected]);
}

fn cell(column: u32) -> Option<Place> {
    Some(sample::cell(3, column))
}

const F4: &str = "文件“调查表.xlsx”，工作表“Sheet1”，单元格 F4";

#[test]
fn a_figure_without_unit_is_asked_about_and_none_is_suggested() {
    let issue = Issue::of_item("revenue", Problem::UnitMissing { text: "1200".into() }, cell(5));
    check(&issue, &format!("“营业收入”填写的是“1200”，没有写单位，请写明是“1200万元”还是“1200元”｜{F4}"));
    let issue = Issue::of_item("revenue", Problem::UnitMissing { text: "1200多".into() }, cell(5));
    check(&issue, &format!("“营业收入”填写的是“1200多”，没有写单位，请写明，例如“1200万元”｜{F4}"));
}

#[test]
fn an_empty_answer_tells_what_to_write() {
    let issue = Issue::of_item("revenue", Problem::Missing, cell(5));
    check(&issue, &format!("“营业收入”没有填写，请补填，写明数字和单位，例如“1200万元”；没有收入请填“0”｜{F4}"));
    let issue = Issue::of_item("products", Problem::Missing, None);
    check(&issue, "表中没有“主要产品”一栏，请补上这一栏并填写，确实没有的请填“无”｜");
    let issue = Issue::of_item("name", Problem::Missing, cell(5));
    check(&issue, &format!("“企业名称”没有填写，请补填企业（平台）全称｜{F4}"));
}

#[test]
fn an_amount_that_cannot_be_read_is_shown_as_written() {
    let issue = Issue::of_item("revenue", Problem::NotAnAmount { text: "较好".into() }, cell(5));
    check(
        &issue,
        &format!("“营业收入”填写的是“较好”，看不出金额，请写明数字和单位，例如“1200万元”；没有收入请填“0”｜{F4}"),
    );
    let issue = Issue::of_item("revenue", Problem::AmbiguousAmount { text: "800万元、1200万元".into() }, cell(5));
    check(
        &issue,
        &format!(
            "“营业收入”填写的是“800万元、1200万元”，有几个金额，分不清哪一个是2017年的，请只写这一个，例如“1200万元”｜{F4}"
        ),
    );
}

#[test]
fn a_conflict_shows_both_sides_and_both_places() {
    let problem =
        Problem::Conflict {
            taken: "1200万元".into(), other: "1500万元".into(), other_place: Place::whole("表.docx")
        };
    let issue = Issue::of_item("revenue", problem, cell(5));
    check(
        &issue,
        &format!("“营业收入”有两种写法，一处是“1200万元”，另一处是“1500万元”，请只保留正确的一种｜{F4}；文件“表.docx”"),
    );
}

#[test]
fn every_unusable_file_has_its_own_remedy() {
    let of = |problem| Issue::of_attachment("材料.rar", problem);
    check(&of(Problem::Encrypted), "附件“材料.rar”设有密码，无法打开，请去掉密码后重发｜");
    check(
        &of(Problem::Unreadable { why: "truncated".into() }),
        "附件“材料.rar”已损坏或内容不完整，无法打开，请确认在电脑上能够正常打开后重发｜",
    );
    check(
        &of(Problem::Unsupported { format: "PDF".into() }),
        "附件“材料.rar”是 PDF 格式，无法读取表格，请改发 Word 或 Excel 文件｜",
    );
    check(
        &of(Problem::Unsupported { format: "7z".into() }),
        "附件“材料.rar”是 7z 压缩文件，无法解开，请改用 zip 压缩，或直接把文件作为附件重发｜",
    );
    check(
        &of(Problem::Unsupported { format: "TNEF".into() }),
        "附件“材料.rar”是 Outlook 的 RTF 格式打包文件，无法打开，请把邮件格式改为 HTML 或纯文本后重发｜",
    );
    check(
        &of(Problem::TooLarge { limit: "unpacked".into() }),
        "附件“材料.rar”过大，无法处理，请把调查表单独作为附件重发，其他材料精简或分次发送｜",
    );
}

#[test]
fn a_mail_without_a_table_tells_what_to_send() {
    check(
        &Issue::of_message(Problem::NoTable),
        "来信中没有找到填好的调查表，请把填好的表格（Word 或 Excel 文件）作为附件发来｜",
    );
    check(&Issue::of_message(Problem::BlankForm), "收到的调查表是空表，还没有填写，请填好后发来｜");
    check(
        &Issue::of_message(Problem::ScanOnly),
        "调查表是图片或扫描件，无法登记，请发来可以编辑的 Word 或 Excel 文件｜",
    );
    let linked = Problem::LinkedAttachment { name: Some("调查表.rar".into()) };
    check(
        &Issue::of_message(linked),
        "超大附件（云附件）“调查表.rar”只有下载链接，没有文件，我们无法打开，链接到期后也会失效，请作为普通附件重发；文件太大时，请先单独发调查表｜",
    );
}

#[test]
fn a_whole_column_is_one_line_that_counts_the_enterprises() {
    let issues: Vec<Issue> = (3..33)
        .map(|row| {
            Issue::of_item("revenue", Problem::UnitMissing { text: row.to_string() }, Some(sample::cell(row, 5)))
        })
        .collect();
    let findings = || {
        let numbered = issues.iter().enumerate();
        numbered
            .map(|(at, issue)| Finding { of: Some(at), who: Some(format!("企业{at}")), issue, is_own: true })
            .collect()
    };
    let place = "文件“调查表.xlsx”，工作表“Sheet1”，单元格 F4 至 F33";
    let words = "30 家企业的“营业收入”都没有写单位，请写明，例如“1200万元”";
    assert_eq!(say(findings(), 31), [format!("{words}｜{place}")]);
    assert_eq!(say(findings(), 30), [format!("全部 {words}｜{place}")]);
}

#[test]
fn two_conflicts_of_one_enterprise_are_not_two_enterprises() {
    let problem = Problem::Conflict { taken: "1".into(), other: "2".into(), other_place: Place::whole("表.docx") };
    let issue = Issue::of_item("products", problem, cell(3));
    let finding = Finding { of: Some(0), who: Some("甲公司".into()), issue: &issue, is_own: true };
    let said = say(vec![finding.clone(), finding], 2);
    assert!(said[0].starts_with("甲公司的“主要产品”有几处写法不一致，请只保留正确的一种｜"), "{said:?}");
}

#[test]
fn one_of_several_enterprises_is_named() {
    let issue = Issue::of_item("products", Problem::Missing, None);
    let finding = Finding { of: Some(0), who: Some("甲公司".into()), issue: &issue, is_own: true };
    assert_eq!(say(vec![finding], 5), ["甲公司缺少“主要产品”一栏，请补上这一栏并填写，确实没有的请填“无”｜"]);
}

#[test]
fn an_enterprise_without_a_name_is_told_by_its_place() {
    let issue = Issue::of_item("name", Problem::Missing, cell(0));
    let finding = Finding { of: Some(1), who: None, issue: &issue, is_own: true };
    let place = "文件“调查表.xlsx”，工作表“Sheet1”，单元格 A4";
    assert_eq!(say(vec![finding], 5), [format!("一家企业的“企业名称”没有填写，请补填企业（平台）全称｜{place}")]);
}

#[test]
fn an_answer_from_an_earlier_mail_is_not_repeated() {
    let issue = Issue::of_item("revenue", Problem::UnitMissing { text: "1200".into() }, cell(5));
    let finding = Finding { of: Some(0), who: None, issue: &issue, is_own: false };
    assert_eq!(say(vec![finding], 1), [format!("“营业收入”没有写单位，请写明，例如“1200万元”｜此前来信的{F4}")]);
}
