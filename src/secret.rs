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
    fn a_password_does_not_reach_a_log_by_debug() {
        let shown = format!("{:?}", Some(Secret::new("abcdefghijklmnop")));
        assert_eq!(shown, "Some(Secret(…))");
    }
}
