//! Marks in Word documents: none yet, every mark is left out.

use super::Mark;
use crate::document::parts::Parts;
use crate::document::{Document, Fault, Limits};

pub(super) fn mark(
    _parts: &mut Parts<'_>,
    _main: &str,
    _original: &Document,
    marks: &[Mark],
    _limits: &Limits,
) -> Result<Vec<Mark>, Fault> {
    Ok(marks.to_vec())
}
