//! The state of reading an RTF file: groups and what they undo, text on its way to a paragraph or a cell.

use super::characters::{CodePages, Units};
use super::tables::{RowDefinition, Tables};
use super::tokens::Token;
use crate::document::builder::Builder;
use crate::document::{Budget, Document, Fault, Format};

/// What a group holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Destination {
    #[default]
    Text,
    Fonts,
    TextBox,
    NestedRow,
    FormField,
    FormEntry,
    PassedOver,
}

/// What a group's end undoes.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub(super) destination: Destination,
    pub(super) font: Option<i32>,
    pub(super) is_hidden: bool,
    pub(super) is_deleted: bool,
    /// How many tables the paragraph is in.
    pub(super) level: usize,
    /// How many bytes stand in for a `\u` where it is not known.
    pub(super) replacements: usize,
}

/// A legacy form field's data.
#[derive(Debug, Default)]
pub(super) struct FormField {
    pub(super) kind: i32,
    pub(super) result: Option<i32>,
    pub(super) default: i32,
    pub(super) entries: Vec<String>,
    pub(super) entry: String,
}

/// The state of the reading.
pub(super) struct Reader<'b> {
    pub(super) budget: &'b mut Budget,
    pub(super) builder: Builder,
    pub(super) tables: Tables,
    pub(super) pages: CodePages,
    pub(super) units: Units,
    pub(super) state: State,
    pub(super) outer: Vec<State>,
    pub(super) is_closed: bool,
    /// Whether the group was marked `\*` and its name has not come yet.
    pub(super) is_starred: bool,
    /// Replacements still to be passed over.
    pub(super) replaced: usize,
    pub(super) line: String,
    pub(super) bytes: Vec<u8>,
    pub(super) row: RowDefinition,
    /// Whether a row has begun and not ended: some programs leave out `\\intbl`.
    pub(super) is_in_row: bool,
    /// The row around a nested one, whose definition comes in a group of its own.
    pub(super) outer_row: RowDefinition,
    /// Lines and levels that text boxes interrupt.
    pub(super) interrupted: Vec<(String, usize)>,
    pub(super) form: FormField,
}

impl<'b> Reader<'b> {
    pub(super) fn new(budget: &'b mut Budget) -> Self {
        Self {
            budget,
            builder: Builder::default(),
            tables: Tables::default(),
            pages: CodePages::default(),
            units: Units::default(),
            state: State { replacements: 1, ..State::default() },
            outer: Vec::new(),
            is_closed: false,
            is_starred: false,
            replaced: 0,
            line: String::new(),
            bytes: Vec::new(),
            row: RowDefinition::default(),
            is_in_row: false,
            outer_row: RowDefinition::default(),
            interrupted: Vec::new(),
            form: FormField::default(),
        }
    }

    pub(super) fn token(&mut self, token: Token<'_>) -> Result<(), Fault> {
        match token {
            Token::Open => self.open(),
            Token::Close => return self.close(),
            Token::Symbol(b'*') => self.is_starred = true,
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Byte(byte) => self.byte(byte),
            Token::Word(word, number) => return self.word(word, number),
        }
        Ok(())
    }

    fn open(&mut self) {
        self.flush_bytes();
        self.replaced = 0;
        self.is_starred = false;
        self.outer.push(self.state.clone());
    }

    fn close(&mut self) -> Result<(), Fault> {
        self.flush_bytes();
        self.replaced = 0;
        self.is_starred = false;
        let Some(outer) = self.outer.pop() else {
            self.is_closed = true;
            return Ok(());
        };
        let ended = std::mem::replace(&mut self.state, outer);
        self.is_closed = self.outer.is_empty();
        if ended.destination != self.state.destination {
            self.end_destination(ended.destination)?;
        }
        Ok(())
    }

    fn end_destination(&mut self, destination: Destination) -> Result<(), Fault> {
        match destination {
            Destination::TextBox => return self.end_text_box(),
            Destination::NestedRow => self.row = std::mem::take(&mut self.outer_row),
            Destination::FormField => self.end_form_field(),
            Destination::FormEntry => {
                let entry = std::mem::take(&mut self.form.entry);
                self.form.entries.push(entry.trim().to_owned());
            }
            Destination::Text | Destination::Fonts | Destination::PassedOver => {}
        }
        Ok(())
    }

    fn symbol(&mut self, symbol: u8) {
        if self.replaced > 0 {
            self.replaced -= 1;
            return;
        }
        match symbol {
            b'~' => self.push("\u{a0}"),
            b'_' => self.push("-"),
            b'\\' | b'{' | b'}' => self.byte(symbol),
            _ => {}
        }
    }

    fn byte(&mut self, byte: u8) {
        if self.replaced > 0 {
            self.replaced -= 1;
        } else if self.is_shown() {
            self.bytes.push(byte);
        }
    }

    /// Bytes are decoded together, since two of them make a Chinese character.
    pub(super) fn flush_bytes(&mut self) {
        if !self.bytes.is_empty() {
            let bytes = std::mem::take(&mut self.bytes);
            let text = self.pages.decode(&bytes, self.state.font);
            self.push(&text);
        }
    }

    fn is_shown(&self) -> bool {
        let is_text =
            matches!(self.state.destination, Destination::Text | Destination::TextBox | Destination::FormEntry);
        is_text && !self.state.is_hidden && !self.state.is_deleted
    }

    pub(super) fn push(&mut self, text: &str) {
        self.flush_bytes();
        if self.state.destination == Destination::FormEntry {
            self.form.entry.push_str(text);
        } else if self.is_shown() {
            self.line.push_str(text);
        }
    }

    pub(super) fn base_level(&self) -> usize {
        self.interrupted.last().map_or(0, |(_, level)| *level)
    }

    pub(super) fn level(&self) -> usize {
        self.state.level.max(self.base_level()).max(usize::from(self.is_in_row))
    }

    pub(super) fn is_paragraph_text(&self) -> bool {
        matches!(self.state.destination, Destination::Text | Destination::TextBox)
    }

    pub(super) fn end_paragraph(&mut self) -> Result<(), Fault> {
        if self.state.is_deleted {
            return Ok(());
        }
        let line = std::mem::take(&mut self.line);
        match self.level() {
            0 => {
                self.tables.leave(0, &mut self.builder);
                self.builder.push(&line);
                self.builder.end_paragraph();
            }
            level => return self.tables.paragraph(level, &line, &mut self.builder, self.budget),
        }
        Ok(())
    }

    pub(super) fn end_row(&mut self, level: usize) -> Result<(), Fault> {
        self.tables.end_row(level, &self.row, &mut self.builder, self.budget)
    }

    pub(super) fn end_cell(&mut self, level: usize) -> Result<(), Fault> {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.tables.paragraph(level, &line, &mut self.builder, self.budget)?;
        }
        self.tables.end_cell(level, &mut self.builder, self.budget)
    }

    pub(super) fn start_text_box(&mut self) {
        self.interrupted.push((std::mem::take(&mut self.line), self.level()));
        self.state.level = 0;
    }

    fn end_text_box(&mut self) -> Result<(), Fault> {
        if !self.line.trim().is_empty() {
            self.end_paragraph()?;
        }
        if let Some((line, level)) = self.interrupted.pop() {
            self.line = line;
            self.state.level = level;
        }
        Ok(())
    }

    /// A check box or a list shows its state; `ffres` 25 says that the default holds.
    fn end_form_field(&mut self) {
        let form = std::mem::take(&mut self.form);
        let state = form.result.filter(|result| *result != 25).unwrap_or(form.default);
        let shown = match form.kind {
            1 if state == 1 => "☑".to_owned(),
            1 => "☐".to_owned(),
            2 => usize::try_from(state).ok().and_then(|state| form.entries.into_iter().nth(state)).unwrap_or_default(),
            _ => return,
        };
        self.line.push_str(&shown);
    }

    /// A file that breaks off has open groups left; what it showed so far could be half a table.
    pub(super) fn finish(mut self, source: &str) -> Result<Document, Fault> {
        if !self.is_closed {
            return Err(Fault::Unreadable("RTF: breaks off".into()));
        }
        if !self.line.trim().is_empty() {
            self.end_paragraph()?;
        }
        self.tables.leave(0, &mut self.builder);
        Ok(self.builder.finish(source, Format::Rtf))
    }
}
