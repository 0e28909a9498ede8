//! SMTP by lettre, on a stream of our own.
//!
//! One connection is kept over many notices ([`Smtp`]). lettre speaks the protocol; what it leaves to wish for is mended below it:
//! replies in GBK keep their code (`record`), Nagle's delay is off and TLS is ours (`connect`), a refusal does not
//! hang up (`session`). What a reply means for the notice stands in [`Fault::outcome`].

mod connect;
mod fault;
mod record;
mod session;
mod settings;

#[cfg(test)]
mod peer;
#[cfg(test)]
mod tests;

use std::fmt;

use lettre::Address;

pub use fault::{Fault, Step};
pub use record::hear;
pub use settings::{Deadlines, Login, Settings, SettingsError};

use crate::transport::{Outcome, Outgoing};
use connect::Route;
use session::Session;

/// A server, and the connection to it while one is open.
pub struct Smtp {
    route: Route,
    login: Option<Login>,
    from: Address,
    session: Option<Session>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("server", &self.route.server).field("from", &self.from).finish_non_exhaustive()
    }
}

impl Smtp {
    /// Prepares for a server; nothing is connected yet.
    ///
    /// # Errors
    /// When the settings cannot be used whatever the server says.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let from = settings.from.parse().map_err(|_| SettingsError::From { from: settings.from.clone() })?;
        let login = settings.login.clone();
        Ok(Self { route: Route::new(settings)?, login, from, session: None })
    }

    /// Sends one notice, over the open connection if there is one.
    pub async fn send(&mut self, one: &Outgoing) -> Outcome {
        let Ok(to) = one.recipient.parse::<Address>() else {
            return Fault::Recipient { recipient: one.recipient.clone() }.outcome();
        };
        let sent = match self.session.take() {
            Some(session) => match self.deliver(session, &to, &one.bytes).await {
                // The server hung up while the connection was idle. Nothing was handed over yet, so a second try is safe.
                Err(fault) if is_stale(&fault) => self.deliver_anew(&to, &one.bytes).await,
                other => other,
            },
            None => self.deliver_anew(&to, &one.bytes).await,
        };
        sent.map_or_else(|fault| fault.outcome(), Outcome::Sent)
    }

    /// Takes leave of the server, if a connection is open.
    pub async fn close(&mut self) {
        if let Some(session) = self.session.take() {
            session.quit(&self.route).await;
        }
    }

    /// Connects, logs in and takes leave again: what `check --connect` asks.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses the login.
    pub async fn probe(&self) -> Result<(), Fault> {
        let session = Session::open(&self.route, self.login.as_ref()).await?;
        session.quit(&self.route).await;
        Ok(())
    }

    async fn deliver_anew(&mut self, to: &Address, mail: &[u8]) -> Result<String, Fault> {
        let session = Session::open(&self.route, self.login.as_ref()).await?;
        self.deliver(session, to, mail).await
    }

    /// Delivers over a session, and keeps it if it is fit for the next notice.
    async fn deliver(&mut self, mut session: Session, to: &Address, mail: &[u8]) -> Result<String, Fault> {
        let sent = session.deliver(&self.route, &self.from, to, mail).await;
        let is_fit = match &sent {
            Ok(_) => true,
            Err(fault) if fault.leaves_connection() => session.reset(&self.route).await,
            Err(_) => false,
        };
        if is_fit {
            self.session = Some(session);
        }
        sent
    }
}

fn is_stale(fault: &Fault) -> bool {
    matches!(fault, Fault::Lost { step: Step::Sender, .. } | Fault::Reply { step: Step::Sender, code: 421, .. })
}
