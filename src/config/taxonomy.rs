//! Where the taxonomy that a survey names is found: built in, or in a file.

use std::path::{Path, PathBuf};

use crate::areas::{BUILT_IN, Taxonomy};
use crate::written::Fault;

/// Where a taxonomy is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In the program: [`BUILT_IN`].
    BuiltIn,
    /// In a file.
    File(PathBuf),
}

/// Why a taxonomy could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TaxonomyError {
    /// No file can be read there.
    #[error("{}: {error}; name a taxonomy file, or `{BUILT_IN}`, which is built in", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The file is no taxonomy.
    #[error("{}: {fault}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Line, fault and remedy.
        fault: Fault,
    },
}

impl Source {
    /// The built-in taxonomy of this name, or the file of this path, from a folder on.
    #[must_use]
    pub fn named(name: &str, folder: &Path) -> Self {
        if name == BUILT_IN { Self::BuiltIn } else { Self::File(folder.join(name)) }
    }

    /// Reads the taxonomy.
    ///
    /// # Errors
    /// When the file cannot be read or is no taxonomy.
    pub fn load(&self) -> Result<Taxonomy, TaxonomyError> {
        let Self::File(path) = self else {
            let wrong = |fault| TaxonomyError::Wrong { path: BUILT_IN.into(), fault };
            return Taxonomy::built_in().map_err(wrong);
        };
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| TaxonomyError::Unreadable { path: path.clone(), error })?;
        Taxonomy::from_toml(&text).map_err(|fault| TaxonomyError::Wrong { path: path.clone(), fault })
    }

    /// Whether it can be read; the built-in one always can.
    pub(super) fn check(&self) -> Result<(), TaxonomyError> {
        if *self == Self::BuiltIn { Ok(()) } else { self.load().map(drop) }
    }
}
