//! A simulated campaign: enterprises that behave as enterprises do are asked, answer, mend, fall silent and dispute, over thirty
//! days whose clock jumps from one happening to the next. Everybody has to end in the right state, and nobody may get more
//! notices than the rules allow.
//!
//! What drives it is Postroom's own: store, reader's code, desk, planner, outbox. What judges it is not: the world keeps its
//! own books ([`ledger`]) and reads the database and the post ([`check`]).
//!
//! `CAMPAIGN_OF` says how many enterprises there are, `CAMPAIGN_SEED` which world it is, `CAMPAIGN_DIGESTS` a folder for the digests.

mod behaviour;
#[path = "../benches/load/chance.rs"]
#[expect(dead_code, reason = "the load test draws more than this campaign")]
mod chance;
mod check;
mod deeds;
mod digests;
mod enterprise;
mod figures;
mod files;
mod ledger;
mod letters;
mod office;
mod operator;
mod post;
mod reminding;
mod world;

use office::Caps;
use world::World;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn everybody_ends_where_they_should_and_nobody_is_pestered() {
    let (enterprises, seed) = (setting("CAMPAIGN_OF", 120), setting("CAMPAIGN_SEED", 20_180_326));
    let quota = u32::try_from(enterprises / 2).unwrap();
    let caps = Caps { per_sender_day: 10, per_domain_hour: 100, per_day: quota, letters_a_day: quota / 2 };
    let folder = tempfile::tempdir().unwrap();
    let began = std::time::Instant::now();
    let mut world = World::new(folder.path(), seed, usize::try_from(enterprises).unwrap(), caps);
    world.run();
    figures::print(&world, seed, began.elapsed());
    digests::print(&world);
    let mut faults = check::faults(&world, caps);
    faults.extend(reminding::faults(&world));
    faults.extend(digests::faults(&world));
    println!("wrong: {}", faults.len());
    assert!(faults.is_empty(), "seed {seed}:\n{}", faults.join("\n"));
}
