//! What `[senders]` means: who may answer, and whether it is evaluated here who they are.

use std::net::{IpAddr, SocketAddr};

use toml::Spanned;

use super::file;
use super::meaning::Meaning;
use crate::authenticate;
use crate::verdict::senders::{List, Policy};
use crate::written::Fault;

/// Who may answer.
#[derive(Debug, Clone)]
pub struct Senders {
    /// What is done with whom.
    pub policy: Policy,
    /// How it is evaluated who a sender is where the collection server does not say; none: it is not.
    pub evaluate: Option<authenticate::Settings>,
}

impl Meaning<'_> {
    pub(super) fn senders(&self, written: &file::Senders) -> Result<Senders, Fault> {
        let resolver = self.resolver(written.resolver.as_ref())?;
        Ok(Senders {
            policy: Policy {
                on_failure: written.failed.unwrap_or_default(),
                on_suspicion: written.suspicious.unwrap_or_default(),
                reply_to: written.reply_to.unwrap_or_default(),
                allow: self.list(&written.allow)?,
                deny: self.list(&written.deny)?,
            },
            evaluate: written.evaluate.unwrap_or(true).then(|| authenticate::Settings::new(resolver)),
        })
    }

    pub(super) fn relays(&self, written: &[Spanned<String>]) -> Result<authenticate::Relays, Fault> {
        let mut relays = authenticate::Relays::default();
        for entry in written {
            let wrong = |error| self.at(entry.span(), format!("`{}` is {error}", entry.get_ref()));
            relays.add(entry.get_ref()).map_err(wrong)?;
        }
        Ok(relays)
    }

    fn list(&self, written: &[Spanned<String>]) -> Result<List, Fault> {
        let mut list = List::default();
        for entry in written {
            let wrong = |error| self.at(entry.span(), format!("`{}` is {error}", entry.get_ref()));
            list.add(entry.get_ref()).map_err(wrong)?;
        }
        Ok(list)
    }

    fn resolver(&self, written: Option<&Spanned<String>>) -> Result<authenticate::Resolver, Fault> {
        let Some(written) = written else { return Ok(authenticate::Resolver::System) };
        let text = written.get_ref().as_str();
        let address =
            text.parse::<SocketAddr>().or_else(|_| text.parse::<IpAddr>().map(|ip| SocketAddr::from((ip, 53))));
        match address {
            _ if text == "system" => Ok(authenticate::Resolver::System),
            Ok(address) => Ok(authenticate::Resolver::At(address)),
            Err(_) => {
                let message = format!("`{text}` is no resolver; use system, or an address such as 127.0.0.1:53");
                Err(self.at(written.span(), message))
            }
        }
    }
}
