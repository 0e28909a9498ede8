//! 7z archives as lists of members.
//!
//! Files stand in blocks, each compressed as one: what fails in a block is lost from there on, and each file that is lost is
//! named. The password's cipher is not built in, so that a locked block is told by its method.

use std::io::{Cursor, Read};

use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, Error, Password};

use super::package::{decode_name, read_bounded};
use super::{Budget, Content, Fault, Member, container};

/// Memory for the dictionary of one compressed block, in KiB. 7-Zip's strongest level takes 64 MiB.
const DICTIONARY: usize = 128 << 10;
/// Memory for the archive's directory, in KiB; two thousand long names take one thousand.
const DIRECTORY: usize = 16 << 10;
/// Bytes before the first block.
const START: usize = 32;

/// Opens a 7z archive.
///
/// # Errors
/// [`Fault::Encrypted`] when its directory or every file asks for a password, [`Fault::TooLarge`] when a limit breaks,
/// [`Fault::Unreadable`] when its directory is damaged or cut off, [`Fault::Unsupported`] for the first of several volumes.
pub(super) fn open(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Content, Fault> {
    let opened = container::guarded(|| read(bytes, budget));
    match opened {
        // A volume is cut off wherever it is full: only its name tells it from a damaged file.
        Err(Fault::Unreadable(_)) if source.ends_with(".001") => {
            Err(Fault::Unsupported { format: "7z volumes".into(), could_hold_table: true })
        }
        opened => opened,
    }
}

fn read(bytes: &[u8], budget: &mut Budget) -> Result<Content, Fault> {
    // The start header is written last. Without it the library would guess at a directory, checked by nothing.
    if bytes.get(8..START).is_none_or(|start| start.iter().all(|byte| *byte == 0)) {
        return Err(Fault::Unreadable("7z: broken off while it was written".into()));
    }
    let mut source = Cursor::new(bytes);
    let password = Password::empty();
    let archive = Archive::read_with_memory_limit(&mut source, &password, DIRECTORY).map_err(|error| fault(&error))?;
    budget.take_entries(u32::try_from(archive.files.len()).unwrap_or(u32::MAX))?;
    let mut unpacked = Unpacked { files: vec![None; archive.files.len()], current: None };
    for block in 0..archive.blocks.len() {
        let decoder = BlockDecoder::new_with_memory_limit(1, DICTIONARY, block, &archive, &password, &mut source);
        let first = archive.stream_map.block_first_file_index.get(block).copied().unwrap_or_default();
        unpacked.block(decoder, first, archive.is_file_encrypted(first), budget)?;
    }
    let files = archive.files.iter().zip(unpacked.files).filter(|(entry, _)| is_file(entry));
    container::content(files.map(|(entry, bytes)| member(entry, bytes)).collect())
}

fn member(entry: &ArchiveEntry, bytes: Option<Result<Vec<u8>, Fault>>) -> Member {
    let missing =
        || if entry.has_stream { Err(Fault::Unreadable("7z: not in the archive".into())) } else { Ok(Vec::new()) };
    Member { name: decode_name(entry.name.as_bytes()), bytes: bytes.unwrap_or_else(missing) }
}

/// Whether an entry is a file: no folder, no link, no mark that a file was deleted.
fn is_file(entry: &ArchiveEntry) -> bool {
    // Programs of Unix keep a file's mode in the upper half of the attributes (p7zip's extension, bit 15).
    let mode = entry.windows_attributes >> 16;
    let is_link = entry.windows_attributes & 0x8000 != 0 && mode & 0o170_000 == 0o120_000;
    !entry.is_directory && !entry.is_anti_item && !is_link
}

/// What has been unpacked.
struct Unpacked {
    /// By the position in the directory; none for what has not come.
    files: Vec<Option<Result<Vec<u8>, Fault>>>,
    /// The file read last: its checksum is looked at after it was read.
    current: Option<(usize, Vec<u8>)>,
}

impl Unpacked {
    /// Unpacks a block. A damaged one makes a fault of each of its files that is lost; a broken limit is the archive's.
    fn block(
        &mut self,
        decoder: BlockDecoder<'_, Cursor<&[u8]>>,
        first: usize,
        is_encrypted: bool,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        let files = first..first + decoder.entry_count();
        if is_encrypted {
            self.fail(files, &Fault::Encrypted);
            return Ok(());
        }
        if decoder.entries().iter().map(|entry| u128::from(entry.size)).sum::<u128>() > budget.unpacked_left().into() {
            return Err(Fault::TooLarge("unpacked size".into()));
        }
        let mut failed = None;
        let mut index = first;
        let outcome = decoder.for_each_entries(&mut |entry, reader| {
            self.confirm();
            let read = self.file(index, entry, reader, budget);
            index += 1;
            failed = read.err();
            Ok(failed.is_none())
        });
        let failed = failed.or_else(|| outcome.err().map(|error| fault(&error)));
        match failed {
            None => self.confirm(),
            Some(fault @ Fault::TooLarge(_)) => return Err(fault),
            Some(fault) => self.fail(files, &fault),
        }
        Ok(())
    }

    fn file(
        &mut self,
        index: usize,
        entry: &ArchiveEntry,
        reader: &mut dyn Read,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        let bytes = read_bounded(reader, entry.size, budget)?;
        self.current = Some((index, bytes));
        Ok(())
    }

    fn confirm(&mut self) {
        if let Some((index, bytes)) = self.current.take()
            && let Some(file) = self.files.get_mut(index)
        {
            *file = Some(Ok(bytes));
        }
    }

    /// Puts a fault in the place of each file that has not come.
    fn fail(&mut self, files: std::ops::Range<usize>, fault: &Fault) {
        self.current = None;
        for file in self.files.get_mut(files).into_iter().flatten() {
            file.get_or_insert_with(|| Err(fault.clone()));
        }
    }
}

fn fault(error: &Error) -> Fault {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => Fault::Encrypted,
        Error::UnsupportedCompressionMethod(method) if method.starts_with("AES") => Fault::Encrypted,
        Error::UnsupportedCompressionMethod(method) => {
            Fault::Unsupported { format: format!("7z {method}"), could_hold_table: true }
        }
        Error::MaxMemLimited { .. } => Fault::TooLarge("memory to unpack".into()),
        other => Fault::Unreadable(format!("7z: {other}")),
    }
}
