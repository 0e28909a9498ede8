//! `postroom areas`: which focus areas bare answers speak of, a line of JSON each, or the areas of the taxonomy.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::print;
use crate::areas::{Found, Taxonomy, Text};
use crate::config::Source;
use crate::survey::Survey;

/// Examples and what the lines are.
pub(super) const HELP: &str = "Examples:
  postroom areas                           the areas of the built-in plan
  postroom areas --answers answers.jsonl   the areas of each line
  … | postroom areas --answers -           the same from standard input

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
    /// Without --answers: print the areas as JSON, one a line
    #[arg(long, conflicts_with = "answers")]
    json: bool,
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
pub(super) fn perform(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let source = arguments.taxonomy.as_ref().map_or(Source::BuiltIn, |path| Source::File(path.clone()));
    let taxonomy = source.load()?;
    match &arguments.answers {
        Some(path) => classify(&taxonomy, path),
        None => list(&taxonomy, arguments.json).map(|()| ExitCode::SUCCESS),
    }
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
