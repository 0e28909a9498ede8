//! What is held of one respondent: gathered, given out, erased.

use std::collections::BTreeSet;

use super::*;
use crate::roster::Invited;

/// Words that stand nowhere else.
const NAME: &str = "龘驫麤科技有限公司";
const PRODUCT: &str = "籲籱爨仪";
const ADDRESS: &str = "quokka@wombat.example";
const ACCOUNTANT: &str = "numbat@ledger.example";

fn keep_raw(house: &House, uid: u32, sender: &str, text: &str) -> i64 {
    let mut one = arrived(uid, i64::from(uid), text.as_bytes());
    one.found.sender = sender.to_owned();
    house.store.keep(vec![one], at(i64::from(uid))).wait().unwrap()[0].id
}

fn told(sender: &str, returns: Vec<Return>) -> Reading {
    let narrative =
        Narrative {
            attachment: format!("{NAME}.docx"), text: format!("{NAME}研发{PRODUCT}"), ..Narrative::default()
        };
    Reading { narratives: vec![narrative], ..reading(sender, returns) }
}

/// A respondent with a return of its own, a question of its own, and one in its accountant's mail; another one beside it.
fn office() -> House {
    let house = House::new();
    let invited = Invited {
        name: NAME.into(),
        addresses: vec![ADDRESS.into()],
        contact: "袋熊".into(),
        phone: "0757-99887766".into(),
        ..Invited::default()
    };
    let roster = vec![invited, Invited { name: "乙公司".into(), ..Invited::default() }];
    house.store.set_roster("ai-industry-2017", roster, at(0)).wait().unwrap();
    let own = keep_raw(&house, 1, ADDRESS, &format!("From: {ADDRESS}\r\n\r\n{NAME} {PRODUCT}\r\n"));
    house.judged(own, told(ADDRESS, vec![a_return(NAME, Some(PRODUCT), Some(4711))]));
    let question = keep_raw(&house, 2, ADDRESS, &format!("{ADDRESS} asks\r\n"));
    house.judged(question, told(ADDRESS, Vec::new()));
    let shared = keep_raw(&house, 3, ACCOUNTANT, &format!("{NAME} and others\r\n"));
    let both = vec![a_return(NAME, Some(PRODUCT), Some(4712)), a_return("乙公司", Some("机床"), Some(5))];
    house.judged(shared, Reading { narratives: Vec::new(), ..reading(ACCOUNTANT, both) });
    let other = keep_raw(&house, 4, "c@firm.example", "another\r\n");
    house.judged(other, reading("c@firm.example", vec![a_return("丙公司", Some("机床"), Some(6))]));
    house
}

fn respondents(house: &House) -> BTreeSet<i64> {
    house.store.respondents_called(NAME).unwrap().into_iter().map(|(id, ..)| id).collect()
}

/// Whether a text stands in the database, in whatever is packed in it, or in its indices.
fn stands_in(house: &House, text: &str) -> bool {
    let holds = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    let mut blobs = Vec::new();
    for side in ["", "-wal", "-shm"] {
        blobs.push(std::fs::read(beside(house.store.path(), side)).unwrap_or_default());
    }
    let connection = rusqlite::Connection::open(house.store.path()).unwrap();
    for sql in [
        "SELECT bytes FROM raw_piece",
        "SELECT bytes FROM notice",
        "SELECT mail FROM enclosing",
        "SELECT reading FROM answered",
    ] {
        let mut statement = connection.prepare(sql).unwrap();
        let found = statement.query_map([], |row| row.get::<_, Option<Vec<u8>>>(0)).unwrap();
        blobs.extend(found.filter_map(Result::unwrap).filter_map(|packed| zstd::decode_all(&packed[..]).ok()));
    }
    blobs.iter().any(|bytes| holds(bytes))
}

#[test]
fn what_is_its_own_and_what_it_shares_are_told_apart() {
    let house = office();
    let dossier = house.store.dossier(&respondents(&house)).unwrap();
    assert_eq!(dossier.messages, BTreeSet::from([1, 2]));
    assert_eq!((dossier.shared_messages.clone(), dossier.returns.len()), (BTreeSet::from([3]), 2));
    assert_eq!(dossier.shared_notices.len(), 1);
    assert!(house.store.held_answers(&dossier).unwrap().iter().any(|answer| answer.text == PRODUCT));
    assert_eq!(house.store.held_texts(&dossier).unwrap().len(), 2);
    assert_eq!(house.store.held_notices(&dossier).unwrap().len(), dossier.notices.len());
    let facts = house.store.held_facts(&dossier).unwrap();
    for value in [NAME, ADDRESS, "袋熊", "0757-99887766"] {
        assert!(facts.iter().any(|(_, text)| text == value), "{value} in {facts:?}");
    }
    assert!(matches!(house.store.respondents_called("无名公司"), Err(StoreError::Unknown { .. })));
}

fn erased(house: House, shared: bool) -> House {
    let wanted = respondents(&house);
    let House { store, dir } = house;
    drop(store);
    let lock = Lock::take(dir.path()).unwrap();
    erase((dir.path(), &lock), &wanted, "asked by letter", shared, at(100)).unwrap();
    House { store: Store::open(&Settings::in_folder(dir.path())).unwrap(), dir }
}

#[test]
fn nothing_of_an_erased_respondent_can_be_found_in_the_file() {
    let house = office();
    for text in [NAME, PRODUCT, ADDRESS, "袋熊", "0757-99887766", "4711", "龘驫"] {
        assert!(stands_in(&house, text), "{text} stands nowhere, so nothing is shown");
    }
    let house = erased(house, true);
    for text in [NAME, PRODUCT, ADDRESS, "袋熊", "0757-99887766", "47110000", "47120000", "龘驫", "籲籱"] {
        assert!(!stands_in(&house, text), "{text} still stands in the file");
    }
    assert_eq!(examine(house.store.path(), Access::Shared).unwrap().faults, Vec::<String>::new());
}

#[test]
fn others_keep_what_they_said_and_counts_can_be_explained() {
    let before = office();
    let status = before.store.status().unwrap();
    let house = erased(before, false);
    let after = house.store.status().unwrap();
    assert_eq!((status.messages, after.messages), (4, 4));
    let row = &house.store.erasures().unwrap()[0];
    assert_eq!((row.why.as_str(), &row.messages, &row.shared), ("asked by letter", &vec![1, 2], &vec![3]));
    assert_eq!(row.returns.len(), 2);
    assert!(house.store.respondents_called(NAME).is_err());
    assert_eq!(house.store.why("乙公司", "products").unwrap()[0].answer.text, "机床");
    assert_eq!(house.store.why("丙公司", "products").unwrap()[0].answer.text, "机床");
    // The shared mail stays, with its bytes; it is the only place where the name still stands.
    assert!(house.store.raw(3).is_ok() && matches!(house.store.raw(1), Err(StoreError::Removed { .. })));
    // Read again it would bring back what was erased.
    assert_eq!(house.store.replayable(&Selection::default()).unwrap(), [4]);
    assert_eq!(house.store.removed(&Selection::default()).unwrap(), 3);
    // A mail that still lies at the mailbox is not taken in once more.
    let again = arrived(50, 1, format!("From: {ADDRESS}\r\n\r\n{NAME} {PRODUCT}\r\n").as_bytes());
    assert!(!house.store.keep(vec![again], at(101)).wait().unwrap()[0].fresh);
    assert_eq!(examine(house.store.path(), Access::Shared).unwrap().faults, Vec::<String>::new());
}

#[test]
fn an_erased_respondent_that_writes_again_is_a_new_one() {
    let house = erased(office(), true);
    let id = keep_raw(&house, 60, ADDRESS, "again\r\n");
    let judged = house.judged(id, told(ADDRESS, vec![a_return(NAME, Some(PRODUCT), Some(1))]));
    assert_eq!(judged.returns[0].standing, crate::verdict::Standing::Complete);
    assert_eq!(house.store.respondents_called(NAME).unwrap().len(), 1);
}
