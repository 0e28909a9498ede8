//! The load test: a real Dovecot with thousands of mails, read by Postroom from fetch to committed rows and queued notices,
//! beside programs that do less.
//!
//! `cargo bench --bench load -- [--messages N] [--rounds N] [--tls] [--only mix|old|large]`. It prints medians over
//! the rounds, and ratios within a round. Needs Dovecot and isync from the distribution, and to be root, as Dovecot does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::print_stderr,
    dead_code,
    reason = "a bench that meets the unexpected fails at once, looks at the clock, prints, and uses a part of the tests' support"
)]

mod chance;
#[path = "../../tests/support/dovecot.rs"]
mod dovecot;
mod forms;
mod imap;
mod mails;
mod measure;
mod pipe;
mod report;
mod rivals;

use std::io::Read;
use std::path::PathBuf;

use dovecot::{Dovecot, PASSWORD};
use imap::Server;
use mails::Mails;
use report::Table;
use rivals::{Office, Scene};

/// Seed of all mails.
const SEED: u64 = 20_171_220;

struct Options {
    messages: usize,
    rounds: usize,
    old: usize,
    tls: bool,
    only: Option<String>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let Some(role) = arguments.strip_prefix(&["--as".to_owned()]) {
        return play(role);
    }
    let options = options(&arguments);
    let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    if wanted("mix") {
        mix(&options);
    }
    if wanted("old") {
        old(&options);
    }
    if wanted("large") {
        large(&options);
    }
}

fn options(arguments: &[String]) -> Options {
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        Some(arguments.get(at + 1).unwrap_or_else(|| panic!("{name} needs a value")).clone())
    };
    let number = |name: &str, default| value(name).map_or(default, |text| text.parse().expect("a number"));
    Options {
        messages: number("--messages", 2_000),
        rounds: number("--rounds", 5),
        old: number("--old", 100_000),
        tls: arguments.iter().any(|argument| argument == "--tls"),
        only: value("--only"),
    }
}

/// This process as one of the rivals: role, port, user, password and perhaps the authority.
fn play(arguments: &[String]) {
    let [role, port, user, password, ca @ ..] = arguments else { panic!("--as needs a role and a server") };
    let ca = ca.first().map(PathBuf::from);
    let server = Server { port: port.parse().unwrap(), user: user.clone(), password: password.clone(), ca };
    match role.as_str() {
        "raw" => imap::fetch(&server, |size, from| drop(std::io::copy(&mut from.take(size), &mut std::io::sink()))),
        "pipe" => pipe::run(&server, &PathBuf::from(std::env::var_os("PIPE_DATABASE").unwrap())),
        _ => panic!("no such role: {role}"),
    }
}

fn scene(dovecot: &Dovecot, user: &str, tls: bool) -> Scene {
    let (port, ca) = if tls { (dovecot.tls_port, Some(dovecot.ca_file())) } else { (dovecot.port, None) };
    Scene { server: Server { port, user: user.into(), password: PASSWORD.into(), ca }, process: dovecot.pid() }
}

/// The mixed mailbox, read by all in turn.
fn mix(options: &Options) {
    let dovecot = Dovecot::start();
    let mut mails = Mails::new(SEED);
    let mut sizes: Vec<usize> = Vec::new();
    for _ in 0..options.messages {
        let mail = mails.mixed();
        sizes.push(mail.len());
        dovecot.deliver("mix", &mail);
    }
    report::sizes(&mut sizes);
    let scene = scene(&dovecot, "mix", options.tls);
    // Not counted: Dovecot learns the sizes, and the flags are set for the first time.
    scene.raw();
    scene.postroom(&Office::new(&scene.server), options.messages);
    let mut table = Table::new(&["raw", "mbsync", "pipe", "postroom"]);
    for round in 1..=options.rounds {
        let (raw, mbsync, pipe) = (scene.raw(), scene.mbsync(), scene.pipe());
        let office = Office::new(&scene.server);
        let run = scene.postroom(&office, options.messages);
        println!("round {round}: {}; {}", run.fates, run.stages);
        table.add([raw, mbsync, pipe, run.cost]);
    }
    table.print(options.messages);
}

/// A mailbox of many old messages, and ten new ones.
fn old(options: &Options) {
    let dovecot = Dovecot::start();
    let mut mails = Mails::new(SEED);
    for _ in 0..options.old {
        dovecot.deliver("old", &mails.small());
    }
    let scene = scene(&dovecot, "old", options.tls);
    scene.raw();
    let office = Office::new(&scene.server);
    let all = scene.postroom(&office, options.old);
    report::one(&format!("{} small messages", options.old), &all);
    println!("  CPU a message: {:.0} µs", all.cost.cpu * 1e6 / options.old as f64);
    for _ in 0..options.rounds.min(3) {
        for _ in 0..10 {
            dovecot.deliver("old", &mails.small());
        }
        report::one(&format!("{} old, 10 new", options.old), &scene.postroom(&office, 10));
    }
}

/// One message of 40 MB.
fn large(options: &Options) {
    let dovecot = Dovecot::start();
    dovecot.deliver("large", &Mails::new(SEED).large(29 << 20));
    let scene = scene(&dovecot, "large", options.tls);
    let run = scene.postroom(&Office::new(&scene.server), 1);
    report::one("one message of 40 MB", &run);
}
