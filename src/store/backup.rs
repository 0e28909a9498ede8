//! A copy of the whole archive, taken while others go on writing.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::{Store, StoreError};

impl Store {
    /// Copies the database, as it stands at one moment, into a new file: compact, and complete in itself. To restore it, put it in
    /// the place of the database while Postroom is stopped, and remove the files `-wal` and `-shm` beside it.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when the file exists already or cannot be made; [`StoreError::Full`] when the disk is.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let unusable = |why: String| StoreError::Unusable { path: to.to_owned(), why };
        let name = to.to_str().ok_or_else(|| unusable("its name is not UTF-8".to_owned()))?;
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
        let file = made.map_err(|error| unusable(error.to_string()))?;
        let copied = self.copy_into(name).and_then(|()| file.sync_all().map_err(|error| unusable(error.to_string())));
        if copied.is_err() {
            // What is there of it is no backup, and must not be taken for one.
            drop(std::fs::remove_file(to));
        }
        copied
    }

    fn copy_into(&self, name: &str) -> Result<(), StoreError> {
        let connection = self.inner.readers.fresh().map_err(|fault| fault.at(self.path()))?;
        let copied = connection.execute("VACUUM INTO ?1", [name]);
        copied.map(drop).map_err(|error| super::error::Fault::from(error).at(name.as_ref()))
    }
}
