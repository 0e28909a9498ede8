//! The folder of the models: whether they are there, how they come in, how they are read.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::recognise::models::{DETECTION, Files, ModelFile, RECOGNITION};

/// Name of the folder of the models in the data folder.
pub const FOLDER: &str = "models";

/// Whether the models are there. Whether they are whole is looked at when they are read.
#[must_use]
pub fn is_installed(folder: &Path) -> bool {
    [DETECTION, RECOGNITION].iter().all(|file| folder.join(file.name).is_file())
}

/// Reads the models.
///
/// # Errors
/// When one is not there, or not the file that this version knows.
pub fn load(folder: &Path) -> io::Result<Files> {
    let model = |file: ModelFile| {
        let path = folder.join(file.name);
        let bytes = fs::read(&path).map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
        if file.is(&bytes) {
            return Ok(bytes);
        }
        let why = "it is damaged or of another version: install the models anew, `postroom models install`";
        Err(io::Error::other(format!("{}: {why}", path.display())))
    };
    Ok(Files { detection: model(DETECTION)?, recognition: model(RECOGNITION)? })
}

/// Puts the models into the folder. Each is there as a whole or not at all.
///
/// # Errors
/// When the folder cannot be written.
pub fn install(folder: &Path, files: &Files) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (file, bytes) in [(DETECTION, &files.detection), (RECOGNITION, &files.recognition)] {
        let (path, unfinished) = (folder.join(file.name), folder.join(format!("{}.unfinished", file.name)));
        let mut to = fs::File::create(&unfinished)?;
        to.write_all(bytes)?;
        to.sync_all()?;
        fs::rename(&unfinished, &path)?;
    }
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_models_are_named_and_not_used() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_installed(folder.path()));
        assert!(load(folder.path()).is_err());
        let files = Files { detection: b"half a mod".to_vec(), recognition: Vec::new() };
        install(folder.path(), &files).unwrap();
        assert!(is_installed(folder.path()));
        let refusal = load(folder.path()).err().unwrap().to_string();
        assert!(
            refusal.contains("ch_PP-OCRv4_det_infer.onnx") && refusal.contains("postroom models install"),
            "{refusal}"
        );
    }
}
