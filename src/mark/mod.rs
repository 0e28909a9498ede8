//! A sender's own file comes back with its faulty cells marked and a note in each, everything else in it untouched.
//!
//! [`mark`] takes an .xlsx or .docx apart as a package of XML parts and changes only those that must change, at byte offsets
//! (`edits`): a cell gets a fill and a comment, a line of label and answer a comment. What it makes is read again, and is
//! handed over only if it reads as the original does: better the official form filled in than a file that says something else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::document::parts::Parts;
use crate::document::{self, Budget, Content, Document, Fault, Format, Limits};
use crate::place::Place;
use crate::survey::Language;

mod active;
mod docx;
mod edits;
mod outline;
mod relations;
mod xlsx;

#[cfg(test)]
mod corpus_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod testing;

/// Who signs the notes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Author {
    /// The name.
    pub(crate) name: &'static str,
    /// The same in a letter or two.
    pub(crate) initials: &'static str,
    /// The sign between the name and what is said.
    colon: &'static str,
}

impl Author {
    /// Who signs in a language.
    pub(crate) fn of(language: Language) -> Self {
        match language {
            Language::Zh => Self { name: "收发室", initials: "收", colon: "：" },
            Language::En => Self { name: "Postroom", initials: "P", colon: ": " },
        }
    }
}

/// The colour that a marked cell is filled with, as red, green and blue: the yellow of Excel's style for what needs a look.
pub(crate) const YELLOW: u32 = 0x00FF_EB9C;

/// A cell or line to be marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Where it stands. Of the source nothing is looked at: the file is the caller's to find.
    pub place: Place,
    /// What is to be written there, in one sentence.
    pub note: String,
}

/// What a marked file may be, and nothing else is ever given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A workbook.
    Xlsx,
    /// A template of workbooks.
    Xltx,
    /// A text document.
    Docx,
    /// A template of text documents.
    Dotx,
}

impl Kind {
    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Xltx => "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Dotx => "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
        }
    }

    /// What its name ends with, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xltx => "xltx",
            Self::Docx => "docx",
            Self::Dotx => "dotx",
        }
    }
}

/// A marked file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// Marks whose place is not in the file, or cannot bear one. At least one other was made.
    pub left_out: Vec<Mark>,
}

/// Why a file was not marked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmarkable {
    /// Neither .xlsx nor .docx; what it is.
    #[error("a file of the kind {0} cannot be marked; enclose the official form instead")]
    Format(String),
    /// It cannot be opened, or breaks a limit.
    #[error("the file cannot be opened to be marked ({0:?}); enclose the official form instead")]
    Fault(Fault),
    /// It is signed, and a change would break the signature.
    #[error("the file bears a digital signature that marks would break; enclose the official form instead")]
    Signed,
    /// It does something by itself when it is opened, and the address it came from may be forged; what it does.
    #[error(
        "the file does something by itself when it is opened ({0}), and goes back to nobody; enclose the official form instead"
    )]
    Active(String),
    /// None of the marks has a place in it.
    #[error("no mark has a place in the file; enclose the official form instead")]
    NoPlace,
    /// With marks it would not read as it did.
    #[error("the marked file would read otherwise than the original; enclose the official form instead")]
    ReadsOtherwise,
}

impl From<Fault> for Unmarkable {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Marks a file, with notes in that language.
///
/// # Errors
/// [`Unmarkable`] when it cannot be done safely, or is over a limit; never is a damaged file handed over.
pub fn mark(bytes: &[u8], marks: &[Mark], language: Language, limits: &Limits) -> Result<Marked, Unmarkable> {
    let original = open(bytes, limits)?;
    if !matches!(original.format, Format::Xlsx | Format::Docx) {
        return Err(Unmarkable::Format(format!("{:?}", original.format)));
    }
    let mut parts = Parts::open(bytes, Budget::new(limits.clone()))?;
    if parts.has_under("_xmlsignatures/") {
        return Err(Unmarkable::Signed);
    }
    if let Some(what) = active::content(&mut parts)? {
        return Err(Unmarkable::Active(what));
    }
    let main = relations::main_part(&mut parts)?;
    let author = Author::of(language);
    let left_out = match original.format {
        Format::Xlsx => xlsx::mark(&mut parts, &main, marks, author)?,
        _ => docx::mark(&mut parts, (&main, &original), marks, author, limits)?,
    };
    if left_out.len() == marks.len() {
        return Err(Unmarkable::NoPlace);
    }
    let kind = kind(original.format, relations::content_type(&mut parts, &main)?.as_deref());
    let bytes = parts.finish()?;
    if open(&bytes, limits)? != original {
        return Err(Unmarkable::ReadsOtherwise);
    }
    Ok(Marked { bytes, kind, left_out })
}

fn open(bytes: &[u8], limits: &Limits) -> Result<Document, Unmarkable> {
    match document::open("", bytes, &mut Budget::new(limits.clone()))? {
        Content::Document(document) => Ok(document),
        _ => Err(Unmarkable::Format("that is no document".into())),
    }
}

/// What a file is whose main part is of this type.
fn kind(format: Format, main_type: Option<&str>) -> Kind {
    let is_template = main_type.unwrap_or_default().contains(".template");
    match (format, is_template) {
        (Format::Xlsx, true) => Kind::Xltx,
        (Format::Xlsx, false) => Kind::Xlsx,
        (_, true) => Kind::Dotx,
        _ => Kind::Docx,
    }
}

/// Marks by what they are about, in the order of the file, the notes of one spot a line each.
#[derive(Debug)]
struct Notes<K>(BTreeMap<K, String>);

impl<K: Ord> Notes<K> {
    fn new() -> Self {
        Self(BTreeMap::new())
    }

    fn add(&mut self, spot: K, note: &str) {
        let lines = self.0.entry(spot).or_default();
        if lines.lines().any(|line| line == note) {
            return;
        }
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(note);
    }
}

/// A text as XML has it. Characters that XML cannot hold are left out.
fn escaped(text: &str) -> String {
    let is_allowed = |letter: &char| {
        matches!(letter, '\t' | '\n')
            || (*letter >= ' ' && !matches!(letter, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}'))
    };
    let text: String = text.chars().filter(is_allowed).collect();
    quick_xml::escape::escape(&text).into_owned()
}
