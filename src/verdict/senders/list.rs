//! Lists of addresses and domains. A domain stands for all addresses in it and below it.

use std::collections::BTreeSet;

use crate::verdict::trust::{comparable, domain};

/// A list of addresses and domains, as addresses are compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List(BTreeSet<String>);

/// Something that is neither an address nor a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither an address nor a domain; write it like user@firm.example or firm.example")]
pub struct NoEntry;

impl List {
    /// Adds an address, or a domain with or without `@` before it.
    ///
    /// # Errors
    /// When it is neither.
    pub fn add(&mut self, entry: &str) -> Result<(), NoEntry> {
        let entry = entry.trim();
        let (local, written) = entry.rsplit_once('@').unwrap_or(("", entry));
        let domain = domain(&format!("@{written}"));
        let is_domain = domain.contains('.') && !domain.starts_with('.') && !domain.contains([' ', '*', '/']);
        if !is_domain || local.contains(char::is_whitespace) {
            return Err(NoEntry);
        }
        self.0.insert(if local.is_empty() { domain } else { comparable(entry) });
        Ok(())
    }

    /// Whether an address is on it.
    #[must_use]
    pub fn names(&self, address: &str) -> bool {
        if self.0.is_empty() || !address.contains('@') {
            return false;
        }
        let address = comparable(address);
        let mut rest = address.rsplit_once('@').map(|(_, domain)| domain);
        while let Some(one) = rest {
            if self.0.contains(one) {
                return true;
            }
            rest = one.split_once('.').map(|(_, parent)| parent);
        }
        self.0.contains(&address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(entries: &[&str]) -> List {
        let mut list = List::default();
        entries.iter().for_each(|entry| list.add(entry).unwrap());
        list
    }

    #[test]
    fn an_entry_stands_for_an_address_or_for_all_of_a_domain() {
        let one = list(&["Li@Firm.example", "@spam.example", "企业.example"]);
        for named in
            ["li@firm.example", "LI@FIRM.EXAMPLE", "a@spam.example", "b@mail.spam.example", "c@xn--vhquv.example"]
        {
            assert!(one.names(named), "{named}");
        }
        for other in [
            "wang@firm.example",
            "li@sub.firm.example",
            "a@notspam.example",
            "a@spam.example.evil.example",
            "spam.example",
            "",
        ] {
            assert!(!one.names(other), "{other}");
        }
        assert!(!List::default().names("li@firm.example"));
    }

    #[test]
    fn what_names_nobody_is_refused() {
        for entry in
            ["", "@", "li@", "firm", "*.firm.example", "li wang@firm.example", ".example", "https://firm.example/"]
        {
            assert_eq!(List::default().add(entry), Err(NoEntry), "{entry}");
        }
    }
}
