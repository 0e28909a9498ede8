//! A server that plays a script: for each command the lines it answers.
//!
//! A script is text. A line at the margin is a command (`*` at its end stands for anything); the indented lines below it are
//! the answer, in which `$` is the command's tag. Rules for the same command are used one after the other, the last one for
//! ever. `greeting` is what is said first. Instead of an answer, `cut` ends the connection, `hang` makes the server deaf, and
//! `next` waits for the next command before it goes on with the answer to this one.
//! The first script plays on the first connection, and so on; the last one on all that follow.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Rules every script ends with, for what it leaves open: a server without any extension and one empty folder.
const PLAIN: &str = "
greeting
  * OK ready
CAPABILITY
  * CAPABILITY IMAP4rev1
  $ OK done
LOGIN *
  $ OK welcome
LIST *
  * LIST () \"/\" INBOX
  $ OK done
SELECT *
  * 0 EXISTS
  * OK [UIDVALIDITY 7] valid
  * OK [UIDNEXT 1] next
  $ OK [READ-WRITE] open
NOOP
  $ OK done
UID FETCH *
  $ OK done
UID STORE *
  $ OK done
LOGOUT
  * BYE farewell
  $ OK done
";

/// A command and its answer.
#[derive(Debug, Clone)]
struct Rule {
    command: String,
    answer: Vec<String>,
    /// Whether it is one of those every script ends with.
    plain: bool,
}

/// A running server.
pub(crate) struct Scripted {
    /// Where it listens on the loopback.
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Scripted {
    /// Starts a server with a script for each connection.
    pub(crate) async fn start(scripts: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let mut scripts: VecDeque<Vec<Rule>> = scripts.iter().map(|script| parse(script)).collect();
        let log = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            let mut playing = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let script = if scripts.len() > 1 { scripts.pop_front() } else { scripts.front().cloned() };
                log.lock().unwrap().push("(connection)".into());
                playing.spawn(play(stream, script.unwrap_or_default(), Arc::clone(&log)));
            }
        });
        Self { port, heard, task }
    }

    /// Commands heard so far, without their tags; `(connection)` where one began.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// How many of the commands begin so.
    pub(crate) fn count(&self, command: &str) -> usize {
        self.heard().iter().filter(|heard| heard.starts_with(command)).count()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The rules of a script, followed by the plain ones.
fn parse(script: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (text, plain) in [(script, false), (PLAIN, true)] {
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            match line.strip_prefix("  ") {
                Some(answer) => rules.last_mut().map(|rule: &mut Rule| rule.answer.push(answer.to_owned())).unwrap(),
                None => rules.push(Rule { command: line.to_owned(), answer: Vec::new(), plain }),
            }
        }
    }
    rules
}

/// Plays a script on a connection until either side ends it.
async fn play(stream: TcpStream, mut rules: Vec<Rule>, heard: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut tag = String::new();
    let mut command = "greeting".to_owned();
    let mut ahead = VecDeque::new();
    loop {
        for line in answer(&mut rules, &command) {
            match line.as_str() {
                "cut" => return None,
                "next" => ahead.push_back(lines.next_line().await.ok()??),
                "hang" => return std::future::pending().await,
                _ => writer.write_all(format!("{}\r\n", line.replace('$', &tag)).as_bytes()).await.ok()?,
            }
        }
        let line = match ahead.pop_front() {
            Some(line) => line,
            None => lines.next_line().await.ok()??,
        };
        command = match line.split_once(' ') {
            Some((first, rest)) if first.starts_with('A') && first.len() == 5 => {
                tag = first.to_owned();
                rest.to_owned()
            }
            _ => line,
        };
        heard.lock().unwrap().push(command.clone());
    }
}

/// The answer to a command. A rule is used up unless it is the last of its kind.
fn answer(rules: &mut Vec<Rule>, command: &str) -> Vec<String> {
    let fits = |rule: &Rule| match rule.command.strip_suffix('*') {
        Some(start) => command.starts_with(start),
        None => rule.command == command,
    };
    let Some(at) = rules.iter().position(fits) else {
        return vec!["$ BAD unknown command".into()];
    };
    let used = rules[at].clone();
    if rules.iter().skip(at + 1).any(|later| later.command == used.command && !later.plain) {
        rules.remove(at);
    }
    used.answer
}
