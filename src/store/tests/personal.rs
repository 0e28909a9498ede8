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

/// Erases the first of these names from a house where each has answered, and where an alarm, a mail that waits and a look-alike speak of
/// them; what is left of the texts.
fn left_of(names: &[&str]) -> (House, Vec<Vec<String>>) {
    let house = House::new();
    for (uid, name) in (1..).zip(names) {
        let sender = format!("u{uid}@firm{uid}.example");
        let id = keep_raw(&house, uid, &sender, &format!("mail {uid}\r\n"));
        house.judged(id, reading(&sender, vec![a_return(name, Some("机床"), Some(12))]));
    }
    let list = names.join(" may be ");
    house.alter(&format!(
        "UPDATE message SET reason = '{list}, of 12 and 1' WHERE id > 1;
         INSERT INTO respondent_address (respondent, address, domain, source, added_at)
             VALUES (1, 'u1@firm1.example', 'firm1.example', 'roster', '');
         INSERT INTO digest (name, week, survey, data_at, figures) VALUES ('office', '2017-12-18', 'ai-industry-2017', '', '{}');
         INSERT INTO alarm (key, finding, told_at) VALUES ('outbox_stuck:main',
             '{{\"condition\":\"outbox_stuck\",\"transport\":\"main\",\"count\":12,\"why\":\"451 <u1@firm1.example> later\",\"since\":null}}', '2017-12-19T00:00:00.000000Z');
         INSERT INTO sender_check (message, findings)
             VALUES (2, '[{{\"text\":\"looks like firm1.example of the roster\",\"is_notable\":true}}]');",
        figures_of(names),
    ));
    let wanted = BTreeSet::from([1]);
    let House { store, dir } = house;
    drop(store);
    let lock = Lock::take(dir.path()).unwrap();
    erase((dir.path(), &lock), &wanted, "asked by letter", false, at(100)).unwrap();
    let house = House { store: Store::open(&Settings::in_folder(dir.path())).unwrap(), dir };
    let left = house.query("SELECT reason FROM message WHERE id = 2");
    (house, left)
}

/// Figures with a return of each that waits for a person, twelve days before the deadline.
fn figures_of(names: &[&str]) -> String {
    let at = "2017-12-19T00:00:00Z";
    let totals = serde_json::to_value(crate::figures::Totals::default()).unwrap();
    let sum = serde_json::to_value(crate::figures::Sum::default()).unwrap();
    let week = serde_json::to_value(crate::figures::Week::default()).unwrap();
    let waiting: Vec<serde_json::Value> = (1..)
        .zip(names)
        .map(|(id, name): (i64, _)| {
            serde_json::json!({"what": "contested", "id": id, "respondent": id, "since": at, "title": name})
        })
        .collect();
    serde_json::json!({
        "at": at, "totals": totals, "before": totals, "before_at": at, "days_left": 12, "week": week, "waiting": waiting,
        "days": [], "groups": [], "sum": sum, "classes": [], "areas": [], "without_area": [],
    })
    .to_string()
}

#[test]
fn nobody_elses_words_suffer_for_a_short_name() {
    let check = |names: &[&str], left: &str| {
        let (house, reason) = left_of(names);
        assert_eq!(reason, [[left]], "{names:?}");
        let digest = house.store.digests("office").unwrap().swap_remove(0);
        assert_eq!(digest.figures.days_left, 12, "{names:?}");
        let titles: Vec<&str> = digest.figures.waiting.iter().map(|one| one.title.as_str()).collect();
        assert_eq!((titles[0], &titles[1..]), ("—", &names[1..]));
        let answers: Vec<String> = house.query("SELECT text FROM answer WHERE item = 'revenue'").concat();
        assert_eq!(answers, vec!["120000元"; names.len() - 1], "{names:?}");
        let told = house.store.alarmed().unwrap().told;
        let words = serde_json::to_string(&told[0].0).unwrap();
        assert!(words.contains("451 <—> later") && words.contains("\"count\":12"), "{words}");
        assert_eq!(house.query("SELECT findings LIKE '%looks like — of%' FROM sender_check"), [["1"]]);
        assert_eq!(examine(house.store.path(), Access::Shared).unwrap().faults, Vec::<String>::new());
    };
    check(&["1", "乙公司"], "1 may be 乙公司, of 12 and 1");
    check(&["12", "121"], "12 may be 121, of 12 and 1");
    check(&["华为", "华为技术有限公司"], "华为 may be 华为技术有限公司, of 12 and 1");
    check(&["华为技术", "华为技术有限公司"], "— may be 华为技术有限公司, of 12 and 1");
}

fn queue(house: &House, key: &str, kind: Kind, recipient: &str) -> i64 {
    let notice = Notice {
        transport: "main".into(),
        key: key.into(),
        kind,
        recipient: recipient.into(),
        token: "K7M2QX".into(),
        message_id: format!("{}@post.example", key.replace(':', "-")),
        bytes: format!("Subject: {NAME}\r\n\r\n{PRODUCT}\r\n").into_bytes(),
    };
    house.store.queue_notice(notice, NoticeState::Queued, at(20)).wait().unwrap().unwrap()
}

#[test]
fn notices_that_answer_no_message_and_tables_that_went_to_officials_go_too() {
    let house = office();
    let infected = queue(&house, "infected:2", Kind::Infected, ADDRESS);
    let of_another = queue(&house, "infected:22", Kind::Infected, "c@firm.example");
    let dispute = queue(&house, "dispute:1:9", Kind::Dispute, ADDRESS);
    let digest =
        queue(&house, "digest:office:2017-12-18:office@district.example", Kind::Digest, "office@district.example");
    let dossier = house.store.dossier(&respondents(&house)).unwrap();
    assert!(dossier.notices.is_superset(&BTreeSet::from([infected, dispute])), "{dossier:?}");
    assert!(!dossier.notices.contains(&of_another));
    assert_eq!(dossier.digests, BTreeSet::from([digest]));
    assert_eq!(house.store.waiting_digests(&dossier).unwrap(), BTreeSet::from([digest]));
    assert!(house.store.held_notices(&dossier).unwrap().iter().any(|notice| notice.id == dispute));
    house.alter(&format!("UPDATE notice SET state = 'cancelled', done_at = '' WHERE id IN ({digest}, {of_another})"));
    house.alter(&format!("UPDATE notice SET bytes = x'', size = 0 WHERE id = {of_another}"));
    let house = erased(house, true);
    assert!(!stands_in(&house, NAME) && !stands_in(&house, PRODUCT) && !stands_in(&house, ADDRESS));
    let to = house.query(&format!("SELECT recipient FROM notice WHERE id = {digest}"));
    assert_eq!(to, [["office@district.example"]]);
}

#[test]
fn what_was_read_before_of_a_shared_mail_and_what_is_kept_for_its_answer_go_too() {
    let house = office();
    let former = serde_json::json!({
        "disposition": "accepted", "sender": ACCOUNTANT, "subject": format!("{NAME}等两家"), "issues": [], "attachments": [],
        "narratives": [
            {"attachment": "a.docx", "respondent": NAME, "text": PRODUCT},
            {"attachment": "b.docx", "respondent": "乙公司", "text": "机床"},
        ],
    });
    let packed = zstd::encode_all(format!("{NAME} {PRODUCT}").as_bytes(), 0).unwrap();
    let packed: String = packed.iter().map(|byte| format!("{byte:02x}")).collect();
    house.alter(&format!(
        "INSERT INTO rereading (message, number, at, program, former) VALUES (3, 1, '', '', '{former}');
         INSERT INTO answered (message, notice, due_at, reading, size)
             SELECT 3, id, '', x'{packed}', 9 FROM notice WHERE message = 3"
    ));
    let house = erased(house, true);
    let former = house.query("SELECT former FROM rereading")[0][0].clone();
    assert!(former.contains("机床") && former.contains("—等两家"), "{former}");
    for text in [NAME, PRODUCT] {
        assert!(!stands_in(&house, text), "{text} still stands in the file");
    }
}
