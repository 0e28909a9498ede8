//! How fast one core reads: the messages of the corpus, through the library's pure function, by what they carry.
//!
//! `cargo bench --bench reading -- [--rounds N]`. Each message is read in every round; its time is the median over them. The
//! first round warms up and is not counted. Beside it stands a reference that understands nothing: mail-parser takes the
//! message apart, and zip files among the attachments are inflated into nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a bench that meets the unexpected fails at once, looks at the clock, and prints"
)]

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::io::Cursor;
use std::time::{Duration, Instant};

use mail_parser::{MessageParser, MimeHeaders};
use postroom::document::Limits;
use postroom::reading::{self, Prepared, Request};
use postroom::survey::Survey;

/// A message, what it carries, and its times over the rounds.
struct Sample {
    raw: Vec<u8>,
    format: String,
    read: Vec<Duration>,
    reference: Vec<Duration>,
}

/// Messages of one kind together.
#[derive(Default)]
struct Group {
    bytes: usize,
    read: Vec<Duration>,
    reference: Duration,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let rounds =
        arguments.iter().position(|argument| argument == "--rounds").map_or(9, |at| arguments[at + 1].parse().unwrap());
    let survey = Survey::founding().unwrap();
    let prepared = Prepared::new(&survey);
    let request = Request {
        surveys: vec![&prepared],
        authserv_id: Some("mx.collect.example".into()),
        limits: Limits::default(),
        left_out: Vec::new(),
    };
    let mut samples = corpus(&request);
    for _ in 0..rounds {
        for sample in &mut samples {
            sample.read.push(time(|| reading::read(&sample.raw, &request, &mut |_| ())));
            sample.reference.push(time(|| inflate(&sample.raw)));
        }
    }
    print(&samples, rounds);
}

/// The messages, each read once.
fn corpus(request: &Request<'_>) -> Vec<Sample> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/messages");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let sample = |path| {
        let raw = fs::read(path).unwrap();
        inflate(&raw);
        let reading = reading::read(&raw, request, &mut |_| ());
        // An archive stands before its members, and a message is what its first file is.
        let format = reading.attachments.first().map_or("body", |file| file.kind.as_str()).to_owned();
        Sample { raw, format, read: Vec::new(), reference: Vec::new() }
    };
    paths.into_iter().map(sample).collect()
}

fn time<T>(run: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(run());
    start.elapsed()
}

/// The reference: what any reader has to do at least.
fn inflate(raw: &[u8]) {
    let Some(message) = MessageParser::default().parse(raw) else { return };
    for attachment in message.attachments() {
        black_box(attachment.attachment_name());
        let Ok(mut zip) = zip::ZipArchive::new(Cursor::new(attachment.contents())) else { continue };
        for index in 0..zip.len() {
            // A member that asks for a password, or is damaged, ends at once. A bomb is opened as far as a reader would.
            if let Ok(member) = zip.by_index(index) {
                let mut bounded = std::io::Read::take(member, Limits::default().unpacked);
                let _ = std::io::copy(&mut bounded, &mut std::io::sink());
            }
        }
    }
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2]
}

fn print(samples: &[Sample], rounds: usize) {
    let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
    for sample in samples {
        for name in ["all", sample.format.as_str()] {
            let group = groups.entry(name).or_default();
            group.bytes += sample.raw.len();
            group.read.push(median(&sample.read));
            group.reference += median(&sample.reference);
        }
    }
    println!("{} messages, medians of {rounds} rounds, one core", samples.len());
    println!(
        "{:12} {:>8} {:>12} {:>8} {:>10} {:>10} {:>11}",
        "", "messages", "messages/s", "MB/s", "median ms", "p99 ms", "/ reference"
    );
    for (name, group) in &mut groups {
        group.read.sort_unstable();
        let (count, total) = (group.read.len(), group.read.iter().sum::<Duration>().as_secs_f64());
        let at = |share: usize| group.read[(count * share).div_ceil(100).max(1) - 1].as_secs_f64() * 1e3;
        println!(
            "{name:12} {count:8} {:12.0} {:8.1} {:10.2} {:10.2} {:11.1}",
            count as f64 / total,
            group.bytes as f64 / 1e6 / total,
            at(50),
            at(99),
            total / group.reference.as_secs_f64()
        );
    }
}
