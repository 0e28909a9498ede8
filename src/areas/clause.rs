//! A text taken apart into sentences, clauses and phrases, as far as punctuation tells.

use std::ops::Range;

/// A piece of a sentence between commas or brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) bytes: Range<usize>,
    /// Number of its sentence.
    pub(super) sentence: usize,
    /// Whether it stands in brackets, and so is about what stands before them.
    pub(super) in_brackets: bool,
    /// The members of its enumeration, in order.
    pub(super) phrases: Vec<Range<usize>>,
}

impl Clause {
    /// The phrase that holds this place.
    pub(super) fn phrase(&self, at: usize) -> Range<usize> {
        self.phrases.iter().find(|phrase| phrase.contains(&at)).cloned().unwrap_or(self.bytes.clone())
    }
}

/// Whether nothing is said across this character.
pub(super) fn ends_phrase(letter: char) -> bool {
    ends_clause(letter) || matches!(letter, '、' | '/' | ':' | '+' | '"' | '“' | '”')
}

fn ends_clause(letter: char) -> bool {
    ends_sentence(letter) || matches!(letter, ',' | '(' | ')' | '[' | ']' | '【' | '】')
}

fn ends_sentence(letter: char) -> bool {
    matches!(letter, '。' | ';' | '!' | '?' | '\n')
}

/// Words that join two phrases. They only part what no word of the taxonomy spans.
pub(super) const JOINTS: [&str; 6] = ["以及", "与", "和", "及", "并", "或"];

/// Takes a plain text apart; `spans` are the bytes of words that no joint parts.
pub(super) fn clauses(text: &str, spans: &[Range<usize>]) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let (mut sentence, mut depth, mut start) = (0, 0_usize, 0);
    for (at, letter) in text.char_indices().chain([(text.len(), '\n')]) {
        if !ends_clause(letter) || is_in_number(text, at, letter) {
            continue;
        }
        if start < at {
            let bytes = start..at;
            clauses.push(Clause { phrases: phrases(text, &bytes, spans), bytes, sentence, in_brackets: depth > 0 });
        }
        start = at + letter.len_utf8();
        match letter {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if ends_sentence(letter) => (sentence, depth) = (sentence + 1, 0),
            _ => {}
        }
    }
    clauses
}

/// A comma between digits parts no clause: 1,200.
fn is_in_number(text: &str, at: usize, letter: char) -> bool {
    let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    let after = text.get(at + letter.len_utf8()..).and_then(|after| after.chars().next());
    letter == ',' && digit(before) && digit(after)
}

fn phrases(text: &str, clause: &Range<usize>, spans: &[Range<usize>]) -> Vec<Range<usize>> {
    let within = text.get(clause.clone()).unwrap_or_default();
    let mut cuts: Vec<Range<usize>> = within
        .char_indices()
        .filter(|(_, letter)| ends_phrase(*letter))
        .map(|(at, letter)| clause.start + at..clause.start + at + letter.len_utf8())
        .collect();
    for joint in JOINTS {
        let found = within.match_indices(joint).map(|(at, _)| clause.start + at..clause.start + at + joint.len());
        cuts.extend(found.filter(|cut| !spans.iter().any(|span| span.start < cut.end && cut.start < span.end)));
    }
    cuts.sort_by_key(|cut| cut.start);
    let mut phrases = Vec::new();
    let mut start = clause.start;
    for cut in cuts.into_iter().chain(std::iter::once(clause.end..clause.end)) {
        if start < cut.start {
            phrases.push(start..cut.start);
        }
        start = start.max(cut.end);
    }
    phrases
}
