//! Sums as a page for decisions shows them: in 亿元 or 万元, rounded to two decimals, as an interval where they are one.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::figures::{Class, Sum};

const YI: Decimal = Decimal::from_parts(100_000_000, 0, 0, false, 0);
const WAN: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);

/// A sum in words: `3.2亿元`, `3.2亿元至3.45亿元`, `3.2亿元以上`; empty where nobody gave an amount.
pub(super) fn sum(sum: &Sum) -> String {
    if sum.given.is_empty() {
        return String::new();
    }
    match sum.high {
        Some(high) if high == sum.low => rounded(sum.low),
        Some(high) => format!("{}至{}", rounded(sum.low), rounded(high)),
        None => format!("{}以上", rounded(sum.low)),
    }
}

/// The bounds of a class: `500万元以下`, `500万元至2000万元`, `10亿元及以上`.
pub(super) fn class(from: Option<Decimal>, to: Option<Decimal>) -> String {
    match (from, to) {
        (None, None) => "全部".to_owned(),
        (None, Some(to)) => format!("{}以下", rounded(to)),
        (Some(from), Some(to)) => format!("{}至{}", rounded(from), rounded(to)),
        (Some(from), None) => format!("{}及以上", rounded(from)),
    }
}

/// What a class is called.
pub(super) fn name(of: &Class) -> String {
    match of {
        Class::Between { from, to, .. } => class(*from, *to),
        Class::Undecided(_) => "区间跨档".to_owned(),
        Class::Odd(_) => "数额待核实".to_owned(),
        // Whoever gave an amount in another currency is here too, and did give one.
        Class::Unknown(_) => "未提供或以外币填报".to_owned(),
    }
}

/// An amount in yuan, in the largest unit of which it has one.
fn rounded(yuan: Decimal) -> String {
    let (scale, unit) = if yuan >= YI { (YI, "亿元") } else { (WAN, "万元") };
    let shown = (yuan / scale).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize();
    format!("{shown}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_short_and_say_when_they_are_open() {
        let check = |low: i64, high: Option<i64>, given: &[i64], expected: &str| {
            let given = serde_json::from_value(serde_json::json!(given)).unwrap();
            let of = Sum { low: low.into(), high: high.map(Decimal::from), given, ..Sum::default() };
            assert_eq!(sum(&of), expected);
        };
        check(0, Some(0), &[], "");
        check(0, Some(0), &[1], "0万元");
        check(12_345_678, Some(12_345_678), &[1], "1234.57万元");
        check(320_000_000, Some(345_600_000), &[1, 2], "3.2亿元至3.46亿元");
        check(320_000_000, None, &[1], "3.2亿元以上");
    }

    #[test]
    fn classes_touch_and_do_not_overlap() {
        let wan = |wan: i64| Some(Decimal::from(wan * 10_000));
        assert_eq!(class(None, wan(500)), "500万元以下");
        assert_eq!(class(wan(2_000), wan(10_000)), "2000万元至1亿元");
        assert_eq!(class(wan(100_000), None), "10亿元及以上");
    }
}
