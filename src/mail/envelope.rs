//! The headers of a message become its [`Envelope`].

use std::collections::BTreeSet;

use jiff::Timestamp;
use mail_parser::DateTime;
use unicode_normalization::UnicodeNormalization;

use super::Envelope;
use super::address;
use super::header::{Headers, unfold};
use super::word;
use crate::personal;

/// Characters in a token.
const TOKEN_LENGTH: usize = 6;

/// Reads what the headers say.
pub(super) fn read(headers: &Headers<'_>) -> Envelope {
    let from = headers.first("From").and_then(address::first);
    let reply_to = headers.first("Reply-To").and_then(address::first);
    let from = from.or_else(|| headers.first("Sender").and_then(address::first)).unwrap_or_default();
    let subject = headers.first("Subject").map(word::decode).unwrap_or_default();
    Envelope {
        reply_to: reply_to.map_or_else(|| from.address.clone(), |mailbox| mailbox.address),
        from: from.address,
        from_name: from.name,
        tokens: tokens(&subject),
        subject: personal::redacted(&subject).into_owned(),
        message_id: headers.first("Message-ID").and_then(|value| ids(value).into_iter().next()),
        references: references(headers),
        date: headers.first("Date").and_then(date),
        received: headers.first("Received").and_then(received),
        seal: headers.word("X-Postroom-Seal"),
        claims_notice: headers.first("X-Postroom-Notice").is_some(),
        has_several_from: headers.all("From").nth(1).is_some(),
        return_path: headers
            .first("Return-Path")
            .map(|value| address::first(value).map(|mailbox| mailbox.address).unwrap_or_default()),
    }
}

/// `References` and `In-Reply-To`, oldest first, each once.
fn references(headers: &Headers<'_>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let ids = headers.all("References").chain(headers.all("In-Reply-To")).flat_map(ids);
    ids.filter(|id| seen.insert(id.clone())).collect()
}

/// The message ids of a header value: what stands in angle brackets; without any, its words.
fn ids(value: &[u8]) -> Vec<String> {
    let line = String::from_utf8_lossy(&unfold(value)).into_owned();
    let bracketed: Vec<&str> =
        line.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(id, _)| id.trim()).collect();
    let found = if bracketed.is_empty() {
        line.split([',', ' ', '\t', '<', '>']).filter(|word| !word.is_empty()).collect()
    } else {
        bracketed
    };
    found.into_iter().filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

/// The date of a `Received` field: behind its last semicolon.
fn received(value: &[u8]) -> Option<Timestamp> {
    date(value.rsplit(|byte| *byte == b';').next()?)
}

/// A date (RFC 5322, section 3.3). The zone `CST` is China's here, not North America's.
fn date(value: &[u8]) -> Option<Timestamp> {
    let text = without_comments(&String::from_utf8_lossy(&unfold(value)));
    let text = text.trim();
    let text = match text.strip_suffix("CST").or_else(|| text.strip_suffix("GMT+08:00")) {
        Some(before) => format!("{before}+0800"),
        None => text.to_owned(),
    };
    let parsed = DateTime::parse_rfc822(&with_seconds(&text)).filter(DateTime::is_valid)?;
    Timestamp::from_second(parsed.to_timestamp()).ok()
}

/// A date whose time may lack its seconds, which the standard allows and the parser does not.
fn with_seconds(text: &str) -> String {
    let has_time = |word: &&str| word.split_once(':').is_some_and(|(_, minutes)| !minutes.contains(':'));
    match text.split_whitespace().find(has_time) {
        Some(time) if !time.contains(['+', '-']) => text.replacen(time, &format!("{time}:00"), 1),
        _ => text.to_owned(),
    }
}

/// The text without what stands in parentheses.
pub(super) fn without_comments(text: &str) -> String {
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => {
                depth -= 1;
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            kept.push(c);
        }
    }
    kept
}

/// The tokens `[收XXXXXX]` of a subject. Clients put spaces into subjects and make brackets full-width, so both are
/// evened out before.
#[must_use]
pub fn tokens(subject: &str) -> Vec<String> {
    let even: String = subject.nfkc().filter(|c| !is_blank(*c)).map(even_bracket).collect();
    let is_token = |token: &&str| {
        token.len() == TOKEN_LENGTH && token.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    let mut seen = BTreeSet::new();
    let bracketed = even.split("[收").skip(1).filter_map(|rest| rest.split_once(']')).map(|(token, _)| token);
    bracketed.filter(is_token).filter(|token| seen.insert(*token)).map(str::to_owned).collect()
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

fn even_bracket(c: char) -> char {
    match c {
        '【' | '〔' => '[',
        '】' | '〕' => ']',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(raw: &str) -> Envelope {
        read(&Headers::read(raw.as_bytes()).0)
    }

    fn check_date(value: &str, expected: &str) {
        assert_eq!(date(value.as_bytes()), Some(expected.parse().unwrap()), "{value}");
    }

    #[test]
    fn dates_of_all_servers_are_right() {
        check_date("Tue, 9 Jan 2024 10:00:00 +0800", "2024-01-09T02:00:00Z");
        check_date("Tue, 9 Jan 2024 10:00:00 +0800 (CST)", "2024-01-09T02:00:00Z");
        check_date("Tue, 9 Jan 2024 10:00:00 +0800 (GMT+08:00)", "2024-01-09T02:00:00Z");
        check_date("Tue, 9 Jan 2024 10:00:00 CST", "2024-01-09T02:00:00Z");
        check_date("9 Jan 2024 10:00 GMT", "2024-01-09T10:00:00Z");
    }

    #[test]
    fn a_broken_date_is_none() {
        for value in ["", "yesterday", "2024", "Tue, 99 Foo 2024 10:00:00 +0800"] {
            assert_eq!(date(value.as_bytes()), None, "{value}");
        }
    }

    #[test]
    fn the_collection_servers_own_stamp_counts() {
        let raw = "Received: from a (b; c)\r\n\tby mx; Wed, 20 Dec 2017 08:51:35 +0800 (CST)\r\nReceived: x; 1 Jan 2000 00:00 GMT\r\n\r\n";
        assert_eq!(envelope(raw).received, Some("2017-12-20T00:51:35Z".parse().unwrap()));
    }

    #[test]
    fn the_thread_is_found_in_references_of_every_shape() {
        let check = |value: &str, expected: &[&str]| {
            assert_eq!(envelope(&format!("References: {value}\r\nIn-Reply-To: <z@y>\r\n\r\n")).references, expected);
        };
        check("<a@b>, <c@d>", &["a@b", "c@d", "z@y"]);
        check("<a@b>,<c@d>,<a@b>", &["a@b", "c@d", "z@y"]);
        check("<a@b>\r\n <z@y>", &["a@b", "z@y"]);
        check("a@b, c@d", &["a@b", "c@d", "z@y"]);
    }

    #[test]
    fn a_message_id_without_brackets_counts() {
        assert_eq!(envelope("Message-ID: a@b\r\n\r\n").message_id.as_deref(), Some("a@b"));
        assert_eq!(envelope("Message-Id: <a@b>\r\n\r\n").message_id.as_deref(), Some("a@b"));
    }

    #[test]
    fn a_token_is_found_however_the_subject_was_changed() {
        let check = |subject: &str, expected: &[&str]| assert_eq!(tokens(subject), expected, "{subject}");
        check("回复：调查表[收AB12CD]", &["AB12CD"]);
        check("Re: x [收 AB1 2CD ] y", &["AB12CD"]);
        check("转发：【收ＡＢ１２ＣＤ】［收ZZZZZZ］[收AB12CD]", &["AB12CD", "ZZZZZZ"]);
        check("[收AB12C] [收ab12cd] [AB12CD] 收AB12CD", &[]);
    }

    #[test]
    fn the_answer_goes_where_the_sender_wants_it() {
        let raw = "From: A <a@X.example>\r\nReply-To: <b@Y.example>\r\n\r\n";
        assert_eq!(envelope(raw).reply_to, "b@y.example");
        assert_eq!(envelope("From: A <a@X.example>\r\nReply-To:\r\n\r\n").reply_to, "a@x.example");
    }
}
