//! A letter that waited in the outbox is looked at again before it goes: whether its respondents are still to be written to, at that
//! address and on that day, whether the office is open, and whether it still reads as it would be written now. What is needed
//! otherwise is cancelled, and the next round plans it anew.

use jiff::{SignedDuration, Timestamp};

use super::letters::Draft;
use super::{FollowUps, Outlook, Respondent, respondents, rules};
use crate::config::Notices;
use crate::follow_up::{Facts, Hindrance, Plan, Waiting, hindrance};
use crate::notice;
use crate::store::{Letter, StoreError};

/// What becomes of a notice whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// It may go.
    Goes,
    /// It waits until then, and why.
    Waits(String, Timestamp),
    /// It is not to go as it is, and why.
    Never(String),
}

impl FollowUps {
    /// Looks at a notice again before it is sent. What is no letter goes.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn again(&self, notice: i64, now: Timestamp) -> Result<Again, StoreError> {
        let Some(letter) = self.store.letter(notice)? else { return Ok(Again::Goes) };
        if self.notices == Notices::Off {
            return Ok(Again::Waits("notices are off".to_owned(), now + SignedDuration::from_hours(1)));
        }
        let Some(about) = self.surveys.iter().find(|one| one.survey.id == letter.survey) else {
            return Ok(Again::Never(format!("the survey {} is not configured any more", letter.survey)));
        };
        let respondents = respondents(&self.store, &about.survey, &self.settings, Some(notice), |_| None)?;
        let outlook = Outlook { respondents, plan: Plan::default() };
        let Some(draft) = draft(&letter, &outlook) else {
            return Ok(Again::Never("a respondent is not on the roster any more".to_owned()));
        };
        let facts: Vec<&Facts> = draft.to.iter().map(|one| &one.facts).collect();
        let waiting = Waiting { topic: draft.topic, recipient: &letter.recipient, facts: &facts };
        if let Some(hindrance) = hindrance(now, &rules(&about.survey, &self.settings), &waiting) {
            return Ok(told(hindrance, &outlook, now));
        }
        let Some(composer) = &about.composer else { return Ok(Again::Goes) };
        let place = (draft.key(&about.survey), letter.recipient.as_str(), &letter.thread);
        Ok(match draft.compose(about, composer, (&place.0, place.1, place.2), now) {
            Ok(anew) if notice::reads_alike(&anew.bytes, &letter.mail) => Again::Goes,
            Ok(_) => Again::Never("it would read otherwise now; it is written anew".to_owned()),
            Err(error) => Again::Never(error.to_string()),
        })
    }
}

/// The letter as it would be written anew; none when a respondent of it has left the roster.
fn draft<'a>(letter: &Letter, outlook: &'a Outlook) -> Option<Draft<'a>> {
    let topic = letter.of.first()?.topic;
    let is_for = |one: &&Respondent| letter.of.iter().any(|of| of.respondent == one.facts.respondent);
    let to: Vec<&Respondent> = outlook.respondents.iter().filter(is_for).collect();
    (to.len() == letter.of.len()).then_some(Draft { topic, to })
}

fn told(hindrance: Hindrance, outlook: &Outlook, now: Timestamp) -> Again {
    let name = |id: i64| outlook.respondent(id).map_or("", |one| one.name.as_str());
    match hindrance {
        Hindrance::Closed(Some(opens)) => Again::Waits("it waits for office hours".to_owned(), opens),
        Hindrance::Closed(None) => {
            Again::Waits("the office is closed for a year".to_owned(), now + SignedDuration::from_hours(24))
        }
        Hindrance::Needless(id, why) => Again::Never(format!("{}: {}", name(id), why.as_str())),
        Hindrance::OtherTopic(id, topic) => {
            Again::Never(format!("{}: it is written to about something else now ({})", name(id), topic.as_str()))
        }
        Hindrance::OtherAddress(id) => Again::Never(format!("{}: it is written to at another address now", name(id))),
        Hindrance::OtherDay(id) => Again::Never(format!("{}: its day is another one now", name(id))),
    }
}
