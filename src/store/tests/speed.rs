//! Commits are grouped: what would take a turn of the disk each must not when many wait.

use std::path::Path;
use std::time::Instant;

use super::*;

/// Transactions in the write-ahead log: frames that carry the size of the file after a commit (SQLite's file format, 4.1).
fn commits(database: &Path) -> usize {
    let log = std::fs::read(database.with_extension("db-wal")).unwrap();
    let (header, frames) = log.split_at(32);
    let word = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let frame = 24 + usize::try_from(word(header, 8)).unwrap();
    let own = |frame: &&[u8]| frame[8..16] == header[16..24];
    frames.chunks_exact(frame).take_while(own).filter(|frame| word(frame, 4) != 0).count()
}

#[test]
fn jobs_that_wait_share_a_commit() {
    let house = House::new();
    let before = commits(house.store.path());
    let gate = house.close_gate();
    let keep = |uid: u32| house.store.keep(vec![arrived(uid, 0, format!("letter {uid}").as_bytes())], at(0));
    let writes: Vec<_> = (1..=256).map(keep).collect();
    drop(gate);
    for write in writes {
        assert!(write.wait().unwrap()[0].fresh);
    }
    let commits = commits(house.store.path()) - before;
    assert!((4..=6).contains(&commits), "256 messages took {commits} commits");
}

/// 2,000 messages of 200 KB, of which zstd saves little, as in `mix` of the measurements: kept in groups of 16, read and judged.
#[test]
#[ignore = "a measurement, not a test: cargo test --release -- --ignored --nocapture store::tests::speed"]
#[expect(clippy::print_stderr, reason = "a measurement is for the eye")]
fn how_long_two_thousand_messages_take() {
    let house = House::new();
    let bytes = noise(200_000);
    let letter = |uid: u32| [format!("letter {uid}").as_bytes(), bytes.as_slice()].concat();
    let begun = Instant::now();
    let groups: Vec<Vec<Arrived>> = (1..=2_000_u32)
        .collect::<Vec<_>>()
        .chunks(16)
        .map(|uids| uids.iter().map(|uid| arrived(*uid, i64::from(*uid), &letter(*uid))).collect())
        .collect();
    let packed = begun.elapsed();
    let writes: Vec<_> = groups.into_iter().map(|group| house.store.keep(group, at(0))).collect();
    let ids: Vec<i64> = writes.into_iter().flat_map(|write| write.wait().unwrap()).map(|kept| kept.id).collect();
    let kept = begun.elapsed() - packed;
    let commit = |id: &i64| {
        let one = a_return(&format!("公司{id}"), Some("机器人"), Some(*id));
        house.store.commit_verdict(
            *id,
            reading(&format!("a{id}@firm.example"), vec![one]),
            at(5),
            judge(NoticeState::Queued),
        )
    };
    let writes: Vec<_> = ids.iter().map(commit).collect();
    for write in writes {
        write.wait().unwrap();
    }
    let committed = begun.elapsed() - packed - kept;
    eprintln!("packed {packed:?}, kept {kept:?}, read and committed {committed:?}");
}
