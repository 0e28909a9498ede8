//! Servers, files and disks that fail: nothing is lost, nothing goes out twice, and the log says what to do.

mod clock;
mod commands;
mod database;
mod disk;
pub(crate) mod end_state;
mod ended;
mod enemy;
mod failing_disk;
mod hostile;
mod matrix;
mod points;
mod power;
mod story;

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::clerk::Clerk;
use crate::support::daemon::Postroom;
use crate::support::letter::Letter;
use crate::support::post::{Post, REPLIES, imap, smtp};
use crate::support::proxy::Proxy;

/// Mail of whatever age is answered.
const EVER: &str = "answer_since = \"2010-01-01\"\n";

fn letter(number: usize) -> Vec<u8> {
    let from = format!("user{number}@corp.example");
    Letter::with_form(&from, &format!("第{number}科技有限公司"), "300万元").bytes()
}

/// The mailbox behind a wire, in the clear.
fn behind(post: &Post, proxy: &Proxy, further: &str) -> String {
    imap("main", "collect", "none", proxy.port, &post.dovecot) + further
}

#[test]
fn a_connection_cut_within_a_message_costs_no_mail() {
    let post = Post::start();
    let proxy = Proxy::to(post.dovecot.port);
    let big = "x".repeat(64 * 1024);
    for number in 0..5 {
        let from = format!("user{number}@corp.example");
        let letter = Letter::with_form(&from, &format!("第{number}科技有限公司"), "300万元");
        post.dovecot.deliver("collect", &letter.file("备注.txt", big.clone().into_bytes()).bytes());
    }
    // 200 kB of 450: within the third message.
    proxy.cut_after(200_000);
    let postroom = Postroom::start(&format!("{EVER}{}{REPLIES}", behind(&post, &proxy, "")));
    postroom.wait_count(&[" sent "], 5);
    postroom.wait(&["disconnected"]);
    postroom.until("SELECT settled, count(*) FROM location GROUP BY 1", &["1|5"]);
    assert!(proxy.connections() >= 2);
    assert_eq!(postroom.rows("SELECT count(*) FROM message"), ["5"]);
    assert_eq!(postroom.rows("SELECT state, count(*) FROM notice GROUP BY 1"), ["sent|5"]);
}

#[test]
fn a_notice_that_is_put_off_is_sent_later_and_a_refused_one_is_not_tried_again() {
    let post = Post::start();
    let tries = AtomicUsize::new(0);
    let clerk = Clerk::start(move |command| match command {
        "RCPT TO:<user1@corp.example>" if tries.fetch_add(1, Ordering::SeqCst) == 0 => Some("451 4.7.1 later".into()),
        "RCPT TO:<user2@corp.example>" => Some("550 5.1.1 no such user".into()),
        _ => None,
    });
    let postroom = Postroom::start(&format!("{EVER}{}{}", post.mailbox("main", ""), smtp(clerk.port)));
    for number in 1..=3 {
        post.dovecot.deliver("collect", &letter(number));
    }
    postroom.wait(&["deferred", "user1@corp.example", "451 4.7.1 later"]);
    postroom.wait(&["refused", "user2@corp.example", "550 5.1.1 no such user"]);
    postroom.wait(&[" sent ", "user3@corp.example"]);
    postroom.make_due();
    postroom.wait(&[" sent ", "user1@corp.example"]);
    let sql = "SELECT recipient, state, attempts FROM notice ORDER BY recipient";
    let wanted = ["user1@corp.example|sent|2", "user2@corp.example|refused|1", "user3@corp.example|sent|1"];
    postroom.until(sql, &wanted);
    assert_eq!(clerk.count("."), 2);
}

#[test]
fn notices_wait_for_a_mail_server_that_is_down() {
    let mut post = Post::start();
    post.postfix.go_down();
    let postroom = Postroom::start(&format!("{EVER}{}", post.configuration("")));
    for number in 1..=3 {
        post.dovecot.deliver("collect", &letter(number));
    }
    postroom.wait_count(&["deferred"], 3);
    postroom.until("SELECT state, count(*) FROM notice GROUP BY 1", &["queued|3"]);
    post.postfix.come_up();
    postroom.make_due();
    assert_eq!(post.await_mails("corp", 3).len(), 3);
    postroom.until("SELECT state, count(*) FROM notice GROUP BY 1", &["sent|3"]);
}

#[test]
fn servers_that_fall_silent_are_left_and_found_again() {
    let post = Post::start();
    let (dying, deaf) = (Proxy::to(post.dovecot.port), Proxy::to(post.dovecot.port));
    deaf.silence();
    let mute = Clerk::start({
        let greetings = AtomicUsize::new(0);
        move |_| (greetings.fetch_add(1, Ordering::SeqCst) == 0).then(|| "hang".into())
    });
    let configuration = [
        EVER.to_owned(),
        behind(&post, &dying, "poll = \"1s\"\n"),
        imap("deaf", "other", "none", deaf.port, &post.dovecot),
        smtp(mute.port),
    ];
    let mut postroom = Postroom::start(&configuration.concat());
    // The program gives a server a minute for each command.
    postroom.patience = std::time::Duration::from_secs(150);
    postroom.wait(&["connected", "mailbox=main"]);
    post.dovecot.deliver("collect", &letter(1));
    postroom.wait(&["notice queued"]);
    dying.silence();
    post.dovecot.deliver("collect", &letter(2));
    post.dovecot.deliver("other", &letter(3));
    postroom.wait(&["disconnected", "mailbox=main"]);
    postroom.wait(&["disconnected", "mailbox=deaf"]);
    postroom.wait(&["deferred", "user1@corp.example"]);
    dying.speak();
    deaf.speak();
    postroom.make_due();
    postroom.wait_count(&[" sent "], 3);
    postroom.until("SELECT settled, count(*) FROM location GROUP BY 1", &["1|3"]);
    assert_eq!(mute.count("."), 3);
    assert_eq!(postroom.rows("SELECT state, count(*) FROM notice GROUP BY 1"), ["sent|3"]);
}

#[test]
fn a_wrong_password_pauses_the_account_and_is_an_alarm() {
    let post = Post::start();
    let mailbox = post.mailbox("main", "").replace(crate::support::dovecot::PASSWORD, "wrong");
    let postroom = Postroom::start(&format!("{mailbox}{REPLIES}"));
    let line = postroom.wait(&["login paused", "account=collect", "check user and password"]);
    assert!(line.contains("ERROR") && line.contains("retry_in_s=900"), "{line}");
    assert!(!postroom.log().contains("wrong"), "no secret in the log: {}", postroom.log());
}

#[test]
fn a_password_that_smtp_refused_is_not_tried_again_by_the_mailbox() {
    let post = Post::start();
    let proxy = Proxy::to(post.dovecot.port);
    let clerk = Clerk::start(|command| match command.split(' ').next() {
        Some("EHLO") => Some("250-clerk.example\r\n250 AUTH PLAIN LOGIN".into()),
        Some("AUTH") => Some("535 5.7.8 authentication failed".into()),
        _ => None,
    });
    let login = "user = \"collect\"\npassword = \"secret\"\n";
    let postroom = Postroom::start(&format!("{EVER}{}{}{login}", behind(&post, &proxy, ""), smtp(clerk.port)));
    post.dovecot.deliver("collect", &letter(1));
    postroom.wait(&["login paused", "account=collect", "535 5.7.8"]);
    postroom.until("SELECT settled FROM location", &["1"]);
    proxy.reset();
    let line = postroom.wait(&["disconnected", "mailbox=main"]);
    let pause: u64 = line.split("retry_in_s=").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().parse().unwrap();
    assert!(pause > 600, "{line}");
    assert_eq!((proxy.connections(), clerk.count("AUTH")), (1, 1));
}
