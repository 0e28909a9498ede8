//! OOXML workbooks, read with calamine's stream of cells: its ranges are dense, and one far cell would fill the memory.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Dimensions, Reader, Sheet, SheetType, SheetVisible, Style, Xlsx, XlsxError};

use super::number_format::{Epoch, NumberFormat, builtin_code, general};
use super::package::{charge_xml, refuse_document_types};
use super::{Region, SheetCells, Workbook, is_picture_formula};
use crate::document::package::Package;
use crate::document::{Budget, Fault, Grid};

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Workbook, Fault> {
    let mut package = Package::open(bytes)?;
    charge_xml(&mut package, budget)?;
    refuse_document_types(&mut package)?;
    let has_pictures = package.has_under("xl/media/");
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(fault)?;
    let sheets: Vec<Sheet> = book.sheets_metadata().to_vec();
    let worksheets = sheets.into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let sheets = worksheets.map(|sheet| self::sheet(&mut book, sheet, budget)).collect::<Result<_, _>>()?;
    Ok(Workbook { sheets, has_pictures })
}

fn sheet(book: &mut Book<'_>, sheet: Sheet, budget: &mut Budget) -> Result<Grid, Fault> {
    let merged: Vec<Region> = book.merge_cells_by_sheet_name(&sheet.name).map_err(fault)?.iter().map(region).collect();
    let epoch = if book.has_1904_epoch() { Epoch::Since1904 } else { Epoch::Since1900 };
    let mut reader = book.worksheet_cells_reader(&sheet.name).map_err(fault)?;
    let mut formats = Formats { epoch, parsed: BTreeMap::new() };
    let mut cells = SheetCells::default();
    loop {
        match reader.next_cell_with_style_id() {
            Ok(Some((cell, style))) => {
                let (text, is_number) = formats.shown(cell.get_value(), style, reader.styles());
                cells.push(cell.get_position(), text, is_number, budget)?;
            }
            Ok(None) => break,
            // An error value that is younger than the library (`#SPILL!`) is no reason to lose the other cells.
            Err(XlsxError::CellError(_)) => {}
            Err(error) => return Err(fault(error)),
        }
    }
    cells.into_grid(sheet.name, sheet.visible != SheetVisible::Visible, &merged)
}

/// Number formats by style, each parsed once.
struct Formats {
    epoch: Epoch,
    parsed: BTreeMap<usize, Option<NumberFormat>>,
}

impl Formats {
    /// The text shown for a value, and whether it is stored as a number.
    fn shown(&mut self, value: &DataRef<'_>, style: usize, styles: &[Style]) -> (String, bool) {
        let epoch = self.epoch;
        let number = match value {
            DataRef::Int(number) => number.to_string().parse().ok(),
            DataRef::Float(number) => Some(*number),
            DataRef::DateTime(moment) => Some(moment.as_f64()),
            _ => None,
        };
        if let Some(number) = number {
            let format = self.format(style, styles);
            return (format.map_or_else(|| general(number), |format| format.render(number, epoch)), true);
        }
        let text = match value {
            DataRef::String(text) => text.as_str(),
            DataRef::SharedString(text) => text,
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => return (date_only(text).to_owned(), false),
            DataRef::Bool(truth) => return (if *truth { "TRUE" } else { "FALSE" }.to_owned(), false),
            DataRef::Error(error) => return (error.to_string(), false),
            _ => return (String::new(), false),
        };
        if text.is_empty() || is_picture_formula(text) {
            return (String::new(), false);
        }
        let format = self.format(style, styles);
        (format.map_or_else(|| text.to_owned(), |format| format.render_text(text)), false)
    }

    fn format(&mut self, style: usize, styles: &[Style]) -> Option<&NumberFormat> {
        let parsed = self.parsed.entry(style).or_insert_with(|| code(styles.get(style)?).map(NumberFormat::parse));
        parsed.as_ref()
    }
}

/// The format code of a style; none for `General`. calamine takes numbers of formats that only Chinese editions have for
/// `General`.
fn code(style: &Style) -> Option<&str> {
    let format = style.number_format.as_ref()?;
    if format.format_code != "General" {
        return Some(&format.format_code);
    }
    format.format_id.filter(|id| *id != 0).and_then(builtin_code)
}

fn date_only(text: &str) -> &str {
    text.strip_suffix("T00:00:00").or_else(|| text.strip_suffix("T00:00:00Z")).unwrap_or(text)
}

fn region(merged: &Dimensions) -> Region {
    let ((top, left), (bottom, right)) = (merged.start, merged.end);
    Region { top, left, bottom, right }
}

fn fault(error: XlsxError) -> Fault {
    match error {
        XlsxError::Password => Fault::Encrypted,
        other => Fault::Unreadable(other.to_string()),
    }
}
