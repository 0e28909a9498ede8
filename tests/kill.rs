//! Kill -9 at random moments of work: every message once in the store, every notice delivered once.

use std::collections::BTreeMap;

use crate::support::daemon::{Postroom, number_from};
use crate::support::letter::{Letter, header, sample_from};
use crate::support::post::Post;

/// Mails of a whole run.
const MAILS: usize = 300;

/// A source of numbers that a failure can be repeated by.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// A mail of the run: forms in several formats, forms to be mended, a question, an automatic reply.
fn mail(number: usize) -> Vec<u8> {
    let from = format!("user{number}@corp.example");
    match number % 10 {
        0 => sample_from([1, 43, 66, 31, 84][number / 10 % 5], &from),
        1 => Letter::with_form(&from, &format!("第{number}科技有限公司"), "1200").bytes(),
        2 => Letter::new(&from).text("人工智能产业调查表的截止日期能延后吗？").bytes(),
        3 => Letter::with_form("park@corp.example", &format!("第{number}科技有限公司"), "2亿元").bytes(),
        4 => Letter::new(&from).subject("自动回复: 收到").header("Auto-Submitted", "auto-replied").bytes(),
        _ => Letter::with_form(&from, &format!("第{number}科技有限公司"), "300万元").bytes(),
    }
}

/// One run; ten kills, or as many as `POSTROOM_KILLS` says.
#[test]
fn killed_at_any_moment_it_loses_nothing_and_does_nothing_twice() {
    let kills = number_from("POSTROOM_KILLS").unwrap_or(10) as usize;
    let seed = number_from("POSTROOM_SEED").unwrap_or(0x5EED_2017);
    println!("{kills} kills over {MAILS} mails, POSTROOM_SEED={seed}");
    let mut dice = Dice(seed.max(1));
    let post = Post::start();
    let top = "answer_since = \"2010-01-01\"";
    let configuration = post.configuration(top) + "[caps]\nper_sender_day = 1000\nper_domain_hour = 1000\n";
    let mut postroom = Postroom::new(&configuration);
    let mut delivered = 0;
    for kill in 0..kills {
        let upto = MAILS * (kill + 1) / kills;
        (delivered..upto).for_each(|number| post.dovecot.deliver("collect", &mail(number)));
        delivered = upto;
        work_a_while(&mut postroom, MAILS / kills, &mut dice);
        postroom.kill();
    }
    let before = postroom.rows("SELECT count(*) FROM message WHERE state = 'read'");
    println!("read before the last start: {}", before[0]);
    postroom.run();
    postroom.until("SELECT count(*), sum(state = 'read') FROM message", &["300|300"]);
    postroom.until("SELECT count(*) FROM notice WHERE kind = 'dispute'", &["5"]);
    postroom.until("SELECT count(*) FROM notice WHERE state <> 'sent'", &["0"]);
    postroom.until("SELECT count(*) FROM location WHERE settled = 0", &["0"]);
    postroom.stop();
    check(&post, &postroom);
}

/// Starts the daemon on a burst of new mails and lets it work until it has kept, answered or sent some of them: it is busy
/// with the next ones then. Within that work a moment is chosen, not a state.
fn work_a_while(postroom: &mut Postroom, burst: usize, dice: &mut Dice) {
    let done = [" kept ", "notice queued", " sent "][dice.below(3) as usize];
    // One in ten mails gets no answer, so that two thirds of a burst are always reached.
    let more = dice.below(1 + burst as u64 * 2 / 3) as usize;
    let count = postroom.count(&[done]) + more;
    postroom.spawn();
    postroom.wait_count(&[done], count);
    std::thread::sleep(std::time::Duration::from_millis(dice.below(20)));
}

/// The end state is the one that no kill would have led to.
fn check(post: &Post, postroom: &Postroom) {
    assert_eq!(postroom.rows("SELECT count(*), count(DISTINCT raw) FROM message"), ["300|300"]);
    assert_eq!(post.dovecot.flags("collect", ""), ["S"; MAILS]);
    let returns = "SELECT count(*), count(DISTINCT message) FROM return_version";
    assert_eq!(postroom.rows(returns), ["240|240"]);
    // Everyone but the automatic replies has exactly one answer.
    let answers = "SELECT count(*), count(DISTINCT message) FROM notice WHERE kind <> 'dispute'";
    assert_eq!(postroom.rows(answers), ["270|270"]);
    // The five enterprises that many addresses reported for are told so once each.
    assert_eq!(postroom.rows("SELECT count(*) FROM notice"), ["275"]);
    let mut copies: BTreeMap<String, usize> = BTreeMap::new();
    for notice in post.await_mails("corp", 275) {
        *copies.entry(header(&notice, "Message-ID")).or_default() += 1;
    }
    let unrecorded: Vec<String> = postroom.rows(
        "SELECT '<' || message_id || '>' FROM notice WHERE id IN (SELECT notice FROM attempt WHERE ended_at IS NULL)",
    );
    let twice: Vec<&String> = copies.iter().filter(|(_, count)| **count > 1).map(|(id, _)| id).collect();
    println!(
        "{} notices delivered; {} attempts were cut off, {} of them arrived twice",
        copies.len(),
        unrecorded.len(),
        twice.len()
    );
    assert_eq!(copies.len(), 275, "every notice once");
    assert!(twice.iter().all(|id| unrecorded.contains(id)), "twice without a cut attempt: {twice:?}");
    assert_eq!(postroom.rows("PRAGMA integrity_check"), ["ok"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM raw WHERE sha256 IS NULL"), ["0"], "pieces left behind");
}
