//! Sentences of a paragraph, as written and in the plain form in which they are searched.

use unicode_normalization::UnicodeNormalization as _;

use crate::survey::is_invisible;

/// So many characters of a sentence are shown; a paragraph without full stops is one long one.
const SHOWN: usize = 240;
/// A sentence of more characters is searched in pieces of so many: it is a table or a listing of data.
const SEARCHED: usize = 2_000;

/// A sentence.
#[derive(Debug)]
pub(super) struct Sentence<'p> {
    written: &'p str,
    /// NFKC without the white space of layout; only between Latin letters and digits it stays, as one space.
    pub(super) plain: String,
}

impl Sentence<'_> {
    /// The sentence as written, on one line, a long one with its end left out.
    pub(super) fn shown(&self) -> String {
        let flat = self.written.split_whitespace().collect::<Vec<_>>().join(" ");
        match flat.char_indices().nth(SHOWN) {
            Some((end, _)) => flat.get(..end).unwrap_or_default().to_owned() + "…",
            None => flat,
        }
    }
}

/// The sentences of a paragraph. Only those are made plain that hold a figure or the sign of an award: the others name nothing.
pub(super) fn sentences(paragraph: &str) -> impl Iterator<Item = Sentence<'_>> {
    let pieces = paragraph.split_inclusive(['。', '！', '？', '!', '?', '；', ';', '\n', '\u{b}']);
    pieces.map(str::trim).filter(|piece| may_name(piece)).map(|piece| Sentence { written: piece, plain: plain(piece) })
}

fn may_name(piece: &str) -> bool {
    piece.chars().any(|c| c.is_numeric() || "专著标奖企证称人数权多一二三四五六七八九十百千几".contains(c))
}

fn plain(written: &str) -> String {
    let characters = written.chars().take(SEARCHED).filter(|c| !is_invisible(*c)).nfkc();
    let mut plain = String::with_capacity(written.len());
    let mut has_gap = false;
    for c in characters {
        if c.is_whitespace() {
            has_gap = true;
            continue;
        }
        let both_latin = c.is_ascii_alphanumeric() && plain.ends_with(|c: char| c.is_ascii_alphanumeric());
        if std::mem::take(&mut has_gap) && both_latin {
            plain.push(' ');
        }
        plain.push(one_sign(c));
    }
    plain
}

fn one_sign(c: char) -> char {
    match c {
        '−' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '─' | 'ー' => '-',
        '【' | '〔' => '(',
        '】' | '〕' => ')',
        other => other,
    }
}

/// The part of a text behind its last sign that ends a clause.
pub(super) fn clause_before(text: &str) -> &str {
    text.rsplit([',', '。', ';', ':', '!', '?', '(', ')']).next().unwrap_or_default()
}

/// The part of a text before its first sign that ends a clause. A comma between digits ends none.
pub(super) fn clause_behind(text: &str) -> &str {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let is_digit_next = || text.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let groups_digits = c == ',' && before.is_ascii_digit() && is_digit_next();
        if matches!(c, ',' | '。' | ';' | '!' | '?') && !groups_digits {
            return text.get(..at).unwrap_or_default();
        }
        before = c;
    }
    text
}

/// Every occurrence of a word in a text: what stands before it and behind it.
pub(super) fn around<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> {
    text.match_indices(word).filter_map(move |(at, _)| Some((text.get(..at)?, text.get(at + word.len()..)?)))
}
