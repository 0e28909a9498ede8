//! Campaigns on a real store: what is due is put into the outbox, and nothing else.

use std::cell::Cell;
use std::collections::BTreeMap;

use tempfile::TempDir;

use super::*;
use crate::arrival::Location;
use crate::config::TransportKind;
use crate::document::Limits;
use crate::follow_up::Passed;
use crate::notice::Kind;
use crate::reading;
use crate::roster::Invited;
use crate::store::{self, Arrived, Due, Found};
use crate::survey::Reminders;
use crate::tasks::judge;
use crate::tasks::outbox::Outbox;
use crate::tasks::stages::Stages;

/// The founding survey.
const SURVEY: &str = "ai-industry-2017";

/// An office with the founding survey, whose deadline is the 20th of December 2017, a Wednesday.
pub(super) struct Desk {
    pub(super) config: Config,
    pub(super) store: Store,
    mails: Cell<u32>,
    _dir: TempDir,
}

pub(super) fn at(text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').unwrap();
    format!("2017-12-{day}T{time}:00+08:00").parse().unwrap()
}

/// The address of a respondent of its own.
pub(super) fn address(n: usize) -> String {
    format!("office{n}@firm{n}.example")
}

pub(super) fn name(n: usize) -> String {
    format!("示例{n}号有限公司")
}

/// So many respondents, each with this address.
pub(super) fn invited(respondents: usize, address: impl Fn(usize) -> String) -> Vec<Invited> {
    let invited =
        |n| Invited { name: name(n), addresses: vec![address(n)], contact: "张敏".into(), ..Invited::default() };
    (1..=respondents).map(invited).collect()
}

impl Desk {
    pub(super) fn new(respondents: usize, notices: Notices) -> Self {
        Self::with(invited(respondents, address), notices)
    }

    pub(super) fn with(roster: Vec<Invited>, notices: Notices) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::built_in(dir.path()).unwrap();
        config.notices = notices;
        config.transports = vec![config::Transport {
            name: "main".into(),
            from: "调查 <collect@district.example>".into(),
            kind: TransportKind::Folder(dir.path().join("out")),
        }];
        config.surveys[0].reminders =
            Some(Reminders { before: vec![1], on_day: true, after: vec![2], min_days: 1, most: 2 });
        let store = Store::open(&crate::store::Settings::in_folder(dir.path())).unwrap();
        store.register_surveys(&config.surveys, at("01 00:00")).wait().unwrap();
        let desk = Self { config, store, mails: Cell::new(0), _dir: dir };
        desk.set_roster(roster);
        desk
    }

    pub(super) fn set_roster(&self, roster: Vec<Invited>) {
        self.store.set_roster(SURVEY, roster, at("01 00:00")).wait().unwrap();
    }

    /// Number of the respondent with this place on the roster, from 1.
    pub(super) fn respondent(&self, n: usize) -> i64 {
        self.store.roster(SURVEY, &self.config.time_zone).unwrap()[n - 1].respondent
    }

    pub(super) fn passed(&self, n: usize) -> Passed {
        let id = self.respondent(n);
        self.store.passed(SURVEY, None).unwrap().remove(&id).unwrap()
    }

    /// State and last words of each letter of a kind, in order of making.
    pub(super) fn letters(&self, kind: Kind) -> Vec<(String, String)> {
        let rows = self.store.notices(None).unwrap().into_iter().rev();
        let rows = rows.filter(|row| row.kind == kind.as_str());
        rows.map(|row| (row.state, row.words.unwrap_or_default())).collect()
    }

    /// A mail arrives, and is read and judged.
    pub(super) fn arrives(&self, raw: &str, now: &str) {
        let (raw, now) = (raw.replace('\n', "\r\n").into_bytes(), at(now));
        self.mails.set(self.mails.get() + 1);
        let envelope = crate::mail::parse(&raw).envelope;
        let (mailbox, folder) = ("main".into(), "INBOX".into());
        let location = Location { mailbox, folder, validity: 1, uid: self.mails.get(), name: String::new() };
        let found = Found { location, junk: false, received_at: now, sender: envelope.from, subject: envelope.subject };
        let arrived = Arrived { found, raw: store::pack(&raw).unwrap() };
        let message = self.store.keep(vec![arrived], now).wait().unwrap()[0].id;
        let prepared = reading::Prepared::new(&self.config.surveys[0]);
        let request = reading::Request {
            surveys: vec![&prepared],
            authserv_id: None,
            limits: Limits::default(),
            left_out: Vec::new(),
        };
        let read = reading::read(&raw, &request, &mut |_| {});
        let judge = judge::Desk::new(&self.config, at("01 00:00"), Stages::default()).unwrap();
        let judge = Box::new(move |reading: &_, situation: &_| judge.judge("main", reading, situation, now).decision);
        self.store.commit_verdict(message, read, now, judge).wait().unwrap();
    }

    pub(super) fn invite_all(&self) {
        let rows = self.store.roster(SURVEY, &self.config.time_zone).unwrap();
        let ids = rows.iter().map(|row| row.respondent).collect();
        self.store.order_invitations(ids, false, at("01 00:00")).wait().unwrap();
    }

    /// What leaves the outbox.
    pub(super) fn outbox(&self) -> Outbox {
        let follow_ups = Arc::new(FollowUps::new(&self.config, self.store.clone(), Vec::new()).unwrap());
        Outbox { store: self.store.clone(), caps: self.config.caps, follow_ups }
    }

    /// What is put into the outbox now.
    pub(super) fn write(&self, now: &str) -> usize {
        run(self.outbox().follow_ups.round(at(now))).unwrap()
    }

    /// What leaves the outbox now; the server takes it.
    pub(super) fn send(&self, now: &str) -> Vec<Due> {
        let (outbox, now) = (self.outbox(), at(now));
        let next = || run(outbox.take("main", now)).unwrap();
        let sent = |due: Due| {
            self.store.record_sent(due.id, "taken".into(), now).wait().unwrap();
            due
        };
        std::iter::from_fn(|| next().map(sent)).collect()
    }

    /// A round, and what is sent at once.
    pub(super) fn round(&self, now: &str) -> Vec<Due> {
        let made = self.write(now);
        let sent = self.send(now);
        assert!(self.config.notices == Notices::Hold || sent.len() == made, "nothing waits");
        sent
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn kinds(due: &[Due]) -> BTreeMap<Kind, usize> {
    due.iter().fold(BTreeMap::new(), |mut counts, one| {
        *counts.entry(one.kind).or_default() += 1;
        counts
    })
}

#[test]
fn who_is_invited_and_silent_is_reminded_by_the_calendar_and_no_more() {
    let desk = Desk::new(1, Notices::On);
    assert!(desk.round("18 10:00").is_empty(), "nobody is written to who was not invited");
    desk.invite_all();
    assert!(desk.round("18 03:00").is_empty(), "nothing goes out at night");
    assert_eq!(kinds(&desk.round("18 10:00")), BTreeMap::from([(Kind::Invitation, 1)]));
    assert!(desk.round("18 10:00").is_empty(), "a second round does nothing new");
    assert_eq!(kinds(&desk.round("19 09:30")), BTreeMap::from([(Kind::Reminder, 1)]));
    assert!(desk.round("19 15:00").is_empty());
    assert_eq!(desk.round("20 09:30").len(), 1);
    assert!(desk.round("22 09:30").is_empty(), "two reminders are the most");
}

#[test]
fn a_letter_without_room_under_the_caps_does_not_wait_in_the_outbox_till_night() {
    let mut desk = Desk::new(3, Notices::On);
    desk.config.caps.per_day = 2;
    desk.invite_all();
    assert_eq!(desk.round("18 10:00").len() + desk.round("18 10:01").len() + desk.round("18 10:02").len(), 2);
    assert_eq!(desk.store.next_notice().unwrap(), None, "what has no room is not in the outbox");
    assert_eq!(kinds(&desk.round("19 10:30"))[&Kind::Invitation], 1, "it is planned anew");
}

#[test]
fn no_letter_is_added_to_an_outbox_that_is_long_enough() {
    let mut desk = Desk::new(3, Notices::On);
    desk.invite_all();
    desk.config.bounds.outbox = 0;
    assert!(desk.round("18 10:00").is_empty(), "nobody waits for an invitation");
    desk.config.bounds.outbox = 1;
    assert!(!desk.round("18 10:01").is_empty(), "what was due stays due");
}

#[test]
fn a_reminder_is_a_mail_of_the_invitations_thread() {
    let desk = Desk::new(1, Notices::On);
    desk.invite_all();
    let invitation = desk.round("18 10:00").remove(0);
    let reminder = desk.round("19 09:30").remove(0);
    let [first, second] = [&invitation, &reminder].map(|one| crate::mail::parse_headers(&one.bytes));
    assert_eq!(first.tokens, second.tokens);
    assert_eq!(second.references, [first.message_id.clone().unwrap()]);
    assert_eq!(reminder.key, format!("reminder:ai-industry-2017:{}:1", invitation.key.split(':').nth(2).unwrap()));
    let files = crate::mail::parse(&invitation.bytes).attachments;
    let names: Vec<&str> = files.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["ai-industry-2017.docx", "ai-industry-2017.xlsx"], "the blank form goes with it");
    let said = format!("提醒：{}", first.subject);
    assert_eq!(second.subject, said);
}

#[test]
fn a_large_roster_is_invited_in_the_pace_of_the_quota() {
    let mut desk = Desk::new(12, Notices::On);
    desk.config.follow_up.per_day = 5;
    desk.invite_all();
    let day = |day: &str| {
        let minutes = ["09:30", "09:31", "09:32", "09:33", "09:34", "09:35", "16:59"];
        minutes.iter().map(|time| desk.round(&format!("{day} {time}")).len()).sum::<usize>()
    };
    assert_eq!([day("04"), day("05"), day("06"), day("07")], [5, 5, 2, 0]);
}

#[test]
fn nothing_is_planned_anew_until_something_is_written_or_falls_due() {
    let desk = Desk::new(1, Notices::On);
    let task = desk.outbox().follow_ups;
    let rests = |now: &str| task.rests(at(now)).unwrap();
    let round = |now: &str| {
        let made = run(task.round(at(now))).unwrap();
        desk.send(now);
        made
    };
    assert!(!rests("18 10:00"));
    assert_eq!(round("18 10:00"), 0);
    assert!(rests("18 10:01"));
    assert!(!rests("19 10:01"), "a day may be the last one of something");
    desk.invite_all();
    assert!(!rests("18 10:02"), "an operator's word is heard at once");
    assert_eq!(round("18 10:02"), 1);
    assert!(!rests("18 10:03"));
    assert_eq!(round("18 10:03"), 0);
    assert!(rests("18 16:59"));
    assert_eq!(round("19 08:00"), 0, "before the office opens");
    assert_eq!(round("19 09:30"), 1);
}

#[test]
fn letters_that_are_held_are_made_once_and_wait() {
    let desk = Desk::new(1, Notices::Hold);
    desk.invite_all();
    assert!(desk.round("18 10:00").is_empty());
    assert_eq!(desk.store.held().unwrap().len(), 1);
    assert!(desk.round("18 10:01").is_empty());
    assert_eq!(desk.store.held().unwrap().len(), 1);
    let desk = Desk { config: Config { notices: Notices::Off, ..desk.config.clone() }, ..desk };
    assert!(desk.round("19 10:00").is_empty());
}

#[test]
fn an_excused_respondent_is_left_alone() {
    let desk = Desk::new(1, Notices::On);
    desk.invite_all();
    desk.round("18 10:00");
    desk.store.excuse(desk.respondent(1), "已注销", at("18 12:00")).wait().unwrap();
    assert!(desk.round("19 10:00").is_empty());
}
