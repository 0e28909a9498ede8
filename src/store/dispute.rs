//! Disputes: who answered for a respondent before somebody else did is to hear of it, once a day at most.

use jiff::{SignedDuration, Timestamp};

use super::row::{all, time};
use super::{Store, StoreError};

/// A return that waits for an operator beside the current one of another sender, which is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// Key of the notice.
    pub key: String,
    /// The respondent.
    pub respondent: i64,
    /// Its name.
    pub name: String,
    /// Who sent its current return.
    pub recipient: String,
}

/// The latest contested return of each respondent beside a current one by mail of another sender that a person wrote; newer than
/// what that sender was told of, and not on the day of another such notice. It begins with the few that are contested (CROSS): SQLite
/// by itself would begin with all respondents.
const OPEN: &str = "
    SELECT max(contested.id), respondent.id, respondent.name, current_message.sender
    FROM return_version AS contested CROSS JOIN respondent ON respondent.id = contested.respondent
    JOIN return_version AS current ON current.respondent = respondent.id
        AND current.standing IN ('complete', 'in_correction')
    JOIN message AS current_message ON current_message.id = current.message
    JOIN message AS contested_message ON contested_message.id = contested.message
    WHERE contested.standing = 'contested' AND contested.rereading IS NULL AND respondent.survey = ?1
        AND current_message.sender LIKE '%_@_%' AND current_message.automatic IS NULL
        AND contested_message.received_at >= ?2
        AND NOT EXISTS (SELECT 1 FROM entered WHERE entered.message = current.message)
        AND NOT EXISTS (SELECT 1 FROM notice
            WHERE notice.key > 'dispute:' || respondent.id || ':' AND notice.key < 'dispute:' || respondent.id || ';'
            AND (notice.queued_at > ?3 OR notice.queued_at >= contested_message.kept_at))
    GROUP BY respondent.id ORDER BY respondent.id";

impl Store {
    /// Disputes of a survey of which the earlier sender is to be told now; of mail older than `since` nobody is.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn disputes(&self, survey: &str, since: Timestamp, now: Timestamp) -> Result<Vec<Dispute>, StoreError> {
        let day_ago = time(now - SignedDuration::from_hours(24));
        self.read(|connection| {
            all(connection, OPEN, (survey, time(since), day_ago), |row| {
                let (version, respondent): (i64, i64) = (row.get(0)?, row.get(1)?);
                let key = format!("dispute:{respondent}:{version}");
                Ok(Dispute { key, respondent, name: row.get(2)?, recipient: row.get(3)? })
            })
        })
    }
}
