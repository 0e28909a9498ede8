//! Mail that says that one of ours did not arrive: reports by the standard (RFC 3464) and those that Chinese providers write for
//! people only.
//!
//! What is wanted is which mail, which address, and whether the address itself is at fault. A mail is told by the identifiers that
//! the report carries, best first, or by the token in its subject. Whether there is such a mail of ours is for the store to say:
//! anybody can write a report.

use serde::{Deserialize, Serialize};

use super::header::Headers;
use super::structure::Leaf;
use super::{Body, Envelope, address, envelope, quote, transfer};

/// Beginnings and parts of subjects of reports, lower case.
const SUBJECTS: [&str; 10] = [
    "退信",
    "undeliver",
    "delivery status notification",
    "delivery failure",
    "mail delivery failed",
    "failure notice",
    "returned mail",
    "无法送达",
    "未送达",
    "未传递",
];
/// Words that say that there is no such address, lower case.
const NO_ADDRESS: [&str; 14] = [
    "不存在",
    "无此用户",
    "没有该用户",
    "已停用",
    "被禁用",
    "已注销",
    "地址有误",
    "user unknown",
    "unknown user",
    "no such user",
    "user not found",
    "mailbox not found",
    "mailbox unavailable",
    "does not exist",
];
/// Words behind which a provider's letter says why.
const REASONS: [&str; 5] = ["退信原因", "原因", "reason", "said:", "diagnostic"];
/// Words that name the recipient in a letter, lower case.
const RECIPIENTS: [&str; 4] = ["收件人", "无法发送到", "recipient", "following address"];
/// Longest words of a server that are kept, in characters.
const WORDS: usize = 300;
/// Most identifiers, and addresses of a letter for people, that are looked up.
const IDENTIFIERS: usize = 20;

/// A mail that did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bounce {
    /// `Message-ID`s that the mail may have, without angle brackets, best first: as we gave it, as a provider made it.
    pub of_message_ids: Vec<String>,
    /// Tokens in its subject.
    pub tokens: Vec<String>,
    /// The addresses that were not reached. A letter for people may name others as well; none when it names none.
    pub recipients: Vec<String>,
    /// Whether there is no such address, so that it is no use to write to it again. A full mailbox or a refused content is no
    /// such thing.
    pub permanent: bool,
    /// The server's words.
    pub words: String,
}

/// The report that a message is, if it is one.
pub(super) fn find(headers: &Headers<'_>, leaves: &[Leaf<'_>], envelope: &Envelope, body: &Body) -> Option<Bounce> {
    if !may_be(headers) {
        return None;
    }
    let status = leaf(leaves, "message/delivery-status").map(|leaf| Status::read(&leaf));
    if let Some(status) = &status
        && !status.has_failed()
    {
        return None;
    }
    let subject = envelope.subject.to_lowercase();
    if status.is_none() && !SUBJECTS.iter().any(|sign| subject.contains(sign)) {
        return None;
    }
    let text = if body.text.trim().is_empty() { quote::visible_text(&body.html) } else { body.text.clone() };
    let original = original(leaves);
    let status = status.unwrap_or_default();
    let words = if status.diagnostic.is_empty() { reason(&text) } else { status.diagnostic.clone() };
    Some(Bounce {
        of_message_ids: of_message_ids(headers, original.as_ref(), &text, envelope),
        tokens: tokens(original.as_ref(), &text, envelope),
        recipients: if status.recipients.is_empty() { recipients(&text, envelope) } else { status.recipients.clone() },
        permanent: is_permanent(&status.status, &words),
        words,
    })
}

/// Whether a message comes from a mail system, so that it is worth a closer look.
pub(super) fn may_be(headers: &Headers<'_>) -> bool {
    let null_path = headers.word("Return-Path").is_some_and(|path| path.chars().all(|c| matches!(c, '<' | '>' | ' ')));
    let from = headers.first("From").and_then(address::first);
    let is_system = from.is_some_and(|from| {
        matches!(from.local_part().to_ascii_lowercase().as_str(), "mailer-daemon" | "postmaster" | "mail-daemon")
    });
    null_path || is_system
}

/// The bytes of the first leaf of a type, transfer encoding undone.
fn leaf(leaves: &[Leaf<'_>], media_type: &str) -> Option<Vec<u8>> {
    let leaf = leaves.iter().find(|leaf| leaf.content_type.value == media_type)?;
    let encoding = leaf.headers.word("Content-Transfer-Encoding").unwrap_or_default();
    Some(transfer::decode(&encoding, leaf.body).into_owned())
}

/// What a report by the standard says of the addresses that were not reached: the reason is the first one's.
#[derive(Debug, Default)]
struct Status {
    recipients: Vec<String>,
    action: String,
    status: String,
    diagnostic: String,
}

impl Status {
    fn read(report: &[u8]) -> Self {
        let text = String::from_utf8_lossy(report).replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
        let mut all: Vec<Self> = text.split("\n\n").map(Self::of_one).filter(|one| !one.action.is_empty()).collect();
        let failed = all.iter().position(Self::has_failed).unwrap_or_default();
        let recipients = all.iter().filter(|one| one.has_failed()).flat_map(|one| one.recipients.clone()).collect();
        if all.is_empty() { Self::default() } else { Self { recipients, ..all.swap_remove(failed) } }
    }

    fn of_one(fields: &str) -> Self {
        let mut one = Self::default();
        for (name, value) in fields.lines().filter_map(|line| line.split_once(':')) {
            // The type stands before: `rfc822; a@b`, `smtp; 550 …`.
            let typed = value.split_once(';').map_or(value, |(_, value)| value).trim();
            match name.trim().to_ascii_lowercase().as_str() {
                // What we wrote to, rather than where it was forwarded.
                "original-recipient" => one.recipients = vec![plain_address(typed)],
                "final-recipient" if one.recipients.is_empty() => one.recipients.push(plain_address(typed)),
                "action" => one.action = value.trim().to_ascii_lowercase(),
                "status" => value.trim().clone_into(&mut one.status),
                "diagnostic-code" => one.diagnostic = shortened(typed),
                _ => {}
            }
        }
        one
    }

    /// A mail that is delayed, relayed or delivered has not come back.
    fn has_failed(&self) -> bool {
        self.action == "failed"
    }
}

fn plain_address(text: &str) -> String {
    text.trim().trim_matches(['<', '>']).to_lowercase()
}

/// The headers of the mail that came back.
fn original(leaves: &[Leaf<'_>]) -> Option<Vec<u8>> {
    leaf(leaves, "message/rfc822").or_else(|| leaf(leaves, "text/rfc822-headers"))
}

fn of_message_ids(headers: &Headers<'_>, original: Option<&Vec<u8>>, text: &str, envelope: &Envelope) -> Vec<String> {
    let own = original.map(|raw| Headers::read(raw).0);
    let inside = |name: &str| own.as_ref().and_then(|headers| headers.word(name));
    // QQ keeps under X-OQ-MSGID what it replaces; NetEase names the mail in the report's own header, Exchange repeats its headers.
    let sealed = inside("X-Postroom-Seal").and_then(|seal| seal.split(' ').next().map(str::to_owned));
    let named = [sealed, inside("X-OQ-MSGID"), headers.word("X-CM-Original-Message-ID"), inside("Message-ID")];
    let repeated = text.lines().filter_map(|line| {
        let (name, id) = line.trim().split_once(':')?;
        name.eq_ignore_ascii_case("message-id").then(|| id.trim().to_owned())
    });
    let found = named.into_iter().flatten().chain(repeated).chain(envelope.references.iter().rev().cloned());
    let mut ids: Vec<String> = Vec::new();
    for id in found.map(|id| id.trim_matches(['<', '>', ' ']).to_owned()).filter(|id| !id.is_empty()) {
        if !ids.contains(&id) && ids.len() < IDENTIFIERS {
            ids.push(id);
        }
    }
    ids
}

/// Tokens in the subject of the mail, wherever the report repeats it.
fn tokens(original: Option<&Vec<u8>>, text: &str, envelope: &Envelope) -> Vec<String> {
    let inside = original.map(|raw| envelope::read(&Headers::read(raw).0).tokens).unwrap_or_default();
    let lines = text.lines().flat_map(envelope::tokens);
    inside.into_iter().chain(lines).chain(envelope.tokens.iter().cloned()).collect()
}

/// The addresses that a letter speaks of: those on a line that names the recipient, else all that are not the writer's.
fn recipients(text: &str, envelope: &Envelope) -> Vec<String> {
    let is_writers = |address: &String| *address == envelope.from.to_lowercase() || address.starts_with("postmaster@");
    let named = text.lines().filter(|line| RECIPIENTS.iter().any(|sign| line.to_lowercase().contains(sign)));
    let named: Vec<String> = named.flat_map(addresses).filter(|address| !is_writers(address)).collect();
    if named.is_empty() {
        addresses(text).filter(|address| !is_writers(address)).take(IDENTIFIERS).collect()
    } else {
        named
    }
}

fn addresses(text: &str) -> impl Iterator<Item = String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+');
    let words = text.split(move |c: char| !is_part(c)).map(|word| word.trim_matches(['.', '-']).to_lowercase());
    words.filter(|word| word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.')))
}

/// What a letter gives as its reason: the line that says so, else the first that speaks of the address.
fn reason(text: &str) -> String {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let by = |signs: &[&str]| {
        lines().find(|line| signs.iter().any(|sign| line.to_lowercase().contains(sign))).map(shortened)
    };
    by(&REASONS).or_else(|| by(&NO_ADDRESS)).or_else(|| lines().next().map(shortened)).unwrap_or_default()
}

/// Whether there is no such address, by the status (RFC 3463: 5.1 is the address) or the words.
fn is_permanent(status: &str, words: &str) -> bool {
    let lower = words.to_lowercase();
    if status.starts_with('4') {
        return false;
    }
    status.starts_with("5.1.") || status == "5.2.1" || NO_ADDRESS.iter().any(|sign| lower.contains(sign))
}

fn shortened(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use crate::mail::parse;

    fn check(raw: &str, expected: Option<(&str, &str, bool, &str)>) {
        let found = parse(raw.replace('\n', "\r\n").as_bytes()).bounce;
        let shown = found.as_ref().map(|bounce| {
            (
                bounce.of_message_ids.first().map(String::as_str).unwrap_or_default(),
                bounce.recipients.first().map(String::as_str).unwrap_or_default(),
                bounce.permanent,
                bounce.words.as_str(),
            )
        });
        assert_eq!(shown, expected, "{raw}");
    }

    fn report(fields: &str, original: &str) -> String {
        format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nsorry\n--b\n\
             Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{fields}\n\n--b\n\
             Content-Type: text/rfc822-headers\n\n{original}\n\n--b--\n"
        )
    }

    const FAILED: &str = "Final-Recipient: rfc822; Nobody@firm.example\nAction: failed\nStatus: 5.1.1\n\
                          Diagnostic-Code: smtp; 550 5.1.1\n  User unknown";

    #[test]
    fn a_report_by_the_standard_tells_mail_address_and_reason() {
        let found = Some(("1@post.example", "nobody@firm.example", true, "550 5.1.1 User unknown"));
        check(&report(FAILED, "Message-ID: <1@post.example>\nSubject: x"), found);
        check(&report(FAILED, "X-Postroom-Seal: 1@post.example 00ff\nMessage-ID: <tencent_1@qq.example>"), found);
        check(&report(FAILED, "X-OQ-MSGID: <1@post.example>\nMessage-ID: <tencent_1@qq.example>"), found);
        let forwarded = format!("Original-Recipient: rfc822;a@firm.example\n{FAILED}");
        let found = Some(("1@post.example", "a@firm.example", true, "550 5.1.1 User unknown"));
        check(&report(&forwarded, "Message-ID: <1@post.example>"), found);
    }

    #[test]
    fn a_full_mailbox_or_a_refused_content_is_no_wrong_address() {
        for (status, words) in
            [("5.2.2", "mailbox full"), ("4.4.7", "timed out"), ("5.7.1", "message rejected as spam")]
        {
            let fields = format!(
                "Final-Recipient: rfc822; a@firm.example\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp; {words}"
            );
            check(&report(&fields, "Message-ID: <1@x.example>"), Some(("1@x.example", "a@firm.example", false, words)));
        }
    }

    #[test]
    fn a_mail_that_is_only_late_has_not_come_back() {
        for action in ["delayed", "relayed", "delivered"] {
            check(&report(&format!("Final-Recipient: rfc822; a@b.example\nAction: {action}\nStatus: 4.4.1"), ""), None);
        }
    }

    #[test]
    fn a_letter_of_qq_names_the_address() {
        let raw = "From: PostMaster <PostMaster@qq.example>\nSubject: =?utf-8?B?5p2l6IeqcXEuY29t55qE6YCA5L+h?=\n\
            Content-Type: text/html; charset=utf-8\n\n<div>很抱歉，您的邮件被退回来了</div>\n\
            <div>主题：回复：【请更正】调查表 [收K7M2QX]</div><div>收件人：10001@qq.example</div>\n\
            <div>退信原因：收件人邮件地址不存在，邮件无法送达。</div>";
        check(raw, Some(("", "10001@qq.example", true, "退信原因：收件人邮件地址不存在，邮件无法送达。")));
        let bounce = parse(raw.as_bytes()).bounce.unwrap();
        assert_eq!(bounce.tokens, ["K7M2QX"]);
    }

    #[test]
    fn a_report_of_netease_names_the_mail_in_its_own_header() {
        let raw = "From: Postmaster@163.example\nSubject: =?gb2312?B?z7XNs83L0MU=?=\nX-Mailer: Coremail MTA server\n\
            X-CM-Original-Message-ID: <1@post.example>\nMessage-Id: <x@163smtp14>\nContent-Type: text/plain; charset=utf-8\n\n\
            发件人：collect@post.example\n收件人：li@163.example\n退信原因：554 DT:SPM 被判定为垃圾邮件\n";
        check(raw, Some(("1@post.example", "li@163.example", false, "退信原因：554 DT:SPM 被判定为垃圾邮件")));
    }

    #[test]
    fn people_and_other_machines_are_no_reports() {
        for raw in [
            "From: zhang@corp.example\nSubject: 退信了，再发一次\n\nx",
            "Return-Path: <>\nFrom: a@corp.example\nSubject: 自动回复: 出差\n\nx",
            "Return-Path: <>\nFrom: a@corp.example\nSubject: Read: x\nContent-Type: multipart/report; \
             report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b\nContent-Type: \
             message/disposition-notification\n\nDisposition: displayed\n\n--b--",
        ] {
            check(raw, None);
        }
    }
}
