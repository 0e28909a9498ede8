//! `postroom files` and `postroom raw`: the originals back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tokio::runtime::Runtime;

use super::file_name::Names;
use super::target::Name;
use super::{local, print};
use crate::config::Config;
use crate::daemon;
use crate::document::Fault;
use crate::reader::{Outcome, Pool};
use crate::reading::Originals;

/// What `files` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Files {
    /// A return (r12) or a message (m17)
    name: Name,
    /// Folder that the files are written to; made if it is not there
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// What `raw` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Raw {
    /// A message (m17), or a return for the message it came in
    name: Name,
}

/// Writes the message itself and its files as they came, those in archives and forwarded messages too.
pub(super) fn files(arguments: &Files, config: &Config) -> anyhow::Result<()> {
    let store = local::look(config)?;
    let id = arguments.name.message(&store)?;
    let raw = store.raw(id)?;
    fs::create_dir_all(&arguments.to).with_context(|| arguments.to.display().to_string())?;
    write(&arguments.to, &format!("m{id}.eml"), &raw)?;
    let originals = Opener::new(config)?.originals(&raw)?;
    let mut names = Names::default();
    for (path, bytes) in &originals.files {
        write(&arguments.to, &names.file(path), bytes)?;
    }
    for (path, fault) in &originals.faults {
        print::remark(&format!("{path}: not taken out, {}", why(fault)));
    }
    Ok(())
}

/// Opens messages in a reader, as the daemon does, since archives in them are opened as well.
pub(super) struct Opener {
    runtime: Runtime,
    pool: Pool,
}

impl Opener {
    pub(super) fn new(config: &Config) -> anyhow::Result<Self> {
        Ok(Self { runtime: super::runtime::start()?, pool: Pool::new(daemon::reader_settings(config)) })
    }

    /// The files of a message.
    pub(super) fn originals(&self, raw: &[u8]) -> anyhow::Result<Originals> {
        let bytes = raw.to_vec();
        match self.runtime.block_on(self.pool.take_out(Box::new(move |to| to.write_all(&bytes)))) {
            Outcome::Read(originals) => Ok(*originals),
            Outcome::Failed(why) | Outcome::NotTried(why) => bail!("its files cannot be taken out: {why}"),
        }
    }
}

/// Why a file was not taken out.
pub(super) fn why(fault: &Fault) -> String {
    match fault {
        Fault::Encrypted => "it asks for a password".into(),
        Fault::Unreadable(cause) => format!("it is damaged ({cause})"),
        Fault::Unsupported { format, .. } => format!("{format} cannot be opened"),
        Fault::TooLarge(limit) => format!("it is over the limit on {limit}; see [reader] in the configuration"),
    }
}

/// Writes a new file; one that is there stays as it is.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = folder.join(name);
    let mut file =
        fs::File::create_new(&path).with_context(|| format!("{}: name another folder with --to", path.display()))?;
    io::Write::write_all(&mut file, bytes).with_context(|| path.display().to_string())?;
    print::line(path.display().to_string());
    Ok(())
}

/// Prints a message as it came.
pub(super) fn raw(arguments: &Raw, config: &Config) -> anyhow::Result<()> {
    let store = local::look(config)?;
    let id = arguments.name.message(&store)?;
    store.raw_into(id, &mut io::stdout().lock())?;
    Ok(())
}
