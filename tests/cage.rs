//! The cage of the readers: nothing that runs in one gets out, nothing of ours gets in, and a machine that lacks a lock is told of.

mod given;
mod lacking;
mod lies;

use std::process::Output;

use crate::support::daemon::Postroom;

/// What is tried, and what the trial says of it: whether the cage held, and a word of how, or one of several between bars.
type Wanted = (&'static str, bool, &'static str);

/// Refused by the kernel.
const REFUSED: &str = "Operation not permitted";

/// The look from outside sees them, or its memory is used up before that.
const THREADS: &str = " threads|Resource temporarily unavailable";

/// The trials as `postroom check --cage` tells them.
fn trials(output: &Output) -> Vec<(String, bool, String)> {
    let text = String::from_utf8_lossy(&output.stdout);
    let told = text.lines().filter_map(|line| line.strip_prefix("cage: "));
    let trial = |line: &str| {
        let (what, rest) = line.split_once(": ")?;
        let (held, how) = rest.split_once(": ")?;
        Some((what.to_owned(), held == "held", how.to_owned()))
    };
    told.filter_map(trial).collect()
}

/// Compares one by one, so that a failure names all that went otherwise.
fn check(output: &Output, wanted: &[Wanted]) {
    let trials = trials(output);
    let mut faults = Vec::new();
    for (what, held, how) in wanted {
        match trials.iter().find(|(other, ..)| other == what) {
            Some(trial) if trial.1 == *held && how.split('|').any(|how| trial.2.contains(how)) => {}
            other => faults.push(format!("{what}: {other:?}, wanted {held} {how:?}")),
        }
    }
    let told: Vec<&String> = trials.iter().map(|(what, ..)| what).collect();
    assert!(faults.is_empty(), "{}\n{}", faults.join("\n"), String::from_utf8_lossy(&output.stderr));
    assert_eq!(told.len(), wanted.len(), "{told:?}");
}

#[test]
fn whatever_a_file_makes_its_reader_do_it_does_not_get_out() {
    let postroom = Postroom::new("");
    let output = postroom.command(&["check", "--cage"]);
    check(
        &output,
        &[
            ("read a file", true, REFUSED),
            ("write a file", true, REFUSED),
            ("list a folder", true, REFUSED),
            ("read the daemon's environment", true, REFUSED),
            ("find something in its own environment", true, "there is nothing"),
            ("connect over TCP", true, REFUSED),
            ("listen on a port", true, REFUSED),
            ("send over UDP", true, REFUSED),
            ("connect to a socket in a folder", true, REFUSED),
            ("connect to a socket without a folder", true, REFUSED),
            ("start a program", true, REFUSED),
            ("become another program", true, REFUSED),
            ("send the daemon a signal", true, REFUSED),
            ("reach into the daemon's memory", true, REFUSED),
            ("have memory that can be run", true, REFUSED),
            ("raise its limits", true, REFUSED),
            ("take more memory than it may", true, "no more than"),
            ("open 1,000 descriptors", true, REFUSED),
            ("start 10,000 threads", true, THREADS),
            ("compute without end", true, "SIGXCPU"),
            ("compute without end, deaf to the kernel", true, "its processor time is up"),
            ("wait without end", true, "time is up"),
            ("talk without end", true, "time is up"),
        ],
    );
    assert!(output.status.success());
}
