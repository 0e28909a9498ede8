//! `postroom digest`: which weekly digests are configured and made, and how one would read now.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use jiff::civil::Date;

mod explain;

use super::{local, print};
use crate::config::Config;
use crate::figures::Name;
use crate::notice::Preview;
use crate::store::Store;
use crate::tasks::digest::{self, Edition};
use crate::tasks::{font, now};

/// What stands below the help.
pub(super) const HELP: &str = "Examples:
  postroom digest                      which digests are configured, when the next ones go out, what was made
  postroom digest --preview            the digest as it would read now: text here, HTML in digest.html
  postroom digest --preview --name office --html office.html
  postroom digest --explain            every figure by its name
  postroom digest --explain area:sensors --week 2017-12-25

A preview sends nothing and keeps nothing but the file.";

/// What `digest` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Show the digest as it would read now, write its HTML to a file and open that
    #[arg(long)]
    preview: bool,
    /// What a figure counts, the query that finds it, and the returns behind it; without a name, all figures
    #[arg(long, value_name = "FIGURE", conflicts_with = "preview")]
    explain: Option<Option<Name>>,
    /// With --explain: of the digest that was made for this week [default: of one made now]
    #[arg(long, value_name = "DAY", requires = "explain")]
    week: Option<Date>,
    /// The digest, by the name in the configuration; may be left out where only one is configured
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The file for the HTML
    #[arg(long, value_name = "FILE", default_value = "digest.html", requires = "preview")]
    html: PathBuf,
    /// Do not open the file
    #[arg(long, requires = "preview")]
    no_open: bool,
    /// The survey, where no digest is configured and several surveys are
    #[arg(long, value_name = "ID")]
    survey: Option<String>,
}

/// Lists the digests, or shows one.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let store = local::look(config)?;
    if let Some(name) = &arguments.explain {
        return explain::perform(name.as_ref(), arguments.week, &edition(arguments, config)?, &store, config);
    }
    if arguments.preview { preview(arguments, &store, config) } else { list(&store, config) }
}

fn list(store: &Store, config: &Config) -> anyhow::Result<()> {
    if config.digests.is_empty() {
        bail!("no digest is configured; add a [[digest]] with `to` and `at` to the configuration");
    }
    let mut rows = Vec::new();
    for one in &config.digests {
        let next = one.at.next(now(), &config.time_zone).map(|slot| slot.at.to_string()).unwrap_or_default();
        let made = store.digests(&one.name)?;
        let last = made.first().map(|last| last.figures.at.to_string()).unwrap_or_default();
        rows.push(vec![
            one.name.clone(),
            one.survey.clone(),
            one.tag.as_ref().map(|(tag, value)| format!("{tag}={value}")).unwrap_or_default(),
            one.to.join(", "),
            local::time(&next, &config.time_zone),
            local::time(&last, &config.time_zone),
            made.len().to_string(),
        ]);
    }
    print::table(&["digest", "survey", "of", "to", "next", "last", "made"], &rows);
    Ok(())
}

fn preview(arguments: &Arguments, store: &Store, config: &Config) -> anyhow::Result<()> {
    let edition = edition(arguments, config)?;
    let now = now();
    store.sort(edition.sorted(store)?).wait()?;
    let counted = edition.count(store, now)?;
    let recipient = edition.settings.to.first().map_or("office@district.example", String::as_str);
    let slot = edition.slot(now);
    let token = store.letter_token(&edition.key(slot, recipient))?;
    let font = font::load(config).inspect_err(|why| print::remark(why)).ok();
    let pictures = edition.pictures(&counted.figures, font.as_ref());
    let tables = edition.tables(store, &counted.figures, now)?;
    let notice = edition.compose((&counted, &pictures, &tables), (recipient, &token), slot, now)?;
    let preview = Preview::of(&notice);
    print::line(format!("Subject: {}", preview.subject));
    for file in &preview.files {
        print::line(format!("Attachment: {file}"));
    }
    print::line("");
    print::lines(preview.text.trim_end());
    std::fs::write(&arguments.html, digest::standing_alone(&preview.html, &pictures))
        .with_context(|| arguments.html.display().to_string())?;
    print::remark(&format!("the HTML is in {}", arguments.html.display()));
    if !arguments.no_open {
        open(&arguments.html);
    }
    Ok(())
}

/// The digest that is named, the only one, or one of the survey as it would be without further settings.
fn edition(arguments: &Arguments, config: &Config) -> anyhow::Result<Edition> {
    let mut editions = digest::editions(config)?;
    let names: Vec<String> = editions.iter().map(|edition| edition.settings.name.clone()).collect();
    match &arguments.name {
        Some(name) => {
            let at = names.iter().position(|one| one == name);
            let configured = if names.is_empty() { "none is configured".to_owned() } else { names.join(", ") };
            Ok(editions.swap_remove(at.with_context(|| format!("no digest is called `{name}`: {configured}"))?))
        }
        None if editions.is_empty() => {
            let survey = super::survey::one(config, arguments.survey.as_deref())?;
            Ok(Edition::plain(config, survey)?)
        }
        None if editions.len() == 1 => Ok(editions.swap_remove(0)),
        None => bail!("several digests are configured; name one with --name: {}", names.join(", ")),
    }
}

/// Opens a file with the desktop's program for it, where there is a desktop.
fn open(file: &Path) {
    let has_desktop = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    if has_desktop || cfg!(target_os = "macos") {
        let started =
            Command::new(program).arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        if let Err(error) = started {
            print::remark(&format!("{program}: {error}; open {} by hand", file.display()));
        }
    }
}
