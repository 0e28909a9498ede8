//! What an earlier reading of a message left behind: its returns with the operators' words on them, and the respondents that are
//! to be folded anew.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::error::Outcome;
use super::row::{all, execute, scalar};
use super::{compare, respondents, search};
use crate::reading::Return;
use crate::verdict::unlike::Judged;

const DISCARDED: &str = "discarded";

/// What is left of an earlier reading of a message.
#[derive(Debug, Default)]
pub(super) struct Former {
    returns: Vec<One>,
    /// The respondents to fold anew.
    pub(super) respondents: BTreeSet<i64>,
    /// Whether an operator put the message as a whole aside.
    is_discarded: bool,
    /// Whether its returns are still in the file, replaced, so that one that says the same comes back as it was.
    are_kept: bool,
}

/// A return of the earlier reading.
#[derive(Debug)]
struct One {
    id: i64,
    respondent: i64,
    ordinal: i64,
    ruling: String,
    as_read: String,
}

impl Former {
    /// Looks at what stands, before it is taken away.
    pub(super) fn load(connection: &Connection, message: i64) -> Outcome<Self> {
        let sql = "SELECT id, respondent, ordinal, ruling, as_read FROM return_version
                   WHERE message = ?1 AND rereading IS NULL ORDER BY ordinal";
        let returns = all(connection, sql, [message], |row| {
            let (id, respondent, ordinal) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(One { id, respondent, ordinal, ruling: row.get(3)?, as_read: row.get(4)? })
        })?;
        let respondents = returns.iter().map(|one| one.respondent).collect();
        let sql = "SELECT ruling = 'discarded' FROM message WHERE id = ?1";
        Ok(Self { returns, respondents, is_discarded: scalar(connection, sql, [message])?, are_kept: false })
    }

    /// Takes the returns away without deleting them: the rereading of this number put others in their place.
    pub(super) fn replace(&mut self, connection: &Connection, rereading: i64) -> Outcome<()> {
        for one in &self.returns {
            execute(connection, "DELETE FROM answer WHERE version = ?1", [one.id])?;
            search::index::forget_version(connection, one.id)?;
            let sql = "UPDATE return_version SET rereading = ?2, standing = 'superseded' WHERE id = ?1";
            execute(connection, sql, (one.id, rereading))?;
        }
        self.are_kept = true;
        Ok(())
    }

    /// Lets a return that was replaced stand again where the new reading says the very same; its number.
    pub(super) fn take_back(
        &self,
        connection: &Connection,
        respondent: i64,
        ordinal: i64,
        read: &Return,
    ) -> Outcome<Option<i64>> {
        let mut same = self.returns.iter().filter(|one| one.respondent == respondent && one.ordinal == ordinal);
        let Some(one) = same.next().filter(|_| self.are_kept) else { return Ok(None) };
        if serde_json::from_str::<Return>(&one.as_read)? != *read {
            return Ok(None);
        }
        execute(connection, "UPDATE return_version SET rereading = NULL WHERE id = ?1", [one.id])?;
        Ok(Some(one.id))
    }

    /// The return of a respondent as it was judged before, where it is only read again. A message that is judged anew is so by what
    /// is known by now.
    pub(super) fn judged(&self, connection: &Connection, respondent: i64) -> Outcome<Option<Judged>> {
        let mut own = self.returns.iter().filter(|one| one.respondent == respondent);
        let Some(one) = own.next().filter(|_| self.are_kept) else { return Ok(None) };
        let remarks = compare::remarks(connection, one.id)?;
        Ok(Some(Judged { as_read: serde_json::from_str(&one.as_read)?, remarks }))
    }

    /// An operator's word on a return of the new reading: the one on the same respondent's return. Where the respondent is read
    /// otherwise now, a return that was put aside stays so; a release was for the respondent that the operator saw.
    pub(super) fn ruling(&self, respondent: i64, ordinal: i64, now_given: &BTreeSet<i64>) -> &str {
        if self.is_discarded {
            return DISCARDED;
        }
        if let Some(one) = self.returns.iter().find(|one| one.respondent == respondent) {
            return &one.ruling;
        }
        let renamed = |one: &&One| one.ordinal == ordinal && !now_given.contains(&one.respondent);
        let put_aside = self.returns.iter().find(renamed).is_some_and(|one| one.ruling == DISCARDED);
        if put_aside { DISCARDED } else { "none" }
    }

    /// Folds all respondents anew.
    pub(super) fn refold(&self, connection: &Connection) -> Outcome<()> {
        self.respondents.iter().try_for_each(|id| respondents::refold(connection, *id))
    }
}
