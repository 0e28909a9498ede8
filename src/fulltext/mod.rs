//! Full text: how texts are cut for an index, how a query is understood, which part of a text is shown.
//!
//! SQLite's own tokenizers find no Chinese word of two characters, so texts are cut here. Each Chinese character becomes a token of it
//! and the one behind it, and the last one of a run a token of itself: a character then stands at one position only, a word
//! of two is one token, a longer one a phrase of tokens, and a single character the beginning of a token. Latin words and
//! numbers are tokens of their own, all in one width, in lower case and without accents (NFKD). Query and text are cut alike, so what the index
//! finds is found in the text as well, where the marks of a snippet come from.

mod cut;
mod query;
mod snippet;

#[cfg(test)]
mod tests;

pub use cut::indexed;
pub use query::{Query, QueryError};
pub use snippet::{Piece, Snippet};

/// Changes with every change in how texts are cut, so that an index of other rules is made anew.
pub const RULES: &str = "1";
