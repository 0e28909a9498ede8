//! `postroom personal`: everything that is held of one respondent, in a folder with an index; erasing it; and what was erased.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::Serialize;

use super::file_name::Names;
use super::{local, output, print};
use crate::config::Config;
use crate::roster::Invited;
use crate::store::{self, Dossier, Lock, Store, StoreError};
use crate::table::csv_line;
use crate::tasks::{now, roster, short_id};
use crate::value::identity;

/// Headings of the index.
const HEADINGS: [&str; 3] = ["文件", "内容", "说明"];

/// What `personal` does.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Write everything that is held of a respondent into a folder, with an index
    #[command(after_help = "Example:\n  postroom personal export 岭泽市示例智能科技有限公司 --to dossier")]
    Export(Export),
    /// Erase a respondent: its answers, mails, notices, addresses and written material; a record of that stays
    #[command(
        after_help = "Examples:\n  postroom personal erase 12                                   what would be erased\n  postroom personal erase 12 --why '企业来函要求，2018-01-05' --yes\n\nStop the daemon before. What backups hold is not erased: make a new one, and delete those made before."
    )]
    Erase(Erase),
    /// What was erased, when and why
    List(super::listing::Json),
}

/// What `personal export` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// The respondent, by its name or its number
    respondent: String,
    /// Folder that is made
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// What `personal erase` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Erase {
    /// The respondent, by its name (in all surveys) or its number (in one)
    respondent: String,
    /// Who asked for it and why, for the record
    #[arg(long, default_value = "")]
    why: String,
    /// Remove the bytes of mails in which others answered too, and the notices about them; what was read of the others stays
    #[arg(long)]
    shared: bool,
    /// Do it; without this it is only said what would be erased
    #[arg(long, requires = "why")]
    yes: bool,
}

/// Does it.
pub(super) fn perform(action: &Action, config: &Config) -> anyhow::Result<()> {
    match action {
        Action::Export(it) => export(it, config),
        Action::Erase(it) => erase(it, config),
        Action::List(it) => list(it.json, config),
    }
}

/// The respondents that are meant, and what is held of them.
fn dossier(store: &Store, wanted: &str) -> anyhow::Result<Dossier> {
    dossier_of(store, &store.respondents_called(wanted)?)
}

/// A respondent's number, survey and name.
type Called = (i64, Option<String>, String);

fn dossier_of(store: &Store, found: &[Called]) -> anyhow::Result<Dossier> {
    for (id, survey, name) in found {
        print::line(format!("respondent {id} of {}: {}", survey.as_deref().unwrap_or("no survey"), name));
    }
    Ok(store.dossier(&found.iter().map(|(id, ..)| *id).collect())?)
}

/// Writes the dossier beside its place, and puts it there when it is whole.
fn export(arguments: &Export, config: &Config) -> anyhow::Result<()> {
    output::ensure_free(&arguments.to, false)?;
    let store = local::look(config)?;
    let dossier = dossier(&store, &arguments.respondent)?;
    let beside = output::beside(&arguments.to);
    let written = Folder::fill(&beside, &dossier, &store).and_then(|number| {
        fs::rename(&beside, &arguments.to).with_context(|| arguments.to.display().to_string())?;
        Ok(number)
    });
    if written.is_err() {
        // What is left of it is of no use to anybody, and the first error is the one to tell.
        let _ = fs::remove_dir_all(&beside);
    }
    print::line(format!("{}: {} files, told of in index.csv", arguments.to.display(), written?));
    Ok(())
}

/// The folder in the making.
struct Folder<'f> {
    root: &'f Path,
    names: Names,
    index: Vec<[String; 3]>,
}

impl<'f> Folder<'f> {
    fn fill(root: &'f Path, dossier: &Dossier, store: &Store) -> anyhow::Result<usize> {
        fs::create_dir(root).with_context(|| root.display().to_string())?;
        let mut folder = Self { root, names: Names::default(), index: Vec::new() };
        folder.names.file("index.csv");
        folder.json("facts.json", &store.held_facts(dossier)?, "what roster and operators say")?;
        folder.json(
            "answers.json",
            &store.held_answers(dossier)?,
            "all answers as they were read, with their place",
        )?;
        for text in store.held_texts(dossier)? {
            let about = format!("text of {} in {}", text.attachment, short_id(text.message));
            folder.file(&format!("{}.txt", text.attachment.replace('/', "_")), text.text.as_bytes(), &about)?;
        }
        for message in &dossier.messages {
            folder.message(*message, store)?;
        }
        for notice in store.held_notices(dossier)? {
            folder.file(&format!("n{}.eml", notice.id), &notice.bytes, &notice.words)?;
        }
        for message in &dossier.shared_messages {
            folder.note(
                &short_id(*message),
                "a mail in which others answered too: not given out; its own answers are in answers.json",
            );
        }
        for notice in &dossier.shared_notices {
            folder.note(&format!("n{notice}"), "a notice that speaks of others too: not given out");
        }
        for digest in &dossier.digests {
            folder.note(&format!("n{digest}"), "a digest of all respondents, it may be among them: not given out");
        }
        folder.finish()
    }

    fn json(&mut self, name: &str, value: &impl Serialize, about: &str) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(value)?;
        self.file(name, text.as_bytes(), about)
    }

    fn message(&mut self, message: i64, store: &Store) -> anyhow::Result<()> {
        let view = store.message(&message.to_string())?;
        let about = format!("mail from {} of {}", view.sender.unwrap_or_default(), view.received_at);
        match store.raw(message) {
            Ok(raw) => self.file(&format!("{}.eml", short_id(message)), &raw, &about),
            Err(error @ StoreError::Removed { .. }) => {
                self.note(&format!("{}: {about}", short_id(message)), &error.to_string());
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn file(&mut self, name: &str, bytes: &[u8], about: &str) -> anyhow::Result<()> {
        let name = self.names.file(name);
        let path = self.root.join(&name);
        fs::write(&path, bytes).with_context(|| path.display().to_string())?;
        self.index.push([name, about.to_owned(), String::new()]);
        Ok(())
    }

    fn note(&mut self, what: &str, why: &str) {
        self.index.push([String::new(), what.to_owned(), why.to_owned()]);
    }

    fn finish(self) -> anyhow::Result<usize> {
        let lines = self.index.iter().map(|line| csv_line(line.clone()));
        let text: String = std::iter::once(csv_line(HEADINGS.map(str::to_owned))).chain(lines).collect();
        let path = self.root.join("index.csv");
        fs::write(&path, format!("\u{feff}{text}")).with_context(|| path.display().to_string())?;
        Ok(self.index.iter().filter(|[name, ..]| !name.is_empty()).count())
    }
}

fn erase(arguments: &Erase, config: &Config) -> anyhow::Result<()> {
    let store = local::look(config)?;
    let found = store.respondents_called(&arguments.respondent)?;
    let dossier = dossier_of(&store, &found)?;
    told(&dossier, arguments.shared).iter().for_each(print::line);
    if !arguments.yes {
        bail!("nothing is erased yet; it cannot be undone: repeat it with --why and --yes");
    }
    if arguments.why.trim().is_empty() {
        bail!("say who asked for it and why, for the record: --why");
    }
    if let Some(path) = still_listed(&store, &found, config)? {
        bail!(
            "{} still lists it, and the next start would ask it anew: take it out of that file, then erase",
            path.display()
        );
    }
    let waiting = store.waiting_digests(&dossier)?;
    if !waiting.is_empty() {
        let names = waiting.iter().map(|id| format!("n{id}")).collect::<Vec<_>>().join(", ");
        bail!(
            "{names}: a digest that may speak of it has still to go: let it go, or discard it if it is held; then erase"
        );
    }
    drop(store);
    let lock = Lock::take(&config.data).context("the database is written anew, so stop the daemon before")?;
    let wanted: &BTreeSet<i64> = &dossier.respondents;
    let erased = store::erase((&config.data, &lock), wanted, &arguments.why, arguments.shared, now())?;
    print::line(format!("erased; record {} of `postroom personal list`", erased.record));
    print::line(
        "mails that still lie at the mailbox, files that were exported, and backups made before still have it: see to those",
    );
    Ok(())
}

/// The configured roster that has one of them under any of its names or its code, if there is one.
fn still_listed(store: &Store, found: &[Called], config: &Config) -> anyhow::Result<Option<PathBuf>> {
    for (id, survey, _) in found {
        let Some((survey, path)) = survey.as_ref().and_then(|survey| config.rosters.get_key_value(survey)) else {
            continue;
        };
        let known = store.identities(*id)?;
        let roster = roster::read(path, config.survey(survey))
            .with_context(|| format!("whether {} still lists it cannot be told", path.display()))?;
        let is_it = |one: &Invited| {
            let names = one.former_names.iter().chain([&one.name]).map(|name| identity::key(name));
            names.chain(one.credit_code.clone()).any(|word| known.contains(&word))
        };
        if roster.invited.iter().any(is_it) {
            return Ok(Some(path.clone()));
        }
    }
    Ok(None)
}

/// What is or would be erased.
fn told(dossier: &Dossier, shared: bool) -> Vec<String> {
    let Dossier { messages, returns, notices, narratives, shared_messages, shared_notices, .. } = dossier;
    let mut lines = vec![format!(
        "its own: {} mails, {} returns, {} notices, {} texts in shared mails",
        messages.len(),
        returns.len(),
        notices.len(),
        narratives.len()
    )];
    if !dossier.digests.is_empty() {
        lines.push(format!(
            "digests made since its first mail: {}: their bytes go, as tables of all returns went with them",
            dossier.digests.len()
        ));
    }
    if !shared_messages.is_empty() || !shared_notices.is_empty() {
        let names =
            shared_messages.iter().map(|id| short_id(*id)).chain(shared_notices.iter().map(|id| format!("n{id}")));
        let names = names.collect::<Vec<_>>().join(", ");
        lines.push(if shared {
            format!("shared with others: {names}: their bytes go too, what was read of the others stays")
        } else {
            format!("shared with others: {names}: those stay as they are, with its name in them; --shared removes their bytes")
        });
    }
    lines
}

fn list(json: bool, config: &Config) -> anyhow::Result<()> {
    let rows = local::look(config)?.erasures()?;
    if json {
        return rows.iter().try_for_each(print::json);
    }
    if rows.is_empty() {
        print::line("nobody was erased");
        return Ok(());
    }
    let cells = rows.iter().map(|row| {
        let counts = [&row.messages, &row.returns, &row.notices, &row.shared].map(|ids| ids.len().to_string());
        let [messages, returns, notices, shared] = counts;
        let survey = row.survey.clone().unwrap_or_default();
        let at = local::time(&row.at, &config.time_zone);
        vec![
            row.id.to_string(),
            at,
            row.respondent.to_string(),
            survey,
            messages,
            returns,
            notices,
            shared,
            row.why.clone(),
        ]
    });
    let headings = ["", "at", "respondent", "survey", "mails", "returns", "notices", "shared", "why"];
    print::table(&headings, &cells.collect::<Vec<_>>());
    Ok(())
}
