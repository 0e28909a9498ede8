//! A notice as the bytes of a mail: `multipart/alternative` of text and HTML, both base64 of UTF-8, so that no server on the
//! way has a reason to touch a line.

use jiff::{Timestamp, tz::TimeZone};

use crate::notice::Kind;
use crate::notice::headers::{Party, base64, party_field, text_field, thread_fields};

/// Characters of base64 on one line (RFC 2045, 6.8).
const BASE64_LINE: usize = 76;

/// What a mail is assembled from.
pub(super) struct Mail<'a> {
    pub(super) kind: Kind,
    pub(super) from: &'a Party,
    pub(super) to: &'a Party,
    pub(super) date: Timestamp,
    pub(super) time_zone: &'a TimeZone,
    pub(super) subject: &'a str,
    pub(super) message_id: &'a str,
    /// Identifier of the mail that is answered.
    pub(super) answers: Option<&'a str>,
    /// What that one refers to.
    pub(super) references: &'a [String],
    pub(super) text: &'a str,
    pub(super) html: &'a str,
}

/// The mail in RFC 5322 form, CRLF. The same input gives the same bytes.
pub(super) fn assemble(mail: &Mail<'_>) -> Vec<u8> {
    // No base64 contains an underscore, so the boundary cannot occur in a part.
    let local = mail.message_id.split_once('@').map_or(mail.message_id, |(local, _)| local);
    let boundary = format!("=_{local}");
    let mut bytes = headers(mail);
    bytes.push_str(&format!("Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n"));
    for (kind, content) in [("plain", mail.text), ("html", mail.html)] {
        bytes.push_str(&format!("--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"));
        bytes.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
        bytes.push_str(&lines(&base64(content.replace("\r\n", "\n").replace('\n', "\r\n").as_bytes())));
    }
    bytes.push_str(&format!("--{boundary}--\r\n"));
    bytes.into_bytes()
}

fn headers(mail: &Mail<'_>) -> String {
    let date = mail.date.to_zoned(mail.time_zone.clone()).strftime("%a, %d %b %Y %H:%M:%S %z").to_string();
    let mut fields = format!("Date: {date}\r\n");
    fields.push_str(&party_field("From", mail.from));
    fields.push_str(&party_field("To", mail.to));
    fields.push_str(&text_field("Subject", mail.subject));
    fields.push_str(&format!("Message-ID: <{}>\r\n", mail.message_id));
    fields.push_str(&thread_fields(mail.answers, mail.references));
    // RFC 3834, 5; the second is Exchange's word for the same wish.
    fields.push_str("Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n");
    fields.push_str(&format!("X-Postroom-Notice: {}\r\n", mail.kind.as_str()));
    fields.push_str("Content-Language: zh-CN\r\nMIME-Version: 1.0\r\n");
    fields
}

fn lines(base64: &str) -> String {
    let mut text = String::with_capacity(base64.len() + base64.len() / BASE64_LINE * 2 + 2);
    for (at, c) in base64.chars().enumerate() {
        if at > 0 && at % BASE64_LINE == 0 {
            text.push_str("\r\n");
        }
        text.push(c);
    }
    text.push_str("\r\n");
    text
}
