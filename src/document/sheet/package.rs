//! What is asked of the zip file around a workbook before a library that knows no budget unpacks it.

use crate::document::package::Package;
use crate::document::{Budget, Fault};

/// The most that deflate can make of a byte.
const DEFLATE_RATIO: u64 = 1032;
/// Bytes in which a declaration of a document type would stand.
const PROLOG: u16 = 4096;

/// Refuses members that declare a document type, and with it entities.
pub(super) fn refuse_document_types(package: &mut Package<'_>) -> Result<(), Fault> {
    for index in xml_members(package) {
        if memchr::memmem::find(&package.head(index, PROLOG)?, b"<!DOCTYPE").is_some() {
            return Err(Fault::Unreadable("it declares a document type".into()));
        }
    }
    Ok(())
}

/// Charges all XML members to the budget.
///
/// A directory may lie about sizes. Members so small that deflate cannot make more of them than the budget are charged as
/// declared; else each is unpacked once into nothing and counted.
pub(super) fn charge_xml(package: &mut Package<'_>, budget: &mut Budget) -> Result<(), Fault> {
    let (mut declared, mut possible) = (0_u64, 0_u64);
    let members = xml_members(package);
    for index in &members {
        let (unpacked, packed) = package.sizes(*index);
        declared = declared.saturating_add(unpacked);
        possible = possible.saturating_add(packed.saturating_mul(DEFLATE_RATIO));
    }
    if declared > budget.unpacked_left() {
        return Err(Fault::TooLarge("unpacked size".into()));
    }
    if possible <= budget.unpacked_left() {
        return budget.take_unpacked(declared);
    }
    members.into_iter().try_for_each(|index| package.count(index, budget))
}

fn xml_members(package: &Package<'_>) -> Vec<usize> {
    let is_xml = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.ends_with(".xml") || name.ends_with(".rels")
    };
    package.names().enumerate().filter(|(_, name)| is_xml(name)).map(|(index, _)| index).collect()
}
