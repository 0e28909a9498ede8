//! A text becomes units: Chinese characters, Latin words, numbers.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use crate::survey::is_invisible;

/// A longer run of letters is no word; it is cut off in texts and queries alike.
const LONGEST: usize = 64;

/// Stands between the lines of a text in the index, so that no phrase reaches over them. No query is cut into it.
const END_OF_LINE: &str = "¶";

/// What a unit is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// One character of a script without spaces between its words.
    Sign,
    /// A run of letters.
    Letters,
    /// A run of digits.
    Digits,
}

/// A unit of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    /// In the text of [`Units`].
    form: Range<usize>,
    /// What it is made of.
    pub(super) script: Script,
    /// Whether it is a sign and the next unit another one, with nothing but white space between them.
    pub(super) joins: bool,
    /// Where it stands in the text that was cut.
    pub(super) source: Range<usize>,
}

/// The units of a text.
#[derive(Debug, Default)]
pub(super) struct Units {
    forms: String,
    pub(super) all: Vec<Unit>,
}

impl Units {
    /// Cuts a text.
    pub(super) fn of(text: &str) -> Self {
        let mut units = Self { forms: String::with_capacity(text.len()), all: Vec::with_capacity(text.len() / 3) };
        let mut gap = Gap::Break;
        for (at, c) in text.char_indices() {
            let source = at..at + c.len_utf8();
            if c == ',' && units.groups_digits(text.get(source.end..), &gap) {
                continue;
            }
            units.take(c, &source, &mut gap);
        }
        units
    }

    /// The form in which a unit is compared.
    pub(super) fn form(&self, unit: &Unit) -> &str {
        self.forms.get(unit.form.clone()).unwrap_or_default()
    }

    fn take(&mut self, c: char, source: &Range<usize>, gap: &mut Gap) {
        if is_invisible(c) {
            return;
        }
        if is_ornament(c) {
            *gap = Gap::Break;
            return;
        }
        if is_sign(c) {
            // By far the most characters: they are in their one form already.
            return self.add(c, Script::Sign, source, std::mem::replace(gap, Gap::None));
        }
        for plain in std::iter::once(c).nfkd().flat_map(char::to_lowercase) {
            match script(plain) {
                Some(script) => self.add(plain, script, source, std::mem::replace(gap, Gap::None)),
                None if plain.is_whitespace() => *gap = (*gap).max(Gap::Space),
                // Marks above letters are often left out by those who search.
                None if is_mark(plain) && *gap == Gap::None => {
                    if let Some(last) = self.all.last_mut() {
                        last.source.end = source.end;
                    }
                }
                None => *gap = Gap::Break,
            }
        }
    }

    fn add(&mut self, c: char, script: Script, source: &Range<usize>, gap: Gap) {
        if let Some(last) = self.all.last_mut() {
            if script != Script::Sign && last.script == script && gap == Gap::None {
                if last.form.len() < LONGEST {
                    self.forms.push(c);
                    last.form.end = self.forms.len();
                }
                last.source.end = source.end;
                return;
            }
            last.joins = script == Script::Sign && last.script == Script::Sign && gap != Gap::Break;
        }
        let from = self.forms.len();
        self.forms.push(c);
        self.all.push(Unit { form: from..self.forms.len(), script, joins: false, source: source.clone() });
    }

    /// Whether a comma stands before three digits of a number: 1,200.
    fn groups_digits(&self, behind: Option<&str>, gap: &Gap) -> bool {
        let is_behind_digit = self.all.last().is_some_and(|last| last.script == Script::Digits) && *gap == Gap::None;
        let digits = || behind.unwrap_or_default().chars().take(4).take_while(char::is_ascii_digit).count();
        is_behind_digit && digits() == 3
    }
}

/// What stands between two units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Break,
}

/// The tokens of a text for the index, separated by spaces.
#[must_use]
pub fn indexed<'t>(lines: impl IntoIterator<Item = &'t str>) -> String {
    let mut tokens = String::new();
    for line in lines {
        let units = Units::of(line);
        let mut rest = units.all.iter().peekable();
        while let Some(unit) = rest.next() {
            tokens.push_str(units.form(unit));
            if let Some(next) = rest.peek().filter(|_| unit.joins) {
                tokens.push_str(units.form(next));
            }
            tokens.push(' ');
        }
        tokens.push_str(END_OF_LINE);
        tokens.push(' ');
    }
    tokens
}

fn script(c: char) -> Option<Script> {
    if is_sign(c) {
        Some(Script::Sign)
    } else if c.is_numeric() {
        Some(Script::Digits)
    } else if c.is_alphabetic() {
        Some(Script::Letters)
    } else {
        None
    }
}

/// Han characters, kana, bopomofo and Hangul in the form that NFKC gives them.
fn is_sign(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'
        | '\u{3105}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..='\u{2f7ff}' | '\u{2fa20}'..='\u{3ffff}')
}

/// Circled and bracketed numbers and superscripts: they would glue to the figure beside them.
fn is_ornament(c: char) -> bool {
    matches!(c, '\u{2460}'..='\u{249b}' | '\u{24ea}'..='\u{24ff}' | '\u{2776}'..='\u{2793}' | '\u{3220}'..='\u{3229}'
        | '\u{3280}'..='\u{3289}' | '²' | '³' | '¹' | '\u{2070}'..='\u{2079}' | '\u{2080}'..='\u{2089}')
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}
