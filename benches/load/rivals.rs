//! The programs that are compared, each on the same mailbox into a place of its own.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::imap::Server;
use crate::measure::{self, Cost};

/// Where the server is, and its process.
pub(crate) struct Scene {
    pub(crate) server: Server,
    pub(crate) process: u32,
}

/// The program's stages and what else it said of a run.
pub(crate) struct Run {
    pub(crate) cost: Cost,
    /// The line `stages …` of its log.
    pub(crate) stages: String,
    pub(crate) judged: usize,
    /// The words that the log has for what became of messages, with their number.
    pub(crate) fates: String,
}

impl Scene {
    /// This program again, as `raw` or `pipe`.
    fn own(&self, role: &str) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let Server { port, user, password, ca } = &self.server;
        command.args(["--as", role, &port.to_string(), user, password]).args(ca).stdout(Stdio::null());
        command
    }

    /// Fetches everything and throws it away.
    pub(crate) fn raw(&self) -> Cost {
        measure::run(&mut self.own("raw"), self.process, measure::to_its_end).0
    }

    pub(crate) fn pipe(&self) -> Cost {
        let folder = tempfile::tempdir().unwrap();
        let mut command = self.own("pipe");
        measure::run(command.env("PIPE_DATABASE", folder.path().join("pipe.db")), self.process, measure::to_its_end).0
    }

    /// mbsync copies the mailbox into a fresh Maildir, `FSync` as shipped (yes).
    pub(crate) fn mbsync(&self) -> Cost {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display();
        fs::create_dir(folder.path().join("mail")).unwrap();
        let Server { port, user, password, ca } = &self.server;
        let tls = ca
            .as_ref()
            .map_or("SSLType None\n".to_owned(), |ca| format!("SSLType IMAPS\nCertificateFile {}\n", ca.display()));
        let configuration = format!(
            "IMAPStore far\nHost localhost\nPort {port}\nUser {user}\nPass {password}\nAuthMechs LOGIN\n{tls}\n\
             MaildirStore near\nPath {path}/mail/\nInbox {path}/inbox\n\n\
             Channel all\nFar :far:\nNear :near:\nSync Pull\nCreate Near\nSyncState {path}/state\n"
        );
        let file = folder.path().join("mbsyncrc");
        fs::write(&file, configuration).unwrap();
        let mut command = Command::new("mbsync");
        command.arg("-c").arg(file).arg("-q").arg("all");
        let cost = measure::run(&mut command, self.process, measure::to_its_end).0;
        let copied = |part: &str| fs::read_dir(folder.path().join("inbox").join(part)).map_or(0, Iterator::count);
        assert!(copied("new") + copied("cur") > 0, "mbsync copied nothing");
        cost
    }

    /// Postroom until it has judged `messages` more, with notices held.
    pub(crate) fn postroom(&self, office: &Office, messages: usize) -> Run {
        let mut command = office.command("run");
        let mut stages = String::new();
        let (cost, (fates, rest)) = measure::run(command.stderr(Stdio::piped()), self.process, |child| {
            let mut log = BufReader::new(child.stderr.take().unwrap());
            let fates = follow(&mut log, messages);
            let end = Instant::now();
            terminate(child);
            let rest: Vec<String> = log.lines().map_while(Result::ok).collect();
            (end, (fates, rest))
        });
        for line in rest {
            if let Some((_, told)) = line.split_once("stages ") {
                stages = told.to_owned();
            }
        }
        let mut counts: Vec<String> = Vec::new();
        for word in fates.iter().collect::<BTreeSet<_>>() {
            counts.push(format!("{} {word}", fates.iter().filter(|fate| *fate == word).count()));
        }
        Run { cost, stages, judged: fates.len(), fates: counts.join(", ") }
    }
}

/// A data folder with its configuration.
pub(crate) struct Office {
    folder: TempDir,
}

impl Office {
    pub(crate) fn new(server: &Server) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let Server { port, user, password, ca } = server;
        let (host, tls) = match ca {
            Some(ca) => ("localhost", format!("tls = \"implicit\"\nca_file = \"{}\"", ca.display())),
            None => ("127.0.0.1", "tls = \"none\"".to_owned()),
        };
        let configuration = format!(
            "data = \"data\"\nnotices = \"hold\"\nanswer_since = \"2017-01-01\"\n\
             [[mailbox]]\nname = \"main\"\nkind = \"imap\"\nhost = \"{host}\"\nport = {port}\n{tls}\n\
             user = \"{user}\"\npassword_file = \"password\"\njunk = false\n\
             [[transport]]\nname = \"main\"\nkind = \"folder\"\npath = \"out\"\nfrom = \"collect@district.example\"\n\
             [senders]\nevaluate = false\n[limits]\nper_sender_hour = 1000000\n[log]\nlevel = \"debug\"\n"
        );
        fs::write(folder.path().join("postroom.toml"), configuration).unwrap();
        let file = folder.path().join("password");
        fs::write(&file, password).unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, what: &str) -> Command {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_postroom"));
        let mut command = Command::new(program);
        command.arg("--config").arg(self.path().join("postroom.toml")).arg(what).stdout(Stdio::null());
        command
    }
}

/// Reads the log until so many messages have a fate: the word behind `m17` that is neither of keeping nor of answering.
fn follow(log: &mut impl BufRead, messages: usize) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut fates = Vec::new();
    let mut line = String::new();
    while fates.len() < messages {
        line.clear();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "postroom ended by itself");
        let mut words = line.split_whitespace().skip(3);
        let (Some(id), Some(word)) = (words.next(), words.next()) else { continue };
        let is_id = id.strip_prefix('m').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        if is_id && !matches!(word, "kept" | "known" | "notice" | "sent") && seen.insert(id.to_owned()) {
            fates.push(word.trim_end_matches(':').to_owned());
        } else if word == "trouble" || line.contains("ERROR") {
            eprint!("{line}");
        }
    }
    fates
}

fn terminate(child: &Child) {
    // What it has yet to say and to tidy belongs to its costs.
    let _ = rustix::process::kill_process(rustix::process::Pid::from_child(child), rustix::process::Signal::TERM);
    std::thread::sleep(Duration::from_millis(1));
}
