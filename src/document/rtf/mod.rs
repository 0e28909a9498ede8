//! Rich Text Format, as Word, WPS and LibreOffice write it (RTF specification 1.9.1).
//!
//! An own reader, since the libraries at hand lose the grid or keep what was struck out: cells are told apart by their
//! edges, merged ones joined, tables in tables kept apart; deleted and hidden text, numbers of lists, notes and headers
//! are left out.

mod characters;
mod encapsulated;
mod reader;
mod tables;
mod tokens;
mod words;

#[cfg(test)]
mod tests;

use super::{Budget, Document, Fault, html};
use reader::Reader;
use tokens::Tokens;

/// Reads an .rtf file.
///
/// # Errors
/// [`Fault::Unreadable`] when it breaks off, [`Fault::TooLarge`] when a limit breaks.
pub(super) fn read(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    if let Some(page) = encapsulated::html(bytes) {
        return html::read(source, &page, budget);
    }
    let mut reader = Reader::new(budget);
    for token in Tokens::new(bytes) {
        reader.token(token)?;
        if reader.is_closed {
            break;
        }
    }
    reader.finish(source)
}
