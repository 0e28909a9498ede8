//! `postroom form`: the official form of a survey as a blank file to be sent out.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::{output, print};
use crate::config::Config;
use crate::form;
use crate::survey::Survey;

/// What `form` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The survey [default: the only one]
    #[arg(long, value_name = "ID")]
    survey: Option<String>,
    /// The format [default: that of the file's name, otherwise docx]
    #[arg(long)]
    format: Option<Format>,
    /// The file to write [default: the survey's name, in the current folder]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

/// A format that the form is made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Word
    Docx,
    /// Excel
    Xlsx,
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Writes the file.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let survey = survey(arguments, config)?;
    let format = format(arguments)?;
    let default = || PathBuf::from(format!("{}.{}", survey.id, format.extension()));
    let file = arguments.output.clone().unwrap_or_else(default);
    output::ensure_free(&file, arguments.force)?;
    let bytes = match format {
        Format::Docx => form::docx(survey, &[]),
        Format::Xlsx => form::xlsx(survey, &[]),
    };
    output::write(&file, &bytes)?;
    print::line(format!("{}: the blank form of {}", file.display(), survey.id));
    Ok(())
}

fn survey<'c>(arguments: &Arguments, config: &'c Config) -> anyhow::Result<&'c Survey> {
    let ids = || config.surveys.iter().map(|survey| survey.id.as_str()).collect::<Vec<_>>().join(", ");
    match (&arguments.survey, config.surveys.as_slice()) {
        (Some(id), surveys) => surveys
            .iter()
            .find(|survey| survey.id == *id)
            .with_context(|| format!("no survey `{id}` is configured; name one of {}", ids())),
        (None, [only]) => Ok(only),
        (None, _) => bail!("several surveys are configured; name one of {} with --survey", ids()),
    }
}

/// The format asked for; a file's name that says another is a slip.
fn format(arguments: &Arguments) -> anyhow::Result<Format> {
    let named = arguments.output.as_deref().map(extension);
    let of_name = match named.as_deref() {
        Some("docx") => Some(Format::Docx),
        Some("xlsx") => Some(Format::Xlsx),
        Some(_) => bail!("name a file that ends in .docx or .xlsx"),
        None => None,
    };
    match (arguments.format, of_name) {
        (Some(asked), Some(named)) if asked != named => {
            bail!("the file ends in .{}; name one that ends in .{}", named.extension(), asked.extension())
        }
        (asked, named) => Ok(asked.or(named).unwrap_or(Format::Docx)),
    }
}

fn extension(file: &Path) -> String {
    file.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase()
}
