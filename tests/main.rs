//! All end-to-end tests, in one binary: against real servers and against peers that play a script.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that meets the unexpected fails at once, and tests look at the clock"
)]

mod campaign;
mod commands;
mod export;
mod faults;
mod findings;
mod hostile;
mod kill;
mod latency;
mod looks;
mod mailbox;
mod minutes;
mod order;
mod recognition;
mod replay;
mod scenes;
mod senders;
mod support;
mod surveys;
mod tidy;
mod transport;
mod typed;
mod way;
