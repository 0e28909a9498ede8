//! What is known of a server before the first connection.

use std::path::PathBuf;
use std::time::Duration;

use crate::secret::Secret;
use crate::tls::{Tls, TlsError};

/// An SMTP server and how to speak with it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Host name, also the one that its certificate must bear.
    pub host: String,
    /// Port: usually 465 with [`Tls::Implicit`], 587 with [`Tls::StartTls`].
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// A file of further root certificates (PEM), for servers of an intranet.
    pub ca_file: Option<PathBuf>,
    /// Who logs in; none: no authentication.
    pub login: Option<Login>,
    /// The address in the envelope, the same as in `From`: QQ and 163 refuse any but the login's own.
    pub from: String,
    /// How long to wait for the server.
    pub deadlines: Deadlines,
}

/// A user and the password or authorisation code (授权码).
#[derive(Debug, Clone)]
pub struct Login {
    /// The user, mostly the address.
    pub user: String,
    /// The password or code.
    pub password: Secret,
}

/// How long to wait for the server at each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// For the connection and the TLS handshake, each.
    pub connect: Duration,
    /// For the greeting, the login and each command.
    pub command: Duration,
    /// For the content up to the server's word on it. RFC 5321 (4.5.3.2.6) wants ten minutes, as a mail given up too early
    /// arrives twice.
    pub content: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { connect: Duration::from_secs(30), command: Duration::from_secs(60), content: Duration::from_secs(600) }
    }
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// No protected connection can be made.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The host is neither a host name nor an IP address.
    #[error("the SMTP host {host:?} is neither a host name nor an IP address")]
    Host {
        /// What was configured.
        host: String,
    },
    /// The sender is no address.
    #[error("the sender {from:?} is no address; write user@domain")]
    From {
        /// What was configured.
        from: String,
    },
}
