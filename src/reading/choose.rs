//! Which of several surveys a message answers: the one whose labels, title and year fit best, and clearly.

use super::SurveyReading;
use super::gather::Gathered;
use crate::survey::Survey;
use crate::value::identity::squeeze;

/// A survey has to be better than every other by so much.
const CLEARLY: usize = 2;

/// What speaks for one survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Weight {
    /// Whether a return was read.
    pub(super) filled: bool,
    /// How many items the best form has.
    pub(super) items: usize,
    /// Whether its title is written somewhere.
    pub(super) title: bool,
    /// Whether the year that it asks for is.
    pub(super) year: bool,
}

impl Weight {
    /// Items recognised count most; title and year decide between surveys that ask alike.
    pub(super) fn total(self) -> usize {
        usize::from(self.filled) * 10 + (self.items + usize::from(self.title) + usize::from(self.year)) * CLEARLY
    }
}

/// The surveys against each other.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// What speaks for each.
    pub(super) weights: Vec<Weight>,
    /// The position of the best one, where there is any.
    pub(super) best: Option<usize>,
    /// Whether that is so clearly.
    pub(super) clearly: bool,
}

/// Weighs the surveys.
pub(super) fn choose(
    readings: &[SurveyReading<'_>],
    surveys: &[&Survey],
    gathered: &Gathered,
    subject: &str,
) -> Choice {
    // What is written decides only between surveys.
    let words = if surveys.len() > 1 { words(gathered, subject) } else { String::new() };
    let weights: Vec<Weight> =
        readings.iter().zip(surveys).map(|(reading, survey)| weight(reading, survey, &words)).collect();
    let scores = || weights.iter().map(|weight| weight.total()).enumerate();
    let Some((best, score)) = scores().rev().max_by_key(|(_, score)| *score) else { return Choice::default() };
    let rival = scores().filter(|(other, _)| *other != best).map(|(_, score)| score).max();
    let found = readings.get(best).is_some_and(|reading| !reading.returns.is_empty() || reading.has_form);
    let clearly = found && rival.is_none_or(|rival| score >= rival + CLEARLY);
    Choice { weights, best: Some(best), clearly }
}

fn weight(reading: &SurveyReading<'_>, survey: &Survey, words: &str) -> Weight {
    if reading.returns.is_empty() && !reading.has_form {
        return Weight::default();
    }
    Weight {
        filled: !reading.returns.is_empty(),
        items: reading.items,
        title: words.contains(&squeeze(&survey.title)),
        year: survey.reference_year.is_some_and(|year| words.contains(&format!("{year}年"))),
    }
}

/// Everything written in the documents and the subject, squeezed.
fn words(gathered: &Gathered, subject: &str) -> String {
    use crate::document::Block;
    let texts = gathered.texts.iter().flat_map(|text| &text.own);
    let mut words = squeeze(subject);
    for block in gathered.documents.iter().chain(texts).flat_map(|source| &source.document.blocks) {
        match block {
            Block::Paragraph(paragraph) => words.push_str(&squeeze(&paragraph.text)),
            Block::Grid(grid) => words.extend(grid.cells.iter().take(200).map(|cell| squeeze(&cell.text))),
        }
        words.push('\n');
    }
    words
}
