//! Whose returns are whose: what came under one name is joined to the respondent that bears it.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::roster::Invited;
use crate::store::error::Outcome;
use crate::store::respondents;
use crate::store::row::{all, execute};
use crate::value::identity;

/// Joins to a respondent of the roster what came before under its other names or with its credit code. Who is on the roster in its
/// own right keeps its own.
pub(super) fn earlier_returns(
    connection: &Connection,
    survey: &str,
    id: i64,
    one: &Invited,
    listed: &BTreeSet<i64>,
) -> Outcome<()> {
    let mut others = BTreeSet::new();
    for name in one.former_names.iter().chain([&one.name]) {
        others.extend(respondents::find(connection, Some(survey), &identity::key(name))?);
    }
    if let Some(code) = &one.credit_code {
        others.extend(by_code(connection, survey, code)?);
    }
    for other in others.into_iter().filter(|other| *other != id && !listed.contains(other)) {
        move_all(connection, other, id)?;
    }
    Ok(())
}

/// Respondents without a place on the roster and without a name of their own that gave this credit code in a return that counts. One
/// with a name is left to a person: a name and a code that do not belong together are a doubt.
fn by_code(connection: &Connection, survey: &str, code: &str) -> Outcome<Vec<i64>> {
    let sql = "SELECT DISTINCT respondent.id FROM respondent
               JOIN return_version ON return_version.respondent = respondent.id
               JOIN answer ON answer.version = return_version.id
               WHERE respondent.survey = ?1 AND answer.value = ?2 AND respondent.key LIKE 'return:%'";
    all(connection, sql, (survey, code), |row| Ok(row.get(0)?))
}

/// Makes all returns of one respondent another's, with what is known of it besides. How the other's stand is the caller's to fold.
pub(super) fn move_all(connection: &Connection, from: i64, to: i64) -> Outcome<()> {
    respondents::clear(connection, from)?;
    execute(connection, "UPDATE return_version SET respondent = ?2 WHERE respondent = ?1", (from, to))?;
    for table in [
        "respondent_name",
        "trusted_sender",
        "respondent_address",
        "excuse",
        "respondent_tag",
        "respondent_choice",
        "invited",
        "invitation_order",
        "follow_up",
        "entered",
        "area_choice",
        "return_area",
        "area_state",
    ] {
        execute(
            connection,
            &format!("UPDATE OR IGNORE {table} SET respondent = ?2 WHERE respondent = ?1"),
            (from, to),
        )?;
        execute(connection, &format!("DELETE FROM {table} WHERE respondent = ?1"), [from])?;
    }
    execute(connection, "DELETE FROM respondent WHERE id = ?1", [from])?;
    Ok(())
}
