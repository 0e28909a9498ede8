//! A wire between the daemon and a server that does harm at a named step of the protocol, so many times, and then lets everything
//! through.
//!
//! It understands as much of IMAP and SMTP as it takes to know which answer belongs to which command. The harm befalls the answer: the
//! server has done what it was asked, and the daemon does not hear of it, which is the harder case.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;

/// The harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Harm {
    /// None.
    None,
    /// The connection is closed.
    Cut,
    /// Nothing more passes, either way, until the daemon leaves.
    Stall,
    /// A byte at a time, slowly.
    Drip,
    /// Bytes that mean nothing, in the answer's place.
    Garbage,
    /// The connection is reset.
    Reset,
}

impl Harm {
    /// All that do harm.
    pub(crate) const ALL: [Self; 5] = [Self::Cut, Self::Stall, Self::Drip, Self::Garbage, Self::Reset];
}

/// Steps of IMAP, each with the command of the daemon that it begins with, and what the answer's line is known by; an empty text fits
/// the first line that comes.
pub(crate) const IMAP: [(&str, &str, &str); 13] = [
    ("greeting", "", ""),
    ("CAPABILITY", " CAPABILITY", "* CAPABILITY"),
    ("LOGIN", " LOGIN ", "$"),
    ("SELECT", " SELECT ", ""),
    ("list", " UID FETCH ", "INTERNALDATE"),
    ("body", "BODY.PEEK[]", "BODY[]"),
    ("STORE", " UID STORE ", "$"),
    ("MOVE", " UID MOVE ", "$"),
    ("IDLE", " IDLE", "+ "),
    ("news", " IDLE", " EXISTS"),
    ("DONE", "DONE", ""),
    ("NOOP", " NOOP", "$"),
    ("LOGOUT", " LOGOUT", ""),
];

/// Steps of SMTP.
pub(crate) const SMTP: [(&str, &str, &str); 9] = [
    ("greeting", "", ""),
    ("EHLO", "EHLO ", ""),
    ("AUTH", "AUTH ", ""),
    ("MAIL", "MAIL ", ""),
    ("RCPT", "RCPT ", ""),
    ("DATA", "DATA", ""),
    ("body", CONTENT, ""),
    ("dot", ".\r\n", ""),
    ("QUIT", "QUIT", ""),
];

/// Stands for a line in the middle of a mail.
const CONTENT: &str = "Subject:";
/// A byte in this time, when it drips: a mail of some kB takes longer than the tests let a server take.
const DRIP: Duration = Duration::from_millis(10);

/// What is done where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// The step: name, command, answer.
    pub step: (&'static str, &'static str, &'static str),
    /// The harm.
    pub harm: Harm,
    /// How often.
    pub times: usize,
}

/// A listening port of the loopback that leads to a server's. It ends with the runtime.
pub(crate) struct Saboteur {
    /// Where it listens.
    pub port: u16,
    /// The harm that it does.
    pub plan: Plan,
    done: Arc<AtomicUsize>,
}

impl Saboteur {
    /// A wire to a port.
    pub(crate) fn start(runtime: &Handle, server: u16, plan: Plan) -> Self {
        let done = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&done);
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let talk = Talk::new(plan, Arc::clone(&counted));
                tokio::spawn(async move {
                    let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).await else { return };
                    talk.carry(client, server).await;
                });
            }
        });
        Self { port, plan, done }
    }

    /// Whether it has done all its harm.
    pub(crate) fn is_done(&self) -> bool {
        self.done.load(Ordering::SeqCst) >= self.plan.times || self.plan.harm == Harm::None
    }
}

/// What passes next.
enum Pass {
    ToServer(Vec<u8>),
    ToClient(Vec<u8>),
    /// The harm befalls these bytes on their way to the client.
    Harm(Vec<u8>),
}

/// One connection.
struct Talk {
    plan: Plan,
    done: Arc<AtomicUsize>,
    /// What came of a line that has not ended yet: from the client, from the server.
    begun: [Vec<u8>; 2],
    /// Bytes of a literal that the server still owes, and at how many of them the harm is done.
    literal: (usize, Option<usize>),
    /// The answer's line that is waited for.
    awaited: Option<String>,
    drips: bool,
}

impl Talk {
    fn new(plan: Plan, done: Arc<AtomicUsize>) -> Self {
        let awaited = plan.step.1.is_empty().then(String::new);
        Self { plan, done, begun: [Vec::new(), Vec::new()], literal: (0, None), awaited, drips: false }
    }

    async fn carry(mut self, mut client: TcpStream, mut server: TcpStream) {
        let (mut up, mut down) = ([0; 8192], [0; 8192]);
        loop {
            let passes = tokio::select! {
                read = client.read(&mut up) => match read {
                    Ok(count @ 1..) => self.hear_client(&up[..count]),
                    _ => return,
                },
                read = server.read(&mut down) => match read {
                    Ok(count @ 1..) => self.hear_server(&down[..count]),
                    _ => return drop(client.shutdown().await),
                },
            };
            for pass in passes {
                let passed = match pass {
                    Pass::ToServer(bytes) => server.write_all(&bytes).await,
                    Pass::ToClient(bytes) => self.give(&mut client, &bytes).await,
                    Pass::Harm(bytes) => match self.harm(&mut client, &bytes).await {
                        true => Ok(()),
                        false => return,
                    },
                };
                if passed.is_err() {
                    return;
                }
            }
        }
    }

    async fn give(&self, client: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
        if !self.drips {
            return client.write_all(bytes).await;
        }
        for byte in bytes.chunks(1) {
            client.write_all(byte).await?;
            tokio::time::sleep(DRIP).await;
        }
        Ok(())
    }

    /// Does the harm; whether the connection goes on.
    async fn harm(&mut self, client: &mut TcpStream, bytes: &[u8]) -> bool {
        match self.plan.harm {
            Harm::None => client.write_all(bytes).await.is_ok(),
            Harm::Cut => {
                let _ = client.shutdown().await;
                false
            }
            Harm::Stall => {
                let mut heard = [0; 4096];
                while matches!(client.read(&mut heard).await, Ok(1..)) {}
                false
            }
            Harm::Drip => {
                self.drips = true;
                self.give(client, bytes).await.is_ok()
            }
            Harm::Garbage => {
                let noise: Vec<u8> = (0_u32..300).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
                client.write_all(&noise).await.is_ok() && client.write_all(b"\r\n").await.is_ok()
            }
            Harm::Reset => {
                let _ = rustix::net::sockopt::set_socket_linger(&*client, Some(Duration::ZERO));
                false
            }
        }
    }

    fn hear_client(&mut self, bytes: &[u8]) -> Vec<Pass> {
        let mut passes = Vec::new();
        for &byte in bytes {
            self.begun[0].push(byte);
            if byte == b'\n' {
                let line = std::mem::take(&mut self.begun[0]);
                self.note_command(&String::from_utf8_lossy(&line));
                let answered_out_of_turn = self.plan.step.1 == CONTENT && self.awaited.take().is_some();
                passes.push(Pass::ToServer(line));
                if answered_out_of_turn && self.is_turn() {
                    passes.push(Pass::Harm(Vec::new()));
                }
            }
        }
        passes
    }

    fn note_command(&mut self, line: &str) {
        let (_, command, answer) = self.plan.step;
        let fits = if command.starts_with(' ') { line.contains(command) } else { line.starts_with(command) };
        if !command.is_empty() && (fits || (command == "BODY.PEEK[]" && line.contains(command))) {
            let tag = line.split(' ').next().unwrap_or_default();
            self.awaited = Some(if answer == "$" { format!("{tag} ") } else { answer.to_owned() });
        }
    }

    fn hear_server(&mut self, bytes: &[u8]) -> Vec<Pass> {
        let mut passes = Vec::new();
        for &byte in bytes {
            self.begun[1].push(byte);
            if self.literal.0 > 0 {
                self.literal.0 -= 1;
                if self.literal.1 == Some(self.literal.0) {
                    self.literal.1 = None;
                    let half = std::mem::take(&mut self.begun[1]);
                    passes.push(Pass::Harm(half));
                }
            } else if byte == b'\n' {
                let line = std::mem::take(&mut self.begun[1]);
                passes.push(self.line(line));
            }
        }
        // What is part of a literal goes on without its end.
        if self.literal.0 > 0 && !self.begun[1].is_empty() {
            passes.push(Pass::ToClient(std::mem::take(&mut self.begun[1])));
        }
        passes
    }

    /// A line of the server.
    fn line(&mut self, line: Vec<u8>) -> Pass {
        let text = String::from_utf8_lossy(&line).into_owned();
        let literal = text.trim_end().strip_suffix('}').and_then(|head| head.rsplit('{').next()?.parse().ok());
        self.literal = (literal.unwrap_or(0), None);
        let is_it = self.awaited.as_ref().is_some_and(|awaited| {
            if awaited.starts_with('A') { text.starts_with(awaited) } else { text.contains(awaited) }
        });
        if !is_it || self.plan.step.1 == CONTENT {
            return Pass::ToClient(line);
        }
        self.awaited = None;
        if !self.is_turn() {
            return Pass::ToClient(line);
        }
        match literal {
            // Within the literal: half of it has come by then.
            Some(length) if self.plan.step.0 == "body" => {
                self.literal.1 = Some(length / 2);
                Pass::ToClient(line)
            }
            _ => Pass::Harm(line),
        }
    }

    /// Whether harm is still to be done; counts it.
    fn is_turn(&self) -> bool {
        self.plan.harm != Harm::None && self.done.fetch_add(1, Ordering::SeqCst) < self.plan.times
    }
}
