//! Respondents that need not answer.

use jiff::Timestamp;

use crate::store::error::Fault;
use crate::store::row::{execute, scalar, time};
use crate::store::{Store, Write};

impl Store {
    /// Notes that a respondent need not answer, and why. A return of it counts all the same.
    pub fn excuse(&self, respondent: i64, why: &str, now: Timestamp) -> Write<()> {
        let why = why.to_owned();
        self.write(move |connection| {
            let known = "SELECT EXISTS (SELECT 1 FROM respondent WHERE id = ?1)";
            if !scalar::<bool>(connection, known, [respondent])? {
                return Err(Fault::unknown("respondent", respondent));
            }
            let sql = "INSERT INTO excuse (respondent, at, why) VALUES (?1, ?2, ?3)
                       ON CONFLICT DO UPDATE SET at = excluded.at, why = excluded.why";
            execute(connection, sql, (respondent, time(now), why))?;
            Ok(())
        })
    }

    /// Takes that back; whether there was anything to take back.
    pub fn unexcuse(&self, respondent: i64) -> Write<bool> {
        self.write(move |connection| {
            Ok(execute(connection, "DELETE FROM excuse WHERE respondent = ?1", [respondent])? > 0)
        })
    }
}
