//! Where the cells to be marked stand in the bytes of a sheet, or would stand: an empty cell is often not written at all.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::ops::Range;

use super::frame::{Frame, cell};
use crate::document::Fault;
use crate::document::xml::{Element, Node, Xml};

/// A cell to be marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Site {
    /// Row from 0.
    pub(super) row: u32,
    /// Column from 0.
    pub(super) column: u32,
    /// The style that it has.
    pub(super) style: usize,
    /// Where it stands.
    pub(super) spot: Spot,
    /// The end tag that is to follow it: that of an empty row, or list of rows, which is opened for this and others.
    pub(super) closes: Option<String>,
}

/// Where a cell stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spot {
    /// There: the bytes of its tag.
    Tag(Range<usize>),
    /// Its row is there; the cell belongs at this offset.
    InRow(usize),
    /// Its row is not there either, and belongs at this offset.
    InSheet(usize),
}

/// The cells, and what has to be opened for them.
#[derive(Debug, Default)]
pub(super) struct Sites {
    /// In the order of the sheet.
    pub(super) sites: Vec<Site>,
    /// Tags of empty rows, or of an empty list of rows, that are to hold cells.
    pub(super) opened: Vec<Range<usize>>,
}

/// Finds cells.
pub(super) fn find(text: &str, frame: &Frame, wanted: &BTreeSet<(u32, u32)>) -> Result<Sites, Fault> {
    let mut xml = Xml::new(text);
    let mut search = Search {
        text,
        frame,
        wanted: wanted.iter().copied().peekable(),
        found: Sites::default(),
        depth: 0,
        next_row: 0,
        row: None,
        next_column: 0,
        list: None,
    };
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(element) => search.start(&element, &xml.span())?,
            Node::End => search.end(&xml.span()),
            Node::Text(_) => {}
        }
    }
    if search.wanted.peek().is_some() {
        return Err(Fault::Unreadable("a sheet without a list of rows".into()));
    }
    Ok(search.found)
}

struct Search<'a, I: Iterator<Item = (u32, u32)>> {
    text: &'a str,
    frame: &'a Frame,
    wanted: Peekable<I>,
    found: Sites,
    depth: usize,
    /// The tag of the list of rows while it is open.
    list: Option<Range<usize>>,
    row: Option<Row>,
    next_row: u32,
    next_column: u32,
}

/// The row that is open.
struct Row {
    number: u32,
    tag: Range<usize>,
    style: Option<usize>,
}

impl<I: Iterator<Item = (u32, u32)>> Search<'_, I> {
    fn start(&mut self, element: &Element<'_>, span: &Range<usize>) -> Result<(), Fault> {
        self.depth += 1;
        match (self.depth, element.name()) {
            (2, "sheetData") => self.list = Some(span.clone()),
            (3, "row") if self.list.is_some() => self.start_row(element, span)?,
            (4, "c") if self.row.is_some() => self.start_cell(element, span)?,
            _ => {}
        }
        Ok(())
    }

    fn start_row(&mut self, element: &Element<'_>, span: &Range<usize>) -> Result<(), Fault> {
        let number = match element.attribute("r") {
            Some(number) => number.parse::<u32>().ok().and_then(|number| number.checked_sub(1)).ok_or_else(odd)?,
            None => self.next_row,
        };
        if number < self.next_row {
            return Err(odd());
        }
        self.rows_before(Some(number), span.start);
        let has_style = element.attribute("customFormat").is_some_and(|on| on == "1" || on == "true");
        let style = element.attribute("s").filter(|_| has_style).and_then(|style| style.parse().ok());
        self.row = Some(Row { number, tag: span.clone(), style });
        (self.next_row, self.next_column) = (number.saturating_add(1), 0);
        Ok(())
    }

    fn start_cell(&mut self, element: &Element<'_>, span: &Range<usize>) -> Result<(), Fault> {
        let column = match element.attribute("r") {
            Some(name) => cell(&name).ok_or_else(odd)?.1,
            None => self.next_column,
        };
        if column < self.next_column {
            return Err(odd());
        }
        self.cells_before(Some(column), span.start);
        self.next_column = column.saturating_add(1);
        let Some(row) = &self.row else { return Ok(()) };
        if self.wanted.next_if_eq(&(row.number, column)).is_some() {
            let style = element.attribute("s").and_then(|style| style.parse().ok()).unwrap_or(0);
            self.found.sites.push(Site { row: row.number, column, style, spot: Spot::Tag(span.clone()), closes: None });
        }
        Ok(())
    }

    fn end(&mut self, span: &Range<usize>) {
        match self.depth {
            3 => {
                self.cells_before(None, span.start);
                self.row = None;
            }
            2 if self.list.is_some() => {
                self.rows_before(None, span.start);
                self.list = None;
            }
            _ => {}
        }
        self.depth -= 1;
    }

    /// Places the wanted cells of the open row that come before a column, or all that are left of it.
    fn cells_before(&mut self, column: Option<u32>, at: usize) {
        let Some(row) = &self.row else { return };
        let is_before = |wanted: &(u32, u32)| wanted.0 == row.number && column.is_none_or(|column| wanted.1 < column);
        let placed = self.found.sites.len();
        while let Some((number, column)) = self.wanted.next_if(is_before) {
            let style = row.style.unwrap_or_else(|| self.frame.column_style(column));
            let spot = Spot::InRow(at);
            self.found.sites.push(Site { row: number, column, style, spot, closes: None });
        }
        if column.is_none() {
            self.found.open_up(self.text, &row.tag, placed, || format!("</{}row>", self.frame.prefix));
        }
    }

    /// Places the wanted cells in rows that are not there, before a row or all that are left.
    fn rows_before(&mut self, row: Option<u32>, at: usize) {
        let Some(list) = &self.list else { return };
        let is_before = |wanted: &(u32, u32)| row.is_none_or(|row| wanted.0 < row);
        let placed = self.found.sites.len();
        while let Some((number, column)) = self.wanted.next_if(is_before) {
            let style = self.frame.column_style(column);
            let spot = Spot::InSheet(at);
            self.found.sites.push(Site { row: number, column, style, spot, closes: None });
        }
        if row.is_none() {
            self.found.open_up(self.text, list, placed, || format!("</{}sheetData>", self.frame.prefix));
        }
    }
}

impl Sites {
    /// Lets an empty element hold the cells placed since there were so many.
    fn open_up(&mut self, text: &str, tag: &Range<usize>, placed: usize, end: impl Fn() -> String) {
        let is_empty = text.get(tag.clone()).is_some_and(|tag| tag.ends_with("/>"));
        if let Some(last) = self.sites.get_mut(placed..).and_then(<[Site]>::last_mut).filter(|_| is_empty) {
            last.closes = Some(end());
            self.opened.push(tag.clone());
        }
    }
}

/// Programs repair a sheet whose rows or cells are not in order; then no one knows which is which.
fn odd() -> Fault {
    Fault::Unreadable("rows or cells are not in order".into())
}
