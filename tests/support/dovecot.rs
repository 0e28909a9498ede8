//! A Dovecot of the test's own, on free ports of the loopback, in a temporary folder; it ends with its value.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The password of every user.
pub(crate) const PASSWORD: &str = "correct-horse";

/// The account whose files the mail is (nobody:nogroup).
const NOBODY: u32 = 65534;

/// A running server.
pub(crate) struct Dovecot {
    folder: TempDir,
    child: Child,
    /// Port for plain IMAP, with STARTTLS.
    pub port: u16,
    /// Port for IMAP over TLS.
    pub tls_port: u16,
    delivered: AtomicU64,
}

impl Dovecot {
    /// Starts a server for any user name with [`PASSWORD`].
    pub(crate) fn start() -> Self {
        Self::start_with("")
    }

    /// Starts a server with further lines of configuration.
    pub(crate) fn start_with(further: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("postroom-dovecot").tempdir().unwrap();
        let (port, tls_port) = (free_port(), free_port());
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        write_certificate(folder.path());
        let mail = folder.path().join("mail");
        fs::create_dir(&mail).unwrap();
        chown(&mail, Some(NOBODY), Some(NOBODY)).unwrap();
        let configuration = folder.path().join("dovecot.conf");
        fs::write(&configuration, configure(folder.path(), port, tls_port) + further).unwrap();
        let log = fs::File::create(folder.path().join("stderr")).unwrap();
        let child = Command::new("/usr/sbin/dovecot")
            .args(["-F", "-c"])
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("dovecot is installed");
        let server = Self { folder, child, port, tls_port, delivered: AtomicU64::new(0) };
        server.wait_until_ready();
        server
    }

    fn wait_until_ready(&self) {
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < until, "dovecot did not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What the server logged.
    pub(crate) fn log(&self) -> String {
        let read = |name: &str| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        read("log") + &read("stderr")
    }

    /// PEM file of the authority that signed the server's certificate.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Where a mail server asks for passwords, if it is configured.
    pub(crate) fn auth_socket(&self) -> PathBuf {
        self.folder.path().join("run/smtp-auth")
    }

    /// The folder with the Maildirs of all users.
    pub(crate) fn mail(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    /// Its process, whose children serve the connections.
    #[allow(dead_code, reason = "the load test measures it")]
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The Maildir of a user.
    pub(crate) fn maildir(&self, user: &str) -> PathBuf {
        self.folder.path().join("mail").join(user)
    }

    /// Makes a user's folder before any mail is there.
    pub(crate) fn make_home(&self, user: &str) {
        make_folder(&self.maildir(user), &self.mail());
    }

    /// Delivers a message into a user's INBOX, as a file.
    pub(crate) fn deliver(&self, user: &str, message: &[u8]) {
        self.deliver_into(user, "", message);
    }

    /// Delivers into a folder (`.Junk`), or into INBOX (``).
    pub(crate) fn deliver_into(&self, user: &str, folder: &str, message: &[u8]) {
        let maildir = self.maildir(user).join(folder);
        for part in ["", "tmp", "new", "cur"] {
            make_folder(&maildir.join(part), &self.folder.path().join("mail"));
        }
        let number = self.delivered.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}.M{number}P1.test", 1_514_764_800 + number);
        let path = maildir.join("tmp").join(&name);
        fs::File::create(&path).unwrap().write_all(message).unwrap();
        chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        fs::rename(path, maildir.join("new").join(name)).unwrap();
    }

    /// Flags of the files of a folder (`S` for seen), in order of delivery; an empty text for a file in `new`.
    pub(crate) fn flags(&self, user: &str, folder: &str) -> Vec<String> {
        let maildir = self.maildir(user).join(folder);
        let mut files: Vec<String> = ["new", "cur"]
            .iter()
            .filter_map(|part| fs::read_dir(maildir.join(part)).ok())
            .flat_map(|entries| entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()))
            .collect();
        // Files that this server's user delivered bear a number; what came over a mail server goes by its name.
        let number = |file: &str| file.split('P').next()?.split('M').nth(1)?.parse::<u64>().ok();
        files.sort_by_key(|file| (number(file), file.clone()));
        files.iter().map(|file| file.split_once(":2,").map_or(String::new(), |(_, flags)| flags.to_owned())).collect()
    }

    /// Runs `doveadm` as an administrator would.
    pub(crate) fn doveadm(&self, arguments: &[&str]) {
        let configuration = self.folder.path().join("dovecot.conf");
        let status = Command::new("doveadm").arg("-c").arg(configuration).args(arguments).output().unwrap();
        assert!(status.status.success(), "doveadm {arguments:?}: {}", String::from_utf8_lossy(&status.stderr));
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // Dovecot ends its own processes when asked by SIGTERM; killing the master would leave them.
        let pid = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

/// A port of the loopback that nobody listens on, and that no other test is given while this one's process lives: the UDP port
/// of the same number is held as the sign. It lies below the range from which the system takes ports of outgoing connections.
pub(crate) fn free_port() -> u16 {
    for port in (10_000..32_000).cycle().skip(std::process::id() as usize * 37 % 22_000).take(22_000) {
        let Ok(sign) = UdpSocket::bind(("127.0.0.1", port)) else { continue };
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            std::mem::forget(sign);
            return port;
        }
    }
    panic!("no port is free");
}

/// Makes a folder and those above it up to `root`, owned by the mail account. The server may be making it at the same time.
fn make_folder(path: &Path, root: &Path) {
    if path == root || path.exists() {
        return;
    }
    make_folder(path.parent().unwrap(), root);
    fs::create_dir_all(path).unwrap();
    chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
}

/// An authority and a certificate for `localhost`, signed by it.
fn write_certificate(folder: &Path) {
    let ca_key = rcgen::KeyPair::generate().unwrap();
    let mut ca = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca_certificate = ca.self_signed(&ca_key).unwrap();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let mut leaf = rcgen::CertificateParams::new(vec!["localhost".into(), "127.0.0.1".into()]).unwrap();
    // Of the authority's own name it would pass for one that signed itself, which OpenSSL refuses.
    leaf.distinguished_name.push(rcgen::DnType::CommonName, "localhost");
    let certificate = leaf.signed_by(&key, &issuer).unwrap();
    fs::write(folder.join("ca.pem"), ca_certificate.pem()).unwrap();
    fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
}

fn configure(folder: &Path, port: u16, tls_port: u16) -> String {
    let folder = folder.display();
    format!(
        r#"
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/
mail_fsync = never
mail_max_userip_connections = 100
first_valid_uid = 1
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={NOBODY} gid={NOBODY} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = create
    special_use = \Junk
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"#
    )
}
