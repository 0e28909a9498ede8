//! The main way over every kind of mailbox and with every way of settling a message.

use crate::support::daemon::Postroom;
use crate::support::letter::{Letter, header};
use crate::support::post::{Post, REPLIES, imap};

fn letter(number: usize) -> Vec<u8> {
    let from = format!("user{number}@corp.example");
    Letter::with_form(&from, &format!("第{number}科技有限公司"), "300万元").bytes()
}

#[test]
fn starttls_plain_and_a_maildir_serve_side_by_side() {
    let post = Post::start();
    let server = &post.dovecot;
    let elsewhere = tempfile::tempdir().unwrap();
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir(elsewhere.path().join(part)).unwrap();
    }
    let configuration = [
        imap("one", "one", "starttls", server.port, server),
        imap("two", "two", "none", server.port, server),
        format!("[[mailbox]]\nname = \"three\"\nkind = \"maildir\"\npath = \"{}\"\n", elsewhere.path().display()),
        post.transport(),
    ];
    let postroom = Postroom::start(&configuration.concat());
    server.deliver("one", &letter(1));
    server.deliver("two", &letter(2));
    std::fs::write(elsewhere.path().join("tmp/1.a.b"), letter(3)).unwrap();
    std::fs::rename(elsewhere.path().join("tmp/1.a.b"), elsewhere.path().join("new/1.a.b")).unwrap();
    let receipts = post.await_mails("corp", 3);
    let mut to: Vec<String> = receipts.iter().map(|receipt| header(receipt, "Delivered-To")).collect();
    to.sort();
    assert_eq!(to, ["user1@corp.example", "user2@corp.example", "user3@corp.example"]);
    postroom.until("SELECT mailbox, settled FROM location ORDER BY mailbox", &["one|1", "three|1", "two|1"]);
    assert!(elsewhere.path().join("cur/1.a.b:2,S").exists());
}

#[test]
fn a_message_is_moved_to_the_folder_that_was_asked_for() {
    let post = Post::start();
    post.dovecot.deliver_into("collect", ".Done", &letter(0));
    let configuration = post.mailbox("main", "after = \"move:Done\"") + REPLIES;
    let postroom = Postroom::start(&configuration);
    post.dovecot.deliver("collect", &letter(1));
    postroom.wait(&["sent", "user1@corp.example"]);
    postroom.until("SELECT settled FROM location", &["1"]);
    assert!(post.dovecot.flags("collect", "").is_empty());
    assert_eq!(post.dovecot.flags("collect", ".Done").len(), 2);
    assert_eq!(postroom.count(&["kept"]), 1, "what lay in the folder already is not taken: {}", postroom.log());
}

#[test]
fn a_message_that_is_to_be_kept_as_it_is_stays_unseen() {
    let post = Post::start();
    let postroom = Postroom::start(&(post.mailbox("main", "after = \"keep\"") + REPLIES));
    post.dovecot.deliver("collect", &letter(1));
    postroom.wait(&["sent", "user1@corp.example"]);
    postroom.until("SELECT settled FROM location", &["1"]);
    assert_eq!(post.dovecot.flags("collect", ""), [""]);
}

#[test]
fn of_the_junk_folder_a_return_is_answered_and_a_question_is_not() {
    let post = Post::start();
    // Only the first folder tells of new mail by itself; the junk folder is looked at with each poll.
    let postroom = Postroom::start(&(post.mailbox("main", "poll = \"1s\"") + REPLIES));
    postroom.wait(&["connected", "Junk"]);
    let question = Letter::new("stranger@corp.example").text("人工智能产业调查表怎么填？");
    post.dovecot.deliver_into("collect", ".Junk", &question.bytes());
    post.dovecot.deliver_into("collect", ".Junk", &letter(1));
    postroom.wait(&["sent", "user1@corp.example"]);
    postroom.wait(&["no answer", "why=\"junk folder\""]);
    assert_eq!(postroom.count(&[" sent "]), 1);
}
