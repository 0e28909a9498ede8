//! The recogniser's side: it reads the models, is confined, takes the scan out of its message, and answers with lines.

use std::fs::File;
use std::io::{self, BufReader};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;

use sha2::{Digest, Sha256};

use super::{Order, Word, folder, protocol};
use crate::document::{self, Budget, Fault};
use crate::reader::confine::{self, Cage, Lack};
use crate::recognise::{Engine, EngineError};
use crate::{mail, reading};

/// Runs the program as a recogniser of one scan.
///
/// # Errors
/// When standard input and output are not those that [`super::recognise`] gives, the models are not there or damaged, or the
/// parent is gone.
pub fn run() -> io::Result<()> {
    confine::close_inherited()?;
    let message = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut parent = UnixStream::from(io::stdout().as_fd().try_clone_to_owned()?);
    let Some(order) = protocol::read::<Order>(&mut BufReader::new(parent.try_clone()?))? else { return Ok(()) };
    // Mail goes first.
    let _ = rustix::process::nice(19);
    let files = folder::load(&order.models)?;
    // Before the engine starts its thread, which inherits the locks.
    let cage = Cage { name: "postroom-scan", memory: order.memory, seconds: Some(order.seconds), parent: order.parent };
    let confinement = confine::confine(&cage)?;
    if let Some(missing) = confinement.not_accepted(&order.may_lack).first() {
        return Err(io::Error::other(Lack::to_string(missing)));
    }
    let engine = Engine::new(files).map_err(io::Error::other)?;
    protocol::write(&mut parent, &Word::Ready)?;
    let outcome = recognise(&engine, &message, &order, &mut parent);
    protocol::write(&mut parent, &Word::Done(outcome))
}

/// Recognises the scan page by page; why not all of it.
fn recognise(engine: &Engine, message: &File, order: &Order, parent: &mut UnixStream) -> Result<(), String> {
    let mut raw = vec![0; usize::try_from(order.size).map_err(|error| error.to_string())?];
    message.read_exact_at(&mut raw, 0).map_err(|error| error.to_string())?;
    let scan = taken_out(&raw, order).ok_or("it is not in its message any more")?;
    drop(raw);
    let mut failed: Option<EngineError> = None;
    let mut budget = Budget::new(order.limits.clone());
    let shown = document::pictures(&scan, &mut budget, &mut |page| match engine.lines(&page) {
        // A parent that does not listen is gone, and the next answer shows it.
        Ok(lines) => drop(protocol::write(parent, &Word::Page(lines))),
        Err(error) => failed = Some(error),
    });
    shown.map_err(told)?;
    failed.map_or(Ok(()), |error| Err(error.to_string()))
}

fn told(fault: Fault) -> String {
    match fault {
        Fault::Encrypted => "it asks for a password".into(),
        Fault::Unreadable(why) => why,
        Fault::Unsupported { format, .. } => format!("{format} cannot be opened"),
        Fault::TooLarge(limit) => format!("over the limit on {limit}"),
    }
}

/// The scan out of its message, in which reading found it.
fn taken_out(raw: &[u8], order: &Order) -> Option<Vec<u8>> {
    let originals = reading::originals(&mail::parse(raw), order.limits.clone());
    let is_it = |bytes: &[u8]| {
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>() == order.sha256
    };
    let named = originals.files.into_iter().filter(|(path, _)| *path == order.path);
    named.map(|(_, bytes)| bytes).find(|bytes| is_it(bytes))
}
