//! The commands: what each is called, what it takes, and which module does it.
//!
//! A command prints its answer to standard output and its log to standard error. Exit codes: 0, 1 failed, 2 usage; `replay`
//! without `--apply` ends with 3 when something would be otherwise.

mod archive;
mod areas;
mod backup;
mod cage;
mod check;
mod database;
mod decide;
mod demo;
mod digest;
mod enter;
mod explain;
mod export;
mod file_name;
mod form;
mod health;
mod ingest;
mod init;
mod invite;
mod listing;
mod local;
mod message;
mod models;
mod notice;
mod output;
mod passages;
mod personal;
mod print;
mod private;
mod progress;
mod read;
mod replay;
mod roster;
mod run;
mod runtime;
mod search;
mod status;
mod survey;
mod target;
mod why;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::config::{self, Config};
use crate::reader::{self, recogniser};

/// Postroom (收发室): collects surveys that are answered by email.
#[derive(Debug, Parser)]
#[command(name = "postroom", version, about, after_help = EXAMPLES)]
struct Arguments {
    /// Configuration file [default: ./postroom.toml, then /etc/postroom/postroom.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  postroom demo                         see the whole job on sample mails
  postroom init qq > postroom.toml      write a configuration for a QQ mailbox
  postroom check --connect              try the servers
  postroom run                          watch the mailbox
  postroom returns                      who has answered
  postroom why 某某公司 revenue          where a figure comes from
  postroom search 机器人                 who wrote of something, and where";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon: watch the mailboxes, read, answer
    #[command(after_help = "Ctrl-C or SIGTERM once finishes what is at hand; twice stops at once.")]
    Run,
    /// Show the whole job on sample mails, with replies written to a folder
    #[command(after_help = "Examples:\n  postroom demo\n  postroom demo --mails ./mails --to ./demo")]
    Demo(demo::Arguments),
    /// Write a configuration for a provider's mailbox
    #[command(
        after_help = "Examples:\n  postroom init qq --user collect@qq.example > postroom.toml\n  postroom init custom"
    )]
    Init(init::Arguments),
    /// Check the configuration, with --connect the servers, with --cage the readers, with --database the database
    #[command(
        after_help = "Examples:\n  postroom check\n  postroom check --connect\n  postroom check --cage          try whether a file could get out of its reader\n  postroom check --database\n  postroom check --database data/backups/postroom-20171219T193000Z.db"
    )]
    Check(check::Arguments),
    /// Read messages or documents and print what was understood, without any side effect
    #[command(
        after_help = "Examples:\n  postroom read mail.eml 调查表.xlsx\n  postroom read --survey survey.toml --authserv-id mx.collect.example Maildir/\n  postroom read --explain mail.eml           why it was understood so\n  postroom read --html mail.eml > mail.html  the same drawn, to look at"
    )]
    Read(read::Arguments),
    /// Focus areas of a plan: those of bare answers with the words that led there, or the areas that there are
    #[command(after_help = areas::HELP)]
    Areas(areas::Arguments),
    /// Take in messages from files as if they had come by mail
    #[command(after_help = "Example:\n  postroom ingest mails/*.eml")]
    Ingest(ingest::Arguments),
    /// Record a return that came by telephone, on paper or as a scan
    #[command(
        after_help = "Examples:\n  postroom enter 12 表格.xlsx --source paper\n  postroom enter 某某公司 answers.txt --source telephone --note 王女士来电\n\nThe file is the filled form, or a text with a line for each item, such as 营业收入：1200万元."
    )]
    Enter(enter::Arguments),
    /// What has come, what waits, what wants attention
    #[command(
        after_help = "Examples:\n  postroom status\n  postroom status --watch\n  postroom status --health     is all well? ends with 1 when it is not"
    )]
    Status(status::Arguments),
    /// The current return of each respondent
    #[command(after_help = "Examples:\n  postroom returns\n  postroom returns --survey ai-industry-2017 --json")]
    Returns(listing::Returns),
    /// One return with all its answers and issues, or a message with what became of it; text recognised in scans
    #[command(after_help = "Examples:\n  postroom show r12\n  postroom show m17")]
    Show(listing::Show),
    /// Where an answer comes from: the chain from value to byte, and the label and rule by which it is read
    #[command(after_help = "Example:\n  postroom why 岭泽市示例智能科技有限公司 revenue")]
    Why(why::Arguments),
    /// Find what respondents wrote: in written material, answers and recognised scans
    #[command(after_help = search::HELP)]
    Search(search::Arguments),
    /// Write the original files of a return or message to a folder, those in archives too
    #[command(after_help = "Example:\n  postroom files m17 --to originals/")]
    Files(archive::Files),
    /// Print a message as it came
    #[command(after_help = "Example:\n  postroom raw m17 > m17.eml")]
    Raw(archive::Raw),
    /// Read failed messages again
    #[command(after_help = "Examples:\n  postroom retry m17\n  postroom retry --all")]
    Retry(decide::Retry),
    /// Read the kept archive again under today's rules: what would be otherwise, and with --apply make it so
    #[command(after_help = replay::HELP)]
    Replay(replay::Arguments),
    /// What an operator has to decide: held messages, contested returns, held notices
    Held(listing::Json),
    /// Send the covering letter with the blank form to respondents of the roster
    #[command(
        after_help = "Examples:\n  postroom invite --all --dry-run\n  postroom invite --tag 所属镇街=东街\n  postroom invite --respondent 12 --respondent 15 --again"
    )]
    Invite(invite::Invite),
    /// Remind those who miss something, as the survey's calendar says; the daemon does so by itself
    #[command(
        after_help = "Example:\n  postroom remind --dry-run       who would get what and when, and why the others would not"
    )]
    Remind(invite::Remind),
    /// Look at a notice as it would read now, without sending it
    #[command(after_help = notice::HELP)]
    Notice(notice::Arguments),
    /// The weekly digest: what is configured and made, and how it would read now
    #[command(after_help = digest::HELP)]
    Digest(digest::Arguments),
    /// Who is invited, and how far each respondent is; take in a roster
    #[command(
        after_help = "Examples:\n  postroom roster template -o roster.xlsx\n  postroom roster import roster.xlsx\n  postroom roster --state in_correction --tag 所属镇街=东街"
    )]
    Roster(roster::Arguments),
    /// Note that a respondent need not answer
    #[command(after_help = "Examples:\n  postroom excuse 12 --why 已注销\n  postroom excuse 12 --undo")]
    Excuse(roster::Excuse),
    /// Let a held message, return or notice through
    #[command(
        after_help = "Examples:\n  postroom release m17\n  postroom release m17 --survey ai-industry-2017\n  postroom release m17 --respondent 12\n  postroom release r12\n  postroom release n5\n  postroom release --notices"
    )]
    Release(decide::Release),
    /// Put a held message, return or notice aside for good
    #[command(
        after_help = "What says the same as a return that is discarded is discarded with it; `postroom release` brings it back.\n\nExamples:\n  postroom discard m17\n  postroom discard r12"
    )]
    Discard(decide::Discard),
    /// Write the table of returns as .xlsx, .csv, .docx, .json or .parquet, with a dictionary of its columns, and the originals
    #[command(after_help = export::HELP)]
    Export(export::Arguments),
    /// Copy the whole archive while the daemon runs, and check the copy
    #[command(after_help = backup::BACKUP_HELP)]
    Backup(backup::Arguments),
    /// Put a backup in the place of the database; the one that is there is put aside
    #[command(after_help = backup::RESTORE_HELP)]
    Restore(backup::Restore),
    /// What is held of one respondent: give it out, or erase it
    #[command(subcommand)]
    Personal(personal::Action),
    /// Write the official form of a survey, blank, as a Word or Excel file to be sent out
    #[command(
        after_help = "Examples:\n  postroom form\n  postroom form --format xlsx\n  postroom form --survey ai-industry-2017 -o form.docx"
    )]
    Form(form::Arguments),
    /// Recognition of scans: install its models
    #[command(subcommand)]
    Models(models::Action),
    /// Print completions for a shell
    #[command(after_help = "Example:\n  postroom completions bash > /etc/bash_completion.d/postroom")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// The confined child process that reads messages; started by the daemon itself
    #[command(name = reader::ARGUMENT, hide = true)]
    Reader,
    /// The confined child process that recognises a scan; started by the daemon itself
    #[command(name = recogniser::ARGUMENT, hide = true)]
    Recogniser,
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    private::begin();
    let arguments = Arguments::parse();
    match perform(&arguments) {
        Ok(code) => code,
        Err(error) => {
            print::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn perform(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = || load(arguments);
    match &arguments.command {
        Command::Reader => reader::run_child()?,
        Command::Recogniser => recogniser::run_child()?,
        Command::Completions { shell } => completions(*shell),
        Command::Read(it) => return read::perform(it),
        Command::Areas(it) => return areas::perform(it, config),
        Command::Init(it) => init::perform(it),
        Command::Demo(it) => demo::perform(it)?,
        Command::Run => run::perform(&config()?)?,
        Command::Check(it) => return check::perform(it, &config()?),
        Command::Ingest(it) => return ingest::perform(it, &config()?),
        Command::Enter(it) => enter::perform(it, &config()?)?,
        Command::Status(it) => return status::perform(it, &config()?),
        Command::Returns(it) => listing::returns(it, &config()?)?,
        Command::Show(it) => listing::show(it, &config()?)?,
        Command::Held(it) => listing::held(it, &config()?)?,
        Command::Why(it) => why::perform(it, &config()?)?,
        Command::Search(it) => search::perform(it, &config()?)?,
        Command::Files(it) => archive::files(it, &config()?)?,
        Command::Raw(it) => archive::raw(it, &config()?)?,
        Command::Retry(it) => decide::retry(it, &config()?)?,
        Command::Replay(it) => return replay::perform(it, &config()?),
        Command::Invite(it) => invite::invite(it, &config()?)?,
        Command::Remind(it) => invite::remind(it, &config()?)?,
        Command::Notice(it) => notice::perform(it, &config()?)?,
        Command::Digest(it) => digest::perform(it, &config()?)?,
        Command::Roster(it) => roster::perform(it, &config()?)?,
        Command::Excuse(it) => roster::excuse(it, &config()?)?,
        Command::Release(it) => decide::release(it, &config()?)?,
        Command::Discard(it) => decide::discard(it, &config()?)?,
        Command::Export(it) => export::perform(it, &config()?)?,
        Command::Backup(it) => backup::perform(it, &config()?)?,
        Command::Restore(it) => backup::restore(it, &config()?)?,
        Command::Personal(it) => personal::perform(it, &config()?)?,
        Command::Form(it) => form::perform(it, &config()?)?,
        Command::Models(it) => models::perform(it, &config()?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn load(arguments: &Arguments) -> anyhow::Result<Config> {
    let named = arguments.config.as_deref();
    let logs_in = match &arguments.command {
        Command::Run => true,
        Command::Check(it) => it.logs_in(),
        _ => false,
    };
    Ok(if logs_in { config::load(named)? } else { config::load_beside(named)? })
}

fn completions(shell: clap_complete::Shell) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "postroom", &mut script);
    print::raw(String::from_utf8_lossy(&script).trim_end());
}
