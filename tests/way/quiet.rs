//! To whom nothing is sent, and when.

use crate::support::daemon::Postroom;
use crate::support::letter::{Letter, sample, sample_from, words};
use crate::support::post::{Post, REPLIES};

/// A daemon on the collection mailbox whose notices go to a folder.
fn start(post: &Post, top: &str) -> Postroom {
    Postroom::start(&format!("{top}\n{}{REPLIES}", post.mailbox("main", "")))
}

fn replies(postroom: &Postroom) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(postroom.home().join("replies")) else { return Vec::new() };
    let texts = entries.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    texts.collect()
}

#[test]
fn strangers_machines_and_our_own_notices_get_no_answer() {
    let post = Post::start();
    let postroom = start(&post, "");
    let stranger = Letter::new("shop@corp.example").subject("Spring sale").text("Everything must go, 50 % off.");
    post.dovecot.deliver("collect", &stranger.bytes());
    for number in [174, 175, 177, 181] {
        post.dovecot.deliver("collect", &sample_from(number, "someone@corp.example"));
    }
    post.dovecot.deliver("collect", &Letter::with_form("li@corp.example", "某市灯塔科技有限公司", "3亿元").bytes());
    postroom.wait(&["sent", "li@corp.example"]);
    // The receipt comes back to us, as from a mailbox that forwards everything.
    let receipt = replies(&postroom).swap_remove(0);
    post.dovecot.deliver("collect", receipt.as_bytes());
    let without_marks: String = receipt
        .lines()
        .filter(|line| !line.starts_with("Auto-Submitted") && !line.starts_with("X-"))
        .map(|line| format!("{line}\r\n"))
        .collect();
    post.dovecot.deliver("collect", without_marks.as_bytes());
    postroom.wait_count(&["no answer"], 7);
    postroom.until("SELECT state, count(*) FROM message GROUP BY 1", &["read|8"]);
    assert_eq!(postroom.rows("SELECT recipient FROM notice"), ["li@corp.example"]);
    assert_eq!(postroom.count(&["no answer", "no sign of the survey"]), 1, "{}", postroom.log());
}

#[test]
fn held_notices_go_when_they_are_released_beside_the_daemon() {
    let post = Post::start();
    let postroom = start(&post, "notices = \"hold\"");
    for number in 1..=3 {
        let from = format!("user{number}@corp.example");
        let letter = Letter::with_form(&from, &format!("第{number}科技有限公司"), "300万元");
        post.dovecot.deliver("collect", &letter.bytes());
    }
    postroom.until("SELECT state, count(*) FROM notice GROUP BY 1", &["held|3"]);
    assert!(replies(&postroom).is_empty());
    assert_eq!(postroom.json(&["held"]).len(), 3);
    let recipient = "SELECT recipient, state FROM notice WHERE id = 2";
    postroom.say(&["release", "n2"]);
    let second = postroom.rows(recipient)[0].split('|').next().unwrap().to_owned();
    postroom.wait(&["sent", &second]);
    postroom.say(&["discard", "n1"]);
    postroom.say(&["release", "--notices"]);
    postroom.until("SELECT state, count(*) FROM notice GROUP BY 1", &["cancelled|1", "sent|2"]);
    assert_eq!(replies(&postroom).len(), 2);
}

#[test]
fn with_notices_off_returns_are_taken_and_nothing_is_sent() {
    let post = Post::start();
    let postroom = start(&post, "notices = \"off\"");
    post.dovecot.deliver("collect", &Letter::with_form("li@corp.example", "灯塔科技有限公司", "3亿元").bytes());
    postroom.wait(&["accepted"]);
    postroom.wait(&["no answer", "notices are off"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM notice"), ["0"]);
}

#[test]
fn a_sender_beyond_the_cap_waits_for_an_operator() {
    let post = Post::start();
    let top = "answer_since = \"2010-01-01\"";
    let configuration = format!("{top}\n{}{REPLIES}[caps]\nper_sender_day = 2\n", post.mailbox("main", ""));
    let postroom = Postroom::start(&configuration);
    for number in 1..=4 {
        let letter = Letter::with_form("li@corp.example", &format!("第{number}科技有限公司"), "300万元");
        post.dovecot.deliver("collect", &letter.bytes());
    }
    post.dovecot.deliver("collect", &Letter::with_form("zhang@corp.example", "另一家公司", "300万元").bytes());
    let sql = "SELECT recipient, state, count(*) FROM notice GROUP BY 1, 2 ORDER BY 1, 2";
    postroom.until(sql, &["li@corp.example|held|2", "li@corp.example|sent|2", "zhang@corp.example|sent|1"]);
}

#[test]
fn mails_that_come_within_minutes_are_answered_by_one_notice() {
    let post = Post::start();
    let top = "answer_since = \"2010-01-01\"";
    let configuration = format!("{top}\n{}{REPLIES}[caps]\ntogether = \"8s\"\n", post.mailbox("main", ""));
    let postroom = Postroom::start(&configuration);
    let deliver = |number: u32, revenue: &str| {
        let letter = Letter::with_form("li@corp.example", &format!("第{number}科技有限公司"), revenue);
        post.dovecot.deliver("collect", &letter.bytes());
    };
    deliver(1, "300万元");
    postroom.wait(&[" sent "]);
    deliver(2, "1357");
    postroom.wait_count(&["notice queued"], 2);
    deliver(2, "1357万元");
    postroom.wait_count(&["notice queued"], 3);
    deliver(3, "500");
    postroom.wait_count(&[" sent "], 2);
    let states = "SELECT state, count(*) FROM notice GROUP BY 1 ORDER BY 1";
    assert_eq!(postroom.rows(states), ["cancelled|2", "sent|2"]);
    assert_eq!(postroom.rows("SELECT message, notice FROM answered ORDER BY 1"), ["2|4", "3|4", "4|4"]);
    let reply = std::fs::read(postroom.home().join("replies/reply-4.eml")).unwrap();
    let text = words(&reply).1;
    assert!(text.contains("您的 3 封来信均已收到") && text.contains("有 1 处需要更正"), "{text}");
    assert!(text.contains("第2科技有限公司：表格填写完整") && text.contains("第3科技有限公司的“营业收入”"), "{text}");
    assert!(!text.contains("1357"), "what a later mail mended is not said: {text}");
}

#[test]
fn mail_from_before_the_first_start_is_read_and_not_answered() {
    let post = Post::start();
    for number in [1, 43, 163] {
        post.dovecot.deliver("collect", &sample(number));
    }
    let postroom = start(&post, "");
    postroom.until("SELECT state, count(*) FROM message GROUP BY 1", &["read|3"]);
    assert_eq!(postroom.count(&["no answer", "older than answer_since"]), 3, "{}", postroom.log());
    assert_eq!(postroom.rows("SELECT count(*) FROM survey_ai_industry_2017"), ["2"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM notice"), ["0"]);
}
