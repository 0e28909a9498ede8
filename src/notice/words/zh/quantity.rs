//! A number with its unit as a clerk writes it into a receipt, in Chinese: 约120人, 12.5%, 200人以上.

use rust_decimal::Decimal;

use crate::value::Number;

/// A number with its unit.
pub(super) fn number(number: &Number, unit: &str) -> String {
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
