//! The story of a return: every version of its respondent in order of arrival, with who sent it, when, and what it changed.

use rusqlite::Connection;
use serde::Serialize;

use crate::reading::Return;
use crate::store::error::Outcome;
use crate::store::respondents;
use crate::store::row::{first, time};
use crate::verdict::{Act, Folded, Standing};

/// One version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chapter {
    /// Number of the return.
    pub id: i64,
    /// Its place among the respondent's versions, from 1.
    pub version: i64,
    /// When it arrived.
    pub received_at: String,
    /// Address of the sender.
    pub sender: String,
    /// The message it came in.
    pub message: i64,
    /// What it does: `returns`, or as a plain reply `amends`, `confirms`, `withdraws`.
    pub act: String,
    /// The reason of a confirmation, or how another plain reply begins; empty for a return.
    pub words: String,
    /// How it stands, such as `superseded`.
    pub state: String,
    /// What is otherwise than before it; empty for the first version, and for one that does not count.
    pub changes: Vec<ChangedAnswer>,
}

/// An answer that a version changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedAnswer {
    /// Key of the item.
    pub item: String,
    /// What stood; none when there was no answer.
    pub before: Option<String>,
    /// What stands since.
    pub after: Option<String>,
}

/// The story of the respondent of a return.
pub(super) fn story(connection: &Connection, id: i64) -> Outcome<Vec<Chapter>> {
    let sql = "SELECT respondent FROM return_version WHERE id = ?1";
    let Some(respondent) = first(connection, sql, [id], |row| row.get::<_, i64>(0))? else { return Ok(Vec::new()) };
    let told = respondents::told(connection, respondent)?;
    let mut last: Option<&Return> = None;
    let mut chapters = Vec::with_capacity(told.len());
    for (stored, folded) in &told {
        let sql = "SELECT words FROM amendment WHERE version = ?1";
        let words = first(connection, sql, [stored.id], |row| row.get(0))?;
        chapters.push(Chapter {
            id: stored.id,
            version: stored.number,
            received_at: time(stored.received_at),
            sender: stored.version.sender.clone(),
            message: stored.message,
            act: stored.version.act.as_str().to_owned(),
            words: words.unwrap_or_default(),
            state: folded.standing.as_str().to_owned(),
            changes: last
                .filter(|_| counts(folded, stored.version.act))
                .map(|last| changes(last, folded))
                .unwrap_or_default(),
        });
        if counts(folded, stored.version.act) {
            last = Some(&folded.effective);
        }
    }
    Ok(chapters)
}

/// Whether what a version says took the place of what was said before.
fn counts(folded: &Folded, act: Act) -> bool {
    let stands =
        !matches!(folded.standing, Standing::Contested | Standing::Held | Standing::Discarded | Standing::Duplicate);
    stands && act != Act::Withdraws
}

fn changes(before: &Return, after: &Folded) -> Vec<ChangedAnswer> {
    let after = &after.effective;
    let text = |one: &Return, item: &str| one.answers.get(item).map(|answer| answer.text.clone());
    let items: std::collections::BTreeSet<&String> = before.answers.keys().chain(after.answers.keys()).collect();
    let pairs = items.into_iter().map(|item| (item, text(before, item), text(after, item)));
    let changed = pairs.filter(|(_, before, after)| before != after);
    changed.map(|(item, before, after)| ChangedAnswer { item: item.clone(), before, after }).collect()
}
