//! Shares in percent: 12%, 12.5％, 百分之十二, 三成, 两成半, 5‰, and a bare 12 under a label that says （%）.

use rust_decimal::Decimal;

use super::money::{numeral, plain::plain};
use super::quantity::{self, Doubt, Figure};
use super::{Number, Understood, UnitSource, Value, text};
use crate::issue::{Misfit, Problem};
use crate::survey::squeeze;

/// What is known of a share besides its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule<'a> {
    /// The least that may be answered, in percent.
    pub(super) minimum: i64,
    /// The most that may be answered, in percent.
    pub(super) maximum: i64,
    /// The item's label and aliases.
    pub(super) wordings: &'a [String],
    /// The label as it is written on the form.
    pub(super) label: &'a str,
    /// What the form names as the unit beside the answer.
    pub(super) unit_beside: &'a str,
}

/// Reads a share in percent.
pub(super) fn read(written: &str, rule: &Rule<'_>, prompts: &[String]) -> Understood {
    let text = text::clean(written);
    let is_sign = squeeze(&text).trim_matches(['_', '(', ')']) == "%";
    if text::is_blank(&text, prompts) || text::says_none(&text) || is_sign {
        return Understood { text: None, value: Value::Percentage(None), problems: vec![Problem::Missing] };
    }
    let number = number(&text, rule);
    quantity::understood(text, number, Value::Percentage)
}

fn number(text: &str, rule: &Rule<'_>) -> Result<Number, Misfit> {
    let about: Vec<String> = rule.wordings.iter().map(|wording| squeeze(wording).to_lowercase()).collect();
    let bounds = quantity::read(&plain(text), &about, &figure).map_err(|doubt| match doubt {
        Doubt::Several => Misfit::AmbiguousNumber,
        Doubt::Nothing => Misfit::NotAPercentage,
    })?;
    let ends = [bounds.low, bounds.high];
    let unit = if bounds.bare { UnitSource::Label } else { UnitSource::Cell };
    if bounds.bare && !ends.iter().flatten().all(Decimal::is_zero) {
        // 0.125 under （%） may be an eighth of one percent, or a fraction that lost its format.
        let is_fraction = |end: &Decimal| end.abs() <= Decimal::ONE && !end.is_zero();
        if !is_in_percent(rule) || ends.iter().flatten().any(is_fraction) {
            return Err(Misfit::PercentMissing);
        }
    }
    super::within(ends, rule.minimum, Some(rule.maximum))?;
    let normal = |end: Option<Decimal>| end.map(|end| end.normalize());
    Ok(Number { low: normal(bounds.low), high: normal(bounds.high), approximate: bounds.approximate, unit })
}

/// Whether the form says that the answer is in percent.
fn is_in_percent(rule: &Rule<'_>) -> bool {
    [rule.label, rule.unit_beside].iter().any(|text| {
        let flat = squeeze(text);
        flat.contains('%') || flat.contains("百分比")
    })
}

/// A figure with the sign of percent on either side of it.
fn figure(text: &str) -> Option<(Figure, String)> {
    let (is_negative, body) = match text.strip_prefix('-').or_else(|| text.strip_prefix('负')) {
        Some(body) => (true, body),
        None => (false, text),
    };
    let named = [("百分之", Decimal::ONE), ("千分之", Decimal::new(1, 1)), ("万分之", Decimal::new(1, 2))];
    if let Some((body, factor)) = named.iter().find_map(|(word, factor)| Some((body.strip_prefix(word)?, *factor))) {
        if let Some(rest) = body.strip_prefix('百') {
            let hundred = numeral::Quantity::exactly(Decimal::ONE_HUNDRED);
            return Some((Figure { quantity: hundred, factor: Some(factor), is_negative }, rest.to_owned()));
        }
        let (quantity, rest) = scan(body)?;
        return Some((Figure { quantity, factor: Some(factor), is_negative }, rest.to_owned()));
    }
    let (quantity, rest) = scan(body)?;
    let rest = rest.trim_start();
    if let Some(after) = rest.strip_prefix('成') {
        return tenths(quantity, after, is_negative);
    }
    let signs = [("%", Decimal::ONE), ("‰", Decimal::new(1, 1)), ("‱", Decimal::new(1, 2))];
    let sign = signs.iter().find_map(|(sign, factor)| Some((*factor, rest.strip_prefix(sign)?)));
    let (factor, rest) = match sign {
        Some((factor, rest)) => (Some(factor), rest),
        None => (None, rest),
    };
    Some((Figure { quantity, factor, is_negative }, rest.to_owned()))
}

/// 三成, 两成半, 三成五: tenths, and tenths of them.
fn tenths(mut quantity: numeral::Quantity, after: &str, is_negative: bool) -> Option<(Figure, String)> {
    let mut rest = after;
    if let Some(half) = after.strip_prefix('半') {
        quantity.value = quantity.value.checked_add(Decimal::new(5, 1))?;
        rest = half;
    } else if let Some((part, behind)) = scan(after)
        && part.value < Decimal::TEN
        && part.chinese
    {
        quantity.value = quantity.value.checked_add(part.value.checked_div(Decimal::TEN)?)?;
        rest = behind;
    }
    Some((Figure { quantity, factor: Some(Decimal::TEN), is_negative }, rest.to_owned()))
}

/// A number without a scale word: nobody writes 1万%.
fn scan(text: &str) -> Option<(numeral::Quantity, &str)> {
    match numeral::scan(text.trim_start())? {
        numeral::Scanned::Quantity(quantity, rest) if quantity.big == Decimal::ONE && !quantity.lone => {
            Some((quantity, rest))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(written: &str, rule: &Rule<'_>) -> String {
        quantity::short(&read(written, rule, &[]))
    }

    fn share() -> Rule<'static> {
        Rule { minimum: 0, maximum: 100, wordings: &[], label: "研发投入占比", unit_beside: "" }
    }

    #[track_caller]
    fn check(written: &str, expected: &str) {
        assert_eq!(short(written, &share()), expected, "{written}");
    }

    #[test]
    fn a_share_is_read_however_it_is_written() {
        check("12%", "12");
        check("12.5％", "12.5");
        check("１２.５ %", "12.5");
        check("百分之十二", "12");
        check("百分之12.5", "12.5");
        check("百分之零点五", "0.5");
        check("百分之百", "100");
        check("5‰", "0.5");
        check("千分之五", "0.5");
        check("三成", "30");
        check("3成", "30");
        check("两成半", "25");
        check("三成五", "35");
        check("0", "0");
        check("0%", "0");
        check("约12%", "~12");
        check("12%左右", "~12");
    }

    #[test]
    fn a_range_keeps_both_ends() {
        check("10%-15%", "10..15 range");
        check("10-15%", "10..15 range");
        check("百分之十至百分之十五", "10..15 range");
        check("30%以上", "30.. range");
        check("不足5%", "..5 range");
    }

    #[test]
    fn a_bare_number_needs_a_label_that_says_percent() {
        check("12", "percent_missing");
        check("0.125", "percent_missing");
        let rule = Rule { label: "研发投入占比（%）", ..share() };
        assert_eq!(short("12", &rule), "12");
        assert_eq!(short("12.5%", &rule), "12.5");
        assert_eq!(short("0.125", &rule), "percent_missing");
        assert_eq!(short("0.125%", &rule), "0.125");
        assert_eq!(short("5‰", &rule), "0.5");
    }

    #[test]
    fn more_than_all_is_asked_about() {
        check("120%", "out_of_bounds");
        check("-5%", "out_of_bounds");
        let rule = Rule { minimum: -100, maximum: 1000, ..share() };
        assert_eq!(short("120%", &rule), "120");
        assert_eq!(short("-5%", &rule), "-5");
    }

    #[test]
    fn what_is_no_share_is_asked_about() {
        check("较高", "not_a_percentage");
        check("10%、20%", "ambiguous_number");
        check("300万元", "not_a_percentage");
        check("保密", "withheld");
        for written in ["", "/", "无", "%", "___%"] {
            check(written, "missing");
        }
    }
}
