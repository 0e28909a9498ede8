//! OpenDocument texts (ODF 1.2 part 1), read in one pass over `content.xml`.

use super::builder::{Builder, Covered, VerticalMerge};
use super::package::Package;
use super::xml::{self, Element, Node, Xml};
use super::{Budget, Document, Fault, Format};

/// Rows that one element may stand for; a text has no more.
const MAX_REPEATED: u32 = 10_000;

/// Reads an .odt file.
///
/// # Errors
/// [`Fault::Unreadable`] when it is damaged or has a DTD, [`Fault::TooLarge`] when a limit breaks.
pub(super) fn read(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    let part = Package::open(bytes)?.read("content.xml", budget)?;
    let text = xml::decode(&part)?;
    let mut xml = Xml::new(&text);
    let mut walker = Walker::new(budget);
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(element) => walker.start(&element)?,
            Node::End => walker.end(),
            Node::Text(text) => walker.text(&text),
        }
    }
    Ok(walker.builder.finish(source, Format::Odt))
}

/// The state of the walk.
struct Walker<'b> {
    budget: &'b mut Budget,
    builder: Builder,
    open: Vec<Tag>,
    /// Depth inside a subtree that is passed over; 0 outside.
    skipped: usize,
    in_paragraph: bool,
    /// Whether white space that comes now is collapsed away (ODF 1.2 part 1, 6.1.2).
    after_space: bool,
}

/// An open element, as far as its end matters.
enum Tag {
    /// A table, with what its cells cover further down.
    Table(Covered),
    Row {
        repeated: u32,
        /// The next column.
        column: u32,
        /// Columns that the cell before covers; elements for them follow it, and take no more place.
        covered: u32,
    },
    Cell {
        repeated: u32,
    },
    Paragraph,
    /// A text box, with the paragraph that it interrupts.
    TextBox {
        line: String,
        in_paragraph: bool,
    },
    Other,
}

impl<'b> Walker<'b> {
    fn new(budget: &'b mut Budget) -> Self {
        Self {
            budget,
            builder: Builder::default(),
            open: Vec::new(),
            skipped: 0,
            in_paragraph: false,
            after_space: true,
        }
    }

    fn start(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        if self.skipped > 0 {
            self.skipped += 1;
            return Ok(());
        }
        if is_hidden(element) {
            self.skipped = 1;
            return Ok(());
        }
        let tag = match (element.prefix(), element.name()) {
            ("table", "covered-table-cell") => {
                self.skip_covered(count(element, "number-columns-repeated"));
                self.skipped = 1;
                return Ok(());
            }
            ("table", name) => self.start_table(name, element)?,
            ("text", "p" | "h") => {
                self.in_paragraph = true;
                self.after_space = true;
                Tag::Paragraph
            }
            ("text", name) => {
                self.character(name, element);
                Tag::Other
            }
            ("draw", "image") => {
                self.builder.picture();
                Tag::Other
            }
            ("draw", "text-box") => {
                let in_paragraph = std::mem::take(&mut self.in_paragraph);
                Tag::TextBox { line: self.builder.interrupt(), in_paragraph }
            }
            _ => Tag::Other,
        };
        self.open.push(tag);
        Ok(())
    }

    fn start_table(&mut self, name: &str, element: &Element<'_>) -> Result<Tag, Fault> {
        Ok(match name {
            "table" => {
                self.builder.begin_table(self.budget)?;
                Tag::Table(Covered::default())
            }
            "table-row" => {
                self.builder.begin_row();
                Tag::Row { repeated: count(element, "number-rows-repeated"), covered: 0, column: 0 }
            }
            "table-cell" => {
                let span = count(element, "number-columns-spanned");
                self.skip_to_free(span, count(element, "number-rows-spanned"));
                self.builder.begin_cell(span, VerticalMerge::None, self.budget)?;
                self.builder.span_rows(count(element, "number-rows-spanned"));
                Tag::Cell { repeated: count(element, "number-columns-repeated") }
            }
            _ => Tag::Other,
        })
    }

    fn end(&mut self) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match self.open.pop() {
            Some(Tag::Table(_)) => self.builder.end_table(),
            Some(Tag::Row { repeated, .. }) => {
                if let Some(covered) = self.covered() {
                    covered.end_row();
                }
                self.builder.end_rows(repeated);
            }
            Some(Tag::Cell { repeated }) => {
                self.builder.end_cell();
                self.leave_columns(repeated - 1);
            }
            Some(Tag::Paragraph) => {
                self.builder.end_paragraph();
                self.in_paragraph = false;
            }
            Some(Tag::TextBox { line, in_paragraph }) => {
                self.builder.resume(line);
                self.in_paragraph = in_paragraph;
            }
            Some(Tag::Other) | None => {}
        }
    }

    fn skip_covered(&mut self, mut columns: u32) {
        if let Some(Tag::Row { covered, .. }) = self.open.last_mut() {
            let known = columns.min(*covered);
            *covered -= known;
            columns -= known;
        }
        self.leave_columns(columns);
    }

    fn leave_columns(&mut self, columns: u32) {
        if let Some(Tag::Row { column, .. }) = self.open.last_mut() {
            *column = column.saturating_add(columns);
        }
        self.builder.skip_columns(columns);
    }

    /// What covers the columns of the innermost table.
    fn covered(&mut self) -> Option<&mut Covered> {
        self.open.iter_mut().rev().find_map(|tag| if let Tag::Table(covered) = tag { Some(covered) } else { None })
    }

    /// Goes on to where a cell of so many columns and rows stands: some programs write no covered cells.
    fn skip_to_free(&mut self, span: u32, rows: u32) {
        let Some(Tag::Row { column, .. }) = self.open.last() else { return };
        let at = *column;
        let Some(covered) = self.covered() else { return };
        let free = covered.next_free(at);
        let end = free.saturating_add(span);
        covered.cover(free, end, rows);
        self.builder.skip_columns(free - at);
        if let Some(Tag::Row { column, covered, .. }) = self.open.last_mut() {
            (*column, *covered) = (end, span - 1);
        }
    }

    fn character(&mut self, name: &str, element: &Element<'_>) {
        match name {
            "s" => self.builder.push(&" ".repeat(count(element, "c").min(100) as usize)),
            "tab" => self.builder.push("\t"),
            "line-break" => self.builder.push("\n"),
            _ => return,
        }
        self.after_space = name != "s";
    }

    fn text(&mut self, text: &str) {
        if self.skipped > 0 || !self.in_paragraph {
            return;
        }
        let mut rest = text;
        while let Some(start) = rest.find([' ', '\t', '\r', '\n']) {
            let (word, after) = rest.split_at_checked(start).unwrap_or((rest, ""));
            self.push_word(word);
            if !std::mem::replace(&mut self.after_space, true) {
                self.builder.push(" ");
            }
            rest = after.trim_start_matches([' ', '\t', '\r', '\n']);
        }
        self.push_word(rest);
    }

    fn push_word(&mut self, word: &str) {
        if !word.is_empty() {
            self.builder.push(word);
            self.after_space = false;
        }
    }
}

/// Whether an element holds text that the page does not show, or that is none of the document's own: deletions, notes,
/// comments, prompts, numbers of lists, readings beside characters.
fn is_hidden(element: &Element<'_>) -> bool {
    match (element.prefix(), element.name()) {
        (
            "text",
            "tracked-changes" | "note" | "placeholder" | "hidden-text" | "number" | "ruby-text" | "sequence-decls",
        ) => true,
        ("text", "section") => element.attribute("display").is_some_and(|display| display == "none"),
        ("office", "annotation" | "forms" | "automatic-styles" | "font-face-decls" | "scripts") => true,
        ("svg", _) => true,
        _ => false,
    }
}

/// A count that stands in an attribute; 1 without it.
fn count(element: &Element<'_>, name: &str) -> u32 {
    let value = element.attribute(name).and_then(|value| value.parse::<u32>().ok());
    value.unwrap_or(1).clamp(1, MAX_REPEATED)
}
