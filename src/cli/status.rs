//! `postroom status`: what has come, what waits, what wants attention; the digest's totals with small bars, once or as they change.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use super::{health, local, print, roster};
use crate::config::Config;
use crate::figures::{Figures, Totals};
use crate::store::{Status, Store, free_space};
use crate::survey::Survey;
use crate::tasks::digest::Edition;
use crate::tasks::now;

/// How often `--watch` looks.
const LOOK: Duration = Duration::from_secs(2);
/// Columns of a full bar.
const BAR: usize = 24;

/// What `status` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Stay, and show the figures as they change; ends with Ctrl-C
    #[arg(long, conflicts_with = "json")]
    watch: bool,
    /// Whether Postroom does its work: ends with 1 when something is wrong, for monitoring
    #[arg(long, conflicts_with = "watch")]
    health: bool,
}

/// How things stand, with how many respondents of each roster are how far.
#[derive(serde::Serialize)]
struct Overview {
    #[serde(flatten)]
    status: Status,
    rosters: BTreeMap<String, BTreeMap<String, u64>>,
}

/// Shows how things stand.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    if arguments.health {
        return health::perform(arguments.json, config);
    }
    show(arguments, config)?;
    Ok(ExitCode::SUCCESS)
}

fn show(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let store = local::look(config)?;
    if arguments.watch {
        return watch(&store, config);
    }
    if arguments.json {
        let (status, rosters) = (store.status()?, roster::totals(&store, config)?);
        return print::json(&Overview { status, rosters });
    }
    told(&store, config)?.iter().for_each(print::line);
    Ok(())
}

/// Shows the page again whenever it reads otherwise.
fn watch(store: &Store, config: &Config) -> anyhow::Result<()> {
    let mut before = Vec::new();
    loop {
        let lines = told(store, config)?;
        if lines != before {
            if std::io::stdout().is_terminal() {
                // Cursor home, and what stood there away (ECMA-48).
                print::raw("\u{1b}[H\u{1b}[2J");
            }
            lines.iter().for_each(print::line);
            before = lines;
        }
        std::thread::sleep(LOOK);
    }
}

/// The page's lines.
fn told(store: &Store, config: &Config) -> anyhow::Result<Vec<String>> {
    let status = store.status()?;
    let mut lines = vec![messages(&status, config)];
    for survey in &config.surveys {
        // A store that only another configuration was used with does not know the survey yet.
        if status.surveys.iter().any(|known| known.survey == survey.id) {
            let figures = Edition::plain(config, survey)?.count(store, now())?.figures;
            lines.extend(of_survey(survey, &figures));
        }
    }
    lines.extend(attention(&status));
    lines.extend(disk(config));
    if let Some(at) = &status.restored_at {
        let at = local::time(at, &config.time_zone);
        lines.push(format!("          restored at {at}: notices that may have gone before are held (`postroom held`)"));
    }
    Ok(lines)
}

fn messages(status: &Status, config: &Config) -> String {
    let last = status.last_received_at.as_deref().map(|time| local::time(time, &config.time_zone));
    format!(
        "messages  {} ({}), last arrived {}",
        status.messages,
        counts(&status.dispositions),
        last.unwrap_or_else(|| "never".into())
    )
}

fn counts(counts: &BTreeMap<String, u64>) -> String {
    let parts: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    if parts.is_empty() { "none".into() } else { parts.join(", ") }
}

/// A survey's totals, each with a bar of its share.
fn of_survey(survey: &Survey, figures: &Figures) -> Vec<String> {
    let Figures { totals, before, days_left, waiting, .. } = figures;
    let days = match days_left {
        0 => "today".to_owned(),
        days if *days > 0 => format!("in {days} days"),
        days => format!("{} days ago", -days),
    };
    let whole = totals.invited.number() + totals.unlisted.number();
    let whole = if totals.invited.is_empty() { totals.returned.number() } else { whole };
    let mut lines = vec![format!("{}  deadline {} ({days})", survey.id, survey.deadline)];
    let mut add = |name: &str, count: usize, behind: String| {
        lines.push(format!("  {name:<14}{} {count:>6}  {behind}", bar(count, whole)).trim_end().to_owned());
    };
    add("returned", totals.returned.number(), rate(totals, before));
    add("complete", totals.complete.number(), String::new());
    add("in correction", totals.in_correction.number(), String::new());
    add("late", totals.late.number(), String::new());
    if !totals.invited.is_empty() {
        add("outstanding", totals.outstanding.number(), format!("of {} invited", totals.invited.number()));
        add("not on roster", totals.unlisted.number(), String::new());
    }
    add("for a person", waiting.len(), if waiting.is_empty() { String::new() } else { "`postroom held`".into() });
    lines
}

fn rate(totals: &Totals, before: &Totals) -> String {
    let percent = |totals: &Totals| totals.per_mille().map(|it| format!("{}.{} %", it / 10, it % 10));
    match (percent(totals), percent(before)) {
        (Some(now), Some(before)) => format!("{now} of the invited, {before} a week ago"),
        _ => String::new(),
    }
}

/// A bar of the part of a whole, in eighths of a column.
fn bar(part: usize, whole: usize) -> String {
    const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    let eighths = (part.min(whole) * BAR * 8).checked_div(whole).unwrap_or_default();
    let mut bar: String = "█".repeat(eighths / 8);
    bar.extend(EIGHTHS.get(eighths % 8).filter(|_| !eighths.is_multiple_of(8)));
    let used = bar.chars().count();
    bar + &" ".repeat(BAR.saturating_sub(used))
}

/// The disk, where it has less free than the floor.
fn disk(config: &Config) -> Option<String> {
    let (free, floor) = (free_space(&config.data).ok()?, config.bounds.disk_floor);
    (free < floor).then(|| {
        format!(
            "disk      {} MiB free, below the {} of [limits]: no mail is fetched until space is freed",
            free >> 20,
            floor >> 20
        )
    })
}

/// The outbox, and what wants attention.
fn attention(status: &Status) -> Vec<String> {
    let mut lines = vec![format!("notices   {}", counts(&status.notices))];
    let wants = [
        (status.waiting, "to be read"),
        (status.put_off, "of these put off: too many mails of a sender within an hour ([limits])"),
        (status.failed, "failed: `postroom retry --all` once mended"),
        (status.held, "held: `postroom held`"),
        (status.quarantined, "quarantined, not opened: `postroom held`"),
        (status.unsettled, "not yet settled at the mailbox"),
    ];
    lines.extend(wants.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count:>8}  {what}")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        let check = |part, whole, expected: &str| {
            let drawn = bar(part, whole);
            assert_eq!((drawn.trim_end(), drawn.chars().count()), (expected, BAR), "{part} of {whole}");
        };
        check(0, 10, "");
        check(10, 10, &"█".repeat(24));
        check(5, 10, &"█".repeat(12));
        check(1, 64, "▍");
        check(0, 0, "");
        check(3, 2, &"█".repeat(24));
    }
}
