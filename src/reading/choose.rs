//! Which of several surveys a message answers: the one whose labels, title and year fit best, and clearly.

use super::SurveyReading;
use super::gather::Gathered;
use crate::survey::Survey;
use crate::value::identity::squeeze;

/// A survey has to be better than every other by so much.
const CLEARLY: usize = 2;

/// The position of the best survey, and whether it is so clearly.
pub(super) fn best(
    readings: &[SurveyReading],
    surveys: &[&Survey],
    gathered: &Gathered,
    subject: &str,
) -> Option<(usize, bool)> {
    // What is written decides only between surveys.
    let words = if surveys.len() > 1 { words(gathered, subject) } else { String::new() };
    let scores: Vec<usize> =
        readings.iter().zip(surveys).map(|(reading, survey)| score(reading, survey, &words)).collect();
    let (best, score) = scores.iter().copied().enumerate().rev().max_by_key(|(_, score)| *score)?;
    let rival = scores.iter().enumerate().filter(|(other, _)| *other != best).map(|(_, score)| *score).max();
    let found = readings.get(best).is_some_and(|reading| !reading.returns.is_empty() || reading.has_form);
    Some((best, found && rival.is_none_or(|rival| score >= rival + CLEARLY)))
}

/// Items recognised count most; title and year decide between surveys that ask alike.
fn score(reading: &SurveyReading, survey: &Survey, words: &str) -> usize {
    if reading.returns.is_empty() && !reading.has_form {
        return 0;
    }
    let filled = usize::from(!reading.returns.is_empty()) * 10;
    let title = usize::from(words.contains(&squeeze(&survey.title))) * CLEARLY;
    let year = survey.reference_year.is_some_and(|year| words.contains(&format!("{year}年")));
    filled + reading.items * CLEARLY + title + usize::from(year) * CLEARLY
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
