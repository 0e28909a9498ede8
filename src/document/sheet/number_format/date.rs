//! Serial numbers of days as dates.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::{DatePart, Section, Token};

/// The day that serial numbers count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::document::sheet) enum Epoch {
    /// 1900-01-01 is day 1, and a 29 February 1900 is counted that never was.
    #[default]
    Since1900,
    /// 1904-01-01 is day 0 (old programs on the Macintosh).
    Since1904,
}

/// What a date section shows; none when the number is no date.
pub(super) fn render(section: &Section, value: f64, epoch: Epoch) -> Option<String> {
    let parts = Parts::of(section);
    if parts.elapsed {
        return Some(elapsed(value));
    }
    let seconds = (value * 86_400.0).round();
    let day = day((seconds / 86_400.0).floor(), epoch)?;
    let clock = clock(seconds.rem_euclid(86_400.0), parts.second);
    match (parts.has_date(), parts.has_time()) {
        (true, true) => Some(format!("{} {clock}", parts.date(day))),
        (false, true) => Some(clock),
        _ => Some(parts.date(day)),
    }
}

/// Which parts a section shows.
#[derive(Default)]
struct Parts {
    year: bool,
    month: bool,
    day: bool,
    hour: bool,
    minute: bool,
    second: bool,
    elapsed: bool,
}

impl Parts {
    fn of(section: &Section) -> Self {
        let shown: Vec<DatePart> = section
            .tokens
            .iter()
            .filter_map(|token| if let Token::Date(part) = token { Some(*part) } else { None })
            .filter(|part| *part != DatePart::Silent)
            .collect();
        let mut parts = Self::default();
        for (index, part) in shown.iter().enumerate() {
            let after_hour = index.checked_sub(1).and_then(|before| shown.get(before)) == Some(&DatePart::Hour);
            let before_second = shown.get(index + 1) == Some(&DatePart::Second);
            match part {
                DatePart::MonthOrMinute if after_hour || before_second => parts.minute = true,
                DatePart::MonthOrMinute => parts.month = true,
                DatePart::Year => parts.year = true,
                DatePart::Day => parts.day = true,
                DatePart::Hour => parts.hour = true,
                DatePart::Second => parts.second = true,
                DatePart::ElapsedHours => parts.elapsed = true,
                DatePart::Silent => {}
            }
        }
        parts
    }

    fn has_time(&self) -> bool {
        self.hour || self.minute || self.second
    }

    fn has_date(&self) -> bool {
        self.year || self.month || self.day
    }

    fn date(&self, day: Date) -> String {
        match (self.year, self.month, self.day) {
            (true, true, false) => format!("{}年{}月", day.year(), day.month()),
            (true, false, false) => format!("{}年", day.year()),
            _ => day.to_string(),
        }
    }
}

fn day(serial: f64, epoch: Epoch) -> Option<Date> {
    if !(0.0..3_000_000.0).contains(&serial) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked above")]
    let serial = serial as i64;
    let origin = match epoch {
        Epoch::Since1904 => date(1904, 1, 1),
        Epoch::Since1900 if serial < 60 => date(1899, 12, 31),
        Epoch::Since1900 => date(1899, 12, 30),
    };
    origin.checked_add(serial.days()).ok()
}

fn clock(seconds: f64, with_seconds: bool) -> String {
    let (hours, minutes, seconds) = (seconds / 3600.0, seconds % 3600.0 / 60.0, seconds % 60.0);
    let (hours, minutes) = (hours.floor(), minutes.floor());
    if with_seconds { format!("{hours:02}:{minutes:02}:{seconds:02}") } else { format!("{hours:02}:{minutes:02}") }
}

/// Hours past a day, as `[h]:mm` shows them.
fn elapsed(value: f64) -> String {
    let minutes = (value.abs() * 1440.0).round();
    let sign = if value < 0.0 { "-" } else { "" };
    format!("{sign}{}:{:02}", (minutes / 60.0).floor(), minutes % 60.0)
}
