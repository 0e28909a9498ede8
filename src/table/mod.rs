//! The table of a survey's returns, and that table as documents: for people (`xlsx`, `csv`, the consolidated table in the form's own
//! look), for programs (`json`, `parquet`), each with a dictionary of what its columns mean.
//!
//! `column` says which columns there are, once for the view in the database and for every format. All functions are pure: the
//! moment of the data is an argument, and the same table gives the same bytes.

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};

use crate::calendar;
use crate::survey::Survey;
use crate::value::Typed;
use crate::verdict::Standing;

mod column;
mod consolidated;
mod csv;
mod dictionary;
mod json;
mod markdown;
mod note;
mod parquet;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod words;
mod xlsx;

pub use self::parquet::parquet;
pub use column::{Column, Holds, Type, Value, columns};
pub use consolidated::{consolidated_docx, consolidated_xlsx, form_docx, form_xlsx};
pub use csv::{csv, line as csv_line};
pub use dictionary::{Form, dictionary};
pub use json::json;
pub use xlsx::xlsx;

/// Returns of a survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The survey as it is registered now.
    pub survey: Survey,
    /// Which of its returns these are.
    pub scope: Scope,
    /// One row a return, in order of arrival.
    pub rows: Vec<Row>,
}

/// A return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Number of the return.
    pub id: i64,
    /// Number of the respondent.
    pub respondent_id: i64,
    /// Name of the respondent; empty when it gave none.
    pub respondent: String,
    /// How it stands.
    pub state: Standing,
    /// Its place among the respondent's versions, from 1.
    pub version: u64,
    /// When it arrived.
    pub received_at: Timestamp,
    /// The message it came in.
    pub message: i64,
    /// A cell for each item of the survey; none where there is no answer.
    pub cells: Vec<Option<Cell>>,
}

/// An answer in the table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// The answer as written.
    pub text: String,
    /// What it says.
    pub says: Typed,
    /// Whether the sender declined to tell the amount.
    pub is_withheld: bool,
    /// Whether the figure looks odd and nobody has said that it is right.
    pub is_odd: bool,
}

/// Which returns are wanted: all conditions hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// How they stand; none named: the current ones, as the view of the survey has them.
    pub states: Vec<Standing>,
    /// What the roster says of their respondents.
    pub tags: Vec<(String, String)>,
    /// First day on which they arrived.
    pub since: Option<civil::Date>,
    /// Last day on which they arrived.
    pub until: Option<civil::Date>,
}

impl Scope {
    /// The complete returns.
    #[must_use]
    pub fn complete() -> Self {
        Self { states: vec![Standing::Complete], ..Self::default() }
    }

    /// How the returns stand.
    #[must_use]
    pub fn standings(&self) -> Vec<Standing> {
        if self.states.is_empty() { vec![Standing::Complete, Standing::InCorrection] } else { self.states.clone() }
    }

    /// The first instant that is wanted, and the first one after; days are whole days of the zone.
    #[must_use]
    pub fn bounds(&self, zone: &TimeZone) -> (Option<Timestamp>, Option<Timestamp>) {
        let start = |day: civil::Date| day.to_zoned(zone.clone()).ok().map(|start| start.timestamp());
        (self.since.and_then(start), self.until.map(|day| calendar::deadline_end(day, zone)))
    }
}

/// When the table was taken out of the database, and where people read it.
#[derive(Debug, Clone)]
pub struct Made {
    /// The moment of the data.
    pub at: Timestamp,
    /// The zone in which times are shown.
    pub zone: TimeZone,
}
