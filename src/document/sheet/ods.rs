//! OpenDocument spreadsheets. `content.xml` holds for each cell the text as it was last shown (`text:p`), units and rounding
//! included, so that no number format has to be worked out.

use std::collections::BTreeSet;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::number_format::{general, with_minus};
use super::{Region, SheetCells, Workbook};
use crate::document::package::Package;
use crate::document::{Budget, Fault, Grid};

/// Elements whose text is not the cell's: notes, drawings, what was changed before.
const ASIDE: [&str; 8] =
    ["annotation", "frame", "custom-shape", "shapes", "tracked-changes", "g", "named-expressions", "forms"];

pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Workbook, Fault> {
    let mut package = Package::open(bytes)?;
    let content = package.read("content.xml", budget)?;
    let content = std::str::from_utf8(&content).map_err(unreadable)?;
    let mut reading = Reading {
        budget,
        hidden_styles: BTreeSet::new(),
        style: String::new(),
        aside: 0,
        sheet: None,
        done: Vec::new(),
    };
    reading.run(content)?;
    Ok(Workbook { sheets: reading.done, has_pictures: package.has_under("Pictures/") })
}

fn unreadable(cause: impl ToString) -> Fault {
    Fault::Unreadable(cause.to_string())
}

/// Where the reading of `content.xml` stands.
struct Reading<'a> {
    budget: &'a mut Budget,
    /// Styles of tables that are not displayed.
    hidden_styles: BTreeSet<String>,
    /// The style whose properties are being read.
    style: String,
    /// How deep inside an element that is passed over.
    aside: usize,
    sheet: Option<Sheet>,
    done: Vec<Grid>,
}

/// The sheet that is being read.
#[derive(Default)]
struct Sheet {
    name: String,
    is_hidden: bool,
    cells: SheetCells,
    merged: Vec<Region>,
    row: u32,
    row_repeat: u32,
    column: u32,
    /// The row's cells with text, kept until its end because the row may be repeated.
    pending: Vec<(u32, Draft)>,
    cell: Option<Draft>,
}

/// The cell that is being read.
#[derive(Default, Clone)]
struct Draft {
    repeat: u32,
    row_span: u32,
    column_span: u32,
    is_covered: bool,
    kind: String,
    value: String,
    shown: String,
    paragraphs: u32,
}

impl Reading<'_> {
    fn run(&mut self, content: &str) -> Result<(), Fault> {
        let mut xml = Reader::from_str(content);
        xml.config_mut().expand_empty_elements = true;
        loop {
            match xml.read_event().map_err(unreadable)? {
                Event::DocType(_) => return Err(unreadable("it declares a document type")),
                Event::Start(element) => self.start(&element),
                Event::End(element) => self.end(element.local_name().as_ref())?,
                Event::Text(text) => self.text(&text.xml10_content()),
                Event::CData(text) => self.text(&text.xml10_content()),
                Event::GeneralRef(reference) => self.text(&character(&reference)?),
                Event::Eof => return if self.sheet.is_none() { Ok(()) } else { Err(unreadable("it is cut short")) },
                _ => {}
            }
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        let name = element.local_name();
        let name: &str = name.as_ref();
        if self.aside > 0 || ASIDE.contains(&name) || (name == "table" && self.in_cell()) {
            self.aside += 1;
            return;
        }
        match name {
            "style" => self.style = attribute(element, "name").unwrap_or_default(),
            "table-properties" if attribute(element, "display").as_deref() == Some("false") => {
                self.hidden_styles.insert(self.style.clone());
            }
            "table" => self.start_sheet(element),
            _ => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.start(name, element);
                }
            }
        }
    }

    fn in_cell(&self) -> bool {
        self.sheet.as_ref().is_some_and(|sheet| sheet.cell.is_some())
    }

    fn start_sheet(&mut self, element: &BytesStart<'_>) {
        let is_hidden = attribute(element, "style-name").is_some_and(|style| self.hidden_styles.contains(&style));
        let name = attribute(element, "name").unwrap_or_default();
        self.sheet = Some(Sheet { name, is_hidden, ..Sheet::default() });
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        if self.aside > 0 {
            self.aside -= 1;
            return Ok(());
        }
        match (name, self.sheet.as_mut()) {
            ("table-row", Some(sheet)) => sheet.end_row(self.budget),
            ("table-cell" | "covered-table-cell", Some(sheet)) => {
                sheet.end_cell();
                Ok(())
            }
            ("table", Some(_)) => {
                if let Some(sheet) = self.sheet.take() {
                    self.done.push(sheet.cells.into_grid(sheet.name, sheet.is_hidden, &sheet.merged)?);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn text(&mut self, text: &str) {
        let cell = self.sheet.as_mut().and_then(|sheet| sheet.cell.as_mut());
        // White space between the paragraphs of a cell is the file's layout.
        if let Some(cell) = cell.filter(|cell| self.aside == 0 && cell.paragraphs > 0) {
            cell.shown.push_str(text.trim_matches(['\n', '\r']));
        }
    }
}

impl Sheet {
    fn start(&mut self, name: &str, element: &BytesStart<'_>) {
        let number = |name| attribute(element, name).and_then(|value| value.parse::<u32>().ok()).unwrap_or(1).max(1);
        match name {
            "table-row" => {
                self.row_repeat = number("number-rows-repeated");
                self.column = 0;
            }
            "table-cell" | "covered-table-cell" => {
                self.cell = Some(Draft {
                    repeat: number("number-columns-repeated"),
                    row_span: number("number-rows-spanned"),
                    column_span: number("number-columns-spanned"),
                    is_covered: name == "covered-table-cell",
                    kind: attribute(element, "value-type").unwrap_or_default(),
                    value: ["value", "date-value", "time-value", "boolean-value", "string-value"]
                        .iter()
                        .find_map(|name| attribute(element, name))
                        .unwrap_or_default(),
                    ..Draft::default()
                });
            }
            _ => {
                if let Some(cell) = &mut self.cell {
                    cell.start(name, number("c"));
                }
            }
        }
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let column = self.column;
        self.column = column.saturating_add(cell.repeat);
        if !cell.is_covered && !cell.text().is_empty() {
            self.pending.push((column, cell));
        }
    }

    fn end_row(&mut self, budget: &mut Budget) -> Result<(), Fault> {
        let pending = std::mem::take(&mut self.pending);
        let first = self.row;
        self.row = first.saturating_add(self.row_repeat);
        for (column, cell) in &pending {
            for row in first..self.row {
                for column in *column..column.saturating_add(cell.repeat) {
                    self.cells.push((row, column), cell.text(), cell.is_number(), budget)?;
                    self.span(row, column, cell);
                }
            }
        }
        Ok(())
    }

    fn span(&mut self, row: u32, column: u32, cell: &Draft) {
        if cell.row_span > 1 || cell.column_span > 1 {
            let (bottom, right) = (row.saturating_add(cell.row_span - 1), column.saturating_add(cell.column_span - 1));
            self.merged.push(Region { top: row, left: column, bottom, right });
        }
    }
}

impl Draft {
    fn start(&mut self, name: &str, count: u32) {
        match name {
            "p" | "h" => {
                if self.paragraphs > 0 {
                    self.shown.push('\n');
                }
                self.paragraphs += 1;
            }
            "s" => self.shown.extend(std::iter::repeat_n(' ', usize::try_from(count.min(1000)).unwrap_or(1))),
            "tab" => self.shown.push('\t'),
            "line-break" => self.shown.push('\n'),
            _ => {}
        }
    }

    fn is_number(&self) -> bool {
        matches!(self.kind.as_str(), "float" | "percentage" | "currency" | "date" | "time")
    }

    /// The text as shown; where that would hide the number, the number, and where it would hide the year, the date.
    fn text(&self) -> String {
        if self.kind == "date" && !self.value.is_empty() {
            if shows(&self.shown, &self.value) {
                return self.shown.trim().to_owned();
            }
            let (day, time) = self.value.split_once('T').unwrap_or((&self.value, ""));
            return if self.shown.contains(':') { format!("{day} {time}") } else { day.to_owned() };
        }
        let number = if self.is_number() { self.value.parse::<f64>().ok() } else { None };
        let Some(number) = number else {
            return if self.paragraphs == 0 { self.value.clone() } else { self.shown.clone() };
        };
        let has_digit = self.shown.contains(|c: char| c.is_ascii_digit());
        if self.paragraphs == 0 || self.shown.contains("E+") || self.shown.contains("E-") {
            return general(number);
        }
        match number {
            0.0 if !has_digit && !self.shown.is_empty() => "0".to_owned(),
            _ if number < 0.0 && has_digit => with_minus(&self.shown),
            _ => self.shown.trim().to_owned(),
        }
    }
}

/// Whether a text shows the year of a date, and its month and day where it shows any. The calendar of a format may be another
/// one.
fn shows(text: &str, date: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> {
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|run| run.parse().ok()).take(3).collect()
    };
    let shown = numbers(text);
    shown.first().is_some_and(|year| *year >= 1000) && numbers(date).starts_with(&shown)
}

/// The value of an attribute, whatever its prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found =
        element.attributes().with_checks(false).flatten().find(|found| found.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

/// The character that a reference stands for.
fn character(reference: &BytesRef<'_>) -> Result<String, Fault> {
    if let Some(character) = reference.resolve_char_ref().map_err(unreadable)? {
        return Ok(character.to_string());
    }
    let name = reference.xml10_content();
    let text =
        quick_xml::escape::resolve_predefined_entity(&name).ok_or_else(|| unreadable("it uses an unknown entity"))?;
    Ok(text.to_owned())
}
