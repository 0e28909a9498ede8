//! Who a sender is, evaluated from a raw message where the collection server does not say: DKIM, SPF and DMARC (RFC 6376, 7208, 9989)
//! by `mail-auth`, with questions to the DNS.
//!
//! A failure is told of only where everything was looked at: what could not be asked in time, and what the way of a message does not
//! tell, is `none`. A resolver that does not answer is left alone for a while, so that mail waits a moment and not for hours.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hickory_resolver::config::{NameServerConfig, ResolverConfig, ResolverOpts};
use mail_auth::MessageAuthenticator;
use tokio::time::Instant;

use crate::verdict::senders::Evaluated;

mod check;

/// How long one message may take.
const TIME: Duration = Duration::from_secs(10);
/// Messages in a row that took too long before the resolver is left alone.
const SLOW: u32 = 3;
/// How long it is left alone.
const REST: Duration = Duration::from_secs(600);
/// Answers of the DNS that are remembered for as long as they hold.
const REMEMBERED: u64 = 4096;

/// Whom to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Resolver {
    /// Those of the system (`/etc/resolv.conf`).
    #[default]
    System,
    /// This one.
    At(SocketAddr),
}

impl std::fmt::Display for Resolver {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::System => to.write_str("the system's resolver"),
            Self::At(address) => write!(to, "the resolver at {address}"),
        }
    }
}

/// How to evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Whom to ask.
    pub resolver: Resolver,
    /// How long one message may take.
    pub time: Duration,
}

impl Settings {
    /// By this resolver, 10 s a message.
    #[must_use]
    pub fn new(resolver: Resolver) -> Self {
        Self { resolver, time: TIME }
    }
}

/// Why nothing can be evaluated.
#[derive(Debug, thiserror::Error)]
#[error("resolver: {0}; name one by senders.resolver, or set senders.evaluate = false")]
pub struct NoResolver(String);

/// Evaluates messages. A handle: clones share what the DNS said.
#[derive(Clone)]
pub struct Authenticator {
    shared: Arc<Shared>,
}

struct Shared {
    library: MessageAuthenticator,
    time: Duration,
    patience: Mutex<Patience>,
}

#[derive(Debug, Default)]
struct Patience {
    slow: u32,
    rests_until: Option<Instant>,
}

/// What came of looking at a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was looked at.
    Evaluated(Evaluated),
    /// It could not be, and why.
    NotEvaluated(String),
    /// The resolver is left alone for the time being.
    Rests,
}

impl Authenticator {
    /// Asks nobody yet.
    ///
    /// # Errors
    /// When the system names no resolver.
    pub fn new(settings: &Settings) -> Result<Self, NoResolver> {
        let library = library(settings.resolver).map_err(NoResolver)?;
        Ok(Self { shared: Arc::new(Shared { library, time: settings.time, patience: Mutex::default() }) })
    }

    /// Evaluates a message whose `From` was read as this address.
    pub async fn evaluate(&self, raw: Vec<u8>, from: String) -> Outcome {
        if self.rests() {
            return Outcome::Rests;
        }
        let shared = Arc::clone(&self.shared);
        let begun = Instant::now();
        let runtime = tokio::runtime::Handle::current();
        // Hashes and signatures of a large mail are computed, not waited for.
        let look = tokio::task::spawn_blocking(move || {
            runtime.block_on(tokio::time::timeout(shared.time, check::check(&shared.library, &raw, &from)))
        });
        let outcome = look.await;
        let is_slow = begun.elapsed() >= self.shared.time / 2;
        let rests = self.note(is_slow);
        match outcome {
            Ok(Ok(evaluated)) => Outcome::Evaluated(evaluated),
            Ok(Err(_)) if rests => {
                let minutes = REST.as_secs() / 60;
                Outcome::NotEvaluated(format!("the DNS does not answer: not asked for {minutes} minutes"))
            }
            Ok(Err(_)) => Outcome::NotEvaluated(format!("the DNS does not answer within {:?}", self.shared.time)),
            Err(error) => Outcome::NotEvaluated(format!("the library broke off: {error}")),
        }
    }

    fn rests(&self) -> bool {
        self.patience().rests_until.is_some_and(|until| Instant::now() < until)
    }

    /// Notes how it went; whether the resolver is left alone from now on.
    fn note(&self, is_slow: bool) -> bool {
        let mut patience = self.patience();
        patience.slow = if is_slow { patience.slow + 1 } else { 0 };
        if patience.slow >= SLOW {
            *patience = Patience { slow: 0, rests_until: Some(Instant::now() + REST) };
            return true;
        }
        false
    }

    fn patience(&self) -> std::sync::MutexGuard<'_, Patience> {
        self.shared.patience.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn library(resolver: Resolver) -> Result<MessageAuthenticator, String> {
    let (config, mut options) = match resolver {
        Resolver::System => hickory_resolver::system_conf::read_system_conf().map_err(|error| error.to_string())?,
        Resolver::At(address) => (at(address), ResolverOpts::default()),
    };
    options.timeout = Duration::from_secs(2);
    options.attempts = 2;
    options.cache_size = REMEMBERED;
    MessageAuthenticator::new(config, options).map_err(|error| error.to_string())
}

fn at(address: SocketAddr) -> ResolverConfig {
    let mut server = NameServerConfig::udp_and_tcp(address.ip());
    for connection in &mut server.connections {
        connection.port = address.port();
    }
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}
