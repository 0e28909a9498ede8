//! The zip file around an xlsx or ods workbook, opened under the budget.

use std::io::{Cursor, Read};

#[expect(clippy::disallowed_types, reason = "this module is where a workbook's members are bounded")]
use zip::ZipArchive;

use crate::document::{Budget, Fault};

/// The most that deflate can make of a byte.
const DEFLATE_RATIO: u64 = 1032;

/// A zip file whose members are unpacked under the budget.
pub(super) struct Package<'a> {
    #[expect(clippy::disallowed_types, reason = "every read goes through a bound")]
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Package<'a> {
    /// Opens the file and reads its directory.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        #[expect(clippy::disallowed_types, reason = "every read goes through a bound")]
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        Ok(Self { archive })
    }

    /// Whether a member whose name begins so is there.
    pub(super) fn has(&self, prefix: &str) -> bool {
        self.archive.file_names().flatten().any(|name| name.starts_with(prefix))
    }

    /// Unpacks one member; none when it is not there.
    pub(super) fn member(&mut self, name: &str, budget: &mut Budget) -> Result<Option<Vec<u8>>, Fault> {
        let Some(index) = self.archive.index_for_name(name) else { return Ok(None) };
        let mut bytes = Vec::new();
        let left = budget.unpacked_left();
        let member = self.archive.by_index(index).map_err(damaged)?;
        member.take(left.saturating_add(1)).read_to_end(&mut bytes).map_err(damaged)?;
        budget.take_unpacked(u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
        Ok(Some(bytes))
    }

    /// Refuses members that declare a document type, and with it entities.
    pub(super) fn refuse_document_types(&mut self) -> Result<(), Fault> {
        const PROLOG: u64 = 4096;
        for index in (0..self.archive.len()).filter(|index| self.is_xml(*index)).collect::<Vec<_>>() {
            let member = self.archive.by_index(index).map_err(damaged)?;
            let mut prolog = Vec::new();
            member.take(PROLOG).read_to_end(&mut prolog).map_err(damaged)?;
            if prolog.windows(9).any(|window| window == b"<!DOCTYPE") {
                return Err(Fault::Unreadable("it declares a document type".into()));
            }
        }
        Ok(())
    }

    /// Charges all XML members to the budget before a library unpacks them without a bound of its own.
    ///
    /// A directory may lie about sizes. Members so small that deflate cannot make more of them than the budget are charged as
    /// declared; else each is unpacked once into nothing and counted.
    pub(super) fn charge_xml(&mut self, budget: &mut Budget) -> Result<(), Fault> {
        let (mut declared, mut possible) = (0_u64, 0_u64);
        let members: Vec<usize> = (0..self.archive.len()).filter(|index| self.is_xml(*index)).collect();
        for index in &members {
            let member = self.archive.by_index_raw(*index).map_err(damaged)?;
            declared = declared.saturating_add(member.size());
            possible = possible.saturating_add(member.compressed_size().saturating_mul(DEFLATE_RATIO));
        }
        if declared > budget.unpacked_left() {
            return Err(Fault::TooLarge("unpacked size".into()));
        }
        if possible <= budget.unpacked_left() {
            return budget.take_unpacked(declared);
        }
        members.into_iter().try_for_each(|index| self.count(index, budget))
    }

    fn is_xml(&self, index: usize) -> bool {
        let Some(Ok(name)) = self.archive.name_for_index(index) else { return false };
        let name = name.to_ascii_lowercase();
        name.ends_with(".xml") || name.ends_with(".rels")
    }

    fn count(&mut self, index: usize, budget: &mut Budget) -> Result<(), Fault> {
        let bound = budget.unpacked_left().saturating_add(1);
        let member = self.archive.by_index(index).map_err(damaged)?;
        let size = std::io::copy(&mut member.take(bound), &mut std::io::sink()).map_err(damaged)?;
        budget.take_unpacked(size)
    }
}

fn damaged(error: impl std::fmt::Display) -> Fault {
    let cause = error.to_string();
    if cause.contains("assword") { Fault::Encrypted } else { Fault::Unreadable(cause) }
}
