//! Time as a pure matter: when a notice is tried again, when a deadline ends, which days are worked ([`Holidays`]), when an office is
//! open ([`OfficeHours`]), a digest due ([`Weekly`]) and a backup ([`Daily`]), how an instant reads in a notice.
//!
//! Nothing here looks at a clock: now and the time zone are arguments.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, civil};

mod daily;
mod holidays;
mod office;
mod weekly;

pub use daily::Daily;
pub use holidays::Holidays;
pub use office::{Office, OfficeHours};
pub use weekly::{PUNCTUAL, Slot, Weekly};

/// Waits after the first attempts at sending. RFC 5321, 4.5.4.1 asks for at least 30 minutes between tries in general and
/// allows more frequent ones at first; the providers' own temporary refusals mostly end within the hour.
const FIRST_WAITS: [SignedDuration; 5] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(15),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(4),
];

/// The wait after every later attempt.
const LATER_WAIT: SignedDuration = SignedDuration::from_hours(8);

/// How long a notice is tried: RFC 5321, 4.5.4.1 names four to five days.
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(5 * 24);

/// How long to wait after the attempt with this number, counted from 1, has failed.
#[must_use]
pub fn retry_after(attempt: u32) -> SignedDuration {
    let index = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    FIRST_WAITS.get(index).copied().unwrap_or(LATER_WAIT)
}

/// Whether a notice whose attempts have failed since a moment has been tried long enough.
#[must_use]
pub fn is_given_up(since: Timestamp, now: Timestamp) -> bool {
    now.duration_since(since) > GIVE_UP_AFTER
}

/// The first instant after a deadline's day in the survey's time zone. The end of the calendar itself never comes: it is the
/// last instant there is.
#[must_use]
pub fn deadline_end(deadline: civil::Date, zone: &TimeZone) -> Timestamp {
    let next_day = deadline.checked_add(1.day()).and_then(|day| day.to_zoned(zone.clone()));
    next_day.map_or(Timestamp::MAX, |start| start.timestamp())
}

/// Whether something that came `at` this instant came after the deadline's day.
#[must_use]
pub fn is_late(at: Timestamp, deadline: civil::Date, zone: &TimeZone) -> bool {
    at >= deadline_end(deadline, zone)
}

/// An instant as a notice says it: 2017年12月19日 16:05.
#[must_use]
pub fn in_words(at: Timestamp, zone: &TimeZone) -> String {
    let there = at.to_zoned(zone.clone());
    format!("{} {:02}:{:02}", day_in_words(there.date()), there.hour(), there.minute())
}

/// A day as a notice says it: 2017年12月20日.
#[must_use]
pub fn day_in_words(day: civil::Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }

    #[test]
    fn a_notice_is_tried_soon_and_then_ever_less_often() {
        let minutes: Vec<i64> = (0..=8).map(|attempt| retry_after(attempt).as_mins()).collect();
        assert_eq!(minutes, [1, 1, 5, 15, 60, 240, 480, 480, 480]);
        assert_eq!(retry_after(u32::MAX), LATER_WAIT);
    }

    #[test]
    fn a_notice_is_given_up_after_five_days_and_not_before() {
        let queued = at("2017-12-18T00:00:00Z");
        let mut now = queued;
        let mut attempt = 1;
        while !is_given_up(queued, now) {
            let next = now + retry_after(attempt);
            assert!(next > now);
            (now, attempt) = (next, attempt + 1);
        }
        assert!(now.duration_since(queued) > SignedDuration::from_hours(4 * 24 + 12));
        assert!(attempt < 30, "{attempt} attempts are a nuisance");
    }

    #[test]
    fn the_deadlines_day_counts_to_its_end_in_its_own_zone() {
        let deadline = civil::date(2017, 12, 20);
        assert_eq!(deadline_end(deadline, &shanghai()), at("2017-12-20T16:00:00Z"));
        assert!(!is_late(at("2017-12-20T15:59:59Z"), deadline, &shanghai()));
        assert!(is_late(at("2017-12-20T16:00:00Z"), deadline, &shanghai()));
        assert_eq!(deadline_end(civil::Date::MAX, &shanghai()), Timestamp::MAX);
    }

    #[test]
    fn an_instant_is_said_as_people_say_it() {
        assert_eq!(in_words(at("2017-12-19T08:05:59Z"), &shanghai()), "2017年12月19日 16:05");
        assert_eq!(in_words(at("2018-01-04T16:30:00Z"), &shanghai()), "2018年1月5日 00:30");
    }
}
