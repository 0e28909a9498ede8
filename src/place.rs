//! Where something stands: the attachment it was found in and the spot inside it.
//!
//! Every answer and most issues carry a [`Place`], so that a correction can name the cell and `why` can walk back
//! to the bytes. The text form is part of the reading contract: `调查表.xlsx!Sheet1!A4`, `材料.zip/表.docx!table 2!B3`,
//! `body!line 4`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of the message's own text as a source, in place of an attachment's path.
pub const BODY: &str = "body";

/// A spot in an attachment or in the body of a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The attachment's path, containers joined with `/`, or [`BODY`].
    pub source: String,
    /// What locates it inside the source.
    pub spot: Spot,
}

/// What locates something inside a document. Rows and columns count from 0; the text form counts as the reader of a
/// document does (`A1`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Spot {
    /// The source as a whole.
    Whole,
    /// A cell of a workbook's sheet.
    Sheet {
        /// The sheet's name.
        name: String,
        /// Row from 0.
        row: u32,
        /// Column from 0.
        column: u32,
    },
    /// A cell of a table in a text document or an HTML body; tables count from 1 in document order, nested ones included.
    Table {
        /// Number of the table, from 1.
        number: u32,
        /// Row from 0.
        row: u32,
        /// Column from 0.
        column: u32,
    },
    /// A cell of a table on a page of a PDF.
    Page {
        /// The page, from 1.
        page: u32,
        /// Which table of the page, from 1.
        table: u32,
        /// Row of that table on that page, from 0.
        row: u32,
        /// Column from 0.
        column: u32,
    },
    /// A line of plain text, or a paragraph of a document outside its tables, from 1.
    Line(u32),
    /// A paragraph of written material on a page or slide, outside its tables.
    Paragraph {
        /// The page or slide, from 1.
        page: u32,
        /// The paragraph among those of the page that hold text, from 1.
        number: u32,
    },
}

impl Spot {
    /// The page or slide, where the format tells it.
    #[must_use]
    pub fn page(&self) -> Option<u32> {
        match self {
            Self::Page { page, .. } | Self::Paragraph { page, .. } => Some(*page),
            Self::Whole | Self::Sheet { .. } | Self::Table { .. } | Self::Line(_) => None,
        }
    }
}

impl Place {
    /// The place that is the source as a whole.
    #[must_use]
    pub fn whole(source: impl Into<String>) -> Self {
        Self { source: source.into(), spot: Spot::Whole }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        if self.spot == Spot::Whole { Ok(()) } else { write!(f, "!{}", self.spot) }
    }
}

/// As it stands behind the source in a place; nothing for the source as a whole.
impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Sheet { name, row, column } => write!(f, "{name}!{}", cell_name(*row, *column)),
            Self::Table { number, row, column } => write!(f, "table {number}!{}", cell_name(*row, *column)),
            Self::Page { page, table, row, column } => {
                write!(f, "page {page}!table {table}!{}", cell_name(*row, *column))
            }
            Self::Line(number) => write!(f, "line {number}"),
            Self::Paragraph { page, number } => write!(f, "page {page}!paragraph {number}"),
        }
    }
}

/// The name of a cell as spreadsheet programs show it: row 3, column 0 is `A4`.
#[must_use]
pub fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    let column: String = letters.iter().rev().collect();
    format!("{column}{}", u64::from(row) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_named_as_the_spreadsheet_shows_it() {
        for (row, column, name) in [(0, 0, "A1"), (3, 25, "Z4"), (9, 26, "AA10"), (0, 701, "ZZ1"), (0, 702, "AAA1")] {
            assert_eq!(cell_name(row, column), name);
        }
    }

    #[test]
    fn a_place_reads_as_the_contract_says() {
        let spot = Spot::Sheet { name: "Sheet1".into(), row: 3, column: 0 };
        assert_eq!(Place { source: "调查表.xlsx".into(), spot }.to_string(), "调查表.xlsx!Sheet1!A4");
        let spot = Spot::Table { number: 2, row: 2, column: 1 };
        assert_eq!(Place { source: "材料.zip/表.docx".into(), spot }.to_string(), "材料.zip/表.docx!table 2!B3");
        let spot = Spot::Page { page: 2, table: 1, row: 2, column: 1 };
        assert_eq!(Place { source: "表.pdf".into(), spot }.to_string(), "表.pdf!page 2!table 1!B3");
        assert_eq!(Place { source: BODY.into(), spot: Spot::Line(4) }.to_string(), "body!line 4");
        let spot = Spot::Paragraph { page: 3, number: 2 };
        assert_eq!(Place { source: "材料.pdf".into(), spot }.to_string(), "材料.pdf!page 3!paragraph 2");
        assert_eq!(Place::whole("a.pdf").to_string(), "a.pdf");
    }
}
