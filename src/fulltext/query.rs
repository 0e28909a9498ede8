//! What an operator searches for: words that all have to be there, each a phrase of units.

use std::ops::Range;

use super::cut::{Script, Unit, Units};

/// Nobody searches for more words at once.
const MOST_PHRASES: usize = 16;
/// Nor for a longer text.
const MOST_CHARACTERS: usize = 400;

/// Why a text cannot be searched for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// It holds nothing but signs.
    #[error("there is no word in it: name a Chinese character, a Latin word or a number")]
    Empty,
    /// It is too long.
    #[error("it is too long: search for at most {MOST_PHRASES} words of together {MOST_CHARACTERS} characters")]
    TooLong,
}

/// A query. Words with spaces between them have all to stand in a document; what is in quotes stands there so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    phrases: Vec<Phrase>,
}

/// Units that follow one another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Phrase(Vec<Term>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    form: String,
    is_sign: bool,
    /// Whether the next one stands right behind it, both being signs.
    joins: bool,
}

impl Query {
    /// Understands a query as it is typed. There is no other syntax than quotes, so nothing can be wrong with it.
    ///
    /// # Errors
    /// [`QueryError`] when there is no word in it, or too many.
    pub fn parse(typed: &str) -> Result<Self, QueryError> {
        if typed.chars().count() > MOST_CHARACTERS {
            return Err(QueryError::TooLong);
        }
        let mut phrases: Vec<Phrase> = Vec::new();
        for (at, part) in typed.split(['"', '“', '”', '„', '＂']).enumerate() {
            // Every other part stands in quotes.
            let words: Vec<&str> = if at % 2 == 1 { vec![part] } else { part.split_whitespace().collect() };
            for phrase in words.into_iter().flat_map(phrases_of) {
                if !phrases.contains(&phrase) {
                    phrases.push(phrase);
                }
            }
        }
        match phrases.len() {
            0 => Err(QueryError::Empty),
            1..=MOST_PHRASES => Ok(Self { phrases }),
            _ => Err(QueryError::TooLong),
        }
    }

    /// How many words there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.phrases.len()
    }

    /// Never: a query has a word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// The query in the syntax of SQLite's FTS5, over tokens as [`super::indexed`] makes them. Tokens hold letters, digits and signs
    /// only, each phrase stands in quotes: nothing typed is taken for an operator.
    #[must_use]
    pub fn expression(&self) -> String {
        self.phrases.iter().map(Phrase::expression).collect::<Vec<_>>().join(" AND ")
    }

    /// Where the words stand in a text, in its order, and how many different ones do.
    #[must_use]
    pub fn found_in(&self, text: &str) -> (Vec<Range<usize>>, usize) {
        let units = Units::of(text);
        let mut ranges = Vec::new();
        let mut different = 0;
        for phrase in &self.phrases {
            let before = ranges.len();
            ranges.extend(phrase.found_in(&units));
            different += usize::from(ranges.len() > before);
        }
        (joined(ranges), different)
    }
}

/// The phrases of a word: Chinese characters with a sign between them are two.
fn phrases_of(word: &str) -> Vec<Phrase> {
    let units = Units::of(word);
    let mut phrases = Vec::new();
    let mut open = Vec::new();
    for (at, unit) in units.all.iter().enumerate() {
        let form = units.form(unit).to_owned();
        open.push(Term { form, is_sign: unit.script == Script::Sign, joins: unit.joins });
        let breaks = units
            .all
            .get(at + 1)
            .is_none_or(|next| unit.script == Script::Sign && next.script == Script::Sign && !unit.joins);
        if breaks {
            phrases.push(Phrase(std::mem::take(&mut open)));
        }
    }
    phrases
}

impl Phrase {
    fn expression(&self) -> String {
        let mut tokens = Vec::new();
        let mut is_beginning = false;
        for (at, term) in self.0.iter().enumerate() {
            let next = self.0.get(at + 1);
            match next {
                Some(next) if term.joins => tokens.push(format!("{}{}", term.form, next.form)),
                None if term.is_sign => {
                    // The token before holds the last sign too.
                    let is_held = at.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|before| before.joins);
                    if !is_held {
                        is_beginning = true;
                        tokens.push(term.form.clone());
                    }
                }
                _ => tokens.push(term.form.clone()),
            }
        }
        format!("\"{}\"{}", tokens.join(" "), if is_beginning { " *" } else { "" })
    }

    fn found_in(&self, units: &Units) -> Vec<Range<usize>> {
        let is_at = |window: &[Unit]| {
            let mut pairs = window.iter().zip(&self.0);
            pairs.all(|(unit, term)| units.form(unit) == term.form && (!term.joins || unit.joins))
        };
        let windows = units.all.windows(self.0.len()).filter(|window| is_at(window));
        windows.filter_map(|window| Some(window.first()?.source.start..window.last()?.source.end)).collect()
    }
}

/// Ranges in order, those that touch made one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}
