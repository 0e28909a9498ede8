//! A form in several tables, one for each of its parts: only the first names the respondent.

use super::draft::{Draft, Piece};
use super::label::{CERTAIN, Labels};
use super::lines::{first_value, labelled};
use super::page::{BETWEEN_PAGES, Page, prose_between};
use super::table::{Table, text_of};
use super::vertical::{self, Side};
use crate::document::{Block, Document, Origin};

/// The name in the form before, when the table with this index stands so near below that form's last table that it may be the
/// form's next part.
pub(super) fn name_before(document: &Document, index: usize, page: &Page, labels: &Labels<'_>) -> Option<Piece> {
    let is_grid = |block: &Block| matches!(block, Block::Grid(grid) if !matches!(grid.origin, Origin::Sheet { .. }));
    let before = document.blocks.iter().take(index).rposition(is_grid)?;
    if prose_between(document, before, index) > BETWEEN_PAGES || page.forms.last()?.block != Some(before) {
        return None;
    }
    let name = page.entries.last()?.draft.pieces.get(&labels.identity)?;
    (!name.text.is_empty()).then(|| name.clone())
}

/// Adds the only answer of a table to the form before, where that lacks it.
pub(super) fn add_lone_answer(
    document: &Document,
    index: usize,
    table: &Table<'_>,
    labels: &Labels<'_>,
    page: &mut Page,
) {
    let Some((item, piece)) = lone_answer(table, labels) else { return };
    if name_before(document, index, page, labels).is_none() {
        return;
    }
    if let Some(entry) = page.entries.last_mut().filter(|entry| !entry.draft.pieces.contains_key(&item)) {
        entry.draft.pieces.insert(item, piece);
    }
}

/// The answer in a table of one label that is the survey's beyond doubt.
fn lone_answer(table: &Table<'_>, labels: &Labels<'_>) -> Option<(usize, Piece)> {
    let hits = vertical::hits(table, labels);
    let [hit] = hits.as_slice() else { return None };
    if hit.score < CERTAIN || hit.item == labels.identity {
        return None;
    }
    let form = vertical::forms(table, &hits, Side::Right).into_iter().next()?;
    let mut drafts = vertical::read(table, labels, &form, &hits);
    let piece = drafts.pop().filter(|_| drafts.is_empty())?.pieces.remove(&hit.item)?;
    (!piece.text.is_empty()).then_some((hit.item, piece))
}

/// Adds to a form of labels beside answers what stands in a row of its own with its label: 2017年营业收入：1200万元.
pub(super) fn add_own_rows(table: &Table<'_>, labels: &Labels<'_>, drafts: &mut [Draft]) {
    let [draft] = drafts else { return };
    for row in &table.rows {
        let mut filled = row.filled();
        let (Some(cell), None) = (filled.next(), filled.next()) else { continue };
        let text = text_of(cell);
        let Some((item, label, value)) = labelled(text, labels).filter(|_| cell.row == row.number) else { continue };
        if !text.contains('\n') && !value.trim().is_empty() && !draft.pieces.contains_key(&item) {
            draft.pieces.insert(item, Piece::new(first_value(value), table.place(cell), label));
        }
    }
}
