//! `postroom invite` and `postroom remind`: who is written to without having written, and with `--dry-run` only who would be.

use anyhow::{Context, bail};
use jiff::Timestamp;

use super::{local, print};
use crate::config::{Config, Notices};
use crate::daemon;
use crate::follow_up::Topic;
use crate::roster::Invited;
use crate::store::Store;
use crate::survey::Survey;
use crate::tasks::follow_up::{FollowUps, Outlook, outlook};
use crate::tasks::now;

/// What `invite` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Invite {
    /// Everybody on the roster
    #[arg(long, conflicts_with_all = ["respondent", "tag"])]
    all: bool,
    /// A respondent by its number on `postroom roster`; may be given several times
    #[arg(long, value_name = "N")]
    respondent: Vec<i64>,
    /// Those whose roster says this, such as 所属镇街=东街; several must all hold
    #[arg(long, value_name = "TAG=VALUE", value_parser = super::roster::tag)]
    tag: Vec<(String, String)>,
    /// Those too that were invited before
    #[arg(long)]
    again: bool,
    /// Only list who would get it and when, and why the others would not
    #[arg(long)]
    dry_run: bool,
    /// The survey; may be left out where only one is configured
    #[arg(long, value_name = "ID")]
    survey: Option<String>,
}

/// What `remind` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Remind {
    /// Only list who would get what and when, and why the others would not
    #[arg(long)]
    dry_run: bool,
    /// Only this survey
    #[arg(long, value_name = "ID")]
    survey: Option<String>,
}

/// Orders invitations; the daemon writes them in working hours, as many a day as the configuration allows.
pub(super) fn invite(arguments: &Invite, config: &Config) -> anyhow::Result<()> {
    if !arguments.all && arguments.respondent.is_empty() && arguments.tag.is_empty() {
        bail!("nobody is named; choose --all, --respondent N or --tag TAG=VALUE");
    }
    let survey = super::survey::one(config, arguments.survey.as_deref())?;
    let store = local::open(config)?;
    let chosen = chosen(arguments, &store, survey, config)?;
    let now = now();
    if arguments.dry_run {
        let look = outlook(&store, survey, &config.follow_up, now, |id| {
            // A number beyond any that was used says that it is ordered anew.
            chosen.contains(&id).then_some(u32::MAX)
        })?;
        show(&look, config, |topic, id| topic == Some(Topic::Invitation) || chosen.contains(&id));
        return Ok(());
    }
    let ordered = store.order_invitations(chosen.clone(), arguments.again, now).wait()?;
    print::line(format!("{ordered} to be invited; {} were invited before (--again)", chosen.len() - ordered));
    if config.notices == Notices::Off {
        print::remark("notices are off: nothing is written until they are on");
    } else {
        let opens = config.follow_up.office.next_open(now);
        let opens = opens.map(|at| local::time(&at.to_string(), &config.time_zone)).unwrap_or_default();
        print::line(format!("the daemon writes them from {opens} on, {} a day at most", config.follow_up.per_day));
    }
    Ok(())
}

/// The respondents that are named.
fn chosen(arguments: &Invite, store: &Store, survey: &Survey, config: &Config) -> anyhow::Result<Vec<i64>> {
    let rows = store.roster(&survey.id, &config.time_zone)?;
    if rows.is_empty() {
        bail!("the roster of {} is empty; `postroom roster import FILE` fills it", survey.id);
    }
    for wanted in &arguments.respondent {
        let is_listed = rows.iter().any(|row| row.respondent == *wanted);
        anyhow::ensure!(is_listed, "respondent {wanted} is not on the roster of {}; see `postroom roster`", survey.id);
    }
    let has = |invited: &Invited| arguments.tag.iter().all(|(tag, value)| invited.tags.get(tag) == Some(value));
    let named = |id: i64| arguments.respondent.is_empty() || arguments.respondent.contains(&id);
    let rows = rows.iter().filter(|row| named(row.respondent) && has(&row.invited));
    let known = |row: &&crate::store::RosterRow| arguments.again || row.state == crate::verdict::Progress::NotInvited;
    let chosen: Vec<i64> = if arguments.dry_run {
        rows.filter(known).map(|row| row.respondent).collect()
    } else {
        rows.map(|row| row.respondent).collect()
    };
    Ok(chosen)
}

/// Puts into the outbox what is due at this moment, as the daemon does every minute.
pub(super) fn remind(arguments: &Remind, config: &Config) -> anyhow::Result<()> {
    let now = now();
    if arguments.dry_run {
        let store = local::look(config)?;
        for survey in super::survey::some(config, arguments.survey.as_deref())? {
            print::line(format!("{}: {}", survey.id, survey.title));
            show(&outlook(&store, survey, &config.follow_up, now, |_| None)?, config, |_, _| true);
        }
        return Ok(());
    }
    let mut config = config.clone();
    config.surveys = super::survey::some(&config, arguments.survey.as_deref())?.into_iter().cloned().collect();
    let made = round(&config, now)?;
    print::line(format!("{made} put into the outbox; `postroom remind --dry-run` lists what comes when"));
    Ok(())
}

fn round(config: &Config, now: Timestamp) -> anyhow::Result<usize> {
    let runtime = super::runtime::start()?;
    runtime.block_on(async {
        let store = daemon::open(config).await?;
        let task = FollowUps::new(config, store, Vec::new()).context("templates")?;
        Ok(task.round(now).await?)
    })
}

/// Prints a plan: who gets what and when, then why the others do not, for those that are asked about.
fn show(look: &Outlook, config: &Config, asked: impl Fn(Option<Topic>, i64) -> bool) {
    let name = |id: i64| look.respondent(id).map(|one| print::short(&one.name, 30)).unwrap_or_default();
    let planned = look.plan.planned.iter().filter(|one| asked(Some(one.topic), one.respondent));
    let rows: Vec<Vec<String>> = planned
        .map(|one| {
            let to = look.respondent(one.respondent).and_then(|known| known.facts.recipient(one.topic));
            let when = local::time(&one.at.to_string(), &config.time_zone);
            let to = to.unwrap_or_default().to_owned();
            vec![when, one.topic.as_str().to_owned(), one.respondent.to_string(), name(one.respondent), to]
        })
        .collect();
    print::line(format!("{} would be written to", rows.len()));
    if !rows.is_empty() {
        print::table(&["not before", "what", "number", "respondent", "to"], &rows);
    }
    let others = look.plan.others.iter().filter(|(id, _)| asked(None, *id));
    let rows: Vec<Vec<String>> =
        others.map(|(id, why)| vec![id.to_string(), name(*id), why.as_str().to_owned()]).collect();
    if !rows.is_empty() {
        print::line(format!("{} would not", rows.len()));
        print::table(&["number", "respondent", "why"], &rows);
    }
}
