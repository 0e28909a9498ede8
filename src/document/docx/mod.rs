//! Word documents since 2007 (Office Open XML, ECMA-376 part 1), read in one pass over their main part.
//!
//! What is read is what Word shows: the document as it stands after all tracked changes, without hidden text, field
//! codes and prompts, with the state of check boxes. Footnotes, comments, headers and automatic numbers are no part of
//! it.

mod fields;
pub(super) mod flat;
pub(crate) mod places;
mod properties;
mod symbols;
mod walker;

#[cfg(test)]
mod tests;

use super::package::Package;
use super::xml::{self, Node, Xml};
use super::{Budget, Document, Fault, Format};
use walker::Walker;

/// Reads a .docx file.
///
/// # Errors
/// [`Fault::Unreadable`] when it is damaged or has a DTD, [`Fault::TooLarge`] when a limit breaks.
pub(super) fn read(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    let mut package = Package::open(bytes)?;
    let path = main_part(&mut package, budget)?;
    let part = package.read(&path, budget)?;
    let text = xml::decode(&part)?;
    let mut walker = Walker::new(budget);
    let mut xml = Xml::new(&text);
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(element) => walker.start(&element)?,
            Node::End => walker.end()?,
            Node::Text(text) => walker.text(&text),
        }
    }
    walker.finish(source, Format::Docx)
}

/// The path of the main part: as the package's relationships say (ECMA-376 part 2, 9.3), else where Word puts it.
fn main_part(package: &mut Package<'_>, budget: &mut Budget) -> Result<String, Fault> {
    let usual = "word/document.xml";
    if package.has(usual) || !package.has("_rels/.rels") {
        return Ok(usual.to_owned());
    }
    let part = package.read("_rels/.rels", budget)?;
    let text = xml::decode(&part)?;
    let mut xml = Xml::new(&text);
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        let kind = element.attribute("Type").unwrap_or_default();
        if kind.ends_with("/officeDocument") {
            let target = element.attribute("Target").unwrap_or_default();
            return Ok(target.trim_start_matches('/').to_owned());
        }
    }
    Ok(usual.to_owned())
}
