//! The leaves of a message become its text and its attachments.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

use super::parameter::Parameters;
use super::structure::Leaf;
use super::{Attachment, charset, transfer};
use crate::personal;

/// How far into HTML its `<meta charset>` is looked for, in bytes (the HTML standard's prescan).
const META_WITHIN: usize = 1024;

/// What the leaves hold.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Text of all plain text leaves.
    pub(super) text: String,
    /// HTML of all HTML leaves.
    pub(super) html: String,
    /// The attachments, in order.
    pub(super) attachments: Vec<Attachment>,
}

/// What a leaf is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The message's own plain text.
    Text,
    /// The message's own HTML.
    Html,
    /// A file.
    Attachment,
    /// What mail programs add for one another: signatures, delivery reports.
    Machinery,
}

/// A leaf with what its headers say of it.
struct Part<'a> {
    leaf: Leaf<'a>,
    disposition: Parameters,
    role: Role,
}

/// Sorts the leaves into text and attachments, and decodes each once.
pub(super) fn read(leaves: Vec<Leaf<'_>>) -> Contents {
    let parts: Vec<Part<'_>> = leaves.into_iter().map(Part::new).collect();
    let mut contents = Contents::default();
    for part in &parts {
        match part.role {
            Role::Text => append(&mut contents.text, &part.plain_text()),
            Role::Html => append(&mut contents.html, &part.decoded_text()),
            Role::Attachment | Role::Machinery => {}
        }
    }
    let shown = shown_pictures(&contents.html);
    let mut taken = BTreeMap::new();
    let files = parts.into_iter().filter(|part| part.role == Role::Attachment && !part.is_inline_picture(&shown));
    contents.attachments = files.enumerate().map(|(index, part)| part.into_attachment(index + 1, &mut taken)).collect();
    contents
}

/// The text of every HTML leaf, whatever it is for.
pub(super) fn pages(leaves: Vec<Leaf<'_>>) -> Vec<String> {
    let pages = leaves.into_iter().filter(|leaf| leaf.content_type.value == "text/html");
    pages.map(|leaf| Part { leaf, disposition: Parameters::default(), role: Role::Html }.decoded_text()).collect()
}

fn append(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}

impl<'a> Part<'a> {
    fn new(leaf: Leaf<'a>) -> Self {
        let disposition = leaf.headers.first("Content-Disposition").map(Parameters::read).unwrap_or_default();
        let role = role(&leaf, &disposition);
        Self { leaf, disposition, role }
    }

    /// Its bytes, transfer encoding undone.
    fn bytes(&self) -> Cow<'a, [u8]> {
        transfer::decode(&self.leaf.headers.word("Content-Transfer-Encoding").unwrap_or_default(), self.leaf.body)
    }

    /// Its text; without a charset in its headers, the one that HTML itself names is heeded.
    fn decoded_text(&self) -> String {
        let bytes = self.bytes();
        let label = self.leaf.content_type.word("charset").filter(|label| !label.is_empty());
        let label = label.or_else(|| (self.role == Role::Html).then(|| meta_charset(&bytes)).flatten());
        charset::decode(label.as_deref(), &bytes).replace("\r\n", "\n").replace('\r', "\n").replace('\0', "")
    }

    /// Its text as a reader sees it: QQ writes `&nbsp;` into plain text, and flowed lines (RFC 3676) are joined.
    fn plain_text(&self) -> String {
        let text = self.decoded_text().replace("&nbsp;", " ");
        let parameter = |name: &str| self.leaf.content_type.word(name).unwrap_or_default().to_ascii_lowercase();
        if parameter("format") == "flowed" { join_flowed(&text, parameter("delsp") == "yes") } else { text }
    }

    /// Whether it is a picture that the text shows, and no file of its own.
    fn is_inline_picture(&self, shown: &BTreeSet<String>) -> bool {
        let id = self.leaf.headers.word("Content-ID").unwrap_or_default();
        let in_text = shown.contains(id.trim_matches(['<', '>', ' ']));
        self.leaf.content_type.value.starts_with("image/")
            && (in_text || self.leaf.related && self.disposition.value == "inline")
    }

    fn into_attachment(self, number: usize, taken: &mut BTreeMap<String, u32>) -> Attachment {
        let name = file_name(&self.disposition, &self.leaf.content_type).unwrap_or_else(|| format!("附件{number}"));
        let media_type = self.leaf.content_type.value.clone();
        Attachment {
            name: unique(personal::redacted(&name).into_owned(), taken),
            is_message: is_message(&media_type),
            media_type,
            bytes: self.bytes().into_owned(),
        }
    }
}

fn is_message(media_type: &str) -> bool {
    matches!(media_type, "message/rfc822" | "message/global")
}

fn role(leaf: &Leaf<'_>, disposition: &Parameters) -> Role {
    let media_type = leaf.content_type.value.as_str();
    match media_type {
        _ if is_message(media_type) => Role::Attachment,
        "application/pkcs7-signature" | "application/x-pkcs7-signature" | "application/pgp-signature" => {
            Role::Machinery
        }
        "text/rfc822-headers" => Role::Machinery,
        _ if media_type.starts_with("message/") => Role::Machinery,
        "text/plain" | "text/html" if is_own_text(leaf, disposition) => {
            if media_type == "text/html" {
                Role::Html
            } else {
                Role::Text
            }
        }
        // A multipart without parts.
        _ if media_type.starts_with("multipart/") && leaf.body.trim_ascii().is_empty() => Role::Machinery,
        _ => Role::Attachment,
    }
}

fn is_own_text(leaf: &Leaf<'_>, disposition: &Parameters) -> bool {
    disposition.value != "attachment" && file_name(disposition, &leaf.content_type).is_none()
}

/// The content ids that HTML shows pictures of.
fn shown_pictures(html: &str) -> BTreeSet<String> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '>' | ')' | '<' | '&');
    let ids = html.split("cid:").skip(1).filter_map(|rest| rest.split(ends).next());
    ids.filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

/// The charset of `<meta charset=…>` or of its older form.
fn meta_charset(html: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(html.get(..META_WITHIN).unwrap_or(html)).to_ascii_lowercase();
    let value =
        head.split_once("charset")?.1.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let label: String =
        value.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
    (!label.is_empty()).then_some(label)
}

/// Joins the lines of flowed text: one that ends in a blank goes on in the next, if both are quoted as deep.
fn join_flowed(text: &str, delete_space: bool) -> String {
    let mut joined: Vec<String> = Vec::new();
    let mut flows = None;
    for line in text.lines() {
        let depth = line.chars().take_while(|c| *c == '>').count();
        let content = line.trim_start_matches('>');
        let content = content.strip_prefix(' ').unwrap_or(content);
        match joined.last_mut().filter(|_| flows == Some(depth)) {
            Some(before) => before.push_str(content),
            None if depth > 0 => joined.push(format!("{} {content}", ">".repeat(depth))),
            None => joined.push(content.to_owned()),
        }
        let soft = content.ends_with(' ') && content != "-- ";
        flows = soft.then_some(depth);
        if let Some(last) = joined.last_mut().filter(|_| soft && delete_space) {
            last.pop();
        }
    }
    joined.join("\n")
}

/// The file name that the headers give, mended; `None` when there is none.
///
/// Of several that disagree the first counts that is whole and has an extension, in the order extended form
/// (RFC 6266 prefers it), `filename`, `name`: old relays spoil the plain forms.
fn file_name(disposition: &Parameters, content_type: &Parameters) -> Option<String> {
    let given = [
        disposition.extended("filename"),
        disposition.text("filename"),
        content_type.extended("name"),
        content_type.text("name"),
        content_type.text("filename"),
        disposition.text("name"),
    ];
    let names: Vec<String> =
        given.into_iter().flatten().map(|name| mend(&name)).filter(|name| !name.is_empty()).collect();
    let whole = |name: &&String| !name.contains(['\u{FFFD}', '?']);
    let best = names.iter().filter(whole).find(|name| has_extension(name)).or_else(|| names.iter().find(whole));
    best.or(names.first()).cloned()
}

fn has_extension(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, extension)| !stem.is_empty() && (1..=8).contains(&extension.len()))
}

/// A name without directories, control and direction marks, its characters composed (Apple sends them apart).
fn mend(name: &str) -> String {
    let name = name.rsplit_once('\\').map_or(name, |(_, base)| base);
    let unseen = |c: &char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    let name: String = name.nfc().filter(|c| !unseen(c)).map(|c| if c == '/' { '_' } else { c }).collect();
    name.trim().trim_matches('"').trim().to_owned()
}

/// The name, with a number before its extension when an earlier attachment has it already. `taken` holds each name
/// with the number that was last tried, so that a thousand files of one name cost no more than a thousand.
fn unique(name: String, taken: &mut BTreeMap<String, u32>) -> String {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if has_extension(&name) => (stem, format!(".{extension}")),
        _ => (name.as_str(), String::new()),
    };
    let mut free = name.clone();
    let mut number = taken.get(&name).copied().unwrap_or(1);
    while taken.contains_key(&free) {
        number += 1;
        free = format!("{stem} ({number}){extension}");
    }
    taken.insert(name, number);
    taken.entry(free.clone()).or_insert(1);
    free
}
