//! Amounts and numbers in English: RMB 12,000,000, RMB 3,000,000 to 5,000,000, about 120 people.

use rust_decimal::Decimal;

use crate::value::{Money, Number};

/// An amount to the last digit; a scale such as 万 is for the sender to choose.
pub(super) fn amount(money: &Money) -> String {
    let currency = if money.currency == "CNY" { "RMB" } else { money.currency.as_str() };
    let single = |amount: Decimal| format!("{currency} {}", grouped(amount));
    let about = about(money.approximate);
    match (money.low, money.high) {
        (Some(low), Some(high)) if low == high => format!("{about}{}", single(low)),
        (Some(low), Some(high)) => format!("{about}{} to {}", single(low), grouped(high)),
        (Some(low), None) => format!("{} or more", single(low)),
        (None, Some(high)) => format!("up to {}", single(high)),
        (None, None) => "amount not known".to_owned(),
    }
}

/// A number with its unit.
pub(super) fn number(number: &Number, unit: &str) -> String {
    // 人 stands right behind a number, a word in Latin letters apart.
    let gap = if unit.starts_with(|c: char| c.is_ascii_alphabetic()) { " " } else { "" };
    let about = about(number.approximate);
    match (number.low, number.high) {
        (Some(low), Some(high)) if low == high => format!("{about}{}{gap}{unit}", grouped(low)),
        (Some(low), Some(high)) => format!("{about}{} to {}{gap}{unit}", grouped(low), grouped(high)),
        (Some(low), None) => format!("{}{gap}{unit} or more", grouped(low)),
        (None, Some(high)) => format!("up to {}{gap}{unit}", grouped(high)),
        (None, None) => "not known".to_owned(),
    }
}

fn about(is_approximate: bool) -> &'static str {
    if is_approximate { "about " } else { "" }
}

/// 12,000,000.5
pub(super) fn grouped(number: Decimal) -> String {
    let text = number.normalize().to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut grouped = String::new();
    for (left, digit) in (0..whole.len()).rev().zip(whole.chars()) {
        grouped.push(digit);
        if left > 0 && left % 3 == 0 {
            grouped.push(',');
        }
    }
    let fraction = fraction.map(|fraction| format!(".{fraction}")).unwrap_or_default();
    format!("{sign}{grouped}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::UnitSource;

    #[track_caller]
    fn check(low: Option<&str>, high: Option<&str>, currency: &str, approximate: bool, expected: &str) {
        let parse = |text: &str| text.parse().unwrap();
        let (low, high) = (low.map(parse), high.map(parse));
        let money = Money { low, high, currency: currency.to_owned(), approximate, unit: UnitSource::Cell };
        assert_eq!(amount(&money), expected);
    }

    #[test]
    fn an_amount_is_repeated_to_the_last_digit() {
        for (written, expected) in [
            ("12000000", "RMB 12,000,000"),
            ("12000000.00", "RMB 12,000,000"),
            ("123456.5", "RMB 123,456.5"),
            ("980", "RMB 980"),
            ("0", "RMB 0"),
            ("-3000000", "RMB -3,000,000"),
        ] {
            check(Some(written), Some(written), "CNY", false, expected);
        }
        check(Some("500000"), Some("500000"), "USD", false, "USD 500,000");
    }

    #[test]
    fn a_range_and_an_open_end_keep_their_ends() {
        check(Some("3000000"), Some("5000000"), "CNY", false, "RMB 3,000,000 to 5,000,000");
        check(Some("100000000"), None, "CNY", false, "RMB 100,000,000 or more");
        check(None, Some("5000000"), "CNY", false, "up to RMB 5,000,000");
        check(Some("12000000"), Some("12000000"), "CNY", true, "about RMB 12,000,000");
    }

    #[test]
    fn a_number_stands_with_its_unit() {
        let number = |unit: &str, approximate| {
            let end = Some(Decimal::from(1200));
            number(&Number { low: end, high: end, approximate, unit: UnitSource::Cell }, unit)
        };
        assert_eq!(number("people", true), "about 1,200 people");
        assert_eq!(number("人", false), "1,200人");
        assert_eq!(number("%", false), "1,200%");
        assert_eq!(number("", false), "1,200");
    }
}
