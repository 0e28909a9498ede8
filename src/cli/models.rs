//! `postroom models install`: recognition of scans, brought in by one file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::print;
use crate::config::Config;
use crate::daemon;
use crate::reader::recogniser::folder;
use crate::recognise::models;
use crate::store;

/// What `models` takes.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Install the models that recognise scans
    #[command(after_help = "Example:
  pip download --no-deps rapidocr-onnxruntime==1.4.4
  postroom models install rapidocr_onnxruntime-1.4.4-py3-none-any.whl")]
    Install {
        /// The Python package rapidocr-onnxruntime 1.4.4 (.whl)
        file: PathBuf,
    },
}

/// Performs the action.
pub(super) fn perform(action: &Action, config: &Config) -> anyhow::Result<()> {
    let Action::Install { file } = action;
    let wheel = fs::read(file).with_context(|| file.display().to_string())?;
    let files = models::from_wheel(&wheel).with_context(|| file.display().to_string())?;
    let to = daemon::recogniser_settings(config).models;
    folder::install(&to, &files).with_context(|| to.display().to_string())?;
    give_away(&to).with_context(|| to.display().to_string())?;
    print::line(format!(
        "{} installed in {}; a daemon that runs takes it up within a minute",
        models::ENGINE,
        to.display()
    ));
    Ok(())
}

/// The service reads them under a user of its own, whoever installs them.
fn give_away(folder: &Path) -> std::io::Result<()> {
    store::give_to_owner(folder)?;
    fs::read_dir(folder)?.try_for_each(|entry| store::give_to_owner(&entry?.path()))
}
