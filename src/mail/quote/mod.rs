//! What the sender wrote is told from what a reply quotes or a forward carries along.
//!
//! Clients mark quotes in text by a line (`在 … 写道：`, a dashed title, a block of mail headers) and in HTML by an
//! element as well. A block of headers begins a quote that runs to the end; a line `… 写道：` with `>` lines or an
//! element behind it ends with them, since some people write below what they quote.

mod html;
mod line;

pub(super) use self::html::unescape;
use self::html::{Scan, scan};
use self::line::{Ends, Line, Marker};

/// Own part and quoted part of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Split {
    /// What the sender wrote.
    pub(super) own: String,
    /// What is quoted or forwarded.
    pub(super) quoted: String,
}

/// The text a reader sees of HTML: a line for each block, cell and line break.
pub(super) fn visible_text(html: &str) -> String {
    scan(html).lines.iter().map(|line| line.text.trim()).collect::<Vec<_>>().join("\n")
}

/// Splits plain text.
pub(super) fn split_text(text: &str) -> Split {
    let lines: Vec<Line> = text.lines().map(|line| Line { start: 0, text: line.to_owned() }).collect();
    let marked_by_signs = lines.iter().filter(|line| line.is_marked()).count() > 1;
    let mut parts = Parts::default();
    let mut from = 0;
    while let Some(marker) = line::find(&lines, from) {
        let own = lines.get(from..marker.first).unwrap_or_default();
        own.iter().for_each(|line| parts.push(&line.text, marked_by_signs && line.is_marked()));
        let rest = lines.get(marker.last + 1..).unwrap_or_default();
        let quoted = match marker.ends {
            Ends::WithText => rest.len(),
            Ends::WithQuote => quoted_block(rest),
        };
        from = marker.last + 1 + quoted;
        lines.get(marker.first..from).unwrap_or_default().iter().for_each(|line| parts.push(&line.text, true));
    }
    let own = lines.get(from..).unwrap_or_default();
    own.iter().for_each(|line| parts.push(&line.text, marked_by_signs && line.is_marked()));
    parts.finish()
}

/// How many lines behind `… 写道：` are quoted: those with `>`, and all when there are none.
fn quoted_block(rest: &[Line]) -> usize {
    let first = rest.iter().position(|line| !line.is_blank());
    let Some(first) = first.filter(|at| rest.get(*at).is_some_and(Line::is_marked)) else { return rest.len() };
    let behind = rest.iter().skip(first).position(|line| !line.is_marked() && !line.is_blank());
    behind.map_or(rest.len(), |length| first + length)
}

/// Own and quoted lines as they are gathered.
#[derive(Default)]
struct Parts {
    own: Vec<String>,
    quoted: Vec<String>,
}

impl Parts {
    fn push(&mut self, line: &str, quoted: bool) {
        if quoted { self.quoted.push(line.to_owned()) } else { self.own.push(line.to_owned()) }
    }

    fn finish(self) -> Split {
        let join = |lines: Vec<String>| lines.join("\n").trim().to_owned();
        Split { own: join(self.own), quoted: join(self.quoted) }
    }
}

/// Splits HTML by position in its source: the quoted ranges are cut out, tags and all.
pub(super) fn split_html(html: &str) -> Split {
    let scan = scan(html);
    let mut split = Split::default();
    let mut from = 0;
    let mut marker = line::find(&scan.lines, 0);
    while let Some((start, end)) = next_quote(&scan, from, marker, html.len()) {
        split.own.push_str(html.get(from..start).unwrap_or_default());
        split.quoted.push_str(html.get(start..end).unwrap_or_default());
        // A quote takes at least one byte, so this comes to an end.
        from = end.max(start + 1);
        // Looked for again only when passed: each line is then looked at once, however many quotes there are.
        let passed = marker.and_then(|marker| scan.lines.get(marker.first)).is_some_and(|line| line.start < from);
        if passed {
            marker = line::find(&scan.lines, scan.lines.partition_point(|line| line.start < from));
        }
    }
    split.own.push_str(html.get(from..).unwrap_or_default());
    split
}

/// Where the first quote at or behind `from` begins and ends; `marker` is the first one there.
fn next_quote(scan: &Scan, from: usize, marker: Option<Marker>, length: usize) -> Option<(usize, usize)> {
    let element_from = |start| scan.quotes.get(scan.quotes.partition_point(|quote| quote.start < start));
    let element = element_from(from).map(|quote| (quote.start, quote.end));
    let Some(marker) = marker else { return element };
    let start = scan.lines.get(marker.first)?.start;
    if element.is_some_and(|(element_start, _)| element_start <= start) {
        return element;
    }
    // An element that follows at once is the quote that the line announces.
    let next_line = scan.lines.get(marker.last + 1).map_or(length, |line| line.start);
    let announced = element_from(start).filter(|quote| quote.start <= next_line && marker.ends == Ends::WithQuote);
    Some((start, announced.map_or(length, |quote| quote.end)))
}

#[cfg(test)]
mod tests;
