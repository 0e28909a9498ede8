//! `postroom areas`: a line for a line, with the words that led to each area.

use std::process::Stdio;

use serde_json::{Value, json};

use super::outcome;
use crate::support::daemon::Postroom;

const ANSWERS: &str = r#"{"id": "a1", "answers": {"name": "某某无人机有限公司", "technology": "自研语音识别；翻译接口外购", "products": "扫地机器人"}}
{"id": 2, "answers": {"technology": "暂无"}}
"#;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn bare_answers_get_their_areas_and_the_words_that_led_there() {
    let postroom = Postroom::new("");
    std::fs::write(postroom.home().join("answers.jsonl"), ANSWERS).unwrap();
    let printed = lines(&postroom.say(&["areas", "--answers", "answers.jsonl"]));
    let expected = json!([
        {"id": "a1", "areas": [
            {"key": "service_robots", "score": 0.8, "evidence": ["扫地机器人"]},
            {"key": "speech", "score": 0.8, "evidence": ["语音识别"]},
        ]},
        {"id": 2, "areas": []},
    ]);
    assert_eq!(Value::from(printed), expected);
}

#[test]
fn standard_input_is_read_as_well_and_a_bad_line_stops_no_other() {
    use std::io::Write;
    let postroom = Postroom::new("");
    let mut command = postroom.program();
    command.args(["areas", "--answers", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let bad = "{\"id\": 1, \"answers\": {\"revenue\": 12}}\n";
    child.stdin.take().unwrap().write_all(format!("{bad}{ANSWERS}").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines(&String::from_utf8(output.stdout).unwrap()).len(), 2);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("-, line 1: ") && error.contains("each answer a plain string"), "{error}");
}

#[test]
fn the_areas_of_the_plan_are_listed() {
    let postroom = Postroom::new("");
    let said = postroom.say(&["areas"]);
    assert_eq!(said.lines().count(), 19);
    assert!(
        said.contains("speech") && said.contains("智能语音交互系统") && said.contains("5米远场识别率：超过92%"),
        "{said}"
    );
    assert_eq!(postroom.json(&["areas"]).len(), 17);
}

#[test]
fn a_taxonomy_of_ones_own_takes_the_place_of_the_plan() {
    let postroom = Postroom::new("surveys = [\"survey.toml\"]\n");
    let survey = include_str!("../../config/surveys/ai-industry-2017.toml");
    let own = survey.replace("taxonomy = \"action-plan-2018-2020\"", "taxonomy = \"own.toml\"");
    std::fs::write(postroom.home().join("survey.toml"), own).unwrap();
    let (code, words) = outcome(&postroom, &["check"]);
    assert!(code == 1 && words.contains("own.toml") && words.contains("name a taxonomy file"), "{words}");

    let area = "[[area]]\nkey = \"tea\"\nname = \"茶\"\ntask = \"farm\"\nstrong = [\"红茶\"]\n";
    let taxonomy = format!("id = \"own\"\ntitle = \"茶\"\n[[task]]\nkey = \"farm\"\nname = \"农\"\n{area}");
    std::fs::write(postroom.home().join("own.toml"), &taxonomy).unwrap();
    assert_eq!(outcome(&postroom, &["check"]).0, 0);
    std::fs::write(postroom.home().join("a.jsonl"), "{\"id\": 1, \"answers\": {\"products\": \"红茶\"}}").unwrap();
    let printed = lines(&postroom.say(&["areas", "--taxonomy", "own.toml", "--answers", "a.jsonl"]));
    assert_eq!(printed[0]["areas"][0]["key"], "tea");

    std::fs::write(postroom.home().join("own.toml"), taxonomy.replace("strong", "stronk")).unwrap();
    let (code, words) = outcome(&postroom, &["check"]);
    assert!(code == 1 && words.contains("line 10: unknown key `stronk`; did you mean `strong`?"), "{words}");
}
