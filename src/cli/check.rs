//! `postroom check`: whether the configuration can be used, and with `--connect` whether the servers take it.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use super::{cage, database, local, print};
use crate::config::{Backup, Config, Mailbox, MailboxKind, Transport, TransportKind, VirusScan, compared};
use crate::daemon;
use crate::mailbox::imap;
use crate::reader::recogniser::folder;
use crate::recognise::models;
use crate::survey::Language;
use crate::tasks::judge::Desk;
use crate::tasks::stages::Stages;
use crate::tasks::{self, now};
use crate::transport::smtp;

/// What `check` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Log in to the servers as well; nothing is changed there
    #[arg(long)]
    connect: bool,
    /// Have readers try to get out of their cage as well, in every way there is
    #[arg(long)]
    cage: bool,
    /// Look through the database instead, or another one such as a backup: pages, references, invariants, permissions
    #[arg(long, value_name = "FILE", num_args = 0..=1, conflicts_with = "connect")]
    database: Option<Option<PathBuf>>,
}

impl Arguments {
    /// Whether passwords are needed.
    pub(super) fn logs_in(&self) -> bool {
        self.connect
    }
}

/// Checks and prints a line for each thing; fails when one of them does.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    if let Some(named) = &arguments.database {
        return database::check(named.as_deref(), config);
    }
    print::line(format!(
        "configuration: {}, in order",
        config.path.as_deref().map_or("built-in".into(), |path| path.display().to_string())
    ));
    for survey in &config.surveys {
        print::line(format!(
            "survey {}: {}, {} items, until {}{}",
            survey.id,
            survey.title,
            survey.items.len(),
            survey.deadline,
            match survey.language {
                Language::Zh => "",
                Language::En => ", notices in English",
            }
        ));
    }
    let rosters_are_well = comparisons(config)? & rosters(config)?;
    print::line(format!("data: {}; notices: {}", config.data.display(), config.notices.as_str()));
    backups(config);
    follow_up(config);
    watching(config);
    if config.mailboxes.is_empty() {
        print::line("no mailbox is configured: only `postroom ingest` brings in messages");
    }
    // Built as the daemon builds it, so that a broken template shows here and not at the first answer.
    Desk::new(config, now(), Stages::default()).context("templates")?;
    for transport in &config.transports {
        daemon::way(transport)?;
    }
    senders(config)?;
    let runtime = super::runtime::start()?;
    runtime.block_on(async {
        let mut all_well = rosters_are_well & cage::show(config).await? & recognition(config);
        if arguments.cage {
            all_well &= cage::try_all(config).await?;
        }
        if let Some(scan) = &config.virus_scan {
            all_well &= scan_line(scan, arguments.connect).await;
        }
        for mailbox in &config.mailboxes {
            all_well &= mailbox_line(mailbox, arguments.connect).await;
        }
        for transport in &config.transports {
            all_well &= transport_line(transport, arguments.connect).await;
        }
        Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

/// Whether figures are compared with surveys that are there. Those that are configured no more, the database knows.
fn comparisons(config: &Config) -> anyhow::Result<bool> {
    let mut all_well = true;
    for survey in &config.surveys {
        for (item, previous, other, key) in compared::references(survey) {
            if config.survey(other).is_some() {
                continue;
            }
            let stored = local::look(config).ok().map(|store| store.last_survey(other)).transpose()?.flatten();
            let trouble = match stored {
                Some(stored) => compared::misfit(item, &stored, key),
                None => Some(format!(
                    "{} is compared with survey `{other}`, which is neither configured nor in the database; mend the name, or configure it",
                    item.key
                )),
            };
            if let Some(trouble) = trouble {
                print::line(format!("survey {}: line {}: {trouble}", survey.id, previous.line));
                all_well = false;
            }
        }
    }
    Ok(all_well)
}

/// Says when backups are made.
fn backups(config: &Config) {
    let Backup { at, to, keep } = &config.backup;
    print::line(match at {
        Some(at) => format!("backups: daily at {at} into {}, {keep} are kept", to.display()),
        None => "backups: none by itself (`at` under [backup]); `postroom backup` makes one".into(),
    });
}

/// Says whether it is evaluated who senders are; a machine that names nobody to ask fails.
fn senders(config: &Config) -> anyhow::Result<()> {
    let evaluated = match &config.senders.evaluate {
        None => "not evaluated here: only the collection server's word counts".to_owned(),
        Some(settings) => {
            daemon::authenticator(config)?;
            format!("evaluated by {} where the collection server does not say", settings.resolver)
        }
    };
    print::line(format!("senders: {evaluated}"));
    Ok(())
}

/// Reads the rosters as the daemon will.
fn rosters(config: &Config) -> anyhow::Result<bool> {
    let mut all_well = true;
    for (survey, path) in &config.rosters {
        let roster = tasks::roster::read(path, config.survey(survey)).with_context(|| path.display().to_string())?;
        print::line(format!("roster of {survey}: {}, {} respondents", path.display(), roster.invited.len()));
        roster.faults.iter().for_each(|fault| print::line(format!("  {fault}")));
        all_well &= roster.is_usable();
    }
    Ok(all_well)
}

/// Says which surveys remind, and of which years' holidays nothing is known.
fn follow_up(config: &Config) {
    for survey in &config.surveys {
        let Some(reminders) = &survey.reminders else { continue };
        print::line(format!(
            "reminders of {}: {} days of the calendar, {} a respondent at most",
            survey.id,
            reminders.before.len() + usize::from(reminders.on_day) + reminders.after.len(),
            reminders.most
        ));
        let year = survey.deadline.year();
        if !config.follow_up.office.holidays.knows(year) {
            print::line(format!(
                "the public holidays of {year} are not known: only weekends are free; name a file under [follow_up] holidays"
            ));
        }
    }
}

/// Says who hears of it when something is wrong with Postroom itself.
fn watching(config: &Config) {
    let pages =
        config.listen.map_or_else(|| "no pages".to_owned(), |address| format!("http://{address}/health and /metrics"));
    let mail = match config.alarm.to.as_slice() {
        [] => "no mail ([alarm] to)".to_owned(),
        to => format!("mail to {}", to.join(", ")),
    };
    print::line(format!("health: {mail}; {pages}"));
}

/// Whether scans can be recognised. Without the models everything else works.
fn recognition(config: &Config) -> bool {
    let folder = daemon::recogniser_settings(config).models;
    if !folder::is_installed(&folder) {
        print::line("recognition of scans: not installed (`postroom models install`); scans are kept as they are");
        return true;
    }
    let loaded = folder::load(&folder);
    match &loaded {
        Ok(_) => print::line(format!("recognition of scans: {} in {}", models::ENGINE, folder.display())),
        Err(error) => print::line(format!("recognition of scans: FAILED: {error}")),
    }
    loaded.is_ok()
}

async fn mailbox_line(mailbox: &Mailbox, connect: bool) -> bool {
    let name = &mailbox.name;
    match &mailbox.kind {
        MailboxKind::Maildir(settings) => {
            let there = settings.path.is_dir();
            let state = if there { "there" } else { "NOT there: create it, or correct `path`" };
            print::line(format!("mailbox {name}: Maildir {}, {state}", settings.path.display()));
            there
        }
        MailboxKind::Imap(settings) if connect => match imap::probe(settings).await {
            Ok(probe) => {
                print::line(format!("mailbox {name}: {}", describe(&probe)));
                true
            }
            Err(error) => {
                print::line(format!("mailbox {name}: FAILED: {error}"));
                false
            }
        },
        MailboxKind::Imap(settings) => {
            print::line(format!(
                "mailbox {name}: {} at {}:{}, not tried (--connect)",
                settings.user, settings.host, settings.port
            ));
            true
        }
    }
}

fn describe(probe: &imap::Probe) -> String {
    let folder = |folder: &imap::ProbeFolder| match &folder.messages {
        Ok(count) => format!("{} ({count} messages)", folder.name),
        Err(why) => format!("{} (NOT to be opened: {why})", folder.name),
    };
    let folders: Vec<String> = probe.watched.iter().map(folder).collect();
    let idle = probe.capabilities.iter().any(|capability| capability == "IDLE");
    let idle = if idle { "tells of new mail by itself" } else { "is asked for new mail" };
    format!("login taken; {}; the server {idle}", folders.join(", "))
}

async fn scan_line(scan: &VirusScan, connect: bool) -> bool {
    let place = &scan.clamd.clamd;
    if !connect {
        print::line(format!("virus scan: clamd at {place}, not tried (--connect)"));
        return true;
    }
    match scan.clamd.ping().await {
        Ok(version) => {
            print::line(format!("virus scan: {version} at {place}"));
            true
        }
        Err(error) => {
            print::line(format!("virus scan: FAILED: {error}"));
            false
        }
    }
}

async fn transport_line(transport: &Transport, connect: bool) -> bool {
    let name = &transport.name;
    match &transport.kind {
        TransportKind::Folder(path) => {
            print::line(format!("transport {name}: folder {}", path.display()));
            true
        }
        TransportKind::Smtp(settings) if connect => match try_smtp(settings).await {
            Ok(()) => {
                print::line(format!("transport {name}: login taken at {}:{}", settings.host, settings.port));
                true
            }
            Err(error) => {
                print::line(format!("transport {name}: FAILED: {error}"));
                false
            }
        },
        TransportKind::Smtp(settings) => {
            print::line(format!("transport {name}: {}:{}, not tried (--connect)", settings.host, settings.port));
            true
        }
    }
}

async fn try_smtp(settings: &smtp::Settings) -> anyhow::Result<()> {
    Ok(smtp::Smtp::new(settings.clone())?.probe().await?)
}
