//! Plain text: bytes to characters, and lines to paragraphs.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::{Block, Document, Format, Paragraph};

/// Text as a document: a paragraph a line, empty ones included, so that a paragraph's number is its line's.
#[must_use]
pub(crate) fn read(source: &str, text: &str) -> Document {
    let lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
    let paragraph = |(number, line): (u32, &str)| Paragraph { text: line.to_owned(), number, page: None };
    let blocks = (1..).zip(lines).map(|line| Block::Paragraph(paragraph(line)));
    Document { source: source.to_owned(), format: Format::Text, blocks: blocks.collect(), has_pictures: false }
}

/// Characters of a text file whose encoding nobody declares; none when the bytes are no text.
///
/// In this order: a byte order mark, UTF-16 by its zero bytes, UTF-8 and GB18030 where they decode with next to no error,
/// else what the detector takes it for. GB18030 goes before it because senders are in China and short texts mislead it.
#[must_use]
pub(crate) fn decode(bytes: &[u8]) -> Option<String> {
    if let Some(text) = by_mark(bytes) {
        return Some(text);
    }
    if bytes.contains(&0) {
        return utf_16_without_mark(bytes);
    }
    if is_binary(bytes) {
        return None;
    }
    strict(UTF_8, bytes)
        .or_else(|| nearly(UTF_8, bytes))
        .or_else(|| strict(GB18030, bytes))
        .or_else(|| nearly(GB18030, bytes))
        .or_else(|| guessed(bytes))
}

/// The text behind a byte order mark.
pub(super) fn by_mark(bytes: &[u8]) -> Option<String> {
    let (encoding, length) = Encoding::for_bom(bytes)?;
    let (text, _) = encoding.decode_without_bom_handling(bytes.get(length..)?);
    Some(text.into_owned())
}

/// The text, if it has no error in this encoding.
pub(super) fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
}

/// UTF-16 of either order, known by the zero bytes of its ASCII characters (line ends at least).
pub(super) fn utf_16_without_mark(bytes: &[u8]) -> Option<String> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    [UTF_16LE, UTF_16BE].into_iter().find_map(|encoding| strict(encoding, bytes).filter(|text| is_plausible(text)))
}

/// Whether text holds only characters that Chinese and English documents are written in, but for a few.
fn is_plausible(text: &str) -> bool {
    let total = text.chars().count();
    let odd = text.chars().filter(|c| !is_common(*c)).count();
    odd * 20 <= total && text.chars().any(|c| c.is_ascii())
}

fn is_common(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{ff}' | '\u{2000}'..='\u{206f}' | '\u{2100}'..='\u{27bf}'
        | '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether control characters say that the bytes are no text.
fn is_binary(bytes: &[u8]) -> bool {
    let controls = bytes.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127)).count();
    controls * 200 > bytes.len()
}

/// What the detector takes the bytes for, if few of them fail.
fn guessed(bytes: &[u8]) -> Option<String> {
    /// Below so many bytes outside ASCII the detector needs the hint of a country.
    const ENOUGH: usize = 60;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let hint: Option<&[u8]> =
        if bytes.iter().filter(|byte| !byte.is_ascii()).count() > ENOUGH { None } else { Some(b"cn") };
    let encoding = detector.guess(hint, Utf8Detection::Allow);
    nearly(if encoding == GBK { GB18030 } else { encoding }, bytes)
}

/// The text with replacement characters, if they are few among the characters outside ASCII: one byte is broken or cut off.
fn nearly(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let failed = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let foreign = text.chars().filter(|c| !c.is_ascii()).count();
    (failed * 20 <= foreign).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "企业名称：示例公司\r\n营业收入：1200万元\r\n";

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<&str>) {
        assert_eq!(decode(bytes).as_deref(), expected);
    }

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn a_text_is_read_in_the_encodings_that_chinese_programs_write() {
        check(SAMPLE.as_bytes(), Some(SAMPLE));
        check(&[b"\xef\xbb\xbf", SAMPLE.as_bytes()].concat(), Some(SAMPLE));
        check(&GB18030.encode(SAMPLE).0, Some(SAMPLE));
        check(&GB18030.encode("㐂，𠮷野").0, Some("㐂，𠮷野"));
        check(&utf_16(SAMPLE, u16::to_le_bytes), Some(SAMPLE));
        check(&utf_16(SAMPLE, u16::to_be_bytes), Some(SAMPLE));
        check(&utf_16(&format!("\u{feff}{SAMPLE}"), u16::to_le_bytes), Some(SAMPLE));
        check(&utf_16(&format!("\u{feff}{SAMPLE}"), u16::to_be_bytes), Some(SAMPLE));
        check(b"", Some(""));
    }

    #[test]
    fn a_text_with_one_broken_character_is_still_read() {
        let mut bytes = GB18030.encode(&SAMPLE.repeat(5)).0.into_owned();
        bytes.push(0xc6);
        assert!(decode(&bytes).is_some_and(|text| text.starts_with(SAMPLE)));
        let long = SAMPLE.repeat(5);
        let cut = long.as_bytes().split_at(long.len() - 4).0;
        assert!(decode(cut).is_some_and(|text| text.starts_with(SAMPLE)));
    }

    #[test]
    fn binary_data_is_no_text() {
        check(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", None);
        check(&[1, 2, 3, 4, 5, 6, 7, 200, 201], None);
        check(&(0..=255).cycle().take(1001).collect::<Vec<u8>>(), None);
        check(&[0xff; 50], None);
    }

    #[test]
    fn line_five_is_line_five() {
        let document = read("body", "一\r\n\r\n三\n四\n五");
        let Some(Block::Paragraph(last)) = document.blocks.last() else { panic!("no paragraph") };
        assert_eq!((last.number, last.text.as_str()), (5, "五"));
        let Some(Block::Paragraph(second)) = document.blocks.get(1) else { panic!("no paragraph") };
        assert_eq!((second.number, second.text.as_str()), (2, ""));
    }
}
