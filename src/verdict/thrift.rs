//! Whom not to answer though an answer would be due: ourselves, addresses that take no mail, whoever was asked for the table today
//! already, and a machine that answers our answers.

use super::{Folded, Known, Silence, Standing};
use crate::issue::{Issue, Problem};
use crate::reading::Reading;

/// Times that the same is answered within a day. The second answer says that nothing new came.
const SAME: u32 = 2;
/// Mails without anything new that one sender is answered within an hour.
const IDLE: u32 = 3;
/// Local parts of addresses that nobody reads, without their hyphens, dots and underscores.
const NOBODY: [&str; 6] = ["mailerdaemon", "noreply", "donotreply", "postmaster", "bounce", "bounces"];

/// What a sender was answered lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lately {
    /// Mails of the last day that said the same as this one, and were answered.
    pub same: u32,
    /// Mails of the last hour that brought nothing new, and were answered.
    pub idle: u32,
    /// Whether it was told within the last day that a mail held no table, or an empty one.
    pub asked: bool,
}

/// Whether an answer may go.
pub(super) fn check(reading: &Reading, known: &Known, issues: &[Issue], returns: &[Folded]) -> Result<(), Silence> {
    if known.answers_ourselves || is_nobodys(&reading.envelope.reply_to) {
        return Err(Silence::TakesNoMail);
    }
    if known.released {
        return Ok(());
    }
    let Lately { same, idle, asked } = known.lately;
    if same >= SAME || (idle >= IDLE && !brings_news(reading, returns)) {
        return Err(Silence::Loop);
    }
    let asks = |issue: &Issue| matches!(issue.problem, Problem::NoTable | Problem::BlankForm);
    let mut errors = issues.iter().filter(|issue| issue.is_error()).peekable();
    if asked && returns.is_empty() && errors.peek().is_some() && errors.all(asks) {
        return Err(Silence::AskedToday);
    }
    // The same words once more, and nothing with them: nobody is helped by the same answer.
    if returns.is_empty() && reading.attachments.is_empty() && same > 0 { Err(Silence::SaidBefore) } else { Ok(()) }
}

/// Whether a message brings anything that was not known, as far as its returns and files tell.
#[must_use]
pub fn brings_news(reading: &Reading, returns: &[Folded]) -> bool {
    if returns.is_empty() {
        !reading.attachments.is_empty()
    } else {
        returns.iter().any(|one| !matches!(one.standing, Standing::Duplicate | Standing::Discarded))
    }
}

/// Whether nobody reads what is sent to an address.
fn is_nobodys(address: &str) -> bool {
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
    let plain: String = local.chars().filter(|c| !matches!(c, '-' | '.' | '_')).collect();
    NOBODY.contains(&plain.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_nobody_reads_gets_no_mail() {
        for address in ["no-reply@a.example", "NoReply@a.example", "MAILER-DAEMON@a.example", "do_not_reply@a.example"]
        {
            assert!(is_nobodys(address), "{address}");
        }
        for address in ["zhang@a.example", "reply@a.example", "noreply.zhang@a.example", ""] {
            assert!(!is_nobodys(address), "{address}");
        }
    }
}
