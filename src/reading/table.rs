//! A grid as the search sees it: rows from top to bottom, with merged cells standing in every row and column that they cover.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Cell, Grid};
use crate::place::Place;

/// Most places that merged cells may cover in one grid; more is no form that a person filled in.
const MOST_SLOTS: usize = 8_000_000;

/// A grid laid out.
#[derive(Debug)]
pub(super) struct Table<'a> {
    /// The document's path.
    pub(super) source: &'a str,
    /// The grid.
    pub(super) grid: &'a Grid,
    /// Rows in which a cell begins, from top to bottom.
    pub(super) rows: Vec<Row<'a>>,
}

/// One row of a laid-out grid.
#[derive(Debug, Default)]
pub(super) struct Row<'a> {
    /// Row of the grid, from 0.
    pub(super) number: u32,
    /// What stands in each column.
    pub(super) slots: BTreeMap<u32, Slot<'a>>,
}

/// A cell where it stands or covers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot<'a> {
    /// The cell.
    pub(super) cell: &'a Cell,
    /// Whether the cell begins in this row, not further up.
    pub(super) begins: bool,
}

impl<'a> Slot<'a> {
    /// The text, trimmed.
    pub(super) fn text(&self) -> &'a str {
        text_of(self.cell)
    }
}

/// A cell's text without white space and invisible characters around it.
pub(super) fn text_of(cell: &Cell) -> &str {
    cell.text.trim_matches(|c: char| c.is_whitespace() || ('\u{200b}'..='\u{200f}').contains(&c) || c == '\u{feff}')
}

/// Whether two slots show the same cell.
pub(super) fn same(one: &Cell, other: &Cell) -> bool {
    (one.row, one.column) == (other.row, other.column)
}

impl<'a> Table<'a> {
    /// Lays a grid out; nothing when its merged cells cover more than can be laid out.
    pub(super) fn of(source: &'a str, grid: &'a Grid) -> Option<Self> {
        let columns: BTreeSet<u32> = grid.cells.iter().map(|cell| cell.column).collect();
        let mut rows: BTreeMap<u32, Row<'a>> =
            grid.cells.iter().map(|cell| (cell.row, Row { number: cell.row, slots: BTreeMap::new() })).collect();
        let mut slots = 0_usize;
        for cell in &grid.cells {
            let across = cell.column..cell.column.saturating_add(cell.column_span.max(1));
            let down = cell.row..cell.row.saturating_add(cell.row_span.max(1));
            for (number, row) in rows.range_mut(down) {
                for column in columns.range(across.clone()) {
                    row.slots.insert(*column, Slot { cell, begins: *number == cell.row });
                    slots += 1;
                }
                if slots > MOST_SLOTS {
                    return None;
                }
            }
        }
        Some(Self { source, grid, rows: rows.into_values().collect() })
    }

    /// Where a cell stands.
    pub(super) fn place(&self, cell: &Cell) -> Place {
        self.grid.place(self.source, cell.row, cell.column)
    }

    /// The row with this number in the grid.
    pub(super) fn at_number(&self, number: u32) -> Option<&Row<'a>> {
        self.rows.binary_search_by_key(&number, |row| row.number).ok().and_then(|index| self.rows.get(index))
    }

    /// The row with this index.
    pub(super) fn row(&self, index: usize) -> Option<&Row<'a>> {
        self.rows.get(index)
    }
}

impl<'a> Row<'a> {
    /// What stands in a column.
    pub(super) fn at(&self, column: u32) -> Option<Slot<'a>> {
        self.slots.get(&column).copied()
    }

    /// The text in a column, empty where there is no cell.
    pub(super) fn text(&self, column: u32) -> &'a str {
        self.at(column).map(|slot| slot.text()).unwrap_or_default()
    }

    /// Its cells that say something, each once, from left to right.
    pub(super) fn filled(&self) -> impl Iterator<Item = &'a Cell> {
        let mut last: Option<&'a Cell> = None;
        self.slots.values().map(|slot| slot.cell).filter(move |cell| {
            let again = last.is_some_and(|last| same(last, cell));
            last = Some(cell);
            !again && !text_of(cell).is_empty()
        })
    }

    /// Whether nothing stands in it.
    pub(super) fn is_empty(&self) -> bool {
        self.filled().next().is_none()
    }
}
