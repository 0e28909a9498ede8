//! HTML is scanned for the lines a reader sees and for the elements by which clients mark quotes.
//!
//! No tree is built: positions in the source are wanted, and the HTML may be broken at will.

use super::line::Line;

/// What a scan of HTML found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Visible lines; each begins at the tag that breaks the line before it.
    pub(super) lines: Vec<Line>,
    /// Elements that hold quotes, in order, none within another.
    pub(super) quotes: Vec<Quote>,
}

/// An element that holds a quote.
#[derive(Debug)]
pub(super) struct Quote {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Ids and classes of elements that hold a quote.
const QUOTE_ELEMENTS: [&str; 17] = [
    "olk_src_body_section",
    "ms-outlook-mobile-reference-message",
    "mail-editor-reference-message-container",
    "isreplycontent",
    "isforwardcontent",
    "reply139content",
    "ntes-mailmaster-quote",
    "j-reply",
    "gmail_quote",
    "gmail_attr",
    "yahoo_quoted",
    "moz-cite-prefix",
    "moz-forward-container",
    "protonmail_quote",
    "alimail-quote",
    "mail_quote",
    "zmail_extra",
];

/// Ids and classes of elements behind which everything is quoted.
const QUOTE_BEGINNINGS: [&str; 5] =
    ["divrplyfwdmsg", "x_divrplyfwdmsg", "appendonsend", "replysplit", "outlookmessageheader"];

/// Elements that begin a new line.
const BLOCKS: [&str; 27] = [
    "br",
    "p",
    "div",
    "tr",
    "td",
    "th",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "table",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "body",
    "pre",
    "section",
    "center",
    "tbody",
    "caption",
];

/// Elements whose content is not seen.
const UNSEEN: [&str; 3] = ["style", "script", "title"];

/// Scans HTML.
pub(super) fn scan(html: &str) -> Scan {
    let mut scanner =
        Scanner { html, scan: Scan::default(), line: Line { start: 0, text: String::new() }, quote: None };
    let mut position = 0;
    while let Some(rest) = html.get(position..).filter(|rest| !rest.is_empty()) {
        position += match rest.strip_prefix('<') {
            Some(tag) if begins_tag(tag) => scanner.tag(position),
            _ => scanner.text(position),
        };
    }
    scanner.finish()
}

fn begins_tag(after: &str) -> bool {
    after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}

struct Scanner<'a> {
    html: &'a str,
    scan: Scan,
    line: Line,
    /// Name and depth of the quoting element that is open.
    quote: Option<(String, usize)>,
}

impl Scanner<'_> {
    /// Takes the text that begins at `position`; returns its length.
    fn text(&mut self, position: usize) -> usize {
        let rest = self.html.get(position..).unwrap_or_default();
        let inner = rest.char_indices().skip(1);
        let length = inner.filter(|(_, c)| *c == '<').map(|(at, _)| at).next().unwrap_or(rest.len());
        self.line.text.push_str(&unescape(rest.get(..length).unwrap_or_default()));
        length
    }

    /// Takes the tag or comment that begins at `position`; returns its length.
    fn tag(&mut self, position: usize) -> usize {
        let rest = self.html.get(position..).unwrap_or_default();
        if rest.starts_with("<!--") {
            return rest.find("-->").map_or(rest.len(), |end| end + 3);
        }
        let length = tag_length(rest);
        let inner = rest.get(1..length).unwrap_or_default().trim_end_matches('>');
        let closes = inner.starts_with('/');
        let name: String = inner.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        if !closes && UNSEEN.contains(&name.as_str()) {
            return length + unseen_length(rest.get(length..).unwrap_or_default(), &name);
        }
        if BLOCKS.contains(&name.as_str()) {
            self.break_line(position);
        }
        if closes {
            self.close(&name, position + length)
        } else {
            self.open(&name, inner, position)
        }
        length
    }

    fn break_line(&mut self, position: usize) {
        let line = std::mem::replace(&mut self.line, Line { start: position, text: String::new() });
        if !line.is_blank() {
            self.scan.lines.push(line);
        }
    }

    fn open(&mut self, name: &str, tag: &str, position: usize) {
        if let Some((quoting, depth)) = &mut self.quote {
            *depth += usize::from(quoting == name);
            return;
        }
        let Some(element) = quoting(name, tag) else { return };
        self.scan.quotes.push(Quote { start: position, end: self.html.len() });
        // A name that no closing tag has keeps the quote open to the end.
        self.quote = Some((if element { name.to_owned() } else { String::new() }, 1));
    }

    fn close(&mut self, name: &str, end: usize) {
        let Some((quoting, depth)) = &mut self.quote else { return };
        *depth -= usize::from(quoting == name);
        if *depth == 0 {
            self.quote = None;
            if let Some(quote) = self.scan.quotes.last_mut() {
                quote.end = end;
            }
        }
    }

    fn finish(mut self) -> Scan {
        self.break_line(self.html.len());
        self.scan
    }
}

/// Whether a tag opens a quote: `Some(true)` when the quote is the element, `Some(false)` when it is all that follows.
fn quoting(name: &str, tag: &str) -> Option<bool> {
    let tag = tag.to_ascii_lowercase();
    if name == "blockquote" && (tag.contains("cite") || tag.contains("quote\"") || tag.contains("isreplycontent")) {
        return Some(true);
    }
    let marks = attribute_words(&tag);
    let has = |known: &[&str]| marks.iter().any(|mark| known.contains(mark));
    if has(&QUOTE_BEGINNINGS) { Some(false) } else { has(&QUOTE_ELEMENTS).then_some(true) }
}

/// The words of a tag's `id` and `class`.
fn attribute_words(tag: &str) -> Vec<&str> {
    let marks = ["id=", "class="].into_iter().flat_map(|name| tag.split(name).skip(1).take(1));
    marks
        .flat_map(|value| match value.strip_prefix(['"', '\'']) {
            Some(quoted) => quoted.split(['"', '\'']).next().unwrap_or_default().split_ascii_whitespace(),
            None => value.split(['>', ' ']).next().unwrap_or_default().split_ascii_whitespace(),
        })
        .collect()
}

/// Length of a tag: to the `>` outside quotes, or to the first one when quotes do not match.
fn tag_length(rest: &str) -> usize {
    let mut quote = None;
    for (at, c) in rest.char_indices().take(4096) {
        match (c, quote) {
            ('>', None) => return at + 1,
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
    }
    rest.find('>').map_or(rest.len(), |at| at + 1)
}

/// Length of what is not seen, up to the closing tag.
fn unseen_length(rest: &str, name: &str) -> usize {
    find_ignoring_case(rest, &format!("</{name}")).unwrap_or(rest.len())
}

/// Position of an ASCII `needle`, in any case.
fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes().windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

/// Character references undone, as far as they matter for words, and line breaks of the source made spaces.
pub(in crate::mail) fn unescape(text: &str) -> String {
    let text: String = text.chars().map(|c| if matches!(c, '\r' | '\n' | '\u{A0}') { ' ' } else { c }).collect();
    if !text.contains('&') {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('&');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match piece.split_once(';').and_then(|(name, rest)| Some((reference(name)?, rest))) {
            Some((c, rest)) => {
                out.push(c);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(piece);
            }
        }
    }
    out
}

fn reference(name: &str) -> Option<char> {
    Some(match name {
        "nbsp" | "ensp" | "emsp" => ' ',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "mdash" => '—',
        "ldquo" => '“',
        "rdquo" => '”',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).map(|c| if c == '\u{A0}' { ' ' } else { c })?
        }
    })
}
