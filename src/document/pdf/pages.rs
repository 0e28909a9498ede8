//! Pages become one document: a table that goes on over the next page is one table, a row that breaks there one row.

use super::lattice::Field;
use super::lines;
use super::sheet::{Filling, Part, Sheet, Table};
use crate::document::{Block, Cell, Grid, Origin, PagePart, Paragraph};

/// How far columns of one table may be apart on two pages, in points.
const NEAR: f64 = 4.0;
/// Characters that may stand between two pages of one table: page numbers, a running title.
const BETWEEN: usize = 30;
/// Less room than so many lines below a text means that it may go on over the page.
const FULL: f64 = 2.5;

/// A table on its way over the pages.
struct Growing {
    grid: Grid,
    parts: Vec<PagePart>,
    columns: Vec<f64>,
    /// How many rows it has so far.
    rows: u32,
    /// Text of its first rows, to know a header that is repeated.
    head: Vec<Vec<String>>,
    /// Its last row, where a broken one may go on.
    last: Vec<Ending>,
    /// Whether no line stands below that, although one stands above the table's first row: it goes on over the page.
    is_open: bool,
    /// Whether its first row has no line above it: a table without a frame says nothing by a line that lacks.
    frameless: bool,
    /// Characters of the lines since its end.
    since: usize,
    /// Where its grid stands among the blocks.
    block: usize,
    page: u32,
}

/// A cell of a table's last row.
struct Ending {
    /// Among the grid's cells.
    index: usize,
    column: usize,
    /// What stands in it on its page.
    filling: Filling,
}

/// Puts the pages' paragraphs and tables together; nothing when a row breaks over a page and its rest cannot be told.
pub(super) fn join(sheets: Vec<Sheet>) -> Option<Vec<Block>> {
    let mut joining = Joining { blocks: Vec::new(), paragraphs: 0, growing: None, in_doubt: false };
    for (page, sheet) in (1_u32..).zip(sheets) {
        joining.sheet(page, sheet);
    }
    joining.end();
    (!joining.in_doubt).then_some(joining.blocks)
}

struct Joining {
    blocks: Vec<Block>,
    paragraphs: u32,
    growing: Option<Growing>,
    /// Whether the rest of a broken row was not found.
    in_doubt: bool,
}

impl Joining {
    fn sheet(&mut self, page: u32, sheet: Sheet) {
        for part in sheet.parts {
            match part {
                Part::Paragraph { text, .. } => self.paragraph(page, text),
                Part::Table(table) => self.table(page, &table),
            }
        }
    }

    fn paragraph(&mut self, page: u32, text: String) {
        self.paragraphs += 1;
        if let Some(growing) = &mut self.growing {
            growing.since += text.chars().filter(|c| !c.is_whitespace()).count();
        }
        self.blocks.push(Block::Paragraph(Paragraph { text, number: self.paragraphs, page: Some(page) }));
    }

    fn table(&mut self, page: u32, table: &Table) {
        if let Some(growing) = self.growing.as_mut().filter(|growing| growing.may_go_on(page, table)) {
            self.in_doubt |= !growing.add(page, table);
            return;
        }
        self.in_doubt |= self.growing.as_ref().is_some_and(|growing| growing.runs_into_header(table));
        self.end();
        let mut growing = Growing {
            grid: Grid { origin: Origin::Pages(Vec::new()), cells: Vec::new() },
            parts: Vec::new(),
            columns: table.lattice.columns.clone(),
            rows: 0,
            head: head(table),
            last: Vec::new(),
            is_open: false,
            frameless: table.lattice.open_above,
            since: 0,
            block: self.blocks.len(),
            page,
        };
        growing.append(table, 0);
        self.blocks.push(Block::Grid(Grid { origin: Origin::Pages(Vec::new()), cells: Vec::new() }));
        self.growing = Some(growing);
    }

    fn end(&mut self) {
        let Some(growing) = self.growing.take() else { return };
        if let Some(block) = self.blocks.get_mut(growing.block) {
            *block = Block::Grid(Grid { origin: Origin::Pages(growing.parts), cells: growing.grid.cells });
        }
    }
}

impl Growing {
    /// Whether the first table of a page is this one going on: the same columns, hardly a word between, and no new form of
    /// the same kind.
    fn may_go_on(&self, page: u32, table: &Table) -> bool {
        let columns = &table.lattice.columns;
        let alike = columns.len() == self.columns.len()
            && columns.iter().zip(&self.columns).all(|(one, other)| (one - other).abs() <= NEAR);
        let begins_anew = self.repeated(table) == 0 && shares_first_label(&self.head, &head(table));
        let follows = page == self.page + 1 || Some(page) == self.parts.iter().map(|part| part.page + 1).max();
        follows && alike && self.since <= BETWEEN && !begins_anew
    }

    /// Whether a page repeats the header with the rest of a broken row in its cells: some programs print it so.
    fn runs_into_header(&self, table: &Table) -> bool {
        let (known, rows) = (self.head.first(), head(table));
        let (Some(known), Some(row)) = (known, rows.first()) else { return false };
        let begins_alike = row.iter().zip(known).all(|(text, label)| text.starts_with(label.as_str()));
        let has_more = row.iter().zip(known).any(|(text, label)| !label.is_empty() && text.len() > label.len());
        known.len() > 1 && known.len() == row.len() && begins_alike && has_more
    }

    /// How many of its first rows a page repeats as its header.
    fn repeated(&self, table: &Table) -> usize {
        let rows = head(table);
        let same = rows.iter().zip(&self.head).take_while(|(one, other)| one == other).count();
        // A table of nothing but its header is the same table again.
        if same >= rows.len() { 0 } else { same }
    }

    /// Adds the next page's rows. False when a row that goes on there could not be put together.
    fn add(&mut self, page: u32, table: &Table) -> bool {
        let repeated = self.repeated(table);
        let broken = self.broken_row(table, repeated);
        let is_whole = !self.is_open || !broken.is_empty();
        for (index, more, rows) in &broken {
            if let Some(cell) = self.grid.cells.get_mut(*index) {
                cell.text.push_str(more);
                cell.row_span += number_of(*rows);
            }
        }
        self.append(table, repeated + usize::from(!broken.is_empty()));
        (self.page, self.since) = (page, 0);
        is_whole
    }

    /// What the last row's cells go on with, when the row broke over the page, and how many rows more they cover there. Every
    /// cell that goes on was full to the end of its page; and either another one has ended, or each broke in its line. Where no
    /// line ends the row on either page, it did break.
    fn broken_row(&self, table: &Table, row: usize) -> Vec<(usize, String, usize)> {
        let is_open = self.is_open && (table.lattice.open_above || row > 0);
        let (mut goes_on, mut has_ended, mut breaks_lines) = (Vec::new(), false, true);
        for (field, filling) in table.row(row) {
            let Some(ending) = self.last.iter().find(|ending| ending.column == field.column) else { return Vec::new() };
            let before = &ending.filling;
            let more = match (before.lines.last(), filling.lines.first()) {
                (None, None) => String::new(),
                (Some(_), None) => {
                    has_ended = true;
                    String::new()
                }
                (None, Some(_)) if is_open => filling.text.clone(),
                (Some(last), Some(first)) if is_open || before.room <= FULL => {
                    let breaks = lines::goes_on(last, first, before.width);
                    breaks_lines &= breaks;
                    let seam = if breaks { lines::seam(last, first, before.width) } else { "\n" };
                    format!("{seam}{}", filling.text)
                }
                (_, Some(_)) => return Vec::new(),
            };
            goes_on.push((ending.index, more, field.row_span - 1));
        }
        let adds = goes_on.iter().any(|(_, more, _)| !more.is_empty());
        if adds && (is_open || has_ended || breaks_lines) { goes_on } else { Vec::new() }
    }

    /// Adds the rows of a page, the first ones left out.
    fn append(&mut self, table: &Table, skip: usize) {
        let below = number_of(table.lattice.rows.len()).saturating_sub(1);
        let skip = number_of(skip);
        self.parts.extend(table.strips.iter().map(|strip| PagePart {
            row: self.rows,
            column: number_of(strip.column),
            page: strip.page,
            table: strip.table,
            skipped: skip,
        }));
        let mut last = Vec::new();
        for (field, filling) in table.lattice.fields.iter().zip(&table.cells) {
            let Some(row) = number_of(field.row).checked_sub(skip) else { continue };
            if field.row + field.row_span + 1 == table.lattice.rows.len() {
                let (index, filling) = (self.grid.cells.len(), filling.clone());
                last.push(Ending { index, column: field.column, filling });
            }
            self.grid.cells.push(cell(self.rows + row, field, filling.text.clone()));
        }
        if below > skip {
            self.last = last;
            self.is_open = table.lattice.open_below && !self.frameless;
        }
        self.rows += below.saturating_sub(skip);
    }
}

fn cell(row: u32, field: &Field, text: String) -> Cell {
    Cell {
        row,
        column: number_of(field.column),
        row_span: number_of(field.row_span),
        column_span: number_of(field.column_span),
        text,
        is_number: false,
    }
}

fn number_of(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The texts of a table's rows, without white space.
fn head(table: &Table) -> Vec<Vec<String>> {
    let rows = table.lattice.rows.len().saturating_sub(1);
    let text = |filling: &Filling| filling.text.split_whitespace().collect();
    (0..rows).map(|row| table.row(row).map(|(_, filling)| text(filling)).collect()).collect()
}

/// Whether two tables begin with the same label, so that the second is another form of the same kind.
fn shares_first_label(one: &[Vec<String>], other: &[Vec<String>]) -> bool {
    let first =
        |rows: &[Vec<String>]| rows.first().and_then(|row| row.first()).cloned().filter(|text| !text.is_empty());
    first(one).is_some() && first(one) == first(other)
}
