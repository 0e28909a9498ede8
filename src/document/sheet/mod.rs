//! Workbooks: xlsx, xls and ods become a document with a grid a sheet.
//!
//! A cell's text is what the program shows ([`number_format`]). Workbooks are read cell by cell and charged to the
//! [`Budget`] as they come, so that a lone cell at `XFD1048576` costs one cell.

mod number_format;
mod ods;
mod package;
mod xls;
mod xlsx;
mod xml;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Block, Budget, Cell, Document, Fault, Format, Grid, Origin};

/// Reads an OOXML workbook (`.xlsx`, `.xlsm`, the zipped kind of `.et`).
///
/// # Errors
/// [`Fault`] when it is damaged, asks for a password or breaks the budget.
pub(crate) fn xlsx(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    guarded(source, Format::Xlsx, || xlsx::read(bytes, budget))
}

/// Reads a workbook of Excel 97 and before, in an OLE file (`.xls`, `.et`).
///
/// # Errors
/// [`Fault`] when it is damaged, asks for a password or breaks the budget.
pub(crate) fn xls(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    guarded(source, Format::Xls, || xls::read(bytes, budget))
}

/// Reads an OpenDocument spreadsheet (`.ods`).
///
/// # Errors
/// [`Fault`] when it is damaged, asks for a password or breaks the budget.
pub(crate) fn ods(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    guarded(source, Format::Ods, || ods::read(bytes, budget))
}

/// Reads a workbook that is one XML file (XML Spreadsheet 2003).
///
/// # Errors
/// [`Fault`] when it is damaged or breaks the budget.
pub(crate) fn xml(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    guarded(source, Format::XmlSheet, || xml::read(bytes, budget))
}

/// What a reader of one format hands over.
struct Workbook {
    sheets: Vec<Grid>,
    has_pictures: bool,
}

/// Runs a reader behind a guard: the libraries beneath index into hostile files, and a panic of theirs says that the file is
/// damaged, not that Postroom is.
fn guarded(source: &str, format: Format, read: impl FnOnce() -> Result<Workbook, Fault>) -> Result<Document, Fault> {
    let workbook = catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Fault::Unreadable("the workbook's structure is damaged".into())))?;
    Ok(Document {
        source: source.to_owned(),
        format,
        blocks: workbook.sheets.into_iter().map(Block::Grid).collect(),
        has_pictures: workbook.has_pictures,
    })
}

/// Cells that may be looked at to merge a sheet's regions; files with thousands of regions over whole columns are made to
/// keep a reader busy.
const MERGE_LOOKS: usize = 20_000_000;

/// Rows and columns, both inclusive and from 0, that are merged into one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Region {
    top: u32,
    left: u32,
    bottom: u32,
    right: u32,
}

/// Collects the cells of one sheet.
#[derive(Default)]
struct SheetCells {
    cells: BTreeMap<(u32, u32), Cell>,
}

impl SheetCells {
    /// Adds a cell with text; cells without text are left out.
    fn push(
        &mut self,
        (row, column): (u32, u32),
        text: String,
        is_number: bool,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        if text.is_empty() {
            return Ok(());
        }
        budget.take_cells(1)?;
        let cell = Cell { row, column, row_span: 1, column_span: 1, text, is_number };
        self.cells.insert((row, column), cell);
        Ok(())
    }

    /// The grid, with merged cells standing once at their top left.
    fn into_grid(mut self, name: String, hidden: bool, merged: &[Region]) -> Result<Grid, Fault> {
        let mut looks = 0;
        for region in merged {
            looks += self.merge(*region);
            if looks > MERGE_LOOKS {
                return Err(Fault::TooLarge("merged cells".into()));
            }
        }
        Ok(Grid { origin: Origin::Sheet { name, hidden }, cells: self.cells.into_values().collect() })
    }

    /// Merges a region and returns how many cells had to be looked at.
    fn merge(&mut self, region: Region) -> usize {
        if region.bottom < region.top || region.right < region.left {
            return 0;
        }
        let rows: Vec<(u32, u32)> =
            self.cells.range((region.top, 0)..=(region.bottom, u32::MAX)).map(|(at, _)| *at).collect();
        let columns = region.left..=region.right;
        for at in rows.iter().filter(|at| columns.contains(&at.1) && **at != (region.top, region.left)) {
            self.cells.remove(at);
        }
        if let Some(cell) = self.cells.get_mut(&(region.top, region.left)) {
            cell.row_span = (region.bottom - region.top).saturating_add(1);
            cell.column_span = (region.right - region.left).saturating_add(1);
        }
        rows.len()
    }
}

/// A picture inside a cell (WPS) is stored as a formula's text; it is no value.
fn is_picture_formula(text: &str) -> bool {
    let text = text.trim_start_matches(['=', '+']).trim_start_matches("_xlfn.");
    text.starts_with("DISPIMG(")
}

#[cfg(test)]
pub(crate) mod corpus;
#[cfg(test)]
mod tests;
