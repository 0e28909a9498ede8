//! Reading: what is kept is claimed in groups, read by the pool, judged and committed.
//!
//! Groups are read side by side; how the versions of a respondent stand is folded in order of arrival at each commit, so it does
//! not matter which reader was quicker.

use std::sync::Arc;

use jiff::SignedDuration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::fresh::Fresh;
use super::judge::{Desk, Trouble};
use super::scan::{Scan, Sieved};
use super::sender::Senders;
use super::stages::Stages;
use super::vitals::Vitals;
use super::{Signal, TaskError, now, short_id};
use crate::config::Mailbox;
use crate::failpoint::{self, Point};
use crate::mail;
use crate::reader::{Job, Outcome, Pool};
use crate::reading::Reading;
use crate::store::{Bounced, Committed, Judge, Store, StoreError, Unread};
use crate::telemetry;
use crate::verdict::{Disposition, Silence, Standing, is_same_address};

/// Messages claimed at once.
const CLAIM: u32 = 64;
/// Bytes that a reader is handed at once; a larger message goes alone.
pub(super) const GROUP_BYTES: u64 = 4 << 20;
/// Messages that a reader is handed at once.
const GROUP: usize = 32;
/// How long a claim holds: longer than a whole group may take.
const LEASE: SignedDuration = SignedDuration::from_hours(1);
/// How often the store is looked at without being woken: commands beside the daemon put messages back.
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);
/// How often reading a message may begin without an end: whatever ends the program at it is a fault of ours.
const BEGINNINGS: u32 = 5;
/// What this loop is called.
pub const PART: &str = "read";
/// The longest that the loop may not turn.
pub const WITHIN: std::time::Duration = std::time::Duration::from_secs(300);
/// How long a group waits when no reader can be started, as when the machine is short of memory.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// What the read task works with. A handle: clones share it.
#[derive(Clone)]
pub struct Read {
    /// Where messages are.
    pub store: Store,
    /// What was kept just now.
    pub fresh: Fresh,
    /// Who reads.
    pub pool: Pool,
    /// Who looks for viruses.
    pub scan: Scan,
    /// Who looks at senders.
    pub senders: Senders,
    /// Who judges.
    pub desk: Arc<Desk>,
    /// The mailboxes, for what each says of its mail.
    pub mailboxes: Arc<Vec<Mailbox>>,
    /// Wakes this task.
    pub wake: Signal,
    /// Counts what it costs.
    pub stages: Stages,
    /// What it says of itself.
    pub vitals: Vitals,
    /// Wakes the tasks that go on with what was committed.
    pub next: Vec<Signal>,
}

impl Read {
    /// Reads what waits, until it is told to stop; groups that are at a reader by then are still committed.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn run(self, stop: CancellationToken) -> Result<(), TaskError> {
        let mut working: JoinSet<Result<(), TaskError>> = JoinSet::new();
        loop {
            self.vitals.turned(PART);
            // One group more than there are readers, so that a reader finds its next one ready.
            while working.len() <= self.pool.readers() && !stop.is_cancelled() {
                let groups = self.claim().await?;
                if groups.is_empty() {
                    if working.is_empty() {
                        self.vitals.reads();
                    }
                    break;
                }
                for group in groups {
                    let (task, stop) = (self.clone(), stop.clone());
                    let stage = self.stages.hand_over.clone();
                    working.spawn(stage.follow(async move { task.read(group, &stop).await }));
                }
            }
            if stop.is_cancelled() && working.is_empty() {
                return Ok(());
            }
            tokio::select! {
                Some(done) = working.join_next() => done??,
                _ = self.wake.wait(LOOK, &stop), if !stop.is_cancelled() => {}
            }
        }
    }

    async fn claim(&self) -> Result<Vec<Vec<Unread>>, StoreError> {
        let waiting = self.store.claim_unread(CLAIM, now(), LEASE).await?;
        let (given_up, waiting): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|one| one.attempts > BEGINNINGS);
        for unread in given_up {
            let why = "postroom ended five times while it was read";
            self.fail(&unread, why.to_owned()).await?;
        }
        Ok(groups(waiting, self.pool.readers()))
    }

    async fn fail(&self, unread: &Unread, why: String) -> Result<(), StoreError> {
        drop(self.fresh.take(&unread.sha256));
        self.store.mark_failed(unread.id, why.clone()).await?;
        telemetry::failed(&short_id(unread.id), &why);
        Ok(())
    }

    /// Reads a group and commits each of its messages.
    async fn read(&self, group: Vec<Unread>, stop: &CancellationToken) -> Result<(), TaskError> {
        let Sieved { clean: group, waiting } = self.scan.sieve(group).await?;
        if group.is_empty() {
            return Ok(self.give_back(waiting, stop).await?);
        }
        let jobs = group.iter().map(|unread| self.job(unread)).collect::<Result<_, _>>()?;
        failpoint::pass(Point::Claimed);
        let outcomes = self.pool.read(jobs).await;
        failpoint::pass(Point::ReadDone);
        let mut read = Vec::with_capacity(group.len());
        let mut not_tried = waiting;
        for (unread, outcome) in group.into_iter().zip(outcomes) {
            match outcome {
                Outcome::Read(reading) => read.push((unread, reading)),
                Outcome::Failed(why) => self.fail(&unread, why).await?,
                Outcome::NotTried(why) => not_tried.push((unread.id, why)),
            }
        }
        if !read.is_empty() {
            self.vitals.reads();
        }
        self.senders.look(&read, &self.mailboxes).await?;
        self.commit(read).await?;
        self.next.iter().for_each(Signal::wake);
        Ok(self.give_back(not_tried, stop).await?)
    }

    /// Judges and commits what was read, and tells of it.
    async fn commit(&self, read: Vec<(Unread, Box<Reading>)>) -> Result<(), StoreError> {
        let (mut judged, mut tellers) = (Vec::with_capacity(read.len()), Vec::with_capacity(read.len()));
        for (unread, reading) in read {
            let (judge, teller) = self.judge(&unread, &reading);
            judged.push((unread.id, *reading, judge));
            tellers.push(teller);
        }
        for (commit, teller) in self.store.commit_verdicts(judged, now()).into_iter().zip(tellers) {
            teller.tell(&commit.await?);
        }
        failpoint::pass(Point::Committed);
        Ok(())
    }

    /// Gives messages back for which there was no reader, after a while: what ails the machine does not pass in a moment.
    async fn give_back(&self, not_tried: Vec<(i64, String)>, stop: &CancellationToken) -> Result<(), StoreError> {
        let Some((_, why)) = not_tried.first() else { return Ok(()) };
        self.vitals.not_read(why, now());
        telemetry::trouble(&format!("{} messages not read, tried again in {PATIENCE:?}", not_tried.len()), why);
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(PATIENCE) => {}
        }
        for (id, _) in not_tried {
            self.store.give_back(id).await?;
        }
        Ok(())
    }

    fn mailbox(&self, unread: &Unread) -> Option<&Mailbox> {
        let location = unread.location.as_ref()?;
        self.mailboxes.iter().find(|mailbox| mailbox.name == location.mailbox)
    }

    pub(super) fn job(&self, unread: &Unread) -> Result<Job, StoreError> {
        let (store, fresh, stage) = (self.store.clone(), self.fresh.clone(), self.stages.hand_over.clone());
        let (id, sha256) = (unread.id, unread.sha256.clone());
        let mailbox = self.mailbox(unread);
        Ok(Job {
            source: Box::new(move |to| {
                stage.count(|| match fresh.take(&sha256) {
                    Some(bytes) => to.write_all(&bytes),
                    None => store.raw_into(id, to).map_err(std::io::Error::other),
                })
            }),
            surveys: self.surveys(unread, mailbox)?,
            authserv_id: mailbox.and_then(|mailbox| mailbox.authserv_id.clone()),
            document: None,
        })
    }

    /// The surveys that a message may answer: the one that an operator chose, else that of its thread, else those of its
    /// mailbox; none named means all.
    fn surveys(&self, unread: &Unread, mailbox: Option<&Mailbox>) -> Result<Vec<String>, StoreError> {
        if let Some(chosen) = unread.survey.clone().filter(|survey| self.desk.knows(survey)) {
            return Ok(vec![chosen]);
        }
        for token in mail::tokens(&unread.subject) {
            if let Some(survey) = self.store.survey_of_token(&token)?.filter(|survey| self.desk.knows(survey)) {
                return Ok(vec![survey]);
            }
        }
        Ok(mailbox.map(|mailbox| mailbox.surveys.clone()).unwrap_or_default())
    }

    /// What judges a message within the transaction that commits it, and what tells the log of it afterwards.
    fn judge(&self, unread: &Unread, reading: &Reading) -> (Judge, Teller) {
        let (judge, trouble) = self.desk.judge_of(unread, true);
        let failed = reading.bounce.as_ref().map(|bounce| bounce.recipients.join(" "));
        (judge, Teller { id: short_id(unread.id), from: reading.envelope.from.clone(), failed, trouble })
    }
}

/// Tells the log what became of a message, once it is on the disk.
struct Teller {
    id: String,
    from: String,
    /// The addresses that it says were not reached, if it is a report of that.
    failed: Option<String>,
    trouble: Trouble,
}

impl Teller {
    fn tell(mut self, committed: &Committed) {
        if let (Some(failed), Committed::Judged(judged)) = (&self.failed, committed)
            && judged.bounced.is_none()
        {
            telemetry::bounce_ignored(&self.id, &self.from, failed);
        }
        tell(&self.id, &self.from, committed, self.trouble.try_recv().ok().flatten());
    }
}

/// Cuts what was claimed into groups: spread over the readers when there is little, bounded when there is much. One sender's
/// mail stays in one group, since a group is judged in its order.
fn groups(waiting: Vec<Unread>, readers: usize) -> Vec<Vec<Unread>> {
    let most = waiting.len().div_ceil(readers).clamp(1, GROUP);
    let mut groups: Vec<(u64, Vec<Unread>)> = Vec::new();
    for unread in waiting {
        let same =
            |(_, group): &(u64, Vec<Unread>)| group.iter().any(|other| is_same_address(&other.sender, &unread.sender));
        let has_room = |(bytes, group): &(u64, Vec<Unread>)| group.len() < most && bytes + unread.size <= GROUP_BYTES;
        let with_sender = groups.iter().position(same).filter(|_| !unread.sender.is_empty());
        let at = with_sender.or_else(|| groups.iter().rposition(has_room));
        match at.and_then(|at| groups.get_mut(at)) {
            Some((bytes, group)) => {
                *bytes += unread.size;
                group.push(unread);
            }
            None => groups.push((unread.size, vec![unread])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn tell(id: &str, from: &str, committed: &Committed, trouble: Option<String>) {
    let judged = match committed {
        Committed::Judged(judged) => judged,
        Committed::Duplicate { of, .. } => {
            return telemetry::silent(id, &format!("the same message as {}", short_id(*of)));
        }
        Committed::NotWaiting => return,
    };
    let names: Vec<&str> = judged.returns.iter().map(|one| one.respondent.as_str()).take(5).collect();
    let names = names.join("、");
    let codes = codes(judged);
    match judged.verdict.disposition {
        Disposition::Held => telemetry::held(id, from, &names, &codes),
        disposition => telemetry::judged(id, disposition.as_str(), from, &names, &codes),
    }
    for finding in judged.findings.iter().filter(|finding| finding.is_notable) {
        telemetry::sender(id, from, &finding.text);
    }
    for one in judged.returns.iter().filter(|one| one.standing == Standing::Discarded) {
        telemetry::discarded(id, &format!("r{}", one.id));
    }
    if let Some(Bounced { notice, recipient, permanent, words }) = &judged.bounced {
        telemetry::bounced(id, &format!("n{notice}"), recipient, *permanent, words);
    }
    if judged.verdict.reply == Err(Silence::Loop) {
        telemetry::looping(id, from);
    }
    if let Some(why) = trouble {
        telemetry::trouble(&format!("{id}: no notice composed"), &why);
    }
    match (&judged.verdict.reply, judged.notice) {
        (Ok(reply), Some(notice)) => telemetry::notice_queued(id, reply.as_str(), &format!("n{notice}")),
        (Err(silence), _) if judged.verdict.disposition != Disposition::Held => telemetry::silent(id, silence.as_str()),
        _ => {}
    }
}

/// The codes of all errors, each once.
fn codes(judged: &crate::store::Judged) -> String {
    let own = judged.verdict.issues.iter();
    let items = judged.verdict.returns.iter().flat_map(|folded| &folded.effective.issues);
    let codes: std::collections::BTreeSet<&str> =
        own.chain(items).filter(|issue| issue.is_error()).map(|issue| issue.problem.code()).collect();
    codes.into_iter().collect::<Vec<_>>().join(",")
}
