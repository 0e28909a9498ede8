//! The development corpus, read whole. With `POSTROOM_CORPUS_OUT` naming a file the readings are written there, for
//! `tests/corpus/score`.

use super::*;
use crate::corpus;
use crate::verdict::disposition_of;

fn readings() -> Vec<String> {
    let survey = Survey::founding().unwrap();
    let prepared = Prepared::new(&survey);
    let request = Request {
        surveys: vec![&prepared],
        authserv_id: Some("mx.collect.example".into()),
        limits: Limits::default(),
        left_out: Vec::new(),
    };
    let line = |(name, raw): (String, Vec<u8>)| {
        let reading = read(&raw, &request, &mut |_| {});
        json::line(&name, disposition_of(&reading).as_str(), &reading).to_string()
    };
    corpus::messages().into_iter().map(line).collect()
}

#[test]
fn every_message_of_the_corpus_is_read() {
    let readings = readings();
    assert_eq!(readings.len(), 194);
    if let Some(out) = std::env::var_os("POSTROOM_CORPUS_OUT") {
        std::fs::write(out, readings.join("\n")).unwrap();
    }
}
