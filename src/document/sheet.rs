//! Workbooks.

use super::{Budget, Document, Fault};

/// Reads an Excel workbook (OOXML).
pub(super) fn xlsx(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    let _ = (source, bytes, budget);
    todo!()
}

/// Reads an Excel workbook (BIFF).
pub(super) fn xls(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    let _ = (source, bytes, budget);
    todo!()
}

/// Reads an OpenDocument workbook.
pub(super) fn ods(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    let _ = (source, bytes, budget);
    todo!()
}
