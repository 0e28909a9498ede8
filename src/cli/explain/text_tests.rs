//! What people are told of messages of the corpus, whole.

use super::text::lines;
use crate::corpus;
use crate::document::Limits;
use crate::mail;
use crate::reading::explain::explain_parsed;
use crate::reading::{Prepared, Request};
use crate::survey::Survey;

fn check(message: &str) {
    let survey = Survey::founding().unwrap();
    let prepared = Prepared::new(&survey);
    let request =
        Request { surveys: vec![&prepared], authserv_id: None, limits: Limits::default(), left_out: Vec::new() };
    let explained = explain_parsed(&mail::parse(&corpus::message(message)), &request, &mut |_| {});
    insta::assert_snapshot!(message, lines(message, &explained).join("\n"));
}

#[test]
fn a_horizontal_form_tells_its_columns_and_the_rows_passed_over() {
    check("0016.eml");
}

#[test]
fn a_vertical_form_tells_its_labels() {
    check("0005.eml");
}

#[test]
fn label_lines_tell_their_lines() {
    check("0098.eml");
}

#[test]
fn the_files_of_an_archive_are_told_one_by_one() {
    check("0123.eml");
}

#[test]
fn a_forwarded_message_is_told_with_its_files() {
    check("0132.eml");
}

#[test]
fn two_sources_of_one_return_are_told_beside_each_other() {
    check("0113.eml");
}

#[test]
fn a_broken_file_is_told_with_its_fault() {
    check("0154.eml");
}

#[test]
fn a_label_taken_for_none_is_told_with_the_reason() {
    check("0017.eml");
}
