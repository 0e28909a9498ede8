//! How well a text on a form fits an item's label.
//!
//! A label is compared in three forms, each coarser than the one before ([`Wording`]), then by what it shares with the
//! labels and aliases of the survey. A word that changes the meaning (同比, 联系人) or a year that is not asked for rules a
//! match out. What fits only doubtfully fits not at all: a missing column is asked for, a wrong one would be silent.

use std::collections::{BTreeMap, BTreeSet};

use super::memo::Memo;
use super::other_words::{DENIALS, OTHER_THINGS, others};
use super::word::FormWords;
use super::wording::Wording;
use crate::survey::{Item, ItemKind, Survey, squeeze};

/// Confidence of a match in thousandths: 1000 is the label itself.
pub(super) type Score = u32;

/// From here on a text counts as a label.
pub(super) const LIKELY: Score = 700;
/// From here on a text is a label beyond doubt.
pub(super) const CERTAIN: Score = 900;

/// A text that says the same as a label in other words.
pub(super) const AS_GOOD: Score = 890;

/// So many labels that are only likely vouch for one another.
pub(super) const VOUCHING: usize = 3;

/// From here on a text resembles a label, though it counts as none.
const RESEMBLES: Score = 500;
/// A label that names something besides the item.
const IN_PART: Score = 780;

/// Share of characters in thousandths, in order, that two stems must have in common.
const ALIKE: u32 = 750;

/// Texts longer than this are no labels.
const LONGEST: usize = 120;

/// The labels of a survey's items, ready to be compared with.
#[derive(Debug)]
pub(super) struct Labels<'a> {
    /// The survey.
    pub(super) survey: &'a Survey,
    /// Position of the item that names the respondent.
    pub(super) identity: usize,
    /// Words of its form that are neither label nor answer.
    pub(super) form_words: FormWords,
    exact: BTreeMap<String, Vec<(usize, Score)>>,
    stems: Vec<Vec<Vec<char>>>,
    /// What the labels of several items share: it does not tell which of them is meant.
    topics: Vec<String>,
    pairs: BTreeSet<(char, char)>,
    words: Vec<String>,
    /// For each item the words that make a label mean something else.
    others: Vec<Vec<&'static str>>,
    fits: Memo<Option<Vec<Score>>>,
    wordings: Memo<Wording>,
}

impl<'a> Labels<'a> {
    /// Makes the survey's labels ready.
    pub(super) fn new(survey: &'a Survey) -> Self {
        let identity = survey.items.iter().position(|item| item.kind == ItemKind::Identity).unwrap_or_default();
        let mut labels = Self {
            survey,
            identity,
            form_words: FormWords::of(survey),
            exact: BTreeMap::new(),
            stems: Vec::new(),
            topics: topics(survey),
            pairs: BTreeSet::new(),
            words: Vec::new(),
            others: Vec::new(),
            fits: Memo::default(),
            wordings: Memo::default(),
        };
        for (index, item) in survey.items.iter().enumerate() {
            labels.learn(index, item);
        }
        labels
    }

    fn learn(&mut self, index: usize, item: &Item) {
        let mut stems = BTreeSet::new();
        let mut words = String::new();
        for text in [&item.label, &item.short].into_iter().chain(&item.aliases) {
            let wording = Wording::of(text);
            words.push_str(&wording.full);
            words.push('\n');
            self.pairs.extend(wording.full.chars().zip(wording.full.chars().skip(1)));
            self.pairs.extend(wording.stem.chars().zip(wording.stem.chars().skip(1)));
            self.pairs.extend(wording.plain.chars().zip(wording.plain.chars().skip(1)));
            for (form, score) in wording.forms() {
                let score = if form.chars().count() <= 2 { score - 150 } else { score };
                let known = self.exact.entry(form.clone()).or_default();
                match known.iter_mut().find(|(known, _)| *known == index) {
                    Some((_, best)) => *best = score.max(*best),
                    None => known.push((index, score)),
                }
            }
            stems.insert(wording.plain.chars().collect::<Vec<char>>());
            stems.insert(self.without_topic(&wording.plain).chars().collect());
        }
        self.exact.remove("");
        self.stems.push(stems.into_iter().filter(|stem| stem.len() >= 3).collect());
        let others = OTHER_THINGS.iter().chain(others(&item.kind)).copied();
        self.others.push(others.filter(|word| !words.contains(word)).collect());
        self.words.push(words);
    }

    fn without_topic(&self, plain: &str) -> String {
        self.topics.iter().fold(plain.to_owned(), |text, topic| text.replace(topic, ""))
    }

    /// How many items there are.
    pub(super) fn len(&self) -> usize {
        self.survey.items.len()
    }

    /// How well a text fits each item; nothing where it fits none.
    pub(super) fn fit(&self, text: &str) -> Option<Vec<Score>> {
        if text.len() > LONGEST * 4 || text.chars().filter(|c| !c.is_whitespace()).count() > LONGEST {
            return None;
        }
        self.fits.of(text, || self.work_out(text))
    }

    fn work_out(&self, text: &str) -> Option<Vec<Score>> {
        // 暂无收入 and 无营业收入 answer, however like a label they look.
        if !self.has_known_pair(text) || DENIALS.iter().any(|word| text.trim_start().starts_with(word)) {
            return None;
        }
        let wording = Wording::of(text);
        let scores = self.scores(&wording);
        if scores.iter().any(|score| *score >= LIKELY) {
            return Some(scores);
        }
        self.first_line(text, &wording)
    }

    /// A label of which only the first line is the label, and the rest a hint.
    fn first_line(&self, text: &str, whole: &Wording) -> Option<Vec<Score>> {
        let (first, _) = text.trim().split_once('\n')?;
        let wording = Wording::of(first);
        let mut scores = if wording.full.chars().count() >= 4 { self.scores(&wording) } else { return None };
        for (index, score) in scores.iter_mut().enumerate() {
            if *score < CERTAIN || self.rules_out(whole, index) {
                *score = 0;
            }
        }
        scores.iter().any(|score| *score > 0).then_some(scores)
    }

    /// Whether a text looks like an item's label and names something else: 2016年营业收入, 营业收入增长率.
    pub(super) fn names_another_thing(&self, text: &str) -> bool {
        let wording = Wording::of(text);
        let (all, own) = (self.likenesses(&wording), self.scores(&wording));
        all.iter().any(|score| *score >= CERTAIN - 100) && own.iter().all(|score| *score < LIKELY)
    }

    /// The items whose labels a text is like, the best first, though it may be none of them: how much, and whether something
    /// in it says that the item is not meant. For a person to look at; nothing is decided by it.
    pub(super) fn resembles(&self, text: &str) -> Vec<(usize, Score, bool)> {
        if text.chars().count() > LONGEST || !self.has_known_pair(text) {
            return Vec::new();
        }
        let wording = Wording::of(text);
        let likenesses = self.likenesses(&wording).into_iter().enumerate().filter(|(_, score)| *score >= RESEMBLES);
        let mut alike: Vec<_> = likenesses.map(|(item, score)| (item, score, self.rules_out(&wording, item))).collect();
        alike.sort_by_key(|(_, score, ruled_out)| (*ruled_out, std::cmp::Reverse(*score)));
        alike
    }

    fn scores(&self, wording: &Wording) -> Vec<Score> {
        let mut scores = self.likenesses(wording);
        for (index, score) in scores.iter_mut().enumerate() {
            if *score > 0 && self.rules_out(wording, index) {
                *score = 0;
            }
        }
        scores
    }

    /// How much a text is like each item's labels, whatever else it says.
    fn likenesses(&self, wording: &Wording) -> Vec<Score> {
        let mut scores = vec![0; self.len()];
        for (form, most) in wording.forms() {
            // 企业简介 is no name, though nothing but 企业 says what it is about.
            let worn = form.chars().count() <= 2 && *form != wording.full;
            for &(item, score) in self.exact.get(form).into_iter().flatten() {
                if !(worn && item == self.identity) {
                    raise(&mut scores, item, score.min(most));
                }
            }
        }
        if scores.iter().all(|score| *score < CERTAIN) {
            self.fit_roughly(wording, &mut scores);
            self.fit_in_part(wording, &mut scores);
        }
        scores
    }

    /// Whether two neighbouring characters of a text stand so in a label. Few answers do, so that most texts are done with here.
    fn has_known_pair(&self, text: &str) -> bool {
        let text = squeeze(text);
        let mut chars = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
        let Some(mut last) = chars.next() else { return false };
        chars.any(|c| {
            let known = self.pairs.contains(&(last, c));
            last = c;
            known
        })
    }

    /// How well a text fits one item.
    pub(super) fn fit_of(&self, text: &str, item: usize) -> Score {
        self.fit(text).and_then(|scores| scores.get(item).copied()).unwrap_or_default()
    }

    /// The one item that a text names, and how surely; nothing when two fit alike.
    pub(super) fn item_of(&self, text: &str, at_least: Score) -> Option<(usize, Score)> {
        best_of(&self.fit(text)?, at_least)
    }

    /// The items whose labels have most of a text's pairs of characters, where the text is long enough to tell; several where
    /// they have as many. It is the label of none for certain, and no part of another item's answer either.
    pub(super) fn resembled(&self, text: &str) -> Vec<usize> {
        let full: Vec<char> = self.wordings.of(text, || Wording::of(text)).full.chars().collect();
        let pairs: Vec<String> = full.windows(2).map(|pair| pair.iter().collect()).collect();
        let known = |words: &String| pairs.iter().filter(|pair| words.contains(pair.as_str())).count();
        let counts: Vec<usize> = self.words.iter().map(known).collect();
        let most = counts.iter().copied().max().unwrap_or_default();
        if full.len() < 4 || most * 5 < pairs.len() * 3 {
            return Vec::new();
        }
        counts.iter().enumerate().filter(|(_, count)| **count == most).map(|(item, _)| item).collect()
    }

    /// Whether something in the text says that it is not this item's label, however alike they look.
    pub(super) fn rules_out_text(&self, text: &str, item: usize) -> bool {
        self.rules_out(&self.wordings.of(text, || Wording::of(text)), item)
    }

    fn rules_out(&self, wording: &Wording, index: usize) -> bool {
        let (Some(item), Some(others)) = (self.survey.items.get(index), self.others.get(index)) else { return true };
        if let Some(year) = self.survey.reference_year
            && item.kind.is_figure()
            && !wording.years.is_empty()
            && !wording.years.contains(&year)
        {
            return true;
        }
        let text = if matches!(item.kind, ItemKind::Money { .. }) {
            wording.full.replace("万元", "").replace("不含税", "").replace("含税", "")
        } else {
            wording.full.clone()
        };
        others.iter().any(|word| text.contains(word))
    }

    /// A label that names an item first and something else besides, as long as that is no other item.
    fn fit_in_part(&self, wording: &Wording, scores: &mut [Score]) {
        let items =
            |part: &String| self.exact.get(part).into_iter().flatten().map(|(item, _)| *item).collect::<Vec<_>>();
        let parts = wording.parts();
        let [first, others @ ..] = parts.as_slice() else { return };
        if first.chars().count() < 4 {
            return;
        }
        // 行业影响力及地位 is short for 行业影响力及行业地位.
        let shortened = match others {
            [last] => first.char_indices().skip(1).take(4).find_map(|(at, _)| {
                let known = items(&format!("{}{last}", first.split_at_checked(at)?.0));
                known.first().copied().filter(|_| known.len() == 1 && last.chars().count() >= 2)
            }),
            _ => None,
        };
        if let Some(item) = shortened.filter(|item| self.is_text(*item)) {
            raise(scores, item, IN_PART);
        }
        if let [item] = items(first).as_slice()
            && self.is_text(*item)
            && others.iter().flat_map(items).all(|other| other == *item)
        {
            raise(scores, *item, IN_PART);
        }
    }

    fn is_text(&self, item: usize) -> bool {
        self.survey.items.get(item).is_some_and(|item| item.kind == ItemKind::Text)
    }

    fn fit_roughly(&self, wording: &Wording, scores: &mut [Score]) {
        self.fit_stem_roughly(&wording.plain, scores);
        let rest = self.without_topic(&wording.plain);
        if rest != wording.plain {
            self.fit_stem_roughly(&rest, scores);
        }
    }

    fn fit_stem_roughly(&self, stem: &str, scores: &mut [Score]) {
        let stem: Vec<char> = stem.chars().collect();
        let shared = stem.iter().zip(stem.iter().skip(1)).filter(|(a, b)| self.pairs.contains(&(**a, **b))).count();
        if stem.len() < 3 || stem.len() > 30 || shared == 0 {
            return;
        }
        for (index, variants) in self.stems.iter().enumerate() {
            let best = variants.iter().map(|variant| roughly(&stem, variant)).max().unwrap_or_default();
            raise(scores, index, best);
        }
    }
}

/// Whether the labels of one form are a form beyond doubt: two labels by chance are none, so one of them has to be certain,
/// or several different items agree.
pub(super) fn are_sure(scores: &[Score]) -> bool {
    scores.len() >= VOUCHING || scores.iter().any(|score| *score >= CERTAIN)
}

/// The longest runs of characters that the labels of two items share, of at least three.
fn topics(survey: &Survey) -> Vec<String> {
    let labels: Vec<Vec<char>> =
        survey.items.iter().map(|item| Wording::of(&item.label).plain.chars().collect()).collect();
    let mut topics = BTreeSet::new();
    for (at, one) in labels.iter().enumerate() {
        for other in labels.iter().skip(at + 1) {
            let shared =
                (3..=one.len()).rev().find_map(|long| one.windows(long).find(|run| find(other, run).is_some()));
            topics.extend(shared.map(|run| run.iter().collect::<String>()));
        }
    }
    topics.into_iter().collect()
}

fn raise(scores: &mut [Score], index: usize, score: Score) {
    if let Some(known) = scores.get_mut(index) {
        *known = score.max(*known);
    }
}

/// The best score if it is high enough and clearly above every other.
pub(super) fn best_of(scores: &[Score], at_least: Score) -> Option<(usize, Score)> {
    let (item, best) = scores.iter().copied().enumerate().max_by_key(|(_, score)| *score)?;
    let rival = scores.iter().enumerate().filter(|(other, _)| *other != item).map(|(_, score)| *score).max();
    (best >= at_least && rival.unwrap_or_default() + 60 < best).then_some((item, best))
}

/// Likeness of two stems that are not the same.
fn roughly(stem: &[char], variant: &[char]) -> Score {
    // The head of a Chinese noun phrase stands last: 行业 is not 行业地位.
    let head = variant.get(variant.len().saturating_sub(2)..).unwrap_or_default();
    if find(stem, head).is_none() {
        return 0;
    }
    let (long, short) = (count(stem.len()), count(variant.len()));
    if let Some(at) = find(stem, variant) {
        let suffix = long - short - at;
        return 880_u32.saturating_sub(60 * at + 120 * suffix);
    }
    if find(variant, stem).is_some() {
        return (600 + 400 * long / short.max(1)).min(880);
    }
    let likeness = |shared: u32| 2000 * shared / (long + short).max(1);
    if stem.last() != variant.last() || likeness(long.min(short)) < ALIKE {
        return 0;
    }
    let likeness = likeness(common(stem, variant));
    if likeness >= ALIKE { (likeness * 95 / 100).min(880) } else { 0 }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Where a run of characters begins in another.
fn find(text: &[char], part: &[char]) -> Option<u32> {
    let (first, _) = part.split_first()?;
    // Most windows differ in their first character.
    text.windows(part.len()).position(|window| window.first() == Some(first) && window == part).map(count)
}

/// Length of the longest common subsequence.
fn common(one: &[char], other: &[char]) -> u32 {
    let mut row = vec![0_u32; other.len() + 1];
    for a in one {
        let mut diagonal = 0;
        let mut left = 0;
        for (b, cell) in other.iter().zip(row.iter_mut().skip(1)) {
            let above = *cell;
            *cell = if a == b { diagonal + 1 } else { above.max(left) };
            diagonal = above;
            left = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
#[path = "label_tests.rs"]
mod tests;
