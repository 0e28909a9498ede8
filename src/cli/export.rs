//! `postroom export`: the table of returns as CSV or XLSX, in the form's own layout.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, bail};
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::{local, print};
use crate::config::Config;
use crate::store::{Cell, Column, Table};
use crate::survey::Facet;

/// What `export` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The file to write: .xlsx or .csv
    file: TableFile,
    /// The survey [default: the only one]
    #[arg(long, value_name = "ID")]
    survey: Option<String>,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

/// A file for a table, of the format that its name ends in.
#[derive(Debug, Clone)]
struct TableFile {
    path: PathBuf,
    format: TableFormat,
}

#[derive(Debug, Clone, Copy)]
enum TableFormat {
    Csv,
    Xlsx,
}

impl FromStr for TableFile {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let path = PathBuf::from(text);
        let format = match path.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => TableFormat::Csv,
            Some("xlsx") => TableFormat::Xlsx,
            _ => return Err("name a file that ends in .xlsx or .csv"),
        };
        Ok(Self { path, format })
    }
}

/// Writes the file.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let survey = match (&arguments.survey, config.surveys.as_slice()) {
        (Some(id), _) => id.clone(),
        (None, [only]) => only.id.clone(),
        (None, _) => bail!("several surveys are configured; name one with --survey"),
    };
    let TableFile { path: file, format } = &arguments.file;
    if file.exists() && !arguments.force {
        bail!("{}: is there already; give --force to write over it", file.display());
    }
    let table = local::look(config)?.table(&survey)?;
    match format {
        TableFormat::Csv => std::fs::write(file, csv(&table)).with_context(|| file.display().to_string())?,
        TableFormat::Xlsx => xlsx(&table, file).with_context(|| file.display().to_string())?,
    }
    print::line(format!("{}: {} returns", file.display(), table.rows.len()));
    Ok(())
}

/// Headings: the form's, and behind each item those of what its answers say.
fn headings(table: &Table) -> Vec<String> {
    let facets = |column: &Column| {
        let names = column.facets.iter().map(|facet| format!("{}（{}）", column.label, name(*facet)));
        names.collect::<Vec<_>>()
    };
    let of_column = |column: &Column| std::iter::once(column.label.clone()).chain(facets(column)).collect::<Vec<_>>();
    table.columns.iter().flat_map(of_column).chain(["状态".to_owned(), "收到时间".to_owned()]).collect()
}

fn name(facet: Facet) -> &'static str {
    match facet {
        Facet::Low | Facet::WholeLow => "下限",
        Facet::High | Facet::WholeHigh => "上限",
        Facet::Currency => "币种",
        Facet::Value => "登记值",
    }
}

/// What a cell says of a facet, as text or as a number.
enum Shown {
    Text(String),
    Number(rust_decimal::Decimal),
}

fn shown(facet: Facet, cell: Option<&Cell>) -> Shown {
    let cell = cell.cloned().unwrap_or_default();
    let number = match facet {
        Facet::Low | Facet::WholeLow => cell.low,
        Facet::High | Facet::WholeHigh => cell.high,
        Facet::Currency => return Shown::Text(cell.currency.unwrap_or_default()),
        Facet::Value => return Shown::Text(cell.value.unwrap_or_default()),
    };
    number.map_or(Shown::Text(String::new()), |number| Shown::Number(number.normalize()))
}

/// As Excel in China opens it: UTF-8 with its mark, CRLF. A text that a spreadsheet would run as a formula is kept from it.
fn csv(table: &Table) -> String {
    let mut lines = vec![headings(table).iter().map(|text| quoted(text)).collect::<Vec<_>>().join(",")];
    for row in &table.rows {
        let cells = table.columns.iter().zip(&row.cells).flat_map(|(column, cell)| texts(column, cell.as_ref()));
        let all: Vec<String> = cells.chain([state(&row.state).to_owned(), row.received_at.clone()]).collect();
        lines.push(all.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(","));
    }
    format!("\u{feff}{}\r\n", lines.join("\r\n"))
}

fn texts(column: &Column, cell: Option<&Cell>) -> Vec<String> {
    let text = cell.map(|cell| cell.text.clone()).unwrap_or_default();
    let facets = column.facets.iter().map(|facet| match shown(*facet, cell) {
        Shown::Text(text) => text,
        Shown::Number(number) => number.to_string(),
    });
    std::iter::once(text).chain(facets).collect()
}

fn quoted(text: &str) -> String {
    // A telephone number is no number: +86 is how it begins.
    let number = !text.starts_with('+') && text.parse::<rust_decimal::Decimal>().is_ok();
    let guard = if !number && text.starts_with(['=', '+', '-', '@', '\t']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

fn state(state: &str) -> &str {
    match state {
        "complete" => "已完成",
        "in_correction" => "待更正",
        other => other,
    }
}

/// The form's layout: title over the table, landscape, borders; numbers beside what was written, amounts in yuan.
fn xlsx(table: &Table, file: &Path) -> Result<(), XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let cell = Format::new().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::Top);
    let head = cell.clone().set_bold().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    let number = cell.clone().set_num_format("#,##0.##");
    let headings = headings(table);
    let last = u16::try_from(headings.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let title = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center);
    sheet.set_name("汇总表")?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(1, 1)?;
    sheet.set_freeze_panes(2, 1)?;
    sheet.merge_range(0, 0, 0, last, &table.title, &title)?;
    for (column, heading) in (0..).zip(&headings) {
        sheet.write_string_with_format(1, column, heading, &head)?;
        sheet.set_column_width(
            column,
            if heading.contains('（') || column > last.saturating_sub(2) { 16 } else { 30 },
        )?;
    }
    for (line, row) in (2..).zip(&table.rows) {
        let mut column = 0;
        for (of, value) in table.columns.iter().zip(&row.cells) {
            column = write_cell(sheet, (line, column), of, value.as_ref(), (&cell, &number))?;
        }
        sheet.write_string_with_format(line, column, state(&row.state), &cell)?;
        sheet.write_string_with_format(line, column + 1, &row.received_at, &cell)?;
    }
    book.save(file)
}

/// Writes an item's cells, foreign text never as a formula; answers the next column.
fn write_cell(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    of: &Column,
    value: Option<&Cell>,
    (plain, number): (&Format, &Format),
) -> Result<u16, XlsxError> {
    sheet.write_string_with_format(line, column, value.map(|value| value.text.as_str()).unwrap_or_default(), plain)?;
    let mut next = column + 1;
    for facet in of.facets {
        match shown(*facet, value) {
            Shown::Text(text) => sheet.write_string_with_format(line, next, text, plain)?,
            Shown::Number(amount) => {
                sheet.write_number_with_format(line, next, amount.to_f64().unwrap_or_default(), number)?
            }
        };
        next += 1;
    }
    Ok(next)
}
