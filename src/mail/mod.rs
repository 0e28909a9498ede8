//! Raw bytes become a [`Message`]: who wrote, its own text apart from what it quotes, its attachments, and the signs of
//! automatic mail.
//!
//! A message is always understood as far as it goes: [`parse`] never fails. What libraries get wrong with mail of Chinese
//! clients (raw GBK headers, characters split over encoded words, charsets without a label) is mended here from the raw bytes.
//!
//! | step | where |
//! | --- | --- |
//! | the message is cut into parts | `structure`, `header`, `parameter` |
//! | header text, names and dates are read | `word`, `address`, `envelope` |
//! | the way it came, and what servers say of its sender | `trace`, `auth` |
//! | parts become text and attachments | `part`, `transfer`, `charset` |
//! | own text is told from quoted text | `quote` |
//! | signs of automatic mail, of mail that came back and of cloud attachments are looked for | `automatic`, `bounce`, `cloud` |
//!
//! The mail parser's library lends its base64 and its dates. Its structure is not used: it decodes text before the
//! raw bytes can be had, loses folded boundaries, and searches each lying boundary to the end of the message.

mod address;
mod auth;
mod automatic;
mod bounce;
mod charset;
mod cloud;
mod envelope;
mod header;
mod parameter;
mod part;
mod quote;
mod structure;
mod trace;
mod transfer;
mod word;

pub use bounce::Bounce;
pub use envelope::tokens;
pub use trace::{Hop, ServerWord, Trace};

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A message, parsed.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// What its headers say.
    pub envelope: Envelope,
    /// Why it is no person's mail, if it is not.
    pub automatic: Option<Automatic>,
    /// What did not arrive, if it is a report of that.
    pub bounce: Option<Bounce>,
    /// The way it came.
    pub trace: Trace,
    /// Its own text.
    pub body: Body,
    /// Its attachments in order; inline pictures that the HTML shows are not among them.
    pub attachments: Vec<Attachment>,
    /// Links to providers' cloud attachments in its own text (not in what it quotes).
    pub linked: Vec<LinkedFile>,
}

/// What the headers say, and what an answer needs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Envelope {
    /// Sender's address (`From`), lower-cased domain; empty when there is none.
    pub from: String,
    /// Sender's name, decoded.
    pub from_name: String,
    /// Where an answer goes: `Reply-To` if given, else `From`.
    pub reply_to: String,
    /// Subject, decoded, one line.
    pub subject: String,
    /// `Message-ID` without its angle brackets.
    pub message_id: Option<String>,
    /// `In-Reply-To` and `References` without angle brackets, oldest first, each once.
    pub references: Vec<String>,
    /// `Date`.
    pub date: Option<Timestamp>,
    /// Date of the topmost `Received`, the collection server's own stamp.
    pub received: Option<Timestamp>,
    /// `X-Postroom-Seal`, by which a notice of ours is known whatever a relay makes of its `Message-ID`.
    #[serde(default)]
    pub seal: Option<String>,
    /// Whether it claims to be a notice of ours (`X-Postroom-Notice`).
    #[serde(default)]
    pub claims_notice: bool,
    /// Whether it has several `From`, of which each program may show another one.
    #[serde(default)]
    pub has_several_from: bool,
    /// The address before delivery began, where bounces go (`Return-Path`); none where nothing says so, empty for none to go.
    #[serde(default)]
    pub return_path: Option<String>,
    /// Tokens `[收XXXXXX]` of the subject, spaces removed, without the brackets and 收.
    pub tokens: Vec<String>,
}

/// Why a message is automatic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automatic {
    /// The sign, such as `Auto-Submitted: auto-replied`.
    pub sign: String,
    /// Whether it is only a weak one (`Precedence`, `List-Id`, `X-Auto-Response-Suppress`).
    pub weak: bool,
}

/// A message's own text, apart from what it quotes or forwards.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body {
    /// Plain text the sender wrote.
    pub text: String,
    /// Plain text quoted or forwarded below it.
    pub quoted_text: String,
    /// HTML the sender wrote; empty when there is none.
    pub html: String,
    /// HTML quoted or forwarded below it.
    pub quoted_html: String,
}

/// One attachment.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// File name, decoded and mended; `附件1` and so on where none is given; unique within the message.
    pub name: String,
    /// Declared media type, such as `application/octet-stream`.
    pub media_type: String,
    /// Whether it is a message (`message/rfc822`).
    pub is_message: bool,
    /// Its bytes, transfer encoding undone.
    pub bytes: Vec<u8>,
}

/// A link to a provider's cloud attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedFile {
    /// The file's name, where the mail tells it.
    pub name: Option<String>,
    /// The link's host.
    pub host: String,
}

/// Parses a message. Broken ones are understood as far as they go.
#[must_use]
pub fn parse(raw: &[u8]) -> Message {
    let structure = structure::split(raw);
    let envelope = envelope::read(&structure.headers);
    let leaves = if bounce::may_be(&structure.headers) { structure.leaves.clone() } else { Vec::new() };
    let contents = part::read(structure.leaves);
    let body = split_body(&contents.text, &contents.html);
    Message {
        bounce: bounce::find(&structure.headers, &leaves, &envelope, &body),
        automatic: automatic::find(&structure.headers, &structure.media_type, &envelope, &body),
        trace: Trace::read(&structure.headers),
        attachments: contents.attachments,
        linked: cloud::find(&body.text, &body.html),
        envelope,
        body,
    }
}

/// The pages of a web page saved as one file (RFC 2557), each decoded, in their order.
#[must_use]
pub fn web_pages(raw: &[u8]) -> Vec<String> {
    part::pages(structure::split(raw).leaves)
}

/// Reads only the headers of a message, which costs little whatever it carries.
#[must_use]
pub fn parse_headers(raw: &[u8]) -> Envelope {
    envelope::read(&header::Headers::read(raw).0)
}

/// Whether the headers of a message say by themselves that no person wrote it.
#[must_use]
pub fn is_automatic_by_headers(raw: &[u8]) -> bool {
    let headers = header::Headers::read(raw).0;
    let media_type = structure::media_type(&headers);
    automatic::find(&headers, &media_type, &envelope::read(&headers), &Body::default()).is_some()
}

/// Reads only the headers of a message, and the way that it came.
#[must_use]
pub fn parse_way(raw: &[u8]) -> (Envelope, Trace) {
    let (headers, _) = header::Headers::read(raw);
    (envelope::read(&headers), Trace::read(&headers))
}

fn split_body(text: &str, html: &str) -> Body {
    let text = quote::split_text(text);
    let html = quote::split_html(html);
    Body { text: text.own, quoted_text: text.quoted, html: html.own, quoted_html: html.quoted }
}
