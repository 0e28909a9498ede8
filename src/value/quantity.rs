//! A number with what is said of it: 约120人, 200至300, 不少于50项, 十余家. What a figure looks like is the caller's to say, so that
//! whole numbers and percentages are read alike.

use rust_decimal::Decimal;

use super::money::{numeral::Quantity, said};
use super::{Number, Understood, Value};
use crate::issue::{Misfit, Problem};

/// Words before a number that leave it as it is.
const LEADS: [&str; 24] = [
    "截至目前",
    "截止目前",
    "目前",
    "现有",
    "现",
    "共有",
    "共计",
    "合计",
    "总计",
    "总共",
    "共",
    "累计",
    "预计",
    "预估",
    "估计",
    "实有",
    "实际",
    "拥有",
    "在职",
    "在岗",
    "全职",
    "有",
    "为",
    "是",
];

/// Words before a number that make it a round one.
const ABOUT: [&str; 10] = ["大约", "大概", "大致", "接近", "将近", "约为", "约有", "约", "近", "~"];

/// Words behind a number that make it a round one.
const ABOUT_BEHIND: [&str; 5] = ["左右", "上下", "前后", "许", "来"];

/// Words before a lower bound.
const OVER: [&str; 18] = [
    "不少于",
    "不低于",
    "不小于",
    "不下于",
    "大于等于",
    "大于",
    "多于",
    "高于",
    "超过",
    "突破",
    "至少",
    "最少",
    "超",
    "逾",
    "过",
    ">=",
    "≥",
    ">",
];

/// Words before an upper bound.
const UNDER: [&str; 16] = [
    "不超过",
    "不多于",
    "不高于",
    "不大于",
    "不满",
    "不足",
    "不到",
    "小于等于",
    "小于",
    "少于",
    "低于",
    "至多",
    "最多",
    "<=",
    "≤",
    "<",
];

/// Words behind a lower bound.
const OVER_BEHIND: [&str; 6] = ["及以上", "以上", "起", "多", "余", "+"];

/// Words behind an upper bound.
const UNDER_BEHIND: [&str; 4] = ["及以下", "以下", "以内", "之内"];

/// Signs and words between the ends of a range.
const TO: [&str; 7] = ["--", "~", "—", "-", "至", "到", "–"];

/// One figure as the caller reads it.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    /// The number with its scale words.
    pub(super) quantity: Quantity,
    /// What it is to be multiplied by for the unit behind it; none when no unit stands there.
    pub(super) factor: Option<Decimal>,
    /// Whether a minus stands before it.
    pub(super) is_negative: bool,
}

/// A number with what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Lower bound; none when open.
    pub(super) low: Option<Decimal>,
    /// Upper bound; none when open.
    pub(super) high: Option<Decimal>,
    /// Whether it is a round figure.
    pub(super) approximate: bool,
    /// Whether no unit stands behind any figure, so that one around it may count.
    pub(super) bare: bool,
}

/// Why a text gives no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// There is none.
    Nothing,
    /// There are several.
    Several,
}

/// What is understood of a text in a number's place.
pub(super) fn understood(
    text: String,
    number: Result<Number, Misfit>,
    value: fn(Option<Number>) -> Value,
) -> Understood {
    let (number, problems) = match number {
        Ok(number) => {
            let problems = range_remark(number.low, number.high);
            (Some(number), problems)
        }
        Err(_) if said::is_withheld(&text) => (None, vec![Problem::Withheld]),
        Err(misfit) => (None, vec![Problem::Misfit { misfit, text: text.clone() }]),
    };
    Understood { text: Some(text), value: value(number), problems }
}

/// The remark that an interval is one.
fn range_remark(low: Option<Decimal>, high: Option<Decimal>) -> Vec<Problem> {
    if low == high { Vec::new() } else { vec![Problem::Range] }
}

/// Reads one figure, with its unit, from the front of a text.
pub(super) type ReadFigure<'a> = dyn Fn(&str) -> Option<(Figure, String)> + 'a;

/// Reads a plain text that says one number. `about` are words that may stand before it, such as the item's label.
pub(super) fn read(text: &str, about: &[String], figure: &ReadFigure<'_>) -> Result<Bounds, Doubt> {
    let text = without_remarks(text.trim());
    let has_digits = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    let mut rest = without_leads(&text, about);
    let mut approximate = false;
    while let Some(after) = ABOUT.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = without_leads(after, about);
        approximate = true;
    }
    let over = OVER.iter().find_map(|word| rest.strip_prefix(word));
    let under = UNDER.iter().find_map(|word| rest.strip_prefix(word));
    rest = over.or(under).unwrap_or(rest);
    let Some((first, after)) = figure(rest) else {
        let figures = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).count();
        return Err(if figures > 1 { Doubt::Several } else { Doubt::Nothing });
    };
    let mut bounds = one(&first, over.is_some(), under.is_some(), approximate).ok_or(Doubt::Nothing)?;
    let after = after.trim_start();
    let (tail, is_range) = match TO.iter().find_map(|word| after.strip_prefix(word)) {
        Some(second) if !second.trim_start().is_empty() => {
            let (second, after) = figure(second.trim_start()).ok_or(Doubt::Several)?;
            if over.is_some() || under.is_some() {
                return Err(Doubt::Several);
            }
            bounds = range(&first, &second, approximate).ok_or(Doubt::Several)?;
            (after, true)
        }
        _ => (after.to_owned(), false),
    };
    let tail = trail(&mut bounds, &tail, is_range).ok_or(Doubt::Several)?;
    match tail.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '。' | ',' | ';')) {
        "" => Ok(bounds),
        rest if has_digits(rest) => Err(Doubt::Several),
        _ => Err(Doubt::Nothing),
    }
}

/// Words in a bracket behind a number by which it is another number than the one asked for, or none for certain.
const OF_ANOTHER: [&str; 22] = [
    "去年", "上年", "前年", "明年", "年末", "年底", "年初", "同比", "环比", "增", "减", "降", "升", "合计", "总计",
    "累计", "集团", "全国", "全球", "估", "预计", "计划",
];

/// Takes away what is said in brackets behind a number and is none of its own: （含劳务派遣）, （其中研发50人）.
fn without_remarks(text: &str) -> String {
    let Some((before, bracket)) = text.split_once('(') else { return text.to_owned() };
    let Some((inner, after)) = bracket.split_once(')') else { return text.to_owned() };
    let is_part = ["其中", "含", "包括", "包含"].iter().any(|word| inner.starts_with(word));
    let is_plain = !inner.chars().any(|c| c.is_ascii_digit() || "一二三四五六七八九十百千万亿%".contains(c))
        && !OF_ANOTHER.iter().any(|word| inner.contains(word));
    let is_remark = !before.trim().is_empty() && after.trim().is_empty() && (is_part || is_plain);
    if is_remark { before.to_owned() } else { text.to_owned() }
}

fn without_leads<'t>(text: &'t str, about: &[String]) -> &'t str {
    let mut rest = text.trim_start();
    loop {
        let lead =
            LEADS.iter().copied().chain(about.iter().map(String::as_str)).find_map(|word| rest.strip_prefix(word));
        match lead.filter(|_| !rest.is_empty()) {
            Some(after) if after.len() < rest.len() => rest = after.trim_start_matches([':', ' ', ',', '\n']),
            _ => return rest,
        }
    }
}

fn one(figure: &Figure, over: bool, under: bool, approximate: bool) -> Option<Bounds> {
    let value = value(figure, figure.factor.unwrap_or(Decimal::ONE))?;
    let quantity = &figure.quantity;
    let upper = match quantity.high {
        Some(high) => high.checked_mul(figure.factor.unwrap_or(Decimal::ONE)),
        None => Some(value),
    };
    // 不足十几人 says two things of one number.
    if under && (quantity.high.is_some() || quantity.open) {
        return None;
    }
    Some(Bounds {
        low: if under { None } else { Some(value) },
        high: if over || quantity.open { None } else { Some(upper?) },
        approximate: approximate || quantity.around,
        bare: figure.factor.is_none(),
    })
}

fn value(figure: &Figure, factor: Decimal) -> Option<Decimal> {
    let value = figure.quantity.value.checked_mul(factor)?;
    Some(if figure.is_negative { -value } else { value })
}

/// The interval between two figures. The first may share the unit and the scale word of the second: 10-15%, 1-2万.
fn range(first: &Figure, second: &Figure, approximate: bool) -> Option<Bounds> {
    let vague = |figure: &Figure| figure.quantity.open || figure.quantity.high.is_some();
    if vague(first) || vague(second) || second.is_negative && !first.is_negative {
        return None;
    }
    let factor = first.factor.or(second.factor).unwrap_or(Decimal::ONE);
    let tail = second.quantity.tail;
    let shares = tail > Decimal::ONE && first.quantity.tail == Decimal::ONE && !first.quantity.small;
    let bare_second = second.quantity.value.checked_div(tail)?;
    let scale = match shares {
        false => Decimal::ONE,
        true if first.quantity.value < bare_second => tail,
        // 8000-1万 means what it says; 5-1万 may be either.
        true if first.quantity.value >= Decimal::from(1000) => Decimal::ONE,
        true => return None,
    };
    let low = value(first, factor.checked_mul(scale)?)?;
    let high = value(second, second.factor.unwrap_or(factor))?;
    (low <= high).then_some(Bounds {
        low: Some(low),
        high: Some(high),
        approximate,
        bare: first.factor.is_none() && second.factor.is_none(),
    })
}

/// Takes the words behind a number that bound or round it.
fn trail<'t>(bounds: &mut Bounds, text: &'t str, is_range: bool) -> Option<&'t str> {
    let text = text.trim_start();
    if let Some(rest) = ABOUT_BEHIND.iter().find_map(|word| text.strip_prefix(word)) {
        bounds.approximate = true;
        return Some(rest);
    }
    let (over, under) = (
        OVER_BEHIND.iter().find_map(|word| text.strip_prefix(word)),
        UNDER_BEHIND.iter().find_map(|word| text.strip_prefix(word)),
    );
    let is_open = bounds.low.is_none() || bounds.high.is_none();
    match (over, under) {
        (None, None) => Some(text),
        _ if is_range || is_open => None,
        (Some(rest), _) => {
            bounds.high = None;
            Some(rest)
        }
        (_, Some(rest)) => {
            bounds.low = None;
            Some(rest)
        }
    }
}

/// A number and the codes of what was wrong, for the tests of those who read numbers.
#[cfg(test)]
pub(super) fn short(understood: &Understood) -> String {
    let number = match &understood.value {
        Value::Integer(Some(number)) | Value::Percentage(Some(number)) => Some(number.short()),
        _ => None,
    };
    let codes = understood.problems.iter().map(|problem| problem.code().to_owned());
    number.into_iter().chain(codes).collect::<Vec<_>>().join(" ")
}
