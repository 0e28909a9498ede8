//! What is asked back in English, word by word: each sentence is whole, and tells what to do.

use crate::issue::{About, Issue, Misfit, Problem};
use crate::notice::rank::{self, Finding};
use crate::notice::words::line;
use crate::notice::{remedy::Cause, sample};
use crate::place::Place;
use crate::survey::{ItemKind, Options, Precision};

fn say(findings: Vec<Finding<'_>>, returns: usize) -> Vec<String> {
    let survey = sample::english();
    let groups = rank::group(findings, &survey);
    let lines = groups.iter().map(|group| line(group, &survey, returns));
    lines.map(|line| [line.text, line.place].join(" | ")).collect()
}

#[track_caller]
fn check(issue: &Issue, expected: &str) {
    let finding = Finding { of: Some(0), who: Some("Example Ltd".into()), issue, is_own: true };
    assert_eq!(say(vec![finding], 1), [expected]);
}

fn f4() -> Option<Place> {
    Some(Place { source: "survey.xlsx".into(), ..sample::cell(3, 5) })
}

const F4: &str = "file “survey.xlsx”, sheet “Sheet1”, cell F4";

#[test]
fn an_item_is_asked_back_with_what_to_write() {
    let of = |key: &str, problem| Issue::of_item(key, problem, f4());
    check(
        &of("revenue", Problem::UnitMissing { text: "1200".into() }),
        &format!(
            "“Revenue” reads “1200”, which has no unit. Please write the number with its unit, for example “RMB 12,000,000” | {F4}"
        ),
    );
    check(
        &of("revenue", Problem::Missing),
        &format!(
            "“Revenue” is empty. Please fill in the amount with its unit, for example “RMB 12,000,000”, or “0” if there was none | {F4}"
        ),
    );
    check(
        &Issue::of_item("products", Problem::Missing, None),
        "There is no entry for “Main products” on the form. Please add it and fill in your answer, or “none” if there is nothing to report | ",
    );
    check(
        &of("name", Problem::Missing),
        &format!("“Name of the enterprise” is empty. Please fill in the full name of the enterprise | {F4}"),
    );
    check(
        &of("revenue", Problem::NotAnAmount { text: "rather good".into() }),
        &format!(
            "“Revenue” reads “rather good”, which cannot be read as an amount. Please write the number with its unit, for example “RMB 12,000,000”, or “0” if there was none | {F4}"
        ),
    );
    check(
        &of("revenue", Problem::AmbiguousAmount { text: "800万元、1200万元".into() }),
        &format!(
            "“Revenue” reads “800万元、1200万元”, which holds several amounts. Please write only the one for 2017, for example “RMB 12,000,000” | {F4}"
        ),
    );
    let (taken, other, other_place) = ("1200万元".into(), "1500万元".into(), Place::whole("b.docx"));
    check(
        &of("revenue", Problem::Conflict { taken, other, other_place }),
        &format!(
            "“Revenue” is given in two ways, “1200万元” in one place and “1500万元” in another. Please keep only the correct one | {F4}; file “b.docx”"
        ),
    );
}

#[test]
fn a_cause_that_many_share_is_said_once() {
    let issue = Issue::of_item("revenue", Problem::UnitMissing { text: "1200".into() }, None);
    let findings = |names: &[Option<&str>]| -> Vec<Finding<'_>> {
        let one = |(at, name): (usize, &Option<&str>)| Finding {
            of: Some(at),
            who: name.map(str::to_owned),
            issue: &issue,
            is_own: true,
        };
        names.iter().enumerate().map(one).collect()
    };
    for (names, returns, whose) in [
        (vec![Some("A"), Some("B")], 2, "of all 2 enterprises"),
        (vec![Some("A"), Some("B")], 3, "of A and B"),
        (vec![Some("A"), Some("B"), Some("C")], 4, "of A, B and C"),
        (vec![None; 5], 6, "of 5 enterprises"),
    ] {
        assert_eq!(
            say(findings(&names), returns),
            [format!(
                "“Revenue” {whose} has no unit. Please write the number with its unit, for example “RMB 12,000,000” | "
            )]
        );
    }
    let one = say(findings(&[None]), 2);
    assert!(one[0].starts_with("“Revenue” of one enterprise reads “1200”, which has no unit."), "{one:?}");
    let earlier =
        Finding { of: Some(0), who: None, issue: &Issue::of_item("products", Problem::Missing, f4()), is_own: false };
    assert!(say(vec![earlier], 1)[0].ends_with(&format!("| in an earlier mail: {F4}")));
}

/// Every misfit with an item of the type that has it.
fn misfits() -> Vec<(Misfit, ItemKind)> {
    let integer = || ItemKind::Integer { unit: Some("people".into()), minimum: 0, maximum: Some(500_000) };
    let percentage = || ItemKind::Percentage { minimum: 0, maximum: 100 };
    let date = |precision| ItemKind::Date { precision };
    let choice = || ItemKind::Choice(options());
    vec![
        (Misfit::NotANumber, integer()),
        (Misfit::Fraction, integer()),
        (Misfit::AmbiguousNumber, integer()),
        (Misfit::OtherUnit, integer()),
        (Misfit::OutOfBounds, integer()),
        (Misfit::NotAPercentage, percentage()),
        (Misfit::PercentMissing, percentage()),
        (Misfit::OutOfBounds, percentage()),
        (Misfit::NotADate, date(Precision::Day)),
        (Misfit::ImpossibleDate, date(Precision::Day)),
        (Misfit::AmbiguousDate, date(Precision::Day)),
        (Misfit::TwoDigitYear, date(Precision::Day)),
        (Misfit::SerialDate, date(Precision::Day)),
        (Misfit::ImpreciseDate, date(Precision::Month)),
        (Misfit::UnknownOption, choice()),
        (Misfit::SeveralChosen, choice()),
        (Misfit::UnclearChoice, choice()),
        (Misfit::NotATelephone, ItemKind::Telephone { area_code: None }),
        (Misfit::AreaCodeMissing, ItemKind::Telephone { area_code: None }),
        (Misfit::NotAnEmail, ItemKind::Email),
        (Misfit::NotACreditCode, ItemKind::CreditCode),
        (Misfit::OldCode, ItemKind::CreditCode),
        (Misfit::DigitsLost, ItemKind::CreditCode),
        (Misfit::PersonalNumber, ItemKind::CreditCode),
        (Misfit::NotYesOrNo, ItemKind::YesNo),
    ]
}

fn options() -> Options {
    let option =
        |key: &str, label: &str| crate::survey::Choosable { key: key.into(), label: label.into(), aliases: Vec::new() };
    Options { options: vec![option("industry", "Industry"), option("trade", "Trade")], other: true }
}

#[test]
fn each_type_has_its_own_words() {
    let mut survey = sample::english();
    let mut said = String::new();
    for (misfit, kind) in misfits() {
        let item = survey.items.get_mut(3).unwrap();
        item.kind = kind;
        for problem in [Problem::Misfit { misfit, text: "…".into() }, Problem::Missing] {
            let issue = Issue::of_item("products", problem, f4());
            let finding = Finding { of: Some(0), who: None, issue: &issue, is_own: true };
            let groups = rank::group(vec![finding], &survey);
            let text = line(&groups[0], &survey, 1).text + "\n";
            if !said.contains(&text) {
                said.push_str(&text);
            }
        }
    }
    insta::assert_snapshot!(said);
}

#[test]
fn every_unusable_file_has_its_own_remedy() {
    let unsupported = |format: &str| Problem::Unsupported { format: format.into() };
    let unreadable = |why: &str| Problem::Unreadable { why: why.into() };
    let too_large = |limit: &str| Problem::TooLarge { limit: limit.into() };
    let problems = [
        Problem::Encrypted,
        unreadable("empty file"),
        unreadable("an archive without files"),
        unreadable("damaged PDF"),
        unsupported("TNEF"),
        unsupported("RAR volumes"),
        unsupported("OFD"),
        unsupported("XLSB"),
        unsupported("zip method 98"),
        unsupported("audio/video"),
        unsupported("program"),
        unsupported("this kind of picture"),
        unsupported("unknown"),
        unsupported("tar.gz"),
        unsupported("DjVu"),
        too_large("archive depth"),
        too_large("number of members"),
        too_large("unpacked size"),
        Problem::NoTable,
    ];
    let mut said = String::new();
    for problem in &problems {
        let issues: Vec<Issue> = (1..=5).map(|n| Issue::of_attachment(format!("{n}.bin"), problem.clone())).collect();
        for count in [1, 2, 4, 5] {
            let findings = issues.iter().take(count).map(|issue| Finding { of: None, who: None, issue, is_own: true });
            let lines = say(findings.collect(), 1);
            assert_eq!(lines.len(), 1, "{problem:?}");
            // Of the plural one is enough to see how more are counted, but for the first.
            if count <= 2 || *problem == Problem::Encrypted {
                said.push_str(lines[0].trim_end_matches(" | "));
                said.push('\n');
            }
        }
        assert_eq!(Cause::of(problem) == Cause::Other, *problem == Problem::NoTable, "{problem:?}");
    }
    insta::assert_snapshot!(said);
}

#[test]
fn a_mail_as_a_whole_has_its_own_remedy() {
    let linked = |name: Option<&str>| Problem::LinkedAttachment { name: name.map(str::to_owned) };
    let of = |problems: &[Problem]| {
        let issues: Vec<Issue> = problems.iter().map(|problem| Issue::of_message(problem.clone())).collect();
        assert!(issues.iter().all(|issue| issue.about == About::Message));
        let findings = issues.iter().map(|issue| Finding { of: None, who: None, issue, is_own: true }).collect();
        say(findings, 1).remove(0).trim_end_matches(" | ").to_owned()
    };
    let said = [
        of(&[Problem::NoTable]),
        of(&[Problem::BlankForm]),
        of(&[Problem::ScanOnly]),
        of(&[linked(None)]),
        of(&[linked(Some("survey.xlsx"))]),
        of(&[linked(Some("survey.xlsx")), linked(Some("material.zip"))]),
    ];
    insta::assert_snapshot!(said.join("\n"));
}
