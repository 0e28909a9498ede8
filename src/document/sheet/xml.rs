//! Workbooks as one XML file (XML Spreadsheet 2003), as Excel saves them and many web systems write them under the name `.xls`.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use super::number_format::{Epoch, NumberFormat, general};
use super::{Region, SheetCells, Workbook};
use crate::document::xml::{self, Element, Node, Xml};
use crate::document::{Budget, Fault, Grid};

pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Workbook, Fault> {
    let text = xml::decode(bytes)?;
    let mut xml = Xml::new(&text);
    let mut reading = Reading {
        budget,
        open: Vec::new(),
        styles: Styles::default(),
        style: String::new(),
        sheet: None,
        flag: String::new(),
        done: Vec::new(),
    };
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(element) => reading.start(&element),
            Node::End => reading.end()?,
            Node::Text(text) => reading.text(&text),
        }
    }
    Ok(Workbook { sheets: reading.done, has_pictures: false })
}

/// An open element, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Worksheet,
    Row,
    Cell,
    Data,
    /// A comment on a cell, with data of its own.
    Comment,
    Visible,
    Date1904,
    Other,
}

/// Where the reading stands.
struct Reading<'a> {
    budget: &'a mut Budget,
    open: Vec<Tag>,
    styles: Styles,
    /// The style that is being defined.
    style: String,
    sheet: Option<Sheet>,
    /// The text of an option.
    flag: String,
    done: Vec<Grid>,
}

/// The sheet that is being read.
#[derive(Default)]
struct Sheet {
    name: String,
    is_hidden: bool,
    cells: SheetCells,
    merged: Vec<Region>,
    /// Row of the next `Row`, and column of the next `Cell`.
    next: (u32, u32),
    row: u32,
    row_style: Option<String>,
    cell: Draft,
}

/// The cell that is being read.
#[derive(Default)]
struct Draft {
    column: u32,
    style: Option<String>,
    kind: String,
    text: String,
}

impl Reading<'_> {
    fn start(&mut self, element: &Element<'_>) {
        let attribute = |name| element.attribute(name);
        let tag = match element.name() {
            "Style" => {
                self.style = attribute("ID").unwrap_or_default();
                self.styles.inherit(&self.style, attribute("Parent").as_deref());
                Tag::Other
            }
            "NumberFormat" => {
                self.styles.set(&self.style, &attribute("Format").unwrap_or_default());
                Tag::Other
            }
            "Worksheet" => {
                self.sheet = Some(Sheet { name: attribute("Name").unwrap_or_default(), ..Sheet::default() });
                Tag::Worksheet
            }
            "Visible" => Tag::Visible,
            "Date1904" => {
                self.styles.epoch = Epoch::Since1904;
                Tag::Date1904
            }
            name => self.sheet.as_mut().map_or(Tag::Other, |sheet| sheet.start(name, element)),
        };
        self.flag.clear();
        self.open.push(tag);
    }

    fn end(&mut self) -> Result<(), Fault> {
        let tag = self.open.pop();
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        match tag {
            Some(Tag::Cell) => {
                let style = sheet.cell.style.as_ref().or(sheet.row_style.as_ref());
                let text = self.styles.shown(&sheet.cell, style.map_or("Default", String::as_str));
                let is_number = sheet.cell.kind == "Number";
                sheet.cells.push((sheet.row, sheet.cell.column), text, is_number, self.budget)?;
            }
            Some(Tag::Visible) => sheet.is_hidden = self.flag.trim() != "SheetVisible",
            Some(Tag::Worksheet) => {
                if let Some(sheet) = self.sheet.take() {
                    self.done.push(sheet.cells.into_grid(sheet.name, sheet.is_hidden, &sheet.merged)?);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.open.last() == Some(&Tag::Visible) {
            self.flag.push_str(text);
        }
        // Text in several letterings stands in elements inside the data.
        if self.open.contains(&Tag::Data)
            && !self.open.contains(&Tag::Comment)
            && let Some(sheet) = &mut self.sheet
        {
            sheet.cell.text.push_str(text);
        }
    }
}

impl Sheet {
    fn start(&mut self, name: &str, element: &Element<'_>) -> Tag {
        let number = |name| element.attribute(name).and_then(|value| value.parse::<u32>().ok());
        // Rows and columns are counted from 1; what has no index stands after the one before.
        let index = |next: u32| number("Index").map_or(next, |index| index.saturating_sub(1));
        match name {
            "Row" => {
                self.row = index(self.next.0);
                self.row_style = element.attribute("StyleID");
                self.next = (self.row.saturating_add(1).saturating_add(number("Span").unwrap_or_default()), 0);
                Tag::Row
            }
            "Cell" => {
                let column = index(self.next.1);
                let right = column.saturating_add(number("MergeAcross").unwrap_or_default());
                let bottom = self.row.saturating_add(number("MergeDown").unwrap_or_default());
                if (bottom, right) != (self.row, column) {
                    self.merged.push(Region { top: self.row, left: column, bottom, right });
                }
                self.next.1 = right.saturating_add(1);
                self.cell = Draft { column, style: element.attribute("StyleID"), ..Draft::default() };
                Tag::Cell
            }
            "Data" => {
                if self.cell.kind.is_empty() {
                    self.cell.kind = element.attribute("Type").unwrap_or_default();
                }
                Tag::Data
            }
            "Comment" => Tag::Comment,
            _ => Tag::Other,
        }
    }
}

/// Number formats by style.
#[derive(Default)]
struct Styles {
    epoch: Epoch,
    formats: BTreeMap<String, NumberFormat>,
    codes: BTreeMap<String, String>,
}

impl Styles {
    /// A style has its parent's format until it says otherwise.
    fn inherit(&mut self, style: &str, parent: Option<&str>) {
        if let Some(code) = parent.and_then(|parent| self.codes.get(parent)).cloned() {
            self.set(style, &code);
        }
    }

    fn set(&mut self, style: &str, code: &str) {
        self.codes.insert(style.to_owned(), code.to_owned());
        match spelled_out(code) {
            "" => self.formats.remove(style),
            code => self.formats.insert(style.to_owned(), NumberFormat::parse(code)),
        };
    }

    /// The text shown for a cell.
    fn shown(&self, cell: &Draft, style: &str) -> String {
        let format = self.formats.get(style);
        let text = || cell.text.clone();
        match cell.kind.as_str() {
            "Number" => {
                let Ok(number) = cell.text.trim().parse::<f64>() else { return text() };
                format.map_or_else(|| general(number), |format| format.render(number, self.epoch))
            }
            "DateTime" => {
                let Some(serial) = serial(cell.text.trim(), self.epoch) else { return text() };
                format.map_or_else(text, |format| format.render(serial, self.epoch))
            }
            "Boolean" => if cell.text.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "String" => format.map_or_else(text, |format| format.render_text(&cell.text)),
            _ => text(),
        }
    }
}

/// The code of a format that goes by a name; a code stands for itself. Empty for the general format.
fn spelled_out(code: &str) -> &str {
    match code {
        "General" | "General Number" | "Yes/No" | "True/False" | "On/Off" => "",
        "Currency" | "Euro Currency" | "Standard" => "#,##0.00",
        "Fixed" => "0.00",
        "Percent" => "0.00%",
        "Scientific" => "0.00E+00",
        "General Date" => "yyyy-mm-dd h:mm",
        "Long Date" | "Medium Date" | "Short Date" => "yyyy-mm-dd",
        "Long Time" | "Medium Time" | "Short Time" => "h:mm",
        code => code,
    }
}

/// A moment as the number of days that formats want.
fn serial(text: &str, epoch: Epoch) -> Option<f64> {
    let moment: DateTime = text.parse().ok()?;
    let zero = match epoch {
        Epoch::Since1900 => jiff::civil::date(1899, 12, 30),
        Epoch::Since1904 => jiff::civil::date(1904, 1, 1),
    };
    let seconds = moment.duration_since(zero.at(0, 0, 0, 0)).as_secs_f64();
    Some(seconds / 86_400.0)
}

#[cfg(test)]
mod tests {
    use crate::document::testing::{check_cuts, document, show};
    use crate::document::{Block, Format, Origin};

    fn book(styles: &str, sheets: &str) -> Vec<u8> {
        format!(
            r#"<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel"><Styles>{styles}</Styles>{sheets}</Workbook>"#
        )
        .into_bytes()
    }

    fn check(styles: &str, rows: &str, expected: &str) {
        let bytes = book(styles, &format!(r#"<Worksheet ss:Name="表"><Table>{rows}</Table></Worksheet>"#));
        let document = document(&bytes);
        assert_eq!(document.format, Format::XmlSheet);
        assert_eq!(show(&document), expected);
        // Cut off in its first lines, a file is no such file yet.
        let long = rows.replace("</Row>", &format!("</Row>{:9999}", ""));
        check_cuts(&book(styles, &format!(r#"<Worksheet ss:Name="表"><Table>{long}</Table></Worksheet>"#)));
    }

    #[test]
    fn cells_stand_where_they_are_and_merged_ones_keep_their_spans() {
        check(
            "",
            r#"<Row><Cell ss:MergeAcross="1" ss:MergeDown="1"><Data ss:Type="String">企业</Data></Cell>
<Cell><Data ss:Type="String">C&#10;二</Data></Cell></Row>
<Row><Cell ss:Index="3"><Data ss:Type="String">C2</Data></Cell></Row>
<Row ss:Index="5" ss:Span="1"><Cell/><Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>粗</B>体</ss:Data>
<Comment><ss:Data><B>批注</B></ss:Data></Comment></Cell></Row><Row><Cell><Data ss:Type="String">A7</Data></Cell></Row>"#,
            "A1+2x2 企业\nC1 C|二\nC2 C2\nB5 粗体\nA7 A7\n",
        );
    }

    #[test]
    fn a_number_is_read_with_the_unit_of_its_format() {
        check(
            r#"<Style ss:ID="a"><NumberFormat ss:Format="0&quot;万元&quot;"/></Style><Style ss:ID="b" ss:Parent="a"/>
<Style ss:ID="c"><NumberFormat ss:Format="yyyy&quot;年&quot;m&quot;月&quot;"/></Style>
<Style ss:ID="d"><NumberFormat ss:Format="Percent"/></Style>"#,
            r#"<Row><Cell ss:StyleID="a"><Data ss:Type="Number">1200</Data></Cell>
<Cell ss:StyleID="b"><Data ss:Type="Number">5</Data></Cell><Cell ss:StyleID="d"><Data ss:Type="Number">0.25</Data></Cell>
<Cell ss:StyleID="c"><Data ss:Type="DateTime">2017-11-22T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="Number">13800138000</Data></Cell></Row><Row ss:StyleID="a"><Cell><Data ss:Type="Number">7</Data></Cell></Row>"#,
            "A1 1200万元\nB1 5万元\nC1 25.00%\nD1 2017年11月\nE1 13800138000\nA2 7万元\n",
        );
    }

    #[test]
    fn a_hidden_sheet_is_told_from_one_that_is_seen() {
        let sheet = |name: &str, options: &str| {
            format!(
                r#"<Worksheet ss:Name="{name}"><Table/><x:WorksheetOptions>{options}</x:WorksheetOptions></Worksheet>"#
            )
        };
        let sheets = sheet("一", "") + &sheet("二", "<x:Visible>SheetHidden</x:Visible>");
        let hidden: Vec<bool> = document(&book("", &sheets))
            .blocks
            .iter()
            .map(
                |block| matches!(block, Block::Grid(grid) if matches!(grid.origin, Origin::Sheet { hidden: true, .. })),
            )
            .collect();
        assert_eq!(hidden, [false, true]);
    }
}
