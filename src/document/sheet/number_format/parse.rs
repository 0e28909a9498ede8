//! A format code to sections of tokens.

use std::iter::Peekable;
use std::str::Chars;

use super::{Comparison, Condition, DatePart, NumberFormat, Section, Token};

/// Words that stand for the number as it is; the second is what Chinese editions write into `.xls` files.
const GENERAL: [&str; 2] = ["general", "g/通用格式"];

/// Words that switch a clock to twelve hours.
const HALF_DAY: [&str; 2] = ["am/pm", "a/p"];

/// The same in Chinese.
const CHINESE_HALF_DAY: [&str; 1] = ["上午/下午"];

pub(super) fn format(code: &str) -> NumberFormat {
    let mut sections = vec![Section::default()];
    let mut rest = code;
    while !rest.is_empty() {
        rest = match rest.strip_prefix(';') {
            Some(after) => {
                sections.push(Section::default());
                after
            }
            None => step(rest, &mut sections),
        };
    }
    arrange(sections)
}

/// The section for text is the fourth, or one that shows `@` beside something else.
fn arrange(mut sections: Vec<Section>) -> NumberFormat {
    let text = if sections.len() > 3 {
        sections.drain(3..).next()
    } else if sections.last().is_some_and(|section| section.tokens.contains(&Token::Text)) {
        if sections.len() > 1 { sections.pop() } else { sections.first().cloned() }
    } else {
        None
    };
    if sections.iter().all(|section| section.tokens.is_empty() && section.condition.is_none()) && sections.len() == 1 {
        sections = vec![Section { condition: None, tokens: vec![Token::General] }];
    }
    NumberFormat { numbers: sections, text: text.filter(|section| section.tokens.contains(&Token::Text)) }
}

/// Reads one element from the front and returns what is left.
fn step<'a>(code: &'a str, sections: &mut [Section]) -> &'a str {
    let Some(section) = sections.last_mut() else { return "" };
    if let Some(rest) = strip_word(code, &GENERAL) {
        section.tokens.push(Token::General);
        return rest;
    }
    if let Some(rest) = strip_word(code, &HALF_DAY) {
        section.tokens.push(Token::Date(DatePart::Silent, 1));
        return rest;
    }
    if let Some(rest) = strip_word(code, &CHINESE_HALF_DAY) {
        section.tokens.push(Token::Date(DatePart::HalfDay, 1));
        return rest;
    }
    let mut chars = code.chars().peekable();
    if let Some(first) = chars.next() {
        element(first, &mut chars, section);
    }
    let left: usize = chars.map(char::len_utf8).sum();
    code.split_at_checked(code.len() - left).map_or("", |(_, rest)| rest)
}

fn strip_word<'a>(code: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().find_map(|word| {
        let (front, rest) = code.split_at_checked(word.len())?;
        front.to_lowercase().eq(word).then_some(rest)
    })
}

fn element(first: char, chars: &mut Peekable<Chars<'_>>, section: &mut Section) {
    match first {
        '"' => section.tokens.extend(chars.by_ref().take_while(|c| *c != '"').map(Token::Literal)),
        '\\' | '!' => section.tokens.extend(chars.next().map(Token::Literal)),
        // A blank as wide as the next character, or a character repeated to fill the cell.
        '_' | '*' => drop(chars.next()),
        '[' => bracket(&chars.by_ref().take_while(|c| *c != ']').collect::<String>(), section),
        '0' | '#' | '?' => section.tokens.push(Token::Digit(first)),
        '.' => section.tokens.push(Token::Point),
        ',' => section.tokens.push(Token::Comma),
        '%' => section.tokens.push(Token::Percent),
        '@' => section.tokens.push(Token::Text),
        '/' if section.tokens.iter().any(|token| matches!(token, Token::Digit(_))) => {
            section.tokens.push(Token::Notation);
        }
        'E' | 'e' if chars.next_if(|c| matches!(c, '+' | '-')).is_some() => section.tokens.push(Token::Notation),
        _ => letter(first, chars, section),
    }
}

/// A run of a date letter is one element; every other character is shown as it stands.
fn letter(first: char, chars: &mut Peekable<Chars<'_>>, section: &mut Section) {
    let same = first.to_ascii_lowercase();
    let part = match same {
        'y' | 'e' => DatePart::Year,
        'm' => DatePart::MonthOrMinute,
        'd' => DatePart::Day,
        'h' => DatePart::Hour,
        's' => DatePart::Second,
        'a' => DatePart::Weekday,
        'g' => DatePart::Silent,
        _ => return section.tokens.push(Token::Literal(first)),
    };
    let mut width = 1;
    while chars.next_if(|c| c.to_ascii_lowercase() == same).is_some() {
        width += 1;
    }
    // `e` is the whole year of the Chinese calendar in use.
    section.tokens.push(Token::Date(part, if same == 'e' { 4 } else { width }));
}

/// `[$￥-804]` shows a currency, `[>=10000]` is a condition, `[h]` counts hours past a day; colours and numerals are passed
/// over.
fn bracket(inside: &str, section: &mut Section) {
    if let Some(currency) = inside.strip_prefix('$') {
        let sign = currency.split('-').next().unwrap_or_default();
        section.tokens.extend(sign.chars().map(Token::Literal));
    } else if let Some(condition) = condition(inside) {
        section.condition = Some(condition);
    } else if !inside.is_empty() && inside.chars().all(|c| matches!(c, 'h' | 'H')) {
        section.tokens.push(Token::Date(DatePart::ElapsedHours, inside.len()));
    } else if !inside.is_empty() && inside.chars().all(|c| matches!(c, 'm' | 'M' | 's' | 'S')) {
        section.tokens.push(Token::Notation);
    }
}

fn condition(inside: &str) -> Option<Condition> {
    const SIGNS: [(&str, Comparison); 6] = [
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<>", Comparison::NotEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
        ("=", Comparison::Equal),
    ];
    SIGNS.iter().find_map(|(sign, comparison)| {
        let bound = inside.strip_prefix(sign)?.trim().parse().ok()?;
        Some(Condition { comparison: *comparison, bound })
    })
}
