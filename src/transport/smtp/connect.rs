//! From host and port to a stream that lettre can speak on: TCP without Nagle's delay, TLS at once or after STARTTLS.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use lettre::transport::smtp::client::AsyncTokioStream;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::fault::{Fault, Step};
use super::record::{Record, Recorded};
use super::settings::{Settings, SettingsError};
use crate::tls::{self, Tls};

/// Longest reply before TLS.
const REPLY: usize = 16 << 10;

/// The way to a server, with certificates loaded.
pub(super) struct Route {
    pub(super) server: String,
    settings: Settings,
    name: ServerName<'static>,
    connector: TlsConnector,
}

impl Route {
    /// Loads the certificates.
    pub(super) fn new(settings: Settings) -> Result<Self, SettingsError> {
        let host = settings.host.clone();
        let name = ServerName::try_from(host.clone()).map_err(|_| SettingsError::Host { host })?;
        let connector = tls::connector(settings.ca_file.as_deref())?;
        Ok(Self { server: format!("{}:{}", settings.host, settings.port), settings, name, connector })
    }

    /// Connects. The server's greeting is still to be read, or made up when STARTTLS has used it.
    pub(super) async fn connect(&self, record: &Record) -> Result<Box<dyn AsyncTokioStream>, Fault> {
        let stream = self.tcp().await?;
        let peer = stream.peer_addr().map_err(|error| self.unreachable(&error))?;
        let record = record.clone();
        Ok(match self.settings.tls {
            Tls::None if !peer.ip().to_canonical().is_loopback() => {
                return Err(Fault::Unprotected { server: self.server.clone() });
            }
            Tls::None => Box::new(Recorded::new(stream, peer, record)),
            Tls::Implicit => Box::new(Recorded::new(self.handshake(stream).await?, peer, record)),
            Tls::StartTls => {
                let stream = self.within(Step::StartTls, self.start_tls(stream, peer)).await??;
                Box::new(Recorded::greeted(self.handshake(stream).await?, peer, record))
            }
        })
    }

    /// Waits for a step no longer than its deadline.
    pub(super) async fn within<T>(&self, step: Step, doing: impl Future<Output = T>) -> Result<T, Fault> {
        let deadlines = &self.settings.deadlines;
        let after = if step == Step::Content { deadlines.content } else { deadlines.command };
        timeout(after, doing).await.map_err(|_| self.silent(step, after))
    }

    fn silent(&self, step: Step, after: Duration) -> Fault {
        Fault::Silent { server: self.server.clone(), step, after }
    }

    fn unreachable(&self, error: &dyn std::fmt::Display) -> Fault {
        Fault::Unreachable { server: self.server.clone(), cause: error.to_string() }
    }

    async fn tcp(&self) -> Result<TcpStream, Fault> {
        let within = self.settings.deadlines.connect;
        let looking = timeout(within, lookup_host((self.settings.host.as_str(), self.settings.port))).await;
        let found = looking.map_err(|_| self.unreachable(&"the name server does not answer"))?;
        let addresses: Vec<_> = found.map_err(|error| self.unreachable(&error))?.collect();
        let stream = self.first_to_answer(&addresses, within).await?;
        // lettre writes content and closing dot apart: with Nagle's algorithm each mail would wait 44 ms for the peer's
        // delayed acknowledgement.
        stream.set_nodelay(true).map_err(|error| self.unreachable(&error))?;
        Ok(stream)
    }

    /// Tries the addresses one after the other, each for its share of the time: one that is dead must not hide those behind it.
    async fn first_to_answer(&self, addresses: &[SocketAddr], within: Duration) -> Result<TcpStream, Fault> {
        let share = within / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX);
        let mut last = self.unreachable(&"no address");
        for address in addresses {
            match timeout(share, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = self.unreachable(&error),
                Err(_) => last = self.unreachable(&format!("{address} does not answer")),
            }
        }
        Err(last)
    }

    async fn handshake(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, Fault> {
        let shaken = timeout(self.settings.deadlines.connect, self.connector.connect(self.name.clone(), stream)).await;
        let fault = |cause: String| Fault::Tls { server: self.server.clone(), cause };
        shaken.map_err(|_| fault("no answer to the handshake".to_owned()))?.map_err(|error| fault(error.to_string()))
    }

    /// Asks for TLS in plain SMTP (RFC 3207).
    async fn start_tls(&self, mut stream: TcpStream, peer: SocketAddr) -> Result<TcpStream, Fault> {
        let hello = match peer {
            SocketAddr::V4(_) => "EHLO [127.0.0.1]\r\n",
            SocketAddr::V6(_) => "EHLO [IPv6:::1]\r\n",
        };
        self.plain(&mut stream, "", 220).await?;
        let offered = self.plain(&mut stream, hello, 250).await?;
        let offers = |line: &str| line.get(4..).is_some_and(|word| word.trim().eq_ignore_ascii_case("STARTTLS"));
        if !offered.lines().any(offers) {
            return Err(Fault::NoStartTls { server: self.server.clone() });
        }
        self.plain(&mut stream, "STARTTLS\r\n", 220).await?;
        Ok(stream)
    }

    /// Says something and reads the reply, which must have this code and nothing behind it.
    async fn plain(&self, stream: &mut TcpStream, command: &str, expected: u16) -> Result<String, Fault> {
        let lost = |error: io::Error| self.lost(Step::StartTls, error.to_string());
        stream.write_all(command.as_bytes()).await.map_err(lost)?;
        let mut reply: Vec<u8> = Vec::new();
        let mut buffer = [0; 1024];
        while !is_whole(&reply) {
            let count = stream.read(&mut buffer).await.map_err(lost)?;
            if count == 0 || reply.len() > REPLY {
                return Err(self.lost(Step::StartTls, "the server closed it or said too much".to_owned()));
            }
            reply.extend(buffer.iter().take(count));
        }
        let text = String::from_utf8_lossy(&reply).into_owned();
        let closing = text.lines().position(is_last).map_or(0, |at| at + 1);
        if text.lines().count() > closing {
            return Err(Fault::Injected { server: self.server.clone() });
        }
        let code = text.get(..3).and_then(|code| code.parse().ok()).unwrap_or(0);
        if code == expected {
            return Ok(text);
        }
        Err(Fault::Reply { server: self.server.clone(), step: Step::StartTls, code, words: text.trim_end().to_owned() })
    }

    /// The fault of a connection that broke.
    pub(super) fn lost(&self, step: Step, cause: String) -> Fault {
        Fault::Lost { server: self.server.clone(), step, cause }
    }
}

/// Whether the last line of a reply is there: a code without a hyphen behind it.
fn is_whole(reply: &[u8]) -> bool {
    reply.ends_with(b"\n") && String::from_utf8_lossy(reply).lines().any(is_last)
}

fn is_last(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_digit()) && line.chars().nth(3).is_none_or(|c| c != '-')
}
