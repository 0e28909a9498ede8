//! A message is cut into its leaves: the parts that are no multipart, with their headers and raw bytes.
//!
//! One pass over the lines that begin with `--`, without recursion and without looking ahead, so that neither depth
//! nor lying boundaries cost more than the message is long. A multipart that lacks its closing boundary ends where the
//! one around it goes on. Messages inside (`message/rfc822`) are leaves: their bytes are for another reading.

use super::header::Headers;
use super::parameter::Parameters;

/// Multiparts nested deeper than this are no longer opened.
const MAX_DEPTH: usize = 100;

/// A part that holds no other parts.
#[derive(Debug, Clone)]
pub(super) struct Leaf<'a> {
    /// The part's own headers.
    pub(super) headers: Headers<'a>,
    /// Its `Content-Type`; `text/plain` when none is given.
    pub(super) content_type: Parameters,
    /// Its bytes, still transfer-encoded.
    pub(super) body: &'a [u8],
    /// Whether it stands directly in a `multipart/related`.
    pub(super) related: bool,
}

/// A message cut into parts.
#[derive(Debug)]
pub(super) struct Structure<'a> {
    /// The message's headers.
    pub(super) headers: Headers<'a>,
    /// Its `Content-Type`, in lower case and without parameters.
    pub(super) media_type: String,
    /// Its leaves, in order.
    pub(super) leaves: Vec<Leaf<'a>>,
}

/// A multipart whose end has not been reached.
struct Open {
    boundary: Vec<u8>,
    related: bool,
}

/// A delimiter line: which open multipart it belongs to, and whether it is the last of it.
struct Delimiter {
    /// Where its line begins, and where the next one does.
    start: usize,
    end: usize,
    level: usize,
    closes: bool,
}

/// Cuts a raw message into its leaves.
pub(super) fn split(raw: &[u8]) -> Structure<'_> {
    let (headers, body_start) = Headers::read(raw);
    let content_type = content_type(&headers);
    let media_type = content_type.value.clone();
    let mut cutter = Cutter { raw, open: Vec::new(), leaves: Vec::new() };
    let mut next = cutter.take_part(headers.clone(), content_type, body_start);
    while let Some(start) = next {
        let (headers, length) = Headers::read(raw.get(start..).unwrap_or_default());
        let content_type = self::content_type(&headers);
        next = cutter.take_part(headers, content_type, start + length);
    }
    Structure { headers, media_type, leaves: cutter.leaves }
}

/// What a message says it is, in lower case and without parameters.
pub(super) fn media_type(headers: &Headers<'_>) -> String {
    content_type(headers).value
}

/// The work of cutting: what is open, and what has been found.
struct Cutter<'a> {
    raw: &'a [u8],
    open: Vec<Open>,
    leaves: Vec<Leaf<'a>>,
}

impl<'a> Cutter<'a> {
    /// Takes the part whose body begins at `body_start`; returns where the next part begins.
    fn take_part(&mut self, headers: Headers<'a>, content_type: Parameters, body_start: usize) -> Option<usize> {
        let body = self.raw.get(body_start..)?;
        if let Some(boundary) = boundary(&content_type, body, &self.open) {
            self.open.push(Open { boundary, related: content_type.value == "multipart/related" });
            return self.next_part(body_start);
        }
        let delimiter = next_delimiter(self.raw, body_start, &self.open);
        let body = match &delimiter {
            Some(delimiter) => without_line_end(self.raw.get(body_start..delimiter.start).unwrap_or_default()),
            None => body,
        };
        let related = self.open.last().is_some_and(|open| open.related);
        self.leaves.push(Leaf { headers, content_type, body, related });
        self.part_behind(delimiter?)
    }

    /// Where the next part begins, from `position` on.
    fn next_part(&mut self, position: usize) -> Option<usize> {
        let delimiter = next_delimiter(self.raw, position, &self.open)?;
        self.part_behind(delimiter)
    }

    /// Where the part behind a delimiter begins. What follows a closing one (an epilogue) is passed over.
    fn part_behind(&mut self, mut delimiter: Delimiter) -> Option<usize> {
        while delimiter.closes {
            self.open.truncate(delimiter.level);
            delimiter = next_delimiter(self.raw, delimiter.end, &self.open)?;
        }
        self.open.truncate(delimiter.level + 1);
        Some(delimiter.end)
    }
}

fn content_type(headers: &Headers<'_>) -> Parameters {
    let mut parameters = headers.first("Content-Type").map(Parameters::read).unwrap_or_default();
    if !parameters.value.contains('/') {
        parameters.value = "text/plain".to_owned();
    }
    parameters
}

/// The boundary by which a part is to be cut; `None` when it is a leaf.
///
/// Where the outermost multipart has lost its boundary, or names one that never comes, the first line that looks like
/// one is taken.
fn boundary(content_type: &Parameters, body: &[u8], open: &[Open]) -> Option<Vec<u8>> {
    if !content_type.value.starts_with("multipart/") || open.len() >= MAX_DEPTH {
        return None;
    }
    let named =
        content_type.bytes("boundary").map(|name| name.trim_ascii_end().to_vec()).filter(|name| !name.is_empty());
    if !open.is_empty() {
        return named;
    }
    named.filter(|name| find_boundary(body, name)).or_else(|| guess_boundary(body))
}

fn find_boundary(body: &[u8], boundary: &[u8]) -> bool {
    let open = [Open { boundary: boundary.to_vec(), related: false }];
    next_delimiter(body, 0, &open).is_some()
}

/// The first line that begins with `--` and is followed by a `Content-…` header.
fn guess_boundary(body: &[u8]) -> Option<Vec<u8>> {
    let mut position = 0;
    while let Some((start, line, end)) = next_dashed_line(body, position) {
        let after = body.get(end..).unwrap_or_default();
        if after.get(..8).is_some_and(|name| name.eq_ignore_ascii_case(b"Content-")) && line.len() > start_dashes(line)
        {
            return line.trim_ascii_end().strip_prefix(b"--").map(<[u8]>::to_vec);
        }
        position = end.max(start + 1);
    }
    None
}

fn start_dashes(line: &[u8]) -> usize {
    line.iter().take_while(|byte| **byte == b'-').count()
}

/// The next delimiter line of any open multipart, from `position` on.
fn next_delimiter(raw: &[u8], mut position: usize, open: &[Open]) -> Option<Delimiter> {
    if open.is_empty() {
        return None;
    }
    while let Some((start, line, end)) = next_dashed_line(raw, position) {
        let line = line.get(2..).unwrap_or_default();
        let found = open.iter().enumerate().rev().find_map(|(level, open)| {
            let rest = line.strip_prefix(open.boundary.as_slice())?.trim_ascii_end();
            (rest.is_empty() || rest == b"--").then_some((level, !rest.is_empty()))
        });
        if let Some((level, closes)) = found {
            return Some(Delimiter { start, end, level, closes });
        }
        position = end;
    }
    None
}

/// The next line that begins with `--`: where it begins, the line, and where the next line begins.
fn next_dashed_line(raw: &[u8], mut position: usize) -> Option<(usize, &[u8], usize)> {
    loop {
        let start = position + next_dash(raw.get(position..)?)?;
        let begins_line = start == 0 || raw.get(start - 1) == Some(&b'\n');
        let rest = raw.get(start..)?;
        let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |length| length + 1);
        if begins_line && rest.starts_with(b"--") {
            return Some((start, rest.get(..length)?, start + length));
        }
        position = start + length;
    }
}

/// Position of the next `-`. Base64 has none, so attachments are passed over in blocks, which compiles to vector code.
fn next_dash(bytes: &[u8]) -> Option<usize> {
    const BLOCK: usize = 64;
    let skipped =
        bytes.chunks(BLOCK).take_while(|block| !block.iter().fold(false, |any, byte| any | (*byte == b'-'))).count();
    let start = skipped * BLOCK;
    bytes.get(start..)?.iter().position(|byte| *byte == b'-').map(|found| start + found)
}

/// The line break before a delimiter belongs to the delimiter (RFC 2046, section 5.1.1).
fn without_line_end(body: &[u8]) -> &[u8] {
    let Some(without) = body.strip_suffix(b"\n") else { return body };
    without.strip_suffix(b"\r").unwrap_or(without)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(raw: &[u8]) -> Vec<String> {
        split(raw).leaves.iter().map(|leaf| String::from_utf8_lossy(leaf.body).into_owned()).collect()
    }

    const HEAD: &str = "Content-Type: multipart/mixed; boundary=\"b\"\n\n";

    fn check(raw: &str, expected: &[&str]) {
        assert_eq!(bodies(raw.as_bytes()), expected);
        assert_eq!(bodies(raw.replace('\n', "\r\n").as_bytes()), expected, "with CRLF");
    }

    #[test]
    fn every_file_of_a_message_is_found() {
        check("A: 1\n\ntext", &["text"]);
        check(&format!("{HEAD}preamble\n--b\n\none\n--b\nA: 1\n\ntwo\n--b--\nepilogue"), &["one", "two"]);
        let inner = "--b\nContent-Type: multipart/alternative; boundary=bb\n\n--bb\n\none\n--bb\n\ntwo\n--bb--\n";
        check(&format!("{HEAD}{inner}--b\n\nthree\n--b--\n"), &["one", "two", "three"]);
    }

    #[test]
    fn a_file_is_found_although_boundaries_are_broken() {
        check(&format!("{HEAD}--b\n\none\n--b\n\ntwo"), &["one", "two"]);
        let unclosed = "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\none\n--b\n\ntwo\n--b--";
        check(&format!("{HEAD}{unclosed}"), &["one", "two"]);
        check("Content-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\none\n--x--", &["one"]);
        check("Content-Type: multipart/mixed; boundary=y\n\n--x\nContent-Id: 1\n\none\n--x--", &["one"]);
        check("Content-Type: multipart/mixed;\n boundary=\n \"x\"\n\n--x\n\none\n--x--", &["one"]);
    }

    #[test]
    fn a_boundary_that_begins_like_another_ends_only_its_own_part() {
        let inner = "--b\nContent-Type: multipart/alternative; boundary=b2\n\n--b2\n\none\n--b2--\n--b\n\ntwo\n--b--";
        check(&format!("{HEAD}{inner}"), &["one", "two"]);
    }

    #[test]
    fn a_forwarded_message_stays_in_one_piece() {
        let inner = "Content-Type: multipart/mixed; boundary=i\n\n--i\n\nx\n--i--\n";
        let parts = format!("{HEAD}--b\nContent-Type: message/rfc822\n\n{inner}\n--b--");
        assert_eq!(bodies(parts.as_bytes()), [inner]);
    }

    #[test]
    fn depth_does_not_overflow_the_stack() {
        let mut raw = String::new();
        for level in 0..20_000 {
            raw.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"));
        }
        assert_eq!(split(raw.as_bytes()).leaves.len(), 1);
    }
}
