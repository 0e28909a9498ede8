//! Which days are worked: weekends, public holidays, and the weekend days that are worked for them.
//!
//! China's holidays are arranged anew each autumn, so they are a file (`config/holidays-cn.toml` is compiled in, and an operator
//! may name another). In a year that the file does not have, weekends are free and nothing else is known.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::written::{self, Fault};

/// Longest holiday that is believed: what is longer is a slip of the pen.
const LONGEST: usize = 31;

/// The days that are free though they are no weekend, and those that are worked though they are one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holidays {
    years: BTreeSet<i16>,
    /// Whether a day is worked, where the weekday does not decide.
    days: BTreeMap<Date, bool>,
}

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    year: Vec<Year>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i16,
    #[serde(default, rename = "notice")]
    _notice: String,
    holidays: Vec<Holiday>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    #[serde(default, rename = "name")]
    _name: String,
    from: Spanned<Datetime>,
    to: Spanned<Datetime>,
    #[serde(default)]
    work: Vec<Spanned<Datetime>>,
}

impl Holidays {
    /// Reads a file of holidays.
    ///
    /// # Errors
    /// When it is no TOML, has an unknown key, or a holiday ends before it begins.
    pub fn from_toml(text: &str) -> Result<Self, Fault> {
        let file: File = toml::from_str(text).map_err(|error| Fault::of_toml(text, &error))?;
        let mut holidays = Self::default();
        for year in &file.year {
            holidays.years.insert(year.year);
            for holiday in &year.holidays {
                holidays.add(holiday, text)?;
            }
        }
        Ok(holidays)
    }

    /// The holidays of China that are compiled in from `config/`.
    ///
    /// # Errors
    /// Never in a build that passed its tests: the file is part of the program.
    pub fn of_china() -> Result<Self, Fault> {
        Self::from_toml(include_str!("../../config/holidays-cn.toml"))
    }

    fn add(&mut self, holiday: &Holiday, text: &str) -> Result<(), Fault> {
        let (from, to) = (day(&holiday.from, text)?, day(&holiday.to, text)?);
        let free: Vec<Date> =
            from.series(jiff::Span::new().days(1)).take_while(|day| *day <= to).take(LONGEST).collect();
        if free.is_empty() || free.last() != Some(&to) {
            let message = format!("a holiday from {from} to {to} cannot be; put the days in order");
            return Err(Fault::at(text, holiday.to.span(), message));
        }
        self.days.extend(free.into_iter().map(|day| (day, false)));
        for work in &holiday.work {
            self.days.insert(day(work, text)?, true);
        }
        Ok(())
    }

    /// Whether the holidays of a year are known.
    #[must_use]
    pub fn knows(&self, year: i16) -> bool {
        self.years.contains(&year)
    }

    /// Whether a day is worked.
    #[must_use]
    pub fn is_worked(&self, day: Date) -> bool {
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.days.get(&day).copied().unwrap_or(!is_weekend)
    }

    /// The working days from this day on, itself included where it is one.
    pub fn from(&self, day: Date) -> impl Iterator<Item = Date> {
        day.series(jiff::Span::new().days(1)).filter(|day| self.is_worked(*day))
    }

    /// The working days up to this day, the last first, itself included where it is one.
    pub fn until(&self, day: Date) -> impl Iterator<Item = Date> {
        day.series(jiff::Span::new().days(-1)).filter(|day| self.is_worked(*day))
    }

    /// The working day so many working days after a day.
    #[must_use]
    pub fn after(&self, day: Date, count: usize) -> Date {
        self.from(day.saturating_add(jiff::Span::new().days(1))).nth(count.saturating_sub(1)).unwrap_or(Date::MAX)
    }

    /// The working day so many working days before a day.
    #[must_use]
    pub fn before(&self, day: Date, count: usize) -> Date {
        self.until(day.saturating_sub(jiff::Span::new().days(1))).nth(count.saturating_sub(1)).unwrap_or(Date::MIN)
    }

    /// How many working days lie after one day, up to and with another.
    #[must_use]
    pub fn between(&self, after: Date, until: Date) -> usize {
        self.from(after.saturating_add(jiff::Span::new().days(1))).take_while(|day| *day <= until).count()
    }
}

fn day(written: &Spanned<Datetime>, text: &str) -> Result<Date, Fault> {
    let said = written.get_ref();
    let fault = || Fault::at(text, written.span(), format!("`{said}` is no day; write it like 2026-10-01"));
    written::day(said).ok_or_else(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn china() -> Holidays {
        Holidays::of_china().unwrap()
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn nobody_is_written_to_on_a_holiday_and_days_made_up_are_worked() {
        let check = |day: &str, worked: bool| assert_eq!(china().is_worked(date(day)), worked, "{day}");
        for free in [
            "2017-01-02",
            "2017-01-27",
            "2017-02-02",
            "2017-04-04",
            "2017-05-30",
            "2017-10-06",
            "2017-12-23",
            "2018-02-15",
            "2018-02-21",
            "2018-04-06",
            "2018-04-30",
            "2018-06-18",
            "2018-09-24",
            "2018-10-05",
            "2018-12-31",
            "2025-01-01",
            "2025-01-28",
            "2025-02-04",
            "2025-04-04",
            "2025-05-05",
            "2025-06-02",
            "2025-10-08",
            "2026-01-02",
            "2026-02-16",
            "2026-02-23",
            "2026-04-06",
            "2026-05-05",
            "2026-06-19",
            "2026-09-25",
            "2026-10-07",
        ] {
            check(free, false);
        }
        for worked in [
            "2017-01-22",
            "2017-02-03",
            "2017-02-04",
            "2017-04-01",
            "2017-05-27",
            "2017-09-30",
            "2017-10-09",
            "2018-02-11",
            "2018-02-24",
            "2018-04-08",
            "2018-04-28",
            "2018-09-29",
            "2018-09-30",
            "2018-12-29",
            "2025-01-26",
            "2025-02-08",
            "2025-04-27",
            "2025-09-28",
            "2025-10-11",
            "2026-01-04",
            "2026-02-14",
            "2026-02-28",
            "2026-05-09",
            "2026-09-20",
            "2026-10-10",
        ] {
            check(worked, true);
        }
    }

    #[test]
    fn a_year_that_nobody_has_entered_has_weekends_and_nothing_else() {
        let china = china();
        assert!(china.knows(2026) && !china.knows(2031));
        assert!(china.is_worked(date("2031-10-01")) && !china.is_worked(date("2031-10-04")));
    }

    #[test]
    fn working_days_are_counted_over_a_holiday() {
        let china = china();
        // National Day of 2017: the 30th of September is worked, the week after is free.
        assert_eq!(china.after(date("2017-09-29"), 1), date("2017-09-30"));
        assert_eq!(china.after(date("2017-09-30"), 1), date("2017-10-09"));
        assert_eq!(china.before(date("2017-10-10"), 2), date("2017-09-30"));
        assert_eq!(china.between(date("2017-09-29"), date("2017-10-09")), 2);
        assert_eq!(china.between(date("2017-10-09"), date("2017-10-09")), 0);
        assert_eq!(china.before(date("2017-12-20"), 5), date("2017-12-13"));
    }

    #[test]
    fn only_weekend_days_are_worked_for_a_holiday() {
        for (day, worked) in china().days {
            let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            assert!(!worked || is_weekend, "{day}");
        }
    }

    #[test]
    fn a_slip_in_the_file_is_named_with_its_line() {
        let check = |text: &str, said: &str| assert_eq!(Holidays::from_toml(text).unwrap_err().to_string(), said);
        check(
            "[[year]]\nyear = 2030\nholidays = [\n  { from = 2030-10-07, to = 2030-10-01 },\n]\n",
            "line 4: a holiday from 2030-10-07 to 2030-10-01 cannot be; put the days in order",
        );
        check(
            "[[year]]\nyear = 2030\nholidays = [{ from = 2030-10-01, to = 2030-12-07 }]\n",
            "line 3: a holiday from 2030-10-01 to 2030-12-07 cannot be; put the days in order",
        );
        check("[[year]]\nyear = 2030\nholiday = []\n", "line 3: unknown key `holiday`; did you mean `holidays`?");
    }
}
