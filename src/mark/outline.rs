//! All elements of a small XML part with the bytes where they stand, to find the spot of a change.

use std::ops::Range;

use crate::document::Fault;
use crate::document::xml::{Element, Node, Xml};

/// More elements than the parts that are outlined ever have; a sheet's cells are not outlined.
const MAX_TAGS: usize = 500_000;

/// The elements of a part, in the order in which they begin.
#[derive(Debug)]
pub(super) struct Outline<'t> {
    tags: Vec<Tag<'t>>,
}

/// An element.
#[derive(Debug)]
pub(super) struct Tag<'t> {
    /// Name and attributes.
    pub(super) element: Element<'t>,
    /// The bytes of its tag.
    pub(super) open: Range<usize>,
    /// The bytes of its end tag; none for an empty element.
    pub(super) close: Range<usize>,
    /// The element around it, as a position in the outline.
    parent: Option<usize>,
}

impl Tag<'_> {
    /// The name with its prefix.
    pub(super) fn full_name(&self) -> String {
        let prefix = self.prefix();
        format!("{prefix}{}", self.element.name())
    }

    /// The prefix with its colon, empty without one.
    pub(super) fn prefix(&self) -> String {
        match self.element.prefix() {
            "" => String::new(),
            prefix => format!("{prefix}:"),
        }
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.element.attribute(name)
    }

    /// Whether it is one tag, `<a/>`.
    pub(super) fn is_empty(&self, text: &str) -> bool {
        self.close.is_empty() && text.get(self.open.clone()).is_some_and(|tag| tag.ends_with("/>"))
    }

    /// All its bytes.
    pub(super) fn whole(&self) -> Range<usize> {
        self.open.start..self.close.end
    }
}

impl<'t> Outline<'t> {
    /// Reads a part.
    ///
    /// # Errors
    /// [`Fault`] when it is not well-formed, or too large for a part of its kind.
    pub(super) fn read(text: &'t str) -> Result<Self, Fault> {
        let mut xml = Xml::new(text);
        let (mut tags, mut open) = (Vec::new(), Vec::new());
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(element) => {
                    if tags.len() >= MAX_TAGS {
                        return Err(Fault::TooLarge("number of elements".into()));
                    }
                    let span = xml.span();
                    let close = span.end..span.end;
                    tags.push(Tag { element, open: span, close, parent: open.last().copied() });
                    open.push(tags.len() - 1);
                }
                Node::End => {
                    if let Some(tag) = open.pop().and_then(|index: usize| tags.get_mut(index)) {
                        tag.close = xml.span();
                    }
                }
                Node::Text(_) => {}
            }
        }
        Ok(Self { tags })
    }

    /// The outermost element.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when there is none.
    pub(super) fn root(&self) -> Result<&Tag<'t>, Fault> {
        self.tags.first().ok_or_else(|| Fault::Unreadable("an empty part".into()))
    }

    /// All elements of a name, wherever they stand.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Tag<'t>> {
        self.tags.iter().filter(move |tag| tag.element.name() == name)
    }

    /// The first element of a name below the outermost one.
    pub(super) fn section(&self, name: &str) -> Option<&Tag<'t>> {
        self.named(name).find(|tag| tag.parent == Some(0))
    }

    /// The elements directly in another one.
    pub(super) fn children(&self, of: &Tag<'t>) -> impl Iterator<Item = &Tag<'t>> {
        let parent = self.tags.iter().position(|tag| tag.open == of.open);
        self.tags.iter().filter(move |tag| tag.parent.is_some() && tag.parent == parent)
    }
}
