//! Units of money: the words for them, in a label, in a unit line of the table, or behind a number.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::english;
use super::plain::plain;

/// A unit of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// How many of the currency's main unit it is: 10000 for 万元.
    pub factor: Decimal,
    /// ISO 4217 code, where one is named; 元 alone names none.
    pub currency: Option<String>,
}

/// Words for currencies, the longer ones before those they begin with. 元 and its like name the main unit of
/// whatever currency is meant.
const CURRENCIES: [(&str, Option<&str>); 58] = [
    ("元人民币", Some("CNY")),
    ("人民币元", Some("CNY")),
    ("人民币", Some("CNY")),
    ("rmb", Some("CNY")),
    ("cny", Some("CNY")),
    ("¥", Some("CNY")),
    ("元整", None),
    ("元正", None),
    ("圆整", None),
    ("圆正", None),
    ("块钱", None),
    ("元", None),
    ("圆", None),
    ("块", None),
    ("美元", Some("USD")),
    ("美金", Some("USD")),
    ("us$", Some("USD")),
    ("usd", Some("USD")),
    ("$", Some("USD")),
    ("港元", Some("HKD")),
    ("港币", Some("HKD")),
    ("港纸", Some("HKD")),
    ("hk$", Some("HKD")),
    ("hkd", Some("HKD")),
    ("欧元", Some("EUR")),
    ("eur", Some("EUR")),
    ("€", Some("EUR")),
    ("日元", Some("JPY")),
    ("日圆", Some("JPY")),
    ("日币", Some("JPY")),
    ("jpy", Some("JPY")),
    ("英镑", Some("GBP")),
    ("gbp", Some("GBP")),
    ("£", Some("GBP")),
    ("澳门元", Some("MOP")),
    ("澳门币", Some("MOP")),
    ("葡币", Some("MOP")),
    ("mop", Some("MOP")),
    ("澳元", Some("AUD")),
    ("澳币", Some("AUD")),
    ("aud", Some("AUD")),
    ("加元", Some("CAD")),
    ("加币", Some("CAD")),
    ("cad", Some("CAD")),
    ("新台币", Some("TWD")),
    ("台币", Some("TWD")),
    ("nt$", Some("TWD")),
    ("twd", Some("TWD")),
    ("韩元", Some("KRW")),
    ("韩币", Some("KRW")),
    ("krw", Some("KRW")),
    ("新加坡元", Some("SGD")),
    ("新币", Some("SGD")),
    ("sgd", Some("SGD")),
    ("瑞士法郎", Some("CHF")),
    ("chf", Some("CHF")),
    ("卢布", Some("RUB")),
    ("rub", Some("RUB")),
];

/// Words for a scale before the currency's word.
const SCALES: [(&str, i64); 11] = [
    ("万亿", 1_000_000_000_000),
    ("千亿", 100_000_000_000),
    ("百亿", 10_000_000_000),
    ("十亿", 1_000_000_000),
    ("亿", 100_000_000),
    ("千万", 10_000_000),
    ("百万", 1_000_000),
    ("十万", 100_000),
    ("万", 10_000),
    ("千", 1_000),
    ("百", 100),
];

/// The currency's word at the beginning of a plain text, and what follows. The code is none for 元.
pub(super) fn currency(text: &str) -> Option<(Option<&'static str>, &str)> {
    CURRENCIES.iter().find_map(|(word, code)| Some((*code, text.strip_prefix(word)?)))
}

/// The unit in a label: 营业收入（万元）, 营业收入/万元, 2017年营业收入(单位：亿元), 营业收入万美元. None where the label names none,
/// or two that differ.
#[must_use]
pub fn in_label(label: &str) -> Option<Unit> {
    let text = plain(label);
    let english = english::unit_in_brackets(&text).filter(|text| is_unit_alone(text));
    only(units(&english.unwrap_or(text)))
}

/// The unit that a line of the table or sheet gives for its numbers: 单位：万元, 金额单位：人民币万元, 以上均为万元.
///
/// None for a line that says something else too: a figure with its unit, or 填报单位：… with a name.
#[must_use]
pub fn in_line(line: &str) -> Option<Unit> {
    // In 填表说明：1.请如实填写；2.单位为万元 only one of the clauses speaks of it.
    let text = plain(line);
    only(text.split([';', '。', '\n']).filter_map(in_clause).collect())
}

fn in_clause(text: &str) -> Option<Unit> {
    let text = without_number(text);
    let announces = ["单位", "均为", "均以", "计量", "货币", "币种"].iter().any(|word| text.contains(word));
    let has_figure = text.chars().any(|c| c.is_ascii_digit());
    if has_figure || !(announces || is_unit_alone(text)) {
        return None;
    }
    only(units(text))
}

/// A clause without the number that it has in a list: 2.单位为万元.
fn without_number(text: &str) -> &str {
    let rest = text.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    rest.strip_prefix(['.', '、', ')']).unwrap_or(text)
}

/// The unit that a survey's configuration names: 万元.
#[must_use]
pub fn named(word: &str) -> Option<Unit> {
    let text = plain(word);
    is_unit_alone(&text).then(|| only(units(&text))).flatten()
}

fn is_unit_alone(text: &str) -> bool {
    let bare = text.trim_matches(['(', ')', '[', ']', ':', ' ']);
    at(bare).is_some_and(|(_, rest)| rest.is_empty())
}

fn only(found: Vec<Unit>) -> Option<Unit> {
    let first = found.first()?.clone();
    found.iter().all(|unit| *unit == first).then_some(first)
}

/// Every unit in a plain text.
fn units(text: &str) -> Vec<Unit> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut before = None;
    while let Some(c) = rest.chars().next() {
        // 元 within a word (单元, 元器件, 多元) is no unit; neither is a digit's own unit (1200万元).
        let inside =
            before.is_some_and(|b: char| b.is_ascii_digit() || matches!(b, '单' | '多' | '公' | '纪' | '状' | '次'));
        match at(rest).filter(|(_, after)| !inside && ends_unit(after)) {
            Some((unit, after)) => {
                found.push(unit);
                rest = after;
                before = Some('元');
            }
            None => {
                rest = rest.strip_prefix(c).unwrap_or_default();
                before = Some(c);
            }
        }
    }
    found
}

/// Whether a unit may end here: not in the middle of a word such as 元器件.
fn ends_unit(after: &str) -> bool {
    after.chars().next().is_none_or(|c| !c.is_alphanumeric())
        || ["为", "计", "填", "整", "且", "取", "保"].iter().any(|w| after.starts_with(w))
}

/// The unit at the beginning of a plain text: an optional scale and a currency's word (万元, 人民币万元, rmb 万).
fn at(text: &str) -> Option<(Unit, &str)> {
    let (prefix, body) = match currency(text) {
        Some((Some(code), rest)) => (Some(code), rest.trim_start_matches([' ', '(', ':'])),
        _ => (None, text),
    };
    let (scale, body) =
        SCALES.iter().find_map(|(word, factor)| Some((*factor, body.strip_prefix(word)?))).unwrap_or((1, body));
    match currency(body) {
        Some((code, rest)) => Some((unit(scale, code.or(prefix)), rest)),
        None if scale >= 10_000 || (prefix.is_some() && scale == 1) => Some((unit(scale, prefix), body)),
        None => None,
    }
}

fn unit(scale: i64, currency: Option<&str>) -> Unit {
    Unit { factor: Decimal::from(scale), currency: currency.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::UNITS;

    fn shown(unit: Option<Unit>) -> String {
        unit.map_or_else(
            || "-".to_owned(),
            |unit| format!("{} {}", unit.factor, unit.currency.unwrap_or_default()).trim().to_owned(),
        )
    }

    #[test]
    fn a_label_names_the_unit_of_its_column() {
        let cases = [
            ("营业收入（万元）", "10000"),
            ("营业收入/万元", "10000"),
            ("2017年营业收入(单位：亿元)", "100000000"),
            ("营业收入(预估,万元)", "10000"),
            ("营业收入（元）", "1"),
            ("营业收入 千元", "1000"),
            ("营业收入（万美元）", "10000 USD"),
            ("营业收入（人民币万元）", "10000 CNY"),
            ("营业收入（百万元人民币）", "1000000 CNY"),
            ("营业收入\n（万 元）", "10000"),
            ("营业收入（RMB）", "1 CNY"),
            ("2017年营业收入(预估)", "-"),
            ("营业收入（万）", "10000"),
            ("电子元器件", "-"),
            ("多元化收入", "-"),
            ("收入（万元）/利润（亿元）", "-"),
            ("万元产值能耗", "-"),
            ("Revenue (million yuan)", "1000000"),
            ("Revenue (RMB million)", "1000000 CNY"),
            ("Revenue (RMB, million)", "1000000 CNY"),
            ("Revenue (10,000 yuan)", "10000"),
            ("Revenue (RMB 10,000)", "10000 CNY"),
            ("Revenue (billion yuan)", "1000000000"),
            ("Revenue (RMB)", "1 CNY"),
            ("Revenue (USD)", "1 USD"),
            ("Revenue (million users)", "-"),
            ("Revenue (million)", "1000000"),
            ("单元", "-"),
        ];
        for (label, unit) in cases {
            assert_eq!(shown(in_label(label)), unit, "{label}");
        }
    }

    #[test]
    fn a_unit_line_gives_the_unit_and_other_lines_do_not() {
        let cases = [
            ("单位：万元", "10000"),
            ("金额单位：人民币万元", "10000 CNY"),
            ("以上均为万元", "10000"),
            ("（单位：万元）", "10000"),
            ("单位:元", "1"),
            ("计量单位：千元", "1000"),
            ("单位：人民币元", "1 CNY"),
            ("单位：万美元", "10000 USD"),
            ("金额均以万元为单位", "10000"),
            ("（万元）", "10000"),
            ("单位：岭泽示例公司", "-"),
            ("填报单位：", "-"),
            ("营业收入1200万元", "-"),
            ("单位：台", "-"),
            ("填表说明：1.请如实填写；2.营业收入单位为万元。", "10000"),
            ("1、单位为万元；2、单位为元", "-"),
            ("万元", "10000"),
            ("Unit: million yuan", "1000000"),
            ("All amounts in RMB", "1 CNY"),
            ("(in million yuan)", "1000000"),
            ("Unit: Lingze Example Co.", "-"),
        ];
        for (line, unit) in cases {
            assert_eq!(shown(in_line(line)), unit, "{line}");
        }
    }

    #[test]
    fn every_unit_that_a_survey_file_may_name_is_understood() {
        for word in UNITS {
            assert!(named(word).is_some(), "{word}");
        }
        assert_eq!(named("箱"), None);
    }
}
