//! What is held, piece by piece, to be written out.

use serde::Serialize;

use super::{Dossier, listed, numbers};
use crate::store::error::Outcome;
use crate::store::raw::decompress;
use crate::store::row::all;
use crate::store::{Store, StoreError};

/// An answer that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldAnswer {
    /// The return, and how it stands.
    pub version: i64,
    /// How it stands.
    pub standing: String,
    /// The message it came in.
    pub message: i64,
    /// Key of the item.
    pub item: String,
    /// The answer as written.
    pub text: String,
    /// Where it stood.
    pub place: String,
}

/// Written material, or text recognised in a scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldText {
    /// The message it came with.
    pub message: i64,
    /// The file it stood in.
    pub attachment: String,
    /// The text.
    pub text: String,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldNotice {
    /// Its number.
    pub id: i64,
    /// What it is, and what became of it.
    pub words: String,
    /// The mail.
    pub bytes: Vec<u8>,
}

impl Store {
    /// All answers of the returns of a dossier, as they were read, whether they count or not.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn held_answers(&self, of: &Dossier) -> Result<Vec<HeldAnswer>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT id, standing, message, as_read FROM return_version
                       WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id";
            let mut answers = Vec::new();
            all(connection, sql, [listed(&of.returns)?], |row| {
                let read: crate::reading::Return = serde_json::from_str(&row.get::<_, String>(3)?)?;
                for (item, answer) in read.answers {
                    answers.push(HeldAnswer {
                        version: row.get(0)?,
                        standing: row.get(1)?,
                        message: row.get(2)?,
                        item,
                        text: answer.text,
                        place: answer.place.to_string(),
                    });
                }
                Ok(())
            })?;
            Ok(answers)
        })
    }

    /// Written material and recognised text of a dossier.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn held_texts(&self, of: &Dossier) -> Result<Vec<HeldText>, StoreError> {
        self.read(|connection| {
            let mine = "SELECT id FROM narrative WHERE message IN (SELECT value FROM json_each(?1))";
            let mut narratives = numbers(connection, mine, &of.messages)?;
            narratives.extend(&of.narratives);
            let sql = "SELECT message, attachment, text FROM narrative WHERE id IN (SELECT value FROM json_each(?1))
                       UNION ALL SELECT attachment.message, attachment.path, group_concat(recognised_line.text, char(10))
                       FROM attachment JOIN recognised_line ON recognised_line.sha256 = attachment.sha256
                       WHERE attachment.message IN (SELECT value FROM json_each(?2)) GROUP BY attachment.id";
            all(connection, sql, (listed(&narratives)?, listed(&of.messages)?), |row| {
                Ok(HeldText { message: row.get(0)?, attachment: row.get(1)?, text: row.get(2)? })
            })
        })
    }

    /// The notices of a dossier that are its own.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn held_notices(&self, of: &Dossier) -> Result<Vec<HeldNotice>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT id, kind || ' to ' || recipient || ', ' || state || ' ' || coalesce(done_at, queued_at), bytes, size
                       FROM notice WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id";
            all(connection, sql, [listed(&of.notices)?], |row| {
                let (packed, size): (Vec<u8>, i64) = (row.get(2)?, row.get(3)?);
                let bytes = decompress(&packed, usize::try_from(size).unwrap_or_default())?;
                Ok(HeldNotice { id: row.get(0)?, words: row.get(1)?, bytes })
            })
        })
    }

    /// What the roster and operators say of the respondents, a line each: what it is, and what stands there.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn held_facts(&self, of: &Dossier) -> Result<Vec<(String, String)>, StoreError> {
        self.read(|connection| facts(connection, of))
    }
}

const FACTS: &str = "
    WITH own AS (SELECT value AS id FROM json_each(?1))
    SELECT 'name in ' || coalesce(survey, 'no survey'), name FROM respondent WHERE id IN own
    UNION ALL SELECT 'name on the roster', name FROM invited WHERE respondent IN own
    UNION ALL SELECT 'credit code', credit_code FROM invited WHERE respondent IN own AND credit_code IS NOT NULL
    UNION ALL SELECT 'contact', contact FROM invited WHERE respondent IN own AND contact <> ''
    UNION ALL SELECT 'telephone', phone FROM invited WHERE respondent IN own AND phone <> ''
    UNION ALL SELECT 'also called', name FROM respondent_name WHERE respondent IN own
    UNION ALL SELECT 'address', address FROM respondent_address WHERE respondent IN own
    UNION ALL SELECT 'trusted sender', address FROM trusted_sender WHERE respondent IN own
    UNION ALL SELECT tag, value FROM respondent_tag WHERE respondent IN own
    UNION ALL SELECT 'focus area', area || ' (' || evidence || ')' FROM return_area WHERE respondent IN own
    UNION ALL SELECT 'excused', why FROM excuse WHERE respondent IN own
    UNION ALL SELECT 'entered by hand', source || ' ' || note FROM entered WHERE respondent IN own";

fn facts(connection: &rusqlite::Connection, of: &Dossier) -> Outcome<Vec<(String, String)>> {
    all(connection, FACTS, [listed(&of.respondents)?], |row| Ok((row.get(0)?, row.get(1)?)))
}
