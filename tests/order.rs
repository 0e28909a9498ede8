//! What must come out the same in whatever order things happen, and however often they happen.

use crate::support::daemon::{Postroom, program};
use crate::support::letter::{Letter, form};
use crate::support::post::{Post, REPLIES};

/// Mail of whatever age is answered.
const EVER: &str = "answer_since = \"2010-01-01\"\n";

fn start(post: &Post) -> Postroom {
    Postroom::start(&format!("{EVER}{}{REPLIES}", post.mailbox("main", "poll = \"1s\"")))
}

/// A file that takes a reader some seconds: a long table of something else.
fn slow_file() -> Vec<u8> {
    let mut text = String::from("序号,设备,型号,数量,备注\r\n");
    for row in 0..60_000 {
        text.push_str(&format!("{row},检测设备,X-{row},{},无\r\n", row % 7));
    }
    text.into_bytes()
}

#[test]
fn the_later_mail_counts_though_the_earlier_one_is_slower_to_read() {
    let post = Post::start();
    let from = "li@corp.example";
    let slow = Letter::with_form(from, "灯塔科技有限公司", "100万元").file("设备清单.csv", slow_file());
    post.dovecot.deliver("collect", &slow.bytes());
    post.dovecot.deliver("collect", &Letter::with_form(from, "灯塔科技有限公司", "200万元").bytes());
    let postroom = start(&post);
    postroom.wait_count(&[" sent "], 2);
    let done = postroom.wait_count(&[" accepted "], 2);
    let first = if done[0].contains(" m2 ") { "the later one" } else { "the earlier one" };
    println!("{first} was read first");
    let versions = "SELECT message, number, standing FROM return_version ORDER BY number";
    assert_eq!(postroom.rows(versions), ["1|1|superseded", "2|2|complete"]);
    assert_eq!(postroom.rows("SELECT revenue FROM survey_ai_industry_2017"), ["200万元"]);
}

#[test]
fn an_older_mail_that_is_read_last_does_not_replace_the_newer_one() {
    let post = Post::start();
    let postroom = start(&post);
    let letter = |revenue: &str| Letter::with_form("li@corp.example", "灯塔科技有限公司", revenue);
    post.dovecot.deliver("collect", &letter("200万元").bytes());
    postroom.wait(&[" sent "]);
    // The collection's own server had it long before.
    let stamp = "from mail.corp.example by mx.collect.example; Tue, 19 Dec 2017 10:00:00 +0800";
    post.dovecot.deliver("collect", &letter("100万元").header("Received", stamp).bytes());
    postroom.wait_count(&[" sent "], 2);
    let versions = "SELECT message, number, standing FROM return_version ORDER BY number";
    assert_eq!(postroom.rows(versions), ["2|1|superseded", "1|2|complete"]);
    assert_eq!(postroom.rows("SELECT revenue FROM survey_ai_industry_2017"), ["200万元"]);
}

#[test]
fn one_mail_in_junk_and_inbox_is_one_return_and_one_receipt() {
    let post = Post::start();
    let postroom = start(&post);
    let letter = Letter::with_form("li@corp.example", "灯塔科技有限公司", "100万元").bytes();
    post.dovecot.deliver_into("collect", ".Junk", &letter);
    post.dovecot.deliver("collect", &letter);
    postroom.until("SELECT settled, count(*) FROM location GROUP BY 1", &["1|2"]);
    postroom.wait(&[" sent "]);
    assert_eq!(postroom.rows("SELECT count(*) FROM message"), ["1"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM notice"), ["1"]);
    assert_eq!(post.dovecot.flags("collect", ".Junk"), ["S"]);
}

#[test]
fn two_mails_under_one_message_id_are_two_unless_they_say_the_same() {
    let post = Post::start();
    let postroom = start(&post);
    let letter = |company: &str| Letter::with_form("li@corp.example", company, "100万元").id("<1@corp.example>");
    post.dovecot.deliver("collect", &letter("灯塔科技有限公司").bytes());
    post.dovecot.deliver("collect", &letter("航标科技有限公司").bytes());
    postroom.wait_count(&[" sent "], 2);
    assert_eq!(postroom.rows("SELECT count(*) FROM survey_ai_industry_2017"), ["2"]);
    // The same once more by another way: other stamps, the same content.
    let again = [
        b"Received: from elsewhere by mx.collect.example; Tue, 19 Dec 2017 10:00:00 +0800\r\n",
        letter("灯塔科技有限公司").bytes().as_slice(),
    ]
    .concat();
    post.dovecot.deliver("collect", &again);
    postroom.wait(&["no answer", "the same message as"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM notice"), ["2"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM return_version"), ["2"]);
}

#[test]
fn a_second_daemon_is_refused_by_name_and_harms_nothing() {
    let post = Post::start();
    let postroom = start(&post);
    let second = postroom.command(&["run"]);
    let words = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(1), "{words}");
    assert!(words.contains(&postroom.pid().to_string()) && words.contains("postroom.lock"), "{words}");
    post.dovecot.deliver("collect", &Letter::with_form("li@corp.example", "灯塔科技有限公司", "100万元").bytes());
    postroom.wait(&[" sent "]);
}

#[test]
fn commands_beside_the_daemon_are_noticed_by_it() {
    let post = Post::start();
    let postroom = start(&post);
    let file = postroom.home().join("by-hand.eml");
    std::fs::write(&file, Letter::with_form("li@corp.example", "灯塔科技有限公司", "100万元").bytes()).unwrap();
    postroom.say(&["ingest", file.to_str().unwrap()]);
    postroom.wait(&[" sent ", "li@corp.example"]);
    assert!(postroom.say(&["ingest", file.to_str().unwrap()]).contains("1 were known"));
    // A return that fails the sender's domain is held until an operator lets it through.
    let forged = Letter::with_form("zhang@corp.example", "航标科技有限公司", "100万元")
        .header("Authentication-Results", "mx.collect.example; dmarc=fail header.from=corp.example");
    post.dovecot.deliver("collect", &forged.bytes());
    postroom.wait(&[" held: "]);
    let held = postroom.json(&["held"]);
    assert_eq!(held.len(), 1, "{held:?}");
    postroom.say(&["release", "m2"]);
    postroom.wait(&[" sent ", "zhang@corp.example"]);
    assert_eq!(postroom.json(&["returns"]).len(), 2);
    assert!(postroom.json(&["held"]).is_empty());
}

#[test]
fn under_a_new_uidvalidity_nothing_comes_twice_and_nothing_is_lost() {
    let post = Post::start();
    let mut postroom = start(&post);
    for number in 0..5 {
        let letter = Letter::with_form("li@corp.example", &format!("第{number}科技有限公司"), "100万元");
        post.dovecot.deliver("collect", &letter.bytes());
    }
    postroom.wait_count(&[" sent "], 5);
    postroom.until("SELECT settled, count(*) FROM location GROUP BY 1", &["1|5"]);
    let before = postroom.rows("SELECT validity FROM cursor WHERE folder = 'INBOX'");
    postroom.stop();
    // A server that is set up anew from its files numbers them anew. UIDVALIDITY is a time in seconds: it has to pass.
    let maildir = post.dovecot.maildir("collect");
    for file in ["dovecot-uidlist", "dovecot-uidvalidity", "dovecot.index.log", "dovecot.index", "dovecot.index.cache"]
    {
        let _ = std::fs::remove_file(maildir.join(file));
    }
    for entry in std::fs::read_dir(&maildir).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("dovecot-uidvalidity.") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    let spent = before[0].parse::<u64>().unwrap();
    while std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() <= spent {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    post.dovecot.deliver("collect", &Letter::with_form("zhang@corp.example", "新来的公司", "100万元").bytes());
    postroom.run();
    postroom.wait(&[" sent ", "zhang@corp.example"]);
    assert_ne!(postroom.rows("SELECT validity FROM cursor WHERE folder = 'INBOX'"), before);
    assert_eq!(postroom.rows("SELECT count(*) FROM message"), ["6"]);
    assert_eq!(postroom.rows("SELECT state, count(*) FROM notice GROUP BY 1"), ["sent|6"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM return_version"), ["6"]);
}

#[test]
fn what_a_reader_leaves_behind_ends_with_the_daemon() {
    let post = Post::start();
    let mut postroom = start(&post);
    post.dovecot.deliver("collect", &Letter::new("li@corp.example").file("表.csv", form("甲公司", "1亿元")).bytes());
    postroom.wait(&[" sent "]);
    let readers = postroom.readers();
    assert!(!readers.is_empty());
    postroom.kill();
    let deadline = std::time::Instant::now() + crate::support::daemon::PATIENCE;
    let program = std::fs::canonicalize(program()).unwrap();
    let alive = |pid: &rustix::process::Pid| {
        std::fs::read_link(format!("/proc/{}/exe", pid.as_raw_nonzero())).is_ok_and(|exe| exe == program)
    };
    while readers.iter().any(alive) {
        assert!(std::time::Instant::now() < deadline, "a reader outlives the daemon");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
