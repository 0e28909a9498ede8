//! A mail that ends the daemon whenever it is read: it is told apart, given up and named, and the others are answered.

use super::{EVER, letter};
use crate::support::daemon::Postroom;
use crate::support::post::REPLIES;

#[test]
fn a_mail_that_ends_the_daemon_is_given_up_and_others_are_read() {
    let mailbox = "[[mailbox]]\nname = \"m\"\nkind = \"maildir\"\npath = \"mails\"\npoll = \"100ms\"\n";
    let mut postroom = Postroom::new(&format!("{EVER}{mailbox}{REPLIES}"));
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(postroom.home().join("mails").join(part)).unwrap();
    }
    // Who comes to be read is ended: alone from the third time on, and that is the one that came first.
    let end = |postroom: &mut Postroom| {
        let mut command = postroom.program();
        command.arg("run").env("FAILPOINT", "claimed");
        postroom.spawn_as(command);
        assert_eq!(postroom.end(), None, "{}", postroom.log());
    };
    let bring = |postroom: &Postroom, number: usize| {
        std::fs::write(postroom.home().join(format!("mails/new/{number}.a.b")), letter(number)).unwrap();
    };
    bring(&postroom, 1);
    end(&mut postroom);
    bring(&postroom, 2);
    (1..5).for_each(|_| end(&mut postroom));
    assert_eq!(postroom.rows("SELECT state, attempts FROM message WHERE id = 1"), ["kept|5"]);
    postroom.run();
    postroom.wait(&["m1 failed", "postroom ended five times while it was read"]);
    postroom.until("SELECT state FROM message ORDER BY id", &["failed", "read"]);
    // A version that can read it does, at an operator's word.
    postroom.say(&["retry", "m1"]);
    postroom.until("SELECT state FROM message ORDER BY id", &["read", "read"]);
    postroom.stop();
}
