//! Written material besides the table (文字材料): which documents are narratives, and whose.

use std::collections::BTreeSet;

use super::passages::{self, Passage};
use super::{LinePlace, Narrative, Return};
use crate::document::{Block, Document, Paragraph};
use crate::personal::redacted;
use crate::place::Spot;
use crate::survey::Survey;
use crate::value::identity::{key, squeeze};

/// A paragraph of whose pairs of characters so many hundredths stand in the survey's own texts is the survey's own.
const OWN_SHARE: usize = 70;
/// How far into a document a respondent's name is looked for, in characters.
const FIRST_LINES: usize = 300;
/// So many bytes of text are kept of one narrative: three times what 300 printed pages hold. More is a listing of data.
const MOST_TEXT: usize = 4 << 20;
/// So many paragraphs and cells are kept of one narrative.
const MOST_PARAGRAPHS: usize = 50_000;

/// The survey's own texts, to be told from a respondent's.
#[derive(Debug)]
pub(super) struct OwnTexts {
    pairs: BTreeSet<(char, char)>,
    whole: String,
    notes: Vec<String>,
}

impl OwnTexts {
    /// Title, letter, labels and notes of a survey.
    pub(super) fn of(survey: &Survey) -> Self {
        let labels = survey.items.iter().map(|item| item.label.as_str());
        let texts = [survey.title.as_str(), survey.letter.as_str(), survey.narratives.request.as_str()]
            .into_iter()
            .chain(labels);
        let whole = texts.map(squeeze).collect::<Vec<_>>().join("\n");
        let pairs = whole.chars().zip(whole.chars().skip(1)).collect();
        Self { pairs, whole, notes: survey.notes.iter().map(|note| squeeze(note)).collect() }
    }

    /// Whether a paragraph is the survey's own, or a line of the form.
    fn has(&self, paragraph: &str) -> bool {
        let count = paragraph.chars().count();
        if count < 2 {
            return self.whole.contains(paragraph);
        }
        if count <= 40 && self.notes.iter().any(|note| paragraph.starts_with(note.as_str())) {
            return true;
        }
        // What stands in those texts word for word has no pair of characters that they have not.
        let all = count - 1;
        let own = paragraph.chars().zip(paragraph.chars().skip(1)).filter(|pair| self.pairs.contains(pair)).count();
        own * 100 >= all * OWN_SHARE
    }

    /// Whether a document's paragraphs outside tables have so many characters that are not the survey's own.
    fn prose_has(&self, least: usize, document: &Document) -> bool {
        reaches(least, self.prose(document))
    }

    /// The same for all of a document, tables too.
    fn substance_has(&self, least: usize, document: &Document) -> bool {
        reaches(least, cells(document).map(|cell| squeeze(cell).chars().count()).chain(self.prose(document)))
    }

    /// The lengths of the paragraphs that are not the survey's own.
    fn prose(&self, document: &Document) -> impl Iterator<Item = usize> {
        paragraphs(document).map(squeeze).filter(|text| !self.has(text)).map(|text| text.chars().count())
    }
}

/// Whether lengths come to so much together. Written material is told by its beginning; the rest is not looked at.
fn reaches(least: usize, mut lengths: impl Iterator<Item = usize>) -> bool {
    let mut missing = least;
    missing == 0
        || lengths.any(|length| {
            missing = missing.saturating_sub(length);
            missing == 0
        })
}

fn paragraphs(document: &Document) -> impl Iterator<Item = &str> {
    document.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(paragraph) => Some(paragraph.text.as_str()),
        Block::Grid(_) => None,
    })
}

fn cells(document: &Document) -> impl Iterator<Item = &str> {
    let grids = document.blocks.iter().filter_map(|block| match block {
        Block::Grid(grid) => Some(grid),
        Block::Paragraph(_) => None,
    });
    grids.flat_map(|grid| grid.cells.iter().map(|cell| cell.text.as_str()))
}

/// The text of a document as it is kept, without the identity numbers of persons.
#[derive(Debug, Default)]
struct Kept {
    text: String,
    places: Vec<LinePlace>,
    lines: u32,
    is_cut: bool,
    passages: Vec<Passage>,
    /// The page that was reached, and the paragraphs on it so far.
    page: (u32, u32),
}

impl Kept {
    /// Keeps a document's text, and finds its passages. In a form that is filled in, cells are answers, and no passages.
    fn of(document: &Document, has_form: bool, own: &OwnTexts) -> Self {
        let mut kept = Self::default();
        for block in &document.blocks {
            match block {
                Block::Paragraph(paragraph) if paragraph.text.trim().is_empty() => {}
                Block::Paragraph(paragraph) => {
                    let spot = kept.spot(paragraph);
                    kept.add(&paragraph.text, spot, !own.has(&squeeze(&paragraph.text)));
                }
                Block::Grid(grid) => {
                    for cell in grid.cells.iter().filter(|cell| !cell.text.trim().is_empty()) {
                        kept.add(&cell.text, grid.place("", cell.row, cell.column).spot, !has_form);
                    }
                }
            }
        }
        kept
    }

    /// Where a paragraph stands: on a page it is counted from the page's beginning, as a reader counts.
    fn spot(&mut self, paragraph: &Paragraph) -> Spot {
        let Some(page) = paragraph.page else { return Spot::Line(paragraph.number) };
        let before = if self.page.0 == page { self.page.1 } else { 0 };
        self.page = (page, before.saturating_add(1));
        Spot::Paragraph { page, number: self.page.1 }
    }

    fn add(&mut self, written: &str, spot: Spot, may_tell: bool) {
        let text = redacted(written);
        self.is_cut |= self.text.len() + text.len() > MOST_TEXT || self.places.len() >= MOST_PARAGRAPHS;
        if self.is_cut {
            return;
        }
        if may_tell {
            passages::find(&text, &spot, &mut self.passages);
        }
        if !self.places.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&text);
        self.places.push(LinePlace { line: self.lines + 1, spot });
        self.lines += u32::try_from(text.split('\n').count()).unwrap_or(u32::MAX);
    }
}

/// Whether a line heads what follows it: short, numbered as headings are, and no sentence. Numbers that a program counts are no
/// characters of it, so a heading that bears only such a one is not known.
#[must_use]
pub fn is_heading(line: &str) -> bool {
    let length = line.chars().count();
    if !(3..=30).contains(&length) || line.ends_with(['。', '；', ';', '，', ',', '、']) {
        return false;
    }
    let is_counting = |c: char| "一二三四五六七八九十".contains(c);
    let body = line.trim_start_matches(is_counting);
    let chapter = line.strip_prefix('第').map(|rest| rest.trim_start_matches(is_counting));
    let bracketed = line.strip_prefix(['（', '(']).map(|rest| rest.trim_start_matches(is_counting));
    (body.len() < line.len() && body.starts_with(['、', '.', '．']))
        || chapter.is_some_and(|rest| rest.starts_with(['章', '节', '部']))
        || bracketed.is_some_and(|rest| !rest.starts_with(['（', '(']) && rest.starts_with(['）', ')']))
}

/// Whether a document shows hardly anything but pictures: a scan.
pub(super) fn is_scan(document: &Document, has_form: bool, survey: &Survey, own: &OwnTexts) -> bool {
    document.has_pictures && !has_form && !own.substance_has(survey.narratives.text_from, document)
}

/// The narrative that a document is, if it is one. `has_form`: whether a form of the survey stands in it.
pub(super) fn of_document(document: &Document, has_form: bool, survey: &Survey, own: &OwnTexts) -> Option<Narrative> {
    let is_narrative = if has_form {
        own.prose_has(survey.narratives.prose_from, document)
    } else {
        own.substance_has(survey.narratives.text_from, document)
    };
    is_narrative.then(|| {
        let Kept { text, places, is_cut, passages, .. } = Kept::of(document, has_form, own);
        Narrative { attachment: document.source.clone(), respondent: None, text, places, is_cut, passages }
    })
}

/// Whose narrative it is: the only respondent's, else the one's whose name stands in its file name or first lines.
pub(super) fn respondent(narrative: &Narrative, returns: &[Return], survey: &Survey) -> Option<String> {
    let item = survey.identity()?.key.as_str();
    let names: Vec<&str> =
        returns.iter().filter_map(|one| one.answers.get(item)).map(|name| name.text.as_str()).collect();
    if let ([only], [_]) = (names.as_slice(), returns) {
        return Some((*only).to_owned());
    }
    let file = narrative.attachment.rsplit('/').next().unwrap_or_default();
    let first: String = narrative.text.chars().take(FIRST_LINES).collect();
    [file, first.as_str()].into_iter().find_map(|text| only_named(&key(text), &names))
}

/// The one name that stands in a text. A name that is part of another that stands there does not count.
fn only_named(text: &str, names: &[&str]) -> Option<String> {
    let found: Vec<(&str, String)> = names
        .iter()
        .map(|name| (*name, key(name)))
        .filter(|(_, key)| !key.is_empty() && text.contains(key.as_str()))
        .collect();
    let mut longest =
        found.iter().filter(|(_, one)| !found.iter().any(|(_, other)| other != one && other.contains(one.as_str())));
    let (name, _) = longest.next()?;
    longest.next().is_none().then(|| (*name).to_owned())
}
