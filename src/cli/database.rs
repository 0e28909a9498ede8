//! `postroom check --database`: whether the archive is what it should be, or a backup.

use std::path::Path;
use std::process::ExitCode;

use super::{backup, local, print};
use crate::config::Config;
use crate::store::{self, Access};

/// Looks through the database, or another one that is named; prints what it found, and fails when something is wrong.
pub(super) fn check(named: Option<&Path>, config: &Config) -> anyhow::Result<ExitCode> {
    let (path, access) = match named {
        Some(file) => (file.to_owned(), Access::Alone),
        None => (local::database(config)?.path, Access::Shared),
    };
    let examination = store::examine(&path, access)?;
    print::line(format!("database: {}: {}", path.display(), backup::holds(&examination)));
    if let Some(at) = &examination.copied_at {
        print::line(format!("copied at {}", local::time(at, &config.time_zone)));
    }
    if examination.schema < examination.newest {
        print::line(format!(
            "schema {} of {}: the next start of this version brings it up to date; make a `postroom backup` before",
            examination.schema, examination.newest
        ));
    }
    let faults: Vec<String> = examination.faults.iter().cloned().chain(store::loose(&path)).collect();
    faults.iter().for_each(|fault| print::line(format!("FAULT: {fault}")));
    if faults.is_empty() {
        print::line("sound: pages, references, bytes of mails, schema, views, invariants, permissions");
        return Ok(ExitCode::SUCCESS);
    }
    print::line(format!("{} faults", faults.len()));
    Ok(ExitCode::FAILURE)
}
