//! A clamd of a test's own: Debian's `clamd` with one signature, which finds a line of text and nothing else.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// What the signature finds.
pub(crate) const SIGN: &str = "POSTROOM-TEST-INFECTION";
/// How clamd calls it: a signature that is not its makers' own.
pub(crate) const NAME: &str = "Postroom.Test.UNOFFICIAL";
/// Bytes of a message that it takes.
pub(crate) const MOST: usize = 1 << 20;

/// A clamd, running or not.
pub(crate) struct Clamd {
    home: TempDir,
    child: Option<Child>,
}

impl Clamd {
    /// Prepares one that does not run yet.
    pub(crate) fn new() -> Self {
        let home = tempfile::Builder::new().prefix("postroom-clamd").tempdir().unwrap();
        std::fs::create_dir(home.path().join("database")).unwrap();
        let pattern: String = SIGN.bytes().map(|byte| format!("{byte:02x}")).collect();
        // Name, any file, any place, bytes (ClamAV manual, "Extended signature format").
        std::fs::write(home.path().join("database/test.ndb"), format!("Postroom.Test:0:*:{pattern}\n")).unwrap();
        let place = home.path().display();
        let configuration = format!(
            "Foreground yes\nLocalSocket {place}/clamd.ctl\nDatabaseDirectory {place}/database\nLogFile {place}/log\n\
             TemporaryDirectory {place}\nStreamMaxLength {MOST}\nUser root\nMaxThreads 4\nConcurrentDatabaseReload no\n"
        );
        std::fs::write(home.path().join("clamd.conf"), configuration).unwrap();
        Self { home, child: None }
    }

    /// One that runs.
    pub(crate) fn start() -> Self {
        let mut clamd = Self::new();
        clamd.run();
        clamd
    }

    /// Where it listens.
    pub(crate) fn socket(&self) -> PathBuf {
        self.home.path().join("clamd.ctl")
    }

    /// Starts it and waits until it listens.
    pub(crate) fn run(&mut self) {
        let configuration = format!("--config-file={}", self.home.path().join("clamd.conf").display());
        let mut command = Command::new("/usr/sbin/clamd");
        command.arg(configuration).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().expect("clamd (Debian: clamav-daemon)"));
        let deadline = Instant::now() + Duration::from_secs(60);
        while std::os::unix::net::UnixStream::connect(self.socket()).is_err() {
            let log = || std::fs::read_to_string(self.home.path().join("log")).unwrap_or_default();
            assert!(Instant::now() < deadline, "clamd does not listen: {}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it.
    pub(crate) fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_file(self.socket());
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        self.end();
    }
}
