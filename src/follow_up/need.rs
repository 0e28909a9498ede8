//! What a respondent is written to about, and where: by how far it is, and by what passed between it and us.

use jiff::Timestamp;

use super::{Addressee, Standing, Topic, WhyNot};
use crate::verdict::Progress;

/// What is known of a respondent of the roster, as far as writing to it hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Number of the respondent.
    pub respondent: i64,
    /// How far it is.
    pub progress: Progress,
    /// Whether it is a key enterprise, of which written material is expected.
    pub is_key: bool,
    /// What passed between it and us.
    pub passed: Passed,
}

/// What passed between a respondent and us.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passed {
    /// Number of the invitation that an operator ordered and that was not made yet.
    pub ordered: Option<u32>,
    /// Whether an invitation was made that is not sent yet.
    pub invitation_waits: bool,
    /// When it was reminded.
    pub reminders: Vec<Timestamp>,
    /// Number of its latest reminder; 0 when it was not reminded yet.
    pub last_reminder: u32,
    /// When any notice to it was queued last.
    pub last_notice: Option<Timestamp>,
    /// Whether mail from it waits to be read, or for an operator.
    pub mail_waits: bool,
    /// Whether a return of it is contested.
    pub is_contested: bool,
    /// Whether written material came.
    pub has_narrative: bool,
    /// Addresses that it is written to, without those from which mail came back.
    pub addresses: Vec<String>,
    /// The address from which its current return came by mail.
    pub correspondent: Option<String>,
    /// Token of the thread in which that return came.
    pub thread: Option<String>,
}

impl Facts {
    /// The same as planning needs it.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let need = self.topic().and_then(|topic| self.recipient(topic).map(|_| topic).ok_or(WhyNot::NoAddress));
        Standing {
            respondent: self.respondent,
            need,
            addressee: need.ok().and_then(|topic| self.addressee(topic)),
            reminders: self.passed.reminders.clone(),
            last_notice: self.passed.last_notice,
        }
    }

    /// The address that is written to about a topic. Corrections and written material are asked of whoever gave the return: nobody
    /// else knows what is to be corrected.
    #[must_use]
    pub fn recipient(&self, topic: Topic) -> Option<&str> {
        let first = self.passed.addresses.first();
        let chosen = match topic {
            Topic::Invitation | Topic::NoAnswer => first,
            Topic::Correction => self.passed.correspondent.as_ref(),
            Topic::Narrative => self.passed.correspondent.as_ref().or(first),
        };
        chosen.map(String::as_str)
    }

    /// Whom it shares a letter about a topic with. What is to be corrected was said in one thread, and is understood there alone.
    #[must_use]
    pub fn addressee(&self, topic: Topic) -> Option<Addressee> {
        let thread = self.passed.thread.clone().filter(|_| topic == Topic::Correction);
        Some(Addressee { address: self.recipient(topic)?.to_lowercase(), thread })
    }

    fn topic(&self) -> Result<Topic, WhyNot> {
        let passed = &self.passed;
        if self.progress == Progress::Excused {
            return Err(WhyNot::Excused);
        }
        if passed.is_contested {
            return Err(WhyNot::Contested);
        }
        if passed.mail_waits {
            return Err(WhyNot::MailWaits);
        }
        match self.progress {
            Progress::Returned | Progress::Late if self.is_key && !passed.has_narrative => Ok(Topic::Narrative),
            Progress::Returned | Progress::Late => Err(WhyNot::Complete),
            Progress::InCorrection => Ok(Topic::Correction),
            Progress::Bounced => Err(WhyNot::Bounced),
            _ if passed.ordered.is_some() => Ok(Topic::Invitation),
            _ if passed.invitation_waits => Err(WhyNot::InvitationWaits),
            Progress::Invited | Progress::Started => Ok(Topic::NoAnswer),
            Progress::NotInvited => Err(WhyNot::NotInvited),
            Progress::Excused => Err(WhyNot::Excused),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed() -> Passed {
        Passed {
            addresses: vec!["roster@firm.example".into()],
            correspondent: Some("zhang@firm.example".into()),
            ..Passed::default()
        }
    }

    fn check(progress: Progress, is_key: bool, passed: &Passed, expected: Result<(Topic, &str), WhyNot>) {
        let facts = Facts { respondent: 1, progress, is_key, passed: passed.clone() };
        let need = facts.standing().need.map(|topic| (topic, facts.recipient(topic).unwrap()));
        assert_eq!(need, expected, "{progress:?}");
    }

    #[test]
    fn each_respondent_is_asked_for_what_it_misses_and_no_other_address_is() {
        let (roster, sender) = ("roster@firm.example", "zhang@firm.example");
        check(Progress::Invited, false, &passed(), Ok((Topic::NoAnswer, roster)));
        check(Progress::Started, false, &passed(), Ok((Topic::NoAnswer, roster)));
        check(Progress::InCorrection, true, &passed(), Ok((Topic::Correction, sender)));
        check(Progress::Returned, true, &passed(), Ok((Topic::Narrative, sender)));
        check(Progress::Late, true, &passed(), Ok((Topic::Narrative, sender)));
        let ordered = Passed { ordered: Some(1), ..passed() };
        check(Progress::NotInvited, false, &ordered, Ok((Topic::Invitation, roster)));
        check(Progress::Invited, false, &Passed { ordered: Some(2), ..passed() }, Ok((Topic::Invitation, roster)));
    }

    #[test]
    fn whoever_misses_nothing_or_waits_for_us_is_not_written_to() {
        check(Progress::Returned, false, &passed(), Err(WhyNot::Complete));
        check(Progress::Returned, true, &Passed { has_narrative: true, ..passed() }, Err(WhyNot::Complete));
        check(Progress::Excused, true, &passed(), Err(WhyNot::Excused));
        check(Progress::Bounced, false, &passed(), Err(WhyNot::Bounced));
        check(Progress::NotInvited, false, &passed(), Err(WhyNot::NotInvited));
        check(
            Progress::NotInvited,
            false,
            &Passed { invitation_waits: true, ..passed() },
            Err(WhyNot::InvitationWaits),
        );
        for progress in [Progress::Invited, Progress::Started, Progress::InCorrection, Progress::Returned] {
            check(progress, true, &Passed { mail_waits: true, ..passed() }, Err(WhyNot::MailWaits));
            check(progress, true, &Passed { is_contested: true, ..passed() }, Err(WhyNot::Contested));
        }
    }

    #[test]
    fn where_no_address_is_known_nothing_is_guessed() {
        let nowhere = Passed { addresses: Vec::new(), correspondent: None, ..passed() };
        for progress in [Progress::Invited, Progress::InCorrection, Progress::Returned] {
            check(progress, true, &nowhere, Err(WhyNot::NoAddress));
        }
        // What came on paper is asked about on paper: the roster's address was never told what is to be corrected.
        let on_paper = Passed { correspondent: None, ..passed() };
        check(Progress::InCorrection, true, &on_paper, Err(WhyNot::NoAddress));
    }
}
