//! Several mails of one sender, answered by one notice: what each of them is answered with is put together, and what a later one
//! mended is not said.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::issue::{About, Issue, Problem};
use crate::reading::{Reading, Return};
use crate::verdict::{self, Disposition, Folded, Standing, Verdict};

/// An earlier mail of the sender whose answer waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Its number.
    pub message: i64,
    /// When it arrived.
    pub received_at: Timestamp,
    /// What was read of it; its issues are those that counted.
    pub reading: Reading,
    /// How its returns stand by now, in the reading's order.
    pub returns: Vec<Folded>,
}

/// A return of one of the mails.
struct One<'a> {
    /// Which mail, the newest last.
    mail: usize,
    read: &'a Return,
    folded: &'a Folded,
}

/// One mail in the order of arrival.
struct Mail<'a> {
    reading: &'a Reading,
    issues: &'a [Issue],
    returns: &'a [Folded],
}

/// The reading and verdict of all mails as if they were one: of each respondent the newest return counts. The headers are the
/// newest mail's.
#[must_use]
pub fn together(earlier: &[Earlier], reading: &Reading, verdict: &Verdict) -> (Reading, Verdict) {
    let mut mails: Vec<Mail<'_>> = earlier
        .iter()
        .map(|one| Mail { reading: &one.reading, issues: &one.reading.issues, returns: &one.returns })
        .collect();
    mails.push(Mail { reading, issues: &verdict.issues, returns: &verdict.returns });
    let standing = standing(&mails);
    let counting: BTreeSet<usize> = standing.iter().map(|one| one.mail).collect();
    // A file that only says what a later mail says better is not told of.
    let is_told = |(at, mail): &(usize, &Mail<'_>)| mail.reading.returns.is_empty() || counting.contains(at);
    let told = || mails.iter().enumerate().filter(is_told).map(|(_, mail)| mail);
    let issues: Vec<Issue> = (0..mails.len()).flat_map(|at| unmended(&mails, at)).collect();
    let returns: Vec<Folded> = standing.iter().map(|one| one.folded.clone()).collect();
    let faulty = issues.iter().chain(returns.iter().flat_map(|one| &one.effective.issues)).any(Issue::is_error);
    let reading = Reading {
        returns: standing.iter().map(|one| one.read.clone()).collect(),
        attachments: told().flat_map(|mail| mail.reading.attachments.clone()).collect(),
        narratives: told().flat_map(|mail| mail.reading.narratives.clone()).collect(),
        issues: issues.clone(),
        survey: reading.survey.clone().or_else(|| mails.iter().rev().find_map(|mail| mail.reading.survey.clone())),
        ..reading.clone()
    };
    let disposition = if faulty { Disposition::Correction } else { Disposition::Accepted };
    let remarks = Vec::new();
    (reading, Verdict { disposition, issues, returns, remarks, reply: verdict.reply, mended: None })
}

/// The returns that stand once all mails are read, in order of arrival.
fn standing<'a>(mails: &[Mail<'a>]) -> Vec<One<'a>> {
    let mut kept: Vec<One<'a>> = Vec::new();
    for (at, mail) in mails.iter().enumerate() {
        for (read, folded) in mail.reading.returns.iter().zip(mail.returns) {
            if matches!(folded.standing, Standing::Superseded | Standing::Discarded) {
                continue;
            }
            let key = verdict::identity_key(read);
            if key.is_empty() {
                kept.push(One { mail: at, read, folded });
                continue;
            }
            // A nameless return that is said once more, with the name.
            kept.retain(|one| !(verdict::identity_key(one.read).is_empty() && verdict::says_all_of(read, one.read)));
            let known = kept.iter().position(|one| verdict::identity_key(one.read) == key);
            match (known, folded.standing) {
                (None, _) | (_, Standing::Contested | Standing::Held) => kept.push(One { mail: at, read, folded }),
                (Some(_), Standing::Duplicate) => {}
                (Some(known), _) => {
                    kept.remove(known);
                    kept.push(One { mail: at, read, folded });
                }
            }
        }
    }
    kept
}

/// The issues of a mail and its files that no other mail mends.
fn unmended(mails: &[Mail<'_>], at: usize) -> Vec<Issue> {
    let Some(mail) = mails.get(at) else { return Vec::new() };
    let later = || mails.iter().skip(at + 1);
    let has_return = |mail: &Mail<'_>| !mail.reading.returns.is_empty();
    let is_mended = |issue: &&Issue| match (&issue.about, &issue.problem) {
        (_, Problem::NoTable | Problem::BlankForm | Problem::ScanOnly) => mails.iter().any(has_return),
        (About::Attachment(path), _) => {
            (!has_return(mail) && later().any(has_return)) || later().any(|other| came_well(other, path))
        }
        _ => later().any(has_return),
    };
    mail.issues.iter().filter(|issue| !is_mended(issue)).cloned().collect()
}

/// Whether a mail has a file of this name that nothing is wrong with.
fn came_well(mail: &Mail<'_>, path: &str) -> bool {
    mail.reading.attachments.iter().any(|one| one.path == path)
        && !mail.issues.iter().any(|issue| issue.about.attachment() == Some(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::sample;
    use crate::verdict::{Reply, Silence};

    fn earlier(message: i64, returns: Vec<(Return, Standing)>, issues: Vec<Issue>) -> Earlier {
        let folded = returns.iter().map(|(one, standing)| folded(one, *standing)).collect();
        let mut reading = sample::reading(returns.into_iter().map(|(one, _)| one).collect());
        reading.issues = issues;
        Earlier { message, received_at: Timestamp::UNIX_EPOCH, reading, returns: folded }
    }

    fn folded(one: &Return, standing: Standing) -> Folded {
        Folded { standing, effective: one.clone() }
    }

    /// What is told of mails: names with their standing, and the codes of all errors.
    fn check(mails: Vec<Earlier>, expected: &[(&str, Standing)], codes: &[&str]) {
        let mut mails = mails;
        let newest = mails.pop().unwrap();
        let verdict = Verdict {
            disposition: Disposition::Accepted,
            issues: newest.reading.issues.clone(),
            returns: newest.returns.clone(),
            remarks: Vec::new(),
            reply: Err(Silence::NoAddress),
            mended: None,
        };
        let (reading, verdict) = together(&mails, &newest.reading, &verdict);
        assert_eq!(verdict.reply, Err::<Reply, _>(Silence::NoAddress));
        let names: Vec<_> = reading
            .returns
            .iter()
            .zip(&verdict.returns)
            .map(|(read, folded)| (read.answers.get("name").map_or("", |answer| answer.text.as_str()), folded.standing))
            .collect();
        assert_eq!(names, expected);
        let items = verdict.returns.iter().flat_map(|one| &one.effective.issues);
        let found: Vec<_> = verdict.issues.iter().chain(items).map(|issue| issue.problem.code()).collect();
        assert_eq!(found, codes);
        assert_eq!(verdict.disposition == Disposition::Correction, !codes.is_empty());
    }

    fn missing() -> Issue {
        Issue::of_item("products", Problem::Missing, None)
    }

    #[test]
    fn what_a_later_mail_mended_is_not_asked_for() {
        let faulty = (sample::faulty("甲公司", vec![missing()]), Standing::InCorrection);
        let right = (sample::complete("甲公司"), Standing::Complete);
        check(
            vec![earlier(1, vec![faulty], vec![]), earlier(2, vec![right], vec![])],
            &[("甲公司", Standing::Complete)],
            &[],
        );
    }

    #[test]
    fn mails_of_several_enterprises_are_each_told_of() {
        let one = (sample::complete("甲公司"), Standing::Complete);
        let other = (sample::faulty("乙公司", vec![missing()]), Standing::InCorrection);
        check(
            vec![earlier(1, vec![one], vec![]), earlier(2, vec![other], vec![])],
            &[("甲公司", Standing::Complete), ("乙公司", Standing::InCorrection)],
            &["missing"],
        );
    }

    #[test]
    fn the_same_sent_twice_is_no_duplicate_to_who_has_no_receipt_yet() {
        let one = |standing| vec![(sample::complete("甲公司"), standing)];
        check(
            vec![earlier(1, one(Standing::Complete), vec![]), earlier(2, one(Standing::Duplicate), vec![])],
            &[("甲公司", Standing::Complete)],
            &[],
        );
    }

    #[test]
    fn a_forgotten_attachment_that_follows_is_not_asked_for() {
        let no_table = || vec![Issue::of_message(Problem::NoTable)];
        let form = || earlier(2, vec![(sample::complete("甲公司"), Standing::Complete)], vec![]);
        let told = [("甲公司", Standing::Complete)];
        check(vec![earlier(1, vec![], no_table()), form()], &told, &[]);
        check(vec![form(), earlier(3, vec![], no_table())], &told, &[]);
        check(vec![earlier(1, vec![], no_table()), earlier(2, vec![], no_table())], &[], &["no_table", "no_table"]);
    }

    #[test]
    fn a_file_that_still_cannot_be_opened_is_still_told_of() {
        let broken = |path: &str| vec![Issue::of_attachment(path, Problem::Encrypted)];
        let form = |issues| earlier(2, vec![(sample::complete("甲公司"), Standing::Complete)], issues);
        let told = [("甲公司", Standing::Complete)];
        check(vec![earlier(1, vec![], broken("专利.rar")), form(vec![])], &told, &[]);
        check(vec![form(broken("专利.rar")), earlier(3, vec![], vec![])], &told, &["encrypted"]);
        check(vec![form(broken("材料.zip")), earlier(3, vec![], vec![])], &told, &[]);
    }

    #[test]
    fn a_return_sent_again_with_the_name_is_one_return() {
        let mut nameless = sample::complete("甲公司");
        nameless.answers.remove("name");
        let right = (sample::complete("甲公司"), Standing::Complete);
        check(
            vec![earlier(1, vec![(nameless, Standing::InCorrection)], vec![]), earlier(2, vec![right], vec![])],
            &[("甲公司", Standing::Complete)],
            &[],
        );
    }
}
