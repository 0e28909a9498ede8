//! The way a message came: each server that took it in (`Received`, RFC 5321, section 4.4), and what servers say of its sender
//! (`Authentication-Results`, RFC 8601), in the order of its header.
//!
//! The collection server's own stamp is the edge. What stands above it nobody outside can write. What stands right below it,
//! before the next stamp, may be the server's (Postfix puts what its milters say there) or the sender's own invention. What stands
//! further down is hearsay.

use core::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::auth;
use super::envelope::without_comments;
use super::header::{Headers, unfold};

/// The way a message came, topmost first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace {
    steps: Vec<Step>,
}

/// One field of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Received(Hop),
    Results(AuthenticationResult),
}

/// One `Authentication-Results` header (RFC 8601), as far as it matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AuthenticationResult {
    /// The server that says so, in lower case.
    pub(super) authserv_id: String,
    /// Its result for `dmarc`, such as `pass` or `fail`.
    pub(super) dmarc: Option<String>,
    /// The domain that this is a result of, in lower case.
    pub(super) from: Option<String>,
}

/// What the collection server says of a sender.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ServerWord {
    /// Its result for DMARC, such as `pass`; none where it gives none.
    pub dmarc: Option<String>,
    /// Whether it stands where only the server can write: above its own stamp.
    pub is_certain: bool,
    /// The domain that it is said of, which is the one that the server read in `From`; none where it does not say.
    #[serde(default)]
    pub from: Option<String>,
}

/// One server that took the message in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hop {
    /// The server, in lower case; empty where the stamp does not say.
    pub by: String,
    /// What the client called itself.
    pub helo: String,
    /// The client's address, as the server saw it.
    pub client: Option<IpAddr>,
    /// Whether it came by LMTP (RFC 2033), which servers speak among themselves alone.
    pub is_local: bool,
}

impl Hop {
    /// Whether the client was the server itself, or one beside it. What a client calls itself does not tell that.
    fn is_within(&self) -> bool {
        match self.client {
            Some(client) => client.is_loopback() || (self.is_local && !is_public(client)),
            None => self.is_local || self.helo.is_empty(),
        }
    }

    /// Whether the client was a host of the Internet, not one of the server's own network.
    fn is_edge(&self) -> bool {
        self.client.is_some_and(is_public)
    }
}

impl Trace {
    /// Reads the fields of a header.
    pub(super) fn read(headers: &Headers<'_>) -> Self {
        let named = headers.of_names(&["Received", "Authentication-Results"]);
        let steps = named.map(|(index, value)| {
            let value = String::from_utf8_lossy(&unfold(value)).into_owned();
            if index == 0 { Step::Received(hop(&value)) } else { Step::Results(auth::read_one(&value)) }
        });
        Self { steps: steps.collect() }
    }

    /// What the collection server says of DMARC: the topmost word under its name that does not stand below another server's stamp.
    /// Where its name is not known, the topmost word of all gives it.
    #[must_use]
    pub fn server_word(&self, authserv_id: Option<&str>) -> ServerWord {
        let mut name = authserv_id;
        // Below a stamp of a client that is not the server's own anybody may have written; below the server's stamp of a host of the
        // Internet, the next one was there when the message came.
        let (mut is_open, mut is_below, mut has_own) = (false, false, false);
        for step in &self.steps {
            match step {
                Step::Results(result) => {
                    let is_named = result.authserv_id.eq_ignore_ascii_case(name.get_or_insert(&result.authserv_id));
                    // A server may write several, such as one for SPF by another program.
                    if let Some(dmarc) = result.dmarc.clone().filter(|_| is_named) {
                        return ServerWord { dmarc: Some(dmarc), is_certain: !is_open, from: result.from.clone() };
                    }
                }
                Step::Received(_) if is_below && authserv_id.is_some() => break,
                Step::Received(hop) => {
                    let is_own = authserv_id.is_none_or(|id| is_of(&hop.by, id));
                    if has_own && !is_own {
                        break;
                    }
                    has_own |= is_own;
                    is_open |= !hop.is_within();
                    is_below |= is_own && hop.is_edge();
                }
            }
        }
        ServerWord::default()
    }

    /// Where the collection server took the message from: its topmost stamp that names a host of the Internet. Stamps above it
    /// are of its own network, or of a relay of its own; below a foreign server's nothing is believed.
    #[must_use]
    pub fn edge(&self, is_relay: impl Fn(IpAddr) -> bool) -> Option<&Hop> {
        let hops = self.steps.iter().filter_map(|step| match step {
            Step::Received(hop) => Some(hop),
            Step::Results(_) => None,
        });
        let mut within = hops.take(WITHIN).skip_while(|hop| hop.is_within() || hop.client.is_some_and(&is_relay));
        within.next().filter(|hop| hop.is_edge())
    }
}

/// Stamps that a collection server's own network puts on top at most.
const WITHIN: usize = 4;

/// Whether a host is the server of that name, or beside or below it: `mx1.mail.example` for `mx.mail.example`.
fn is_of(host: &str, id: &str) -> bool {
    let id = id.to_ascii_lowercase();
    let family = id.split_once('.').map(|(_, parent)| parent).filter(|parent| parent.contains('.')).unwrap_or(&id);
    [id.as_str(), family].iter().any(|name| host.strip_suffix(name).is_some_and(|r| r.is_empty() || r.ends_with('.')))
}

/// Reads a stamp.
fn hop(value: &str) -> Hop {
    let plain = without_comments(value);
    let mut words = plain.split([' ', '\t', ';']).filter(|word| !word.is_empty());
    let mut hop = Hop::default();
    while let Some(word) = words.next() {
        match word.to_ascii_lowercase().as_str() {
            "from" if hop.helo.is_empty() => hop.helo = words.next().unwrap_or_default().to_owned(),
            "by" if hop.by.is_empty() => hop.by = words.next().unwrap_or_default().trim_end_matches('.').to_lowercase(),
            "with" if !hop.by.is_empty() => hop.is_local |= is_lmtp(words.next().unwrap_or_default()),
            _ => {}
        }
    }
    let from = split_at_by(value);
    // What the server saw stands in a comment; what the client said of itself may be an address as well.
    let seen = comments(from).into_iter().filter_map(|comment| address_in(&comment)).next_back();
    hop.client = seen.or_else(|| address(&hop.helo));
    hop
}

/// The protocols of RFC 3848 and 6531 for LMTP.
fn is_lmtp(protocol: &str) -> bool {
    ["LMTP", "LMTPA", "LMTPS", "LMTPSA", "UTF8LMTP", "UTF8LMTPA", "UTF8LMTPS", "UTF8LMTPSA"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(protocol))
}

/// What stands before the word `by`, outside of comments.
fn split_at_by(value: &str) -> &str {
    let mut depth = 0_usize;
    let mut before = ' ';
    for (at, c) in value.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let rest = value.get(at..).unwrap_or_default();
        if depth == 0 && before.is_whitespace() && rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("by ")) {
            return value.get(..at).unwrap_or(value);
        }
        before = c;
    }
    value
}

/// What stands in parentheses, those within others included.
fn comments(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut comment = String::new();
    for c in text.chars() {
        match c {
            '(' if depth == 0 => depth = 1,
            '(' => depth += 1,
            ')' if depth == 1 => {
                depth = 0;
                found.push(std::mem::take(&mut comment));
            }
            ')' => depth = depth.saturating_sub(1),
            c if depth > 0 => comment.push(c),
            _ => {}
        }
    }
    found
}

/// The first address of a comment that the client did not give itself (`helo=[192.0.2.1]`).
fn address_in(comment: &str) -> Option<IpAddr> {
    let mut was_helo = false;
    for word in comment.split([' ', '\t', ',']) {
        let lower = word.to_ascii_lowercase();
        let is_helo = was_helo || ["helo=", "ehlo=", "ident="].iter().any(|start| lower.starts_with(start));
        was_helo = matches!(lower.as_str(), "helo" | "ehlo");
        if let Some(found) = address(word).filter(|_| !is_helo) {
            return Some(found);
        }
    }
    None
}

/// An address with or without brackets, such as `[192.0.2.1]`, `[IPv6:2001:db8::1]`, `[192.0.2.1]:25`.
fn address(word: &str) -> Option<IpAddr> {
    let word = word.strip_prefix('[').map_or(word, |rest| rest.split(']').next().unwrap_or(rest));
    let word = word.strip_prefix("IPv6:").unwrap_or(word);
    word.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// Whether an address is one of the Internet (RFC 1918, 4193, 6598).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || is_shared)
        }
        IpAddr::V6(v6) => {
            let start = v6.segments().first().copied().unwrap_or_default();
            let is_local = start & 0xfe00 == 0xfc00 || start & 0xffc0 == 0xfe80;
            !(v6.is_loopback() || v6.is_unspecified() || is_local)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "mx.collect.example";
    const EDGE: &str =
        "Received: from out.firm.example (out.firm.example [192.0.2.1])\r\n\tby mx.collect.example (Postfix)";
    const WITHIN: &str = "Received: from mx.collect.example by imap.collect.example with LMTP";
    const EARLIER: &str = "Received: from desk by out.firm.example";
    const PASS: &str = "Authentication-Results: mx.collect.example; dmarc=pass";
    const FAIL: &str = "Authentication-Results: mx.collect.example; dmarc=fail";
    const SPF: &str = "Authentication-Results: mx.collect.example; spf=pass";
    const OTHER: &str = "Authentication-Results: out.firm.example; dmarc=pass";

    fn trace(lines: &[&str]) -> Trace {
        let raw = format!("{}\r\n\r\n", lines.join("\r\n"));
        Trace::read(&Headers::read(raw.as_bytes()).0)
    }

    /// What the server says, with a mark where only the server can have said it.
    fn check(lines: &[&str], said: &str) {
        let ServerWord { dmarc, is_certain, .. } = trace(lines).server_word(Some(OURS));
        let word = dmarc.unwrap_or_else(|| "-".into());
        assert_eq!(format!("{word}{}", if is_certain { "!" } else { "" }), said, "{lines:?}");
    }

    #[test]
    fn the_collection_server_is_heard_wherever_it_puts_its_word() {
        check(&[FAIL, EDGE, EARLIER], "fail!");
        check(&[WITHIN, FAIL, EDGE, EARLIER], "fail!");
        check(&[EDGE, FAIL, EARLIER], "fail");
        check(&[WITHIN, EDGE, FAIL], "fail");
        check(&[OTHER, FAIL, EDGE], "fail!");
        check(&["Received: from mx.collect.example by backend.example with LMTP", FAIL, EDGE], "fail!");
        check(&["Received: from mx ([172.22.1.253]) by 0c1d2e3f (Dovecot) with LMTP id 1", FAIL, EDGE], "fail!");
        check(&["Received: from mx.collect.example by backend.example", FAIL, EDGE], "fail");
    }

    /// OpenDMARC says its own below what another program of the server says of SPF.
    #[test]
    fn a_word_that_says_nothing_of_dmarc_hides_none_that_does() {
        check(&[SPF, FAIL, EDGE, EARLIER], "fail!");
        check(&[EDGE, SPF, FAIL, EARLIER], "fail");
        check(&[SPF, EDGE, FAIL, EARLIER], "fail");
        check(&[SPF, EDGE, PASS], "pass");
        check(&[SPF, EDGE, EARLIER, PASS], "-");
        check(&[SPF, EDGE], "-");
        let unnamed = |lines: &[&str]| trace(lines).server_word(None).dmarc;
        assert_eq!(unnamed(&[SPF, FAIL, EDGE]).as_deref(), Some("fail"));
        assert_eq!(unnamed(&[SPF, EDGE, "Authentication-Results: out.firm.example; dmarc=fail"]), None);
    }

    /// A network of containers has all clients come from one private address, and a client calls itself as it likes.
    #[test]
    fn a_client_of_the_servers_network_is_not_the_server() {
        check(&["Received: from evil.example (unknown [172.18.0.1]) by mx.collect.example", PASS], "pass");
        check(&["Received: from mx.collect.example (unknown [172.18.0.1]) by mx.collect.example", PASS], "pass");
        check(&["Received: from mx.collect.example by mx.collect.example with ESMTP", PASS], "pass");
        check(&["Received: from localhost by mx.collect.example with ESMTP", PASS], "pass");
        check(&["Received: from localhost (localhost [127.0.0.1]) by mx.collect.example", PASS, EDGE], "pass!");
        check(&["Received: by mx.collect.example with LMTP id 1", PASS, EDGE], "pass!");
    }

    #[test]
    fn a_word_that_the_sender_brought_along_never_outdoes_the_servers_own() {
        check(&[FAIL, EDGE, PASS, EARLIER], "fail!");
        check(&[EDGE, FAIL, PASS, EARLIER], "fail");
        // The server said nothing: its name further down is hearsay.
        check(&[EDGE, EARLIER, PASS], "-");
        check(&[WITHIN, EDGE, EARLIER, PASS], "-");
        check(&[EDGE, "Received: from x (x [192.0.2.9]) by mx.collect.example", PASS], "-");
        check(&[OTHER, EDGE, OTHER], "-");
        // Under a name that no stamp bears, a word is heard and not certain.
        check(&["Received: from x ([192.0.2.9]) by other.example", PASS], "pass");
        // Right below its stamp it may be either: it is not certain.
        check(&[EDGE, PASS, EARLIER], "pass");
    }

    #[test]
    fn a_server_beside_the_named_one_is_its_own() {
        check(&["Received: from a ([192.0.2.1]) by mx2.collect.example", EARLIER, PASS], "-");
        assert!(is_of("newmx12.qq.com", "mx.qq.com") && is_of("mx.qq.com", "qq.com"));
        assert!(!is_of("mxqq.com", "mx.qq.com") && !is_of("qq.com.evil.example", "qq.com") && !is_of("a.com", "b.com"));
    }

    fn check_client(stamp: &str, client: &str, helo: &str) {
        let hop = hop(stamp);
        let seen = hop.client.map(|client| client.to_string()).unwrap_or_default();
        assert_eq!((seen.as_str(), hop.helo.as_str()), (client, helo), "{stamp}");
    }

    #[test]
    fn the_client_is_the_one_that_the_server_saw() {
        check_client(
            "from out.firm.example (out.firm.example [192.0.2.1]) by mx (Postfix)",
            "192.0.2.1",
            "out.firm.example",
        );
        check_client("from [192.0.2.9] (unknown [192.0.2.1]) by mx", "192.0.2.1", "[192.0.2.9]");
        check_client("from [192.0.2.1] (helo=[192.0.2.9]) by mx with esmtp (Exim)", "192.0.2.1", "[192.0.2.1]");
        check_client("from a.example ([192.0.2.1] helo=x) by mx", "192.0.2.1", "a.example");
        check_client("from unknown (HELO 192.0.2.9) (192.0.2.1) by 0 with SMTP", "192.0.2.1", "unknown");
        check_client(
            "from A.example (2001:db8::1) by B.example (10.0.0.1) with Microsoft SMTP",
            "2001:db8::1",
            "A.example",
        );
        check_client("from mail.x (mail.x. [IPv6:2001:db8::2]) by mx.google.example", "2001:db8::2", "mail.x");
        check_client("from a (b [203.0.113.5]:4711) by c", "203.0.113.5", "a");
        check_client("by mx.collect.example with local", "", "");
        check_client("", "", "");
    }

    #[test]
    fn the_edge_is_the_topmost_stamp_that_names_a_host_of_the_internet() {
        let edge =
            |lines: &[&str]| trace(lines).edge(|_| false).and_then(|hop| hop.client).map(|client| client.to_string());
        let seen = Some("192.0.2.1".to_owned());
        assert_eq!(edge(&[EDGE, "Received: from x ([198.51.100.7]) by mx.collect.example"]), seen);
        assert_eq!(edge(&[WITHIN, EDGE]), seen);
        assert_eq!(edge(&["Received: from localhost (localhost [127.0.0.1]) by mx.collect.example", EDGE]), seen);
        // A desk in the office: what stands below it, it wrote itself.
        assert_eq!(edge(&["Received: from desk ([10.0.0.7]) by mx.collect.example", EDGE]), None);
        // A stamp that does not say from where ends the search: the one below it may be the sender's own.
        assert_eq!(edge(&["Received: from out.firm.example by mx.collect.example", EDGE]), None);
        assert_eq!(edge(&["Received: by mx.collect.example with LMTP id 1", EDGE]), seen);
        assert_eq!(edge(&["Received: from mx.collect.example by mx.collect.example with SMTP", EDGE]), None);
        assert_eq!(edge(&["Received: from mx ([172.22.1.253]) by 0c1d2e3f with LMTP id 1", EDGE]), seen);
        assert_eq!(edge(&[]), None);
    }

    /// Behind a gateway all mail comes from its address, for which no sender's SPF speaks.
    #[test]
    fn what_a_relay_of_our_own_took_in_came_from_where_the_relay_says() {
        let relay: IpAddr = "203.0.113.7".parse().unwrap();
        let edge = |lines: &[&str]| trace(lines).edge(|client| client == relay).and_then(|hop| hop.client);
        let by_relay = "Received: from gate.collect.example (gate [203.0.113.7]) by mx.collect.example";
        let firm = Some("192.0.2.1".parse().unwrap());
        assert_eq!(edge(&[by_relay, "Received: from out.firm.example ([192.0.2.1]) by gate.collect.example"]), firm);
        assert_eq!(edge(&[by_relay]), None);
        assert_eq!(edge(&[EDGE, by_relay, "Received: from x ([198.51.100.7]) by gate.collect.example"]), firm);
    }
}
