//! Header fields by the rules of RFC 5322 and RFC 2047, with what Chinese providers ask besides.

use crate::notice::clean;

/// Longest header line (RFC 5322, 2.1.1).
const LINE: usize = 76;
/// Bytes of text in one encoded word: 45 bytes are 60 of base64, and the word stays under 75 (RFC 2047, 2).
const WORD: usize = 45;
/// Most identifiers in `References`: the first one and the latest ones.
const REFERENCES: usize = 10;
/// Longest identifier that is repeated.
const IDENTIFIER: usize = 200;
/// Prefixes of replies and forwards, lower case, without their colon.
const PREFIXES: [&str; 19] = [
    "re",
    "fw",
    "fwd",
    "aw",
    "wg",
    "回复",
    "答复",
    "转发",
    "回覆",
    "轉發",
    "转寄",
    "收到",
    "请更正",
    "提醒",
    "reply",
    "forward",
    "reminder",
    "please check",
    "please correct",
];
/// The marks that our own corrections put before a subject.
const OWN_MARKS: [&str; 2] = ["【请更正】", "[Please correct]"];

/// An address with the name it is shown by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Party {
    /// The name; may be empty.
    pub(super) name: String,
    /// The address, such as `collect@district.example`.
    pub(super) address: String,
}

impl Party {
    /// Reads `Name <address>` or a bare address; none when the address is no plain ASCII one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (name, address) = match text.trim().strip_suffix('>') {
            Some(rest) => rest.rsplit_once('<')?,
            None => ("", text),
        };
        let name = name.trim().trim_matches('"').to_owned();
        let address = address.trim().to_owned();
        is_address(&address).then_some(Self { name, address })
    }

    /// The part behind the `@`.
    pub(super) fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// Whether it can stand in an envelope and in a header as it is: `local@domain`, ASCII without spaces and specials.
pub(super) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| {
        c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '(' | ')' | ',' | ';' | ':' | '\\' | '@' | '[' | ']')
    };
    let proper = !local.is_empty() && !domain.is_empty() && text.len() <= 254;
    proper
        && local.chars().all(plain)
        && domain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// The subject without its prefixes of replies, our own mark and our tokens, at most `most` characters.
pub(super) fn bare_subject(subject: &str, most: usize) -> String {
    let mut rest = without_tokens(&clean::line(subject, usize::MAX));
    loop {
        let next = strip_once(rest.trim()).to_owned();
        if next == rest {
            return clean::line(&next, most);
        }
        rest = next;
    }
}

fn strip_once(subject: &str) -> &str {
    if let Some(rest) = OWN_MARKS.iter().find_map(|mark| subject.strip_prefix(mark)) {
        return rest.trim_start();
    }
    let Some((head, rest)) = subject.split_once([':', '：']) else { return subject };
    let head = head.trim().to_lowercase();
    if PREFIXES.contains(&head.as_str()) { rest.trim_start() } else { subject }
}

/// Takes out `[收K7M2QX]`, with the spaces that clients put between Chinese and Latin characters.
fn without_tokens(subject: &str) -> String {
    let mut kept = String::new();
    let mut rest = subject;
    while let Some((before, after)) = rest.split_once('[') {
        kept.push_str(before);
        match after.split_once(']') {
            Some((inside, behind)) if is_token(inside) => rest = behind,
            _ => {
                kept.push('[');
                rest = after;
            }
        }
    }
    kept.push_str(rest);
    clean::line(&kept, usize::MAX)
}

fn is_token(inside: &str) -> bool {
    let squeezed: String = inside.chars().filter(|c| !c.is_whitespace()).collect();
    squeezed
        .strip_prefix('收')
        .is_some_and(|token| token.len() == 6 && token.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// A field of free text, folded, in UTF-8 encoded words where it is not plain ASCII.
pub(super) fn text_field(name: &str, text: &str) -> String {
    let text = clean::line(text, usize::MAX);
    if is_plain(&text) && name.len() + 2 + text.len() <= LINE {
        return format!("{name}: {text}\r\n");
    }
    format!("{name}: {}\r\n", encoded_words(&text, LINE.saturating_sub(name.len() + 2)).join("\r\n "))
}

/// `From` or `To`, on one line: Sina refuses a `From` that is folded, and QQ one whose name is raw UTF-8.
pub(super) fn party_field(field: &str, party: &Party) -> String {
    let name = clean::line(&party.name, clean::NAME);
    if name.is_empty() {
        return format!("{field}: {}\r\n", party.address);
    }
    let shown = if is_plain(&name) {
        format!("\"{}\"", name.replace(['\\', '"'], ""))
    } else {
        encoded_words(&name, LINE).join(" ")
    };
    format!("{field}: {shown} <{}>\r\n", party.address)
}

/// `In-Reply-To` and `References` to an original and what it refers to itself; nothing when it bears no identifier.
pub(super) fn thread_fields(message_id: Option<&str>, references: &[String]) -> String {
    let Some(id) = message_id.filter(|id| is_identifier(id)) else { return String::new() };
    let mut chain: Vec<&str> =
        references.iter().map(String::as_str).filter(|other| is_identifier(other) && *other != id).collect();
    let surplus = (chain.len() + 1).saturating_sub(REFERENCES);
    // The first one stays, as clients hang the thread on it.
    if surplus > 0 {
        chain.drain(1..=surplus);
    }
    chain.push(id);
    let listed: Vec<String> = chain.iter().map(|id| format!("<{id}>")).collect();
    format!("In-Reply-To: <{id}>\r\nReferences: {}\r\n", listed.join("\r\n "))
}

fn is_identifier(id: &str) -> bool {
    (1..=IDENTIFIER).contains(&id.len()) && id.chars().all(|c| c.is_ascii_graphic() && c != '<' && c != '>')
}

fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) && !text.contains("=?")
}

/// The text as UTF-8 B words, cut between characters. The first has `room` columns beside the field's name.
fn encoded_words(text: &str, room: usize) -> Vec<String> {
    let overhead = "=?UTF-8?B??=".len();
    let first = room.saturating_sub(overhead) / 4 * 3;
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        let most = if words.is_empty() { first.min(WORD) } else { WORD };
        if !word.is_empty() && word.len() + c.len_utf8() > most {
            words.push(encoded_word(&word));
            word.clear();
        }
        word.push(c);
    }
    words.push(encoded_word(&word));
    words
}

fn encoded_word(text: &str) -> String {
    format!("=?UTF-8?B?{}?=", base64(text.as_bytes()))
}

/// Base64 (RFC 4648, 4), without line breaks.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0_u32, |group, at| group << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for digit in 0..4 {
            let index = (group >> (18 - 6 * digit)) & 63;
            let shown = DIGITS.get(usize::try_from(index).unwrap_or_default()).copied().unwrap_or(b'=');
            text.push(if digit > chunk.len() { '=' } else { char::from(shown) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_subject(subject: &str, expected: &str) {
        assert_eq!(bare_subject(subject, 60), expected, "{subject}");
    }

    #[test]
    fn a_subject_is_stripped_to_what_the_sender_named_it() {
        for subject in [
            "调查表",
            "Re: 调查表",
            "回复： 答复:调查表",
            "RE:Re: 转发：调查表",
            "回复：【请更正】调查表 [收K7M2QX]",
            "Re: 调查表 [ 收 K7M2QX ] [收ABCDEF]",
        ] {
            check_subject(subject, "调查表");
        }
        for subject in [
            "Re: [Please correct] Survey [收K7M2QX]",
            "RE: Re: [Please correct] Survey [收 K7M2QX]",
            "Re: Reminder: Survey [收K7M2QX]",
            "Fwd: Please check: Survey [收K7M2QX]",
        ] {
            check_subject(subject, "Survey");
        }
        check_subject("[Please correct the year] Survey", "[Please correct the year] Survey");
        check_subject("关于: 调查表", "关于: 调查表");
        check_subject("调查表 [急]", "调查表 [急]");
        check_subject("调查表 [急", "调查表 [急");
        check_subject("回复：", "");
    }

    #[test]
    fn base64_is_the_standard_one() {
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }

    #[test]
    fn no_line_of_a_long_subject_is_too_long_and_no_character_is_cut() {
        let field = text_field("Subject", &"人工智能产业a".repeat(20));
        for line in field.lines() {
            assert!(line.len() <= LINE, "{} {line}", line.len());
        }
    }

    #[test]
    fn from_stays_on_one_line() {
        let party = Party {
            name: "禾塘区人工智能产业调查收发室（科技和工业信息化局）".into(),
            address: "a@b.example".into(),
        };
        assert_eq!(party_field("From", &party).matches("\r\n").count(), 1);
    }

    #[test]
    fn a_party_is_read_with_or_without_a_name() {
        let party = Party::parse("AI survey <collect@district.example>").unwrap();
        assert_eq!(
            (party.name.as_str(), party.address.as_str(), party.domain()),
            ("AI survey", "collect@district.example", "district.example")
        );
        assert_eq!(Party::parse("a@b.example").unwrap().name, "");
        for broken in
            ["", "a", "a@", "@b", "甲@b.example", "a b@c.example", "a@b.example\r\nBcc: c@d.example", "x <a@b>y"]
        {
            assert_eq!(Party::parse(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_long_thread_keeps_its_first_and_latest_letters() {
        let references: Vec<String> = (0..30).map(|n| format!("{n}@a.example")).collect();
        let fields = thread_fields(Some("last@a.example"), &references);
        assert_eq!(fields.matches('<').count(), REFERENCES + 1);
        assert!(fields.contains("References: <0@a.example>\r\n <22@a.example>"), "{fields}");
        assert!(fields.ends_with("<29@a.example>\r\n <last@a.example>\r\n"), "{fields}");
    }

    #[test]
    fn a_broken_identifier_cannot_write_headers() {
        assert_eq!(thread_fields(Some("a>\r\nBcc: x@y"), &[]), "");
        assert_eq!(thread_fields(None, &["a@b".into()]), "");
        let fields = thread_fields(Some("a@b"), &["x\r\ny".into()]);
        assert_eq!(fields, "In-Reply-To: <a@b>\r\nReferences: <a@b>\r\n");
    }
}
