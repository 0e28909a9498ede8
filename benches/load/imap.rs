//! The plainest client there is: one connection, one command for the whole mailbox.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Where the mailbox is.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) user: String,
    pub(crate) password: String,
    /// The authority of its certificate; none: no TLS.
    pub(crate) ca: Option<PathBuf>,
}

trait Both: Read + Write {}
impl<T: Read + Write> Both for T {}

/// Hands each message of INBOX to `take`, which reads its `u64` bytes.
pub(crate) fn fetch(server: &Server, mut take: impl FnMut(u64, &mut dyn BufRead)) {
    let mut line = String::new();
    let mut stream = BufReader::with_capacity(64 << 10, connect(server));
    let Server { user, password, .. } = server;
    for command in [format!("LOGIN {user} {password}"), "SELECT INBOX".into(), "UID FETCH 1:* (UID BODY.PEEK[])".into()]
    {
        write!(stream.get_mut(), "A {command}\r\n").unwrap();
        stream.get_mut().flush().unwrap();
        loop {
            line.clear();
            assert_ne!(stream.read_line(&mut line).unwrap(), 0, "the server hung up");
            if let Some(size) = literal(&line) {
                take(size, &mut stream);
            } else if let Some(answer) = line.strip_prefix("A ") {
                assert!(answer.starts_with("OK"), "{command}: {answer}");
                break;
            }
        }
    }
}

fn literal(line: &str) -> Option<u64> {
    line.trim_end().strip_suffix('}')?.rsplit_once('{')?.1.parse().ok()
}

fn connect(server: &Server) -> Box<dyn Both> {
    let tcp = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let Some(ca) = &server.ca else { return Box::new(tcp) };
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    Box::new(StreamOwned::new(connection, tcp))
}
