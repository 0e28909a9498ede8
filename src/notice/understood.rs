//! What an answer was understood as, in the words of a receipt: 1200万元, 约120人, 12.5%, 2017年12月19日, 制造业、其他（农业）.

use super::clean;
use super::words::Tongue;
use crate::survey::{Item, ItemKind, OTHER_KEY, Options};
use crate::value::Value;
use crate::value::choice::Chosen;

/// The words; none for what is kept as it was written, and where nothing could be read.
pub(super) fn in_words(value: &Value, item: &Item, tongue: &dyn Tongue) -> Option<String> {
    match (value, &item.kind) {
        (Value::Money(Some(money)), _) => Some(tongue.amount(money)),
        (Value::Integer(Some(number)), ItemKind::Integer { unit, .. }) => {
            Some(tongue.number(number, unit.as_deref().unwrap_or_default()))
        }
        (Value::Percentage(Some(number)), _) => Some(tongue.number(number, "%")),
        (Value::Date(Some(date)), _) => Some(tongue.date(*date)),
        (Value::Choice(Some(chosen)) | Value::Choices(Some(chosen)), kind) => {
            kind.options().map(|options| labels(chosen, options, tongue))
        }
        (Value::YesNo(Some(yes)), _) => Some(tongue.yes_no(*yes).to_owned()),
        _ => None,
    }
}

fn labels(chosen: &Chosen, options: &Options, tongue: &dyn Tongue) -> String {
    let label = |key: &String| match options.options.iter().find(|option| option.key == *key) {
        Some(option) => option.label.clone(),
        None if key == OTHER_KEY => {
            let said = chosen.other.as_ref().map(|other| clean::line(other, clean::ANSWER));
            tongue.other(said.as_deref())
        }
        None => key.clone(),
    };
    tongue.choices(&chosen.keys.iter().map(label).collect::<Vec<_>>())
}
