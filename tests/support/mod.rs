//! What end-to-end tests share: the program as an operator runs it, a real Dovecot, a real Postfix, mails as respondents write
//! them, a server that plays a script, and the fetch task's side of a mailbox.

pub(crate) mod clamd;
pub(crate) mod clerk;
pub(crate) mod daemon;
pub(crate) mod dns;
pub(crate) mod dovecot;
pub(crate) mod hand;
pub(crate) mod letter;
pub(crate) mod post;
pub(crate) mod postfix;
pub(crate) mod proxy;
pub(crate) mod saboteur;
pub(crate) mod scripted;
