//! A problem becomes a sentence: what stands there, and what to write instead, in the words of the form.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::issue::{About, Issue, Problem};
use crate::notice::rank::{Finding, Group};
use crate::notice::{clean, spot};
use crate::place::Place;
use crate::survey::{Item, ItemKind, Survey};

/// Most enterprises or files that are named one by one.
const NAMED: usize = 3;
/// How an amount is written, where the sender's own figure gives no better example.
const AMOUNT_EXAMPLE: &str = "“1200万元”";

/// One line of a correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Line {
    /// What is wrong and what to write instead; no full stop at its end.
    pub(super) text: String,
    /// Where it stands; empty when it stands nowhere.
    pub(super) place: String,
}

/// The line for one root cause. `returns` is how many enterprises the mail reports for.
pub(super) fn line(group: &Group<'_>, survey: &Survey, returns: usize) -> Line {
    match &group.first.issue.about {
        About::Item(key) => Line { text: of_item(group, survey, key, returns), place: places(group) },
        About::Attachment(_) => Line { text: of_files(group), place: String::new() },
        About::Message => Line { text: of_message(group), place: String::new() },
    }
}

/// What an issue is counted under when there are too many to name: the item, or 附件.
pub(super) fn heading(issue: &Issue, survey: &Survey) -> String {
    match &issue.about {
        About::Item(key) => label(survey, key),
        About::Attachment(_) => "附件".to_owned(),
        About::Message => "来信".to_owned(),
    }
}

/// The words that name an item: short, as the form's labels run over lines.
pub(super) fn label(survey: &Survey, key: &str) -> String {
    let name = survey.item(key).map_or(key, |item| if item.short.is_empty() { &item.label } else { &item.short });
    clean::line(name, clean::NAME)
}

fn places(group: &Group<'_>) -> String {
    let own: Vec<&Place> = group.findings().filter(|one| one.is_own).flat_map(all_places).collect();
    if !own.is_empty() {
        return spot::together(&own);
    }
    let earlier: Vec<&Place> = group.findings().flat_map(all_places).collect();
    if earlier.is_empty() { String::new() } else { format!("此前来信的{}", spot::together(&earlier)) }
}

fn all_places<'a>(finding: &Finding<'a>) -> Vec<&'a Place> {
    let other = match &finding.issue.problem {
        Problem::Conflict { other_place, .. } => Some(other_place),
        _ => None,
    };
    finding.issue.place.iter().chain(other).collect()
}

fn of_item(group: &Group<'_>, survey: &Survey, key: &str, returns: usize) -> String {
    let item = survey.item(key);
    let name = label(survey, key);
    let who = whose(group, returns);
    let all = if group.len() > 1 { "都" } else { "" };
    let said = said(group);
    match &group.first.issue.problem {
        Problem::Missing if group.first.issue.place.is_none() => match who {
            Some(who) => format!("{who}{all}缺少“{name}”一栏，请补上这一栏并填写{}", hint(item)),
            None => format!("表中没有“{name}”一栏，请补上这一栏并填写{}", hint(item)),
        },
        Problem::Missing => format!("{}“{name}”{all}没有填写，请补填{}", of(who), hint(item)),
        Problem::UnitMissing { .. } => {
            format!("{}“{name}”{}{all}没有写单位，{}", of(who), said.clause(), ask_unit(&said))
        }
        Problem::NotAnAmount { .. } => {
            format!(
                "{}“{name}”{}{all}看不出金额，请写明数字和单位，例如{AMOUNT_EXAMPLE}；没有收入请填“0”",
                of(who),
                said.clause()
            )
        }
        Problem::AmbiguousAmount { .. } => {
            let which = survey.reference_year.map_or_else(|| "要填的".to_owned(), |year| format!("{year}年的"));
            format!(
                "{}“{name}”{}{all}有几个金额，分不清哪一个是{which}，请只写这一个，例如{AMOUNT_EXAMPLE}",
                of(who),
                said.clause()
            )
        }
        Problem::Conflict { taken, other, .. } => conflict(&group.first, group.len(), &of(who), &name, taken, other),
        _ => format!("{}“{name}”{all}需要核对", of(who)),
    }
}

fn conflict(first: &Finding<'_>, count: usize, of: &str, name: &str, taken: &str, other: &str) -> String {
    if count == 1 && first.is_own {
        let (taken, other) = (clean::line(taken, clean::ANSWER), clean::line(other, clean::ANSWER));
        return format!("{of}“{name}”有两种写法，一处是“{taken}”，另一处是“{other}”，请只保留正确的一种");
    }
    format!("{of}“{name}”有两处写法不一致，请只保留正确的一种")
}

/// The enterprises concerned, when the mail reports for more than one.
fn whose(group: &Group<'_>, returns: usize) -> Option<String> {
    let names: BTreeSet<&str> = group.findings().filter_map(|one| one.who.as_deref()).collect();
    let count = group.len();
    if count > 1 && count == returns {
        return Some(format!("全部 {count} 家企业"));
    }
    if names.is_empty() || returns <= 1 {
        return (count > 1).then(|| format!("{count} 家企业"));
    }
    if count > NAMED || names.len() < count {
        return Some(format!("{count} 家企业"));
    }
    let mut listed: Vec<String> = Vec::new();
    for one in group.findings().filter_map(|one| one.who.as_deref()) {
        listed.push(clean::line(one, clean::NAME));
    }
    Some(listed.join("、"))
}

fn of(who: Option<String>) -> String {
    who.map(|who| format!("{who}的")).unwrap_or_default()
}

/// What the sender wrote, where it may be repeated: one finding only, and out of the mail that is answered, as an older
/// one may have come from another address.
struct Said(Option<String>);

impl Said {
    fn clause(&self) -> String {
        self.0.as_ref().map(|text| format!("填写的是“{text}”，")).unwrap_or_default()
    }
}

fn said(group: &Group<'_>) -> Said {
    let text = match &group.first.issue.problem {
        Problem::UnitMissing { text } | Problem::NotAnAmount { text } | Problem::AmbiguousAmount { text } => text,
        _ => return Said(None),
    };
    let may_be_repeated = group.len() == 1 && group.first.is_own && !text.is_empty();
    Said(may_be_repeated.then(|| clean::line(text, clean::ANSWER)))
}

/// Asks for the unit without putting one into the sender's mouth: a factor of ten thousand hangs on it.
fn ask_unit(said: &Said) -> String {
    match &said.0 {
        Some(text) if text.chars().count() <= 12 && text.ends_with(|c: char| c.is_numeric()) => {
            format!("请写明是“{text}万元”还是“{text}元”")
        }
        _ => format!("请写明，例如{AMOUNT_EXAMPLE}"),
    }
}

/// What an answer to this item looks like.
fn hint(item: Option<&Item>) -> String {
    match item.map(|item| &item.kind) {
        Some(ItemKind::Identity) => "企业（平台）全称".to_owned(),
        Some(ItemKind::Money { .. }) => format!("，写明数字和单位，例如{AMOUNT_EXAMPLE}；没有收入请填“0”"),
        _ => "，确实没有的请填“无”".to_owned(),
    }
}

fn of_files(group: &Group<'_>) -> String {
    let files = files(group);
    match &group.first.issue.problem {
        Problem::Encrypted => format!("{files}设有密码，无法打开，请去掉密码后重发"),
        Problem::Unreadable { .. } => format!("{files}已损坏或内容为空，无法打开，请检查后重发"),
        Problem::Unsupported { format } => format!("{files}{}", unsupported(format)),
        Problem::TooLarge { .. } => {
            format!("{files}过大，无法处理，请把调查表单独作为附件重发，其他材料精简或分次发送")
        }
        _ => format!("{files}无法处理，请检查后重发"),
    }
}

fn unsupported(format: &str) -> String {
    let archives = ["7z", "rar", "tar", "gz", "xz", "bz2", "cab", "zst", "arj", "lzh"];
    let shown = clean::line(format, 16);
    if archives.iter().any(|archive| format.to_ascii_lowercase().contains(archive)) {
        return format!("是 {shown} 压缩文件，无法解开，请改用 zip 压缩，或直接把文件作为附件重发");
    }
    let kind = if shown.is_empty() {
        "格式无法读取".to_owned()
    } else {
        format!("是 {shown} 格式，无法读取表格")
    };
    format!("{kind}，请改发 Word 或 Excel 文件")
}

fn files(group: &Group<'_>) -> String {
    let mut paths: Vec<&str> = Vec::new();
    for finding in group.findings() {
        if let About::Attachment(path) = &finding.issue.about
            && !paths.contains(&path.as_str())
        {
            paths.push(path);
        }
    }
    let named: Vec<String> = paths.iter().take(NAMED).map(|path| spot::file(path)).collect();
    let more = if paths.len() > NAMED { format!(" 等 {} 个文件", paths.len()) } else { String::new() };
    format!("附件{}{more}", named.join("、"))
}

fn of_message(group: &Group<'_>) -> String {
    match &group.first.issue.problem {
        Problem::NoTable => "来信中没有找到填好的调查表，请把填好的表格（Word 或 Excel 文件）作为附件发来".to_owned(),
        Problem::BlankForm => "收到的调查表是空表，还没有填写，请填好后发来".to_owned(),
        Problem::ScanOnly => "调查表是图片或扫描件，无法登记，请发来可以编辑的 Word 或 Excel 文件".to_owned(),
        Problem::LinkedAttachment { .. } => linked(group),
        _ => "来信无法处理，请检查后重发".to_owned(),
    }
}

fn linked(group: &Group<'_>) -> String {
    let names: Vec<String> = group
        .findings()
        .filter_map(|finding| match &finding.issue.problem {
            Problem::LinkedAttachment { name: Some(name) } => Some(format!("“{}”", clean::file_name(name))),
            _ => None,
        })
        .take(NAMED)
        .collect();
    format!(
        "超大附件（云附件）{}只有下载链接，没有文件，我们无法打开，请作为普通附件重发；文件太大时，请先单独发调查表",
        names.join("、")
    )
}

#[cfg(test)]
mod tests {
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
        let finding = Finding { who: Some("甲公司".into()), issue, is_own: true };
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
        let problem = Problem::Conflict {
            taken: "1200万元".into(),
            other: "1500万元".into(),
            other_place: Place::whole("表.docx"),
        };
        let issue = Issue::of_item("revenue", problem, cell(5));
        check(
            &issue,
            &format!(
                "“营业收入”有两种写法，一处是“1200万元”，另一处是“1500万元”，请只保留正确的一种｜{F4}；文件“表.docx”"
            ),
        );
    }

    #[test]
    fn every_unusable_file_has_its_own_remedy() {
        let of = |problem| Issue::of_attachment("材料.rar", problem);
        check(&of(Problem::Encrypted), "附件“材料.rar”设有密码，无法打开，请去掉密码后重发｜");
        check(
            &of(Problem::Unreadable { why: "truncated".into() }),
            "附件“材料.rar”已损坏或内容为空，无法打开，请检查后重发｜",
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
            "超大附件（云附件）“调查表.rar”只有下载链接，没有文件，我们无法打开，请作为普通附件重发；文件太大时，请先单独发调查表｜",
        );
    }

    #[test]
    fn a_whole_column_is_one_line_that_counts_the_enterprises() {
        let issues: Vec<Issue> = (3..33)
            .map(|row| {
                Issue::of_item("revenue", Problem::UnitMissing { text: row.to_string() }, Some(sample::cell(row, 5)))
            })
            .collect();
        let findings = |who: &str| {
            issues
                .iter()
                .map(|issue| Finding {
                    who: Some(format!("{who}{}", issue.place.as_ref().unwrap())),
                    issue,
                    is_own: true,
                })
                .collect()
        };
        let place = "文件“调查表.xlsx”，工作表“Sheet1”，单元格 F4 至 F33";
        assert_eq!(
            say(findings("甲"), 31),
            [format!("30 家企业的“营业收入”都没有写单位，请写明，例如“1200万元”｜{place}")]
        );
        assert_eq!(
            say(findings("甲"), 30),
            [format!("全部 30 家企业的“营业收入”都没有写单位，请写明，例如“1200万元”｜{place}")]
        );
    }

    #[test]
    fn one_of_several_enterprises_is_named() {
        let issue = Issue::of_item("products", Problem::Missing, None);
        let finding = Finding { who: Some("甲公司".into()), issue: &issue, is_own: true };
        assert_eq!(say(vec![finding], 5), ["甲公司缺少“主要产品”一栏，请补上这一栏并填写，确实没有的请填“无”｜"]);
    }

    #[test]
    fn an_answer_from_an_earlier_mail_is_not_repeated() {
        let issue = Issue::of_item("revenue", Problem::UnitMissing { text: "1200".into() }, cell(5));
        let finding = Finding { who: None, issue: &issue, is_own: false };
        assert_eq!(say(vec![finding], 1), [format!("“营业收入”没有写单位，请写明，例如“1200万元”｜此前来信的{F4}")]);
    }
}
