//! What Postroom writes of its own accord: the covering letter of a survey, and reminders.
//!
//! A letter shows nothing that was reported: it goes to an address of the roster, or to one that answered, and says only what is
//! still missing.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::calendar;
use crate::follow_up::Topic;
use crate::notice::{Enclosure, Kind, clean, headers};
use crate::survey::Survey;

/// Longest subject that is repeated, in characters.
const SUBJECT: usize = 60;
/// Most names that a letter lists: more are no help to the reader, and a long list looks like advertising to mail servers.
const NAMES: usize = 20;

/// What a letter is composed from.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// Unique key of the notice, such as `reminder:ai-industry-2017:12:1`.
    pub key: &'a str,
    /// What it is about.
    pub topic: Topic,
    /// The moment of composing (the `Date` of the notice).
    pub now: Timestamp,
    /// The survey.
    pub survey: &'a Survey,
    /// Names of the respondents that it is for: one, or several that share an address.
    pub names: &'a [&'a str],
    /// The person to ask there; may be empty.
    pub person: &'a str,
    /// Address it goes to.
    pub recipient: &'a str,
    /// The thread that it goes on, or begins.
    pub thread: &'a Thread,
    /// Files that go with it.
    pub enclosures: &'a [Enclosure],
}

impl Letter<'_> {
    /// What it is as a notice.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.topic == Topic::Invitation { Kind::Invitation } else { Kind::Reminder }
    }
}

/// The thread of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Thread {
    /// Its token, six characters.
    pub token: String,
    /// Subject of its mails; empty when the letter begins it.
    pub subject: String,
    /// Identifiers of its mails without angle brackets, the oldest first: those that came from the address that is written to, and
    /// those that went there.
    pub mails: Vec<String>,
}

/// The variables of the templates of letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct LetterView {
    /// Title of the survey.
    pub(super) survey: String,
    /// Subject of the thread, bare of prefixes and tokens; the survey's title where the letter begins it.
    pub(super) subject: String,
    /// Token of the thread, without brackets.
    pub(super) token: String,
    /// Name of the respondent; of several, the names in `names` in one text.
    pub(super) name: String,
    /// Names of the respondents, the first twenty of many.
    pub(super) names: Vec<String>,
    /// How many respondents there are.
    pub(super) name_count: usize,
    /// The person to ask there; may be empty.
    pub(super) person: String,
    /// The survey's covering letter, line by line.
    pub(super) letter: Vec<String>,
    /// What it is about: `invitation`, `no_answer`, `correction` or `narrative`.
    pub(super) topic: &'static str,
    /// How the day of writing lies to the deadline: `before`, `on_day` or `after`.
    pub(super) phase: &'static str,
    /// Last day on which a return is in time, such as 2017年12月20日.
    pub(super) deadline: String,
    /// Days until then; 0 on the day and behind it.
    pub(super) days_left: i32,
    /// What the form says of written material; may be empty.
    pub(super) narrative_request: String,
    /// Whether the blank form is enclosed.
    pub(super) has_files: bool,
    /// Whom to ask.
    pub(super) contact_name: String,
    /// Their telephone number.
    pub(super) contact_phone: String,
    /// The organisation that signs.
    pub(super) sign_off: String,
}

impl LetterView {
    /// What the templates are told of a letter.
    pub(super) fn of(letter: &Letter<'_>, sign_off: &str, time_zone: &TimeZone) -> Self {
        let survey = letter.survey;
        let today = letter.now.to_zoned(time_zone.clone()).date();
        let subject = headers::bare_subject(&letter.thread.subject, SUBJECT);
        let title = clean::line(&survey.title, SUBJECT);
        let names: Vec<String> = letter.names.iter().take(NAMES).map(|name| clean::line(name, clean::NAME)).collect();
        Self {
            subject: if subject.is_empty() { title.clone() } else { subject },
            survey: title,
            token: letter.thread.token.clone(),
            name: names.join("、"),
            names,
            name_count: letter.names.len(),
            person: clean::line(letter.person, clean::NAME),
            letter: survey.letter.lines().map(|line| line.trim_end().to_owned()).collect(),
            topic: letter.topic.as_str(),
            phase: phase(today, survey.deadline),
            deadline: calendar::day_in_words(survey.deadline),
            days_left: (survey.deadline - today).get_days().max(0),
            narrative_request: survey.narratives.request.clone(),
            has_files: !letter.enclosures.is_empty(),
            contact_name: survey.contact.name.clone(),
            contact_phone: survey.contact.phone.clone(),
            sign_off: sign_off.to_owned(),
        }
    }
}

fn phase(today: Date, deadline: Date) -> &'static str {
    match today.cmp(&deadline) {
        std::cmp::Ordering::Less => "before",
        std::cmp::Ordering::Equal => "on_day",
        std::cmp::Ordering::Greater => "after",
    }
}
