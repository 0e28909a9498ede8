//! The seal of a notice: a header that nobody else can write, so that a notice of ours is known when it comes back, whatever a relay
//! made of its `Message-ID`, and nobody's mail is ignored for claiming to be one.

use sha2::{Digest, Sha256};

/// The header's name.
const HEADER: &str = "X-Postroom-Seal";
/// Block size of SHA-256 in bytes (FIPS 180-4).
const BLOCK: usize = 64;
/// Bytes of the code that are written: half of it is more than anybody guesses.
const WRITTEN: usize = 16;

/// The mail with its seal as topmost header.
#[must_use]
pub fn seal(mail: &[u8], message_id: &str, key: &str) -> Vec<u8> {
    let header = format!("{HEADER}: {message_id} {}\r\n", code(message_id, key));
    [header.as_bytes(), mail].concat()
}

/// The `Message-ID` that a notice had when it was sealed; none when the seal is not ours.
#[must_use]
pub fn sealed<'s>(seal: &'s str, key: &str) -> Option<&'s str> {
    let (message_id, written) = seal.split_once(' ')?;
    // Who can try many seals learns nothing from how long it takes: he is not told how it ended.
    (written.trim() == code(message_id, key)).then_some(message_id)
}

/// HMAC-SHA-256 (RFC 2104), in hexadecimal.
fn code(text: &str, key: &str) -> String {
    let mut block = [0; BLOCK];
    for (slot, byte) in block.iter_mut().zip(key.bytes()) {
        *slot = byte;
    }
    let padded = |pad: u8| block.map(|byte| byte ^ pad);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    let outer = Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize();
    outer.iter().take(WRITTEN).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_standard_one() {
        // RFC 4231, test case 2.
        assert_eq!(code("what do ya want for nothing?", "Jefe"), "5bdcc146bf60754e6a042426089575c7");
    }

    #[test]
    fn only_our_own_key_seals() {
        let mail = seal(b"Subject: x\r\n\r\n", "1@post.example", "key");
        let text = String::from_utf8(mail).unwrap();
        let line = text.lines().next().unwrap().strip_prefix("X-Postroom-Seal: ").unwrap();
        assert_eq!(sealed(line, "key"), Some("1@post.example"));
        assert_eq!(sealed(line, "other"), None);
        assert_eq!(sealed(&line.replace("1@", "2@"), "key"), None);
        for broken in ["", "1@post.example", "1@post.example ", "receipt"] {
            assert_eq!(sealed(broken, "key"), None, "{broken}");
        }
    }
}
