//! The cells of one table, placed as a browser places them.

use std::collections::BTreeMap;

use scraper::node::Element;

use super::Lines;
use crate::document::{Budget, Cell, Fault, Grid, Origin};

/// The widest and highest spans of the HTML standard (4.9.11).
const MAX_COLUMN_SPAN: u32 = 1000;
const MAX_ROW_SPAN: u32 = 65_534;
/// Columns of the widest sheet. Each row looks along those that cells from above reach down into, so they must have an end.
const MAX_COLUMNS: u32 = 16_384;

/// A table being read.
pub(super) struct Table {
    number: u32,
    cells: Vec<Cell>,
    /// Rows begun so far.
    rows: u32,
    /// The next column of the row.
    column: u32,
    /// By column, the first row below the cells that reach down from earlier rows.
    reach: BTreeMap<u32, u32>,
    /// Index of the first cell of the section (`thead`, `tbody`, `tfoot`).
    section: usize,
    open: Option<(Cell, Lines)>,
}

impl Table {
    pub(super) fn new(number: u32) -> Self {
        Self { number, cells: Vec::new(), rows: 0, column: 0, reach: BTreeMap::new(), section: 0, open: None }
    }

    pub(super) fn open_row(&mut self) {
        self.rows = self.rows.saturating_add(1);
        self.column = 0;
    }

    pub(super) fn open_cell(&mut self, element: &Element, budget: &mut Budget) -> Result<(), Fault> {
        self.close_cell();
        let row = self.rows.saturating_sub(1);
        while self.is_taken(self.column, row) {
            self.column = self.column.saturating_add(1);
        }
        if self.column >= MAX_COLUMNS {
            return Err(Fault::TooLarge("number of columns".into()));
        }
        let column = self.column;
        let row_span = match span(element, "rowspan") {
            Some(0) => MAX_ROW_SPAN,
            span => span.unwrap_or(1).min(MAX_ROW_SPAN),
        };
        let wanted = span(element, "colspan").unwrap_or(1).clamp(1, MAX_COLUMN_SPAN);
        // A cell ends where one from an earlier row reaches down, so that no two cells overlap.
        let column_span = (1..wanted).find(|width| self.is_taken(column.saturating_add(*width), row)).unwrap_or(wanted);
        if row_span > 1 {
            budget.take_cells(column_span)?;
            let below = row.saturating_add(row_span);
            self.reach.extend((column..column.saturating_add(column_span)).map(|column| (column, below)));
        } else {
            budget.take_cells(1)?;
        }
        self.column = column.saturating_add(column_span);
        self.open = Some((Cell { row, column, row_span, column_span, ..Cell::default() }, Lines::default()));
        Ok(())
    }

    fn is_taken(&self, column: u32, row: u32) -> bool {
        self.reach.get(&column).is_some_and(|below| *below > row)
    }

    /// Where the text of the open cell goes.
    pub(super) fn cell_lines(&mut self) -> Option<&mut Lines> {
        self.open.as_mut().map(|(_, lines)| lines)
    }

    pub(super) fn close_cell(&mut self) {
        let Some((mut cell, lines)) = self.open.take() else { return };
        cell.text = lines.into_text();
        if !cell.text.is_empty() {
            self.cells.push(cell);
        }
    }

    /// No cell reaches beyond its section.
    pub(super) fn close_section(&mut self) {
        let rows = self.rows;
        for cell in self.cells.iter_mut().skip(self.section) {
            cell.row_span = cell.row_span.min(rows.saturating_sub(cell.row)).max(1);
        }
        self.section = self.cells.len();
        self.reach.clear();
    }

    pub(super) fn into_grid(mut self) -> Grid {
        self.close_cell();
        self.close_section();
        Grid { origin: Origin::Table { number: self.number }, cells: self.cells }
    }
}

/// A span attribute: its leading digits, however many.
fn span(element: &Element, name: &str) -> Option<u32> {
    let value = element.attr(name)?.trim();
    let digits = value.split(|c: char| !c.is_ascii_digit()).next().filter(|digits| !digits.is_empty())?;
    Some(digits.parse().unwrap_or(u32::MAX))
}
