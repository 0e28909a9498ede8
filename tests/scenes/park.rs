//! A park mails the tables of its enterprises together.

use super::client::{Client, says};
use super::programs::{Entry, Program, enterprise};
use super::stage::{Notice, Person, Stage};

const FAULTY: [usize; 3] = [4, 11, 27];

fn name(number: usize) -> String {
    format!("岭泽市云栖智造第{number:02}科技有限公司")
}

/// The park's table came, and three of its enterprises are asked for the unit.
fn asked_back() -> (Stage, Person, Notice) {
    let stage = Stage::open();
    let park = stage.person("云栖智造园区 <park@cloud.example>", Client::NetEase);
    let revenue = |number| if FAULTY.contains(&number) { "860" } else { "860万元" };
    let entries: Vec<Entry> =
        (1..=30).flat_map(|number| enterprise(number - 1, &name(number), revenue(number))).collect();
    let table = Program::Docx.fill_in_form("docx", &entries);
    park.writes("园区企业调查表（30家）", says("您好，园区30家企业的调查表汇总如附件。").with("汇总.docx", &table));
    let correction = park.receives("correction");
    let text = correction.text();
    let asked = text.lines().find(|line| line.contains("没有写单位")).expect(&text);
    for number in 1..=30 {
        assert_eq!(asked.contains(&name(number)), FAULTY.contains(&number), "{}: {asked}", name(number));
    }
    let complete = stage.table().iter().filter(|row| row.contains("|complete|")).count();
    assert_eq!((stage.table().len(), complete), (30, 27));
    (stage, park, correction)
}

/// Thirty enterprises are complete after one correction and one receipt.
fn check(stage: &Stage, park: &Person) {
    let expected: Vec<String> = (1..=30).map(|number| format!("{}|complete|860万元", name(number))).collect();
    assert_eq!(stage.table(), expected);
    stage.settle(2);
    assert_eq!(stage.notices_to(park), ["correction", "receipt"]);
}

#[test]
fn of_thirty_enterprises_only_the_three_faulty_ones_are_sent_again() {
    let (stage, park, correction) = asked_back();
    let entries = FAULTY.iter().enumerate();
    let entries: Vec<Entry> = entries.flat_map(|(row, &number)| enterprise(row, &name(number), "860万元")).collect();
    let mended = Program::Docx.fill_in_form("docx", &entries);
    park.answers(&correction, says("三家已补充单位。").with("补充.docx", &mended));
    park.receives("receipt");
    check(&stage, &park);
}

#[test]
fn three_marked_cells_in_a_table_of_thirty_complete_them_all() {
    let (stage, park, correction) = asked_back();
    let marked = correction.file("docx").expect("the park's own table, marked");
    let mended = Program::Docx.fill_in_marked(marked, "docx", "860万元");
    park.answers(&correction, says("标黄处已改。").with("汇总.docx", &mended));
    park.receives("receipt");
    check(&stage, &park);
}
