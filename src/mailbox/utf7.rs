//! Names of folders as IMAP servers and Maildirs write them: modified UTF-7 (RFC 3501, 5.1.3). `垃圾邮件` is `&V4NXPpCuTvY-`.

/// The 64 digits of Base64 (RFC 4648, 4), save that modified UTF-7 writes `,` for `/`.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The modified UTF-7 of a folder's name.
#[must_use]
pub fn encode(name: &str) -> String {
    let mut out = String::new();
    let mut foreign = Vec::new();
    for c in name.chars() {
        if !(' '..='~').contains(&c) {
            foreign.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
            continue;
        }
        shift(&mut out, &mut foreign);
        out.push(c);
        if c == '&' {
            out.push('-');
        }
    }
    shift(&mut out, &mut foreign);
    out
}

/// Writes the gathered UTF-16 as a shifted run.
fn shift(out: &mut String, foreign: &mut Vec<u8>) {
    if foreign.is_empty() {
        return;
    }
    out.push('&');
    out.push_str(&base64(foreign).replace('/', ","));
    out.push('-');
    foreign.clear();
}

/// The name a server wrote in modified UTF-7. A name that is none (some servers send UTF-8) stays as it is.
#[must_use]
pub fn decode(written: &str) -> String {
    try_decode(written).unwrap_or_else(|| written.to_owned())
}

fn try_decode(written: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = written;
    while let Some((plain, shifted)) = rest.split_once('&') {
        out.push_str(plain);
        let (run, after) = shifted.split_once('-')?;
        if run.is_empty() {
            out.push('&');
        } else {
            out.push_str(&String::from_utf16(&units(run)?).ok()?);
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// The UTF-16 units of a shifted run.
fn units(run: &str) -> Option<Vec<u16>> {
    let mut bits: u32 = 0;
    let mut held = 0;
    let mut units = Vec::new();
    for byte in run.bytes() {
        let digit = if byte == b',' { b'/' } else { byte };
        let value = DIGITS.iter().position(|d| *d == digit)?;
        bits = (bits << 6) | u32::try_from(value).ok()?;
        held += 6;
        if held >= 16 {
            held -= 16;
            units.push(u16::try_from((bits >> held) & 0xffff).ok()?);
        }
    }
    Some(units)
}

/// Base64 without padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| (bits << 8) | u32::from(group.get(at).copied().unwrap_or(0)));
        for at in 0..=group.len() {
            let digit = (bits >> (18 - 6 * at)) & 0x3f;
            out.extend(usize::try_from(digit).ok().and_then(|digit| DIGITS.get(digit)).map(|d| char::from(*d)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_names_go_to_the_server_and_come_back() {
        for (name, written) in [
            ("INBOX", "INBOX"),
            ("垃圾邮件", "&V4NXPpCuTvY-"),
            ("病毒文件夹", "&dcVr0mWHTvZZOQ-"),
            ("其他文件夹/调查", "&UXZO1mWHTvZZOQ-/&jANn5Q-"),
            ("R&D", "R&-D"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("收😀", "&ZTbYPd4A-"),
            ("", ""),
        ] {
            assert_eq!(encode(name), written);
            assert_eq!(decode(written), name);
        }
    }

    #[test]
    fn a_name_that_is_no_utf7_is_kept() {
        for written in ["垃圾邮件", "A & B", "&not base64!-"] {
            assert_eq!(decode(written), written);
        }
    }

    #[test]
    fn base64_is_as_the_standard_says() {
        for (text, coded) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text.as_bytes()), coded);
        }
    }
}
