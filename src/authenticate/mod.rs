//! Who a sender is, evaluated from a raw message where the collection server does not say: DKIM, SPF and DMARC (RFC 6376, 7208, 9989)
//! by `mail-auth`, with questions to the DNS.
//!
//! A failure is told of only where everything was looked at: what could not be asked in time, and what the way of a message does not
//! tell, is `none`. A resolver that does not answer is left alone for a while, so that mail waits a moment and not for hours.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hickory_resolver::config::{NameServerConfig, ResolverConfig, ResolverOpts};
use mail_auth::MessageAuthenticator;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::verdict::senders::Evaluated;

mod check;
mod relays;

pub use relays::{NoRelay, Relays};

/// How long one message may take.
const TIME: Duration = Duration::from_secs(10);
/// Senders' domains in a row of which nothing was answered before the resolver is left alone.
const SILENT: usize = 3;
/// How long it is left alone.
const REST: Duration = Duration::from_secs(600);
/// Messages that are looked at at once, whose bytes are in memory.
const AT_ONCE: usize = 8;
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

/// What is known of a message beside its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The address that was read in its `From`.
    pub from: String,
    /// Through whom it may have come: their stamps are taken as the collection server's own.
    pub relays: Relays,
}

/// Evaluates messages. A handle: clones share what the DNS said.
#[derive(Clone)]
pub struct Authenticator {
    shared: Arc<Shared>,
}

struct Shared {
    library: MessageAuthenticator,
    time: Duration,
    patience: Mutex<Patience>,
    at_once: Semaphore,
}

/// What is remembered of a resolver's silence. One sender's domain whose own servers are silent does not tell of the resolver.
#[derive(Debug, Default)]
struct Patience {
    silent: BTreeSet<String>,
    rests_until: Option<Instant>,
}

impl Patience {
    fn rests(&self, now: Instant) -> bool {
        self.rests_until.is_some_and(|until| now < until)
    }

    /// Notes whether a question on a sender's domain was answered; whether the resolver is left alone from now on.
    fn note(&mut self, domain: &str, is_answered: bool, now: Instant) -> bool {
        if is_answered {
            self.silent.clear();
        } else if !self.rests(now) {
            self.silent.insert(domain.to_owned());
        }
        let begins = self.silent.len() >= SILENT;
        if begins {
            *self = Self { silent: BTreeSet::new(), rests_until: Some(now + REST) };
        }
        begins
    }
}

/// What came of looking at a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was looked at.
    Evaluated(Evaluated),
    /// It could not be, and why.
    NotEvaluated(String),
    /// It could not be, like others before: the resolver is left alone from now on.
    RestBegins,
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
        let (patience, at_once) = (Mutex::default(), Semaphore::new(AT_ONCE));
        Ok(Self { shared: Arc::new(Shared { library, time: settings.time, patience, at_once }) })
    }

    /// Evaluates a message. Its bytes are loaded when it is its turn.
    ///
    /// # Errors
    /// When they cannot be.
    pub async fn evaluate<E: Send + 'static>(
        &self,
        load: impl FnOnce() -> Result<Vec<u8>, E> + Send + 'static,
        origin: Origin,
    ) -> Result<Outcome, E> {
        let _turn = self.shared.at_once.acquire().await;
        if self.patience().rests(Instant::now()) {
            return Ok(Outcome::Rests);
        }
        let (shared, domain) = (Arc::clone(&self.shared), check::domain(&origin.from));
        let begun = Instant::now();
        let runtime = tokio::runtime::Handle::current();
        // Hashes and signatures of a large mail are computed, not waited for.
        let look = tokio::task::spawn_blocking(move || -> Result<_, E> {
            let raw = load()?;
            let look = async { tokio::time::timeout(shared.time, check::check(&shared.library, &raw, &origin)).await };
            Ok(runtime.block_on(look).ok())
        });
        let evaluated = match look.await {
            Ok(loaded) => loaded?,
            Err(error) => return Ok(Outcome::NotEvaluated(format!("the library broke off: {error}"))),
        };
        let is_slow = begun.elapsed() >= self.shared.time / 2;
        let is_answered = evaluated.as_ref().is_some_and(|one| one.dmarc != "temperror" || !is_slow);
        let begins = self.patience().note(&domain, is_answered, Instant::now());
        Ok(match evaluated {
            _ if begins => Outcome::RestBegins,
            Some(evaluated) => Outcome::Evaluated(evaluated),
            None => Outcome::NotEvaluated(format!("the DNS does not answer within {:?}", self.shared.time)),
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever names silent servers for a domain makes nobody else's mail go unlooked at.
    #[test]
    fn only_senders_of_several_domains_in_a_row_without_an_answer_begin_a_rest() {
        let check = |looks: &[(&str, bool)], begins: bool| {
            let (mut patience, now) = (Patience::default(), Instant::now());
            let has_begun = looks.iter().map(|(domain, is_answered)| patience.note(domain, *is_answered, now));
            assert_eq!(has_begun.last(), Some(begins), "{looks:?}");
            assert_eq!(patience.rests(now), begins);
            assert!(!patience.rests(now + REST));
        };
        check(&[("a", false), ("b", false), ("c", false)], true);
        check(&[("a", false), ("a", false), ("a", false), ("a", false)], false);
        check(&[("a", false), ("b", false), ("x", true), ("c", false)], false);
        check(&[("a", false), ("b", false), ("c", true)], false);
        check(&[("a", true)], false);
    }

    #[test]
    fn what_was_under_way_when_a_rest_began_makes_it_no_longer() {
        let (mut patience, now) = (Patience::default(), Instant::now());
        for domain in ["a", "b", "c"] {
            patience.note(domain, false, now);
        }
        for domain in ["d", "e", "f"] {
            assert!(!patience.note(domain, false, now + REST / 2));
        }
        assert!(!patience.rests(now + REST));
    }
}
