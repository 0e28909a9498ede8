//! What fuzzing has found, read again: the inputs under `fuzz/findings/TARGET`.

#[path = "../fuzz/src/form.rs"]
mod form;
#[path = "../fuzz/src/target.rs"]
mod target;

use std::fs;
use std::path::Path;

use target::Target;

#[test]
fn no_file_that_once_broke_a_reader_breaks_it_again() {
    let findings = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/findings");
    for folder in fs::read_dir(findings).unwrap() {
        let folder = folder.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let target = Target::named(&name).expect("each folder is named after a target");
        for finding in fs::read_dir(folder).unwrap() {
            let path = finding.unwrap().path();
            println!("{}", path.display());
            target.run(&fs::read(&path).unwrap());
        }
    }
}
