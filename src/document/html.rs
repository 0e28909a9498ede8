//! HTML.

use super::{Budget, Document, Fault};

/// Reads HTML.
pub(super) fn read(source: &str, html: &str, budget: &mut Budget) -> Result<Document, Fault> {
    let _ = (source, html, budget);
    todo!()
}

/// Decodes HTML.
pub(super) fn decode(bytes: &[u8]) -> String {
    let _ = bytes;
    todo!()
}
