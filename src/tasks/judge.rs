//! Judging: what the configuration says of a message is brought to its reading and to what the store knows.
//!
//! [`Desk::judge`] is called within the transaction that commits the verdict, so it looks at nothing but its arguments and what the
//! desk was built with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;

use super::now;
use super::stages::Stages;
use crate::config::{Config, MailboxKind, Notices};
use crate::notice::{self, Awaiting, ComposeError, Composer, Done, Earlier, Kind, Newest, Notice, Occasion, Plain};
use crate::reading::Reading;
use crate::store::{Decision, Joinable, Judge, NoticeState, Sending, Situation, Unread};
use crate::survey::Survey;
use crate::verdict::{self, Known, Reply, Silence, Verdict};

/// What judging needs of the configuration.
pub struct Desk {
    surveys: Vec<Survey>,
    notices: Notices,
    answer_since: Timestamp,
    per_sender_day: u32,
    /// How long after an answer further mails of its sender are answered together.
    together: SignedDuration,
    /// Our own addresses, as addresses are compared: whom notices come from, and who logs in to a mailbox.
    own: BTreeSet<String>,
    /// Composers by mailbox; the entry without a name serves messages that came no mailbox's way.
    composers: BTreeMap<String, Arc<Composer>>,
    stages: Stages,
}

/// What was decided, and what there is to tell.
pub struct Judgement {
    /// For the store.
    pub decision: Decision,
    /// Why no notice was composed though an answer was due.
    pub trouble: Option<String>,
}

/// Hears why no notice was composed, once the message is judged.
pub(super) type Trouble = oneshot::Receiver<Option<String>>;

impl Judgement {
    /// A verdict that no notice goes with.
    #[must_use]
    pub fn silent(verdict: Verdict) -> Self {
        let sending = Sending::default();
        let decision = Decision { verdict, notice: None, notice_state: NoticeState::Queued, sending };
        Self { decision, trouble: None }
    }
}

impl Desk {
    /// The desk for a configuration. `first_start` is when mail began to be answered where the configuration does not say.
    ///
    /// # Errors
    /// When a template of the configuration cannot be used.
    pub fn new(config: &Config, first_start: Timestamp, stages: Stages) -> Result<Self, notice::TemplateError> {
        let mut composers: BTreeMap<String, Arc<Composer>> = BTreeMap::new();
        for transport in &config.transports {
            let settings = notice::Settings {
                transport: transport.name.clone(),
                from: transport.from.clone(),
                sign_off: config.sign_off.clone(),
                time_zone: config.time_zone.clone(),
            };
            let composer = Arc::new(Composer::new(&config.templates, settings)?);
            composers.insert(transport.name.clone(), composer);
        }
        let default = config.transports.first().and_then(|first| composers.get(&first.name));
        let mut by_mailbox: BTreeMap<String, Arc<Composer>> = BTreeMap::new();
        for mailbox in &config.mailboxes {
            let chosen = mailbox.reply_by.as_ref().and_then(|name| composers.get(name)).or(default);
            by_mailbox.extend(chosen.map(|chosen| (mailbox.name.clone(), chosen.clone())));
        }
        by_mailbox.extend(default.map(|default| (String::new(), default.clone())));
        Ok(Self {
            surveys: config.surveys.clone(),
            notices: config.notices,
            answer_since: config.answer_since.unwrap_or_else(|| whole_second(first_start)),
            per_sender_day: config.caps.per_sender_day,
            together: SignedDuration::try_from(config.caps.together).unwrap_or_default(),
            own: own_addresses(config),
            composers: by_mailbox,
            stages,
        })
    }

    /// Mail older than this is never answered.
    #[must_use]
    pub fn answer_since(&self) -> Timestamp {
        self.answer_since
    }

    /// Whether a survey is configured.
    #[must_use]
    pub fn knows(&self, survey: &str) -> bool {
        self.surveys.iter().any(|known| known.id == survey)
    }

    /// The verdict on a message that came by the given mailbox: whether an answer is due hangs on the configuration, too.
    #[must_use]
    pub fn verdict(&self, mailbox: &str, reading: &Reading, situation: &Situation) -> Verdict {
        let known = Known {
            before_answer_since: situation.received_at < self.answer_since,
            answers_ourselves: self.own.contains(&verdict::comparable(&reading.envelope.reply_to)),
            ..situation.known.clone()
        };
        let survey = self.survey(reading);
        let verdict = self.stages.judge.count(|| verdict::judge(reading, &known, survey));
        let silence = if verdict.reply.is_err() {
            return verdict;
        } else if self.composer(mailbox).is_none() || self.surveys.is_empty() {
            Silence::NoTransport
        } else if self.notices == Notices::Off {
            Silence::NoticesOff
        } else {
            return verdict;
        };
        Verdict { reply: Err(silence), ..verdict }
    }

    /// Judges a message that came by the given mailbox, and composes its answer where one is due.
    #[must_use]
    pub fn judge(&self, mailbox: &str, reading: &Reading, situation: &Situation, now: Timestamp) -> Judgement {
        let verdict = self.verdict(mailbox, reading, situation);
        let Ok(reply) = verdict.reply else { return Judgement::silent(verdict) };
        let mended = with_mended(reading, &verdict);
        let reading = mended.as_ref().unwrap_or(reading);
        let plain = Plain { mended: verdict.mended.clone(), is_handed_over: reply == Reply::Handover };
        let joinable = self.joinable(reading, &verdict, &plain, situation, now);
        let earlier = situation.answering.waiting.as_ref().filter(|_| joinable.is_some());
        let earlier: &[Earlier] = earlier.map(|waiting| waiting.mails.as_slice()).unwrap_or_default();
        let newest = Newest { reading, verdict: &verdict, plain: &plain };
        let all = (!earlier.is_empty()).then(|| notice::together(earlier, newest));
        let alone = Done::of(&verdict);
        let (all_read, all_judged, done) =
            all.as_ref().map_or((reading, &verdict, &alone), |all| (&all.reading, &all.verdict, &all.done));
        let survey = self.survey(all_read).or_else(|| self.surveys.first());
        let (Some(composer), Some(survey)) = (self.composer(mailbox), survey) else {
            return Judgement::silent(verdict);
        };
        let occasion = Occasion {
            message: situation.message,
            rereading: situation.rereading,
            received_at: situation.received_at,
            now,
            token: &situation.token,
            envelope: &reading.envelope,
            reading: all_read,
            verdict: all_judged,
            survey,
            earlier,
            done,
            wants_narrative: situation.known.wants_narrative && all_read.narratives.is_empty(),
        };
        let reply = all.as_ref().map_or(reply, notice::Together::reply);
        let composed = self.stages.notices.count(|| compose(composer, &occasion, reply, &situation.known));
        self.decided(verdict, composed, joinable, situation)
    }

    fn decided(
        &self,
        verdict: Verdict,
        composed: Result<(Notice, Option<Awaiting>), ComposeError>,
        joinable: Option<Joinable>,
        situation: &Situation,
    ) -> Judgement {
        let (notice, awaiting, trouble) = match composed {
            Ok((notice, awaiting)) => (Some(notice), awaiting, None),
            Err(error) => (None, None, Some(error.to_string())),
        };
        // The notice whose place this one takes is not sent.
        let replaced = joinable.as_ref().is_some_and(|joinable| joinable.replaces.is_some());
        let replies_today = situation.known.replies_today.saturating_sub(u32::from(replaced));
        let waits = self.notices == Notices::Hold || replies_today >= self.per_sender_day;
        let notice_state = if waits { NoticeState::Held } else { NoticeState::Queued };
        let sending = Sending { awaiting, joinable };
        Judgement { decision: Decision { verdict, notice, notice_state, sending }, trouble }
    }

    /// Whether the answer waits for further mails of its sender: not the first one, and none after a rereading.
    fn joinable(
        &self,
        reading: &Reading,
        verdict: &Verdict,
        plain: &Plain,
        situation: &Situation,
        now: Timestamp,
    ) -> Option<Joinable> {
        let answering = &situation.answering;
        if self.together.is_zero() || situation.rereading.is_some() {
            return None;
        }
        let waiting = answering.waiting.as_ref();
        let window = answering.last.map(|last| last + self.together).filter(|until| *until > now);
        let due = waiting.map(|waiting| waiting.due).or(window)?;
        let reading = Reading { issues: verdict.issues.clone(), ..reading.clone() };
        let replaces = waiting.map(|waiting| waiting.notice);
        Some(Joinable { due, reading, plain: plain.clone(), replaces })
    }

    /// What judges a message within the transaction that commits it, and who hears afterwards what kept its notice from being
    /// composed. Where nobody is to be told of the outcome, none is composed.
    pub(super) fn judge_of(self: &Arc<Self>, unread: &Unread, tells: bool) -> (Judge, Trouble) {
        let desk = Arc::clone(self);
        let mailbox = unread.location.as_ref().map(|location| location.mailbox.clone()).unwrap_or_default();
        let (says, trouble) = oneshot::channel();
        let judge = Box::new(move |reading: &Reading, situation: &Situation| {
            let Judgement { decision, trouble } = if tells {
                desk.judge(&mailbox, reading, situation, now())
            } else {
                Judgement::silent(desk.verdict(&mailbox, reading, situation))
            };
            // Nobody listens when the commit failed or the run broke off.
            let _ = says.send(trouble);
            decision
        });
        (judge, trouble)
    }

    fn survey(&self, reading: &Reading) -> Option<&Survey> {
        // A plain reply answers no form; it is understood by the labels of one survey.
        let id = reading.survey.as_ref().unwrap_or(&reading.plain.survey);
        self.surveys.iter().find(|survey| survey.id == *id)
    }

    fn composer(&self, mailbox: &str) -> Option<&Composer> {
        self.composers.get(mailbox).or_else(|| self.composers.get("")).map(Arc::as_ref)
    }
}

/// The reading as a notice tells of it: the answers of a plain reply are those of a return, without what another address supplied.
fn with_mended(reading: &Reading, verdict: &Verdict) -> Option<Reading> {
    let mended = verdict.mended.as_ref()?;
    let mut shown = mended.as_read.clone();
    shown.answers.retain(|key, _| !mended.withheld.contains(key));
    shown.issues.retain(|issue| !issue.about.item().is_some_and(|key| mended.withheld.contains(key)));
    Some(Reading { returns: vec![shown], ..reading.clone() })
}

fn own_addresses(config: &Config) -> BTreeSet<String> {
    let senders = config.transports.iter().filter_map(|transport| notice::sender_address(&transport.from));
    let users = config.mailboxes.iter().filter_map(|mailbox| match &mailbox.kind {
        MailboxKind::Imap(settings) => Some(settings.user.clone()),
        MailboxKind::Maildir(_) => None,
    });
    senders.chain(users).map(|address| verdict::comparable(&address)).collect()
}

/// Stamps of mail have whole seconds: what came in the very second of the first start is not older than it.
fn whole_second(instant: Timestamp) -> Timestamp {
    Timestamp::from_second(instant.as_second()).unwrap_or(instant)
}

/// Composes an answer, and for a correction of what was read the mail that a marked file is to go with.
fn compose(
    composer: &Composer,
    occasion: &Occasion<'_>,
    reply: Reply,
    known: &Known,
) -> Result<(Notice, Option<Awaiting>), ComposeError> {
    let notice = composer.compose(occasion, reply)?;
    let awaiting = match notice.kind {
        Kind::Correction => composer.compose_awaiting(occasion, known)?,
        _ => None,
    };
    Ok((notice, awaiting))
}
