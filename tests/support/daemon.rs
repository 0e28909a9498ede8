//! The program under test as an operator runs it: its configuration in a folder of its own, the daemon as a child process
//! whose log is read line by line, the commands beside it.
//!
//! Nothing here sleeps to hope: a test waits for a log line or a state of the database, with a deadline.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// The longest a test waits for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The program. `POSTROOM_PROGRAM` names another build of it.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("POSTROOM_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_postroom").into(), PathBuf::from)
}

/// A number of the tester's, by which a test is made longer than usual.
pub(crate) fn number_from(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Lines that the daemon logged, over all its starts.
#[derive(Default)]
struct Log {
    lines: Mutex<Vec<String>>,
    more: Condvar,
}

/// An installation: a folder with `postroom.toml` and the data, and the daemon when it runs.
pub(crate) struct Postroom {
    home: TempDir,
    log: Arc<Log>,
    child: Option<Child>,
    /// The longest it is waited for anything.
    pub patience: Duration,
}

impl Postroom {
    /// Writes the configuration. Nothing runs yet.
    pub(crate) fn new(configuration: &str) -> Self {
        let home = tempfile::Builder::new().prefix("postroom-test").tempdir().unwrap();
        let path = home.path().join("postroom.toml");
        std::fs::write(&path, configuration).unwrap();
        // It may hold the test servers' password.
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
        Self { home, log: Arc::default(), child: None, patience: PATIENCE }
    }

    /// Writes the configuration and starts the daemon.
    pub(crate) fn start(configuration: &str) -> Self {
        let mut postroom = Self::new(configuration);
        postroom.run();
        postroom
    }

    /// The folder of the configuration.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The program with this configuration and nothing of the tester's environment that could overrule it.
    pub(crate) fn program(&self) -> Command {
        let mut command = Command::new(program());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("POSTROOM_")) {
            command.env_remove(name);
        }
        // Where a test says nothing of it, each mail is answered by itself, and at once.
        let configuration = std::fs::read_to_string(self.home.path().join("postroom.toml")).unwrap_or_default();
        if !configuration.contains("together") {
            command.env("POSTROOM_CAPS_TOGETHER", "0s");
        }
        // Where a test says nothing of it, nobody is asked who senders are: tests speak to this machine only.
        if !configuration.contains("evaluate") {
            command.env("POSTROOM_SENDERS_EVALUATE", "false");
        }
        command.current_dir(self.home.path()).stdin(Stdio::null());
        command
    }

    /// Starts the daemon and waits until it says so.
    pub(crate) fn run(&mut self) {
        let before = self.count(&["started"]);
        self.spawn();
        self.wait_count(&["started"], before + 1);
    }

    /// Starts the daemon and waits for nothing.
    pub(crate) fn spawn(&mut self) {
        let mut command = self.program();
        command.arg("run");
        self.spawn_as(command);
    }

    /// Starts the daemon by a command of the test's own.
    pub(crate) fn spawn_as(&mut self, mut command: Command) {
        assert!(self.child.is_none(), "it runs already");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::clone(&self.log);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                log.lines.lock().unwrap().push(line);
                log.more.notify_all();
            }
        });
        self.child = Some(child);
    }

    /// Process number of the daemon.
    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().expect("a daemon that runs").id()
    }

    /// Asks the daemon to stop and waits for its end, which must be a success.
    pub(crate) fn stop(&mut self) {
        self.signal(Signal::TERM);
        let code = self.end();
        assert_eq!(code, Some(0), "{}", self.log());
    }

    /// Asks the daemon to stop, if it has not ended by then; its exit code, none when it was killed.
    pub(crate) fn stop_or_end(&mut self) -> Option<i32> {
        let _ = kill_process(Pid::from_child(self.child.as_ref().expect("a daemon that was started")), Signal::TERM);
        self.end()
    }

    /// Kills the daemon as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.end();
    }

    /// Whether the daemon has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.as_mut().expect("a daemon that was started").try_wait().unwrap().is_some()
    }

    /// Waits until the daemon has ended by itself; its exit code.
    pub(crate) fn end(&mut self) -> Option<i32> {
        let mut child = self.child.take().expect("a daemon that runs");
        let deadline = Instant::now() + self.patience;
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "it does not end: {}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(self.child.as_ref().expect("a daemon that runs")), signal).unwrap();
    }

    /// The whole log.
    pub(crate) fn log(&self) -> String {
        self.log.lines.lock().unwrap().join("\n")
    }

    /// How many lines hold all these words.
    pub(crate) fn count(&self, words: &[&str]) -> usize {
        self.log.lines.lock().unwrap().iter().filter(|line| holds(line, words)).count()
    }

    /// Waits for a line that holds all these words, and gives it.
    pub(crate) fn wait(&self, words: &[&str]) -> String {
        self.wait_count(words, 1).swap_remove(0)
    }

    /// Waits until so many lines hold all these words.
    pub(crate) fn wait_count(&self, words: &[&str], count: usize) -> Vec<String> {
        let deadline = Instant::now() + self.patience;
        let mut lines = self.log.lines.lock().unwrap();
        loop {
            let found: Vec<String> = lines.iter().filter(|line| holds(line, words)).cloned().collect();
            if found.len() >= count {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{} of {count} lines {words:?} in:\n{}", found.len(), lines.join("\n"));
            lines = self.log.more.wait_timeout(lines, left).unwrap().0;
        }
    }

    /// Runs a command to its end.
    pub(crate) fn command(&self, arguments: &[&str]) -> Output {
        self.program().args(arguments).output().expect("the program starts")
    }

    /// Runs a command that must succeed; what it printed.
    pub(crate) fn say(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command with `--json`; its lines.
    pub(crate) fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let text = self.say(&[arguments, &["--json"]].concat());
        text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    /// The database, to look at.
    pub(crate) fn database(&self) -> Connection {
        let path = self.home.path().join("data/postroom.db");
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        connection.busy_timeout(Duration::from_secs(10)).unwrap();
        connection
    }

    /// The rows of a query, each with its columns joined by `|`.
    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        let connection = self.database();
        let mut statement = connection.prepare(sql).unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let cell = |index: usize| match row.get_ref(index).unwrap() {
                rusqlite::types::ValueRef::Null => "-".to_owned(),
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                rusqlite::types::ValueRef::Real(number) => number.to_string(),
                rusqlite::types::ValueRef::Text(text) | rusqlite::types::ValueRef::Blob(text) => {
                    String::from_utf8_lossy(text).into_owned()
                }
            };
            Ok((0..columns).map(cell).collect::<Vec<_>>().join("|"))
        };
        statement.query_map([], row).unwrap().map(Result::unwrap).collect()
    }

    /// Waits until a query gives these rows.
    pub(crate) fn until(&self, sql: &str, wanted: &[&str]) {
        let deadline = Instant::now() + self.patience;
        while self.rows(sql) != wanted {
            assert!(Instant::now() < deadline, "{sql}: {:?} instead of {wanted:?}\n{}", self.rows(sql), self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Moves the clock for what waits its turn: every queued notice is due now.
    pub(crate) fn make_due(&self) {
        self.write("UPDATE notice SET next_at = queued_at WHERE state = 'queued'");
    }

    /// Writes into the database what time alone would bring.
    pub(crate) fn write(&self, sql: &str) {
        let connection = Connection::open(self.home.path().join("data/postroom.db")).unwrap();
        connection.busy_timeout(Duration::from_secs(10)).unwrap();
        connection.execute_batch(&format!("BEGIN IMMEDIATE; {sql}; COMMIT")).unwrap();
    }

    /// The most memory that the daemon ever had at a time, in MiB; its readers not counted.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    /// Process numbers of the daemon's readers.
    pub(crate) fn readers(&self) -> Vec<Pid> {
        let pid = self.pid();
        let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
        let children = threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
        let numbers: Vec<i32> = children
            .flat_map(|text| text.split(' ').filter_map(|word| word.parse().ok()).collect::<Vec<_>>())
            .collect();
        numbers.into_iter().filter_map(Pid::from_raw).collect()
    }
}

impl Drop for Postroom {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn holds(line: &str, words: &[&str]) -> bool {
    words.iter().all(|word| line.contains(word))
}
