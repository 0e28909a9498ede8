//! What fuzzing has found (`fuzz/findings/TARGET`), and the seeds it starts from that no message brings (`fuzz/seeds/TARGET`), read
//! again by what the fuzzer itself runs.

#[path = "../fuzz/src/form.rs"]
mod form;
#[path = "../fuzz/src/target.rs"]
mod target;

use std::fs;
use std::path::{Path, PathBuf};

use target::Target;

/// What is in a folder; nothing if there is none.
fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
}

/// Reads all files of the folders, each named after its target, and says of each whether it was one for the target.
fn read_all(folders: &str) -> Vec<(PathBuf, bool)> {
    let folders = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folders));
    let read = |folder: PathBuf| {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let target = Target::named(&name).unwrap_or_else(|| panic!("no target is called {name}"));
        entries(&folder).into_iter().map(|file| {
            println!("{}", file.display());
            let is_one = target.run(&fs::read(&file).unwrap());
            (file, is_one)
        })
    };
    folders.into_iter().flat_map(read).collect()
}

#[test]
fn no_file_that_once_broke_a_reader_breaks_it_again() {
    read_all("findings");
}

#[test]
fn the_fuzzer_starts_from_files_that_can_be_read() {
    let seeds = read_all("seeds");
    assert!(!seeds.is_empty(), "no seeds were found");
    assert!(seeds.iter().all(|(_, is_one)| *is_one), "not all seeds can be read: {seeds:?}");
}
