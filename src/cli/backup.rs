//! `postroom backup` and `postroom restore`: a copy of the archive while everything goes on, and the way back.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{local, print};
use crate::config::{Config, MailboxKind};
use crate::mailbox::After;
use crate::store::{self, Examination, Lock, Restored, Settings};
use crate::tasks::now;

/// What `help backup` adds.
pub(super) const BACKUP_HELP: &str = "Examples:
  postroom backup                       into the folder of [backup], under the name of this moment
  postroom backup --to /mnt/nas/        into another folder
  postroom backup --to before-upgrade.db

It may be made while the daemon runs. The copy is checked before it gets its name. It holds everything but the
configuration and its passwords: keep it where only those may read who may read the answers.";

/// What `help restore` adds.
pub(super) const RESTORE_HELP: &str = "Example:
  systemctl stop postroom
  postroom restore data/backups/postroom-20171219T193000Z.db
  systemctl start postroom
  postroom held

The backup is checked first; the database that is there is put aside and never deleted. What came after the backup is
fetched again. Notices that may have gone out since then are held, so that nobody gets one twice unasked.";

/// What `backup` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A folder, where the backup gets a name by its time, or a new file [default: `to` under `[backup]`]
    #[arg(long, value_name = "PATH")]
    to: Option<PathBuf>,
}

/// What `restore` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// The backup
    file: PathBuf,
    /// Let notices go that may have gone out after the backup was made
    #[arg(long)]
    send: bool,
}

/// Makes a backup.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let database = local::database(config)?;
    let to = target(arguments.to.as_deref(), config)?;
    let made = store::back_up(&database, &to, config.bounds.disk_floor, now())?;
    print::line(format!("{}: {} bytes, checked: {}", made.path.display(), made.size, holds(&made.examination)));
    Ok(())
}

/// The file that a backup becomes. A folder need not be there if its name ends like one.
fn target(named: Option<&Path>, config: &Config) -> anyhow::Result<PathBuf> {
    let is_folder = |path: &Path| path.is_dir() || path.to_string_lossy().ends_with('/');
    match named {
        Some(file) if !is_folder(file) => Ok(file.to_owned()),
        named => {
            let folder = named.unwrap_or(&config.backup.to);
            store::private_folder(folder)?;
            Ok(folder.join(store::backup_name(now())))
        }
    }
}

/// What a database holds, in words.
pub(super) fn holds(examination: &Examination) -> String {
    let Examination { schema, counts, .. } = examination;
    let number = |table: &str| counts.get(table).copied().unwrap_or_default();
    let (messages, respondents, notices) = (number("message"), number("respondent"), number("notice"));
    format!("schema {schema}, {messages} messages, {respondents} respondents, {notices} notices")
}

/// Puts a backup in the place of the database.
pub(super) fn restore(arguments: &Restore, config: &Config) -> anyhow::Result<()> {
    store::private_folder(&config.data)?;
    let lock = Lock::take(&config.data).context("stop the daemon, then restore")?;
    let database = Settings::in_folder(&config.data);
    let restored = store::restore(&arguments.file, &config.data, &lock, arguments.send, now())?;
    print::line(format!("checked: {}: {}", arguments.file.display(), holds(&restored.backup)));
    if let Some(aside) = &restored.aside {
        print::line(format!("put aside: {}{}", aside.display(), lacks(&restored)));
    }
    print::line(format!("restored: {}", database.path.display()));
    next(&restored, arguments.send, config).iter().for_each(print::line);
    Ok(())
}

/// What the database that was replaced had more of.
fn lacks(restored: &Restored) -> String {
    let Some(before) = &restored.before else { return ", which cannot be read".to_owned() };
    let more = |(table, count): (&&str, &u64)| {
        let kept = restored.backup.counts.get(*table).copied().unwrap_or_default();
        let name = if *table == "event" { "decisions of operators" } else { *table };
        (*count > kept).then(|| format!("{} {name}", count - kept))
    };
    let more: Vec<String> = before.iter().filter_map(more).collect();
    if more.is_empty() { String::new() } else { format!(", with more than the backup: {}", more.join(", ")) }
}

/// What comes next, and what to do.
fn next(restored: &Restored, send: bool, config: &Config) -> Vec<String> {
    let made = restored.backup.copied_at.as_deref().map(|at| local::time(at, &config.time_zone));
    let since = made.map_or_else(|| "since the backup".to_owned(), |at| format!("since {at}"));
    let mut lines = vec![format!(
        "next: `postroom run` fetches what came {since} again; what the backup holds is known by its bytes and not read twice"
    )];
    for mailbox in &config.mailboxes {
        let after = match &mailbox.kind {
            MailboxKind::Imap(settings) => &settings.after,
            MailboxKind::Maildir(settings) => &settings.after,
        };
        if let After::Move(folder) = after {
            lines.push(format!(
                "mailbox {}: mails that came {since} were moved to {folder}; move those back to be fetched again",
                mailbox.name
            ));
        }
    }
    if send {
        lines.push(
            "notices that waited in the backup go out, and mails fetched again are answered again, as asked for".into(),
        );
    } else {
        lines.push(format!(
            "held: {} notices that waited in the backup, and each one made from now on for what came before; they may have \
             gone out already. Look at `postroom held`; `postroom discard n5` those that went, \
             `postroom release --notices` lets all go and ends this",
            restored.held
        ));
    }
    lines.push("decisions, rosters and returns entered by hand since then are not in it: make them again".into());
    lines
}
