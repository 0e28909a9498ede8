//! Finds the header of a horizontal form: one to three rows whose cells name the survey's items.

use std::collections::BTreeMap;

use super::assign::{Columns, assign};
use super::label::{CERTAIN, LIKELY, Labels, Score, are_sure};
use super::table::{Row, Table, same, text_of};
use crate::document::Cell;

/// Rows a header has at most.
const TALLEST: usize = 3;
/// So many rows from the top are looked at even where no label in them is beyond doubt.
const NEAR_TOP: usize = 30;
/// Longest text of a second header row's cell.
const LONGEST_SUBLABEL: usize = 12;

/// A name has at least so many characters; what is shorter may be a second row of a label.
const SHORTEST_NAME: usize = 5;

/// A header found.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// Index of its first row.
    pub(super) top: usize,
    /// How many rows it has.
    pub(super) height: usize,
    /// Which columns answer which item.
    pub(super) columns: Columns,
    /// The label of each column as written.
    pub(super) labels: BTreeMap<u32, String>,
    /// How well the label of each column fits each item.
    pub(super) fits: BTreeMap<u32, Vec<Score>>,
    /// Sum of the confidences.
    pub(super) score: Score,
}

impl Header {
    /// Index of the first row below it.
    pub(super) fn below(&self) -> usize {
        self.top + self.height
    }

    /// Whether it is a whole form's: the name and at least one other item.
    pub(super) fn names_respondent(&self, labels: &Labels<'_>) -> bool {
        self.columns.contains_key(&labels.identity) && self.columns.len() >= 2
    }
}

/// The header that begins at a row, if one does.
pub(super) fn header_at(table: &Table<'_>, labels: &Labels<'_>, top: usize) -> Option<Header> {
    let row = table.row(top)?;
    if row.filled().nth(1).is_none() || (top >= NEAR_TOP && !has_label(row, labels)) {
        return None;
    }
    let mut best: Option<Header> = None;
    let mut least = 1;
    for height in 1..=TALLEST {
        if height < least || table.row(top + height - 1).is_none() {
            continue;
        }
        if height > least && !may_go_on(table, labels, top, height) {
            break;
        }
        if best.as_ref().is_some_and(|best| answers_name(table, labels, best, top + height - 1)) {
            break;
        }
        let Some(header) = band(table, labels, top, height) else { continue };
        least = least.max(rows_covered(table, &header));
        let goes_on = table.row(header.below()).is_some_and(|next| is_sublabels(next, &header, labels));
        if best.as_ref().is_none_or(|best| header.score > best.score || best.height < least) {
            best = Some(header);
        }
        if goes_on {
            least = least.max(height + 1);
        }
    }
    best.filter(|header| header.height >= least.min(TALLEST) && !begins_too_early(table, labels, header))
}

/// Whether the first row of a band is no part of the header: no cell of it is a label, and the rows under it do as well alone.
fn begins_too_early(table: &Table<'_>, labels: &Labels<'_>, header: &Header) -> bool {
    let Some(row) = table.row(header.top).filter(|_| header.height > 1) else { return false };
    !row.filled().any(|cell| labels.fit(text_of(cell)).is_some())
        && band(table, labels, header.top + 1, header.height - 1).is_some_and(|lower| lower.score >= header.score)
}

fn has_label(row: &Row<'_>, labels: &Labels<'_>) -> bool {
    row.filled().any(|cell| labels.item_of(text_of(cell), CERTAIN - 50).is_some())
}

/// Whether a band may take in one row more: its cells must look like labels, not like answers.
fn may_go_on(table: &Table<'_>, labels: &Labels<'_>, top: usize, height: usize) -> bool {
    let Some(row) = table.row(top + height - 1) else { return false };
    let own: Vec<&Cell> = row.filled().filter(|cell| cell.row == row.number).collect();
    own.iter().all(|cell| text_of(cell).chars().count() <= 40)
        && own
            .iter()
            .any(|cell| labels.fit(text_of(cell)).is_some() || text_of(cell).chars().count() <= LONGEST_SUBLABEL)
}

/// Whether a row below a header has a name of its own under the name's label: it is a respondent's, however much its short
/// answers look like labels.
fn answers_name(table: &Table<'_>, labels: &Labels<'_>, header: &Header, row: usize) -> bool {
    let name = header.columns.get(&labels.identity).and_then(|columns| columns.first());
    let slot = name.and_then(|column| table.row(row)?.at(*column)).filter(|slot| slot.begins);
    slot.is_some_and(|slot| {
        let text = slot.text();
        text.chars().count() >= SHORTEST_NAME
            && !text.starts_with(['（', '(', '[', '【'])
            && labels.fit_of(text, labels.identity) < LIKELY
    })
}

/// Rows that the label cells of a header reach down over.
fn rows_covered(table: &Table<'_>, header: &Header) -> usize {
    let Some(row) = table.row(header.top) else { return 1 };
    let covered = header.columns.values().flatten().filter_map(|column| row.at(*column)).map(|slot| {
        let end = slot.cell.row.saturating_add(slot.cell.row_span.max(1));
        table.rows.iter().skip(header.top).take_while(|row| row.number < end).count()
    });
    covered.max().unwrap_or(1)
}

/// Whether a row below a header is its second row: nothing under the name, and short words, years or units elsewhere.
fn is_sublabels(row: &Row<'_>, header: &Header, labels: &Labels<'_>) -> bool {
    let Some(name) = header.columns.get(&labels.identity).and_then(|columns| columns.first()) else { return false };
    if row.at(*name).is_some_and(|slot| slot.begins && !slot.text().is_empty()) {
        return false;
    }
    let mut texts = row.filled().filter(|cell| cell.row == row.number).map(text_of).peekable();
    texts.peek().is_some()
        && texts.all(|text| {
            let is_year = text.contains('年') && text.chars().any(|c| c.is_ascii_digit());
            let is_unit = ["元", "万元", "亿元"].contains(&text.trim_matches(['(', ')', '（', '）']));
            text.chars().count() <= LONGEST_SUBLABEL && (is_year || is_unit || labels.fit(text).is_some())
        })
}

/// Reads rows as one header.
fn band(table: &Table<'_>, labels: &Labels<'_>, top: usize, height: usize) -> Option<Header> {
    let rows = table.rows.get(top..top + height)?;
    let mut scores = BTreeMap::new();
    let mut texts = BTreeMap::new();
    for column in rows.iter().flat_map(|row| row.slots.keys().copied()) {
        let levels = levels(rows, column);
        if let Some(fits) = fits(labels, &levels) {
            scores.insert(column, fits);
        }
        texts.insert(column, levels.join(" "));
    }
    let columns = assign(&scores, labels.len());
    let score_of = |item: &usize, columns: &Vec<u32>| {
        let column = columns.first()?;
        scores.get(column).and_then(|fits| fits.get(*item)).copied()
    };
    let found: Vec<Score> = columns.iter().filter_map(|(item, columns)| score_of(item, columns)).collect();
    let score = found.iter().sum();
    (are_sure(&found) && columns.len() >= 2).then_some(Header {
        top,
        height,
        columns,
        labels: texts,
        fits: scores,
        score,
    })
}

/// The texts over a column, from top to bottom, each cell once. An empty cell beside a label of several sub-labels that no
/// merged cell holds together is under that label.
fn levels<'a>(rows: &[Row<'a>], column: u32) -> Vec<&'a str> {
    let mut cells: Vec<&Cell> = Vec::new();
    let mut texts = Vec::new();
    for (depth, row) in rows.iter().enumerate() {
        let own = row.at(column).filter(|slot| !slot.text().is_empty());
        let below = rows.get(depth + 1).is_some_and(|next| !next.text(column).is_empty());
        let slot = own.or_else(|| below.then(|| left_of(row, rows.get(depth + 1), column)).flatten());
        let Some(slot) = slot else { continue };
        if !cells.iter().any(|cell| same(cell, slot.cell)) {
            cells.push(slot.cell);
            texts.push(slot.text());
        }
    }
    texts
}

/// The nearest label to the left, as long as every column between has a sub-label under it.
fn left_of<'a>(row: &Row<'a>, next: Option<&Row<'a>>, column: u32) -> Option<super::table::Slot<'a>> {
    for (at, slot) in row.slots.range(..column).rev() {
        if next.is_none_or(|next| next.text(*at).is_empty()) {
            return None;
        }
        if !slot.text().is_empty() {
            return Some(*slot);
        }
    }
    None
}

/// How well a column's labels, one above the other, fit each item.
fn fits(labels: &Labels<'_>, levels: &[&str]) -> Option<Vec<Score>> {
    let joined = levels.concat();
    let mut best = labels.fit(&joined).unwrap_or_else(|| vec![0; labels.len()]);
    if let [upper @ .., last] = levels
        && !upper.is_empty()
    {
        for (level, loss) in upper.iter().map(|level| (level, 20)).chain([(last, 0)]) {
            for (item, score) in labels.fit(level).into_iter().flatten().enumerate() {
                if let Some(known) = best.get_mut(item).filter(|_| !labels.rules_out_text(&joined, item)) {
                    *known = score.saturating_sub(loss).max(*known);
                }
            }
        }
    }
    best.iter().any(|score| *score >= LIKELY).then_some(best)
}
