//! Whose word on a respondent counts: the roster and operators vouch for senders.
//!
//! An address counts by itself; a domain of the roster's addresses counts when it is the respondent's own, which a public mail
//! provider's never is. A token in the subject vouches for nobody.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

static PUBLIC: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("public-providers.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

/// Who vouches for a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vouched {
    /// Nobody, and the roster names no address of the respondent: the first that answers counts.
    #[default]
    ByNobody,
    /// Nobody, though the roster names addresses of the respondent: it counts when an operator says so.
    Stranger,
    /// An operator let a return of the sender count for this respondent.
    ByOperator,
    /// The roster names its address, or another one of its domain.
    ByRoster,
}

impl Vouched {
    /// Whether somebody does.
    #[must_use]
    pub fn is_vouched(self) -> bool {
        matches!(self, Self::ByOperator | Self::ByRoster)
    }
}

/// The senders that are vouched for with one respondent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trust {
    /// Addresses that the roster or an operator wrote down for the respondent.
    pub roster: Vec<String>,
    /// Addresses whose returns an operator let count.
    pub operator: Vec<String>,
}

impl Trust {
    /// Who vouches for this sender.
    #[must_use]
    pub fn vouches_for(&self, sender: &str) -> Vouched {
        let sender = comparable(sender);
        let is_listed = |addresses: &[String]| addresses.iter().any(|one| comparable(one) == sender);
        if !sender.contains('@') {
            self.of_nobody()
        } else if is_listed(&self.roster) || self.roster.iter().any(|one| shares_own_domain(one, &sender)) {
            Vouched::ByRoster
        } else if is_listed(&self.operator) {
            Vouched::ByOperator
        } else {
            self.of_nobody()
        }
    }

    /// What a sender is for whom nobody vouches.
    fn of_nobody(&self) -> Vouched {
        if self.roster.is_empty() { Vouched::ByNobody } else { Vouched::Stranger }
    }
}

/// Whether a sender writes from the domain of an address, or from below it, and the domain is no public provider's.
#[must_use]
pub fn shares_own_domain(address: &str, sender: &str) -> bool {
    let (own, other) = (domain(address), domain(sender));
    let is_below = other.strip_suffix(own.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    own.contains('.') && is_below && !is_of_the_public(&own)
}

/// Whether a domain, in ASCII and lower case, is one under which anybody can have an address.
#[must_use]
pub fn is_of_the_public(domain: &str) -> bool {
    let mut rest = Some(domain);
    while let Some(one) = rest {
        if PUBLIC.contains(one) {
            return true;
        }
        rest = one.split_once('.').map(|(_, parent)| parent);
    }
    false
}

/// The domain of an address in ASCII and lower case.
pub(in crate::verdict) fn domain(address: &str) -> String {
    let written = address.rsplit_once('@').map(|(_, domain)| domain.trim_end_matches('.')).unwrap_or_default();
    idna::domain_to_ascii(written).unwrap_or_else(|_| written.to_lowercase())
}

/// An address as it is compared with others, and kept to be found by: in lower case, its domain in ASCII. Providers tell no capitals
/// apart, whatever RFC 5321, 2.4 allows them.
#[must_use]
pub fn comparable(address: &str) -> String {
    let address = address.trim();
    match address.rsplit_once('@') {
        Some((local, _)) => format!("{}@{}", local.to_lowercase(), domain(address)),
        None => address.to_lowercase(),
    }
}

/// Whether two addresses are one mailbox's.
#[must_use]
pub fn is_same_address(one: &str, other: &str) -> bool {
    one == other || comparable(one) == comparable(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(roster: &[&str], operator: &[&str], sender: &str, wanted: Vouched) {
        let list = |addresses: &[&str]| addresses.iter().map(|one| (*one).to_owned()).collect();
        let trust = Trust { roster: list(roster), operator: list(operator) };
        assert_eq!(trust.vouches_for(sender), wanted, "{roster:?} {operator:?} {sender}");
    }

    #[test]
    fn an_address_of_the_roster_counts_however_it_is_written() {
        for sender in ["li@firm.example", "Li@Firm.Example", "LI@FIRM.EXAMPLE"] {
            check(&["li@firm.example"], &[], sender, Vouched::ByRoster);
        }
        check(&["li@企业.example"], &[], "li@xn--vhquv.example", Vouched::ByRoster);
    }

    #[test]
    fn one_mailbox_is_one_however_its_address_is_written() {
        for (one, other, is_same) in [
            ("li@firm.example", "Li@Firm.Example", true),
            ("li@企业.example", "LI@xn--vhquv.example", true),
            ("li@firm.example", " li@firm.example. ", true),
            ("Ли@firm.example", "ли@firm.example", true),
            ("li@firm.example", "li@firm.example.evil.example", false),
            ("li@firm.example", "wang@firm.example", false),
            ("one", "other", false),
            ("", "li@firm.example", false),
        ] {
            assert_eq!(is_same_address(one, other), is_same, "{one} {other}");
        }
    }

    #[test]
    fn a_colleague_at_the_enterprises_own_domain_counts() {
        check(&["li@firm.example"], &[], "wang@firm.example", Vouched::ByRoster);
        check(&["li@firm.example"], &[], "wang@mail.firm.example", Vouched::ByRoster);
        check(&["li@mail.firm.example"], &[], "wang@firm.example", Vouched::Stranger);
    }

    #[test]
    fn a_neighbour_at_a_public_provider_is_a_stranger() {
        for provider in
            ["qq.com", "vip.qq.com", "163.com", "vip.163.com", "QQ.COM", "139.com", "gmail.com", "sina.com.cn"]
        {
            check(&[&format!("10000@{provider}")], &[], &format!("10001@{provider}"), Vouched::Stranger);
            check(&[&format!("10000@{provider}")], &[], &format!("10000@{provider}"), Vouched::ByRoster);
        }
    }

    #[test]
    fn a_domain_that_only_looks_alike_is_a_strangers() {
        for sender in ["li@notfirm.example", "li@firm.example.evil.example", "li@firm", "li", "", "firm.example"] {
            check(&["li@firm.example"], &[], sender, Vouched::Stranger);
        }
        check(&["li@localhost"], &[], "wang@localhost", Vouched::Stranger);
    }

    #[test]
    fn where_the_roster_names_no_address_nobody_is_a_stranger() {
        for sender in ["10001@qq.com", "li@firm.example", ""] {
            check(&[], &[], sender, Vouched::ByNobody);
        }
    }

    #[test]
    fn an_operator_vouches_for_an_address_and_not_for_its_domain() {
        check(&[], &["li@firm.example"], "li@firm.example", Vouched::ByOperator);
        check(&[], &["li@firm.example"], "wang@firm.example", Vouched::ByNobody);
    }
}
