//! [`plan`]: working day by working day, those who may be written to on it, in the order of need, as many as the quota allows.
//! Those who share a letter take one place together, and an address gets one letter a day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::slots::{Slot, slots};
use super::{Addressee, Plan, Planned, Quota, Rules, Standing, Topic, WhyNot};

/// Working days that are planned ahead when invitations need more than the calendar of reminders has.
const AHEAD: usize = 120;

/// Plans who gets what and when.
#[must_use]
pub fn plan(now: Timestamp, rules: &Rules<'_>, standings: &[Standing], quota: Quota) -> Plan {
    let slots = slots(rules);
    let mut plan = Plan::default();
    let mut waiting = Vec::new();
    for standing in standings {
        match wish(now, rules, &slots, standing) {
            Ok(wish) => waiting.push(wish),
            Err(why) => plan.others.push((standing.respondent, why)),
        }
    }
    waiting.sort_unstable_by_key(|wish| (wish.topic, wish.last_notice, wish.respondent));
    let today = rules.office.day(now);
    for day in rules.office.holidays.from(today).take(AHEAD) {
        if waiting.is_empty() {
            break;
        }
        let places = places(now, rules, quota, day);
        waiting = fill(day, places, waiting, &mut plan.planned);
    }
    // Who shares a letter goes with the first of them.
    plan.planned.sort_by_key(|planned| planned.at);
    plan.others.extend(waiting.iter().map(|wish| (wish.respondent, WhyNot::NoDayLeft)));
    plan
}

/// A mail that is wished for, and the days on which it may go out.
struct Wish {
    respondent: i64,
    topic: Topic,
    addressee: Option<Addressee>,
    last_notice: Option<Timestamp>,
    days: Days,
}

enum Days {
    /// Any until this one.
    Until(Date),
    /// Those of these slots, from a day on.
    Slots(Vec<Slot>, Date),
}

impl Days {
    fn have(&self, day: Date) -> bool {
        match self {
            Self::Until(last) => day <= *last,
            Self::Slots(slots, from) => day >= *from && slots.iter().any(|slot| slot.has(day)),
        }
    }
}

fn wish(now: Timestamp, rules: &Rules<'_>, slots: &[Slot], standing: &Standing) -> Result<Wish, WhyNot> {
    let topic = standing.need?;
    let today = rules.office.day(now);
    let last = rules.closes.unwrap_or(Date::MAX);
    if today > last {
        return Err(WhyNot::Closed);
    }
    let days = if topic == Topic::Invitation { Days::Until(last) } else { reminder_days(rules, slots, standing)? };
    let addressee = standing.addressee.clone();
    Ok(Wish { respondent: standing.respondent, topic, addressee, last_notice: standing.last_notice, days })
}

/// The days on which a respondent may be reminded: those of slots in which it was not reminded yet, `min_days` after anything else
/// that was written to it.
fn reminder_days(rules: &Rules<'_>, slots: &[Slot], standing: &Standing) -> Result<Days, WhyNot> {
    let reminders = rules.reminders.ok_or(WhyNot::RemindersOff)?;
    if standing.reminders.len() >= usize::from(reminders.most) {
        return Err(WhyNot::MostReached);
    }
    let reminded = standing.reminders.iter().max().map(|at| rules.office.day(*at));
    let open = slots.iter().filter(|slot| reminded.is_none_or(|day| day < slot.from)).copied().collect();
    let latest = standing.last_notice.into_iter().chain(standing.reminders.iter().copied()).max();
    let from = latest.map_or(Date::MIN, |at| rules.office.day(at).saturating_add(i64::from(reminders.min_days).days()));
    Ok(Days::Slots(open, from))
}

/// The moments of a day on which a mail may go out. So many go in each minute that the day's quota fits into the office's hours:
/// a provider takes a steady stream more kindly than a burst.
fn places(now: Timestamp, rules: &Rules<'_>, quota: Quota, day: Date) -> impl Iterator<Item = Timestamp> {
    let used = if day == rules.office.day(now) { quota.used_today } else { 0 };
    let a_minute = quota.per_day.div_ceil(rules.office.minutes_a_day().max(1));
    let minutes = rules.office.open_minutes(day, now);
    let places = minutes.flat_map(move |minute| std::iter::repeat_n(minute, a_minute));
    places.take(quota.per_day.saturating_sub(used))
}

/// Gives the places of a day to those who may have them, in their order; answers who still waits.
fn fill(
    day: Date,
    mut places: impl Iterator<Item = Timestamp>,
    waiting: Vec<Wish>,
    planned: &mut Vec<Planned>,
) -> Vec<Wish> {
    let mut letters = Letters::default();
    let mut left = Vec::new();
    for wish in waiting {
        let place = if wish.days.have(day) { letters.place(&wish, &mut places) } else { None };
        match place {
            Some(at) => planned.push(Planned { respondent: wish.respondent, topic: wish.topic, at }),
            None => left.push(wish),
        }
    }
    left
}

/// The letters of a day, by address.
#[derive(Default)]
struct Letters(BTreeMap<String, Letter>);

/// What goes to an address on a day.
struct Letter {
    topic: Topic,
    thread: Option<String>,
    at: Timestamp,
}

impl Letters {
    /// The moment for a mail: that of the letter which goes to its address anyway, if it fits into that, or a new place.
    fn place(&mut self, wish: &Wish, places: &mut impl Iterator<Item = Timestamp>) -> Option<Timestamp> {
        let Some(Addressee { address, thread }) = &wish.addressee else { return places.next() };
        if let Some(letter) = self.0.get(address) {
            return (letter.topic == wish.topic && letter.thread == *thread).then_some(letter.at);
        }
        let at = places.next()?;
        self.0.insert(address.clone(), Letter { topic: wish.topic, thread: thread.clone(), at });
        Some(at)
    }
}
