//! The part of a text that shows where words stand in it.

use std::ops::Range;

use serde::Serialize;

use crate::visible;

/// So many characters are shown.
const SHOWN: usize = 90;
/// So many of them before the first word that was found.
const BEFORE: usize = 25;
/// So many places are looked at for the best part.
const MOST_FOUND: usize = 200;

/// A part of a text, cut into what was searched for and what stands around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Snippet {
    /// Its pieces in order.
    pub pieces: Vec<Piece>,
}

/// A piece of a snippet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The text as written; line breaks and control characters are spaces.
    pub text: String,
    /// Whether it was searched for.
    pub found: bool,
}

impl Snippet {
    /// The part of a text around the first of the ranges that were found, as [`super::Query::found_in`] gives them. Only where
    /// the first stands far from others that are nearer together, those are shown.
    #[must_use]
    pub fn of(text: &str, found: &[Range<usize>]) -> Self {
        let found = found.get(..MOST_FOUND).unwrap_or(found);
        let window = window(text, found);
        let mut pieces = Vec::new();
        let mut at = window.start;
        let shown = found.iter().filter(|range| range.start < window.end && range.end > window.start);
        for range in shown {
            let (from, to) = (range.start.max(at), range.end.min(window.end));
            push(&mut pieces, text.get(at..from), false);
            push(&mut pieces, text.get(from..to), true);
            at = to;
        }
        push(&mut pieces, text.get(at..window.end), false);
        if window.start > 0 {
            pieces.insert(0, Piece { text: "…".into(), found: false });
        }
        if window.end < text.len() {
            pieces.push(Piece { text: "…".into(), found: false });
        }
        Self { pieces }
    }

    /// As one text, what was found between two marks.
    #[must_use]
    pub fn marked(&self, open: &str, close: &str) -> String {
        let piece = |piece: &Piece| {
            if piece.found { format!("{open}{}{close}", piece.text) } else { piece.text.clone() }
        };
        self.pieces.iter().map(piece).collect()
    }
}

fn push(pieces: &mut Vec<Piece>, text: Option<&str>, found: bool) {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return };
    pieces.push(Piece { text: visible::line(text), found });
}

/// The part that is shown: it begins some characters before the range from which on it holds the most of what was found.
fn window(text: &str, found: &[Range<usize>]) -> Range<usize> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    if starts.len() <= SHOWN {
        return 0..text.len();
    }
    let index = |at: usize| starts.partition_point(|start| *start < at);
    let reach = |from: usize| from.saturating_sub(BEFORE) + SHOWN;
    let held = |range: &Range<usize>| {
        let from = index(range.start);
        let within = found.iter().filter(|other| other.start >= range.start && index(other.end) <= reach(from));
        within.map(ExactSizeIterator::len).sum::<usize>()
    };
    // The earliest of those that show as many.
    let best = found.iter().rev().max_by_key(|range| held(range));
    let from = best.map_or(0, |range| index(range.start).saturating_sub(BEFORE)).min(starts.len() - SHOWN);
    let start = starts.get(from).copied().unwrap_or(0);
    start..starts.get(from + SHOWN).copied().unwrap_or(text.len())
}
