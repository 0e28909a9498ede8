//! Identity numbers of persons (GB 11643): they are known wherever they stand, and nothing of them is kept.
//!
//! Such a number has 18 characters: six digits of a division, a birth date, three digits and a check character that fits. Widths,
//! spaces and hyphens between them make no difference. They are taken out where text enters: of the subject and the names of files
//! when a message is taken apart, of answers and written material when they are read, of a scan when it is recognised, of an
//! explanation when it is drawn. Only the raw message, the archive, keeps them. In a credit code's place [`crate::value::credit_code`] knows more of them.

use std::borrow::Cow;

use jiff::civil::Date;

/// What stands in place of a number that was taken out.
pub const REMOVED: &str = "（个人证件号码，已隐去）";

/// Characters of an identity number.
const LENGTH: usize = 18;

/// Weights of the first 17 digits (GB 11643-1999, from ISO 7064 MOD 11-2).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// Check characters by the weighted sum modulo 11.
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// First two digits of the divisions where identity numbers are given out.
const PROVINCES: [u32; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83,
];

/// The text with every identity number in it taken out.
#[must_use]
pub fn redacted(text: &str) -> Cow<'_, str> {
    redacted_where(text, &is_identity_number)
}

/// The text with every run of characters taken out that is a number of the right length by a test of its own.
pub(crate) fn redacted_where<'t>(text: &'t str, test: &dyn Fn(&str) -> bool) -> Cow<'t, str> {
    let digits = text.chars().filter(|c| plain_character(*c).is_some()).count();
    if digits < 15 {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut found = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (run, after) = run_of_code(rest);
        if run.is_empty() {
            kept.push(first);
            rest = rest.strip_prefix(first).unwrap_or_default();
            continue;
        }
        match within(run, test) {
            Some((before, behind)) => {
                kept.push_str(before);
                kept.push_str(REMOVED);
                kept.push_str(&redacted_where(behind, test));
                found = true;
            }
            None => kept.push_str(run),
        }
        rest = after;
    }
    if found { Cow::Owned(kept) } else { Cow::Borrowed(text) }
}

/// Whether 18 plain characters are an identity number: a division, a day of birth and a check character that fit.
pub(crate) fn is_identity_number(code: &str) -> bool {
    has_birth_date(code) && checksum_fits(code)
}

/// Whether 18 plain characters have a division and a day of birth where an identity number has them.
pub(crate) fn has_birth_date(code: &str) -> bool {
    let part = |from: usize, to: usize| code.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let is_code = code.len() == LENGTH
        && code.bytes().take(LENGTH - 1).all(|byte| byte.is_ascii_digit())
        && code.ends_with(|c: char| c.is_ascii_digit() || c == 'X');
    let Some((province, year, month, day)) = part(0, 2)
        .zip(part(6, 10))
        .zip(part(10, 12))
        .zip(part(12, 14))
        .map(|(((province, year), month), day)| (province, year, month, day))
    else {
        return false;
    };
    is_code && PROVINCES.contains(&province) && (1890..2100).contains(&year) && is_day(year, month, day)
}

/// Whether 15 digits look like an identity number of before 1999: the year of birth has two digits, no check character.
pub(crate) fn is_old_identity_number(code: &str) -> bool {
    let part = |from: usize, to: usize| code.get(from..to).and_then(|part| part.parse::<u32>().ok());
    code.len() == 15
        && code.bytes().all(|byte| byte.is_ascii_digit())
        && part(0, 2).is_some_and(|province| PROVINCES.contains(&province))
        && part(6, 8)
            .zip(part(8, 10))
            .zip(part(10, 12))
            .is_some_and(|((year, month), day)| is_day(1900 + year, month, day))
}

fn is_day(year: u32, month: u32, day: u32) -> bool {
    let (Ok(year), Ok(month), Ok(day)) = (i16::try_from(year), i8::try_from(month), i8::try_from(day)) else {
        return false;
    };
    Date::new(year, month, day).is_ok()
}

fn checksum_fits(code: &str) -> bool {
    let digits = code.chars().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    usize::try_from(sum % 11).ok().and_then(|at| CHECKS.get(at)).is_some_and(|check| code.ends_with(*check))
}

/// The character that a code may have here: a digit of any width, or X.
fn plain_character(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        'x' | 'X' | 'ｘ' | 'Ｘ' => Some('X'),
        _ => None,
    }
}

fn is_joint(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '－' | '—' | '–' | '‐' | '·' | '.') || crate::survey::is_invisible(c)
}

/// The run of code characters and joints at the beginning of a text, and what follows it.
fn run_of_code(text: &str) -> (&str, &str) {
    if !text.starts_with(|c| plain_character(c).is_some()) {
        return ("", text);
    }
    let end = text.find(|c| plain_character(c).is_none() && !is_joint(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// What stands before and behind the first number in a run that passes the test.
fn within<'r>(run: &'r str, test: &dyn Fn(&str) -> bool) -> Option<(&'r str, &'r str)> {
    let characters: Vec<(usize, usize, char)> = run
        .char_indices()
        .filter_map(|(at, c)| plain_character(c).map(|plain| (at, at + c.len_utf8(), plain)))
        .collect();
    for length in [LENGTH, 15] {
        for window in characters.windows(length) {
            let code: String = window.iter().map(|(_, _, c)| *c).collect();
            let (Some((from, ..)), Some((_, to, _))) = (window.first(), window.last()) else { continue };
            if test(&code) && stands_alone(run, *from, *to) {
                return Some((run.get(..*from)?, run.get(*to..)?));
            }
        }
    }
    None
}

/// Whether no other digit touches a number: the middle of a longer one is none.
fn stands_alone(run: &str, from: usize, to: usize) -> bool {
    // X ends a number and begins none: X440… is a number behind a letter.
    let touches = |c: char| plain_character(c).is_some_and(|plain| plain != 'X');
    let before = run.get(..from).and_then(|before| before.chars().next_back());
    let behind = run.get(to..).and_then(|behind| behind.chars().next());
    !before.is_some_and(touches) && !behind.is_some_and(touches)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An identity number of nobody: the division 000 of a province is given to none.
    const NOBODY: &str = "440000199003070012";

    fn nobody() -> String {
        let digits: String = NOBODY.chars().take(17).collect();
        let check = CHECKS.iter().find(|check| checksum_fits(&format!("{digits}{check}"))).unwrap();
        format!("{digits}{check}")
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(redacted(text), expected);
    }

    #[test]
    fn nothing_of_a_persons_number_is_kept() {
        let number = nobody();
        check(&number, REMOVED);
        check(&format!("张三（身份证{number}）"), &format!("张三（身份证{REMOVED}）"));
        check(&format!("{number}，{number}"), &format!("{REMOVED}，{REMOVED}"));
        check(&number.replace("19900307", " 19900307 "), REMOVED);
        let wide: String = number.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
        check(&wide, REMOVED);
        check(&format!("编号X{number}"), &format!("编号X{REMOVED}"));
        check(&format!("{number}x号"), &format!("{REMOVED}x号"));
        check(&format!("电话 0757-83331234 {number}"), &format!("电话 0757-83331234 {REMOVED}"));
    }

    #[test]
    fn other_long_numbers_stay() {
        for text in
            ["914406060123456789", "6222021234567890123", "13800000000、13800000001", "ZL201710000000.1", "1200"]
        {
            check(text, text);
        }
        let wrong: String = nobody().chars().take(17).chain(['A']).collect();
        check(&wrong, &wrong);
    }
}
