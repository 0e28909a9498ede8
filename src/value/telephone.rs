//! Telephone numbers of the mainland, and foreign ones written with their country code: kept in the form of E.164 with `;ext=`
//! for an extension (RFC 3966).

use super::money::plain::plain;
use super::{Understood, Value, text};
use crate::issue::{Misfit, Problem};

/// Words for an extension.
const EXTENSIONS: [&str; 7] = ["转分机", "分机号", "分机", "转", "extension", "ext", "#"];

/// Characters inside of a number.
const INSIDE: [char; 7] = ['+', '-', '(', ')', ' ', '.', '—'];

/// A number taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Number {
    /// As E.164, without an extension.
    e164: String,
    /// The area code with its 0, for a landline.
    area: Option<String>,
    extension: Option<String>,
}

/// Reads one or several numbers. `area_code` counts for local ones.
pub(super) fn read(written: &str, area_code: Option<&str>, prompts: &[String]) -> Understood {
    let text = text::clean(written);
    if text::is_blank(&text, prompts) || text::says_none(&text) {
        return Understood { text: None, value: Value::Telephone(Vec::new()), problems: vec![Problem::Missing] };
    }
    match numbers(&text, area_code) {
        Ok(numbers) => {
            let value = Value::Telephone(numbers.iter().map(Number::shown).collect());
            Understood { text: Some(text), value, problems: Vec::new() }
        }
        Err(misfit) => {
            let problems = vec![Problem::Misfit { misfit, text: text.clone() }];
            Understood { text: Some(text), value: Value::Telephone(Vec::new()), problems }
        }
    }
}

impl Number {
    fn shown(&self) -> String {
        match &self.extension {
            Some(extension) => format!("{};ext={extension}", self.e164),
            None => self.e164.clone(),
        }
    }
}

fn numbers(text: &str, area_code: Option<&str>) -> Result<Vec<Number>, Misfit> {
    let plain = plain(text);
    let mut found: Vec<Number> = Vec::new();
    for part in plain.split(['、', ',', ';', '/', '\n', '|', '或', '和']).map(str::trim).filter(|part| !part.is_empty())
    {
        // Two numbers with only a space between them are two.
        for one in parted(part) {
            let area = found.last().and_then(|last| last.area.clone()).or_else(|| area_code.map(str::to_owned));
            found.push(number(&one, area.as_deref())?);
        }
    }
    found.dedup();
    if found.is_empty() { Err(Misfit::NotATelephone) } else { Ok(found) }
}

/// Splits a part at a space where both sides are numbers of their own.
fn parted(part: &str) -> Vec<String> {
    let whole = vec![part.to_owned()];
    let pieces: Vec<&str> = part.split_whitespace().collect();
    let are_numbers = pieces.iter().all(|piece| piece.chars().filter(char::is_ascii_digit).count() >= 10);
    if pieces.len() > 1 && are_numbers { pieces.into_iter().map(str::to_owned).collect() } else { whole }
}

fn number(text: &str, area: Option<&str>) -> Result<Number, Misfit> {
    // A fax answers no call.
    if text.contains("传真") || text.contains("fax") {
        return Err(Misfit::NotATelephone);
    }
    let bare = without_words(text);
    let (main, extension) = split_extension(bare);
    if !main.chars().all(|c| c.is_ascii_digit() || INSIDE.contains(&c)) {
        return Err(Misfit::NotATelephone);
    }
    let extension = match extension {
        Some(extension) => Some(extension_of(extension).ok_or(Misfit::NotATelephone)?),
        None => None,
    };
    let digits: String = main.chars().filter(char::is_ascii_digit).collect();
    let international = main.trim_start().trim_start_matches('(').starts_with('+');
    let national = match (international, digits.strip_prefix("0086")) {
        (_, Some(rest)) => Some(rest.to_owned()),
        (true, _) => match digits.strip_prefix("86") {
            Some(rest) => Some(rest.to_owned()),
            None => return foreign(&digits, extension),
        },
        (false, None) => None,
    };
    let with_country = digits.strip_prefix("86").filter(|rest| rest.len() == 11 && is_mobile(rest)).map(str::to_owned);
    let has_country = national.is_some() || with_country.is_some();
    let digits = national.or(with_country).unwrap_or(digits);
    // A third group of figures is an extension: 0757-83331234-801.
    let groups: Vec<&str> = main.split(['-', '—']).map(str::trim).filter(|group| !group.is_empty()).collect();
    if extension.is_none()
        && let [first, second, third] = groups.as_slice()
        && !has_country
        && first.starts_with('0')
        && (1..=5).contains(&third.len())
        && (7..=8).contains(&second.len())
    {
        return landline(&format!("{first}{second}"), Some((*third).to_owned()));
    }
    if has_torn_end(main) && !is_mobile(digits.trim_start_matches('0')) {
        return Err(Misfit::NotATelephone);
    }
    domestic(&digits, has_country, area, extension)
}

/// Whether one or two digits stand apart at the end of a number: an extension, or a number written oddly (8333123-4). Digits
/// that all stand apart are one number.
fn has_torn_end(main: &str) -> bool {
    let digits = |group: &&str| group.chars().filter(char::is_ascii_digit).count();
    let mut groups = main.split(INSIDE).filter(|group| digits(group) > 0);
    let last = groups.next_back().map(|group| digits(&group)).unwrap_or_default();
    last < 3 && groups.any(|group| digits(&group) > 1)
}

/// A number of the mainland, with or without its area code.
fn domestic(digits: &str, has_country: bool, area: Option<&str>, extension: Option<String>) -> Result<Number, Misfit> {
    let trunk = digits.strip_prefix('0').filter(|rest| is_mobile(rest));
    if let Some(mobile) = trunk.or_else(|| Some(digits).filter(|digits| is_mobile(digits))) {
        let e164 = format!("+86{mobile}");
        return if extension.is_none() {
            Ok(Number { e164, area: None, extension })
        } else {
            Err(Misfit::NotATelephone)
        };
    }
    if digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800")) {
        return Ok(Number { e164: format!("+86{digits}"), area: None, extension });
    }
    if digits.starts_with('0') {
        return landline(digits, extension);
    }
    if has_country {
        return landline(&format!("0{digits}"), extension);
    }
    if !is_local(digits) {
        return Err(Misfit::NotATelephone);
    }
    match area {
        Some(area) => landline(&format!("{area}{digits}"), extension),
        None => Err(Misfit::AreaCodeMissing),
    }
}

/// A landline with its area code. Those of two digits behind the 0 are 010 and 02x, whose numbers have eight digits.
fn landline(digits: &str, extension: Option<String>) -> Result<Number, Misfit> {
    let is_short = digits.starts_with("010") || digits.starts_with("02");
    let (area, local) = digits.split_at_checked(if is_short { 3 } else { 4 }).ok_or(Misfit::NotATelephone)?;
    let is_area = is_short || area.starts_with("03") || ('4'..='9').any(|c| area.starts_with(&format!("0{c}")));
    let fits = is_local(local) && (!is_short || local.len() == 8);
    let national = digits.strip_prefix('0').filter(|_| is_area && fits).ok_or(Misfit::NotATelephone)?;
    Ok(Number { e164: format!("+86{national}"), area: Some(area.to_owned()), extension })
}

/// A number of another country: E.164 allows 15 digits.
fn foreign(digits: &str, extension: Option<String>) -> Result<Number, Misfit> {
    if !(8..=15).contains(&digits.len()) || digits.starts_with('0') {
        return Err(Misfit::NotATelephone);
    }
    Ok(Number { e164: format!("+{digits}"), area: None, extension })
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && digits.chars().nth(1).is_some_and(|c| ('3'..='9').contains(&c))
}

fn is_local(digits: &str) -> bool {
    (7..=8).contains(&digits.len()) && digits.starts_with(|c| ('2'..='8').contains(&c))
}

/// Takes away the words around a number: 电话：…, 张三 …, …（办公室）.
fn without_words(text: &str) -> &str {
    let is_word = |c: char| c.is_alphabetic() || matches!(c, ':' | ' ' | '.' | '"');
    let mut bare = text.trim_start_matches(is_word);
    // A bracket with words behind the number.
    if let Some((before, inner)) = bare.rsplit_once('(')
        && inner.ends_with(')')
        && !inner.chars().any(|c| c.is_ascii_digit())
    {
        bare = before;
    }
    bare.trim_end_matches(|c: char| is_word(c) && c != '#')
}

fn split_extension(text: &str) -> (&str, Option<&str>) {
    let at = EXTENSIONS.iter().filter_map(|word| text.find(word).map(|at| (at, word.len()))).min();
    match at.and_then(|(at, length)| Some((text.get(..at)?, text.get(at + length..)?))) {
        Some((main, extension)) => (main.trim_end_matches(['-', ' ', '(']), Some(extension)),
        None => (text, None),
    }
}

fn extension_of(text: &str) -> Option<String> {
    let bare = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | ')' | '-' | '号'));
    let fits = (1..=6).contains(&bare.len()) && bare.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(written: &str, area_code: Option<&str>) -> String {
        let understood = read(written, area_code, &[]);
        let codes = understood.problems.iter().map(|problem| problem.code().to_owned());
        let Value::Telephone(numbers) = understood.value else { panic!("no telephone") };
        numbers.into_iter().chain(codes).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check(written: &str, expected: &str) {
        assert_eq!(short(written, None), expected, "{written}");
    }

    #[test]
    fn a_number_is_kept_in_one_form() {
        for written in [
            "13800000000",
            "138 0000 0000",
            "138-0000-0000",
            "+86 13800000000",
            "+86-138-0000-0000",
            "0086 13800000000",
            "8613800000000",
            "１３８００００００００",
            "(+86)13800000000",
            "手机：13800000000",
            "林晓 13800000000",
            "13800000000（林晓）",
            "1 3 8 0 0 0 0 0 0 0 0",
        ] {
            check(written, "+8613800000000");
        }
        for written in [
            "0757-83331234",
            "0757 83331234",
            "(0757)83331234",
            "075783331234",
            "+86 757 83331234",
            "+86-0757-83331234",
        ] {
            check(written, "+8675783331234");
        }
        check("010-62345678", "+861062345678");
        check("0757-83331234-801", "+8675783331234;ext=801");
        check("0757-83331234转801", "+8675783331234;ext=801");
        check("0757-83331234 ext. 801", "+8675783331234;ext=801");
        check("400-800-1234", "+864008001234");
        check("+852 2345 6789", "+85223456789");
    }

    #[test]
    fn several_numbers_are_several() {
        check("0757-83331234、13800000000", "+8675783331234 +8613800000000");
        check("0757-83331234/83331235", "+8675783331234 +8675783331235");
        check("13800000000 13900000000", "+8613800000000 +8613900000000");
    }

    #[test]
    fn a_doubt_is_asked_about() {
        check("83331234", "area_code_missing");
        assert_eq!(short("83331234", Some("0757")), "+8675783331234");
        check("1380000000", "not_a_telephone");
        check("138000000000", "not_a_telephone");
        check("010-6234567", "not_a_telephone");
        check("12345", "not_a_telephone");
        check("0757-83331234/35", "not_a_telephone");
        check("见附件", "not_a_telephone");
        check("0757-83331234 传真0757-83331235", "not_a_telephone");
        check("75783331234", "not_a_telephone");
        // Four more digits, or extension 4.
        for written in ["8333123-4", "0757 8333123-4", "07578333123-4", "0757 8333123 4"] {
            assert_eq!(short(written, Some("0757")), "not_a_telephone", "{written}");
        }
        for written in ["", "/", "无"] {
            check(written, "missing");
        }
    }
}
