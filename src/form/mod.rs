//! The official form as a file.

use std::collections::BTreeMap;

use crate::survey::Survey;

/// One respondent's row of the form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// What is filled in, by item key.
    pub texts: BTreeMap<String, String>,
    /// What is wrong with it, by item key.
    pub notes: BTreeMap<String, String>,
}

/// The form as a text document.
#[must_use]
pub fn docx(_survey: &Survey, _rows: &[Row]) -> Vec<u8> {
    Vec::new()
}
