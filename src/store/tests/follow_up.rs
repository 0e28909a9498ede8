//! What passed between respondents and us, letters, and returns that came another way.

use jiff::tz::TimeZone;

use super::*;
use crate::follow_up::{Passed, Topic};
use crate::notice::Thread;
use crate::roster::Invited;
use crate::verdict::Progress;

const SURVEY: &str = "ai-industry-2017";
const ADDRESS: &str = "a@firm.example";

/// A house with one respondent on its roster, and its number.
fn house() -> (House, i64) {
    let house = House::new();
    let one = Invited { name: "甲公司".into(), addresses: vec![ADDRESS.into()], is_key: true, ..Invited::default() };
    house.store.set_roster(SURVEY, vec![one], at(1)).wait().unwrap();
    let id = house.store.roster(SURVEY, &TimeZone::UTC).unwrap()[0].respondent;
    (house, id)
}

fn progress(house: &House) -> Progress {
    house.store.roster(SURVEY, &TimeZone::UTC).unwrap()[0].state
}

fn passed(house: &House, id: i64) -> Passed {
    house.store.passed(SURVEY, None).unwrap().remove(&id).unwrap()
}

fn notice(of: FollowUp, thread: &Thread) -> Notice {
    Notice {
        key: of.key(SURVEY),
        kind: if of.topic == Topic::Invitation { Kind::Invitation } else { Kind::Reminder },
        transport: "main".into(),
        recipient: ADDRESS.into(),
        token: thread.token.clone(),
        message_id: format!("{}@post.example", of.key(SURVEY)),
        bytes: b"Subject: letter\r\n\r\nx\r\n".to_vec(),
    }
}

/// Makes a letter at a minute, and sends it.
fn write(house: &House, respondent: i64, topic: Topic, number: u32, minute: i64) -> Made {
    let of = FollowUp { respondent, topic, number };
    let thread = house.store.thread(&[respondent], ADDRESS, &of.key(SURVEY)).unwrap();
    let latest = house.store.latest_return(&[respondent]).unwrap();
    let made = house
        .store
        .queue_letter(notice(of, &thread), vec![of], latest, NoticeState::Queued, at(minute))
        .wait()
        .unwrap();
    if let Made::Queued(id) = made {
        house.store.record_sent(id, "taken".into(), at(minute)).wait().unwrap();
    }
    made
}

fn order(house: &House, id: i64, again: bool) -> usize {
    house.store.order_invitations(vec![id], again, at(2)).wait().unwrap()
}

#[test]
fn an_invitation_is_ordered_once_and_made_once() {
    let (house, id) = house();
    assert_eq!((order(&house, id, false), order(&house, id, false), order(&house, id, true)), (1, 0, 0));
    assert_eq!(passed(&house, id).ordered, Some(1));
    assert!(matches!(write(&house, id, Topic::Invitation, 1, 3), Made::Queued(_)));
    assert_eq!(write(&house, id, Topic::Invitation, 1, 4), Made::Before);
    assert_eq!((passed(&house, id).ordered, progress(&house)), (None, Progress::Invited));
    assert_eq!((order(&house, id, false), order(&house, id, true)), (0, 1));
    assert_eq!(passed(&house, id).ordered, Some(2));
}

#[test]
fn what_passed_is_known_of_each_respondent() {
    let (house, id) = house();
    assert_eq!(passed(&house, id), Passed { addresses: vec![ADDRESS.into()], ..Passed::default() });
    write(&house, id, Topic::Invitation, 1, 3);
    write(&house, id, Topic::NoAnswer, 1, 9);
    let now = passed(&house, id);
    assert_eq!((now.reminders, now.last_notice), (vec![at(9)], Some(at(9))));
    assert_eq!(house.store.letters_since(at(4)).unwrap(), 1);

    let mail = house.keep(1, 20);
    house.judged(mail, Reading { narratives: Vec::new(), ..reading(ADDRESS, vec![a_return("甲公司", None, Some(1))]) });
    let now = passed(&house, id);
    assert_eq!((now.correspondent.as_deref(), now.has_narrative), (Some(ADDRESS), false));
    assert_eq!(now.last_notice, Some(at(1_000)), "the correction counts");

    let mail = house.keep(2, 21);
    house.judged(mail, reading("a@FIRM.example", Vec::new()));
    assert!(passed(&house, id).has_narrative, "written material may come behind");
}

#[test]
fn only_a_key_enterprise_without_written_material_is_asked_for_some() {
    let (house, id) = house();
    let lacks = || house.store.read(|connection| crate::store::follow_up::lacks_narrative(connection, id)).unwrap();
    assert!(lacks());
    let mail = house.keep(1, 5);
    house.judged(mail, reading("b@other.example", vec![a_return("乙公司", Some("机器人"), Some(1))]));
    assert!(lacks(), "another one's material is not its own");
    let mail = house.keep(2, 6);
    house.judged(mail, reading(ADDRESS, vec![a_return("甲公司", Some("机器人"), Some(1))]));
    assert!(!lacks());
    let plain = Invited { name: "甲公司".into(), addresses: vec!["c@firm.example".into()], ..Invited::default() };
    house.store.set_roster(SURVEY, vec![plain], at(9)).wait().unwrap();
    assert!(!lacks());
}

#[test]
fn material_under_a_former_name_is_not_asked_for_again() {
    let (house, id) = house();
    let renamed = Invited {
        name: "甲公司".into(),
        former_names: vec!["老甲厂".into()],
        addresses: vec![ADDRESS.into()],
        is_key: true,
        ..Invited::default()
    };
    house.store.set_roster(SURVEY, vec![renamed], at(2)).wait().unwrap();
    let send = |mail: u32, name: &str| {
        let mail = house.keep(mail, 5 + i64::from(mail));
        let mut read = reading(ADDRESS, Vec::new());
        read.narratives[0].respondent = Some(name.into());
        house.judged(mail, read);
    };
    send(1, "丙公司");
    assert!(!passed(&house, id).has_narrative, "the sender answers for others as well");
    send(2, "老甲厂");
    assert!(passed(&house, id).has_narrative);
}

#[test]
fn mail_that_is_not_read_yet_keeps_a_reminder_back() {
    let (house, id) = house();
    let mut arrived = arrived(1, 5, b"message");
    arrived.found.sender = "A@firm.example".into();
    let mail = house.store.keep(vec![arrived], at(5)).wait().unwrap()[0].id;
    assert!(passed(&house, id).mail_waits);
    house.judged(mail, reading(ADDRESS, vec![a_return("甲公司", Some("机器人"), Some(1))]));
    assert!(!passed(&house, id).mail_waits);
}

#[test]
fn a_virus_under_a_forged_address_keeps_reminders_back_until_it_is_put_aside() {
    let (house, id) = house();
    let mut arrived = arrived(1, 5, b"message");
    arrived.found.sender = ADDRESS.into();
    let mail = house.store.keep(vec![arrived], at(5)).wait().unwrap()[0].id;
    let silent: Tell = Box::new(|_| None);
    house.store.quarantine(mail, "infected: x".into(), "infected", at(6), silent).wait().unwrap();
    assert!(passed(&house, id).mail_waits, "an operator may let it be read");
    house.store.discard(Target::Message(mail), at(7)).wait().unwrap();
    assert!(!passed(&house, id).mail_waits);
}

#[test]
fn a_held_mail_delivered_twice_keeps_reminders_back_no_longer_than_the_mail_itself() {
    let (house, id) = house();
    let held = || {
        let mut read = reading(ADDRESS, Vec::new());
        (read.dmarc_failed, read.envelope.message_id) = (true, Some("once@firm.example".into()));
        read
    };
    let first = house.keep(1, 5);
    house.judged(first, held());
    let again = house.keep(2, 6);
    assert!(matches!(house.commit(again, held()), Committed::Duplicate { .. }));
    assert!(passed(&house, id).mail_waits);
    house.store.discard(Target::Message(first), at(7)).wait().unwrap();
    assert!(!passed(&house, id).mail_waits, "nobody could ever decide on the second delivery");
}

#[test]
fn an_answer_that_comes_meanwhile_overtakes_a_reminder() {
    let (house, id) = house();
    let of = FollowUp { respondent: id, topic: Topic::NoAnswer, number: 1 };
    let thread = house.store.thread(&[id], ADDRESS, "reminder").unwrap();
    let latest = house.store.latest_return(&[id]).unwrap();
    let mail = house.keep(1, 5);
    house.judged(mail, reading(ADDRESS, vec![a_return("甲公司", Some("机器人"), Some(1))]));
    let made =
        house.store.queue_letter(notice(of, &thread), vec![of], latest, NoticeState::Queued, at(6)).wait().unwrap();
    assert_eq!(made, Made::Overtaken);
}

#[test]
fn a_cancelled_letter_counts_as_never_made_and_gives_its_key_back() {
    let (house, id) = house();
    let of = FollowUp { respondent: id, topic: Topic::NoAnswer, number: 1 };
    let make = || {
        let thread = house.store.thread(&[id], ADDRESS, &of.key(SURVEY)).unwrap();
        house.store.queue_letter(notice(of, &thread), vec![of], 0, NoticeState::Queued, at(3)).wait().unwrap()
    };
    let Made::Queued(first) = make() else { panic!("it is made") };
    assert_eq!(make(), Made::Before);
    assert!(house.store.cancel_letter(first, "answered".into(), at(4)).wait().unwrap());
    assert_eq!(passed(&house, id), Passed { addresses: vec![ADDRESS.into()], ..Passed::default() });
    assert_eq!(house.store.letters_since(at(0)).unwrap(), 0, "nor does it count in the quota");
    let Made::Queued(second) = make() else { panic!("it is made anew") };
    assert!(!house.store.cancel_letter(first, "again".into(), at(5)).wait().unwrap(), "it is cancelled already");
    let states = house.query("SELECT id, state, words FROM notice ORDER BY id");
    assert_eq!(
        states,
        [[first.to_string(), "cancelled".into(), "answered".into()], [second.to_string(), "queued".into(), "-".into()]]
    );
}

#[test]
fn a_letter_on_its_way_is_not_cancelled() {
    let (house, id) = house();
    let of = FollowUp { respondent: id, topic: Topic::NoAnswer, number: 1 };
    let thread = house.store.thread(&[id], ADDRESS, "key").unwrap();
    house.store.queue_letter(notice(of, &thread), vec![of], 0, NoticeState::Queued, at(3)).wait().unwrap();
    let due = house.claim(1, at(3), SignedDuration::from_mins(5));
    assert!(!house.store.cancel_letter(due[0].id, "answered".into(), at(4)).wait().unwrap());
}

#[test]
fn a_reminder_goes_on_in_the_thread_of_what_passed_last() {
    let (house, id) = house();
    write(&house, id, Topic::Invitation, 1, 3);
    let thread = house.store.thread(&[id], ADDRESS, "other").unwrap();
    let invitation = format!("invitation:{SURVEY}:{id}:1@post.example");
    assert_eq!((thread.subject.as_str(), &thread.mails), ("letter", &vec![invitation.clone()]));

    // An answer in the thread, and the correction to it.
    let mut answer = reading(ADDRESS, vec![a_return("甲公司", None, Some(1))]);
    answer.envelope.tokens = vec![thread.token.clone()];
    answer.envelope.message_id = Some("1@firm.example".into());
    let mail = house.keep(1, 20);
    let correction = house.judged(mail, answer).notice.unwrap();
    house.store.record_sent(correction, "taken".into(), at(1_001)).wait().unwrap();
    let later = house.store.thread(&[id], ADDRESS, "other").unwrap();
    let mails = [invitation, "1@firm.example".into(), format!("reply-{mail}@post.example")];
    assert_eq!((later.token, later.subject.as_str(), later.mails), (thread.token, "回复：调查表", mails.to_vec()));
}

#[test]
fn a_thread_is_nobodys_but_the_one_that_it_passed_with() {
    let (house, id) = house();
    write(&house, id, Topic::Invitation, 1, 3);
    let own = house.store.thread(&[id], ADDRESS, "key").unwrap();
    let other = house.store.thread(&[id], "b@firm.example", "key").unwrap();
    assert!(other.token != own.token && other.mails.is_empty() && other.subject.is_empty());
}

fn enter(house: &House, uid: u32, id: i64, minute: i64, sender: &str) -> i64 {
    let mut arrived = arrived(uid, minute, format!("entered {uid}").as_bytes());
    arrived.found.sender = sender.into();
    house.store.enter(arrived, id, EnteredBy::Telephone, "王某来电".into(), at(minute)).wait().unwrap().id
}

#[test]
fn what_an_operator_enters_counts_whatever_name_stands_in_it_and_gets_no_notice() {
    let (house, id) = house();
    let mail = house.keep(1, 3);
    house.judged(mail, reading("b@other.example", vec![a_return("甲公司", Some("机器人"), Some(1))]));
    let sender = "telephone.1@entered.invalid";
    let entered = enter(&house, 2, id, 5, sender);
    let settled = format!("SELECT settled FROM location WHERE message = {entered}");
    assert_eq!(house.query(&settled), [["1"]], "no mailbox waits for it");
    let judged = house.judged(entered, reading(sender, vec![a_return("甲（公司）旧名", Some("芯片"), Some(2))]));
    assert_eq!((judged.notice, judged.verdict.reply), (None, Err(verdict::Silence::Entered)));
    assert_eq!(judged.returns[0].standing, verdict::Standing::Complete);
    let current = "SELECT message, respondent FROM return_version WHERE standing = 'complete'";
    assert_eq!(house.query(current), [[entered.to_string(), id.to_string()]]);
    assert_eq!(house.query("SELECT count(*) FROM respondent"), [["1"]]);
    assert_eq!(passed(&house, id).correspondent, None, "nobody is asked by mail about what came by telephone");
    assert_eq!(house.store.entered(entered).unwrap().as_deref(), Some("telephone"));
}

#[test]
fn of_a_list_only_the_respondents_own_return_is_vouched_for() {
    let (house, id) = house();
    let mail = house.keep(1, 3);
    house.judged(mail, reading("b@other.example", vec![a_return("乙公司", Some("机器人"), Some(1))]));
    let sender = "paper.1@entered.invalid";
    let entered = enter(&house, 2, id, 5, sender);
    let both = ["甲公司", "乙公司"].map(|name| a_return(name, Some("芯片"), Some(2)));
    let judged = house.judged(entered, reading(sender, both.to_vec()));
    let standings: Vec<_> = judged.returns.iter().map(|one| one.standing).collect();
    assert_eq!(standings, [verdict::Standing::Complete, verdict::Standing::Contested]);
}

#[test]
fn a_respondent_that_does_not_exist_is_not_entered_for() {
    let house = House::new();
    let arrived = arrived(1, 5, b"x");
    assert!(house.store.enter(arrived, 99, EnteredBy::Scan, String::new(), at(5)).wait().is_err());
    assert_eq!(house.query("SELECT count(*) FROM message"), [["0"]]);
}
