//! What readers try their teeth on: this program, a few sockets that wait for them, the parent itself.

use std::io;
use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::PathBuf;

use super::attempt::Attempt;

/// Sockets of our own, open as long as this lives.
pub(super) struct Scene {
    tcp: TcpListener,
    udp: UdpSocket,
    _unix: UnixListener,
    _abstract: UnixListener,
    /// Beginning of the paths of what is made for it.
    path: PathBuf,
}

impl Scene {
    pub(super) fn new() -> io::Result<Self> {
        let name = format!("postroom-cage-{}", std::process::id());
        let path = std::env::temp_dir().join(&name);
        let socket = path.with_extension("socket");
        // Left by a trial that was killed, under a number that comes again.
        let _ = std::fs::remove_file(&socket);
        Ok(Self {
            tcp: TcpListener::bind(("127.0.0.1", 0))?,
            udp: UdpSocket::bind(("127.0.0.1", 0))?,
            _unix: UnixListener::bind(socket)?,
            _abstract: UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name)?)?,
            path,
        })
    }

    /// All that is tried, in the order in which it is told.
    pub(super) fn attempts(&self, memory: u64) -> Vec<(&'static str, Attempt)> {
        let program = PathBuf::from(super::super::THIS_PROGRAM);
        let own = i32::try_from(std::process::id()).unwrap_or_default();
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut all = vec![
            ("read a file", Attempt::ReadFile(program.clone())),
            ("write a file", Attempt::WriteFile(self.path.with_extension("file"))),
            ("list a folder", Attempt::ListFolder("/".into())),
            ("read the daemon's environment", Attempt::ReadFile(format!("/proc/{own}/environ").into())),
            ("find something in its own environment", Attempt::Environment),
            ("listen on a port", Attempt::Listen),
            ("connect to a socket in a folder", Attempt::UnixSocket(self.path.with_extension("socket"))),
            ("connect to a socket without a folder", Attempt::AbstractSocket(name)),
            ("start a program", Attempt::Start(program.clone())),
            ("become another program", Attempt::Become(program)),
            ("send the daemon a signal", Attempt::Signal(own)),
            ("reach into the daemon's memory", Attempt::Trace(own)),
            ("have memory that can be run", Attempt::RunMemory),
            ("raise its limits", Attempt::RaiseLimits),
            ("take more memory than it may", Attempt::Memory(memory)),
            ("open 1,000 descriptors", Attempt::Descriptors),
            ("start 10,000 threads", Attempt::Threads),
            ("compute without end", Attempt::Spin { deaf: false }),
            ("compute without end, deaf to the kernel", Attempt::Spin { deaf: true }),
            ("wait without end", Attempt::Sleep),
            ("talk without end", Attempt::Flood),
        ];
        all.extend(self.tcp.local_addr().map(|address| ("connect over TCP", Attempt::Connect(address))));
        all.extend(self.udp.local_addr().map(|address| ("send over UDP", Attempt::Datagram(address))));
        all
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.path.with_extension("socket"));
    }
}
