//! A notice as the bytes of a mail: `multipart/alternative` of text and HTML, both base64 of UTF-8, so that no server on the
//! way has a reason to touch a line; within `multipart/mixed` where files are enclosed, the HTML within `multipart/related` where
//! pictures stand in it (RFC 2387).

use jiff::{Timestamp, tz::TimeZone};

use crate::notice::headers::{Party, base64, party_field, text_field, thread_fields};
use crate::notice::{Enclosure, Kind, Picture};

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
    /// Pictures that stand in the HTML.
    pub(super) pictures: &'a [Picture],
    /// Files that go with it.
    pub(super) enclosures: &'a [Enclosure],
}

/// The mail in RFC 5322 form, CRLF. The same input gives the same bytes.
pub(super) fn assemble(mail: &Mail<'_>) -> Vec<u8> {
    // No base64 contains an underscore, so no boundary can occur in a part.
    let local = mail.message_id.split_once('@').map_or(mail.message_id, |(local, _)| local);
    let words = alternative(mail, &format!("=_{local}"));
    let content = if mail.enclosures.is_empty() { words } else { mixed(&words, mail.enclosures) };
    format!("{}{content}", headers(mail)).into_bytes()
}

/// Text and HTML as one entity: its own headers, then its parts.
fn alternative(mail: &Mail<'_>, boundary: &str) -> String {
    let mut entity = format!("Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n");
    let html = words_of("html", mail.html);
    let html = if mail.pictures.is_empty() { html } else { related(&html, mail.pictures, boundary) };
    for part in [words_of("plain", mail.text), html] {
        entity.push_str(&format!("--{boundary}\r\n{part}"));
    }
    entity.push_str(&format!("--{boundary}--\r\n"));
    entity
}

/// Text or HTML as an entity.
fn words_of(kind: &str, content: &str) -> String {
    let coded = lines(&base64(content.replace("\r\n", "\n").replace('\n', "\r\n").as_bytes()));
    format!("Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{coded}")
}

/// The HTML and the pictures that stand in it. The boundary is one that the outer one does not begin with.
fn related(html: &str, pictures: &[Picture], outer: &str) -> String {
    let boundary = format!("=_related{}", outer.trim_start_matches('='));
    let mut entity =
        format!("Content-Type: multipart/related; type=\"text/html\";\r\n boundary=\"{boundary}\"\r\n\r\n");
    entity.push_str(&format!("--{boundary}\r\n{html}"));
    for picture in pictures {
        let (name, id, coded) = (picture.name, picture.content_id(), lines(&base64(&picture.png)));
        entity.push_str(&format!(
            "--{boundary}\r\nContent-Type: image/png;\r\n name=\"{name}.png\"\r\nContent-ID: <{id}>\r\n\
             Content-Disposition: inline;\r\n filename=\"{name}.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{coded}"
        ));
    }
    entity.push_str(&format!("--{boundary}--\r\n"));
    entity
}

/// Text and HTML of a mail that was assembled here, lines ended by LF.
pub(super) fn words(mail: &[u8]) -> [String; 2] {
    let mail = String::from_utf8_lossy(mail);
    ["plain", "html"].map(|kind| {
        let head = format!("Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        let (_, rest) = mail.split_once(&head).unwrap_or_default();
        let coded: String = rest.lines().take_while(|line| !line.starts_with("--")).collect();
        let bytes = base64_simd::STANDARD.decode_to_vec(coded).unwrap_or_default();
        String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
    })
}

/// The words and the files behind them. The boundary is one that the words' own does not begin with.
pub(super) fn mixed(words: &str, enclosures: &[Enclosure]) -> String {
    let inner = words.split('"').nth(1).unwrap_or_default();
    let boundary = format!("=_mixed{}", inner.trim_start_matches('='));
    let mut entity = format!("Content-Type: multipart/mixed;\r\n boundary=\"{boundary}\"\r\n\r\n");
    entity.push_str(&format!("--{boundary}\r\n{words}"));
    for enclosure in enclosures {
        entity.push_str(&format!("--{boundary}\r\n{}", file(enclosure)));
    }
    entity.push_str(&format!("--{boundary}--\r\n"));
    entity
}

/// A file as an entity. Its name stands there twice and plain: old clients look for it beside the type, and QQ shows a name in
/// the form of RFC 2231 as `tcmime.bin`.
fn file(enclosure: &Enclosure) -> String {
    let Enclosure { name, media_type, bytes } = enclosure;
    let (name, media_type) = (plain_name(name), plain_type(media_type));
    format!(
        "Content-Type: {media_type};\r\n name=\"{name}\"\r\nContent-Disposition: attachment;\r\n filename=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}",
        lines(&base64(bytes))
    )
}

/// The name as far as every client shows it: ASCII letters, digits, dot, hyphen and underscore, at most 60 of them.
fn plain_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let stem: String = stem.chars().map(plain).take(48).collect();
    let extension: String = extension.chars().map(plain).take(10).collect();
    format!("{stem}.{extension}")
}

/// The media type where it is one and nothing more, so that it cannot bring a line of its own into the mail.
fn plain_type(media_type: &str) -> &str {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '/');
    let is_type = media_type.split('/').count() == 2 && media_type.chars().all(is_plain);
    if is_type { media_type } else { "application/octet-stream" }
}

fn headers(mail: &Mail<'_>) -> String {
    let date = mail.date.to_zoned(mail.time_zone.clone()).strftime("%a, %d %b %Y %H:%M:%S %z").to_string();
    let mut fields = format!("Date: {date}\r\n");
    fields.push_str(&party_field("From", mail.from));
    fields.push_str(&party_field("To", mail.to));
    fields.push_str(&text_field("Subject", mail.subject));
    fields.push_str(&format!("Message-ID: <{}>\r\n", mail.message_id));
    fields.push_str(&thread_fields(mail.answers, mail.references));
    // RFC 3834, 5; the second is Exchange's word for the same wish. That a letter cannot be delivered is to be told.
    fields.push_str(if mail.kind.answers() {
        "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n"
    } else {
        "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n"
    });
    fields.push_str(&format!("X-Postroom-Notice: {}\r\n", mail.kind.as_str()));
    fields.push_str("Content-Language: zh-CN\r\nMIME-Version: 1.0\r\n");
    fields
}

pub(super) fn lines(base64: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_one_that_every_client_shows() {
        for (name, expected) in [
            ("form.xlsx", "form.xlsx"),
            ("调查表.docx", "___.docx"),
            ("a\"\r\nBcc: x.xlsx", "a___Bcc__x.xlsx"),
            ("noextension", "noextension.bin"),
        ] {
            assert_eq!(plain_name(name), expected);
        }
    }

    #[test]
    fn a_media_type_brings_no_line_of_its_own_into_a_mail() {
        for (media_type, expected) in [
            ("application/vnd.ms-excel", "application/vnd.ms-excel"),
            ("image/svg+xml", "image/svg+xml"),
            ("text/html\r\n\r\n--=_mixed", "application/octet-stream"),
            ("text/plain; charset=utf-8", "application/octet-stream"),
            ("a/b/c", "application/octet-stream"),
            ("", "application/octet-stream"),
        ] {
            assert_eq!(plain_type(media_type), expected, "{media_type:?}");
        }
    }
}
