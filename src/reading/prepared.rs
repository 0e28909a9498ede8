//! A survey made ready to read by: its labels in the forms in which they are compared, and its own texts.
//!
//! This costs as much as reading a mail, so a reader does it once for all its messages.

use super::label::Labels;
use super::narrative::OwnTexts;
use crate::survey::Survey;

/// A survey, ready to read by.
#[derive(Debug)]
pub struct Prepared<'s> {
    pub(super) survey: &'s Survey,
    pub(super) labels: Labels<'s>,
    pub(super) own: OwnTexts,
}

impl<'s> Prepared<'s> {
    /// Makes a survey ready.
    #[must_use]
    pub fn new(survey: &'s Survey) -> Self {
        Self { survey, labels: Labels::new(survey), own: OwnTexts::of(survey) }
    }

    /// The survey.
    #[must_use]
    pub fn survey(&self) -> &'s Survey {
        self.survey
    }
}
