//! `postroom ingest`: messages from files, taken in as if they had come by mail. The running daemon reads and answers them; without
//! one they wait for it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::{local, print, progress, read};
use crate::arrival::Location;
use crate::config::Config;
use crate::mail;
use crate::store::{self, Arrived, Found, Store};
use crate::tasks::now;

/// What `ingest` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Messages (.eml), mbox files or Maildirs
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Keeps them. The exit code is 1 when one of them could not be taken in.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    let store = local::open(config)?;
    let mut files = Vec::new();
    for path in &arguments.paths {
        if path.is_dir() { files.extend(read::files_in(path)?) } else { files.push(path.clone()) }
    }
    let mut progress = progress::Progress::new(files.len(), "taking in");
    let mut code = ExitCode::SUCCESS;
    let mut count = (0, 0);
    for file in &files {
        match take_in(&store, file) {
            Ok((fresh, known)) => count = (count.0 + fresh, count.1 + known),
            Err(error) => {
                print::error(&error);
                code = ExitCode::FAILURE;
            }
        }
        progress.step();
    }
    print::line(format!("{} taken in, {} were known", count.0, count.1));
    Ok(code)
}

/// Keeps the messages of one file; how many are new, and how many were known.
fn take_in(store: &Store, path: &Path) -> anyhow::Result<(usize, usize)> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    let messages = if bytes.starts_with(b"From ") { read::mbox(&bytes) } else { vec![bytes] };
    let mut arrived = Vec::new();
    for (number, bytes) in (1_u32..).zip(&messages) {
        if !read::looks_like_message(bytes) {
            bail!("{}: no message; `postroom read` reads bare documents", path.display());
        }
        arrived.push(arrive(path, number, bytes)?);
    }
    let kept = store.keep(arrived, now()).wait()?;
    let fresh = kept.iter().filter(|kept| kept.fresh).count();
    Ok((fresh, kept.len() - fresh))
}

/// A message from a file arrived when its server took it in; without such a stamp, now.
fn arrive(path: &Path, number: u32, bytes: &[u8]) -> anyhow::Result<Arrived> {
    let absolute = path.canonicalize().with_context(|| path.display().to_string())?;
    let location = Location {
        mailbox: "ingest".into(),
        folder: String::new(),
        validity: 0,
        uid: 0,
        name: format!("{}#{number}", absolute.display()),
    };
    let envelope = mail::parse_headers(bytes);
    let received_at = envelope.received.unwrap_or_else(now);
    let found = Found { location, junk: false, received_at, sender: envelope.from, subject: envelope.subject };
    Ok(Arrived { found, raw: store::pack(bytes)? })
}
