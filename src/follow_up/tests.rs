//! The rules of writing to respondents, on invented ones.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::calendar::{Holidays, OfficeHours};
use crate::verdict::Progress;

/// A Wednesday that is a working day; the days before are the 13th to 19th, with a weekend on the 16th and 17th.
const DEADLINE: Date = jiff::civil::date(2017, 12, 20);

fn office() -> Office {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    Office { hours: OfficeHours::default(), holidays: Holidays::of_china().unwrap(), zone }
}

fn reminders() -> Reminders {
    Reminders { before: vec![5, 1], on_day: true, after: vec![2, 5], min_days: 2, most: 4 }
}

/// A moment of December 2017 in the office's zone, such as `18 09:30`.
fn at(text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').unwrap();
    format!("2017-12-{day}T{time}:00+08:00").parse().unwrap()
}

fn standing(need: Result<Topic, WhyNot>) -> Standing {
    Standing { respondent: 1, need, addressee: None, reminders: Vec::new(), last_notice: Some(at("01 10:00")) }
}

const ROOM: Quota = Quota { per_day: 500, used_today: 0 };

fn planned(now: &str, standing: &Standing) -> Result<Timestamp, WhyNot> {
    let (office, reminders) = (office(), reminders());
    let rules = Rules { reminders: Some(&reminders), deadline: DEADLINE, closes: None, office: &office };
    let plan = plan(at(now), &rules, std::slice::from_ref(standing), ROOM);
    match (plan.planned.first(), plan.others.first()) {
        (Some(one), None) => Ok(one.at),
        (None, Some((_, why))) => Err(*why),
        other => panic!("a respondent is either planned or not: {other:?}"),
    }
}

fn check(now: &str, last_notice: &str, reminded: &[&str], expected: Result<&str, WhyNot>) {
    let standing = Standing {
        reminders: reminded.iter().map(|one| at(one)).collect(),
        last_notice: Some(at(last_notice)),
        ..standing(Ok(Topic::NoAnswer))
    };
    assert_eq!(planned(now, &standing), expected.map(at), "now {now}, last {last_notice}, reminded {reminded:?}");
}

#[test]
fn reminders_go_out_on_the_days_of_the_calendar() {
    check("04 10:00", "01 10:00", &[], Ok("13 09:30"));
    check("13 10:00", "01 10:00", &[], Ok("13 10:00"));
    check("13 10:00", "13 09:30", &["13 09:30"], Ok("19 09:30"));
    check("19 12:00", "13 09:30", &["13 09:30"], Ok("19 14:30"));
    check("21 09:30", "19 14:30", &["13 09:30", "19 14:30"], Ok("22 09:30"));
    check("23 09:30", "22 09:30", &["13 09:30", "19 14:30", "22 09:30"], Ok("27 09:30"));
}

#[test]
fn nobody_is_reminded_twice_for_one_day_of_the_calendar() {
    check("14 10:00", "13 09:30", &["13 09:30"], Ok("19 09:30"));
    check("15 10:00", "13 09:30", &["13 09:30"], Ok("19 09:30"));
}

#[test]
fn nobody_is_reminded_soon_after_another_notice() {
    check("13 10:00", "12 16:00", &[], Ok("14 09:30"));
    check("13 10:00", "13 09:00", &[], Ok("15 09:30"));
    // On the 19th and the 20th it is too soon; the next day of the calendar is the 22nd.
    check("19 10:00", "19 09:00", &[], Ok("22 09:30"));
    check("19 10:00", "18 16:00", &[], Ok("20 09:30"));
}

#[test]
fn a_day_that_the_daemon_missed_is_made_up_for_once() {
    check("15 10:00", "01 10:00", &[], Ok("15 10:00"));
    check("18 16:30", "01 10:00", &[], Ok("18 16:30"));
    // In the evening of the deadline's day it is too late to say that it is today.
    check("20 17:00", "01 10:00", &[], Ok("22 09:30"));
}

#[test]
fn reminders_end() {
    let four = ["13 09:30", "19 14:30", "22 09:30", "27 09:30"];
    check("28 10:00", "27 09:30", &four, Err(WhyNot::MostReached));
    check("28 10:00", "27 09:30", &four[1..], Err(WhyNot::NoDayLeft));
    let standing = standing(Ok(Topic::NoAnswer));
    let (office, reminders) = (office(), reminders());
    let rules = Rules { reminders: Some(&reminders), deadline: DEADLINE, closes: Some(DEADLINE), office: &office };
    let why = |now: &str, rules: &Rules<'_>| plan(at(now), rules, std::slice::from_ref(&standing), ROOM).others;
    assert_eq!(why("21 10:00", &rules), [(1, WhyNot::Closed)]);
    assert_eq!(why("20 17:30", &rules), [(1, WhyNot::NoDayLeft)]);
    assert_eq!(why("13 10:00", &Rules { reminders: None, ..rules }), [(1, WhyNot::RemindersOff)]);
}

#[test]
fn months_after_the_deadline_nobody_is_reminded_out_of_the_blue() {
    let standing = standing(Ok(Topic::NoAnswer));
    let (office, reminders) = (office(), reminders());
    let rules = Rules { reminders: Some(&reminders), deadline: DEADLINE, closes: None, office: &office };
    let later = "2018-03-01T10:00:00+08:00".parse().unwrap();
    assert_eq!(plan(later, &rules, &[standing], ROOM).others, [(1, WhyNot::NoDayLeft)]);
}

#[test]
fn a_deadline_on_a_sunday_is_reminded_of_on_the_friday_before() {
    let (office, reminders) = (office(), Reminders { before: Vec::new(), after: Vec::new(), ..reminders() });
    let deadline = jiff::civil::date(2017, 12, 24);
    let rules = Rules { reminders: Some(&reminders), deadline, closes: None, office: &office };
    let plan = plan(at("18 10:00"), &rules, &[standing(Ok(Topic::NoAnswer))], ROOM);
    assert_eq!(plan.planned.first().map(|one| one.at), Some(at("22 09:30")));
}

#[test]
fn who_misses_nothing_is_left_alone_and_the_reason_is_told() {
    for why in [WhyNot::Complete, WhyNot::Excused, WhyNot::Contested, WhyNot::MailWaits, WhyNot::Bounced] {
        assert_eq!(planned("13 10:00", &standing(Err(why))), Err(why));
    }
}

#[test]
fn an_invitation_waits_for_working_hours_and_for_nothing_else() {
    let invited = standing(Ok(Topic::Invitation));
    assert_eq!(planned("15 18:00", &invited), Ok(at("18 09:30")));
    assert_eq!(planned("18 09:40", &invited), Ok(at("18 09:40")));
}

#[test]
fn a_campaign_is_spread_over_days_by_the_quota() {
    let (office, reminders) = (office(), reminders());
    let rules = Rules { reminders: Some(&reminders), deadline: DEADLINE, closes: None, office: &office };
    let many: Vec<Standing> =
        (1..=2_000).map(|respondent| Standing { respondent, ..standing(Ok(Topic::Invitation)) }).collect();
    let plan = plan(at("01 09:30"), &rules, &many, Quota { per_day: 500, used_today: 100 });
    let mut days: BTreeMap<i8, usize> = BTreeMap::new();
    for one in &plan.planned {
        *days.entry(office.day(one.at).day()).or_default() += 1;
    }
    assert_eq!(days, BTreeMap::from([(1, 400), (4, 500), (5, 500), (6, 500), (7, 100)]));
    assert_eq!(plan.due(at("01 09:31")).count(), 4);
}

#[test]
fn the_needy_come_first_when_not_all_can_be_served() {
    let (office, reminders) = (office(), reminders());
    let rules = Rules { reminders: Some(&reminders), deadline: DEADLINE, closes: None, office: &office };
    let needs = [Topic::Narrative, Topic::Correction, Topic::NoAnswer, Topic::NoAnswer, Topic::Invitation];
    let mut many: Vec<Standing> =
        (1..).zip(needs).map(|(respondent, topic)| Standing { respondent, ..standing(Ok(topic)) }).collect();
    many[2].last_notice = Some(at("05 10:00"));
    let plan = plan(at("13 10:00"), &rules, &many, Quota { per_day: 2, used_today: 0 });
    let order: Vec<i64> = plan.planned.iter().map(|one| one.respondent).collect();
    assert_eq!(order, [5, 4, 3, 2, 1]);
    assert_eq!(plan.planned.last().map(|one| one.at), Some(at("15 09:30")));
}

fn addressee(address: &str) -> Option<Addressee> {
    Some(Addressee { address: address.into(), thread: None })
}

#[test]
fn who_answers_for_several_gets_one_letter_for_all_and_no_second_one_that_day() {
    let (office, reminders) = (office(), reminders());
    let rules = Rules { reminders: Some(&reminders), deadline: DEADLINE, closes: None, office: &office };
    let needs = [
        (Topic::NoAnswer, "park@x.example"),
        (Topic::NoAnswer, "a@x.example"),
        (Topic::Correction, "park@x.example"),
        (Topic::NoAnswer, "park@x.example"),
        (Topic::NoAnswer, "b@x.example"),
    ];
    let many: Vec<Standing> = (1..)
        .zip(needs)
        .map(|(respondent, (topic, to))| Standing { respondent, addressee: addressee(to), ..standing(Ok(topic)) })
        .collect();
    let plan = plan(at("13 09:30"), &rules, &many, Quota { per_day: 500, used_today: 498 });
    let planned: Vec<(i64, Timestamp)> = plan.planned.iter().map(|one| (one.respondent, one.at)).collect();
    let (today, tomorrow) = (at("13 09:30"), at("14 09:30"));
    assert_eq!(planned, [(1, today), (2, today), (4, today), (5, tomorrow), (3, tomorrow)]);
}

#[test]
fn a_correction_is_understood_in_its_own_thread_alone() {
    let (office, reminders) = (office(), reminders());
    let rules = Rules { reminders: Some(&reminders), deadline: DEADLINE, closes: None, office: &office };
    let of = |respondent, thread: &str| Standing {
        respondent,
        addressee: Some(Addressee { address: "park@x.example".into(), thread: Some(thread.into()) }),
        ..standing(Ok(Topic::Correction))
    };
    let plan = plan(at("13 09:30"), &rules, &[of(1, "A"), of(2, "B"), of(3, "A")], ROOM);
    assert_eq!(plan.due(at("13 09:30")).map(|one| one.respondent).collect::<Vec<_>>(), [1, 3]);
}

/// Facts of a respondent that was invited and is silent.
fn silent(respondent: i64, passed: Passed) -> Facts {
    let passed = Passed { addresses: vec!["a@x.example".into()], ..passed };
    Facts { respondent, progress: Progress::Invited, is_key: false, passed }
}

fn check_again(now: &str, facts: &[Facts], expected: Option<Hindrance>) {
    let (office, reminders) = (office(), reminders());
    let rules = Rules { reminders: Some(&reminders), deadline: DEADLINE, closes: None, office: &office };
    let facts: Vec<&Facts> = facts.iter().collect();
    let letter = Waiting { topic: Topic::NoAnswer, recipient: "A@x.example", facts: &facts };
    assert_eq!(hindrance(at(now), &rules, &letter), expected, "{now}");
}

#[test]
fn a_letter_goes_late_only_when_it_would_be_written_then() {
    let one = || silent(1, Passed::default());
    check_again("19 10:00", &[one()], None);
    check_again("19 10:00", &[one(), silent(2, Passed::default())], None);
    check_again("19 20:00", &[one()], Some(Hindrance::Closed(Some(at("20 09:30")))));
    check_again(
        "29 20:00",
        &[Facts { progress: Progress::Returned, ..one() }],
        Some(Hindrance::Needless(1, WhyNot::Complete)),
    );
    check_again(
        "19 10:00",
        &[one(), Facts { respondent: 2, progress: Progress::Bounced, ..one() }],
        Some(Hindrance::Needless(2, WhyNot::Bounced)),
    );
    check_again(
        "19 10:00",
        &[Facts {
            progress: Progress::InCorrection,
            passed: Passed { correspondent: Some("a@x.example".into()), ..Passed::default() },
            ..one()
        }],
        Some(Hindrance::OtherTopic(1, Topic::Correction)),
    );
    let moved = Passed { addresses: vec!["b@x.example".into()], ..Passed::default() };
    check_again("19 10:00", &[Facts { passed: moved, ..one() }], Some(Hindrance::OtherAddress(1)));
    let told = Passed { last_notice: Some(at("19 09:00")), ..Passed::default() };
    check_again("19 10:00", &[silent(1, told)], Some(Hindrance::OtherDay(1)));
    let most =
        Passed { reminders: ["13 09:30", "13 09:31", "13 09:32", "13 09:33"].map(at).to_vec(), ..Passed::default() };
    check_again("19 10:00", &[silent(1, most)], Some(Hindrance::Needless(1, WhyNot::MostReached)));
}

fn topic() -> impl Strategy<Value = Topic> {
    prop::sample::select(vec![Topic::Invitation, Topic::NoAnswer, Topic::Correction, Topic::Narrative])
}

fn calendar() -> impl Strategy<Value = Reminders> {
    let days = || prop::collection::vec(1_u8..20, 0..4);
    (days(), any::<bool>(), days(), 1_u8..6, 0_u8..6).prop_map(|(before, on_day, after, min_days, most)| Reminders {
        before,
        on_day,
        after,
        min_days,
        most,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Lives through two months hour by hour, sending what is due, and looks whether a rule was broken.
    #[test]
    fn no_campaign_breaks_a_rule(
        topics in prop::collection::vec((topic(), 0_usize..20), 1..25),
        reminders in calendar(),
        per_day in 1_usize..8,
        first in 0_i64..(30 * 24),
    ) {
        let office = office();
        let rules = Rules { reminders: Some(&reminders), deadline: DEADLINE, closes: None, office: &office };
        let mut standings: Vec<Standing> = (1..).zip(topics)
            .map(|(respondent, (topic, to))| Standing {
                respondent,
                addressee: addressee(&to.to_string()),
                last_notice: None,
                ..standing(Ok(topic))
            })
            .collect();
        let mut sent: Vec<Sent> = Vec::new();
        let start = at("01 00:00") + jiff::SignedDuration::from_hours(first);
        for hour in 0..(60 * 24) {
            let now = start + jiff::SignedDuration::from_mins(hour * 60 + 37);
            let today = sent.iter().filter(|mail| office.day(mail.at) == office.day(now));
            let used_today = today.map(|mail| (&mail.to, mail.topic)).collect::<BTreeSet<_>>().len();
            let plan = plan(now, &rules, &standings, Quota { per_day, used_today });
            prop_assert_eq!(plan.planned.len() + plan.others.len(), standings.len());
            prop_assert!(plan.planned.iter().all(|one| one.at >= now && office.is_open(one.at)));
            for due in plan.due(now) {
                let standing = standings.iter_mut().find(|one| one.respondent == due.respondent).unwrap();
                let to = standing.addressee.clone().unwrap().address;
                sent.push(Sent { respondent: due.respondent, topic: due.topic, to: to.clone(), at: now });
                match due.topic {
                    Topic::Invitation => standing.need = Ok(Topic::NoAnswer),
                    _ => standing.reminders.push(now),
                }
                let same = |one: &&mut Standing| one.addressee.as_ref().is_some_and(|other| other.address == to);
                standings.iter_mut().filter(same).for_each(|one| one.last_notice = Some(now));
            }
        }
        check_rules(&sent, &office, &reminders, per_day)?;
    }
}

/// What a respondent got.
struct Sent {
    respondent: i64,
    topic: Topic,
    to: String,
    at: Timestamp,
}

fn check_rules(sent: &[Sent], office: &Office, reminders: &Reminders, per_day: usize) -> Result<(), TestCaseError> {
    let mut by_day: BTreeMap<Date, BTreeSet<(&str, Topic)>> = BTreeMap::new();
    let mut by_address: BTreeMap<&str, BTreeSet<(Date, Topic)>> = BTreeMap::new();
    let mut by_respondent: BTreeMap<i64, usize> = BTreeMap::new();
    for mail in sent {
        let day = office.day(mail.at);
        prop_assert!(office.is_open(mail.at), "{} is outside working hours", mail.at);
        by_day.entry(day).or_default().insert((&mail.to, mail.topic));
        by_address.entry(&mail.to).or_default().insert((day, mail.topic));
        *by_respondent.entry(mail.respondent).or_default() += usize::from(mail.topic != Topic::Invitation);
    }
    prop_assert!(by_day.values().all(|letters| letters.len() <= per_day));
    prop_assert!(by_respondent.values().all(|count| *count <= usize::from(reminders.most)));
    for mails in by_address.into_values() {
        let mails: Vec<(Date, Topic)> = mails.into_iter().collect();
        for pair in mails.windows(2).filter(|pair| pair[1].1 != Topic::Invitation) {
            prop_assert!((pair[1].0 - pair[0].0).get_days() >= i32::from(reminders.min_days));
        }
    }
    Ok(())
}
