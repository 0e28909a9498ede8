//! How commands name things: `m17` a message, `r12` a return, `n5` a notice.

use anyhow::{Context, bail};

use crate::store::{Store, Target};

/// What a name such as `m17`, `r12` or `n5` means. A bare number, or the first digits of a hash, is a message.
pub(super) fn parse(store: &Store, name: &str) -> anyhow::Result<Target> {
    let number =
        |rest: &str| rest.parse::<i64>().with_context(|| format!("`{name}` names nothing; write m17, r12 or n5"));
    if let Some(rest) = name.strip_prefix('r') {
        return Ok(Target::Return(number(rest)?));
    }
    if let Some(rest) = name.strip_prefix('n') {
        return Ok(Target::Notice(number(rest)?));
    }
    Ok(Target::Message(store.message(name.strip_prefix('m').unwrap_or(name))?.id))
}

/// The number of a return named `r12` or `12`.
pub(super) fn return_number(name: &str) -> anyhow::Result<i64> {
    let rest = name.strip_prefix('r').unwrap_or(name);
    rest.parse().with_context(|| format!("`{name}` is no return; `postroom returns` lists them, such as r12"))
}

/// The message that a name means: itself, or the one in which a return came.
pub(super) fn message(store: &Store, name: &str) -> anyhow::Result<i64> {
    match parse(store, name)? {
        Target::Message(id) => Ok(id),
        Target::Return(id) => Ok(store.show(id)?.row.message),
        Target::Notice(_) => bail!("`{name}` is a notice; name a message (m17) or a return (r12)"),
    }
}
