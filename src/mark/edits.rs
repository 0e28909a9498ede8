//! Changes to a text at byte offsets: whatever is not named by a change stays as it is, byte for byte.

use std::ops::Range;

use super::outline::Tag;
use crate::document::Fault;

/// A text with the changes to be made in it.
#[derive(Debug)]
pub(super) struct Edits<'t> {
    text: &'t str,
    changes: Vec<(Range<usize>, String)>,
}

impl<'t> Edits<'t> {
    /// No changes yet.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, changes: Vec::new() }
    }

    /// Puts something in. What is put in at one offset keeps the order in which it came.
    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.changes.push((at..at, text.into()));
    }

    /// Puts something in the place of something else.
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.changes.push((range, text.into()));
    }

    /// Puts something at the end of an element, which is opened for it when it is empty.
    pub(super) fn append(&mut self, tag: &Tag<'_>, content: &str) {
        if tag.is_empty(self.text) {
            self.open_up(tag.open.clone());
            self.insert(tag.open.end, format!("{content}</{}>", tag.full_name()));
        } else {
            self.insert(tag.close.start, content);
        }
    }

    /// Makes the tag of an empty element one that begins an element; its end is still to be put in.
    pub(super) fn open_up(&mut self, tag: Range<usize>) {
        self.replace(tag.end.saturating_sub(2)..tag.end, ">");
    }

    /// Gives an attribute of a tag a value.
    pub(super) fn set_attribute(&mut self, tag: Range<usize>, name: &str, value: &str) {
        let written = self.text.get(tag.clone()).unwrap_or_default();
        let (range, text) = attribute_change(written, name, value);
        self.replace(tag.start + range.start..tag.start + range.end, text);
    }

    /// The text with all changes.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when two changes are about the same bytes, which a regular file never leads to.
    pub(super) fn finish(mut self) -> Result<String, Fault> {
        self.changes.sort_by_key(|(range, _)| range.start);
        let mut text = String::with_capacity(self.text.len() + 4096);
        let mut at = 0;
        for (range, new) in &self.changes {
            let kept = self.text.get(at..range.start).ok_or_else(|| Fault::Unreadable("marks in marks".into()))?;
            text.push_str(kept);
            text.push_str(new);
            at = range.end;
        }
        text.push_str(self.text.get(at..).unwrap_or_default());
        Ok(text)
    }
}

/// The text of a tag with an attribute set to a value.
pub(super) fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    let (range, new) = attribute_change(tag, name, value);
    let (before, after) = (tag.get(..range.start).unwrap_or_default(), tag.get(range.end..).unwrap_or_default());
    format!("{before}{new}{after}")
}

/// Which bytes of a tag become what, so that an attribute has the value.
fn attribute_change(tag: &str, name: &str, value: &str) -> (Range<usize>, String) {
    if let Some(range) = value_range(tag, name) {
        return (range, value.to_owned());
    }
    let content = tag.trim_end_matches('>').trim_end_matches('/').trim_end();
    (content.len()..content.len(), format!(" {name}=\"{value}\""))
}

/// Where the value of an attribute stands in the text of a tag.
fn value_range(tag: &str, name: &str) -> Option<Range<usize>> {
    let mut at = 0;
    loop {
        let rest = tag.get(at..)?;
        let (offset, quote) = rest.char_indices().find(|(_, letter)| ['"', '\''].contains(letter))?;
        let key = rest.get(..offset)?.trim_end().strip_suffix('=')?.trim_end();
        let key = key.rsplit(|letter: char| letter.is_ascii_whitespace()).next()?;
        let start = at + offset + 1;
        let end = start + tag.get(start..)?.find(quote)?;
        if key == name {
            return Some(start..end);
        }
        at = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_changed_where_it_stands_and_nowhere_else() {
        for (tag, expected) in [
            (r#"<c r="A1" s="3">"#, r#"<c r="A1" s="9">"#),
            (r#"<c note=' s="1"' s = '3'/>"#, r#"<c note=' s="1"' s = '9'/>"#),
            (r#"<x:c r="A1" />"#, r#"<x:c r="A1" s="9" />"#),
            (r#"<c r="A1" ss="3">"#, r#"<c r="A1" ss="3" s="9">"#),
            ("<c>", r#"<c s="9">"#),
        ] {
            assert_eq!(with_attribute(tag, "s", "9"), expected);
        }
    }

    #[test]
    fn changes_that_cut_into_each_other_are_refused() {
        let mut edits = Edits::new("abcdef");
        edits.replace(4..5, "E");
        edits.insert(1, "1");
        edits.insert(1, "2");
        assert_eq!(edits.finish(), Ok("a12bcdEf".into()));
        let mut edits = Edits::new("abcdef");
        edits.replace(1..4, "");
        edits.replace(3..5, "");
        assert!(edits.finish().is_err());
    }
}
