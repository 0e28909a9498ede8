//! A sender's own file with the faulty cells marked.

use crate::document::Limits;
use crate::place::Place;

/// A cell that is to be marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Where it stands; the source names the attachment.
    pub place: Place,
    /// What to write there, one sentence.
    pub note: String,
}

/// A file with marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: String,
    /// Its extension, such as `xlsx`.
    pub extension: String,
}

/// Why a file cannot be marked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmarkable {
    /// Its format is not one that can be marked.
    #[error("this format is not marked; the official form is enclosed instead")]
    Format,
}

/// Marks cells of a file.
///
/// # Errors
/// When the file cannot be marked.
pub fn mark(_bytes: &[u8], _marks: &[Mark], _limits: &Limits) -> Result<Marked, Unmarkable> {
    Err(Unmarkable::Format)
}
