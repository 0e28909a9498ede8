//! The development corpus, read whole. With `POSTROOM_CORPUS_OUT` naming a file the readings are written there, for
//! `tests/corpus/score`.

use std::path::Path;

use super::*;
use crate::verdict::disposition_of;

fn readings() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/messages");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let survey = Survey::founding().unwrap();
    let prepared = Prepared::new(&survey);
    let request = Request {
        surveys: vec![&prepared],
        authserv_id: Some("mx.collect.example".into()),
        limits: Limits::default(),
        left_out: Vec::new(),
    };
    files
        .iter()
        .map(|file| {
            let raw = std::fs::read(file).unwrap();
            let reading = read(&raw, &request, &mut |_| {});
            let name = file.file_name().unwrap().to_str().unwrap();
            json::line(name, disposition_of(&reading).as_str(), &reading).to_string()
        })
        .collect()
}

#[test]
fn every_message_of_the_corpus_is_read() {
    let readings = readings();
    assert_eq!(readings.len(), 194);
    if let Some(out) = std::env::var_os("POSTROOM_CORPUS_OUT") {
        std::fs::write(out, readings.join("\n")).unwrap();
    }
}
