//! How a form was found: its layout, its labels with their confidence, the rows that were passed over.
//!
//! The search notes this beside its drafts, in passing: it is what [`super::explain`] tells a person afterwards, so that
//! nothing has to be found a second time, and perhaps differently.

use serde::{Deserialize, Serialize};

use super::draft::{Draft, Piece};
use super::header::Header;
use super::label::{Labels, Score};
use super::table::{Table, same, text_of};
use super::vertical::{self, Hit, Side};
use crate::document::Cell;
use crate::place::Place;

/// How the labels of a form and its answers stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// A header of labels, and a return in each row under it.
    Columns,
    /// A table that goes on under the header of the table before.
    Continued,
    /// Answers beside their labels.
    Beside,
    /// Answers under their labels, one by one.
    Under,
    /// Label and answer in one cell.
    InCells,
    /// Lines of `label：value`.
    Lines,
}

/// Why a row under a header is nobody's return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passed {
    /// A total (合计).
    Total,
    /// An amount under the amounts of several returns, and nothing beside it.
    Sum,
    /// A sample (示例).
    Sample,
    /// A title, note, instruction or unit line.
    Note,
    /// What the form says of how to fill it in.
    Hint,
    /// A row that counts the columns.
    Count,
    /// The header once more.
    HeaderAgain,
    /// Somebody's jottings below the table.
    Jotting,
    /// It goes on under the merged name of a row that is nobody's return.
    BelowPassed,
    /// The header of another table: nothing from here on is the survey's.
    OtherTable,
}

/// A form found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The layout.
    pub(super) layout: Layout,
    /// The document's block that holds it; none for lines.
    pub(super) block: Option<usize>,
    /// Its labels.
    pub(super) labels: Vec<FoundLabel>,
    /// Rows of the grid that are nobody's return.
    pub(super) passed: Vec<(u32, Passed)>,
}

/// A text that was taken for an item's label.
#[derive(Debug, Clone)]
pub(super) struct FoundLabel {
    /// Position of the item.
    pub(super) item: usize,
    /// Where it stands: several places when cells of several header rows make it up.
    pub(super) places: Vec<Place>,
    /// What stands there.
    pub(super) text: String,
    /// How surely it is the item's.
    pub(super) score: Score,
    /// Whether it stands around the table, not in it.
    pub(super) around: bool,
}

impl Found {
    /// A form of this layout whose labels are still to be noted.
    pub(super) fn new(layout: Layout) -> Self {
        Self { layout, block: None, labels: Vec::new(), passed: Vec::new() }
    }

    /// The form under a header; `table` is the one that the header stands in.
    pub(super) fn under(header: &Header, table: &Table<'_>) -> Self {
        let mut found = Self::new(Layout::Columns);
        for (item, columns) in &header.columns {
            for column in columns {
                let fits = header.fits.get(column);
                found.labels.push(FoundLabel {
                    item: *item,
                    places: header_cells(header, table, *column).into_iter().map(|cell| table.place(cell)).collect(),
                    text: header.labels.get(column).cloned().unwrap_or_default(),
                    score: fits.and_then(|fits| fits.get(*item)).copied().unwrap_or_default(),
                    around: false,
                });
            }
        }
        found
    }

    /// The form that single label cells make.
    pub(super) fn beside(form: &vertical::Form<'_>, table: &Table<'_>) -> Self {
        let label = |hit: &Hit<'_>| FoundLabel {
            item: hit.item,
            places: vec![table.place(hit.cell)],
            text: text_of(hit.cell).to_owned(),
            score: hit.score,
            around: false,
        };
        let layout = if form.side == Side::Right { Layout::Beside } else { Layout::Under };
        Self { labels: form.hits.iter().map(label).collect(), ..Self::new(layout) }
    }

    /// The form of a record whose labels stand in the lines of their answers.
    pub(super) fn in_lines(layout: Layout, record: &Draft, labels: &Labels<'_>) -> Self {
        let label = |(item, piece): (&usize, &Piece)| FoundLabel::of_line(*item, piece, labels);
        Self { labels: record.pieces.iter().map(label).collect(), ..Self::new(layout) }
    }

    /// Notes the line around the table that tells the name.
    pub(super) fn add_name(&mut self, name: &Piece, labels: &Labels<'_>) {
        if self.labels.iter().all(|label| label.item != labels.identity) {
            self.labels.push(FoundLabel { around: true, ..FoundLabel::of_line(labels.identity, name, labels) });
        }
    }
}

impl FoundLabel {
    fn of_line(item: usize, piece: &Piece, labels: &Labels<'_>) -> Self {
        let score = labels.fit_of(&piece.label, item);
        Self { item, places: vec![piece.place.clone()], text: piece.label.clone(), score, around: false }
    }
}

/// The cells of a header over a column, from top to bottom.
fn header_cells<'a>(header: &Header, table: &Table<'a>, column: u32) -> Vec<&'a Cell> {
    let mut cells: Vec<&'a Cell> = Vec::new();
    let rows = table.rows.iter().skip(header.top).take(header.height);
    for slot in rows.filter_map(|row| row.at(column)).filter(|slot| !slot.text().is_empty()) {
        if !cells.iter().any(|known| same(known, slot.cell)) {
            cells.push(slot.cell);
        }
    }
    cells
}
