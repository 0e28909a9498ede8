//! `postroom enter`: a return that came by telephone, on paper or as a scan. Its document is kept in the archive, read as every other
//! one, counts for the respondent that the operator names, and is answered by nobody.

use std::path::PathBuf;

use anyhow::{Context, bail};

use super::{local, print};
use crate::arrival::Location;
use crate::config::Config;
use crate::notice::Entered;
use crate::store::{self, Arrived, EnteredBy, Found, RosterRow, Store};
use crate::survey::Survey;
use crate::tasks::{now, short_id};
use crate::value::identity;

/// Name of the mailbox under which entered documents lie.
const MAILBOX: &str = "entered";

/// What `enter` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The respondent: its number on `postroom roster`, or its name there
    respondent: String,
    /// The filled form, or a text with a line for each item
    file: PathBuf,
    /// How it came
    #[arg(long, value_enum)]
    source: Source,
    /// What is to be remembered with it, such as who called
    #[arg(long, default_value = "")]
    note: String,
    /// The survey; may be left out where only one is configured
    #[arg(long, value_name = "ID")]
    survey: Option<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Source {
    Telephone,
    Paper,
    Scan,
}

impl From<Source> for EnteredBy {
    fn from(source: Source) -> Self {
        match source {
            Source::Telephone => Self::Telephone,
            Source::Paper => Self::Paper,
            Source::Scan => Self::Scan,
        }
    }
}

/// Keeps the document; the daemon reads it.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let survey = super::survey::one(config, arguments.survey.as_deref())?;
    let bytes = std::fs::read(&arguments.file).with_context(|| arguments.file.display().to_string())?;
    let store = local::open(config)?;
    let row = respondent(&store, survey, &arguments.respondent, config)?;
    let source = EnteredBy::from(arguments.source);
    let file_name = arguments.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let names =
        survey.identity().into_iter().flat_map(|item| [&item.label, &item.short].into_iter().chain(&item.aliases));
    let labels: Vec<&str> = names.map(String::as_str).filter(|label| !label.is_empty()).collect();
    let document = Entered {
        source: source.as_str(),
        respondent: &row.invited.name,
        note: &arguments.note,
        labels: &labels,
        name: &file_name,
        bytes: &bytes,
    };
    let now = now();
    let location =
        Location { mailbox: MAILBOX.into(), folder: String::new(), validity: 0, uid: 0, name: document.sender() };
    let found =
        Found { location, junk: false, received_at: now, sender: document.sender(), subject: document.subject() };
    let raw = store::pack(&document.mail(now, &config.time_zone))?;
    let kept = store.enter(Arrived { found, raw }, row.respondent, source, arguments.note.clone(), now).wait()?;
    let id = short_id(kept.id);
    print::line(format!("{id} entered for {}; once it is read, `postroom show {id}` says how", row.invited.name));
    Ok(())
}

/// The respondent of the roster with this number, or this name.
///
/// # Errors
/// When nobody is, or several are.
pub(super) fn respondent(store: &Store, survey: &Survey, wanted: &str, config: &Config) -> anyhow::Result<RosterRow> {
    let key = identity::key(wanted);
    let number: Option<i64> = wanted.parse().ok();
    let called = |row: &RosterRow| {
        let names = row.invited.former_names.iter().chain([&row.invited.name]);
        names.into_iter().any(|name| identity::key(name) == key)
    };
    let rows = store.roster(&survey.id, &config.time_zone)?;
    let mut found = rows.into_iter().filter(|row| number == Some(row.respondent) || called(row));
    match (found.next(), found.next()) {
        (Some(row), None) => Ok(row),
        (None, _) => bail!("nobody on the roster of {} is {wanted}; `postroom roster` lists it", survey.id),
        (Some(one), Some(other)) => bail!(
            "{wanted} may be {} (number {}) or {} (number {}); give the number",
            one.invited.name,
            one.respondent,
            other.invited.name,
            other.respondent
        ),
    }
}
