//! A look at how deep elements are nested before the parser sees them: its time grows with the square of the depth.

use crate::document::Fault;

/// Levels of open elements that are parsed. Quoted replies of long threads stay below 200.
const DEPTH: usize = 400;

/// Elements without an end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
];

/// Refuses HTML that is nested too deep.
///
/// # Errors
/// [`Fault::TooLarge`].
pub(super) fn check(html: &str) -> Result<(), Fault> {
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some((_, at)) = rest.split_once('<') {
        let (tag, after) = tag(at);
        rest = after;
        match tag {
            Tag::Open(name) if !VOID.contains(&name.as_str()) => {
                close_implied(&mut open, &name);
                rest = skip_raw(&name, rest);
                open.push(name);
            }
            Tag::Close(name) => close(&mut open, &name),
            _ => {}
        }
        if open.len() > DEPTH {
            return Err(Fault::TooLarge("nesting of HTML".into()));
        }
    }
    Ok(())
}

enum Tag {
    Open(String),
    Close(String),
    Other,
}

/// The tag behind a `<`, and what follows it.
fn tag(text: &str) -> (Tag, &str) {
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
    (if is_end { Tag::Close(name) } else { Tag::Open(name) }, behind(attributes))
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
        "p" | "div" | "table" | "ul" | "ol" | "h1" | "h2" | "h3" => (&["p"], &["td", "th", "div", "table", "li", "body", "blockquote"]),
        _ => return,
    };
    let last = open.iter().rposition(|open| ended.contains(&open.as_str()) || bounds.contains(&open.as_str()));
    if let Some(last) = last.filter(|last| open.get(*last).is_some_and(|open| ended.contains(&open.as_str()))) {
        open.truncate(last);
    }
}

/// An end tag closes what is open inside its element; one without an element is passed over.
fn close(open: &mut Vec<String>, name: &str) {
    if let Some(last) = open.iter().rposition(|open| open == name) {
        open.truncate(last);
    }
}
