//! What end-to-end tests share: a real Dovecot, a server that plays a script, and the fetch task's side of a mailbox.

pub mod dovecot;
pub mod hand;
pub mod scripted;
