//! A survey in English: the form, the correction with the marked file, the plain reply and the receipt, all in English.

use super::client::{Client, says};
use super::programs::{Entry, Program};
use super::stage::{Person, Stage, due_in};

const NAME: &str = "Lingze Lotus Vision Inspection Co., Ltd.";

const SURVEY: &str = include_str!("../../config/surveys/ai-industry-2017-en.toml");

fn enterprise(revenue: &str) -> Vec<Entry> {
    [
        ("Name", NAME),
        ("Position", "among the ten largest of its field; most customers are manufacturers of the city"),
        ("Core", "defect detection; an inspection platform of our own"),
        ("products", "three inspection devices, two patents"),
        ("goals", "learning from few samples"),
        ("Revenue", revenue),
    ]
    .map(|(label, text)| (0, label, text.to_owned()))
    .to_vec()
}

fn stage() -> Stage {
    Stage::of(&due_in(SURVEY, 21))
}

fn table(stage: &Stage) -> Vec<String> {
    stage.postroom.rows("SELECT respondent, state, revenue FROM survey_ai_industry_2017_en ORDER BY respondent")
}

/// The blank form as `postroom form` makes it, filled in.
fn form(stage: &Stage, extension: &str, program: Program, revenue: &str) -> Vec<u8> {
    let file = format!("form.{extension}");
    stage.postroom.say(&["form", "--output", &file, "--force"]);
    program.fill_in(&std::fs::read(stage.postroom.home().join(&file)).unwrap(), extension, &enterprise(revenue))
}

fn person(stage: &Stage) -> Person {
    stage.person("Zhang Ying <zhang@firm.example>", Client::Outlook)
}

/// No notice of an English survey has a Chinese character but those of the thread's token.
#[track_caller]
fn is_english(text: &str) {
    let rest = text.replace("[收", "");
    // What Outlook of a Chinese Windows quotes is not ours.
    let han: String = rest.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
    assert_eq!(han, "", "{text}");
}

#[test]
fn a_complete_form_gets_an_english_receipt() {
    let stage = stage();
    let zhang = person(&stage);
    let file = form(&stage, "docx", Program::Docx, "12 million yuan");
    zhang.writes(
        "Survey of enterprises",
        says("Dear Sir or Madam,\n\nPlease find our form attached.").with("form.docx", &file),
    );
    let receipt = zhang.receives("receipt");
    assert!(receipt.text().contains("Revenue: 12 million yuan (RMB 12,000,000)"), "{}", receipt.text());
    is_english(&receipt.text());
    zhang.answers(&receipt, says("Received, thanks."));
    zhang.answers(&receipt, says("Please withdraw our return."));
    let withdrawn = zhang.receives("receipt");
    assert!(withdrawn.text().contains("has been withdrawn"), "{}", withdrawn.text());
    is_english(&withdrawn.text());
    assert_eq!(table(&stage), Vec::<String>::new(), "what was withdrawn counts no more");
}

/// A figure without its unit is asked back with the marked file, and mended by the very line that the correction shows.
#[test]
fn a_faulty_form_is_mended_by_the_line_that_the_correction_shows() {
    let stage = stage();
    let zhang = person(&stage);
    let file = form(&stage, "xlsx", Program::LibreOffice, "1200");
    zhang.writes("Survey of enterprises", says("Please find our form attached.").with("form.xlsx", &file));
    let correction = zhang.receives("correction");
    let text = correction.text();
    is_english(&text);
    assert!(text.contains("“Revenue” reads “1200”, which has no unit."), "{text}");
    assert!(correction.file("xlsx").is_some(), "the sender's own file, marked");
    let (_, rest) = text.split_once("write the answer in your reply, for example “").expect("an example");
    let (line, _) = rest.split_once('”').expect("an end");
    assert_eq!(line, "Revenue: RMB 12,000,000");
    zhang.answers(&correction, says(&format!("Dear Sir or Madam,\n\n{line}\n\nKind regards\nZhang Ying")));
    let receipt = zhang.receives("receipt");
    assert!(receipt.text().contains("Corrected: Revenue: 1200 → RMB 12,000,000"), "{}", receipt.text());
    is_english(&receipt.text());
    assert_eq!(table(&stage), [format!("{NAME}|complete|RMB 12,000,000")]);
}

/// The marked file itself, and the official form where there is none to mark.
#[test]
fn a_marked_file_and_the_official_form_come_back_mended() {
    for (extension, program) in [("xlsx", Program::LibreOffice), ("docx", Program::Docx)] {
        let stage = stage();
        let zhang = person(&stage);
        if extension == "xlsx" {
            let file = form(&stage, extension, program, "1200");
            zhang.writes("Survey", says("Please find our form attached.").with("form.xlsx", &file));
        } else {
            let lines = format!(
                "Name of the enterprise: {NAME}\nPosition in the industry: among the top ten\nCore technologies: defect detection\n\
                 Products: three devices\nTechnical goals: few samples\nRevenue: 1200"
            );
            zhang.writes("Survey", says(&lines));
        }
        let correction = zhang.receives("correction");
        is_english(&correction.text());
        let marked = correction.file(extension).expect("a file with marks");
        let mended = program.fill_in_marked(marked, extension, "12 million yuan");
        zhang.answers(&correction, says("Please find the corrected form attached.").with("form.xlsx", &mended));
        zhang.receives("receipt");
        assert_eq!(table(&stage), [format!("{NAME}|complete|12 million yuan")]);
    }
}

/// A figure out of all proportion is confirmed with the words of the receipt.
#[test]
fn an_odd_figure_is_confirmed_with_the_words_of_the_receipt() {
    let stage = stage();
    let zhang = person(&stage);
    let file = form(&stage, "docx", Program::Docx, "RMB 900");
    zhang.writes("Survey", says("Please find our form attached.").with("form.docx", &file));
    let receipt = zhang.receives("receipt");
    assert!(receipt.text().contains("please reply “That is correct”"), "{}", receipt.text());
    zhang.answers(&receipt, says("That is correct, because we began in December."));
    let confirmed = zhang.receives("receipt");
    assert!(confirmed.text().contains("Confirmed: Revenue, registered as stated"), "{}", confirmed.text());
    is_english(&confirmed.text());
    zhang.answers(&confirmed, says("Could you tell us when the results will be published?"));
    is_english(&zhang.receives("handover").text());
}
