//! `postroom demo`: the whole job on sample mails. The daemon itself runs, on a Maildir of samples, with replies written to a
//! folder; nothing leaves the machine.

mod samples;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::Timestamp;

use super::cage::MayLack;
use super::{print, read, run};
use crate::authenticate::Relays;
use crate::config::{Config, Mailbox, MailboxKind, Transport, TransportKind};
use crate::daemon::Daemon;
use crate::mail;
use crate::mailbox::maildir;
use crate::store::Store;
use crate::table::{Row, Scope};
use crate::telemetry;

/// What `demo` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Mails to take instead of the samples: a folder of .eml files or a Maildir
    #[arg(long, value_name = "DIR")]
    mails: Option<PathBuf>,
    /// A new folder for mails, replies and database [default: postroom-demo, or postroom-demo-2 and so on]
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    #[command(flatten)]
    may_lack: MayLack,
}

/// Name of the demo's mailbox.
const MAILBOX: &str = "demo";

/// Runs the demo and shows what came of it.
pub(super) fn perform(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = new_folder(arguments.to.as_deref())?;
    let count = fill(&folder.join("mails"), arguments.mails.as_deref())?;
    let mut config = config(&folder)?;
    config.reader.may_lack.clone_from(&arguments.may_lack.layers);
    telemetry::start(config.log.format, &config.log.level, config.time_zone.clone());
    let runtime = super::runtime::start()?;
    runtime.block_on(async {
        let mut words = run::words()?;
        let mut daemon = Daemon::start(&config).await?;
        let store = daemon.store.clone();
        tokio::select! {
            done = until_done(&store, count) => done?,
            failed = daemon.failed() => return Err(failed.into()),
            why = words.recv() => bail!("stopped by {}", why.unwrap_or_default()),
        }
        daemon.stop().await?;
        show(&store, &config, &folder)
    })
}

fn new_folder(wanted: Option<&Path>) -> anyhow::Result<PathBuf> {
    let numbered = (2..1_000).map(|number| PathBuf::from(format!("postroom-demo-{number}")));
    let mut names = std::iter::once(PathBuf::from("postroom-demo")).chain(numbered);
    let folder = match wanted {
        Some(folder) => folder.to_owned(),
        None => names.find(|name| !name.exists()).context("too many folders postroom-demo-…; name one with --to")?,
    };
    fs::create_dir(&folder).with_context(|| format!("{}: name a new folder with --to", folder.display()))?;
    Ok(folder)
}

/// Makes a Maildir of the mails; answers how many there are.
fn fill(maildir: &Path, mails: Option<&Path>) -> anyhow::Result<usize> {
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(maildir.join(part))?;
    }
    let mails: Vec<Vec<u8>> = match mails {
        None => samples::MAILS.iter().map(|mail| mail.to_vec()).collect(),
        Some(folder) => read::files_in(folder)?.iter().map(fs::read).collect::<Result<_, _>>()?,
    };
    if mails.is_empty() {
        bail!("no mails there; name a folder of .eml files or a Maildir");
    }
    for (number, mail) in (1..).zip(&mails) {
        fs::write(maildir.join("new").join(format!("{number:04}.demo")), mail)?;
    }
    Ok(mails.len())
}

fn config(folder: &Path) -> anyhow::Result<Config> {
    let mut config = Config::built_in(&folder.join("data"))?;
    // The samples are of 2017, and all of them are to be answered.
    config.answer_since = Some(Timestamp::UNIX_EPOCH);
    // Nothing leaves the machine, not even a question.
    config.senders.evaluate = None;
    config.mailboxes.push(Mailbox {
        name: MAILBOX.into(),
        kind: MailboxKind::Maildir(maildir::Settings::new(MAILBOX, folder.join("mails"))),
        surveys: Vec::new(),
        authserv_id: None,
        relays: Relays::default(),
        reply_by: None,
    });
    config.transports.push(Transport {
        name: "replies".into(),
        from: "禾塘区调查表收件处 <rgzn@collect.example>".into(),
        kind: TransportKind::Folder(folder.join("replies")),
    });
    Ok(config)
}

/// Waits until every mail is kept, read and answered.
async fn until_done(store: &Store, count: usize) -> anyhow::Result<()> {
    loop {
        let status = store.status()?;
        let queued = status.notices.get("queued").copied().unwrap_or(0);
        if store.known_names(MAILBOX)?.len() >= count && status.waiting == 0 && queued == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn show(store: &Store, config: &Config, folder: &Path) -> anyhow::Result<()> {
    for survey in &config.surveys {
        print::lines(format!("\n{}\n", survey.title));
        let table = store.table(&survey.id, &Scope::default(), &config.time_zone)?;
        let mut headings: Vec<&str> = survey.items.iter().map(|item| item.short.as_str()).collect();
        headings.push("");
        let row = |row: &Row| {
            let cells =
                row.cells.iter().map(|cell| cell.as_ref().map(|cell| print::short(&cell.text, 12)).unwrap_or_default());
            cells.chain([row.state.as_str().to_owned()]).collect::<Vec<_>>()
        };
        print::table(&headings, &table.rows.iter().map(row).collect::<Vec<_>>());
    }
    for (kind, title) in [("receipt", "a receipt"), ("correction", "a correction")] {
        if let Some(text) = reply(store, &folder.join("replies"), kind)? {
            print::lines(format!("\n--- {title} ---\n{text}"));
        }
    }
    print::lines(format!("\nmails, replies and database lie in {}", folder.display()));
    print::line(format!("  replies:  {}", folder.join("replies").display()));
    print::line(format!("  database: {} (try the view survey_ai_industry_2017)", store.path().display()));
    Ok(())
}

/// The text of the first reply of a kind.
fn reply(store: &Store, replies: &Path, kind: &str) -> anyhow::Result<Option<String>> {
    let notices = store.notices(None)?;
    let Some(first) = notices.iter().rev().find(|notice| notice.kind == kind && notice.state == "sent") else {
        return Ok(None);
    };
    let bytes = fs::read(replies.join(format!("{}.eml", first.key.replace(':', "-"))))?;
    let message = mail::parse(&bytes);
    Ok(Some(format!(
        "To: {}\nSubject: {}\n\n{}{}",
        first.recipient, message.envelope.subject, message.body.text, message.body.quoted_text
    )))
}
