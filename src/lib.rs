//! # Postroom (收发室): surveys that are answered by email
//!
//! An enterprise answers a letter with its filled-in table; Postroom fetches the mail, finds the table,
//! commits it to SQLite and answers with a receipt or a correction. This page is the map.
//!
//! ## The way of one message
//!
//! | step | where | becomes | durable effect |
//! | --- | --- | --- | --- |
//! | arrives | [`mailbox`] | [`mailbox::Fetched`] | |
//! | is kept | [`tasks::fetch`] → [`store`] | message row, raw bytes | one transaction; only then is it settled at the mailbox |
//! | is scanned, where that is configured | [`tasks::scan`] → [`virus_scan`] | [`virus_scan::Scanned`] | quarantine |
//! | is read | [`tasks::read`] → [`reader`] → [`mail`], [`document`], [`reading`] | [`reading::Reading`] | |
//! | its sender is looked at | [`tasks::sender`] → [`authenticate`] | [`verdict::senders::Evaluated`] | what was evaluated |
//! | is judged | [`verdict`] | [`verdict::Verdict`] | |
//! | is answered | [`notice`] | [`notice::Notice`] | |
//! | is committed | [`store`] | returns, answers, issues, narratives, notice in the outbox | one transaction |
//! | is sent | [`tasks::send`] → [`transport`] | [`transport::Outcome`] | attempt recorded before, result after |
//!
//! Without a message to answer, [`tasks::follow_up`] looks every minute at what [`follow_up`] plans, and puts invitations and reminders
//! into the outbox.
//!
//! [`tasks::watch`] looks at the rest: whether the store answers and the tasks turn (it tells systemd), and what [`health`] finds wrong,
//! which `/health` ([`http`]), `postroom status --health` and the alarm mails ([`tasks::alarm`]) tell.
//!
//! Apart from the way, [`areas`] tells from the words of answers which focus areas of a plan a return has (`postroom areas`).
//!
//! Kept messages go the way from reading to committing once more under `postroom replay` ([`tasks::replay`]), beside what is stored.
//!
//! ## Layers
//!
//! A module imports only from modules above it in this list (`tests/tidy.rs` reads the sources and keeps it so).
//!
//! - Vocabulary: [`arrival`], [`place`], [`written`], [`survey`], [`issue`], [`calendar`], [`secret`], [`personal`],
//!   [`visible`].
//! - Understanding: [`mail`], [`document`], [`value`], [`reading`], [`recognise`], [`mark`], [`form`], [`roster`], [`areas`],
//!   [`fulltext`]. Pure: no clock, file, network or log; it runs in the reader process.
//! - Deciding: [`verdict`], [`table`], [`follow_up`], [`figures`], [`health`], [`chart`], [`notice`]. Pure as well.
//! - Under the rim: [`tls`], which mailboxes and transports share, and [`failpoint`], where tests kill the program.
//! - Rim: [`authenticate`], [`mailbox`], [`virus_scan`], [`transport`], [`reader`], [`store`], [`http`]. They do not know one
//!   another or [`config`]: each has
//!   its own `Settings`.
//! - Running: [`telemetry`], [`config`], [`tasks`], [`daemon`], [`cli`].
//!
//! ## Invariants
//!
//! - A message is settled at the mailbox only after its bytes are committed.
//! - Each message has one fate, each notice one unique key; kill -9 at any instant ends in the same state.
//! - Every stored answer knows the place it was read from and the text that stood there.
//! - A state of versions is a fold over the returns of a respondent in order of arrival ([`verdict::fold`]), so it does
//!   not hang on which mail was quicker to read.
//! - Only [`mailbox::imap`] names `imap_proto`, only [`mail`] the mail parser, only `document::sheet` calamine, only
//!   `document::pdf` hayro, only [`recognise`] rten, only [`chart`] resvg, only [`transport`] lettre, only [`store`] rusqlite,
//!   only [`areas`] aho_corasick, only [`table`] parquet, only [`http`] hyper, only [`authenticate`] mail_auth.

#![allow(
    rustdoc::private_intra_doc_links,
    reason = "the pages are for those who work on the crate, and show private items"
)]

#[cfg(test)]
mod corpus;

pub mod arrival;
pub mod calendar;
pub mod issue;
pub mod personal;
pub mod place;
pub mod secret;
pub mod survey;
pub mod visible;
pub mod written;

pub mod areas;
pub mod document;
pub mod form;
pub mod fulltext;
pub mod mail;
pub mod mark;
pub mod reading;
pub mod recognise;
pub mod roster;
pub mod value;

pub mod chart;
pub mod figures;
pub mod follow_up;
pub mod health;
pub mod notice;
pub mod table;
pub mod verdict;

pub mod failpoint;
pub mod tls;

pub mod authenticate;
pub mod http;
pub mod mailbox;
pub mod reader;
pub mod store;
pub mod transport;
pub mod virus_scan;

pub mod cli;
pub mod config;
pub mod daemon;
pub mod tasks;
pub mod telemetry;
