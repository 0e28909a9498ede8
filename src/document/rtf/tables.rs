//! Tables of RTF: rows whose cells are told apart by their right edges, in tables within tables.

use std::collections::BTreeSet;

use crate::document::builder::{Builder, Table, VerticalMerge};
use crate::document::{Budget, Fault};

/// Edges nearer to one another than this, in twips, are one: programs round them differently from row to row.
const TOLERANCE: i32 = 100;

/// Tables in tables; Word itself allows no more than a few dozen.
pub(super) const MAX_LEVEL: usize = 64;

/// The definition of a row: `\trowd`, then `\cellx` after `\cellx`.
#[derive(Debug, Clone, Default)]
pub(super) struct RowDefinition {
    left: i32,
    cells: Vec<CellDefinition>,
    next: CellDefinition,
}

#[derive(Debug, Clone, Copy, Default)]
struct CellDefinition {
    right: i32,
    vertical: VerticalMerge,
    is_merged_left: bool,
}

impl RowDefinition {
    /// Takes a control word of the definition.
    pub(super) fn word(&mut self, word: &str, number: i32) {
        match word {
            "trowd" => *self = Self::default(),
            "trleft" => self.left = number,
            "clmrg" => self.next.is_merged_left = true,
            "clvmgf" => self.next.vertical = VerticalMerge::Restart,
            "clvmrg" => self.next.vertical = VerticalMerge::Continue,
            "cellx" => {
                let cell = std::mem::take(&mut self.next);
                self.cells.push(CellDefinition { right: number, ..cell });
            }
            _ => {}
        }
    }
}

/// The tables that the text is in, outermost first.
#[derive(Debug, Default)]
pub(super) struct Tables(Vec<OpenTable>);

#[derive(Debug, Default)]
struct OpenTable {
    block: usize,
    rows: Vec<Row>,
    cells: Vec<String>,
    text: String,
}

#[derive(Debug)]
struct Row {
    definition: RowDefinition,
    cells: Vec<String>,
}

impl Tables {
    /// Adds a paragraph at a level, from 1: a line of the open cell of that table.
    ///
    /// # Errors
    /// [`Fault::TooLarge`] when the message has too many tables.
    pub(super) fn paragraph(
        &mut self,
        level: usize,
        line: &str,
        builder: &mut Builder,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        if let Some(table) = self.enter(level, builder, budget)? {
            table.text.push_str(line);
            table.text.push('\n');
        }
        Ok(())
    }

    /// Ends a cell at a level.
    ///
    /// # Errors
    /// [`Fault::TooLarge`] when the message has too many cells.
    pub(super) fn end_cell(&mut self, level: usize, builder: &mut Builder, budget: &mut Budget) -> Result<(), Fault> {
        budget.take_cells(1)?;
        if let Some(table) = self.enter(level, builder, budget)? {
            table.cells.push(std::mem::take(&mut table.text));
        }
        Ok(())
    }

    /// Ends a row at a level. Its definition costs as its cells do, since one can serve any number of rows.
    ///
    /// # Errors
    /// [`Fault::TooLarge`] when the message has too many cells.
    pub(super) fn end_row(
        &mut self,
        level: usize,
        definition: &RowDefinition,
        builder: &mut Builder,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        budget.take_cells(u32::try_from(definition.cells.len()).unwrap_or(u32::MAX).max(1))?;
        if let Some(table) = self.enter(level, builder, budget)? {
            let cells = std::mem::take(&mut table.cells);
            table.rows.push(Row { definition: definition.clone(), cells });
        }
        Ok(())
    }

    /// Ends tables until the text is in no more than that many.
    pub(super) fn leave(&mut self, level: usize, builder: &mut Builder) {
        while self.0.len() > level {
            if let Some(table) = self.0.pop() {
                builder.fill_table(table.block, table.finish());
            }
        }
    }

    /// Ends and begins tables until the text is in that many; gives the innermost.
    fn enter(
        &mut self,
        level: usize,
        builder: &mut Builder,
        budget: &mut Budget,
    ) -> Result<Option<&mut OpenTable>, Fault> {
        self.leave(level, builder);
        while self.0.len() < level.min(MAX_LEVEL) {
            let block = builder.reserve_table(budget)?;
            self.0.push(OpenTable { block, ..OpenTable::default() });
        }
        Ok(self.0.last_mut())
    }
}

impl OpenTable {
    fn finish(mut self) -> Table {
        if !self.text.trim().is_empty() {
            self.cells.push(self.text);
        }
        if !self.cells.is_empty() {
            self.rows.push(Row { definition: RowDefinition::default(), cells: self.cells });
        }
        let columns = columns(&self.rows);
        let mut table = Table::default();
        for row in self.rows {
            row.write(&columns, &mut table);
            table.end_rows(1);
        }
        table
    }
}

/// The left edges of the grid's columns: where cells of any row begin. Empty when the definitions do not fit the cells.
fn columns(rows: &[Row]) -> Vec<i32> {
    if rows.iter().any(|row| row.definition.cells.len() < row.cells.len()) {
        return Vec::new();
    }
    let edges: BTreeSet<i32> = rows.iter().flat_map(|row| row.edges()).collect();
    let mut columns: Vec<i32> = Vec::new();
    for edge in edges {
        if columns.last().is_none_or(|last| edge.saturating_sub(*last) > TOLERANCE) {
            columns.push(edge);
        }
    }
    columns
}

/// The column that an edge stands at.
fn column_at(columns: &[i32], edge: i32) -> u32 {
    let after = columns.partition_point(|column| *column <= edge);
    u32::try_from(after.saturating_sub(1)).unwrap_or(u32::MAX)
}

impl Row {
    fn edges(&self) -> impl Iterator<Item = i32> {
        std::iter::once(self.definition.left).chain(self.definition.cells.iter().map(|cell| cell.right))
    }

    fn write(self, columns: &[i32], table: &mut Table) {
        let definitions = self.definition.cells.iter().copied().map(Some).chain(std::iter::repeat(None));
        let mut left = column_at(columns, self.definition.left);
        table.skip_columns(left);
        for (text, definition) in self.cells.iter().zip(definitions) {
            let cell = definition.unwrap_or_default();
            let right = if columns.is_empty() { left + 1 } else { column_at(columns, cell.right).max(left + 1) };
            let span = right - left;
            left = right;
            if cell.is_merged_left {
                table.widen_cell(span);
            } else if let Some(index) = table.begin_cell(span, cell.vertical) {
                table.write(index, text);
            }
        }
    }
}
