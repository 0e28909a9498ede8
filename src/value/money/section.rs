//! Numbers below 万: a figure, Chinese digits with 十, 百 and 千, or digits in a row (二〇一七, 三点五).

use rust_decimal::Decimal;

use super::figure::figure;

/// A number below 万: a figure, or Chinese digits with 十, 百, 千.
pub(super) struct Section<'a> {
    pub(super) value: Decimal,
    pub(super) high: Option<Decimal>,
    /// The scale word behind a single figure (2千), zero where there is none.
    pub(super) small_tail: Decimal,
    pub(super) small: bool,
    pub(super) chinese: bool,
    pub(super) lone: bool,
    /// 三千五: the last digit counts hundreds.
    pub(super) colloquial: bool,
    pub(super) rest: &'a str,
}

pub(super) fn section(text: &str) -> Option<Result<Section<'_>, &str>> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(figure(text).map(|(value, rest)| figure_section(value, rest)));
    }
    if let Some((value, rest)) = digit_string(text) {
        return Some(Ok(Section::of(value, rest, true)));
    }
    chinese_section(text)
}

impl<'a> Section<'a> {
    fn of(value: Decimal, rest: &'a str, chinese: bool) -> Self {
        Self {
            value,
            high: None,
            small_tail: Decimal::ZERO,
            small: false,
            chinese,
            lone: false,
            colloquial: false,
            rest,
        }
    }
}

/// A figure with scale words at once behind it: 3百, 1.2千, 3千5百.
fn figure_section(value: Decimal, rest: &str) -> Section<'_> {
    let mut section = Section::of(value, rest, false);
    let mut last = None;
    let mut part = Some((value, rest));
    while let Some((value, rest)) = part {
        let scaled =
            small_scale(rest).filter(|(scale, _)| *scale > Decimal::TEN && last.is_none_or(|last| *scale < last));
        let Some((scale, after)) = scaled else { break };
        let sum = value
            .checked_mul(scale)
            .and_then(|value| value.checked_add(if last.is_some() { section.value } else { Decimal::ZERO }));
        let Some(value) = sum else { break };
        let small_tail = if last.is_some() { Decimal::ZERO } else { scale };
        section = Section { value, small_tail, small: true, rest: after, ..section };
        last = Some(scale);
        part = Some(after)
            .filter(|after| after.starts_with(|c: char| c.is_ascii_digit()))
            .and_then(|after| figure(after).ok());
    }
    section
}

/// 二〇一七 and 三点五: digits without scale words.
fn digit_string(text: &str) -> Option<(Decimal, &str)> {
    let mut plain = String::new();
    let mut rest = text;
    let mut point = false;
    while let Some(c) = rest.chars().next() {
        if let Some(digit) = chinese_digit(c).filter(|_| c != '两') {
            plain.push_str(&digit.to_string());
        } else if c == '点' && !point && !plain.is_empty() {
            point = true;
            plain.push('.');
        } else {
            break;
        }
        rest = rest.strip_prefix(c)?;
    }
    // 三四亿 is three to four; only a year is written with two digits (一七年).
    let long = point || plain.len() > 2 || (plain.len() == 2 && rest.starts_with('年'));
    // 零五 behind 一千 is no string of digits, and 一点 (a little) is no number.
    let sound = long && !plain.ends_with('.') && (point || !plain.starts_with('0')) && small_scale(rest).is_none();
    if sound { Some((Decimal::from_str_exact(&plain).ok()?, rest)) } else { None }
}

/// The state while Chinese digits and scale words are added up.
#[derive(Default)]
struct Sum {
    value: Decimal,
    digit: Option<Decimal>,
    last_scale: Option<Decimal>,
    figures: usize,
    zero: bool,
}

fn chinese_section(text: &str) -> Option<Result<Section<'_>, &str>> {
    let mut sum = Sum::default();
    let mut rest = text;
    while let Some(after) = sum.take(rest) {
        match after {
            Ok(after) => rest = after,
            Err(after) => return Some(Err(after)),
        }
    }
    if rest.len() == text.len() {
        return lone_scale(text).map(Ok);
    }
    Some(Ok(sum.into_section(rest)))
}

impl Sum {
    /// Takes the next digit or scale word; none where the section ends.
    fn take<'a>(&mut self, text: &'a str) -> Option<Result<&'a str, &'a str>> {
        let c = text.chars().next()?;
        let rest = text.strip_prefix(c)?;
        if let Some(digit) = chinese_digit(c) {
            if digit == 0 && (self.figures > 0 || self.last_scale.is_some()) {
                self.zero = true;
                return Some(Ok(rest));
            }
            let repeated = self.digit.replace(Decimal::from(digit)).is_some();
            self.figures += 1;
            return Some(if repeated { Err(rest) } else { Ok(rest) });
        }
        let (scale, rest) = small_scale(text)?;
        let digit = match self.digit.take() {
            Some(digit) => digit,
            // 十二 needs no 一 before it; 百 and 千 without a digit are a unit's (百万).
            None if scale == Decimal::TEN => {
                self.figures += 1;
                Decimal::ONE
            }
            None => return None,
        };
        if self.last_scale.is_some_and(|last| last <= scale) {
            return Some(Err(rest));
        }
        self.value += digit * scale;
        (self.last_scale, self.zero) = (Some(scale), false);
        Some(Ok(rest))
    }

    fn into_section(self, rest: &str) -> Section<'_> {
        let last = self.digit.unwrap_or_default();
        let colloquial =
            self.digit.is_some() && !self.zero && self.last_scale.is_some_and(|scale| scale > Decimal::TEN);
        let place = if colloquial { self.last_scale.unwrap_or_default() / Decimal::TEN } else { Decimal::ONE };
        let mut section = Section::of(self.value + last * place, rest, true);
        section.small = self.last_scale.is_some();
        section.colloquial = colloquial;
        if self.figures == 1 && self.digit.is_none() {
            section.small_tail = self.last_scale.unwrap_or_default();
        }
        // 十几: somewhere in the tens.
        if self.last_scale == Some(Decimal::TEN)
            && self.digit.is_none()
            && let Some(rest) = rest.strip_prefix('几')
        {
            section.high = Some(section.value + Decimal::TEN);
            section.rest = rest;
        }
        section
    }
}

/// 亿, 千万, 百亿 without a figure before it.
fn lone_scale(text: &str) -> Option<Section<'_>> {
    let (scale, rest) = small_scale(text).unwrap_or((Decimal::ONE, text));
    let is_scale = rest.starts_with(['万', '亿']) || (scale > Decimal::TEN && rest.starts_with(['元', '圆']));
    if !is_scale || scale == Decimal::TEN {
        return None;
    }
    let small = scale > Decimal::ONE;
    Some(Section {
        small_tail: if small { scale } else { Decimal::ZERO },
        small,
        lone: true,
        ..Section::of(scale, rest, true)
    })
}

fn small_scale(text: &str) -> Option<(Decimal, &str)> {
    let c = text.chars().next()?;
    let scale: i64 = match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        _ => return None,
    };
    Some((Decimal::from(scale), text.strip_prefix(c)?))
}

pub(super) fn chinese_digit(c: char) -> Option<u8> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '貳' | '两' | '兩' => 2,
        '三' | '叁' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}
