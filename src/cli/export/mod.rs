//! `postroom export`: returns as a table for people or programs, with a dictionary of its columns, and their originals beside it.

mod originals;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, bail};
use jiff::civil::Date;

use super::roster::tag;
use super::{local, output, print, survey};
use crate::config::Config;
use crate::store::Store;
use crate::table::{self, Form, Made, Scope, Table};
use crate::tasks::now;
use crate::verdict::Standing;

/// Examples, and what the formats are.
pub(super) const HELP: &str = "Examples:
  postroom export returns.xlsx                                      the current returns, as in the survey's view
  postroom export returns.parquet --survey ai-industry-2017         for programs: .json, .parquet
  postroom export east.csv --state complete --tag 所属镇街=东街
  postroom export week.xlsx --since 2017-12-18 --until 2017-12-22   received on these days
  postroom export 汇总表.docx --consolidated --district 岭泽市禾塘区  to be passed on: complete returns, the form's own look
  postroom export returns.xlsx --with-files originals               the files too, a folder for each enterprise
  postroom export - --format json | jq .

The dictionary of the columns is a sheet of the workbook, or a file beside the others (returns.csv.dictionary.md).";

/// What `export` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The file to write: .xlsx, .csv, .docx, .json or .parquet; - for standard output
    file: Destination,
    /// The format, for standard output
    #[arg(long, required_if_eq("file", "-"))]
    format: Option<Format>,
    /// The survey [default: the only one]
    #[arg(long, value_name = "ID")]
    survey: Option<String>,
    /// Returns in this state [default: the current ones, complete and in_correction]; may be given several times
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Vec<Standing>,
    /// Returns of respondents of which the roster says this, such as 所属镇街=东街; several must all hold
    #[arg(long, value_name = "TAG=VALUE", value_parser = tag)]
    tag: Vec<(String, String)>,
    /// Received on this day or later, such as 2017-12-18
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// Received on this day or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// The consolidated table of the complete returns in the form's own look, with notes (.docx, .xlsx)
    #[arg(long, conflicts_with = "state")]
    consolidated: bool,
    /// The district that the title names (.docx, and .xlsx with --consolidated) [default: that of the digest]
    #[arg(long, value_name = "NAME")]
    district: Option<String>,
    /// Write the original files of these returns into this new folder, a folder for each enterprise, with an index.csv
    #[arg(long, value_name = "DIR")]
    with_files: Option<PathBuf>,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
}

/// Where the table goes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Destination {
    Output,
    File(PathBuf, Format),
}

/// A format of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Excel
    Xlsx,
    /// Text with commas, for spreadsheets
    Csv,
    /// Word, in the form's own look
    Docx,
    /// An array of objects
    Json,
    /// Apache Parquet
    Parquet,
}

impl FromStr for Destination {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "-" {
            return Ok(Self::Output);
        }
        let path = PathBuf::from(text);
        let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        let format = <Format as clap::ValueEnum>::from_str(&ending, true);
        let format = format.map_err(|_| "name a file that ends in .xlsx, .csv, .docx, .json or .parquet")?;
        Ok(Self::File(path, format))
    }
}

fn state(text: &str) -> Result<Standing, String> {
    let known = Standing::ALL.into_iter().find(|state| state.as_str() == text.replace('-', "_"));
    known.ok_or_else(|| format!("states are {}", Standing::ALL.map(Standing::as_str).join(", ")))
}

/// Writes table, dictionary and originals.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let id = match &arguments.survey {
        Some(id) => id.clone(),
        None => survey::one(config, None)?.id.clone(),
    };
    let format = arguments.format()?;
    let dictionary = arguments.ensure_free(format)?;
    let store = local::look(config)?;
    let scope = arguments.scope()?;
    known_tags(&store, &id, &scope)?;
    let made = Made { at: now(), zone: config.time_zone.clone() };
    let table = store.table(&id, &scope, &config.time_zone)?;
    let (bytes, form) = arguments.render(&table, &made, format, config)?;
    match &arguments.file {
        Destination::Output => std::io::stdout().lock().write_all(&bytes).context("standard output")?,
        Destination::File(file, _) => output::write(file, &bytes)?,
    }
    if let Some(file) = dictionary {
        output::write(&file, table::dictionary(&table, &made, form).as_bytes())?;
        print::line(format!("{}: what its columns mean", file.display()));
    }
    match &arguments.file {
        Destination::Output => print::remark(&format!("{} returns", table.rows.len())),
        Destination::File(file, _) => print::line(format!("{}: {} returns", file.display(), table.rows.len())),
    }
    if let Some(folder) = &arguments.with_files {
        let written = originals::write(folder, &table, &store, config)?;
        let words = format!("{}: {} files of {} returns", folder.display(), written, table.rows.len());
        if arguments.file == Destination::Output { print::remark(&words) } else { print::line(words) }
    }
    Ok(())
}

impl Arguments {
    /// The format asked for; a file's name that says another is a slip.
    fn format(&self) -> anyhow::Result<Format> {
        let format = match (&self.file, self.format) {
            (Destination::File(file, named), Some(asked)) if *named != asked => {
                bail!("{}: its ending says another format; leave --format out, or change the name", file.display())
            }
            (Destination::File(_, named), _) => *named,
            (Destination::Output, Some(asked)) => asked,
            (Destination::Output, None) => bail!("name a format with --format"),
        };
        if self.consolidated && !matches!(format, Format::Xlsx | Format::Docx) {
            bail!("the consolidated table is a .docx or .xlsx; leave --consolidated out for other formats");
        }
        if self.district.is_some() && format != Format::Docx && !self.consolidated {
            bail!("only a .docx, and a .xlsx with --consolidated, has a title for --district");
        }
        Ok(format)
    }

    /// Makes sure that nothing is in the way; the file for the dictionary, where it is one by itself.
    fn ensure_free(&self, format: Format) -> anyhow::Result<Option<PathBuf>> {
        if let Some(folder) = &self.with_files {
            originals::ensure_new(folder)?;
        }
        let Destination::File(file, _) = &self.file else { return Ok(None) };
        output::ensure_free(file, self.force)?;
        if format == Format::Xlsx && !self.consolidated {
            return Ok(None);
        }
        let dictionary = dictionary_of(file);
        output::ensure_free(&dictionary, self.force)?;
        Ok(Some(dictionary))
    }

    fn scope(&self) -> anyhow::Result<Scope> {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && since > until
        {
            bail!("--since {since} is after --until {until}; nothing can be received then");
        }
        let states = if self.consolidated { vec![Standing::Complete] } else { self.state.clone() };
        Ok(Scope { states, tags: self.tag.clone(), since: self.since, until: self.until })
    }

    /// The table in its format, and how that shows the columns.
    fn render(&self, table: &Table, made: &Made, format: Format, config: &Config) -> anyhow::Result<(Vec<u8>, Form)> {
        let district = self.district.as_deref().or_else(|| district_of(config));
        Ok(match format {
            Format::Xlsx if self.consolidated => (table::consolidated_xlsx(table, district, made), Form::Layout),
            Format::Xlsx => (table::xlsx(table, made).context("the workbook")?, Form::Columns),
            Format::Csv => (table::csv(table, made).into_bytes(), Form::Guarded),
            Format::Docx => (table::form_docx(table, district, made), Form::Layout),
            Format::Json => (table::json(table).into_bytes(), Form::Names),
            Format::Parquet => (table::parquet(table, made).context("the Parquet file")?, Form::Names),
        })
    }
}

/// The district that the digests name, where they name one.
fn district_of(config: &Config) -> Option<&str> {
    let mut named = config.digests.iter().map(|digest| digest.district.as_str()).filter(|name| !name.is_empty());
    let first = named.next()?;
    named.all(|name| name == first).then_some(first)
}

fn dictionary_of(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{name}.dictionary.md"))
}

/// A tag that nobody has is a slip, and no reason for an empty table.
fn known_tags(store: &Store, survey: &str, scope: &Scope) -> anyhow::Result<()> {
    if scope.tags.is_empty() {
        return Ok(());
    }
    let known = store.tags(survey)?;
    for (tag, value) in &scope.tags {
        let Some(values) = known.get(tag) else {
            let tags = known.keys().cloned().collect::<Vec<_>>().join(", ");
            bail!("the roster of {survey} has no column `{tag}`; its columns for --tag: {tags}");
        };
        if !values.contains(value) {
            bail!("nobody on the roster of {survey} has {tag}={value}; there are: {}", values.join(", "));
        }
    }
    Ok(())
}
