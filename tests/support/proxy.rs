//! A wire between the daemon and a server that a test can cut or silence.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the wire does.
#[derive(Default)]
struct State {
    /// Bytes from the server that may still pass; nothing is cut at the greatest number.
    left: AtomicU64,
    /// Whether bytes are swallowed, both ways.
    silent: AtomicBool,
    /// Connections made so far.
    connections: AtomicUsize,
    open: Mutex<Vec<TcpStream>>,
    gone: AtomicBool,
}

/// A listening port of the loopback that leads to another one.
pub(crate) struct Proxy {
    /// Where it listens.
    pub port: u16,
    state: Arc<State>,
}

impl Proxy {
    /// A wire to a port.
    pub(crate) fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let state = Arc::new(State { left: AtomicU64::new(u64::MAX), ..State::default() });
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shared.gone.load(Ordering::SeqCst) {
                    return;
                }
                shared.connections.fetch_add(1, Ordering::SeqCst);
                if let Ok(server) = TcpStream::connect(("127.0.0.1", port)) {
                    join(client, server, &shared);
                }
            }
        });
        Self { port: own, state }
    }

    /// Cuts the connection once so many more bytes have come from the server. The next connection is whole.
    pub(crate) fn cut_after(&self, bytes: u64) {
        self.state.left.store(bytes, Ordering::SeqCst);
    }

    /// Swallows everything from now on, as a firewall does that has forgotten a connection.
    pub(crate) fn silence(&self) {
        self.state.silent.store(true, Ordering::SeqCst);
    }

    /// Lets new connections through again; those of the silent time are reset.
    pub(crate) fn speak(&self) {
        self.state.silent.store(false, Ordering::SeqCst);
        self.reset();
    }

    /// Cuts every connection that stands.
    pub(crate) fn reset(&self) {
        for stream in self.state.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.gone.store(true, Ordering::SeqCst);
        self.reset();
        let _ = TcpStream::connect_timeout(&([127, 0, 0, 1], self.port).into(), Duration::from_secs(1));
    }
}

fn join(client: TcpStream, server: TcpStream, state: &Arc<State>) {
    let twins = || (client.try_clone().unwrap(), server.try_clone().unwrap());
    state.open.lock().unwrap().extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
    let (from, to) = twins();
    let shared = Arc::clone(state);
    std::thread::spawn(move || carry(from, to, &shared, false));
    let (to, from) = twins();
    let shared = Arc::clone(state);
    std::thread::spawn(move || carry(from, to, &shared, true));
}

fn carry(mut from: TcpStream, mut to: TcpStream, state: &State, counted: bool) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if state.silent.load(Ordering::SeqCst) {
            continue;
        }
        let left = if counted { state.left.load(Ordering::SeqCst) } else { u64::MAX };
        let pass = count.min(usize::try_from(left).unwrap_or(usize::MAX));
        if to.write_all(&buffer[..pass]).is_err() {
            break;
        }
        if counted && left != u64::MAX {
            state.left.store(left - pass as u64, Ordering::SeqCst);
            if pass < count {
                state.left.store(u64::MAX, Ordering::SeqCst);
                break;
            }
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
