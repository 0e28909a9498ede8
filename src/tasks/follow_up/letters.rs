//! A letter that is to be written: for one respondent, or for several that share an address.

use jiff::Timestamp;

use super::{Correspondence, Outlook, Respondent};
use crate::follow_up::{Facts, Planned, Topic};
use crate::notice::{ComposeError, Composer, Letter, Notice, Thread};
use crate::store::FollowUp;
use crate::survey::Survey;

/// A letter that is to be written.
pub(in crate::tasks) struct Draft<'a> {
    /// What it is about.
    pub(in crate::tasks) topic: Topic,
    /// Whom it is for, in the order of the roster.
    pub(in crate::tasks) to: Vec<&'a Respondent>,
}

impl<'a> Draft<'a> {
    /// The letters that are due now, in the order of the plan.
    pub(super) fn due(outlook: &'a Outlook, now: Timestamp) -> Vec<Self> {
        let due: Vec<&Planned> = outlook.plan.due(now).collect();
        let mut drafts: Vec<Self> = Vec::new();
        for planned in &due {
            let is_written = |draft: &Self| draft.topic == planned.topic && draft.is_for(planned.respondent);
            if !drafts.iter().any(is_written) {
                drafts.extend(Self::shared(outlook, planned, due.iter().copied()));
            }
        }
        drafts
    }

    /// The letter to a respondent that is planned, with all those of the plan who share it.
    pub(in crate::tasks) fn planned(outlook: &'a Outlook, planned: &Planned) -> Option<Self> {
        let together = outlook.plan.planned.iter().filter(|other| other.at == planned.at);
        Self::shared(outlook, planned, together)
    }

    fn shared<'p>(outlook: &'a Outlook, planned: &Planned, others: impl Iterator<Item = &'p Planned>) -> Option<Self> {
        let topic = planned.topic;
        let addressee = outlook.respondent(planned.respondent)?.facts.addressee(topic)?;
        let with: Vec<i64> = others.filter(|other| other.topic == topic).map(|other| other.respondent).collect();
        let shares = |one: &&Respondent| {
            with.contains(&one.facts.respondent) && one.facts.addressee(topic).as_ref() == Some(&addressee)
        };
        Some(Self { topic, to: outlook.respondents.iter().filter(shares).collect() })
    }

    fn is_for(&self, respondent: i64) -> bool {
        self.to.iter().any(|one| one.facts.respondent == respondent)
    }

    /// The address that it goes to.
    pub(in crate::tasks) fn recipient(&self) -> Option<&'a str> {
        self.to.first()?.facts.recipient(self.topic)
    }

    /// Numbers of its respondents.
    pub(in crate::tasks) fn respondents(&self) -> Vec<i64> {
        self.to.iter().map(|one| one.facts.respondent).collect()
    }

    /// What it is to each of its respondents.
    pub(super) fn follow_ups(&self) -> Vec<FollowUp> {
        let of = |one: &&Respondent| FollowUp {
            respondent: one.facts.respondent,
            topic: self.topic,
            number: number(self.topic, &one.facts),
        };
        self.to.iter().map(of).collect()
    }

    /// The key of its notice.
    pub(in crate::tasks) fn key(&self, survey: &Survey) -> String {
        self.follow_ups().first().map(|one| one.key(&survey.id)).unwrap_or_default()
    }

    /// Whom it is for, for the log.
    pub(super) fn told(&self) -> String {
        let name = self.to.first().map_or("", |one| one.name.as_str());
        match self.to.len() {
            0 | 1 => name.to_owned(),
            many => format!("{name} and {} more", many - 1),
        }
    }

    /// The letter as it reads at this moment.
    pub(in crate::tasks) fn compose(
        &self,
        about: &Correspondence,
        composer: &Composer,
        (key, recipient, thread): (&str, &str, &Thread),
        now: Timestamp,
    ) -> Result<Notice, ComposeError> {
        let names: Vec<&str> = self.to.iter().map(|one| one.name.as_str()).collect();
        let person = self.to.first().map_or("", |one| one.person.as_str());
        let person = if self.to.iter().all(|one| one.person == person) { person } else { "" };
        let needs_form = matches!(self.topic, Topic::Invitation | Topic::NoAnswer);
        composer.compose_letter(&Letter {
            key,
            topic: self.topic,
            now,
            survey: &about.survey,
            names: &names,
            person,
            recipient,
            thread,
            enclosures: if needs_form { &about.forms } else { &[] },
        })
    }
}

/// Which invitation or reminder of the respondent the next one is.
fn number(topic: Topic, facts: &Facts) -> u32 {
    match topic {
        Topic::Invitation => facts.passed.ordered.unwrap_or(1),
        _ => facts.passed.last_reminder.saturating_add(1),
    }
}
