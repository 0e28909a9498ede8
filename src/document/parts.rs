//! An office file's package, some of its parts changed: all others are copied as they are packed, byte for byte.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::package::Package;
use super::{Budget, Fault};

/// The mark that some programs put at the beginning of UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A package with the changes to be made in it.
pub(crate) struct Parts<'a> {
    package: Package<'a>,
    budget: Budget,
    changed: BTreeMap<String, String>,
}

impl<'a> Parts<'a> {
    /// Opens a package.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when it is damaged, [`Fault::TooLarge`] when it has too many members.
    pub(crate) fn open(bytes: &'a [u8], mut budget: Budget) -> Result<Self, Fault> {
        let package = Package::open(bytes)?;
        budget.take_entries(u32::try_from(package.len()).unwrap_or(u32::MAX))?;
        Ok(Self { package, budget, changed: BTreeMap::new() })
    }

    /// Whether there is a part of that path.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.changed.contains_key(path) || self.package.has(path)
    }

    /// Whether a part's path begins so.
    pub(crate) fn has_under(&self, folder: &str) -> bool {
        self.package.has_under(folder)
    }

    /// The paths of all parts that were there from the beginning.
    pub(crate) fn names(&self) -> Vec<String> {
        self.package.names().map(str::to_owned).collect()
    }

    /// A part's text as it stands now, without a byte order mark.
    ///
    /// # Errors
    /// Those of [`Package::read`]; [`Fault::Unreadable`] when it is not UTF-8, as office programs write it.
    pub(crate) fn read(&mut self, path: &str) -> Result<String, Fault> {
        if let Some(text) = self.changed.get(&self.own_path(path)) {
            return Ok(text.trim_start_matches(BYTE_ORDER_MARK).to_owned());
        }
        let bytes = self.package.read(path, &mut self.budget)?;
        let text = String::from_utf8(bytes).map_err(|_| Fault::Unreadable(format!("{path} is not UTF-8")))?;
        Ok(text.strip_prefix(BYTE_ORDER_MARK).map(str::to_owned).unwrap_or(text))
    }

    /// Changes a part's text, or adds the part. A byte order mark stays.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when the part that is changed is damaged.
    pub(crate) fn write(&mut self, path: &str, text: String) -> Result<(), Fault> {
        let had_mark = match self.package.position(path) {
            Some(index) => self.package.head(index, 3)?.starts_with(BYTE_ORDER_MARK.as_bytes()),
            None => false,
        };
        let text = if had_mark { format!("{BYTE_ORDER_MARK}{text}") } else { text };
        self.changed.insert(self.own_path(path), text);
        Ok(())
    }

    /// A path that no part has yet: the first of `word/comments1.xml`, `word/comments2.xml`, …
    pub(crate) fn free_path(&self, stem: &str, extension: &str) -> String {
        let mut paths = (1_u64..).map(|number| format!("{stem}{number}.{extension}"));
        paths.find(|path| !self.has(path)).unwrap_or_default()
    }

    /// The package as it stands now.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when a part that is copied is damaged.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, Fault> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..self.package.len() {
            match self.package.entry(index).and_then(|entry| self.changed.remove_entry(&entry.name)) {
                Some((path, text)) => add(&mut writer, &path, &text)?,
                None => self.package.copy_into(index, &mut writer)?,
            }
        }
        for (path, text) in &self.changed {
            add(&mut writer, path, text)?;
        }
        writer.finish().map(Cursor::into_inner).map_err(|error| Fault::Unreadable(error.to_string()))
    }

    /// The path as the package itself writes it.
    fn own_path(&self, path: &str) -> String {
        self.package.names().find(|name| name.eq_ignore_ascii_case(path)).unwrap_or(path).to_owned()
    }
}

fn add(writer: &mut ZipWriter<Cursor<Vec<u8>>>, path: &str, text: &str) -> Result<(), Fault> {
    let unwritten = |error: String| Fault::Unreadable(format!("{path}: {error}"));
    writer.start_file(path, SimpleFileOptions::default()).map_err(|error| unwritten(error.to_string()))?;
    writer.write_all(text.as_bytes()).map_err(|error| unwritten(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::zip;
    use super::*;
    use crate::document::Limits;

    fn parts(bytes: &[u8]) -> Parts<'_> {
        Parts::open(bytes, Budget::new(Limits::default())).unwrap()
    }

    #[test]
    fn what_is_not_changed_is_copied_as_it_was_packed() {
        let original = zip(&[("a.xml", b"<a/>"), ("b\\c.xml", "\u{feff}<b/>".as_bytes()), ("d.bin", &[7; 900])]);
        let mut package = parts(&original);
        assert_eq!(package.read("B/c.xml"), Ok("<b/>".into()));
        package.write("B/c.xml", "<changed/>".into()).unwrap();
        package.write("new.xml", "<new/>".into()).unwrap();
        assert_eq!(package.free_path("a", "xml"), "a1.xml");
        let changed = package.finish().unwrap();
        let mut package = Package::open(&changed).unwrap();
        let mut read = |path| package.read(path, &mut Budget::new(Limits::default())).unwrap();
        assert_eq!(read("a.xml"), b"<a/>");
        assert_eq!(read("b/c.xml"), "\u{feff}<changed/>".as_bytes());
        assert_eq!(read("d.bin"), [7; 900]);
        assert_eq!(read("new.xml"), b"<new/>");
    }

    #[test]
    fn a_part_in_another_encoding_is_not_guessed_at() {
        let original = zip(&[("a.xml", b"\xff\xfe<\0a\0/\0>\0")]);
        assert!(matches!(parts(&original).read("a.xml"), Err(Fault::Unreadable(_))));
    }
}
