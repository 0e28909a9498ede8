//! The weekly digest: made from what the store knows at its moment, once a week, and put into the outbox for each of its recipients.
//!
//! It is sent in a quiet week too, as the sign of life. One that was missed is made late and says so; of several missed ones the last
//! alone is made.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;

use super::follow_up::{composer_by, composer_of, office_file};
use super::font::font;
use super::{Signal, TaskError, areas, now, preview};
use crate::areas::Taxonomy;
use crate::calendar::Slot;
use crate::chart::Font;
use crate::config::{self, Config, Notices};
use crate::failpoint::{self, Point};
use crate::figures::{self, Facts, Figures, Question};
use crate::notice::{self, ComposeError, Composer, Enclosure, Notice, Picture};
use crate::store::{self, NoticeState, Sorted, Store, StoreError};
use crate::survey::Survey;
use crate::table::{self, Made, Scope};
use crate::telemetry;

/// How often it is looked whether one is due.
const LOOK: Duration = Duration::from_secs(20);

/// What the task works with.
pub struct Digests {
    store: Store,
    notices: Notices,
    editions: Vec<Edition>,
    /// What charts are drawn with; none where there is no font.
    font: Option<Font>,
    /// Wake the tasks that send.
    next: Vec<Signal>,
}

/// A digest as it is configured, with what it is made from.
pub struct Edition {
    /// How it is configured.
    pub settings: config::Digest,
    survey: Survey,
    taxonomy: Option<Taxonomy>,
    zone: TimeZone,
    composer: Arc<Composer>,
}

/// What a digest says, before it is a mail.
pub struct Counted {
    /// What was known.
    pub facts: Facts,
    /// What was counted.
    pub figures: Figures,
    /// What was counted for the digests before, the oldest first.
    pub earlier: Vec<Figures>,
}

impl Digests {
    /// The task for a configuration.
    ///
    /// # Errors
    /// When a template of the configuration cannot be used.
    pub fn new(config: &Config, store: Store, next: Vec<Signal>) -> Result<Self, notice::TemplateError> {
        let editions = editions(config)?;
        let font = if editions.is_empty() { None } else { font(config) };
        Ok(Self { store, notices: config.notices, editions, font, next })
    }

    /// Puts into the outbox what is due, until it is told to stop.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn run(self, stop: CancellationToken) -> Result<(), TaskError> {
        let clock = Signal::default();
        while !stop.is_cancelled() {
            self.round(now()).await?;
            clock.wait(LOOK, &stop).await;
        }
        Ok(())
    }

    /// Makes what is due now; how many digests that were.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn round(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut made = 0;
        if self.notices == Notices::Off {
            return Ok(made);
        }
        for edition in &self.editions {
            if let Some(slot) = edition.due(&self.store, now).await? {
                made += usize::from(self.make(edition, slot, now).await?);
            }
        }
        if made > 0 {
            self.next.iter().for_each(Signal::wake);
        }
        Ok(made)
    }

    async fn make(&self, edition: &Edition, slot: Slot, now: Timestamp) -> Result<bool, StoreError> {
        self.store.sort(edition.sorted(&self.store)?).await?;
        let counted = edition.count(&self.store, now)?;
        let pictures = edition.pictures(&counted.figures, self.font.as_ref());
        let tables = edition.tables(&self.store, &counted.figures, now)?;
        let mut notices = Vec::new();
        for recipient in &edition.settings.to {
            let token = self.store.letter_token(&edition.key(slot, recipient))?;
            match edition.compose((&counted, &pictures, &tables), (recipient, &token), slot, now) {
                Ok(notice) => notices.push(notice),
                // Whoever can be told is told.
                Err(error) => telemetry::trouble(&edition.settings.name, &error.to_string()),
            }
        }
        let state = if self.notices == Notices::Hold { NoticeState::Held } else { NoticeState::Queued };
        let digest = store::Digest {
            name: edition.settings.name.clone(),
            week: slot.day,
            survey: edition.survey.id.clone(),
            scope: edition.settings.tag.clone(),
            figures: counted.figures,
        };
        let recipients = notices.len();
        failpoint::pass(Point::DigestMade);
        let is_new = self.store.queue_digest(digest, notices, state, now).await?;
        failpoint::pass(Point::DigestQueued);
        if is_new {
            telemetry::digest(&edition.settings.name, &slot.day.to_string(), recipients, slot.is_late(now));
        }
        Ok(is_new)
    }
}

impl Edition {
    fn new(config: &Config, settings: config::Digest, survey: &Survey) -> Result<Self, notice::TemplateError> {
        let composer = match &settings.transport {
            Some(name) => composer_by(config, Some(name))?,
            None => composer_of(config, survey)?,
        };
        let composer = match composer {
            Some(composer) => composer,
            None => Arc::new(Composer::new(&config.templates, preview::unsent(config))?),
        };
        let zone = config.time_zone.clone();
        // The configuration has looked at it, so nothing is wrong with it but that it has gone since.
        let taxonomy = areas::taxonomy(config, survey).unwrap_or_else(|error| {
            telemetry::trouble(&settings.name, &error.to_string());
            None
        });
        Ok(Self { settings, survey: survey.clone(), taxonomy, zone, composer })
    }

    /// A digest of all respondents of a survey, as it is looked at before one is configured.
    ///
    /// # Errors
    /// When a template of the configuration cannot be used.
    pub fn plain(config: &Config, survey: &Survey) -> Result<Self, notice::TemplateError> {
        Self::new(config, config::Digest::plain(survey), survey)
    }

    /// The week's moment that is due and not made yet.
    async fn due(&self, store: &Store, now: Timestamp) -> Result<Option<Slot>, StoreError> {
        let since = store.digest_since(&self.settings.name, now).await?;
        let Some(slot) = self.settings.at.last(now, &self.zone).filter(|slot| slot.at >= since) else {
            return Ok(None);
        };
        Ok((!store.has_digest(&self.settings.name, slot.day)?).then_some(slot))
    }

    /// The focus areas of returns that were not found yet, to be handed to [`Store::sort`] before counting.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sorted(&self, store: &Store) -> Result<Vec<Sorted>, StoreError> {
        self.taxonomy.as_ref().map_or(Ok(Vec::new()), |taxonomy| areas::found(store, &self.survey, taxonomy))
    }

    /// Counts what the store knows now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count(&self, store: &Store, now: Timestamp) -> Result<Counted, StoreError> {
        let settings = &self.settings;
        let before = store.digest_before(&settings.name, now)?.unwrap_or_else(|| Question::a_week_before(now));
        let names = self.taxonomy.as_ref().map(areas::names).unwrap_or_default();
        let facts = store.facts(&self.survey.id)?;
        let facts = match &settings.tag {
            Some((tag, value)) => facts.of_tag(tag, value),
            None => facts,
        };
        let question = Question {
            at: now,
            before,
            zone: &self.zone,
            opens: self.survey.opens,
            deadline: self.survey.deadline,
            by: settings.by.as_deref(),
            amount: settings.amount.as_ref().map(|(item, currency)| (item.as_str(), currency.as_str())),
            bounds: &settings.bounds,
            areas: &names,
        };
        let figures = figures::figures(&facts, &question);
        Ok(Counted { facts, figures, earlier: self.earlier(store, now)? })
    }

    /// What was counted for the digests of this name before, the oldest first; not for those that spoke of something else.
    fn earlier(&self, store: &Store, now: Timestamp) -> Result<Vec<Figures>, StoreError> {
        let is_of_this = |one: &store::Digest| one.survey == self.survey.id && one.scope == self.settings.tag;
        let made = store.digests(&self.settings.name)?.into_iter().rev().filter(is_of_this);
        Ok(made.map(|one| one.figures).filter(|figures| figures.at < now).collect())
    }

    /// The complete returns as tables to be passed on, in both formats, under names that every client shows; none while there is no
    /// such return.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn tables(&self, store: &Store, figures: &Figures, now: Timestamp) -> Result<Vec<Enclosure>, StoreError> {
        if figures.totals.complete.is_empty() {
            return Ok(Vec::new());
        }
        let scope = Scope { tags: self.settings.tag.iter().cloned().collect(), ..Scope::complete() };
        let table = store.table(&self.survey.id, &scope, &self.zone)?;
        let made = Made { at: now, zone: self.zone.clone() };
        let district = Some(self.settings.district.as_str()).filter(|district| !district.is_empty());
        let name =
            |extension: &str| format!("{}-{}.{extension}", self.survey.id, now.to_zoned(self.zone.clone()).date());
        let [docx, xlsx] = [
            (name("docx"), table::consolidated_docx(&table, district, &made)),
            (name("xlsx"), table::consolidated_xlsx(&table, district, &made)),
        ];
        Ok(vec![office_file(docx), office_file(xlsx)])
    }

    /// The charts; none without a font. A digest without them says all the same, so what goes wrong is told to the operator alone.
    #[must_use]
    pub fn pictures(&self, figures: &Figures, font: Option<&Font>) -> Vec<Picture> {
        let Some(font) = font else { return Vec::new() };
        Picture::all(figures, self.survey.deadline, font).unwrap_or_else(|error| {
            telemetry::trouble(&self.settings.name, &error.to_string());
            Vec::new()
        })
    }

    /// The mail to one recipient.
    ///
    /// # Errors
    /// When the address cannot be written to, or a template fails.
    pub fn compose(
        &self,
        (counted, pictures, tables): (&Counted, &[Picture], &[Enclosure]),
        (recipient, token): (&str, &str),
        slot: Slot,
        now: Timestamp,
    ) -> Result<Notice, ComposeError> {
        let settings = &self.settings;
        let key = self.key(slot, recipient);
        let digest = notice::Digest {
            key: &key,
            now,
            recipient,
            token,
            survey: &self.survey,
            facts: &counted.facts,
            figures: &counted.figures,
            earlier: &counted.earlier,
            district: &settings.district,
            scope: settings.tag.as_ref().map(|(_, value)| value.as_str()),
            by: settings.by.as_deref(),
            amount: settings.amount.as_ref().map(|(item, _)| item.as_str()),
            pictures,
            due: slot.is_late(now).then_some(slot.at),
            enclosures: tables,
        };
        self.composer.compose_digest(&digest)
    }

    /// The key of its notice: nobody gets a week's digest twice.
    #[must_use]
    pub fn key(&self, slot: Slot, recipient: &str) -> String {
        format!("digest:{}:{}:{recipient}", self.settings.name, slot.day)
    }

    /// The moment of the week that comes next, or now's where there is none.
    #[must_use]
    pub fn slot(&self, now: Timestamp) -> Slot {
        let day = now.to_zoned(self.zone.clone()).date();
        self.settings.at.next(now, &self.zone).map_or(Slot { day, at: now }, |next| Slot { at: now, ..next })
    }
}

/// The configured digests. One needs a transport, so there is always something that writes it.
///
/// # Errors
/// When a template of the configuration cannot be used.
pub fn editions(config: &Config) -> Result<Vec<Edition>, notice::TemplateError> {
    let of_survey = |settings: &config::Digest| Some((settings.clone(), config.survey(&settings.survey)?));
    let editions = config.digests.iter().filter_map(of_survey);
    editions.map(|(settings, survey)| Edition::new(config, settings, survey)).collect()
}

/// HTML with its pictures in it, for a browser.
#[must_use]
pub fn standing_alone(html: &str, pictures: &[Picture]) -> String {
    pictures.iter().fold(html.to_owned(), |html, picture| {
        let coded = base64_simd::STANDARD.encode_to_string(&picture.png);
        html.replace(&format!("cid:{}", picture.content_id()), &format!("data:image/png;base64,{coded}"))
    })
}
