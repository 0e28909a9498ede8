//! Who a return is from: its name as it is written, its credit code and the way it came are brought to the respondents that are
//! known.
//!
//! A name that is written as it is known, and a name that an operator once told, decide by themselves. A name that is only like one
//! ([`name`]) decides with a second sign beside it, and is a doubt without. A name and a credit code that belong to two respondents are a
//! doubt whatever else speaks for one of them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub mod name;

/// What points to respondents, by their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signs {
    /// Whether the return gives a name at all.
    pub has_name: bool,
    /// The respondent that is known by the very name.
    pub exact: Option<i64>,
    /// The respondent whose credit code the return gives.
    pub code: Option<i64>,
    /// Respondents whose names are like the one given.
    pub alike: Vec<i64>,
    /// Those for which the sender's address, its domain, the thread or an earlier return of the sender speaks.
    pub supported: BTreeSet<i64>,
}

/// Who a return is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// This respondent.
    Known(i64),
    /// None that is known.
    New,
    /// Perhaps one of these: an operator decides.
    Doubt(Vec<i64>),
}

/// Why a respondent comes into question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// Its number.
    pub respondent: i64,
    /// Its name.
    pub name: String,
}

/// Decides who a return is from.
#[must_use]
pub fn who(signs: &Signs) -> Who {
    if let Some(exact) = signs.exact {
        return match signs.code {
            Some(code) if code != exact => Who::Doubt(vec![exact, code]),
            _ => Who::Known(exact),
        };
    }
    match (signs.alike.as_slice(), signs.code) {
        ([], Some(code)) if !signs.has_name => Who::Known(code),
        ([], Some(code)) => Who::Doubt(vec![code]),
        ([], None) => Who::New,
        ([one], code) if code.is_none_or(|code| code == *one) => {
            if code.is_some() || signs.supported.contains(one) {
                Who::Known(*one)
            } else {
                Who::Doubt(vec![*one])
            }
        }
        (several, code) => {
            let mut all: Vec<i64> = several.to_vec();
            all.extend(code.filter(|code| !several.contains(code)));
            Who::Doubt(all)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(exact: Option<i64>, code: Option<i64>, alike: &[i64], supported: &[i64], wanted: Who) {
        let alike = alike.to_vec();
        let signs = Signs { has_name: true, exact, code, alike, supported: supported.iter().copied().collect() };
        assert_eq!(who(&signs), wanted, "{signs:?}");
    }

    #[test]
    fn the_very_name_decides() {
        check(Some(1), None, &[], &[], Who::Known(1));
        check(Some(1), Some(1), &[], &[], Who::Known(1));
        check(Some(1), None, &[2], &[2], Who::Known(1));
    }

    #[test]
    fn a_like_name_decides_with_a_second_sign_only() {
        check(None, None, &[1], &[1], Who::Known(1));
        check(None, Some(1), &[1], &[], Who::Known(1));
        check(None, None, &[1], &[], Who::Doubt(vec![1]));
        check(None, None, &[1], &[2], Who::Doubt(vec![1]));
    }

    #[test]
    fn a_name_that_fits_several_is_never_guessed() {
        check(None, None, &[1, 2], &[1], Who::Doubt(vec![1, 2]));
        check(None, Some(1), &[1, 2], &[], Who::Doubt(vec![1, 2]));
        check(None, Some(3), &[1, 2], &[], Who::Doubt(vec![1, 2, 3]));
    }

    #[test]
    fn a_name_and_a_code_of_two_are_a_doubt() {
        check(Some(1), Some(2), &[], &[1], Who::Doubt(vec![1, 2]));
        check(None, Some(2), &[1], &[1], Who::Doubt(vec![1, 2]));
        check(None, Some(2), &[], &[2], Who::Doubt(vec![2]));
    }

    #[test]
    fn who_is_like_nobody_is_new() {
        check(None, None, &[], &[1], Who::New);
        assert_eq!(who(&Signs::default()), Who::New);
    }

    #[test]
    fn a_code_alone_tells_who_forgot_the_name() {
        assert_eq!(who(&Signs { code: Some(1), ..Signs::default() }), Who::Known(1));
    }
}
