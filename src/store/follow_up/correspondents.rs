//! Whose an address is. Addresses are compared here and not in SQL: their columns are not collated alike, and a join over them walks
//! the whole mailbox for each respondent.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::Connection;

use crate::store::error::Outcome;
use crate::store::row::{all, parse_time};
use crate::verdict::comparable;

/// The respondents of a survey by each address that they are written to at, or that a return of theirs came from, as addresses are compared.
pub(super) struct Correspondents {
    by_address: BTreeMap<String, BTreeSet<i64>>,
}

const ADDRESSES: &str = "
    SELECT respondent_address.respondent, respondent_address.address FROM respondent_address
    JOIN respondent ON respondent.id = respondent_address.respondent WHERE respondent.survey = ?1
    UNION ALL
    SELECT return_version.respondent, message.sender_key FROM return_version
    CROSS JOIN respondent ON respondent.id = return_version.respondent
    JOIN message ON message.id = return_version.message
    WHERE respondent.survey = ?1 AND return_version.rereading IS NULL AND message.sender_key <> ''";

/// Mail that is not read yet says of its thread what its headers say, and of its survey nothing: so its sender counts. A second
/// delivery waits for nobody: its first one does. What an operator put aside waits no more, or a virus under a forged address would
/// end all letters to its enterprise.
const WAITING: &str = "
    SELECT sender_key FROM message WHERE state IN ('kept', 'failed')
    UNION
    SELECT sender_key FROM message WHERE state = 'quarantined' AND ruling <> 'discarded'
    UNION
    SELECT sender_key FROM message WHERE disposition = 'held' AND ruling = 'none' AND duplicate_of IS NULL";

/// Whatever goes to an address of a respondent is a notice to it: one person is not written to twice a day for two enterprises.
const LAST_NOTICE: &str = "
    SELECT recipient, max(queued_at) FROM notice WHERE state <> 'cancelled' AND id IS NOT ?1 GROUP BY recipient";

impl Correspondents {
    /// Gathers them.
    pub(super) fn load(connection: &Connection, survey: &str) -> Outcome<Self> {
        let mut by_address: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
        for (respondent, address) in
            all(connection, ADDRESSES, [survey], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?
        {
            by_address.entry(comparable(&address)).or_default().insert(respondent);
        }
        Ok(Self { by_address })
    }

    /// The respondents that an address is of.
    pub(super) fn of(&self, address: &str) -> impl Iterator<Item = i64> {
        self.by_address.get(&comparable(address)).into_iter().flatten().copied()
    }

    /// Of whom mail waits to be read, or for an operator.
    pub(super) fn whose_mail_waits(&self, connection: &Connection) -> Outcome<Vec<i64>> {
        let senders: Vec<String> = all(connection, WAITING, [], |row| Ok(row.get(0)?))?;
        Ok(senders.iter().flat_map(|sender| self.of(sender)).collect())
    }

    /// When a notice was queued last for each of their addresses, `without` one where it is named.
    pub(super) fn last_notices(&self, connection: &Connection, without: Option<i64>) -> Outcome<Vec<(i64, Timestamp)>> {
        let notices = all(connection, LAST_NOTICE, [without], |row| {
            Ok((row.get::<_, String>(0)?, parse_time(&row.get::<_, String>(1)?)?))
        })?;
        let each = |(recipient, at): &(String, Timestamp)| {
            let at = *at;
            self.of(recipient).map(move |respondent| (respondent, at)).collect::<Vec<_>>()
        };
        Ok(notices.iter().flat_map(each).collect())
    }
}
