//! The mail to the operator: one when something is wrong, none more while it lasts, one when it is over.

use super::{maildir, make_maildir};
use crate::support::daemon::Postroom;
use crate::support::letter::{header, words};

const ALARM: &str =
    "[alarm]\nto = [\"operator@district.example\", \"deputy@district.example\"]\nmailbox_silent = \"1s\"\n";
const ALARMS: &str = "SELECT recipient FROM notice WHERE kind = 'alarm' AND state = 'sent' ORDER BY id";

/// The mails in `replies` to an address whose text holds a word.
fn mails(postroom: &Postroom, to: &str, word: &str) -> Vec<(String, String, Vec<u8>)> {
    let entries = std::fs::read_dir(postroom.home().join("replies")).unwrap();
    let mails = entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    let read = |mail: Vec<u8>| (words(&mail).0, words(&mail).1, mail);
    mails.map(read).filter(|(_, text, mail)| header(mail, "To").contains(to) && text.contains(word)).collect()
}

#[test]
fn the_operator_is_written_to_when_a_mailbox_falls_silent_and_when_it_speaks_again() {
    let mut postroom = Postroom::start(&maildir(ALARM));
    postroom.until(ALARMS, &["operator@district.example", "deputy@district.example"]);
    let (subject, text, mail) = mails(&postroom, "operator@district.example", "").swap_remove(0);
    assert!(subject.starts_with("【需要您处理】邮箱“main”收取中断 [收"), "{subject}");
    assert!(text.contains("长时间没有完成收信检查") && text.contains("postroom check --connect"), "{text}");
    assert_eq!(header(&mail, "X-Postroom-Notice"), "alarm");
    assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
    postroom.wait(&["alarm", "condition=mailbox_silent", "remedy="]);

    // That it is over waits for the hour, whatever is started anew.
    make_maildir(&postroom);
    postroom.until_health(0, &["healthy"]);
    postroom.wait(&["recovered", "condition=mailbox_silent"]);
    postroom.stop();
    postroom.run();
    postroom.until_health(0, &["healthy"]);
    assert_eq!(postroom.rows(ALARMS).len(), 2, "{}", postroom.log());

    postroom.write("UPDATE meta SET value = '2017-12-19T08:00:00.000000Z' WHERE key = 'alarm_at'");
    let both = ["operator@district.example", "deputy@district.example"];
    postroom.until(ALARMS, &[both, both].concat());
    let (subject, text, _) = mails(&postroom, "deputy@district.example", "运行正常").swap_remove(0);
    assert!(
        subject.starts_with("【已恢复】邮箱“main”收取中断 [收") && text.contains("以下情况已恢复"),
        "{subject} {text}"
    );
    assert_eq!(postroom.rows("SELECT count(*) FROM alarm"), ["0"]);
}

#[test]
fn an_alarm_goes_out_in_english_whatever_notices_and_caps_say_and_is_no_cause_of_another() {
    let further = "[alarm]\nto = [\"operator@district.example\"]\nlanguage = \"en\"\nmailbox_silent = \"1s\"\noutbox_stuck = \"1s\"\n\
                   [caps]\nper_day = 0\nper_domain_hour = 0\n";
    let postroom = Postroom::start(&format!("notices = \"off\"\n{}", maildir(further)));
    postroom.until(ALARMS, &["operator@district.example"]);
    let (subject, text, _) = mails(&postroom, "operator@district.example", "").swap_remove(0);
    assert!(subject.starts_with("[Needs your attention] Postroom: no mail can be fetched"), "{subject}");
    assert!(text.contains("What to do: try `postroom check --connect`"), "{text}");
    postroom.until_health(1, &["mailbox main: no poll was completed"]);
    assert_eq!(postroom.count(&["condition=outbox_stuck"]), 0, "{}", postroom.log());
}
