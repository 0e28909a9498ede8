//! Whether Postroom itself does its work: what systemd, a monitoring and the operator are told, and that each hears of what is wrong.

mod alarm;
mod manager;
mod pages;

use crate::support::daemon::Postroom;
use crate::support::post::REPLIES;

/// A configuration with a Maildir `post` that is looked at every second, and notices to the folder `replies`.
fn maildir(further: &str) -> String {
    let mailbox = "[[mailbox]]\nname = \"main\"\nkind = \"maildir\"\npath = \"post\"\npoll = \"1s\"\n";
    format!("{mailbox}{REPLIES}{further}")
}

/// Makes the Maildir.
fn make_maildir(postroom: &Postroom) {
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(postroom.home().join("post").join(part)).unwrap();
    }
}

/// What `status --health` says, and how it ends.
fn health(postroom: &Postroom) -> (Option<i32>, String) {
    let output = postroom.command(&["status", "--health"]);
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn monitoring_hears_whether_all_is_well_beside_the_daemon_and_without_it() {
    let mut postroom = Postroom::new(&maildir(""));
    make_maildir(&postroom);
    let (code, words) = health(&postroom);
    assert!(code == Some(1) && words.contains("the daemon does not run") && words.contains("never ran"), "{words}");

    postroom.run();
    postroom.until_health(0, &["healthy", "mailbox   main: connected, last polled"]);
    let told = postroom.json(&["status", "--health"]).swap_remove(0);
    assert_eq!((&told["healthy"], &told["pulse"]["mailboxes"][0]["name"]), (&true.into(), &"main".into()));

    postroom.write(
        "INSERT INTO raw (id, sha256, size, begun_at) VALUES (999, 'aa', 0, '');
         INSERT INTO message (id, raw, received_at, kept_at, state, sender, subject, reason)
         VALUES (999, 999, '2017-12-19T00:00:00.000000Z', '2017-12-19T00:00:00.000000Z', 'failed', 'a@b.example', '', 'x')",
    );
    postroom.until_health(1, &["! 1 message could not be read", "postroom retry --all", "1 failed"]);
    postroom.write("UPDATE message SET state = 'read', disposition = 'ignored' WHERE id = 999");

    postroom.stop();
    let (code, words) = health(&postroom);
    assert!(code == Some(1) && words.contains("! the daemon does not run: it was stopped, or ended"), "{words}");
    // One that was killed said nothing of it: its last sign of life tells.
    let file = postroom.home().join("data/health.json");
    let mut left: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    (left["stopped"], left["at"]) = (false.into(), "2017-12-19T08:00:00Z".into());
    std::fs::write(&file, left.to_string()).unwrap();
    let (code, words) = health(&postroom);
    let expected = "! the daemon does not run, or hangs, since 2017-12-19 16:00";
    assert!(code == Some(1) && words.contains(expected) && words.contains("systemctl start postroom"), "{words}");
    assert!(!words.contains("mailbox main: no poll"), "what follows from it is not told besides: {words}");
}

#[test]
fn an_outbox_that_nothing_leaves_is_told_and_alarms_in_it_are_not() {
    let mut postroom = Postroom::new(&maildir(""));
    make_maildir(&postroom);
    postroom.run();
    postroom.until_health(0, &["healthy"]);
    postroom.stop();
    let queue = |kind: &str, attempts: u32| {
        postroom.write(&format!(
            "INSERT INTO notice (key, kind, transport, recipient, domain, token, message_id, bytes, size, state, attempts,
                 queued_at, next_at, words)
             VALUES ('{kind}', '{kind}', 'main', 'a@b.example', 'b.example', 'K7M2QX', '1', x'', 0, 'queued', {attempts},
                 '2017-12-19T08:00:00.000000Z', '2999-01-01T00:00:00.000000Z', 'connection refused')"
        ));
    };
    queue("alarm", 3);
    assert!(!health(&postroom).1.contains("outbox,"), "{}", health(&postroom).1);
    // A reminder that waits for its hour is no fault.
    queue("reminder", 0);
    assert!(!health(&postroom).1.contains("leaves the outbox"), "{}", health(&postroom).1);
    queue("receipt", 2);
    postroom.write(
        "INSERT INTO attempt (notice, number, begun_at, ended_at, outcome, words)
         SELECT id, 2, queued_at, queued_at, 'later', words FROM notice WHERE kind = 'receipt'",
    );
    let (_, words) = health(&postroom);
    let expected =
        "! transport main: nothing leaves the outbox, notices waiting: 2 (connection refused), since 2017-12-19 16:00";
    assert!(words.contains(expected) && words.contains("check --connect"), "{words}");
}

impl Postroom {
    /// Waits until `status --health` ends so and says all this.
    fn until_health(&self, code: i32, words: &[&str]) {
        let deadline = std::time::Instant::now() + self.patience;
        loop {
            let (ended, said) = health(self);
            if ended == Some(code) && words.iter().all(|word| said.contains(word)) {
                return;
            }
            assert!(std::time::Instant::now() < deadline, "{ended:?} {said}\n{}", self.log());
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }
}
