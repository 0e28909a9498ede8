//! An attachment's bytes become a [`Document`]: grids of cells and lines of prose, each with its place.
//!
//! The content decides what a file is, never its name or declared type ([`sniff`]). Containers are opened under
//! limits ([`Budget`]); what cannot be read is a [`Fault`]. Nothing here knows a survey.

mod builder;
mod container;
mod delimited;
pub(crate) mod docx;
mod html;
mod mht;
mod odt;
mod ole;
mod package;
pub(crate) mod parts;
mod pdf;
mod picture;
mod pptx;
mod rar;
mod rtf;
mod sevenz;
mod sheet;
mod sniff;
mod text;
mod tnef;
mod word;
pub(crate) mod xml;

#[cfg(test)]
mod archive_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::place::{BODY, Place, Spot};

use package::Package;
pub use picture::{MOST_PICTURES, is_ornament, pictures};
use sniff::Kind;

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Text and tables.
    Document(Document),
    /// A container's members, in its order, litter left out, each opened or not as its own name and bytes say.
    Container(Vec<Member>),
    /// A message inside the message (`.eml`), to be parsed by [`crate::mail`].
    Message(Vec<u8>),
    /// A picture. Kept; never read here.
    Picture,
    /// Files that programs leave behind (`Thumbs.db`, `~$…`), passed over without a word.
    Litter,
}

/// One member of a container.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Path inside the container, with `/`, decoded (GBK names too).
    pub name: String,
    /// Its bytes, or why they could not be had.
    pub bytes: Result<Vec<u8>, Fault>,
}

/// Why a file could not be read. Becomes the issue of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// It asks for a password.
    Encrypted,
    /// Damaged, truncated or empty; the cause in a few words.
    Unreadable(String),
    /// A format that is not read; its name, such as `OFD`.
    Unsupported {
        /// The format's name.
        format: String,
        /// Whether files of this format commonly hold tables or documents (OFD, XLSB), so that the survey's table could be
        /// in there unread.
        could_hold_table: bool,
    },
    /// Over a limit; which one in a few words.
    TooLarge(String),
}

/// Text and tables of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Path in the message, containers joined with `/`; [`crate::place::BODY`] for the message's own text.
    pub source: String,
    /// The format that the content showed.
    pub format: Format,
    /// Paragraphs and grids in document order.
    pub blocks: Vec<Block>,
    /// Whether it holds pictures (a document with nothing else is a scan).
    pub has_pictures: bool,
}

/// Formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are the formats'")]
pub enum Format {
    Xlsx,
    Xls,
    Ods,
    Docx,
    Doc,
    Rtf,
    Odt,
    Pdf,
    Delimited,
    Html,
    Text,
    /// A web page saved as one file.
    Mht,
    Pptx,
    /// XML Spreadsheet 2003.
    XmlSheet,
    /// A Word document as one XML file.
    WordXml,
}

/// A piece of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A paragraph or line outside tables.
    Paragraph(Paragraph),
    /// A table or sheet.
    Grid(Grid),
}

/// A paragraph or line outside tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Its text, line breaks as `\n`; automatic list numbers are no characters of it.
    pub text: String,
    /// Number from 1 in the document, counting paragraphs outside tables.
    pub number: u32,
    /// The page or slide it stands on, from 1, where the format tells it.
    pub page: Option<u32>,
}

/// A table of any format: cells at rows and columns, merged ones with their spans.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Which table of the document it is.
    pub origin: Origin,
    /// Its cells, by row, then column. A merged cell stands once, at its top left; places it covers have no cell.
    /// Cells without text may be left out.
    pub cells: Vec<Cell>,
}

/// Which table of a document a grid is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A workbook's sheet.
    Sheet {
        /// The sheet's name.
        name: String,
        /// Whether the program hides it.
        hidden: bool,
    },
    /// A table in a text document or HTML; numbered from 1 in document order, nested ones included. A table nested in
    /// a cell is a grid of its own, and the cell's text leaves it out.
    Table {
        /// Its number.
        number: u32,
    },
    /// A table on the pages of a PDF: which rows stand on which page, from the first on.
    Pages(Vec<PagePart>),
}

/// The rows of a table that stand on one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PagePart {
    /// The first of them, as a row of the grid.
    pub row: u32,
    /// The first of their columns there, as a column of the grid: a wide table is printed in strips.
    pub column: u32,
    /// The page, from 1.
    pub page: u32,
    /// Which table of the page it is, from 1.
    pub table: u32,
    /// Rows that stand above on the page and are none of the grid: a repeated header, the rest of a broken row.
    pub skipped: u32,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// Row from 0.
    pub row: u32,
    /// Column from 0, counted with spans (as a grid, not as the n-th cell of the row).
    pub column: u32,
    /// Rows it covers, at least 1.
    pub row_span: u32,
    /// Columns it covers, at least 1.
    pub column_span: u32,
    /// Its text as the program shows it: a number under the format `0"万元"` reads `1200万元`.
    pub text: String,
    /// Whether it is stored as a number, so that the text is a rendering of it.
    pub is_number: bool,
}

impl Grid {
    /// The place of a cell of this grid in the given source.
    #[must_use]
    pub fn place(&self, source: &str, row: u32, column: u32) -> Place {
        let spot = match &self.origin {
            Origin::Sheet { name, .. } => Spot::Sheet { name: name.clone(), row, column },
            Origin::Table { number } => Spot::Table { number: *number, row, column },
            Origin::Pages(parts) => match parts.iter().rev().find(|part| part.row <= row && part.column <= column) {
                Some(part) => Spot::Page {
                    page: part.page,
                    table: part.table,
                    row: row - part.row + part.skipped,
                    column: column - part.column,
                },
                None => Spot::Whole,
            },
        };
        Place { source: source.to_owned(), spot }
    }

    /// Rows and columns that the cells cover.
    #[must_use]
    pub fn extent(&self) -> (u32, u32) {
        self.cells.iter().fold((0, 0), |(rows, columns), cell| {
            (
                rows.max(cell.row.saturating_add(cell.row_span)),
                columns.max(cell.column.saturating_add(cell.column_span)),
            )
        })
    }
}

/// Bounds on what one message may cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of the raw message.
    pub message: u64,
    /// Bytes of all that is unpacked.
    pub unpacked: u64,
    /// Members of all containers together.
    pub entries: u32,
    /// Containers in one another.
    pub depth: u32,
    /// Cells of all grids together.
    pub cells: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { message: 50 << 20, unpacked: 256 << 20, entries: 2_000, depth: 4, cells: 2_000_000 }
    }
}

/// What is left of the [`Limits`] while one message is read. Every reader takes from it before it allocates.
#[derive(Debug, Clone)]
pub struct Budget {
    limits: Limits,
    unpacked: u64,
    entries: u32,
    cells: u32,
}

impl Budget {
    /// A fresh budget.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, unpacked: 0, entries: 0, cells: 0 }
    }

    /// The limits it was made of.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Bytes that may still be unpacked.
    #[must_use]
    pub fn unpacked_left(&self) -> u64 {
        self.limits.unpacked.saturating_sub(self.unpacked)
    }

    /// Takes unpacked bytes.
    ///
    /// # Errors
    /// [`Fault::TooLarge`] when there are not so many left.
    pub fn take_unpacked(&mut self, bytes: u64) -> Result<(), Fault> {
        self.unpacked = self.unpacked.saturating_add(bytes);
        if self.unpacked > self.limits.unpacked { Err(Fault::TooLarge("unpacked size".into())) } else { Ok(()) }
    }

    /// Takes members of a container.
    ///
    /// # Errors
    /// [`Fault::TooLarge`] when there are not so many left.
    pub fn take_entries(&mut self, entries: u32) -> Result<(), Fault> {
        self.entries = self.entries.saturating_add(entries);
        if self.entries > self.limits.entries { Err(Fault::TooLarge("number of members".into())) } else { Ok(()) }
    }

    /// Takes cells of a grid.
    ///
    /// # Errors
    /// [`Fault::TooLarge`] when there are not so many left.
    pub fn take_cells(&mut self, cells: u32) -> Result<(), Fault> {
        self.cells = self.cells.saturating_add(cells);
        if self.cells > self.limits.cells { Err(Fault::TooLarge("number of cells".into())) } else { Ok(()) }
    }
}

/// Opens one file by its content.
///
/// `source` is its path in the message, containers joined with `/`. The depth of containers is the caller's to count.
///
/// # Errors
/// [`Fault`] says why it could not be read.
pub fn open(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Content, Fault> {
    if container::is_litter(source) {
        return Ok(Content::Litter);
    }
    let document = match sniff::identify(bytes, budget)? {
        Kind::Docx => docx::read(source, bytes, budget),
        Kind::Doc => word::read(source, bytes, budget),
        Kind::Odt => odt::read(source, bytes, budget),
        Kind::Rtf => rtf::read(source, bytes, budget),
        Kind::Pdf => pdf::read(source, bytes, budget),
        Kind::Xlsx => sheet::xlsx(source, bytes, budget),
        Kind::Xls => sheet::xls(source, bytes, budget),
        Kind::Ods => sheet::ods(source, bytes, budget),
        Kind::Pptx => pptx::read(source, bytes, budget),
        Kind::XmlSheet => sheet::xml(source, bytes, budget),
        Kind::WordXml => docx::flat::read(source, bytes, budget),
        Kind::Mht => mht::read(source, bytes, budget),
        Kind::Html => html::read(source, &html::decode(bytes), budget),
        Kind::Plain => plain(source, bytes, budget),
        Kind::Zip => return container::zip(Package::open(bytes)?, budget),
        Kind::SevenZip => return sevenz::open(source, bytes, budget),
        Kind::Rar => return rar::open(bytes, budget),
        Kind::Tnef => return tnef::open(bytes, budget),
        Kind::Message => return Ok(Content::Message(bytes.to_vec())),
        Kind::Picture => return Ok(Content::Picture),
        Kind::Litter => return Ok(Content::Litter),
        Kind::Unsupported { format, could_hold_table } => {
            return Err(Fault::Unsupported { format: format.to_owned(), could_hold_table });
        }
    };
    document.map(Content::Document)
}

/// Opens one file by its content if other files are in it: an archive or a mail. None for every other file, readable or not.
///
/// # Errors
/// [`Fault`] says why its files could not be taken out.
pub fn unpack(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Option<Content>, Fault> {
    // Looking costs nothing of the budget: opening looks again.
    match sniff::identify(bytes, &mut budget.clone()) {
        Ok(Kind::Zip | Kind::SevenZip | Kind::Rar | Kind::Tnef | Kind::Message) => {
            open(source, bytes, budget).map(Some)
        }
        _ => Ok(None),
    }
}

/// Whether a file is a message in rich text (`winmail.dat`), whose member [`BODY`] is its text.
#[must_use]
pub fn is_tnef(bytes: &[u8]) -> bool {
    bytes.starts_with(tnef::SIGNATURE)
}

/// A file without a signature: a delimited table, a text, or nothing that can be read.
fn plain(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    let Some(text) = text::decode(bytes) else {
        return Err(Fault::Unsupported { format: "unknown".into(), could_hold_table: false });
    };
    let table = delimited::read(source, &text, budget)?;
    Ok(table.unwrap_or_else(|| text::read(source, &text)))
}

/// A text file of which it is known that it is a table with delimited fields, which [`open`] can only guess.
///
/// # Errors
/// [`Fault`] says why it could not be read.
pub fn delimited_table(bytes: &[u8], budget: &mut Budget) -> Result<Grid, Fault> {
    let unknown = || Fault::Unsupported { format: "unknown".into(), could_hold_table: false };
    delimited::declared(&text::decode(bytes).ok_or_else(unknown)?, budget)
}

/// The message's own HTML as a document with source [`crate::place::BODY`].
///
/// # Errors
/// [`Fault::TooLarge`] when its cells or its nesting break the limits.
pub fn html_body(html: &str, budget: &mut Budget) -> Result<Document, Fault> {
    html::read(BODY, html, budget)
}

/// The message's own plain text as a document with source [`crate::place::BODY`], a paragraph a line.
#[must_use]
pub fn text_body(text: &str) -> Document {
    text::read(BODY, text)
}

/// The same with grids where lines with tabs follow one another: a table pasted from a workbook into a mail without HTML.
///
/// # Errors
/// [`Fault::TooLarge`] when the grids have more cells than the budget.
pub fn tabbed_body(text: &str, budget: &mut Budget) -> Result<Document, Fault> {
    delimited::with_grids(text_body(text), budget)
}
