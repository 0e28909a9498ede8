//! What is a fault and what is not, and when it is written of.

use super::*;

fn at(minute: i64) -> Timestamp {
    "2017-12-19T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

/// A daemon that started a day before and is well at minute 0.
fn well() -> Signs {
    let mailbox = MailboxPulse {
        name: "main".into(),
        connected: true,
        polled_at: Some(at(-1)),
        polls: 9,
        poll_seconds: 60,
        trouble: String::new(),
        left: Left::default(),
    };
    let pulse = Pulse {
        version: "0".into(),
        started_at: at(-1440),
        at: at(0),
        stopped: false,
        mailboxes: vec![mailbox],
        refused: Vec::new(),
        stalled: Vec::new(),
        not_read: None,
        untried: Vec::new(),
        reads: true,
        backup_failed: None,
        readers: Readers::default(),
    };
    let disk = Some(Disk { free: 9 << 30, total: 99 << 30 });
    Signs { at: at(0), pulse: Some(pulse), stored: Ok(Stored::default()), disk, backups: None }
}

fn queue(since: Option<i64>, sent: Option<i64>) -> Queue {
    let (since, sent_at) = (since.map(at), sent.map(at));
    Queue { transport: "main".into(), waiting: 1, since, domains: 1, sent_at, words: String::new() }
}

/// The kinds of what is wrong once the signs are changed so.
fn check(change: impl FnOnce(&mut Signs), expected: &[&str]) {
    let mut signs = well();
    change(&mut signs);
    let found = findings(&signs, &Thresholds::default());
    assert_eq!(found.iter().map(|one| one.condition.kind()).collect::<Vec<_>>(), expected);
}

fn pulse(signs: &mut Signs) -> &mut Pulse {
    signs.pulse.as_mut().unwrap()
}

#[test]
fn an_operator_is_told_of_what_is_wrong_and_of_nothing_else() {
    check(|_| {}, &[]);
    check(|signs| signs.pulse = None, &["not_running"]);
    check(|signs| pulse(signs).at = at(-4), &["not_running"]);
    check(|signs| pulse(signs).stopped = true, &["not_running"]);
    check(|signs| signs.stored = Err("locked".into()), &["store_silent"]);
    check(|signs| pulse(signs).stalled = vec!["fetch main".into()], &["stalled"]);
    check(|signs| pulse(signs).mailboxes[0].polled_at = Some(at(-29)), &[]);
    check(|signs| pulse(signs).mailboxes[0].polled_at = Some(at(-31)), &["mailbox_silent"]);
    check(|signs| pulse(signs).mailboxes[0].polled_at = None, &["mailbox_silent"]);
    check(|signs| (pulse(signs).mailboxes[0].polled_at, pulse(signs).started_at) = (None, at(-20)), &[]);
    // Whoever polls once an hour is not silent after half of it.
    check(
        |signs| (pulse(signs).mailboxes[0].polled_at, pulse(signs).mailboxes[0].poll_seconds) = (Some(at(-170)), 3600),
        &[],
    );
    check(|signs| pulse(signs).readers.broken_lately = 19, &[]);
    check(|signs| pulse(signs).readers.broken_lately = 20, &["readers_break"]);
    check(|signs| signs.disk = Some(Disk { free: 1 << 20, total: 1 << 40 }), &["disk_low"]);
    check(|signs| signs.disk = None, &[]);
    check(
        |signs| signs.stored = Ok(Stored { messages: [("failed".into(), 1)].into(), ..Stored::default() }),
        &["messages_failed"],
    );
    let not_read = |minute| Some(NotRead { since: at(minute), why: "clamd does not answer".into() });
    check(|signs| pulse(signs).not_read = not_read(-29), &[]);
    check(|signs| pulse(signs).not_read = not_read(-31), &["messages_wait"]);
    let left = Left { count: 1, since: Some(at(-1)), why: "INBOX uid 4: NO".into() };
    check(|signs| pulse(signs).mailboxes[0].left = left, &["messages_left"]);
    let of_queue =
        |queue| move |signs: &mut Signs| signs.stored = Ok(Stored { queues: vec![queue], ..Stored::default() });
    check(of_queue(queue(None, None)), &[]);
    check(of_queue(queue(Some(-119), None)), &[]);
    check(of_queue(queue(Some(-121), None)), &["outbox_stuck"]);
    check(of_queue(queue(Some(-121), Some(-5))), &[]);
    check(of_queue(queue(Some(-600), Some(-300))), &["outbox_stuck"]);
    // A full mailbox over a quiet weekend is its owner's matter; two of them, or a server that is not reached, are ours.
    let full = "smtp.example:465 answered RCPT TO with \"452 mailbox full\"";
    let unreachable = "cannot connect to smtp.example:465: refused; check host, port and firewall";
    let waiting =
        |words: &str, domains| of_queue(Queue { words: words.into(), domains, ..queue(Some(-600), Some(-300)) });
    check(waiting(full, 1), &[]);
    check(waiting(full, 2), &["outbox_stuck"]);
    check(waiting(unreachable, 1), &["outbox_stuck"]);
}

#[test]
fn backups_that_are_made_no_more_are_told_once_two_were_due() {
    let day = |days: i64| at(days * 1440);
    let check = |newest: Option<i64>, started: i64, failed: Option<&str>, expected: &[&str]| {
        check(
            |signs| {
                signs.backups = Some(Backups { newest: newest.map(day), due: day(-2) });
                pulse(signs).started_at = day(started);
                pulse(signs).backup_failed = failed.map(Into::into);
            },
            expected,
        );
    };
    check(Some(-2), -9, None, &[]);
    check(Some(-1), -9, Some("no room"), &[]);
    check(Some(-3), -9, None, &["backup_old"]);
    check(None, -9, None, &["backup_old"]);
    // One that has just started makes up for what it missed, and says so if it cannot.
    check(Some(-3), -1, None, &[]);
    check(Some(-3), -1, Some("no room"), &["backup_old"]);
}

#[test]
fn nothing_is_said_to_be_over_before_it_was_tried_again() {
    let started = |change: &dyn Fn(&mut Signs)| {
        let mut signs = well();
        pulse(&mut signs).started_at = at(-1);
        pulse(&mut signs).untried = vec!["mailbox main".into(), "transport main".into()];
        pulse(&mut signs).reads = false;
        pulse(&mut signs).mailboxes[0].polled_at = None;
        signs.backups = Some(Backups { newest: Some(at(-9000)), due: at(-2880) });
        change(&mut signs);
        signs
    };
    let check = |told: Condition, change: &dyn Fn(&mut Signs)| {
        let told = [(Finding { condition: told, since: None }, at(-600))];
        let over = |signs: &Signs| {
            plan((signs, &findings(signs, &Thresholds::default())), &told, None, at(0)).map(|plan| plan.over.len())
        };
        assert_eq!((over(&started(&|_| ())), over(&started(change))), (None, Some(1)), "{told:?}");
    };
    let refused = |place: &str| Condition::LoginRefused { place: place.into(), account: "a".into(), why: "535".into() };
    let silent = |mailbox: &str| Condition::MailboxSilent { mailbox: mailbox.into(), why: String::new() };
    check(refused("mailbox main"), &|signs| pulse(signs).untried.clear());
    check(refused("transport main"), &|signs| pulse(signs).untried.clear());
    check(silent("main"), &|signs| pulse(signs).mailboxes[0].polled_at = Some(at(0)));
    check(silent("main"), &|signs| pulse(signs).mailboxes.clear());
    check(Condition::MessagesWait { why: "clamd".into() }, &|signs| pulse(signs).reads = true);
    check(Condition::BackupOld { why: String::new() }, &|signs| {
        signs.backups = Some(Backups { newest: Some(at(-1)), due: at(-2880) });
    });
}

#[test]
fn every_kind_has_its_word_and_a_remedy() {
    let all = [
        Condition::NotRunning { stopped: false },
        Condition::StoreSilent { why: "x".into() },
        Condition::Stalled { part: "read".into() },
        Condition::MailboxSilent { mailbox: "main".into(), why: "x".into() },
        Condition::LoginRefused { place: "mailbox main".into(), account: "a@b.example".into(), why: "x".into() },
        Condition::MessagesFailed { count: 2 },
        Condition::MessagesWait { why: "x".into() },
        Condition::MessagesLeft { mailbox: "main".into(), count: 2, why: "x".into() },
        Condition::OutboxStuck { transport: "main".into(), count: 2, why: String::new() },
        Condition::DiskLow { free: 1, least: 2 },
        Condition::BackupOld { why: "x".into() },
        Condition::ReadersBreak { count: 20 },
    ];
    assert_eq!(all.each_ref().map(Condition::kind), Condition::KINDS);
    for one in all {
        assert!(!one.what().is_empty() && one.remedy().len() > 20, "{one:?}");
        let written = serde_json::to_string(&one).unwrap();
        assert!(written.contains(one.kind()), "{written}");
        assert_eq!(serde_json::from_str::<Condition>(&written).unwrap(), one);
    }
}

#[test]
fn other_users_of_the_machine_do_not_read_who_was_written_to() {
    let why = "451 <li@firm.example> try later".to_owned();
    let stuck = Condition::OutboxStuck { transport: "main".into(), count: 2, why };
    assert!(stuck.what().contains("li@firm.example"));
    assert!(!stuck.without_respondents().what().contains("firm"));
}

fn failed(count: u64) -> Finding {
    Finding { condition: Condition::MessagesFailed { count }, since: None }
}

fn silent(mailbox: &str) -> Finding {
    Finding { condition: Condition::MailboxSilent { mailbox: mailbox.into(), why: String::new() }, since: Some(at(0)) }
}

#[test]
fn what_is_new_is_told_at_once_what_lasts_once_a_day_and_nothing_twice_an_hour() {
    let check = |found: &[Finding],
                 told: &[(Finding, Timestamp)],
                 last: Option<i64>,
                 now: i64,
                 expected: Option<(usize, usize)>| {
        let plan = plan((&well(), found), told, last.map(at), at(now));
        assert_eq!(plan.map(|plan| (plan.holds.len(), plan.over.len())), expected, "{found:?} at {now}");
    };
    check(&[], &[], None, 0, None);
    check(&[failed(1)], &[], None, 0, Some((1, 0)));
    check(&[failed(1)], &[(failed(1), at(0))], Some(0), 61, None);
    // More of the same is no news.
    check(&[failed(7)], &[(failed(1), at(0))], Some(0), 61, None);
    check(&[failed(1)], &[(failed(1), at(0))], Some(0), 1440, Some((1, 0)));
    check(&[failed(1), silent("main")], &[(failed(1), at(0))], Some(0), 30, None);
    check(&[failed(1), silent("main")], &[(failed(1), at(0))], Some(0), 60, Some((2, 0)));
    check(&[silent("b")], &[(silent("a"), at(0))], Some(0), 60, Some((1, 1)));
    check(&[], &[(failed(1), at(0))], Some(0), 59, None);
    check(&[], &[(failed(1), at(0))], Some(0), 60, Some((0, 1)));
    // A clock that was set back holds nothing up for years.
    check(&[failed(1)], &[], Some(600), 0, Some((1, 0)));
}
