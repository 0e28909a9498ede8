//! The connection to a server: TCP, TLS, and a count of the bytes that have come.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, BufWriter, ReadBuf};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::rustls;

use super::settings::{ImapError, Settings};
use crate::tls::{self, Tls};

/// What carries bytes both ways.
pub(super) trait Carrier: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Carrier for T {}

/// A connection, plain or protected. Writes are gathered until a flush, so that a command is one packet.
#[derive(Debug)]
pub(super) struct Stream {
    inner: BufWriter<Box<dyn Carrier>>,
    arrived: Arc<AtomicU64>,
}

impl Stream {
    fn new(inner: Box<dyn Carrier>) -> Self {
        Self { inner: BufWriter::new(inner), arrived: Arc::default() }
    }

    /// How many bytes have come so far; it grows while a long answer is on its way.
    pub(super) fn arrived(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.arrived)
    }

    /// Protects a plain connection after STARTTLS. Nothing that came before is kept: it could be forged.
    pub(super) async fn protect(self, settings: &Settings) -> Result<Self, ImapError> {
        protect(self.inner.into_inner(), settings).await
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(cx, buf);
        let new = buf.filled().len().saturating_sub(before);
        self.arrived.fetch_add(u64::try_from(new).unwrap_or_default(), Ordering::Relaxed);
        polled
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// Connects to the server, protected at once if TLS is implicit.
pub(super) async fn connect(settings: &Settings) -> Result<Stream, ImapError> {
    let server = settings.server();
    let addresses: Vec<_> = lookup_host((settings.host.as_str(), settings.port))
        .await
        .map_err(|cause| ImapError::Resolve { server: server.clone(), cause })?
        .collect();
    if settings.tls == Tls::None && !addresses.iter().all(|address| address.ip().is_loopback()) {
        return Err(ImapError::PlainAbroad { server });
    }
    let tcp = first_to_answer(&addresses, settings.command_deadline)
        .await
        .map_err(|cause| ImapError::Connect { server: server.clone(), cause })?;
    tcp.set_nodelay(true).map_err(|cause| ImapError::Connect { server, cause })?;
    match settings.tls {
        Tls::Implicit => protect(Box::new(tcp), settings).await,
        Tls::StartTls | Tls::None => Ok(Stream::new(Box::new(tcp))),
    }
}

/// Tries the addresses one after the other, each for its share of the time: one that is dead must not hide those behind it.
async fn first_to_answer(addresses: &[SocketAddr], within: Duration) -> io::Result<TcpStream> {
    // A little less than the whole, so that the last one's words are heard.
    let share = within.mul_f64(0.9) / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX);
    let mut last = io::Error::new(io::ErrorKind::NotFound, "no address");
    for address in addresses {
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = error,
            Err(_) => last = io::Error::new(io::ErrorKind::TimedOut, format!("{address} does not answer")),
        }
    }
    Err(last)
}

async fn protect(plain: Box<dyn Carrier>, settings: &Settings) -> Result<Stream, ImapError> {
    let server = settings.server();
    let fault = |cause: String| ImapError::Tls { server: server.clone(), cause };
    let name = ServerName::try_from(settings.host.clone()).map_err(|error| fault(error.to_string()))?;
    let connector = tls::connector(settings.ca_file.as_deref())?;
    let protected = connector.connect(name, plain).await;
    protected.map(|stream| Stream::new(Box::new(stream))).map_err(|error| tls_fault(&server, &error))
}

/// Tells a certificate that is not trusted from other failures of TLS, as their remedies differ.
fn tls_fault(server: &str, error: &io::Error) -> ImapError {
    let rustls_error = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let (server, cause) = (server.to_owned(), error.to_string());
    match rustls_error {
        Some(rustls::Error::InvalidCertificate(_)) => ImapError::Certificate { server, cause },
        _ => ImapError::Tls { server, cause },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn a_dead_first_address_does_not_hide_the_live_one() {
        let alive = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let alive = alive.local_addr().unwrap();
        // A listener whose queue is full swallows what comes, as a dead host does.
        let full = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        rustix::net::listen(&full, 0).unwrap();
        let dead = full.local_addr().unwrap();
        let _waiting: Vec<_> = (0..4)
            .map_while(|_| std::net::TcpStream::connect_timeout(&dead, Duration::from_millis(100)).ok())
            .collect();
        let (within, begun) = (Duration::from_secs(4), Instant::now());
        let stream = first_to_answer(&[dead, alive], within).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), alive);
        assert!(begun.elapsed() < within);
        let silent = first_to_answer(&[dead], Duration::from_millis(200)).await.unwrap_err();
        assert!(silent.to_string().contains("does not answer"), "{silent}");
    }
}
