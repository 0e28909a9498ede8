//! Lines of `label：value` in a body, a text file, a text document or the lines of one cell.

use std::collections::BTreeSet;

use super::closing::ends_answer;
use super::draft::{Draft, Piece};
use super::label::{LIKELY, Labels, Score, VOUCHING};
use super::numbering::{Number, number};
use crate::document::{Block, Document};
use crate::place::{Place, Spot};
use crate::survey::ItemKind;
use crate::value::text::clean;
use crate::value::tick::has_marks;

/// A label before a colon has to fit well: prose has colons too.
const FITS: Score = LIKELY + 100;
/// Among lines of a form already begun, a label that is likely is one: taken for prose it would end in another's answer.
const FITS_IN_FORM: Score = LIKELY;
/// Longest label before a colon, in characters.
const LONGEST: usize = 40;

/// Signs that part a label from its answer.
pub(super) const COLONS: [char; 5] = ['：', ':', '∶', '︰', '﹕'];

/// A line with its place.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    /// Its text.
    pub(super) text: &'a str,
    /// Where it stands.
    pub(super) place: Place,
}

/// The lines outside a document's tables.
pub(super) fn of_document(document: &Document) -> Vec<Line<'_>> {
    let paragraphs = document.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(paragraph) => Some(paragraph),
        Block::Grid(_) => None,
    });
    paragraphs
        .flat_map(|paragraph| {
            let place = Place { source: document.source.clone(), spot: Spot::Line(paragraph.number) };
            paragraph.text.split('\n').map(move |text| Line { text, place: place.clone() })
        })
        .collect()
}

/// Records of label lines: each begins with a label that the one before has already, and holds the name and at least one other
/// item.
pub(super) fn records(lines: &[Line<'_>], labels: &Labels<'_>) -> Vec<Draft> {
    let least = least_fit(lines, labels);
    let mut reader = Reader { labels, least, records: Vec::new(), open: None, apart: None };
    for line in lines {
        reader.line(line);
    }
    reader.records.retain(|record| record.pieces.contains_key(&labels.identity) && record.pieces.len() >= 2);
    reader.records
}

/// How well a label has to fit in these lines: several that are likely vouch for one another.
fn least_fit(lines: &[Line<'_>], labels: &Labels<'_>) -> Score {
    let found = lines.iter().filter_map(|line| labelled_from(line.text.trim(), labels, FITS_IN_FORM));
    let items: BTreeSet<usize> = found.map(|(item, ..)| item).collect();
    if items.contains(&labels.identity) && items.len() > VOUCHING { FITS_IN_FORM } else { FITS }
}

struct Reader<'b> {
    labels: &'b Labels<'b>,
    /// How well a label has to fit.
    least: Score,
    records: Vec<Draft>,
    /// The item whose answer may go on in the next line.
    open: Option<usize>,
    /// The item whose answer an empty line ended, and the lines since: its further paragraphs if another label follows.
    apart: Option<(usize, Vec<(String, Place)>)>,
}

/// A line that ends an answer for good, such as the border between two cells.
pub(super) const BORDER: &str = "\u{c}";

impl Reader<'_> {
    fn line(&mut self, line: &Line<'_>) {
        let text = line.text.trim();
        if text.is_empty() && line.text != BORDER {
            if let Some(item) = self.open.take() {
                self.apart = Some((item, Vec::new()));
            }
            return;
        }
        if (ends_answer(text) && !self.is_asked(text)) || self.is_of_another_thing(text) {
            self.end();
            return;
        }
        let Some((item, label, value)) = self.labelled(text) else {
            if self.is_next_number(text) || self.resembles_missing(text) {
                self.end()
            } else {
                self.go_on(text, &line.place)
            }
            return;
        };
        let (value, rest) = cut_at_next_label(value);
        self.take_paragraphs(item);
        let piece = Piece::new(without_blanks(&clean(value)), line.place.clone(), label);
        match self.records.last_mut() {
            Some(record) if !record.pieces.contains_key(&item) => {
                record.pieces.insert(item, piece);
            }
            _ => self.records.push(Draft { pieces: [(item, piece)].into(), ..Draft::default() }),
        }
        self.open = Some(item);
        if let Some(rest) = rest {
            self.line(&Line { text: rest, place: line.place.clone() });
        }
    }

    fn end(&mut self) {
        self.open = None;
        self.apart = None;
    }

    /// Whether a line in a form of numbered labels has the next number and a colon: a label, though not known as the survey's.
    fn is_next_number(&self, text: &str) -> bool {
        let last = self.open.or(self.apart.as_ref().map(|(item, _)| *item));
        let Some(piece) = self.records.last().and_then(|record| record.pieces.get(&last?)) else { return false };
        let is_label = text.split_once(COLONS).is_some_and(|(label, _)| label.chars().count() <= LONGEST);
        let (Some(before), Some(next)) = (number(&piece.label), number(text)) else { return false };
        // An answer that counts its own points in the same way goes on with the next of them.
        let counts = piece.text.lines().any(|line| number(line) == Some(before));
        is_label && !counts && next == Number { value: before.value + 1, ..before }
    }

    /// Whether a line with a colon begins much like the label of an item that the form has not answered yet: a doubt, which
    /// must not end in the answer above.
    fn resembles_missing(&self, text: &str) -> bool {
        let label = text.split_once(COLONS).map(|(label, _)| label).filter(|label| label.chars().count() <= LONGEST);
        // What is not asked for would be lost without a word.
        let is_required = |item: &usize| self.labels.survey.items.get(*item).is_some_and(|item| item.required);
        let is_open = |item: &usize| self.records.last().is_some_and(|record| !record.pieces.contains_key(item));
        // Of several that it resembles alike, the one that is missing may be meant.
        let items = label.map(|label| self.labels.resembled(label)).unwrap_or_default();
        items.iter().any(|item| is_required(item) && is_open(item))
    }

    /// Whether a line answers what the survey does not ask, though its label is like one of the survey's.
    fn is_of_another_thing(&self, text: &str) -> bool {
        text.split_once(COLONS)
            .is_some_and(|(label, _)| label.chars().count() <= LONGEST && self.labels.names_another_thing(label))
    }

    /// Whether a line that would close most letters answers a survey that asks for just that: 联系电话：…
    fn is_asked(&self, text: &str) -> bool {
        self.labelled(text).and_then(|(item, ..)| self.kind(item)).is_some_and(ItemKind::is_strict)
    }

    fn kind(&self, item: usize) -> Option<&ItemKind> {
        self.labels.survey.items.get(item).map(|item| &item.kind)
    }

    /// The item of a line. In a form that has a name, a label that fits less well counts for an item not yet answered.
    fn labelled<'t>(&self, text: &'t str) -> Option<(usize, &'t str, &'t str)> {
        labelled_from(text, self.labels, self.least).or_else(|| {
            let record = self.records.last().filter(|record| record.pieces.contains_key(&self.labels.identity))?;
            labelled_from(text, self.labels, FITS_IN_FORM).filter(|(item, ..)| !record.pieces.contains_key(item))
        })
    }

    /// Adds to an answer the paragraphs between it and the next label of the same form. After the last label they are the
    /// letter's closing words.
    fn take_paragraphs(&mut self, next: usize) {
        let Some((item, paragraphs)) = self.apart.take() else { return };
        let Some(record) = self.records.last_mut().filter(|record| !record.pieces.contains_key(&next)) else { return };
        let is_text = self.labels.survey.items.get(item).is_some_and(|item| item.kind == ItemKind::Text);
        let Some(piece) = record.pieces.get_mut(&item).filter(|piece| is_text || piece.text.is_empty()) else { return };
        for (paragraph, place) in &paragraphs {
            piece.join(paragraph, "\n", place);
        }
    }

    fn go_on(&mut self, text: &str, place: &Place) {
        let Some(item) = self.open else {
            if let Some((_, lines)) = self.apart.as_mut().filter(|_| is_prose(text)) {
                lines.push((clean(text), place.clone()));
            }
            return;
        };
        // A name or an amount stands on one line; what follows it is the sender's signature.
        let kind = self.kind(item);
        let on_one_line = kind.is_some_and(|kind| *kind != ItemKind::Text);
        let goes_on = kind.is_some_and(|kind| kind.is_ticked() && goes_on_with_ticks(text));
        if on_one_line
            && !goes_on
            && self
                .records
                .last()
                .and_then(|record| record.pieces.get(&item))
                .is_some_and(|piece| !piece.text.is_empty())
        {
            self.open = None;
            return;
        }
        if let Some(piece) = self.records.last_mut().and_then(|record| record.pieces.get_mut(&item)) {
            piece.join(&clean(text), "\n", place);
        }
    }
}

/// Whether a line belongs to the options of the line above: it has boxes, or is the one of one's own.
fn goes_on_with_ticks(text: &str) -> bool {
    has_marks(text) || ["其他", "其它", "Other"].iter().any(|word| text.starts_with(word))
}

/// Whether a line after a gap is a paragraph, not the heading of the form's next part.
fn is_prose(text: &str) -> bool {
    let heading = text.chars().count() <= 15
        && text.starts_with(|c: char| "一二三四五六七八九十第（(【".contains(c))
        && !text.contains(['。', '；', '，', ';', ',']);
    !heading
}

/// The item, label and value of a line that begins with an item's label and a colon.
pub(super) fn labelled<'t>(text: &'t str, labels: &Labels<'_>) -> Option<(usize, &'t str, &'t str)> {
    labelled_from(text, labels, FITS)
}

fn labelled_from<'t>(text: &'t str, labels: &Labels<'_>, at_least: Score) -> Option<(usize, &'t str, &'t str)> {
    let bracketed = text.strip_prefix('【').and_then(|rest| rest.split_once('】'));
    if let Some((label, value)) = bracketed
        && let Some((item, _)) = labels.item_of(label, at_least)
    {
        return Some((item, label, value.trim_start().trim_start_matches(COLONS)));
    }
    // The first colon may be one inside the label's brackets: 营业收入（单位：万元）：1200.
    for (at, colon) in text.char_indices().filter(|(_, c)| COLONS.contains(c)).take(3) {
        let (label, rest) = text.split_at_checked(at)?;
        let value = rest.strip_prefix(colon)?;
        if label.chars().count() > LONGEST {
            return None;
        }
        let depth = label.matches(['(', '（']).count() > label.matches([')', '）']).count();
        if depth {
            continue;
        }
        if let Some((item, _)) = labels.item_of(label, at_least) {
            return Some((item, label, value));
        }
    }
    None
}

/// Cuts a value where, after a gap, another label follows: `某公司    联系人：张三`.
fn cut_at_next_label(value: &str) -> (&str, Option<&str>) {
    let gaps = value.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at);
    for at in gaps {
        let Some((before, after)) = value.split_at_checked(at) else { continue };
        let next = after.trim_start();
        let wide = after.chars().count() - next.chars().count() >= 2 || after.starts_with(['\t', '\u{3000}']);
        let label = next.split_once(COLONS).map(|(label, _)| label);
        if wide
            && !before.trim().is_empty()
            && label.is_some_and(|label| label.chars().count() <= 20 && !label.contains(char::is_whitespace))
        {
            return (before, Some(next));
        }
    }
    (value, None)
}

/// The value of a label line up to a further label on the same line, without the form's own underscores.
pub(super) fn first_value(value: &str) -> String {
    without_blanks(&clean(cut_at_next_label(value).0))
}

/// Takes away the line of underscores that a form prints where an answer goes.
fn without_blanks(text: &str) -> String {
    text.trim_matches(|c: char| c == '_' || c == '＿' || c.is_whitespace()).to_owned()
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
