//! What to write into an item's cell, in a few words for the form itself.

use crate::survey::{Item, ItemKind, Options};

/// The box that a choice is ticked in.
const BOX: char = '□';
/// What stands behind the option for a text of one's own.
const OTHER: &str = "其他";

/// What to write, with an example where one helps: 请写明数字和单位，例如“1200万元”；没有请填“0”.
pub(super) fn of(kind: &ItemKind) -> String {
    let example = kind.example().map(|example| format!("例如“{example}”")).unwrap_or_default();
    match kind {
        ItemKind::Text => "如实填写，确实没有的请填“无”".to_owned(),
        ItemKind::Identity => "单位全称".to_owned(),
        ItemKind::Money { .. } => format!("请写明数字和单位，{example}；没有请填“0”"),
        ItemKind::Integer { .. } => format!("填一个整数，{example}；没有请填“0”"),
        ItemKind::Percentage { .. } => format!("填百分数，{example}；没有请填“0”"),
        ItemKind::Date { .. } => format!("填日期，{example}"),
        ItemKind::Choice(options) => format!("请选一项：{}", named(options)),
        ItemKind::Choices(options) => format!("可以多选：{}", named(options)),
        ItemKind::Telephone { .. } => format!("座机请写区号，{example}"),
        ItemKind::Email => format!("填邮箱地址，{example}"),
        ItemKind::CreditCode => "营业执照上的18位代码".to_owned(),
        ItemKind::YesNo => "填“是”或“否”".to_owned(),
    }
}

/// The same with the word on whether it must be answered: 必填。填一个整数，例如“120人”.
pub(super) fn with_duty(item: &Item) -> String {
    format!("{}。{}", if item.required { "必填" } else { "选填" }, of(&item.kind))
}

/// Whether the words of a table's header leave open what to write.
pub(super) fn is_wanted(kind: &ItemKind) -> bool {
    kind.is_strict()
}

/// What may be chosen, as the form names it; empty for what is no choice.
pub(super) fn choices(kind: &ItemKind) -> Vec<String> {
    match kind {
        ItemKind::YesNo => vec!["是".to_owned(), "否".to_owned()],
        ItemKind::Choice(options) | ItemKind::Choices(options) => labels(options),
        _ => Vec::new(),
    }
}

/// The boxes to tick: □制造业 □批发和零售业 □其他：____; none for what is no choice.
pub(super) fn boxes(kind: &ItemKind) -> Option<String> {
    let choices = choices(kind);
    let has_other = kind.options().is_some_and(|options| options.other);
    let own = choices.len().checked_sub(1).filter(|_| has_other);
    let boxed = choices.iter().enumerate().map(|(at, label)| {
        let line = if Some(at) == own { "：____" } else { "" };
        format!("{BOX}{label}{line}")
    });
    (!choices.is_empty()).then(|| boxed.collect::<Vec<_>>().join("  "))
}

fn named(options: &Options) -> String {
    let own = if options.other { "（请写明）" } else { "" };
    format!("{}{own}", labels(options).join("、"))
}

fn labels(options: &Options) -> Vec<String> {
    let labels = options.options.iter().map(|option| option.label.clone());
    labels.chain(options.other.then(|| OTHER.to_owned())).collect()
}
