//! Where notices go: an SMTP server or a folder. Every attempt ends as [`Outcome::Sent`], [`Outcome::Later`],
//! [`Outcome::Doubtful`] or [`Outcome::Refused`]; a login that is refused stands apart, as it concerns every notice and not this one.

pub mod folder;
pub mod smtp;

use folder::Folder;
use smtp::Smtp;

/// How an attempt to send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it; its words.
    Sent(String),
    /// Not now; why.
    Later(String),
    /// Not known: the connection broke after the mail was handed over, so that it may have arrived; why.
    Doubtful(String),
    /// Never; why.
    Refused(String),
    /// The login was refused: sending pauses, so that the account is not locked; why.
    LoginRefused(String),
}

/// One notice to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Address it goes to.
    pub recipient: String,
    /// The mail (RFC 5322, CRLF).
    pub bytes: Vec<u8>,
    /// A name for it that is unique and fit for a file, such as `reply-17`.
    pub name: String,
}

/// A way on which notices go out.
#[derive(Debug)]
pub enum Transport {
    /// To an SMTP server.
    Smtp(Box<Smtp>),
    /// Into a folder, a file each.
    Folder(Folder),
}

impl Transport {
    /// Sends one notice. One whose outcome is [`Outcome::Doubtful`] may arrive twice when it is sent again, with the same
    /// `Message-ID`.
    pub async fn send(&mut self, one: &Outgoing) -> Outcome {
        match self {
            Self::Smtp(smtp) => smtp.send(one).await,
            Self::Folder(folder) => folder.send(one).await,
        }
    }

    /// Takes leave of the server, if a connection is open. The next [`Transport::send`] opens another.
    pub async fn close(&mut self) {
        match self {
            Self::Smtp(smtp) => smtp.close().await,
            Self::Folder(_) => {}
        }
    }
}
