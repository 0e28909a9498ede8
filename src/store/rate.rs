//! How fast the mail of one sender is read: so many within any hour, and what is beyond that later, in the order in which it came.
//!
//! Nothing is lost by it: the mail is kept and settled like any other. It counts by when the collection server took a mail in, so an
//! archive that is fetched for the first time is read at once.

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::error::Outcome;
use super::row::{first, parse_time};

/// The span that is counted in.
const SPAN: SignedDuration = SignedDuration::from_hours(1);

/// Until when a new message of a sender waits, if it does. The one that came `per_hour` before it was read, or will be, at a time;
/// an hour after that there is room again.
pub(super) fn put_off(
    connection: &Connection,
    sender_key: &str,
    received_at: Timestamp,
    per_hour: Option<u32>,
) -> Outcome<Option<Timestamp>> {
    let Some(before) = per_hour.and_then(|per_hour| per_hour.checked_sub(1)).filter(|_| !sender_key.is_empty()) else {
        return Ok(None);
    };
    let sql = "SELECT coalesce(put_off_until, received_at) FROM message WHERE sender_key = ?1 AND received_at <= ?2
               ORDER BY received_at DESC, id DESC LIMIT 1 OFFSET ?3";
    let read_at: Option<String> =
        first(connection, sql, (sender_key, super::row::time(received_at), before), |row| row.get(0))?;
    let free_at = read_at.map(|text| parse_time(&text)).transpose()?.map(|at| at + SPAN);
    Ok(free_at.filter(|at| *at > received_at))
}
