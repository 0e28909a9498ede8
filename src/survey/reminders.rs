//! When respondents are reminded: the table `[reminders]` of a survey file.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::file::Misfit;

/// Most reminders of one respondent that make sense; more would pester.
const MOST: u8 = 10;
/// Most working days before or after the deadline.
const DAYS: u8 = 60;

/// A survey's calendar of reminders. A survey without one reminds nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminders {
    /// So many working days before the deadline, each a day of reminders.
    pub before: Vec<u8>,
    /// Whether the deadline's day is one; where it is no working day, the last one before it.
    pub on_day: bool,
    /// So many working days after the deadline.
    pub after: Vec<u8>,
    /// Least days from any notice to a respondent until it is reminded.
    pub min_days: u8,
    /// Most reminders that one respondent gets.
    pub most: u8,
}

/// The table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RemindersTable {
    before: Vec<Spanned<u8>>,
    on_day: bool,
    after: Vec<Spanned<u8>>,
    min_days: Spanned<u8>,
    most: Spanned<u8>,
}

impl Default for RemindersTable {
    /// What an office would do by itself: none unless days are named, and never twice within two days.
    fn default() -> Self {
        Self {
            before: Vec::new(),
            on_day: false,
            after: Vec::new(),
            min_days: Spanned::new(0..0, 2),
            most: Spanned::new(0..0, 4),
        }
    }
}

/// What the table means.
pub(super) fn reminders(table: &RemindersTable) -> Result<Reminders, Misfit> {
    for days in table.before.iter().chain(&table.after) {
        if !(1..=DAYS).contains(days.get_ref()) {
            let message = format!(
                "{} working days are out of bounds; write 1 to {DAYS}, and on_day for the day itself",
                days.get_ref()
            );
            return Err(Misfit::at(days, message));
        }
    }
    if *table.min_days.get_ref() == 0 {
        return Err(Misfit::at(&table.min_days, "min_days = 0 would remind twice a day; write 1 or more"));
    }
    if *table.most.get_ref() > MOST {
        return Err(Misfit::at(&table.most, format!("more than {MOST} reminders pester a respondent; write fewer")));
    }
    Ok(Reminders {
        before: table.before.iter().map(|days| *days.get_ref()).collect(),
        on_day: table.on_day,
        after: table.after.iter().map(|days| *days.get_ref()).collect(),
        min_days: *table.min_days.get_ref(),
        most: *table.most.get_ref(),
    })
}
