//! What columns and states are called, and what they mean, in the words of those who read the table.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::column::{Column, Holds};
use crate::survey::{Facet, Item, ItemKind, Precision};
use crate::value::amount;
use crate::verdict::Standing;

/// The heading of a column where people read it: the form's own for an answer.
pub(super) fn heading(column: &Column<'_>) -> String {
    match column.holds {
        Holds::Respondent => "填报单位".to_owned(),
        Holds::State => "状态".to_owned(),
        Holds::Version => "版次".to_owned(),
        Holds::ReceivedAt => "收到时间".to_owned(),
        Holds::Message => "来信编号".to_owned(),
        Holds::Text(_, item) => item.label.clone(),
        Holds::Facet(_, item, facet) => format!("{}（{}）", item.label, side(facet)),
    }
}

fn side(facet: Facet) -> &'static str {
    match facet {
        Facet::Low | Facet::WholeLow => "下限",
        Facet::High | Facet::WholeHigh => "上限",
        Facet::Currency => "币种",
        Facet::Value => "登记值",
    }
}

/// What a column means.
pub(super) fn meaning(column: &Column<'_>) -> String {
    match column.holds {
        Holds::Respondent => "填报单位名称；有名录的以名录为准，没有写名称的为空".to_owned(),
        Holds::State => "答复的状态，见“状态”".to_owned(),
        Holds::Version => "该单位的第几次答复，从1起".to_owned(),
        Holds::ReceivedAt => "收件服务器收到来信的时间".to_owned(),
        Holds::Message => "来信在收发室的编号，m17写作17".to_owned(),
        Holds::Text(..) => "按企业填写的原文".to_owned(),
        Holds::Facet(_, item, facet) => side_meaning(&item.kind, facet),
    }
}

fn side_meaning(kind: &ItemKind, facet: Facet) -> String {
    match facet {
        Facet::Low | Facet::WholeLow => "由原文读出的下限；填一个数的，上下限相同；为空表示下限未写或未读出".to_owned(),
        Facet::High | Facet::WholeHigh => "由原文读出的上限；为空表示上限未写（如“以上”）或未读出".to_owned(),
        Facet::Currency => "金额的币种（ISO 4217代码）".to_owned(),
        Facet::Value => value_meaning(kind),
    }
}

fn value_meaning(kind: &ItemKind) -> String {
    match kind {
        ItemKind::Date { precision } => {
            let least = match precision {
                Precision::Year => "年",
                Precision::Month => "月",
                Precision::Day => "日",
            };
            format!("日期，写作2017-12-20，至少到{least}")
        }
        ItemKind::Choice(options) | ItemKind::Choices(options) => {
            let keys = options.options.iter().map(|option| format!("{}={}", option.key, option.label));
            let other = options.other.then(|| format!("{}=其他", crate::survey::OTHER_KEY));
            format!("选项代码，多个以逗号分开：{}", keys.chain(other).collect::<Vec<_>>().join("，"))
        }
        ItemKind::Telephone { .. } => "电话号码，写作+8675780001234，分机在;ext=之后，多个以逗号分开".to_owned(),
        ItemKind::Email => "邮箱地址，多个以逗号分开".to_owned(),
        ItemKind::CreditCode => "统一社会信用代码".to_owned(),
        ItemKind::YesNo => "yes=是，no=否".to_owned(),
        _ => "规范后的写法".to_owned(),
    }
}

/// The unit of a column's numbers; empty where there is none.
pub(super) fn unit(column: &Column<'_>) -> String {
    match column.holds {
        Holds::Facet(_, item, Facet::Low | Facet::High | Facet::WholeLow | Facet::WholeHigh) => unit_of(item),
        _ => String::new(),
    }
}

/// What an item's numbers count.
pub(super) fn unit_of(item: &Item) -> String {
    match &item.kind {
        ItemKind::Money { currency, .. } => {
            format!("{}；另填币种的，以币种列为准", amount::currency_name(currency).trim_start())
        }
        ItemKind::Integer { unit, .. } => unit.clone().unwrap_or_default(),
        ItemKind::Percentage { .. } => "%".to_owned(),
        _ => String::new(),
    }
}

/// Where the survey file says what a column asks.
pub(super) fn source(column: &Column<'_>) -> String {
    match column.holds {
        Holds::Text(at, item) | Holds::Facet(at, item, _) => {
            format!("第{}项，[[item]] key = \"{}\"，type = \"{}\"", at + 1, item.key, item.kind.type_name())
        }
        _ => "收发室".to_owned(),
    }
}

/// A state in a word.
pub(super) fn state(state: Standing) -> &'static str {
    match state {
        Standing::Complete => "已完成",
        Standing::InCorrection => "待更正",
        Standing::Superseded => "已被替换",
        Standing::Pending => "更正稿待补",
        Standing::Contested => "来源待核",
        Standing::Duplicate => "重复",
        Standing::Held => "待处理",
        Standing::Discarded => "已作废",
        Standing::Withdrawn => "已撤回",
    }
}

/// What a state means.
pub(super) fn state_meaning(state: Standing) -> &'static str {
    match state {
        Standing::Complete => "现行答复，各项齐全、可以读出",
        Standing::InCorrection => "现行答复，有缺项或读不出的项，已请对方更正",
        Standing::Superseded => "已被同一单位较新的答复替换",
        Standing::Pending => "同一单位已有齐全的答复，这一份有待补正，尚未采用",
        Standing::Contested => "发件地址与该单位不符，等待人工核定，未采用",
        Standing::Duplicate => "与现行答复内容相同",
        Standing::Held => "来信有疑问，等待人工处理，未采用",
        Standing::Discarded => "经人工作废",
        Standing::Withdrawn => "由发件人撤回",
    }
}

/// A moment to the second, as spreadsheets read it.
pub(super) fn time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
