//! The form's words in Chinese.

use super::{Words, labels};
use crate::survey::{Item, ItemKind, Language, Options};

/// What stands behind the option for a text of one's own.
const OTHER: &str = "其他";

pub(super) struct Zh;

impl Words for Zh {
    fn of(&self, kind: &ItemKind) -> String {
        let example = kind.example(Language::Zh).map(|example| format!("例如“{example}”")).unwrap_or_default();
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

    fn with_duty(&self, item: &Item) -> String {
        format!("{}。{}", if item.required { "必填" } else { "选填" }, self.of(&item.kind))
    }

    fn note(&self, item: &Item) -> String {
        format!("注：“{}”{}。", item.short, self.of(&item.kind))
    }

    fn head(&self) -> [&'static str; 4] {
        ["序号", "项目", "填写要求", "填写内容"]
    }

    fn sentence(&self, request: &str) -> String {
        format!("{}。", request.trim_end_matches('。'))
    }

    fn closing(&self, deadline: jiff::civil::Date, name: &str, phone: &str) -> String {
        let until = format!("{}年{}月{}日", deadline.year(), deadline.month(), deadline.day());
        format!("各企业单位填好上述表格，请于{until}前将电子版发回来信邮箱。如有疑问，请与{name}联系，电话 {phone}。")
    }

    fn other(&self) -> &'static str {
        OTHER
    }

    fn colon(&self) -> &'static str {
        "："
    }

    fn sheet(&self) -> &'static str {
        "调查表"
    }

    fn fonts(&self) -> [&'static str; 2] {
        ["宋体", "仿宋"]
    }

    fn yes_no(&self) -> [&'static str; 2] {
        ["是", "否"]
    }
}

fn named(options: &Options) -> String {
    let own = if options.other { "（请写明）" } else { "" };
    format!("{}{own}", labels(options, OTHER).join("、"))
}
