//! When an office is open: hours of the day on working days. What is no answer to a mail goes out then only.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::Holidays;

/// Minutes of a day.
const DAY: i32 = 24 * 60;

/// The hours of a working day, such as `09:30-11:30, 14:30-17:00`, in order and apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeHours(Vec<Span>);

/// From a minute of the day to another, the last not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: i32,
    to: i32,
}

impl Default for OfficeHours {
    /// When a mail of an office is expected, and there is somebody to ask.
    fn default() -> Self {
        Self(vec![Span { from: 9 * 60 + 30, to: 11 * 60 + 30 }, Span { from: 14 * 60 + 30, to: 17 * 60 }])
    }
}

impl OfficeHours {
    /// Reads hours such as `09:30-11:30, 14:30-17:00`; none when that is no order of hours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let spans: Vec<Span> = text.split([',', '，', '、']).map(span).collect::<Option<_>>()?;
        let in_order = spans.iter().zip(spans.iter().skip(1)).all(|(one, next)| one.to <= next.from);
        (in_order && !spans.is_empty()).then_some(Self(spans))
    }

    /// The minutes of a day on which the office is open, ascending.
    fn minutes(&self) -> impl Iterator<Item = i32> {
        self.0.iter().flat_map(|span| span.from..span.to)
    }
}

fn span(text: &str) -> Option<Span> {
    let (from, to) = text.trim().split_once('-')?;
    let (from, to) = (minute(from)?, minute(to)?);
    (from < to).then_some(Span { from, to })
}

fn minute(text: &str) -> Option<i32> {
    let (hour, minute) = text.trim().split_once([':', '：'])?;
    let (hour, minute): (i32, i32) = (hour.parse().ok()?, minute.parse().ok()?);
    let at = hour * 60 + minute;
    ((0..60).contains(&minute) && (0..=DAY).contains(&at)).then_some(at)
}

/// An office: its hours, its holidays and its time zone.
#[derive(Debug, Clone)]
pub struct Office {
    /// Its hours on a working day.
    pub hours: OfficeHours,
    /// The days that it works.
    pub holidays: Holidays,
    /// The zone of both.
    pub zone: TimeZone,
}

impl Office {
    /// The day that it is in the office.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// Minutes of one working day.
    #[must_use]
    pub fn minutes_a_day(&self) -> usize {
        self.hours.minutes().count()
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.open_minutes(self.day(at), Timestamp::MIN).any(|minute| minute <= at && at < minute + 1.minute())
    }

    /// The minutes of a day on which it is open, from a moment on. The first may be that moment itself.
    pub fn open_minutes(&self, day: Date, from: Timestamp) -> impl Iterator<Item = Timestamp> {
        let is_worked = self.holidays.is_worked(day);
        let minutes = self.hours.minutes().take_while(move |_| is_worked);
        let start = move |minute: i32| {
            let time = Time::midnight().checked_add(minute.minutes()).ok()?;
            Some(day.to_datetime(time).to_zoned(self.zone.clone()).ok()?.timestamp())
        };
        minutes.filter_map(start).filter(move |start| *start + 1.minute() > from).map(move |start| start.max(from))
    }

    /// The first moment from now on at which it is open; now itself, when it is. None within a year.
    #[must_use]
    pub fn next_open(&self, now: Timestamp) -> Option<Timestamp> {
        let days = self.holidays.from(self.day(now)).take(366);
        days.filter_map(|day| self.open_minutes(day, now).next()).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn office() -> Office {
        Office {
            hours: OfficeHours::default(),
            holidays: Holidays::of_china().unwrap(),
            zone: TimeZone::get("Asia/Shanghai").unwrap(),
        }
    }

    fn check_next(now: &str, next: &str) {
        assert_eq!(office().next_open(at(now)), Some(at(next)), "{now}");
    }

    #[test]
    fn nobody_is_written_to_at_night_at_noon_or_on_a_holiday() {
        check_next("2017-12-18T10:00:30+08:00", "2017-12-18T10:00:30+08:00");
        check_next("2017-12-18T03:00:00+08:00", "2017-12-18T09:30:00+08:00");
        check_next("2017-12-18T11:30:00+08:00", "2017-12-18T14:30:00+08:00");
        check_next("2017-12-18T16:59:59+08:00", "2017-12-18T16:59:59+08:00");
        check_next("2017-12-18T17:00:00+08:00", "2017-12-19T09:30:00+08:00");
        check_next("2017-12-22T18:00:00+08:00", "2017-12-25T09:30:00+08:00");
        check_next("2017-09-30T18:00:00+08:00", "2017-10-09T09:30:00+08:00");
        // A Sunday that is worked.
        check_next("2018-02-11T08:00:00+08:00", "2018-02-11T09:30:00+08:00");
    }

    #[test]
    fn an_office_is_open_in_its_hours_only() {
        for (time, open) in [
            ("2017-12-18T09:29:59+08:00", false),
            ("2017-12-18T09:30:00+08:00", true),
            ("2017-12-18T11:29:59+08:00", true),
            ("2017-12-18T11:30:00+08:00", false),
            ("2017-12-23T10:00:00+08:00", false),
        ] {
            assert_eq!(office().is_open(at(time)), open, "{time}");
        }
        assert_eq!(office().minutes_a_day(), 270);
    }

    #[test]
    fn hours_that_are_none_are_not_taken_for_some() {
        for good in ["09:30-11:30, 14:30-17:00", "9:00-17:00", "08:00-12:00，14:00-17:30", "00:00-24:00"] {
            assert!(OfficeHours::parse(good).is_some(), "{good}");
        }
        for wrong in ["", "9-17", "17:00-09:00", "09:00-12:00, 11:00-13:00", "09:00-25:00", "09:60-10:00", "09:00"] {
            assert!(OfficeHours::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(OfficeHours::parse("09:30-11:30,14:30-17:00"), Some(OfficeHours::default()));
    }
}
