//! Workbooks of Excel 97 and before: the cells come from office_oxide, which keeps them sparse, and the number formats from
//! the records of the workbook stream ([MS-XLS]), which no library hands out.

use std::collections::BTreeMap;
use std::io::Cursor;

use office_oxide::cfb::CfbReader;
use office_oxide::ir::SheetKind;
use office_oxide::xls::{CellValue, Sheet, XlsDocument, XlsError};

use super::number_format::{Epoch, NumberFormat, builtin_code, general};
use super::{Region, SheetCells, Workbook, is_picture_formula};
use crate::document::{Budget, Fault, Grid};

pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Workbook, Fault> {
    budget.take_unpacked(u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
    let book = XlsDocument::from_reader(Cursor::new(bytes)).map_err(fault)?;
    if book.truncated() {
        return Err(Fault::Unreadable("the workbook is cut short".into()));
    }
    let mut formats = Formats::of(&workbook_stream(bytes));
    let worksheets = book.sheets.iter().filter(|sheet| sheet.kind == SheetKind::Worksheet);
    let sheets = worksheets.map(|sheet| self::sheet(sheet, &mut formats, budget)).collect::<Result<_, _>>()?;
    Ok(Workbook { sheets, has_pictures: !book.images().is_empty() })
}

fn sheet(sheet: &Sheet, formats: &mut Formats, budget: &mut Budget) -> Result<Grid, Fault> {
    let mut cells = SheetCells::default();
    for (row, values) in (0_u32..).zip(&sheet.rows) {
        let styles = usize::try_from(row).ok().and_then(|row| sheet.xf.get(row));
        for (column, value) in (0_u32..).zip(values) {
            let style = styles.zip(usize::try_from(column).ok()).and_then(|(styles, column)| styles.get(column));
            let text = formats.shown(value, style.copied().unwrap_or_default());
            cells.push((row, column), text, matches!(value, CellValue::Number(_)), budget)?;
        }
    }
    let merged: Vec<Region> = sheet.merged_cells.iter().map(region).collect();
    cells.into_grid(sheet.name.clone(), sheet.hidden, &merged)
}

fn region(&(top, bottom, left, right): &(u16, u16, u16, u16)) -> Region {
    Region { top: top.into(), left: left.into(), bottom: bottom.into(), right: right.into() }
}

fn workbook_stream(bytes: &[u8]) -> Vec<u8> {
    let Ok(mut container) = CfbReader::new(Cursor::new(bytes)) else { return Vec::new() };
    container.open_stream("Workbook").or_else(|_| container.open_stream("Book")).unwrap_or_default()
}

/// Number formats by the index that cells name, each parsed once.
#[derive(Default)]
struct Formats {
    epoch: Epoch,
    /// The format's number, by extended format (`XF`).
    numbers: Vec<u16>,
    codes: BTreeMap<u16, String>,
    parsed: BTreeMap<u16, Option<NumberFormat>>,
}

impl Formats {
    /// Reads the records before the first sheet.
    fn of(stream: &[u8]) -> Self {
        const END: u16 = 0x000A;
        const DATE_MODE: u16 = 0x0022;
        const CODE_PAGE: u16 = 0x0042;
        const EXTENDED_FORMAT: u16 = 0x00E0;
        const FORMAT: u16 = 0x041E;
        let mut formats = Self::default();
        let mut code_page = 1252;
        let is_biff8 = word(stream, 4) == Some(0x0600);
        for (kind, data) in (Records { rest: stream }).take_while(|(kind, _)| *kind != END) {
            match kind {
                DATE_MODE if word(data, 0) == Some(1) => formats.epoch = Epoch::Since1904,
                CODE_PAGE => code_page = word(data, 0).unwrap_or(code_page),
                EXTENDED_FORMAT => formats.numbers.push(word(data, 2).unwrap_or_default()),
                FORMAT => {
                    let code =
                        if is_biff8 { unicode_string(data.get(2..)) } else { byte_string(data.get(2..), code_page) };
                    formats.codes.extend(word(data, 0).zip(code));
                }
                _ => {}
            }
        }
        formats
    }

    /// The text shown for a value.
    fn shown(&mut self, value: &CellValue, style: u16) -> String {
        let epoch = self.epoch;
        match value {
            CellValue::Number(number) => {
                self.format(style).map_or_else(|| general(*number), |format| format.render(*number, epoch))
            }
            CellValue::String(text) if text.is_empty() || is_picture_formula(text) => String::new(),
            CellValue::String(text) => {
                self.format(style).map_or_else(|| text.clone(), |format| format.render_text(text))
            }
            other => other.as_text(),
        }
    }

    fn format(&mut self, style: u16) -> Option<&NumberFormat> {
        let Self { numbers, codes, parsed, .. } = self;
        let parsed = parsed.entry(style).or_insert_with(|| {
            let number = *numbers.get(usize::from(style))?;
            let code = codes.get(&number).map(String::as_str).or_else(|| builtin_code(number.into()))?;
            Some(NumberFormat::parse(code))
        });
        parsed.as_ref()
    }
}

/// The records of a stream: kind and data.
struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, size) = (word(self.rest, 0)?, word(self.rest, 2)?);
        let (_, body) = self.rest.split_at_checked(4)?;
        let (data, rest) = body.split_at_checked(size.into())?;
        self.rest = rest;
        Some((kind, data))
    }
}

fn word(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes([*data.get(at)?, *data.get(at + 1)?]))
}

/// A string of BIFF8: count of characters, a flag for two bytes a character, the characters.
fn unicode_string(data: Option<&[u8]>) -> Option<String> {
    let data = data?;
    let count = usize::from(word(data, 0)?);
    let is_wide = data.get(2)? & 1 == 1;
    let characters = data.get(3..)?;
    if !is_wide {
        return Some(characters.iter().take(count).map(|byte| char::from(*byte)).collect());
    }
    let (text, _) = encoding_rs::UTF_16LE.decode_without_bom_handling(characters.get(..count * 2)?);
    Some(text.into_owned())
}

/// A string of BIFF5: count of bytes, then the bytes in the workbook's code page.
fn byte_string(data: Option<&[u8]>, code_page: u16) -> Option<String> {
    let (count, bytes) = data?.split_first()?;
    let encoding = match code_page {
        936 | 54936 => encoding_rs::GB18030,
        950 => encoding_rs::BIG5,
        _ => encoding_rs::WINDOWS_1252,
    };
    let (text, _) = encoding.decode_without_bom_handling(bytes.get(..usize::from(*count))?);
    Some(text.into_owned())
}

fn fault(error: XlsError) -> Fault {
    match error {
        XlsError::Encrypted | XlsError::EncryptionNotSupported(_) => Fault::Encrypted,
        other => Fault::Unreadable(other.to_string()),
    }
}
