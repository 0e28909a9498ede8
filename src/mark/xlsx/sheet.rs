//! Marks on one sheet: its cells get the style of a mark, and its comments are extended.

use super::anchor::anchor;
use super::comments;
use super::drawing;
use super::frame::Frame;
use super::sites::{self, Site, Spot};
use super::styles::Styles;
use crate::document::Fault;
use crate::document::parts::Parts;
use crate::mark::edits::Edits;
use crate::mark::relations::{Conformance, relations};
use crate::mark::{Author, Notes};
use crate::place::cell_name;

/// A note on a cell.
pub(super) struct Note {
    /// Row from 0.
    pub(super) row: u32,
    /// Column from 0.
    pub(super) column: u32,
    /// Its lines.
    pub(super) text: String,
    /// The room that it takes, as drawings say it.
    pub(super) anchor: String,
}

/// Marks cells of a sheet.
///
/// # Errors
/// [`Fault`] when the sheet is damaged or odd.
pub(super) fn mark(
    parts: &mut Parts<'_>,
    path: &str,
    conformance: Conformance,
    styles: &mut Styles,
    (notes, author): (Notes<(u32, u32)>, Author),
) -> Result<(), Fault> {
    let text = parts.read(path)?;
    let frame = Frame::read(&text)?;
    let notes = placed(&frame, notes);
    let cells = notes.iter().map(|note| (note.row, note.column)).collect();
    let found = sites::find(&text, &frame, &cells)?;
    let mut edits = Edits::new(&text);
    for tag in &found.opened {
        edits.open_up(tag.clone());
    }
    fill(&mut edits, &frame.prefix, &found.sites, styles);
    let related = relations(parts, path)?;
    let fresh = comments::add(parts, path, conformance, &related, &notes, author)?;
    let own = related.iter().find(|relation| Some(&relation.id) == frame.drawing.as_ref());
    match own {
        Some(own) => drawing::extend(parts, &own.path, &fresh)?,
        None if fresh.is_empty() => {}
        None => {
            let id = drawing::add(parts, path, conformance, &fresh)?;
            edits.insert(frame.drawing_at, reference(&frame, &id));
        }
    }
    parts.write(path, edits.finish()?)
}

/// The notes at the top left of merged cells, each with its room on the sheet.
fn placed(frame: &Frame, notes: Notes<(u32, u32)>) -> Vec<Note> {
    let mut by_cell = Notes::new();
    for ((row, column), lines) in notes.0 {
        let region = frame.covering(row, column);
        for line in lines.lines() {
            by_cell.add((region.top, region.left, region.right), line);
        }
    }
    let note = |((row, column, right), text): ((u32, u32, u32), String)| {
        let anchor = anchor(&frame.widths, &frame.heights, (row, right), &text);
        Note { row, column, text, anchor }
    };
    by_cell.0.into_iter().map(note).collect()
}

/// Gives cells the style of a mark; cells that are not there are made, together with their rows.
fn fill(edits: &mut Edits<'_>, prefix: &str, sites: &[Site], styles: &mut Styles) {
    let mut made = |site: &Site| {
        let (name, style) = (cell_name(site.row, site.column), styles.marked(site.style));
        (format!("<{prefix}c r=\"{name}\" s=\"{style}\"/>"), style)
    };
    for row in sites.chunk_by(|one, next| one.row == next.row) {
        let mut cells = String::new();
        for site in row {
            let (cell, style) = made(site);
            let end = site.closes.as_deref().unwrap_or_default();
            match &site.spot {
                Spot::Tag(tag) => edits.set_attribute(tag.clone(), "s", &style.to_string()),
                Spot::InRow(at) => edits.insert(*at, cell + end),
                Spot::InSheet(_) => cells.push_str(&cell),
            }
        }
        // In a row that is not there no cell is.
        if let Some(Site { row, spot: Spot::InSheet(at), closes, .. }) = row.last() {
            let end = closes.as_deref().unwrap_or_default();
            edits.insert(*at, format!("<{prefix}row r=\"{}\">{cells}</{prefix}row>{end}", row + 1));
        }
    }
}

/// The element that names the drawing of the comments.
fn reference(frame: &Frame, id: &str) -> String {
    let prefix = &frame.prefix;
    match &frame.reference_prefix {
        Some(own) => format!("<{prefix}legacyDrawing {own}:id=\"{id}\"/>"),
        None => {
            let namespace = frame.conformance.relationships();
            format!("<{prefix}legacyDrawing xmlns:r=\"{namespace}\" r:id=\"{id}\"/>")
        }
    }
}
