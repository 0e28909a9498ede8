//! What a sheet says around its cells: merged cells, widths, styles of columns, and where a drawing is to be named.

use std::ops::Range;

use super::anchor::{Heights, Widths};
use crate::document::Fault;
use crate::document::xml::{Element, Node, Xml};
use crate::mark::relations::Conformance;

/// The sections that come after the one that names the comments' drawing (ECMA-376 part 1, 18.3.1.99). `AlternateContent` holds
/// controls.
const LATER: [&str; 9] = [
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
    "AlternateContent",
];

/// A sheet's frame.
#[derive(Debug)]
pub(super) struct Frame {
    /// The prefix of its elements with its colon.
    pub(super) prefix: String,
    /// The vocabulary.
    pub(super) conformance: Conformance,
    /// The prefix of references to relationships; none when the outermost element declares none.
    pub(super) reference_prefix: Option<String>,
    /// The relationship to the drawing of comments that is there.
    pub(super) drawing: Option<String>,
    /// Where to name one.
    pub(super) drawing_at: usize,
    /// Widths of columns.
    pub(super) widths: Widths,
    /// Heights of rows.
    pub(super) heights: Heights,
    columns: Vec<ColumnStyle>,
    merged: Vec<Region>,
}

/// Style of cells that a column has without saying so, of columns from 0, both inclusive.
#[derive(Debug)]
struct ColumnStyle {
    columns: Range<u32>,
    style: usize,
}

/// A merged cell, its last row and column inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    /// The first row.
    pub(super) top: u32,
    /// The first column.
    pub(super) left: u32,
    /// The last row.
    pub(super) bottom: u32,
    /// The last column.
    pub(super) right: u32,
}

impl Frame {
    /// Reads a sheet but for its cells.
    pub(super) fn read(text: &str) -> Result<Self, Fault> {
        let mut xml = Xml::new(text);
        let mut frame: Option<Self> = None;
        let (mut depth, mut is_after_cells) = (0_usize, false);
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(element) => {
                    depth += 1;
                    match &mut frame {
                        None => frame = Some(Self::begin(&element)),
                        Some(frame) if depth == 2 && is_after_cells && LATER.contains(&element.name()) => {
                            frame.drawing_at = frame.drawing_at.min(xml.span().start);
                        }
                        Some(frame) => frame.learn(&element),
                    }
                    is_after_cells |= depth == 2 && element.name() == "sheetData";
                }
                Node::End => {
                    depth -= 1;
                    if let Some(frame) = frame.as_mut().filter(|_| depth == 0) {
                        frame.drawing_at = frame.drawing_at.min(xml.span().start);
                    }
                }
                Node::Text(_) => {}
            }
        }
        frame.ok_or_else(|| Fault::Unreadable("an empty sheet".into()))
    }

    fn begin(root: &Element<'_>) -> Self {
        let conformance = Conformance::of(root.attributes());
        let reference = root.attributes().find(|(_, value)| value == conformance.relationships());
        Self {
            prefix: if root.prefix().is_empty() { String::new() } else { format!("{}:", root.prefix()) },
            conformance,
            reference_prefix: reference.and_then(|(name, _)| name.strip_prefix("xmlns:").map(str::to_owned)),
            drawing: None,
            drawing_at: usize::MAX,
            widths: Widths::default(),
            heights: Heights::default(),
            columns: Vec::new(),
            merged: Vec::new(),
        }
    }

    fn learn(&mut self, element: &Element<'_>) {
        match element.name() {
            "sheetFormatPr" => {
                self.widths.set_default(decimal(element, "defaultColWidth"));
                self.heights.set_default(decimal(element, "defaultRowHeight"));
            }
            "col" => {
                let number = |name| element.attribute(name).and_then(|value| value.parse::<u32>().ok());
                let columns = number("min").unwrap_or(1).saturating_sub(1)..number("max").unwrap_or(0);
                self.widths.set(columns.clone(), decimal(element, "width"), is_on(element, "hidden"));
                if let Some(style) = element.attribute("style").and_then(|style| style.parse().ok()) {
                    self.columns.push(ColumnStyle { columns, style });
                }
            }
            "row" => {
                let row = element.attribute("r").and_then(|row| row.parse::<u32>().ok());
                self.heights.row(row, decimal(element, "ht"), is_on(element, "hidden"));
            }
            "mergeCell" => self.merged.extend(element.attribute("ref").as_deref().and_then(region)),
            "legacyDrawing" => self.drawing = element.attribute("id"),
            _ => {}
        }
    }

    /// The merged cell that covers a cell, or the cell itself.
    pub(super) fn covering(&self, row: u32, column: u32) -> Region {
        let covers = |region: &&Region| {
            (region.top..=region.bottom).contains(&row) && (region.left..=region.right).contains(&column)
        };
        let own = Region { top: row, left: column, bottom: row, right: column };
        self.merged.iter().find(covers).copied().unwrap_or(own)
    }

    /// The style of an absent cell in a row without a style.
    pub(super) fn column_style(&self, column: u32) -> usize {
        self.columns.iter().find(|of| of.columns.contains(&column)).map_or(0, |of| of.style)
    }
}

fn decimal(element: &Element<'_>, name: &str) -> Option<f64> {
    element.attribute(name).and_then(|value| value.parse().ok())
}

fn is_on(element: &Element<'_>, name: &str) -> bool {
    element.attribute(name).is_some_and(|value| value == "1" || value == "true")
}

/// A region such as `B2:C4`.
fn region(text: &str) -> Option<Region> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let ((top, left), (bottom, right)) = (cell(first)?, cell(last)?);
    Some(Region { top, left, bottom, right })
}

/// Row and column, from 0, of a cell named such as `B2`.
pub(super) fn cell(name: &str) -> Option<(u32, u32)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic);
    let digits = name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let mut column = 0_u32;
    for letter in letters {
        let value = u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        column = column.checked_mul(26)?.checked_add(value)?;
    }
    Some((digits.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_found_by_its_name() {
        for (name, expected) in
            [("A1", Some((0, 0))), ("XFD1048576", Some((1_048_575, 16_383))), ("7", None), ("B", None), ("B0", None)]
        {
            assert_eq!(cell(name), expected);
        }
    }

    #[test]
    fn a_drawing_is_named_where_the_order_of_sections_wants_it() {
        let sheet = |rest: &str| format!("<worksheet><AlternateContent/><sheetData/>{rest}</worksheet>");
        for (rest, before) in [
            ("<pageMargins/><drawing/>", "</worksheet>"),
            ("<drawing/><tableParts/><extLst><drawingHF/></extLst>", "<tableParts/>"),
            ("<pageMargins/><legacyDrawingHF/>", "<legacyDrawingHF/>"),
        ] {
            let text = sheet(rest);
            let (_, after) = text.split_at(Frame::read(&text).unwrap().drawing_at);
            assert!(after.starts_with(before), "{rest}: {after}");
        }
    }
}
