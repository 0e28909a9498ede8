//! `postroom search`, over written material that came by mail from real programs, and `postroom show` with what it names.

use super::outcome;
use crate::support::daemon::Postroom;
use crate::support::letter::corpus;

/// The Word file and the PDF in a 7z archive of two enterprises.
fn with_material() -> Postroom {
    let mut postroom = Postroom::new("answer_since = \"2010-01-01\"\nnotices = \"off\"\n");
    for number in [26, 131] {
        postroom.say(&["ingest", corpus(&format!("messages/{number:04}.eml")).to_str().unwrap()]);
    }
    postroom.run();
    postroom.until("SELECT count(*) FROM message WHERE state = 'read'", &["2"]);
    postroom.stop();
    postroom
}

#[test]
fn written_material_is_found_again_with_its_place_and_its_respondent() {
    let postroom = with_material();
    let hits = postroom.json(&["search", "产学研合作"]);
    let files: Vec<&str> = hits.iter().map(|hit| hit["attachment"].as_str().unwrap()).collect();
    assert!(
        files.iter().any(|file| file.ends_with(".docx")) && files.iter().any(|file| file.ends_with(".pdf")),
        "{files:?}"
    );
    for hit in &hits {
        let place = hit["place"].as_str().unwrap();
        let wanted = if hit["attachment"].as_str().unwrap().ends_with(".pdf") { "page 1!paragraph " } else { "line " };
        assert!(place.starts_with(wanted) && hit["source"] == "narrative" && hit["respondent"].is_string(), "{hit}");
    }
    // A word of one character, of two, of more, and none of them a word of SQLite's tokenizers.
    for typed in ["博", "博士", "博士后科研工作站"] {
        let words = postroom.say(&["search", typed]);
        assert!(
            words.contains("岭泽市白鹭洲头医学影像有限公司, m1 ") && words.contains(&format!("«{typed}»")),
            "{words}"
        );
    }
    let answer = postroom.say(&["search", "假阳性（FP）"]);
    assert!(answer.contains("answer direction") && answer.contains("«假阳性»（«FP»）"), "{answer}");
    assert_eq!(postroom.json(&["search", "人工智能", "--limit", "1"]).len(), 1);
    assert_eq!(postroom.json(&["search", "人工智能", "--survey", "ai-industry-2017"]).len(), 4);
}

#[test]
fn what_is_typed_is_never_an_error_of_the_index() {
    let postroom = with_material();
    for typed in [
        "没有人写过的词",
        "\" OR *",
        "NEAR(a, b)",
        "tokens:x",
        "-x",
        "'; DROP TABLE searched; --",
        "a AND",
        "((a",
        "公司\u{1b}[2J",
    ] {
        let (code, words) = outcome(&postroom, &["search", "--", typed]);
        assert!(code == 0 && !words.contains("syntax") && !words.contains('\u{1b}'), "{typed}: {words}");
    }
    assert!(postroom.say(&["search", "没有人写过的词"]).contains("nothing found"));
    let (code, words) = outcome(&postroom, &["search", "，。"]);
    assert!(code == 1 && words.contains("there is no word in it"), "{words}");
    let (code, words) = outcome(&postroom, &["search", &"很长".repeat(500)]);
    assert!(code == 1 && words.contains("too long"), "{words}");
    assert_eq!(outcome(&postroom, &["search", "公司", "--survey", "nothing"]).0, 1);
}

#[test]
fn a_return_lists_what_its_material_names_and_takes_none_of_it_for_an_answer() {
    let postroom = with_material();
    let shown = postroom.json(&["show", "r1"]).remove(0);
    let named: Vec<String> = shown["passages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {} {} {}", one["kind"], one["name"], one["identifier"], one["low"]).replace('"', ""))
        .collect();
    assert_eq!(
        named,
        [
            "award 市科学技术进步奖 null 3",
            "award 国家高新技术企业 null null",
            "figure 员工 null 368",
            "standard 标准 ISO 9001 null",
        ]
    );
    assert_eq!(shown["answers"].as_array().unwrap().len(), 6);
    let words = postroom.say(&["show", "r1"]);
    assert!(words.contains("found in written material, for review; no answers:") && words.contains("line "), "{words}");
}
