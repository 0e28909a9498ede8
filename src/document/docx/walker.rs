//! Walks through the main part of a Word document and tells the [`Builder`] what Word shows.

use super::fields::{Fields, check_box};
use super::symbols;
use crate::document::builder::{Builder, VerticalMerge};
use crate::document::xml::Element;
use crate::document::{Budget, Document, Fault, Format};

/// Namespaces of WordprocessingML (of 2003, transitional and strict) and of its mathematics.
const WORD: [&str; 3] = [
    "http://schemas.microsoft.com/office/word/2003/wordml",
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
];
const MATH: [&str; 2] =
    ["http://schemas.openxmlformats.org/officeDocument/2006/math", "http://purl.oclc.org/ooxml/officeDocument/math"];

/// The state of the walk.
#[derive(Debug)]
pub(super) struct Walker<'b> {
    budget: &'b mut Budget,
    pub(super) builder: Builder,
    pub(super) word_prefix: String,
    math_prefix: String,
    /// Open elements, outermost first.
    pub(super) open: Vec<Tag>,
    /// Depth inside a subtree that is passed over; 0 outside.
    skipped: usize,
    /// How many open elements hide their text (deletions, prompts, ruby).
    pub(super) hiding: usize,
    /// Check boxes whose state is still to be shown.
    unshown_boxes: usize,
    pub(super) fields: Fields,
    pub(super) paragraph: ParagraphState,
    pub(super) run: RunState,
    pub(super) cell: CellProperties,
    pub(super) has_foreign_part: bool,
}

/// An open element, as far as its end matters.
#[derive(Debug)]
pub(super) enum Tag {
    Table,
    Row,
    RowProperties,
    Cell,
    CellProperties,
    Paragraph,
    ParagraphProperties,
    MarkProperties,
    Run,
    RunProperties,
    Text,
    /// Its text is not shown.
    Hidden,
    Control(Control),
    ControlProperties,
    CheckBox,
    FormData,
    Alternate {
        is_taken: bool,
    },
    /// A text box, with what it interrupts.
    TextBox(Box<Interrupted>),
    Other,
}

/// A content control.
#[derive(Debug, Default)]
pub(super) struct Control {
    shows_prompt: bool,
    check_box: Option<bool>,
    is_shown: bool,
}

#[derive(Debug, Default)]
pub(super) struct ParagraphState {
    /// Its mark is deleted, so that the next paragraph goes on in it.
    runs_on: bool,
}

#[derive(Debug, Default)]
pub(super) struct RunState {
    pub(super) is_hidden: bool,
    pub(super) symbol_font: Option<String>,
}

#[derive(Debug)]
pub(super) struct Interrupted {
    line: String,
    paragraph: ParagraphState,
    run: RunState,
}

/// Properties of the cell that begins; it is begun with its first content, when they are known.
#[derive(Debug, Default)]
pub(super) struct CellProperties {
    is_pending: bool,
    pub(super) span: u32,
    pub(super) merge: VerticalMerge,
    pub(super) widens: bool,
}

impl<'b> Walker<'b> {
    /// At the start of a main part.
    pub(super) fn new(budget: &'b mut Budget) -> Self {
        Self {
            budget,
            builder: Builder::default(),
            word_prefix: "w".into(),
            math_prefix: "m".into(),
            open: Vec::new(),
            skipped: 0,
            hiding: 0,
            unshown_boxes: 0,
            fields: Fields::default(),
            paragraph: ParagraphState::default(),
            run: RunState::default(),
            cell: CellProperties::default(),
            has_foreign_part: false,
        }
    }

    /// An element begins.
    pub(super) fn start(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        if self.skipped > 0 {
            self.skipped += 1;
            return Ok(());
        }
        if self.open.is_empty() {
            self.learn_prefixes(element);
        }
        let tag = match element.prefix() {
            prefix if prefix == self.word_prefix => self.start_word(element)?,
            prefix if prefix == self.math_prefix && element.name() == "t" => Some(Tag::Text),
            _ => self.start_foreign(element),
        };
        match tag {
            Some(tag) => self.open.push(tag),
            None => self.skipped = self.skipped.max(1),
        }
        Ok(())
    }

    /// The innermost element ends.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        if self.skipped > 0 {
            self.skipped -= 1;
            return Ok(());
        }
        match self.open.pop() {
            Some(Tag::Table) => self.builder.end_table(),
            Some(Tag::Row) => self.builder.end_row(),
            Some(Tag::Cell) => {
                self.begin_pending_cell()?;
                self.builder.end_cell();
            }
            Some(Tag::Paragraph) => self.end_paragraph(),
            Some(Tag::Run) => self.run = RunState::default(),
            Some(Tag::Hidden) => self.hiding = self.hiding.saturating_sub(1),
            Some(Tag::Control(control)) => self.end_control(&control),
            Some(Tag::TextBox(interrupted)) => self.end_text_box(*interrupted),
            _ => {}
        }
        Ok(())
    }

    /// Characters between elements; those outside of `w:t` are the file's own layout.
    pub(super) fn text(&mut self, text: &str) {
        if self.skipped > 0 || !matches!(self.open.last(), Some(Tag::Text)) {
            return;
        }
        match self.run.symbol_font.take() {
            Some(font) => {
                let shapes: String =
                    text.chars().filter_map(|letter| symbols::shape(&font, u32::from(letter))).collect();
                self.push(&shapes);
                self.run.symbol_font = Some(font);
            }
            None => self.push(text),
        }
    }

    /// The document.
    pub(super) fn finish(self, source: &str, format: Format) -> Result<Document, Fault> {
        if self.builder.is_empty() && self.has_foreign_part {
            return Err(Fault::Unsupported { format: "DOCX around another document".into(), could_hold_table: true });
        }
        Ok(self.builder.finish(source, format))
    }

    fn learn_prefixes(&mut self, root: &Element<'_>) {
        for (name, value) in root.attributes() {
            let Some(prefix) = name.strip_prefix("xmlns") else { continue };
            let prefix = prefix.trim_start_matches(':');
            if WORD.contains(&value.as_str()) {
                prefix.clone_into(&mut self.word_prefix);
            } else if MATH.contains(&value.as_str()) {
                prefix.clone_into(&mut self.math_prefix);
            }
        }
    }

    /// An element of WordprocessingML; `None` passes over it and all it holds.
    fn start_word(&mut self, element: &Element<'_>) -> Result<Option<Tag>, Fault> {
        Ok(Some(match element.name() {
            "tbl" => {
                self.begin_pending_cell()?;
                self.builder.begin_table(self.budget)?;
                Tag::Table
            }
            "tr" => {
                self.builder.begin_row();
                Tag::Row
            }
            "tc" => {
                self.cell = CellProperties { is_pending: true, span: 1, ..CellProperties::default() };
                Tag::Cell
            }
            "p" => {
                self.begin_pending_cell()?;
                Tag::Paragraph
            }
            "r" => self.start_run(),
            "t" => Tag::Text,
            "txbxContent" => self.start_text_box(),
            "del" if matches!(self.open.last(), Some(Tag::RowProperties)) => return Ok(self.drop_row()),
            "del" | "moveFrom" if matches!(self.open.last(), Some(Tag::MarkProperties)) => {
                self.paragraph.runs_on = true;
                Tag::Other
            }
            "del" | "moveFrom" | "rt" => self.hide(),
            "sdt" => Tag::Control(Control::default()),
            // Notes stand in the text in Word 2003 alone.
            "sectPr" | "tblGrid" | "tblPr" | "tblPrEx" | "footnote" | "endnote" => return Ok(None),
            name if name.ends_with("PrChange") => return Ok(None),
            _ => return Ok(self.start_property(element)),
        }))
    }

    /// The innermost open element; none where a subtree is passed over.
    pub(super) fn innermost(&self) -> Option<&Tag> {
        self.open.last().filter(|_| self.skipped == 0)
    }

    pub(super) fn begin_pending_cell(&mut self) -> Result<(), Fault> {
        let cell = std::mem::take(&mut self.cell);
        if !cell.is_pending {
            return Ok(());
        }
        if cell.widens {
            self.builder.widen_cell(cell.span);
            return Ok(());
        }
        self.builder.begin_cell(cell.span, cell.merge, self.budget)
    }

    /// A row struck out with its content: what is left of it is passed over, and it is not counted.
    fn drop_row(&mut self) -> Option<Tag> {
        self.open.pop();
        self.open.pop();
        self.skipped = 3;
        None
    }

    fn hide(&mut self) -> Tag {
        self.hiding += 1;
        Tag::Hidden
    }

    fn start_run(&mut self) -> Tag {
        self.run = RunState::default();
        if self.unshown_boxes > 0
            && let Some(control) = self.control()
            && let Some(is_checked) = control.check_box
            && !std::mem::replace(&mut control.is_shown, true)
        {
            self.unshown_boxes -= 1;
            // The control's text is hidden from here on: it is the same box in a form of the author's choice.
            self.hiding -= 1;
            self.push(check_box(is_checked).encode_utf8(&mut [0; 4]));
            self.hiding += 1;
        }
        Tag::Run
    }

    fn end_control(&mut self, control: &Control) {
        self.unshown_boxes -= usize::from(control.check_box.is_some() && !control.is_shown);
        self.hiding -= usize::from(control.shows_prompt) + usize::from(control.check_box.is_some());
    }

    pub(super) fn hide_prompt(&mut self) {
        if let Some(control) = self.control()
            && !std::mem::replace(&mut control.shows_prompt, true)
        {
            self.hiding += 1;
        }
    }

    pub(super) fn set_check_box(&mut self, is_checked: bool) {
        if let Some(control) = self.control()
            && control.check_box.replace(is_checked).is_none()
        {
            self.unshown_boxes += 1;
            self.hiding += 1;
        }
    }

    fn control(&mut self) -> Option<&mut Control> {
        self.open.iter_mut().rev().find_map(|tag| if let Tag::Control(control) = tag { Some(control) } else { None })
    }

    pub(super) fn field(&mut self, element: &Element<'_>) {
        let kind = element.attribute("fldCharType").unwrap_or_default();
        if let Some(shown) = self.fields.mark(&kind) {
            self.push(&shown);
        }
    }

    fn start_text_box(&mut self) -> Tag {
        Tag::TextBox(Box::new(Interrupted {
            line: self.builder.interrupt(),
            paragraph: std::mem::take(&mut self.paragraph),
            run: std::mem::take(&mut self.run),
        }))
    }

    fn end_text_box(&mut self, interrupted: Interrupted) {
        self.builder.resume(interrupted.line);
        self.paragraph = interrupted.paragraph;
        self.run = interrupted.run;
    }

    fn end_paragraph(&mut self) {
        self.fields.end_paragraph();
        if !std::mem::take(&mut self.paragraph).runs_on {
            self.builder.end_paragraph();
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        if self.hiding == 0 && !self.run.is_hidden && !self.fields.in_code() {
            self.fields.text();
            self.builder.push(text);
        }
    }
}
