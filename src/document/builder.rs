//! Puts together a [`Document`] while a format's reader walks through it: paragraphs, and tables in tables.
//!
//! The reader says what begins and ends, in document order; here the numbers are given, merged cells are joined and
//! nested tables are kept apart. Nothing recurses, so the depth of a hostile file costs memory only as its bytes do.

use std::collections::BTreeMap;

use super::{Block, Budget, Cell, Document, Fault, Format, Grid, Origin, Paragraph};

/// More columns than this no program makes (Word stops at 63); a larger span is a damaged or hostile one.
const MAX_SPAN: u32 = 1_000;

/// How a cell stands to the one above it in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum VerticalMerge {
    /// A cell of its own.
    #[default]
    None,
    /// The top of a merged cell.
    Restart,
    /// Covered by the merged cell above; its own text is not shown.
    Continue,
}

/// A document on its way.
#[derive(Debug, Default)]
pub(super) struct Builder {
    blocks: Vec<Block>,
    paragraphs: u32,
    page: Option<u32>,
    tables: u32,
    open: Vec<OpenTable>,
    line: String,
    has_pictures: bool,
}

/// A table whose end has not come yet.
#[derive(Debug, Default)]
struct OpenTable {
    /// Where its grid stands among the blocks; kept free from the table's beginning, so that a nested one comes after.
    block: usize,
    table: Table,
    cell: OpenCell,
    /// The paragraph that the table interrupts.
    interrupted: String,
}

/// The cells of a table, row by row, merged as they come.
#[derive(Debug, Default)]
pub(super) struct Table {
    cells: Vec<Cell>,
    row: u32,
    column: u32,
    /// Per column, the cell that a [`VerticalMerge::Continue`] below it belongs to.
    merging: BTreeMap<u32, usize>,
}

/// The cell that text goes to.
#[derive(Debug, Default)]
struct OpenCell {
    /// The cell among those of its table; `None` when it is covered by another one.
    index: Option<usize>,
    text: String,
}

impl Builder {
    /// Begins a page or slide.
    pub(super) fn turn_to(&mut self, page: u32) {
        self.page = Some(page);
    }

    /// Adds text to the current paragraph.
    pub(super) fn push(&mut self, text: &str) {
        self.line.push_str(text);
    }

    /// Ends the current paragraph: a line of the open cell, or a paragraph of the document.
    pub(super) fn end_paragraph(&mut self) {
        let line = std::mem::take(&mut self.line);
        match self.open.last_mut() {
            Some(table) => {
                table.cell.text.push_str(&line);
                table.cell.text.push('\n');
            }
            None => self.add_paragraph(&line),
        }
    }

    /// Takes the paragraph that is being written out of the way, for a text box in the middle of it.
    pub(super) fn interrupt(&mut self) -> String {
        std::mem::take(&mut self.line)
    }

    /// Goes on with an interrupted paragraph.
    pub(super) fn resume(&mut self, line: String) {
        if !self.line.trim().is_empty() {
            self.end_paragraph();
        }
        self.line = line;
    }

    /// Begins a table.
    ///
    /// # Errors
    /// [`Fault::TooLarge`] when the message has too many tables and cells.
    pub(super) fn begin_table(&mut self, budget: &mut Budget) -> Result<(), Fault> {
        let interrupted = self.interrupt();
        let block = self.reserve_table(budget)?;
        self.open.push(OpenTable { block, interrupted, ..OpenTable::default() });
        Ok(())
    }

    /// Ends the innermost table.
    pub(super) fn end_table(&mut self) {
        if let Some(table) = self.open.pop() {
            self.fill_table(table.block, table.table);
            self.resume(table.interrupted);
        }
    }

    /// Keeps a place among the blocks for a table that begins here, and gives it its number.
    ///
    /// # Errors
    /// [`Fault::TooLarge`] when the message has too many tables and cells: an empty table counts as a cell.
    pub(super) fn reserve_table(&mut self, budget: &mut Budget) -> Result<usize, Fault> {
        budget.take_cells(1)?;
        self.tables = self.tables.saturating_add(1);
        let origin = Origin::Table { number: self.tables };
        self.blocks.push(Block::Grid(Grid { origin, cells: Vec::new() }));
        Ok(self.blocks.len() - 1)
    }

    /// Gives the table at a reserved place its cells.
    pub(super) fn fill_table(&mut self, block: usize, table: Table) {
        if let Some(Block::Grid(grid)) = self.blocks.get_mut(block) {
            grid.cells = table.cells;
        }
    }

    /// Begins a row. A row that has cells already ends before it, as where one stands within another without a table of its own.
    pub(super) fn begin_row(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        if open.table.has_cells_in_row() {
            open.table.end_rows(1);
        }
        open.table.column = 0;
    }

    /// Ends a row. A row begun and never ended leaves no trace.
    pub(super) fn end_row(&mut self) {
        self.end_rows(1);
    }

    /// Ends a row that stands for several alike.
    pub(super) fn end_rows(&mut self, rows: u32) {
        if let Some(open) = self.open.last_mut() {
            open.table.end_rows(rows);
        }
    }

    /// Leaves columns without a cell.
    pub(super) fn skip_columns(&mut self, columns: u32) {
        if let Some(open) = self.open.last_mut() {
            open.table.skip_columns(columns);
        }
    }

    /// Begins a cell.
    ///
    /// # Errors
    /// [`Fault::TooLarge`] when the message has too many cells.
    pub(super) fn begin_cell(&mut self, span: u32, merge: VerticalMerge, budget: &mut Budget) -> Result<(), Fault> {
        budget.take_cells(1)?;
        if let Some(open) = self.open.last_mut() {
            open.cell = OpenCell { index: open.table.begin_cell(span, merge), text: String::new() };
        }
        Ok(())
    }

    /// Lets the cell begun last cover more rows, where a format says so in advance.
    pub(super) fn span_rows(&mut self, rows: u32) {
        let Some(open) = self.open.last_mut() else { return };
        if let Some(cell) = open.cell.index.and_then(|index| open.table.cells.get_mut(index)) {
            cell.row_span = rows.max(1);
        }
    }

    /// Widens the cell before by one that is merged into it horizontally; text up to the end of that cell is not shown.
    pub(super) fn widen_cell(&mut self, span: u32) {
        if let Some(open) = self.open.last_mut() {
            open.cell = OpenCell::default();
            open.table.widen_cell(span);
        }
    }

    /// Ends the open cell of the innermost table.
    pub(super) fn end_cell(&mut self) {
        if !self.line.is_empty() {
            self.end_paragraph();
        }
        let Some(open) = self.open.last_mut() else { return };
        let OpenCell { index, text } = std::mem::take(&mut open.cell);
        if let Some(index) = index {
            open.table.write(index, &text);
        }
    }

    /// Notes that the document shows a picture.
    pub(super) fn picture(&mut self) {
        self.has_pictures = true;
    }

    /// How many paragraphs outside tables have ended.
    pub(super) fn paragraphs(&self) -> u32 {
        self.paragraphs
    }

    /// Table, row and column of the cell that is open; none when a merged one covers it.
    pub(super) fn open_cell(&self) -> Option<(u32, u32, u32)> {
        let open = self.open.last()?;
        let cell = open.table.cells.get(open.cell.index?)?;
        match self.blocks.get(open.block)? {
            Block::Grid(Grid { origin: Origin::Table { number }, .. }) => Some((*number, cell.row, cell.column)),
            _ => None,
        }
    }

    /// Whether anything a reader could see has come so far.
    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.line.trim().is_empty() && !self.has_pictures
    }

    /// The document.
    pub(super) fn finish(mut self, source: &str, format: Format) -> Document {
        while !self.open.is_empty() {
            self.end_cell();
            self.end_table();
        }
        if !self.line.is_empty() {
            self.end_paragraph();
        }
        Document { source: source.to_owned(), format, blocks: self.blocks, has_pictures: self.has_pictures }
    }

    /// An empty paragraph is counted, so that the numbers are those a reader counts, but holds nothing to keep.
    fn add_paragraph(&mut self, line: &str) {
        self.paragraphs = self.paragraphs.saturating_add(1);
        if !line.trim().is_empty() {
            let paragraph = Paragraph { text: line.trim_end().to_owned(), number: self.paragraphs, page: self.page };
            self.blocks.push(Block::Paragraph(paragraph));
        }
    }
}

impl Table {
    /// Begins a cell at the next column. Returns where its text belongs; `None` when a merged cell above covers it.
    pub(super) fn begin_cell(&mut self, span: u32, merge: VerticalMerge) -> Option<usize> {
        let column = self.column;
        let column_span = span.clamp(1, MAX_SPAN);
        self.column = column.saturating_add(column_span);
        if merge == VerticalMerge::Continue && self.continue_cell(column) {
            return None;
        }
        let ended: Vec<u32> = self.merging.range(column..self.column).map(|(column, _)| *column).collect();
        for column in ended {
            self.merging.remove(&column);
        }
        if merge == VerticalMerge::Restart {
            self.merging.insert(column, self.cells.len());
        }
        self.cells.push(Cell { row: self.row, column, row_span: 1, column_span, ..Cell::default() });
        Some(self.cells.len() - 1)
    }

    /// Sets a cell's text.
    pub(super) fn write(&mut self, index: usize, text: &str) {
        if let Some(cell) = self.cells.get_mut(index) {
            text.trim().clone_into(&mut cell.text);
        }
    }

    /// Widens the last cell of the row by columns merged into it.
    pub(super) fn widen_cell(&mut self, span: u32) {
        let span = span.clamp(1, MAX_SPAN);
        self.column = self.column.saturating_add(span);
        if let Some(cell) = self.cells.last_mut().filter(|cell| cell.row == self.row) {
            cell.column_span = cell.column_span.saturating_add(span);
        }
    }

    fn has_cells_in_row(&self) -> bool {
        self.cells.last().is_some_and(|cell| cell.row == self.row)
    }

    /// Leaves columns without a cell.
    pub(super) fn skip_columns(&mut self, columns: u32) {
        self.column = self.column.saturating_add(columns.min(MAX_SPAN));
    }

    /// Goes on at the first column, the given number of rows below.
    pub(super) fn end_rows(&mut self, rows: u32) {
        self.row = self.row.saturating_add(rows);
        self.column = 0;
    }

    /// Lets the merged cell above cover this row as well; false when there is none.
    fn continue_cell(&mut self, column: u32) -> bool {
        let row = self.row;
        let Some(cell) = self.merging.get(&column).and_then(|index| self.cells.get_mut(*index)) else { return false };
        cell.row_span = row.saturating_sub(cell.row).saturating_add(1);
        true
    }
}

/// Columns that cells of the rows above still cover, for models that leave covered cells out of the rows below.
#[derive(Debug, Default)]
pub(super) struct Covered(Vec<Span>);

#[derive(Debug)]
struct Span {
    from: u32,
    to: u32,
    /// Rows still to come, this one included.
    rows: u32,
}

impl Covered {
    /// The first column from here on that is free in this row.
    pub(super) fn next_free(&self, column: u32) -> u32 {
        let mut free = column;
        while let Some(span) = self.0.iter().find(|span| span.rows > 0 && span.from <= free && free < span.to) {
            free = span.to;
        }
        free
    }

    /// Notes a cell of this row that covers so many rows.
    pub(super) fn cover(&mut self, from: u32, to: u32, rows: u32) {
        if rows > 1 {
            self.0.push(Span { from, to, rows });
        }
    }

    /// Goes on to the next row.
    pub(super) fn end_row(&mut self) {
        for span in &mut self.0 {
            span.rows -= 1;
        }
        self.0.retain(|span| span.rows > 0);
    }
}
