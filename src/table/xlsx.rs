//! The table as an Excel workbook: the form's headings, amounts as numbers beside what was written, and a sheet that tells what the
//! columns mean. Foreign text is always a text, also when somebody edits its cell.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::column::{Column, Holds, Value, columns, nearest};
use super::csv::state_in_words;
use super::dictionary::Dictionary;
use super::{Form, Made, Row, Table, words};
use crate::form::{clip, fitted};

/// The table under the form's headings, with its dictionary on a second sheet.
///
/// # Errors
/// When the table is beyond what a sheet holds: a million rows, 16,000 columns.
pub fn xlsx(table: &Table, made: &Made) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let created = excel_time(made.at, made)?;
    book.set_properties(
        &DocProperties::new().set_title(clip(&table.survey.title, 255)).set_creation_datetime(&created),
    );
    Writer { sheet: book.add_worksheet(), made, formats: Formats::new() }.table(table)?;
    let dictionary = Dictionary::of(table, made, Form::Columns);
    Writer { sheet: book.add_worksheet(), made, formats: Formats::new() }.dictionary(&dictionary)?;
    book.save_to_buffer()
}

struct Formats {
    text: Format,
    head: Format,
    number: Format,
    time: Format,
    title: Format,
}

impl Formats {
    fn new() -> Self {
        let cell = Format::new().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::Top);
        Self {
            text: cell.clone().set_quote_prefix(),
            head: cell.clone().set_bold().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter),
            number: cell.clone().set_num_format("#,##0.##########"),
            time: cell.set_num_format("yyyy-mm-dd hh:mm:ss"),
            title: Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center),
        }
    }
}

struct Writer<'b> {
    sheet: &'b mut Worksheet,
    made: &'b Made,
    formats: Formats,
}

impl Writer<'_> {
    fn table(mut self, table: &Table) -> Result<(), XlsxError> {
        let columns = columns(&table.survey);
        let last = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let sheet = &mut *self.sheet;
        sheet
            .set_name("汇总表")?
            .set_landscape()
            .set_paper_size(9)
            .set_print_fit_to_pages(1, 0)
            .set_repeat_rows(1, 1)?;
        sheet.set_freeze_panes(2, 1)?;
        sheet.merge_range(0, 0, 0, last, fitted(&table.survey.title).as_str(), &self.formats.title)?;
        for (at, column) in (0..).zip(&columns) {
            sheet.set_column_width(at, width(column))?;
            sheet.write_string_with_format(1, at, words::heading(column), &self.formats.head)?;
        }
        for (line, row) in (2..).zip(&table.rows) {
            for (at, column) in (0..).zip(&columns) {
                self.cell(line, at, column, row)?;
            }
        }
        let end = u32::try_from(table.rows.len()).unwrap_or(u32::MAX).saturating_add(1);
        self.sheet.autofilter(1, 0, end, last)?;
        Ok(())
    }

    fn cell(&mut self, line: u32, at: u16, column: &Column<'_>, row: &Row) -> Result<(), XlsxError> {
        match column.value(row) {
            Value::None => self.sheet.write_blank(line, at, &self.formats.text)?,
            Value::Text(text) => return self.text(line, at, state_in_words(column, row).unwrap_or(text)),
            Value::Number(number) => {
                self.sheet.write_number_with_format(line, at, nearest(number), &self.formats.number)?
            }
            Value::Time(time) => {
                let time = excel_time(time, self.made)?;
                self.sheet.write_datetime_with_format(line, at, &time, &self.formats.time)?
            }
        };
        Ok(())
    }

    fn text(&mut self, line: u32, at: u16, text: &str) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(line, at, fitted(text), &self.formats.text)?;
        Ok(())
    }

    fn dictionary(mut self, dictionary: &Dictionary) -> Result<(), XlsxError> {
        self.sheet.set_name("数据字典")?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        for (at, width) in (0..).zip([24, 36, 10, 18, 50, 40]) {
            self.sheet.set_column_width(at, width)?;
        }
        let mut line = 0;
        for part in dictionary.parts() {
            self.sheet.write_string_with_format(
                line,
                0,
                part.title,
                &self.formats.title.clone().set_align(FormatAlign::Left),
            )?;
            line += 1;
            for (at, heading) in (0..).zip(part.headings) {
                self.sheet.write_string_with_format(line, at, *heading, &self.formats.head)?;
            }
            line += u32::from(!part.headings.is_empty());
            for row in &part.rows {
                for (at, text) in (0..).zip(row) {
                    self.text(line, at, text)?;
                }
                line += 1;
            }
            line += 1;
        }
        Ok(())
    }
}

fn width(column: &Column<'_>) -> u32 {
    match column.holds {
        Holds::Respondent | Holds::Text(..) => 30,
        Holds::ReceivedAt => 20,
        Holds::Facet(..) => 16,
        Holds::State | Holds::Version | Holds::Message => 10,
    }
}

fn excel_time(at: jiff::Timestamp, made: &Made) -> Result<ExcelDateTime, XlsxError> {
    let there = at.to_zoned(made.zone.clone());
    let number = |value: i8| u8::try_from(value).unwrap_or_default();
    let day = ExcelDateTime::from_ymd(
        u16::try_from(there.year()).unwrap_or_default(),
        number(there.month()),
        number(there.day()),
    )?;
    day.and_hms(there.hour().try_into().unwrap_or_default(), number(there.minute()), number(there.second()))
}
