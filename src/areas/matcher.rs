//! Finds the words of all areas in a text at once; the longest word wins over those it contains.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::clause::{JOINTS, ends_phrase};
use super::pattern::Slots;
use super::signs;

/// How much a word says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Says nothing, and takes its place from shorter words: an exclusion.
    Nothing,
    /// Counts beside others only.
    Hint,
    /// Two of them lead to the area, or one beside a hint.
    Fair,
    /// One is enough.
    Strong,
}

/// A word of an area.
#[derive(Debug)]
pub(super) struct Term {
    /// Index of the area.
    pub(super) area: usize,
    pub(super) weight: Weight,
    pub(super) slots: Slots,
}

/// A word found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// Index of the term: spellings of one term are one word.
    pub(super) term: usize,
    pub(super) area: usize,
    pub(super) weight: Weight,
    /// The bytes of its pieces.
    pub(super) pieces: Vec<Range<usize>>,
}

impl Hit {
    pub(super) fn start(&self) -> usize {
        self.pieces.first().map_or(0, |piece| piece.start)
    }

    pub(super) fn end(&self) -> usize {
        self.pieces.last().map_or(0, |piece| piece.end)
    }

    pub(super) fn range(&self) -> Range<usize> {
        self.start()..self.end()
    }

    /// Whether it hides the other: one of its pieces holds the other and more. An exclusion does so in its own area only.
    fn hides(&self, other: &Hit) -> bool {
        let is_exclusion = self.weight == Weight::Nothing;
        let holds = |piece: &Range<usize>| piece.start <= other.start() && other.end() <= piece.end;
        let is_more = |piece: &Range<usize>| is_exclusion || piece.len() > other.range().len();
        let concerns = !is_exclusion || self.area == other.area;
        concerns && self != other && self.joined().iter().any(|piece| holds(piece) && is_more(piece))
    }

    /// Whether both end with the same word, and its own qualification stands nearer to it (巡检 in 工业园区巡检机器人).
    fn is_nearer(&self, other: &Hit) -> bool {
        let head = other.pieces.last().map_or(0, |head| head.start);
        let is_between = other.start() < self.start() && self.start() < head && self.end() == other.end();
        is_between && self.area != other.area && self.weight != Weight::Nothing && other.joined().len() > 1
    }

    /// Whether the other is the same place for the same area once more, or a piece of it.
    fn says_again(&self, other: &Hit, is_first: bool) -> bool {
        let holds = self.area == other.area && self.start() <= other.start() && other.end() <= self.end();
        holds
            && self.weight >= other.weight
            && (self.range() != other.range() || self.weight > other.weight || is_first)
    }

    /// Its pieces, those without a gap between them as one.
    fn joined(&self) -> Vec<Range<usize>> {
        let mut joined: Vec<Range<usize>> = Vec::new();
        for piece in &self.pieces {
            match joined.last_mut().filter(|last| last.end == piece.start) {
                Some(last) => last.end = piece.end,
                None => joined.push(piece.clone()),
            }
        }
        joined
    }
}

/// All terms, ready to be looked for.
#[derive(Debug)]
pub(super) struct Matcher {
    terms: Vec<Term>,
    /// For each spelling, the terms and their pieces that it stands for.
    uses: Vec<Vec<(usize, usize)>>,
    automaton: AhoCorasick,
}

/// Spellings found, by the term and piece they stand for.
type Places = BTreeMap<(usize, usize), Vec<Range<usize>>>;

impl Matcher {
    pub(super) fn new(terms: Vec<Term>) -> Result<Self, String> {
        let mut uses: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
        for (number, term) in terms.iter().enumerate() {
            for (piece, slot) in term.slots.iter().enumerate() {
                for spelling in &slot.spellings {
                    uses.entry(spelling).or_default().push((number, piece));
                }
            }
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(uses.keys());
        let uses = uses.values().cloned().collect();
        Ok(Self { automaton: automaton.map_err(|error| error.to_string())?, uses, terms })
    }

    /// The words of a plain text, in their order, none within another.
    pub(super) fn find(&self, text: &str) -> Vec<Hit> {
        let mut places: Places = BTreeMap::new();
        for found in self.automaton.find_overlapping_iter(text).filter(|found| stands_alone(text, &found.range())) {
            for &place in self.uses.get(found.pattern().as_usize()).into_iter().flatten() {
                places.entry(place).or_default().push(found.range());
            }
        }
        let begun = places.iter().filter(|((_, piece), _)| *piece == 0);
        let mut hits: Vec<Hit> = begun
            .flat_map(|(&(term, _), firsts)| {
                firsts.iter().filter_map(|first| self.chain(text, &places, term, first)).collect::<Vec<_>>()
            })
            .collect();
        hits.sort_by_key(|hit| (hit.start(), std::cmp::Reverse(hit.end()), hit.term));
        let kept = hits.iter().enumerate().filter(|(at, hit)| {
            !hits
                .iter()
                .enumerate()
                .any(|(before, other)| other.hides(hit) || other.is_nearer(hit) || other.says_again(hit, before < *at))
        });
        let kept = kept.map(|(_, hit)| hit);
        kept.filter(|hit| hit.weight != Weight::Nothing).cloned().collect()
    }

    /// The word that begins with this piece, if its others follow.
    fn chain(&self, text: &str, places: &Places, term: usize, first: &Range<usize>) -> Option<Hit> {
        let known = self.terms.get(term)?;
        let mut pieces = vec![first.clone()];
        for (number, slot) in known.slots.iter().enumerate().skip(1) {
            let end = pieces.last()?.end;
            let mut behind = places.get(&(term, number))?.iter().filter(|place| place.start >= end);
            // The head of a Chinese phrase is its last word, so the furthest is meant: 开源模型工具箱.
            pieces.push(behind.rfind(|place| may_stand_between(text, end..place.start, slot.gap))?.clone());
        }
        Some(Hit { term, area: known.area, weight: known.weight, pieces })
    }
}

fn may_stand_between(text: &str, between: Range<usize>, most: usize) -> bool {
    let Some(between) = text.get(between) else { return false };
    between.chars().count() <= most
        && !between.chars().any(ends_phrase)
        && !signs::parts(between)
        && !JOINTS.iter().any(|joint| between.contains(joint))
}

/// Latin words and numbers are matched whole: `ct` is not in `ctrl`, `5g` not in `25g`.
fn stands_alone(text: &str, at: &Range<usize>) -> bool {
    let alike = |one: Option<char>, other: Option<char>| {
        one.zip(other).is_some_and(|(one, other)| {
            (one.is_ascii_alphabetic() && other.is_ascii_alphabetic())
                || (one.is_ascii_digit() && other.is_ascii_digit())
        })
    };
    let word = text.get(at.clone()).unwrap_or_default();
    let before = text.get(..at.start).and_then(|before| before.chars().next_back());
    let after = text.get(at.end..).and_then(|after| after.chars().next());
    !alike(before, word.chars().next()) && !alike(word.chars().next_back(), after)
}
