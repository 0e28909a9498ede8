//! What an IMAP mailbox needs to know, and what can go wrong with it.

use std::path::PathBuf;
use std::time::Duration;

use crate::mailbox::After;
use crate::secret::Secret;
use crate::tls::{Tls, TlsError};

/// One IMAP account and how it is watched.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Configured name; stands in [`crate::arrival::Location::mailbox`].
    pub name: String,
    /// Host name or address of the server; the certificate must bear it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection of the connection.
    pub tls: Tls,
    /// PEM file of further certificate authorities, for servers of an intranet.
    pub ca_file: Option<PathBuf>,
    /// Login name.
    pub user: String,
    /// Password or authorisation code.
    pub password: Secret,
    /// Folders to watch, decoded. The first is the one whose news come by IDLE.
    pub folders: Vec<String>,
    /// Whether the junk folder is found and watched as well.
    pub watch_junk: bool,
    /// How often every folder is looked at even if the server tells no news.
    pub poll: Duration,
    /// How committed messages are settled.
    pub after: After,
    /// Longest silence of the server while it owes an answer.
    pub command_deadline: Duration,
    /// Size of a piece of a large message, in bytes.
    pub piece: u32,
    /// Messages above this many bytes come in pieces.
    pub large_from: u64,
    /// Pause after a refused login.
    pub login_pause: Duration,
    /// First pause after a lost connection; it doubles with each failure in a row.
    pub retry_first: Duration,
    /// Longest pause after a lost connection.
    pub retry_most: Duration,
    /// A message the server lists and will not give is left behind after so long at the earliest.
    pub give_up: Duration,
}

impl Settings {
    /// An account at a server with everything else as usual: INBOX and junk, a look each minute, mark as seen.
    #[must_use]
    pub fn new(name: &str, host: &str, port: u16, tls: Tls, user: &str, password: Secret) -> Self {
        Self {
            name: name.into(),
            host: host.into(),
            port,
            tls,
            ca_file: None,
            user: user.into(),
            password,
            folders: vec!["INBOX".into()],
            watch_junk: true,
            poll: Duration::from_secs(60),
            after: After::Seen,
            command_deadline: Duration::from_secs(60),
            piece: 1 << 20,
            large_from: 4 << 20,
            login_pause: Duration::from_secs(15 * 60),
            retry_first: Duration::from_secs(1),
            retry_most: Duration::from_secs(5 * 60),
            give_up: Duration::from_secs(60 * 60),
        }
    }

    /// The most bytes that the literals of a response may have.
    pub(super) fn longest(&self) -> u64 {
        4 * self.large_from.max(self.piece.into())
    }

    /// `host:port`, as errors name the server.
    #[must_use]
    pub fn server(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// Why a server could not be used, with the remedy where there is one.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    /// The host name has no address.
    #[error("{server}: host name not found ({cause}); check `host` and this machine's name server")]
    Resolve {
        /// Host and port.
        server: String,
        /// The system's words.
        cause: std::io::Error,
    },
    /// No connection came about.
    #[error("{server}: no connection ({cause}); check `host`, `port` and the firewall")]
    Connect {
        /// Host and port.
        server: String,
        /// The system's words.
        cause: std::io::Error,
    },
    /// TLS is off for a server that is not on this machine.
    #[error("{server}: `tls = \"none\"` is only allowed for this machine; use \"implicit\" (port 993) or \"starttls\"")]
    PlainAbroad {
        /// Host and port.
        server: String,
    },
    /// No protected connection can be made.
    #[error(transparent)]
    Protection(#[from] TlsError),
    /// The server's certificate is not trusted.
    #[error(
        "{server}: certificate not trusted ({cause}); for a server of your own, name its certificate authority in `ca_file` \
         (a self-signed certificate must not be marked CA:TRUE), and use in `host` the name the certificate bears"
    )]
    Certificate {
        /// Host and port.
        server: String,
        /// The library's words.
        cause: String,
    },
    /// TLS failed for another cause.
    #[error("{server}: TLS failed ({cause}); check whether this port speaks TLS from the start (`tls`)")]
    Tls {
        /// Host and port.
        server: String,
        /// The library's words.
        cause: String,
    },
    /// STARTTLS is asked for and not offered.
    #[error("{server}: STARTTLS is not offered; use `tls = \"implicit\"` with the server's port for it (usually 993)")]
    NoStartTls {
        /// Host and port.
        server: String,
    },
    /// The server owed an answer and stayed silent.
    #[error("{server}: no answer to {doing} within {seconds} s; the server or the way to it hangs")]
    Silent {
        /// Host and port.
        server: String,
        /// The command.
        doing: String,
        /// The deadline.
        seconds: f64,
    },
    /// The server or the network ended the connection.
    #[error("{server}: connection ended during {doing} ({cause})")]
    Closed {
        /// Host and port.
        server: String,
        /// The command.
        doing: String,
        /// The server's or the system's words.
        cause: String,
    },
    /// The server refused the login.
    #[error(
        "{server}: login of {user} refused ({words}); check that IMAP is switched on for the account and that the password is \
         the authorisation code (授权码, 客户端专用密码), not the password of the web mail"
    )]
    LoginRefused {
        /// Host and port.
        server: String,
        /// Login name.
        user: String,
        /// The server's words.
        words: String,
    },
    /// The server offers no way of login known here.
    #[error(
        "{server}: neither LOGIN nor AUTH=PLAIN is offered; check `tls`, or whether the server wants OAuth2, which is not supported"
    )]
    NoLogin {
        /// Host and port.
        server: String,
    },
    /// The server refused a command that should work.
    #[error("{server}: {command} refused ({words})")]
    Refused {
        /// Host and port.
        server: String,
        /// The command.
        command: String,
        /// The server's words.
        words: String,
    },
    /// The server answered what can't be understood.
    #[error("{server}: answer to {doing} not understood ({cause})")]
    Garbled {
        /// Host and port.
        server: String,
        /// The command.
        doing: String,
        /// What was seen.
        cause: String,
    },
    /// The server gave more bytes than were asked for, or will be taken.
    #[error("{server}: the answer to {doing} is too long ({cause})")]
    TooLong {
        /// Host and port.
        server: String,
        /// The command.
        doing: String,
        /// What was seen.
        cause: String,
    },
    /// A message in pieces was not read to its end by the fetch task.
    #[error("{server}: message {uid} in {folder} was not taken to its end; it comes again")]
    NotTaken {
        /// Host and port.
        server: String,
        /// Folder, decoded.
        folder: String,
        /// Its UID.
        uid: u32,
    },
}

impl ImapError {
    /// Whether the account itself was refused, so that trying again soon could lock it.
    #[must_use]
    pub fn is_login_refused(&self) -> bool {
        matches!(self, Self::LoginRefused { .. })
    }
}
