//! `postroom release`, `discard`, `retry`: an operator's decisions, in short transactions beside the running daemon.

use std::str::FromStr;

use super::target::Name;
use super::{local, print};
use crate::config::{Config, Mailbox};
use crate::store::{Assigned, MessageView, Store, Target};
use crate::tasks::now;

/// What `release` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Release {
    /// Held messages (m17), contested returns (r12, or m17 for all of a message) or held notices (n5)
    #[arg(required_unless_present = "notices")]
    names: Vec<Name>,
    /// All held notices
    #[arg(long, alias = "all-notices", conflicts_with = "names")]
    notices: bool,
    /// The survey that held messages answer, by its id: they are read under it alone
    #[arg(long, value_name = "ID", conflicts_with = "notices")]
    survey: Option<String>,
    /// Whose a return is, by the number in `postroom roster`, or `new`; of a message, its only return in doubt
    #[arg(long, value_name = "N", conflicts_with_all = ["notices", "survey"])]
    respondent: Option<Whose>,
}

/// A respondent as `--respondent` names it.
#[derive(Debug, Clone, Copy)]
enum Whose {
    Known(i64),
    New,
}

impl FromStr for Whose {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "new" {
            return Ok(Self::New);
        }
        text.parse().map(Self::Known).map_err(|_| "name a respondent by its number, or write new")
    }
}

/// What `discard` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Discard {
    /// Held messages (m17), returns (r12, or m17 for all contested ones of a message) or notices (n5)
    #[arg(required = true)]
    names: Vec<Name>,
}

/// What `retry` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Retry {
    /// Failed messages (m17)
    #[arg(required_unless_present = "all")]
    names: Vec<Name>,
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
    if let Some(whose) = arguments.respondent {
        return assign(&store, &targets, whose);
    }
    match &arguments.survey {
        Some(survey) => check_survey(config, survey, &targets)?,
        None => targets.iter().try_for_each(|target| check_choice(&store, config, *target))?,
    }
    for target in &targets {
        let along = store.release(*target, arguments.survey.clone(), now()).wait()?;
        tell_along(*target, &along, "counts again as a copy of it");
    }
    print::line(format!("{} released", targets.len()));
    if arguments.notices && store.end_doubt().wait()? {
        print::line("notices are no longer held because the database was restored");
    }
    Ok(())
}

/// Says whose returns are.
fn assign(store: &Store, targets: &[Target], whose: Whose) -> anyhow::Result<()> {
    let respondent = match whose {
        Whose::Known(id) => Some(id),
        Whose::New => None,
    };
    for target in targets {
        print::line(match store.assign(*target, respondent, now()).wait()? {
            Assigned::Released => "released; its name is known from now on".to_owned(),
            Assigned::Waiting(others) => {
                format!("noted; its message waits for a word on {others} more: `postroom held`")
            }
            Assigned::Moved => "moved; its name is known from now on".to_owned(),
            Assigned::Contested => {
                "moved; it does not count, since another sender answered for that respondent: release \
                it by its own number to let it count"
                    .to_owned()
            }
        });
    }
    Ok(())
}

/// A survey can be named that is configured, and for messages.
fn check_survey(config: &Config, survey: &str, targets: &[Target]) -> anyhow::Result<()> {
    if config.survey(survey).is_none() {
        let known: Vec<&str> = config.surveys.iter().map(|survey| survey.id.as_str()).collect();
        anyhow::bail!("no survey is called `{survey}`; configured: {}", known.join(", "));
    }
    if targets.iter().any(|target| !matches!(target, Target::Message(_))) {
        anyhow::bail!("--survey goes with held messages such as m17; release returns and notices without it");
    }
    Ok(())
}

/// A message whose form fits several surveys, or none, is not let through before one is named: its return would be in no table.
fn check_choice(store: &Store, config: &Config, target: Target) -> anyhow::Result<()> {
    let Target::Message(id) = target else { return Ok(()) };
    let message = store.message(&id.to_string())?;
    let is_open = message.disposition.as_deref() == Some("held") && message.survey.is_none();
    let surveys = surveys_of(config, &message);
    if is_open && !message.returns.is_empty() && surveys.len() > 1 {
        anyhow::bail!(
            "the form in m{id} fits no survey clearly; say which one it answers with --survey: {}",
            surveys.join(", ")
        );
    }
    Ok(())
}

/// The surveys that a message may answer by the way it came.
fn surveys_of<'c>(config: &'c Config, message: &MessageView) -> Vec<&'c str> {
    let came_by = |mailbox: &&Mailbox| message.locations.iter().any(|one| one.location.mailbox == mailbox.name);
    match config.mailboxes.iter().find(came_by).filter(|mailbox| !mailbox.surveys.is_empty()) {
        Some(mailbox) => mailbox.surveys.iter().map(String::as_str).collect(),
        None => config.surveys.iter().map(|survey| survey.id.as_str()).collect(),
    }
}

/// Puts things aside for good.
pub(super) fn discard(arguments: &Discard, config: &Config) -> anyhow::Result<()> {
    let store = local::open(config)?;
    let targets = targets(&store, &arguments.names)?;
    for target in &targets {
        let along = store.discard(*target, now()).wait()?;
        tell_along(*target, &along, "is discarded with it; a later one that says something else counts");
    }
    print::line(format!("{} discarded; nothing is deleted", targets.len()));
    Ok(())
}

/// Says what became of the returns that say the same as one that was decided on.
fn tell_along(target: Target, along: &[i64], what: &str) {
    let name = match target {
        Target::Return(id) => format!("r{id}"),
        Target::Message(id) => format!("a return of m{id}"),
        Target::Notice(_) => return,
    };
    for other in along {
        print::line(format!("r{other} says the same as {name} and {what}"));
    }
}

/// Puts failed messages back to be read.
pub(super) fn retry(arguments: &Retry, config: &Config) -> anyhow::Result<()> {
    let store = local::open(config)?;
    let ids = if arguments.all {
        store.failed()?
    } else {
        arguments.names.iter().map(|name| name.message(&store)).collect::<anyhow::Result<Vec<_>>>()?
    };
    for id in &ids {
        store.retry(*id, now()).wait()?;
    }
    print::line(format!("{} put back to be read", ids.len()));
    Ok(())
}

fn targets(store: &Store, names: &[Name]) -> anyhow::Result<Vec<Target>> {
    names.iter().map(|name| name.target(store)).collect()
}
