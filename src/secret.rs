//! A password or authorisation code that cannot be printed by accident.
//!
//! The words come out only through [`Secret::reveal`], which stands where a login is written to a server and nowhere else.

use std::fmt;

/// A secret text. Its `Debug` form hides it, and it has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the login.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The words of a server after a login of a user, without what it was told: a server may say again what it heard, as it is or as
    /// SASL encodes it (PLAIN of RFC 4616, LOGIN).
    #[must_use]
    pub fn hidden_in(&self, user: &str, words: &str) -> String {
        if self.0.is_empty() {
            return words.to_owned();
        }
        let coded = |text: &str| {
            let coded = base64_simd::STANDARD.encode_to_string(text);
            // Not the end, which the server may leave out.
            coded.trim_end_matches('=').to_owned()
        };
        let shapes = [coded(&format!("\0{user}\0{}", self.0)), coded(&self.0), self.0.clone()];
        shapes.iter().fold(words.to_owned(), |words, shape| words.replace(shape, "…"))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_again_is_hidden() {
        let secret = Secret::new("open sesame");
        for said in ["open sesame", "AGFsaQBvcGVuIHNlc2FtZQ==", "b3BlbiBzZXNhbWU="] {
            let shown = secret.hidden_in("ali", &format!("535 no: {said} is wrong"));
            assert!(shown.starts_with("535 no: …") && shown.ends_with(" is wrong"), "{shown}");
        }
        assert_eq!(Secret::new("").hidden_in("ali", "535 no"), "535 no");
    }

    #[test]
    fn a_password_does_not_reach_a_log_by_debug() {
        let shown = format!("{:?}", Some(Secret::new("abcdefghijklmnop")));
        assert_eq!(shown, "Some(Secret(…))");
    }
}
