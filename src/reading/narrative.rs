//! Written material besides the table (文字材料): which documents are narratives, and whose.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{Narrative, Return};
use crate::document::{Block, Document};
use crate::personal::redacted;
use crate::survey::Survey;
use crate::value::identity::{key, squeeze};

/// A paragraph of whose pairs of characters so many hundredths stand in the survey's own texts is the survey's own.
const OWN_SHARE: usize = 70;
/// How far into a document a respondent's name is looked for, in characters.
const FIRST_LINES: usize = 300;

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
        if self.whole.contains(paragraph) {
            return true;
        }
        let short = paragraph.chars().count() <= 40;
        if short && self.notes.iter().any(|note| paragraph.starts_with(note.as_str())) {
            return true;
        }
        let all = paragraph.chars().count().saturating_sub(1);
        let own = paragraph.chars().zip(paragraph.chars().skip(1)).filter(|pair| self.pairs.contains(pair)).count();
        all > 0 && own * 100 >= all * OWN_SHARE
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

/// All text of a document, a paragraph or cell a line, without the identity numbers of persons.
fn text(document: &Document) -> String {
    let mut lines: Vec<Cow<'_, str>> = Vec::new();
    for block in &document.blocks {
        match block {
            Block::Paragraph(paragraph) => lines.push(redacted(&paragraph.text)),
            Block::Grid(grid) => lines.extend(grid.cells.iter().map(|cell| redacted(&cell.text))),
        }
    }
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
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
    is_narrative.then(|| Narrative { attachment: document.source.clone(), respondent: None, text: text(document) })
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
