//! Checksums put right after a change, where a reader would stop at a wrong one.

use flate2::Crc;

/// Puts the checksums of a 7z, RAR or TNEF file right, as far as its structure holds.
pub fn seal(bytes: &mut [u8]) {
    match () {
        () if bytes.starts_with(b"7z\xBC\xAF\x27\x1C") => drop(seal_7z(bytes)),
        () if bytes.starts_with(b"Rar!\x1A\x07\0") => while_some(7, |at| seal_rar4(bytes, at)),
        () if bytes.starts_with(b"Rar!\x1A\x07\x01\0") => while_some(8, |at| seal_rar5(bytes, at)),
        () if bytes.starts_with(b"\x78\x9F\x3E\x22") => while_some(6, |at| seal_tnef(bytes, at)),
        () => {}
    }
}

/// Goes from block to block.
fn while_some(first: usize, mut next: impl FnMut(usize) -> Option<usize>) {
    let mut at = first;
    while let Some(further) = next(at).filter(|further| *further > at) {
        at = further;
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let digits = bytes.get(at..at.checked_add(size)?)?;
    usize::try_from(digits.iter().rev().fold(0_u64, |sum, digit| sum << 8 | u64::from(*digit))).ok()
}

fn put(bytes: &mut [u8], at: usize, sum: &[u8]) -> Option<()> {
    bytes.get_mut(at..at.checked_add(sum.len())?)?.copy_from_slice(sum);
    Some(())
}

/// The start header's sum at 8, over where the end header is, how long, and its sum.
fn seal_7z(bytes: &mut [u8]) -> Option<()> {
    let begin = number(bytes, 12, 8)?.checked_add(32)?;
    let end = begin.checked_add(number(bytes, 20, 8)?)?;
    let sum = crc32(bytes.get(begin..end)?);
    put(bytes, 28, &sum.to_le_bytes())?;
    let sum = crc32(bytes.get(12..32)?);
    put(bytes, 8, &sum.to_le_bytes())
}

/// A block's header: sum (2), type (1), flags (2), size (2) and, by a flag, the size of what follows it (4).
fn seal_rar4(bytes: &mut [u8], at: usize) -> Option<usize> {
    let end = at.checked_add(number(bytes, at + 5, 2)?)?;
    let sum = crc32(bytes.get(at + 2..end)?) as u16;
    put(bytes, at, &sum.to_le_bytes())?;
    let has_data = number(bytes, at + 3, 2)? & 0x8000 != 0;
    end.checked_add(if has_data { number(bytes, at + 7, 4)? } else { 0 })
}

/// A block's header: sum (4), size, type, flags and, by flags, the sizes of the extra area and of what follows it.
fn seal_rar5(bytes: &mut [u8], at: usize) -> Option<usize> {
    let (size, after) = variable(bytes, at + 4)?;
    let end = after.checked_add(size)?;
    let sum = crc32(bytes.get(at + 4..end)?);
    put(bytes, at, &sum.to_le_bytes())?;
    let (_, after) = variable(bytes, after)?;
    let (flags, after) = variable(bytes, after)?;
    let after = if flags & 1 != 0 { variable(bytes, after)?.1 } else { after };
    end.checked_add(if flags & 2 != 0 { variable(bytes, after)?.0 } else { 0 })
}

/// A number of seven bits a byte, lowest first, and where it ends.
fn variable(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (place, byte) in bytes.get(at..)?.iter().take(9).enumerate() {
        value |= usize::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((value, at + place + 1));
        }
    }
    None
}

/// An attribute: level (1), identifier (4), size (4), value, the sum of its bytes (2).
fn seal_tnef(bytes: &mut [u8], at: usize) -> Option<usize> {
    let value = at + 9;
    let end = value.checked_add(number(bytes, at + 5, 4)?)?;
    let sum = bytes.get(value..end)?.iter().fold(0_u16, |sum, byte| sum.wrapping_add((*byte).into()));
    put(bytes, end, &sum.to_le_bytes())?;
    end.checked_add(2)
}
