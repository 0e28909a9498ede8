//! file
use super::Survey;
/// Why a survey file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SurveyError(String);
pub(super) fn read(text: &str) -> Result<Survey, SurveyError> {
    let _ = text;
    todo!()
}
