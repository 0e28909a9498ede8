//! Header text: encoded words (RFC 2047) and raw bytes become one line of text.
//!
//! Clients cut encoded words inside a character, write whole fields of raw GBK, and put encoded words where the
//! standard forbids them; so bytes of neighbouring words of one charset are joined before they are decoded.

use super::charset;
use super::header::unfold;
use super::transfer;

/// A piece of a header value.
enum Piece<'a> {
    /// Bytes outside encoded words.
    Raw(&'a [u8]),
    /// An encoded word.
    Word { charset: String, bytes: Vec<u8> },
}

/// Decodes a header value to one line of text, trimmed.
pub(super) fn decode(value: &[u8]) -> String {
    one_line(&decode_words(&unfold(value)))
}

/// Text on one line: control characters become spaces, and a character cut off at the end is left out.
pub(super) fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.trim().trim_end_matches('\u{FFFD}').to_owned()
}

fn decode_words(value: &[u8]) -> String {
    let mut text = String::new();
    let mut pending: Option<(String, Vec<u8>)> = None;
    for piece in pieces(value) {
        match (piece, &mut pending) {
            // White space between two encoded words only separates them.
            (Piece::Raw(raw), Some(_)) if raw.trim_ascii().is_empty() => {}
            (Piece::Word { charset, bytes }, Some((label, joined))) if same_charset(&charset, label) => {
                joined.extend(bytes);
            }
            (Piece::Word { charset, bytes }, _) => {
                flush(&mut pending, &mut text);
                pending = Some((charset, bytes));
            }
            (Piece::Raw(raw), _) => {
                flush(&mut pending, &mut text);
                text.push_str(&charset::decode(None, raw));
            }
        }
    }
    flush(&mut pending, &mut text);
    text
}

/// Whether two labels mean one charset, as GB2312 and GBK do.
fn same_charset(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || charset::resolve(one).is_some_and(|found| charset::resolve(other) == Some(found))
}

fn flush(pending: &mut Option<(String, Vec<u8>)>, text: &mut String) {
    if let Some((label, bytes)) = pending.take() {
        text.push_str(&charset::decode(Some(&label), &bytes));
    }
}

/// Cuts a value into encoded words and what stands between them.
fn pieces(value: &[u8]) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = value;
    let mut from = 0;
    while let Some(start) = rest.get(from..).and_then(|tail| find(tail, b"=?")).map(|found| from + found) {
        let Some((word, length)) = rest.get(start..).and_then(encoded_word) else {
            from = start + 2;
            continue;
        };
        pieces.extend(rest.get(..start).filter(|raw| !raw.is_empty()).map(Piece::Raw));
        pieces.push(word);
        rest = rest.get(start + length..).unwrap_or_default();
        from = 0;
    }
    pieces.extend((!rest.is_empty()).then_some(Piece::Raw(rest)));
    pieces
}

/// The encoded word at the beginning of `value`, and its length. One that is cut off at the end of the value counts.
fn encoded_word(value: &[u8]) -> Option<(Piece<'_>, usize)> {
    let after = value.strip_prefix(b"=?")?;
    let label_end = find(after, b"?")?;
    let label = after.get(..label_end).filter(|label| is_label(label))?;
    let (&[_, method, question], text) = after.get(label_end..)?.split_first_chunk::<3>()?;
    if question != b'?' {
        return None;
    }
    let end = find(text, b"?=").unwrap_or(text.len());
    let encoded = text.get(..end)?;
    let bytes = match method.to_ascii_lowercase() {
        b'b' => transfer::base64(encoded).into_owned(),
        b'q' => {
            transfer::quoted_printable(&encoded.iter().map(|b| if *b == b'_' { b' ' } else { *b }).collect::<Vec<_>>())
        }
        _ => return None,
    };
    // RFC 2231 allows a language behind the charset.
    let charset = String::from_utf8_lossy(label).split('*').next().unwrap_or_default().to_owned();
    Some((Piece::Word { charset, bytes }, (label_end + 5 + end + 2).min(value.len())))
}

fn is_label(label: &[u8]) -> bool {
    (1..=40).contains(&label.len()) && label.iter().all(|byte| byte.is_ascii_graphic())
}

/// Position of `needle` in `haystack`.
pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;

    use super::*;

    fn check(value: &[u8], expected: &str) {
        assert_eq!(decode(value), expected, "{}", String::from_utf8_lossy(value));
    }

    #[test]
    fn subjects_of_all_clients_are_readable() {
        check(b"=?gb18030?B?u9i4tKO6tfey6bHtW0ExQjJd?=", "回复：调查表[A1B2]");
        check(b"=?GB2312?B?u9i4tDogtfey6bHt?=", "回复: 调查表");
        check(b"Re:Re:[A1B2] =?GBK?B?tfey6bHt?=", "Re:Re:[A1B2] 调查表");
        check(b"=?utf-8?Q?Re:_[A1B2]?=", "Re: [A1B2]");
        check(b"=?utf-8?B?6LCD5p+l?=\r\n =?utf-8?Q?.xlsx?=", "调查.xlsx");
        check(b"=?utf-8*zh?B?6LCD5p+l?=", "调查");
    }

    #[test]
    fn a_character_cut_in_two_by_encoded_words_is_whole() {
        check(b"=?gb2312?B?tfey?= =?GB2312?B?6bHt?=", "调查表");
        check(b"=?gb2312?B?tfey?= =?gbk?B?6bHt?=", "调查表");
        check(b"=?utf-8?B?6LCD5g==?=\r\n\t=?utf-8?B?n6XooaggMg==?=", "调查表 2");
        check(b"=?gb2312?Q?=B5=F7=B2?= =?gb2312?B?6bHt?=", "调查表");
    }

    #[test]
    fn raw_bytes_of_old_programs_are_readable() {
        check(&GB18030.encode("回复：调查表").0, "回复：调查表");
        check("回复：调查表".as_bytes(), "回复：调查表");
    }

    #[test]
    fn what_is_no_encoded_word_stays() {
        check(b"a =? b", "a =? b");
        check(b"=?x?Z?abc?=", "=?x?Z?abc?=");
        check(b"1=?2 =?utf-8?B?6LCD?=", "1=?2 调");
        check(b"=?utf-8?B?6LCD5p", "调");
    }

    #[test]
    fn a_subject_is_one_line() {
        check(b"=?utf-8?Q?a=0D=0Ab?=", "a  b");
    }
}
