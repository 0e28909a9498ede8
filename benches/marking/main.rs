//! How long it takes to mark a sender's own file, its check by a second reading included.
//!
//! `cargo bench --bench marking`. Every .xlsx and .docx of the corpus is marked at all its answers; then a sheet of a million
//! cells is marked at its last one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench that meets the unexpected fails at once, looks at the clock, and prints"
)]

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use postroom::document::Limits;
use postroom::mail;
use postroom::mark::{Mark, mark};
use postroom::place::{Place, Spot};
use postroom::reading::{self, Prepared, Request, originals};
use postroom::survey::{Language, Survey};

fn main() {
    let mut times: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for (bytes, marks) in corpus() {
        let start = Instant::now();
        if let Ok(marked) = mark(&bytes, &marks, Language::Zh, &Limits::default()) {
            times.entry(marked.kind.extension()).or_default().push(start.elapsed());
        }
    }
    for (extension, mut times) in times {
        times.sort();
        let at = |share: usize| times.get((times.len() - 1) * share / 100).unwrap().as_secs_f64() * 1e3;
        println!("{extension}: {} files, median {:.1} ms, most {:.1} ms", times.len(), at(50), at(100));
    }
    let (rows, columns) = (50_000_u32, 20_u16);
    let large = workbook(rows, columns);
    let start = Instant::now();
    mark(&large, &[mark_at("Sheet1", rows - 1, u32::from(columns) - 1)], Language::Zh, &Limits::default()).unwrap();
    println!("xlsx of {} cells: {:.1} s", rows * u32::from(columns), start.elapsed().as_secs_f64());
}

/// Files of the corpus, with a mark on every answer read from them.
fn corpus() -> Vec<(Vec<u8>, Vec<Mark>)> {
    let survey = Survey::founding().unwrap();
    let prepared = Prepared::new(&survey);
    let request =
        Request { surveys: vec![&prepared], authserv_id: None, limits: Limits::default(), left_out: Vec::new() };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/messages");
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let raw = fs::read(entry.unwrap().path()).unwrap();
        let read = reading::read(&raw, &request, &mut |_| ());
        for (path, bytes) in originals(&mail::parse(&raw), Limits::default()).files {
            let answers = read.returns.iter().flat_map(|one| one.answers.values());
            let places = answers.map(|answer| &answer.place).filter(|place| place.source == path);
            let marks: Vec<_> = places.map(|place| Mark { place: place.clone(), note: "请补填".into() }).collect();
            files.extend((!marks.is_empty()).then_some((bytes, marks)));
        }
    }
    files
}

fn mark_at(sheet: &str, row: u32, column: u32) -> Mark {
    let spot = Spot::Sheet { name: sheet.into(), row, column };
    Mark { place: Place { source: String::new(), spot }, note: "请补填".into() }
}

fn workbook(rows: u32, columns: u16) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..rows {
        for column in 0..columns {
            sheet.write_number(row, column, f64::from(row)).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}
