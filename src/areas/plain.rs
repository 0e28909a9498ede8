//! A text in the form in which words are looked for, each piece of which leads back to what was written.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::survey::is_invisible;

/// A text of one width and one case, without the blanks that mean nothing in Chinese.
#[derive(Debug)]
pub(super) struct Plain {
    text: String,
    /// For each byte of the text, the bytes of the character that it comes from.
    origin: Vec<Range<usize>>,
}

impl Plain {
    pub(super) fn of(written: &str) -> Self {
        let mut plain = Self { text: String::with_capacity(written.len()), origin: Vec::with_capacity(written.len()) };
        let mut blank = None;
        for (at, letter) in written.char_indices().filter(|(_, letter)| !is_invisible(*letter)) {
            let from = at..at + letter.len_utf8();
            if letter.is_whitespace() && letter != '\n' {
                blank = Some(from);
                continue;
            }
            if let Some(blank) = blank.take()
                && plain.text.ends_with(is_latin)
                && is_latin(letter)
            {
                plain.push(' ', &blank);
            }
            for same in std::iter::once(letter).nfkc().flat_map(char::to_lowercase) {
                plain.push(same, &from);
            }
        }
        plain
    }

    fn push(&mut self, letter: char, from: &Range<usize>) {
        self.text.push(letter);
        self.origin.extend(std::iter::repeat_n(from.clone(), letter.len_utf8()));
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What was written where these bytes of the plain text are.
    pub(super) fn written<'t>(&self, written: &'t str, bytes: &Range<usize>) -> &'t str {
        let first = self.origin.get(bytes.start).map(|from| from.start);
        let last = bytes.end.checked_sub(1).and_then(|last| self.origin.get(last)).map(|from| from.end);
        first.zip(last).and_then(|(first, last)| written.get(first..last)).unwrap_or_default()
    }
}

/// The plain form of a taxonomy's word.
pub(super) fn plain(word: &str) -> String {
    Plain::of(word).text
}

/// Words of Latin letters are set apart by blanks, Chinese ones are not.
fn is_latin(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || ('ａ'..='ｚ').contains(&letter) || ('Ａ'..='Ｚ').contains(&letter)
}
