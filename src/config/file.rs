//! The configuration as it is written: keys and their types, nothing worked out. Unknown keys are errors.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use super::Notices;
use crate::tls::Tls;
use crate::verdict::senders::{OnFailure, OnSuspicion, ReplyTo};

/// A key, and where its value stands if it is given.
pub(super) type Key = (&'static str, Option<Range<usize>>);

fn span<T>(written: Option<&Spanned<T>>) -> Option<Range<usize>> {
    written.map(Spanned::span)
}

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) data: Option<PathBuf>,
    pub(super) surveys: Vec<Spanned<PathBuf>>,
    pub(super) rosters: BTreeMap<Spanned<String>, PathBuf>,
    pub(super) time_zone: Option<Spanned<String>>,
    pub(super) notices: Option<Notices>,
    pub(super) answer_since: Option<Spanned<String>>,
    pub(super) templates: Option<Spanned<PathBuf>>,
    pub(super) sign_off: Option<String>,
    pub(super) mailbox: Vec<Spanned<Mailbox>>,
    pub(super) transport: Vec<Spanned<Transport>>,
    pub(super) caps: Caps,
    pub(super) follow_up: FollowUp,
    pub(super) digest: Vec<Spanned<Digest>>,
    pub(super) font: Option<PathBuf>,
    pub(super) senders: Senders,
    pub(super) virus_scan: Option<VirusScan>,
    pub(super) reader: Reader,
    pub(super) http: Http,
    pub(super) alarm: Alarm,
    pub(super) backup: Backup,
    pub(super) limits: Bounds,
    pub(super) retention: Retention,
    pub(super) log: Log,
}

/// A table `[[mailbox]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mailbox {
    pub(super) name: Spanned<String>,
    pub(super) kind: Option<MailboxKind>,
    pub(super) path: Option<Spanned<PathBuf>>,
    pub(super) folders: Option<Spanned<Vec<String>>>,
    pub(super) junk: Option<Spanned<bool>>,
    pub(super) poll: Option<Spanned<String>>,
    pub(super) after: Option<Spanned<String>>,
    pub(super) authserv_id: Option<String>,
    #[serde(default)]
    pub(super) relays: Vec<Spanned<String>>,
    pub(super) reply_by: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) surveys: Vec<Spanned<String>>,
    // A table cannot be flattened and deny unknown keys at once, so the keys of a server stand in both kinds of tables.
    pub(super) host: Option<Spanned<String>>,
    pub(super) port: Option<Spanned<u16>>,
    pub(super) tls: Option<Spanned<Tls>>,
    pub(super) ca_file: Option<Spanned<PathBuf>>,
    pub(super) user: Option<Spanned<String>>,
    pub(super) password: Option<Spanned<String>>,
    pub(super) password_file: Option<Spanned<PathBuf>>,
    pub(super) password_env: Option<Spanned<String>>,
    pub(super) password_credential: Option<Spanned<String>>,
    pub(super) answer_within: Option<Spanned<String>>,
}

impl Mailbox {
    /// The keys of its server.
    pub(super) fn server(&self) -> Server<'_> {
        Server {
            host: self.host.as_ref(),
            port: self.port.as_ref(),
            tls: self.tls.as_ref(),
            ca_file: self.ca_file.as_ref(),
            user: self.user.as_ref(),
            password: self.password.as_ref(),
            password_file: self.password_file.as_ref(),
            password_env: self.password_env.as_ref(),
            password_credential: self.password_credential.as_ref(),
        }
    }

    /// The keys of a mailbox on a server, and where those stand that are given.
    pub(super) fn imap_keys(&self) -> impl Iterator<Item = Key> {
        let own = [
            ("folders", span(self.folders.as_ref())),
            ("junk", span(self.junk.as_ref())),
            ("answer_within", span(self.answer_within.as_ref())),
        ];
        own.into_iter().chain(self.server().keys())
    }

    /// The key of a Maildir.
    pub(super) fn maildir_keys(&self) -> impl Iterator<Item = Key> {
        std::iter::once(("path", span(self.path.as_ref())))
    }
}

/// The keys of a server, as both kinds of tables have them.
pub(super) struct Server<'f> {
    pub(super) host: Option<&'f Spanned<String>>,
    pub(super) port: Option<&'f Spanned<u16>>,
    pub(super) tls: Option<&'f Spanned<Tls>>,
    pub(super) ca_file: Option<&'f Spanned<PathBuf>>,
    pub(super) user: Option<&'f Spanned<String>>,
    pub(super) password: Option<&'f Spanned<String>>,
    pub(super) password_file: Option<&'f Spanned<PathBuf>>,
    pub(super) password_env: Option<&'f Spanned<String>>,
    pub(super) password_credential: Option<&'f Spanned<String>>,
}

impl Server<'_> {
    /// Their names, and where those stand that are given.
    fn keys(&self) -> [Key; 9] {
        [
            ("host", span(self.host)),
            ("port", span(self.port)),
            ("tls", span(self.tls)),
            ("ca_file", span(self.ca_file)),
            ("user", span(self.user)),
            ("password", span(self.password)),
            ("password_file", span(self.password_file)),
            ("password_env", span(self.password_env)),
            ("password_credential", span(self.password_credential)),
        ]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum MailboxKind {
    Imap,
    Maildir,
}

/// A table `[[transport]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Transport {
    pub(super) name: Spanned<String>,
    pub(super) kind: Option<TransportKind>,
    pub(super) path: Option<Spanned<PathBuf>>,
    pub(super) from: Spanned<String>,
    pub(super) host: Option<Spanned<String>>,
    pub(super) port: Option<Spanned<u16>>,
    pub(super) tls: Option<Spanned<Tls>>,
    pub(super) ca_file: Option<Spanned<PathBuf>>,
    pub(super) user: Option<Spanned<String>>,
    pub(super) password: Option<Spanned<String>>,
    pub(super) password_file: Option<Spanned<PathBuf>>,
    pub(super) password_env: Option<Spanned<String>>,
    pub(super) password_credential: Option<Spanned<String>>,
    pub(super) answer_within: Option<Spanned<String>>,
    pub(super) accept_within: Option<Spanned<String>>,
}

impl Transport {
    /// The keys of its server.
    pub(super) fn server(&self) -> Server<'_> {
        Server {
            host: self.host.as_ref(),
            port: self.port.as_ref(),
            tls: self.tls.as_ref(),
            ca_file: self.ca_file.as_ref(),
            user: self.user.as_ref(),
            password: self.password.as_ref(),
            password_file: self.password_file.as_ref(),
            password_env: self.password_env.as_ref(),
            password_credential: self.password_credential.as_ref(),
        }
    }

    /// The keys of a server, and where those stand that are given.
    pub(super) fn smtp_keys(&self) -> impl Iterator<Item = Key> {
        let own = [
            ("answer_within", span(self.answer_within.as_ref())),
            ("accept_within", span(self.accept_within.as_ref())),
        ];
        own.into_iter().chain(self.server().keys())
    }

    /// The key of a folder.
    pub(super) fn folder_keys(&self) -> impl Iterator<Item = Key> {
        std::iter::once(("path", span(self.path.as_ref())))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TransportKind {
    Smtp,
    Folder,
}

/// The table `[caps]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Caps {
    pub(super) per_sender_day: Option<u32>,
    pub(super) per_domain_hour: Option<u32>,
    pub(super) per_day: Option<u32>,
    pub(super) together: Option<Spanned<String>>,
}

/// The table `[follow_up]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FollowUp {
    pub(super) hours: Option<Spanned<String>>,
    pub(super) holidays: Option<Spanned<PathBuf>>,
    pub(super) per_day: Option<u32>,
}

/// A table `[[digest]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Digest {
    pub(super) name: Option<Spanned<String>>,
    pub(super) to: Spanned<Vec<Spanned<String>>>,
    pub(super) at: Spanned<String>,
    pub(super) survey: Option<Spanned<String>>,
    pub(super) tag: Option<Spanned<String>>,
    pub(super) by: Option<String>,
    pub(super) district: Option<String>,
    pub(super) amount: Option<Spanned<String>>,
    pub(super) bounds: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) transport: Option<Spanned<String>>,
}

/// The table `[senders]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Senders {
    pub(super) failed: Option<OnFailure>,
    pub(super) suspicious: Option<OnSuspicion>,
    pub(super) reply_to: Option<ReplyTo>,
    pub(super) allow: Vec<Spanned<String>>,
    pub(super) deny: Vec<Spanned<String>>,
    pub(super) evaluate: Option<bool>,
    pub(super) resolver: Option<Spanned<String>>,
}

/// The table `[virus_scan]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VirusScan {
    pub(super) clamd: Spanned<String>,
    pub(super) time: Option<Spanned<String>>,
    pub(super) down: Option<WhileDown>,
    pub(super) unscannable: Option<Unscannable>,
    pub(super) tell_sender: Option<bool>,
}

/// What becomes of messages while the scanner cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum WhileDown {
    Wait,
    Read,
}

/// What becomes of a message that cannot be scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Unscannable {
    Quarantine,
    Read,
}

/// The table `[reader]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Reader {
    pub(super) readers: Option<usize>,
    pub(super) time: Option<Spanned<String>>,
    pub(super) memory_mib: Option<Spanned<u64>>,
    pub(super) message_mib: Option<u64>,
    pub(super) unpacked_mib: Option<u64>,
    pub(super) entries: Option<u32>,
    pub(super) depth: Option<u32>,
    pub(super) cells: Option<u32>,
    pub(super) may_lack: Vec<Spanned<String>>,
}

/// The table `[http]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Http {
    pub(super) listen: Option<Spanned<String>>,
}

/// The table `[alarm]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Alarm {
    pub(super) to: Vec<Spanned<String>>,
    pub(super) language: Option<Spanned<String>>,
    pub(super) transport: Option<Spanned<String>>,
    pub(super) mailbox_silent: Option<Spanned<String>>,
    pub(super) messages_wait: Option<Spanned<String>>,
    pub(super) outbox_stuck: Option<Spanned<String>>,
    pub(super) disk_free_mib: Option<u64>,
    pub(super) readers_broken: Option<u64>,
}

/// The table `[backup]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Backup {
    pub(super) at: Option<Spanned<String>>,
    pub(super) to: Option<PathBuf>,
    pub(super) keep: Option<Spanned<usize>>,
}

/// The table `[limits]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Bounds {
    pub(super) disk_floor_mib: Option<u64>,
    pub(super) per_sender_hour: Option<Spanned<u32>>,
    pub(super) outbox: Option<u32>,
}

/// The table `[retention]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Retention {
    pub(super) raw_mail: Option<Spanned<String>>,
}

/// The table `[log]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Log {
    pub(super) format: Option<Spanned<String>>,
    pub(super) level: Option<Spanned<String>>,
}
