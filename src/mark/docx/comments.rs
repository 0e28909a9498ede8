//! The comments of a Word document; those that are there stay.

use crate::document::Fault;
use crate::document::parts::Parts;
use crate::mark::edits::Edits;
use crate::mark::outline::Outline;
use crate::mark::relations::{Conformance, declare_part, relate, relations};
use crate::mark::{Author, escaped};

/// The content type of the part.
const CONTENT_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";

/// The part with the comments, and those that are added.
pub(super) struct Comments {
    path: String,
    text: String,
    prefix: String,
    next: u64,
    author: Author,
    added: String,
}

impl Comments {
    /// Opens the part, which is made when there is none.
    pub(super) fn open(
        parts: &mut Parts<'_>,
        main: &str,
        conformance: Conformance,
        author: Author,
    ) -> Result<Self, Fault> {
        let own = relations(parts, main)?.into_iter().find(|relation| relation.kind == "comments");
        let path = match own {
            Some(own) => own.path,
            None => create(parts, main, conformance)?,
        };
        let text = parts.read(&path)?;
        let outline = Outline::read(&text)?;
        let prefix = outline.root()?.prefix();
        let ids = outline.named("comment").filter_map(|tag| tag.attribute("id")?.parse::<u64>().ok());
        let next = ids.max().map_or(0, |last| last.saturating_add(1));
        if prefix.is_empty() {
            return Err(Fault::Unreadable("comments without a prefix, whose attributes have none".into()));
        }
        drop(outline);
        Ok(Self { path, text, prefix, next, author, added: String::new() })
    }

    /// Adds a comment, a paragraph a line, and returns its number.
    pub(super) fn add(&mut self, note: &str) -> u64 {
        let (id, prefix) = (self.next, &self.prefix);
        self.next += 1;
        let paragraph = |(index, line): (usize, &str)| {
            let reference =
                if index == 0 { format!("<{prefix}r><{prefix}annotationRef/></{prefix}r>") } else { String::new() };
            let line = escaped(line);
            format!(
                "<{prefix}p>{reference}<{prefix}r><{prefix}rPr><{prefix}sz {prefix}val=\"20\"/></{prefix}rPr><{prefix}t xml:space=\"preserve\">{line}</{prefix}t></{prefix}r></{prefix}p>"
            )
        };
        let paragraphs: String = note.lines().enumerate().map(paragraph).collect();
        // A comment needs no date, and none is known here.
        let Author { name, initials, .. } = self.author;
        let attributes = format!("{prefix}id=\"{id}\" {prefix}author=\"{name}\" {prefix}initials=\"{initials}\"");
        self.added.push_str(&format!("<{prefix}comment {attributes}>{paragraphs}</{prefix}comment>"));
        id
    }

    /// Writes the part with what was added.
    pub(super) fn write(self, parts: &mut Parts<'_>) -> Result<(), Fault> {
        let outline = Outline::read(&self.text)?;
        let mut edits = Edits::new(&self.text);
        edits.append(outline.root()?, &self.added);
        parts.write(&self.path, edits.finish()?)
    }
}

fn create(parts: &mut Parts<'_>, main: &str, conformance: Conformance) -> Result<String, Fault> {
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let usual = format!("{folder}/comments.xml").trim_start_matches('/').to_owned();
    let path = if parts.has(&usual) { parts.free_path(usual.trim_end_matches(".xml"), "xml") } else { usual };
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    parts.write(&path, format!("{head}<w:comments xmlns:w=\"{}\"></w:comments>", conformance.text()))?;
    declare_part(parts, &path, CONTENT_TYPE)?;
    relate(parts, main, conformance, "comments", &path)?;
    Ok(path)
}
