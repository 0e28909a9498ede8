//! A server that plays a dialogue, for tests: what it says and what it must hear, line by line.
//!
//! - `S: …` it says; `G: …` it says in GBK;
//! - `C: …` it hears a line that begins so; `C: .` it hears a mail up to its closing dot;
//! - `TLS` both shake hands; `CUT` it hangs up and takes the next connection; `HANG` it keeps silent.

use std::sync::Arc;

use encoding_rs::GBK;
use rustls_pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{ServerConfig, crypto};

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A peer that plays its dialogue.
pub(super) struct Peer {
    pub(super) port: u16,
    /// Its certificate (PEM), which is its own root.
    pub(super) certificate: String,
    task: JoinHandle<Vec<String>>,
}

impl Peer {
    /// Begins to listen.
    pub(super) async fn play(dialogue: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let certificate = issued.cert.pem();
        let key = PrivateKeyDer::try_from(issued.signing_key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![issued.cert.der().clone()], key)
            .expect("a configuration");
        let lines: Vec<String> =
            dialogue.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
        let task = tokio::spawn(talk(listener, TlsAcceptor::from(Arc::new(config)), lines));
        Self { port, certificate, task }
    }

    /// The mails it heard. Fails when it did not hear all that it had to.
    pub(super) async fn heard(self) -> Vec<String> {
        self.task.await.expect("a dialogue played to its end")
    }
}

async fn talk(listener: TcpListener, acceptor: TlsAcceptor, lines: Vec<String>) -> Vec<String> {
    let mut mails = Vec::new();
    let mut stream: Option<Box<dyn Stream>> = None;
    for line in lines {
        let mut open: Box<dyn Stream> = match stream.take() {
            Some(open) => open,
            None => Box::new(listener.accept().await.expect("a connection").0),
        };
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("S:", words) => open.write_all(format!("{words}\r\n").as_bytes()).await.expect("said"),
            ("G:", words) => open.write_all(&GBK.encode(&format!("{words}\r\n")).0).await.expect("said"),
            ("C:", ".") => mails.push(hear(&mut open, "\r\n.\r\n").await),
            ("C:", begin) => {
                let heard = hear(&mut open, "\r\n").await;
                assert!(heard.starts_with(begin), "heard {heard:?} for {begin:?}");
            }
            ("TLS", _) => open = Box::new(acceptor.accept(open).await.expect("TLS")),
            ("CUT", _) => continue,
            ("HANG", _) => drop(open.read(&mut [0; 64]).await),
            (other, _) => panic!("{other} is no step of a dialogue"),
        }
        open.flush().await.ok();
        stream = Some(open);
    }
    mails
}

async fn hear(stream: &mut Box<dyn Stream>, end: &str) -> String {
    let mut heard = String::new();
    while !heard.ends_with(end) {
        heard.push(char::from(stream.read_u8().await.expect("a byte")));
    }
    heard
}
