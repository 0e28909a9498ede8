//! Which file a roster was taken in from last, so that the daemon takes in the same one once.

use crate::store::row::{count, scalar};
use crate::store::{Store, StoreError, Write, fact};

impl Store {
    /// Hash of the configured file that was taken in last.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn roster_file(&self, survey: &str) -> Result<Option<String>, StoreError> {
        self.read(|connection| fact::get(connection, &key(survey)))
    }

    /// Notes that hash.
    pub fn note_roster_file(&self, survey: &str, hash: String) -> Write<()> {
        let key = key(survey);
        self.write(move |connection| fact::set(connection, &key, &hash))
    }

    /// How many respondents have a current return and are not on the survey's roster.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn unlisted(&self, survey: &str) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM respondent JOIN return_version ON return_version.respondent = respondent.id
                   WHERE respondent.survey = ?1 AND standing IN ('complete', 'in_correction')
                   AND NOT EXISTS (SELECT 1 FROM invited WHERE invited.respondent = respondent.id AND removed_at IS NULL)";
        self.read(|connection| Ok(count(scalar(connection, sql, [survey])?)))
    }
}

fn key(survey: &str) -> String {
    format!("roster:{survey}")
}
