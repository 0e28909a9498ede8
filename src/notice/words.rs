//! A problem becomes a sentence: what stands there, and what to write instead, in the words of the form.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::issue::{About, Issue, Problem};
use crate::notice::rank::{Finding, Group};
use crate::notice::{clean, remedy, spot};
use crate::place::Place;
use crate::survey::{Item, ItemKind, Survey};

mod answer;

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
    let all = if concerned(group).len() > 1 { "都" } else { "" };
    let subject = match &who {
        Some(who) => format!("{who}的“{name}”"),
        None => format!("“{name}”"),
    };
    let said = said(group);
    let clause = said.as_ref().map(|text| format!("填写的是“{text}”，")).unwrap_or_default();
    match &group.first.issue.problem {
        Problem::Missing if group.first.issue.place.is_none() => {
            let lacks = who.map_or_else(|| "表中没有".to_owned(), |who| format!("{who}{all}缺少"));
            format!("{lacks}“{name}”一栏，请补上这一栏并填写{}", hint(item))
        }
        Problem::Missing => format!("{subject}{all}没有填写，请补填{}", hint(item)),
        Problem::UnitMissing { .. } => format!("{subject}{clause}{all}没有写单位，{}", ask_unit(said.as_deref())),
        Problem::NotAnAmount { .. } => {
            format!("{subject}{clause}{all}看不出金额，请写明数字和单位，例如{AMOUNT_EXAMPLE}；没有收入请填“0”")
        }
        Problem::AmbiguousAmount { .. } => {
            let which = survey.reference_year.map_or_else(|| "要填的".to_owned(), |year| format!("{year}年的"));
            format!("{subject}{clause}{all}有几个金额，分不清哪一个是{which}，请只写这一个，例如{AMOUNT_EXAMPLE}")
        }
        Problem::Conflict { taken, other, .. } if may_repeat(group) => {
            let (taken, other) = (clean::line(taken, clean::ANSWER), clean::line(other, clean::ANSWER));
            format!("{subject}有两种写法，一处是“{taken}”，另一处是“{other}”，请只保留正确的一种")
        }
        Problem::Conflict { .. } => format!("{subject}{all}有几处写法不一致，请只保留正确的一种"),
        Problem::Misfit { misfit, .. } => format!("{subject}{clause}{all}{}", answer::wrong(*misfit, item)),
        _ => format!("{subject}{all}需要核对"),
    }
}

/// The enterprises concerned, when the mail reports for more than one.
fn whose(group: &Group<'_>, returns: usize) -> Option<String> {
    let concerned = concerned(group);
    if returns <= 1 || concerned.is_empty() {
        return None;
    }
    if concerned.len() > 1 && concerned.len() == returns {
        return Some(format!("全部 {returns} 家企业"));
    }
    let names: Option<Vec<&str>> = concerned.values().copied().collect();
    match names {
        Some(names) if names.len() <= NAMED => Some(names.join("、")),
        None if concerned.len() == 1 => Some("一家企业".to_owned()),
        _ => Some(format!("{} 家企业", concerned.len())),
    }
}

/// The returns concerned, by their number in the mail, with the names they give.
fn concerned<'a>(group: &'a Group<'_>) -> BTreeMap<usize, Option<&'a str>> {
    group.findings().filter_map(|one| Some((one.of?, one.who.as_deref()))).collect()
}

/// Whether the sender's own words may be repeated: of one finding only, and out of the mail that is answered, as an older
/// one may have come from another address.
fn may_repeat(group: &Group<'_>) -> bool {
    group.len() == 1 && group.first.is_own
}

/// What the sender wrote, where it may be repeated.
fn said(group: &Group<'_>) -> Option<String> {
    let text = match &group.first.issue.problem {
        Problem::UnitMissing { text }
        | Problem::NotAnAmount { text }
        | Problem::AmbiguousAmount { text }
        | Problem::Misfit { text, .. } => text,
        _ => return None,
    };
    (may_repeat(group) && !text.is_empty()).then(|| clean::line(text, clean::ANSWER))
}

/// Asks for the unit without putting one into the sender's mouth: a factor of ten thousand hangs on it.
fn ask_unit(said: Option<&str>) -> String {
    match said {
        Some(text) if text.chars().count() <= 12 && text.ends_with(|c: char| c.is_numeric()) => {
            format!("请写明是“{text}万元”还是“{text}元”")
        }
        _ => format!("请写明，例如{AMOUNT_EXAMPLE}"),
    }
}

/// What an answer to this item looks like.
fn hint(item: Option<&Item>) -> String {
    if let Some(hint) = item.and_then(|item| answer::hint(&item.kind)) {
        return hint;
    }
    match item.map(|item| &item.kind) {
        Some(ItemKind::Identity) => "企业（平台）全称".to_owned(),
        Some(ItemKind::Money { .. }) => format!("，写明数字和单位，例如{AMOUNT_EXAMPLE}；没有收入请填“0”"),
        _ => "，确实没有的请填“无”".to_owned(),
    }
}

fn of_files(group: &Group<'_>) -> String {
    format!("{}{}", files(group), remedy::of(&group.first.issue.problem))
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
        "超大附件（云附件）{}只有下载链接，没有文件，我们无法打开，链接到期后也会失效，请作为普通附件重发；文件太大时，请先单独发调查表",
        names.join("、")
    )
}

#[cfg(test)]
mod tests;
