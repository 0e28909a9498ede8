//! Addresses of `From`, `Reply-To` and the like (RFC 5322, section 3.4), read leniently.

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
    let (before, address) = match bracketed(value) {
        Some((before, inside)) => (before, inside),
        None => {
            let entry = value.split(|byte| matches!(byte, b',' | b';')).find(|entry| entry.contains(&b'@'))?;
            let at = entry
                .split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'(' | b')'))
                .find(|w| w.contains(&b'@'))?;
            (comment(entry).unwrap_or_default(), at)
        }
    };
    let address = clean_address(&word::decode(address))?;
    Some(Mailbox { name: clean_name(&word::decode(before)), address })
}

/// What stands in the first angle brackets that hold an `@`, and the name before them.
fn bracketed(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let last_quote = value.iter().rposition(|byte| *byte == b'"');
    let mut open = None;
    let mut quoted = false;
    let mut has_at = false;
    for (position, byte) in value.iter().enumerate() {
        // A quote that is never closed quotes nothing.
        quoted &= last_quote.is_some_and(|last| position <= last);
        match byte {
            b'"' => quoted = !quoted,
            b'@' if !quoted => has_at = true,
            // A bare address before the bracket is an entry of its own.
            b',' if !quoted && has_at && open.is_none() => return None,
            b'<' if !quoted => (open, has_at) = (Some(position), false),
            b'>' if !quoted && has_at => {
                let open = open?;
                return Some((value.get(..open)?, value.get(open + 1..position)?));
            }
            _ => {}
        }
    }
    // The closing bracket may be missing.
    let open = open.filter(|_| has_at)?;
    Some((value.get(..open)?, value.get(open + 1..)?))
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
