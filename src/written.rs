//! Faults of files that people write: the line where they stand, and what would mend them.

use std::ops::Range;

use jiff::civil;
use toml::value::Datetime;

/// A fault in a file that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Fault {
    /// Line from 1.
    pub line: usize,
    /// What is wrong, and the remedy.
    pub message: String,
}

impl Fault {
    /// A fault at a place of the text.
    #[must_use]
    pub fn at(text: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { line: line(text, span.start), message: message.into() }
    }

    /// What the TOML parser found wrong; for an unknown key or word the nearest known one is named.
    #[must_use]
    pub fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        let kinds = [("key", "unknown field "), ("word", "unknown variant ")];
        let unknown = kinds.iter().find_map(|(kind, opening)| said_unknown(kind, opening, error.message()));
        let message = unknown.unwrap_or_else(|| error.message().trim().replace('\n', ", "));
        Self { line: line(text, start), message }
    }
}

/// The day that a TOML date says; none when a time of day stands with it, or there is no such day.
#[must_use]
pub fn day(written: &Datetime) -> Option<civil::Date> {
    let date = written.date.filter(|_| written.time.is_none())?;
    let number = |value: u8| i8::try_from(value).ok();
    civil::Date::new(i16::try_from(date.year).ok()?, number(date.month)?, number(date.day)?).ok()
}

/// The line, from 1, in which a byte of a text stands.
#[must_use]
pub fn line(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}

/// What serde says as "unknown field `prot`, expected `host` or `port`", with the one that was meant.
fn said_unknown(kind: &str, opening: &str, message: &str) -> Option<String> {
    let rest = message.strip_prefix(opening)?;
    let mut names = rest.split('`').skip(1).step_by(2);
    let (written, known) = (names.next()?, names.collect::<Vec<_>>());
    Some(match nearest(written, &known) {
        Some(near) => format!("unknown {kind} `{written}`; did you mean `{near}`?"),
        None => format!("unknown {kind} `{written}`; known here: {}", known.join(", ")),
    })
}

/// The word most like the given one, if one is like it at all.
#[must_use]
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let likeness = |other: &str| strsim::jaro_winkler(word, other);
    let best = known.iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)))?;
    (likeness(best) > 0.75).then_some(*best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_is_told_the_line_and_the_key_that_was_meant() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only its keys matter")]
        struct File {
            host: Option<String>,
            port: Option<u16>,
        }
        let check = |text: &str, said: &str| {
            let error = toml::from_str::<File>(text).unwrap_err();
            assert_eq!(Fault::of_toml(text, &error).to_string(), said);
        };
        check("host = \"a\"\nprot = 3\n", "line 2: unknown key `prot`; did you mean `port`?");
        check("zzz = 3\n", "line 1: unknown key `zzz`; known here: host, port");
        check("port = \"x\"\n", "line 1: invalid type: string \"x\", expected u16");
    }
}
