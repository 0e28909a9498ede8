//! Servers that mean harm: what they say costs the daemon no more memory and time than a decent server's words, the log says what was
//! wrong, and the mail of others goes on.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::letter;
use crate::support::daemon::Postroom;
use crate::support::post::{COLLECT, Post, REPLIES, imap};

/// The most memory that the daemon may ever have, in MiB. Without enemies it has some 60 (a build without optimisation).
const MOST_MIB: u64 = 260;
/// Bytes that an enemy says if nobody stops it.
const ENDLESS: usize = 600 << 20;

/// What an enemy does once it is asked for a list (IMAP), or for anything (SMTP).
type Act = fn(&mut TcpStream) -> std::io::Result<()>;

/// Enemies that speak IMAP, and the words of the log.
const IMAP: [(&str, Act, &str); 13] = [
    (
        "line",
        |to| endless(to, b"* OK xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        "a response of more than 65536 bytes",
    ),
    ("giant", |to| say(to, b"* 1 FETCH (UID 1 BODY[] {4294967296}\r\nx"), "a literal of 4294967296 bytes"),
    ("large", |to| say(to, b"* 1 FETCH (UID 1 BODY[] {500000000}\r\nx"), "a literal of 500000000 bytes"),
    ("tags", |to| endless(to, b"B0001 OK done\r\n"), "200000 responses and no answer"),
    ("news", |to| endless(to, b"* 1 EXISTS\r\n"), "200000 responses and no answer"),
    (
        "brackets",
        |to| say(to, &[b"* 1 FETCH (BODYSTRUCTURE ", "(".repeat(60_000).as_bytes(), b"\r\n"].concat()),
        "opening brackets",
    ),
    (
        "quotes",
        |to| say(to, &[b"* 1 FETCH (X a\" BODYSTRUCTURE ", "(".repeat(60_000).as_bytes(), b"\r\n"].concat()),
        "opening brackets",
    ),
    ("date", |to| say(to, b"* 1 FETCH (UID 1 INTERNALDATE NIL RFC822.SIZE 5)\r\n"), "not understood"),
    ("alerts", |to| endless(to, "* OK [ALERT]请稍候\r\n".as_bytes()), "200000 responses and no answer"),
    (SWELLING, swell, "far more bytes than the list told of"),
    ("noise", |to| endless(to, b"\x00\xff\xfe\x80 \x07\r\n"), "not understood"),
    ("uids", uids, "200000 responses and no answer"),
    ("trickle", trickle, "no answer to"),
];

/// The enemy that waits until it is asked for bytes.
const SWELLING: &str = "swelling";

/// Enemies that speak SMTP.
const SMTP: [(&str, Act, &str); 4] = [
    ("lines", |to| endless(to, b"250-yes and\r\n"), "a reply of more than 65536 bytes"),
    ("reply", |to| endless(to, b"250-yesyesyesyesyesyesyesyesyes"), "a reply of more than 65536 bytes"),
    ("binary", |to| endless(to, b"\x00\xff\xfe\x80 \x07\r\n"), "broke at"),
    ("turn", |to| say(to, b"354 go on\r\n999 no\r\n"), "broke at"),
];

fn say(to: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    to.write_all(bytes)?;
    // Until the daemon has had enough.
    let mut line = String::new();
    BufReader::new(to).read_line(&mut line).map(drop)
}

fn endless(to: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    let piece = bytes.repeat(64);
    (0..ENDLESS / piece.len()).try_for_each(|_| to.write_all(&piece))
}

fn uids(to: &mut TcpStream) -> std::io::Result<()> {
    (1..10_000_000)
        .try_for_each(|uid| to.write_all(format!("* {uid} FETCH (UID {uid} RFC822.SIZE 9 FLAGS ())\r\n").as_bytes()))
}

/// Gives as large ones what it told to be small messages.
fn swell(to: &mut TcpStream) -> std::io::Result<()> {
    let body = vec![b'x'; 15 << 20];
    for uid in 1..=64 {
        to.write_all(format!("* {uid} FETCH (UID {uid} BODY[] {{{}}}\r\n", body.len()).as_bytes())?;
        to.write_all(&body)?;
        to.write_all(b")\r\n")?;
    }
    Ok(())
}

fn trickle(to: &mut TcpStream) -> std::io::Result<()> {
    loop {
        to.write_all(b"* OK Still here\r\n")?;
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// An enemy that listens; how often it was called.
fn listen(serve: impl Fn(TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (calls, serve) = (Arc::new(AtomicUsize::new(0)), Arc::new(serve));
    let counted = Arc::clone(&calls);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            counted.fetch_add(1, Ordering::SeqCst);
            let serve = Arc::clone(&serve);
            // An error is the daemon that leaves.
            std::thread::spawn(move || drop(serve(stream)));
        }
    });
    (port, calls)
}

/// Speaks IMAP like anybody up to the command with this word, and then shows its nature.
fn speak_imap(mut stream: TcpStream, word: &str, act: Act) -> std::io::Result<()> {
    let lines = BufReader::new(stream.try_clone()?).lines();
    let small: String = (1..=64).map(|uid| format!("* {uid} FETCH (UID {uid} RFC822.SIZE 9)\r\n")).collect();
    stream.write_all(b"* OK ready\r\n")?;
    for line in lines {
        let line = line?;
        let tag = line.split(' ').next().unwrap_or_default();
        let before = match line.split(' ').nth(1).unwrap_or_default() {
            "CAPABILITY" => "* CAPABILITY IMAP4rev1\r\n",
            "SELECT" => "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT 4] next\r\n",
            "UID" if line.contains(word) => return act(&mut stream),
            "UID" => &small,
            _ => "",
        };
        stream.write_all(format!("{before}{tag} OK done\r\n").as_bytes())?;
    }
    Ok(())
}

#[test]
fn servers_that_mean_harm_cost_little_and_are_named_in_the_log() {
    let post = Post::start();
    let mut configuration = format!("{}{}reply_by = \"main\"\n{REPLIES}", super::EVER, post.mailbox("main", ""));
    let mut calls = Vec::new();
    for (name, act, _) in IMAP {
        let word = if name == SWELLING { "BODY.PEEK" } else { "FETCH" };
        let (port, called) = listen(move |stream| speak_imap(stream, word, act));
        let mailbox = imap(name, "collect", "none", port, &post.dovecot);
        configuration += &format!("{mailbox}junk = false\nanswer_within = \"1s\"\n");
        calls.push((name, called));
    }
    for (name, act, _) in SMTP {
        let (port, called) = listen(move |mut stream| act(&mut stream));
        let mailbox =
            post.mailbox(&format!("to-{name}"), "").replace("user = \"collect\"", &format!("user = \"{name}\""));
        configuration += &format!(
            "{mailbox}reply_by = \"{name}\"\n[[transport]]\nname = \"{name}\"\nhost = \"127.0.0.1\"\nport = {port}\n\
             tls = \"none\"\nfrom = \"<{COLLECT}>\"\nanswer_within = \"2s\"\naccept_within = \"2s\"\n"
        );
        calls.push((name, called));
    }
    let mut postroom = Postroom::start(&configuration);
    postroom.patience *= 3;
    for (number, (name, ..)) in SMTP.iter().enumerate() {
        post.dovecot.deliver(name, &letter(100 + number));
    }
    for (name, _, words) in IMAP {
        let line = postroom.wait(&["disconnected", &format!("mailbox={name} "), words]);
        println!("{name}: {}", line.split("why=").nth(1).unwrap_or_default());
    }
    for (number, (name, _, words)) in SMTP.iter().enumerate() {
        let line = postroom.wait(&["deferred", &format!("user{}@corp.example", 100 + number), words]);
        println!("{name}: {}", line.split("why=").nth(1).unwrap_or_default());
    }
    // Others are served as ever.
    post.dovecot.deliver("collect", &letter(1));
    postroom.wait(&[" sent ", "user1@corp.example"]);
    let peak = postroom.peak_memory();
    println!("the daemon had at most {peak} MiB among {} enemies", calls.len());
    assert!(peak < MOST_MIB, "{peak} MiB");
    for (name, called) in calls {
        let called = called.load(Ordering::SeqCst);
        // After a failure it waits, longer each time.
        assert!((1..=9).contains(&called), "{name} was called {called} times");
    }
    postroom.stop();
}
