//! The store as its users see it, on files in a temporary folder.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};
use rust_decimal::Decimal;
use tempfile::TempDir;

use super::*;
use crate::arrival::Location;
use crate::issue::{Issue, Problem};
use crate::mail::Envelope;
use crate::notice::{Kind, Notice};
use crate::place::{Place, Spot};
use crate::reading::{AttachmentFacts, Narrative, Reading, Return};
use crate::survey::{Contact, Item, ItemKind, Language, NarrativeRule, Survey};
use crate::table::{Scope, Table};
use crate::value::{Answer, Money, UnitSource, Value};
use crate::verdict::senders::Policy;
use crate::verdict::{self, Reply};

mod amendment;
mod areas;
mod backup;
mod bounce;
mod commit;
mod compare;
mod enclosing;
mod facts;
mod follow_up;
mod keep;
mod killed;
mod nameless;
mod operator;
mod outbox;
mod own;
mod personal;
mod quarantine;
mod rate;
mod recognition;
mod replay;
mod retention;
mod roster;
mod schema;
mod search;
mod speed;
mod together;
mod views;
mod who;

/// A store in a folder of its own.
struct House {
    store: Store,
    dir: TempDir,
}

impl House {
    fn new() -> Self {
        Self::under(Policy::default())
    }

    /// A house that treats senders so.
    fn under(senders: Policy) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&Settings { senders, ..Settings::in_folder(dir.path()) }).unwrap();
        store.register_surveys(&[survey()], at(0)).wait().unwrap();
        Self { store, dir }
    }

    /// A second store on the same file, as another process has it.
    fn beside(&self) -> Store {
        Store::open(&Settings::in_folder(self.dir.path())).unwrap()
    }

    /// Drops everything and opens the file again, as after a stop.
    fn reopen(self) -> Self {
        let Self { store, dir } = self;
        drop(store);
        let store = Store::open(&Settings::in_folder(dir.path())).unwrap();
        Self { store, dir }
    }

    /// Keeps a message that arrived at a minute.
    fn keep(&self, uid: u32, minute: i64) -> i64 {
        let arrived = arrived(uid, minute, format!("message {uid}").as_bytes());
        self.store.keep(vec![arrived], at(minute)).wait().unwrap().first().unwrap().id
    }

    fn commit(&self, message: i64, reading: Reading) -> Committed {
        self.store.commit_verdict(message, reading, at(1_000), judge(NoticeState::Queued)).wait().unwrap()
    }

    fn judged(&self, message: i64, reading: Reading) -> Judged {
        match self.commit(message, reading) {
            Committed::Judged(judged) => *judged,
            other => panic!("not judged: {other:?}"),
        }
    }

    /// Takes up to `most` notices whose turn it is, as the send task does one by one.
    fn claim(&self, most: usize, now: Timestamp, lease: SignedDuration) -> Vec<Due> {
        let next = || self.store.ready_notice("main", now).unwrap();
        let claimed = |ready: Ready| self.store.claim_notice(ready.id, now, lease).wait().unwrap().unwrap();
        std::iter::from_fn(|| next().map(claimed)).take(most).collect()
    }

    /// Makes the writer wait until the gate is dropped: what is queued meanwhile is committed together.
    fn close_gate(&self) -> std::sync::mpsc::Sender<()> {
        let (gate, closed) = std::sync::mpsc::channel::<()>();
        drop(self.store.write(move |_| {
            // It ends when the sender is gone.
            let _ = closed.recv();
            Ok(())
        }));
        gate
    }

    /// The current returns.
    fn table(&self) -> Table {
        self.store.table("ai-industry-2017", &Scope::default(), &TimeZone::UTC).unwrap()
    }

    /// Writes past the store, as damage or time would.
    fn alter(&self, sql: &str) {
        rusqlite::Connection::open(self.store.path()).unwrap().execute_batch(sql).unwrap();
    }

    fn query(&self, sql: &str) -> Vec<Vec<String>> {
        let connection = rusqlite::Connection::open(self.store.path()).unwrap();
        let mut statement = connection.prepare(sql).unwrap();
        let width = statement.column_count();
        let rows = statement.query_map([], |row| {
            (0..width).map(|column| Ok(text_of(row.get_ref(column)?))).collect::<rusqlite::Result<Vec<_>>>()
        });
        rows.unwrap().map(Result::unwrap).collect()
    }
}

fn text_of(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => "-".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => format!("{} bytes", bytes.len()),
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Bytes that do not compress.
fn noise(length: u32) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// A moment, in minutes of the test's day.
fn at(minute: i64) -> Timestamp {
    "2017-12-19T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

fn place_of(uid: u32) -> Location {
    Location { mailbox: "main".into(), folder: "INBOX".into(), validity: 7, uid, name: String::new() }
}

fn arrived(uid: u32, minute: i64, bytes: &[u8]) -> Arrived {
    let found = Found {
        location: place_of(uid),
        junk: false,
        received_at: at(minute),
        sender: String::new(),
        subject: String::new(),
    };
    Arrived { found, raw: pack(bytes).unwrap() }
}

fn survey() -> Survey {
    let item = |key: &str, label: &str, kind: ItemKind| Item {
        key: key.into(),
        label: label.into(),
        short: label.into(),
        aliases: Vec::new(),
        kind,
        required: true,
        previous: None,
        size: None,
    };
    Survey {
        id: "ai-industry-2017".into(),
        revision: "r1".into(),
        title: "调查表".into(),
        language: Language::Zh,
        letter: String::new(),
        opens: None,
        deadline: civil::date(2017, 12, 20),
        closes: None,
        reference_year: Some(2017),
        contact: Contact { name: "王某".into(), phone: "100".into() },
        items: vec![
            item("name", "企业名称", ItemKind::Identity),
            item("products", "主要产品", ItemKind::Text),
            item("revenue", "营业收入", ItemKind::Money { currency: "CNY".into(), unit: None }),
        ],
        prompts: Vec::new(),
        sample_names: Vec::new(),
        notes: Vec::new(),
        narratives: NarrativeRule { request: String::new(), prose_from: 200, text_from: 50 },
        taxonomy: None,
        reminders: None,
    }
}

fn answer(text: &str, column: u32, value: Value) -> Answer {
    let spot = Spot::Sheet { name: "Sheet1".into(), row: 1, column };
    Answer { text: text.into(), place: Place { source: "表.xlsx".into(), spot }, value }
}

/// A return; what is none is missing, and said to be.
fn a_return(name: &str, products: Option<&str>, revenue: Option<i64>) -> Return {
    let mut answers = BTreeMap::from([("name".to_owned(), answer(name, 0, Value::Identity))]);
    let mut issues = Vec::new();
    match products {
        Some(text) => drop(answers.insert("products".to_owned(), answer(text, 1, Value::Text))),
        None => issues.push(Issue::of_item("products", Problem::Missing, None)),
    }
    match revenue {
        Some(amount) => {
            let amount = Decimal::from(amount * 10_000);
            let money = Money {
                low: Some(amount),
                high: Some(amount),
                currency: "CNY".into(),
                approximate: false,
                unit: UnitSource::Cell,
            };
            let value = Value::Money(Some(money));
            answers.insert("revenue".to_owned(), answer(&format!("{amount}元"), 2, value));
        }
        None => issues.push(Issue::of_item("revenue", Problem::Missing, None)),
    }
    Return { answers, issues }
}

fn reading(sender: &str, returns: Vec<Return>) -> Reading {
    let envelope = Envelope {
        from: sender.into(),
        reply_to: sender.into(),
        subject: "回复：调查表".into(),
        ..Envelope::default()
    };
    let attachment = AttachmentFacts { path: "表.xlsx".into(), size: 9, sha256: "ab".into(), kind: "xlsx".into() };
    let narrative = Narrative { attachment: "材料.docx".into(), text: "人才".into(), ..Narrative::default() };
    Reading {
        envelope,
        automatic: None,
        bounce: None,
        dmarc_failed: false,
        server_word: crate::mail::ServerWord::default(),
        survey: Some("ai-industry-2017".into()),
        bears_sign: true,
        attachments: vec![attachment],
        returns,
        narratives: vec![narrative],
        issues: Vec::new(),
        has_document: true,
        plain: crate::reading::amend::PlainReply::default(),
        content: String::new(),
    }
}

/// Judges by the real rules, and answers every message that is due one.
fn judge(notice_state: NoticeState) -> Judge {
    Box::new(move |reading, situation| {
        let verdict = verdict::judge(reading, &situation.known, Some(&survey()));
        let notice = verdict.reply.ok().map(|reply| Notice {
            transport: "main".into(),
            key: format!("reply:{}", situation.message),
            kind: match reply {
                Reply::Receipt => Kind::Receipt,
                Reply::Correction => Kind::Correction,
                Reply::Handover => Kind::Handover,
            },
            recipient: reading.envelope.reply_to.clone(),
            token: situation.token.clone(),
            message_id: format!("reply-{}@post.example", situation.message),
            bytes: b"Subject: x\r\n\r\nthank you\r\n".to_vec(),
        });
        Decision { verdict, notice, notice_state, sending: Sending::default() }
    })
}
