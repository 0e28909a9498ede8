//! What a campaign came to, in figures.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

use jiff::Timestamp;

use super::check;
use super::world::{DAYS, Nature, OPENS, World, on, zone};

/// Prints everything worth knowing of a campaign.
pub(super) fn print(world: &World, seed: u64, took: Duration) {
    println!(
        "campaign of {} enterprises over {DAYS} days, seed {seed}: {:.1} s",
        world.firms.len(),
        took.as_secs_f64()
    );
    shares(world);
    println!("mails in: {}, of them automatic: {}", world.incoming.len(), automatic(world));
    line("notices out", count(world.outgoing.iter().map(|notice| notice.kind.clone())));
    let day = |at: Timestamp| at.to_zoned(zone()).strftime("%m-%d").to_string();
    line("  by day", count(world.outgoing.iter().map(|notice| day(notice.at))));
    let each = count(world.outgoing.iter().map(|notice| notice.to.clone()));
    let mean = world.outgoing.len() as f64 / each.len().max(1) as f64;
    println!("  to one address: {mean:.2} in the mean, {} at most", each.values().max().copied().unwrap_or_default());
    println!("replies that a person had to read: {}", world.for_a_person.len());
    days_to_complete(world);
    line("ends", count(check::expected(world).into_iter().map(|expected| format!("{:?}", expected.end))));
}

fn shares(world: &World) {
    let behaviours = || world.firms.iter().map(|firm| &firm.behaviour);
    line("when", count(behaviours().map(|one| format!("{:?}", one.when))));
    line("first", count(behaviours().map(|one| format!("{:?}", one.first))));
    line("mends", count(behaviours().map(|one| format!("{:?}", one.mend))));
    line("mailbox", count(behaviours().map(|one| format!("{:?}", one.mailbox))));
    let flags = behaviours().flat_map(|one| {
        [
            ("responder", one.responder.is_some()),
            ("twice", one.twice),
            ("hasty", one.hasty),
            ("withdraws", one.withdraws),
            ("colleague", one.by_colleague),
            ("threadless", one.threadless),
            ("accountant", one.accountant),
            ("stranger", one.stranger),
            ("forestalled", one.forestalled),
        ]
    });
    line("besides", count(flags.filter(|(_, is)| *is).map(|(name, _)| name.to_owned())));
}

fn automatic(world: &World) -> usize {
    world.incoming.iter().filter(|mail| mail.nature == Nature::Automatic).count()
}

fn count<T: Ord>(all: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts
}

fn line<T: Display>(title: &str, counts: BTreeMap<T, usize>) {
    let told: Vec<String> = counts.iter().map(|(name, number)| format!("{name} {number}")).collect();
    println!("{title}: {}", told.join(", "));
}

fn days_to_complete(world: &World) {
    let opens = on(OPENS, 9, 0);
    let mut days: Vec<f64> = check::expected(world)
        .into_iter()
        .filter_map(|expected| Some(expected.complete_since?.duration_since(opens).as_secs_f64() / 86_400.0))
        .collect();
    days.sort_by(f64::total_cmp);
    if let (Some(median), Some(ninth)) = (days.get(days.len() / 2), days.get(days.len() * 9 / 10)) {
        println!("complete: {}, after {median:.1} days by the median, nine of ten after {ninth:.1}", days.len());
    }
}
