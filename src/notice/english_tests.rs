//! Whole notices in English, as their receivers see them. That each says what the Chinese one says is for a reader to see: the
//! snapshots stand beside one another.

use mail_parser::MessageParser;

use super::tests::{Case, composer, keep_picture};
use super::*;
use crate::follow_up::Topic;
use crate::issue::{Figure, Hint, Issue, Misfit, Problem};
use crate::place::Place;
use crate::reading::{Narrative, Return};
use crate::verdict::{Changed, Known, Standing};

const NAME: &str = "Lingze Example Technology Co., Ltd.";

fn case(returns: Vec<(Return, Standing)>) -> Case {
    let mut case = Case::of(returns);
    case.survey = sample::english();
    case.reading.envelope.subject = "Re: Survey".into();
    let names = [
        ("调查表.xlsx", "survey.xlsx"),
        ("材料.zip", "material.zip"),
        ("材料.zip/简介.docx", "material.zip/profile.docx"),
    ];
    for file in &mut case.reading.attachments {
        for (chinese, english) in names {
            if file.path == chinese {
                file.path = english.into();
            }
        }
    }
    case
}

fn at(row: u32, column: u32) -> Option<Place> {
    Some(Place { source: "survey.xlsx".into(), ..sample::cell(row, column) })
}

fn unit_missing(row: u32) -> Issue {
    Issue::of_item("revenue", Problem::UnitMissing { text: "1200".into() }, at(row, 5))
}

fn missing(item: &str, column: u32) -> Issue {
    Issue::of_item(item, Problem::Missing, at(3, column))
}

fn complete(name: &str) -> Return {
    let mut one = sample::complete(name);
    one.answers.get_mut("revenue").unwrap().text = "12 million yuan".into();
    one
}

fn narrative(path: &str) -> Narrative {
    Narrative {
        attachment: path.into(),
        respondent: None,
        text: String::new(),
        places: Vec::new(),
        is_cut: false,
        passages: Vec::new(),
    }
}

#[test]
fn a_receipt_is_a_proof_in_a_few_lines() {
    let mut case = case(vec![(complete(NAME), Standing::Complete)]);
    case.reading.narratives.push(narrative("material.zip/profile.docx"));
    case.wants_narrative = true;
    case.survey.narratives.request = "key enterprises are asked to add written material".into();
    insta::assert_snapshot!(case.text());
}

#[test]
fn a_receipt_for_many_enterprises_stays_short() {
    let names = (1..=30).map(|n| (complete(&format!("Example {n} Ltd")), Standing::Complete));
    insta::assert_snapshot!(case(names.collect()).text());
}

#[test]
fn the_same_again_gets_a_short_receipt() {
    insta::assert_snapshot!(case(vec![(complete(NAME), Standing::Duplicate)]).text());
}

#[test]
fn a_contested_return_is_said_to_wait() {
    insta::assert_snapshot!(case(vec![(complete(NAME), Standing::Contested)]).text());
}

#[test]
fn a_late_receipt_after_a_rereading_says_both() {
    let case = case(vec![(complete(NAME), Standing::Complete)]);
    insta::assert_snapshot!(Case { received_at: "2017-12-21T00:00:00+08:00", rereading: Some(1), ..case }.text());
}

#[test]
fn narratives_alone_get_a_receipt() {
    let mut case = case(Vec::new());
    case.reading.narratives.push(narrative("profile.docx"));
    insta::assert_snapshot!(case.text());
}

#[test]
fn an_amount_out_of_proportion_is_put_as_a_question() {
    let mut one = complete(NAME);
    one.issues.push(Issue::of_item("revenue", Problem::Implausible, at(3, 5)));
    insta::assert_snapshot!(case(vec![(one, Standing::Complete)]).text());
}

/// A figure that was compared with another, of one of several enterprises, beside an item that is to be mended.
#[test]
fn a_correction_asks_about_odd_figures_of_each_enterprise() {
    let end = "1000000".parse().ok();
    let before = Figure { low: end, high: end, currency: Some("CNY".into()) };
    let problem = Problem::UnlikeBefore { before, times: "12".parse().ok(), hint: Hint::Figure };
    let mut one = complete(NAME);
    one.answers.remove("products");
    one.issues = vec![Issue::of_item("revenue", problem, at(3, 5)), missing("products", 3)];
    let other = (complete("B Ltd"), Standing::Complete);
    insta::assert_snapshot!(case(vec![(one, Standing::InCorrection), other]).text());
}

#[test]
fn a_plain_reply_is_told_what_it_changed_confirmed_or_withdrew() {
    let name = || NAME.to_owned();
    let of = |done, standing| Case { done, ..case(vec![(complete(NAME), standing)]) }.text();
    let change = Changed { item: "revenue".into(), before: Some("1200".into()), after: "12 million yuan".into() };
    let amended = Done { changes: vec![(name(), change)], ..Done::default() };
    insta::assert_snapshot!("amended", of(amended, Standing::Complete));
    let confirmed = Done { confirmed: vec![(name(), "revenue".into())], ..Done::default() };
    insta::assert_snapshot!("confirmed", of(confirmed, Standing::Complete));
    let withdrawn = Done { withdrawn: vec![name()], ..Done::default() };
    insta::assert_snapshot!("withdrawn", of(withdrawn, Standing::Withdrawn));
}

#[test]
fn a_correction_names_each_issue_and_what_to_write() {
    let issues = vec![unit_missing(3), missing("products", 3)];
    insta::assert_snapshot!(case(vec![(sample::faulty(NAME, issues), Standing::InCorrection)]).text());
}

#[test]
fn a_correction_with_a_file_says_that_cells_are_marked() {
    let case = case(vec![(sample::faulty(NAME, vec![unit_missing(3)]), Standing::InCorrection)]);
    let awaiting = case.awaiting(&Known::default()).expect("a plan");
    let mail = MessageParser::default().parse(&awaiting.mail).expect("a mail");
    let text = mail.body_text(0).expect("a text").replace("\r\n", "\n");
    keep_picture(&text, &mail.body_html(0).expect("HTML"));
    insta::assert_snapshot!(text);
    let notes: Vec<&String> = awaiting.plan.rows[0].notes.values().collect();
    assert_eq!(
        notes,
        [
            "“Revenue” reads “1200”, which has no unit. Please write the number with its unit, for example “RMB 12,000,000”."
        ]
    );
}

#[test]
fn a_correction_of_many_issues_says_five_and_counts_the_rest() {
    let items = [("position", 1), ("technology", 2), ("products", 3), ("direction", 4)];
    let mut issues: Vec<Issue> = items.map(|(item, column)| missing(item, column)).into();
    issues.push(unit_missing(3));
    let mut case = case(vec![(sample::faulty(NAME, issues), Standing::InCorrection)]);
    case.reading.issues.push(Issue::of_attachment("patents.rar", Problem::Encrypted));
    case.reading.issues.push(Issue::of_attachment("photo.doc", Problem::Unreadable { why: "truncated".into() }));
    case.rereading = Some(1);
    insta::assert_snapshot!(case.text());
}

#[test]
fn a_correction_for_many_enterprises_says_each_cause_once() {
    let returns = (0..30).map(|row| {
        let products = Issue::of_item("products", Problem::Missing, None);
        let one = sample::faulty(&format!("Example {row} Ltd"), vec![unit_missing(row + 3), products]);
        (one, Standing::InCorrection)
    });
    insta::assert_snapshot!(case(returns.collect()).text());
}

#[test]
fn a_correction_says_how_the_other_returns_stand() {
    let faulty = |name: &str| sample::faulty(name, vec![unit_missing(3)]);
    let returns = vec![
        (faulty("A Ltd"), Standing::Pending),
        (complete("B Ltd"), Standing::Complete),
        (complete("C Ltd"), Standing::Duplicate),
        (complete("D Ltd"), Standing::Contested),
    ];
    insta::assert_snapshot!(Case { received_at: "2017-12-22T09:00:00+08:00", ..case(returns) }.text());
}

#[test]
fn a_mail_without_a_table_is_told_what_to_send() {
    let mut case = case(Vec::new());
    case.reading.issues.push(Issue::of_message(Problem::NoTable));
    insta::assert_snapshot!(case.text());
}

/// A note in a cell is a sentence or two of its own.
#[test]
fn a_misfit_is_told_in_whole_sentences() {
    let text = "about 120".to_owned();
    let issue = Issue::of_item("products", Problem::Misfit { misfit: Misfit::Fraction, text }, at(3, 3));
    let text = case(vec![(sample::faulty(NAME, vec![issue]), Standing::InCorrection)]).text();
    assert!(text.contains("“Main products” reads “about 120”, which is not a whole number. Please write"), "{text}");
}

fn thread(subject: &str) -> Thread {
    Thread { token: "K7M2QX".into(), subject: subject.into(), mails: Vec::new() }
}

/// A letter in English and its HTML kept for a look.
fn letter(topic: Topic, now: &str, subject: &str) -> String {
    letter_for(&[NAME], topic, now, subject)
}

fn letter_for(names: &[&str], topic: Topic, now: &str, subject: &str) -> String {
    let mut survey = sample::english();
    survey.letter = "To all enterprises concerned\n\nPlease complete the form truthfully.".into();
    survey.narratives.request = "key enterprises are asked to add written material".into();
    let form = Enclosure { name: "form.docx".into(), media_type: "application/octet-stream".into(), bytes: vec![1] };
    let letter = Letter {
        key: "reminder:sample:12:1",
        topic,
        now: now.parse().unwrap(),
        survey: &survey,
        names,
        person: "Zhang Min",
        recipient: "zhang@firm.example",
        thread: &thread(subject),
        enclosures: &[form],
    };
    shown(&composer().compose_letter(&letter).unwrap())
}

fn shown(notice: &Notice) -> String {
    let mail = MessageParser::default().parse(&notice.bytes).unwrap();
    let text = mail.body_text(0).unwrap().replace("\r\n", "\n");
    keep_picture(&text, &mail.body_html(0).unwrap());
    format!("{}\n\n{text}", mail.subject().unwrap())
}

#[test]
fn an_invitation_says_what_to_do_in_three_lines_and_then_the_letter() {
    insta::assert_snapshot!(letter(Topic::Invitation, "2017-12-18T09:30:00+08:00", ""));
}

#[test]
fn a_reminder_says_what_is_missing_and_until_when() {
    let subject = "Re: [Please correct] Survey [收K7M2QX]";
    for (name, topic, day) in [
        ("no_answer_before", Topic::NoAnswer, "15"),
        ("no_answer_eve", Topic::NoAnswer, "19"),
        ("no_answer_on_day", Topic::NoAnswer, "20"),
        ("no_answer_after", Topic::NoAnswer, "22"),
        ("correction_before", Topic::Correction, "15"),
        ("correction_after", Topic::Correction, "22"),
        ("narrative_before", Topic::Narrative, "15"),
    ] {
        insta::assert_snapshot!(name, letter(topic, &format!("2017-12-{day}T10:00:00+08:00"), subject));
    }
}

#[test]
fn a_letter_for_several_enterprises_lists_them_and_says_that_one_form_is_enough() {
    let many: Vec<String> = (1..=23).map(|n| format!("Example {n:02} Technology Co., Ltd.")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let two = &many[..2];
    let subject = "Re: Survey [收K7M2QX]";
    for (name, names, topic, day) in [
        ("several_invitation", many.as_slice(), Topic::Invitation, "15"),
        ("several_no_answer_before", two, Topic::NoAnswer, "15"),
        ("several_no_answer_after", &many, Topic::NoAnswer, "22"),
        ("several_correction", two, Topic::Correction, "20"),
        ("several_narrative", two, Topic::Narrative, "22"),
    ] {
        insta::assert_snapshot!(name, letter_for(names, topic, &format!("2017-12-{day}T10:00:00+08:00"), subject));
    }
}

#[test]
fn a_dispute_names_neither_the_other_sender_nor_what_was_reported() {
    let survey = sample::english();
    let now = "2017-12-19T10:00:00+08:00".parse().unwrap();
    let thread = thread("Re: Survey [收K7M2QX]");
    let told =
        Told { key: "dispute:1:2", now, survey: &survey, name: NAME, recipient: "a@firm.example", thread: &thread };
    insta::assert_snapshot!(shown(&composer().compose_dispute(&told).unwrap()));
}

#[test]
fn a_handover_says_that_a_person_will_read_it() {
    let survey = sample::english();
    let now = "2017-12-19T10:00:00+08:00".parse().unwrap();
    insta::assert_snapshot!(shown(&composer().sample(Kind::Handover, &survey, &[], now).unwrap()));
}
