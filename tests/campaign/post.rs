//! The post between Postroom and its respondents: what reached a mailbox, and what comes back from one that is not there.

use jiff::Timestamp;
use mail_parser::{Address, MessageParser};

use super::digests;

/// A notice as it lies in a respondent's mailbox.
#[derive(Debug, Clone)]
pub(super) struct Received {
    /// What Postroom calls it.
    pub(super) kind: String,
    /// Address that it went to.
    pub(super) to: String,
    pub(super) from: String,
    pub(super) subject: String,
    pub(super) message_id: String,
    /// The mail that it answers, if it answers one.
    pub(super) in_reply_to: Option<String>,
    pub(super) auto_submitted: Option<String>,
    /// Its text part.
    pub(super) text: String,
    /// The whole page of a digest; empty for what respondents get.
    pub(super) page: String,
    /// When it was sent.
    pub(super) at: Timestamp,
}

impl Received {
    /// Reads it as a mail program does.
    pub(super) fn read(bytes: &[u8], at: Timestamp) -> Self {
        let mail = MessageParser::default().parse(bytes).expect("a notice is a mail");
        let text = |name: &str| mail.header_raw(name).map(|value| value.trim().to_owned());
        let address = |field: Option<&Address<'_>>| {
            let first = field.and_then(Address::first).and_then(|one| one.address.as_deref());
            first.expect("a notice has sender and recipient").to_owned()
        };
        let kind = text("X-Postroom-Notice").expect("a notice says what it is");
        let kind = kind.split([';', ' ']).next().unwrap().to_owned();
        Self {
            page: if kind == "digest" { digests::page(&mail) } else { String::new() },
            kind,
            to: address(mail.to()),
            from: address(mail.from()),
            subject: mail.subject().unwrap_or_default().to_owned(),
            message_id: mail.message_id().unwrap_or_default().to_owned(),
            in_reply_to: mail.in_reply_to().as_text().map(str::to_owned),
            auto_submitted: text("Auto-Submitted"),
            text: mail.body_text(0).map(|text| text.into_owned()).unwrap_or_default(),
            at,
        }
    }
}

/// What the recipient's server sends back when there is no such mailbox (RFC 3464).
pub(super) fn bounce(notice: &Received, number: u64) -> Vec<u8> {
    let Received { to, message_id, subject, .. } = notice;
    let domain = to.rsplit('@').next().unwrap();
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.{domain} (Mail Delivery System)\r\nTo: {from}\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <bounce{number}@mx.{domain}>\r\n\
         Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b{number}\"\r\n\r\n\
         --b{number}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n\
         <{to}>: host mx.{domain} said: 550 5.1.1 User unknown\r\n\r\n\
         --b{number}\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.{domain}\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address rejected: User unknown\r\n\r\n\
         --b{number}\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         From: <{from}>\r\nTo: <{to}>\r\nSubject: {encoded}\r\nMessage-ID: <{message_id}>\r\n\r\n--b{number}--\r\n",
        from = notice.from,
        encoded = format_args!("=?UTF-8?B?{}?=", base64_simd::STANDARD.encode_to_string(subject.as_bytes())),
    )
    .into_bytes()
}
