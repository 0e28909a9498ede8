//! A taxonomy's file: the TOML as it is written becomes a [`Taxonomy`]; what is wrong is said with its line and the remedy.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

use super::matcher::{Matcher, Term, Weight};
use super::pattern::{self, Lists};
use super::plain::plain;
use super::{Area, Nature, Target, Task, Taxonomy};
use crate::written::{self, Fault};

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: Spanned<String>,
    title: String,
    #[serde(default)]
    parts: Vec<String>,
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    #[serde(rename = "task")]
    tasks: Vec<TaskTable>,
    #[serde(rename = "area")]
    areas: Vec<AreaTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskTable {
    key: Spanned<String>,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AreaTable {
    key: Spanned<String>,
    name: String,
    task: Spanned<String>,
    #[serde(default)]
    component: bool,
    #[serde(default)]
    host: bool,
    #[serde(default)]
    takes_objects: bool,
    #[serde(default)]
    use_counts: bool,
    strong: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    fair: Vec<Spanned<String>>,
    #[serde(default)]
    hints: Vec<Spanned<String>>,
    #[serde(default)]
    exclusions: Vec<Spanned<String>>,
    #[serde(default)]
    synonyms: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    targets: Vec<TargetTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetTable {
    what: String,
    figure: String,
}

/// A fault that knows its bytes in the file.
struct Misfit {
    span: Range<usize>,
    message: String,
}

impl Misfit {
    fn at<T>(written: &Spanned<T>, message: impl Into<String>) -> Self {
        Self { span: written.span(), message: message.into() }
    }
}

/// Reads a taxonomy file's text.
pub(super) fn read(text: &str) -> Result<Taxonomy, Fault> {
    let file: File = toml::from_str(text).map_err(|error| Fault::of_toml(text, &error))?;
    let fault = |misfit: Misfit| Fault::at(text, misfit.span, misfit.message);
    check(&file).map_err(fault)?;
    let mut terms = Vec::new();
    for (number, area) in file.areas.iter().enumerate() {
        terms.extend(area_terms(number, area, &file.words).map_err(fault)?);
    }
    let matcher = Matcher::new(terms).map_err(|error| fault(Misfit::at(&file.id, error)))?;
    let digest = Sha256::digest(text.as_bytes());
    Ok(Taxonomy {
        id: file.id.into_inner(),
        revision: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        title: file.title,
        tasks: file.tasks.into_iter().map(|task| Task { key: task.key.into_inner(), name: task.name }).collect(),
        areas: file.areas.into_iter().map(area).collect(),
        parts: file.parts.iter().map(|part| plain(part)).collect(),
        matcher,
    })
}

fn area(table: AreaTable) -> Area {
    let targets = table.targets.into_iter().map(|target| Target { what: target.what, figure: target.figure });
    Area {
        key: table.key.into_inner(),
        name: table.name,
        task: table.task.into_inner(),
        targets: targets.collect(),
        nature: Nature {
            component: table.component,
            host: table.host,
            takes_objects: table.takes_objects,
            use_counts: table.use_counts,
        },
    }
}

fn area_terms(number: usize, area: &AreaTable, words: &BTreeMap<String, Vec<String>>) -> Result<Vec<Term>, Misfit> {
    let synonyms =
        area.synonyms.iter().map(|(word, others)| (plain(word), others.iter().map(|other| plain(other)).collect()));
    let lists = Lists { words: words.clone(), synonyms: synonyms.collect() };
    let kinds = [
        (area.strong.get_ref(), Weight::Strong),
        (&area.fair, Weight::Fair),
        (&area.hints, Weight::Hint),
        (&area.exclusions, Weight::Nothing),
    ];
    let mut terms = Vec::new();
    let mut seen: BTreeMap<String, ()> = BTreeMap::new();
    for (written, weight) in kinds.iter().flat_map(|(words, weight)| words.iter().map(move |word| (word, *weight))) {
        if seen.insert(plain(written.get_ref()), ()).is_some() {
            let message = format!("`{}` stands twice in area `{}`; keep one", written.get_ref(), area.key.get_ref());
            return Err(Misfit::at(written, message));
        }
        let slots = pattern::slots(written.get_ref(), &lists).map_err(|message| Misfit::at(written, message))?;
        terms.push(Term { area: number, weight, slots });
    }
    Ok(terms)
}

fn check(file: &File) -> Result<(), Misfit> {
    let tasks: Vec<&str> = file.tasks.iter().map(|task| task.key.get_ref().as_str()).collect();
    check_keys(file.tasks.iter().map(|task| &task.key))?;
    check_keys(file.areas.iter().map(|area| &area.key))?;
    for area in &file.areas {
        let task = area.task.get_ref();
        if !tasks.contains(&task.as_str()) {
            let remedy = written::nearest(task, &tasks)
                .map_or_else(|| format!("known: {}", tasks.join(", ")), |near| format!("did you mean `{near}`?"));
            return Err(Misfit::at(&area.task, format!("no task is called `{task}`; {remedy}")));
        }
        if area.strong.get_ref().is_empty() {
            let message =
                format!("area `{}` has no words that lead to it; name some under `strong`", area.key.get_ref());
            return Err(Misfit::at(&area.strong, message));
        }
    }
    Ok(())
}

fn check_keys<'k>(keys: impl Iterator<Item = &'k Spanned<String>>) -> Result<(), Misfit> {
    let mut seen: Vec<&str> = Vec::new();
    for written in keys {
        let key = written.get_ref();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !key.starts_with(|c: char| c.is_ascii_lowercase()) || !key.chars().all(fits) {
            let message =
                format!("key `{key}` cannot be stored; begin with a letter a-z, go on with a-z, digits and `_`");
            return Err(Misfit::at(written, message));
        }
        if seen.contains(&key.as_str()) {
            return Err(Misfit::at(written, format!("key `{key}` is given twice; choose another")));
        }
        seen.push(key);
    }
    Ok(())
}
