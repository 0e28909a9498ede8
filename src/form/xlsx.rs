//! The form as an Excel workbook: the same layout in cells, with notes, lists to choose from, and a page that prints.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note,
    Workbook, Worksheet, XlsxError,
};

use super::layout::{Cell, Form, Role, Table};
use super::{GREY, hint};
use crate::mark::{Author, YELLOW};
use crate::survey::{ItemKind, Language};

/// A4, as Excel counts paper sizes.
const A4: u8 = 9;
/// Most characters of a cell in Excel.
const LONGEST: usize = 32_767;
/// What stands at the end of a text that is longer.
const CUT: &str = "…（超出单元格上限，全文见原件）";
/// Most characters of a note: Excel keeps room for its author.
const LONGEST_NOTE: usize = 32_000;
/// Most characters of a list to choose from, the commas included.
const LONGEST_LIST: usize = 255;
/// Width of all columns together, in characters of the standard font: what A4 shows at full size, upright and on its side.
const ROOMS: (u32, u32) = (92, 130);
/// Size of the letters of titles and of hints, in points.
const LETTERS: (u32, u32) = (16, 10);
/// Least height of a heading or line, in points.
const LINE: u32 = 20;
/// Least height of a row that is filled in, in points: with columns, and line by line.
const HEIGHTS: (u32, u32) = (56, 30);
/// Smallest letters of a row of a summary that would be too high otherwise, in points.
const SMALLEST: u32 = 8;
/// Least height of a row of a summary, in points.
const SUMMARY_HEIGHT: u32 = 24;
/// Greatest height of a row in Excel, in points.
const TALLEST: u32 = 409;

/// Writes the workbook.
pub(super) fn write(form: &Form) -> Vec<u8> {
    // What Excel limits is kept within its limits before it is written, so nothing is left to fail.
    workbook(form).unwrap_or_default()
}

fn workbook(form: &Form) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let day = ExcelDateTime::from_ymd(
        u16::try_from(form.day.year()).unwrap_or(2000),
        u8::try_from(form.day.month()).unwrap_or(1),
        u8::try_from(form.day.day()).unwrap_or(1),
    )?;
    book.set_properties(&DocProperties::new().set_title(clip(&form.title, 255)).set_creation_datetime(&day));
    for (at, table) in (1..).zip(&form.tables) {
        let sheet = book.add_worksheet();
        let name = if form.is_summary { "汇总表" } else { hint::words(form.language).sheet() };
        sheet.set_name(if form.tables.len() == 1 { name.to_owned() } else { format!("{name}{at}") })?;
        Writer::new(form, sheet).write(form, table)?;
    }
    book.save_to_buffer()
}

/// Writes one sheet from the top.
struct Writer<'b> {
    sheet: &'b mut Worksheet,
    widths: Vec<u32>,
    least: u32,
    letters: u32,
    is_summary: bool,
    row: u32,
    language: Language,
}

impl<'b> Writer<'b> {
    fn new(form: &Form, sheet: &'b mut Worksheet) -> Self {
        let (room, least) = match (form.is_summary, form.is_landscape) {
            (true, _) => (ROOMS.1, SUMMARY_HEIGHT),
            (false, true) => (ROOMS.1, HEIGHTS.0),
            (false, false) => (ROOMS.0, HEIGHTS.1),
        };
        let shares: u32 = form.widths.iter().map(|share| u32::from(*share)).sum::<u32>().max(1);
        let widths = form.widths.iter().map(|share| (u32::from(*share) * room / shares).max(5)).collect();
        let (language, letters, is_summary) = (form.language, form.letters, form.is_summary);
        Self { sheet, widths, least, letters, is_summary, row: 0, language }
    }

    fn write(mut self, form: &Form, table: &Table) -> Result<(), XlsxError> {
        self.page(form.is_landscape)?;
        let [title, text] = hint::words(form.language).fonts();
        let title = base(title, LETTERS.0).set_bold().set_align(FormatAlign::Center);
        self.across(&form.title, &title, LETTERS.0, 36)?;
        self.cells(&table.head, LINE)?;
        for row in &table.body {
            self.cells(row, self.least)?;
        }
        for line in &form.lines {
            self.across(line, &base(text, self.letters), self.letters, LINE)?;
        }
        Ok(())
    }

    fn page(&mut self, is_landscape: bool) -> Result<(), XlsxError> {
        if is_landscape {
            self.sheet.set_landscape();
        }
        self.sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_print_center_horizontally(true);
        self.sheet.set_margins(0.6, 0.6, 0.75, 0.75, 0.3, 0.3).set_repeat_rows(1, 1)?;
        self.sheet.set_default_note_author(Author::of(self.language).name);
        if self.is_summary {
            self.sheet.set_footer("&C第 &P 页，共 &N 页").set_freeze_panes(2, 1)?;
        }
        for (column, width) in (0..).zip(&self.widths) {
            self.sheet.set_column_width(column, *width)?;
        }
        Ok(())
    }

    /// A line over the whole width.
    fn across(&mut self, text: &str, format: &Format, letters: u32, least: u32) -> Result<(), XlsxError> {
        let text = fitted(text);
        let last = u16::try_from(self.widths.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let height = height(&text, self.widths.iter().sum(), letters).clamp(least, TALLEST);
        self.sheet.set_row_height(self.row, height)?;
        if last == 0 {
            self.sheet.write_string_with_format(self.row, 0, text, format)?;
        } else {
            self.sheet.merge_range(self.row, 0, self.row, last, &text, format)?;
        }
        self.row += 1;
        Ok(())
    }

    fn cells(&mut self, cells: &[Cell], least: u32) -> Result<(), XlsxError> {
        let usual = self.letters;
        while self.is_summary && self.height(cells) > TALLEST && self.letters > SMALLEST {
            self.letters -= 1;
        }
        let height = self.height(cells).max(least);
        let written = if self.is_summary && height > TALLEST {
            self.tall(cells, height)
        } else {
            self.low(cells, height.min(TALLEST))
        };
        self.letters = usual;
        written
    }

    /// Height that a row needs, in points.
    fn height(&self, cells: &[Cell]) -> u32 {
        let heights =
            cells.iter().zip(&self.widths).map(|(cell, width)| height(&cell.text, *width, self.size(&cell.role)));
        heights.max().unwrap_or_default()
    }

    fn low(&mut self, cells: &[Cell], height: u32) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, height)?;
        for (column, cell) in (0..).zip(cells) {
            self.cell(column, cell)?;
        }
        self.row += 1;
        Ok(())
    }

    /// A row that is higher than Excel lets one be: several, with their cells merged, so that nothing is cut off.
    fn tall(&mut self, cells: &[Cell], height: u32) -> Result<(), XlsxError> {
        let rows = height.div_ceil(TALLEST).max(2);
        let last = self.row + rows - 1;
        for row in self.row..=last {
            self.sheet.set_row_height(row, height.div_ceil(rows))?;
        }
        for (column, cell) in (0..).zip(cells) {
            // Its first page tells whose row it is.
            let format = self.format(cell).set_align(FormatAlign::Top);
            self.sheet.merge_range(self.row, column, last, column, &fitted(&cell.text), &format)?;
        }
        self.row = last + 1;
        Ok(())
    }

    /// One cell, its text never as a formula.
    fn cell(&mut self, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        let format = self.format(cell);
        if cell.text.is_empty() {
            self.sheet.write_blank(self.row, column, &format)?;
        } else {
            self.sheet.write_string_with_format(self.row, column, fitted(&cell.text), &format)?;
        }
        if let Some(note) = &cell.note {
            let note = Note::new(clip(note, LONGEST_NOTE)).add_author_prefix(false).set_width(240).set_height(90);
            self.sheet.insert_note(self.row, column, &note)?;
        }
        if let Role::Answer(kind) = &cell.role {
            self.list(column, kind)?;
        }
        Ok(())
    }

    fn format(&self, cell: &Cell) -> Format {
        let [_, text] = hint::words(self.language).fonts();
        let format = base(text, self.size(&cell.role)).set_border(FormatBorder::Thin);
        let format = match &cell.role {
            Role::Label => format.set_bold().set_align(FormatAlign::Center).set_background_color(GREY),
            Role::Number => format.set_align(FormatAlign::Center).set_font_color(0x0059_5959),
            Role::Hint => format.set_font_color(0x0059_5959),
            // Long figures and leading zeros stay as they are typed.
            Role::Answer(ItemKind::CreditCode | ItemKind::Telephone { .. }) => format.set_num_format("@"),
            Role::Answer(_) => format,
            // It stays a text also when somebody edits it.
            Role::Written => format.set_quote_prefix(),
        };
        if cell.is_faulty { format.set_background_color(YELLOW) } else { format }
    }

    /// Size of the letters in a cell, in points.
    fn size(&self, role: &Role) -> u32 {
        match role {
            Role::Label | Role::Answer(_) | Role::Written => self.letters,
            Role::Number | Role::Hint => LETTERS.1,
        }
    }

    /// The options to choose from, where one of them is to be chosen.
    fn list(&mut self, column: u16, kind: &ItemKind) -> Result<(), XlsxError> {
        let choices = hint::choices(kind, self.language);
        let is_one = matches!(kind, ItemKind::Choice(_) | ItemKind::YesNo);
        let length: usize = choices.iter().map(|choice| choice.encode_utf16().count() + 1).sum();
        let fits = length <= LONGEST_LIST && !choices.iter().any(|choice| choice.contains([',', '"']));
        if !is_one || choices.is_empty() || !fits {
            return Ok(());
        }
        // A text of one's own is let through after a word of Excel's: 其他 may need one.
        let list = DataValidation::new().allow_list_strings(&choices)?;
        let list = list.set_error_style(DataValidationErrorStyle::Information);
        self.sheet.add_data_validation(self.row, column, self.row, column, &list)?;
        Ok(())
    }
}

fn base(font: &str, size: u32) -> Format {
    Format::new().set_font_name(font).set_font_size(size).set_text_wrap().set_align(FormatAlign::VerticalCenter)
}

/// Height of a text in a column, in points, as Excel does not adjust merged cells by itself.
fn height(text: &str, width: u32, size: u32) -> u32 {
    let lines = text.split('\n').map(|line| {
        // A Chinese character of 10 points takes the room of two letters of the standard font.
        let tenths = line.chars().map(|c| if c.is_ascii() { size } else { 2 * size }).fold(0, u32::saturating_add);
        tenths.div_ceil(10 * width.max(1)).max(1)
    });
    lines.fold(0, u32::saturating_add).saturating_mul((7 * size).div_ceil(5)).saturating_add(8)
}

/// A text as a cell of Excel takes it; one that is too long says so at its end.
pub(crate) fn fitted(text: &str) -> String {
    let whole = clip(text, LONGEST);
    if whole.len() == text.len() {
        return whole;
    }
    format!("{}{CUT}", clip(text, LONGEST - CUT.encode_utf16().count()))
}

/// The beginning of a text, of at most so many characters as Excel counts them (UTF-16).
pub(crate) fn clip(text: &str, most: usize) -> String {
    let mut room = most;
    let fits = |c: &char| {
        let left = room.checked_sub(c.len_utf16());
        room = left.unwrap_or_default();
        left.is_some()
    };
    text.chars().take_while(fits).collect()
}
