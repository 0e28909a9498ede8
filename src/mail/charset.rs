//! Bytes become text, whatever charset they are said to be in.
//!
//! Chinese clients label GBK as GB2312, leave labels out, or label one charset and write another. So a label is a
//! hint: it holds when the bytes agree with it, and otherwise the bytes decide.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, WINDOWS_1252};

/// From this many bytes outside ASCII on, statistics tell Big5 from GBK; below, they guess.
const ENOUGH_TO_GUESS: usize = 60;

/// Share of Chinese characters, in percent, from which Latin text is taken to be mislabelled GBK.
const MOSTLY_CHINESE: usize = 80;

/// Decodes `bytes` that are said to be in the charset `label`.
///
/// What cannot be decoded at all becomes U+FFFD; of several charsets that fail, the one that fails least counts.
pub(super) fn decode<'a>(label: Option<&str>, bytes: &'a [u8]) -> Cow<'a, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(bytes.get(length..).unwrap_or_default()).0;
    }
    if label.is_some_and(is_hz) {
        return Cow::Owned(GBK.decode_without_bom_handling(&hz_to_gb(bytes)).0.into_owned());
    }
    let declared = label.and_then(resolve);
    if bytes.is_ascii() && declared.is_none_or(Encoding::is_ascii_compatible) {
        // ISO-2022-JP is the one charset left that says everything in ASCII bytes; it is not ASCII-compatible.
        return String::from_utf8_lossy(bytes);
    }
    decode_eight_bit(declared, bytes)
}

/// Whether `bytes` are Chinese text in UTF-8, perhaps damaged or cut off.
///
/// Some short GBK words (目前) happen to be valid UTF-8 of two-byte letters; Chinese in UTF-8 has three-byte ones, and
/// bytes of another charset hardly ever form them. So UTF-8 with a fault here and there is still UTF-8.
fn is_chinese_utf8(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_end_matches('\u{FFFD}');
    let faults = text.matches('\u{FFFD}').count();
    text.chars().filter(|c| *c >= '\u{800}' && *c != '\u{FFFD}').count() > 2 * faults
}

fn decode_eight_bit<'a>(declared: Option<&'static Encoding>, bytes: &'a [u8]) -> Cow<'a, str> {
    if is_chinese_utf8(bytes) {
        return String::from_utf8_lossy(bytes);
    }
    // Latin charsets accept any byte, so their label proves nothing.
    let declared = declared.filter(|encoding| !encoding.is_single_byte() || !looks_chinese(bytes));
    let candidates = match declared {
        Some(declared) => [declared, UTF_8, GB18030, BIG5],
        None => unlabelled(bytes),
    };
    let mut best: Option<(usize, Cow<'a, str>)> = None;
    for encoding in candidates {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            return text;
        }
        let text = encoding.decode_without_bom_handling(bytes).0;
        let faults = text.matches('\u{FFFD}').count();
        if best.as_ref().is_none_or(|(fewest, _)| faults < *fewest) {
            best = Some((faults, text));
        }
    }
    best.map(|(_, text)| text).unwrap_or_default()
}

/// The charsets to try, best first, for bytes without a label that can be trusted.
fn unlabelled(bytes: &[u8]) -> [&'static Encoding; 4] {
    if latin_letters_in_utf8(bytes) {
        return [UTF_8, GB18030, BIG5, WINDOWS_1252];
    }
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if high > ENOUGH_TO_GUESS {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        if detector.guess(None, Utf8Detection::Allow) == BIG5 {
            return [BIG5, GB18030, UTF_8, WINDOWS_1252];
        }
    }
    [GB18030, UTF_8, BIG5, WINDOWS_1252]
}

/// Whether `bytes` are UTF-8 whose only letters outside ASCII are Latin ones with accents: no Chinese word looks so.
fn latin_letters_in_utf8(bytes: &[u8]) -> bool {
    let is_latin = |c: char| matches!(c, '\0'..='\u{FF}' | '\u{300}'..='\u{36F}');
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(is_latin))
}

/// Whether `bytes` read as GB18030 are mostly Chinese in the two-byte form that Chinese text has.
fn looks_chinese(bytes: &[u8]) -> bool {
    let Some(text) = GB18030.decode_without_bom_handling_and_without_replacement(bytes) else { return false };
    let others = text.chars().filter(|c| !c.is_ascii()).count();
    let chinese = text
        .chars()
        .filter(|c| matches!(c, '\u{3000}'..='\u{303F}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}'));
    // `é` before a letter is a rare GBK character whose second byte is that ASCII letter.
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    others >= 2 && chinese.count() * 100 >= others * MOSTLY_CHINESE && high * 4 >= others * 7
}

/// The charset of a label, with the labels that mail uses and the WHATWG list lacks. GB2312 and GBK widen to GB18030.
pub(super) fn resolve(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().trim_matches(['"', '\'']).trim().to_ascii_lowercase();
    let encoding = match label.as_str() {
        "cp936" | "ms936" | "windows-936" | "windows936" | "euc-cn" | "euccn" | "gb2312-80" | "gb_2312-80"
        | "gb13000" | "gb13000.1" | "gb_18030" | "gb18030-2000" | "gb18030-2022" | "chinesesimplified" | "936" => {
            GB18030
        }
        // Windows' number for its Chinese character set, as old mailers print it.
        "134" => GB18030,
        "136" | "cp950" | "ms950" | "windows-950" | "950" => BIG5,
        "utf" | "utf8mb4" | "utf-8-sig" | "cp65001" | "65001" => UTF_8,
        _ => Encoding::for_label(label.as_bytes())?,
    };
    // ASCII is windows-1252 to WHATWG; with bytes outside ASCII that label is simply wrong.
    if matches!(label.as_str(), "us-ascii" | "ascii" | "ansi_x3.4-1968") {
        return None;
    }
    Some(if encoding == GBK { GB18030 } else { encoding })
}

fn is_hz(label: &str) -> bool {
    let label = label.trim();
    label.eq_ignore_ascii_case("hz-gb-2312") || label.eq_ignore_ascii_case("hz")
}

/// HZ (RFC 1843): GB2312 in seven bits, between `~{` and `~}`.
fn hz_to_gb(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut chinese = false;
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match (byte, rest.peek()) {
            (b'~', Some(b'{')) => chinese = true,
            (b'~', Some(b'}')) => chinese = false,
            (b'~', Some(b'~')) if !chinese => out.push(b'~'),
            (b'~', Some(b'\n')) if !chinese => {}
            _ => {
                out.push(if chinese && byte > b' ' { byte | 0x80 } else { byte });
                continue;
            }
        }
        rest.next();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gb(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    fn check(label: Option<&str>, bytes: &[u8], expected: &str) {
        assert_eq!(decode(label, bytes), expected, "labelled {label:?}");
    }

    #[test]
    fn a_gbk_answer_under_any_chinese_label_stays_readable() {
        let labels = ["gb2312", "GB2312", "gbk", "x-gbk", "cp936", "ms936", "windows-936", "chinese", "gb_2312-80"];
        let more = ["gb18030", "euc-cn", "GB2312-80", "GB13000", "ansi", "default", "unknown-8bit", "us-ascii", "134"];
        for label in labels.into_iter().chain(more) {
            check(Some(label), &gb("营业收入朱镕基㐂"), "营业收入朱镕基㐂");
        }
    }

    #[test]
    fn a_wrong_label_does_not_garble_the_answer() {
        check(Some("utf-8"), &gb("佛山市示例公司"), "佛山市示例公司");
        check(Some("gb2312"), "佛山市示例公司".as_bytes(), "佛山市示例公司");
        check(Some("iso-8859-1"), &gb("佛山市示例公司"), "佛山市示例公司");
        check(Some("iso-8859-1"), "佛山市示例公司".as_bytes(), "佛山市示例公司");
        check(Some("big5"), "佛山市".as_bytes(), "佛山市");
        check(Some("utf-8"), &[&b"\xFF"[..], "佛山市示例公司".as_bytes()].concat(), "\u{FFFD}佛山市示例公司");
    }

    #[test]
    fn short_words_that_are_valid_in_both_charsets_are_not_turned_into_letters() {
        check(Some("gbk"), &gb("目前"), "目前");
        check(None, &gb("目前"), "目前");
        check(None, "café".as_bytes(), "café");
        check(Some("utf-8"), "é".as_bytes(), "é");
    }

    #[test]
    fn accented_letters_of_foreign_senders_survive() {
        check(Some("iso-8859-1"), b"caf\xE9 fran\xE7ais", "café français");
    }

    #[test]
    fn unlabelled_text_of_three_characters_is_chinese() {
        check(None, &gb("附件1.docx"), "附件1.docx");
        check(None, "附件1.docx".as_bytes(), "附件1.docx");
    }

    #[test]
    fn traditional_chinese_without_a_label_is_told_by_its_statistics() {
        let text =
            "我們公司主要從事人工智慧機器視覺檢測設備的研發與製造，產品廣泛應用於電子、家電及陶瓷行業，歡迎聯絡。";
        check(None, &BIG5.encode(text).0, text);
        check(Some("136"), &BIG5.encode("調查表").0, "調查表");
        check(Some("big5"), &BIG5.encode("調查表").0, "調查表");
    }

    #[test]
    fn seven_bit_chinese_is_decoded() {
        check(Some("hz-gb-2312"), b"ok ~{<:Ky2;~} ~~", "ok 己所不 ~");
    }

    #[test]
    fn a_cut_text_keeps_all_but_its_last_character() {
        let mut bytes = gb("佛山市示例公司");
        bytes.pop();
        check(Some("gb2312"), &bytes, "佛山市示例公\u{FFFD}");
        check(Some("utf-8"), b"\xE8\xB0\x83\xE6\x9F", "调\u{FFFD}");
    }

    #[test]
    fn byte_order_marks_win_and_vanish() {
        check(Some("gb2312"), "\u{FEFF}企业".as_bytes(), "企业");
        check(None, &[0xFF, 0xFE, 0x01, 0x4F], "企");
    }
}
