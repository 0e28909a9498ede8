//! Several mails of one sender, answered by one notice: what each of them is answered with is put together, and what a later one
//! mended is not said.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::mended::{self, Done, Plain};
use crate::issue::{About, Issue, Problem};
use crate::reading::{Reading, Return};
use crate::verdict::{self, Act, Changed, Disposition, Folded, Mended, Reply, Standing, Verdict};

/// An earlier mail of the sender whose answer waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Its number.
    pub message: i64,
    /// When it arrived.
    pub received_at: Timestamp,
    /// What was read of it; its issues are those that counted. Of a plain reply, its answers are a return.
    pub reading: Reading,
    /// What it did as a plain reply.
    pub plain: Plain,
    /// How its returns stood before the newest mail came, in the reading's order.
    pub returns: Vec<Folded>,
}

/// The mail that came last, whose verdict is new.
#[derive(Debug, Clone, Copy)]
pub struct Newest<'a> {
    /// What was read of it, as above.
    pub reading: &'a Reading,
    /// What was decided.
    pub verdict: &'a Verdict,
    /// What it did as a plain reply.
    pub plain: &'a Plain,
}

/// Several mails as if they were one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// What was read of them. The headers are the newest mail's.
    pub reading: Reading,
    /// How it stands.
    pub verdict: Verdict,
    /// What plain replies among them did.
    pub done: Done,
}

impl Together {
    /// The answer that is due; whether anything is left to correct, the composer finds out.
    #[must_use]
    pub fn reply(&self) -> Reply {
        let Self { reading, verdict, done } = self;
        let only_waits = *done == Done { is_handed_over: true, ..Done::default() };
        let tells_nothing = reading.returns.is_empty() && reading.narratives.is_empty() && verdict.issues.is_empty();
        if only_waits && tells_nothing { Reply::Handover } else { Reply::Correction }
    }
}

/// One mail in the order of arrival.
struct Mail<'a> {
    reading: &'a Reading,
    issues: &'a [Issue],
    returns: &'a [Folded],
    plain: &'a Plain,
}

impl Mail<'_> {
    /// Whether it gives a return, and is no plain reply.
    fn has_return(&self) -> bool {
        !self.reading.returns.is_empty() && self.plain.mended.is_none()
    }
}

/// What the mails say of one respondent.
struct One {
    /// The mails that it was read from, the newest last.
    mails: Vec<usize>,
    /// The respondent's key; empty where it is not known.
    key: String,
    /// The return, with what plain replies mended in it.
    read: Return,
    folded: Folded,
}

/// The reading and verdict of all mails as if they were one: of each respondent the newest return counts, with what was mended in it
/// in plain words.
#[must_use]
pub fn together(earlier: &[Earlier], newest: Newest<'_>) -> Together {
    let Newest { reading, verdict, plain } = newest;
    let mut mails: Vec<Mail<'_>> = earlier
        .iter()
        .map(|one| Mail {
            reading: &one.reading,
            issues: &one.reading.issues,
            returns: &one.returns,
            plain: &one.plain,
        })
        .collect();
    mails.push(Mail { reading, issues: &verdict.issues, returns: &verdict.returns, plain });
    let standing = standing(&mails);
    let done = done(&mails, &standing);
    let counting: BTreeSet<usize> = standing.iter().flat_map(|one| one.mails.iter().copied()).collect();
    // A file that only says what a later mail says better is not told of.
    let is_told = |(at, mail): &(usize, &Mail<'_>)| !mail.has_return() || counting.contains(at);
    let told = || mails.iter().enumerate().filter(is_told).map(|(_, mail)| mail);
    let issues: Vec<Issue> = (0..mails.len()).flat_map(|at| unmended(&mails, at)).collect();
    let returns: Vec<Folded> = standing.iter().map(|one| one.folded.clone()).collect();
    let faulty = issues.iter().chain(returns.iter().flat_map(|one| &one.effective.issues)).any(Issue::is_error);
    let reading = Reading {
        attachments: told().flat_map(|mail| mail.reading.attachments.clone()).collect(),
        narratives: told().flat_map(|mail| mail.reading.narratives.clone()).collect(),
        issues: issues.clone(),
        survey: reading.survey.clone().or_else(|| mails.iter().rev().find_map(|mail| mail.reading.survey.clone())),
        returns: standing.into_iter().map(|one| one.read).collect(),
        ..reading.clone()
    };
    let disposition = if faulty { Disposition::Correction } else { Disposition::Accepted };
    let remarks = Vec::new();
    let verdict = Verdict { disposition, issues, returns, remarks, reply: verdict.reply, mended: None };
    Together { reading, verdict, done }
}

/// The returns that stand once all mails are read, in order of arrival.
fn standing(mails: &[Mail<'_>]) -> Vec<One> {
    let mut all = Standings::default();
    for (at, mail) in mails.iter().enumerate() {
        for (read, folded) in mail.reading.returns.iter().zip(mail.returns) {
            match &mail.plain.mended {
                Some(mended) => all.mend(at, mended, read, folded),
                None => all.take(at, read, folded),
            }
        }
    }
    all.kept
}

/// The returns so far.
#[derive(Default)]
struct Standings {
    kept: Vec<One>,
    /// Returns that do not stand any more, since a later mail took their place: what a plain reply mends may be one of them.
    replaced: BTreeMap<String, One>,
}

impl Standings {
    /// A return of a table.
    fn take(&mut self, at: usize, read: &Return, folded: &Folded) {
        let key = verdict::identity_key(read);
        let one = One { mails: vec![at], key: key.clone(), read: read.clone(), folded: folded.clone() };
        match folded.standing {
            Standing::Withdrawn => {}
            Standing::Superseded if key.is_empty() => {}
            Standing::Superseded => drop(self.replaced.insert(key, one)),
            _ if key.is_empty() => self.kept.push(one),
            standing => {
                // A nameless return that is said once more, with the name.
                let says_all = |other: &One| other.key.is_empty() && verdict::says_all_of(read, &other.read);
                self.kept.retain(|other| other.folded.standing == Standing::Contested || !says_all(other));
                match standing {
                    Standing::Contested | Standing::Held => self.kept.push(one),
                    Standing::Duplicate | Standing::Discarded if self.has(&key) => {}
                    _ => self.put(one),
                }
            }
        }
    }

    /// What a plain reply made of a return.
    fn mend(&mut self, at: usize, mended: &Mended, read: &Return, folded: &Folded) {
        let key = verdict::identity_key(&mended.as_read);
        match folded.standing {
            // Whose words do not count is not asked to mend anything.
            Standing::Contested | Standing::Discarded => {
                let effective = Return { issues: Vec::new(), ..folded.effective.clone() };
                let folded = Folded { effective, ..folded.clone() };
                self.kept.push(One { mails: vec![at], key: String::new(), read: read.clone(), folded });
            }
            Standing::Held => {}
            Standing::Withdrawn => self.kept.retain(|one| one.key != key),
            Standing::Duplicate if self.has(&key) => {}
            // Two returns without a name may be two enterprises.
            _ if key.is_empty() => {
                self.kept.push(One { mails: vec![at], key, read: read.clone(), folded: folded.clone() });
            }
            standing => {
                let base = self.replaced.remove(&key).or_else(|| self.of(&key));
                let (mut mails, read) = match base {
                    Some(base) => (base.mails, verdict::amended(&base.read, read)),
                    None => (Vec::new(), read.clone()),
                };
                mails.push(at);
                let one = One { mails, key: key.clone(), read, folded: folded.clone() };
                if standing == Standing::Superseded {
                    self.replaced.insert(key, one);
                } else {
                    self.put(one);
                }
            }
        }
    }

    fn has(&self, key: &str) -> bool {
        self.kept.iter().any(|one| one.key == key)
    }

    /// What stands of a respondent, taken out.
    fn of(&mut self, key: &str) -> Option<One> {
        let at = self.kept.iter().position(|one| one.key == key && one.folded.standing != Standing::Contested)?;
        Some(self.kept.remove(at))
    }

    /// Puts a return in the place of the one that stood.
    fn put(&mut self, one: One) {
        drop(self.of(&one.key));
        self.replaced.remove(&one.key);
        self.kept.push(one);
    }
}

/// What the plain replies did that still holds after all mails. What one of them changed and a later one changed again is told as one
/// change.
fn done(mails: &[Mail<'_>], standing: &[One]) -> Done {
    let mut done = Done { is_handed_over: mails.iter().any(|mail| mail.plain.is_handed_over), ..Done::default() };
    let mut first: BTreeMap<(String, String), Option<String>> = BTreeMap::new();
    for mail in mails {
        let (Some(mended), Some(folded)) = (&mail.plain.mended, mail.returns.first()) else { continue };
        if !mended::counts(folded.standing) {
            continue;
        }
        done.unread.extend(mended.unread.iter().cloned());
        if folded.standing == Standing::Duplicate {
            continue;
        }
        let key = verdict::identity_key(&mended.as_read);
        let last = standing.iter().find(|one| one.key == key && !key.is_empty()).map(|one| &one.folded);
        let holds = |item: &str| {
            let said = mended.as_read.answers.get(item);
            let stands = |folded: &Folded| said.is_some() && folded.effective.answers.get(item) == said;
            // Beside a later return that waits to be mended, what stood before still stands.
            let is_replaced = last.is_some_and(|last| last.standing.is_current());
            let is_open = folded.standing.is_current() || folded.standing == Standing::Pending;
            (is_open && !is_replaced && stands(folded)) || last.is_some_and(stands)
        };
        let name = || mended::shown_name(mended);
        for one in &mended.changes {
            let before = first.entry((key.clone(), one.item.clone())).or_insert_with(|| one.before.clone()).clone();
            if holds(&one.item) && before.as_ref() != Some(&one.after) {
                done.changes.push((name(), Changed { before, ..one.clone() }));
            }
        }
        done.confirmed
            .extend(mended::confirmed(mended).filter(|item| holds(item)).map(|item| (name(), item.to_owned())));
        if mended.act == Act::Withdraws && last.is_none() {
            done.withdrawn.push(name());
        }
    }
    done
}

/// The issues of a mail and its files that no other mail mends.
fn unmended(mails: &[Mail<'_>], at: usize) -> Vec<Issue> {
    let Some(mail) = mails.get(at) else { return Vec::new() };
    let later = || mails.iter().skip(at + 1);
    let is_mended = |issue: &&Issue| match (&issue.about, &issue.problem) {
        (_, Problem::NoTable | Problem::BlankForm | Problem::ScanOnly) => mails.iter().any(Mail::has_return),
        (About::Attachment(path), _) => {
            (!mail.has_return() && later().any(Mail::has_return)) || later().any(|other| came_well(other, path))
        }
        _ => later().any(Mail::has_return),
    };
    mail.issues.iter().filter(|issue| !is_mended(issue)).cloned().collect()
}

/// Whether a mail has a file of this name that nothing is wrong with.
fn came_well(mail: &Mail<'_>, path: &str) -> bool {
    mail.reading.attachments.iter().any(|one| one.path == path)
        && !mail.issues.iter().any(|issue| issue.about.attachment() == Some(path))
}

#[cfg(test)]
mod tests;
