//! Where a respondent is named in what is others': why a mail waits, what an alarm or a look at a sender said, how a file is called that
//! several share, whom a digest's figures name.
//!
//! Nobody else's words may suffer for it: a name may be `1`, or the beginning of another enterprise's. So a name is struck out only
//! where it is all that stands there, or a whole word; never in numbers, keys and the words that are ours.

use std::collections::BTreeSet;

use rusqlite::Connection;
use serde_json::Value;

use super::{Dossier, listed};
use crate::figures::{Figures, Matter};
use crate::store::error::Outcome;
use crate::store::row::{all, execute};
use crate::value::identity;
use crate::verdict::trust::is_of_the_public;

/// What stands in the place of a name.
const BLANK: &str = "—";
/// Characters of a name that is looked for among others' words. A shorter one is struck out where nothing else stands.
const LEAST: usize = 4;

/// The names under which the respondents are told of; not those that others bear too.
const NAMES: &str = "
    WITH named AS (SELECT id AS respondent, name FROM respondent UNION SELECT respondent, name FROM invited
                   UNION SELECT respondent, name FROM respondent_name),
         own AS (SELECT value AS respondent FROM json_each(?1))
    SELECT name FROM named WHERE name <> '' AND respondent IN own
    EXCEPT SELECT name FROM named WHERE respondent NOT IN own";

const OTHERS: &str = "
    SELECT name FROM respondent WHERE id NOT IN (SELECT value FROM json_each(?1))
    UNION SELECT name FROM invited WHERE respondent NOT IN (SELECT value FROM json_each(?1))
    UNION SELECT name FROM respondent_name WHERE respondent NOT IN (SELECT value FROM json_each(?1))";

/// Addresses that speak for the respondents (?1) or wrote their messages (?2); not those that wrote or speak for others too.
const ADDRESSES: &str = "
    WITH own AS (SELECT value AS respondent FROM json_each(?1)), mails AS (SELECT value AS message FROM json_each(?2))
    SELECT lower(address) FROM respondent_address WHERE respondent IN own
    UNION SELECT lower(address) FROM trusted_sender WHERE respondent IN own
    UNION SELECT lower(sender) FROM message WHERE id IN mails
    UNION SELECT sender_key FROM message WHERE id IN mails
    EXCEPT SELECT lower(address) FROM respondent_address WHERE respondent NOT IN own
    EXCEPT SELECT lower(address) FROM trusted_sender WHERE respondent NOT IN own
    EXCEPT SELECT sender_key FROM message WHERE id NOT IN mails
    EXCEPT SELECT lower(sender) FROM message WHERE id NOT IN mails";

/// Domains of the respondents' addresses under which nobody else has one.
const DOMAINS: &str = "
    SELECT lower(domain) FROM respondent_address WHERE respondent IN (SELECT value FROM json_each(?1))
    EXCEPT SELECT lower(domain) FROM respondent_address WHERE respondent NOT IN (SELECT value FROM json_each(?1))";

/// What tells of respondents in what is others'.
#[derive(Debug)]
pub(super) struct Traces {
    /// Names, of whatever length.
    names: BTreeSet<String>,
    /// The names as they are compared.
    keys: BTreeSet<String>,
    /// What is looked for among words, the longest first.
    words: Vec<Word>,
}

#[derive(Debug)]
struct Word {
    text: String,
    /// Whether it is the same within other words: Chinese has no spaces.
    is_found_within: bool,
}

impl Traces {
    /// What tells of them, as long as it is known.
    pub(super) fn of(connection: &Connection, of: &Dossier) -> Outcome<Self> {
        let own = listed(&of.respondents)?;
        let text = |sql: &str| -> Outcome<Vec<String>> { all(connection, sql, [&own], |row| Ok(row.get(0)?)) };
        let (names, others) = (text(NAMES)?, text(OTHERS)?);
        let is_others = |name: &str| others.iter().any(|other| other.contains(name));
        let mut words: Vec<Word> = names
            .iter()
            .filter(|name| name.chars().count() >= LEAST)
            .map(|name| Word { text: name.clone(), is_found_within: !name.is_ascii() && !is_others(name) })
            .collect();
        let own = (&own, listed(&of.messages)?);
        let addresses: Vec<String> = all(connection, ADDRESSES, own, |row| Ok(row.get(0)?))?;
        let mut domains = text(DOMAINS)?;
        domains.retain(|domain| !is_of_the_public(domain));
        let found = addresses.into_iter().filter(|one| one.contains('@')).chain(domains);
        words.extend(found.filter(|text| text.contains('.')).map(|text| Word { text, is_found_within: false }));
        words.sort_by_key(|word| std::cmp::Reverse(word.text.len()));
        let keys = names.iter().map(|name| identity::key(name)).collect();
        Ok(Self { names: names.into_iter().collect(), keys, words })
    }

    /// Strikes them out wherever others are spoken of.
    pub(super) fn strike(&self, connection: &Connection, of: &Dossier) -> Outcome<()> {
        let shared = listed(&of.shared_messages)?;
        let free = |text: &str| Ok(self.text(text));
        let issue = |text: &str| self.json(text, &["text", "taken", "other", "why", "name", "source", "Attachment"]);
        rewrite(connection, ("digest", "figures", "?1 <> ''"), &shared, |text| figures(text, of))?;
        rewrite(connection, ("message", "reason", "?1 <> ''"), &shared, free)?;
        rewrite(connection, ("alarm", "finding", "?1 <> ''"), &shared, |text| self.json(text, &["why"]))?;
        rewrite(connection, ("sender_check", "findings", "?1 <> ''"), &shared, |text| self.json(text, &["text"]))?;
        let in_shared = "message IN (SELECT value FROM json_each(?1))";
        rewrite(connection, ("issue", "document", &format!("version IS NULL AND {in_shared}")), &shared, issue)?;
        rewrite(connection, ("rereading", "former", in_shared), &shared, |text| self.former(text))
    }

    /// What was read before of a mail that others share, without the respondents' own material.
    fn former(&self, text: &str) -> Outcome<String> {
        let mut value: Value = serde_json::from_str(text)?;
        if let Some(narratives) = value.get_mut("narratives").and_then(Value::as_array_mut) {
            let is_own = |one: &Value| {
                let name = one.get("respondent").and_then(Value::as_str);
                name.is_some_and(|name| self.keys.contains(&identity::key(name)))
            };
            narratives.retain(|one| !is_own(one));
        }
        self.within(&mut value, "", &["text", "attachment", "path", "subject", "why", "name", "source", "Attachment"]);
        Ok(value.to_string())
    }

    fn json(&self, text: &str, keys: &[&str]) -> Outcome<String> {
        let mut value: Value = serde_json::from_str(text)?;
        self.within(&mut value, "", keys);
        Ok(value.to_string())
    }

    /// Of a document, only texts under these keys are words of others.
    fn within(&self, value: &mut Value, key: &str, keys: &[&str]) {
        match value {
            Value::String(text) if keys.contains(&key) => *text = self.text(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.within(value, key, keys)),
            Value::Object(map) => map.iter_mut().for_each(|(key, value)| self.within(value, key, keys)),
            _ => {}
        }
    }

    fn text(&self, text: &str) -> String {
        if self.names.contains(text) {
            return BLANK.to_owned();
        }
        self.words.iter().fold(text.to_owned(), |text, word| word.struck_from(&text))
    }
}

impl Word {
    fn struck_from(&self, text: &str) -> String {
        // As long as before, byte for byte: only letters of ASCII change.
        let (lower, word) = (text.to_ascii_lowercase(), self.text.to_ascii_lowercase());
        let (mut struck, mut end) = (String::new(), 0);
        for (at, _) in lower.match_indices(&word) {
            let (before, after) = (text.get(..at), text.get(at + word.len()..));
            let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
            if self.is_found_within || !(ends_in_a_word(before) || begins_within_a_word(after)) {
                struck.push_str(text.get(end..at).unwrap_or_default());
                struck.push_str(BLANK);
                end = at + word.len();
            }
        }
        struck + text.get(end..).unwrap_or_default()
    }
}

fn ends_in_a_word(text: &str) -> bool {
    text.chars().next_back().is_some_and(|last| last.is_alphanumeric() || "._-+".contains(last))
}

/// A full stop ends a sentence or goes on in a name of a host.
fn begins_within_a_word(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some('.') => chars.next().is_some_and(char::is_alphanumeric),
        Some(first) => first.is_alphanumeric() || "_-@".contains(first),
        None => false,
    }
}

/// Figures name whoever waits for a person, and are numbers else.
fn figures(text: &str, of: &Dossier) -> Outcome<String> {
    let mut figures: Figures = serde_json::from_str(text)?;
    let mut is_named = false;
    for one in &mut figures.waiting {
        let is_its_mail = matches!(one.what, Matter::Held | Matter::Failed) && of.messages.contains(&one.id);
        if is_its_mail || one.respondent.is_some_and(|id| of.respondents.contains(&id)) {
            BLANK.clone_into(&mut one.title);
            is_named = true;
        }
    }
    // What names nobody stays as it was written, byte for byte.
    if is_named { Ok(serde_json::to_string(&figures)?) } else { Ok(text.to_owned()) }
}

/// Changes a column where a condition holds.
fn rewrite(
    connection: &Connection,
    (table, column, condition): (&str, &str, &str),
    list: &String,
    change: impl Fn(&str) -> Outcome<String>,
) -> Outcome<()> {
    let sql = format!("SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL AND {condition}");
    let texts: Vec<String> = all(connection, &sql, [list], |row| Ok(row.get(0)?))?;
    for text in texts {
        let changed = change(&text)?;
        if is_other(&text, &changed) {
            let sql = format!("UPDATE {table} SET {column} = ?3 WHERE {column} = ?2 AND {condition}");
            execute(connection, &sql, (list, &text, changed))?;
        }
    }
    Ok(())
}

/// A document that was read and written without a change may have its keys in another order.
fn is_other(text: &str, changed: &str) -> bool {
    match (serde_json::from_str::<Value>(text), serde_json::from_str::<Value>(changed)) {
        (Ok(text), Ok(changed)) => text != changed,
        _ => text != changed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_struck_out_where_it_is_a_word_and_never_within_anothers() {
        let check = |word: &str, is_found_within: bool, text: &str, expected: &str| {
            let word = Word { text: word.to_owned(), is_found_within };
            assert_eq!(word.struck_from(text), expected);
        };
        check("甲乙科技", true, "回复：甲乙科技的表", "回复：—的表");
        check("甲乙科技", false, "甲乙科技有限公司 may be 1) 甲乙科技", "甲乙科技有限公司 may be 1) —");
        check("1234", false, "12345, 1234 and 0.1234", "12345, — and 0.1234");
        check("li@firm.example", false, "451 <Li@Firm.example>: later", "451 <—>: later");
        check("li@firm.example", false, "ali@firm.example, li@firm.example.cn", "ali@firm.example, li@firm.example.cn");
        check("firm.example", false, "looks like firm.example of the roster", "looks like — of the roster");
        check("firm.example", false, "myfirm.example. It is firm.example.", "myfirm.example. It is —.");
    }
}
