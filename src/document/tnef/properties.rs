//! Properties of a message or an attachment, as TNEF writes them ([MS-OXTNEF] 2.1.3.4 and 2.1.3.5).

use encoding_rs::{Encoding, UTF_16LE};

use super::Input;
use crate::document::{Budget, Fault};

/// Identifiers of the properties that are read ([MS-OXPROPS]).
pub(super) mod id {
    pub(in super::super) const BODY: u16 = 0x1000;
    pub(in super::super) const RTF_COMPRESSED: u16 = 0x1009;
    pub(in super::super) const HTML: u16 = 0x1013;
    pub(in super::super) const DISPLAY_NAME: u16 = 0x3001;
    pub(in super::super) const ATTACH_DATA: u16 = 0x3701;
    pub(in super::super) const ATTACH_FILENAME: u16 = 0x3704;
    pub(in super::super) const ATTACH_LONG_FILENAME: u16 = 0x3707;
    pub(in super::super) const ATTACH_CONTENT_ID: u16 = 0x3712;
    pub(in super::super) const INTERNET_CODE_PAGE: u16 = 0x3FDE;
}

/// Types of properties ([MS-OXCDATA] 2.11.1).
const UNICODE: u16 = 0x001F;
const STRING8: u16 = 0x001E;
const OBJECT: u16 = 0x000D;
const BINARY: u16 = 0x0102;
const MULTIPLE: u16 = 0x1000;
/// Properties from here on have a name of their own ([MS-OXPROPS] 1.3.3).
const NAMED: u16 = 0x8000;

/// A property with its first value.
#[derive(Debug)]
struct Property<'a> {
    id: u16,
    kind: u16,
    value: &'a [u8],
}

/// The properties of one object.
#[derive(Debug, Default)]
pub(super) struct Properties<'a>(Vec<Property<'a>>);

impl<'a> Properties<'a> {
    /// Reads all properties.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when they break off or one is of an unknown type, [`Fault::TooLarge`] when there are too many.
    pub(super) fn read(bytes: &'a [u8], budget: &mut Budget) -> Result<Self, Fault> {
        let mut input = Input(bytes);
        let count = input.u32()?;
        let mut properties = Vec::new();
        for _ in 0..count {
            budget.take_cells(1)?;
            properties.push(read_property(&mut input)?);
        }
        Ok(Self(properties))
    }

    /// A text, by its Unicode form if there is one.
    pub(super) fn text(&self, id: u16, code_page: &'static Encoding) -> Option<String> {
        let texts = || self.0.iter().filter(|property| property.id == id);
        let unicode = texts().find(|property| property.kind == UNICODE).map(|property| (property, UTF_16LE));
        let (property, encoding) = unicode
            .or_else(|| texts().find(|property| property.kind == STRING8).map(|property| (property, code_page)))?;
        let text = encoding.decode_without_bom_handling(property.value).0;
        let text = text.trim_end_matches('\0');
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The bytes of a property of whatever type.
    pub(super) fn bytes(&self, id: u16) -> Option<&'a [u8]> {
        self.0.iter().find(|property| property.id == id).map(|property| property.value)
    }

    /// A number of 32 bits.
    pub(super) fn number(&self, id: u16) -> Option<u32> {
        self.bytes(id).and_then(|value| value.try_into().ok()).map(u32::from_le_bytes)
    }

    /// An attached object: the kind of its interface, and its bytes.
    pub(super) fn object(&self, id: u16) -> Option<(&'a [u8], &'a [u8])> {
        let property = self.0.iter().find(|property| property.id == id && property.kind == OBJECT)?;
        property.value.split_at_checked(16)
    }
}

fn read_property<'a>(input: &mut Input<'a>) -> Result<Property<'a>, Fault> {
    let (kind, id) = (input.u16()?, input.u16()?);
    if id >= NAMED {
        skip_name(input)?;
    }
    let is_multiple = kind & MULTIPLE != 0;
    let kind = kind & !MULTIPLE;
    let is_variable = matches!(kind, UNICODE | STRING8 | OBJECT | BINARY);
    let values = if is_multiple || is_variable { input.u32()? } else { 1 };
    let mut first = None;
    for _ in 0..values {
        let size = if is_variable { input.u32()? } else { fixed_size(kind)? };
        // Values without bytes would be counted to four thousand million, and no such list exists ([MS-OXCDATA] 2.11.1).
        if is_multiple && !is_variable && size == 0 {
            return Err(Fault::Unreadable("TNEF: a list of values without bytes".into()));
        }
        first.get_or_insert(input.padded(size)?);
    }
    Ok(Property { id, kind, value: first.unwrap_or_default() })
}

/// Bytes of a value of a fixed size, before it is filled up to four.
fn fixed_size(kind: u16) -> Result<u32, Fault> {
    match kind {
        0x0000 | 0x0001 => Ok(0),
        0x0002 | 0x000B => Ok(2),
        0x0003 | 0x0004 | 0x000A => Ok(4),
        0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => Ok(8),
        0x0048 => Ok(16),
        _ => Err(Fault::Unreadable(format!("TNEF: a property of the unknown type {kind:#06x}"))),
    }
}

/// The name of a named property: a set, and a number or a text in it.
fn skip_name(input: &mut Input<'_>) -> Result<(), Fault> {
    input.take(16)?;
    let is_text = input.u32()? == 1;
    let number_or_length = input.u32()?;
    if is_text {
        input.padded(number_or_length)?;
    }
    Ok(())
}
