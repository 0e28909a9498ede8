//! The official form as a file: blank for a letter that goes out, filled in with what was read and its faulty cells marked, or as a
//! summary of many returns.
//!
//! `layout` says what stands where, once for both formats; `docx` and `xlsx` write it, and `hint` has the words that tell what to
//! write. Whatever is written here is read again by [`crate::reading`] as it was filled in, and a blank form as blank. The same
//! survey and rows give the same bytes.

use std::collections::BTreeMap;

use crate::survey::Survey;

mod docx;
mod hint;
mod layout;
mod xlsx;

pub(crate) use xlsx::{clip, fitted};

#[cfg(test)]
mod office_tests;
#[cfg(test)]
mod tests;

/// The colour of cells that are not to be filled in, as red, green and blue.
const GREY: u32 = 0x00F2_F2F2;

/// One respondent's row of the form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// What is filled in, by item key.
    pub texts: BTreeMap<String, String>,
    /// What is wrong with it, by item key: one sentence that says what to write.
    pub notes: BTreeMap<String, String>,
}

/// Many returns in the form's look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The title.
    pub title: String,
    /// A row for each return, a text for each item.
    pub rows: Vec<Vec<String>>,
    /// The notes below the table.
    pub lines: Vec<String>,
    /// The day that the file says it was made.
    pub day: jiff::civil::Date,
}

/// The form as a Word document, a row for each of `rows`; without rows the blank form.
#[must_use]
pub fn docx(survey: &Survey, rows: &[Row]) -> Vec<u8> {
    docx::write(&layout::layout(survey, rows))
}

/// The form as an Excel workbook, a row for each of `rows`; without rows the blank form.
#[must_use]
pub fn xlsx(survey: &Survey, rows: &[Row]) -> Vec<u8> {
    xlsx::write(&layout::layout(survey, rows))
}

/// A summary as a Word document.
#[must_use]
pub fn summary_docx(survey: &Survey, summary: &Summary) -> Vec<u8> {
    docx::write(&layout::summary(survey, summary))
}

/// A summary as an Excel workbook.
#[must_use]
pub fn summary_xlsx(survey: &Survey, summary: &Summary) -> Vec<u8> {
    xlsx::write(&layout::summary(survey, summary))
}
