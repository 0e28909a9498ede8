//! All end-to-end tests, in one binary: against real servers and against peers that play a script.

mod mailbox;
mod support;
mod tidy;
mod transport;
