//! Writing to those who are silent: what is planned is looked at every minute, and the letters that are due are put into the outbox.
//!
//! Each letter has a key of its own, and is planned from what the store knows at that moment: so a round done twice does nothing new,
//! and a round missed is made up for by the next one. A letter that waits in the outbox is looked at once more before it goes
//! ([`again`]). Planning looks at the whole roster, so it is not done again before something was written to the store, a letter falls
//! due, or another day begins.

mod again;
mod letters;
#[cfg(test)]
mod shared_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod waiting_tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use tokio_util::sync::CancellationToken;

use super::outbox::has_room;
use super::{Signal, TaskError, now};
use crate::config::{self, Caps, Config, Notices};
use crate::failpoint::{self, Point};
use crate::follow_up::{self, Facts, Plan, Quota, Rules};
use crate::form;
use crate::notice::{self, Composer, Enclosure};
use crate::store::{Made, NoticeState, Recipients, RosterRow, Store, StoreError};
use crate::survey::Survey;
use crate::telemetry;

pub use again::Again;
pub(super) use letters::Draft;

/// How often it is looked whether something is due.
const LOOK: Duration = Duration::from_secs(60);

/// What the task works with.
pub struct FollowUps {
    store: Store,
    notices: Notices,
    caps: Caps,
    settings: config::FollowUp,
    /// Notices that may wait before no letter is added.
    outbox: u32,
    surveys: Vec<Correspondence>,
    /// Wake the tasks that send.
    next: Vec<Signal>,
    /// Since the last round there may have been nothing to do.
    rest: Mutex<Option<Rest>>,
}

/// What a round that left nothing undone found: another one would do nothing before this changes.
struct Rest {
    /// What the store said of its changes.
    changes: i64,
    /// The day, by which deadlines and quotas go.
    day: Date,
    /// When the next letter falls due; none when none is planned.
    until: Option<Timestamp>,
}

/// A survey, and how letters about it are written.
pub(super) struct Correspondence {
    survey: Survey,
    /// None without a transport.
    pub(super) composer: Option<Arc<Composer>>,
    forms: Vec<Enclosure>,
}

/// What is planned for a survey, and all that it was planned from.
#[derive(Debug)]
pub struct Outlook {
    /// The roster's respondents in its order, with name and person.
    pub respondents: Vec<Respondent>,
    /// Who gets what and when.
    pub plan: Plan,
}

/// A respondent as planning and writing need it.
#[derive(Debug)]
pub struct Respondent {
    /// What is known of it.
    pub facts: Facts,
    /// Its name on the roster.
    pub name: String,
    /// The person to ask there; may be empty.
    pub person: String,
}

impl Outlook {
    /// A respondent by its number.
    #[must_use]
    pub fn respondent(&self, id: i64) -> Option<&Respondent> {
        self.respondents.iter().find(|one| one.facts.respondent == id)
    }
}

impl FollowUps {
    /// The task for a configuration.
    ///
    /// # Errors
    /// When a template of the configuration cannot be used.
    pub fn new(config: &Config, store: Store, next: Vec<Signal>) -> Result<Self, notice::TemplateError> {
        let surveys = config.surveys.iter().map(|survey| correspondence(config, survey)).collect::<Result<_, _>>()?;
        let (notices, caps, settings) = (config.notices, config.caps, config.follow_up.clone());
        let outbox = config.bounds.outbox;
        Ok(Self { store, notices, caps, settings, outbox, surveys, next, rest: Mutex::default() })
    }

    /// Puts into the outbox what is due, until it is told to stop.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) -> Result<(), TaskError> {
        let clock = Signal::default();
        while !stop.is_cancelled() {
            self.round(now()).await?;
            clock.wait(LOOK, &stop).await;
        }
        Ok(())
    }

    /// Puts into the outbox what is due now; how many letters that were.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn round(&self, now: Timestamp) -> Result<usize, StoreError> {
        if self.notices == Notices::Off || !self.settings.office.is_open(now) || self.rests(now)? {
            return Ok(0);
        }
        if self.is_outbox_full()? {
            return Ok(0);
        }
        let (changes, day) = (self.store.changes()?, self.settings.office.day(now));
        let (mut due, mut made, mut until) = (0, 0, None);
        for one in &self.surveys {
            let Some(composer) = &one.composer else { continue };
            let outlook = outlook(&self.store, &one.survey, &self.settings, now, |_| None)?;
            for draft in Draft::due(&outlook, now) {
                due += 1;
                made += usize::from(self.write(one, composer, &draft, now).await?);
            }
            let next = outlook.plan.planned.iter().map(|planned| planned.at).find(|at| *at > now);
            until = until.into_iter().chain(next).min();
        }
        if made > 0 {
            self.next.iter().for_each(Signal::wake);
        }
        // What was due and could not be made is tried again in the next round.
        *self.rest() = (due == 0).then_some(Rest { changes, day, until });
        Ok(made)
    }

    /// Whether so much waits to be sent that letters, for which nobody waits, are not added to it. What is due stays due.
    fn is_outbox_full(&self) -> Result<bool, StoreError> {
        let queued = self.store.queued(Recipients::All)?;
        let is_full = queued >= u64::from(self.outbox);
        if is_full {
            telemetry::outbox_full(queued, self.outbox);
        }
        Ok(is_full)
    }

    /// When the next letter falls due, if the last round left nothing undone.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.rest().as_ref()?.until
    }

    fn rest(&self) -> MutexGuard<'_, Option<Rest>> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is nothing to do since the last round: neither was anything written, nor is a letter due, nor a day over.
    fn rests(&self, now: Timestamp) -> Result<bool, StoreError> {
        let rest = self.rest();
        let Some(rest) = rest.as_ref() else { return Ok(false) };
        let is_early = rest.day == self.settings.office.day(now) && rest.until.is_none_or(|until| now < until);
        Ok(is_early && self.store.changes()? == rest.changes)
    }

    /// Writes one letter; whether it is in the outbox now and was not before.
    async fn write(
        &self,
        about: &Correspondence,
        composer: &Composer,
        draft: &Draft<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(recipient) = draft.recipient() else { return Ok(false) };
        // What has no room now is planned anew in the next round.
        if !has_room(&self.store, &self.caps, recipient, now)? {
            return Ok(false);
        }
        let (key, of) = (draft.key(&about.survey), draft.follow_ups());
        let respondents = draft.respondents();
        let latest = self.store.latest_return(&respondents)?;
        let thread = self.store.thread(&respondents, recipient, &key)?;
        let notice = match draft.compose(about, composer, (&key, recipient, &thread), now) {
            Ok(notice) => notice,
            Err(error) => {
                telemetry::trouble(&key, &error.to_string());
                return Ok(false);
            }
        };
        let state = if self.notices == Notices::Hold { NoticeState::Held } else { NoticeState::Queued };
        failpoint::pass(Point::LetterPlanned);
        let made = self.store.queue_letter(notice, of, latest, state, now).await?;
        failpoint::pass(Point::LetterQueued);
        let Made::Queued(id) = made else { return Ok(false) };
        telemetry::letter_queued(&format!("n{id}"), draft.topic.as_str(), recipient, &draft.told());
        Ok(true)
    }
}

/// Plans a survey from what the store knows. `ordered` names invitations that are thought of as ordered, as a rehearsal does.
///
/// # Errors
/// When the store cannot be read.
pub fn outlook(
    store: &Store,
    survey: &Survey,
    settings: &config::FollowUp,
    now: Timestamp,
    ordered: impl Fn(i64) -> Option<u32>,
) -> Result<Outlook, StoreError> {
    let respondents = respondents(store, survey, settings, None, ordered)?;
    let standings: Vec<_> = respondents.iter().map(|one| one.facts.standing()).collect();
    let plan = follow_up::plan(now, &rules(survey, settings), &standings, quota(store, settings, now)?);
    Ok(Outlook { respondents, plan })
}

/// The roster's respondents as they stand; as they would `without` a letter, where one is named.
fn respondents(
    store: &Store,
    survey: &Survey,
    settings: &config::FollowUp,
    without: Option<i64>,
    ordered: impl Fn(i64) -> Option<u32>,
) -> Result<Vec<Respondent>, StoreError> {
    let mut passed = store.passed(&survey.id, without)?;
    let rows = store.roster(&survey.id, &settings.office.zone)?;
    let respondent = |row: RosterRow| {
        let mut passed = passed.remove(&row.respondent).unwrap_or_default();
        passed.ordered = ordered(row.respondent).or(passed.ordered);
        let (respondent, progress, is_key) = (row.respondent, row.state, row.invited.is_key);
        let facts = Facts { respondent, progress, is_key, passed };
        Respondent { facts, name: row.invited.name, person: row.invited.contact }
    };
    Ok(rows.into_iter().map(respondent).collect())
}

fn rules<'a>(survey: &'a Survey, settings: &'a config::FollowUp) -> Rules<'a> {
    Rules {
        reminders: survey.reminders.as_ref(),
        deadline: survey.deadline,
        closes: survey.closes,
        office: &settings.office,
    }
}

fn quota(store: &Store, settings: &config::FollowUp, now: Timestamp) -> Result<Quota, StoreError> {
    let zone = &settings.office.zone;
    let midnight = settings.office.day(now).to_zoned(zone.clone()).map_or(now - 24.hours(), |day| day.timestamp());
    let used = store.letters_since(midnight)?;
    let per_day = usize::try_from(settings.per_day).unwrap_or(usize::MAX);
    Ok(Quota { per_day, used_today: usize::try_from(used).unwrap_or(usize::MAX) })
}

/// How letters about a survey are written.
pub(super) fn correspondence(config: &Config, survey: &Survey) -> Result<Correspondence, notice::TemplateError> {
    Ok(Correspondence { survey: survey.clone(), composer: composer_of(config, survey)?, forms: forms(survey) })
}

/// Letters go the way of the answers to the same survey: by the transport of the first mailbox that takes its returns. None without
/// a transport.
pub(super) fn composer_of(config: &Config, survey: &Survey) -> Result<Option<Arc<Composer>>, notice::TemplateError> {
    let takes = |one: &&config::Mailbox| one.surveys.is_empty() || one.surveys.contains(&survey.id);
    let named = config.mailboxes.iter().find(takes).and_then(|mailbox| mailbox.reply_by.as_deref());
    composer_by(config, named)
}

/// What writes for the named transport, else for the first one.
pub(super) fn composer_by(
    config: &Config,
    named: Option<&str>,
) -> Result<Option<Arc<Composer>>, notice::TemplateError> {
    let transport = config.transports.iter().find(|one| named == Some(one.name.as_str())).or(config.transports.first());
    transport.map(|transport| composer(config, transport)).transpose()
}

fn composer(config: &Config, transport: &config::Transport) -> Result<Arc<Composer>, notice::TemplateError> {
    let settings = notice::Settings {
        transport: transport.name.clone(),
        from: transport.from.clone(),
        sign_off: config.sign_off.clone(),
        time_zone: config.time_zone.clone(),
    };
    Ok(Arc::new(Composer::new(&config.templates, settings)?))
}

/// The blank form in both formats, under a name that every client shows.
pub(super) fn forms(survey: &Survey) -> Vec<Enclosure> {
    let name = |extension: &str| format!("{}.{extension}", survey.id);
    vec![office_file((name("docx"), form::docx(survey, &[]))), office_file((name("xlsx"), form::xlsx(survey, &[])))]
}

/// A Word or Excel file that goes with a mail, by the ending of its name.
pub(super) fn office_file((name, bytes): (String, Vec<u8>)) -> Enclosure {
    let kind = if name.ends_with(".docx") { "wordprocessingml.document" } else { "spreadsheetml.sheet" };
    Enclosure { name, media_type: format!("application/vnd.openxmlformats-officedocument.{kind}"), bytes }
}
