//! Keeping messages, in groups and in pieces.

use super::*;

#[test]
fn the_same_bytes_in_two_folders_are_one_message_with_two_places() {
    let house = House::new();
    let first = house.store.keep(vec![arrived(1, 0, b"a letter")], at(0)).wait().unwrap();
    let second = house.store.keep(vec![arrived(2, 5, b"a letter")], at(5)).wait().unwrap();
    assert!(first[0].fresh);
    assert!(!second[0].fresh);
    assert_eq!(first[0].id, second[0].id);
    assert_eq!(house.store.message("1").unwrap().locations.len(), 2);
    assert_eq!(house.query("SELECT count(*) FROM raw"), [["1"]]);
    assert_eq!(house.store.raw(first[0].id).unwrap(), b"a letter");
}

#[test]
fn the_same_place_again_changes_nothing() {
    let house = House::new();
    house.store.keep(vec![arrived(1, 0, b"a letter")], at(0)).wait().unwrap();
    house.store.mark_settled(vec![place_of(1)]).wait().unwrap();
    house.store.keep(vec![arrived(1, 0, b"a letter")], at(9)).wait().unwrap();
    assert!(house.store.unsettled("main").unwrap().is_empty());
}

#[test]
fn a_cursor_moves_only_with_what_is_kept() {
    let house = House::new();
    house.store.keep(vec![arrived(3, 0, b"one"), arrived(8, 0, b"two")], at(0)).wait().unwrap();
    let cursor = |house: &House| house.store.cursors("main").unwrap()["INBOX"];
    assert_eq!((cursor(&house).validity, cursor(&house).uid), (7, 8));
    house.store.keep(vec![arrived(5, 0, b"late")], at(0)).wait().unwrap();
    assert_eq!(cursor(&house).uid, 8, "a cursor never goes back");
    let mut anew = arrived(2, 0, b"one");
    anew.found.location.validity = 9;
    house.store.keep(vec![anew], at(1)).wait().unwrap();
    assert_eq!((cursor(&house).validity, cursor(&house).uid), (9, 2), "a new validity begins anew");
}

#[test]
fn what_is_kept_and_not_settled_is_known_after_a_stop() {
    let house = House::new();
    house.store.keep(vec![arrived(1, 0, b"one"), arrived(2, 0, b"two")], at(0)).wait().unwrap();
    house.store.mark_settled(vec![place_of(1)]).wait().unwrap();
    let house = house.reopen();
    assert_eq!(house.store.unsettled("main").unwrap(), [place_of(2)]);
}

#[test]
fn what_is_queued_when_the_store_is_dropped_is_written() {
    let house = House::new();
    for uid in 1..=200 {
        let bytes = format!("letter {uid}");
        drop(house.store.keep(vec![arrived(uid, 0, bytes.as_bytes())], at(0)));
    }
    let house = house.reopen();
    assert_eq!(house.store.status().unwrap().messages, 200);
}

#[test]
fn a_large_message_in_pieces_comes_back_byte_for_byte() {
    let house = House::new();
    let bytes = noise(5_000_000);
    let mut large = house.store.begin_large(at(0)).wait().unwrap();
    for piece in bytes.chunks(77_777) {
        wait(large.add(piece)).unwrap();
    }
    let found =
        Found { location: place_of(4), junk: false, received_at: at(0), sender: String::new(), subject: String::new() };
    let kept = wait(large.finish(found.clone(), at(0))).unwrap();
    assert!(kept.fresh);
    assert_eq!(kept.size, 5_000_000);
    assert_eq!(kept.sha256, pack(&bytes).unwrap().sha256);
    assert!(house.store.raw(kept.id).unwrap() == bytes);
    assert_eq!(house.store.cursors("main").unwrap()["INBOX"].uid, 4);

    let mut again = house.store.begin_large(at(1)).wait().unwrap();
    wait(again.add(&bytes)).unwrap();
    let again = wait(again.finish(found, at(1))).unwrap();
    assert_eq!((again.id, again.fresh), (kept.id, false));
    assert_eq!(house.query("SELECT count(*) FROM raw"), [["1"]]);
}

#[test]
fn a_large_message_cut_off_is_never_taken_for_one() {
    let house = House::new();
    let mut large = house.store.begin_large(at(0)).wait().unwrap();
    wait(large.add(&noise(3_000_000))).unwrap();
    // As when the program is killed: nothing tidies up.
    std::mem::forget(large);
    assert_eq!(house.store.status().unwrap().messages, 0);
    assert_eq!(house.store.sweep(at(30)).wait().unwrap(), 0, "it may still be arriving");
    assert_eq!(house.store.sweep(at(61)).wait().unwrap(), 1);
    assert_eq!(house.query("SELECT count(*) FROM raw_piece"), [["0"]]);

    let mut dropped = house.store.begin_large(at(0)).wait().unwrap();
    wait(dropped.add(&noise(3_000_000))).unwrap();
    drop(dropped);
    house.store.writer_time().wait().unwrap();
    assert_eq!(house.query("SELECT count(*) FROM raw"), [["0"]]);
}

#[test]
fn messages_are_claimed_in_order_of_arrival_and_by_one_reader_at_a_time() {
    let house = House::new();
    let (late, early) = (house.keep(1, 50), house.keep(2, 10));
    let lease = SignedDuration::from_mins(5);
    let ids = |claimed: Vec<Unread>| claimed.into_iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(ids(house.store.claim_unread(1, at(60), lease).wait().unwrap()), [early]);
    assert_eq!(ids(house.store.claim_unread(9, at(60), lease).wait().unwrap()), [late]);
    assert!(house.store.claim_unread(9, at(64), lease).wait().unwrap().is_empty());
    let again = house.store.claim_unread(9, at(65), lease).wait().unwrap();
    assert_eq!(again.iter().map(|one| (one.id, one.attempts)).collect::<Vec<_>>(), [(early, 2), (late, 2)]);
    assert_eq!(again[0].location, Some(place_of(2)));
    house.store.free_leases(at(60)).wait().unwrap();
    assert_eq!(house.store.claim_unread(9, at(65), lease).wait().unwrap().len(), 1);
}

#[test]
fn a_message_that_may_have_ended_the_program_is_read_alone() {
    let house = House::new();
    let (first, bad, last) = (house.keep(1, 10), house.keep(2, 20), house.keep(3, 30));
    let lease = SignedDuration::from_mins(5);
    let claim = || {
        let claimed = house.store.claim_unread(9, at(60), lease).wait().unwrap();
        claimed.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    house.alter(&format!("UPDATE message SET attempts = 2 WHERE id = {bad}"));
    assert_eq!(claim(), [first], "what came before it goes before it");
    assert_eq!(claim(), [0_i64; 0], "it waits until nobody else is at a reader");
    house.judged(first, reading("a@firm.example", Vec::new()));
    assert_eq!(claim(), [bad]);
    assert_eq!(claim(), [0_i64; 0], "nothing is read beside it");
    house.judged(bad, reading("b@firm.example", Vec::new()));
    assert_eq!(claim(), [last]);
}

#[test]
fn no_more_is_claimed_at_once_than_memory_is_to_hold() {
    let house = House::new();
    let ids: Vec<i64> = (1..=5).map(|uid| house.keep(uid, i64::from(uid))).collect();
    let mib = |sizes: [u32; 5]| {
        for (id, size) in ids.iter().zip(sizes) {
            house.alter(&format!("UPDATE raw SET size = {size} << 20 WHERE id = {id}"));
        }
        house.alter("UPDATE message SET lease_until = NULL, attempts = 0");
        let claim = || house.store.claim_unread(9, at(60), SignedDuration::from_mins(5)).wait().unwrap().len();
        let claims: Vec<usize> = std::iter::from_fn(|| Some(claim()).filter(|count| *count > 0)).collect();
        claims
    };
    assert_eq!(mib([1, 2, 3, 4, 5]), [5]);
    assert_eq!(mib([16, 16, 1, 1, 1]), [2, 3]);
    assert_eq!(mib([50, 50, 1, 31, 1]), [1, 1, 2, 1], "each is read, however large");
}

#[test]
fn a_message_is_junk_only_while_it_lies_nowhere_else() {
    let house = House::new();
    let mut junk = arrived(1, 0, b"letter");
    junk.found.junk = true;
    let id = house.store.keep(vec![junk], at(0)).wait().unwrap()[0].id;
    let claim = || house.store.claim_unread(1, at(100), SignedDuration::ZERO).wait().unwrap().remove(0);
    assert!(claim().junk);
    house.store.keep(vec![arrived(2, 0, b"letter")], at(1)).wait().unwrap();
    assert_eq!((claim().id, claim().junk), (id, false));
}

#[test]
fn a_failed_message_is_not_read_again_until_an_operator_says_so() {
    let house = House::new();
    let id = house.keep(1, 0);
    house.store.mark_failed(id, "no memory".into()).wait().unwrap();
    assert!(house.store.claim_unread(9, at(9), SignedDuration::ZERO).wait().unwrap().is_empty());
    assert_eq!(house.store.message("1").unwrap().reason.as_deref(), Some("no memory"));
    house.store.retry(id, at(10)).wait().unwrap();
    assert_eq!(house.store.claim_unread(9, at(11), SignedDuration::ZERO).wait().unwrap().len(), 1);
    let refusal = house.store.retry(id, at(12)).wait().unwrap_err();
    assert_eq!(refusal.to_string(), "message m1 is kept: only one that is failed can be retried");
}

#[test]
fn one_failing_job_leaves_those_committed_with_it() {
    let house = House::new();
    let gate = house.close_gate();
    let one = house.store.keep(vec![arrived(1, 0, b"one")], at(0));
    let unknown = house.store.commit_verdict(99, reading("a@firm.example", vec![]), at(0), judge(NoticeState::Queued));
    let panics = house.store.write(|connection| -> error::Outcome<()> {
        connection.execute("INSERT INTO meta (key, value) VALUES ('half', 'written')", [])?;
        panic!("a fault of ours");
    });
    let two = house.store.keep(vec![arrived(2, 0, b"two")], at(0));
    drop(gate);
    assert!(one.wait().unwrap()[0].fresh);
    assert_eq!(
        unknown.wait().unwrap_err().to_string(),
        "there is no message m99: `postroom returns` lists what came, `postroom held` what waits"
    );
    assert!(matches!(panics.wait().unwrap_err(), StoreError::BrokeOff { .. }));
    assert!(two.wait().unwrap()[0].fresh);
    assert_eq!(house.query("SELECT count(*) FROM meta WHERE key <> 'search_rules'"), [["0"]]);
}

#[test]
fn a_full_disk_is_said_so_and_nothing_is_half_written() {
    let house = House::new();
    let limit = |pages: i64| {
        house.store.write(move |connection| {
            connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
            Ok(())
        })
    };
    limit(1).wait().unwrap();
    let noise = noise(3_000_000);
    let refusal = house.store.keep(vec![arrived(1, 0, b"small"), arrived(2, 0, &noise)], at(0)).wait().unwrap_err();
    assert!(matches!(refusal, StoreError::Full { .. }), "{refusal}");
    assert!(refusal.to_string().contains("postroom.db"));
    assert_eq!(house.store.status().unwrap().messages, 0);
    assert!(house.store.cursors("main").unwrap().is_empty());
    limit(1_000_000).wait().unwrap();
    assert_eq!(house.store.keep(vec![arrived(2, 0, &noise)], at(0)).wait().unwrap().len(), 1);
}

#[test]
fn whatever_is_written_is_noticed_also_by_another_process() {
    let house = House::new();
    let (untouched, lease) = (house.store.changes().unwrap(), SignedDuration::from_mins(5));
    assert!(house.store.claim_unread(1, at(0), lease).wait().unwrap().is_empty());
    assert_eq!(house.store.changes().unwrap(), untouched, "who finds nothing to do changes nothing");
    house.keep(1, 0);
    let own = house.store.changes().unwrap();
    assert_ne!(own, untouched);
    let beside = house.beside();
    beside.keep(vec![arrived(2, 0, b"by hand")], at(0)).wait().unwrap();
    assert_ne!(house.store.changes().unwrap(), own);
    assert_eq!(house.store.status().unwrap().messages, 2);
}

#[test]
fn a_program_that_holds_the_file_too_long_is_an_error_that_names_it() {
    let house = House::new();
    let other = rusqlite::Connection::open(house.store.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let settings = Settings { busy: std::time::Duration::from_millis(20), ..Settings::in_folder(house.dir.path()) };
    let impatient = Store::open(&settings).unwrap();
    let refusal = impatient.keep(vec![arrived(1, 0, b"one")], at(0)).wait().unwrap_err();
    assert!(matches!(refusal, StoreError::Busy { .. }), "{refusal}");
    other.execute_batch("ROLLBACK").unwrap();
    impatient.keep(vec![arrived(1, 0, b"one")], at(0)).wait().unwrap();
}

#[test]
fn the_first_start_is_recorded_once() {
    let house = House::new();
    assert_eq!(house.store.first_start(at(3)).wait().unwrap(), at(3));
    let house = house.reopen();
    assert_eq!(house.store.first_start(at(99)).wait().unwrap(), at(3));
}
