//! Several mails of one sender within minutes, tables and plain replies among them, by a clock of the test's own: at most one notice
//! after the first, and it tells of all of them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use postroom::arrival::Location;
use postroom::config;
use postroom::document::Limits;
use postroom::notice::Preview;
use postroom::reading::{self, Prepared, Reading, Request};
use postroom::store::{Arrived, Found, Situation, Store, pack};
use postroom::survey::Survey;
use postroom::tasks::judge::Desk;
use postroom::tasks::stages::Stages;
use postroom::{mail, notice};
use tempfile::TempDir;

use crate::support::letter::Letter;

const LI: &str = "li@firm.example";
const NAME: &str = "岭泽市示例视觉科技有限公司";
const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// Store, reading and judging of an office; its configuration answers together what comes within five minutes.
struct Office {
    store: Store,
    desk: Arc<Desk>,
    mails: u32,
    _folder: TempDir,
}

/// A moment, in minutes and seconds of the test's day.
fn at(minute: i64, second: i64) -> Timestamp {
    let day: Timestamp = "2017-12-19T02:00:00Z".parse().unwrap();
    day + SignedDuration::from_secs(minute * 60 + second)
}

impl Office {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("postroom.toml");
        let text = "answer_since = \"2010-01-01\"\n[[transport]]\nname = \"main\"\nkind = \"folder\"\npath = \"out\"\n\
                    from = \"收发室 <collect@office.example>\"\n[caps]\ntogether = \"5m\"\n";
        std::fs::write(&path, text).unwrap();
        let config = config::load(Some(&path)).unwrap();
        let store = Store::open(&postroom::store::Settings::in_folder(folder.path())).unwrap();
        store.register_surveys(&config.surveys, at(0, 0)).wait().unwrap();
        let desk = Arc::new(Desk::new(&config, at(0, 0), Stages::default()).unwrap());
        Self { store, desk, mails: 0, _folder: folder }
    }

    /// A mail comes, is read and judged.
    fn takes(&mut self, letter: &Letter, now: Timestamp) {
        self.mails += 1;
        let raw = letter.clone().id(&format!("<{}@firm.example>", self.mails)).bytes();
        let envelope = mail::parse(&raw).envelope;
        let location = Location {
            mailbox: "main".into(),
            folder: "INBOX".into(),
            validity: 1,
            uid: self.mails,
            name: String::new(),
        };
        let found = Found { location, junk: false, received_at: now, sender: envelope.from, subject: envelope.subject };
        self.store.keep(vec![Arrived { found, raw: pack(&raw).unwrap() }], now).wait().unwrap();
        for unread in self.store.claim_unread(9, now, LEASE).wait().unwrap() {
            let desk = Arc::clone(&self.desk);
            let judge = Box::new(move |reading: &Reading, situation: &Situation| {
                let judgement = desk.judge("main", reading, situation, now);
                assert_eq!(judgement.trouble, None);
                judgement.decision
            });
            self.store.commit_verdict(unread.id, read(&raw), now, judge).wait().unwrap();
        }
        // A mail that speaks of a file goes at once, without it.
        while let Some(due) = self.store.claim_enclosing(now, LEASE).wait().unwrap() {
            assert!(self.store.enclose(due.notice, notice::enclose(&due.mail, &[]), now).wait().unwrap());
        }
    }

    /// What goes out by a moment, as its receivers see it.
    fn sends(&self, now: Timestamp) -> Vec<Preview> {
        let next = || {
            let ready = self.store.ready_notice("main", now).unwrap()?;
            let due = self.store.claim_notice(ready.id, now, LEASE).wait().unwrap()?;
            self.store.record_sent(due.id, "250".into(), now).wait().unwrap();
            Some(due)
        };
        let due: Vec<postroom::store::Due> = std::iter::from_fn(next).collect();
        let shown = |one: postroom::store::Due| {
            Preview::of(&notice::Notice {
                key: one.key,
                kind: one.kind,
                transport: "main".into(),
                recipient: one.recipient,
                token: String::new(),
                message_id: String::new(),
                bytes: one.bytes,
            })
        };
        due.into_iter().map(shown).collect()
    }

    /// The figure of an item as it stands.
    fn revenue(&self) -> String {
        self.store.why(NAME, "revenue").unwrap()[0].answer.text.clone()
    }
}

fn read(raw: &[u8]) -> Reading {
    let survey = Survey::founding().unwrap();
    let prepared = Prepared::new(&survey);
    let request =
        Request { surveys: vec![&prepared], authserv_id: None, limits: Limits::default(), left_out: Vec::new() };
    reading::read(raw, &request, &mut |_| {})
}

/// An office that has asked 李 back for the unit of a figure, and the subject of an answer.
fn asked() -> (Office, String) {
    let mut office = Office::open();
    office.takes(&Letter::with_form(LI, NAME, "1200"), at(0, 0));
    let first = office.sends(at(30, 0)).remove(0);
    assert!(first.text.contains("没有写单位"), "{}", first.text);
    (office, format!("回复：{}", first.subject))
}

/// A reply in plain words.
fn says(subject: &str, text: &str) -> Letter {
    Letter::new(LI).subject(subject).text(text)
}

fn table(subject: &str, revenue: &str) -> Letter {
    Letter::with_form(LI, NAME, revenue).subject(subject)
}

/// The one notice that goes after the window has passed; before that none does.
fn joined(office: &Office) -> Preview {
    assert!(office.sends(at(64, 0)).is_empty(), "the window is open");
    let mut sent = office.sends(at(66, 0));
    assert_eq!(sent.len(), 1, "{sent:#?}");
    assert!(office.sends(at(600, 0)).is_empty());
    sent.remove(0)
}

fn check(notice: &Preview, wanted: &[&str], unwanted: &[&str]) {
    for words in wanted {
        assert!(notice.text.contains(words), "{words} is missing:\n{}", notice.text);
    }
    for words in unwanted {
        assert!(!notice.text.contains(words), "{words} is said:\n{}", notice.text);
    }
}

#[test]
fn two_plain_replies_after_an_answered_one_have_one_receipt_with_what_changed_in_all() {
    let (mut office, subject) = asked();
    office.takes(&says(&subject, "单位是万元"), at(60, 0));
    let first = office.sends(at(60, 1)).remove(0);
    check(&first, &["营业收入：1200 → 1200万元"], &[]);
    office.takes(&says(&subject, "抱歉，营业收入应为1300万元"), at(61, 0));
    office.takes(&says(&subject, "行业地位：省内前五"), at(62, 0));
    let notice = joined(&office);
    check(&notice, &["共 2 封来信", "营业收入：1200万元 → 1300万元", "→ 省内前五"], &["1200 →"]);
    let place = |words: &str| notice.text.find(words).unwrap();
    assert!(place("1300万元") < place("省内前五"), "in the order of the mails");
    assert_eq!(office.revenue(), "1300万元");
}

#[test]
fn the_same_item_mended_twice_is_one_change() {
    let (mut office, subject) = asked();
    office.takes(&says(&subject, "行业地位：省内前五"), at(60, 0));
    office.sends(at(60, 1));
    office.takes(&says(&subject, "营业收入：1200万元"), at(61, 0));
    office.takes(&says(&subject, "营业收入：1300万元"), at(62, 0));
    check(&joined(&office), &["营业收入：1200 → 1300万元"], &["1200万元"]);
}

#[test]
fn a_plain_reply_and_then_a_table_have_one_receipt_of_the_table() {
    let (mut office, subject) = asked();
    office.takes(&says(&subject, "行业地位：省内前五"), at(60, 0));
    office.sends(at(60, 1));
    office.takes(&says(&subject, "营业收入：1200万元"), at(61, 0));
    office.takes(&table(&subject, "1500万元"), at(62, 0));
    check(&joined(&office), &["共 2 封来信", "调查表.csv", "营业收入：1500万元"], &["更　　正"]);
    assert_eq!(office.revenue(), "1500万元");
}

#[test]
fn a_table_and_then_a_plain_reply_have_one_receipt_of_the_mended_table() {
    let (mut office, subject) = asked();
    office.takes(&says(&subject, "行业地位：省内前五"), at(60, 0));
    office.sends(at(60, 1));
    office.takes(&table(&subject, "1500"), at(61, 0));
    office.takes(&says(&subject, "单位是万元"), at(62, 0));
    let notice = joined(&office);
    check(
        &notice,
        &["共 2 封来信", "调查表.csv", "已填 6/6 项", "更　　正：营业收入：1500 → 1500万元"],
        &["没有写单位"],
    );
    assert_eq!((notice.kind, office.revenue().as_str()), (notice::Kind::Receipt, "1500万元"));
}

#[test]
fn what_is_still_wrong_is_asked_for_in_the_same_notice_that_says_what_changed() {
    let (mut office, subject) = asked();
    office.takes(&says(&subject, "单位是万元"), at(60, 0));
    office.sends(at(60, 1));
    office.takes(&says(&subject, "行业地位：省内前五"), at(61, 0));
    office.takes(&says(&subject, "营业收入：1400"), at(62, 0));
    let notice = joined(&office);
    assert_eq!(notice.kind, notice::Kind::Correction);
    check(&notice, &["有 1 处需要更正", "“1400”，没有写单位", "→ 省内前五"], &["→ 1400"]);
}

#[test]
fn a_question_among_the_mails_is_said_to_wait_for_a_person_in_the_same_notice() {
    let (mut office, subject) = asked();
    office.takes(&says(&subject, "行业地位：省内前五"), at(60, 0));
    office.sends(at(60, 1));
    office.takes(&says(&subject, "请问营业收入是否含税？"), at(61, 0));
    office.takes(&says(&subject, "单位是万元"), at(62, 0));
    check(&joined(&office), &["营业收入：1200 → 1200万元", "由工作人员阅看"], &[]);
    let (mut office, subject) = asked();
    office.takes(&says(&subject, "单位是万元"), at(60, 0));
    office.sends(at(60, 1));
    office.takes(&says(&subject, "请问营业收入是否含税？"), at(61, 0));
    let notice = joined(&office);
    assert_eq!(notice.kind, notice::Kind::Handover);
}

#[test]
fn a_withdrawal_and_a_new_table_have_one_receipt_of_the_table() {
    let (mut office, subject) = asked();
    office.takes(&says(&subject, "单位是万元"), at(60, 0));
    office.sends(at(60, 1));
    office.takes(&says(&subject, "请撤回我司的报送"), at(61, 0));
    assert!(office.store.returns(None).unwrap().is_empty());
    office.takes(&table(&subject, "1500万元"), at(62, 0));
    check(&joined(&office), &["营业收入：1500万元"], &["撤回"]);
    let (mut office, subject) = asked();
    office.takes(&says(&subject, "单位是万元"), at(60, 0));
    office.sends(at(60, 1));
    office.takes(&table(&subject, "1500万元"), at(61, 0));
    office.takes(&says(&subject, "请撤回我司的报送"), at(62, 0));
    check(&joined(&office), &["报送已撤回", "共 2 封来信"], &["1500万元"]);
}

/// An address in other capitals is the same sender's: together, in the thread and without one.
#[test]
fn a_sender_whose_program_writes_the_address_in_capitals_is_the_same_one() {
    let (mut office, subject) = asked();
    office.takes(&says(&subject, "行业地位：省内前五"), at(60, 0));
    office.sends(at(60, 1));
    let loud = |text: &str, subject: &str| Letter::new("Li@Firm.Example").subject(subject).text(text);
    office.takes(&loud("营业收入：1200万元", "回复：调查表"), at(61, 0));
    office.takes(&loud("营业收入：1300万元", &subject), at(62, 0));
    check(&joined(&office), &["共 2 封来信", "营业收入：1200 → 1300万元"], &["其他邮箱"]);
    assert_eq!(office.revenue(), "1300万元");
}
