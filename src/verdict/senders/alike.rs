//! Domains that look like another one: the usual ways to register one that passes for an enterprise's own.
//!
//! Compared is the name that one registers, such as `firm` of `mail.firm.com.cn`. Short names differ by a letter everywhere
//! (`qq.com`, `aq.com`), so a letter's difference counts from five letters on. Enterprises do own several such names: likeness is
//! a reason to ask a person once, no proof.

use std::fmt;

use unicode_security::confusable_detection::skeleton;

use crate::verdict::trust::is_of_the_public;

/// Letters from which on a name that differs by one is alike.
const LONG: usize = 5;
/// Letters of a name from which on another one with a word beside it is alike.
const TELLING: usize = 4;

/// What stands before a country's domain where one registers a third name under it.
const UNDER_COUNTRY: [&str; 8] = ["ac", "co", "com", "edu", "gov", "mil", "net", "org"];

/// In what a domain is like another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// It is written with other letters that look the same.
    Letters,
    /// One letter is another one, missing, added, or changes places with the next.
    OneLetter,
    /// A hyphen, or a word with a hyphen, is added.
    Hyphen,
    /// The same name under another ending.
    Ending,
    /// It begins with the whole other domain.
    Prefix,
}

impl fmt::Display for Likeness {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Letters => "letters that look the same",
            Self::OneLetter => "one letter's difference",
            Self::Hyphen => "an added hyphen",
            Self::Ending => "another ending",
            Self::Prefix => "the whole domain in front of another one",
        })
    }
}

/// A domain that is compared with many others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain<'d> {
    domain: &'d str,
    /// The name that one registers.
    name: &'d str,
    /// The ending under which one does.
    ending: &'d str,
    looks: String,
    /// Whether it can pass for another one: at a provider of the public anybody is.
    is_usable: bool,
}

impl<'d> Domain<'d> {
    /// A domain in ASCII and lower case.
    #[must_use]
    pub fn of(domain: &'d str) -> Self {
        let (name, ending) = registered(domain);
        let is_usable = domain.contains('.') && !is_of_the_public(domain);
        Self { domain, name, ending, looks: looks(name), is_usable }
    }

    /// In what it is like another one, in ASCII and lower case, that is not its own.
    #[must_use]
    pub fn alike(&self, other: &str) -> Option<Likeness> {
        let is_below =
            |one: &str, of: &str| one.strip_suffix(of).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        if !self.is_usable || !other.contains('.') || is_below(self.domain, other) || is_below(other, self.domain) {
            return None;
        }
        if self.domain.strip_prefix(other).is_some_and(|rest| rest.starts_with('.')) {
            return Some(Likeness::Prefix);
        }
        let (theirs, their_ending) = registered(other);
        if self.name == theirs {
            return (self.ending != their_ending).then_some(Likeness::Ending);
        }
        let their_looks = looks(theirs);
        if self.looks == their_looks {
            return Some(Likeness::Letters);
        }
        if self.has_hyphen_beside(theirs) {
            return Some(Likeness::Hyphen);
        }
        let is_near = theirs.chars().count() >= LONG && strsim::osa_distance(&self.looks, &their_looks) == 1;
        is_near.then_some(Likeness::OneLetter)
    }

    fn has_hyphen_beside(&self, theirs: &str) -> bool {
        let has_word = self.name.strip_prefix(theirs).is_some_and(|rest| rest.starts_with('-'))
            || self.name.strip_suffix(theirs).is_some_and(|rest| rest.ends_with('-'));
        self.name.replace('-', "") == theirs.replace('-', "") || (theirs.chars().count() >= TELLING && has_word)
    }
}

/// The name that one registers, and the ending under which one does.
fn registered(domain: &str) -> (&str, &str) {
    let Some((rest, last)) = domain.rsplit_once('.') else { return (domain, "") };
    let second = rest.rsplit_once('.');
    let under_country = last.len() == 2 && second.is_some_and(|(_, second)| UNDER_COUNTRY.contains(&second));
    let before = if under_country { second.map_or(rest, |(before, _)| before) } else { rest };
    let name = before.rsplit_once('.').map_or(before, |(_, name)| name);
    (name, domain.get(before.len() + 1..).unwrap_or_default())
}

/// A name as it looks: what cannot be told apart by the eye is the same (Unicode TS 39, section 4).
fn looks(name: &str) -> String {
    let (shown, _) = idna::domain_to_unicode(name);
    let plain: String = skeleton(&shown).collect::<String>().to_lowercase();
    plain.replace("vv", "w")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascii(domain: &str) -> String {
        idna::domain_to_ascii(domain).unwrap()
    }

    #[test]
    fn domains_that_pass_for_another_one_are_noticed() {
        for (domain, other, likeness) in [
            ("qingsong-robot.example", "qingsongrobot.example", Likeness::Hyphen),
            ("qingsong-robot-mail.example", "qingsong-robot.example", Likeness::Hyphen),
            ("mail-qingsong.example", "qingsong.example", Likeness::Hyphen),
            ("qingsonq.example", "qingsong.example", Likeness::OneLetter),
            ("qingsng.example", "qingsong.example", Likeness::OneLetter),
            ("qingsnog.example", "qingsong.example", Likeness::OneLetter),
            ("qingsong2.example", "qingsong.example", Likeness::OneLetter),
            ("mail.qingsonq.example", "qingsong.example", Likeness::OneLetter),
            ("qingsong.example.net", "qingsong.example", Likeness::Prefix),
            ("qingsong.com.evil.example", "qingsong.com", Likeness::Prefix),
            ("qingsong.com", "qingsong.com.cn", Likeness::Ending),
            ("qingsong.net.cn", "qingsong.com.cn", Likeness::Ending),
            ("qingsong.top", "qingsong.com", Likeness::Ending),
            ("cornpany.example", "company.example", Likeness::Letters),
            ("paypa1.example", "paypal.example", Likeness::Letters),
            ("g00d.example", "good.example", Likeness::Letters),
            ("vvind.example", "wind.example", Likeness::Letters),
            // Cyrillic о and а.
            ("qingsоng.example", "qingsong.example", Likeness::Letters),
            ("bаidu-firm.example", "baidu-firm.example", Likeness::Letters),
            ("l63.com", "163.com", Likeness::Letters),
        ] {
            assert_eq!(Domain::of(&ascii(domain)).alike(&ascii(other)), Some(likeness), "{domain} {other}");
        }
    }

    #[test]
    fn other_domains_are_other_domains() {
        for (domain, other) in [
            ("qingsong.example", "qingsong.example"),
            ("mail.qingsong.example", "qingsong.example"),
            ("qingsong.example", "mail.qingsong.example"),
            ("yunfan.example", "qingsong.example"),
            ("abc.example", "abd.example"),
            ("qq.com", "aq.com"),
            ("163.com", "126.com"),
            ("sina.cn", "sina.com"),
            ("a-mail.example", "a.example"),
            ("robot.example", "qingsongrobot.example"),
            ("localhost", "qingsong.example"),
            ("云帆.example", "青松.example"),
            ("", ""),
        ] {
            assert_eq!(Domain::of(&ascii(domain)).alike(&ascii(other)), None, "{domain} {other}");
        }
    }
}
