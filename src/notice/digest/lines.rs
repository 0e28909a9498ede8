//! The lines of a digest: new returns, what has to be mended, what waits for a person with the command that settles it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::calendar;
use crate::figures::{AreaName, Current, Facts, Figures, Matter, Outstanding, Respondent, Waiting};
use crate::notice::clean;
use crate::survey::Survey;

/// Most lines of a kind that are said one by one.
const LISTED: usize = 20;
/// Longest subject that is repeated, in characters.
const SUBJECT: usize = 40;
/// Words for a respondent that gave no name.
const NAMELESS: &str = "（未写名称）";

/// A return that came since the digest before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct NewReturn {
    /// Name of the respondent.
    pub(super) name: String,
    /// The day it came, such as 12月19日.
    pub(super) day: String,
    /// The amount that it gave, as written; empty when it gave none.
    pub(super) amount: String,
    /// Names of its focus areas.
    pub(super) areas: Vec<String>,
    /// Whether something in it has still to be mended.
    pub(super) is_faulty: bool,
}

/// A return that has to be mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ToMend {
    /// Name of the respondent.
    pub(super) name: String,
    /// Since when, such as 12月19日.
    pub(super) since: String,
    /// Days since then.
    pub(super) days: i32,
    /// The items that have to be mended.
    pub(super) items: Vec<String>,
}

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ForPerson {
    /// What it is: `held`, `contested` or `failed`.
    pub(super) what: &'static str,
    /// A mail's subject, or the respondent's name.
    pub(super) title: String,
    /// Since when, such as 12月19日.
    pub(super) since: String,
    /// The command that settles it.
    pub(super) command: String,
}

/// What lines are made from.
pub(super) struct Lines<'a> {
    pub(super) survey: &'a Survey,
    pub(super) facts: &'a Facts,
    pub(super) figures: &'a Figures,
    pub(super) zone: &'a TimeZone,
    /// Key of the item whose amounts are added up.
    pub(super) amount: Option<&'a str>,
}

impl Lines<'_> {
    /// New returns, the latest first, and how many more there are.
    pub(super) fn new_returns(&self) -> (Vec<NewReturn>, usize) {
        let mut new: Vec<(&Respondent, &Current)> = self
            .figures
            .week
            .new
            .respondents()
            .iter()
            .filter_map(|id| self.respondent(*id))
            .filter_map(|one| Some((one, one.current.as_ref()?)))
            .collect();
        new.sort_by_key(|(one, current)| (std::cmp::Reverse(current.first_at), one.id));
        let line = |(one, current): &(&Respondent, &Current)| NewReturn {
            name: named(&one.name),
            day: self.day(current.first_at),
            amount: self.amount(current),
            areas: self.areas(current),
            is_faulty: !current.is_complete,
        };
        (new.iter().take(LISTED).map(line).collect(), new.len().saturating_sub(LISTED))
    }

    /// Returns that have to be mended, the longest first, and how many more there are.
    pub(super) fn to_mend(&self) -> (Vec<ToMend>, usize) {
        let all = &self.figures.week.outstanding;
        let line = |one: &Outstanding| ToMend {
            name: self.name(one.respondent),
            since: self.day(one.since),
            days: self.days_since(one.since),
            items: one.faulty.iter().map(|key| self.label(key)).collect(),
        };
        (all.iter().take(LISTED).map(line).collect(), all.len().saturating_sub(LISTED))
    }

    /// What waits for a person, the longest first, and how many more there are.
    pub(super) fn for_person(&self) -> (Vec<ForPerson>, usize) {
        let all = &self.figures.waiting;
        let line = |one: &Waiting| ForPerson {
            what: word(one.what),
            title: match clean::line(&one.title, SUBJECT) {
                title if title.is_empty() => "（无标题）".to_owned(),
                title => title,
            },
            since: self.day(one.since),
            command: command(one),
        };
        (all.iter().take(LISTED).map(line).collect(), all.len().saturating_sub(LISTED))
    }

    /// Name of a respondent by its number.
    pub(super) fn name(&self, id: i64) -> String {
        named(self.respondent(id).map_or("", |one| &one.name))
    }

    fn respondent(&self, id: i64) -> Option<&Respondent> {
        self.facts.respondents.iter().find(|one| one.id == id)
    }

    fn amount(&self, current: &Current) -> String {
        let amount = self.amount.and_then(|key| current.amounts.get(key));
        amount.map(|amount| clean::line(&amount.text, clean::ANSWER)).unwrap_or_default()
    }

    fn areas(&self, current: &Current) -> Vec<String> {
        let names: Vec<&AreaName> = self.figures.areas.iter().map(|one| &one.area).collect();
        let name = |key: &str| names.iter().find(|area| area.key == key).map(|area| area.name.clone());
        current.areas.iter().filter_map(|area| name(&area.key)).collect()
    }

    fn label(&self, key: &str) -> String {
        self.survey.item(key).map_or(key, |item| &item.short).to_owned()
    }

    fn day(&self, at: Timestamp) -> String {
        let day = at.to_zoned(self.zone.clone()).date();
        format!("{}月{}日", day.month(), day.day())
    }

    fn days_since(&self, at: Timestamp) -> i32 {
        let day = |at: Timestamp| at.to_zoned(self.zone.clone()).date();
        (day(self.figures.at) - day(at)).get_days()
    }
}

/// An instant as the digest says it: 2017年12月25日 08:30.
pub(super) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    calendar::in_words(at, zone)
}

fn named(name: &str) -> String {
    let name = clean::line(name, clean::NAME);
    if name.is_empty() { NAMELESS.to_owned() } else { name }
}

fn word(what: Matter) -> &'static str {
    match what {
        Matter::Held => "held",
        Matter::Contested => "contested",
        Matter::Failed => "failed",
    }
}

/// The command that an operator settles it with, after a look at it.
fn command(one: &Waiting) -> String {
    match one.what {
        Matter::Held => format!("postroom release m{}", one.id),
        Matter::Contested => format!("postroom release r{}", one.id),
        Matter::Failed => format!("postroom retry m{}", one.id),
    }
}
