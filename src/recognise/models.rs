//! The models: which files they are, and how they are taken out of the package that carries them.
//!
//! They are the ONNX models of PP-OCRv4 (Apache-2.0) as the Python package `rapidocr-onnxruntime` 1.4.4 brings them along. They
//! are known by their hashes: any other file is refused, wherever it came from.

use sha2::{Digest, Sha256};

use crate::document::{self, Budget, Content, Fault, Limits};

/// Name and version of what recognises, as the store notes it.
pub const ENGINE: &str = "PP-OCRv4";

/// A model's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelFile {
    /// Its name.
    pub name: &'static str,
    /// SHA-256 of its bytes in lower-case hexadecimal.
    pub sha256: &'static str,
}

/// Finds where text stands.
pub const DETECTION: ModelFile = ModelFile {
    name: "ch_PP-OCRv4_det_infer.onnx",
    sha256: "d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9",
};

/// Reads a line of text.
pub const RECOGNITION: ModelFile = ModelFile {
    name: "ch_PP-OCRv4_rec_infer.onnx",
    sha256: "48fc40f24f6d2a207a2b1091d3437eb3cc3eb6b676dc3ef9c37384005483683b",
};

/// The bytes of both models.
pub struct Files {
    /// Of [`DETECTION`].
    pub detection: Vec<u8>,
    /// Of [`RECOGNITION`].
    pub recognition: Vec<u8>,
}

/// Why a file does not give the models.
#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    /// It cannot be opened.
    #[error("the file cannot be opened as a zip archive ({0:?}): a wheel of rapidocr-onnxruntime 1.4.4 is wanted")]
    NoArchive(Fault),
    /// A model is not in it.
    #[error("{0} is not in the file: a wheel of rapidocr-onnxruntime 1.4.4 is wanted")]
    Missing(&'static str),
    /// A model is another one than is known.
    #[error("{0} is not the file that this version of postroom knows: take rapidocr-onnxruntime 1.4.4")]
    Foreign(&'static str),
}

impl ModelFile {
    /// Whether these bytes are this model.
    #[must_use]
    pub fn is(&self, bytes: &[u8]) -> bool {
        let hash = Sha256::digest(bytes);
        hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>() == self.sha256
    }
}

/// The models out of a wheel, which is a zip file.
///
/// # Errors
/// [`ModelsError`] when it is none, or other models are in it.
pub fn from_wheel(bytes: &[u8]) -> Result<Files, ModelsError> {
    let members = match document::unpack("models.whl", bytes, &mut Budget::new(Limits::default())) {
        Ok(Some(Content::Container(members))) => members,
        Ok(_) => return Err(ModelsError::NoArchive(Fault::Unreadable("it is none".into()))),
        Err(fault) => return Err(ModelsError::NoArchive(fault)),
    };
    let model = |file: ModelFile| {
        let found = members.iter().find(|member| member.name.ends_with(file.name));
        let bytes = found.and_then(|member| member.bytes.as_ref().ok()).ok_or(ModelsError::Missing(file.name))?;
        if file.is(bytes) { Ok(bytes.clone()) } else { Err(ModelsError::Foreign(file.name)) }
    };
    Ok(Files { detection: model(DETECTION)?, recognition: model(RECOGNITION)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_brings_no_models_or_others_is_refused() {
        assert!(matches!(from_wheel(b"<html>Not found</html>"), Err(ModelsError::NoArchive(_))));
        let wheel = |name: &str| {
            let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut zip, b"another model").unwrap();
            zip.finish().unwrap().into_inner()
        };
        assert!(matches!(from_wheel(&wheel("rapidocr/config.yaml")), Err(ModelsError::Missing(_))));
        let foreign = wheel("rapidocr/models/ch_PP-OCRv4_det_infer.onnx");
        assert!(matches!(from_wheel(&foreign), Err(ModelsError::Foreign("ch_PP-OCRv4_det_infer.onnx"))));
    }
}
