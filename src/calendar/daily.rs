//! A moment of every day, such as 03:30: when a backup is due.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A moment of every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Daily {
    time: Time,
}

impl Daily {
    /// Reads `03:30`; none when that is no time of day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.trim().split_once([':', '：'])?;
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok().map(|time| Self { time })
    }

    /// The last moment that is not after now. A time of day that the clock leaves out is the moment at which it goes on.
    #[must_use]
    pub fn last(self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let today = now.to_zoned(zone.clone()).date();
        [0, 1].into_iter().filter_map(|back| self.on(today.checked_sub(back.days()).ok()?, zone)).find(|at| *at <= now)
    }

    fn on(self, day: Date, zone: &TimeZone) -> Option<Timestamp> {
        Some(day.to_datetime(self.time).to_zoned(zone.clone()).ok()?.timestamp())
    }
}

impl std::fmt::Display for Daily {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.time.hour(), self.time.minute())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_moment_is_todays_or_yesterdays() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let check = |now: &str, expected: &str| {
            let last = Daily::parse("03:30").unwrap().last(now.parse().unwrap(), &zone).unwrap();
            assert_eq!(last.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(), expected, "{now}");
        };
        check("2017-12-19T03:29:00+08:00", "2017-12-18 03:30");
        check("2017-12-19T03:30:00+08:00", "2017-12-19 03:30");
        check("2017-12-19T23:59:00+08:00", "2017-12-19 03:30");
        check("2018-01-01T00:00:00+08:00", "2017-12-31 03:30");
    }

    #[test]
    fn what_is_no_time_of_day_is_refused() {
        for text in ["", "3", "24:00", "03:60", "night", "03:30:10"] {
            assert_eq!(Daily::parse(text), None, "{text}");
        }
    }
}
