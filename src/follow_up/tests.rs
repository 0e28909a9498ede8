//! The rules of writing to respondents, on invented ones.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::calendar::{Holidays, OfficeHours};

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
        topics in prop::collection::vec(topic(), 1..25),
        reminders in calendar(),
        per_day in 1_usize..8,
        first in 0_i64..(30 * 24),
    ) {
        let office = office();
        let rules = Rules { reminders: Some(&reminders), deadline: DEADLINE, closes: None, office: &office };
        let mut standings: Vec<Standing> = (1..).zip(topics)
            .map(|(respondent, topic)| Standing { respondent, last_notice: None, ..standing(Ok(topic)) })
            .collect();
        let mut sent: Vec<(i64, Topic, Timestamp)> = Vec::new();
        let start = at("01 00:00") + jiff::SignedDuration::from_hours(first);
        for hour in 0..(60 * 24) {
            let now = start + jiff::SignedDuration::from_mins(hour * 60 + 37);
            let used_today = sent.iter().filter(|(_, _, at)| office.day(*at) == office.day(now)).count();
            let plan = plan(now, &rules, &standings, Quota { per_day, used_today });
            prop_assert_eq!(plan.planned.len() + plan.others.len(), standings.len());
            prop_assert!(plan.planned.iter().all(|one| one.at >= now && office.is_open(one.at)));
            for due in plan.due(now) {
                let standing = standings.iter_mut().find(|one| one.respondent == due.respondent).unwrap();
                sent.push((due.respondent, due.topic, now));
                standing.last_notice = Some(now);
                match due.topic {
                    Topic::Invitation => standing.need = Ok(Topic::NoAnswer),
                    _ => standing.reminders.push(now),
                }
            }
        }
        check_rules(&sent, &office, &reminders, per_day)?;
    }
}

fn check_rules(
    sent: &[(i64, Topic, Timestamp)],
    office: &Office,
    reminders: &Reminders,
    per_day: usize,
) -> Result<(), TestCaseError> {
    let mut by_day: BTreeMap<Date, usize> = BTreeMap::new();
    let mut by_respondent: BTreeMap<i64, Vec<(Topic, Date)>> = BTreeMap::new();
    for (respondent, topic, at) in sent {
        prop_assert!(office.is_open(*at), "{} is outside working hours", at);
        *by_day.entry(office.day(*at)).or_default() += 1;
        by_respondent.entry(*respondent).or_default().push((*topic, office.day(*at)));
    }
    prop_assert!(by_day.values().all(|count| *count <= per_day));
    for mails in by_respondent.values() {
        let reminded = mails.iter().filter(|(topic, _)| *topic != Topic::Invitation).count();
        prop_assert!(reminded <= usize::from(reminders.most));
        for ((_, one), (_, next)) in mails.iter().zip(mails.iter().skip(1)) {
            prop_assert!((*next - *one).get_days() >= i32::from(reminders.min_days));
        }
    }
    Ok(())
}
