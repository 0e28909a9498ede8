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

mod cage;
mod campaign;
mod commands;
mod deploy;
mod endurance;
mod export;
mod faults;
mod findings;
mod health;
mod hostile;
mod keeping;
mod kill;
mod latency;
mod limits;
mod looks;
mod mailbox;
mod minutes;
mod order;
mod privacy;
mod recognition;
mod replay;
mod scenes;
mod senders;
mod support;
mod surveys;
mod tidy;
mod transport;
mod typed;
mod upgrade;
mod way;
