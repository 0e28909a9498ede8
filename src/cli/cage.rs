//! The cage of the readers as an operator sees it: how far this machine confines them, and what becomes of attempts to get out.

use super::print;
use crate::config::Config;
use crate::daemon;
use crate::reader::{self, Layer, Pool};

/// What a command takes that opens files without a configuration.
#[derive(Debug, clap::Args)]
pub(super) struct MayLack {
    /// Read although this machine lacks a layer of confinement: landlock or seccomp
    #[arg(long = "may-lack", value_name = "LAYER", value_parser = layer)]
    pub(super) layers: Vec<Layer>,
}

fn layer(name: &str) -> Result<Layer, String> {
    Layer::named(name).ok_or_else(|| format!("use {}", Layer::ALL.map(Layer::as_str).join(" or ")))
}

/// Says how far readers are confined, and whether that will do.
pub(super) async fn show(config: &Config) -> anyhow::Result<bool> {
    let may_lack = &config.reader.may_lack;
    let pool = Pool::new(daemon::reader_settings(config));
    let confinement = pool.confinement().await?;
    print::line(match (&confinement.lacks[..], &confinement.landlock) {
        ([], None) => format!("readers: {}, confined by limits, Landlock and seccomp", pool.readers()),
        ([], Some(version)) => format!(
            "readers: {}, confined by limits, Landlock and seccomp; this Landlock is version {version} of 7, and leaves network, signals or sockets to seccomp alone",
            pool.readers()
        ),
        _ => format!("readers: {}, NOT confined as they should be", pool.readers()),
    });
    let refused = confinement.not_accepted(may_lack);
    for lack in &confinement.lacks {
        let end = if refused.contains(&lack) {
            "FAILED, and `run` does not start: mend it, or accept it by `may_lack` under [reader]"
        } else {
            "accepted by `may_lack`"
        };
        print::line(format!("  {lack}: {end}"));
    }
    Ok(refused.is_empty())
}

/// Has readers try to get out, and says how each attempt ended.
pub(super) async fn try_all(config: &Config) -> anyhow::Result<bool> {
    let trials = reader::try_all(&daemon::reader_settings(config)).await?;
    for trial in &trials {
        let held = if trial.held { "held" } else { "NOT HELD" };
        print::line(format!("cage: {}: {held}: {}", trial.what, trial.how));
    }
    let held = trials.iter().filter(|trial| trial.held).count();
    print::line(format!("cage: {held} of {} attempts failed, as they should", trials.len()));
    Ok(held == trials.len())
}
