//! Letters that wait in the outbox, as when no server takes mail: what leaves it late is what would be written then.

use jiff::SignedDuration;

use super::tests::{Desk, address, at, invited, name};
use super::*;
use crate::mail;
use crate::notice::Kind;
use crate::store::Due;

/// A reminder that waits in the outbox since the morning of the 19th, the day before the deadline.
fn reminded(notices: Notices) -> Desk {
    let mut desk = Desk::new(1, Notices::On);
    desk.invite_all();
    desk.round("15 10:00");
    desk.config.notices = notices;
    assert_eq!(desk.write("19 10:00"), 1);
    desk
}

fn texts(due: &[Due]) -> Vec<String> {
    due.iter().map(|one| mail::parse(&one.bytes).body.text).collect()
}

/// What is said of the reminders.
fn check(desk: &Desk, expected: &[(&str, &str)]) {
    let letters = desk.letters(Kind::Reminder);
    let states: Vec<(&str, bool)> = letters
        .iter()
        .zip(expected)
        .map(|((state, words), (_, said))| (state.as_str(), words.contains(said)))
        .collect();
    let wanted: Vec<(&str, bool)> = expected.iter().map(|(state, _)| (*state, true)).collect();
    assert_eq!(states, wanted, "{letters:?}");
    assert_eq!(letters.len(), expected.len(), "{letters:?}");
}

#[test]
fn a_letter_that_waited_till_night_goes_in_the_morning() {
    let desk = Desk::new(1, Notices::On);
    desk.invite_all();
    assert_eq!(desk.write("18 16:59"), 1);
    assert!(desk.send("18 17:01").is_empty(), "nobody is written to in the evening");
    assert_eq!(desk.letters(Kind::Invitation), [("queued".to_owned(), "it waits for office hours".to_owned())]);
    assert_eq!(desk.store.next_notice().unwrap(), Some(at("19 09:30")));
    assert_eq!(desk.send("19 09:30").len(), 1, "an invitation says the same a day later");
}

#[test]
fn a_reminder_that_waited_a_day_is_written_anew_and_counts_once() {
    let desk = reminded(Notices::On);
    assert!(desk.send("20 09:30").is_empty(), "one day left, it says, and there is none");
    check(&desk, &[("cancelled", "read otherwise")]);
    assert_eq!(desk.passed(1).reminders, [], "it counts as never made");
    let sent = desk.round("20 09:31");
    assert!(texts(&sent)[0].contains("今天"), "{sent:?}");
    assert!(sent[0].key.ends_with(":1"), "its key was free: {}", sent[0].key);
    assert_eq!(desk.passed(1).reminders.len(), 1);
    assert_eq!(desk.round("22 09:30").len(), 1, "the second of two is still to come");
}

#[test]
fn a_reminder_that_the_server_deferred_into_the_night_is_not_sent_there() {
    let desk = reminded(Notices::On);
    let outbox = desk.outbox();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let due = runtime.block_on(outbox.take("main", at("19 10:00"))).unwrap().unwrap();
    desk.store.record_later(due.id, "451 busy".into(), at("19 22:00"), at("19 10:00")).wait().unwrap();
    assert!(desk.send("19 22:00").is_empty());
    check(&desk, &[("queued", "office hours")]);
}

#[test]
fn a_reminder_whose_answer_came_meanwhile_is_never_sent() {
    let desk = reminded(Notices::On);
    let answer = format!(
        "From: {}\nTo: collect@district.example\nSubject: table\nMessage-ID: <1@firm1.example>\n\
         Content-Type: text/plain; charset=utf-8\n\n企业名称：{}\n行业地位：省内前五\n核心技术：机器视觉\n\
         产品、专利、标准：检测设备2款\n攻关方向：三维视觉\n营业收入：1200万元\n",
        address(1),
        name(1)
    );
    desk.arrives(&answer, "19 10:05");
    let sent = desk.send("19 10:06");
    assert_eq!(sent.iter().map(|one| one.kind).collect::<Vec<_>>(), [Kind::Receipt]);
    check(&desk, &[("cancelled", "nothing is missing")]);
}

#[test]
fn who_is_excused_meanwhile_is_left_alone() {
    let desk = reminded(Notices::On);
    desk.store.excuse(desk.respondent(1), "已注销", at("19 10:05")).wait().unwrap();
    assert!(desk.send("19 10:06").is_empty());
    check(&desk, &[("cancelled", "excused")]);
}

#[test]
fn nothing_is_sent_to_an_address_from_which_mail_came_back_meanwhile() {
    let desk = reminded(Notices::On);
    let to = address(1);
    let report = format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.firm1.example\nTo: collect@district.example\n\
         Subject: Undelivered Mail Returned to Sender\nMessage-ID: <b1@mx.firm1.example>\nAuto-Submitted: auto-replied\n\
         MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n\
         --b\nContent-Type: text/plain\n\n<{to}>: 550 5.1.1 User unknown\n\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.firm1.example\n\n\
         Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
    );
    desk.arrives(&report, "19 10:05");
    assert!(desk.send("19 10:06").is_empty());
    check(&desk, &[("cancelled", "mail to it comes back")]);
    assert!(desk.round("20 09:30").is_empty());
}

#[test]
fn a_letter_follows_the_respondent_to_its_new_address() {
    let desk = reminded(Notices::On);
    desk.set_roster(invited(1, |_| "new@firm1.example".into()));
    assert!(desk.send("19 10:06").is_empty());
    check(&desk, &[("cancelled", "another address")]);
    let sent = desk.round("19 10:07");
    assert_eq!(sent[0].recipient, "new@firm1.example");
}

#[test]
fn a_letter_released_by_night_waits_and_one_released_too_late_is_held_anew() {
    let desk = reminded(Notices::Hold);
    let held = desk.store.held().unwrap();
    assert_eq!(held.len(), 1);
    desk.store.release(held[0].target, None, at("19 20:00")).wait().unwrap();
    assert!(desk.send("19 20:00").is_empty() && desk.send("20 09:30").is_empty());
    check(&desk, &[("cancelled", "read otherwise")]);
    assert_eq!(desk.write("20 09:31"), 1);
    assert_eq!(desk.store.held().unwrap().len(), 1, "an operator sees what it says now");
}

#[test]
fn no_letter_leaves_while_notices_are_off() {
    let mut desk = reminded(Notices::On);
    desk.config.notices = Notices::Off;
    assert!(desk.send("19 10:05").is_empty());
    check(&desk, &[("queued", "notices are off")]);
}

#[test]
fn a_deadline_that_was_moved_is_not_told_wrong() {
    let mut desk = Desk::new(1, Notices::On);
    desk.invite_all();
    assert_eq!(desk.write("18 10:00"), 1);
    desk.config.surveys[0].deadline = jiff::civil::date(2017, 12, 27);
    assert!(desk.send("18 10:01").is_empty());
    let sent = desk.round("18 10:02");
    assert!(texts(&sent)[0].contains("12月27日"), "{sent:?}");
}

#[test]
fn a_reminder_that_may_have_arrived_before_a_kill_is_not_made_twice() {
    let desk = reminded(Notices::On);
    let ready = desk.store.ready_notice("main", at("19 10:00")).unwrap().unwrap();
    desk.store.claim_notice(ready.id, at("19 10:00"), SignedDuration::from_mins(15)).wait().unwrap().unwrap();
    // Killed before the server's word was recorded.
    desk.store.free_leases(at("19 10:01")).wait().unwrap();
    assert!(desk.send("20 09:30").is_empty(), "it would be wrong now");
    check(&desk, &[("cancelled", "read otherwise")]);
    assert_eq!(desk.passed(1).reminders.len(), 1, "it may lie in the mailbox already");
    assert_eq!(desk.round("20 09:31").len(), 1, "the deadline's day has its own");
    assert!(desk.round("22 09:30").is_empty(), "two are the most");
}
