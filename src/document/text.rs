//! Plain text.

use super::Document;

/// Reads plain text.
pub(super) fn read(source: &str, text: &str) -> Document {
    let _ = (source, text);
    todo!()
}

/// Decodes plain text.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let _ = bytes;
    todo!()
}
