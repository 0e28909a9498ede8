//! The targets: what is done with an input, and what must hold whatever it is. The fuzzer runs this, and so does the test
//! that replays the findings (`tests/findings.rs`).
//!
//! A panic that gets out of a reader is a finding; so are too much time and memory, which libFuzzer watches.

use std::sync::LazyLock;

use postroom::document::{Block, Budget, Content, Document, Format, Limits, open};
use postroom::mail;
use postroom::mailbox::imap;
use postroom::reading::{self, Prepared, Reading, Request};
use postroom::survey::Survey;
use postroom::transport::smtp::{self, Step};

use super::form;

/// What an input is.
pub(super) enum Input {
    /// A message.
    Message,
    /// A table or letter in the notation of [`form`], in which the surveys' forms are looked for.
    Form,
    /// A file of the format; it is opened, and the forms are looked for in it.
    Document(Format),
    /// A file that holds files, by how it begins.
    Container(&'static [u8]),
    /// What an IMAP server says.
    Imap,
    /// What an SMTP server says.
    Smtp,
}

/// A target.
pub(super) struct Target {
    /// Its name, and that of its folder among the findings.
    pub(super) name: &'static str,
    /// What its inputs are.
    pub(super) input: Input,
}

const fn target(name: &'static str, input: Input) -> Target {
    Target { name, input }
}

/// All targets.
pub(super) const TARGETS: [Target; 23] = [
    target("message", Input::Message),
    target("form", Input::Form),
    target("xlsx", Input::Document(Format::Xlsx)),
    target("xls", Input::Document(Format::Xls)),
    target("ods", Input::Document(Format::Ods)),
    target("xmlsheet", Input::Document(Format::XmlSheet)),
    target("docx", Input::Document(Format::Docx)),
    target("doc", Input::Document(Format::Doc)),
    target("odt", Input::Document(Format::Odt)),
    target("rtf", Input::Document(Format::Rtf)),
    target("wordxml", Input::Document(Format::WordXml)),
    target("pdf", Input::Document(Format::Pdf)),
    target("html", Input::Document(Format::Html)),
    target("mht", Input::Document(Format::Mht)),
    target("pptx", Input::Document(Format::Pptx)),
    target("delimited", Input::Document(Format::Delimited)),
    target("text", Input::Document(Format::Text)),
    target("zip", Input::Container(b"PK\x03\x04")),
    target("7z", Input::Container(b"7z\xBC\xAF\x27\x1C")),
    target("rar", Input::Container(b"Rar!\x1A\x07")),
    target("tnef", Input::Container(b"\x78\x9F\x3E\x22")),
    target("imap", Input::Imap),
    target("smtp", Input::Smtp),
];

static FOUNDING: LazyLock<Survey> = LazyLock::new(|| Survey::founding().expect("the founding survey is sound"));
static TYPED: LazyLock<Survey> = LazyLock::new(|| {
    Survey::from_toml(include_str!("../../config/surveys/digital-2018.toml")).expect("the second survey is sound")
});
thread_local! {
    static SURVEYS: [Prepared<'static>; 2] = [Prepared::new(&FOUNDING), Prepared::new(&TYPED)];
}

impl Target {
    /// The target of this name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// Reads an input. False when it is none of the target's: another target is the place for it.
    ///
    /// # Panics
    /// When something does not hold.
    pub(super) fn run(&self, bytes: &[u8]) -> bool {
        match self.input {
            Input::Message => {
                let _ = mail::web_pages(bytes);
                check_reading(&read_message(bytes));
                true
            }
            Input::Form => {
                let html = form::html(&String::from_utf8_lossy(bytes));
                check_reading(&read_file("form.html", html.as_bytes()));
                true
            }
            Input::Document(format) => read_document(bytes, format),
            Input::Imap => {
                let whole = imap::hear(bytes, bytes.len());
                assert_eq!(whole, imap::hear(bytes, 7), "what is heard hangs on the packets it comes in");
                true
            }
            Input::Smtp => {
                for step in [Step::Greeting, Step::Login, Step::Sender, Step::Recipient, Step::Data, Step::Content] {
                    let _ = smtp::hear(bytes, step);
                }
                true
            }
            Input::Container(start) => {
                check_reading(&read_file("file", bytes));
                bytes.starts_with(start)
            }
        }
    }
}

/// A file opened under the usual limits, if it can be.
pub(super) fn opened(bytes: &[u8]) -> Option<Content> {
    open("file", bytes, &mut Budget::new(Limits::default())).ok()
}

fn read_message(bytes: &[u8]) -> Reading {
    SURVEYS.with(|surveys| reading::read(bytes, &request(surveys), &mut |_| {}))
}

fn read_file(name: &str, bytes: &[u8]) -> Reading {
    SURVEYS.with(|surveys| reading::read_file(name, bytes, &request(surveys), &mut |_| {}))
}

fn request<'s>(surveys: &'s [Prepared<'static>]) -> Request<'s> {
    Request { surveys: surveys.iter().collect(), authserv_id: None, limits: Limits::default(), left_out: Vec::new() }
}

fn read_document(bytes: &[u8], format: Format) -> bool {
    match opened(bytes) {
        Some(Content::Document(document)) => {
            check_document(&document);
            check_reading(&read_file("file", bytes));
            document.format == format
        }
        // A damaged file may be on the way to something new.
        None => true,
        Some(_) => false,
    }
}

/// Cells stand by row, then column, and cover something.
fn check_document(document: &Document) {
    for block in &document.blocks {
        let Block::Grid(grid) = block else { continue };
        assert!(grid.cells.iter().all(|cell| cell.row_span > 0 && cell.column_span > 0), "a cell covers nothing");
        let places = grid.cells.iter().map(|cell| (cell.row, cell.column));
        assert!(places.is_sorted_by(|one, next| one < next), "cells out of order, or two in one place");
    }
}

/// A reading comes out of the reader process as it went in.
fn check_reading(reading: &Reading) {
    let written = serde_json::to_vec(reading).expect("a reading can be written");
    let read: Reading = serde_json::from_slice(&written).expect("a reading can be read again");
    assert!(read == *reading, "a reading changes on its way out of the reader");
}
