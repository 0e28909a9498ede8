//! The survey's calendar of reminders as days: each begins a slot, within which a respondent is reminded once.

use jiff::civil::Date;

use super::Rules;
use crate::calendar::Holidays;

/// Working days that the last slot lasts: a reminder that could not go out by then has lost its point.
const LAST: usize = 10;

/// Days within which one reminder of the calendar may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// The day that the calendar names.
    pub from: Date,
    /// The last day on which that reminder still makes sense.
    pub until: Date,
}

impl Slot {
    /// Whether a day lies in it.
    #[must_use]
    pub fn has(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }
}

/// The slots of a survey in order. None reaches into the next one, none from before the deadline behind it, none behind the
/// collection's close.
pub(super) fn slots(rules: &Rules<'_>) -> Vec<Slot> {
    let holidays = &rules.office.holidays;
    let days = days(rules, holidays);
    let nexts = days.iter().skip(1).map(|next| Some(*next)).chain([None]);
    let slots = days.iter().zip(nexts).map(|(&from, next)| Slot { from, until: until(from, next, rules, holidays) });
    slots.filter(|slot| slot.from <= slot.until).collect()
}

fn until(from: Date, next: Option<Date>, rules: &Rules<'_>, holidays: &Holidays) -> Date {
    let own = next.map_or_else(|| holidays.after(from, LAST), |next| next.yesterday().unwrap_or(next));
    let own = if from <= rules.deadline { own.min(rules.deadline) } else { own };
    rules.closes.map_or(own, |closes| own.min(closes))
}

/// The days on which slots begin, ascending and each once.
fn days(rules: &Rules<'_>, holidays: &Holidays) -> Vec<Date> {
    let Some(reminders) = rules.reminders else { return Vec::new() };
    let deadline = rules.deadline;
    let mut days: Vec<Date> =
        reminders.before.iter().map(|count| holidays.before(deadline, usize::from(*count))).collect();
    if reminders.on_day {
        days.extend(holidays.until(deadline).next());
    }
    days.extend(reminders.after.iter().map(|count| holidays.after(deadline, usize::from(*count))));
    days.sort_unstable();
    days.dedup();
    days
}
