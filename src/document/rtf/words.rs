//! What the control words of RTF do.

use super::reader::{Destination, FormField, Reader};
use super::tables::MAX_LEVEL;
use crate::document::Fault;

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

impl Reader<'_> {
    pub(super) fn word(&mut self, word: &str, number: Option<i32>) -> Result<(), Fault> {
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
}
