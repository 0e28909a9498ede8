//! Walks a message and everything in it: attachments, containers in containers, forwarded messages. What can be read becomes a
//! document, what cannot a fault; nothing is interpreted here.

use sha2::{Digest as _, Sha256};

use super::{AttachmentFacts, LeftOut, Request};
use crate::document::{self, Budget, Content, Document, Fault, Format, Member};
use crate::mail::{self, LinkedFile, Message};
use crate::personal;
use crate::place::BODY;

/// Media types of signatures and cards that mail programs add by themselves.
const ADDED_BY_PROGRAMS: [&str; 8] = [
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-keys",
    "text/vcard",
    "text/x-vcard",
    "text/directory",
    "text/calendar",
];

/// How much a source is trusted beside another of the same respondent: the lower the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A file that can be edited.
    Editable,
    /// A PDF.
    Pdf,
    /// The text of a message.
    Body,
}

/// A document with what matters of where it came from.
#[derive(Debug)]
pub(super) struct Source {
    /// The document.
    pub(super) document: Document,
    /// How much it is trusted.
    pub(super) rank: Rank,
}

/// The text of one message, in the forms in which it came.
#[derive(Debug, Default)]
pub(super) struct Text {
    /// What its sender wrote: HTML first, then plain text.
    pub(super) own: Vec<Source>,
    /// What is quoted or forwarded below it.
    pub(super) quoted: Vec<Source>,
}

/// Everything found in a message.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Documents among the attachments, in order.
    pub(super) documents: Vec<Source>,
    /// The texts of the message and of those in it.
    pub(super) texts: Vec<Text>,
    /// Paths of pictures that may show a table.
    pub(super) pictures: Vec<String>,
    /// What could not be read.
    pub(super) faults: Vec<(String, Fault)>,
    /// Links to providers' stores.
    pub(super) linked: Vec<LinkedFile>,
    /// Every file, for the record.
    pub(super) facts: Vec<AttachmentFacts>,
}

/// A file to be opened.
struct File<'f> {
    path: &'f str,
    bytes: &'f [u8],
    /// How many containers it is in.
    depth: u32,
    /// The outermost of them.
    outermost: &'f str,
}

/// Walks with its limits.
pub(super) struct Gatherer<'r> {
    left_out: &'r [LeftOut],
    budget: Budget,
    progress: &'r mut dyn FnMut(&str),
    gathered: Gathered,
}

impl<'r> Gatherer<'r> {
    /// A walk under the request's limits.
    pub(super) fn new(request: &'r Request<'_>, progress: &'r mut dyn FnMut(&str)) -> Self {
        let budget = Budget::new(request.limits.clone());
        Self { left_out: &request.left_out, budget, progress, gathered: Gathered::default() }
    }

    /// Everything found.
    pub(super) fn finish(self) -> Gathered {
        self.gathered
    }

    /// Walks a message that is not inside another.
    pub(super) fn message(&mut self, message: &Message) {
        for attachment in &message.attachments {
            if ADDED_BY_PROGRAMS.contains(&attachment.media_type.to_lowercase().as_str()) {
                self.record(&attachment.name, &attachment.bytes, AttachmentFacts::SIGNATURE);
                continue;
            }
            self.attachment(&attachment.name, attachment.is_message, &attachment.bytes);
        }
        self.text(message, BODY);
        self.gathered.linked.extend(message.linked.iter().cloned());
    }

    /// Opens one attachment.
    pub(super) fn attachment(&mut self, path: &str, is_message: bool, bytes: &[u8]) {
        self.file(&File { path, bytes, depth: 0, outermost: path }, is_message);
    }

    fn file(&mut self, file: &File<'_>, is_message: bool) {
        if let Some(left_out) = self.left_out.iter().find(|left_out| left_out.path == file.path) {
            self.fault(file, left_out.fault.clone());
            return;
        }
        (self.progress)(file.path);
        let opened = if is_message {
            Ok(Content::Message(file.bytes.to_vec()))
        } else {
            document::open(file.path, file.bytes, &mut self.budget)
        };
        match opened {
            Ok(content) => self.content(file, content),
            Err(fault) => self.fault(file, fault),
        }
    }

    fn content(&mut self, file: &File<'_>, content: Content) {
        match content {
            Content::Document(document) => {
                self.record(file.path, file.bytes, format_name(document.format));
                let rank = if document.format == Format::Pdf { Rank::Pdf } else { Rank::Editable };
                self.gathered.documents.push(Source { document, rank });
            }
            Content::Picture if document::is_ornament(file.path, file.bytes) => {
                self.record(file.path, file.bytes, AttachmentFacts::ORNAMENT);
            }
            Content::Picture => {
                self.record(file.path, file.bytes, "picture");
                self.gathered.pictures.push(file.path.to_owned());
            }
            Content::Litter => {}
            Content::Container(_) | Content::Message(_) if file.depth >= self.budget.limits().depth => {
                self.fault(file, Fault::TooLarge("archive depth".into()));
            }
            Content::Container(members) => {
                self.record(file.path, file.bytes, container_name(file.bytes));
                self.members(file, members);
            }
            Content::Message(bytes) => {
                self.record(file.path, file.bytes, "message");
                self.inner_message(file, &mail::parse(&bytes));
            }
        }
    }

    fn members(&mut self, container: &File<'_>, members: Vec<Member>) {
        let is_message = document::is_tnef(container.bytes);
        for member in members {
            let path = format!("{}/{}", container.path, personal::redacted(&member.name));
            if is_message && member.name == BODY {
                self.rich_text(&path, member.bytes);
                continue;
            }
            let inner = |bytes| File { path: &path, bytes, depth: container.depth + 1, outermost: container.outermost };
            match member.bytes {
                Ok(bytes) => self.file(&inner(&bytes), false),
                // It is the archive that asks for the password.
                Err(Fault::Encrypted) => self.note_fault(container.path, Fault::Encrypted),
                Err(fault) => self.fault(&inner(&[]), fault),
            }
        }
    }

    /// The text of a message that came as `winmail.dat`.
    fn rich_text(&mut self, path: &str, bytes: Result<Vec<u8>, Fault>) {
        match bytes.and_then(|bytes| document::open(path, &bytes, &mut self.budget)) {
            Ok(Content::Document(document)) => {
                let own = vec![Source { document, rank: Rank::Body }];
                self.gathered.texts.push(Text { own, quoted: Vec::new() });
            }
            Ok(_) => self.note_fault(path, Fault::Unreadable("no text".into())),
            Err(fault) => self.note_fault(path, fault),
        }
    }

    fn inner_message(&mut self, file: &File<'_>, message: &Message) {
        for attachment in &message.attachments {
            let path = format!("{}/{}", file.path, attachment.name);
            if ADDED_BY_PROGRAMS.contains(&attachment.media_type.to_lowercase().as_str()) {
                continue;
            }
            let inner =
                File { path: &path, bytes: &attachment.bytes, depth: file.depth + 1, outermost: file.outermost };
            self.file(&inner, attachment.is_message);
        }
        self.text(message, &format!("{}/{BODY}", file.path));
        self.gathered.linked.extend(message.linked.iter().cloned());
    }

    fn text(&mut self, message: &Message, path: &str) {
        // Texts come last, so that a reader that breaks while it understands them has named them.
        (self.progress)(path);
        if let Some(left_out) = self.left_out.iter().find(|left_out| left_out.path == path) {
            self.note_fault(path, left_out.fault.clone());
            return;
        }
        let body = &message.body;
        let own = self.forms(&body.html, &body.text, path);
        let quoted = self.forms(&body.quoted_html, &body.quoted_text, path);
        self.gathered.texts.push(Text { own, quoted });
    }

    fn forms(&mut self, html: &str, text: &str, path: &str) -> Vec<Source> {
        let mut documents = Vec::new();
        if !html.trim().is_empty() {
            match document::html_body(html, &mut self.budget) {
                Ok(document) => documents.push(document),
                Err(fault) => self.note_fault(path, fault),
            }
        }
        if !text.trim().is_empty() && documents.is_empty() {
            match document::tabbed_body(text, &mut self.budget) {
                Ok(document) => documents.push(document),
                Err(fault) => self.note_fault(path, fault),
            }
        } else if !text.trim().is_empty() {
            documents.push(document::text_body(text));
        }
        documents
            .into_iter()
            .map(|mut document| {
                path.clone_into(&mut document.source);
                Source { document, rank: Rank::Body }
            })
            .collect()
    }

    fn fault(&mut self, file: &File<'_>, fault: Fault) {
        let path = if matches!(fault, Fault::TooLarge(_)) { file.outermost } else { file.path };
        self.record(file.path, file.bytes, fault_name(&fault));
        self.note_fault(path, fault);
    }

    /// Notes a fault once for each path and kind.
    fn note_fault(&mut self, path: &str, fault: Fault) {
        let known = |(known, other): &(String, Fault)| known == path && fault_name(other) == fault_name(&fault);
        if !self.gathered.faults.iter().any(known) {
            self.gathered.faults.push((path.to_owned(), fault));
        }
    }

    fn record(&mut self, path: &str, bytes: &[u8], kind: &str) {
        let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.gathered.facts.push(AttachmentFacts { path: path.to_owned(), size, sha256, kind: kind.to_owned() });
    }
}

/// What a format is called.
pub(super) fn format_name(format: Format) -> &'static str {
    match format {
        Format::Xlsx => "xlsx",
        Format::Xls => "xls",
        Format::Ods => "ods",
        Format::Docx => "docx",
        Format::Doc => "doc",
        Format::Rtf => "rtf",
        Format::Odt => "odt",
        Format::Pdf => "pdf",
        Format::Delimited => "csv",
        Format::Html => "html",
        Format::Text => "text",
        Format::Mht => "mht",
        Format::Pptx => "pptx",
        Format::XmlSheet => "xml-sheet",
        Format::WordXml => "xml-word",
    }
}

fn container_name(bytes: &[u8]) -> &'static str {
    match bytes {
        [b'P', b'K', ..] => "zip",
        [b'7', b'z', ..] => "7z",
        [b'R', b'a', b'r', ..] => "rar",
        _ if document::is_tnef(bytes) => "tnef",
        _ => "container",
    }
}

fn fault_name(fault: &Fault) -> &'static str {
    match fault {
        Fault::Encrypted => "encrypted",
        Fault::Unreadable(_) => "unreadable",
        Fault::Unsupported { .. } => "unsupported",
        Fault::TooLarge(_) => "too_large",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Limits;

    /// An attribute of a `winmail.dat`; a sum of zero is one left out.
    fn attribute(level: u8, identifier: u32, data: &[u8]) -> Vec<u8> {
        let size = u32::try_from(data.len()).unwrap().to_le_bytes();
        [&[level][..], &identifier.to_le_bytes(), &size, data, &[0, 0]].concat()
    }

    #[test]
    fn the_text_of_a_winmail_dat_is_a_text_and_no_attachment() {
        let winmail = [
            b"\x78\x9F\x3E\x22\x01\0".to_vec(),
            attribute(1, 0x0002_800C, b"hello\0"),
            attribute(2, 0x0006_9002, &[0; 14]),
            attribute(2, 0x0001_8010, b"a.txt\0"),
            attribute(2, 0x0006_800F, b"form"),
        ];
        let request =
            Request { surveys: Vec::new(), authserv_id: None, limits: Limits::default(), left_out: Vec::new() };
        let mut progress = |_: &str| {};
        let mut gatherer = Gatherer::new(&request, &mut progress);
        gatherer.attachment("winmail.dat", false, &winmail.concat());
        let gathered = gatherer.finish();
        let kinds: Vec<(&str, &str)> =
            gathered.facts.iter().map(|fact| (fact.path.as_str(), fact.kind.as_str())).collect();
        assert_eq!(kinds, [("winmail.dat", "tnef"), ("winmail.dat/a.txt", "text")]);
        let sources: Vec<&str> =
            gathered.texts.iter().flat_map(|text| &text.own).map(|source| source.document.source.as_str()).collect();
        assert_eq!(sources, ["winmail.dat/body"]);
        assert_eq!((gathered.documents.len(), gathered.faults.len()), (1, 0));
    }
}
