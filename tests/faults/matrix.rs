//! Every step of both protocols × every harm that a wire can do, between the daemon and real servers: the same end as without it.
//!
//! One daemon serves all cases at once, each with a mailbox, a user and a wire of its own, so a case that disturbed others would show
//! as well. `tests/long faults` does each harm several times in a row.

use std::time::{Duration, Instant};

use super::end_state;
use crate::support::daemon::{Postroom, number_from};
use crate::support::dovecot::PASSWORD;
use crate::support::letter::Letter;
use crate::support::post::{COLLECT, Post, imap};
use crate::support::saboteur::{Harm, IMAP, Plan, SMTP, Saboteur};

/// The longest that all cases may take together.
const PATIENCE: Duration = Duration::from_secs(120);

/// A mailbox with a fault of its own.
struct Case {
    /// Mailbox, user, and the beginning of its senders' addresses.
    name: String,
    wire: Saboteur,
    is_smtp: bool,
}

impl Case {
    fn moves(&self) -> bool {
        self.wire.plan.step.0 == "MOVE"
    }

    /// Whether the harm came when the server may have had the whole mail: the protocol does not tell then.
    fn may_repeat(&self) -> bool {
        self.is_smtp && ["body", "dot"].contains(&self.wire.plan.step.0)
    }

    fn tables(&self, post: &Post) -> String {
        let after = if self.moves() { "after = \"move:Done\"\n" } else { "" };
        let (port, by) = if self.is_smtp { (post.dovecot.port, self.name.as_str()) } else { (self.wire.port, "plain") };
        let mailbox = imap(&self.name, &self.name, "none", port, &post.dovecot);
        let mailbox =
            format!("{mailbox}junk = false\npoll = \"3s\"\nanswer_within = \"2s\"\nreply_by = \"{by}\"\n{after}");
        if self.is_smtp { mailbox + &transport(&self.name, self.wire.port) } else { mailbox }
    }

    fn letter(&self, which: &str, revenue: &str) -> Vec<u8> {
        let from = format!("{}-{which}@corp.example", self.name);
        Letter::with_form(&from, &format!("{}{which}科技有限公司", self.name), revenue).bytes()
    }
}

/// A transport with login.
fn transport(name: &str, port: u16) -> String {
    format!(
        "[[transport]]\nname = \"{name}\"\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nfrom = \"<{COLLECT}>\"\n\
         user = \"{name}\"\npassword = \"{PASSWORD}\"\nanswer_within = \"2s\"\naccept_within = \"3s\"\n"
    )
}

/// All cases; those without harm tell the end that the others must come to.
fn cases(runtime: &tokio::runtime::Runtime, post: &Post) -> Vec<Case> {
    let times = number_from("POSTROOM_FAULT_TIMES").unwrap_or(1) as usize;
    let harms = || std::iter::once(Harm::None).chain(Harm::ALL);
    let imap = IMAP.iter().flat_map(|step| harms().map(move |harm| (*step, harm, false)));
    let smtp = SMTP.iter().flat_map(|step| harms().map(move |harm| (*step, harm, true)));
    let all = imap.chain(smtp).enumerate();
    all.map(|(number, (step, harm, is_smtp))| {
        let server = if is_smtp { post.postfix.port } else { post.dovecot.port };
        // There is one farewell only.
        let times = if step.0 == "LOGOUT" { 1 } else { times };
        let wire = Saboteur::start(runtime.handle(), server, Plan { step, harm, times });
        Case { name: format!("c{number:03}x"), wire, is_smtp }
    })
    .collect()
}

/// Waits for something while what was put off is due again and again.
fn until(postroom: &Postroom, end: Instant, what: &str, is_so: impl Fn() -> bool) {
    let mut push = Instant::now();
    while !is_so() {
        assert!(Instant::now() < end, "{what}\n{}", postroom.log());
        if push.elapsed() > Duration::from_secs(1) {
            postroom.make_due();
            push = Instant::now();
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn count(postroom: &Postroom, sql: &str) -> usize {
    postroom.rows(sql)[0].parse().unwrap()
}

#[test]
fn whatever_the_wire_does_at_whatever_step_the_end_is_the_same() {
    let begun = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let post = Post::with_login();
    let cases = cases(&runtime, &post);
    let tables: String = cases.iter().map(|case| case.tables(&post)).collect();
    let caps = "[caps]\nper_domain_hour = 100000\nper_day = 100000\n";
    let plain = transport("plain", post.postfix.port);
    let mut postroom = Postroom::new(&format!("{}{tables}{plain}{caps}", super::EVER));
    postroom.patience = PATIENCE;
    cases.iter().for_each(|case| post.dovecot.deliver(&case.name, &case.letter("a", "300万元")));
    postroom.run();
    let end = begun + PATIENCE;
    let settled = "SELECT count(*) FROM location WHERE settled = 1";
    let sent = "SELECT count(*) FROM notice WHERE state = 'sent'";
    let all = cases.len();
    until(&postroom, end, "the first mails", || count(&postroom, settled) == all && count(&postroom, sent) == all);
    // The second one comes while the daemon waits for news, and has to be mended.
    cases.iter().for_each(|case| post.dovecot.deliver(&case.name, &case.letter("b", "1200")));
    until(&postroom, end, "the second mails", || {
        count(&postroom, settled) == 2 * all && count(&postroom, sent) == 2 * all
    });
    // What the clock brings comes in its time.
    let waits_for_nothing = |case: &&Case| !case.wire.is_done() && case.wire.plan.step.0 != "LOGOUT";
    let idle = || cases.iter().filter(waits_for_nothing).map(name_of).collect::<Vec<_>>();
    until(&postroom, end, "harm that was not done", || idle().is_empty() || Instant::now() + PATIENCE / 8 > end);
    assert_eq!(idle(), [""; 0], "harm that was not done");
    // And after the harm the connection is whole: what comes last is fetched as ever.
    until(&postroom, end, "settled", || count(&postroom, settled) == 2 * all);
    postroom.stop();
    let farewells: Vec<String> = cases.iter().filter(|case| !case.wire.is_done()).map(name_of).collect();
    assert_eq!(farewells, [""; 0], "harm that was not done");

    end_state::check_whole(&postroom);
    let ends: Vec<Vec<String>> = cases.iter().map(|case| end_state::of(&postroom, &post, &case.name)).collect();
    let expected = |case: &Case| {
        let is_like = |other: &&Case| {
            other.wire.plan.harm == Harm::None
                && other.wire.plan.step.0 == case.wire.plan.step.0
                && other.is_smtp == case.is_smtp
        };
        cases.iter().position(|other| is_like(&other)).unwrap()
    };
    let wrong: Vec<String> = cases
        .iter()
        .zip(&ends)
        .filter(|(case, ended)| **ended != ends[expected(case)])
        .map(|(case, ended)| format!("{}: {ended:#?}\ninstead of {:#?}", name_of(case), ends[expected(case)]))
        .collect();
    assert!(ends.iter().all(|ended| ended.len() > 10), "{:#?}", ends[0]);
    let repeats = |recipient: &str| {
        cases.iter().any(|case| case.may_repeat() && recipient.starts_with(&format!("{}-", case.name)))
    };
    let twice = end_state::check_copies(&postroom, &post, repeats);
    let harmed = cases.iter().filter(|case| case.wire.plan.harm != Harm::None);
    let (smtp, imap): (Vec<&Case>, Vec<&Case>) = harmed.partition(|case| case.is_smtp);
    println!(
        "{} steps x {} harms: {} cases over IMAP, {} over SMTP, {} mails; lost 0, wrong end states {}, duplicates {twice} (all where the \
         server's word on a whole mail was lost); {:.0} s",
        IMAP.len() + SMTP.len(),
        Harm::ALL.len(),
        imap.len(),
        smtp.len(),
        2 * all,
        wrong.len(),
        begun.elapsed().as_secs_f32()
    );
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), postroom.log());
}

fn name_of(case: &Case) -> String {
    let protocol = if case.is_smtp { "SMTP" } else { "IMAP" };
    format!("{} {protocol} {} {:?}", case.name, case.wire.plan.step.0, case.wire.plan.harm)
}
