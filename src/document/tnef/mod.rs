//! `winmail.dat`: what Outlook and Exchange put a message into when it is written in rich text (Transport Neutral Encapsulation
//! Format, [MS-OXTNEF]).
//!
//! It is a container: its members are the message's attachments in order, and last its text under the name
//! [`crate::place::BODY`].

mod html;
mod lzfu;
mod properties;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use encoding_rs::{Encoding, GBK};

use super::{Budget, Content, Fault, Member};
use crate::place::BODY;
use properties::{Properties, id};

/// The first bytes of a TNEF stream.
pub(super) const SIGNATURE: &[u8] = b"\x78\x9F\x3E\x22";

/// Attributes that are read ([MS-OXTNEF] 2.1.3.3), with their types in the upper half.
mod attribute {
    pub(super) const CODE_PAGE: u32 = 0x0006_9007;
    pub(super) const BODY: u32 = 0x0002_800C;
    pub(super) const PROPERTIES: u32 = 0x0006_9003;
    pub(super) const ATTACH_BEGIN: u32 = 0x0006_9002;
    pub(super) const ATTACH_TITLE: u32 = 0x0001_8010;
    pub(super) const ATTACH_DATA: u32 = 0x0006_800F;
    pub(super) const ATTACH_PROPERTIES: u32 = 0x0006_9005;
}

/// Interface of an attached message ([MS-OXTNEF] 2.1.3.4).
const IMESSAGE: &[u8] = b"\x07\x03\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46";

/// Opens a TNEF stream.
///
/// # Errors
/// [`Fault::Unreadable`] when it is damaged or cut off, [`Fault::TooLarge`] when a limit breaks.
pub(super) fn open(bytes: &[u8], budget: &mut Budget) -> Result<Content, Fault> {
    let mut input = Input(bytes.get(SIGNATURE.len()..).unwrap_or_default());
    input.u16()?;
    let mut message = Message { code_page: GBK, ..Message::default() };
    while !input.0.iter().all(|byte| *byte == 0) {
        let (identifier, data) = read_attribute(&mut input)?;
        message.attribute(identifier, data, budget)?;
    }
    message.into_content(budget)
}

/// Bytes from which values are taken, front to back.
#[derive(Debug)]
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, size: u32) -> Result<&'a [u8], Fault> {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let (taken, rest) =
            self.0.split_at_checked(size).ok_or_else(|| Fault::Unreadable("TNEF: it breaks off".into()))?;
        self.0 = rest;
        Ok(taken)
    }

    /// A value that is filled up to a multiple of four; the last may not be.
    fn padded(&mut self, size: u32) -> Result<&'a [u8], Fault> {
        let value = self.take(size)?;
        let filling = size.wrapping_neg() % 4;
        self.0 = self.0.get(usize::try_from(filling).unwrap_or_default()..).unwrap_or_default();
        Ok(value)
    }

    fn u32(&mut self) -> Result<u32, Fault> {
        Ok(self.take(4)?.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    fn u16(&mut self) -> Result<u16, Fault> {
        Ok(self.take(2)?.iter().rev().fold(0, |number, byte| number << 8 | u16::from(*byte)))
    }
}

/// An attribute: its level, identifier, length, data and the sum of their bytes. Some programs leave the sum out.
fn read_attribute<'a>(input: &mut Input<'a>) -> Result<(u32, &'a [u8]), Fault> {
    let level = input.take(1)?;
    if !matches!(level, [1 | 2]) {
        return Err(Fault::Unreadable("TNEF: damaged".into()));
    }
    let identifier = input.u32()?;
    let size = input.u32()?;
    let data = input.take(size)?;
    let declared = input.u16()?;
    let sum = data.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
    if declared != 0 && declared != sum {
        return Err(Fault::Unreadable("TNEF: a checksum differs".into()));
    }
    Ok((identifier, data))
}

/// A message on its way.
#[derive(Debug)]
struct Message<'a> {
    /// Of all texts that are not Unicode. Senders without a word of it are taken for Chinese.
    code_page: &'static Encoding,
    plain: Option<&'a [u8]>,
    properties: Properties<'a>,
    attachments: Vec<Attachment<'a>>,
}

impl Default for Message<'_> {
    fn default() -> Self {
        Self { code_page: GBK, plain: None, properties: Properties::default(), attachments: Vec::new() }
    }
}

/// An attachment on its way.
#[derive(Debug, Default)]
struct Attachment<'a> {
    title: Option<&'a [u8]>,
    data: Option<&'a [u8]>,
    properties: Properties<'a>,
}

impl<'a> Message<'a> {
    fn attribute(&mut self, identifier: u32, data: &'a [u8], budget: &mut Budget) -> Result<(), Fault> {
        match identifier {
            attribute::CODE_PAGE => self.code_page = code_page(Input(data).u32()?).unwrap_or(GBK),
            attribute::BODY => self.plain = Some(data),
            attribute::PROPERTIES => self.properties = Properties::read(data, budget)?,
            attribute::ATTACH_BEGIN => {
                budget.take_entries(1)?;
                self.attachments.push(Attachment::default());
            }
            attribute::ATTACH_TITLE => self.attachment()?.title = Some(data),
            attribute::ATTACH_DATA => self.attachment()?.data = Some(data),
            attribute::ATTACH_PROPERTIES => {
                let properties = Properties::read(data, budget)?;
                self.attachment()?.properties = properties;
            }
            _ => {}
        }
        Ok(())
    }

    fn attachment(&mut self) -> Result<&mut Attachment<'a>, Fault> {
        self.attachments.last_mut().ok_or_else(|| Fault::Unreadable("TNEF: an attachment without a beginning".into()))
    }

    fn into_content(self, budget: &mut Budget) -> Result<Content, Fault> {
        let body = self.body(budget);
        let page = body.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
        let mut members = Vec::new();
        for (number, attachment) in (1_u32..).zip(&self.attachments) {
            if !attachment.is_shown_in(&page, self.code_page) {
                members.push(attachment.member(number, self.code_page, budget)?);
            }
        }
        match body {
            Ok(bytes) if bytes.is_empty() => {}
            Err(fault @ Fault::TooLarge(_)) => return Err(fault),
            bytes => members.push(Member { name: BODY.to_owned(), bytes }),
        }
        Ok(Content::Container(members))
    }

    /// The message's text as a file: HTML, which the text of most messages is at heart, or RTF. Empty when there is none.
    fn body(&self, budget: &mut Budget) -> Result<Vec<u8>, Fault> {
        if let Some(page) = self.properties.bytes(id::HTML).filter(|page| !page.trim_ascii().is_empty()) {
            let declared = self.properties.number(id::INTERNET_CODE_PAGE).and_then(code_page);
            return Ok(declared.map_or(Cow::Borrowed(page), |encoding| html::marked(encoding, page)).into_owned());
        }
        if let Some(packed) = self.properties.bytes(id::RTF_COMPRESSED).filter(|packed| !packed.is_empty()) {
            return lzfu::unpack(packed, budget);
        }
        let plain = || self.plain.map(|plain| self.code_page.decode_without_bom_handling(plain).0.into_owned());
        let text = self.properties.text(id::BODY, self.code_page).or_else(plain).unwrap_or_default();
        Ok(html::from_text(text.trim_end_matches('\0')))
    }
}

impl Attachment<'_> {
    fn member(&self, number: u32, code_page: &'static Encoding, budget: &mut Budget) -> Result<Member, Fault> {
        let missing = || Fault::Unreadable("TNEF: an attachment without data".into());
        let bytes = self.bytes().ok_or_else(missing);
        budget.take_unpacked(bytes.as_ref().map_or(0, |bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX)))?;
        Ok(Member { name: self.name(number, code_page), bytes: bytes.map(<[u8]>::to_vec) })
    }

    /// A file's bytes, the TNEF stream of an attached message, or an embedded object.
    fn bytes(&self) -> Option<&[u8]> {
        match self.properties.object(id::ATTACH_DATA) {
            Some((interface, object)) if interface == IMESSAGE || self.data.is_none_or(<[u8]>::is_empty) => {
                Some(object)
            }
            _ => self.data.or_else(|| self.properties.bytes(id::ATTACH_DATA)),
        }
    }

    /// The long name; the title is cut down to eight letters and three by some programs.
    fn name(&self, number: u32, code_page: &'static Encoding) -> String {
        let property = |id| self.properties.text(id, code_page);
        let title = || self.title.map(|title| code_page.decode_without_bom_handling(title).0.into_owned());
        let name = property(id::ATTACH_LONG_FILENAME)
            .or_else(title)
            .or_else(|| property(id::ATTACH_FILENAME))
            .or_else(|| property(id::DISPLAY_NAME))
            .unwrap_or_default();
        let name = name.trim_end_matches('\0').replace(['\\', '/'], "_");
        if name.trim().is_empty() { format!("附件{number}") } else { name }
    }

    /// Whether it is a picture that the message's HTML shows.
    fn is_shown_in(&self, page: &str, code_page: &'static Encoding) -> bool {
        let content_id = self.properties.text(id::ATTACH_CONTENT_ID, code_page);
        content_id.is_some_and(|content_id| page.contains(&format!("cid:{content_id}")))
    }
}

/// The encoding of a Windows code page.
fn code_page(number: u32) -> Option<&'static Encoding> {
    match number {
        936 | 54_936 => Some(encoding_rs::GB18030),
        950 => Some(encoding_rs::BIG5),
        932 => Some(encoding_rs::SHIFT_JIS),
        949 => Some(encoding_rs::EUC_KR),
        65_001 => Some(encoding_rs::UTF_8),
        20_936 => Some(GBK),
        1_250..=1_258 => Encoding::for_label(format!("windows-{number}").as_bytes()),
        28_591 => Some(encoding_rs::WINDOWS_1252),
        _ => None,
    }
}
