//! How a connection to a mail server is protected, and whose certificates are trusted: what mailboxes and transports share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde::Deserialize;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// TLS after `STARTTLS` (RFC 3207, RFC 3501); without it nothing goes on.
    StartTls,
    /// Not at all; only to this machine.
    None,
}

impl Tls {
    /// The word for it in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Implicit => "implicit",
            Self::StartTls => "starttls",
            Self::None => "none",
        }
    }
}

/// Why no protected connection can be made.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file of root certificates cannot be read, or holds none.
    #[error("cannot use the certificates in {}: {cause}; ca_file names a PEM file of root certificates", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The TLS library cannot be set up.
    #[error("TLS cannot be set up: {cause}")]
    Library {
        /// What the library says.
        cause: String,
    },
}

/// What makes protected connections: the authorities of the web are trusted, and those of `ca_file`.
///
/// # Errors
/// When the file is of no use.
pub fn connector(ca_file: Option<&Path>) -> Result<TlsConnector, TlsError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = ca_file {
        add(&mut roots, path).map_err(|cause| TlsError::CaFile { path: path.to_owned(), cause })?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Library { cause: error.to_string() })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Adds the certificates of a PEM file. Bundles hold one now and then that the library does not take: the others count.
fn add(roots: &mut RootCertStore, path: &Path) -> Result<(), String> {
    let found = CertificateDer::pem_file_iter(path).map_err(|error| error.to_string())?;
    let certificates = found.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
    match roots.add_parsable_certificates(certificates) {
        (0, _) => Err("it holds no certificate".to_owned()),
        _ => Ok(()),
    }
}
