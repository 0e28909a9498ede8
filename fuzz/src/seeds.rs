//! Seeds of a target, from the corpus, the generated samples and the archives of the tests, made small; and the words that several
//! of them have in common, as a dictionary.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use postroom::document::{Block, Content, Grid, Limits};
use postroom::mail;
use postroom::reading::originals;

use super::package::{Member, members, pack};
use super::pdf;
use super::target::{Input, Target, opened};

/// Bytes of a seed at most; fewer make more runs a second.
const LARGEST: usize = 64 << 10;

/// Seeds of one target at most, the smallest.
const MOST: usize = 150;

/// Writes the seeds of a target to `folder/seeds` and its dictionary to `folder/words`.
pub fn write(target: &Target, folder: &Path) {
    let mut seeds = of(target);
    seeds.extend(own(target));
    seeds.sort_by_key(|seed| (seed.len(), seed.clone()));
    seeds.dedup();
    seeds.retain(|seed| seed.len() <= LARGEST);
    seeds.truncate(MOST);
    fs::create_dir_all(folder.join("seeds")).expect("a folder for the seeds");
    for (number, seed) in seeds.iter().enumerate() {
        fs::write(folder.join("seeds").join(format!("{number:03}")), seed).expect("a seed is written");
    }
    fs::write(folder.join("words"), words(&seeds)).expect("the dictionary is written");
    eprintln!("{}: {} seeds", target.name, seeds.len());
}

fn of(target: &Target) -> Vec<Vec<u8>> {
    match target.name {
        "message" => messages(),
        "imap" | "smtp" => Vec::new(),
        "form" => files().iter().filter_map(|file| notation(file)).collect(),
        "pdf" => files().into_iter().filter(|file| takes(target, file)).map(|file| pdf::unpacked(&file)).collect(),
        _ => files().into_iter().filter(|file| takes(target, file)).map(|file| smaller(file)).collect(),
    }
}

/// Seeds that are kept beside the fuzzer, of formats that no message of the tests brings.
fn own(target: &Target) -> Vec<Vec<u8>> {
    let folder = format!("fuzz/seeds/{}", target.name);
    let is_there = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(&folder).is_dir();
    let seeds = if is_there { read_folder(&folder) } else { Vec::new() };
    assert!(seeds.iter().all(|seed| takes(target, seed)), "not all seeds in {folder} can be read");
    seeds
}

/// Whether a file is a seed of the target: one that is opened without a fault.
fn takes(target: &Target, bytes: &[u8]) -> bool {
    match (&target.input, opened(bytes)) {
        (Input::Document(format), Some(Content::Document(document))) => document.format == *format,
        (Input::Imap | Input::Smtp, _) => true,
        (Input::Container(start), Some(Content::Container(_))) => bytes.starts_with(start),
        _ => false,
    }
}

fn read_folder(folder: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder of tests").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a file of the tests")).collect()
}

fn messages() -> Vec<Vec<u8>> {
    ["tests/corpus/messages", "tests/generated/samples/messages"].into_iter().flat_map(read_folder).collect()
}

/// All files in all messages, and the archives.
fn files() -> Vec<Vec<u8>> {
    let inside = |raw: &Vec<u8>| originals(&mail::parse(raw), Limits::default()).files;
    let attached = messages().iter().flat_map(inside).map(|(_, bytes)| bytes).collect::<Vec<_>>();
    attached.into_iter().chain(read_folder("tests/archives")).collect()
}

/// A package without compression and without the members that nothing is read from; any other file as it is.
fn smaller(file: Vec<u8>) -> Vec<u8> {
    let Some(mut kept) = members(&file) else { return file };
    let content = opened(&file);
    let mut at = 0;
    while at < kept.len() {
        let without: Vec<Member> = [&kept[..at], &kept[at + 1..]].concat();
        if !without.is_empty() && pack(&without).is_some_and(|packed| opened(&packed) == content) {
            kept = without;
        } else {
            at += 1;
        }
    }
    pack(&kept).unwrap_or(file)
}

/// A document in the notation of [`super::form`].
fn notation(file: &[u8]) -> Option<Vec<u8>> {
    let Some(Content::Document(document)) = opened(file) else { return None };
    let blocks = document.blocks.iter().map(|block| match block {
        Block::Paragraph(paragraph) => one_line(&paragraph.text) + "\n",
        Block::Grid(grid) => rows(grid) + "\n",
    });
    Some(blocks.collect::<String>().into_bytes())
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\t'], " ")
}

fn rows(grid: &Grid) -> String {
    let (rows, columns) = grid.extent();
    let mut table = vec![vec![String::new(); columns.clamp(2, 60) as usize]; rows.min(200) as usize];
    for cell in &grid.cells {
        for row in cell.row..cell.row + cell.row_span {
            for column in cell.column..cell.column + cell.column_span {
                let Some(place) = table.get_mut(row as usize).and_then(|row| row.get_mut(column as usize)) else {
                    continue;
                };
                *place = match () {
                    () if column > cell.column => "…".into(),
                    () if row > cell.row => "^".into(),
                    () => one_line(&cell.text),
                };
            }
        }
    }
    table.iter().map(|row| row.join("\t") + "\n").collect()
}

/// Words that stand in at least three seeds, or in all where there are fewer, the commonest, as libFuzzer's dictionary.
fn words(seeds: &[Vec<u8>]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for seed in seeds {
        let text = String::from_utf8_lossy(seed);
        let parts = text.split(|letter: char| {
            letter.is_whitespace() || letter.is_control() || "<>\"'=;,{}&\u{FFFD}".contains(letter)
        });
        let mut words: Vec<&str> = parts.filter(|word| (3..=48).contains(&word.len())).collect();
        words.sort_unstable();
        words.dedup();
        for word in words {
            *counts.entry(word.to_owned()).or_default() += 1;
        }
    }
    let mut common: Vec<_> = counts.into_iter().filter(|(_, count)| *count >= seeds.len().min(3)).collect();
    common.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    common.iter().take(600).map(|(word, _)| quoted(word) + "\n").collect()
}

fn quoted(word: &str) -> String {
    let bytes = word.bytes().map(|byte| match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\x{byte:02X}"),
    });
    format!("\"{}\"", bytes.collect::<String>())
}
