//! The token of a thread: six characters in the subject by which an answer to a notice is known.
//!
//! Providers replace our `Message-ID` and clients drop `References`, so the subject is the one sign that comes back
//! reliably. A token tells the thread; it proves nothing about who writes.

use sha2::{Digest, Sha256};

/// Crockford's base 32: digits and capitals without I, L, O and U, so that a token can be read out on the telephone.
const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P',
    'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// The token of the thread that a message begins, always the same for the same number and seed (the message's hash).
#[must_use]
pub fn token(message: i64, seed: &[u8]) -> String {
    let digest = Sha256::new().chain_update(message.to_be_bytes()).chain_update(seed).finalize();
    digest.iter().take(6).filter_map(|byte| ALPHABET.get(usize::from(byte % 32))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_same_message_always_begins_the_same_thread() {
        assert_eq!(token(17, b"seed"), token(17, b"seed"));
        assert_ne!(token(17, b"seed"), token(18, b"seed"));
        assert_ne!(token(17, b"seed"), token(17, b"other"));
    }

    #[test]
    fn a_token_has_six_characters_that_no_one_confuses() {
        for number in 0..1_000 {
            let token = token(number, b"seed");
            assert_eq!(token.len(), 6);
            assert!(!token.contains(['I', 'L', 'O', 'U']), "{token}");
        }
    }

    #[test]
    fn tokens_of_a_large_survey_hardly_meet() {
        let tokens: BTreeSet<String> = (0..5_000).map(|number| token(number, b"seed")).collect();
        assert!(tokens.len() >= 4_995, "{}", tokens.len());
    }
}
