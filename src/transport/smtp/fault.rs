//! What can go wrong with a server, and what it means for the notice.
//!
//! The rule is RFC 5321's: 4xx is for later, 5xx is for ever. Providers depart from it (sources in the comments): what
//! concerns the login or the server as a whole must not cost a notice its life.

use std::time::Duration;

use crate::transport::Outcome;

/// The steps of a conversation with a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The server's first words, and EHLO.
    Greeting,
    /// STARTTLS.
    StartTls,
    /// AUTH.
    Login,
    /// MAIL FROM.
    Sender,
    /// RCPT TO.
    Recipient,
    /// DATA.
    Data,
    /// The mail and its closing dot.
    Content,
}

impl Step {
    fn as_str(self) -> &'static str {
        match self {
            Self::Greeting => "the greeting",
            Self::StartTls => "STARTTLS",
            Self::Login => "the login",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Content => "the mail's content",
        }
    }
}

/// Why a notice was not sent, or a server not reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// No connection.
    #[error("cannot connect to {server}: {cause}; check host, port and firewall")]
    Unreachable {
        /// Host and port.
        server: String,
        /// What the system says.
        cause: String,
    },
    /// The server kept silent.
    #[error("{server} was silent at {} for {} s; is it the right port for this kind of TLS?", step.as_str(), after.as_secs())]
    Silent {
        /// Host and port.
        server: String,
        /// Where it kept silent.
        step: Step,
        /// How long it was waited for.
        after: Duration,
    },
    /// No protected connection.
    #[error("no TLS with {server}: {cause}; check tls, host name and ca_file")]
    Tls {
        /// Host and port.
        server: String,
        /// What the TLS library says.
        cause: String,
    },
    /// The server does not offer STARTTLS.
    #[error("{server} does not offer STARTTLS; use tls = \"implicit\", usually on port 465")]
    NoStartTls {
        /// Host and port.
        server: String,
    },
    /// Words between STARTTLS and the handshake, which somebody on the way may have put there (CVE-2011-0411).
    #[error("{server} spoke on after STARTTLS; the connection may be tampered with")]
    Injected {
        /// Host and port.
        server: String,
    },
    /// Mail would go over the network unprotected.
    #[error("{server} is not this machine: tls = \"none\" is for loopback only; use \"implicit\" or \"starttls\"")]
    Unprotected {
        /// Host and port.
        server: String,
    },
    /// The server does not take a password.
    #[error("{server} offers neither AUTH PLAIN nor AUTH LOGIN; check port and tls, or leave out user")]
    NoLogin {
        /// Host and port.
        server: String,
    },
    /// The server said no.
    #[error("{server} answered {} with {words:?}{}", step.as_str(), remedy(*step, *code, words))]
    Reply {
        /// Host and port.
        server: String,
        /// What it answered.
        step: Step,
        /// Its code.
        code: u16,
        /// Code and words.
        words: String,
    },
    /// The connection broke, or what came was no SMTP.
    #[error("the connection to {server} broke at {}: {cause}", step.as_str())]
    Lost {
        /// Host and port.
        server: String,
        /// Where it broke.
        step: Step,
        /// What was seen.
        cause: String,
    },
    /// The recipient cannot be written into an envelope.
    #[error("{recipient:?} is no address that can be sent to")]
    Recipient {
        /// The address.
        recipient: String,
    },
}

fn remedy(step: Step, code: u16, words: &str) -> &'static str {
    if !concerns_login(step, code, words) {
        return if concerns_server(words) {
            "; the server refuses us, not this mail: check host, port and user"
        } else {
            ""
        };
    }
    "; check user and password (QQ and 163 want the authorisation code 授权码), and that from equals the login"
}

impl Fault {
    /// The same with what the server said passed through a sieve.
    pub(super) fn without(self, sieve: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Reply { server, step, code, words } => Self::Reply { server, step, code, words: sieve(&words) },
            Self::Lost { server, step, cause } => Self::Lost { server, step, cause: sieve(&cause) },
            other => other,
        }
    }

    /// What it means for the notice.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let why = self.to_string();
        match self {
            Self::Recipient { .. } => Outcome::Refused(why),
            Self::NoLogin { .. } => Outcome::LoginRefused(why),
            Self::Reply { step, code, words, .. } if concerns_login(*step, *code, words) => Outcome::LoginRefused(why),
            Self::Reply { words, .. } if concerns_server(words) => Outcome::Later(why),
            Self::Reply { step, code, .. } if concerns_notice(*step, *code) => Outcome::Refused(why),
            Self::Lost { step: Step::Content, .. } | Self::Silent { step: Step::Content, .. } => Outcome::Doubtful(why),
            _ => Outcome::Later(why),
        }
    }

    /// Whether the connection can go on after it.
    pub(super) fn leaves_connection(&self) -> bool {
        let Self::Reply { step, code, .. } = self else { return false };
        // 421 announces the end; 503 says that server and we no longer agree where we are.
        !matches!(code, 421 | 503) && matches!(step, Step::Sender | Step::Recipient | Step::Data | Step::Content)
    }
}

/// Whether a reply is about who we are. RFC 4954 (4.7.1, 6) has 432, 530, 534, 535 and 538; any 5xx to AUTH counts. 163 says
/// `451 too much fail authentication`; QQ `501 mail from address must be same as authorization user`, 163
/// `553 Mail from must equal authorized user`: a fault of the configuration that would cost every notice.
fn concerns_login(step: Step, code: u16, words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    let by_words = ["fail authentication", "same as authorization user", "equal authorized user"];
    matches!(code, 432 | 530 | 534 | 535 | 538)
        || (step == Step::Login && code >= 500)
        || by_words.iter().any(|sign| words.contains(sign))
}

/// Whether a reply is about the server or what it thinks of us: a relay that is not allowed, an address on a block list, QQ's limits
/// (`550 Ip frequency limited`). A 5xx of this kind would cost every notice its life.
fn concerns_server(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    let signs = [
        "relay access denied",
        "relaying denied",
        "relay not permitted",
        "unable to relay",
        "client host",
        "blocked using",
        "frequency limited",
    ];
    signs.iter().any(|sign| words.contains(sign))
}

/// Whether a reply is the last word on this notice: a 5xx to its envelope or content, such as 163's `554 DT:SPM` and QQ's
/// `550 The mail may contain inappropriate words or content`. Before that it is about the server (`554` at the greeting: an
/// address on a block list), and 4xx is for later: `421 HL:REP`, `450 MI:CEL`, `451 DT:SPM`, `451 MI:SFQ` of 163.
fn concerns_notice(step: Step, code: u16) -> bool {
    let at_notice = matches!(step, Step::Sender | Step::Recipient | Step::Data | Step::Content);
    at_notice && (500..600).contains(&code) && code != 503
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(step: Step, words: &str, expected: fn(String) -> Outcome) {
        let code = words.split(' ').next().and_then(|code| code.parse().ok()).expect("a code");
        let fault = Fault::Reply { server: "smtp.example:465".into(), step, code, words: words.into() };
        assert_eq!(fault.outcome(), expected(fault.to_string()), "{words}");
    }

    #[test]
    fn a_provider_that_is_busy_gets_the_notice_later() {
        check(Step::Greeting, "421 HL:REP the address is tried too often", Outcome::Later);
        check(Step::Greeting, "554 5.7.1 blocked", Outcome::Later);
        check(Step::Content, "451 MI:SFQ quota of 15 minutes", Outcome::Later);
        check(Step::Recipient, "450 MI:CEL too many errors", Outcome::Later);
        check(Step::Sender, "503 bad sequence", Outcome::Later);
        check(Step::Login, "454 temporary authentication failure", Outcome::Later);
    }

    #[test]
    fn a_server_that_is_set_up_wrongly_costs_no_notice_its_life() {
        check(Step::Recipient, "554 5.7.1 <x@firm.example>: Relay access denied", Outcome::Later);
        check(Step::Recipient, "550 relay not permitted", Outcome::Later);
        check(Step::Recipient, "550 5.7.1 Unable to relay for x@firm.example", Outcome::Later);
        check(
            Step::Recipient,
            "554 Service unavailable; Client host [192.0.2.1] blocked using list.example",
            Outcome::Later,
        );
        check(Step::Sender, "550 Ip frequency limited", Outcome::Later);
    }

    #[test]
    fn a_notice_that_is_refused_is_not_sent_again() {
        check(Step::Content, "554 DT:SPM", Outcome::Refused);
        check(Step::Content, "550 The mail may contain inappropriate words or content", Outcome::Refused);
        check(Step::Recipient, "550 no such user", Outcome::Refused);
    }

    #[test]
    fn a_refused_login_costs_no_notice_its_life() {
        check(Step::Login, "535 Error: 请使用授权码登录。", Outcome::LoginRefused);
        check(Step::Login, "550 user has no permission", Outcome::LoginRefused);
        check(Step::Sender, "530 authentication required", Outcome::LoginRefused);
        check(Step::Login, "451 too much fail authentication", Outcome::LoginRefused);
        check(Step::Sender, "501 mail from address must be same as authorization user", Outcome::LoginRefused);
        check(Step::Sender, "553 Mail from must equal authorized user", Outcome::LoginRefused);
    }
}
