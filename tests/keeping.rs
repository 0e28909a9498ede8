//! The archive as an operator keeps it: copied while the daemon runs, looked through, and put back after a disaster.

use std::path::PathBuf;

use crate::support::daemon::Postroom;
use crate::support::letter::Letter;
use crate::support::post::{Post, REPLIES};

const EVER: &str = "answer_since = \"2010-01-01\"\n";

fn letter(number: usize) -> Vec<u8> {
    let from = format!("user{number}@corp.example");
    Letter::with_form(&from, &format!("第{number}科技有限公司"), "300万元").bytes()
}

/// What a command ended with and said.
fn outcome(postroom: &Postroom, arguments: &[&str]) -> (i32, String) {
    let output = postroom.command(arguments);
    let words = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap(), words.into_owned())
}

fn only_file(folder: PathBuf) -> PathBuf {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[test]
fn a_backup_made_while_mail_comes_brings_back_what_was_and_sends_nothing_twice() {
    let post = Post::start();
    let mut postroom = Postroom::start(&format!("{EVER}{}{REPLIES}", post.mailbox("main", "")));
    for number in 0..3 {
        post.dovecot.deliver("collect", &letter(number));
    }
    postroom.wait_count(&[" sent "], 3);
    let (code, words) = outcome(&postroom, &["backup"]);
    assert!(code == 0 && words.contains("checked: schema") && words.contains("3 messages"), "{words}");
    let backup = only_file(postroom.home().join("data/backups"));
    // What comes after it would be lost with the database, but for the mailbox.
    for number in 3..6 {
        post.dovecot.deliver("collect", &letter(number));
    }
    postroom.wait_count(&[" sent "], 6);
    let (code, words) = outcome(&postroom, &["check", "--database"]);
    assert!(code == 0 && words.contains("6 messages") && words.contains("sound"), "{words}");
    let (code, words) = outcome(&postroom, &["check", "--database", backup.to_str().unwrap()]);
    assert!(code == 0 && words.contains("copied at"), "{words}");
    let (code, words) = outcome(&postroom, &["restore", backup.to_str().unwrap()]);
    assert!(code == 1 && words.contains("stop the daemon") && words.contains("in use by another postroom"), "{words}");
    postroom.stop();

    std::fs::write(postroom.home().join("data/postroom.db"), "ruined, ".repeat(4_000)).unwrap();
    let (code, words) = outcome(&postroom, &["check", "--database"]);
    assert!(code == 1 && words.contains("damaged"), "{words}");
    let (code, words) = outcome(&postroom, &["restore", backup.to_str().unwrap()]);
    assert!(code == 0, "{words}");
    for word in
        ["checked: ", "put aside: ", "restored: ", "fetches what came since", "postroom held", "release --notices"]
    {
        assert!(words.contains(word), "no {word:?} in: {words}");
    }
    postroom.run();
    // The three that came later are fetched again; their answers had gone, so a person decides.
    postroom.until("SELECT state, count(*) FROM notice GROUP BY 1 ORDER BY 1", &["held|3", "sent|3"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM message"), ["6"]);
    assert!(postroom.say(&["status"]).contains("restored at"));
    let held = postroom.say(&["held"]);
    assert_eq!(held.matches("it may have gone out before").count(), 3, "{held}");
    // What comes now is answered as ever. Servers tell whole seconds, and what came in that of the restoring is in doubt.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    post.dovecot.deliver("collect", &letter(6));
    postroom.until("SELECT state, count(*) FROM notice GROUP BY 1 ORDER BY 1", &["held|3", "sent|4"]);
    let words = postroom.say(&["release", "--notices"]);
    assert!(words.contains("no longer held"), "{words}");
    postroom.until("SELECT state, count(*) FROM notice GROUP BY 1", &["sent|7"]);
    let (code, words) = outcome(&postroom, &["check", "--database"]);
    assert_eq!(code, 0, "{words}");
    postroom.stop();
}

#[test]
fn the_daemon_makes_a_backup_a_day_and_says_so() {
    let mut postroom = Postroom::start("[backup]\nat = \"03:30\"\nto = \"copies\"\nkeep = 2\n");
    // Today's moment or yesterday's is past, and nothing was made since.
    let line = postroom.wait(&["backup made and checked", "copies/postroom-"]);
    assert!(line.contains("INFO"), "{line}");
    let backup = only_file(postroom.home().join("copies"));
    assert_eq!(outcome(&postroom, &["check", "--database", backup.to_str().unwrap()]).0, 0);
    assert!(postroom.say(&["check"]).contains("backups: daily at 03:30"));
    postroom.stop();
}

#[test]
fn a_backup_that_fails_is_an_error_in_the_log_and_stops_nothing_else() {
    let mut postroom = Postroom::new(&format!("{EVER}{REPLIES}[backup]\nat = \"03:30\"\nto = \"copies\"\n"));
    std::fs::write(postroom.home().join("copies"), "a file where a folder should be").unwrap();
    std::fs::write(postroom.home().join("a.eml"), letter(1)).unwrap();
    postroom.run();
    let line = postroom.wait(&["backup failed", "copies"]);
    assert!(line.contains("ERROR"), "{line}");
    postroom.say(&["ingest", "a.eml"]);
    postroom.wait(&[" sent "]);
    postroom.stop();
}

#[test]
fn commands_without_a_database_say_so() {
    let postroom = Postroom::new("");
    for command in [&["backup"][..], &["check", "--database"]] {
        let (code, words) = outcome(&postroom, command);
        assert!(code == 1 && words.contains("nothing is stored yet"), "{command:?}: {words}");
    }
    let (code, words) = outcome(&postroom, &["restore", "none.db"]);
    assert!(code == 1 && words.contains("none.db") && words.contains("nothing was changed"), "{words}");
}

/// An installation that read one mail of a company; stopped.
fn with_a_return(further: &str) -> Postroom {
    let survey = include_str!("../config/surveys/ai-industry-2017.toml")
        .replace("deadline = 2017-12-20\n", "deadline = 2017-12-20\ncloses = 2017-12-31\n");
    assert!(survey.contains("closes = 2017-12-31"));
    let mut postroom = Postroom::new(&format!("surveys = [\"survey.toml\"]\n{EVER}{REPLIES}{further}"));
    std::fs::write(postroom.home().join("survey.toml"), survey).unwrap();
    std::fs::write(postroom.home().join("a.eml"), letter(1)).unwrap();
    postroom.run();
    postroom.say(&["ingest", "a.eml"]);
    postroom.wait(&[" sent "]);
    postroom.stop();
    postroom
}

const COMPANY: &str = "第1科技有限公司";

#[test]
fn mail_that_was_kept_long_enough_is_removed_and_every_command_says_so() {
    let mut postroom = with_a_return("[retention]\nraw_mail = \"180d\"\n");
    // It came long after the survey was closed, and stays as long as any other.
    postroom.run();
    postroom.say(&["ingest", "a.eml"]);
    postroom.stop();
    assert!(postroom.say(&["raw", "m1"]).contains("Subject:"));
    postroom.write("UPDATE message SET received_at = '2018-01-05T08:00:00.000000Z'");
    postroom.run();
    postroom.wait(&["raw removed", "survey=ai-industry-2017", "mails=1"]);
    for command in [&["raw", "m1"][..], &["files", "m1", "--to", "files"]] {
        let (code, words) = outcome(&postroom, command);
        assert!(code == 1 && words.contains("the bytes of m1 were removed on"), "{command:?}: {words}");
    }
    for (command, said) in [
        (&["why", COMPANY, "revenue"][..], "m1 cannot be read again: the bytes of m1 were removed on"),
        (&["why", COMPANY, "revenue"], "300万元"),
        (&["replay"], "1 messages are not read again"),
        (&["show", "m1"], "its bytes were removed at"),
        (&["export", "returns.csv", "--with-files", "originals"], "the bytes of m1 were removed on"),
        (&["check", "--database"], "sound"),
    ] {
        let (code, words) = outcome(&postroom, command);
        assert!(code == 0 && words.contains(said), "{command:?}: {code} {words}");
    }
    // A second delivery is known by its hash, and not answered again.
    let (code, words) = outcome(&postroom, &["ingest", "a.eml"]);
    assert_eq!((code, postroom.rows("SELECT count(*) FROM message")[0].as_str()), (0, "1"), "{words}");
    postroom.stop();
}

#[test]
fn without_a_word_on_it_every_mail_is_kept() {
    let mut postroom = with_a_return("");
    postroom.run();
    postroom.say(&["ingest", "a.eml"]);
    postroom.stop();
    assert!(postroom.say(&["raw", "m1"]).contains("Subject:"));
}

#[test]
fn what_is_held_of_a_respondent_is_given_out_and_erased_with_a_record() {
    let mut postroom = with_a_return("");
    let words = postroom.say(&["personal", "export", COMPANY, "--to", "dossier"]);
    assert!(words.contains("told of in index.csv"), "{words}");
    let dossier = |name: &str| std::fs::read_to_string(postroom.home().join("dossier").join(name)).unwrap();
    for (file, word) in
        [("answers.json", "300万元"), ("facts.json", COMPANY), ("m1.eml", "user1@corp.example"), ("n1.eml", "Subject:")]
    {
        assert!(dossier(file).contains(word), "{file}");
        assert!(dossier("index.csv").contains(file), "{file}");
    }
    let (code, words) = outcome(&postroom, &["personal", "erase", COMPANY]);
    assert!(
        code == 1 && words.contains("nothing is erased yet") && words.contains("1 mails, 1 returns, 1 notices"),
        "{words}"
    );
    let (code, words) = outcome(&postroom, &["personal", "erase", COMPANY, "--yes"]);
    assert!(code == 2 && words.contains("--why"), "{words}");
    let erase = ["personal", "erase", COMPANY, "--why", "来函要求", "--yes"];
    postroom.run();
    let (code, words) = outcome(&postroom, &erase);
    assert!(
        code == 1 && words.contains("stop the daemon") && postroom.rows("SELECT count(*) FROM answer") != ["0"],
        "{words}"
    );
    postroom.stop();
    let (code, words) = outcome(&postroom, &erase);
    assert!(code == 0 && words.contains("record 1"), "{words}");
    for file in ["postroom.db", "postroom.db-wal"] {
        let bytes = std::fs::read(postroom.home().join("data").join(file)).unwrap_or_default();
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!holds(COMPANY) && !holds("user1@corp.example") && !holds("300万元"), "{file}");
    }
    assert!(postroom.say(&["personal", "list"]).contains("来函要求"));
    assert_eq!(outcome(&postroom, &["personal", "export", COMPANY, "--to", "again"]).0, 1);
    assert!(postroom.say(&["status"]).contains("messages  1"));
    let (code, words) = outcome(&postroom, &["check", "--database"]);
    assert_eq!(code, 0, "{words}");
}

#[test]
fn who_is_erased_is_not_asked_anew_by_a_roster_that_still_lists_it() {
    let rosters = "[rosters]\nai-industry-2017 = \"roster.csv\"\n";
    let mut postroom = Postroom::new(&format!("{EVER}{REPLIES}{rosters}"));
    let listed =
        format!("企业名称,曾用名,邮箱\n甲科技有限公司,{COMPANY},a@corp.example\n乙科技有限公司,,b@corp.example\n");
    std::fs::write(postroom.home().join("roster.csv"), &listed).unwrap();
    postroom.run();
    postroom.until("SELECT count(*) FROM invited", &["2"]);
    postroom.stop();
    let erase = ["personal", "erase", COMPANY, "--why", "来函要求", "--yes"];
    let (code, words) = outcome(&postroom, &erase);
    assert!(code == 1 && words.contains("roster.csv still lists it"), "{words}");
    assert_eq!(postroom.rows("SELECT count(*) FROM erasure"), ["0"]);
    std::fs::write(postroom.home().join("roster.csv"), "企业名称,邮箱\n乙科技有限公司,b@corp.example\n").unwrap();
    let (code, words) = outcome(&postroom, &erase);
    assert!(code == 0 && words.contains("record 1"), "{words}");
    postroom.run();
    postroom.until("SELECT count(*) FROM invited WHERE removed_at IS NULL", &["1"]);
    postroom.stop();
}

#[test]
fn commands_beside_the_service_do_without_its_password() {
    let post = "[[mailbox]]\nname = \"main\"\nhost = \"127.0.0.1\"\nport = 1\nuser = \"a\"\n";
    let check = |key: &str, missing: &str| {
        let postroom = Postroom::new(&format!("{post}{key}\n"));
        std::fs::write(postroom.home().join("a.eml"), letter(1)).unwrap();
        for command in [&["ingest", "a.eml"][..], &["status"], &["check"], &["backup"], &["returns"]] {
            let (code, words) = outcome(&postroom, command);
            assert_eq!(code, 0, "{key} {command:?}: {words}");
        }
        for command in [&["run"][..], &["check", "--connect"]] {
            let (code, words) = outcome(&postroom, command);
            assert!(code == 1 && words.contains(missing), "{key} {command:?}: {words}");
        }
    };
    check("password_credential = \"mail\"", "no systemd credentials here; add LoadCredential= to the unit");
    check("password_env = \"MAIL_CODE\"", "the environment has no variable `MAIL_CODE`");
}
