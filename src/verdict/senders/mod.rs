//! Whether a sender is who it says to be, and what is done about one that may not be.
//!
//! The collection server's word decides; where it gives none, what was evaluated here. A sender that nobody can tell anything of is a
//! sender like any other: most domains publish no policy, and a question that was not answered is no failure. Lists of the
//! configuration go before: who is denied is never answered, who is allowed is taken as authentic. A domain that only looks like one
//! of the roster, and a name that claims an address of the roster, are for a person to decide on, whatever servers say of them.

use serde::{Deserialize, Serialize};

use super::Silence;
use super::trust::domain;
use crate::mail::ServerWord;
use crate::reading::Reading;

pub mod alike;
mod list;
mod suspicion;

pub use list::{List, NoEntry};
pub use suspicion::{Roster, Suspicion, suspicion};

/// What is done with a sender whose authentication failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// Its mail is held: an operator decides.
    #[default]
    Hold,
    /// Its mail is judged like any other.
    Answer,
    /// Its mail is kept, and neither read as a return nor answered.
    Ignore,
}

/// What is done with a sender that looks like another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnSuspicion {
    /// Its mail is held: an operator decides.
    #[default]
    Hold,
    /// Its mail is judged like any other.
    Answer,
}

/// Where answers go when `Reply-To` names another address than `From`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReplyTo {
    /// There, when it is an address of the roster, of the same enterprise's domain, of an earlier sender for the same respondent or of
    /// the allow list; else to `From`.
    #[default]
    Known,
    /// There, whoever it is.
    Always,
    /// To `From`.
    Never,
}

/// What the configuration says of senders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// A sender whose authentication failed.
    pub on_failure: OnFailure,
    /// A sender that looks like another one.
    pub on_suspicion: OnSuspicion,
    /// Where answers go.
    pub reply_to: ReplyTo,
    /// Who is taken as authentic.
    pub allow: List,
    /// Who is never answered.
    pub deny: List,
}

/// What was evaluated here of a sender, in the words of RFC 8601, section 2.7.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evaluated {
    /// DMARC; `none` where the domain publishes nothing, or nobody could be asked in time.
    pub dmarc: String,
    /// SPF of the address before delivery began.
    pub spf: String,
    /// DKIM: the best of its signatures.
    pub dkim: String,
}

/// What was found of a sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// In words for an operator.
    pub text: String,
    /// Whether it is worth a line in the log.
    pub is_notable: bool,
}

impl Finding {
    /// One that is worth a line in the log.
    #[must_use]
    pub fn notable(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_notable: true }
    }
}

/// What is done with a message for its sender's sake.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Treatment {
    /// It is judged by what it says.
    #[default]
    Ordinary,
    /// It is held, and why.
    Hold(String),
    /// It is kept, and neither read as a return nor answered.
    Ignore(Silence),
}

/// What is concluded of a sender.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sender {
    /// What is done with its message.
    pub treatment: Treatment,
    /// What was found, for the record.
    pub findings: Vec<Finding>,
}

/// What is known of a sender when it is concluded on.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// Its address.
    pub address: &'a str,
    /// The collection server's word.
    pub server: &'a ServerWord,
    /// Whether that word is a failure.
    pub has_failed: bool,
    /// What was evaluated here.
    pub evaluated: Option<&'a Evaluated>,
    /// Whom it looks like.
    pub suspicion: Option<&'a Suspicion>,
}

impl<'a> Evidence<'a> {
    /// What a reading tells.
    #[must_use]
    pub fn of(reading: &'a Reading) -> Self {
        let (address, server) = (reading.envelope.from.as_str(), &reading.server_word);
        Self { address, server, has_failed: reading.dmarc_failed, evaluated: None, suspicion: None }
    }
}

impl Policy {
    /// Concludes on a sender.
    #[must_use]
    pub fn conclude(&self, evidence: Evidence<'_>) -> Sender {
        if self.deny.names(evidence.address) {
            let findings = vec![Finding::notable("on the deny list (senders.deny)")];
            return Sender { treatment: Treatment::Ignore(Silence::Denied), findings };
        }
        let is_allowed = self.allow.names(evidence.address);
        let mut sender = Sender::default();
        self.weigh_authentication(evidence, is_allowed, &mut sender);
        if let Some(suspicion) = evidence.suspicion {
            self.weigh_suspicion(suspicion, is_allowed, &mut sender);
        }
        sender
    }

    fn weigh_authentication(&self, evidence: Evidence<'_>, is_allowed: bool, sender: &mut Sender) {
        let authentication = authentication(evidence);
        let Some(failure) = authentication.failure else {
            sender.findings.extend(authentication.words.map(|text| Finding { text, is_notable: false }));
            return;
        };
        let (treatment, done) = match self.on_failure {
            _ if is_allowed => (Treatment::Ordinary, "; on the allow list (senders.allow)"),
            OnFailure::Hold => (Treatment::Hold(failure.clone()), ""),
            OnFailure::Answer => (Treatment::Ordinary, "; judged like any other (senders.failed)"),
            OnFailure::Ignore => (Treatment::Ignore(Silence::NotAuthentic), "; ignored (senders.failed)"),
        };
        sender.treatment = treatment;
        sender.findings.push(Finding::notable(format!("{failure}{done}")));
    }

    fn weigh_suspicion(&self, suspicion: &Suspicion, is_allowed: bool, sender: &mut Sender) {
        let text = suspicion.to_string();
        let done = match self.on_suspicion {
            _ if is_allowed => "; on the allow list (senders.allow)",
            OnSuspicion::Answer => "; judged like any other (senders.suspicious)",
            OnSuspicion::Hold => {
                sender.treatment = match std::mem::take(&mut sender.treatment) {
                    Treatment::Ordinary => Treatment::Hold(text.clone()),
                    Treatment::Hold(why) => Treatment::Hold(format!("{why}; {text}")),
                    ignored @ Treatment::Ignore(_) => ignored,
                };
                ""
            }
        };
        sender.findings.push(Finding::notable(format!("{text}{done}")));
    }
}

struct Authentication {
    /// Why it failed, if it did.
    failure: Option<String>,
    /// What else there is to say.
    words: Option<String>,
}

/// Brings the server's word and what was evaluated together: a failure that the server tells of is one, and its certain word ends the
/// matter. A word that the sender may have written itself does not, nor one on another sender than the one that we read.
fn authentication(evidence: Evidence<'_>) -> Authentication {
    let Evidence { address, server, evaluated, .. } = evidence;
    let said = server.dmarc.as_deref();
    if evidence.has_failed {
        return Authentication { failure: Some("the collection server says dmarc=fail".into()), words: None };
    }
    let other = said.and(other_domain(address, server));
    let by_server = said.map(|said| match other {
        Some(other) => format!("the collection server says dmarc={said}, for another domain: {other}"),
        None => format!("the collection server says dmarc={said}"),
    });
    match evaluated.filter(|_| said.is_none() || !server.is_certain || other.is_some()) {
        Some(Evaluated { dmarc, spf, dkim }) => {
            let text = format!("dmarc={dmarc}, evaluated here (spf={spf}, dkim={dkim})");
            let failure = (dmarc == "fail").then(|| text.clone());
            Authentication { failure, words: Some(by_server.map_or(text.clone(), |said| format!("{said}; {text}"))) }
        }
        None if other.is_some() => Authentication { failure: by_server, words: None },
        None => Authentication { failure: None, words: by_server },
    }
}

/// The domain that the server speaks of, where that is neither the sender's nor above or below it: the two read another `From`.
fn other_domain<'w>(address: &str, server: &'w ServerWord) -> Option<&'w str> {
    let named = server.from.as_deref().filter(|_| address.contains('@'))?;
    let (ours, theirs) = (domain(address), domain(&format!("@{named}")));
    let is_within =
        |one: &str, of: &str| one.strip_suffix(of).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    (!is_within(&ours, &theirs) && !is_within(&theirs, &ours)).then_some(named)
}

/// What a reading alone tells of a sender, under the policy that holds where none is configured.
#[must_use]
pub fn by_reading(reading: &Reading) -> Sender {
    Policy::default().conclude(Evidence::of(reading))
}

/// Whether it remains to be evaluated who sent a message: the server does not say so for certain.
#[must_use]
pub fn is_to_be_evaluated(reading: &Reading) -> bool {
    let (from, server) = (&reading.envelope.from, &reading.server_word);
    let is_settled = server.dmarc.is_some() && server.is_certain && other_domain(from, server).is_none();
    from.contains('@') && !reading.dmarc_failed && !is_settled
}

#[cfg(test)]
mod tests;
