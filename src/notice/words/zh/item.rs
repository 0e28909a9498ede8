//! What is said of an item's answer, in Chinese.

use super::answer;
use crate::issue::Problem;
use crate::notice::words::tongue::{Asked, Whose};
use crate::survey::{Item, ItemKind};

/// How an amount is written, where the sender's own figure gives no better example.
const AMOUNT_EXAMPLE: &str = "“1200万元”";

/// The sentence for an item.
pub(super) fn sentence(problem: &Problem, asked: &Asked<'_>) -> String {
    let Asked { item, name, year, .. } = asked;
    let who = whose(&asked.whose);
    let all = if asked.is_common { "都" } else { "" };
    let subject = match &who {
        Some(who) => format!("{who}的“{name}”"),
        None => format!("“{name}”"),
    };
    let said = asked.said.as_deref();
    let clause = said.map(|text| format!("填写的是“{text}”，")).unwrap_or_default();
    match problem {
        Problem::Missing if !asked.has_place => {
            let lacks = who.map_or_else(|| "表中没有".to_owned(), |who| format!("{who}{all}缺少"));
            format!("{lacks}“{name}”一栏，请补上这一栏并填写{}", hint(*item))
        }
        Problem::Missing => format!("{subject}{all}没有填写，请补填{}", hint(*item)),
        Problem::UnitMissing { .. } => format!("{subject}{clause}{all}没有写单位，{}", ask_unit(said)),
        Problem::NotAnAmount { .. } => {
            format!("{subject}{clause}{all}看不出金额，请写明数字和单位，例如{AMOUNT_EXAMPLE}；没有收入请填“0”")
        }
        Problem::AmbiguousAmount { .. } => {
            let which = year.map_or_else(|| "要填的".to_owned(), |year| format!("{year}年的"));
            format!("{subject}{clause}{all}有几个金额，分不清哪一个是{which}，请只写这一个，例如{AMOUNT_EXAMPLE}")
        }
        Problem::Conflict { .. } => match &asked.sides {
            Some([taken, other]) => {
                format!("{subject}有两种写法，一处是“{taken}”，另一处是“{other}”，请只保留正确的一种")
            }
            None => format!("{subject}{all}有几处写法不一致，请只保留正确的一种"),
        },
        Problem::Misfit { misfit, .. } => format!("{subject}{clause}{all}{}", answer::wrong(*misfit, *item)),
        Problem::Range
        | Problem::Withheld
        | Problem::Ditto
        | Problem::SeeAttachment
        | Problem::Implausible
        | Problem::UnlikeBefore { .. }
        | Problem::UnlikeSize { .. }
        | Problem::NoTable
        | Problem::BlankForm
        | Problem::ScanOnly
        | Problem::LinkedAttachment { .. }
        | Problem::Encrypted
        | Problem::Unreadable { .. }
        | Problem::Unsupported { .. }
        | Problem::TooLarge { .. } => format!("{subject}{all}需要核对"),
    }
}

/// The enterprises concerned; none where the mail reports for one only.
fn whose(whose: &Whose<'_>) -> Option<String> {
    Some(match whose {
        Whose::Theirs => return None,
        Whose::All(count) => format!("全部 {count} 家企业"),
        Whose::Named(names) => names.join("、"),
        Whose::Nameless => "一家企业".to_owned(),
        Whose::Some(count) => format!("{count} 家企业"),
    })
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
