//! Judging: a reading, and what is known, become a verdict.

use std::collections::BTreeMap;

use super::{
    Act, Comparison, Disposition, Folded, Known, Reply, Ruling, Silence, Standing, Treatment, Verdict, Version, Whose,
    fold, plain, thrift, unlike,
};
use crate::issue::{Issue, Problem};
use crate::reading::{Reading, Return};
use crate::survey::Survey;

/// Judges a message.
#[must_use]
pub fn judge(reading: &Reading, known: &Known, survey: Option<&Survey>) -> Verdict {
    if let Treatment::Ignore(silence) = known.treatment(reading) {
        return ignored(silence);
    }
    if let Some(verdict) = plain::judge(reading, known, survey) {
        return verdict;
    }
    let issues = message_issues(reading, known);
    let disposition = disposition(reading, known, &issues);
    let remarks = remarks(reading, known, survey);
    let returns = stand(reading, known, disposition, survey, &remarks);
    let reply = reply(reading, known, disposition, &issues);
    let reply = reply.and_then(|reply| thrift::check(reading, known, &issues, &returns).map(|()| reply));
    if reply == Err(Silence::Loop) {
        let returns = stand(reading, known, Disposition::Held, survey, &remarks);
        return Verdict { disposition: Disposition::Held, issues, returns, remarks, reply, mended: None };
    }
    Verdict { disposition, issues, returns, remarks, reply, mended: None }
}

/// A message of which nothing counts, whatever it holds.
fn ignored(silence: Silence) -> Verdict {
    let (issues, returns, remarks) = (Vec::new(), Vec::new(), Vec::new());
    let disposition = Disposition::Ignored;
    Verdict { disposition, issues, returns, remarks, reply: Err(silence), mended: None }
}

/// What is remarked on the figures of each return.
fn remarks(reading: &Reading, known: &Known, survey: Option<&Survey>) -> Vec<Vec<Issue>> {
    let nothing = Comparison::default();
    let of_return = |(ordinal, one): (usize, &Return)| {
        let comparison = known.comparisons.get(ordinal).unwrap_or(&nothing);
        survey.map(|survey| unlike::remarks(one, survey, comparison)).unwrap_or_default()
    };
    reading.returns.iter().enumerate().map(of_return).collect()
}

/// The disposition of a message of which nothing is known but its reading, as `postroom read` prints it.
#[must_use]
pub fn disposition_of(reading: &Reading) -> Disposition {
    disposition(reading, &Known::default(), &reading.issues)
}

/// The issues that count: narratives alone are welcome from a respondent already known.
fn message_issues(reading: &Reading, known: &Known) -> Vec<Issue> {
    let welcome = known.sender_is_known && !reading.narratives.is_empty();
    reading.issues.iter().filter(|issue| !(welcome && issue.problem == Problem::NoTable)).cloned().collect()
}

fn disposition(reading: &Reading, known: &Known, issues: &[Issue]) -> Disposition {
    if known.is_own_notice {
        return Disposition::Ignored;
    }
    let has_return = !reading.returns.is_empty();
    if known.is_forged_notice && is_notice_by_claim_alone(reading) && !known.released {
        // Nobody makes us look away by claiming to be us: what can be read is read as a stranger's, the rest a person sees.
        let is_doubtful = matches!(known.treatment(reading), Treatment::Hold(_));
        return if has_return && !is_doubtful { by_issues(reading, issues) } else { Disposition::Held };
    }
    if let Some(automatic) = &reading.automatic {
        let held = has_return || (automatic.weak && reading.has_document);
        if !held {
            return Disposition::Ignored;
        }
        if !known.released {
            return Disposition::Held;
        }
    }
    // Whose a return is has to be said by name, not by letting it through.
    if known.whose.iter().any(|whose| !whose.suspects.is_empty()) {
        return Disposition::Held;
    }
    let is_doubtful = matches!(known.treatment(reading), Treatment::Hold(_));
    if is_doubtful || (!known.released && has_return && reading.survey.is_none()) {
        return Disposition::Held;
    }
    by_issues(reading, issues)
}

fn by_issues(reading: &Reading, issues: &[Issue]) -> Disposition {
    let mut errors =
        issues.iter().chain(reading.returns.iter().flat_map(|one| &one.issues)).filter(|issue| issue.is_error());
    if errors.next().is_some() { Disposition::Correction } else { Disposition::Accepted }
}

/// Whether nothing but the claim to be one of our notices makes a message automatic.
fn is_notice_by_claim_alone(reading: &Reading) -> bool {
    reading.automatic.as_ref().is_some_and(|automatic| automatic.sign.starts_with("X-Postroom-Notice"))
}

fn reply(reading: &Reading, known: &Known, disposition: Disposition, issues: &[Issue]) -> Result<Reply, Silence> {
    let reply = match disposition {
        Disposition::Ignored => return Err(Silence::Automatic),
        Disposition::Held => return Err(Silence::Held),
        Disposition::Accepted => Reply::Receipt,
        Disposition::Correction => Reply::Correction,
    };
    if known.is_entered {
        return Err(Silence::Entered);
    }
    if reading.automatic.is_some() && !(known.is_forged_notice && is_notice_by_claim_alone(reading)) {
        return Err(Silence::Automatic);
    }
    if known.before_answer_since {
        return Err(Silence::BeforeAnswerSince);
    }
    if reading.envelope.reply_to.is_empty() {
        return Err(Silence::NoAddress);
    }
    if reading.returns.is_empty() {
        if known.in_junk {
            return Err(Silence::Junk);
        }
        let only_no_table = issues.iter().all(|issue| issue.problem == Problem::NoTable);
        let bears_sign = reading.bears_sign || known.token_is_ours || known.sender_is_known;
        // Whoever sent a file that could not be read is told so, survey or not: a needless mail is less than a lost one.
        if !bears_sign && only_no_table {
            return Err(Silence::NoSignOfSurvey);
        }
    }
    Ok(reply)
}

/// How each return of the message stands.
fn stand(
    reading: &Reading,
    known: &Known,
    disposition: Disposition,
    survey: Option<&Survey>,
    remarks: &[Vec<Issue>],
) -> Vec<Folded> {
    // Several returns of one respondent in one message cannot be: the reading joins them. Should it happen, each is
    // folded after the one before it.
    let mut own: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    reading
        .returns
        .iter()
        .enumerate()
        .map(|(ordinal, one)| {
            let whose = known.whose.get(ordinal).cloned().unwrap_or_else(|| Whose::by_name(one));
            let key = whose.key;
            let version = Version {
                sender: reading.envelope.from.clone(),
                held: disposition == Disposition::Held,
                ruling: Ruling::None,
                act: Act::Returns,
                vouched: whose.vouched,
                as_read: one.clone(),
                remarks: remarks.get(ordinal).cloned().unwrap_or_default(),
            };
            let fallback = Folded { standing: Standing::Contested, effective: version.said() };
            if key.is_empty() {
                // Two returns without a name may be two enterprises.
                return fold(&[version], survey).pop().unwrap_or(fallback);
            }
            let mine = own.entry(key.clone()).or_default();
            mine.push(version);
            let history = known.histories.get(&key).cloned().unwrap_or_default();
            let mut line = history.versions;
            let at = history.before.min(line.len());
            let index = at + mine.len() - 1;
            line.splice(at..at, mine.iter().cloned());
            fold(&line, survey).into_iter().nth(index).unwrap_or(fallback)
        })
        .collect()
}
