//! What several mails are answered with, tables and plain replies among them.

use super::*;
use crate::notice::sample;
use crate::verdict::{Reply, Silence};

fn earlier(message: i64, returns: Vec<(Return, Standing)>, issues: Vec<Issue>) -> Earlier {
    let folded = returns.iter().map(|(one, standing)| folded(one, *standing)).collect();
    let mut reading = sample::reading(returns.into_iter().map(|(one, _)| one).collect());
    reading.issues = issues;
    Earlier { message, received_at: Timestamp::UNIX_EPOCH, reading, plain: Plain::default(), returns: folded }
}

/// A plain reply that gave the revenue of an enterprise; what it changed from what, and how its version stands by now with what
/// answers.
fn plain(message: i64, (before, after): (&str, &str), standing: Standing, effective: Return) -> Earlier {
    let mut said = sample::complete("甲公司");
    said.answers.retain(|key, _| key == "name" || key == "revenue");
    said.answers.get_mut("revenue").unwrap().text = after.to_owned();
    let changed = Changed { item: "revenue".into(), before: Some(before.to_owned()), after: after.to_owned() };
    let mended = Mended {
        respondent: 1,
        act: Act::Amends,
        as_read: said.clone(),
        words: String::new(),
        changes: vec![changed],
        withheld: BTreeSet::new(),
        unread: Vec::new(),
    };
    let mut reading = sample::reading(vec![said]);
    reading.attachments.clear();
    let plain = Plain { mended: Some(mended), is_handed_over: false };
    let returns = vec![Folded { standing, effective }];
    Earlier { message, received_at: Timestamp::UNIX_EPOCH, reading, plain, returns }
}

fn with_revenue(text: &str) -> Return {
    let mut one = sample::complete("甲公司");
    one.answers.get_mut("revenue").unwrap().text = text.to_owned();
    one
}

fn all(mut mails: Vec<Earlier>) -> Together {
    let newest = mails.pop().unwrap();
    let verdict = Verdict {
        disposition: Disposition::Accepted,
        issues: newest.reading.issues.clone(),
        returns: newest.returns.clone(),
        remarks: Vec::new(),
        reply: Err(Silence::NoAddress),
        mended: None,
    };
    together(&mails, Newest { reading: &newest.reading, verdict: &verdict, plain: &newest.plain })
}

/// What several mails are answered with: each enterprise with its revenue and standing, the changes, and the files.
fn check_mended(mails: Vec<Earlier>, told: &[(&str, Standing)], changes: &[&str], files: usize) {
    let Together { reading, verdict, done } = all(mails);
    let revenue = |read: &Return| read.answers.get("revenue").map(|answer| answer.text.clone()).unwrap_or_default();
    let pairs = reading.returns.iter().zip(&verdict.returns);
    let found: Vec<(String, Standing)> = pairs.map(|(read, folded)| (revenue(read), folded.standing)).collect();
    let told: Vec<(String, Standing)> = told.iter().map(|(text, standing)| ((*text).to_owned(), *standing)).collect();
    assert_eq!(found, told);
    let shown = |(_, one): &(String, Changed)| format!("{} → {}", one.before.clone().unwrap_or_default(), one.after);
    assert_eq!(done.changes.iter().map(shown).collect::<Vec<_>>(), changes);
    assert_eq!(reading.attachments.len(), files);
}

#[test]
fn what_several_plain_replies_changed_is_told_as_it_stands_after_all_of_them() {
    let (old, new) = (Standing::Superseded, Standing::Complete);
    check_mended(
        vec![
            plain(1, ("1200", "1200万元"), old, with_revenue("1200万元")),
            plain(2, ("1200万元", "1300万元"), new, with_revenue("1300万元")),
        ],
        &[("1300万元", new)],
        &["1200 → 1300万元"],
        0,
    );
    check_mended(
        vec![
            plain(1, ("1200万元", "1300万元"), old, with_revenue("1300万元")),
            plain(2, ("1300万元", "1200万元"), new, with_revenue("1200万元")),
        ],
        &[("1200万元", new)],
        &[],
        0,
    );
}

#[test]
fn a_table_after_a_plain_reply_is_what_counts_and_one_before_it_is_mended_by_it() {
    let table = |revenue: &str, standing| earlier(9, vec![(with_revenue(revenue), standing)], vec![]);
    let (old, new) = (Standing::Superseded, Standing::Complete);
    let reply = |standing| plain(2, ("1200", "1200万元"), standing, with_revenue("1200万元"));
    check_mended(vec![reply(old), table("1300万元", new)], &[("1300万元", new)], &[], 3);
    // How an earlier mail stood is known as it was before the newest one came.
    check_mended(vec![reply(new), table("1300万元", new)], &[("1300万元", new)], &[], 3);
    check_mended(vec![table("1200", new), reply(new)], &[("1200万元", new)], &["1200 → 1200万元"], 3);
    check_mended(vec![reply(old), table("1200万元", new)], &[("1200万元", new)], &["1200 → 1200万元"], 3);
    check_mended(vec![table("1200", old), reply(new)], &[("1200万元", new)], &["1200 → 1200万元"], 3);
    check_mended(
        vec![reply(new), table("1200万元", Standing::Duplicate)],
        &[("1200万元", new)],
        &["1200 → 1200万元"],
        0,
    );
    let again = plain(3, ("1200万元", "1200万元"), Standing::Duplicate, with_revenue("1200万元"));
    check_mended(vec![reply(new), again], &[("1200万元", new)], &["1200 → 1200万元"], 0);
}

#[test]
fn what_a_plain_reply_left_wrong_is_asked_for_and_a_forgotten_table_as_well() {
    let mut still = with_revenue("1200万元");
    still.issues.push(missing());
    let reply = || plain(2, ("1200", "1200万元"), Standing::InCorrection, still.clone());
    let faulty = earlier(1, vec![(sample::faulty("甲公司", vec![missing()]), Standing::Superseded)], vec![]);
    let Together { verdict, done, reading } = all(vec![faulty, reply()]);
    assert_eq!((verdict.disposition, done.changes.len()), (Disposition::Correction, 1));
    assert_eq!(reading.returns[0].issues, [missing()], "the cell of the table in this mail is named");
    let forgotten = earlier(1, vec![], vec![Issue::of_message(Problem::NoTable)]);
    let right = plain(2, ("1200", "1200万元"), Standing::Complete, with_revenue("1200万元"));
    let Together { verdict, .. } = all(vec![forgotten, right]);
    assert_eq!(verdict.issues.iter().map(|one| one.problem.code()).collect::<Vec<_>>(), ["no_table"]);
}

#[test]
fn a_withdrawal_is_told_unless_a_table_came_after_it() {
    let withdraws = || {
        let mut one = plain(2, ("", ""), Standing::Withdrawn, with_revenue(""));
        let mended = one.plain.mended.as_mut().unwrap();
        (mended.act, mended.changes) = (Act::Withdraws, Vec::new());
        mended.as_read.answers.remove("revenue");
        one
    };
    let table = |standing| earlier(1, vec![(with_revenue("1200万元"), standing)], vec![]);
    let before = all(vec![table(Standing::Withdrawn), withdraws()]);
    assert!(before.reading.returns.is_empty());
    assert_eq!(before.done.withdrawn, ["甲公司"]);
    let after = all(vec![withdraws(), table(Standing::Complete)]);
    assert_eq!((after.reading.returns.len(), after.done.withdrawn.len()), (1, 0));
}

#[test]
fn a_stranger_is_asked_for_nothing_and_who_waits_for_a_person_is_told_so() {
    let mut faulty = with_revenue("1300");
    faulty.issues.push(missing());
    let stranger = plain(1, ("1200", "1300"), Standing::Contested, faulty);
    let Together { verdict, done, .. } = all(vec![stranger, earlier(2, vec![], vec![])]);
    assert_eq!((verdict.disposition, done.changes.len()), (Disposition::Accepted, 0));
    let mut unclear = earlier(1, vec![], vec![]);
    unclear.reading.attachments.clear();
    unclear.plain.is_handed_over = true;
    let waits = all(vec![unclear.clone(), unclear.clone()]);
    assert_eq!(waits.reply(), Reply::Handover);
    let with_table = all(vec![unclear, earlier(2, vec![(with_revenue("1200万元"), Standing::Complete)], vec![])]);
    assert_eq!((with_table.reply(), with_table.done.is_handed_over), (Reply::Correction, true));
}

fn folded(one: &Return, standing: Standing) -> Folded {
    Folded { standing, effective: one.clone() }
}

/// What is told of mails: names with their standing, and the codes of all errors.
fn check(mails: Vec<Earlier>, expected: &[(&str, Standing)], codes: &[&str]) {
    let Together { reading, verdict, .. } = all(mails);
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
