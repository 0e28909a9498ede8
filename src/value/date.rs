//! Dates as precise as they are written: 2017-12-19, 2017年12月, 二〇一七年十二月十九日, 20171219.
//!
//! What may be two days (3/4/2017), what lacks the century (17-12-19) and what may be a spreadsheet's number of a day (43089) is
//! asked about.

use std::fmt;

use jiff::civil;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use super::{Understood, Value, text};
use crate::issue::{Misfit, Problem};
use crate::survey::Precision;

/// A date that may lack its day, or its month too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Date {
    /// Year.
    pub year: i16,
    /// Month from 1, where it is told.
    pub month: Option<i8>,
    /// Day from 1, where it is told.
    pub day: Option<i8>,
}

impl fmt::Display for Date {
    /// As ISO 8601: `2017-12-19`, `2017-12`, `2017`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(formatter, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(formatter, "-{day:02}")?;
        }
        Ok(())
    }
}

impl Date {
    /// How precise it is.
    #[must_use]
    pub fn precision(&self) -> Precision {
        match (self.month, self.day) {
            (None, _) => Precision::Year,
            (_, None) => Precision::Month,
            _ => Precision::Day,
        }
    }
}

/// Years in which the dates that surveys ask for lie.
const YEARS: std::ops::Range<u32> = 1840..2200;

/// Serial numbers of the days from 1927 to 2064, in the system that counts from 1900.
const SERIALS: std::ops::Range<f64> = 10_000.0..60_000.0;

/// Words before a date that leave it as it is.
const LEADS: [&str; 8] = ["公元", "约", "大约", "成立于", "注册于", "始于", "自", "于"];

/// Words behind a date that leave it as it is.
const TAILS: [&str; 12] =
    ["正式成立", "注册成立", "成立", "设立", "注册", "登记", "创立", "创办", "起", "左右", ".", "。"];

/// Words behind a month or a year for a part of it.
const PARTS: [&str; 11] = ["上旬", "中旬", "下旬", "初", "底", "末", "中", "上半年", "下半年", "份", "度"];

/// Reads a date of at least this precision.
pub(super) fn read(written: &str, precision: Precision, prompts: &[String]) -> Understood {
    let text = text::clean(written);
    if text::is_blank(&text, prompts) || text::says_none(&text) || is_form(&text) {
        return Understood { text: None, value: Value::Date(None), problems: vec![Problem::Missing] };
    }
    let read =
        date(&text).and_then(|date| if date.precision() < precision { Err(Misfit::ImpreciseDate) } else { Ok(date) });
    let (date, problems) = match read {
        Ok(date) => (Some(date), Vec::new()),
        Err(misfit) => (None, vec![Problem::Misfit { misfit, text: text.clone() }]),
    };
    Understood { text: Some(text), value: Value::Date(date), problems }
}

/// Whether a text is only what the form prints for a date: ____年__月__日, 年 月 日.
fn is_form(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '年' | '月' | '日' | '_' | '/' | '-' | '.' | '　'))
}

fn date(text: &str) -> Result<Date, Misfit> {
    let in_english = in_english(text);
    let flat = flat(in_english.as_deref().unwrap_or(text));
    let bare = without_frame(&flat);
    if bare.contains('年') {
        return in_words(bare);
    }
    if !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit()) {
        return in_digits(bare);
    }
    if bare.parse::<f64>().is_ok_and(|number| SERIALS.contains(&number) && number.fract() != 0.0) {
        return Err(Misfit::SerialDate);
    }
    let parts: Vec<&str> = bare.split(['-', '/', '.']).collect();
    match parts.as_slice() {
        [one, two, three] => in_parts(one, two, three),
        // A spreadsheet makes 2017.1 of 2017.10 when it takes it for a number.
        [year, "1"] if year.len() == 4 && bare.contains('.') => Err(Misfit::AmbiguousDate),
        [one, two] => match (number(one), number(two)) {
            (Some(year), Some(month)) if one.len() == 4 => of(year, Some(month), None),
            (Some(_), Some(_)) if two.len() == 4 => {
                of(number(two).unwrap_or_default(), Some(number(one).unwrap_or_default()), None)
            }
            (Some(_), Some(_)) => Err(Misfit::AmbiguousDate),
            _ => Err(Misfit::NotADate),
        },
        _ if parts.len() > 3 && parts.iter().all(|part| number(part).is_some()) => Err(Misfit::AmbiguousDate),
        _ => Err(Misfit::NotADate),
    }
}

/// 19 December 2017, Dec. 19th, 2017 and December 2017 in figures, the year in four digits; none for anything else.
fn in_english(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let of_month = |word: &str| {
        let is_name =
            |month: &&str| *month == word || month.get(..3) == Some(word) || word == "sept" && month.starts_with(word);
        MONTHS.iter().position(is_name).map(|at| at + 1)
    };
    let text = text.to_lowercase();
    let (mut month, mut figures) = (None, Vec::new());
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | '-')).filter(|word| !word.is_empty())
    {
        let ordinal = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending));
        match of_month(word) {
            Some(found) if month.is_none() => month = Some(found),
            Some(_) => return None,
            None => figures.push(ordinal.unwrap_or(word)),
        }
    }
    let month = month?;
    let is_year = |figure: &str| figure.len() == 4 && number(figure).is_some();
    let is_day = |figure: &str| figure.len() <= 2 && number(figure).is_some();
    match figures.as_slice() {
        [year] if is_year(year) => Some(format!("{year}-{month}")),
        [day, year] | [year, day] if is_year(year) && is_day(day) => Some(format!("{year}-{month}-{day}")),
        _ => None,
    }
}

/// One width, Chinese digits in digits, no spaces, no time of day and no day of the week.
fn flat(text: &str) -> String {
    let joined: String = text.nfkc().collect();
    let joined = joined.replace(['‐', '‑', '–', '—', '−', '－'], "-").replace(['。', '·', '、'], ".");
    let dated = without_clock(joined.trim());
    let squeezed = without_spaces(dated);
    let week = squeezed.find("星期").or_else(|| squeezed.find('周')).filter(|at| *at > 4);
    let without_week = match week.and_then(|at| squeezed.split_at_checked(at)) {
        Some((before, after)) if after.chars().count() <= 5 => before.trim_end_matches(['(', ',']).to_owned(),
        _ => squeezed,
    };
    arabic(&without_week.replace('号', "日").replace("元月", "1月"))
}

/// Drops white space; between two digits it parts them: 2017 1 2 is not 201712.
fn without_spaces(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if gap && c.is_ascii_digit() && kept.ends_with(|last: char| last.is_ascii_digit()) {
            kept.push('.');
        }
        gap = false;
        kept.push(c);
    }
    kept
}

/// Cuts off a time of day behind a date: 2017-12-20 12:00.
fn without_clock(text: &str) -> &str {
    let Some((before, after)) = text.rsplit_once([' ', 'T', '\n']) else { return text };
    let bare = after.trim_start_matches("上午").trim_start_matches("下午");
    let has_hours = bare.contains([':', '时', '点']);
    let is_clock = has_hours && bare.chars().all(|c| c.is_ascii_digit() || ":.Z时点分秒".contains(c));
    if is_clock { before.trim_end_matches("上午").trim_end_matches("下午").trim_end() } else { text }
}

/// Writes Chinese numerals in digits: 二〇一七年十二月十九日 is 2017年12月19日.
fn arabic(text: &str) -> String {
    let digit = |c: char| match c {
        '〇' | '零' | '○' | 'O' => Some(0),
        _ => "一二三四五六七八九".chars().position(|known| known == plain_numeral(c)).map(|at| at + 1),
    };
    let is_numeral = |c: char| digit(c).is_some() || matches!(c, '十' | '拾' | '廿' | '卅');
    let mut written = String::new();
    let mut run: Vec<char> = Vec::new();
    for c in text.chars().chain(['\n']) {
        if is_numeral(c) {
            run.push(c);
            continue;
        }
        written.push_str(&numeral(&run, &|c| digit(c)));
        run.clear();
        written.push(c);
    }
    written.trim_end_matches('\n').to_owned()
}

/// The plain character of a numeral in its banking form.
fn plain_numeral(c: char) -> char {
    "壹贰叁肆伍陆柒捌玖".chars().zip("一二三四五六七八九".chars()).find(|(from, _)| *from == c).map_or(c, |(_, to)| to)
}

fn numeral(run: &[char], digit: &dyn Fn(char) -> Option<usize>) -> String {
    let tens = run.iter().position(|c| matches!(c, '十' | '拾' | '廿' | '卅'));
    let Some(at) = tens else {
        return run.iter().filter_map(|c| digit(*c)).map(|digit| digit.to_string()).collect();
    };
    let (before, after) = (run.get(..at).unwrap_or_default(), run.get(at + 1..).unwrap_or_default());
    let ten = match run.get(at) {
        Some('廿') => 2,
        Some('卅') => 3,
        _ => before.first().map_or(Some(1), |c| digit(*c)).unwrap_or(1),
    };
    let one = after.iter().find_map(|c| digit(*c).filter(|digit| *digit > 0)).unwrap_or(0);
    // More than a ten and a one in a row is no number of a day; its marks are kept, and it is no date.
    if before.len() > 1 || after.len() > 2 {
        return run.iter().collect();
    }
    (ten * 10 + one).to_string()
}

fn without_frame(flat: &str) -> &str {
    let mut rest = flat.trim_matches(['(', ')', ',', ':', '"']);
    while let Some(after) = LEADS.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = after;
    }
    while let Some(before) = TAILS.iter().find_map(|word| rest.strip_suffix(word)) {
        rest = before;
    }
    rest
}

fn number(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// 2017年12月19日, 2017年12月, 2017年.
fn in_words(text: &str) -> Result<Date, Misfit> {
    let (year, rest) = text.split_once('年').ok_or(Misfit::NotADate)?;
    if rest.contains('年') {
        return Err(Misfit::AmbiguousDate);
    }
    let Some(number_of_year) = number(year) else { return Err(Misfit::NotADate) };
    if year.len() == 2 {
        return Err(Misfit::TwoDigitYear);
    }
    if year.len() != 4 {
        return Err(Misfit::ImpossibleDate);
    }
    if rest.is_empty() || PARTS.contains(&rest) {
        return of(number_of_year, None, None);
    }
    let Some((month, rest)) = rest.split_once('月') else { return Err(Misfit::NotADate) };
    let Some(month) = number(month) else { return Err(Misfit::NotADate) };
    let day = rest.strip_suffix('日').unwrap_or(rest);
    if day.is_empty() || PARTS.contains(&day) {
        return of(number_of_year, Some(month), None);
    }
    let Some(day) = number(day) else {
        let several = day.chars().any(|c| c.is_ascii_digit());
        return Err(if several { Misfit::AmbiguousDate } else { Misfit::NotADate });
    };
    of(number_of_year, Some(month), Some(day))
}

/// 20171219, 201712, 2017; a number of five digits is what a spreadsheet makes of a date.
fn in_digits(text: &str) -> Result<Date, Misfit> {
    let part = |from: usize, to: usize| text.get(from..to).and_then(number).unwrap_or_default();
    let is_year = |year: u32| YEARS.contains(&year);
    match text.len() {
        8 if is_year(part(0, 4)) => of(part(0, 4), Some(part(4, 6)), Some(part(6, 8))),
        8 => Err(Misfit::AmbiguousDate),
        6 => {
            let as_month = is_year(part(0, 4)) && (1..=12).contains(&part(4, 6));
            let as_day = (1..=12).contains(&part(2, 4)) && (1..=31).contains(&part(4, 6));
            match (as_month, as_day) {
                (true, false) => of(part(0, 4), Some(part(4, 6)), None),
                (true, true) => Err(Misfit::AmbiguousDate),
                (false, true) => Err(Misfit::TwoDigitYear),
                (false, false) => Err(Misfit::NotADate),
            }
        }
        4 if is_year(part(0, 4)) => of(part(0, 4), None, None),
        5 if text.parse::<f64>().is_ok_and(|serial| SERIALS.contains(&serial)) => Err(Misfit::SerialDate),
        _ => Err(Misfit::NotADate),
    }
}

/// Three numbers: the year is the one of four digits. Where it stands last, day and month are told apart by their size alone.
fn in_parts(one: &str, two: &str, three: &str) -> Result<Date, Misfit> {
    let (Some(first), Some(second), Some(third)) = (number(one), number(two), number(three)) else {
        return Err(Misfit::NotADate);
    };
    match (one.len(), three.len()) {
        (4, 1 | 2) => of(first, Some(second), Some(third)),
        (1 | 2, 4) if first == second || second > 12 => of(third, Some(first), Some(second)),
        (1 | 2, 4) if first > 12 => of(third, Some(second), Some(first)),
        (1 | 2, 4) => Err(Misfit::AmbiguousDate),
        (1 | 2, 1 | 2) => Err(Misfit::TwoDigitYear),
        _ => Err(Misfit::NotADate),
    }
}

fn of(year: u32, month: Option<u32>, day: Option<u32>) -> Result<Date, Misfit> {
    let small = |part: Option<u32>| part.map(|part| i8::try_from(part).unwrap_or(i8::MAX));
    let date = Date { year: i16::try_from(year).unwrap_or(i16::MAX), month: small(month), day: small(day) };
    let exists = civil::Date::new(date.year, date.month.unwrap_or(1), date.day.unwrap_or(1)).is_ok();
    if exists && YEARS.contains(&year) { Ok(date) } else { Err(Misfit::ImpossibleDate) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(written: &str, precision: Precision) -> String {
        let understood = read(written, precision, &[]);
        let codes = understood.problems.iter().map(|problem| problem.code().to_owned());
        let date = match understood.value {
            Value::Date(date) => date.map(|date| date.to_string()),
            _ => None,
        };
        date.into_iter().chain(codes).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check(written: &str, expected: &str) {
        assert_eq!(short(written, Precision::Year), expected, "{written}");
    }

    #[test]
    fn a_month_may_have_its_english_name() {
        for written in ["19 December 2017", "December 19, 2017", "Dec. 19th, 2017", "19-Dec-2017", "2017 Dec 19"] {
            check(written, "2017-12-19");
        }
        check("31 February 2017", "impossible_date");
        check("Sept 2017", "2017-09");
        check("May 2017", "2017-05");
        for written in ["19 Dec 17", "December", "December 19", "19 December 2017 to 3 January 2018", "Decade 2017"] {
            check(written, "not_a_date");
        }
    }

    #[test]
    fn a_day_is_read_however_it_is_written() {
        for written in [
            "2017-12-19",
            "2017/12/19",
            "2017.12.19",
            "20171219",
            "2017年12月19日",
            "2017 年 12 月 19 日",
            "２０１７－１２－１９",
            "二〇一七年十二月十九日",
            "二零一七年十二月十九日",
            "二○一七年十二月十九日",
            "2017年12月19号",
            "2017.12.19.",
            "2017-12-19 00:00",
            "2017-12-19 10:30:00",
            "2017年12月19日 下午3时30分",
            "2017年12月19日（星期二）",
            "2017年12月19日 周二",
            "成立于2017年12月19日",
            "2017\n年\n12\n月\n19\n日",
            "19/12/2017",
            "12/19/2017",
            "2017—12—19",
            "2017。12。19",
        ] {
            check(written, "2017-12-19");
        }
        check("2017年1月2日", "2017-01-02");
        check("2017/1/2", "2017-01-02");
        check("2017 1 2", "2017-01-02");
        check("二〇〇八年十月二十日", "2008-10-20");
        check("二〇〇八年一月三十一日", "2008-01-31");
        check("12/12/2017", "2017-12-12");
    }

    #[test]
    fn a_date_is_as_precise_as_it_was_written() {
        for written in [
            "2017年12月",
            "2017-12",
            "2017.12",
            "2017/12",
            "12/2017",
            "二〇一七年十二月",
            "2017年12月份",
            "2017年12月底",
        ] {
            check(written, "2017-12");
        }
        check("201713", "not_a_date");
        check("201913", "not_a_date");
        for written in ["2017年", "2017", "二〇一七年", "2017年底"] {
            check(written, "2017");
        }
        assert_eq!(short("2017年12月", Precision::Day), "imprecise_date");
        assert_eq!(short("2017年12月", Precision::Month), "2017-12");
        assert_eq!(short("2017", Precision::Month), "imprecise_date");
    }

    #[test]
    fn a_doubt_is_asked_about() {
        check("3/4/2017", "ambiguous_date");
        check("2017.1", "ambiguous_date");
        check("二〇一七年元月", "2017-01");
        check("17-12-19", "two_digit_year");
        check("17年12月19日", "two_digit_year");
        check("171219", "two_digit_year");
        check("200512", "ambiguous_date");
        check("43089", "serial_date");
        check("43089.5", "serial_date");
        check("2017-02-30", "impossible_date");
        check("2017年13月", "impossible_date");
        check("20171332", "impossible_date");
        check("2017年12月19日至25日", "ambiguous_date");
        check("2017.12.19-2017.12.25", "ambiguous_date");
        check("去年", "not_a_date");
        check("120", "not_a_date");
        check("1200万元", "not_a_date");
        for written in ["", "/", "无", "年 月 日", "____年__月__日"] {
            check(written, "missing");
        }
    }
}
