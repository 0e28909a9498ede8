//! Technical standards: GB/T 1234-2017, 主导制定国家标准3项, 参与2项行业标准的编制.

use super::counted::Counting;
use super::sentence::{around, clause_before};
use super::{Kind, Named, Role};

/// Levels of standards, the longer names before those that they end with.
const LEVELS: [&str; 11] = [
    "国家军用标准",
    "国家标准",
    "国际标准",
    "行业标准",
    "地方标准",
    "团体标准",
    "联盟标准",
    "企业标准",
    "技术标准",
    "国标",
    "行标",
];

const COUNTING: Counting<'static> = Counting {
    counters: &["项", "个", "部", "份", "件"],
    fillers: &["制定", "制修订", "修订", "编制", "起草", "的", "及", "等", "工作", "(", "草案", "发布"],
    modifiers: &["相关", "的", "国内", "重要", "现行", "人工智能", "及"],
    several: &["多项", "多个", "数项", "若干项", "系列", "一系列"],
};

/// Letters before the number of a standard: national, of trades (the common ones), and those from abroad.
const LETTERS: [&str; 38] = [
    "GB", "GBZ", "GJB", "YD", "YDB", "SJ", "JB", "JT", "JTG", "DL", "HG", "HJ", "GA", "GY", "GM", "JR", "LY", "NY",
    "QB", "QC", "QX", "SB", "SL", "SY", "TB", "WS", "XB", "YB", "YC", "YS", "YY", "CJ", "CB", "HB", "MT", "FZ", "ISO",
    "IEC",
];

/// Letters of bodies whose standards have a number with words around them.
const BODIES: [&str; 8] = ["ISO/IEC", "ISO/TS", "ISO", "IEC", "IEEE", "EN", "ASTM", "ETSI"];

/// The standards that a sentence names.
pub(super) fn find(sentence: &str) -> Vec<Named> {
    let mut found = numbers(sentence);
    for level in LEVELS {
        for (before, behind) in around(sentence, level) {
            if level == "国家标准" && before.ends_with("中华人民共和国") {
                continue;
            }
            let Some(count) = COUNTING.of(before, behind) else { continue };
            let role = role(clause_before(before));
            // 符合多项国家标准 is no work on them.
            if count.low.is_none() && role.is_none() {
                continue;
            }
            found.push(Named { role, low: count.low, high: count.high, ..Named::new(Kind::Standard, level) });
        }
    }
    found
}

fn role(clause: &str) -> Option<Role> {
    let leads = ["主导", "牵头", "主持", "主编", "负责"].iter().any(|word| clause.contains(word));
    let takes_part = ["参与", "参加", "参编", "协助"].iter().any(|word| clause.contains(word));
    match (leads, takes_part) {
        (true, false) => Some(Role::Led),
        (false, true) => Some(Role::TookPart),
        _ => None,
    }
}

fn numbers(sentence: &str) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let mut rest = sentence;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let begins = c.is_ascii_uppercase() && !before.is_ascii_alphanumeric() && before != '/';
        let end = sentence.len() - rest.len();
        if let Some((number, after)) = begins.then(|| number(rest)).flatten() {
            let role = role(clause_before(sentence.get(..end).unwrap_or_default()));
            found.push(Named { role, number: Some(number), ..Named::new(Kind::Standard, "标准") });
            (rest, before) = (after, '0');
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        before = c;
    }
    found
}

/// The number of a standard at the beginning of a text in its one form, and what follows it.
fn number(text: &str) -> Option<(String, &str)> {
    abroad(text).or_else(|| chinese(text))
}

/// GB/T 1234.5-2017, YD/T 1234-2015, DB44/T 1234-2013, T/CESA 1034-2019, Q/ABC 001-2017: letters, number and year.
fn chinese(text: &str) -> Option<(String, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '/')?;
    let head = text.get(..end)?;
    // GB/T1234-2017 is often written without the space.
    let (letters, digits) = split_letters(head)?;
    let rest = if digits.is_empty() { text.get(end..)?.trim_start_matches(' ') } else { text.get(letters.len()..)? };
    let (serial, rest) = run(rest, |c| c.is_ascii_digit() || c == '.');
    let serial = serial.trim_end_matches('.');
    let (year, rest) = run(rest.strip_prefix('-')?.trim_start_matches('-'), |c| c.is_ascii_digit());
    let is_year = matches!(year.len(), 2 | 4) && (year.len() == 2 || year.starts_with("19") || year.starts_with("20"));
    (is_year && serial.starts_with(|c: char| c.is_ascii_digit()) && !rest.starts_with('年'))
        .then(|| (format!("{letters} {serial}-{year}"), rest))
}

/// The letters of a standard, and the digits that stand right behind them.
fn split_letters(head: &str) -> Option<(&str, &str)> {
    let first = head.split('/').next()?;
    if head.starts_with("DB") {
        let province = first.get(2..)?;
        let is_place = matches!(province.len(), 2 | 4 | 6) && province.bytes().all(|b| b.is_ascii_digit());
        return is_place.then_some((head, ""));
    }
    let letters = head.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_known = match letters.split_once('/') {
        None => LETTERS.contains(&letters),
        Some(("T" | "Q", body)) => body.len() >= 2,
        Some((trade, "T" | "Z")) => LETTERS.contains(&trade),
        Some(_) => false,
    };
    is_known.then(|| (letters, head.strip_prefix(letters).unwrap_or_default()))
}

/// ISO 9001:2015, ISO/IEC 27001, IEEE 802.11.
fn abroad(text: &str) -> Option<(String, &str)> {
    let body = BODIES.iter().find(|body| text.starts_with(**body))?;
    let rest = text.get(body.len()..)?.trim_start_matches(' ');
    let (serial, mut rest) = run(rest, |c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let serial = serial.trim_end_matches(['.', '-']);
    if serial.chars().filter(char::is_ascii_digit).count() < 3 {
        return None;
    }
    let mut number = format!("{body} {serial}");
    if let Some((year, after)) = rest.strip_prefix(':').map(|rest| run(rest, |c| c.is_ascii_digit()))
        && year.len() == 4
    {
        number = format!("{number}:{year}");
        rest = after;
    }
    Some((number, rest))
}

fn run(text: &str, is_part: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c: char| !is_part(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}
