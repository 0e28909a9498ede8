//! Alarms: what the operator was told of, so that nothing is told twice, whatever is stopped and started meanwhile.

use jiff::Timestamp;
use rusqlite::Connection;

use super::commit::NoticeState;
use super::error::Outcome;
use super::row::{all, execute, parse_time, time};
use super::{Sending, Store, StoreError, Write, fact, outbox};
use crate::health::{Finding, Plan};
use crate::notice::Notice;

/// Name of the fact that says when the latest alarm was made.
const LAST: &str = "alarm_at";

/// What the operator knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alarmed {
    /// What was told and not taken back, and when.
    pub told: Vec<(Finding, Timestamp)>,
    /// When the latest mail was made.
    pub last: Option<Timestamp>,
}

impl Store {
    /// What the operator was told of.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn alarmed(&self) -> Result<Alarmed, StoreError> {
        self.read(|connection| {
            let told = all(connection, "SELECT finding, told_at FROM alarm ORDER BY key", [], |row| {
                let finding = serde_json::from_str(&row.get::<_, String>(0)?)?;
                Ok((finding, parse_time(&row.get::<_, String>(1)?)?))
            })?;
            let last = fact::get(connection, LAST)?;
            Ok(Alarmed { told, last: last.map(|text| parse_time(&text)).transpose()? })
        })
    }

    /// Puts an alarm into the outbox, a notice for each recipient, and notes what it tells.
    pub fn queue_alarm(&self, plan: Plan, notices: Vec<Notice>, now: Timestamp) -> Write<()> {
        self.write(move |connection| {
            for notice in &notices {
                outbox::queue(connection, notice, None, (NoticeState::Queued, &Sending::default()), now)?;
            }
            told(connection, &plan, now)
        })
    }
}

fn told(connection: &Connection, plan: &Plan, now: Timestamp) -> Outcome<()> {
    for over in &plan.over {
        execute(connection, "DELETE FROM alarm WHERE key = ?1", [over.condition.key()])?;
    }
    for (finding, _) in &plan.holds {
        let sql = "INSERT INTO alarm (key, finding, told_at) VALUES (?1, ?2, ?3)
                   ON CONFLICT (key) DO UPDATE SET finding = excluded.finding, told_at = excluded.told_at";
        execute(connection, sql, (finding.condition.key(), serde_json::to_string(finding)?, time(now)))?;
    }
    fact::set(connection, LAST, &time(now))
}
