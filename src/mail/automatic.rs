//! The signs of mail that no person wrote: automatic replies, bounces, receipts, lists, our own notices.
//!
//! Only what proves it counts. Every QQ mail carries `Feedback-ID`, so that is no sign; list and bulk marks are weak
//! ones, as office systems set them on mail that people sent.

use super::address::{self, Mailbox};
use super::header::Headers;
use super::{Automatic, Body, Envelope};

/// Headers that only automatic mail bears, whatever they say but `no` or `false`.
const STRONG_HEADERS: [&str; 8] = [
    "X-Postroom-Notice",
    "X-QQ-AUTO-REPLY",
    "X-QQ-HolidayReply",
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-AutoReply-From",
    "X-Mail-Autoreply",
];

/// Beginnings of subjects, compared in lower case.
const SUBJECTS: [&str; 9] = [
    "自动回复",
    "自动答复",
    "automatic reply",
    "auto:",
    "auto：",
    "autoreply:",
    "auto-reply:",
    "out of office:",
    "系统退信",
];

/// Beginnings of bodies, blanks left out, compared in lower case.
const BODIES: [&str; 9] = [
    "这是来自qq邮箱的假期自动回复邮件",
    "这是来自qq邮箱的自动回复邮件",
    "这是自动回复",
    "这是一封自动回复",
    "这是系统自动回复",
    "此邮件为自动回复",
    "本邮件为自动回复",
    "本邮件为系统自动回复",
    "thisisanautomaticreply,",
];

/// Greetings that may stand before the words of an automatic reply.
const GREETINGS: [&str; 4] = ["您好", "你好", "尊敬的用户", "hello"];

/// The first sign that the message is automatic; strong ones before weak ones.
pub(super) fn find(headers: &Headers<'_>, media_type: &str, envelope: &Envelope, body: &Body) -> Option<Automatic> {
    let strong = strong_header(headers)
        .or_else(|| strong_sender(headers))
        .or_else(|| (media_type == "multipart/report").then(|| media_type.to_owned()))
        .or_else(|| strong_subject(&envelope.subject))
        .or_else(|| strong_body(body));
    strong
        .map(|sign| Automatic { sign, weak: false })
        .or_else(|| weak_header(headers).map(|sign| Automatic { sign, weak: true }))
}

fn strong_header(headers: &Headers<'_>) -> Option<String> {
    let submitted = first_word(headers, "Auto-Submitted").filter(|value| value != "no");
    let submitted = submitted.map(|value| format!("Auto-Submitted: {value}"));
    let replied = first_word(headers, "Precedence").filter(|value| value == "auto_reply" || value == "auto-reply");
    submitted.or_else(|| replied.map(|value| format!("Precedence: {value}"))).or_else(|| {
        let mut signs = STRONG_HEADERS.into_iter().filter_map(|name| Some((name, headers.word(name)?)));
        let refused = |value: &str| matches!(value.to_ascii_lowercase().as_str(), "no" | "false");
        signs.find(|(_, value)| !refused(value)).map(|(name, value)| format!("{name}: {value}"))
    })
}

/// The value of a header, lower-cased, up to its first parameter or comment; `None` when there is none.
fn first_word(headers: &Headers<'_>, name: &str) -> Option<String> {
    let value = headers.word(name)?;
    let word = value.split([';', '(', ' ', '\t']).next()?.trim().to_ascii_lowercase();
    (!word.is_empty()).then_some(word)
}

fn strong_sender(headers: &Headers<'_>) -> Option<String> {
    let return_path = headers.word("Return-Path");
    if return_path.is_some_and(|path| path.chars().all(|c| matches!(c, '<' | '>' | ' '))) {
        return Some("Return-Path: <>".to_owned());
    }
    let sender = |name: &str| headers.first(name).and_then(address::first);
    let system = sender("From").filter(is_system);
    let replier = || ["From", "Sender", "Return-Path"].into_iter().filter_map(sender).find(is_qq_replier);
    system.or_else(replier).map(|sender| format!("From: {}", sender.address))
}

fn is_system(sender: &Mailbox) -> bool {
    matches!(sender.local_part().to_ascii_lowercase().as_str(), "mailer-daemon" | "postmaster")
}

/// QQ replies automatically from `NUMBER+auto_=…`.
fn is_qq_replier(sender: &Mailbox) -> bool {
    sender.local_part().to_ascii_lowercase().contains("+auto_")
}

fn strong_subject(subject: &str) -> Option<String> {
    let lower = subject.trim_start().to_lowercase();
    let begins = SUBJECTS.iter().any(|beginning| lower.starts_with(beginning));
    // 来自qq.com的退信, 来自x@sina.com的自动回复
    let from_a_system = lower
        .strip_prefix("来自")
        .and_then(|rest| rest.split_once('的'))
        .is_some_and(|(who, what)| who.is_ascii() && (what.starts_with("退信") || what.starts_with("自动回复")));
    (begins || from_a_system).then(|| format!("Subject: {subject}"))
}

fn strong_body(body: &Body) -> Option<String> {
    let visible = if body.text.trim().is_empty() { super::quote::visible_text(&body.html) } else { body.text.clone() };
    let beginning: String = visible.chars().filter(|c| !c.is_whitespace()).take(80).collect::<String>().to_lowercase();
    let greeted = GREETINGS.iter().find_map(|greeting| beginning.strip_prefix(greeting)).unwrap_or(&beginning);
    let words = greeted.trim_start_matches(['！', '!', '，', ',', '。', '：', ':', '~']);
    let found = BODIES.iter().find(|phrase| words.starts_with(**phrase))?;
    Some(format!("body: {found}"))
}

fn weak_header(headers: &Headers<'_>) -> Option<String> {
    let precedence =
        first_word(headers, "Precedence").filter(|value| matches!(value.as_str(), "bulk" | "list" | "junk"));
    let list = headers.word("List-Id").filter(|value| !value.is_empty());
    let suppress = headers.word("X-Auto-Response-Suppress");
    let suppress = suppress.filter(|value| value.split([',', ' ']).any(|word| word.eq_ignore_ascii_case("all")));
    precedence
        .map(|value| format!("Precedence: {value}"))
        .or_else(|| list.map(|value| format!("List-Id: {value}")))
        .or_else(|| suppress.map(|value| format!("X-Auto-Response-Suppress: {value}")))
}

#[cfg(test)]
mod tests {
    use crate::mail::parse;

    const PERSON: &str = "From: zhang@corp.example\r\nReturn-Path: <zhang@corp.example>\r\n";

    /// Whether a message with this header, subject and body is automatic: `strong`, `weak` or `person`.
    fn kind(header: &str, body: &str) -> &'static str {
        let raw = format!("{header}\r\n{PERSON}\r\n{body}");
        match parse(raw.as_bytes()).automatic {
            None => "person",
            Some(sign) if sign.weak => "weak",
            Some(_) => "strong",
        }
    }

    fn check(header: &str, expected: &str) {
        assert_eq!(kind(header, "text"), expected, "{header}");
    }

    #[test]
    fn machines_get_no_answer() {
        for header in [
            "Auto-Submitted: auto-replied; owner=x",
            "Auto-Submitted: auto-generated",
            "Precedence: auto_reply",
            "X-QQ-AUTO-REPLY: true",
            "X-QQ-HolidayReply: true",
            "X-Autoreply: yes",
            "X-Autorespond: x",
            "X-Postroom-Notice: receipt",
            "Return-Path: <>",
            "From: Postmaster@163.example",
            "From: MAILER-DAEMON@corp.example",
            "Sender: 10001+auto_=collect=gov.example@qq.example",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
            "Subject: 自动回复: 调查表",
            "Subject: Automatic reply: x",
            "Subject: AUTO: x",
            "Subject: 来自qq.com的退信",
        ] {
            check(header, "strong");
        }
    }

    #[test]
    fn list_and_bulk_marks_are_weak() {
        for header in ["Precedence: bulk", "Precedence: list", "List-Id: <a.b>", "X-Auto-Response-Suppress: DR, All"] {
            check(header, "weak");
        }
    }

    #[test]
    fn a_person_is_not_taken_for_a_machine() {
        for header in [
            "Auto-Submitted: no",
            "Feedback-ID: webmail:qq.example:bgweb:bgweb1",
            "X-Auto-Response-Suppress: OOF",
            "Precedence: normal",
            "List-Unsubscribe: <mailto:x@y.example>",
            "Subject: 回复：自动回复: x",
            "Subject: 来自岭泽市的自动回复系统厂家",
            "Subject: Automation survey",
            "X-Autoreply: no",
        ] {
            check(header, "person");
        }
    }

    #[test]
    fn a_reply_known_only_by_its_words_gets_no_answer() {
        assert_eq!(kind("A: 1", "这是来自QQ邮箱的假期自动回复邮件。\r\n\r\n您好"), "strong");
        assert_eq!(kind("Content-Type: text/html", "<p>这是来自QQ邮箱的假期自动回复邮件。<br></p>"), "strong");
        assert_eq!(kind("A: 1", "您好！这是一封自动回复邮件"), "strong");
        assert_eq!(kind("A: 1", "This is an automatic reply, confirming that your e-mail was received"), "strong");
        assert_eq!(kind("A: 1", "贵局的信自动回复了，附件请查收"), "person");
    }
}
