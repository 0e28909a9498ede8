//! Marks in Word documents: a cell gets a shading and a comment, a line of label and answer a comment.

use std::ops::Range;

use super::edits::Edits;
use super::relations::Conformance;
use super::{Author, Mark, Notes, YELLOW};
use crate::document::docx::places::{Paragraph, Places};
use crate::document::parts::Parts;
use crate::document::xml::{Node, Xml};
use crate::document::{Block, Budget, Document, Fault, Grid, Limits, Origin};
use crate::place::Spot;

mod comments;

use comments::Comments;

/// Properties of a cell that stand after its shading (ECMA-376 part 1, 17.4.65 and appendix A, `CT_TcPr`).
const AFTER_SHADING: [&str; 11] = [
    "noWrap",
    "tcMar",
    "textDirection",
    "tcFitText",
    "vAlign",
    "hideMark",
    "headers",
    "cellIns",
    "cellDel",
    "cellMerge",
    "tcPrChange",
];

/// What is marked, in the order of tables, then of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    /// A cell by table, row and column.
    Cell(u32, u32, u32),
    /// A paragraph outside tables.
    Line(u32),
}

/// Marks cells and lines, and returns the marks that have no place.
///
/// # Errors
/// [`Fault`] when the document is damaged, odd or over a limit.
pub(super) fn mark(
    parts: &mut Parts<'_>,
    (main, original): (&str, &Document),
    marks: &[Mark],
    author: Author,
    limits: &Limits,
) -> Result<Vec<Mark>, Fault> {
    let text = parts.read(main)?;
    let places = Places::read(&text, &mut Budget::new(limits.clone()))?;
    let (mut notes, mut left_out) = (Notes::new(), Vec::new());
    for mark in marks {
        match target(&mark.place.spot, &places, original).filter(|target| stretch(&places, *target).is_some()) {
            Some(target) => notes.add(target, &mark.note),
            None => left_out.push(mark.clone()),
        }
    }
    if notes.0.is_empty() {
        return Ok(left_out);
    }
    if places.prefix.is_empty() {
        return Err(Fault::Unreadable("elements without a prefix, whose attributes have none".into()));
    }
    let mut comments = Comments::open(parts, main, conformance(&text)?, author)?;
    let mut page = Page { text: &text, places: &places, edits: Edits::new(&text) };
    for (target, note) in &notes.0 {
        let Some((first, last)) = stretch(&places, *target) else { continue };
        page.shade(*target)?;
        page.comment(first, last, comments.add(note))?;
    }
    parts.write(main, page.edits.finish()?)?;
    comments.write(parts)?;
    Ok(left_out)
}

fn conformance(text: &str) -> Result<Conformance, Fault> {
    let mut xml = Xml::new(text);
    while let Some(node) = xml.next()? {
        if let Node::Start(root) = node {
            return Ok(Conformance::of(root.attributes()));
        }
    }
    Err(Fault::Unreadable("an empty part".into()))
}

/// What is to be marked for a place: the cell that covers it, or the line.
fn target(spot: &Spot, places: &Places, document: &Document) -> Option<Target> {
    match *spot {
        Spot::Line(number) => Some(Target::Line(number)),
        Spot::Table { number, row, column } if places.cell((number, row, column)).is_some() => {
            Some(Target::Cell(number, row, column))
        }
        Spot::Table { number, row, column } => {
            let own = Origin::Table { number };
            let grid = document.blocks.iter().find_map(|block| match block {
                Block::Grid(grid) if grid.origin == own => Some(grid),
                _ => None,
            })?;
            let (row, column) = covering(grid, row, column)?;
            Some(Target::Cell(number, row, column))
        }
        _ => None,
    }
}

fn covering(grid: &Grid, row: u32, column: u32) -> Option<(u32, u32)> {
    let covers = |from: u32, span: u32, at: u32| (from..from.saturating_add(span)).contains(&at);
    let cell = grid
        .cells
        .iter()
        .find(|cell| covers(cell.row, cell.row_span, row) && covers(cell.column, cell.column_span, column))?;
    Some((cell.row, cell.column))
}

/// The paragraphs from the first to the last that a comment is about.
fn stretch(places: &Places, target: Target) -> Option<(&Paragraph, &Paragraph)> {
    match target {
        Target::Cell(table, row, column) => places.of_cell(places.cell((table, row, column))?),
        Target::Line(number) => places.line(number).map(|line| (line, line)),
    }
}

/// The main part on its way.
struct Page<'a> {
    text: &'a str,
    places: &'a Places,
    edits: Edits<'a>,
}

impl Page<'_> {
    /// Gives a cell a shading, in the place of one that it has.
    fn shade(&mut self, target: Target) -> Result<(), Fault> {
        let Target::Cell(table, row, column) = target else { return Ok(()) };
        let Some(cell) = self.places.cell((table, row, column)) else { return Ok(()) };
        let prefix = &self.places.prefix;
        let shading =
            format!("<{prefix}:shd {prefix}:val=\"clear\" {prefix}:color=\"auto\" {prefix}:fill=\"{YELLOW:06X}\"/>");
        let properties = || format!("<{prefix}:tcPr>{shading}</{prefix}:tcPr>");
        match first_child(self.text, &cell.tag, "tcPr")? {
            None => self.edits.insert(cell.tag.end, properties()),
            Some(own) if own.close.is_empty() => self.edits.replace(own.open, properties()),
            Some(own) => {
                let next =
                    own.children.iter().find(|(name, _)| name == "shd" || AFTER_SHADING.contains(&name.as_str()));
                match next {
                    Some((name, range)) if name == "shd" => self.edits.replace(range.clone(), shading),
                    Some((_, range)) => self.edits.insert(range.start, shading),
                    None => self.edits.insert(own.close.start, shading),
                }
            }
        }
        Ok(())
    }

    /// Puts a comment around the text of some paragraphs.
    fn comment(&mut self, first: &Paragraph, last: &Paragraph, id: u64) -> Result<(), Fault> {
        let prefix = &self.places.prefix;
        let start = format!("<{prefix}:commentRangeStart {prefix}:id=\"{id}\"/>");
        let end = format!(
            "<{prefix}:commentRangeEnd {prefix}:id=\"{id}\"/><{prefix}:r><{prefix}:commentReference {prefix}:id=\"{id}\"/></{prefix}:r>"
        );
        if first == last && first.close.is_empty() {
            self.fill(first, &(start + &end));
            return Ok(());
        }
        if first.close.is_empty() {
            self.fill(first, &start);
        } else {
            let properties = first_child(self.text, &first.open, "pPr")?;
            self.edits.insert(properties.map_or(first.open.end, |own| own.end()), start);
        }
        if last.close.is_empty() {
            self.fill(last, &end);
        } else {
            self.edits.insert(last.close.start, end);
        }
        Ok(())
    }

    /// Gives an empty paragraph a content.
    fn fill(&mut self, paragraph: &Paragraph, content: &str) {
        self.edits.open_up(paragraph.open.clone());
        self.edits.insert(paragraph.open.end, format!("{content}</{}:p>", self.places.prefix));
    }
}

/// The properties with which an element begins.
struct Properties {
    open: Range<usize>,
    close: Range<usize>,
    /// Names and bytes of what stands directly in them.
    children: Vec<(String, Range<usize>)>,
}

impl Properties {
    fn end(&self) -> usize {
        self.close.end.max(self.open.end)
    }
}

/// The element of a name that stands first in the element with this tag; none when another one does.
fn first_child(text: &str, parent: &Range<usize>, name: &str) -> Result<Option<Properties>, Fault> {
    let from = parent.start;
    let mut xml = Xml::new(text.get(from..).unwrap_or_default());
    xml.next()?;
    let mut depth = 0_usize;
    let mut found: Option<Properties> = None;
    while let Some(node) = xml.next()? {
        let span = xml.span();
        let span = from + span.start..from + span.end;
        match (node, &mut found) {
            (Node::Start(element), None) if element.name() == name => {
                found = Some(Properties { open: span, close: 0..0, children: Vec::new() });
            }
            (Node::Text(_), _) => {}
            (_, None) => return Ok(None),
            (Node::Start(element), Some(found)) => {
                if depth == 0 {
                    found.children.push((element.name().to_owned(), span));
                }
                depth += 1;
            }
            (Node::End, Some(own)) if depth == 0 => {
                own.close = span;
                return Ok(found);
            }
            (Node::End, Some(own)) => {
                depth -= 1;
                if let Some((_, child)) = own.children.last_mut().filter(|_| depth == 0) {
                    child.end = span.end;
                }
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
