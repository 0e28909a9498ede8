//! The configuration: file and environment are read as they are written ([`mod@file`]), then what they mean is worked out
//! ([`meaning`]). Errors name file, line and remedy.

pub mod compared;
mod digest;
mod environment;
mod file;
mod keeping;
mod meaning;
mod office;
mod secret;
mod senders;
mod taxonomy;
mod virus_scan;
mod watching;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use crate::authenticate::Relays;
use crate::calendar::{Daily, Office, Weekly};
use crate::document::Limits;
use crate::health::Thresholds;
use crate::mailbox::{imap, maildir};
use crate::reader::Layer;
use crate::survey::{Language, Survey};
use crate::telemetry;
use crate::transport;

pub use meaning::{load, load_beside};
pub use senders::Senders;
pub use taxonomy::{Source, TaxonomyError};
pub use virus_scan::VirusScan;

/// Where the configuration is looked for when none is named.
pub const PLACES: [&str; 2] = ["postroom.toml", "/etc/postroom/postroom.toml"];

/// What the configuration means.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it was read from; none for the built-in defaults.
    pub path: Option<PathBuf>,
    /// Folder of `postroom.db`.
    pub data: PathBuf,
    /// The configured surveys, at least one.
    pub surveys: Vec<Survey>,
    /// Where the taxonomies of surveys are, by survey; a survey without one is not here.
    pub taxonomies: BTreeMap<String, Source>,
    /// Files that say who is invited, by survey; read when the daemon starts.
    pub rosters: BTreeMap<String, PathBuf>,
    /// Zone in which operators and respondents read times.
    pub time_zone: TimeZone,
    /// Whether notices go out.
    pub notices: Notices,
    /// Mail older than this is never answered; none: the first start.
    pub answer_since: Option<Timestamp>,
    /// Templates of notices that replace the built-in ones, by name.
    pub templates: BTreeMap<String, String>,
    /// The organisation that signs notices; may be empty.
    pub sign_off: String,
    /// Mailboxes that are watched.
    pub mailboxes: Vec<Mailbox>,
    /// Where notices go.
    pub transports: Vec<Transport>,
    /// Bounds on notices.
    pub caps: Caps,
    /// When invitations and reminders are written, and how many.
    pub follow_up: FollowUp,
    /// Who is told every week how a survey stands.
    pub digests: Vec<Digest>,
    /// The font that their charts are drawn with; none: one of the system's.
    pub font: Option<PathBuf>,
    /// Who may answer.
    pub senders: Senders,
    /// How messages are scanned before anything opens them; none: they are not.
    pub virus_scan: Option<VirusScan>,
    /// How readers are run.
    pub reader: Reader,
    /// Where health and metrics are told, an address of this machine; none: nowhere.
    pub listen: Option<SocketAddr>,
    /// Who is told when something is wrong, and from when on it is.
    pub alarm: Alarm,
    /// How backups are made.
    pub backup: Backup,
    /// How full the archive may get, and how fast.
    pub bounds: Bounds,
    /// How long what is kept is kept.
    pub retention: Retention,
    /// How the log is written.
    pub log: Log,
}

/// Whether notices go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notices {
    /// They are sent.
    #[default]
    On,
    /// They wait until an operator releases them.
    Hold,
    /// None is made.
    Off,
}

impl Notices {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Hold => "hold",
            Self::Off => "off",
        }
    }
}

/// A mailbox that is watched.
#[derive(Debug, Clone)]
pub struct Mailbox {
    /// Its name in log and database.
    pub name: String,
    /// How it is reached.
    pub kind: MailboxKind,
    /// Surveys that its mail may answer, by id; none named: all.
    pub surveys: Vec<String>,
    /// The collection server whose `Authentication-Results` count; none: the topmost counts.
    pub authserv_id: Option<String>,
    /// Servers that take its mail in before the collection server does: their stamps are taken as its own.
    pub relays: Relays,
    /// Name of the transport that answers its mail.
    pub reply_by: Option<String>,
}

impl Mailbox {
    /// How often it is asked for new mail, beside the server's own word.
    #[must_use]
    pub fn poll(&self) -> Duration {
        match &self.kind {
            MailboxKind::Imap(settings) => settings.poll,
            MailboxKind::Maildir(settings) => settings.poll,
        }
    }
}

/// How a mailbox is reached.
#[derive(Debug, Clone)]
pub enum MailboxKind {
    /// An IMAP server.
    Imap(Box<imap::Settings>),
    /// A Maildir on this machine.
    Maildir(maildir::Settings),
}

/// Where notices go.
#[derive(Debug, Clone)]
pub struct Transport {
    /// Its name.
    pub name: String,
    /// The sender, such as `AI survey <collect@district.example>`.
    pub from: String,
    /// How it is reached.
    pub kind: TransportKind,
}

/// How a transport is reached.
#[derive(Debug, Clone)]
pub enum TransportKind {
    /// An SMTP server.
    Smtp(Box<transport::smtp::Settings>),
    /// A folder: one `.eml` a notice.
    Folder(PathBuf),
}

/// Bounds on notices, against loops and providers' limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// To one address within a day; what is beyond it waits for an operator.
    pub per_sender_day: u32,
    /// To one domain within an hour; what is beyond it waits its turn.
    pub per_domain_hour: u32,
    /// In all within a day; what is beyond it waits its turn.
    pub per_day: u32,
    /// How long after an answer further mails of the same sender wait, to be answered together; zero: each is answered at once.
    pub together: Duration,
}

/// When invitations and reminders are written, and how many.
#[derive(Debug, Clone)]
pub struct FollowUp {
    /// Hours, working days and zone of the office that writes.
    pub office: Office,
    /// Most of them a day.
    pub per_day: u32,
}

/// A weekly mail that says how a survey stands.
#[derive(Debug, Clone)]
pub struct Digest {
    /// Its name, by which it is known as sent.
    pub name: String,
    /// Addresses that it goes to.
    pub to: Vec<String>,
    /// The moment of the week.
    pub at: Weekly,
    /// Id of the survey.
    pub survey: String,
    /// The column of the roster and its value of the respondents that it speaks of; none: of all.
    pub tag: Option<(String, String)>,
    /// The column of the roster by which response is shown.
    pub by: Option<String>,
    /// Name of the district, for titles; may be empty.
    pub district: String,
    /// Key of the item whose amounts are added up, and its currency; none for a survey without amounts.
    pub amount: Option<(String, String)>,
    /// Where one class of amounts ends and the next begins, ascending.
    pub bounds: Vec<Decimal>,
    /// The transport that sends it; none: the one that answers the survey's mail.
    pub transport: Option<String>,
}

/// How readers are run.
#[derive(Debug, Clone)]
pub struct Reader {
    /// How many at a time; none: as many as the machine has cores.
    pub readers: Option<usize>,
    /// Bounds on what one message may unpack.
    pub limits: Limits,
    /// Wall and processor time for one message.
    pub time: Duration,
    /// Address space of one reader in bytes.
    pub memory: u64,
    /// Layers of the readers' confinement that this machine may lack.
    pub may_lack: Vec<Layer>,
}

/// Who is told when something is wrong with Postroom itself, and from when on it is.
#[derive(Debug, Clone)]
pub struct Alarm {
    /// Addresses that mail goes to; none: the log alone tells.
    pub to: Vec<String>,
    /// The language of that mail.
    pub language: Language,
    /// The transport that sends it; none: the first one.
    pub transport: Option<String>,
    /// From when on something is wrong.
    pub thresholds: Thresholds,
}

/// How backups are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The moment of each day when the daemon makes one; none: only `postroom backup` does.
    pub at: Option<Daily>,
    /// The folder that they lie in.
    pub to: PathBuf,
    /// How many of the daemon's are kept; older ones are removed.
    pub keep: usize,
}

/// How full the archive may get, and how fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes that are left free on the disk of the data folder: below it no mail is fetched.
    pub disk_floor: u64,
    /// Mails that one sender may send within an hour and have read at once; what is beyond it is kept, and read later.
    pub per_sender_hour: u32,
    /// Notices that may wait to be sent before no more invitations and reminders are written.
    pub outbox: u32,
}

impl Bounds {
    /// Free bytes from which on fetching goes on after it had stopped: an eighth more, so that it does not stop again at once.
    #[must_use]
    pub fn disk_enough(&self) -> u64 {
        self.disk_floor.saturating_add(self.disk_floor / 8)
    }
}

/// How long what is kept is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// How long after its survey is closed the bytes of a mail are kept; none: for ever.
    pub raw_mail: Option<SignedDuration>,
}

/// How the log is written.
#[derive(Debug, Clone)]
pub struct Log {
    /// Its format.
    pub format: telemetry::Format,
    /// Its level, such as `info`.
    pub level: String,
}

/// What to do about a configuration that cannot be read.
fn remedy(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => {
            "let the user that postroom runs as read it, and look into the folders above it: passwords stand in files of their own"
        }
        _ => "write one with `postroom init`, or name it with --config",
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {error}; {}", remedy(error))]
    File {
        /// The file.
        path: PathBuf,
        /// The system's words.
        error: std::io::Error,
    },
    /// Something in it is wrong.
    #[error("{path}: {fault}")]
    Fault {
        /// The file.
        path: PathBuf,
        /// Line and remedy.
        fault: crate::written::Fault,
    },
    /// No configuration was found.
    #[error(
        "no configuration: neither ./postroom.toml nor /etc/postroom/postroom.toml is there; write one with `postroom init qq`"
    )]
    Nowhere,
    /// A variable of the environment is wrong.
    #[error("environment variable {name}: {message}")]
    Environment {
        /// The variable.
        name: String,
        /// What is wrong, and the remedy.
        message: String,
    },
}

impl Config {
    /// The built-in defaults: the founding survey, data in the given folder, no mailbox, no transport.
    ///
    /// # Errors
    /// Never in a build that passed its tests: the built-in survey is part of the program.
    pub fn built_in(data: &Path) -> Result<Self, ConfigError> {
        meaning::built_in(data)
    }

    /// The survey with this id.
    #[must_use]
    pub fn survey(&self, id: &str) -> Option<&Survey> {
        self.surveys.iter().find(|survey| survey.id == id)
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    #[test]
    fn what_to_do_about_a_file_hangs_on_why_it_cannot_be_read() {
        let check = |kind: ErrorKind, expected: &str| {
            let error = ConfigError::File { path: "/etc/postroom/postroom.toml".into(), error: kind.into() };
            assert!(error.to_string().contains(expected), "{error}");
        };
        check(ErrorKind::NotFound, "write one with `postroom init`");
        check(ErrorKind::PermissionDenied, "let the user that postroom runs as read it");
    }
}
