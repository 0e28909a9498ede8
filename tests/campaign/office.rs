//! Postroom's own parts, run by a clock that is an argument: the store, the reader's code, the desk, the outbox.

use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use postroom::arrival::Location;
use postroom::config::{self, Config};
use postroom::document::Limits;
use postroom::mark::{self, Mark};
use postroom::notice::{self, Enclosure, Entered, FilledRow, OwnFile, Plan};
use postroom::reading::{self, Prepared, Reading, Request};
use postroom::roster;
use postroom::store::{Arrived, EnteredBy, Found, RosterRow, Situation, Store, pack};
use postroom::survey::Language;
use postroom::tasks::digest::Digests;
use postroom::tasks::follow_up::FollowUps;
use postroom::tasks::judge::Desk;
use postroom::tasks::outbox::Outbox;
use postroom::tasks::stages::Stages;
use postroom::{form, mail};
use tokio::runtime::Runtime;

use super::digests::CONFIGURATION as DIGEST;
use super::letters::COLLECTION;
use super::post::Received;
use super::reminding::{MIN_DAYS, MOST};

/// How long a claim holds.
const LEASE: SignedDuration = SignedDuration::from_mins(15);

/// Bounds on notices in this campaign.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    pub(super) per_sender_day: u32,
    pub(super) per_domain_hour: u32,
    pub(super) per_day: u32,
    /// Invitations and reminders of one day.
    pub(super) letters_a_day: u32,
}

/// The office that runs the campaign.
pub(super) struct Office {
    pub(super) store: Store,
    pub(super) config: Config,
    desk: Arc<Desk>,
    outbox: Outbox,
    runtime: Runtime,
    messages: u32,
}

/// The founding survey with the days of this campaign.
fn survey_file(opens: &str, deadline: &str) -> String {
    let founding =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/config/surveys/ai-industry-2017.toml"));
    let text = founding.unwrap();
    text.replace("opens = 2017-12-18", &format!("opens = {opens}"))
        .replace("deadline = 2017-12-20", &format!("deadline = {deadline}\n"))
        + &format!(
            "\n[reminders]\nbefore = [5, 1]\non_day = true\nafter = [2, 5]\nmin_days = {MIN_DAYS}\nmost = {MOST}\n"
        )
}

impl Office {
    /// Opens an office in an empty folder.
    pub(super) fn open(folder: &Path, opens: &str, deadline: &str, caps: Caps, now: Timestamp) -> Self {
        let Caps { per_sender_day, per_domain_hour, per_day, letters_a_day } = caps;
        std::fs::write(folder.join("survey.toml"), survey_file(opens, deadline)).unwrap();
        let text = format!(
            "surveys = [\"survey.toml\"]\nsign_off = \"岭泽市经济和科技促进局\"\n\
             [[transport]]\nname = \"main\"\nkind = \"folder\"\npath = \"out\"\nfrom = \"人工智能产业调查 <{COLLECTION}>\"\n\
             [caps]\nper_sender_day = {per_sender_day}\nper_domain_hour = {per_domain_hour}\nper_day = {per_day}\n\
             [follow_up]\nper_day = {letters_a_day}\n{DIGEST}"
        );
        let path = folder.join("postroom.toml");
        std::fs::write(&path, text).unwrap();
        let config = config::load(Some(&path)).unwrap();
        std::fs::create_dir_all(&config.data).unwrap();
        let store = Store::open(&postroom::store::Settings::in_folder(&config.data)).unwrap();
        store.register_surveys(&config.surveys, now).wait().unwrap();
        let first_start = store.first_start(now).wait().unwrap();
        let desk = Arc::new(Desk::new(&config, first_start, Stages::default()).unwrap());
        let follow_ups = Arc::new(FollowUps::new(&config, store.clone(), Vec::new()).unwrap());
        let outbox = Outbox { store: store.clone(), caps: config.caps, follow_ups };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Self { store, config, desk, outbox, runtime, messages: 0 }
    }

    /// A mail reaches the collection mailbox: it is kept, read, judged and committed.
    pub(super) fn take_in(&mut self, raw: &[u8], now: Timestamp) {
        let envelope = mail::parse(raw).envelope;
        let location = self.location("main");
        let found = Found { location, junk: false, received_at: now, sender: envelope.from, subject: envelope.subject };
        self.store.keep(vec![Arrived { found, raw: pack(raw).unwrap() }], now).wait().unwrap();
        self.read_what_waits(now);
    }

    /// A new place in a mailbox.
    fn location(&mut self, mailbox: &str) -> Location {
        self.messages += 1;
        let (mailbox, folder) = (mailbox.into(), "INBOX".into());
        Location { mailbox, folder, validity: 1, uid: self.messages, name: String::new() }
    }

    /// Reads what is kept and waits, as after an operator put it back.
    pub(super) fn read_what_waits(&self, now: Timestamp) {
        for unread in self.store.claim_unread(64, now, LEASE).wait().unwrap() {
            let mut raw = Vec::new();
            self.store.raw_into(unread.id, &mut raw).unwrap();
            let reading = self.read(&raw);
            let desk = Arc::clone(&self.desk);
            let judge = Box::new(move |reading: &Reading, situation: &Situation| {
                let judgement = desk.judge("main", reading, situation, now);
                assert_eq!(judgement.trouble, None, "a notice cannot be composed");
                judgement.decision
            });
            self.store.commit_verdict(unread.id, reading, now, judge).wait().unwrap();
        }
        self.enclose(now);
    }

    /// Makes the files that corrections wait for, as the enclosing task does, but for the process of their own.
    fn enclose(&self, now: Timestamp) {
        while let Some(due) = self.store.claim_enclosing(now, LEASE).wait().unwrap() {
            let file = due.plan.file.as_ref().and_then(|own| self.marked(own)).unwrap_or_else(|| self.form(&due.plan));
            assert!(self.store.enclose(due.notice, notice::enclose(&due.mail, &[file]), now).wait().unwrap());
        }
    }

    /// The sender's own file with its faulty cells marked; none where it cannot be marked.
    fn marked(&self, own: &OwnFile) -> Option<Enclosure> {
        let mut raw = Vec::new();
        self.store.raw_into(own.message, &mut raw).unwrap();
        let files = reading::originals(&mail::parse(&raw), Limits::default()).files;
        let (_, bytes) = files.into_iter().find(|(path, _)| *path == own.path)?;
        let marks: Vec<Mark> =
            own.notes.iter().map(|note| Mark { place: note.place.clone(), note: note.text.clone() }).collect();
        let marked = mark::mark(&bytes, &marks, Language::Zh, &Limits::default()).ok()?;
        let (name, media_type) = (format!("form.{}", marked.kind.extension()), marked.kind.media_type().to_owned());
        Some(Enclosure { name, media_type, bytes: marked.bytes })
    }

    fn form(&self, plan: &Plan) -> Enclosure {
        let row = |row: &FilledRow| form::Row { texts: row.texts.clone(), notes: row.notes.clone() };
        let rows: Vec<form::Row> = plan.rows.iter().map(row).collect();
        let bytes = form::docx(&self.config.surveys[0], &rows);
        Enclosure { name: "form.docx".into(), media_type: "application/octet-stream".into(), bytes }
    }

    fn read(&self, raw: &[u8]) -> Reading {
        let prepared = Prepared::new(&self.config.surveys[0]);
        let request =
            Request { surveys: vec![&prepared], authserv_id: None, limits: Limits::default(), left_out: Vec::new() };
        reading::read(raw, &request, &mut |_| {})
    }

    /// An operator gives a roster in separated text.
    pub(super) fn set_roster(&mut self, csv: &str, now: Timestamp) {
        let roster = roster::read("roster.csv", csv.as_bytes());
        assert!(roster.faults.is_empty(), "{:?}", roster.faults);
        self.store.set_roster(&self.config.surveys[0].id, roster.invited, now).wait().unwrap();
    }

    /// The roster with how far everybody is.
    pub(super) fn roster(&self) -> Vec<RosterRow> {
        self.store.roster(&self.config.surveys[0].id, &self.config.time_zone).unwrap()
    }

    /// An operator excuses an enterprise.
    pub(super) fn excuse(&self, name: &str, now: Timestamp) {
        let row = self.roster().into_iter().find(|row| row.invited.name == name).unwrap();
        self.store.excuse(row.respondent, "电话告知不属于调查范围", now).wait().unwrap();
    }

    /// An operator orders invitations: of everybody that has none yet, or of one more.
    pub(super) fn order_invitations(&self, names: &[&str], again: bool, now: Timestamp) {
        let rows = self.roster().into_iter().filter(|row| names.is_empty() || names.contains(&&*row.invited.name));
        let respondents = rows.map(|row| row.respondent).collect();
        self.store.order_invitations(respondents, again, now).wait().unwrap();
    }

    /// A round of the follow-up task, and the next moment for which there may be something to do.
    pub(super) fn follow_up(&self, now: Timestamp) -> Option<Timestamp> {
        let made = self.runtime.block_on(self.outbox.follow_ups.round(now)).unwrap();
        if made > 0 {
            return Some(now + SignedDuration::from_mins(1));
        }
        self.outbox.follow_ups.next_due().filter(|at| *at > now)
    }

    /// A round of the digest's task, which has just started.
    pub(super) fn digest(&self, now: Timestamp) {
        let task = Digests::new(&self.config, self.store.clone(), Vec::new()).unwrap();
        self.runtime.block_on(task.round(now)).unwrap();
    }

    /// An operator enters what an enterprise said on the telephone, as a text with a line for each item.
    pub(super) fn enter(&mut self, name: &str, lines: &str, now: Timestamp) {
        let row = self.roster().into_iter().find(|row| row.invited.name == name).unwrap();
        let (source, note) = (EnteredBy::Telephone, "王某来电");
        let bytes = lines.as_bytes();
        let labels = &["企业名称"];
        let document =
            Entered { source: source.as_str(), respondent: name, note, name: "电话记录.txt", bytes, labels };
        let location = self.location("entered");
        let (sender, subject) = (document.sender(), document.subject());
        let found = Found { location, junk: false, received_at: now, sender, subject };
        let raw = pack(&document.mail(now, &self.config.time_zone)).unwrap();
        self.store.enter(Arrived { found, raw }, row.respondent, source, note.into(), now).wait().unwrap();
        self.read_what_waits(now);
    }

    /// When the next notice falls due.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.store.next_notice().unwrap()
    }

    /// Sends what is due, as the send task does, and gives what the provider took.
    pub(super) fn send_due(&self, now: Timestamp) -> Vec<Received> {
        let mut sent = Vec::new();
        while let Some(due) = self.runtime.block_on(self.outbox.take("main", now)).unwrap() {
            self.store.record_sent(due.id, "250 ok".into(), now).wait().unwrap();
            sent.push(Received::read(&due.bytes, now));
        }
        sent
    }
}
