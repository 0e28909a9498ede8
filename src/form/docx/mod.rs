//! The form as a Word document: page, title, tables and lines in WordprocessingML (ECMA-376 part 1).

use std::borrow::Cow;
use std::fmt::Write;

use super::layout::{Cell, Form, Role, Table};
use super::{GREY, hint};
use crate::mark::YELLOW;
use crate::survey::Language;

mod package;

/// Long and short side of A4, in twentieths of a point.
const A4: (u32, u32) = (16838, 11906);
/// Margins, in twentieths of a point.
const MARGIN: u32 = 1134;
/// Least height of a line that is filled in, in twentieths of a point: with columns, and line by line.
const HEIGHTS: (u32, u32) = (1100, 560);
/// Least height of a line of a summary.
const SUMMARY_HEIGHT: u32 = 440;
/// Height up to which a line of a summary is kept on one page, in twentieths of a point: half of one.
const KEPT_TOGETHER: u32 = 4800;
/// Size of the letters in points where nothing else is said; the styles say so.
const LETTERS: u32 = 12;

/// A paragraph in the middle of its cell.
const CENTRED: &str = r#"<w:pPr><w:jc w:val="center"/></w:pPr>"#;
/// Letters of the form's own hints.
const SMALL: &str = r#"<w:color w:val="595959"/><w:sz w:val="20"/>"#;

/// Writes the document.
pub(super) fn write(form: &Form) -> Vec<u8> {
    let mut body = Body::new(form);
    for (at, table) in form.tables.iter().enumerate() {
        body.title(&form.title, at > 0);
        body.table(table);
        for line in &form.lines {
            body.line(line);
        }
    }
    let (width, height) = page(form);
    let orientation = if form.is_landscape { r#" w:orient="landscape""# } else { "" };
    let footer = if form.is_summary { package::FOOTER } else { "" };
    let page = format!(
        r#"<w:sectPr>{footer}<w:pgSz w:w="{width}" w:h="{height}"{orientation}/><w:pgMar w:top="{MARGIN}" w:right="{MARGIN}" w:bottom="{MARGIN}" w:left="{MARGIN}" w:header="600" w:footer="600" w:gutter="0"/></w:sectPr>"#
    );
    package::pack(form, &format!("{}{page}", body.xml), &body.notes)
}

fn page(form: &Form) -> (u32, u32) {
    let (long, short) = A4;
    if form.is_landscape { (long, short) } else { (short, long) }
}

/// Content as it is written, and the notes that it refers to by their number.
struct Body {
    xml: String,
    notes: Vec<String>,
    /// Widths of the columns, in twentieths of a point.
    widths: Vec<u32>,
    height: u32,
    language: Language,
    is_summary: bool,
    letters: u32,
}

impl Body {
    fn new(form: &Form) -> Self {
        let room = page(form).0 - 2 * MARGIN;
        let shares: u32 = form.widths.iter().map(|share| u32::from(*share)).sum::<u32>().max(1);
        let widths = form.widths.iter().map(|share| u32::from(*share) * room / shares).collect();
        let height = match (form.is_summary, form.is_landscape) {
            (true, _) => SUMMARY_HEIGHT,
            (false, true) => HEIGHTS.0,
            (false, false) => HEIGHTS.1,
        };
        let (language, is_summary, letters) = (form.language, form.is_summary, form.letters);
        Self { xml: String::new(), notes: Vec::new(), widths, height, language, is_summary, letters }
    }

    fn push(&mut self, xml: std::fmt::Arguments<'_>) {
        // Writing to a text cannot fail.
        let _ = self.xml.write_fmt(xml);
    }

    fn title(&mut self, title: &str, begins_page: bool) {
        let page = if begins_page { "<w:pageBreakBefore/>" } else { "" };
        let title = run(self.language, "", title);
        self.push(format_args!(r#"<w:p><w:pPr><w:pStyle w:val="Title"/>{page}</w:pPr>{title}</w:p>"#));
    }

    fn line(&mut self, line: &str) {
        let line = run(self.language, &self.size(), line);
        self.push(format_args!(r#"<w:p><w:pPr><w:spacing w:before="80"/></w:pPr>{line}</w:p>"#));
    }

    fn table(&mut self, table: &Table) {
        let width: u32 = self.widths.iter().sum();
        let columns: String = self.widths.iter().map(|width| format!(r#"<w:gridCol w:w="{width}"/>"#)).collect();
        self.push(format_args!(
            r#"<w:tbl><w:tblPr><w:tblStyle w:val="Form"/><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"#
        ));
        self.row(&table.head, "<w:cantSplit/><w:tblHeader/>");
        let height = format!(r#"<w:trHeight w:val="{}" w:hRule="atLeast"/>"#, self.height);
        for row in &table.body {
            let together = if self.is_summary && self.tall(row) <= KEPT_TOGETHER { "<w:cantSplit/>" } else { "" };
            self.row(row, &format!("{together}{height}"));
        }
        self.xml.push_str("</w:tbl>");
    }

    /// The size of letters, where it is not that of the styles.
    fn size(&self) -> String {
        if self.letters == LETTERS { String::new() } else { format!(r#"<w:sz w:val="{}"/>"#, 2 * self.letters) }
    }

    /// How tall a row is, in twentieths of a point, about.
    fn tall(&self, row: &[Cell]) -> u32 {
        let letter = 20 * self.letters;
        let lines = row.iter().zip(&self.widths).map(|(cell, width)| {
            let room = (width / letter).max(1);
            let lines = cell.text.split('\n').map(|line| u32::try_from(line.chars().count()).unwrap_or(u32::MAX));
            lines.map(|letters| letters.div_ceil(room).max(1)).fold(0, u32::saturating_add)
        });
        lines.max().unwrap_or_default().saturating_mul(letter * 13 / 10)
    }

    fn row(&mut self, row: &[Cell], properties: &str) {
        self.push(format_args!("<w:tr><w:trPr>{properties}</w:trPr>"));
        for (cell, width) in row.iter().zip(self.widths.clone()) {
            self.cell(cell, width);
        }
        self.xml.push_str("</w:tr>");
    }

    fn cell(&mut self, cell: &Cell, width: u32) {
        let fill = match (cell.is_faulty, &cell.role) {
            (true, _) => Some(YELLOW),
            (false, Role::Label) => Some(GREY),
            _ => None,
        };
        let fill = fill.map(|fill| format!(r#"<w:shd w:val="clear" w:color="auto" w:fill="{fill:06X}"/>"#));
        let fill = fill.unwrap_or_default();
        self.push(format_args!(
            r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}<w:vAlign w:val="center"/></w:tcPr>"#
        ));
        let (paragraph, properties) = match cell.role {
            Role::Label => (CENTRED, format!("<w:b/>{}", self.size())),
            Role::Number => (CENTRED, SMALL.to_owned()),
            Role::Hint => ("", SMALL.to_owned()),
            Role::Answer(_) | Role::Written => ("", self.size()),
        };
        self.push(format_args!("<w:p>{paragraph}"));
        // Of a heading's note the lines below the table say the same; a comment's balloon would narrow the page.
        let note = cell.note.as_ref().filter(|_| cell.is_faulty).map(|note| (self.notes.len(), note.clone()));
        if let Some((number, _)) = &note {
            self.push(format_args!(r#"<w:commentRangeStart w:id="{number}"/>"#));
        }
        self.xml.push_str(&run(self.language, &properties, &shown(cell, self.language)));
        if let Some((number, note)) = note {
            self.push(format_args!(
                r#"<w:commentRangeEnd w:id="{number}"/><w:r><w:commentReference w:id="{number}"/></w:r>"#
            ));
            self.notes.push(note);
        }
        self.xml.push_str("</w:p></w:tc>");
    }
}

/// What stands in a cell: where nothing was chosen yet, boxes to tick.
fn shown(cell: &Cell, language: Language) -> Cow<'_, str> {
    let boxes = match &cell.role {
        Role::Answer(kind) if cell.text.is_empty() => hint::boxes(kind, language),
        _ => None,
    };
    boxes.map_or(Cow::Borrowed(cell.text.as_str()), Cow::Owned)
}

/// A run of text. What Latin and Chinese fonts both have, such as quotation marks, is shown in the one of the form's language.
fn run(language: Language, properties: &str, shown: &str) -> String {
    let fonts = match language {
        Language::Zh => r#"<w:rFonts w:hint="eastAsia"/>"#,
        Language::En => "",
    };
    format!(r#"<w:r><w:rPr>{fonts}{properties}</w:rPr>{}</w:r>"#, text(shown))
}

/// Text as the content of a run: line breaks as breaks, tabs as tabs, without characters that XML 1.0 forbids.
fn text(text: &str) -> String {
    let mut xml = String::new();
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            xml.push_str("<w:br/>");
        }
        for (at, piece) in line.split('\t').enumerate() {
            if at > 0 {
                xml.push_str("<w:tab/>");
            }
            xml.push_str(r#"<w:t xml:space="preserve">"#);
            xml.push_str(&escaped(piece));
            xml.push_str("</w:t>");
        }
    }
    xml
}

fn escaped(text: &str) -> String {
    let allowed: String = text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    quick_xml::escape::escape(&allowed).into_owned()
}
