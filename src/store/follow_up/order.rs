//! Invitations that an operator ordered: the daemon makes them when their turn comes.

use jiff::Timestamp;

use crate::store::row::{execute, time};
use crate::store::{Store, Write};

impl Store {
    /// Orders an invitation for each respondent that has none yet, or, `again`, for each that has none that waits. How many were
    /// ordered.
    pub fn order_invitations(&self, respondents: Vec<i64>, again: bool, now: Timestamp) -> Write<usize> {
        self.write(move |connection| {
            let sql = "INSERT INTO invitation_order (respondent, number, ordered_at)
                       SELECT ?1, 1 + (SELECT count(*) FROM invitation_order WHERE respondent = ?1), ?2
                       WHERE (SELECT count(*) FROM invitation_order WHERE respondent = ?1)
                           <= CASE WHEN ?3 THEN
                               (SELECT count(*) FROM follow_up WHERE respondent = ?1 AND topic = 'invitation')
                              ELSE 0 END";
            let mut ordered = 0;
            for respondent in &respondents {
                ordered += execute(connection, sql, (respondent, time(now), again))?;
            }
            Ok(ordered)
        })
    }
}
