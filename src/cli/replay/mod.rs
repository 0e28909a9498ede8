//! `postroom replay`: the kept archive read again under today's rules, beside the live data. Without `--apply` it is a look: what
//! would be otherwise is printed and nothing is written. With it, what an earlier release or survey file misread is mended.
//!
//! Decided here: everything that was read is read again unless messages, `--since` or `--survey` name less; it is read under the
//! surveys as they are configured now, and the listing says how many returns that concerns; senders are told only with
//! `--notify`. As with `diff`, a look ends with a code of its own when there is a difference, 3, so that a script can ask.

mod print;
mod report;

use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::target::Name;
use super::{local, progress};
use crate::config::Config;
use crate::daemon;
use crate::reader::Pool;
use crate::store::{Selection, Store};
use crate::tasks::fresh::Fresh;
use crate::tasks::judge::Desk;
use crate::tasks::read::Read;
use crate::tasks::replay::{Ground, Replay};
use crate::tasks::scan::Scan;
use crate::tasks::sender::Senders;
use crate::tasks::stages::Stages;
use crate::tasks::vitals::Vitals;
use crate::tasks::{Signal, now};
use report::Report;

/// What stands below the help.
pub(super) const HELP: &str = "Examples:
  postroom replay                        what would be otherwise; nothing is written
  postroom replay --since 2017-12-18     only mail that arrived since
  postroom replay m17 r12 --json         two messages, for a program
  postroom replay --apply                keep it as new versions, mailing nobody
  postroom replay --apply --notify       and tell the senders whom it matters to

It works beside the running daemon. What stood before stays on record: `postroom show` and `why`
tell of it. Operators' decisions stay in force. Exit codes: 0 nothing otherwise, or applied;
1 failed; 2 usage; 3 something would be otherwise.";

/// The exit code of a look that found differences.
const DIFFERENT: u8 = 3;

/// What `replay` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Messages (m17), or returns (r12) for theirs [default: everything that was read]
    names: Vec<Name>,
    /// Only messages that arrived at this date or moment, or later
    #[arg(long, value_name = "DATE")]
    since: Option<Since>,
    /// Only messages that answer this survey, and those of which it was not known what they answer
    #[arg(long, value_name = "ID")]
    survey: Option<String>,
    /// Keep what is otherwise, as new versions
    #[arg(long)]
    apply: bool,
    /// Tell the senders for whom the outcome is another one; without --apply: say who would be told
    #[arg(long)]
    notify: bool,
    /// Print JSON, one object
    #[arg(long)]
    json: bool,
}

/// Replays and prints what is otherwise.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    let mut store = local::look(config)?;
    let selection = selection(arguments, config, &store)?;
    let others = report::surveys(&store, config)?;
    if arguments.apply {
        store = local::open(config)?;
    }
    let messages = store.replayable(&selection)?;
    let removed = store.removed(&selection)?;
    if removed > 0 {
        super::print::remark(&format!(
            "{removed} messages are not read again: their bytes are kept no more ([retention]), or hold what an erased respondent said"
        ));
    }
    let replay = replay(arguments, config, &store)?;
    let mut report = Report::new(arguments.apply, others);
    let mut progress = progress::Progress::new(messages.len(), "reading again");
    let runtime = tokio::runtime::Runtime::new()?;
    let ended = runtime.block_on(replay.run(&messages, &mut |message, step| {
        report.take(message, step);
        progress.step();
    }));
    drop(progress);
    // What was settled before a fault is settled, and is told of.
    let report = report.finish(|survey, key| match &replay.ground {
        Ground::Store(store) => store.respondent_state(survey, key),
        Ground::Rehearsal(rehearsal) => rehearsal.respondent_state(survey, key),
    })?;
    if arguments.json {
        super::print::json(&report)?
    } else {
        print::report(&report, config)
    }
    ended?;
    Ok(code(&report))
}

fn code(report: &report::Finished) -> ExitCode {
    if !report.failed.is_empty() {
        return ExitCode::FAILURE;
    }
    if report.otherwise > 0 && !report.applied { ExitCode::from(DIFFERENT) } else { ExitCode::SUCCESS }
}

fn selection(arguments: &Arguments, config: &Config, store: &Store) -> anyhow::Result<Selection> {
    if let Some(survey) = arguments.survey.as_ref().filter(|id| config.survey(id).is_none()) {
        let known: Vec<&str> = config.surveys.iter().map(|survey| survey.id.as_str()).collect();
        anyhow::bail!("no survey is called `{survey}`; configured: {}", known.join(", "));
    }
    let since = arguments.since.map(|since| since.moment(&config.time_zone)).transpose()?;
    let messages = arguments.names.iter().map(|name| name.message(store)).collect::<anyhow::Result<_>>()?;
    Ok(Selection { since, survey: arguments.survey.clone(), messages })
}

/// Since when messages are meant, as it is written: a moment with its offset, or a date or date and time where the office is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    Moment(Timestamp),
    Local(DateTime),
}

impl FromStr for Since {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let local = || text.parse().ok().map(Self::Local);
        text.parse().ok().map(Self::Moment).or_else(local).ok_or("this is no date; write it like 2017-12-18")
    }
}

impl Since {
    /// The moment, by the clock of a time zone where none is written.
    fn moment(self, zone: &TimeZone) -> Result<Timestamp, jiff::Error> {
        match self {
            Self::Moment(moment) => Ok(moment),
            Self::Local(local) => Ok(local.to_zoned(zone.clone())?.timestamp()),
        }
    }
}

/// The parts that the daemon reads and judges with, on the ground that was asked for.
fn replay(arguments: &Arguments, config: &Config, store: &Store) -> anyhow::Result<Replay> {
    let (ground, first_start) = if arguments.apply {
        (Ground::Store(store.clone()), store.first_start(now()).wait()?)
    } else {
        let rehearsal = store.rehearsal(&config.surveys, now())?;
        let first_start = rehearsal.first_start(now())?;
        (Ground::Rehearsal(rehearsal), first_start)
    };
    let stages = Stages::default();
    let read = Read {
        store: store.clone(),
        pool: Pool::new(daemon::reader_settings(config)),
        scan: Scan::none(store.clone()),
        // What was not evaluated when a mail came cannot be evaluated any more.
        senders: Senders { store: store.clone(), authenticator: None, most: 0 },
        desk: Arc::new(Desk::new(config, first_start, stages.clone())?),
        vitals: Vitals::new(now(), std::iter::empty()),
        mailboxes: Arc::new(config.mailboxes.clone()),
        wake: Signal::default(),
        fresh: Fresh::default(),
        stages,
        next: Vec::new(),
    };
    Ok(Replay { read, ground, notify: arguments.notify })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_the_beginning_of_its_day_where_the_office_is() {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        let moment = |text: &str| text.parse::<Since>().unwrap().moment(&zone).unwrap().to_string();
        assert_eq!(moment("2017-12-18"), "2017-12-17T16:00:00Z");
        assert_eq!(moment("2017-12-18T00:00:00Z"), "2017-12-18T00:00:00Z");
        assert!("last week".parse::<Since>().unwrap_err().contains("2017-12-18"));
    }
}
