//! Surveys in the store: every revision that was ever in use, and a view of each survey's current returns.

use jiff::Timestamp;
use rusqlite::Connection;

use super::error::{Fault, Outcome};
use super::row::{execute, first, time};
use super::{Store, StoreError, Write};
use crate::survey::{Facet, Survey};
use crate::table::{self, Column, Holds};

impl Store {
    /// Records the surveys as they are configured now, and makes their views.
    pub fn register_surveys(&self, surveys: &[Survey], now: Timestamp) -> Write<()> {
        let surveys = surveys.to_vec();
        self.write(move |connection| surveys.iter().try_for_each(|survey| register(connection, survey, now)))
    }

    /// A survey as it was at a revision.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when that revision was never in use.
    pub fn survey_revision(&self, id: &str, revision: &str) -> Result<Survey, StoreError> {
        self.read(|connection| {
            let sql = "SELECT document FROM survey_revision WHERE survey = ?1 AND revision = ?2";
            let document: Option<String> = first(connection, sql, (id, revision), |row| row.get(0))?;
            Ok(serde_json::from_str(&document.ok_or_else(|| Fault::unknown("revision of survey", id))?)?)
        })
    }

    /// A survey as it was configured last, if it ever was.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn last_survey(&self, id: &str) -> Result<Option<Survey>, StoreError> {
        self.read(|connection| {
            let known = first(connection, "SELECT id FROM survey WHERE id = ?1", [id], |row| row.get::<_, String>(0))?;
            known.map(|id| current(connection, &id)).transpose()
        })
    }

    /// The survey to which the thread of a token belongs, where one of its messages answered a survey.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn survey_of_token(&self, token: &str) -> Result<Option<String>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT survey FROM message WHERE token = ?1 AND survey IS NOT NULL ORDER BY id DESC LIMIT 1";
            first(connection, sql, [token], |row| row.get(0))
        })
    }
}

/// The survey as it is registered now.
pub(super) fn current(connection: &Connection, id: &str) -> Outcome<Survey> {
    let sql = "SELECT survey_revision.document FROM survey JOIN survey_revision
               ON survey_revision.survey = survey.id AND survey_revision.revision = survey.revision
               WHERE survey.id = ?1";
    let document: Option<String> = first(connection, sql, [id], |row| row.get(0))?;
    Ok(serde_json::from_str(&document.ok_or_else(|| Fault::unknown("survey", id))?)?)
}

/// Records one as it is configured now, and makes its view.
pub(super) fn register(connection: &Connection, survey: &Survey, now: Timestamp) -> Outcome<()> {
    let view = view_name(&survey.id);
    let sql = "SELECT id FROM survey WHERE view = ?1 AND id <> ?2";
    if let Some(other) = first(connection, sql, (&view, &survey.id), |row| row.get(0))? {
        return Err(Fault::Plain(StoreError::SameView { one: survey.id.clone(), other, view }));
    }
    let sql = "INSERT INTO survey (id, revision, view) VALUES (?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET revision = excluded.revision WHERE revision <> excluded.revision";
    execute(connection, sql, (&survey.id, &survey.revision, &view))?;
    let sql = "INSERT INTO survey_revision (survey, revision, document, first_used_at) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO NOTHING";
    execute(connection, sql, (&survey.id, &survey.revision, serde_json::to_string(survey)?, time(now)))?;
    make_view(connection, survey, &view)
}

/// Makes the view anew when it would be another; the file's schema does not change at each start.
fn make_view(connection: &Connection, survey: &Survey, view: &str) -> Outcome<()> {
    let sql = view_sql(survey, view);
    let stored: Option<String> =
        first(connection, "SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?1", [view], |row| row.get(0))?;
    if stored.as_deref() != Some(sql.as_str()) {
        connection.execute_batch(&format!("DROP VIEW IF EXISTS {};\n{sql}", quote(view, '"')))?;
    }
    Ok(())
}

/// The name of a survey's view: characters other than ASCII letters and digits become `_`.
fn view_name(survey: &str) -> String {
    let rest: String =
        survey.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    format!("survey_{rest}")
}

fn view_sql(survey: &Survey, view: &str) -> String {
    let columns: Vec<String> = table::columns(survey).iter().map(view_column).collect();
    format!(
        "CREATE VIEW {} AS SELECT {}\nFROM return_version JOIN respondent ON respondent.id = return_version.respondent \
         JOIN message ON message.id = return_version.message\n\
         WHERE return_version.standing IN ('complete', 'in_correction') AND respondent.survey = {}",
        quote(view, '"'),
        columns.join(",\n  "),
        quote(&survey.id, '\'')
    )
}

fn view_column(column: &Column<'_>) -> String {
    let of_answer = |expression: &str, key: &str| {
        let key = quote(key, '\'');
        format!("(SELECT {expression} FROM answer WHERE version = return_version.id AND item = {key})")
    };
    let shown = match column.holds {
        Holds::Respondent => "respondent.name".to_owned(),
        Holds::State => "return_version.standing".to_owned(),
        Holds::Version => "return_version.number".to_owned(),
        Holds::ReceivedAt => "message.received_at".to_owned(),
        Holds::Message => "message.id".to_owned(),
        Holds::Text(_, item) => of_answer("text", &item.key),
        Holds::Facet(_, item, facet) => of_answer(expression(facet), &item.key),
    };
    format!("{shown} AS {}", quote(&column.name, '"'))
}

/// What a facet's column of the view shows of the table of answers.
fn expression(facet: Facet) -> &'static str {
    match facet {
        Facet::Low => "CAST(low AS REAL)",
        Facet::High => "CAST(high AS REAL)",
        Facet::WholeLow => "CAST(low AS INTEGER)",
        Facet::WholeHigh => "CAST(high AS INTEGER)",
        Facet::Currency => "currency",
        Facet::Value => "value",
    }
}

fn quote(name: &str, mark: char) -> String {
    let doubled = name.replace(mark, &format!("{mark}{mark}"));
    format!("{mark}{doubled}{mark}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_named_after_its_survey() {
        assert_eq!(view_name("ai-industry-2017"), "survey_ai_industry_2017");
        assert_eq!(view_name("Energy 2018"), "survey_energy_2018");
    }
}
