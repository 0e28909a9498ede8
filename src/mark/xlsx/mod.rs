//! Marks in workbooks: a fill added to the cell's own style, and a classic comment.

use std::collections::BTreeMap;

use super::outline::Outline;
use super::relations::{Conformance, Relation, relations};
use super::{Author, Mark, Notes};
use crate::document::Fault;
use crate::document::parts::Parts;
use crate::place::Spot;

mod anchor;
mod comments;
mod drawing;
mod frame;
mod sheet;
mod sites;
mod styles;
mod view;

#[cfg(test)]
mod tests;

use styles::Styles;

/// What the workbook part says of its sheets.
struct Book {
    conformance: Conformance,
    /// Paths of the sheets' parts by their names.
    sheets: BTreeMap<String, String>,
    /// The path of the part with the styles.
    styles: Option<String>,
}

/// Marks cells and returns the marks that have no place.
///
/// # Errors
/// [`Fault`] when the workbook is damaged, odd or over a limit.
pub(super) fn mark(parts: &mut Parts<'_>, main: &str, marks: &[Mark], author: Author) -> Result<Vec<Mark>, Fault> {
    let book = Book::read(parts, main)?;
    let (mut left_out, mut first) = (Vec::new(), None);
    let mut sheets: BTreeMap<&str, Notes<(u32, u32)>> = BTreeMap::new();
    for mark in marks {
        match &mark.place.spot {
            Spot::Sheet { name, row, column } if book.sheets.contains_key(name) && is_cell(*row, *column) => {
                first.get_or_insert((name.as_str(), (*row, *column)));
                sheets.entry(name).or_insert_with(Notes::new).add((*row, *column), &mark.note);
            }
            _ => left_out.push(mark.clone()),
        }
    }
    if sheets.is_empty() {
        return Ok(left_out);
    }
    let mut styles = Styles::read(parts, main, &book)?;
    for (name, notes) in sheets {
        let Some(path) = book.sheets.get(name) else { continue };
        sheet::mark(parts, path, book.conformance, &mut styles, (notes, author))?;
    }
    styles.write(parts)?;
    if let Some((sheet, cell)) = first {
        view::open_on(parts, main, &book, sheet, cell)?;
    }
    Ok(left_out)
}

/// Whether a sheet can have such a cell (ECMA-376 part 1, 18.3.1.73 and Excel's limits).
fn is_cell(row: u32, column: u32) -> bool {
    row < 1 << 20 && column < 1 << 14
}

impl Book {
    fn read(parts: &mut Parts<'_>, main: &str) -> Result<Self, Fault> {
        let related = relations(parts, main)?;
        let text = parts.read(main)?;
        let outline = Outline::read(&text)?;
        let path = |id: String| related.iter().find(|relation| relation.id == id && relation.kind == "worksheet");
        let sheets = outline.named("sheet").filter_map(|tag| {
            let relation = tag.attribute("id").and_then(path)?;
            Some((tag.attribute("name")?, relation.path.clone()))
        });
        let is_styles = |relation: &&Relation| relation.kind == "styles";
        Ok(Self {
            conformance: Conformance::of(outline.root()?.element.attributes()),
            sheets: sheets.collect(),
            styles: related.iter().find(is_styles).map(|relation| relation.path.clone()),
        })
    }
}
