//! XML of documents, element by element: entities resolved, DTDs refused, a file that breaks off noticed.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::Fault;

/// Elements in one another; office programs stay below a few hundred.
const MAX_DEPTH: usize = 10_000;

/// A piece of an XML file. Empty elements come as a start and an end.
#[derive(Debug)]
pub(crate) enum Node<'a> {
    /// An element begins.
    Start(Element<'a>),
    /// The innermost element ends.
    End,
    /// Characters, references resolved.
    Text(Cow<'a, str>),
}

/// The start of an element.
#[derive(Debug, Clone)]
pub(crate) struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    /// The prefix of the name, empty without one.
    pub(crate) fn prefix(&self) -> &str {
        let name = self.0.name().into_inner();
        name.split_once(':').map_or("", |(prefix, _)| prefix)
    }

    /// The name without its prefix.
    pub(crate) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// The value of the first attribute with the given name, whatever its prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        self.attributes().find(|(key, _)| local(key) == name).map(|(_, value)| value)
    }

    /// Names, prefixes included, and values of all readable attributes.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (String, String)> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        attributes.filter_map(Result::ok).map(|attribute| {
            let value = quick_xml::escape::unescape(&attribute.value)
                .map_or_else(|_| attribute.value.to_string(), Cow::into_owned);
            (attribute.key.into_inner().to_owned(), value)
        })
    }
}

fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

/// Walks through one XML file.
#[derive(Debug)]
pub(crate) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
    /// Where the piece that came last begins.
    start: u64,
}

impl<'a> Xml<'a> {
    /// Begins at the start of the text.
    pub(crate) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, depth: 0, start: 0 }
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when the XML is not well-formed, ends inside an element, or has a DTD.
    pub(crate) fn next(&mut self) -> Result<Option<Node<'a>>, Fault> {
        loop {
            self.start = self.reader.buffer_position();
            match self.reader.read_event().map_err(|error| unreadable(&error.to_string()))? {
                Event::Start(start) | Event::Empty(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(Fault::TooLarge("nesting of elements".into()));
                    }
                    return Ok(Some(Node::Start(Element(start))));
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Node::End));
                }
                Event::Text(text) => return Ok(Some(Node::Text(text.into_inner()))),
                Event::CData(text) => return Ok(Some(Node::Text(text.into_inner()))),
                Event::GeneralRef(reference) => return resolve(&reference).map(Some),
                // A DTD can make a kilobyte stand for gigabytes; no office program writes one.
                Event::DocType(_) => return Err(unreadable("a DTD")),
                Event::Eof if self.depth > 0 => return Err(unreadable("breaks off")),
                Event::Eof => return Ok(None),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    /// The bytes of the piece that came last. An empty element's start is its whole tag, and its end has no bytes.
    pub(crate) fn span(&self) -> Range<usize> {
        place(self.start)..place(self.reader.buffer_position())
    }
}

fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

fn resolve<'a>(reference: &BytesRef<'_>) -> Result<Node<'a>, Fault> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| unreadable(&error.to_string()))? {
        return Ok(Node::Text(Cow::Owned(character.to_string())));
    }
    quick_xml::escape::resolve_predefined_entity(reference)
        .map(|text| Node::Text(Cow::Borrowed(text)))
        .ok_or_else(|| unreadable("an undeclared entity"))
}

fn unreadable(cause: &str) -> Fault {
    Fault::Unreadable(format!("XML: {cause}"))
}

/// The characters of an XML file: by byte order mark, else by its declaration, else UTF-8.
///
/// # Errors
/// [`Fault::Unreadable`] when the bytes are none of the encoding.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Fault> {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or_else(|| (declared(bytes), 0));
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes.get(mark..).unwrap_or_default())
        .ok_or_else(|| unreadable("characters that are none of its encoding"))
}

fn declared(bytes: &[u8]) -> &'static Encoding {
    let head = bytes.get(..200).unwrap_or(bytes);
    if head.starts_with(b"<\0") {
        return encoding_rs::UTF_16LE;
    }
    let head = String::from_utf8_lossy(head);
    let declaration = head.split_once("?>").map_or("", |(declaration, _)| declaration);
    let label = declaration.split_once("encoding=").and_then(|(_, rest)| rest.split(['"', '\'']).nth(1));
    label.and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or(encoding_rs::UTF_8)
}
