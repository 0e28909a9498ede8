//! [`Composer`]: the templates, loaded once, and the notices made with them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::notice::alarm::{Alarm, AlarmView};
use crate::notice::digest::DigestView;
use crate::notice::dispute::{DisputeView, Told};
use crate::notice::headers::{self, Party};
use crate::notice::letter::{Letter, LetterView};
use crate::notice::mime::{self, Mail};
use crate::notice::templates::{TemplateError, Templates};
use crate::notice::view::{self, View};
use crate::notice::{Awaiting, Digest, Enclosure, Kind, Notice, Occasion, Picture, Plan, Thread};
use crate::survey::Language;
use crate::verdict::{Known, Reply, is_same_address};

/// How notices are signed and dated.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Name of the transport that sends what is composed.
    pub transport: String,
    /// The sender, `name <user@domain>`: the address must equal the login, or QQ and 163 refuse the mail.
    pub from: String,
    /// The organisation that signs; may be empty.
    pub sign_off: String,
    /// Zone in which times are told and the deadline's day ends.
    pub time_zone: TimeZone,
}

/// Why a notice could not be composed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComposeError {
    /// The mail's reply address cannot be written to.
    #[error("the address {address:?} cannot be answered: it is no plain ASCII user@domain")]
    Recipient {
        /// The address.
        address: String,
    },
    /// A template did not render.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// Makes notices from templates.
#[derive(Debug)]
pub struct Composer {
    templates: Templates,
    transport: String,
    from: Party,
    sign_off: String,
    time_zone: TimeZone,
}

impl Composer {
    /// Loads the shipped templates with replacements by name (`receipt.txt.j2`, …), and checks them.
    ///
    /// # Errors
    /// When a template cannot be used or the sender is no address.
    pub fn new(overrides: &BTreeMap<String, String>, settings: Settings) -> Result<Self, TemplateError> {
        let Settings { transport, from, sign_off, time_zone } = settings;
        let party = Party::parse(&from).ok_or(TemplateError::From { from })?;
        Ok(Self { templates: Templates::load(overrides)?, transport, from: party, sign_off, time_zone })
    }

    /// Composes the answer to a message. The same occasion gives the same bytes.
    ///
    /// A correction that older answers leave nothing to correct becomes a receipt: what was missing in this mail had come
    /// before.
    ///
    /// # Errors
    /// When there is no address to answer to, or a template fails on this occasion's data.
    pub fn compose(&self, occasion: &Occasion<'_>, reply: Reply) -> Result<Notice, ComposeError> {
        self.compose_with(occasion, reply, &[])
    }

    /// As [`Composer::compose`], with files that go with the answer.
    ///
    /// # Errors
    /// As there.
    pub fn compose_with(
        &self,
        occasion: &Occasion<'_>,
        reply: Reply,
        enclosures: &[Enclosure],
    ) -> Result<Notice, ComposeError> {
        let kind = match reply {
            Reply::Correction if !view::findings(occasion).is_empty() => Kind::Correction,
            Reply::Correction | Reply::Receipt => Kind::Receipt,
            Reply::Handover => Kind::Handover,
        };
        self.make(occasion, kind, &View::of(occasion, &self.sign_off, &self.time_zone), enclosures)
    }

    /// The correction of this occasion once more, as it reads with a file that is still to be made; none when nothing that was
    /// read is faulty, so that there is nothing to mark.
    ///
    /// # Errors
    /// As [`Composer::compose`].
    pub fn compose_awaiting(&self, occasion: &Occasion<'_>, known: &Known) -> Result<Option<Awaiting>, ComposeError> {
        let Some(plan) = Plan::of(occasion, known) else { return Ok(None) };
        let view = View { is_enclosed: true, ..View::of(occasion, &self.sign_off, &self.time_zone) };
        let mail = self.make(occasion, Kind::Correction, &view, &[])?.bytes;
        Ok(Some(Awaiting { plan, mail }))
    }

    fn make(
        &self,
        occasion: &Occasion<'_>,
        kind: Kind,
        view: &View,
        enclosures: &[Enclosure],
    ) -> Result<Notice, ComposeError> {
        let to = recipient(occasion)?;
        let rendered = self.templates.render(kind, occasion.survey.language, view)?;
        let key = match occasion.rereading {
            None => format!("reply:{}", occasion.message),
            Some(number) => format!("replay:{}:{number}", occasion.message),
        };
        let message_id = self.message_id(&key, occasion.token);
        let bytes = mime::assemble(&Mail {
            kind,
            from: &self.from,
            to: &to,
            date: occasion.now,
            time_zone: &self.time_zone,
            subject: &rendered.subject,
            message_id: &message_id,
            answers: occasion.envelope.message_id.as_deref(),
            references: &occasion.envelope.references,
            text: &rendered.text,
            html: &rendered.html,
            pictures: &[],
            enclosures,
        });
        let transport = self.transport.clone();
        Ok(Notice { key, kind, transport, recipient: to.address, token: occasion.token.to_owned(), message_id, bytes })
    }

    /// Composes a letter: an invitation or a reminder. The same letter gives the same bytes.
    ///
    /// # Errors
    /// When its address cannot be written to, or a template fails on its data.
    pub fn compose_letter(&self, letter: &Letter<'_>) -> Result<Notice, ComposeError> {
        let kind = letter.kind();
        let view = LetterView::of(letter, &self.sign_off, &self.time_zone);
        let to = party(letter.person, letter.recipient)?;
        let (key, now, thread, language) = (letter.key, letter.now, letter.thread, letter.survey.language);
        self.write(kind, &view, &Addressed { key, now, to, thread, language }, &[], letter.enclosures)
    }

    /// Composes the notice of a dispute. The same one gives the same bytes.
    ///
    /// # Errors
    /// As [`Composer::compose_letter`].
    pub fn compose_dispute(&self, told: &Told<'_>) -> Result<Notice, ComposeError> {
        self.tell(Kind::Dispute, told)
    }

    /// Composes the notice to one whose mail was not opened, since the virus scanner found something in it. It does not say what: a
    /// sender who tries out what is found is not to learn it.
    ///
    /// # Errors
    /// As above.
    pub fn compose_infected(&self, told: &Told<'_>) -> Result<Notice, ComposeError> {
        self.tell(Kind::Infected, told)
    }

    fn tell(&self, kind: Kind, told: &Told<'_>) -> Result<Notice, ComposeError> {
        let view = DisputeView::of(told, &self.sign_off);
        let to = party("", told.recipient)?;
        let (key, now, thread, language) = (told.key, told.now, told.thread, told.survey.language);
        self.write(kind, &view, &Addressed { key, now, to, thread, language }, &[], &[])
    }

    /// Composes a weekly digest, in Chinese whatever the survey's language: no respondent reads it. The same one gives the same bytes.
    ///
    /// # Errors
    /// As [`Composer::compose_letter`].
    pub fn compose_digest(&self, digest: &Digest<'_>) -> Result<Notice, ComposeError> {
        let view = DigestView::of(digest, &self.sign_off, &self.time_zone);
        let to = party("", digest.recipient)?;
        let thread = Thread { token: digest.token.to_owned(), ..Thread::default() };
        let addressed = Addressed { key: digest.key, now: digest.now, to, thread: &thread, language: Language::Zh };
        self.write(Kind::Digest, &view, &addressed, digest.pictures, digest.enclosures)
    }

    /// Composes an alarm, in the language asked for. The same one gives the same bytes.
    ///
    /// # Errors
    /// As [`Composer::compose_letter`].
    pub fn compose_alarm(&self, alarm: &Alarm<'_>) -> Result<Notice, ComposeError> {
        let view = AlarmView::of(alarm, &self.sign_off, &self.time_zone);
        let to = party("", alarm.recipient)?;
        let thread = Thread { token: alarm.token.to_owned(), ..Thread::default() };
        let addressed = Addressed { key: alarm.key, now: alarm.now, to, thread: &thread, language: alarm.language };
        self.write(Kind::Alarm, &view, &addressed, &[], &[])
    }

    /// Makes a mail that answers none.
    fn write(
        &self,
        kind: Kind,
        view: &impl Serialize,
        addressed: &Addressed<'_>,
        pictures: &[Picture],
        enclosures: &[Enclosure],
    ) -> Result<Notice, ComposeError> {
        let Addressed { key, now, to, thread, language } = addressed;
        let rendered = self.templates.render(kind, *language, view)?;
        let token = thread.token.clone();
        let message_id = self.message_id(key, &token);
        let bytes = mime::assemble(&Mail {
            kind,
            from: &self.from,
            to,
            date: *now,
            time_zone: &self.time_zone,
            subject: &rendered.subject,
            message_id: &message_id,
            answers: thread.mails.last().map(String::as_str),
            references: &thread.mails,
            text: &rendered.text,
            html: &rendered.html,
            pictures,
            enclosures,
        });
        let (key, transport, recipient) = ((*key).to_owned(), self.transport.clone(), to.address.clone());
        Ok(Notice { key, kind, transport, recipient, token, message_id, bytes })
    }

    /// An identifier that is the same whenever the notice is composed again, so that a copy sent twice is known as one.
    fn message_id(&self, key: &str, token: &str) -> String {
        let digest = Sha256::new().chain_update(key).chain_update([0]).chain_update(token).finalize();
        let local: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        format!("postroom.{local}@{}", self.from.domain())
    }
}

/// Whom a mail that answers none goes to, on which thread and in which language.
struct Addressed<'a> {
    key: &'a str,
    now: Timestamp,
    to: Party,
    thread: &'a Thread,
    language: Language,
}

fn recipient(occasion: &Occasion<'_>) -> Result<Party, ComposeError> {
    let envelope = occasion.envelope;
    let address = envelope.reply_to.trim();
    // The name belongs to `From`; another reply address may be another person's.
    let name = if is_same_address(address, &envelope.from) { envelope.from_name.as_str() } else { "" };
    party(name, address)
}

fn party(name: &str, address: &str) -> Result<Party, ComposeError> {
    if !headers::is_address(address) {
        return Err(ComposeError::Recipient { address: address.to_owned() });
    }
    Ok(Party { name: name.to_owned(), address: address.to_owned() })
}
