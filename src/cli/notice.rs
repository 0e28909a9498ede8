//! `postroom notice --preview`: a notice as it would read now, without sending anything or keeping anything.

use std::path::PathBuf;

use anyhow::{Context, bail};

use super::target::Name;
use super::{enter, local, output, print};
use crate::config::Config;
use crate::daemon;
use crate::notice::{self, Notice, Preview};
use crate::reader::Pool;
use crate::store::Store;
use crate::survey::{self, Survey};
use crate::tasks::{now, preview};

/// What stands below the help.
pub(super) const HELP: &str = "Examples:
  postroom notice --preview receipt                          on sample data
  postroom notice --preview correction --for r12             what the sender of a return would get now
  postroom notice --preview reminder --for 某某公司           what a respondent of the roster would get now
  postroom notice --preview receipt --language en            in the other language
  postroom notice --preview invitation --html invitation.html  and the HTML, for a browser

Nothing is sent, and nothing is written but the file of --html.";

/// What `notice` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The kind of notice to look at
    #[arg(long, value_enum, value_name = "KIND")]
    preview: Kind,
    /// Whom it is about: a message (m17), a return (r12), or a respondent's number or name on the roster [default: sample data]
    #[arg(long = "for", value_name = "NAME")]
    about: Option<String>,
    /// The language, to see sample data in another than the survey's
    #[arg(long, value_enum, value_name = "LANGUAGE", conflicts_with = "about")]
    language: Option<Language>,
    /// Write its HTML to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
    /// The survey; may be left out where only one is configured
    #[arg(long, value_name = "ID")]
    survey: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// What was understood
    Receipt,
    /// What is to be mended
    Correction,
    /// That a person will read it
    Handover,
    /// The covering letter
    Invitation,
    /// What is still missing
    Reminder,
    /// That another address reported as well
    Dispute,
    /// That a mail was not opened
    Infected,
    /// How the survey stands; of what is stored, see `postroom digest --preview`
    Digest,
    /// That something needs the operator
    Alarm,
}

/// The languages as the command line has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Language {
    /// Chinese
    Zh,
    /// English
    En,
}

impl From<Language> for survey::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Self::Zh,
            Language::En => Self::En,
        }
    }
}

impl From<Kind> for notice::Kind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Receipt => Self::Receipt,
            Kind::Correction => Self::Correction,
            Kind::Handover => Self::Handover,
            Kind::Invitation => Self::Invitation,
            Kind::Reminder => Self::Reminder,
            Kind::Dispute => Self::Dispute,
            Kind::Infected => Self::Infected,
            Kind::Digest => Self::Digest,
            Kind::Alarm => Self::Alarm,
        }
    }
}

/// Prints the notice.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let kind = notice::Kind::from(arguments.preview);
    let notice = match &arguments.about {
        Some(name) => of_store(arguments, kind, name, config)?,
        None => {
            let survey = super::survey::one(config, arguments.survey.as_deref())?;
            let language = arguments.language.map_or(survey.language, survey::Language::from);
            preview::sample(config, &Survey { language, ..survey.clone() }, kind, now())?
        }
    };
    let preview = Preview::of(&notice);
    if let Some(file) = &arguments.html {
        output::ensure_free(file, arguments.force)?;
        output::write(file, preview.html.as_bytes())?;
    }
    show(&preview);
    Ok(())
}

fn show(preview: &Preview) {
    print::line(format!("To: {}", preview.recipient));
    print::line(format!("Subject: {}", preview.subject));
    for file in &preview.files {
        print::line(format!("Attachment: {file}"));
    }
    print::line("");
    print::lines(preview.text.trim_end());
}

/// The notice that would be sent now about something that is stored.
fn of_store(arguments: &Arguments, kind: notice::Kind, name: &str, config: &Config) -> anyhow::Result<Notice> {
    let store = local::look(config)?;
    if kind.answers() {
        let named: Name =
            name.parse().map_err(anyhow::Error::msg).context("a message is answered, not a respondent")?;
        return answer(kind, named.message(&store)?, &store, config);
    }
    if kind == notice::Kind::Alarm {
        bail!("an alarm is about Postroom, not about {name}; leave out --for");
    }
    let (survey, respondent) = respondent(arguments, name, &store, config)?;
    let row = enter::respondent(&store, survey, &respondent, config)?;
    Ok(match kind {
        notice::Kind::Dispute => preview::dispute(config, &store, (survey, &row), now())?,
        notice::Kind::Infected => anyhow::bail!("this notice is about no respondent; look at it without --for"),
        _ => preview::letter(config, &store, (survey, &row), kind, now())?,
    })
}

fn answer(kind: notice::Kind, message: i64, store: &Store, config: &Config) -> anyhow::Result<Notice> {
    let pool = Pool::new(daemon::reader_settings(config));
    let runtime = tokio::runtime::Runtime::new()?;
    let notice = runtime.block_on(preview::answer(config, store, pool, message, now()))?;
    if notice.kind != kind {
        bail!("m{message} would be answered by a {0}; look at it with --preview {0}", notice.kind.as_str());
    }
    Ok(notice)
}

/// The survey and the respondent's name there. A return is one of its respondent.
fn respondent<'c>(
    arguments: &Arguments,
    name: &str,
    store: &Store,
    config: &'c Config,
) -> anyhow::Result<(&'c Survey, String)> {
    let number = name.strip_prefix('r').and_then(|number| number.parse().ok());
    let Some(number) = number else {
        return Ok((super::survey::one(config, arguments.survey.as_deref())?, name.to_owned()));
    };
    let row = store.show(number)?.row;
    let survey = super::survey::one(config, row.survey.as_deref().or(arguments.survey.as_deref()))?;
    Ok((survey, row.respondent))
}
