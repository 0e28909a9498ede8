//! PDFs with their streams unpacked, so that what they draw is changed and not its compressed bytes.

use std::io::Read;

use flate2::read::ZlibDecoder;

const BEGIN: &[u8] = b"stream";
const END: &[u8] = b"endstream";
const FILTER: &[u8] = b"/FlateDecode";

/// A PDF with every stream that is only deflated written out. Its table of objects is wrong then, and readers make it anew.
pub fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut rest = bytes;
    while let Some((before, packed, after)) = next_stream(rest) {
        let dictionary = before.iter().rposition(|byte| *byte == b'<').map_or(before, |at| &before[at..]);
        let mut stream = Vec::new();
        let is_deflated = find(dictionary, FILTER).is_some() && find(dictionary, b"/Predictor").is_none();
        let is_whole = is_deflated && ZlibDecoder::new(packed).take(1 << 20).read_to_end(&mut stream).is_ok();
        if is_whole {
            let text = String::from_utf8_lossy(dictionary).replace("/Filter", "").replace("/FlateDecode", "");
            plain.extend(&before[..before.len() - dictionary.len()]);
            plain.extend(length_gone(&text).as_bytes());
            plain.extend(b"stream\n");
            plain.extend(&stream);
            plain.extend(b"\nendstream");
        } else {
            plain.extend(&rest[..rest.len() - after.len()]);
        }
        rest = after;
    }
    plain.extend(rest);
    plain
}

/// What stands before the next stream, the stream, and what stands after.
fn next_stream(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let begin = find(bytes, BEGIN)?;
    let after =
        bytes[begin + BEGIN.len()..].strip_prefix(b"\r\n").or_else(|| bytes[begin + BEGIN.len()..].strip_prefix(b"\n"));
    let inside = after.unwrap_or(&bytes[begin + BEGIN.len()..]);
    let end = find(inside, END)?;
    Some((&bytes[..begin], &inside[..end], &inside[end + END.len()..]))
}

/// The dictionary without its length, which no longer holds.
fn length_gone(dictionary: &str) -> String {
    let Some((before, after)) = dictionary.split_once("/Length ") else { return dictionary.to_owned() };
    let reference = after.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let rest = reference.strip_prefix(" 0 R").unwrap_or(reference);
    format!("{before}{rest}")
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
