//! What must hold of invitations and reminders. The calendar is this test's own, written down by hand for its thirty days.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday, date, time};
use jiff::{SignedDuration, Timestamp};
use postroom::verdict::Progress;

use super::check;
use super::ledger;
use super::post::Received;
use super::world::{Who, World, zone};

/// Hours in which the office writes to people.
const HOURS: [(Time, Time); 2] = [(time(9, 30, 0, 0), time(11, 30, 0, 0)), (time(14, 30, 0, 0), time(17, 0, 0, 0))];
/// Qingming and the days off around it (国办发明电〔2017〕12号).
const OFF: [Date; 3] = [date(2018, 4, 5), date(2018, 4, 6), date(2018, 4, 7)];
/// The Sunday that is worked for it.
const WORKED: Date = date(2018, 4, 8);
/// Days from any notice to a reminder, as the survey is configured here.
pub(super) const MIN_DAYS: i32 = 2;
/// Reminders that one respondent gets at most, as the survey is configured here.
pub(super) const MOST: usize = 4;
/// How long a reminder may be on its way: what came in the meantime it could not know.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_mins(10);

/// Everything that is wrong with invitations and reminders.
pub(super) fn faults(world: &World) -> Vec<String> {
    let mut faults = in_working_hours(&world.outgoing);
    let by_firm = by_firm(world);
    faults.extend(not_too_often(world, &by_firm));
    faults.extend(only_to_those_who_miss_something(world, &by_firm));
    faults.extend(nobody_is_forgotten(world, &by_firm));
    faults
}

fn is_follow_up(notice: &Received) -> bool {
    matches!(notice.kind.as_str(), "invitation" | "reminder")
}

fn is_worked(day: Date) -> bool {
    let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    day == WORKED || !(is_weekend || OFF.contains(&day))
}

fn in_working_hours(outgoing: &[Received]) -> Vec<String> {
    let is_at_work = |at: Timestamp| {
        let there = at.to_zoned(zone()).datetime();
        is_worked(there.date()) && HOURS.iter().any(|(from, to)| *from <= there.time() && there.time() < *to)
    };
    let astray = outgoing.iter().filter(|notice| is_follow_up(notice) && !is_at_work(notice.at));
    astray.map(|notice| format!("a {} to {} outside working hours: {}", notice.kind, notice.to, notice.at)).collect()
}

/// The enterprise that a mailbox answers for.
fn firm_of(world: &World, address: &str) -> Option<usize> {
    match world.owners.get(address)? {
        Who::Firm(number) | Who::Colleague(number) | Who::Accountant(number) | Who::Stranger(number) => Some(*number),
        Who::Park(_) => None,
    }
}

/// The notices about each enterprise, in the order in which they were sent.
fn by_firm(world: &World) -> BTreeMap<usize, Vec<&Received>> {
    let mut by_firm: BTreeMap<usize, Vec<&Received>> = BTreeMap::new();
    for notice in &world.outgoing {
        if let Some(number) = firm_of(world, &notice.to) {
            by_firm.entry(number).or_default().push(notice);
        }
    }
    by_firm
}

fn day(notice: &Received) -> Date {
    notice.at.to_zoned(zone()).date()
}

fn not_too_often(world: &World, by_firm: &BTreeMap<usize, Vec<&Received>>) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, notices) in by_firm {
        for pair in notices.windows(2).filter(|pair| pair[1].kind == "reminder") {
            let days = (day(pair[1]) - day(pair[0])).get_days();
            if days < MIN_DAYS {
                faults.push(format!("reminded {days} days after a {}: {}", pair[0].kind, check::told(world, *number)));
            }
        }
        let reminders = notices.iter().filter(|notice| notice.kind == "reminder").count();
        let invitations = notices.iter().filter(|notice| notice.kind == "invitation").count();
        // Who has moved is invited at the new address again.
        if reminders > MOST || invitations > 2 {
            faults.push(format!("{invitations} invitations, {reminders} reminders: {}", check::told(world, *number)));
        }
    }
    faults
}

/// Whoever is done, excused or out of reach is left in peace.
fn only_to_those_who_miss_something(world: &World, by_firm: &BTreeMap<usize, Vec<&Received>>) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, notices) in by_firm {
        let firm = &world.firms[*number];
        for notice in notices.iter().filter(|notice| notice.kind == "reminder") {
            let until = |before: &&(Timestamp, ledger::Told)| before.0 + ON_ITS_WAY < notice.at;
            let told: Vec<_> = world.told[*number].iter().filter(until).cloned().collect();
            let before = ledger::expected(&told, check::deadline_end());
            let misses_material = firm.enterprise.is_key && !before.has_material;
            let is_done = match before.end {
                Progress::Returned | Progress::Late => !misses_material,
                Progress::Excused | Progress::Bounced => true,
                _ => false,
            };
            if is_done {
                let at = notice.at;
                faults.push(format!("reminded at {at} though {:?}: {}", before.end, check::told(world, *number)));
            }
        }
    }
    faults
}

/// Whoever has not answered at all by the end has been invited, and reminded more than once.
fn nobody_is_forgotten(world: &World, by_firm: &BTreeMap<usize, Vec<&Received>>) -> Vec<String> {
    let silent = check::expected(world).into_iter().enumerate().filter(|(_, one)| one.end == Progress::Invited);
    let count = |number: usize, kind: &str| {
        by_firm.get(&number).map_or(0, |notices| notices.iter().filter(|notice| notice.kind == kind).count())
    };
    let forgotten = silent.filter(|(number, _)| count(*number, "invitation") == 0 || count(*number, "reminder") < 2);
    forgotten
        .map(|(number, _)| format!("never invited, or not reminded twice: {}", check::told(world, number)))
        .collect()
}
