//! Figures and Chinese numerals: 1,200.5 and 壹仟贰佰万, 1亿2千万, 三千五, 十几万, 1.2个亿, 12000w.
//!
//! Written by hand, since libraries read 三十几万 as exact, 一千八百万 as another number, or give up at 1.5万.

use rust_decimal::Decimal;

/// A quantity with its scale words multiplied in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quantity {
    /// Its value; the lower end where it is vague (十几, 一千多).
    pub(super) value: Decimal,
    /// Upper end of 十几.
    pub(super) high: Option<Decimal>,
    /// 多 or 余: the value is a lower bound.
    pub(super) open: bool,
    /// 来: the value is approximate.
    pub(super) around: bool,
    /// The scale words behind the last figure as one factor: 10^7 for 2千万. A range's first figure may share it.
    pub(super) tail: Decimal,
    /// The 万 or 亿 among them: 10^4 for 2千万, 1 where there is none.
    pub(super) big: Decimal,
    /// Whether 十, 百 or 千 was written.
    pub(super) small: bool,
    /// Whether it is written without an ASCII digit.
    pub(super) chinese: bool,
    /// Scale words without a figure: 亿, 千万.
    pub(super) lone: bool,
}

/// What stands at the beginning of a text.
pub(super) enum Scanned<'a> {
    /// A quantity, and what follows it.
    Quantity(Quantity, &'a str),
    /// Figures that follow no rule (12,34 or 几百万), and what follows them.
    Malformed(&'a str),
}

/// Reads the quantity at the beginning of a plain text, if one begins there.
pub(super) fn scan(text: &str) -> Option<Scanned<'_>> {
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

/// A number below 万: a figure, or Chinese digits with 十, 百, 千.
struct Section<'a> {
    value: Decimal,
    high: Option<Decimal>,
    /// The scale word behind a single figure (2千), zero where there is none.
    small_tail: Decimal,
    small: bool,
    chinese: bool,
    lone: bool,
    /// 三千五: the last digit counts hundreds.
    colloquial: bool,
    rest: &'a str,
}

fn section(text: &str) -> Option<Result<Section<'_>, &str>> {
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

/// An ASCII figure: 1200, 1,200.5, 1 200, 1'200, 1234。5. The error is the text behind figures that follow no rule.
fn figure(text: &str) -> Result<(Decimal, &str), &str> {
    let (whole, mut rest) = digits(text);
    let mut plain = whole.to_owned();
    let mut separator = None;
    let mut groups_fit = true;
    while let Some((sign, group, after)) = next_group(rest) {
        groups_fit &= group.len() == 3 && whole.len() <= 3 && separator.is_none_or(|known| known == sign);
        separator = Some(sign);
        plain.push_str(group);
        rest = after;
    }
    if let Some(after) = rest.strip_prefix(['.', '。'])
        && after.starts_with(|c: char| c.is_ascii_digit())
    {
        let (fraction, after) = digits(after);
        plain.push('.');
        plain.push_str(fraction);
        rest = after;
    }
    let run_on = rest
        .strip_prefix(['.', ',', '\'', '。', ' '])
        .is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()));
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    let value = Decimal::from_str_exact(&plain);
    match value {
        Ok(value) if groups_fit && !run_on && !leading_zero => Ok((value, rest)),
        _ => Err(rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | ' '))),
    }
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// A separator of thousands and the digits behind it.
fn next_group(text: &str) -> Option<(char, &str, &str)> {
    let sign = text.chars().next().filter(|c| matches!(c, ',' | '\'' | ' '))?;
    let (group, rest) = digits(text.strip_prefix(sign)?);
    (!group.is_empty()).then_some((sign, group, rest))
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
    let long = point || plain.len() > 1;
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

fn chinese_digit(c: char) -> Option<u8> {
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
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match scan(text) {
            None => "-".to_owned(),
            Some(Scanned::Malformed(rest)) => format!("? {rest}").trim().to_owned(),
            Some(Scanned::Quantity(quantity, rest)) => {
                let high = quantity.high.map(|high| format!("..{}", high.normalize())).unwrap_or_default();
                let open = if quantity.open { "+" } else { "" };
                format!("{}{high}{open} {rest}", quantity.value.normalize()).trim().to_owned()
            }
        }
    }

    #[test]
    fn every_notation_of_a_number_is_that_number() {
        let cases = [
            ("1200", "1200"),
            ("1,200.5", "1200.5"),
            ("1 200", "1200"),
            ("1'200", "1200"),
            ("1234。5", "1234.5"),
            ("1200.", "1200 ."),
            ("1200万", "12000000"),
            ("1.2亿", "120000000"),
            ("1.2个亿", "120000000"),
            ("1亿2千万", "120000000"),
            ("1.2千万", "12000000"),
            ("3百万", "3000000"),
            ("12000w", "120000000"),
            ("3万亿", "3000000000000"),
            ("1万2000元", "12000 元"),
            ("2亿3千万元", "230000000 元"),
            ("一千二百万", "12000000"),
            ("壹仟贰佰万元整", "12000000 元整"),
            ("壹佰贰拾万元整", "1200000 元整"),
            ("一亿二千万", "120000000"),
            ("两千", "2000"),
            ("三点五亿", "350000000"),
            ("二〇二五年", "2025 年"),
            ("三千五", "3500"),
            ("两亿三", "230000000"),
            ("十二万", "120000"),
            ("一千零五十万", "10500000"),
            ("一万零五百元", "10500 元"),
            ("玖仟陆佰陆拾伍圆", "9665 圆"),
            ("一千八百万", "18000000"),
            ("三千零五", "3005"),
            ("一百零五万", "1050000"),
            ("拾贰元", "12 元"),
            ("5百元", "500 元"),
            ("120,000千元", "120000000 元"),
            ("一亿零五百万", "105000000"),
            ("3千5百万", "35000000"),
            ("1千2百万元", "12000000 元"),
        ];
        for (written, number) in cases {
            assert_eq!(shown(written), number, "{written}");
        }
    }

    #[test]
    fn vague_numbers_stay_vague() {
        let cases = [
            ("十几万", "100000..200000"),
            ("三十几万元", "300000..400000 元"),
            ("二百余万", "2000000+"),
            ("一千多万元", "10000000+ 元"),
            ("500多亿", "50000000000+"),
            ("1亿多元", "100000000+ 元"),
            ("十多万", "100000+"),
            ("几百万", "?"),
            ("数千万元", "? 元"),
        ];
        for (written, number) in cases {
            assert_eq!(shown(written), number, "{written}");
        }
    }

    #[test]
    fn figures_that_follow_no_rule_are_no_number() {
        for written in [
            "12,34",
            "1.2.3",
            "12 34",
            "1,2345",
            "0757",
            "1,200 300'400",
            "二百五万",
            "99999999999999999999999999999999",
        ] {
            assert_eq!(shown(written), "?", "{written}");
        }
        for written in ["公司", "元", "百货", "千方百计", "点"] {
            assert_eq!(shown(written), "-", "{written}");
        }
        assert_eq!(shown("800万1200万"), "8000000 1200万");
        assert_eq!(shown("1亿2000"), "100000000 2000");
    }

    #[test]
    fn small_change_counts() {
        assert_eq!(small_change("壹角捌分"), (Decimal::new(18, 2), ""));
        assert_eq!(small_change("整"), (Decimal::ZERO, "整"));
    }
}
