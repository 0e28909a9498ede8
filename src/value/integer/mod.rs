//! Whole numbers: 120, １，２００人, 1.2万, 三百二十家, 约50项, 200-300人.

use rust_decimal::Decimal;

use super::money::{numeral, plain::plain};
use super::quantity::{self, Bounds, Doubt, Figure};
use super::{Number, Understood, UnitSource, Value, text};
use crate::issue::{Misfit, Problem};
use crate::survey::squeeze;

mod scale;

pub use scale::is_unit_line;

/// Words for what is counted, the longer ones before those they begin with. Those for people, and those for things.
const PEOPLE: [&str; 5] = ["人次", "人员", "名", "人", "位"];
const THINGS: [&str; 24] = [
    "家", "项", "件", "个", "户", "台", "套", "款", "种", "篇", "部", "条", "座", "间", "所", "处", "批", "次", "份",
    "组", "类", "场", "期", "辆",
];

/// A bare number of this size under a label that names a scale (万人) was hardly meant in it.
const SCALED_MOST: i64 = 10_000;

/// What is known of a number besides its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule<'a> {
    /// What is counted.
    pub(super) unit: Option<&'a str>,
    /// The least that may be answered.
    pub(super) minimum: i64,
    /// The most that may be answered.
    pub(super) maximum: Option<i64>,
    /// The year whose figures are asked for.
    pub(super) reference_year: Option<i16>,
    /// The item's label and aliases.
    pub(super) wordings: &'a [String],
    /// The label as it is written on the form, and what stands beside it as its unit.
    pub(super) label: &'a str,
    /// What the form names as the unit beside the answer.
    pub(super) unit_beside: &'a str,
    /// Lines around the table that may name a unit.
    pub(super) unit_lines: &'a [String],
}

/// Reads a number of things that a text counts outside of any form: 120人, 近百项, 30余件.
#[must_use]
pub fn count(written: &str, unit: &str) -> Option<Number> {
    let rule = Rule {
        unit: Some(unit),
        minimum: 0,
        maximum: None,
        reference_year: None,
        wordings: &[],
        label: "",
        unit_beside: "",
        unit_lines: &[],
    };
    match read(written, &rule, &[]).value {
        Value::Integer(number) => number,
        _ => None,
    }
}

/// Reads a whole number.
pub(super) fn read(written: &str, rule: &Rule<'_>, prompts: &[String]) -> Understood {
    let text = text::clean(written);
    if text::is_blank(&text, prompts) || text::says_none(&text) || is_unit_alone(&text, rule) {
        return Understood { text: None, value: Value::Integer(None), problems: vec![Problem::Missing] };
    }
    let number = number(&text, rule);
    quantity::understood(text, number, Value::Integer)
}

fn number(text: &str, rule: &Rule<'_>) -> Result<Number, Misfit> {
    let plain = plain(text);
    let about = leads(rule);
    let figure = |text: &str| figure(text, rule);
    let bounds =
        quantity::read(&without_year(&plain, rule.reference_year), &about, &figure).map_err(|doubt| match doubt {
            Doubt::Several => Misfit::AmbiguousNumber,
            Doubt::Nothing => Misfit::NotANumber,
        })?;
    if counts_another_thing(&plain, rule) {
        return Err(Misfit::OtherUnit);
    }
    let (bounds, unit) = scaled(bounds, &plain, rule)?;
    let ends = [bounds.low, bounds.high];
    if ends.into_iter().flatten().any(|end| !end.is_integer()) {
        return Err(Misfit::Fraction);
    }
    super::within(ends, rule.minimum, rule.maximum)?;
    let whole = |end: Option<Decimal>| end.map(|end| end.normalize());
    Ok(Number { low: whole(bounds.low), high: whole(bounds.high), approximate: bounds.approximate, unit })
}

/// A figure with the counter behind it.
fn figure(text: &str, rule: &Rule<'_>) -> Option<(Figure, String)> {
    let (is_negative, body) = match text.strip_prefix('-').or_else(|| text.strip_prefix('负')) {
        Some(body) => (true, body),
        None => (false, text),
    };
    let Some(numeral::Scanned::Quantity(quantity, rest)) = numeral::scan(body.trim_start()) else { return None };
    let (is_counted, rest) = counter(rest, rule);
    // A lone 千 or 万 is no number.
    if quantity.lone {
        return None;
    }
    let factor = (is_counted || quantity.big > Decimal::ONE).then_some(Decimal::ONE);
    Some((Figure { quantity, factor, is_negative }, rest.to_owned()))
}

/// Whether a counter stands at the front of a text, in brackets too, and what follows it.
fn counter<'t>(text: &'t str, rule: &Rule<'_>) -> (bool, &'t str) {
    let body = text.trim_start();
    let (inner, is_bracketed) = body.strip_prefix('(').map_or((body, false), |inner| (inner, true));
    let rest = rule.unit.into_iter().chain(PEOPLE).chain(THINGS).find_map(|word| inner.strip_prefix(word));
    match rest {
        Some(rest) if is_bracketed => (true, rest.strip_prefix(')').unwrap_or(rest)),
        Some(rest) => (true, rest),
        None => (false, body),
    }
}

/// Whether people are asked for and things counted, or the other way round.
fn counts_another_thing(plain: &str, rule: &Rule<'_>) -> bool {
    let Some(unit) = rule.unit else { return false };
    let people = PEOPLE.contains(&unit);
    let others: &[&str] = if people { &["家", "项", "件", "户", "台", "套"] } else { &["人", "名"] };
    let begins = plain.trim_end_matches(|c: char| !c.is_alphabetic());
    others.iter().any(|other| begins.ends_with(other)) && !begins.ends_with(unit)
}

/// What may stand before the number besides the common words: the item's own wordings, and who is counted.
fn leads(rule: &Rule<'_>) -> Vec<String> {
    let mut leads: Vec<String> = rule.wordings.iter().map(|wording| squeeze(wording).to_lowercase()).collect();
    if rule.unit.is_some_and(|unit| PEOPLE.contains(&unit)) {
        leads.extend(["从业人员", "在职员工", "在册员工", "员工", "职工", "人员"].map(str::to_owned));
    }
    leads
}

/// Cuts off 截至2017年底 and its like, where that is the year asked for: the number is what follows.
fn without_year(plain: &str, asked: Option<i16>) -> String {
    let bare = plain.trim_start_matches("截至").trim_start_matches("截止").trim_start_matches('到');
    let digits = bare.chars().take_while(char::is_ascii_digit).count();
    let Some(rest) = bare.get(digits..).and_then(|rest| rest.strip_prefix('年')).filter(|_| digits == 4) else {
        return plain.to_owned();
    };
    let rest = ["12月31日", "12月底", "年底", "年末", "底", "末", "度"]
        .iter()
        .find_map(|word| rest.strip_prefix(word))
        .unwrap_or(rest);
    let rest = rest.trim_start_matches([',', ':', '止']);
    let year = bare.get(..digits).and_then(|year| year.parse::<i16>().ok());
    // 2017年 alone is a year, not a number.
    if asked.is_some()
        && asked == year
        && rest.chars().any(|c| c.is_ascii_digit() || "一二三四五六七八九十百千".contains(c))
    {
        rest.to_owned()
    } else {
        plain.to_owned()
    }
}

/// The number in ones. A bare number under 从业人员（万人） counts ten thousands, unless it is too large for that.
fn scaled(bounds: Bounds, plain: &str, rule: &Rule<'_>) -> Result<(Bounds, UnitSource), Misfit> {
    // 120人 under （万人） speaks for itself, and so does 1.2万; 12000 under it may be either.
    if !bounds.bare || plain.contains(['万', '亿', '千', '百', 'w']) {
        return Ok((bounds, UnitSource::Cell));
    }
    let Some((scale, source)) = scale::of(rule)?.filter(|(scale, _)| *scale > Decimal::ONE) else {
        return Ok((bounds, UnitSource::Survey));
    };
    let is_large = |end: Option<Decimal>| end.is_some_and(|end| end.abs() >= Decimal::from(SCALED_MOST));
    if is_large(bounds.low) || is_large(bounds.high) {
        return Err(Misfit::AmbiguousNumber);
    }
    let times = |end: Option<Decimal>| end.map(|end| end.checked_mul(scale).unwrap_or(end));
    Ok((Bounds { low: times(bounds.low), high: times(bounds.high), ..bounds }, source))
}

/// Whether a cell holds only the unit that the form prints there: ____人.
fn is_unit_alone(text: &str, rule: &Rule<'_>) -> bool {
    let bare = squeeze(text);
    let bare = bare.trim_matches(['_', '(', ')', '约']);
    rule.unit == Some(bare) || PEOPLE.contains(&bare) || THINGS.contains(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(written: &str, rule: &Rule<'_>) -> String {
        quantity::short(&read(written, rule, &[]))
    }

    fn people() -> Rule<'static> {
        Rule {
            reference_year: Some(2017),
            unit: Some("人"),
            minimum: 0,
            maximum: None,
            wordings: &[],
            label: "从业人员数",
            unit_beside: "",
            unit_lines: &[],
        }
    }

    #[track_caller]
    fn check(written: &str, expected: &str) {
        assert_eq!(short(written, &people()), expected, "{written}");
    }

    #[test]
    fn a_remark_that_makes_it_another_number_is_asked_about() {
        for written in ["120人（去年）", "120（上年末）", "120（集团合计）", "120（估）"] {
            assert!(!short(written, &people()).starts_with("120"), "{written}");
        }
    }

    #[test]
    fn a_number_is_read_however_it_is_written() {
        for written in [
            "120",
            "１２０",
            "120人",
            "120 人",
            "120\n人",
            "120名",
            "一百二十",
            "壹佰贰拾人",
            "共120人",
            "120.0",
            "现有员工120人",
            "120人。",
            "120（人）",
            "120人（含劳务派遣）",
            "120人（其中研发50人）",
            "截至2017年底120人",
        ] {
            check(written, "120");
        }
        check("1,200", "1200");
        check("１，２００人", "1200");
        check("1.2万", "12000");
        check("1.2万人", "12000");
        check("3千人", "3000");
        check("三百二十", "320");
        check("0", "0");
        check("零", "0");
        check("约120人", "~120");
        check("120人左右", "~120");
        check("近百人", "not_a_number");
    }

    #[test]
    fn a_range_keeps_both_ends() {
        check("200-300人", "200..300 range");
        check("200人～300人", "200..300 range");
        check("200至300", "200..300 range");
        check("1-2万人", "10000..20000 range");
        check("8000-1万人", "8000..10000 range");
        check("200人以上", "200.. range");
        check("超过200人", "200.. range");
        check("100余人", "100.. range");
        check("100多人", "100.. range");
        check("不足50人", "..50 range");
        check("50人以下", "..50 range");
        check("十几人", "10..20 range");
    }

    #[test]
    fn a_doubt_is_asked_about() {
        check("12.5", "fraction");
        check("120、130", "ambiguous_number");
        check("120\n130", "ambiguous_number");
        check("研发50人，管理20人", "ambiguous_number");
        check("5-1万人", "ambiguous_number");
        check("12,34", "ambiguous_number");
        check("较多", "not_a_number");
        check("2016年底100人", "ambiguous_number");
        check("2017年", "not_a_number");
        check("120家", "other_unit");
        check("-5", "out_of_bounds");
        check("12%", "not_a_number");
        check("1200万元", "not_a_number");
        check("保密", "withheld");
        for written in ["", "/", "无", "—", "人", "____人"] {
            check(written, "missing");
        }
    }

    #[test]
    fn a_scale_in_the_label_counts_for_a_bare_number() {
        let rule = Rule { label: "从业人员数（万人）", ..people() };
        assert_eq!(short("1.2", &rule), "12000");
        assert_eq!(short("120人", &rule), "120");
        assert_eq!(short("12000", &rule), "ambiguous_number");
        assert_eq!(short("1.2万", &rule), "12000");
    }

    #[test]
    fn a_scale_in_a_unit_line_is_not_passed_over() {
        let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        for line in ["单位：万人", "（单位：万人）", "单位：万元、万人", "计量单位：万元 万人", "单位：万人次"]
        {
            let rule = Rule { unit_lines: &lines(&[line]), ..people() };
            assert_eq!(short("1.2", &rule), "12000", "{line}");
            assert_eq!(short("120人", &rule), "120", "{line}");
            assert_eq!(short("12000", &rule), "ambiguous_number", "{line}");
        }
        for line in ["单位：万元", "单位：人", "单位：万元、人", "单位：万台", "填报单位：百人会", "单位：万人集团"]
        {
            let rule = Rule { unit_lines: &lines(&[line]), ..people() };
            assert_eq!(short("120", &rule), "120", "{line}");
        }
        let rule = Rule { unit_lines: &lines(&["单位：万人", "单位：千人"]), ..people() };
        assert_eq!(short("12", &rule), "ambiguous_number", "which of the two");
        assert_eq!(short("12人", &rule), "12");
        let own = Rule { unit_lines: &lines(&["单位：万人"]), label: "从业人员数（人）", ..people() };
        assert_eq!(short("12", &own), "12", "the label is nearer");
    }

    #[test]
    fn the_surveys_bounds_count() {
        let rule = Rule { minimum: -10, maximum: Some(100), unit: None, ..people() };
        assert_eq!(short("-5", &rule), "-5");
        assert_eq!(short("负五", &rule), "-5");
        assert_eq!(short("101", &rule), "out_of_bounds");
    }
}
