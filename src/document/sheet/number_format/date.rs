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
    if parts.is_plain() {
        return Some(written(section, day, seconds.rem_euclid(86_400.0)));
    }
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
    /// Whether the date begins with its whole year and goes on in falling order, so that nothing of it is hidden or doubtful.
    orderly: bool,
    /// Whether words of a clock are Chinese.
    chinese: bool,
}

impl Parts {
    fn of(section: &Section) -> Self {
        let shown = resolved(section);
        let has = |part: Part| shown.iter().any(|(known, _)| *known == part);
        let days: Vec<&(Part, usize)> =
            shown.iter().filter(|(part, _)| matches!(part, Part::Year | Part::Month | Part::Day)).collect();
        let orderly = matches!(
            days.as_slice(),
            [(Part::Year, 3..)]
                | [(Part::Year, 3..), (Part::Month, 1..=2)]
                | [(Part::Year, 3..), (Part::Month, 1..=2), (Part::Day, 1..=2)]
        );
        let chinese = |token: &Token| matches!(token, Token::Date(DatePart::HalfDay, _) | Token::Literal('时' | '分'));
        Self {
            year: has(Part::Year),
            month: has(Part::Month),
            day: has(Part::Day),
            hour: has(Part::Hour),
            minute: has(Part::Minute),
            second: has(Part::Second),
            elapsed: has(Part::Elapsed),
            orderly,
            chinese: section.tokens.iter().any(chinese),
        }
    }

    /// Whether the text may be copied from the format.
    fn is_plain(&self) -> bool {
        self.orderly || (self.chinese && !self.has_date())
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

/// A part as it is meant: `m` is a minute beside hours or seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Elapsed,
}

/// The parts that a section shows, with the number of their letters.
fn resolved(section: &Section) -> Vec<(Part, usize)> {
    let shown: Vec<(DatePart, usize)> = section
        .tokens
        .iter()
        .filter_map(|token| if let Token::Date(part, width) = token { Some((*part, *width)) } else { None })
        .filter(|(part, width)| {
            let is_weekday = *part == DatePart::Day && *width > 2;
            !is_weekday && !matches!(part, DatePart::Silent | DatePart::HalfDay | DatePart::Weekday)
        })
        .collect();
    let part = |index: usize, part: DatePart| match part {
        DatePart::MonthOrMinute => {
            let before = index.checked_sub(1).and_then(|before| shown.get(before));
            let is_minute = matches!(before, Some((DatePart::Hour, _)))
                || matches!(shown.get(index + 1), Some((DatePart::Second, _)));
            if is_minute { Part::Minute } else { Part::Month }
        }
        DatePart::Year => Part::Year,
        DatePart::Day => Part::Day,
        DatePart::Hour => Part::Hour,
        DatePart::Second => Part::Second,
        _ => Part::Elapsed,
    };
    shown.iter().enumerate().map(|(index, (kind, width))| (part(index, *kind), *width)).collect()
}

/// A date or time as the format has it, token by token.
fn written(section: &Section, day: Date, seconds: f64) -> String {
    let mut parts = resolved(section).into_iter();
    let half = section.tokens.iter().any(|token| matches!(token, Token::Date(DatePart::HalfDay, _)));
    let hours = (seconds / 3600.0).floor();
    let mut text = String::new();
    for token in &section.tokens {
        match token {
            Token::Literal(character) => text.push(*character),
            Token::Comma => text.push(','),
            Token::Point => text.push('.'),
            Token::Date(DatePart::HalfDay, _) => text.push_str(if hours < 12.0 { "上午" } else { "下午" }),
            Token::Date(DatePart::Weekday, width) => text.push_str(&weekday(day, *width)),
            Token::Date(DatePart::Silent, _) => {}
            Token::Date(DatePart::Day, 3..) => {}
            Token::Date(..) => {
                let Some((part, width)) = parts.next() else { continue };
                let number = match part {
                    Part::Year => f64::from(day.year()),
                    Part::Month => f64::from(day.month()),
                    Part::Day => f64::from(day.day()),
                    Part::Hour if half => (hours + 11.0) % 12.0 + 1.0,
                    Part::Hour | Part::Elapsed => hours,
                    Part::Minute => (seconds % 3600.0 / 60.0).floor(),
                    Part::Second => (seconds % 60.0).floor(),
                };
                let width = width.min(4);
                text.push_str(&format!("{number:0width$}"));
            }
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// 三, or 星期三 in four letters.
fn weekday(day: Date, width: usize) -> String {
    let names = ['一', '二', '三', '四', '五', '六', '日'];
    let offset = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
    let name = names.get(offset).copied().unwrap_or_default();
    if width > 3 { format!("星期{name}") } else { name.to_string() }
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
