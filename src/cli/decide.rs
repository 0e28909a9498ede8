//! `postroom release`, `discard`, `retry`: an operator's decisions, in short transactions beside the running daemon.

use super::{local, print, target};
use crate::config::Config;
use crate::store::{Store, Target};
use crate::tasks::now;

/// What `release` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Release {
    /// Held messages (m17), contested returns (r12) or held notices (n5)
    #[arg(required_unless_present = "notices")]
    names: Vec<String>,
    /// All held notices
    #[arg(long, conflicts_with = "names")]
    notices: bool,
}

/// What `discard` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Discard {
    /// Held messages (m17), returns (r12) or notices (n5)
    #[arg(required = true)]
    names: Vec<String>,
}

/// What `retry` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Retry {
    /// Failed messages (m17)
    #[arg(required_unless_present = "all")]
    names: Vec<String>,
    /// All failed messages
    #[arg(long, conflicts_with = "names")]
    all: bool,
}

/// Lets things through.
pub(super) fn release(arguments: &Release, config: &Config) -> anyhow::Result<()> {
    let store = local::open(config)?;
    let mut targets = targets(&store, &arguments.names)?;
    if arguments.notices {
        let held = store.held()?;
        targets.extend(held.into_iter().map(|one| one.target).filter(|target| matches!(target, Target::Notice(_))));
    }
    for target in &targets {
        store.release(*target, now()).wait()?;
    }
    print::line(format!("{} released", targets.len()));
    Ok(())
}

/// Puts things aside for good.
pub(super) fn discard(arguments: &Discard, config: &Config) -> anyhow::Result<()> {
    let store = local::open(config)?;
    let targets = targets(&store, &arguments.names)?;
    for target in &targets {
        store.discard(*target, now()).wait()?;
    }
    print::line(format!("{} discarded; nothing is deleted", targets.len()));
    Ok(())
}

/// Puts failed messages back to be read.
pub(super) fn retry(arguments: &Retry, config: &Config) -> anyhow::Result<()> {
    let store = local::open(config)?;
    let ids = if arguments.all {
        store.failed()?
    } else {
        arguments.names.iter().map(|name| target::message(&store, name)).collect::<anyhow::Result<Vec<_>>>()?
    };
    for id in &ids {
        store.retry(*id, now()).wait()?;
    }
    print::line(format!("{} put back to be read", ids.len()));
    Ok(())
}

fn targets(store: &Store, names: &[String]) -> anyhow::Result<Vec<Target>> {
    names.iter().map(|name| target::parse(store, name)).collect()
}
