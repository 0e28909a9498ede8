//! The store as a command beside the daemon opens it.

use anyhow::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::Config;
use crate::daemon;
use crate::store::{Settings, Store};

/// Opens the store for commands that write.
pub(super) fn open(config: &Config) -> anyhow::Result<Store> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    Ok(runtime.block_on(daemon::open(config))?)
}

/// Where the database is; there must be one.
pub(super) fn database(config: &Config) -> anyhow::Result<Settings> {
    let settings = daemon::store_settings(config);
    if !settings.path.exists() {
        anyhow::bail!(
            "{}: nothing is stored yet; start `postroom run`, or `postroom ingest` some mails",
            settings.path.display()
        );
    }
    Ok(settings)
}

/// Opens the store for commands that only look; there must be one.
pub(super) fn look(config: &Config) -> anyhow::Result<Store> {
    let settings = database(config)?;
    daemon::open_store(config).with_context(|| settings.path.display().to_string())
}

/// A stored time (RFC 3339, UTC) as people of the zone read it.
pub(super) fn time(text: &str, zone: &TimeZone) -> String {
    let parsed: Option<Timestamp> = text.parse().ok();
    parsed.map_or_else(|| text.to_owned(), |time| time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string())
}
