//! The post of a test: a Postfix that takes mail and delivers it into the mailboxes that a Dovecot serves.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use lettre::Transport;
use lettre::address::Envelope;
use lettre::transport::smtp::SmtpTransport;

use super::daemon::PATIENCE;
use super::dovecot::{Dovecot, PASSWORD};
use super::postfix::Postfix;

/// The collection mailbox.
pub(crate) const COLLECT: &str = "collect@collect.example";

/// Both servers. Users of `corp.example` have mailboxes of their own where [`super::postfix::USERS`] names them, others share
/// `corp`.
pub(crate) struct Post {
    /// Keeps the mailboxes.
    pub dovecot: Dovecot,
    /// Takes mail.
    pub postfix: Postfix,
}

impl Post {
    /// Starts both.
    pub(crate) fn start() -> Self {
        let dovecot = Dovecot::start();
        let postfix = Postfix::start_into(&dovecot.mail());
        Self { dovecot, postfix }
    }

    /// Starts both; the Postfix takes logins, of any user with [`PASSWORD`].
    pub(crate) fn with_login() -> Self {
        let dovecot = Dovecot::start_with("service auth {\n  unix_listener smtp-auth {\n    mode = 0666\n  }\n}\n");
        let postfix = Postfix::start_into_with_login(&dovecot.mail(), &dovecot.auth_socket());
        Self { dovecot, postfix }
    }

    /// Sends a mail to the collection mailbox as a client would.
    pub(crate) fn send(&self, from: &str, message: &[u8]) {
        self.send_to(COLLECT, from, message);
    }

    /// Sends a mail as a client would.
    pub(crate) fn send_to(&self, to: &str, from: &str, message: &[u8]) {
        let envelope = Envelope::new(Some(from.parse().unwrap()), vec![to.parse().unwrap()]).unwrap();
        let client = SmtpTransport::builder_dangerous("127.0.0.1").port(self.postfix.port).build();
        // lettre puts a line break before the closing dot.
        let content = message.strip_suffix(b"\r\n").unwrap_or(message);
        client.send_raw(&envelope, content).expect("Postfix takes it");
    }

    /// The mails in somebody's INBOX, in order of delivery.
    pub(crate) fn mails(&self, user: &str) -> Vec<Vec<u8>> {
        let folders = ["new", "cur"].map(|part| self.dovecot.maildir(user).join(part));
        let mut files: Vec<PathBuf> = folders
            .iter()
            .filter_map(|folder| std::fs::read_dir(folder).ok())
            .flat_map(|entries| entries.map(|entry| entry.unwrap().path()))
            .collect();
        files.sort_by_key(|file| std::fs::metadata(file).and_then(|data| data.modified()).ok());
        files.iter().map(|file| std::fs::read(file).unwrap()).collect()
    }

    /// Waits until somebody's INBOX holds so many mails.
    pub(crate) fn await_mails(&self, user: &str, count: usize) -> Vec<Vec<u8>> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mails = self.mails(user);
            if mails.len() >= count {
                return mails;
            }
            assert!(Instant::now() < deadline, "{} of {count} mails for {user}", mails.len());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A configuration: the collection mailbox over TLS and IDLE, notices over the Postfix; `top` are further top-level keys.
    pub(crate) fn configuration(&self, top: &str) -> String {
        format!("{top}\n{}{}", self.mailbox("main", ""), self.transport())
    }

    /// A mailbox over TLS, with further keys.
    pub(crate) fn mailbox(&self, name: &str, further: &str) -> String {
        let port = self.dovecot.tls_port;
        format!("{}{further}\n", imap(name, "collect", "implicit", port, &self.dovecot))
    }

    /// The transport over the Postfix.
    pub(crate) fn transport(&self) -> String {
        smtp(self.postfix.port)
    }
}

/// A table `[[mailbox]]` for a user of a Dovecot.
pub(crate) fn imap(name: &str, user: &str, tls: &str, port: u16, dovecot: &Dovecot) -> String {
    let ca = dovecot.ca_file();
    format!(
        "[[mailbox]]\nname = \"{name}\"\nhost = \"localhost\"\nport = {port}\ntls = \"{tls}\"\nca_file = \"{}\"\n\
         user = \"{user}\"\npassword = \"{PASSWORD}\"\n",
        ca.display()
    )
}

/// A table `[[transport]]` for a server without login.
pub(crate) fn smtp(port: u16) -> String {
    format!(
        "[[transport]]\nname = \"main\"\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n\
         from = \"调查表收件处 <{COLLECT}>\"\n"
    )
}

/// A table `[[transport]]` that writes notices to the folder `replies`.
pub(crate) const REPLIES: &str =
    "[[transport]]\nname = \"main\"\nkind = \"folder\"\npath = \"replies\"\nfrom = \"collect@collect.example\"\n";
