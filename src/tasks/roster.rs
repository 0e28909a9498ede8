//! Rosters that the configuration names: each is taken in when its file is another one than the last time.

use std::path::Path;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::roster::{self, Roster};
use crate::store::{Imported, Store, StoreError};
use crate::survey::Survey;
use crate::telemetry;

/// Takes in the rosters whose files have changed. One that cannot be used is told of and leaves what was there: answering goes on.
///
/// # Errors
/// Those of the store.
pub async fn take_in_changed(store: &Store, config: &Config, now: Timestamp) -> Result<(), StoreError> {
    for (survey, path) in &config.rosters {
        let what = format!("roster {}", path.display());
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                telemetry::trouble(&what, &error.to_string());
                continue;
            }
        };
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        if store.roster_file(survey)?.as_deref() == Some(hash.as_str()) {
            continue;
        }
        let roster = checked(&name(path), &bytes, config.survey(survey));
        for fault in &roster.faults {
            telemetry::trouble(&what, &fault.to_string());
        }
        if roster.is_usable() {
            let imported = store.set_roster(survey, roster.invited, now).await?;
            store.note_roster_file(survey, hash).await?;
            telemetry::roster(survey, imported.listed, imported.added, imported.removed);
            tell_doubts(&what, &imported);
        }
    }
    Ok(())
}

fn tell_doubts(what: &str, imported: &Imported) {
    for doubt in doubts(imported) {
        telemetry::trouble(what, &doubt);
    }
}

/// What an operator has to look at after a roster was taken in.
#[must_use]
pub fn doubts(imported: &Imported) -> Vec<String> {
    let mut doubts: Vec<String> = imported.alike.iter().map(ToString::to_string).collect();
    if imported.contested > 0 {
        let many =
            if imported.contested == 1 { "1 return waits" } else { &format!("{} returns wait", imported.contested) };
        doubts.push(format!(
            "{many} for your word, since the roster names other addresses than their senders': `postroom held` lists them, \
             `postroom release` lets them count"
        ));
    }
    doubts
}

/// Reads a roster file, and looks whether a survey's figures can be compared with it.
///
/// # Errors
/// When it cannot be read at all.
pub fn read(path: &Path, survey: Option<&Survey>) -> std::io::Result<Roster> {
    Ok(checked(&name(path), &std::fs::read(path)?, survey))
}

fn checked(name: &str, bytes: &[u8], survey: Option<&Survey>) -> Roster {
    let mut roster = roster::read(name, bytes);
    if let Some(survey) = survey {
        roster.check_figures(survey);
    }
    roster
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
