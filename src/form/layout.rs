//! What stands where on the form: title, tables, the lines below. Both formats write this.

use super::{Row, Summary, hint};
use crate::survey::{Item, ItemKind, Language, Survey};

/// Most items that have a column each; a survey with more asks them line by line.
const MOST_COLUMNS: usize = 10;
/// Size of the letters that people fill in, in points.
const LETTERS: u32 = 12;
/// Size of the letters of a summary with so many columns at most, in points; the last one for any number.
const SUMMARY_LETTERS: [(usize, u32); 4] = [(7, 10), (10, 9), (14, 8), (usize::MAX, 7)];
/// Empty lines of a blank form with columns, as the founding one has them.
const BLANK_LINES: usize = 3;

/// The whole form.
pub(super) struct Form {
    pub(super) title: String,
    pub(super) language: Language,
    /// Whether the page lies on its side: one with columns does.
    pub(super) is_landscape: bool,
    /// Shares of the width, one for each column.
    pub(super) widths: Vec<u16>,
    /// Tables of that many columns; of several, each has a page of its own.
    pub(super) tables: Vec<Table>,
    /// What stands below each table.
    pub(super) lines: Vec<String>,
    /// Whether it is read and not filled in: rows are as high as their text.
    pub(super) is_summary: bool,
    /// Size of the letters in points, those of title and hints apart.
    pub(super) letters: u32,
    /// A day that stands for the time of writing, so that the same form is the same file.
    pub(super) day: jiff::civil::Date,
}

/// Lines of cells.
pub(super) struct Table {
    pub(super) head: Vec<Cell>,
    pub(super) body: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Default)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) role: Role,
    /// What is wrong with it, or what to write: shown when one points at the cell.
    pub(super) note: Option<String>,
    pub(super) is_faulty: bool,
}

/// What a cell is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Role {
    /// A heading, centred and bold.
    #[default]
    Label,
    /// A number of the form's own, centred.
    Number,
    /// What to write, in small letters.
    Hint,
    /// Where an answer of that kind is written.
    Answer(ItemKind),
    /// An answer that is only to be read.
    Written,
}

/// Lays the form out.
pub(super) fn layout(survey: &Survey, rows: &[Row]) -> Form {
    let is_landscape = survey.items.len() <= MOST_COLUMNS;
    let (widths, tables) = if is_landscape {
        (survey.items.iter().map(width).collect(), vec![columns(survey, rows)])
    } else {
        let blank = [Row::default()];
        let rows = if rows.is_empty() { &blank } else { rows };
        (vec![9, 33, 34, 40], rows.iter().map(|row| list(survey, row)).collect())
    };
    let day = survey.opens.unwrap_or(survey.deadline);
    Form {
        title: survey.title.clone(),
        language: survey.language,
        is_landscape,
        widths,
        tables,
        lines: lines(survey, is_landscape),
        is_summary: false,
        letters: LETTERS,
        day,
    }
}

/// Lays a summary out: a column for each item however many there are, a line for each row.
pub(super) fn summary(survey: &Survey, summary: &Summary) -> Form {
    let head = survey.items.iter().map(|item| Cell { text: item.label.clone(), ..Cell::default() });
    let cell = |text: &String| Cell { text: text.clone(), role: Role::Written, ..Cell::default() };
    let body = summary.rows.iter().map(|row| row.iter().map(cell).collect());
    let table = Table { head: head.collect(), body: body.collect() };
    let letters = SUMMARY_LETTERS.iter().find(|(columns, _)| survey.items.len() <= *columns);
    Form {
        title: summary.title.clone(),
        // Officials read it, whatever language the survey is answered in.
        language: Language::Zh,
        is_landscape: true,
        widths: survey.items.iter().map(width).collect(),
        tables: vec![table],
        lines: summary.lines.clone(),
        is_summary: true,
        letters: letters.map_or(LETTERS, |(_, letters)| *letters),
        day: summary.day,
    }
}

/// A column for each item, a line for each row.
fn columns(survey: &Survey, rows: &[Row]) -> Table {
    let words = hint::words(survey.language);
    let head = survey.items.iter().map(|item| {
        let note = hint::is_wanted(&item.kind).then(|| words.of(&item.kind));
        Cell { text: item.label.clone(), note, ..Cell::default() }
    });
    let line = |row: &Row| survey.items.iter().map(|item| answer(item, row)).collect();
    let blank = vec![Row::default(); if rows.is_empty() { BLANK_LINES } else { 0 }];
    Table { head: head.collect(), body: rows.iter().chain(&blank).map(line).collect() }
}

/// A line for each item: number, label, what to write, answer.
fn list(survey: &Survey, row: &Row) -> Table {
    let words = hint::words(survey.language);
    let head = words.head().map(|text| Cell { text: text.to_owned(), ..Cell::default() });
    let line = |(number, item): (usize, &Item)| {
        let number = Cell { text: number.to_string(), role: Role::Number, ..Cell::default() };
        let label = Cell { text: item.label.clone(), ..Cell::default() };
        let hint = Cell { text: words.with_duty(item), role: Role::Hint, ..Cell::default() };
        vec![number, label, hint, answer(item, row)]
    };
    Table { head: head.into(), body: (1..).zip(&survey.items).map(line).collect() }
}

fn answer(item: &Item, row: &Row) -> Cell {
    let note = row.notes.get(&item.key).cloned();
    let text = row.texts.get(&item.key).cloned().unwrap_or_default();
    Cell { text, role: Role::Answer(item.kind.clone()), is_faulty: note.is_some(), note }
}

/// Share of the width that an item's column takes; texts are long, and so are their labels.
fn width(item: &Item) -> u16 {
    let label = u16::try_from(item.label.chars().count()).unwrap_or(u16::MAX);
    match item.kind {
        ItemKind::Text => label.saturating_add(2).clamp(16, 20),
        _ => 14,
    }
}

/// The request for written material, what to write, and until when to whom. No line looks like a label and its answer, so that
/// the contact is not read as the respondent's.
fn lines(survey: &Survey, has_columns: bool) -> Vec<String> {
    let words = hint::words(survey.language);
    let request = survey.narratives.request.trim();
    let request = (!request.is_empty()).then(|| words.sentence(request));
    let wanted = |item: &&Item| has_columns && hint::is_wanted(&item.kind);
    let hints = survey.items.iter().filter(wanted).map(|item| words.note(item));
    let closing = words.closing(survey.deadline, &survey.contact.name, &survey.contact.phone);
    request.into_iter().chain(hints).chain([closing]).collect()
}
