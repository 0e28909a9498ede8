//! Hours of work while the servers fail every few seconds: nothing is lost or doubled, and neither memory nor open files grow.
//!
//! `tests/long endurance [MINUTES] [MAILS]`; without a word from the tester it is a short run that shows that the long one works.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::support::daemon::{Postroom, number_from};
use crate::support::letter::{Letter, header};
use crate::support::post::{Post, imap, smtp};
use crate::support::proxy::Proxy;

/// Minutes and mails of a short run.
const SHORT: (u64, u64) = (0, 120);
/// Between two faults.
const PAUSE: Duration = Duration::from_millis(2_500);

/// How much of the machine the daemon has.
#[derive(Debug, Clone, Copy)]
struct Sample {
    memory_mib: u64,
    files: usize,
}

impl Sample {
    fn of(postroom: &Postroom) -> Self {
        let process = format!("/proc/{}", postroom.pid());
        let status = std::fs::read_to_string(format!("{process}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let memory_mib = line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024;
        Self { memory_mib, files: std::fs::read_dir(format!("{process}/fd")).unwrap().count() }
    }
}

/// One in ten is a mail that nobody answers, one is a question, two have to be mended.
fn mail(number: u64) -> Vec<u8> {
    let from = format!("user{number}@corp.example");
    let company = format!("第{number}科技有限公司");
    match number % 10 {
        0 => Letter::new(&from).subject("自动回复: 收到").header("Auto-Submitted", "auto-replied").bytes(),
        1 => Letter::new(&from).text(&format!("调查表的截止日期能延后吗？编号{number}")).bytes(),
        2 | 3 => Letter::with_form(&from, &company, "1200").bytes(),
        4 => Letter::with_form(&from, &company, "300万元").file("备注.bin", vec![b'x'; 200_000]).bytes(),
        _ => Letter::with_form(&from, &company, "300万元").bytes(),
    }
}

/// What befalls the wires, one after the other.
fn disturb(turn: u64, imap: &Proxy, smtp: &Proxy) {
    match turn % 8 {
        0 | 4 => imap.reset(),
        1 | 5 => smtp.reset(),
        2 => imap.silence(),
        3 => imap.speak(),
        6 => imap.cut_after(20_000 + turn * 7_919 % 300_000),
        _ => smtp.cut_after(turn * 31 % 400),
    }
}

#[test]
fn it_endures_failing_servers_without_loss_and_without_growing() {
    let minutes = number_from("POSTROOM_MINUTES").unwrap_or(SHORT.0);
    let mails = number_from("POSTROOM_MAILS").unwrap_or(SHORT.1);
    let length = Duration::from_secs(if minutes == 0 { 20 } else { minutes * 60 });
    let post = Post::start();
    let (to_imap, to_smtp) = (Proxy::to(post.dovecot.port), Proxy::to(post.postfix.port));
    let mailbox = imap("main", "collect", "none", to_imap.port, &post.dovecot);
    let limits = "answer_within = \"4s\"\n";
    let caps = "[caps]\nper_sender_day = 1000000\nper_domain_hour = 1000000\nper_day = 10000000\n";
    let top = "answer_since = \"2010-01-01\"\n";
    let mut postroom = Postroom::start(&format!("{top}{mailbox}{limits}{}{limits}{caps}", smtp(to_smtp.port)));
    let (begun, mut delivered, mut turn, mut disturbed) = (Instant::now(), 0, 0, Instant::now());
    let mut samples = Vec::new();
    while begun.elapsed() < length || delivered < mails {
        // At an even pace, and done a little before the end.
        let share = begun.elapsed().as_secs_f64() / (length.as_secs_f64() * 0.95);
        while delivered < mails.min((mails as f64 * share) as u64 + 1) {
            post.dovecot.deliver("collect", &mail(delivered));
            delivered += 1;
        }
        if disturbed.elapsed() > PAUSE {
            disturb(turn, &to_imap, &to_smtp);
            (turn, disturbed) = (turn + 1, Instant::now());
            postroom.make_due();
            samples.push(Sample::of(&postroom));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    to_imap.speak();
    postroom.patience = Duration::from_secs(120).max(length);
    let answers = mails - mails.div_ceil(10);
    let done = format!(
        "SELECT (SELECT count(*) FROM message WHERE state = 'read') = {mails}
             AND (SELECT count(*) FROM notice WHERE state = 'sent') = {answers}
             AND NOT EXISTS (SELECT 1 FROM location WHERE settled = 0)"
    );
    let deadline = Instant::now() + postroom.patience;
    while postroom.rows(&done) != ["1"] {
        assert!(Instant::now() < deadline, "{}", postroom.log());
        postroom.make_due();
        std::thread::sleep(Duration::from_secs(1));
    }
    let peak = postroom.peak_memory();
    postroom.stop();
    let twice = check(&post, &postroom, mails, answers);
    tell(&samples, peak, (mails, turn, twice), begun.elapsed());
}

/// Every mail once with one fate, every answer at the server; how many came more than once.
fn check(post: &Post, postroom: &Postroom, mails: u64, answers: u64) -> usize {
    crate::faults::end_state::check_whole(postroom);
    assert_eq!(postroom.rows("SELECT count(*), count(DISTINCT raw) FROM message"), [format!("{mails}|{mails}")]);
    assert_eq!(postroom.rows("SELECT count(DISTINCT message) FROM notice"), [answers.to_string()]);
    let mut copies: BTreeMap<String, usize> = BTreeMap::new();
    for notice in post.mails("corp") {
        *copies.entry(header(&notice, "Message-ID")).or_default() += 1;
    }
    assert_eq!(copies.len() as u64, answers, "every answer arrived");
    let unsure = "SELECT '<' || message_id || '>' FROM notice WHERE attempts > 1";
    let unsure = postroom.rows(unsure);
    let twice: Vec<&String> = copies.iter().filter(|(_, count)| **count > 1).map(|(id, _)| id).collect();
    assert!(twice.iter().all(|id| unsure.contains(id)), "twice although the first try was answered: {twice:?}");
    twice.len()
}

/// The figures; memory and files of the last quarter are those of the second one.
fn tell(samples: &[Sample], peak: u64, (mails, faults, twice): (u64, u64, usize), time: Duration) {
    let quarter = |from: usize| {
        let part = &samples[samples.len() * from / 4..samples.len() * (from + 1) / 4];
        let mean = |of: fn(&Sample) -> u64| part.iter().map(of).sum::<u64>() / (part.len() as u64).max(1);
        (mean(|sample| sample.memory_mib), mean(|sample| sample.files as u64))
    };
    let quarters: Vec<(u64, u64)> = (0..4).map(quarter).collect();
    println!(
        "{mails} mails, {faults} faults, {:.0} s: lost 0, answers that arrived twice {twice} (their first try was cut off); memory in MiB and \
         open files by quarters: {quarters:?}, peak {peak} MiB",
        time.as_secs_f32()
    );
    let (second, last) = (quarters[1], quarters[3]);
    assert!(last.0 <= second.0 * 3 / 2 + 64, "memory grew from {} to {} MiB", second.0, last.0);
    assert!(last.1 <= second.1 + 16, "open files grew from {} to {}", second.1, last.1);
}
