//! Mailboxes against real servers and against peers that misbehave.

mod dovecot;
mod maildir;
mod scripted;
