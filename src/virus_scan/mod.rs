//! Scanning messages for viruses by a clamd beside the daemon (`clamd(8)`, command `INSTREAM`), before anything opens them.
//!
//! A message that clamd did not look at is not clean: who cannot be reached, and what is too large for it, is told apart from both
//! answers.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// Bytes handed over at once.
const PIECE: usize = 64 << 10;
/// The longest answer that is read.
const ANSWER: u64 = 4096;

/// What comes before a message: clamd takes for a mail what begins with such a line, and opens the parts of a mail only.
const BEFORE: &[u8] = b"Received: by postroom, to be scanned\r\n";

/// Where clamd listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Its local socket (`LocalSocket`).
    Unix(PathBuf),
    /// Host and port (`TCPSocket`).
    Tcp(String),
}

impl fmt::Display for Address {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => path.display().fmt(to),
            Self::Tcp(address) => address.fmt(to),
        }
    }
}

/// How to reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where it listens.
    pub clamd: Address,
    /// How long one message may take.
    pub time: Duration,
}

/// What clamd says of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    /// It found nothing.
    Clean,
    /// It found this.
    Infected(String),
    /// It did not look at it, and why: it is larger than `StreamMaxLength`, or makes clamd fail.
    NotScanned(String),
}

/// Why clamd cannot be asked.
#[derive(Debug, thiserror::Error)]
#[error("clamd at {address}: {error}")]
pub struct Unreachable {
    address: Address,
    error: io::Error,
}

trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Connection for T {}

impl Settings {
    /// Has a message scanned.
    ///
    /// # Errors
    /// When clamd cannot be reached, or does not answer in time.
    pub async fn scan(&self, raw: &[u8]) -> Result<Scanned, Unreachable> {
        let answer = self.within(async { ask(self.connect().await?, raw).await }).await?;
        Ok(scanned(&answer))
    }

    /// Asks whether it is there; what it is.
    ///
    /// # Errors
    /// When it is not.
    pub async fn ping(&self) -> Result<String, Unreachable> {
        let version = async {
            let mut connection = self.connect().await?;
            connection.write_all(b"zVERSION\0").await?;
            answer(&mut *connection).await
        };
        self.within(version).await
    }

    async fn within<T>(&self, work: impl Future<Output = io::Result<T>>) -> Result<T, Unreachable> {
        let late = || io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {:?}", self.time));
        let done = tokio::time::timeout(self.time, work).await.unwrap_or_else(|_| Err(late()));
        done.map_err(|error| Unreachable { address: self.clamd.clone(), error })
    }

    async fn connect(&self) -> io::Result<Box<dyn Connection>> {
        Ok(match &self.clamd {
            Address::Unix(path) => Box::new(UnixStream::connect(path).await?),
            Address::Tcp(address) => Box::new(TcpStream::connect(address).await?),
        })
    }
}

/// Hands a message over. When clamd has enough it says so and hangs up, so that its answer counts before our error.
async fn ask(mut connection: Box<dyn Connection>, raw: &[u8]) -> io::Result<String> {
    let handed_over = hand_over(&mut *connection, raw).await;
    match answer(&mut *connection).await {
        Ok(answer) if !answer.is_empty() => Ok(answer),
        Ok(_) => Err(handed_over.err().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into())),
        Err(error) => Err(handed_over.err().unwrap_or(error)),
    }
}

async fn hand_over(connection: &mut dyn Connection, raw: &[u8]) -> io::Result<()> {
    connection.write_all(b"zINSTREAM\0").await?;
    for piece in std::iter::once(BEFORE).chain(raw.chunks(PIECE)) {
        let length = u32::try_from(piece.len()).map_err(io::Error::other)?;
        connection.write_all(&length.to_be_bytes()).await?;
        connection.write_all(piece).await?;
    }
    connection.write_all(&0_u32.to_be_bytes()).await?;
    connection.flush().await
}

async fn answer(connection: &mut dyn Connection) -> io::Result<String> {
    let mut bytes = Vec::new();
    let read = connection.take(ANSWER).read_to_end(&mut bytes).await;
    // Who hangs up on a stream that it has enough of resets it behind its answer.
    if bytes.is_empty() {
        read?;
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.trim_matches(['\0', '\n', ' ']).to_owned())
}

fn scanned(answer: &str) -> Scanned {
    let said = answer.strip_prefix("stream: ").unwrap_or(answer);
    if said == "OK" {
        Scanned::Clean
    } else if let Some(name) = said.strip_suffix(" FOUND") {
        Scanned::Infected(name.to_owned())
    } else if said.contains("size limit exceeded") {
        Scanned::NotScanned("larger than clamd takes (StreamMaxLength in clamd.conf)".to_owned())
    } else {
        Scanned::NotScanned(format!("clamd says: {said}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_ok_is_clean() {
        for (answer, wanted) in [
            ("stream: OK", Scanned::Clean),
            ("stream: Win.Test.EICAR_HDB-1 FOUND", Scanned::Infected("Win.Test.EICAR_HDB-1".into())),
            (
                "INSTREAM size limit exceeded. ERROR",
                Scanned::NotScanned("larger than clamd takes (StreamMaxLength in clamd.conf)".into()),
            ),
            (
                "stream: Can't allocate memory ERROR",
                Scanned::NotScanned("clamd says: Can't allocate memory ERROR".into()),
            ),
            ("", Scanned::NotScanned("clamd says: ".into())),
            ("stream: NOT OK", Scanned::NotScanned("clamd says: NOT OK".into())),
        ] {
            assert_eq!(scanned(answer), wanted, "{answer}");
        }
    }
}
