//! The one door to zip files: members come out bounded by the [`Budget`], whatever their headers declare.

use std::io::{Cursor, Read};

use encoding_rs::GB18030;
use zip::ZipWriter;
use zip::result::ZipError;

use super::{Budget, Fault};

/// Bytes unpacked between two looks at the budget.
const STEP: u64 = 1 << 16;

/// An opened zip file.
#[expect(clippy::disallowed_types, reason = "this is the bounded opener that everything else goes through")]
pub(super) struct Package<'a> {
    archive: zip::ZipArchive<Cursor<&'a [u8]>>,
    names: Vec<String>,
}

/// What the directory of a zip file says of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Path with `/`, decoded.
    pub(super) name: String,
    /// Whether it is a file, not a folder or a link.
    pub(super) is_file: bool,
    /// Whether it asks for a password.
    pub(super) is_encrypted: bool,
}

impl<'a> Package<'a> {
    /// Reads the directory.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when it is damaged or cut off.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        #[expect(clippy::disallowed_types, reason = "the bounded opener")]
        let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| fault(&error))?;
        let names = archive.file_names_raw().map(decode_name).collect();
        Ok(Self { archive, names })
    }

    /// How many members it has, folders included.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is a member of that path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.position(path).is_some()
    }

    /// Paths of all members.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Whether a member's path begins so.
    pub(super) fn has_under(&self, folder: &str) -> bool {
        self.names().any(|name| name.starts_with(folder))
    }

    /// What the directory says of a member.
    pub(super) fn entry(&self, index: usize) -> Option<Entry> {
        let name = self.names.get(index)?.clone();
        let data = self.archive.by_index_data(index).ok()?;
        let is_folder = data.is_dir() || name.ends_with('/');
        Some(Entry { name, is_file: !is_folder && !data.is_symlink(), is_encrypted: data.encrypted() })
    }

    /// The bytes of a member by its path, compared without regard to case as office programs do.
    ///
    /// # Errors
    /// As [`Package::read_index`]; a missing member is [`Fault::Unreadable`].
    pub(super) fn read(&mut self, path: &str, budget: &mut Budget) -> Result<Vec<u8>, Fault> {
        let index = self.position(path).ok_or_else(|| Fault::Unreadable(format!("no {path} inside")))?;
        self.read_index(index, budget)
    }

    /// The bytes of a member.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when it is damaged, [`Fault::Encrypted`], and [`Fault::TooLarge`] when it, or all that was
    /// unpacked before, is over the limit.
    pub(super) fn read_index(&mut self, index: usize, budget: &mut Budget) -> Result<Vec<u8>, Fault> {
        let file = self.archive.by_index(index).map_err(|error| fault(&error))?;
        let declared = file.size();
        read_bounded(file, declared, budget)
    }

    /// The first bytes of a member, few enough to need no budget.
    ///
    /// # Errors
    /// As [`Package::read_index`].
    pub(super) fn head(&mut self, index: usize, most: u16) -> Result<Vec<u8>, Fault> {
        let member = self.archive.by_index(index).map_err(|error| fault(&error))?;
        let mut head = Vec::new();
        member.take(most.into()).read_to_end(&mut head).map_err(|error| Fault::Unreadable(error.to_string()))?;
        Ok(head)
    }

    /// What the directory says of a member's size, unpacked and packed. The first may be a lie.
    pub(super) fn sizes(&self, index: usize) -> (u64, u64) {
        self.archive.by_index_data(index).map_or((0, 0), |data| (data.size(), data.compressed_size()))
    }

    /// Unpacks a member into nothing, to count its bytes.
    ///
    /// # Errors
    /// As [`Package::read_index`].
    pub(super) fn count(&mut self, index: usize, budget: &mut Budget) -> Result<(), Fault> {
        let bound = budget.unpacked_left().saturating_add(1);
        let member = self.archive.by_index(index).map_err(|error| fault(&error))?;
        let size = std::io::copy(&mut member.take(bound), &mut std::io::sink());
        budget.take_unpacked(size.map_err(|error| Fault::Unreadable(error.to_string()))?)
    }

    /// Copies a member into another zip file as it is packed.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when it is damaged.
    pub(super) fn copy_into(&mut self, index: usize, writer: &mut ZipWriter<Cursor<Vec<u8>>>) -> Result<(), Fault> {
        let member = self.archive.by_index_raw(index).map_err(|error| fault(&error))?;
        writer.raw_copy_file(member).map_err(|error| fault(&error))
    }

    /// Which member has that path, compared without regard to case.
    pub(super) fn position(&self, path: &str) -> Option<usize> {
        self.names.iter().position(|name| name.eq_ignore_ascii_case(path))
    }
}

/// Unpacks one member. A size declared over the limit is refused at once; one declared below it is not believed.
///
/// # Errors
/// [`Fault::TooLarge`] when the limit breaks, [`Fault::Unreadable`] when the member is damaged.
pub(super) fn read_bounded(mut file: impl Read, declared: u64, budget: &mut Budget) -> Result<Vec<u8>, Fault> {
    if declared > budget.unpacked_left() {
        return Err(Fault::TooLarge("unpacked size".into()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(declared.min(1 << 20)).unwrap_or_default());
    loop {
        let read =
            file.by_ref().take(STEP).read_to_end(&mut bytes).map_err(|error| Fault::Unreadable(error.to_string()))?;
        if read == 0 {
            return Ok(bytes);
        }
        budget.take_unpacked(read as u64)?;
    }
}

/// A member's path, with `/`. Chinese Windows writes names in GBK and no flag; other programs write UTF-8, with the flag or
/// without.
pub(super) fn decode_name(raw: &[u8]) -> String {
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    };
    let name = name.replace('\\', "/");
    name.trim_start_matches('/').to_owned()
}

fn fault(error: &ZipError) -> Fault {
    match error {
        ZipError::InvalidPassword => Fault::Encrypted,
        ZipError::UnsupportedArchive(detail) if *detail == ZipError::PASSWORD_REQUIRED => Fault::Encrypted,
        ZipError::CompressionMethodNotSupported(method) => {
            Fault::Unsupported { format: format!("zip method {method}"), could_hold_table: true }
        }
        other => Fault::Unreadable(other.to_string()),
    }
}
