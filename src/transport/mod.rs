//! Where notices go: an SMTP server or a folder. Every attempt ends as [`Outcome::Sent`], [`Outcome::Later`] or
//! [`Outcome::Refused`].

/// How an attempt to send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it; its words.
    Sent(String),
    /// Not now; why.
    Later(String),
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
