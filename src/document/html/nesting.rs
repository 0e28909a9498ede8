//! A look at how deep elements are nested before the parser sees them: its time grows with the square of the depth.

use crate::document::Fault;

/// Levels of open elements that are parsed. Quoted replies of long threads stay below 200.
const DEPTH: usize = 400;

/// Elements without an end tag.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Elements that a parser opens again in the next block when nothing closed them.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Refuses HTML that is nested too deep.
///
/// # Errors
/// [`Fault::TooLarge`].
pub(super) fn check(html: &str) -> Result<(), Fault> {
    let mut levels = Levels::default();
    let mut rest = html;
    while let Some((_, at)) = rest.split_once('<') {
        let (tag, after) = tag(at);
        rest = after;
        match tag {
            Tag::Open(name, attributes) if !VOID.contains(&name.as_str()) => {
                rest = skip_raw(&name, rest);
                levels.open(name, attributes);
            }
            Tag::Close(name) => levels.close(&name),
            _ => {}
        }
        if levels.open.len() > DEPTH || levels.formatting.len() > DEPTH {
            return Err(Fault::TooLarge("nesting of HTML".into()));
        }
    }
    Ok(())
}

/// What is open at a point of the text.
#[derive(Default)]
struct Levels<'a> {
    open: Vec<String>,
    /// Formatting elements that nothing closed, with their attributes, between markers of tables and cells (HTML standard,
    /// 13.2.4.3).
    formatting: Vec<(String, &'a str)>,
}

const TABLE: &str = "table";
const CELL: &str = "td";

impl<'a> Levels<'a> {
    fn open(&mut self, name: String, attributes: &'a str) {
        close_implied(&mut self.open, &name);
        match name.as_str() {
            TABLE => self.formatting.push((TABLE.to_owned(), "")),
            CELL | "th" | "caption" => {
                self.end_cell();
                self.formatting.push((CELL.to_owned(), ""));
            }
            "tr" | "tbody" | "thead" | "tfoot" => self.end_cell(),
            formatting if FORMATTING.contains(&formatting) => self.open_formatting((name.clone(), attributes)),
            _ => {}
        }
        self.open.push(name);
    }

    /// Of elements that are alike in everything a parser keeps three.
    fn open_formatting(&mut self, element: (String, &'a str)) {
        let since = self.last(TABLE).max(self.last(CELL)).map_or(0, |marker| marker + 1);
        let alike: Vec<usize> = (since..)
            .zip(self.formatting.iter().skip(since))
            .filter(|(_, e)| **e == element)
            .map(|(at, _)| at)
            .collect();
        if let Some(first) = alike.first().filter(|_| alike.len() >= 3) {
            self.formatting.remove(*first);
        }
        self.formatting.push(element);
    }

    /// An end tag closes what is open inside its element; one without an element is passed over.
    fn close(&mut self, name: &str) {
        if let Some(last) = self.open.iter().rposition(|open| open == name) {
            self.open.truncate(last);
        }
        match name {
            CELL | "th" | "caption" | "tr" | "tbody" | "thead" | "tfoot" => self.end_cell(),
            TABLE => {
                self.end_cell();
                self.remove(TABLE);
            }
            formatting if FORMATTING.contains(&formatting) => self.remove(name),
            _ => {}
        }
    }

    /// Formatting does not outlive its cell.
    fn end_cell(&mut self) {
        if let Some(cell) = self.last(CELL).filter(|cell| Some(*cell) > self.last(TABLE)) {
            self.formatting.truncate(cell);
        }
    }

    fn remove(&mut self, name: &str) {
        if let Some(last) = self.last(name) {
            self.formatting.remove(last);
        }
    }

    fn last(&self, name: &str) -> Option<usize> {
        self.formatting.iter().rposition(|(open, _)| open == name)
    }
}

enum Tag<'a> {
    /// Name and the text of the attributes.
    Open(String, &'a str),
    Close(String),
    Other,
}

/// The tag behind a `<`, and what follows it.
fn tag(text: &str) -> (Tag<'_>, &str) {
    if let Some(comment) = text.strip_prefix("!--") {
        return (Tag::Other, comment.split_once("-->").map_or("", |(_, after)| after));
    }
    let (is_end, name_on) = text.strip_prefix('/').map_or((false, text), |after| (true, after));
    if !name_on.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return (Tag::Other, text);
    }
    let end = name_on.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/')).unwrap_or(name_on.len());
    let (name, attributes) = name_on.split_at_checked(end).unwrap_or((name_on, ""));
    let name = name.to_ascii_lowercase();
    let after = behind(attributes);
    let attributes = attributes.strip_suffix(after).unwrap_or(attributes);
    (if is_end { Tag::Close(name) } else { Tag::Open(name, attributes) }, after)
}

/// What follows the `>` of a tag, which may also stand inside quotes.
fn behind(attributes: &str) -> &str {
    let mut quote = None;
    let mut previous = ' ';
    for (at, character) in attributes.char_indices() {
        match (quote, character) {
            (None, '>') => return attributes.get(at + 1..).unwrap_or(""),
            // A quote opens a value only behind its equals sign.
            (None, '"' | '\'') if previous == '=' => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
        if !character.is_ascii_whitespace() {
            previous = character;
        }
    }
    ""
}

/// The text of scripts and styles has no tags.
fn skip_raw<'a>(name: &str, rest: &'a str) -> &'a str {
    if !matches!(name, "script" | "style" | "title" | "textarea" | "noscript" | "iframe" | "xmp") {
        return rest;
    }
    let end = rest.match_indices("</").map(|(at, _)| at).find(|at| {
        let after = rest.get(at + 2..at + 2 + name.len());
        after.is_some_and(|after| after.eq_ignore_ascii_case(name))
    });
    end.and_then(|at| rest.get(at..)).unwrap_or("")
}

/// Elements whose end tag may be left out end where the next of their kind begins.
fn close_implied(open: &mut Vec<String>, name: &str) {
    let (ended, bounds): (&[&str], &[&str]) = match name {
        "li" => (&["li"], &["ul", "ol"]),
        "dd" | "dt" => (&["dd", "dt"], &["dl"]),
        "option" => (&["option"], &["select"]),
        "td" | "th" => (&["td", "th"], &["table"]),
        "tr" => (&["tr"], &["table"]),
        "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot"], &["table"]),
        "p" | "div" | "table" | "ul" | "ol" | "h1" | "h2" | "h3" => {
            (&["p"], &["td", "th", "div", "table", "li", "body", "blockquote"])
        }
        _ => return,
    };
    let last = open.iter().rposition(|open| ended.contains(&open.as_str()) || bounds.contains(&open.as_str()));
    if let Some(last) = last.filter(|last| open.get(*last).is_some_and(|open| ended.contains(&open.as_str()))) {
        open.truncate(last);
    }
}
