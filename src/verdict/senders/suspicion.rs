//! Whom a sender passes itself off as: another domain that looks like one of the roster, a name that claims an address of the roster,
//! several senders at once.

use std::collections::BTreeSet;
use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::alike::{Domain, Likeness};
use crate::mail::Envelope;
use crate::verdict::trust::{comparable, is_of_the_public};

/// Why a sender may not be who it seems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suspicion {
    /// Its domain looks like that of an address of the roster.
    Domain {
        /// Its domain.
        domain: String,
        /// The roster's.
        roster: String,
        /// In what.
        likeness: Likeness,
    },
    /// Its name says an address of the roster that it does not write from.
    Name {
        /// What the name says.
        named: String,
        /// The address that it writes from.
        address: String,
    },
    /// It has several `From`.
    SeveralFrom,
}

impl fmt::Display for Suspicion {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain { domain, roster, likeness } => {
                write!(to, "its domain {} looks like {} of the roster: {likeness}", shown(domain), shown(roster))
            }
            Self::Name { named, address } => {
                write!(to, "its name says {named}, which is the roster's, and it comes from {address}")
            }
            Self::SeveralFrom => to.write_str("it has several From fields, of which each program may show another one"),
        }
    }
}

/// A domain as it is kept, and beside it as it is shown where that is otherwise: homographs show by that alone.
fn shown(domain: &str) -> String {
    let (shown, _) = idna::domain_to_unicode(domain);
    if shown == domain { shown } else { format!("{domain} ({shown})") }
}

/// What the roster says of addresses, which are asked for as they are compared ([`comparable`]).
pub trait Roster {
    /// Why it cannot say.
    type Error;

    /// Whether it names an address, or another one of its own domain ([`shares_own_domain`](crate::verdict::trust::shares_own_domain)).
    ///
    /// # Errors
    /// When it cannot say.
    fn names(&self, address: &str) -> Result<bool, Self::Error>;

    /// The addresses that a sender may pass itself off as: those of the respondents that it answers for, all of them where it answers
    /// for none. Of a domain one address will do, of a provider of the public those with the sender's own name before the `@`.
    ///
    /// # Errors
    /// When it cannot say.
    fn claimed(&self, sender: &str) -> Result<Vec<String>, Self::Error>;
}

/// Whom a sender passes itself off as.
///
/// # Errors
/// When the roster cannot say.
pub fn suspicion<R: Roster>(envelope: &Envelope, roster: &R) -> Result<Option<Suspicion>, R::Error> {
    if envelope.has_several_from {
        return Ok(Some(Suspicion::SeveralFrom));
    }
    let from = comparable(&envelope.from);
    let Some((local, own)) = from.rsplit_once('@') else { return Ok(None) };
    if roster.names(&from)? {
        return Ok(None);
    }
    let claimed = if is_of_the_public(own) { Vec::new() } else { roster.claimed(&from)? };
    let claimed: BTreeSet<(&str, bool)> = claimed
        .iter()
        .filter_map(|one| one.rsplit_once('@'))
        .map(|(other, domain)| (domain, other.eq_ignore_ascii_case(local)))
        .collect();
    let sender = Domain::of(own);
    for (domain, is_same_name) in claimed {
        // At a provider of the public anybody is: only the whole address passes for another one.
        let likeness = if is_same_name || !is_of_the_public(domain) { sender.alike(domain) } else { None };
        if let Some(likeness) = likeness {
            return Ok(Some(Suspicion::Domain { domain: own.to_owned(), roster: domain.to_owned(), likeness }));
        }
    }
    for named in addresses_in(&envelope.from_name) {
        if named != from && roster.names(&named)? {
            return Ok(Some(Suspicion::Name { named, address: envelope.from.clone() }));
        }
    }
    Ok(None)
}

/// Addresses of a name that are looked at; nobody is shown more.
const NAMED: usize = 32;

/// The addresses that a name says, however wide its letters are.
fn addresses_in(name: &str) -> Vec<String> {
    let even: String = name.nfkc().collect();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+');
    let words = even.split(|c| !is_part(c)).filter(|word| word.split_once('@').is_some_and(|(_, d)| d.contains('.')));
    words.take(NAMED).map(|word| comparable(word.trim_matches(['.', '-']))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::trust::shares_own_domain;

    const ROSTER: [&str; 3] = ["zhang@qingsong.example", "10001@qq.com", "yun@sail.example"];

    /// A roster of which these addresses are claimed.
    struct Claimed<'a>(&'a [&'a str]);

    impl Roster for Claimed<'_> {
        type Error = std::convert::Infallible;

        fn names(&self, address: &str) -> Result<bool, Self::Error> {
            Ok(ROSTER.iter().any(|one| *one == address || shares_own_domain(one, address)))
        }

        fn claimed(&self, _: &str) -> Result<Vec<String>, Self::Error> {
            Ok(self.0.iter().map(|one| (*one).to_owned()).collect())
        }
    }

    fn check(from: &str, name: &str, claimed: &[&str], says: &str) {
        let envelope = Envelope { from: from.into(), from_name: name.into(), ..Envelope::default() };
        let found = suspicion(&envelope, &Claimed(claimed)).unwrap().map(|found| found.to_string());
        assert_eq!(found.unwrap_or_default(), says, "{from} {name}");
    }

    #[test]
    fn a_domain_that_passes_for_the_rosters_is_named_beside_it() {
        let says = "its domain qingsonq.example looks like qingsong.example of the roster: one letter's difference";
        check("zhang@qingsonq.example", "张颖", &ROSTER, says);
        check("zhang@qingsonq.example", "张颖", &["zhang@qingsong.example"], says);
        check("zhang@qingsonq.example", "张颖", &["yun@sail.example"], "");
        let says = "its domain xn--qingsng-ejg.example (qingsоng.example) looks like qingsong.example of the roster: letters that look the same";
        check("zhang@qingsоng.example", "", &ROSTER, says);
        let says = "its domain qq.co looks like qq.com of the roster: another ending";
        check("10001@qq.co", "", &ROSTER, says);
        check("somebody@qq.co", "", &ROSTER, "");
    }

    #[test]
    fn who_is_on_the_roster_is_nobodys_double() {
        for from in
            ["zhang@qingsong.example", "li@mail.qingsong.example", "10001@qq.com", "10002@qq.com", "a@163.com", ""]
        {
            check(from, "", &ROSTER, "");
        }
    }

    #[test]
    fn a_name_that_claims_an_address_of_the_roster_is_noticed() {
        let says = "its name says zhang@qingsong.example, which is the roster's, and it comes from x@evil.example";
        for name in [
            "zhang@qingsong.example",
            "张颖 zhang@qingsong.example",
            "\"Zhang@Qingsong.example\"",
            "ｚｈａｎｇ＠qingsong.example",
        ] {
            check("x@evil.example", name, &[], says);
        }
        let says = "its name says boss@qingsong.example, which is the roster's, and it comes from x@163.com";
        check("x@163.com", "boss@qingsong.example", &[], says);
    }

    #[test]
    fn a_name_that_is_the_senders_own_or_nobodys_address_is_none_of_ours() {
        for name in ["x@163.com", "X@163.COM", "10002@qq.com", "old@other.example", "张颖", "a@b", "@", ""] {
            check("x@163.com", name, &[], "");
        }
    }
}
