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

/// Elements that make up a table.
const TABLE_PARTS: [&str; 8] = ["table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption"];

/// Elements that inline ones do not close.
const BLOCKS: [&str; 38] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "button",
    "center",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "html",
    "li",
    "main",
    "menu",
    "nav",
    "object",
    "ol",
    "p",
    "pre",
    "section",
    "select",
    "summary",
    "ul",
];

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
/// Holds anything, rows and cells too.
const TEMPLATE: &str = "template";

impl<'a> Levels<'a> {
    fn open(&mut self, name: String, attributes: &'a str) {
        let is_stray = TABLE_PARTS.contains(&name.as_str()) && name != TABLE && !self.is_in_table();
        if is_stray {
            return;
        }
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

    /// A parser passes over rows and cells that stand in no table.
    fn is_in_table(&self) -> bool {
        self.open.iter().any(|open| matches!(open.as_str(), TABLE | TEMPLATE))
    }

    /// Of elements that are alike in everything a parser keeps three.
    fn open_formatting(&mut self, element: (String, &'a str)) {
        let since = self.marker().map_or(0, |marker| marker + 1);
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

    /// What an end tag closes (HTML standard, 13.2.6.4.7): never beyond the cell it stands in; a block closes all inside it, an
    /// inline element no block.
    fn close(&mut self, name: &str) {
        self.close_formatting(name);
        let Some(last) = self.open.iter().rposition(|open| open == name) else { return };
        let inside: Vec<&str> = self.open.iter().skip(last + 1).map(String::as_str).collect();
        let has_block = inside.iter().any(|open| is_block(open));
        let is_beyond = match TABLE_PARTS.contains(&name) {
            true => inside.iter().any(|open| matches!(*open, TABLE | TEMPLATE)),
            false => {
                inside.iter().any(|open| TABLE_PARTS.contains(open) || matches!(*open, TEMPLATE | "object" | "marquee"))
            }
        };
        match is_beyond {
            true => {}
            false if is_block(name) || !has_block => self.open.truncate(last),
            // A formatting element ends, and the blocks inside it stay open.
            false if FORMATTING.contains(&name) => drop(self.open.remove(last)),
            false => {}
        }
    }

    fn close_formatting(&mut self, name: &str) {
        if name == TABLE {
            self.end_cell();
        }
        let last = self.last(name).filter(|last| name == TABLE || Some(*last) > self.marker());
        match name {
            _ if name == TABLE || FORMATTING.contains(&name) => {
                if let Some(last) = last {
                    self.formatting.remove(last);
                }
            }
            _ if TABLE_PARTS.contains(&name) => self.end_cell(),
            _ => {}
        }
    }

    /// The last table or cell among the formatting elements.
    fn marker(&self) -> Option<usize> {
        self.last(TABLE).max(self.last(CELL))
    }

    /// Formatting does not outlive its cell.
    fn end_cell(&mut self) {
        if let Some(cell) = self.last(CELL).filter(|cell| Some(*cell) > self.last(TABLE)) {
            self.formatting.truncate(cell);
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
    let ended: &[&str] = match name {
        "li" => &["li"],
        "dd" | "dt" => &["dd", "dt"],
        "option" if open.last().is_some_and(|last| last == "option") => &["option"],
        "td" | "th" => &["td", "th"],
        "tr" => &["tr"],
        "tbody" | "thead" | "tfoot" => &["tbody", "thead", "tfoot"],
        _ if BLOCKS.contains(&name) || name == "table" => &["p"],
        _ => return,
    };
    let is_bound = |open: &str| match name {
        _ if TABLE_PARTS.contains(&name) && name != TABLE => matches!(open, TABLE | TEMPLATE),
        "li" | "dd" | "dt" => is_block(open) && !matches!(open, "address" | "div" | "p"),
        _ => is_block(open),
    };
    let last = open.iter().rposition(|open| ended.contains(&open.as_str()) || is_bound(open));
    if let Some(last) = last.filter(|last| open.get(*last).is_some_and(|open| ended.contains(&open.as_str()))) {
        open.truncate(last);
    }
}

fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name) || TABLE_PARTS.contains(&name) || name == TEMPLATE
}
