//! `postroom roster` and `excuse`: who is invited, how far each is, and who need not answer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use rust_xlsxwriter::{Format, FormatBorder, Note, Workbook, XlsxError};

use super::{local, output, print, survey};
use crate::config::Config;
use crate::roster::TEMPLATE;
use crate::store::{RosterRow, Store};
use crate::tasks::{now, roster};
use crate::verdict::Progress;

/// What `roster` takes.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: List,
}

/// How the listing is narrowed.
#[derive(Debug, clap::Args)]
struct List {
    /// Only respondents in this state: not_invited, invited, bounced, started, in_correction, returned, late, excused
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Vec<Progress>,
    /// Only respondents of which the roster says this, such as 所属镇街=东街
    #[arg(long, value_name = "TAG=VALUE", value_parser = tag)]
    tag: Vec<(String, String)>,
    /// Only the roster of this survey
    #[arg(long, value_name = "ID")]
    survey: Option<String>,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Take in a roster: a .csv or .xlsx file with a heading row. Who is not on it any more is marked, and nothing is deleted
    Import {
        /// The file
        file: PathBuf,
        /// The survey [default: the only one]
        #[arg(long, value_name = "ID")]
        survey: Option<String>,
    },
    /// Write an empty roster to fill in, with a word on each column
    Template {
        /// The .xlsx file to write
        #[arg(short, long, value_name = "FILE", default_value = "roster.xlsx")]
        output: PathBuf,
        /// Write over a file that is there
        #[arg(long)]
        force: bool,
    },
}

/// What `excuse` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Excuse {
    /// The respondent, by its number in `postroom roster`
    respondent: i64,
    /// Why it need not answer
    #[arg(long, value_name = "TEXT", required_unless_present = "undo")]
    why: Option<String>,
    /// Take an excuse back
    #[arg(long, conflicts_with = "why")]
    undo: bool,
}

fn state(text: &str) -> Result<Progress, String> {
    let known = Progress::ALL.into_iter().find(|state| state.as_str() == text.replace('-', "_"));
    known.ok_or_else(|| format!("states are {}", Progress::ALL.map(Progress::as_str).join(", ")))
}

/// A column of the roster and what stands there, as a command names them.
pub(super) fn tag(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').map(|(tag, value)| (tag.trim().to_owned(), value.trim().to_owned()));
    pair.ok_or_else(|| "write a column and what stands there, such as 所属镇街=东街".to_owned())
}

/// `postroom roster`.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    match &arguments.action {
        None => list(&arguments.list, config),
        Some(Action::Import { file, survey }) => import(file, survey.as_deref(), config),
        Some(Action::Template { output, force }) => template(output, *force),
    }
}

fn list(arguments: &List, config: &Config) -> anyhow::Result<()> {
    let store = local::look(config)?;
    let mut rows: Vec<(&str, RosterRow)> = Vec::new();
    for survey in survey::some(config, arguments.survey.as_deref())? {
        let listed = store.roster(&survey.id, &config.time_zone)?;
        rows.extend(listed.into_iter().filter(|row| arguments.takes(row)).map(|row| (survey.id.as_str(), row)));
    }
    if arguments.json {
        return rows.iter().try_for_each(|(survey, row)| print::json(&Shown { survey, row }));
    }
    if rows.is_empty() {
        print::line("nobody; `postroom roster import FILE` takes in a roster");
        return Ok(());
    }
    let cells = rows.iter().map(|(_, row)| cells(row, config)).collect::<Vec<_>>();
    print::table(&["respondent", "name", "state", "since", "by", "key", "addresses", ""], &cells);
    Ok(())
}

/// A row as JSON shows it.
#[derive(serde::Serialize)]
struct Shown<'a> {
    survey: &'a str,
    #[serde(flatten)]
    row: &'a RosterRow,
}

impl List {
    fn takes(&self, row: &RosterRow) -> bool {
        let has = |(tag, value): &(String, String)| row.invited.tags.get(tag) == Some(value);
        (self.state.is_empty() || self.state.contains(&row.state)) && self.tag.iter().all(has)
    }
}

fn cells(row: &RosterRow, config: &Config) -> Vec<String> {
    vec![
        row.respondent.to_string(),
        print::short(&row.invited.name, 30),
        row.state.as_str().replace('_', " "),
        local::time(&row.since.to_string(), &config.time_zone),
        row.source.to_string(),
        if row.invited.is_key { "key".into() } else { String::new() },
        print::short(&row.invited.addresses.join(", "), 40),
        row.excuse.as_deref().map(|why| print::short(why, 30)).unwrap_or_default(),
    ]
}

fn import(file: &Path, named: Option<&str>, config: &Config) -> anyhow::Result<()> {
    let survey = survey::one(config, named)?;
    let read = roster::read(file, Some(survey)).with_context(|| file.display().to_string())?;
    for fault in &read.faults {
        print::remark(&format!("{}: {fault}", file.display()));
    }
    if !read.is_usable() {
        bail!("{}: nothing was taken in; mend these rows and import it again", file.display());
    }
    let imported = local::open(config)?.set_roster(&survey.id, read.invited, now()).wait()?;
    roster::doubts(&imported).iter().for_each(|doubt| print::remark(doubt));
    let (listed, added, removed) = (imported.listed, imported.added, imported.removed);
    print::line(format!("{listed} on the roster of {}: {added} new, {removed} left out", survey.id));
    Ok(())
}

/// A workbook with the headings, each with a note; columns for codes and numbers are text, so that no digit is lost.
fn template(file: &Path, force: bool) -> anyhow::Result<()> {
    output::ensure_free(file, force)?;
    output::write(file, &template_book().context("the template")?)?;
    print::line(format!("{}: fill it in, a row for each enterprise, then `postroom roster import`", file.display()));
    Ok(())
}

fn template_book() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("名录")?;
    let head = Format::new().set_bold().set_border(FormatBorder::Thin);
    let text = Format::new().set_num_format("@");
    sheet.set_freeze_panes(1, 1)?;
    for (column, (heading, word)) in (0..).zip(TEMPLATE) {
        sheet.set_column_format(column, &text)?;
        sheet.set_column_width(column, if column == 0 { 36 } else { 18 })?;
        sheet.write_string_with_format(0, column, heading, &head)?;
        sheet.insert_note(0, column, &Note::new(word).set_author("").add_author_prefix(false))?;
    }
    book.save_to_buffer()
}

/// `postroom excuse`.
pub(super) fn excuse(arguments: &Excuse, config: &Config) -> anyhow::Result<()> {
    let store = local::open(config)?;
    let respondent = arguments.respondent;
    if arguments.undo {
        if !store.unexcuse(respondent).wait()? {
            bail!("respondent {respondent} was not excused; `postroom roster --state excused` lists who is");
        }
        print::line(format!("respondent {respondent} is to answer again"));
        return Ok(());
    }
    store.excuse(respondent, arguments.why.as_deref().unwrap_or_default(), now()).wait()?;
    print::line(format!("respondent {respondent} need not answer"));
    Ok(())
}

/// How many respondents of each roster are in each state, by survey; those without a roster are left out.
pub(super) fn totals(store: &Store, config: &Config) -> anyhow::Result<BTreeMap<String, BTreeMap<String, u64>>> {
    let mut totals = BTreeMap::new();
    for survey in &config.surveys {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        // A store that only another configuration was used with does not know the survey yet.
        let Ok(rows) = store.roster(&survey.id, &config.time_zone) else { continue };
        for row in rows {
            *counts.entry(row.state.as_str().to_owned()).or_default() += 1;
        }
        if !counts.is_empty() {
            counts.insert("not_on_roster".to_owned(), store.unlisted(&survey.id)?);
            totals.insert(survey.id.clone(), counts);
        }
    }
    Ok(totals)
}
