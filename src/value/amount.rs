//! An amount as a clerk writes it: 1200万元, 1.2亿元, 300万元至500万元, 1亿元以上; or always in 万元, as a column is compared.

use rust_decimal::Decimal;

use super::{Money, Typed};

/// The amount in words and figures, in the largest unit that takes no more than two decimals.
#[must_use]
pub fn in_words(money: &Money) -> String {
    let unit = currency_name(&money.currency);
    worded([money.low, money.high], money.approximate, &|amount| single(amount, &unit))
}

/// The amount in units of ten thousand, such as 1200万元; none for what is no amount.
#[must_use]
pub fn in_ten_thousands(says: &Typed) -> Option<String> {
    let unit = currency_name(says.currency.as_deref()?);
    let one = |amount: Decimal| format!("{}万{}", ten_thousands(amount), unit.trim_start());
    Some(worded([says.low, says.high], says.approximate.unwrap_or_default(), &one))
}

/// So many ten thousands, exactly.
#[must_use]
pub fn ten_thousands(amount: Decimal) -> Decimal {
    (amount / Decimal::from(10_000)).normalize()
}

fn worded([low, high]: [Option<Decimal>; 2], is_approximate: bool, single: &dyn Fn(Decimal) -> String) -> String {
    let about = if is_approximate { "约" } else { "" };
    match (low, high) {
        (Some(low), Some(high)) if low == high => format!("{about}{}", single(low)),
        (Some(low), Some(high)) => format!("{about}{}至{}", single(low), single(high)),
        (Some(low), None) => format!("{}以上", single(low)),
        (None, Some(high)) => format!("不超过{}", single(high)),
        (None, None) => "金额不详".to_owned(),
    }
}

fn single(amount: Decimal, unit: &str) -> String {
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
    let size = amount.abs();
    let scales =
        [("亿", Decimal::from(100_000_000), 2), ("万", Decimal::from(10_000), 2), ("", Decimal::ONE, u32::MAX)];
    for (scale, factor, decimals) in scales {
        let shown = (size / factor).normalize();
        if size >= factor && shown.scale() <= decimals {
            return format!("{sign}{shown}{scale}{unit}");
        }
    }
    format!("{sign}{}{unit}", size.normalize())
}

/// What a currency is called behind a figure: 元, 美元, or its code after a space.
#[must_use]
pub fn currency_name(code: &str) -> String {
    match code {
        "CNY" => "元".to_owned(),
        "USD" => "美元".to_owned(),
        "EUR" => "欧元".to_owned(),
        "HKD" => "港元".to_owned(),
        "JPY" => "日元".to_owned(),
        "GBP" => "英镑".to_owned(),
        other => format!(" {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::UnitSource;

    fn check(low: Option<&str>, high: Option<&str>, currency: &str, approximate: bool, expected: &str) {
        let parse = |text: &str| text.parse().expect("a decimal");
        let money = Money {
            low: low.map(parse),
            high: high.map(parse),
            currency: currency.to_owned(),
            approximate,
            unit: UnitSource::Cell,
        };
        assert_eq!(in_words(&money), expected);
    }

    #[test]
    fn an_amount_is_repeated_exactly() {
        for (written, expected) in [
            ("12000000", "1200万元"),
            ("12000000.00", "1200万元"),
            ("120000000", "1.2亿元"),
            ("123456789", "123456789元"),
            ("123456700", "12345.67万元"),
            ("12345", "12345元"),
            ("980", "980元"),
            ("0", "0元"),
            ("0.5", "0.5元"),
            ("-3000000", "-300万元"),
        ] {
            check(Some(written), Some(written), "CNY", false, expected);
        }
    }

    #[test]
    fn a_range_and_an_open_end_keep_their_ends() {
        check(Some("3000000"), Some("5000000"), "CNY", false, "300万元至500万元");
        check(Some("100000000"), None, "CNY", false, "1亿元以上");
        check(None, Some("5000000"), "CNY", false, "不超过500万元");
        check(Some("12000000"), Some("12000000"), "CNY", true, "约1200万元");
    }

    #[test]
    fn ten_thousands_are_exact_and_keep_currency_and_ends() {
        let says = |low: &str, high: Option<&str>, currency: &str| Typed {
            low: low.parse().ok(),
            high: high.and_then(|high| high.parse().ok()),
            currency: Some(currency.to_owned()),
            ..Typed::default()
        };
        for (low, high, currency, expected) in [
            ("12000000.00", Some("12000000"), "CNY", "1200万元"),
            ("120000000", None, "CNY", "12000万元以上"),
            ("12345.67", Some("12345.67"), "CNY", "1.234567万元"),
            ("3000000", Some("5000000"), "USD", "300万美元至500万美元"),
            ("500000", Some("500000"), "SGD", "50万SGD"),
        ] {
            assert_eq!(in_ten_thousands(&says(low, high, currency)).as_deref(), Some(expected));
        }
        assert_eq!(in_ten_thousands(&Typed::default()), None);
    }

    #[test]
    fn another_currency_is_named() {
        check(Some("500000"), Some("500000"), "USD", false, "50万美元");
        check(Some("500000"), Some("500000"), "SGD", false, "50万 SGD");
    }
}
