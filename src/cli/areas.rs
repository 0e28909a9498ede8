//! `postroom areas`: which focus areas bare answers speak of, a line of JSON each, or the areas of the taxonomy.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{local, print, survey};
use crate::areas::{BUILT_IN, Found, Taxonomy, Text};
use crate::config::{Config, Source};
use crate::store::AreaRow;
use crate::survey::Survey;
use crate::tasks::{areas, now};

/// Examples and what the lines are.
pub(super) const HELP: &str = "Examples:
  postroom areas                           the areas of the built-in plan
  postroom areas --answers answers.jsonl   the areas of each line
  … | postroom areas --answers -           the same from standard input
  postroom areas --returns                 stored returns by area, with the words that led there
  postroom areas --is 12=sensors --why 电话核实
  postroom areas --is-not 12=smart_home    the words decide again with --forget 12=smart_home

Each line is {\"id\": \"12\", \"answers\": {\"technology\": \"…\", \"products\": \"…\"}}; for each, {\"id\", \"areas\": [{\"key\", \"score\",
\"evidence\"}]} is printed. `name` is taken for the respondent's name and is no evidence.";

/// What `areas` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Lines of bare answers; `-`: standard input
    #[arg(long, value_name = "FILE.jsonl")]
    answers: Option<PathBuf>,
    /// Taxonomy file [default: the built-in action-plan-2018-2020]
    #[arg(long, value_name = "FILE")]
    taxonomy: Option<PathBuf>,
    /// Print JSON, one object a line
    #[arg(long, conflicts_with = "answers")]
    json: bool,
    /// The areas that stored returns have
    #[arg(long, conflicts_with_all = ["answers", "taxonomy"])]
    returns: bool,
    /// With --returns: the survey; may be left out where only one is configured
    #[arg(long, value_name = "ID", requires = "returns")]
    survey: Option<String>,
    /// Note that a respondent is of an area, whatever the words say: RESPONDENT=AREA, such as 12=sensors
    #[arg(long, value_name = "RESPONDENT=AREA", conflicts_with_all = ["answers", "taxonomy"])]
    is: Vec<Choice>,
    /// Note that a respondent is not of an area
    #[arg(long, value_name = "RESPONDENT=AREA", conflicts_with_all = ["answers", "taxonomy"])]
    is_not: Vec<Choice>,
    /// Take back what was noted: the words decide again
    #[arg(long, value_name = "RESPONDENT=AREA", conflicts_with_all = ["answers", "taxonomy"])]
    forget: Vec<Choice>,
    /// Why, for those who look later
    #[arg(long, value_name = "TEXT", default_value = "")]
    why: String,
}

/// A respondent and an area, as an operator names them.
#[derive(Debug, Clone)]
struct Choice {
    respondent: i64,
    area: String,
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('=').and_then(|(respondent, area)| Some((respondent.parse().ok()?, area)));
        let (respondent, area) = parts.filter(|(_, area)| !area.is_empty()).ok_or_else(|| {
            format!("`{text}` names nothing; write the number in `postroom roster` or `areas --returns` and an area: 12=sensors")
        })?;
        Ok(Self { respondent, area: area.to_owned() })
    }
}

/// A line of answers.
#[derive(Debug, Deserialize)]
struct Line {
    id: Value,
    answers: BTreeMap<String, String>,
}

/// What is printed of it.
#[derive(Debug, Serialize)]
struct Printed<'p> {
    id: &'p Value,
    areas: Vec<Area<'p>>,
}

#[derive(Debug, Serialize)]
struct Area<'p> {
    key: &'p str,
    score: f64,
    evidence: Vec<&'p str>,
}

/// Classifies, or lists the areas. The exit code is 1 when a line could not be read.
pub(super) fn perform(
    arguments: &Arguments,
    config: impl FnOnce() -> anyhow::Result<Config>,
) -> anyhow::Result<ExitCode> {
    let chosen = [(&arguments.is, Some(true)), (&arguments.is_not, Some(false)), (&arguments.forget, None)];
    if chosen.iter().any(|(choices, _)| !choices.is_empty()) {
        return choose(&chosen, &arguments.why, &config()?).map(|()| ExitCode::SUCCESS);
    }
    if arguments.returns {
        return returns(arguments, &config()?).map(|()| ExitCode::SUCCESS);
    }
    let source = arguments.taxonomy.as_ref().map_or(Source::BuiltIn, |path| Source::File(path.clone()));
    let taxonomy = source.load()?;
    match &arguments.answers {
        Some(path) => classify(&taxonomy, path),
        None => list(&taxonomy, arguments.json).map(|()| ExitCode::SUCCESS),
    }
}

/// Writes down what an operator says of areas.
fn choose(chosen: &[(&Vec<Choice>, Option<bool>)], why: &str, config: &Config) -> anyhow::Result<()> {
    let store = local::open(config)?;
    let mut known: Vec<String> = Vec::new();
    for survey in &config.surveys {
        known.extend(areas::taxonomy(config, survey)?.iter().flat_map(areas::names).map(|area| area.key));
    }
    for (choices, is_of) in chosen {
        for Choice { respondent, area } in *choices {
            if !known.contains(area) {
                bail!("no area is called `{area}`; `postroom areas` lists them");
            }
            store.choose_area(*respondent, area, *is_of, why, now()).wait()?;
            print::line(match is_of {
                Some(true) => format!("respondent {respondent} is of {area}"),
                Some(false) => format!("respondent {respondent} is not of {area}"),
                None => format!("respondent {respondent}: the words decide on {area} again"),
            });
        }
    }
    Ok(())
}

/// Lists the areas of stored returns, found now where they were not yet.
fn returns(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let survey = survey::one(config, arguments.survey.as_deref())?;
    let Some(taxonomy) = areas::taxonomy(config, survey)? else {
        bail!("the survey {} names no taxonomy; add `taxonomy = \"{BUILT_IN}\"` to its file", survey.id);
    };
    let store = local::look(config)?;
    store.sort(areas::found(&store, survey, &taxonomy)?).wait()?;
    let rows = store.area_rows(&survey.id)?;
    if arguments.json {
        return rows.iter().try_for_each(print::json);
    }
    let names = areas::names(&taxonomy);
    for area in &names {
        let own: Vec<Vec<String>> = rows.iter().filter(|row| row.area == area.key).map(row).collect();
        print::line(format!("{} {} ({})", area.key, area.name, own.len()));
        own.iter().for_each(|cells| print::line(format!("  {}", cells.join("  "))));
    }
    Ok(())
}

fn row(row: &AreaRow) -> Vec<String> {
    let surety = if row.by_operator { "operator".to_owned() } else { format!("{:>3} %", row.score) };
    vec![
        surety,
        format!("r{}", row.version),
        format!("respondent {}", row.respondent),
        print::short(&row.name, 30),
        print::short(&row.evidence, 60),
    ]
}

fn classify(taxonomy: &Taxonomy, path: &Path) -> anyhow::Result<ExitCode> {
    let names = names()?;
    let mut code = ExitCode::SUCCESS;
    let shown = path.display();
    for (number, line) in (1..).zip(lines(path)?) {
        let line = line.with_context(|| format!("{shown}, line {number}"))?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Line>(&line) {
            Ok(line) => print_areas(taxonomy, &line, &names)?,
            Err(error) => {
                let remedy = "write {\"id\": …, \"answers\": {\"item\": \"text\"}}, each answer a plain string";
                print::error(&anyhow::anyhow!("{shown}, line {number}: {error}; {remedy}"));
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

fn lines(path: &Path) -> anyhow::Result<Box<dyn Iterator<Item = io::Result<String>>>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lines()));
    }
    let file = File::open(path).with_context(|| format!("{}: name a file of answers, or `-`", path.display()))?;
    Ok(Box::new(BufReader::new(file).lines()))
}

/// Items that name the respondent: what an enterprise is called says little of what it does.
fn names() -> anyhow::Result<Vec<String>> {
    Ok(Survey::founding()?.identity().map(|item| item.key.clone()).into_iter().collect())
}

fn print_areas(taxonomy: &Taxonomy, line: &Line, names: &[String]) -> anyhow::Result<()> {
    let answers = line.answers.iter().filter(|(item, _)| !names.contains(item));
    let texts: Vec<Text<'_>> = answers.map(|(item, words)| Text { item, words }).collect();
    let found = taxonomy.classify(&texts);
    let areas = found.iter().map(area).collect();
    print::json(&Printed { id: &line.id, areas })
}

fn area<'p>(found: &'p Found<'_>) -> Area<'p> {
    Area {
        key: found.key,
        score: (found.score * 100.0).round() / 100.0,
        evidence: found.evidence.iter().map(|evidence| evidence.words).collect(),
    }
}

/// An area as it is listed.
#[derive(Debug, Serialize)]
struct Listed<'p> {
    key: &'p str,
    name: &'p str,
    task: &'p str,
    targets: Vec<String>,
}

fn list(taxonomy: &Taxonomy, json: bool) -> anyhow::Result<()> {
    let listed = taxonomy.areas.iter().map(|area| {
        let task = taxonomy.tasks.iter().find(|task| task.key == area.task).map_or("", |task| &task.name);
        let targets = area.targets.iter().map(|target| format!("{}：{}", target.what, target.figure)).collect();
        Listed { key: &area.key, name: &area.name, task, targets }
    });
    if json {
        return listed.into_iter().try_for_each(|area| print::json(&area));
    }
    print::line(format!("{}: {}", taxonomy.id, taxonomy.title));
    let rows = listed.map(|area| vec![area.key.into(), area.name.into(), area.task.into(), area.targets.join("；")]);
    print::table(&["area", "name", "task", "targets"], &rows.collect::<Vec<_>>());
    Ok(())
}
