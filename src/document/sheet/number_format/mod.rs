//! Number formats: what a spreadsheet program shows for a stored number.
//!
//! A unit, a currency or a scale often stands in the format and nowhere else: 12000000 under `0!.0,"万"` is shown as
//! `1200.0万`. The codes are those of ECMA-376 part 1, 18.8.31, with the habits of the Chinese edition (`!` escapes a
//! character, `G/通用格式` is `General`). Where the shown text would hide what the number is, it is not copied: scientific
//! notation, fractions and Chinese numerals become plain digits, a minus that only a colour or brackets carry is written,
//! and a zero drawn as a dash is `0`. Dates are shown as the format has them where it begins with the whole year
//! (`2017年12月20日`, `2017/12`); one that would hide the year, or have day and month mixed up, becomes `2017-12-20`.

mod builtin;
mod date;
mod digits;
mod parse;
#[cfg(test)]
mod tests;

pub(super) use builtin::builtin_code;
pub(super) use date::Epoch;
pub(super) use digits::general;

/// A parsed format code: up to three sections for numbers and one for text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NumberFormat {
    numbers: Vec<Section>,
    text: Option<Section>,
}

/// One of the parts of a code that `;` separates.
#[derive(Debug, Clone, PartialEq, Default)]
struct Section {
    condition: Option<Condition>,
    tokens: Vec<Token>,
}

/// A bound in brackets, such as `[>=10000]`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Condition {
    comparison: Comparison,
    bound: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
}

/// An element of a section.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Literal(char),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    General,
    /// `@`, the cell's text.
    Text,
    /// A part of a date or time, and how many letters stand for it.
    Date(DatePart, usize),
    /// `E+00`, `?/?`: notations that are not copied.
    Notation,
}

/// What a date format shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DatePart {
    Year,
    /// `m`, which is the minute beside hours or seconds.
    MonthOrMinute,
    Day,
    Hour,
    Second,
    ElapsedHours,
    /// `上午/下午`.
    HalfDay,
    /// `aaaa`: 星期三.
    Weekday,
    /// `AM/PM` and eras, which the text leaves out.
    Silent,
}

impl NumberFormat {
    /// Parses a code. Any text is a format of some kind; what has no meaning in a code is shown as it stands.
    pub(super) fn parse(code: &str) -> Self {
        parse::format(code)
    }

    /// The text shown for a number.
    pub(super) fn render(&self, value: f64, epoch: Epoch) -> String {
        let Some((index, section)) = self.section(value).filter(|_| value.is_finite()) else { return general(value) };
        if section.is_date() {
            return date::render(section, value, epoch).unwrap_or_else(|| general(value));
        }
        if section.is_words(value) {
            return section.words(value);
        }
        let body = digits::render(section, value);
        match value < 0.0 {
            true if !body.contains(|c| matches!(c, '1'..='9')) => self.render(0.0, epoch),
            true if self.is_for_negatives(index) => with_minus(&body),
            true => format!("-{body}"),
            false => body,
        }
    }

    /// The text shown for a text cell: `@"元"` adds its unit to text too.
    pub(super) fn render_text(&self, text: &str) -> String {
        let Some(section) = &self.text else { return text.to_owned() };
        let mut shown = String::new();
        for token in &section.tokens {
            match token {
                Token::Literal(character) => shown.push(*character),
                Token::Text => shown.push_str(text),
                _ => {}
            }
        }
        shown
    }

    /// The section for a value. Without conditions: positive and zero; negative; zero.
    fn section(&self, value: f64) -> Option<(usize, &Section)> {
        let chosen = self.numbers.iter().enumerate().find(|(index, section)| match section.condition {
            Some(condition) => condition.holds(value),
            None => self.holds_by_position(*index, value),
        });
        chosen.or_else(|| self.numbers.iter().enumerate().next_back())
    }

    fn holds_by_position(&self, index: usize, value: f64) -> bool {
        let count = self.numbers.len();
        let conditional = self.numbers.iter().any(|section| section.condition.is_some());
        match (index, count) {
            (0, 1) => true,
            (0, 2) => value >= 0.0,
            (0, _) => value > 0.0,
            (1, 2) => true,
            (1, _) => value < 0.0 || (conditional && self.numbers.get(2).is_none()),
            _ => true,
        }
    }

    /// Whether only negative numbers reach a section, so that it carries its own sign.
    fn is_for_negatives(&self, index: usize) -> bool {
        match self.numbers.get(index).and_then(|section| section.condition) {
            Some(condition) => condition.only_negatives(),
            None => index == 1 && self.numbers.first().is_some_and(|first| first.condition.is_none()),
        }
    }
}

impl Section {
    fn is_date(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Date(..)))
    }

    /// Whether the section shows words in place of the number: it has no place for digits, or none that a zero fills.
    fn is_words(&self, value: f64) -> bool {
        !self.tokens.iter().any(|token| match token {
            Token::Digit(kind) => *kind == '0' || value != 0.0,
            Token::General | Token::Notation | Token::Text => true,
            _ => false,
        })
    }

    /// Words in place of the number. A dash for zero is zero; a section that is empty hides the number.
    fn words(&self, value: f64) -> String {
        let shown: String = self.tokens.iter().filter_map(Token::literal).collect();
        let has_places = self.tokens.iter().any(|token| matches!(token, Token::Digit(_)));
        let is_zero = value == 0.0 && (has_places || !shown.trim().is_empty());
        if is_zero { "0".to_owned() } else { shown.trim().to_owned() }
    }
}

impl Token {
    fn literal(&self) -> Option<char> {
        if let Token::Literal(character) = self { Some(*character) } else { None }
    }
}

impl Condition {
    fn holds(self, value: f64) -> bool {
        match self.comparison {
            Comparison::Less => value < self.bound,
            Comparison::LessOrEqual => value <= self.bound,
            Comparison::Equal => value == self.bound,
            Comparison::NotEqual => value != self.bound,
            Comparison::GreaterOrEqual => value >= self.bound,
            Comparison::Greater => value > self.bound,
        }
    }

    fn only_negatives(self) -> bool {
        match self.comparison {
            Comparison::Less => self.bound <= 0.0,
            Comparison::LessOrEqual | Comparison::Equal => self.bound < 0.0,
            _ => false,
        }
    }
}

/// Writes the minus of a negative section that shows it by a colour or by brackets, which the text would lose.
pub(super) fn with_minus(body: &str) -> String {
    if body.contains(['-', '－', '−', '负', '△', '▲']) {
        return body.to_owned();
    }
    let bare: String = body.chars().filter(|character| !matches!(character, '(' | ')' | '（' | '）')).collect();
    format!("-{}", bare.trim())
}
