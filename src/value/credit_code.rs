//! Unified social credit codes (GB 32100-2015): 18 characters with a check character. A code that does not check is kept with a
//! remark; a person's identity number in its place is asked back, and nothing of it is kept.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

use super::{Understood, Value, text};
use crate::issue::{Misfit, Problem};
use crate::personal;

/// The characters of a code in the order of their values: no I, O, S, V or Z (GB 32100-2015, table 2).
const CHARACTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Weights of the first 17 characters (GB 32100-2015, 3^n modulo 31).
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// Reads a code.
pub(super) fn read(written: &str, prompts: &[String]) -> Understood {
    let text = text::clean(written);
    if text::is_blank(&text, prompts) || text::says_none(&text) {
        return Understood { text: None, value: Value::CreditCode(None), problems: vec![Problem::Missing] };
    }
    if let Cow::Owned(shown) = redacted(&text) {
        let misfit = Misfit::PersonalNumber;
        let problems = vec![Problem::Misfit { misfit, text: String::new() }];
        return Understood { text: Some(shown), value: Value::CreditCode(None), problems };
    }
    let (code, misfit) = match code(&text) {
        Ok((code, remark)) => (Some(code), remark),
        Err(misfit) => (None, Some(misfit)),
    };
    let problems = misfit.map(|misfit| Problem::Misfit { misfit, text: text.clone() });
    Understood { text: Some(text), value: Value::CreditCode(code), problems: problems.into_iter().collect() }
}

/// A text in a credit code's place without every number that stands for a person there.
pub(super) fn redacted(text: &str) -> Cow<'_, str> {
    personal::redacted_where(text, &is_personal)
}

/// Whether a number in a credit code's place is a person's. One whose last digits a spreadsheet lost does not check, and is a
/// person's all the same; one that checks as a person's is that, though by chance it may check as a code too.
fn is_personal(number: &str) -> bool {
    personal::is_old_identity_number(number)
        || (personal::has_birth_date(number) && (personal::is_identity_number(number) || !checks(number)))
}

/// The code, with a remark where it does not check.
fn code(text: &str) -> Result<(String, Option<Misfit>), Misfit> {
    let code = characters(text);
    if !code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) {
        return Err(Misfit::NotACreditCode);
    }
    match code.len() {
        18 if has_lost_digits(&code) => Err(Misfit::DigitsLost),
        18 if code.chars().any(|c| !CHARACTERS.contains(c)) => Ok((code, Some(Misfit::CodeLetters))),
        18 if checks(&code) && has_division(&code) => Ok((code, None)),
        18 => Ok((code, Some(Misfit::CodeChecksum))),
        15 if code.bytes().all(|byte| byte.is_ascii_digit()) => Err(Misfit::OldCode),
        9 if code.bytes().take(8).any(|byte| byte.is_ascii_digit()) => Err(Misfit::OldCode),
        _ => Err(Misfit::NotACreditCode),
    }
}

/// The characters of a text without a label before them, a remark in brackets behind, spaces and hyphens, in upper case.
fn characters(text: &str) -> String {
    let flat: String = text.nfkc().collect();
    let behind = flat.rsplit_once(':').map_or(flat.as_str(), |(_, behind)| behind);
    let before = match behind.split_once('(') {
        Some((before, inner)) if !before.trim().is_empty() && !inner.chars().any(|c| c.is_ascii_digit()) => before,
        _ => behind,
    };
    let is_joint = |c: char| c.is_whitespace() || matches!(c, '-' | '—' | '–' | '_' | '\'' | '.' | '。' | '"' | '|');
    let kept: String = before.chars().filter(|c| !is_joint(*c) && !crate::survey::is_invisible(*c)).collect();
    kept.trim_start_matches(|c: char| c.is_alphabetic() && !c.is_ascii()).to_uppercase()
}

/// Whether a spreadsheet took the code for a number and kept 15 digits of it.
fn has_lost_digits(code: &str) -> bool {
    code.ends_with("000") && code.bytes().all(|byte| byte.is_ascii_digit()) && !checks(code)
}

/// Whether six digits of a division stand where they belong.
fn has_division(code: &str) -> bool {
    code.get(2..8).is_some_and(|division| division.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether the check character fits.
fn checks(code: &str) -> bool {
    let values: Option<Vec<usize>> = code.chars().map(|c| CHARACTERS.find(c)).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else { return false };
    let sum: usize = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    values.last() == Some(&((31 - sum % 31) % 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes of nobody, made to check: a division 990000 does not exist.
    fn made(first: &str) -> String {
        let check = CHARACTERS.chars().find(|c| checks(&format!("{first}{c}"))).unwrap();
        format!("{first}{check}")
    }

    fn short(written: &str) -> (Option<String>, Vec<&'static str>) {
        let understood = read(written, &[]);
        let Value::CreditCode(code) = understood.value else { panic!("no code") };
        (code, understood.problems.iter().map(Problem::code).collect())
    }

    #[track_caller]
    fn check(written: &str, code: Option<&str>, codes: &[&str]) {
        assert_eq!(short(written), (code.map(str::to_owned), codes.to_vec()), "{written}");
    }

    #[test]
    fn the_standards_own_example_checks() {
        // GB 32100-2015, annex A.
        assert!(checks("91350100M000100Y43"));
    }

    #[test]
    fn a_code_is_read_however_it_is_written() {
        let code = made("91990000MA0000001");
        let spread: Vec<String> = code.chars().map(String::from).collect();
        for written in [
            code.clone(),
            code.to_lowercase(),
            code.replace("990000", " 990000-"),
            format!("统一社会信用代码：{code}"),
            format!("{code}（三证合一）"),
            spread.join("\n"),
        ] {
            check(&written, Some(&code), &[]);
        }
    }

    #[test]
    fn a_code_that_does_not_check_is_kept_with_a_remark() {
        let mut wrong = made("91990000MA0000001");
        let last = wrong.pop().unwrap();
        wrong.push(if last == '1' { '2' } else { '1' });
        check(&wrong, Some(&wrong), &["code_checksum"]);
        check("91990000MAO000001X", Some("91990000MAO000001X"), &["code_letters"]);
    }

    #[test]
    fn what_is_no_code_is_asked_about() {
        check("440600000012345", None, &["old_code"]);
        check("12345678-9", None, &["old_code"]);
        check("91990000MA000", None, &["not_a_credit_code"]);
        check("见营业执照", None, &["not_a_credit_code"]);
        check("119900000000001000", None, &["digits_lost"]);
        for written in ["", "/", "无"] {
            check(written, None, &["missing"]);
        }
    }

    #[test]
    fn nothing_of_a_persons_number_is_kept() {
        for written in ["440000199003070012", "44000019900307001X", "440000 19900307 0012", "440000900307001"] {
            let understood = read(written, &[]);
            let debug = format!("{understood:?}");
            assert_eq!(understood.problems.first().map(Problem::code), Some("personal_number"), "{written}");
            assert!(!debug.contains("1990") && !debug.contains("0307") && !debug.contains("440000"), "{debug}");
        }
    }
}
