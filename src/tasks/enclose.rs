//! Enclosing: the file that a correction waits for is made, and the correction may go.
//!
//! The sender's own file is marked by a reader process. Where that fails, the official form goes instead, filled in with what was
//! read; where that fails as well, the notice goes without a file, and the log says why.

use std::sync::Arc;

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use super::{Signal, TaskError, now};
use crate::failpoint::{self, Point};
use crate::form;
use crate::mark::Kind;
use crate::notice::{self, Enclosure, FilledRow, OwnFile, Plan};
use crate::reader::{MARKED_MOST, MarkJob, Outcome, Pool};
use crate::store::{Enclosing, Store, StoreError};
use crate::survey::{Language, Survey};
use crate::telemetry;

/// How long a claim holds: longer than a reader may take.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// How often the store is looked at without being woken.
const LOOK: std::time::Duration = std::time::Duration::from_secs(5);
/// Name of the file that goes back, without its extension: in ASCII, as not every client shows others.
const NAME: &str = "form";

/// What the enclosing task works with.
pub struct Enclose {
    /// Where notices wait.
    pub store: Store,
    /// Who marks.
    pub pool: Pool,
    /// The configured surveys, for their forms.
    pub surveys: Arc<Vec<Survey>>,
    /// Wakes this task.
    pub wake: Signal,
    /// Wakes the tasks that send.
    pub next: Vec<Signal>,
}

/// Why there is no file, and whether there may be one later.
struct NoFile {
    why: String,
    again: bool,
}

impl Enclose {
    /// Makes the files that notices wait for, until it is told to stop.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn run(self, stop: CancellationToken) -> Result<(), TaskError> {
        while !stop.is_cancelled() {
            let is_due = self.store.awaits_enclosing()?;
            let due = if is_due { self.store.claim_enclosing(now(), LEASE).await? } else { None };
            match due {
                Some(due) => self.enclose(due).await?,
                None => drop(self.wake.wait(LOOK, &stop).await),
            }
        }
        Ok(())
    }

    async fn enclose(&self, due: Enclosing) -> Result<(), StoreError> {
        let id = format!("n{}", due.notice);
        match self.file(&id, &due.plan).await {
            Ok(file) => {
                let (name, size) = (file.name.clone(), file.bytes.len());
                let mail = notice::enclose(&due.mail, &[file]);
                failpoint::pass(Point::FileMade);
                if self.store.enclose(due.notice, mail, now()).await? {
                    telemetry::enclosed(&id, &name, size);
                }
            }
            Err(NoFile { why, again }) => self.store.not_enclosed(due.notice, why, again, now()).await?,
        }
        self.next.iter().for_each(Signal::wake);
        Ok(())
    }

    /// The sender's own file with its marks, or else the form.
    async fn file(&self, id: &str, plan: &Plan) -> Result<Enclosure, NoFile> {
        let Some(own) = &plan.file else { return self.form(plan) };
        match self.mark(own, self.language(plan)).await {
            Outcome::Read(marked) => Ok(enclosure(marked.kind, marked.bytes)),
            Outcome::Failed(why) => {
                telemetry::trouble(&format!("{id}: {} not marked, the form goes instead", own.path), &why);
                self.form(plan)
            }
            Outcome::NotTried(why) => Err(NoFile { why, again: true }),
        }
    }

    async fn mark(&self, own: &OwnFile, language: Language) -> Outcome<crate::reader::MarkedFile> {
        let (store, message) = (self.store.clone(), own.message);
        let source =
            Box::new(move |to: &mut dyn std::io::Write| store.raw_into(message, to).map_err(std::io::Error::other));
        self.pool.mark(MarkJob { source, path: own.path.clone(), notes: own.notes.clone(), language }).await
    }

    /// The language of the survey that a file is about.
    fn language(&self, plan: &Plan) -> Language {
        self.surveys.iter().find(|survey| survey.id == plan.survey).map(|survey| survey.language).unwrap_or_default()
    }

    /// The official form, filled in with what was read.
    fn form(&self, plan: &Plan) -> Result<Enclosure, NoFile> {
        let never = |why: String| NoFile { why, again: false };
        let survey = self.surveys.iter().find(|survey| survey.id == plan.survey);
        let survey = survey.ok_or_else(|| never(format!("the survey {} is not configured any more", plan.survey)))?;
        let rows: Vec<form::Row> = plan.rows.iter().map(row).collect();
        let bytes = form::docx(survey, &rows);
        let is_fit = !bytes.is_empty() && u64::try_from(bytes.len()).is_ok_and(|size| size <= MARKED_MOST);
        if !is_fit {
            return Err(never(format!("the form has {} bytes, and {MARKED_MOST} are the most", bytes.len())));
        }
        Ok(enclosure(Kind::Docx, bytes))
    }
}

/// What a file is called and said to be hangs on its kind alone: whoever marked it had a stranger's file before it.
fn enclosure(kind: Kind, bytes: Vec<u8>) -> Enclosure {
    Enclosure { name: format!("{NAME}.{}", kind.extension()), media_type: kind.media_type().to_owned(), bytes }
}

fn row(row: &FilledRow) -> form::Row {
    form::Row { texts: row.texts.clone(), notes: row.notes.clone() }
}
