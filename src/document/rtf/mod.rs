//! Rich Text Format, as Word, WPS and LibreOffice write it (RTF specification 1.9.1).
//!
//! An own reader, since the libraries at hand lose the grid or keep what was struck out: cells are told apart by their
//! edges, merged ones joined, tables in tables kept apart; deleted and hidden text, numbers of lists, notes and headers
//! are left out.

mod characters;
mod tables;
mod tokens;

#[cfg(test)]
mod tests;

use super::builder::Builder;
use super::{Budget, Document, Fault, Format};
use characters::{CodePages, Units};
use tables::{MAX_LEVEL, RowDefinition, Tables};
use tokens::{Token, Tokens};

/// Destinations whose text is none of the document's own.
const PASSED_OVER: [&str; 31] = [
    "annotation",
    "atnauthor",
    "atnid",
    "author",
    "bkmkend",
    "bkmkstart",
    "colortbl",
    "comment",
    "filetbl",
    "fldinst",
    "footer",
    "footerf",
    "footerl",
    "footerr",
    "footnote",
    "header",
    "headerf",
    "headerl",
    "headerr",
    "info",
    "listtext",
    "nonesttables",
    "nonshppict",
    "objdata",
    "operator",
    "pntext",
    "revtbl",
    "stylesheet",
    "tc",
    "title",
    "xe",
];

/// Destinations marked `\*` that hold text all the same.
const KNOWN_STARRED: [&str; 6] = ["ffl", "fldinst", "formfield", "nesttableprops", "shpinst", "shppict"];

/// Reads an .rtf file.
///
/// # Errors
/// [`Fault::Unreadable`] when it breaks off, [`Fault::TooLarge`] when a limit breaks.
pub(super) fn read(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    let mut reader = Reader::new(budget);
    for token in Tokens::new(bytes) {
        reader.token(token)?;
        if reader.is_closed {
            break;
        }
    }
    reader.finish(source)
}

/// What a group holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Destination {
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
struct State {
    destination: Destination,
    font: Option<i32>,
    is_hidden: bool,
    is_deleted: bool,
    /// How many tables the paragraph is in.
    level: usize,
    /// How many bytes stand in for a `\u` where it is not known.
    replacements: usize,
}

/// A legacy form field's data.
#[derive(Debug, Default)]
struct FormField {
    kind: i32,
    result: Option<i32>,
    default: i32,
    entries: Vec<String>,
    entry: String,
}

/// The state of the reading.
struct Reader<'b> {
    budget: &'b mut Budget,
    builder: Builder,
    tables: Tables,
    pages: CodePages,
    units: Units,
    state: State,
    outer: Vec<State>,
    is_closed: bool,
    /// Whether the group was marked `\*` and its name has not come yet.
    is_starred: bool,
    /// Replacements still to be passed over.
    replaced: usize,
    line: String,
    bytes: Vec<u8>,
    row: RowDefinition,
    /// Whether a row has begun and not ended: some programs leave out `\\intbl`.
    is_in_row: bool,
    /// The row around a nested one, whose definition comes in a group of its own.
    outer_row: RowDefinition,
    /// Lines and levels that text boxes interrupt.
    interrupted: Vec<(String, usize)>,
    form: FormField,
}

impl<'b> Reader<'b> {
    fn new(budget: &'b mut Budget) -> Self {
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

    fn token(&mut self, token: Token<'_>) -> Result<(), Fault> {
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
    fn flush_bytes(&mut self) {
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

    fn push(&mut self, text: &str) {
        self.flush_bytes();
        if self.state.destination == Destination::FormEntry {
            self.form.entry.push_str(text);
        } else if self.is_shown() {
            self.line.push_str(text);
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) -> Result<(), Fault> {
        if word != "u" || number.is_none() {
            self.flush_bytes();
        }
        if std::mem::take(&mut self.is_starred) && !KNOWN_STARRED.contains(&word) {
            self.state.destination = Destination::PassedOver;
        }
        if self.state.destination == Destination::PassedOver {
            self.picture(word);
            return Ok(());
        }
        let number_or_zero = number.unwrap_or_default();
        match word {
            "u" => self.unicode(number_or_zero),
            "uc" => self.state.replacements = usize::try_from(number_or_zero).unwrap_or_default().min(8),
            "cell" => return self.end_cell(self.base_level() + 1),
            "nestcell" => return self.end_cell(self.level().max(2)),
            "row" => {
                self.is_in_row = false;
                return self.end_row(self.base_level() + 1);
            }
            "nestrow" => return self.end_row(self.level().max(2)),
            "par" | "sect" | "page" if self.is_paragraph_text() => return self.end_paragraph(),
            _ if self.start_destination(word) || self.form_word(word, number_or_zero) => {}
            _ => self.property(word, number),
        }
        Ok(())
    }

    fn unicode(&mut self, number: i32) {
        self.flush_bytes();
        self.replaced = self.state.replacements;
        if let Some(character) = self.units.push(number) {
            self.push(character.encode_utf8(&mut [0; 4]));
        }
    }

    /// Words that give the group another destination; false when it is none of them.
    fn start_destination(&mut self, word: &str) -> bool {
        self.picture(word);
        let destination = match word {
            "fonttbl" => Destination::Fonts,
            "shptxt" => {
                self.start_text_box();
                Destination::TextBox
            }
            "nesttableprops" => {
                self.outer_row = std::mem::take(&mut self.row);
                Destination::NestedRow
            }
            "formfield" => {
                self.form = FormField::default();
                Destination::FormField
            }
            "ffl" if self.state.destination == Destination::FormField => Destination::FormEntry,
            // Its code is passed over, the form field in it is not.
            "fldinst" => Destination::Fonts,
            "pict" | "sp" | "shprslt" => Destination::PassedOver,
            _ if PASSED_OVER.contains(&word) => Destination::PassedOver,
            _ => return false,
        };
        self.state.destination = destination;
        true
    }

    fn picture(&mut self, word: &str) {
        if matches!(word, "pngblip" | "jpegblip" | "wmetafile" | "emfblip" | "dibitmap") {
            self.builder.picture();
        }
    }

    fn form_word(&mut self, word: &str, number: i32) -> bool {
        if self.state.destination != Destination::FormField {
            return false;
        }
        match word {
            "fftype" => self.form.kind = number,
            "ffres" => self.form.result = Some(number),
            "ffdefres" => self.form.default = number,
            _ => {}
        }
        true
    }

    /// Character and paragraph properties, row definitions, and words that stand for a character.
    fn property(&mut self, word: &str, number: Option<i32>) {
        let is_on = number != Some(0);
        let value = number.unwrap_or_default();
        match word {
            "ansicpg" => self.pages.set_default(value),
            "f" => self.state.font = number,
            "fcharset" if self.state.destination == Destination::Fonts => {
                self.pages.set_font(self.state.font.unwrap_or_default(), value);
            }
            "v" => self.state.is_hidden = is_on,
            "deleted" => self.state.is_deleted = is_on,
            "plain" => {
                self.state.is_hidden = false;
                self.state.is_deleted = false;
                self.state.font = None;
            }
            "pard" => self.state.level = 0,
            "intbl" => self.state.level = self.state.level.max(1),
            "itap" => self.state.level = usize::try_from(value).unwrap_or_default().min(MAX_LEVEL),
            "tab" => self.push("\t"),
            "line" => self.push("\n"),
            "emdash" => self.push("—"),
            "endash" => self.push("–"),
            "lquote" => self.push("‘"),
            "rquote" => self.push("’"),
            "ldblquote" => self.push("“"),
            "rdblquote" => self.push("”"),
            "bullet" => self.push("•"),
            "emspace" | "enspace" => self.push(" "),
            _ => self.row_definition(word, value),
        }
    }

    fn row_definition(&mut self, word: &str, value: i32) {
        if word == "trowd" && self.state.destination != Destination::NestedRow {
            self.is_in_row = true;
        }
        self.row.word(word, value);
    }

    fn base_level(&self) -> usize {
        self.interrupted.last().map_or(0, |(_, level)| *level)
    }

    fn level(&self) -> usize {
        self.state.level.max(self.base_level()).max(usize::from(self.is_in_row))
    }

    fn is_paragraph_text(&self) -> bool {
        matches!(self.state.destination, Destination::Text | Destination::TextBox)
    }

    fn end_paragraph(&mut self) -> Result<(), Fault> {
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

    fn end_row(&mut self, level: usize) -> Result<(), Fault> {
        self.tables.end_row(level, &self.row, &mut self.builder, self.budget)
    }

    fn end_cell(&mut self, level: usize) -> Result<(), Fault> {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.tables.paragraph(level, &line, &mut self.builder, self.budget)?;
        }
        self.tables.end_cell(level, &mut self.builder, self.budget)
    }

    fn start_text_box(&mut self) {
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
    fn finish(mut self, source: &str) -> Result<Document, Fault> {
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
