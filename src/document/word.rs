//! Word documents up to 2003, and those of WPS Writer: `.doc`, `.wps`, read by `office_oxide`.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use office_oxide::DocumentFormat;
use office_oxide::ir::{DocumentIR, Element, InlineContent, List, Table};

use super::builder::{Builder, Covered, VerticalMerge};
use super::{Budget, Document, Fault, Format, ole};

/// Tables in tables and lists in lists; Word itself allows no more than a few dozen.
const MAX_DEPTH: usize = 64;

/// Reads a .doc file.
///
/// # Errors
/// [`Fault::Unreadable`] when it is damaged, or when nothing was found in a file that holds text;
/// [`Fault::TooLarge`] when a limit breaks.
pub(super) fn read(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    let model = parse(bytes.to_vec())?;
    let mut walker = Walker { builder: Builder::default(), budget };
    for section in &model.sections {
        walker.elements(&section.elements, 0)?;
    }
    // A library that does not understand a file gives nothing; a blank document has nothing to give.
    if walker.builder.is_empty() && ole::word_text_length(bytes).is_none_or(|length| length > 1) {
        return Err(Fault::Unreadable("no text found".into()));
    }
    Ok(walker.builder.finish(source, Format::Doc))
}

/// The library is young: a panic in it is a damaged file, not the end of the reader.
fn parse(bytes: Vec<u8>) -> Result<DocumentIR, Fault> {
    let parse = AssertUnwindSafe(|| {
        office_oxide::Document::from_reader(Cursor::new(bytes), DocumentFormat::Doc).map(|document| document.to_ir())
    });
    match catch_unwind(parse) {
        Ok(Ok(model)) => Ok(model),
        Ok(Err(error)) => Err(Fault::Unreadable(error.to_string())),
        Err(_) => Err(Fault::Unreadable("damaged Word document".into())),
    }
}

struct Walker<'b> {
    builder: Builder,
    budget: &'b mut Budget,
}

impl Walker<'_> {
    fn elements(&mut self, elements: &[Element], depth: usize) -> Result<(), Fault> {
        if depth > MAX_DEPTH {
            return Err(Fault::TooLarge("nesting".into()));
        }
        elements.iter().try_for_each(|element| self.element(element, depth))
    }

    /// Notes are no part of the document's own text, as in the other formats.
    fn element(&mut self, element: &Element, depth: usize) -> Result<(), Fault> {
        match element {
            Element::Heading(heading) => self.line(&heading.content),
            Element::Paragraph(paragraph) => self.line(&paragraph.content),
            Element::List(list) => return self.list(list, depth + 1),
            Element::Table(table) => return self.table(table, depth + 1),
            Element::TextBox(text_box) => return self.elements(&text_box.content, depth + 1),
            Element::Image(_) => self.builder.picture(),
            Element::CodeBlock(code) => {
                self.builder.push(&code.content);
                self.builder.end_paragraph();
            }
            _ => {}
        }
        Ok(())
    }

    fn list(&mut self, list: &List, depth: usize) -> Result<(), Fault> {
        for item in &list.items {
            self.elements(&item.content, depth)?;
            if let Some(nested) = &item.nested {
                if depth > MAX_DEPTH {
                    return Err(Fault::TooLarge("nesting".into()));
                }
                self.list(nested, depth + 1)?;
            }
        }
        Ok(())
    }

    fn table(&mut self, table: &Table, depth: usize) -> Result<(), Fault> {
        let mut covered = Covered::default();
        self.builder.begin_table(self.budget)?;
        for row in &table.rows {
            self.builder.begin_row();
            let mut column = 0_u32;
            for cell in &row.cells {
                let free = covered.next_free(column);
                self.builder.skip_columns(free - column);
                self.builder.begin_cell(cell.col_span, VerticalMerge::None, self.budget)?;
                self.builder.span_rows(cell.row_span);
                self.elements(&cell.content, depth)?;
                self.builder.end_cell();
                column = free.saturating_add(cell.col_span.max(1));
                covered.cover(free, column, cell.row_span);
            }
            covered.end_row();
            self.builder.end_row();
        }
        self.builder.end_table();
        Ok(())
    }

    fn line(&mut self, content: &[InlineContent]) {
        for piece in content {
            match piece {
                InlineContent::Text(span) => self.builder.push(&span.text),
                InlineContent::LineBreak => self.builder.push("\n"),
                _ => {}
            }
        }
        self.builder.end_paragraph();
    }
}
