//! The mail to the operator: one when something is wrong, none more while it lasts, one when it is over.

use rustix::process::{Signal, kill_process};

use super::{maildir, make_maildir};
use crate::support::daemon::Postroom;
use crate::support::letter::{Letter, header, words};

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

/// Whatever goes wrong is written of, with what to do.
fn check(further: &str, harm: impl FnOnce(&Postroom), subject: &str, said: [&str; 2]) {
    let operator = "[alarm]\nto = [\"operator@district.example\"]\n";
    let configuration = maildir(&format!("{operator}{further}")).replacen(
        "[[mailbox]]",
        "answer_since = \"2010-01-01\"\n[[mailbox]]",
        1,
    );
    let mut postroom = Postroom::new(&configuration);
    make_maildir(&postroom);
    std::fs::write(
        postroom.home().join("a.eml"),
        Letter::with_form("li@corp.example", "甲科技有限公司", "300万元").bytes(),
    )
    .unwrap();
    postroom.run();
    harm(&postroom);
    postroom.until(ALARMS, &["operator@district.example"]);
    let (line, text, _) = mails(&postroom, "operator@district.example", "").swap_remove(0);
    assert!(line.starts_with(&format!("【需要您处理】{subject} [收")), "{line}");
    assert!(said.iter().all(|word| text.contains(word)), "{text}");
}

#[test]
fn a_disk_that_is_nearly_full_is_written_of() {
    check("disk_free_mib = 100000000000\n", |_| (), "磁盘空间不足", ["低于 100000000000 MiB", "请清理或扩充磁盘"]);
}

#[test]
fn an_outbox_that_nothing_leaves_is_written_of_by_another_way() {
    let down = "transport = \"main\"\noutbox_stuck = \"1s\"\n[[transport]]\nname = \"down\"\nhost = \"127.0.0.1\"\nport = 1\n\
                tls = \"none\"\nfrom = \"collect@collect.example\"\n";
    let answer_by_it = |postroom: &Postroom| {
        postroom.say(&["ingest", "a.eml"]);
        postroom.until("SELECT state FROM notice WHERE kind = 'receipt'", &["sent"]);
        postroom.write("UPDATE notice SET state = 'queued', transport = 'down', done_at = NULL WHERE kind = 'receipt'");
    };
    check(down, answer_by_it, "发信通道“down”受阻", ["有 1 封通知长时间未能发出", "postroom check --connect"]);
}

#[test]
fn readers_that_break_again_and_again_are_written_of() {
    let hang = |postroom: &Postroom| {
        postroom.say(&["ingest", "a.eml"]);
        postroom.until("SELECT state FROM message", &["read"]);
        for reader in postroom.readers() {
            kill_process(reader, Signal::STOP).unwrap();
        }
        std::fs::write(postroom.home().join("b.eml"), Letter::new("wang@corp.example").bytes()).unwrap();
        postroom.say(&["ingest", "b.eml"]);
    };
    let further = "readers_broken = 1\n[reader]\nreaders = 1\ntime = \"2s\"\n";
    check(further, hang, "读取进程频繁中断", ["一小时内中断 1 次", "memory_mib"]);
}

#[test]
fn backups_that_are_made_no_more_are_written_of() {
    let further = "[backup]\nat = \"03:30\"\nto = \"a.eml\"\n";
    check(further, |_| (), "备份中断", ["已有两天没有完成备份", "backup failed"]);
}

#[test]
fn mail_that_waits_for_a_virus_scanner_which_is_silent_is_written_of() {
    let further = "messages_wait = \"1s\"\n[virus_scan]\nclamd = \"/nowhere/clamd.ctl\"\n";
    let bring = |postroom: &Postroom| drop(postroom.say(&["ingest", "a.eml"]));
    check(further, bring, "来信未能及时读取", ["/nowhere/clamd.ctl", "来信会自动读取，不会丢失"]);
}
