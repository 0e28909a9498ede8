//! Transfer encodings (RFC 2045, section 6) are undone, leniently: a stray byte does not cost the file.

use std::borrow::Cow;

use base64_simd::STANDARD;
use mail_parser::decoders::base64::base64_decode;
use memchr::memchr;

/// Characters that are decoded at once: what fits into a processor's nearest memory.
const BLOCK: usize = 16 << 10;

/// Undoes the transfer encoding named by `Content-Transfer-Encoding`. Unknown ones are taken as none.
pub(super) fn decode<'a>(encoding: &str, raw: &'a [u8]) -> Cow<'a, [u8]> {
    // Some senders write `base64;` or a comment behind it.
    let name = encoding.split([';', ' ', '(']).next().unwrap_or_default();
    if name.eq_ignore_ascii_case("base64") {
        base64(raw)
    } else if name.eq_ignore_ascii_case("quoted-printable") {
        Cow::Owned(quoted_printable(raw))
    } else {
        Cow::Borrowed(raw)
    }
}

/// Base64, with stray bytes left out. Bytes that are no base64 at all are returned as they stand.
pub(super) fn base64(raw: &[u8]) -> Cow<'_, [u8]> {
    if let Some(bytes) = undamaged_base64(raw).or_else(|| base64_decode(raw)) {
        return Cow::Owned(bytes);
    }
    let kept: Vec<u8> = raw.iter().copied().filter(|byte| is_base64(*byte)).collect();
    let strays = raw.iter().filter(|byte| !is_base64(**byte) && !byte.is_ascii_whitespace()).count();
    if strays * 2 > kept.len() {
        return Cow::Borrowed(raw);
    }
    base64_decode(&kept).map_or(Cow::Borrowed(raw), Cow::Owned)
}

/// Base64 as programs write it: lines of base64 and nothing else. None for any other.
fn undamaged_base64(raw: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(raw.len() / 4 * 3 + 3);
    let mut block = Vec::with_capacity(2 * BLOCK);
    let mut rest = raw;
    while !rest.is_empty() {
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let (line, after) = rest.split_at_checked(end)?;
        for piece in line.strip_suffix(b"\r").unwrap_or(line).chunks(BLOCK) {
            block.extend_from_slice(piece);
            if block.len() >= BLOCK {
                let whole = block.len() / 4 * 4;
                STANDARD.decode_append(block.get(..whole)?, &mut decoded).ok()?;
                block.drain(..whole);
            }
        }
        rest = after.get(1..).unwrap_or_default();
    }
    STANDARD.decode_append(&block, &mut decoded).ok()?;
    Some(decoded)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Quoted-printable; an `=` that encodes nothing stays as it is.
pub(super) fn quoted_printable(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'=' {
            out.push(byte);
        } else if let Some(after) = soft_break(tail) {
            rest = after;
        } else if let Some((value, after)) = hex_pair(tail) {
            out.push(value);
            rest = after;
        } else {
            out.push(byte);
        }
    }
    out
}

/// What follows a soft line break whose `=` has been read; blanks before the line end are a relay's padding.
fn soft_break(tail: &[u8]) -> Option<&[u8]> {
    let blanks = tail.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
    match tail.get(blanks..)?.split_first() {
        Some((b'\n', after)) => Some(after),
        Some(_) => None,
        None => Some(&[]),
    }
}

/// The byte that two hexadecimal digits stand for, and what follows them.
pub(super) fn hex_pair(tail: &[u8]) -> Option<(u8, &[u8])> {
    let (&[high, low], after) = tail.split_first_chunk::<2>()?;
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let value = digit(high)? * 16 + digit(low)?;
    Some((u8::try_from(value).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(encoding: &str, raw: &[u8], expected: &[u8]) {
        assert_eq!(decode(encoding, raw).as_ref(), expected, "{encoding}: {}", String::from_utf8_lossy(raw));
    }

    #[test]
    fn a_file_in_damaged_base64_is_whole() {
        check("base64", b"SGVsbG8h", b"Hello!");
        check("BASE64", b"SGVs\r\n bG8h\r\n", b"Hello!");
        check("base64;", b"SGVsbG8", b"Hello");
        check("base64", b"SGVs*bG8h\x00", b"Hello!");
        check("base64", b"SGVsbG8=\r\nSGVsbG8=", b"HelloHello");
    }

    #[test]
    fn a_large_file_is_whole_however_its_lines_are_cut() {
        for size in [BLOCK / 4 * 3 - 1, BLOCK / 4 * 3, BLOCK / 4 * 3 + 1, BLOCK * 5 + 2] {
            let file: Vec<u8> = (0..size).map(|at| u8::try_from(at * 7 % 251).unwrap()).collect();
            let encoded = STANDARD.encode_to_string(&file);
            for (width, line_end) in [(76, "\r\n"), (76, "\n"), (61, "\r\n"), (usize::MAX, "")] {
                let lines: Vec<&[u8]> = encoded.as_bytes().chunks(width).collect();
                let body = lines.join(line_end.as_bytes());
                assert_eq!(undamaged_base64(&body).as_ref(), Some(&file), "{size} bytes, lines of {width}");
                check("base64", &body, &file);
            }
        }
    }

    #[test]
    fn plain_text_that_claims_to_be_base64_is_kept() {
        check("base64", "企业名称：某某公司".as_bytes(), "企业名称：某某公司".as_bytes());
    }

    #[test]
    fn quoted_printable_with_faults_loses_no_character() {
        check("quoted-printable", b"a=3Db=\r\nc", b"a=bc");
        check("Quoted-Printable", b"a= \t\r\nb", b"ab");
        check("quoted-printable", b"50=% =zz =", b"50=% =zz ");
        check("quoted-printable", b"=e4=bd=a0", "你".as_bytes());
    }

    #[test]
    fn eight_bit_stays() {
        check("8bit", b"a=3D", b"a=3D");
        check("", b"a", b"a");
    }
}
