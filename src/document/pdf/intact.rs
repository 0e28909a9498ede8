//! Whether a PDF is whole, and what it unpacks, before its interpreter is let at it: that one mends what is damaged without a
//! word, and unpacks without bounds.

use std::io::Read;

use flate2::read::DeflateDecoder;
use hayro_interpret::hayro_syntax::Filter;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{Dict, Name, Object, Stream};

use crate::document::{Budget, Fault};

/// Bytes at the end in which the pointer to the table of objects stands (ISO 32000-1, 7.5.5); servers add some of their own.
const TAIL: usize = 4096;

/// A byte of LZW or deflated data makes at most so many.
const MOST_RATIO: u64 = 3000;

/// Refuses a file whose end is missing.
pub(super) fn check_end(bytes: &[u8]) -> Result<(), Fault> {
    let tail = bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or(bytes);
    let has = |word: &[u8]| tail.windows(word.len()).any(|window| window == word);
    if has(b"startxref") { Ok(()) } else { Err(Fault::Unreadable("the end of the PDF is missing".into())) }
}

/// Refuses a file that lacks pages it counts.
pub(super) fn check_pages(pdf: &Pdf) -> Result<(), Fault> {
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let counted = catalog.and_then(|catalog| catalog.get::<Dict<'_>>("Pages")?.get::<u32>("Count"));
    let found = u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX);
    if found == 0 || counted.is_some_and(|counted| counted > found) {
        return Err(Fault::Unreadable("pages of the PDF are missing".into()));
    }
    Ok(())
}

/// Takes what all streams but pictures unpack to, and refuses damaged content.
pub(super) fn check_streams(pdf: &Pdf, budget: &mut Budget) -> Result<(), Fault> {
    for object in pdf.objects() {
        let Object::Stream(stream) = object else { continue };
        let kind = stream.dict().get::<Name<'_>>("Subtype");
        let kind = kind.as_ref().map(|name| name.as_str()).unwrap_or_default();
        if kind == "Image" {
            continue;
        }
        let is_content = kind == "Form" || (kind.is_empty() && !stream.dict().contains_key("Type"));
        match check_stream(&stream, budget) {
            Err(fault @ Fault::TooLarge(_)) => return Err(fault),
            Err(fault) if is_content => return Err(fault),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Takes what one stream unpacks to. Chains of filters that no program of today writes are charged the most they can make.
fn check_stream(stream: &Stream<'_>, budget: &mut Budget) -> Result<(), Fault> {
    let packed = stream.raw_data();
    match stream.filters().as_slice() {
        [Filter::FlateDecode] => unpack(&packed, budget),
        [Filter::Ascii85Decode, Filter::FlateDecode] => unpack(&base85(&packed), budget),
        [Filter::AsciiHexDecode, Filter::FlateDecode] => unpack(&hex(&packed), budget),
        [] | [Filter::Ascii85Decode | Filter::AsciiHexDecode] => Ok(()),
        filters => {
            let size = u64::try_from(packed.len()).unwrap_or(u64::MAX);
            let most = filters.iter().fold(size, |size, _| size.saturating_mul(MOST_RATIO));
            if most <= budget.unpacked_left() { Ok(()) } else { Err(Fault::TooLarge("unpacked size".into())) }
        }
    }
}

/// Unpacks a stream into nothing. A checksum at its end that is wrong or missing is common and harms nobody.
fn unpack(packed: &[u8], budget: &mut Budget) -> Result<(), Fault> {
    let data = match packed {
        [first, second, rest @ ..] if is_header(*first, *second) => rest,
        all => all,
    };
    let mut decoder = DeflateDecoder::new(data);
    let mut sink = vec![0; 1 << 16];
    loop {
        match decoder.read(&mut sink) {
            Ok(0) => return Ok(()),
            Ok(read) => budget.take_unpacked(u64::try_from(read).unwrap_or(u64::MAX))?,
            Err(error) => return Err(Fault::Unreadable(format!("a stream of the PDF is damaged: {error}"))),
        }
    }
}

/// Bytes written as five characters for four (ISO 32000-1, 7.4.3).
fn base85(text: &[u8]) -> Vec<u8> {
    let (mut bytes, mut group) = (Vec::new(), Vec::new());
    for character in text.iter().take_while(|character| **character != b'~') {
        match character {
            b'z' if group.is_empty() => bytes.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(character - b'!')),
            _ => {}
        }
        if group.len() == 5 {
            bytes.extend(quartet(&group));
            group.clear();
        }
    }
    if group.len() > 1 {
        let whole = group.iter().copied().chain([84; 5]).take(5).collect::<Vec<_>>();
        bytes.extend(quartet(&whole).into_iter().take(group.len() - 1));
    }
    bytes
}

fn quartet(digits: &[u32]) -> [u8; 4] {
    digits.iter().fold(0_u32, |value, digit| value.wrapping_mul(85).wrapping_add(*digit)).to_be_bytes()
}

/// Bytes written as two hexadecimal digits each (ISO 32000-1, 7.4.2).
fn hex(text: &[u8]) -> Vec<u8> {
    let digits = text.iter().filter_map(|character| char::from(*character).to_digit(16));
    let digits: Vec<u8> = digits.filter_map(|digit| u8::try_from(digit).ok()).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

/// The two bytes before deflated data (RFC 1950, 2.2).
fn is_header(first: u8, second: u8) -> bool {
    first & 0x0F == 8 && (u32::from(first) << 8 | u32::from(second)).is_multiple_of(31)
}
