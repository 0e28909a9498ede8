//! What end-to-end tests share: a real Dovecot, a real Postfix, a server that plays a script, and the fetch task's side of a mailbox.

pub(crate) mod dovecot;
pub(crate) mod hand;
pub(crate) mod postfix;
pub(crate) mod scripted;
