//! Addresses of `From`, `Reply-To` and the like (RFC 5322, section 3.4), read leniently.

use core::ops::Range;

use super::word;

/// One address with the name before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Mailbox {
    /// Decoded name; empty when there is none.
    pub(super) name: String,
    /// Address with its domain lower-cased; never empty.
    pub(super) address: String,
}

impl Mailbox {
    /// What stands before the last `@`.
    pub(super) fn local_part(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

/// The first address of a raw header value.
pub(super) fn first(value: &[u8]) -> Option<Mailbox> {
    // Some clients put the whole field, address included, into one encoded word.
    read(value).or_else(|| read(word::decode(value).as_bytes()))
}

fn read(value: &[u8]) -> Option<Mailbox> {
    let glyphs = glyphs(value);
    let (name, address) = match bracketed(&glyphs) {
        Some((before, inside)) => (bytes(before), inside),
        None => {
            let entry = glyphs.split(|one| one.is(b',') || one.is(b';')).find(|entry| has_at(entry))?;
            let is_between = |one: &Glyph| one.is_blank() || one.is(b'(') || one.is(b')');
            (comment(&bytes(entry)).unwrap_or_default().to_vec(), entry.split(is_between).find(|word| has_at(word))?)
        }
    };
    let spoken: Vec<u8> = address.iter().filter(|one| one.part != Part::Comment).map(|one| one.byte).collect();
    let address = clean_address(&word::decode(&spoken))?;
    Some(Mailbox { name: clean_name(&word::decode(&name)), address })
}

/// A byte, and what it is part of: only in plain text do signs tell where an address stands.
#[derive(Clone, Copy)]
struct Glyph {
    byte: u8,
    part: Part,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Plain,
    Quoted,
    Comment,
}

impl Glyph {
    fn is(self, byte: u8) -> bool {
        self.part == Part::Plain && self.byte == byte
    }

    fn is_blank(self) -> bool {
        self.part == Part::Plain && self.byte.is_ascii_whitespace()
    }
}

fn has_at(glyphs: &[Glyph]) -> bool {
    glyphs.iter().any(|one| one.is(b'@'))
}

fn bytes(glyphs: &[Glyph]) -> Vec<u8> {
    glyphs.iter().map(|one| one.byte).collect()
}

fn glyphs(value: &[u8]) -> Vec<Glyph> {
    let mut glyphs: Vec<Glyph> = value.iter().map(|byte| Glyph { byte: *byte, part: Part::Plain }).collect();
    for (span, part) in spans(value) {
        glyphs.get_mut(span).unwrap_or_default().iter_mut().for_each(|one| one.part = part);
    }
    // Some clients quote the address itself.
    if !has_at(&glyphs) {
        glyphs.iter_mut().filter(|one| one.part == Part::Quoted).for_each(|one| one.part = Part::Plain);
    }
    glyphs
}

/// Where comments (RFC 5322, 3.2.2) and quoted texts (3.2.4) stand. What is never closed is neither.
fn spans(value: &[u8]) -> Vec<(Range<usize>, Part)> {
    let mut spans: Vec<(Range<usize>, Part)> = Vec::new();
    let mut open = Vec::new();
    let mut may_quote = true;
    let mut at = 0;
    while let Some(byte) = value.get(at) {
        match byte {
            b'\\' if !open.is_empty() => at += 1,
            b'(' => open.push(at),
            b')' => {
                if let Some(start) = open.pop() {
                    // The comments within this one are part of it.
                    while spans.pop_if(|(span, _)| span.start > start).is_some() {}
                    spans.push((start..at + 1, Part::Comment));
                }
            }
            b'"' if open.is_empty() && may_quote => match closing_quote(value, at + 1) {
                Some(end) => {
                    spans.push((at..end + 1, Part::Quoted));
                    at = end;
                }
                None => may_quote = false,
            },
            _ => {}
        }
        at += 1;
    }
    spans
}

/// The next quote that no backslash stands before.
fn closing_quote(value: &[u8], start: usize) -> Option<usize> {
    let mut is_escaped = false;
    let rest = value.get(start..)?;
    let length = rest.iter().position(|byte| {
        let closes = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        closes
    });
    length.map(|length| start + length)
}

/// What stands in the first angle brackets that hold an `@`, and the name before them.
fn bracketed(glyphs: &[Glyph]) -> Option<(&[Glyph], &[Glyph])> {
    let mut open = None;
    let mut has_at = false;
    for (position, one) in glyphs.iter().enumerate().filter(|(_, one)| one.part == Part::Plain) {
        match one.byte {
            b'@' => has_at = true,
            // A bare address before the bracket is an entry of its own.
            b',' if has_at && open.is_none() => return None,
            b'<' => (open, has_at) = (Some(position), false),
            b'>' if has_at => {
                let open = open?;
                return Some((glyphs.get(..open)?, glyphs.get(open + 1..position)?));
            }
            _ => {}
        }
    }
    // The closing bracket may be missing.
    let open = open.filter(|_| has_at)?;
    Some((glyphs.get(..open)?, glyphs.get(open + 1..)?))
}

/// The old place of a name: `user@example (Name)`.
fn comment(entry: &[u8]) -> Option<&[u8]> {
    let open = entry.iter().position(|byte| *byte == b'(')?;
    let close = entry.iter().rposition(|byte| *byte == b')')?;
    entry.get(open + 1..close)
}

fn clean_name(name: &str) -> String {
    let trimmed = name.trim().trim_matches(['"', '\'']).trim();
    trimmed.replace("\\\"", "\"").replace("\\\\", "\\")
}

/// The address without decoration, its domain lower-cased; `None` when it is none that mail could be sent to.
fn clean_address(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['"', '\'', '<', '>', ' ']);
    let text = text.strip_prefix("mailto:").unwrap_or(text).trim_end_matches('.');
    let (local, domain) = text.rsplit_once('@')?;
    let unsendable = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';');
    let (local, domain) = (local.trim(), domain.trim().to_lowercase());
    let sound = !local.is_empty() && !domain.is_empty() && !local.contains(unsendable) && !domain.contains(unsendable);
    sound.then(|| format!("{local}@{domain}"))
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;

    use super::*;

    fn check(value: &[u8], name: &str, address: &str) {
        let expected = Mailbox { name: name.to_owned(), address: address.to_owned() };
        assert_eq!(first(value), Some(expected), "{}", String::from_utf8_lossy(value));
    }

    #[test]
    fn the_sender_of_every_client_can_be_answered() {
        check(b"\"=?gb18030?B?1cXI/Q==?=\" <10001@QQ.example>", "张三", "10001@qq.example");
        check(b"=?GBK?B?1cXI/Q==?= <Zhang@163.example>", "张三", "Zhang@163.example");
        check(b"zhang@corp.example", "", "zhang@corp.example");
        check(b"zhang@corp.example (Zhang)", "Zhang", "zhang@corp.example");
        check(b"<zhang@corp.example>", "", "zhang@corp.example");
        check(b"\"=?utf-8?Q?a=40corp.example?=\" <a@corp.example>", "a@corp.example", "a@corp.example");
        check(b"\"Zhang, San\" <a@corp.example>, b@corp.example", "Zhang, San", "a@corp.example");
        check(b"Zhang, San <a@corp.example>", "Zhang, San", "a@corp.example");
        check(b"a@corp.example, B <b@corp.example>", "", "a@corp.example");
        check(b"A <a@corp.example", "A", "a@corp.example");
        check(b"\"A <a@corp.example>", "A", "a@corp.example");
        check(b"\"a@b <x>\" <a@corp.example>", "a@b <x>", "a@corp.example");
    }

    #[test]
    fn a_sender_inside_one_encoded_word_is_found() {
        // The words hold `张三 <zhang@corp.example>`.
        check(b"=?utf-8?B?5byg5LiJIDx6aGFuZ0Bjb3JwLmV4YW1wbGU+?=", "张三", "zhang@corp.example");
    }

    /// What servers take for the sender is the sender: else their word on it is taken for a word on somebody else.
    #[test]
    fn no_comment_and_no_quoted_text_is_taken_for_the_sender() {
        let x = "x@evil.example";
        check(b"(x <li@firm.example>) <x@evil.example>", "(x <li@firm.example>)", x);
        check(b"(x (y) <li@firm.example>) <x@evil.example>", "(x (y) <li@firm.example>)", x);
        check(b"(\\) <li@firm.example>) <x@evil.example>", "(\\) <li@firm.example>)", x);
        check(b"\"a\\\" <li@firm.example> b\" <x@evil.example>", "a\" <li@firm.example> b", x);
        check(b"\"a\\\\\" <x@evil.example> \"<li@firm.example>\"", "a\\", x);
        check(b"<x@evil.example (li@firm.example)>", "", x);
        check(b"<x(li@firm.example)@evil.example>", "", x);
        check(b"(li@firm.example) x@evil.example", "li@firm.example", x);
        check(b"(li@firm.example,) x@evil.example", "li@firm.example,", x);
        check(b"x(li@firm.example)@evil.example", "li@firm.example", "x@evil.example");
        for none in ["\"li@firm.example,\"@evil.example", "(li@firm.example)"] {
            assert_eq!(first(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn what_is_never_closed_takes_no_sender_away() {
        check(b"Zhang :( <a@corp.example>", "Zhang :(", "a@corp.example");
        check(b"Zhang :( (Sales, Nord) <a@corp.example>", "Zhang :( (Sales, Nord)", "a@corp.example");
        check(b"Zhang (Sales) <a@corp.example>", "Zhang (Sales)", "a@corp.example");
        check(b"Zhang ) <a@corp.example>", "Zhang )", "a@corp.example");
        check(b"\"a@corp.example\"", "", "a@corp.example");
        check(b"<\"a@corp.example\">", "", "a@corp.example");
        // The second byte of a character in GBK may be a backslash.
        let backslash = first(b"\"\xd5\x5c\" <a@corp.example>").unwrap();
        assert_eq!(backslash.address, "a@corp.example");
        let deep = [&b"(".repeat(100_000)[..], b" <a@corp.example>", &b")".repeat(100_000)[..]].concat();
        assert_eq!(first(&deep), None);
    }

    #[test]
    fn a_raw_gbk_name_is_readable() {
        let value = [&GB18030.encode("示例公司").0, &b" <oa@corp.example>"[..]].concat();
        check(&value, "示例公司", "oa@corp.example");
    }

    #[test]
    fn what_is_no_address_is_none() {
        for value in ["", "undisclosed-recipients:;", "张三", "a@", "@b", "<>", "a b\r\nc"] {
            assert_eq!(first(value.as_bytes()), None, "{value}");
        }
    }
}
