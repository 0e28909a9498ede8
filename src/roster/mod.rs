//! The roster: the file that says who is invited to a survey becomes [`Invited`] respondents, and [`Fault`]s with row and remedy.
//!
//! A roster is a table with a heading row, as CSV (UTF-8 or GBK) or as a workbook, written by hand in an office; so columns are known
//! by the names that offices use ([`columns`]), and every column that is not known becomes a tag. A file with an error is taken as
//! a whole or not at all: half a roster would say of the other half that it is not invited any more.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::document::{self, Block, Budget, Content, Format, Grid, Limits};

mod columns;
mod compare;
mod row;
#[cfg(test)]
mod tests;

pub use columns::{Column, TEMPLATE};

/// A respondent that is invited to a survey.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Invited {
    /// Its name as the roster writes it.
    pub name: String,
    /// Names that it had before, or is called by besides.
    pub former_names: Vec<String>,
    /// Unified social credit code, 18 characters.
    pub credit_code: Option<String>,
    /// Addresses that it is written to.
    pub addresses: Vec<String>,
    /// The person to ask there; may be empty.
    pub contact: String,
    /// Telephone number as the roster writes it; may be empty.
    pub phone: String,
    /// Whether it is a key enterprise, of which written material is expected.
    pub is_key: bool,
    /// Whatever else the roster says of it, by heading: 所属镇街, 行业, 规模.
    pub tags: BTreeMap<String, String>,
}

/// Something wrong with a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Row of the table from 1, the heading included; 0 for the file as a whole.
    pub row: u32,
    /// What is wrong, and what mends it.
    pub message: String,
    /// Whether the roster can be used all the same.
    pub is_warning: bool,
}

impl Fault {
    fn error(row: u32, message: impl Into<String>) -> Self {
        Self { row, message: message.into(), is_warning: false }
    }

    fn warning(row: u32, message: impl Into<String>) -> Self {
        Self { row, message: message.into(), is_warning: true }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.row > 0 { write!(f, "row {}: {}", self.row, self.message) } else { f.write_str(&self.message) }
    }
}

/// What a roster file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roster {
    /// The invited respondents in the file's order.
    pub invited: Vec<Invited>,
    /// The row of each of them in the table.
    rows: Vec<u32>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

impl Roster {
    /// Whether it can be used: no fault is more than a warning.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.faults.iter().all(|fault| fault.is_warning)
    }

    fn broken(message: impl Into<String>) -> Self {
        Self { faults: vec![Fault::error(0, message)], ..Self::default() }
    }
}

/// Reads a roster file. Its content decides what it is; `name` only names it.
#[must_use]
pub fn read(name: &str, bytes: &[u8]) -> Roster {
    let grids = match open(name, bytes) {
        Ok(Some(grids)) => grids,
        Ok(None) => return Roster::broken("this is no table; give a .csv or .xlsx file with a heading row"),
        Err(fault) => return Roster::broken(format!("it cannot be read ({}); save it again as .xlsx", cause(&fault))),
    };
    let headed = grids.iter().map(rows).find_map(|rows| {
        let at = rows.iter().position(|row| columns::is_heading(&row.cells))?;
        Some((rows, at))
    });
    let Some((rows, at)) = headed else {
        return Roster::broken("no row of it is a heading with the column 企业名称 (name); write the headings first");
    };
    let mut rows = rows.into_iter().skip(at);
    let heading = rows.next().unwrap_or_default();
    match columns::columns(&heading.cells) {
        Ok(columns) => row::all(&columns, rows),
        Err(message) => Roster { faults: vec![Fault::error(heading.number, message)], ..Roster::default() },
    }
}

fn cause(fault: &document::Fault) -> String {
    match fault {
        document::Fault::Encrypted => "it asks for a password".to_owned(),
        document::Fault::Unreadable(why) | document::Fault::TooLarge(why) => why.clone(),
        document::Fault::Unsupported { format, .. } => format!("the format {format} is not read"),
    }
}

/// A row of a table.
#[derive(Debug, Default)]
struct Row {
    /// Its number from 1.
    number: u32,
    /// Its texts by column.
    cells: Vec<String>,
}

/// The tables of a file; none when it is no such file.
fn open(name: &str, bytes: &[u8]) -> Result<Option<Vec<Grid>>, document::Fault> {
    let mut budget = Budget::new(Limits::default());
    let Content::Document(document) = document::open(name, bytes, &mut budget)? else { return Ok(None) };
    if matches!(document.format, Format::Text | Format::Delimited) {
        return document::delimited_table(bytes, &mut budget).map(|grid| Some(vec![grid]));
    }
    let grid = |block| match block {
        Block::Grid(grid) => Some(grid),
        Block::Paragraph(_) => None,
    };
    Ok(Some(document.blocks.into_iter().filter_map(grid).collect()))
}

fn rows(grid: &Grid) -> Vec<Row> {
    let mut by_number: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    for cell in &grid.cells {
        by_number.entry(cell.row).or_default().insert(cell.column, cell.text.clone());
    }
    let row = |(number, mut texts): (u32, BTreeMap<u32, String>)| {
        let last = texts.keys().next_back().copied().unwrap_or_default();
        let cells = (0..=last).map(|column| texts.remove(&column).unwrap_or_default()).collect();
        Row { number: number + 1, cells }
    };
    by_number.into_iter().map(row).collect()
}
