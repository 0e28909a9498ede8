//! Compressed RTF, the text of Outlook's messages ([MS-OXRTFCP]).

use crate::document::{Budget, Fault};

/// What the dictionary holds at the beginning ([MS-OXRTFCP] 2.1.2.1).
const INITIAL: &[u8] =
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \
\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// Size of the dictionary, a ring.
const RING: usize = 4096;
/// Bytes of the header.
const HEADER: usize = 16;

/// Unpacks compressed RTF.
///
/// # Errors
/// [`Fault::Unreadable`] when it is damaged, [`Fault::TooLarge`] when the limit breaks.
pub(super) fn unpack(bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, Fault> {
    let damaged = || Fault::Unreadable("TNEF: damaged compressed text".into());
    let (header, data) = bytes.split_at_checked(HEADER).ok_or_else(damaged)?;
    let number = |at: usize| header.get(at..at + 4).and_then(|word| word.try_into().ok()).map(u32::from_le_bytes);
    let size = number(4).ok_or_else(damaged)?;
    budget.take_unpacked(size.into())?;
    let size = usize::try_from(size).map_err(|_| damaged())?;
    match header.get(8..12) {
        Some(b"MELA") => data.get(..size).map(<[u8]>::to_vec).ok_or_else(damaged),
        Some(b"LZFu") => {
            let is_whole = number(12) == Some(checksum(data));
            let text = expand(data, size).filter(|_| is_whole);
            text.ok_or_else(damaged)
        }
        _ => Err(damaged()),
    }
}

/// Eight tokens to a control byte: a byte as it is, or a place in the dictionary and a length ([MS-OXRTFCP] 2.1.3.1.4). None when
/// the data break off or hold another number of bytes than declared.
fn expand(data: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut ring = [b' '; RING];
    ring.get_mut(..INITIAL.len())?.copy_from_slice(INITIAL);
    let mut write = INITIAL.len();
    let mut text = Vec::with_capacity(size.min(1 << 20));
    let mut data = data.iter().copied();
    loop {
        let control = data.next()?;
        for bit in 0..8 {
            if control & (1 << bit) == 0 {
                let byte = data.next()?;
                *ring.get_mut(write)? = byte;
                write = (write + 1) % RING;
                text.push(byte);
                continue;
            }
            let token = usize::from(u16::from_be_bytes([data.next()?, data.next()?]));
            let (from, length) = (token >> 4, (token & 0xF) + 2);
            if from == write {
                return (text.len() == size).then_some(text);
            }
            for step in 0..length {
                let byte = *ring.get((from + step) % RING)?;
                *ring.get_mut(write)? = byte;
                write = (write + 1) % RING;
                text.push(byte);
            }
        }
        if text.len() > size {
            return None;
        }
    }
}

/// The checksum that Outlook uses: CRC-32 without its inversions ([MS-OXRTFCP] 2.1.3.2).
fn checksum(data: &[u8]) -> u32 {
    data.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Limits;

    /// The two examples of [MS-OXRTFCP] 3.
    const HELLO: &[u8] =
        b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel\x09\0 bw\x05\
\xb0ld}\x0a\x80\x0f\xa0";
    const CROSSING: &[u8] = b"\x1a\0\0\0\x1c\0\0\0LZFu\xe2\xd4\x4b\x51\x41\0\x04 WXYZ\x0dn}\x01\x0e\xb0";

    fn check(bytes: &[u8], expected: &str) {
        let text = unpack(bytes, &mut Budget::new(Limits::default())).unwrap();
        assert_eq!(String::from_utf8_lossy(&text), expected);
    }

    #[test]
    fn the_text_of_a_message_is_unpacked() {
        check(HELLO, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        check(CROSSING, "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
        check(b"\x10\0\0\0\x06\0\0\0MELA\0\0\0\0{\\rtf}", "{\\rtf}");
    }

    #[test]
    fn a_text_that_breaks_off_is_not_taken_for_a_whole_one() {
        for length in 0..HELLO.len() {
            let cut = unpack(&HELLO[..length], &mut Budget::new(Limits::default()));
            assert!(matches!(cut, Err(Fault::Unreadable(_))), "{length}: {cut:?}");
        }
    }
}
