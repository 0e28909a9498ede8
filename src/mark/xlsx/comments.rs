//! Classic comments of a sheet. Those that are there stay; a cell that has one gets the note below it.

use std::collections::BTreeMap;

use super::sheet::Note;
use crate::document::Fault;
use crate::document::parts::Parts;
use crate::mark::edits::Edits;
use crate::mark::outline::{Outline, Tag};
use crate::mark::relations::{Conformance, Relation, declare_part, relate};
use crate::mark::{Author, escaped};
use crate::place::cell_name;

/// How notes are lettered: as Excel letters comments in Chinese.
const LETTERING: [&str; 5] =
    ["sz val=\"9\"", "color indexed=\"81\"", "rFont val=\"宋体\"", "family val=\"3\"", "charset val=\"134\""];

/// Adds notes to a sheet's comments and returns those on cells that had no comment: they need a box in the drawing.
pub(super) fn add<'n>(
    parts: &mut Parts<'_>,
    sheet: &str,
    conformance: Conformance,
    related: &[Relation],
    notes: &'n [Note],
    signed: Author,
) -> Result<Vec<&'n Note>, Fault> {
    let path = match related.iter().find(|relation| relation.kind == "comments") {
        Some(own) => own.path.clone(),
        None => create(parts, sheet, conformance)?,
    };
    let text = parts.read(&path)?;
    let outline = Outline::read(&text)?;
    let mut edits = Edits::new(&text);
    let prefix = outline.root()?.prefix();
    let section = |name| outline.section(name).ok_or_else(|| Fault::Unreadable(format!("comments without {name}")));
    let (authors, list) = (section("authors")?, section("commentList")?);
    let author = outline.children(authors).count();
    edits.append(authors, &format!("<{prefix}author>{}</{prefix}author>", signed.name));
    let there: BTreeMap<String, &Tag<'_>> =
        outline.children(list).filter_map(|tag| Some((tag.attribute("ref")?, tag))).collect();
    let (mut fresh, mut added) = (Vec::new(), String::new());
    for note in notes {
        let name = cell_name(note.row, note.column);
        match there.get(&name).and_then(|tag| outline.children(tag).find(|tag| tag.element.name() == "text")) {
            Some(own) => add_below(
                &mut edits,
                &outline,
                own,
                &run(&prefix, &format!("\n{}{}{}", signed.name, signed.colon, note.text)),
            ),
            None => {
                let run = run(&prefix, &note.text);
                added.push_str(&format!(
                    "<{prefix}comment ref=\"{name}\" authorId=\"{author}\"><{prefix}text>{run}</{prefix}text></{prefix}comment>"
                ));
                fresh.push(note);
            }
        }
    }
    edits.append(list, &added);
    parts.write(&path, edits.finish()?)?;
    Ok(fresh)
}

/// Plain text becomes a run, as text and runs do not stand beside each other.
fn add_below(edits: &mut Edits<'_>, outline: &Outline<'_>, text: &Tag<'_>, run: &str) {
    if let Some(plain) = outline.children(text).find(|tag| tag.element.name() == "t") {
        let prefix = plain.prefix();
        edits.insert(plain.open.start, format!("<{prefix}r>"));
        edits.insert(plain.close.end, format!("</{prefix}r>"));
    }
    edits.append(text, run);
}

fn run(prefix: &str, text: &str) -> String {
    let lettering: String = LETTERING.iter().map(|property| format!("<{prefix}{property}/>")).collect();
    let text = escaped(text);
    format!(
        "<{prefix}r><{prefix}rPr>{lettering}</{prefix}rPr><{prefix}t xml:space=\"preserve\">{text}</{prefix}t></{prefix}r>"
    )
}

fn create(parts: &mut Parts<'_>, sheet: &str, conformance: Conformance) -> Result<String, Fault> {
    let path = parts.free_path("xl/comments", "xml");
    let namespace = conformance.spreadsheet();
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    parts.write(
        &path,
        format!("{head}<comments xmlns=\"{namespace}\"><authors></authors><commentList></commentList></comments>"),
    )?;
    declare_part(parts, &path, "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml")?;
    relate(parts, sheet, conformance, "comments", &path)?;
    Ok(path)
}
