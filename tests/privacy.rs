//! What must not get out: passwords in whatever is written or shown, and the archive to other users of the machine.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::clerk::Clerk;
use crate::support::daemon::{Postroom, program};
use crate::support::letter::Letter;
use crate::support::post::{Post, REPLIES, smtp};

/// A password that stands nowhere by chance.
const PASSWORD: &str = "Zettel-4711-unter-der-Matte";

/// The ways in which it would show: as it is, and as the logins encode it.
fn shapes() -> Vec<String> {
    let plain = |user: &str| format!("\0{user}\0{PASSWORD}");
    let mut shapes = vec![PASSWORD.to_owned()];
    shapes.extend([PASSWORD.to_owned(), plain("collect"), plain("sender")].map(|text| base64(text.as_bytes())));
    shapes
}

/// Base64 without the last group, which what follows would change.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = bytes.chunks_exact(3).flat_map(|group| {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        [18, 12, 6, 0].map(|shift| char::from(LETTERS[(bits >> shift & 63) as usize]))
    });
    groups.collect()
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The words on the command line, and the environment, of a process and all its children.
fn told_to_the_machine(process: u32) -> Vec<u8> {
    let folder = format!("/proc/{process}");
    let mut told = std::fs::read(format!("{folder}/cmdline")).unwrap_or_default();
    told.extend(std::fs::read(format!("{folder}/environ")).unwrap_or_default());
    told.extend(std::fs::read(format!("{folder}/comm")).unwrap_or_default());
    told
}

#[test]
fn a_password_is_in_no_log_no_answer_no_file_and_no_process_list() {
    let post = Post::start();
    let clerk = Clerk::start(|command| match command.split(' ').next() {
        Some("EHLO") => Some("250-clerk.example\r\n250 AUTH PLAIN LOGIN".into()),
        // A server that says again what it was told.
        Some("AUTH") => Some(format!("535 5.7.8 failed: {command}")),
        _ => None,
    });
    let password = "password_file = \"secret\"\n";
    let mailbox =
        post.mailbox("main", "").replace(&format!("password = \"{}\"\n", crate::support::dovecot::PASSWORD), password);
    let sender = format!("{}user = \"sender\"\n{password}", smtp(clerk.port));
    let log = "[log]\nlevel = \"trace,postroom=trace,lettre=trace,rustls=trace\"\n";
    let mut postroom = Postroom::new(&format!("answer_since = \"2010-01-01\"\n{mailbox}{sender}{log}"));
    let secret = postroom.home().join("secret");
    std::fs::write(&secret, PASSWORD).unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(
        postroom.home().join("a.eml"),
        Letter::with_form("a@corp.example", "甲科技有限公司", "300万元").bytes(),
    )
    .unwrap();
    postroom.run();
    postroom.wait(&["login paused", "account=collect"]);
    postroom.say(&["ingest", "a.eml"]);
    postroom.wait(&["login paused", "account=sender"]);
    let mut shown = postroom.log().into_bytes();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", postroom.pid())).unwrap();
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().take(2).collect::<Vec<_>>(), ["0", "0"], "a core file would hold it");
    let processes = std::iter::once(postroom.pid());
    for process in processes.chain(postroom.readers().iter().map(|pid| pid.as_raw_nonzero().get().unsigned_abs())) {
        shown.extend(told_to_the_machine(process));
    }
    for command in [
        &["check"][..],
        &["check", "--connect"],
        &["check", "--database"],
        &["status", "--json"],
        &["returns", "--json"],
        &["held", "--json"],
        &["show", "m1"],
        &["backup"],
        &["backup", "--to", "one.db"],
        &["export", "returns.xlsx"],
    ] {
        let output = postroom.command(command);
        shown.extend(output.stdout);
        shown.extend(output.stderr);
    }
    postroom.stop();
    shown.extend(postroom.log().into_bytes());
    for shape in shapes() {
        let at = shown.windows(shape.len()).position(|window| window == shape.as_bytes());
        let around = at.map(|at| String::from_utf8_lossy(&shown[at.saturating_sub(300)..at]).into_owned());
        assert!(around.is_none(), "{shape} was shown after: {}", around.unwrap_or_default());
    }
    let written: Vec<PathBuf> = files(postroom.home()).into_iter().filter(|file| *file != secret).collect();
    assert!(written.len() >= 6, "{written:?}");
    for file in written {
        let bytes = std::fs::read(&file).unwrap();
        let found = shapes().iter().any(|shape| holds(&bytes, shape));
        assert!(!found, "{} holds the password", file.display());
    }
}

#[test]
fn nothing_that_is_written_can_be_read_by_others_whatever_the_umask() {
    let post = Post::start();
    let mut postroom = Postroom::new(&format!("answer_since = \"2010-01-01\"\n{}{REPLIES}", post.mailbox("main", "")));
    let open = |arguments: &str| {
        let mut command = Command::new("sh");
        command.current_dir(postroom.home()).env("POSTROOM_CAPS_TOGETHER", "0s");
        command.args(["-c", &format!("umask 000; exec \"$0\" {arguments}")]).arg(program());
        command
    };
    let daemon = open("run");
    postroom.spawn_as(daemon);
    post.dovecot.deliver("collect", &Letter::with_form("a@corp.example", "甲科技有限公司", "300万元").bytes());
    postroom.wait(&[" sent "]);
    let open = |arguments: &str| {
        let mut command = Command::new("sh");
        command.current_dir(postroom.home());
        command.args(["-c", &format!("umask 000; exec \"$0\" {arguments}")]).arg(program());
        command
    };
    for arguments in [
        "backup",
        "backup --to copies/",
        "export returns.xlsx",
        "export returns.csv --with-files originals",
        "files m1 --to files",
        "form -o form.docx",
    ] {
        let output = open(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let mut seen = 0;
    let side = |path: &Path| path.to_string_lossy().ends_with("-wal") || path.to_string_lossy().ends_with("-shm");
    let all = files(postroom.home());
    assert_eq!(all.iter().filter(|path| side(path)).count(), 2, "the daemon runs: {all:?}");
    for path in all
        .iter()
        .flat_map(|file| file.ancestors())
        .filter(|path| path.starts_with(postroom.home()) && *path != postroom.home())
    {
        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{} is {mode:o}", path.display());
        seen += 1;
    }
    assert!(seen > 12, "{seen}");
    let mode = |name: &str| postroom.home().join(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("data"), mode("data/postroom.db"), mode("data/postroom.db-wal")), (0o700, 0o600, 0o600));
    postroom.stop();
}

#[test]
fn a_panic_that_shows_the_configuration_shows_no_password() {
    let post = "[[mailbox]]\nname = \"main\"\nhost = \"imap.district.example\"\nuser = \"a\"\n";
    let sender = "[[transport]]\nname = \"main\"\nhost = \"smtp.district.example\"\nfrom = \"a@district.example\"\nuser = \"a\"\n";
    let password = format!("password = \"{PASSWORD}\"\n");
    let postroom = Postroom::new(&format!("{post}{password}{sender}{password}"));
    let config = postroom::config::load(Some(&postroom.home().join("postroom.toml"))).unwrap();
    let shown = std::panic::catch_unwind(|| panic!("{config:?}")).unwrap_err();
    let shown = shown.downcast_ref::<String>().unwrap();
    assert!(shown.contains("imap.district.example") && shown.contains("smtp.district.example"), "{shown}");
    assert!(!shown.contains(PASSWORD), "{shown}");
    assert_eq!(shown.matches("Secret(…)").count(), 2, "{shown}");
}

#[test]
fn a_password_that_others_may_read_is_refused_with_the_remedy() {
    let server = "[[mailbox]]\nname = \"main\"\nhost = \"imap.district.example\"\nuser = \"a\"\n";
    let check = |keys: &str, mode: u32, refused: bool| {
        let postroom = Postroom::new(&format!("{server}{keys}"));
        let inline = keys.starts_with("password =");
        let file = postroom.home().join(if inline { "postroom.toml" } else { "secret" });
        if !inline {
            std::fs::write(&file, PASSWORD).unwrap();
        }
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let output = postroom.program().arg("check").env("CREDENTIALS_DIRECTORY", postroom.home()).output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(i32::from(refused)), "{keys} {mode:o}: {words}");
        if refused {
            let remedy = format!("chmod 600 {}", if inline { "postroom.toml" } else { "secret" });
            for word in ["postroom.toml", "line 5", &format!("{mode:o}"), remedy.as_str()] {
                assert!(words.contains(word), "{keys} {mode:o}: no {word:?} in {words}");
            }
        }
        assert!(!words.contains(PASSWORD), "{words}");
    };
    let (file, inline) = ("password_file = \"secret\"\n", format!("password = \"{PASSWORD}\"\n"));
    for keys in [file, &inline] {
        check(keys, 0o600, false);
        check(keys, 0o400, false);
        for mode in [0o604, 0o640, 0o644, 0o602, 0o666] {
            check(keys, mode, true);
        }
    }
    // systemd guards those.
    check("password_credential = \"secret\"\n", 0o444, false);
}

/// A log is read by more people than the answers are, and is kept elsewhere.
#[test]
fn the_log_names_who_wrote_and_not_what() {
    let mut postroom = Postroom::new(&format!("answer_since = \"2010-01-01\"\n{REPLIES}[log]\nlevel = \"trace\"\n"));
    let complete = Letter::with_form("li@corp.example", "岭泽市青鸾科技有限公司", "4711万元");
    let faulty = Letter::with_form("wang@corp.example", "岭泽市玄武科技有限公司", "四千七百一十一左右");
    let question = Letter::new("zhao@corp.example").text("貔貅项目的保密预算是否也要填写？");
    for (name, letter) in [("a.eml", complete), ("b.eml", faulty), ("c.eml", question)] {
        std::fs::write(postroom.home().join(name), letter.bytes()).unwrap();
    }
    postroom.run();
    for name in ["a.eml", "b.eml", "c.eml"] {
        postroom.say(&["ingest", name]);
    }
    postroom.until("SELECT state, count(*) FROM notice GROUP BY 1", &["sent|3"]);
    postroom.stop();
    let log = postroom.log();
    assert!(log.contains("li@corp.example") && log.contains("青鸾"), "{log}");
    let answers: Vec<String> =
        postroom.rows("SELECT DISTINCT text FROM answer WHERE length(text) > 3 AND text NOT LIKE '%有限公司'");
    assert!(answers.len() >= 4 && answers.iter().any(|text| text.contains("4711")), "{answers:?}");
    for secret in answers.iter().map(String::as_str).chain(["四千七百", "貔貅"]) {
        assert!(!log.contains(secret), "{secret} stands in the log\n{log}");
    }
}
