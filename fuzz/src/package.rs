//! Zip files taken apart and put together again: changed as they are, nothing but their checksums and packed bytes would break.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Name and bytes of a member.
pub type Member = (String, Vec<u8>);

/// Bytes that one member is unpacked to at most.
const LARGEST: u64 = 4 << 20;

/// The members of a package; none if it is no sound zip file.
pub fn members(bytes: &[u8]) -> Option<Vec<Member>> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let count = archive.len();
    let member = |at| {
        let file = archive.by_index(at).ok()?;
        let name = file.name().ok()?.into_owned();
        let mut bytes = Vec::new();
        file.take(LARGEST).read_to_end(&mut bytes).ok()?;
        Some((name, bytes))
    };
    (0..count).map(member).collect()
}

/// A zip file of the members, none of them compressed.
pub fn pack(members: &[Member]) -> Option<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(name.as_str(), SimpleFileOptions::default().compression_method(CompressionMethod::Stored))
            .ok()?;
        writer.write_all(bytes).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

/// The package with one of its members changed. One time in sixteen none, so that the package itself is changed.
pub fn with_changed_member(bytes: &[u8], seed: u32, change: impl FnOnce(&mut Vec<u8>)) -> Option<Vec<u8>> {
    if seed % 16 == 0 {
        return None;
    }
    let mut members = members(bytes)?;
    let at = (seed as usize / 16).checked_rem(members.len())?;
    change(&mut members.get_mut(at)?.1);
    pack(&members)
}
