//! What is said in Chinese of an answer that is not of its item's type: what is wrong with it, and what to write instead.

use crate::issue::Misfit;
use crate::survey::{Item, ItemKind, Language, Options, Precision};

/// Most options that are named one by one.
const NAMED: usize = 8;

/// The clause for a misfit, to follow the item's name and what stands there: 不是整数，请填整数，例如“120人”.
pub(super) fn wrong(misfit: Misfit, item: Option<&Item>) -> String {
    let kind = item.map(|item| &item.kind);
    let instead = example(kind);
    match misfit {
        Misfit::NotANumber => format!("看不出数量，请只填一个整数，例如{instead}；没有请填“0”"),
        Misfit::Fraction => format!("不是整数，请填整数，例如{instead}"),
        Misfit::AmbiguousNumber => format!("有几个数字，分不清要填哪一个，请只填一个，例如{instead}"),
        Misfit::OtherUnit => format!("单位与本栏不一致，请核对后填写，例如{instead}"),
        Misfit::OutOfBounds => format!("不在可填的范围（{}）之内，请核对后填写", bounds(kind)),
        Misfit::NotAPercentage => format!("看不出百分比，请填百分数，例如{instead}"),
        Misfit::PercentMissing => format!("没有写百分号，分不清是多少，请写明，例如{instead}"),
        Misfit::NotADate => format!("看不出日期，请写成{instead}的形式"),
        Misfit::ImpossibleDate => format!("日历上没有这个日期，请核对后填写，例如{instead}"),
        Misfit::AmbiguousDate => format!("分不清是哪一天，请写成{instead}的形式"),
        Misfit::TwoDigitYear => format!("年份只有两位，请写四位年份，例如{instead}"),
        Misfit::SerialDate => format!("像是表格软件里的日期序号，请改填日期，例如{instead}"),
        Misfit::ImpreciseDate => format!("没有写全，请写到{}，例如{instead}", least(kind)),
        Misfit::UnknownOption => format!("不在可选项之中，请从{}中选填", options(kind)),
        Misfit::SeveralChosen => format!("选了不止一项，本栏只能选一项，请从{}中选填", options(kind)),
        Misfit::UnclearChoice => format!("看不清选的是哪一项，请直接写出所选项的名称，可选项为{}", options(kind)),
        Misfit::NotATelephone => format!("不像完整的电话号码，请核对后填写，座机请写区号，例如{instead}"),
        Misfit::AreaCodeMissing => format!("没有写区号，请写明，例如{instead}"),
        Misfit::NotAnEmail => format!("不像完整的邮箱地址，请核对后填写，例如{instead}"),
        Misfit::NotACreditCode => "不是统一社会信用代码，请填写营业执照上的18位代码".to_owned(),
        Misfit::OldCode => "像是原来的注册号或组织机构代码，请改填营业执照上18位的统一社会信用代码".to_owned(),
        Misfit::DigitsLost => "末尾几位在表格软件中变成了0，请把单元格设为“文本”格式，再重新填写18位代码".to_owned(),
        Misfit::PersonalNumber => {
            "填写的像是个人证件号码，我们没有登记，请改填单位的统一社会信用代码（营业执照上的18位代码）".to_owned()
        }
        Misfit::NotYesOrNo => "看不出是“是”还是“否”，请只填“是”或“否”".to_owned(),
        Misfit::CodeChecksum | Misfit::CodeLetters | Misfit::PersonalNumberRemoved => "需要核对".to_owned(),
    }
}

/// What an answer to a typed item looks like, to follow 请补填; none for texts, names and amounts.
pub(super) fn hint(kind: &ItemKind) -> Option<String> {
    let instead = example(Some(kind));
    Some(match kind {
        ItemKind::Integer { .. } => format!("一个整数，例如{instead}；没有请填“0”"),
        ItemKind::Percentage { .. } => format!("百分数，例如{instead}；没有请填“0”"),
        ItemKind::Date { .. } => format!("日期，例如{instead}"),
        ItemKind::Choice(_) => format!("，可选项为{}，请选一项", options(Some(kind))),
        ItemKind::Choices(_) => format!("，可选项为{}，可以多选", options(Some(kind))),
        ItemKind::Telephone { .. } => format!("电话号码，座机请写区号，例如{instead}"),
        ItemKind::Email => format!("邮箱地址，例如{instead}"),
        ItemKind::CreditCode => "营业执照上的18位统一社会信用代码".to_owned(),
        ItemKind::YesNo => "“是”或“否”".to_owned(),
        ItemKind::Text | ItemKind::Identity | ItemKind::Money { .. } => return None,
    })
}

fn example(kind: Option<&ItemKind>) -> String {
    format!("“{}”", kind.and_then(|kind| kind.example(Language::Zh)).unwrap_or_else(|| "120".to_owned()))
}

fn least(kind: Option<&ItemKind>) -> &'static str {
    match kind {
        Some(ItemKind::Date { precision: Precision::Month }) => "年、月",
        Some(ItemKind::Date { precision: Precision::Year }) => "年份",
        _ => "年、月、日",
    }
}

fn bounds(kind: Option<&ItemKind>) -> String {
    match kind {
        Some(ItemKind::Integer { minimum, maximum: Some(maximum), .. }) => format!("{minimum}至{maximum}"),
        Some(ItemKind::Integer { minimum, maximum: None, .. }) => format!("不小于{minimum}"),
        Some(ItemKind::Percentage { minimum, maximum }) => format!("{minimum}%至{maximum}%"),
        _ => "见填表说明".to_owned(),
    }
}

/// The options as the form prints them.
fn options(kind: Option<&ItemKind>) -> String {
    let Some(Options { options, other }) = kind.and_then(ItemKind::options) else {
        return "表中的选项".to_owned();
    };
    let mut labels: Vec<&str> = options.iter().map(|option| option.label.as_str()).collect();
    if *other {
        labels.push("其他（请写明）");
    }
    if labels.len() > NAMED {
        return "表中的选项".to_owned();
    }
    labels.iter().map(|label| format!("“{label}”")).collect()
}
