//! Returns: the list of them, and one with its answers and issues.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::formerly::{Formerly, ReadAnew, formerly, read_anew};
use super::message::{IssueRow, issue};
use super::story::{Chapter, story};
use crate::reading::Return;
use crate::store::error::{Fault, Outcome};
use crate::store::row::{all, count, first, scalar};
use crate::store::{PassageRow, RecognitionRow, Store, StoreError, compare, narrative, recognition};
use crate::value::Answer;

/// A return in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnRow {
    /// Number of the return.
    pub id: i64,
    /// The survey; none while it is not known.
    pub survey: Option<String>,
    /// Name of the respondent; empty when it gave none.
    pub respondent: String,
    /// How it stands, such as `complete`.
    pub state: String,
    /// Its place among the respondent's versions, from 1.
    pub version: u64,
    /// When it arrived.
    pub received_at: String,
    /// The message it came in.
    pub message: i64,
    /// Address of the sender.
    pub sender: String,
    /// How many errors it has.
    pub errors: u64,
}

/// A return with what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnView {
    /// The return.
    #[serde(flatten)]
    pub row: ReturnRow,
    /// Its answers in the survey's order; for a current return older answers are merged in.
    pub answers: Vec<AnswerRow>,
    /// Its issues.
    pub issues: Vec<IssueRow>,
    /// How it was read before.
    pub formerly: Vec<Formerly>,
    /// What became of it, where a replay read its message otherwise.
    pub read_anew: Option<ReadAnew>,
    /// Every version of its respondent in order of arrival.
    pub story: Vec<Chapter>,
    /// What written material of its respondent names that officials look for. None of it is an answer.
    pub passages: Vec<PassageRow>,
    /// Text recognised in scans of its message: nobody has confirmed it.
    pub recognised: Vec<RecognitionRow>,
}

/// An answer of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerRow {
    /// Key of the item.
    pub item: String,
    /// The answer as written.
    pub text: String,
    /// Where it was read.
    pub place: String,
    /// The normalised answer where it is no number: a date, keys of options, numbers and addresses in their one form.
    pub value: Option<String>,
    /// Lower bound of a number, an exact decimal; an amount's in the main unit.
    pub low: Option<String>,
    /// Upper bound of a number.
    pub high: Option<String>,
    /// ISO 4217 code of an amount.
    pub currency: Option<String>,
}

impl AnswerRow {
    /// The row of an answer.
    pub(in crate::store) fn of(item: &str, answer: &Answer) -> Self {
        let typed = answer.value.typed();
        Self {
            item: item.to_owned(),
            text: answer.text.clone(),
            place: answer.place.to_string(),
            value: typed.value,
            low: typed.low.map(|low| low.to_string()),
            high: typed.high.map(|high| high.to_string()),
            currency: typed.currency,
        }
    }
}

const ROWS: &str = "
    SELECT return_version.id, respondent.survey, respondent.name, return_version.standing, return_version.number,
        message.received_at, message.id, coalesce(message.sender, ''),
        (SELECT count(*) FROM issue WHERE version = return_version.id AND severity = 'error')
    FROM return_version JOIN respondent ON respondent.id = return_version.respondent
    JOIN message ON message.id = return_version.message";

impl Store {
    /// Returns of a survey, or of all, that count or wait to be mended or decided on, in order of arrival.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when the survey was never configured.
    pub fn returns(&self, survey: Option<&str>) -> Result<Vec<ReturnRow>, StoreError> {
        self.read(|connection| {
            if let Some(id) = survey {
                crate::store::survey::current(connection, id)?;
            }
            let sql = format!(
                "{ROWS} WHERE return_version.standing NOT IN ('superseded', 'duplicate', 'discarded', 'withdrawn')
                 AND (?1 IS NULL OR respondent.survey = ?1) ORDER BY message.received_at, message.id, return_version.ordinal"
            );
            all(connection, &sql, [survey], return_row)
        })
    }

    /// One return with its answers and issues.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when there is none of this number.
    pub fn show(&self, id: i64) -> Result<ReturnView, StoreError> {
        self.read(|connection| show(connection, id))
    }
}

/// The returns of a message.
pub(super) fn of_message(connection: &Connection, message: i64) -> Outcome<Vec<ReturnRow>> {
    all(
        connection,
        &format!("{ROWS} WHERE message.id = ?1 AND return_version.rereading IS NULL ORDER BY return_version.ordinal"),
        [message],
        return_row,
    )
}

fn show(connection: &Connection, id: i64) -> Outcome<ReturnView> {
    let row = all(connection, &format!("{ROWS} WHERE return_version.id = ?1"), [id], return_row)?.pop();
    let row = row.ok_or_else(|| Fault::unknown("return", id))?;
    let mut answers = current_answers(connection, id)?;
    if answers.is_empty() {
        answers = own_answers(connection, id)?;
    }
    if let Some(survey) = &row.survey {
        let survey = crate::store::survey::current(connection, survey)?;
        answers.sort_by_key(|answer| survey.items.iter().position(|item| item.key == answer.item));
    }
    let sql = "SELECT item, attachment, code, severity, place, document FROM issue WHERE version = ?1 ORDER BY id";
    let mut issues = all(connection, sql, [id], issue)?;
    let read_anew = read_anew(connection, id)?;
    if read_anew.is_some() {
        let remarks = compare::remarks(connection, id)?;
        issues = as_read(connection, id)?.issues.iter().chain(&remarks).map(IssueRow::of).collect();
    }
    let recognised = recognition::of_message(connection, row.message)?;
    Ok(ReturnView {
        row,
        answers,
        issues,
        formerly: formerly(connection, id)?,
        read_anew,
        story: story(connection, id)?,
        passages: passages(connection, id)?,
        recognised,
    })
}

/// The passages of the respondent that a return is of.
fn passages(connection: &Connection, id: i64) -> Outcome<Vec<PassageRow>> {
    let respondent: i64 = scalar(connection, "SELECT respondent FROM return_version WHERE id = ?1", [id])?;
    narrative::passages_of(connection, respondent)
}

fn current_answers(connection: &Connection, id: i64) -> Outcome<Vec<AnswerRow>> {
    let sql = "SELECT item, text, place, value, low, high, currency FROM answer WHERE version = ?1 ORDER BY item";
    all(connection, sql, [id], |row| {
        Ok(AnswerRow {
            item: row.get(0)?,
            text: row.get(1)?,
            place: row.get(2)?,
            value: row.get(3)?,
            low: row.get(4)?,
            high: row.get(5)?,
            currency: row.get(6)?,
        })
    })
}

/// What a return that is not current said itself.
fn own_answers(connection: &Connection, id: i64) -> Outcome<Vec<AnswerRow>> {
    let one = as_read(connection, id)?;
    Ok(one.answers.iter().map(|(item, answer)| AnswerRow::of(item, answer)).collect())
}

/// A return as it was read.
pub(super) fn as_read(connection: &Connection, id: i64) -> Outcome<Return> {
    let sql = "SELECT as_read FROM return_version WHERE id = ?1";
    let document: Option<String> = first(connection, sql, [id], |row| row.get(0))?;
    Ok(serde_json::from_str(&document.unwrap_or_default())?)
}

fn return_row(row: &Row<'_>) -> Outcome<ReturnRow> {
    Ok(ReturnRow {
        id: row.get(0)?,
        survey: row.get(1)?,
        respondent: row.get(2)?,
        state: row.get(3)?,
        version: count(row.get(4)?),
        received_at: row.get(5)?,
        message: row.get(6)?,
        sender: row.get(7)?,
        errors: count(row.get(8)?),
    })
}
