//! A moment of every week, such as Monday at 08:30: when the digest is due.
//!
//! A week's moment is named by its day, so whatever the clock does, and however often it is looked, each week is told once.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// How long after its moment a week's digest still counts as punctual.
pub const PUNCTUAL: SignedDuration = SignedDuration::from_hours(1);

const WEEKDAYS: [(Weekday, [&str; 4]); 7] = [
    (Weekday::Monday, ["mon", "monday", "周一", "星期一"]),
    (Weekday::Tuesday, ["tue", "tuesday", "周二", "星期二"]),
    (Weekday::Wednesday, ["wed", "wednesday", "周三", "星期三"]),
    (Weekday::Thursday, ["thu", "thursday", "周四", "星期四"]),
    (Weekday::Friday, ["fri", "friday", "周五", "星期五"]),
    (Weekday::Saturday, ["sat", "saturday", "周六", "星期六"]),
    (Weekday::Sunday, ["sun", "sunday", "周日", "星期日"]),
];

/// A moment of every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekly {
    weekday: Weekday,
    time: Time,
}

/// One week's moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Its day, by which the week is named.
    pub day: Date,
    /// The instant.
    pub at: Timestamp,
}

impl Default for Weekly {
    /// Monday at 08:30, when a week's work begins.
    fn default() -> Self {
        Self { weekday: Weekday::Monday, time: Time::constant(8, 30, 0, 0) }
    }
}

impl Slot {
    /// Whether so much time has passed that whoever waits for it should be told why.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        now.duration_since(self.at) > PUNCTUAL
    }
}

impl Weekly {
    /// Reads `Mon 08:30` or `周一 08:30`; none when that is no moment of a week.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (day, time) = text.trim().split_once(char::is_whitespace)?;
        let day = day.to_lowercase();
        let (weekday, _) = WEEKDAYS.iter().find(|(_, names)| names.contains(&day.as_str()))?;
        let (hour, minute) = time.trim().split_once([':', '：'])?;
        let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
        Some(Self { weekday: *weekday, time })
    }

    /// The last moment that is not after now. A time of day that the clock leaves out is the moment at which it goes on, and of one
    /// that comes twice the first counts.
    #[must_use]
    pub fn last(&self, now: Timestamp, zone: &TimeZone) -> Option<Slot> {
        let today = now.to_zoned(zone.clone()).date();
        // The slot of this weekday in this week and the one before: one of them is past.
        [0, 7].into_iter().filter_map(|back| self.slot(today, -back, zone)).find(|slot| slot.at <= now)
    }

    /// The first moment after now.
    #[must_use]
    pub fn next(&self, now: Timestamp, zone: &TimeZone) -> Option<Slot> {
        let today = now.to_zoned(zone.clone()).date();
        [0, 7].into_iter().filter_map(|ahead| self.slot(today, ahead, zone)).find(|slot| slot.at > now)
    }

    /// The slot on the last such weekday that is not after the day, moved by a number of days.
    fn slot(&self, day: Date, days: i64, zone: &TimeZone) -> Option<Slot> {
        let since = day.weekday().since(self.weekday);
        let day = day.checked_add((days - i64::from(since)).days()).ok()?;
        let at = day.to_datetime(self.time).to_zoned(zone.clone()).ok()?.timestamp();
        Some(Slot { day, at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn check(weekly: &str, name: &str, now: &str, last: &str, next: &str) {
        let weekly = Weekly::parse(weekly).unwrap();
        let (now, zone) = (now.parse().unwrap(), zone(name));
        let told = |slot: Option<Slot>| slot.unwrap().at.to_zoned(zone.clone()).datetime().to_string();
        let found = (told(weekly.last(now, &zone)), told(weekly.next(now, &zone)));
        assert_eq!(found, (last.to_owned(), next.to_owned()), "{now}");
    }

    #[test]
    fn a_week_has_one_moment() {
        let shanghai = "Asia/Shanghai";
        check("Mon 08:30", shanghai, "2017-12-18T08:29:59+08:00", "2017-12-11T08:30:00", "2017-12-18T08:30:00");
        check("Mon 08:30", shanghai, "2017-12-18T08:30:00+08:00", "2017-12-18T08:30:00", "2017-12-25T08:30:00");
        check("周五 17：00", shanghai, "2018-01-01T00:00:00+08:00", "2017-12-29T17:00:00", "2018-01-05T17:00:00");
        check("sunday 00:00", shanghai, "2017-12-24T00:00:00+08:00", "2017-12-24T00:00:00", "2017-12-31T00:00:00");
    }

    #[test]
    fn a_night_on_which_the_clock_is_changed_has_its_digest_once() {
        let berlin = "Europe/Berlin";
        // 02:30 is left out on the last Sunday of March 2018, and comes twice on that of October.
        check("Sun 02:30", berlin, "2018-03-25T00:59:00Z", "2018-03-18T02:30:00", "2018-03-25T03:30:00");
        check("Sun 02:30", berlin, "2018-03-25T01:30:00Z", "2018-03-25T03:30:00", "2018-04-01T02:30:00");
        check("Sun 02:30", berlin, "2018-10-28T00:30:00Z", "2018-10-28T02:30:00", "2018-11-04T02:30:00");
        check("Sun 02:30", berlin, "2018-10-28T01:30:00Z", "2018-10-28T02:30:00", "2018-11-04T02:30:00");
    }

    #[test]
    fn every_instant_of_years_lies_between_two_moments_of_neighbouring_weeks() {
        for name in ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"] {
            let (weekly, zone) = (Weekly::parse("Sun 02:15").unwrap(), zone(name));
            let mut now: Timestamp = "2017-12-18T00:00:00Z".parse().unwrap();
            for _ in 0..4_000 {
                let (last, next) = (weekly.last(now, &zone).unwrap(), weekly.next(now, &zone).unwrap());
                assert!(last.at <= now && now < next.at, "{name} {now}");
                assert_eq!((next.day - last.day).get_days(), 7, "{name} {now}");
                now += SignedDuration::from_mins(307);
            }
        }
    }

    #[test]
    fn what_is_no_moment_of_a_week_is_refused() {
        for text in ["", "Mon", "08:30", "Mon 24:00", "Mon 8", "Someday 08:30", "Mon 08:61"] {
            assert_eq!(Weekly::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_digest_of_hours_ago_is_late() {
        let slot = Slot { day: Date::constant(2017, 12, 18), at: "2017-12-18T00:30:00Z".parse().unwrap() };
        assert!(!slot.is_late("2017-12-18T01:00:00Z".parse().unwrap()));
        assert!(slot.is_late("2017-12-18T02:00:00Z".parse().unwrap()));
    }
}
