//! Limits on how much comes and waits: over one of them there is a line in the log, and nothing is lost.

use crate::support::daemon::Postroom;
use crate::support::letter::Letter;
use crate::support::post::{Post, REPLIES};

#[test]
fn a_sender_of_too_many_mails_is_read_later_and_loses_none() {
    let post = Post::start();
    let limits = "[limits]\nper_sender_hour = 3\n";
    let mut postroom =
        Postroom::start(&format!("answer_since = \"2010-01-01\"\n{}{REPLIES}{limits}", post.mailbox("main", "")));
    for number in 0..7 {
        let name = format!("第{number}科技有限公司");
        post.dovecot.deliver("collect", &Letter::with_form("flood@corp.example", &name, "300万元").bytes());
    }
    post.dovecot.deliver("collect", &Letter::with_form("calm@corp.example", "安静科技有限公司", "300万元").bytes());
    let lines = postroom.wait_count(&["put off", "from=flood@corp.example", "until="], 4);
    assert!(lines.iter().all(|line| line.contains("WARN")), "{lines:?}");
    postroom.until(
        "SELECT sender, count(*) FROM message WHERE state = 'read' GROUP BY 1 ORDER BY 1",
        &["calm@corp.example|1", "flood@corp.example|3"],
    );
    // All are kept and settled, whenever they are read.
    postroom.until("SELECT settled, count(*) FROM location GROUP BY 1", &["1|8"]);
    assert!(postroom.say(&["status"]).contains("4  of these put off"), "{}", postroom.say(&["status"]));
    assert_eq!(postroom.json(&["status"])[0]["put_off"], 4);
    assert!(postroom.say(&["show", "m7"]).contains("put off until"), "{}", postroom.say(&["show", "m7"]));
    // An hour passes after each three.
    let hours = "SELECT count(DISTINCT substr(put_off_until, 1, 13)) FROM message WHERE put_off_until IS NOT NULL";
    assert!(
        postroom.rows(hours)[0].parse::<u32>().unwrap() >= 2,
        "{:?}",
        postroom.rows("SELECT put_off_until FROM message")
    );
    postroom.write("UPDATE message SET put_off_until = received_at WHERE put_off_until IS NOT NULL");
    postroom.until("SELECT count(*) FROM message WHERE state = 'read'", &["8"]);
    postroom.stop();
}
