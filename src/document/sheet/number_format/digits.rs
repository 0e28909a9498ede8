//! The digits of a number under a section: scaling, rounding, grouping, and the literals between them.

use super::{Section, Token};

/// Significant digits that spreadsheet programs keep; what a double holds beyond them is noise.
const SIGNIFICANT: usize = 15;

/// The number as it is, in plain digits: `1200`, `0.45`, `13800138000`.
pub(in crate::document::sheet) fn general(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let decimal = Decimal::new(value);
    if decimal.point.abs() > 30 {
        return format!("{value:e}");
    }
    let places = usize::try_from(i32::try_from(SIGNIFICANT).unwrap_or(0) - decimal.point).unwrap_or(0);
    let (whole, fraction) = decimal.rounded(places);
    let fraction = fraction.trim_end_matches('0');
    let sign = if value < 0.0 { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { &whole };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// The number's size under a section, without its sign.
pub(super) fn render(section: &Section, value: f64) -> String {
    let size = value.abs();
    let as_it_is = section.tokens.iter().any(|token| matches!(token, Token::Notation | Token::General | Token::Text));
    if as_it_is || !size.is_finite() {
        return around(section, &general(size));
    }
    let layout = Layout::of(&section.tokens);
    let mut decimal = Decimal::new(size);
    decimal.point += layout.shift;
    let (whole, fraction) = decimal.rounded(layout.places);
    layout.write(&section.tokens, &whole, &fraction).trim().to_owned()
}

/// The section's literals around a number that is written as it is.
fn around(section: &Section, number: &str) -> String {
    let mut shown = String::new();
    let mut written = false;
    for token in &section.tokens {
        match token {
            Token::Literal(character) => shown.push(*character),
            Token::Date(..) | Token::Percent => {}
            _ if !written => {
                shown.push_str(number);
                written = true;
            }
            _ => {}
        }
    }
    shown.trim().to_owned()
}

/// A number as decimal digits: `0.d₁d₂d₃… × 10^point`.
struct Decimal {
    digits: Vec<u8>,
    point: i32,
}

impl Decimal {
    fn new(value: f64) -> Self {
        let text = format!("{:.*e}", SIGNIFICANT - 1, value.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
        Self { digits, point: exponent.parse::<i32>().unwrap_or(0) + 1 }
    }

    /// Digits before the point (none for zero) and exactly `places` after it, rounded half up.
    fn rounded(&self, places: usize) -> (String, String) {
        let places = i32::try_from(places).unwrap_or(i32::MAX - 1024);
        let kept = usize::try_from(self.point.saturating_add(places)).unwrap_or(0);
        let up = self.point.saturating_add(places) >= 0 && self.digits.get(kept).is_some_and(|digit| *digit >= 5);
        let mut digits: Vec<u8> = self.digits.iter().copied().chain(std::iter::repeat(0)).take(kept).collect();
        let mut point = self.point;
        if up && increment(&mut digits) {
            point += 1;
        }
        // Zeros stand between the point and a number that is smaller than 0.1.
        let gap = usize::try_from(-point).unwrap_or(0).min(usize::try_from(places).unwrap_or(0));
        let whole: String = digits.iter().take(usize::try_from(point).unwrap_or(0)).map(digit_char).collect();
        let fraction = std::iter::repeat_n('0', gap)
            .chain(digits.iter().skip(usize::try_from(point).unwrap_or(0)).map(digit_char))
            .chain(std::iter::repeat('0'))
            .take(usize::try_from(places).unwrap_or(0))
            .collect();
        (whole.trim_start_matches('0').to_owned(), fraction)
    }
}

fn digit_char(digit: &u8) -> char {
    char::from(b'0' + digit)
}

/// Adds one to the last digit; whether a digit was put in front.
fn increment(digits: &mut Vec<u8>) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return false;
        }
        *digit = 0;
    }
    digits.insert(0, 1);
    true
}

/// What the places for digits of a section mean together.
struct Layout {
    /// Index of the decimal point among the tokens.
    point: Option<usize>,
    /// Places for digits before the point.
    wholes: usize,
    /// Places for digits after it.
    places: usize,
    /// Powers of ten that percent signs and trailing commas multiply by.
    shift: i32,
    grouped: bool,
}

impl Layout {
    fn of(tokens: &[Token]) -> Self {
        let point = tokens.iter().position(|token| *token == Token::Point);
        let is_whole = |index: usize| point.is_none_or(|point| index < point);
        let digits = tokens.iter().enumerate().filter(|(_, token)| matches!(token, Token::Digit(_)));
        let (wholes, fractions): (Vec<usize>, Vec<usize>) = digits.map(|(index, _)| index).partition(|i| is_whole(*i));
        let percents = tokens.iter().filter(|token| **token == Token::Percent).count();
        let mut layout = Self { point, wholes: wholes.len(), places: fractions.len(), shift: 0, grouped: false };
        let scales = commas_after(tokens, wholes.last()) + commas_after(tokens, fractions.last());
        layout.shift = i32::try_from(percents).unwrap_or(0) * 2 - i32::try_from(scales).unwrap_or(0) * 3;
        layout.grouped = tokens.iter().enumerate().any(|(index, token)| {
            *token == Token::Comma && wholes.first() < Some(&index) && Some(&index) < wholes.last()
        });
        // Programs group across a point that is a literal as well (`12,00.0,000万`), where no reader looks for a comma.
        layout.grouped &= !tokens.contains(&Token::Literal('.'));
        layout
    }

    fn write(&self, tokens: &[Token], whole: &str, fraction: &str) -> String {
        let optional = self.optional_zeros(tokens, fraction);
        let shown_places = self.places - optional;
        let mut out = String::new();
        let (mut wholes_seen, mut places_seen) = (0, 0);
        let mut fraction = fraction.chars();
        for (index, token) in tokens.iter().enumerate() {
            match token {
                Token::Literal(character) => out.push(*character),
                Token::Percent => out.push('%'),
                Token::Point if Some(index) == self.point => {
                    if self.wholes == 0 {
                        out.push_str(if whole.is_empty() { "0" } else { whole });
                    }
                    if shown_places > 0 {
                        out.push('.');
                    }
                }
                Token::Digit(_) if self.point.is_some_and(|point| index > point) => {
                    places_seen += 1;
                    let digit = fraction.next();
                    out.extend(digit.filter(|_| places_seen <= shown_places));
                }
                Token::Digit(kind) => {
                    self.write_whole(&mut out, whole, wholes_seen, *kind);
                    wholes_seen += 1;
                }
                _ => {}
            }
        }
        out
    }

    /// The digits that belong to one place before the point; the first place takes all that have no place of their own.
    fn write_whole(&self, out: &mut String, whole: &str, place: usize, kind: char) {
        let from_right = self.wholes - place;
        let count = whole.len();
        if count < from_right {
            let only_place = from_right == 1 && self.places == 0;
            if kind == '0' || only_place {
                out.push('0');
                self.group(out, from_right - 1);
            }
            return;
        }
        let start = if place == 0 { 0 } else { count - from_right };
        let end = count + 1 - from_right;
        for (index, digit) in whole.chars().enumerate().take(end).skip(start) {
            out.push(digit);
            self.group(out, count - 1 - index);
        }
    }

    fn group(&self, out: &mut String, digits_left: usize) {
        if self.grouped && digits_left > 0 && digits_left.is_multiple_of(3) {
            out.push(',');
        }
    }

    /// Zeros at the end of the fraction whose places (`#`, `?`) do not ask for them.
    fn optional_zeros(&self, tokens: &[Token], fraction: &str) -> usize {
        let Some(point) = self.point else { return 0 };
        let kinds = tokens.iter().skip(point).filter_map(|token| match token {
            Token::Digit(kind) => Some(*kind),
            _ => None,
        });
        let kinds: Vec<char> = kinds.collect();
        kinds.iter().zip(fraction.chars()).rev_count(|(kind, digit)| **kind != '0' && *digit == '0')
    }
}

/// Counts how many items at the end of a sequence fulfil a condition.
trait RevCount: Iterator + Sized {
    fn rev_count(self, condition: impl Fn(&Self::Item) -> bool) -> usize {
        self.fold(0, |run, item| if condition(&item) { run + 1 } else { 0 })
    }
}

impl<I: Iterator> RevCount for I {}

/// Commas right behind a place for digits, each of which divides by a thousand.
fn commas_after(tokens: &[Token], digit: Option<&usize>) -> usize {
    digit.map_or(0, |index| tokens.iter().skip(index + 1).take_while(|token| **token == Token::Comma).count())
}
