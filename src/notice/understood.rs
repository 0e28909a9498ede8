//! What an answer was understood as, in the words of a receipt: 1200万元, 约120人, 12.5%, 2017年12月19日, 制造业、其他（农业）.

use rust_decimal::Decimal;

use crate::survey::{Item, ItemKind, OTHER_KEY, Options};
use crate::value::amount;
use crate::value::choice::Chosen;
use crate::value::date::Date;
use crate::value::{Number, Value};

/// The words; none for what is kept as it was written, and where nothing could be read.
pub(super) fn in_words(value: &Value, item: &Item) -> Option<String> {
    match (value, &item.kind) {
        (Value::Money(Some(money)), _) => Some(amount::in_words(money)),
        (Value::Integer(Some(number)), ItemKind::Integer { unit, .. }) => {
            Some(number_in_words(number, unit.as_deref().unwrap_or_default()))
        }
        (Value::Percentage(Some(number)), _) => Some(number_in_words(number, "%")),
        (Value::Date(Some(date)), _) => Some(date_in_words(*date)),
        (Value::Choice(Some(chosen)) | Value::Choices(Some(chosen)), kind) => {
            kind.options().map(|options| labels(chosen, options))
        }
        (Value::YesNo(Some(yes)), _) => Some(if *yes { "是" } else { "否" }.to_owned()),
        _ => None,
    }
}

fn number_in_words(number: &Number, unit: &str) -> String {
    let about = if number.approximate { "约" } else { "" };
    let shown = |end: Decimal| format!("{}{unit}", end.normalize());
    match (number.low, number.high) {
        (Some(low), Some(high)) if low == high => format!("{about}{}", shown(low)),
        (Some(low), Some(high)) => format!("{about}{}至{}", shown(low), shown(high)),
        (Some(low), None) => format!("{}以上", shown(low)),
        (None, Some(high)) => format!("不超过{}", shown(high)),
        (None, None) => "不详".to_owned(),
    }
}

fn date_in_words(date: Date) -> String {
    let month = date.month.map(|month| format!("{month}月")).unwrap_or_default();
    let day = date.day.map(|day| format!("{day}日")).unwrap_or_default();
    format!("{}年{month}{day}", date.year)
}

fn labels(chosen: &Chosen, options: &Options) -> String {
    let label = |key: &String| match options.options.iter().find(|option| option.key == *key) {
        Some(option) => option.label.clone(),
        None if key == OTHER_KEY => match &chosen.other {
            Some(other) => format!("其他（{}）", super::clean::line(other, super::clean::ANSWER)),
            None => "其他".to_owned(),
        },
        None => key.clone(),
    };
    chosen.keys.iter().map(label).collect::<Vec<_>>().join("、")
}
