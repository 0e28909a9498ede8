//! Every .xlsx and .docx of the sample messages, marked where the reader found something wrong, and where it found answers. With
//! `POSTROOM_MARKS_OUT` naming a folder the files are written there, for `tests/marks/check`.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::mail;
use crate::reading::{Prepared, Reading, Request, originals, read};
use crate::survey::{Language, Survey};

/// All sample messages: those of the corpus and the generated ones.
fn messages() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["corpus", "generated/samples"].map(|folder| root.join("tests").join(folder).join("messages"));
    let mut paths: Vec<PathBuf> =
        folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path())).collect();
    paths.sort();
    let set = |path: &Path| if path.to_string_lossy().contains("generated") { "generated" } else { "corpus" };
    let name = |path: &Path| format!("{}-{}", set(path), path.file_stem().unwrap().to_string_lossy());
    paths.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}

fn reading(raw: &[u8]) -> Reading {
    let survey = Survey::founding().unwrap();
    let prepared = Prepared::new(&survey);
    let request =
        Request { surveys: vec![&prepared], authserv_id: None, limits: Limits::default(), left_out: Vec::new() };
    read(raw, &request, &mut |_| {})
}

/// A message with one file.
fn message(name: &str, bytes: &[u8]) -> Vec<u8> {
    let content = base64_simd::STANDARD.encode_to_string(bytes);
    format!(
        "From: a@corp.example\r\nTo: collect@collect.example\r\nSubject: =?utf-8?B?6LCD5p+l6KGo?=\r\nMIME-Version: 1.0\r\n\
         Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{content}\r\n"
    )
    .into_bytes()
}

/// Places in a file, with what a sender is told: of what is wrong, then of every answer.
fn marks(reading: &Reading, path: &str) -> [Vec<Mark>; 2] {
    let is_own = |place: &&Place| place.source == path && place.spot != crate::place::Spot::Whole;
    let mark = |place: &Place| Mark { place: place.clone(), note: format!("请核对此处：{place}") };
    let issues = reading.returns.iter().flat_map(|one| &one.issues).chain(&reading.issues);
    let wrong = issues.filter_map(|issue| issue.place.as_ref()).filter(is_own).map(mark);
    let answers = reading.returns.iter().flat_map(|one| one.answers.values());
    let answered = answers.map(|answer| &answer.place).filter(is_own).map(mark);
    [wrong.collect(), answered.collect()]
}

/// What is wrong with a marked file; its marks are in the files of the second kind.
fn check(name: &str, bytes: &[u8], marks: &[Mark]) -> Result<(), String> {
    let marked = mark(bytes, marks, Language::Zh, &Limits::default()).map_err(|error| error.to_string())?;
    if !marked.left_out.is_empty() {
        return Err(format!("left out: {:?}", marked.left_out));
    }
    let file = format!("file.{}", marked.kind.extension());
    let (before, after) = (reading(&message(&file, bytes)), reading(&message(&file, &marked.bytes)));
    if (&before.returns, &before.issues, &before.narratives) != (&after.returns, &after.issues, &after.narratives) {
        return Err("reads otherwise".into());
    }
    if let Some(out) = std::env::var_os("POSTROOM_MARKS_OUT") {
        let folder = Path::new(&out).join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("original.{}", marked.kind.extension())), bytes).unwrap();
        fs::write(folder.join(format!("marked.{}", marked.kind.extension())), &marked.bytes).unwrap();
        fs::write(folder.join("marks.json"), serde_json::to_string(marks).unwrap()).unwrap();
    }
    Ok(())
}

#[test]
fn every_file_of_the_samples_can_be_sent_back_with_marks() {
    let (mut faults, mut counts) = (Vec::new(), BTreeMap::<String, u32>::new());
    for (name, raw) in messages() {
        let read = reading(&raw);
        let files = originals(&mail::parse(&raw), Limits::default()).files;
        for (number, (path, bytes)) in files.iter().enumerate() {
            for (kind, marks) in ["wrong", "answered"].into_iter().zip(marks(&read, path)) {
                let format = open(bytes, &Limits::default()).map(|document| document.format);
                let Ok(format @ (Format::Xlsx | Format::Docx)) = format else { continue };
                if marks.is_empty() {
                    continue;
                }
                *counts.entry(format!("{format:?} {kind}")).or_default() += 1;
                if let Err(fault) = check(&format!("{name}-{number}-{kind}"), bytes, &marks) {
                    faults.push(format!("{name} {path} {kind}: {fault}"));
                }
            }
        }
    }
    assert!(counts.len() == 4 && counts.values().all(|count| *count > 10), "{counts:?}");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
