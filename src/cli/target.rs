//! How commands name things: `m17` a message, `r12` a return, `n5` a notice. What names nothing is a wrong command line, found
//! before anything is opened; whether there is such a thing, the store says.

use std::str::FromStr;

use anyhow::bail;

use crate::store::{Store, Target};

/// Least digits of a hash that name a message.
const HASH: usize = 6;

/// What a name such as `m17`, `r12` or `n5` means. A bare number, or the first digits of a hash, is a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// A message, by its number or the first digits of its hash.
    Message(String),
    /// A return.
    Return(i64),
    /// A notice.
    Notice(i64),
}

impl FromStr for Name {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let nothing = || "this names nothing; write m17 for a message, r12 for a return, n5 for a notice".to_owned();
        let number = |rest: &str| rest.parse::<i64>().map_err(|_| nothing());
        if let Some(rest) = name.strip_prefix('r') {
            return number(rest).map(Self::Return);
        }
        if let Some(rest) = name.strip_prefix('n') {
            return number(rest).map(Self::Notice);
        }
        let rest = name.strip_prefix('m').unwrap_or(name);
        let is_hash = rest.len() >= HASH && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hash { Ok(Self::Message(rest.to_owned())) } else { number(rest).map(|_| Self::Message(rest.to_owned())) }
    }
}

impl Name {
    /// The thing that it names.
    pub(super) fn target(&self, store: &Store) -> anyhow::Result<Target> {
        Ok(match self {
            Self::Message(key) => Target::Message(store.message(key)?.id),
            Self::Return(id) => Target::Return(*id),
            Self::Notice(id) => Target::Notice(*id),
        })
    }

    /// The message that it names: itself, or the one in which a return came.
    pub(super) fn message(&self, store: &Store) -> anyhow::Result<i64> {
        match self.target(store)? {
            Target::Message(id) => Ok(id),
            Target::Return(id) => Ok(store.show(id)?.row.message),
            Target::Notice(id) => bail!("n{id} is a notice; name a message (m17) or a return (r12)"),
        }
    }
}

/// A return named `r12` or `12`, or a message named `m17`.
pub(super) fn shown(name: &str) -> Result<Name, String> {
    if name.starts_with('m') {
        return name.parse();
    }
    let number = name.strip_prefix('r').unwrap_or(name).parse();
    number.map(Name::Return).map_err(|_| "this is no return; `postroom returns` lists them, such as r12".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_a_name_is_found_before_anything_is_done() {
        assert_eq!("m17".parse(), Ok(Name::Message("17".into())));
        assert_eq!("17".parse(), Ok(Name::Message("17".into())));
        assert_eq!("ab12ef".parse(), Ok(Name::Message("ab12ef".into())));
        assert_eq!("r12".parse(), Ok(Name::Return(12)));
        assert_eq!("n5".parse(), Ok(Name::Notice(5)));
        for wrong in ["", "m", "x17", "r", "r1x", "abc", "m-"] {
            assert!(wrong.parse::<Name>().is_err_and(|why| why.contains("m17")), "{wrong}");
        }
        assert_eq!(shown("12"), Ok(Name::Return(12)));
        assert_eq!(shown("m12"), Ok(Name::Message("12".into())));
        assert!(shown("n12").is_err());
    }
}
