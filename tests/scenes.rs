//! Whole stories: people with mailboxes on real servers write to the daemon with the clients they use, fill in what comes back
//! with the programs they use, and are done in one more mail.
//!
//! A scene reads from top to bottom like the correspondence that it plays. [`stage`] has the servers, the daemon and the people;
//! [`client`] writes mails as the usual clients do; [`programs`] fills in forms as people do, with LibreOffice or in Word's format.
//! `POSTROOM_SCENES=FOLDER` keeps every notice that a scene received, to be looked at.

mod bounce;
mod client;
mod corrections;
mod dispute;
mod english;
mod killed;
mod late;
mod letters;
mod loops;
mod odd;
mod park;
mod phone;
mod plain;
mod programs;
pub(crate) mod stage;
mod threads;
mod who;
