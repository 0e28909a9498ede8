//! A DNS server of a test's own: Debian's dnsmasq on this machine, which knows what it is told and refuses the rest.

use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::daemon::PATIENCE;

/// A DNS server that runs.
pub(crate) struct Dns {
    child: Child,
    /// Where it answers.
    pub address: SocketAddr,
}

impl Dns {
    /// Starts one that knows these TXT records, in which a comma would begin another string. Of `.example` and `.com` it knows nothing else;
    /// other names it refuses.
    pub(crate) fn start(records: &[(&str, &str)]) -> Self {
        for port in (20_000..60_000).skip(std::process::id() as usize * 53 % 30_000) {
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            // Whoever else wants this very port now makes the server end, and the next one is tried.
            if TcpListener::bind(address).is_err() || UdpSocket::bind(address).is_err() {
                continue;
            }
            let child = spawn(port, records);
            if let Some(dns) = (Self { child, address }).started() {
                return dns;
            }
        }
        panic!("no port is free");
    }

    fn started(mut self) -> Option<Self> {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).is_err() {
            if self.child.try_wait().unwrap().is_some() {
                return None;
            }
            assert!(Instant::now() < deadline, "dnsmasq does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
        // Somebody else may answer there.
        self.child.try_wait().unwrap().is_none().then_some(self)
    }
}

fn spawn(port: u16, records: &[(&str, &str)]) -> Child {
    let mut command = Command::new("dnsmasq");
    command.args(["--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file="]);
    command.args([
        "--listen-address=127.0.0.1",
        "--bind-interfaces",
        "--local=/example/",
        "--local=/com/",
        "--user=",
        "--group=",
    ]);
    command.arg(format!("--port={port}"));
    for (name, text) in records {
        command.arg(format!("--txt-record={name},{text}"));
    }
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("dnsmasq (Debian: dnsmasq-base)")
}

impl Drop for Dns {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
