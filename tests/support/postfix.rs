//! A real Postfix for one test: its own configuration, queue and port in a temporary folder, gone with the value.
//!
//! It takes mail from this machine for `collect.example` and `corp.example` and delivers it into one Maildir per domain;
//! `Delivered-To` tells the recipient. Other domains are refused. Postfix wants to be started by root.

use std::fs;
use std::io;
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::dovecot::free_port;
use rustix::process::{Pid, Signal, kill_process_group};

/// One Maildir for each domain.
const BY_DOMAIN: &str = "/@collect\\.example$/ collect.example/\n/@corp\\.example$/ corp.example/\n";
/// Users of `corp.example` with a mailbox of their own.
pub(crate) const USERS: [&str; 4] = ["zhang", "li", "wang", "zhao"];
const DAEMONS: &str = "/usr/lib/postfix/sbin";
/// The user that delivers into the Maildirs (nobody).
const MAIL_USER: u32 = 65_534;
/// How long to wait for a start or a delivery.
const PATIENCE: Duration = Duration::from_secs(20);

/// An address whose mail a program answers, each with a new mail that bears no mark of a machine.
pub(crate) const MACHINE: &str = "machine@robot.example";
/// An address whose mail a program answers even if a machine wrote it; it marks its answers.
pub(crate) const RESPONDER: &str = "responder@robot.example";
/// An address that is taken at the door and does not exist.
pub(crate) const GONE: &str = "gone@firm.example";

/// Settings beside the usual ones, and instead of those of the same name.
#[derive(Default)]
struct Further {
    main: String,
    /// Daemons; `PORT` stands for the port where mail is taken.
    services: String,
}

impl Further {
    fn write(&self, home: &Path, port: u16) -> io::Result<()> {
        let name = |line: &str| line.split(" =").next().unwrap_or_default().to_owned();
        let overruled: Vec<String> = self.main.lines().map(name).collect();
        let main = fs::read_to_string(home.join("main.cf"))?;
        let kept = main.lines().filter(|line| !overruled.contains(&name(line)));
        let kept: String = kept.map(|line| format!("{line}\n")).collect();
        fs::write(home.join("main.cf"), kept + &self.main)?;
        let services = fs::read_to_string(home.join("master.cf"))?;
        fs::write(home.join("master.cf"), services + &self.services.replace("PORT", &port.to_string()))
    }
}

/// A running Postfix.
pub(crate) struct Postfix {
    home: tempfile::TempDir,
    /// The port on 127.0.0.1 where it takes mail.
    pub port: u16,
    master: Child,
}

impl Postfix {
    /// Starts a server with Maildirs of its own.
    pub(crate) fn start() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let mail = home.path().join("mail");
        folder(&mail, MAIL_USER, MAIL_USER, 0o755).expect("a folder for mail");
        Self::start_in(home, &mail, BY_DOMAIN, &Further::default())
    }

    /// Starts a server that delivers into the mailboxes of another server: `collect`, [`USERS`] by name, and `corp` for
    /// everybody else of `corp.example`.
    pub(crate) fn start_into(mail: &Path) -> Self {
        Self::start_into_by(mail, &Further::default())
    }

    /// The same, with logins that a Dovecot decides on over its socket.
    pub(crate) fn start_into_with_login(mail: &Path, socket: &Path) -> Self {
        let main = format!(
            "smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = {}\nsmtpd_tls_auth_only = no\n",
            socket.display()
        );
        Self::start_into_by(mail, &Further { main, ..Further::default() })
    }

    fn start_into_by(mail: &Path, further: &Further) -> Self {
        let own = USERS.map(|user| format!("/^{user}@corp\\.example$/ {user}/\n")).concat();
        let boxes = format!("/@collect\\.example$/ collect/\n{own}/@corp\\.example$/ corp/\n");
        Self::start_in(tempfile::tempdir().expect("a folder"), mail, &boxes, further)
    }

    /// Starts a server that takes mail for every domain `*.example` and hands it on over LMTP. It asks nobody whether a
    /// mailbox exists, as gateways do: what cannot be delivered comes back as a report.
    pub(crate) fn start_before(lmtp_port: u16) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let program = home.path().join("robot.py");
        fs::write(&program, include_str!("../scenes/programs/robot.py")).expect("a program");
        let robots = [MACHINE, RESPONDER, GONE].map(|address| format!("{{{address}=robot:}}")).join(", ");
        let main = format!(
            "virtual_mailbox_domains = regexp:{{{{/\\.example$$/ served}}}}\nvirtual_mailbox_maps =\n\
             virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}\ntransport_maps = inline:{{{robots}}}\n\
             robot_destination_recipient_limit = 1\n"
        );
        let services = format!(
            "lmtp unix - - n - - lmtp\nrobot unix - n n - - pipe flags= user=nobody \
             argv=/usr/bin/python3 {} PORT ${{sender}} ${{recipient}}\n",
            program.display()
        );
        let mail = home.path().to_owned();
        Self::start_in(home, &mail, "", &Further { main, services })
    }

    fn start_in(home: tempfile::TempDir, mail: &Path, boxes: &str, further: &Further) -> Self {
        let port = free_port();
        furnish(home.path(), port, mail, boxes).expect("a furnished folder");
        further.write(home.path(), port).expect("a furnished folder");
        let master = launch(home.path());
        let server = Self { home, port, master };
        server.await_port();
        server
    }

    /// Takes the server down.
    pub(crate) fn go_down(&mut self) {
        if !matches!(self.master.try_wait(), Ok(None)) {
            return;
        }
        // A daemon that is just starting would wait for its master's other daemons for ever, and hold the port.
        let group = Pid::from_child(&self.master);
        kill_process_group(group, Signal::TERM).ok();
        kill_process_group(group, Signal::KILL).ok();
        self.master.wait().ok();
    }

    /// Brings the server up again, on the same port.
    pub(crate) fn come_up(&mut self) {
        self.master = launch(self.home.path());
        self.await_port();
    }

    /// The Maildir of a domain, `collect.example` or `corp.example`. It exists once a mail came.
    pub(crate) fn maildir(&self, domain: &str) -> PathBuf {
        self.home.path().join("mail").join(domain)
    }

    /// Waits until a domain has so many new mails; their bytes, in no particular order.
    pub(crate) fn delivered(&self, domain: &str, count: usize) -> Vec<Vec<u8>> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mails = read_all(&self.maildir(domain).join("new"));
            if mails.len() >= count {
                return mails;
            }
            assert!(Instant::now() < deadline, "{} of {count} mails for {domain}; {}", mails.len(), self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// What Postfix logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.home.path().join("log")).unwrap_or_default()
    }

    fn await_port(&self) {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < deadline, "Postfix did not start: {}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.go_down();
    }
}

fn launch(home: &Path) -> Child {
    Command::new(Path::new(DAEMONS).join("master"))
        .arg("-c")
        .arg(home)
        .arg("-d")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("Postfix is installed")
}

fn read_all(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.filter_map(|entry| fs::read(entry.ok()?.path()).ok()).collect()
}

/// Writes the configuration and makes the folders that `postfix start` would make in some seconds.
fn furnish(home: &Path, port: u16, mail: &Path, boxes: &str) -> io::Result<()> {
    fs::set_permissions(home, fs::Permissions::from_mode(0o755))?;
    let postfix = id_of("/etc/passwd", "postfix")?;
    let postdrop = id_of("/etc/group", "postdrop")?;
    folder(&home.join("data"), postfix, postfix, 0o700)?;
    folder(&home.join("queue"), 0, 0, 0o755)?;
    folder(&home.join("queue/pid"), 0, 0, 0o755)?;
    for name in
        ["active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"]
    {
        folder(&home.join("queue").join(name), postfix, postfix, 0o700)?;
    }
    folder(&home.join("queue/public"), postfix, postdrop, 0o710)?;
    folder(&home.join("queue/maildrop"), postfix, postdrop, 0o730)?;
    fs::write(home.join("main.cf"), main_cf(home, mail))?;
    fs::write(home.join("master.cf"), master_cf(port))?;
    fs::write(home.join("boxes"), boxes)
}

fn folder(path: &Path, user: u32, group: u32, mode: u32) -> io::Result<()> {
    fs::create_dir(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    chown(path, Some(user), Some(group))
}

/// The number of a user or group by name.
fn id_of(file: &str, name: &str) -> io::Result<u32> {
    let lines = fs::read_to_string(file)?;
    let entry = lines.lines().find(|line| line.split(':').next() == Some(name));
    let number = entry.and_then(|line| line.split(':').nth(2)).and_then(|number| number.parse().ok());
    number.ok_or_else(|| io::Error::other(format!("no {name} in {file}")))
}

fn main_cf(home: &Path, mail: &Path) -> String {
    let (home, mail) = (home.display(), mail.display());
    format!(
        "compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = {DAEMONS}
maillog_file = {home}/log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.collect.example
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
virtual_mailbox_domains = collect.example, corp.example
virtual_mailbox_base = {mail}
virtual_mailbox_maps = regexp:{home}/boxes
virtual_uid_maps = static:{MAIL_USER}
virtual_gid_maps = static:{MAIL_USER}
virtual_transport = virtual
virtual_mailbox_limit = 0
message_size_limit = 0
default_transport = error:only the domains of the test are served
"
    )
}

/// The daemons that a delivery takes, none in a chroot.
fn master_cf(port: u16) -> String {
    format!(
        "127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
"
    )
}
