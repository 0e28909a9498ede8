//! All end-to-end tests, in one binary: against real servers and against peers that play a script.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect has failed"
)]

mod mailbox;
mod support;
