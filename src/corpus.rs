//! The sample messages of `tests/corpus`, for the tests of every module that reads them.

use std::fs;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/messages"))
}

/// A message by the name of its file.
pub(crate) fn message(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap()
}

/// All messages with the names of their files, in their order.
pub(crate) fn messages() -> Vec<(String, Vec<u8>)> {
    let names = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut messages: Vec<_> = names.map(|name| (name.clone(), message(&name))).collect();
    messages.sort();
    assert_eq!(messages.len(), 194);
    messages
}
