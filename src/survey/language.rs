//! The language in which a survey's respondents are written to.

use serde::{Deserialize, Serialize};

/// A language that there is a full set of notices in.
///
/// What is said in it stands in a module for each language, side by side: `notice::words`, `form::hint` and [`super::example`]. Of a
/// form's own words and a respondent's answers nothing is translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// Its code, as a survey file writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}
