//! Figures and Chinese numerals: 1,200.5 and 壹仟贰佰万, 1亿2千万, 三千五, 十几万, 1.2个亿, 12000w.
//!
//! Written by hand, since libraries read 三十几万 as exact, 一千八百万 as another number, or give up at 1.5万.

use rust_decimal::Decimal;

use super::section::{Section, chinese_digit, section};

/// A quantity with its scale words multiplied in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::value) struct Quantity {
    /// Its value; the lower end where it is vague (十几, 一千多).
    pub(in crate::value) value: Decimal,
    /// Upper end of 十几.
    pub(in crate::value) high: Option<Decimal>,
    /// 多 or 余: the value is a lower bound.
    pub(in crate::value) open: bool,
    /// 来: the value is approximate.
    pub(in crate::value) around: bool,
    /// The scale words behind the last figure as one factor: 10^7 for 2千万. A range's first figure may share it.
    pub(in crate::value) tail: Decimal,
    /// The 万 or 亿 among them: 10^4 for 2千万, 1 where there is none.
    pub(in crate::value) big: Decimal,
    /// Whether 十, 百 or 千 was written.
    pub(in crate::value) small: bool,
    /// Whether it is written without an ASCII digit.
    pub(in crate::value) chinese: bool,
    /// Scale words without a figure: 亿, 千万.
    pub(in crate::value) lone: bool,
}

impl Quantity {
    /// A number that is neither vague nor scaled.
    pub(in crate::value) fn exactly(value: Decimal) -> Self {
        Self {
            value,
            high: None,
            open: false,
            around: false,
            tail: Decimal::ONE,
            big: Decimal::ONE,
            small: false,
            chinese: false,
            lone: false,
        }
    }
}

/// What stands at the beginning of a text.
pub(in crate::value) enum Scanned<'a> {
    /// A quantity, and what follows it.
    Quantity(Quantity, &'a str),
    /// Figures that follow no rule (12,34 or 几百万), and what follows them.
    Malformed(&'a str),
}

/// Reads the quantity at the beginning of a plain text, if one begins there.
pub(in crate::value) fn scan(text: &str) -> Option<Scanned<'_>> {
    if let Some(rest) = text.strip_prefix(['几', '数'])
        && let Some(Scanned::Quantity(_, rest) | Scanned::Malformed(rest)) = scan(rest)
    {
        return Some(Scanned::Malformed(rest));
    }
    let mut sum = match group(text)? {
        Ok(group) => group,
        Err(rest) => return Some(Scanned::Malformed(rest)),
    };
    while let Some(next) = following(&sum) {
        let next = match next {
            Ok(next) => next,
            Err(rest) => return Some(Scanned::Malformed(rest)),
        };
        sum = match join(&sum, next) {
            Some(sum) => sum,
            None => return Some(Scanned::Malformed(sum.rest)),
        };
    }
    Some(Scanned::Quantity(sum.quantity, sum.rest))
}

/// One figure or section with the 万 or 亿 behind it.
struct Group<'a> {
    quantity: Quantity,
    /// Whether it ends in a scale word, so that another group can follow.
    ends_in_scale: bool,
    rest: &'a str,
}

type Grouped<'a> = Result<Group<'a>, &'a str>;

fn group(text: &str) -> Option<Grouped<'_>> {
    match section(text)? {
        Ok(section) => Some(with_big_scale(section)),
        Err(rest) => Some(Err(rest)),
    }
}

/// The group that goes on with a quantity: 2千万 behind 1亿, 五 behind 两亿三.
fn following<'a>(sum: &Group<'a>) -> Option<Grouped<'a>> {
    let far = sum.quantity.open || sum.quantity.high.is_some() || sum.quantity.lone || sum.quantity.big <= Decimal::ONE;
    if far || !sum.ends_in_scale {
        return None;
    }
    let (after_zero, zero) = match sum.rest.strip_prefix(['零', '〇']) {
        Some(rest) => (rest, true),
        None => (sum.rest, false),
    };
    let mut next = match group(after_zero)? {
        Ok(next) => next,
        Err(_) if zero => return None,
        Err(rest) => return Some(Err(rest)),
    };
    if next.quantity.lone || next.quantity.big >= sum.quantity.big {
        return None;
    }
    // 1亿3千 is 1.3亿 to most people and 100003000 to the letter: nobody may choose for them.
    let skips_a_place = sum.quantity.big > Decimal::from(10_000) && next.quantity.big == Decimal::ONE;
    if skips_a_place && next.quantity.small && !zero {
        return Some(Err(next.rest));
    }
    let plain_figure = next.quantity.big == Decimal::ONE && !next.quantity.small;
    if plain_figure && !next.quantity.chinese && !next.rest.starts_with(['元', '圆']) {
        return None;
    }
    // 两亿三 is 2.3亿: a bare digit counts the next lower place.
    let colloquial =
        plain_figure && next.quantity.chinese && !zero && !next.rest.starts_with(['元', '圆', '角', '年', '月']);
    if colloquial {
        if next.quantity.value >= Decimal::TEN {
            return Some(Err(next.rest));
        }
        next.quantity.value = next.quantity.value.checked_mul(sum.quantity.big)? / Decimal::TEN;
        next.ends_in_scale = false;
    }
    Some(Ok(next))
}

fn join<'a>(sum: &Group<'a>, next: Group<'a>) -> Option<Group<'a>> {
    if next.quantity.value >= sum.quantity.big {
        return None;
    }
    let add = |value: Decimal| value.checked_add(sum.quantity.value);
    let quantity = Quantity {
        value: add(next.quantity.value)?,
        high: next.quantity.high.and_then(add),
        small: true,
        chinese: sum.quantity.chinese && next.quantity.chinese,
        // Later groups have to be smaller than this one; a range cannot share a scale such as this.
        tail: Decimal::ONE,
        big: if next.quantity.big > Decimal::ONE { next.quantity.big } else { sum.quantity.big },
        ..next.quantity
    };
    let ends_in_scale = next.ends_in_scale && next.quantity.big > Decimal::ONE;
    Some(Group { quantity, ends_in_scale, rest: next.rest })
}

/// 个亿, 万, 亿, 万亿, w, with 多, 余 or 来 on either side.
fn with_big_scale(section: Section<'_>) -> Grouped<'_> {
    let Section { mut value, mut high, rest, small_tail, small, chinese, lone, colloquial } = section;
    let before_vague = rest;
    let (mut open, mut around, rest) = vague(rest);
    let (big, after) = big_scale(rest, !chinese);
    if big > Decimal::ONE && colloquial {
        return Err(after);
    }
    // 多 without a number's scale around it is a word of its own (10多家 still means more than 10).
    let rest = if big == Decimal::ONE && lone { before_vague } else { after };
    let overflow = |value: Decimal| value.checked_mul(big).ok_or(rest);
    value = overflow(value)?;
    high = high.map(overflow).transpose()?;
    let mut rest = rest;
    if big > Decimal::ONE {
        let (more, about, after) = vague(rest);
        (open, around, rest) = (open || more, around || about, after);
    }
    let tail = if small_tail.is_zero() { Decimal::ONE } else { small_tail }.checked_mul(big).ok_or(rest)?;
    let quantity = Quantity { value, high, open, around, tail, big, small, chinese, lone };
    Ok(Group { quantity, ends_in_scale: big > Decimal::ONE, rest })
}

fn vague(text: &str) -> (bool, bool, &str) {
    if let Some(rest) = text.strip_prefix(['多', '余', '馀']) {
        return (true, false, rest);
    }
    match text.strip_prefix('来') {
        Some(rest) if rest.starts_with(['万', '亿', '元']) => (false, true, rest),
        _ => (false, false, text),
    }
}

fn big_scale(text: &str, after_figure: bool) -> (Decimal, &str) {
    let body = text.strip_prefix('个').filter(|rest| rest.starts_with(['亿', '万'])).unwrap_or(text);
    let scales = [("万亿", 1_000_000_000_000_i64), ("亿", 100_000_000), ("万", 10_000)];
    if let Some((factor, rest)) = scales.iter().find_map(|(word, factor)| Some((*factor, body.strip_prefix(word)?))) {
        return (Decimal::from(factor), rest);
    }
    match text.strip_prefix('w') {
        Some(rest) if after_figure && !rest.starts_with(|c: char| c.is_ascii_alphanumeric()) => {
            (Decimal::from(10_000), rest)
        }
        _ => (Decimal::ONE, text),
    }
}

/// 角 and 分 behind 元, as a part of the main unit.
pub(super) fn small_change(text: &str) -> (Decimal, &str) {
    let mut sum = Decimal::ZERO;
    let mut rest = text.strip_prefix('零').unwrap_or(text);
    let mut found = false;
    for (word, part) in [('角', Decimal::new(1, 1)), ('分', Decimal::new(1, 2))] {
        let digit = rest
            .chars()
            .next()
            .and_then(|c| c.to_digit(10).map(Decimal::from).or_else(|| chinese_digit(c).map(Decimal::from)));
        let mut after = rest.chars();
        after.next();
        if let (Some(digit), Some(after)) = (digit, after.as_str().strip_prefix(word)) {
            sum += digit * part;
            rest = after;
            found = true;
        }
    }
    if found { (sum, rest) } else { (sum, text) }
}

#[cfg(test)]
#[path = "numeral_tests.rs"]
mod tests;
