//! Full text: what is found, where, and that the index says what the tables say, whatever becomes of a message.

use super::*;
use crate::fulltext::Query;
use crate::reading::LinePlace;
use crate::reading::passages::{self, Kind, Named, Passage};
use crate::recognise::{Frame, Line};

const SENDER: &str = "li@firm.example";

/// A narrative with a paragraph a line, all on one page.
fn narrative(attachment: &str, paragraphs: &[&str]) -> Narrative {
    let places =
        (1..).zip(paragraphs).map(|(number, _)| LinePlace { line: number, spot: Spot::Paragraph { page: 3, number } });
    Narrative {
        attachment: attachment.into(),
        text: paragraphs.join("\n"),
        places: places.collect(),
        ..Narrative::default()
    }
}

fn with_narratives(returns: Vec<Return>, narratives: Vec<Narrative>) -> Reading {
    Reading { narratives, ..reading(SENDER, returns) }
}

/// Each hit as `m1 材料.docx page 3!paragraph 2 …«word»…`.
fn found(house: &House, typed: &str) -> Vec<String> {
    let query = Query::parse(typed).unwrap();
    let found = house.store.search(&query, None, 20).unwrap();
    let one = |hit: &Hit| {
        let item = hit.item.as_deref().map(|item| format!(" {item}")).unwrap_or_default();
        let doubt = if hit.unconfirmed { " unconfirmed" } else { "" };
        format!("m{} {} {}{item}{doubt}: {}", hit.message, hit.attachment, hit.place, hit.snippet.marked("«", "»"))
    };
    found.hits.iter().map(one).collect()
}

#[test]
fn words_of_any_length_are_found_with_their_place() {
    let house = House::new();
    let mail = house.keep(1, 0);
    let material = narrative("材料.docx", &["二、主要产品", "公司研发工业机器人", "并提供AI平台与5G模组。"]);
    house.judged(mail, with_narratives(vec![a_return("甲公司", Some("传感器芯片"), Some(1))], vec![material]));
    for (typed, shown) in [
        ("器", "m1 材料.docx page 3!paragraph 2: 公司研发工业机«器»人"),
        ("机器", "m1 材料.docx page 3!paragraph 2: 公司研发工业«机器»人"),
        ("工业机器人", "m1 材料.docx page 3!paragraph 2: 公司研发«工业机器人»"),
        ("ａｉ平台", "m1 材料.docx page 3!paragraph 3: 并提供«AI平台»与5G模组。"),
        ("5g", "m1 材料.docx page 3!paragraph 3: 并提供AI平台与«5G»模组。"),
        ("机器人 5G", "m1 材料.docx page 3!paragraph 2: 公司研发工业«机器人»"),
    ] {
        let hits: Vec<String> = found(&house, typed).into_iter().filter(|hit| hit.contains("材料")).collect();
        assert_eq!(hits, [shown], "{typed}");
    }
    assert_eq!(found(&house, "芯片"), ["m1 表.xlsx Sheet1!B2 products: 传感器«芯片»"]);
    assert_eq!(found(&house, "机器人 芯片"), [""; 0], "two documents are not one");
    assert_eq!(found(&house, "人并"), [""; 0], "a word does not run over paragraphs");
    let hit = house.store.search(&Query::parse("机器人").unwrap(), None, 1).unwrap().hits.remove(0);
    assert_eq!((hit.respondent.as_deref(), hit.heading.as_deref()), (Some("甲公司"), Some("二、主要产品")));
}

#[test]
fn whatever_is_typed_the_index_is_asked_nothing_but_words() {
    let house = House::new();
    let mail = house.keep(1, 0);
    house.judged(
        mail,
        with_narratives(vec![a_return("甲公司", Some("a"), Some(1))], vec![narrative("a.docx", &["x NEAR y 中"])]),
    );
    for typed in [
        "\"",
        "x\" OR \"y",
        "NEAR(x y)",
        "tokens:x",
        "x*",
        "-x",
        "^x",
        "'x",
        "x; DROP TABLE searched",
        "x AND",
        "中\"*",
        "¶",
        "{x} + y",
    ] {
        if let Ok(query) = Query::parse(typed) {
            house.store.search(&query, None, 5).unwrap();
        }
    }
    assert_eq!(found(&house, "NEAR x").len(), 1);
    let unknown = house.store.search(&Query::parse("x").unwrap(), Some("nothing"), 5);
    assert!(matches!(unknown, Err(StoreError::Unknown { .. })), "{unknown:?}");
}

#[test]
fn words_that_stand_together_come_first() {
    let house = House::new();
    let (first, second) = (house.keep(1, 0), house.keep(2, 1));
    let far = narrative("远.docx", &["芯片", "甲", "机器人"]);
    let near = narrative("近.docx", &["机器人芯片", "乙", "丙"]);
    house.judged(first, with_narratives(vec![a_return("甲公司", Some("a"), Some(1))], vec![far]));
    house.judged(second, with_narratives(vec![a_return("乙公司", Some("a"), Some(1))], vec![near]));
    let files: Vec<String> =
        found(&house, "芯片 机器人").into_iter().filter_map(|hit| Some(hit.split_once(' ')?.1.into())).collect();
    assert!(files[0].starts_with("近.docx"), "{files:?}");
    assert_eq!(files.len(), 2);
}

#[test]
fn the_index_follows_what_becomes_of_a_message() {
    let house = House::new();
    let mail = house.keep(1, 0);
    let material = |text: &str| vec![narrative("材料.docx", &[text])];
    house.judged(mail, with_narratives(vec![a_return("甲公司", Some("芯片"), Some(1))], material("机器人")));
    assert_eq!((found(&house, "机器人").len(), found(&house, "芯片").len()), (1, 1));
    house.store.reread(mail, at(1)).wait().unwrap();
    house.judged(mail, with_narratives(vec![a_return("甲公司", Some("雷达"), Some(1))], material("无人机")));
    assert_eq!((found(&house, "机器人").len(), found(&house, "芯片").len()), (0, 0), "an earlier reading is forgotten");
    assert_eq!((found(&house, "无人机").len(), found(&house, "雷达").len()), (1, 1));
    let newer = house.keep(2, 2);
    house.judged(newer, with_narratives(vec![a_return("甲公司", Some("电池"), Some(1))], Vec::new()));
    assert_eq!((found(&house, "雷达").len(), found(&house, "电池").len()), (0, 1), "only answers that count");
    house.store.discard(Target::Return(2), at(3)).wait().unwrap();
    let counted = house.query("SELECT count(*) FROM searched WHERE version IN (SELECT version FROM answer)");
    assert_eq!(counted, house.query("SELECT count(DISTINCT version) FROM answer"));
    let rows = house.query("SELECT count(*) FROM searched");
    assert_eq!(rows, house.query("SELECT count(*) FROM search_text_docsize"), "no tokens without their text");
}

#[test]
fn what_an_operator_put_aside_is_not_found() {
    let house = House::new();
    let mail = house.keep(1, 0);
    let held = Reading {
        dmarc_failed: true,
        ..with_narratives(vec![a_return("甲公司", Some("芯片"), Some(1))], vec![narrative("材料.docx", &["机器人"])])
    };
    house.judged(mail, held);
    let query = Query::parse("机器人").unwrap();
    let hits = house.store.search(&query, None, 5).unwrap().hits;
    assert!(hits.len() == 1 && hits[0].held, "{hits:?}");
    house.store.discard(Target::Message(mail), at(1)).wait().unwrap();
    assert_eq!(house.store.search(&query, None, 5).unwrap().total, 0);
}

#[test]
fn recognised_lines_are_found_and_marked() {
    let house = House::new();
    let mail = house.keep(1, 0);
    let picture = AttachmentFacts { path: "扫描.jpg".into(), size: 9, sha256: "aa".into(), kind: "picture".into() };
    let issues = vec![Issue::of_message(Problem::ScanOnly)];
    let scan = Reading { attachments: vec![picture], narratives: Vec::new(), issues, ..reading(SENDER, Vec::new()) };
    house.judged(mail, scan);
    house.store.claim_scan(at(0)).wait().unwrap().unwrap();
    let frame = Frame { left: 0.25, top: 0.5, width: 0.5, height: 0.125 };
    let page = |text: &str| vec![Line { text: text.into(), confidence: 0.75, frame }];
    let pages = vec![page("营业执照"), page("主要产品：激光雷达")];
    house.store.keep_recognised("aa".into(), Recognition { pages, fault: None }, at(1)).wait().unwrap();
    assert_eq!(found(&house, "激光雷达"), ["m1 扫描.jpg page 2!line 1 unconfirmed: 主要产品：«激光雷达»"]);
    let again = Recognition { pages: vec![page("毫米波")], fault: None };
    house.store.keep_recognised("aa".into(), again, at(2)).wait().unwrap();
    assert_eq!((found(&house, "激光雷达").len(), found(&house, "毫米波").len()), (0, 1));
}

#[test]
fn a_file_without_an_index_gets_one_when_it_is_opened() {
    let house = House::new();
    let mail = house.keep(1, 0);
    house.judged(
        mail,
        with_narratives(vec![a_return("甲公司", Some("芯片"), Some(1))], vec![narrative("材料.docx", &["机器人"])]),
    );
    let before = (found(&house, "机器人"), found(&house, "芯片"));
    house
        .store
        .write(|connection| {
            connection.execute_batch("DELETE FROM searched; DELETE FROM meta WHERE key = 'search_rules'")?;
            Ok(())
        })
        .wait()
        .unwrap();
    assert_eq!(found(&house, "机器人"), [""; 0]);
    let house = house.reopen();
    assert_eq!((found(&house, "机器人"), found(&house, "芯片")), before);
}

fn with_passage(mut narrative: Narrative, name: &str) -> Narrative {
    let named = Named {
        kind: Kind::Patent,
        name: name.into(),
        role: Some(passages::Role::Granted),
        number: None,
        low: Some(Decimal::from(12)),
        high: Some(Decimal::from(12)),
        currency: None,
    };
    narrative.passages.push(Passage { spot: Spot::Line(1), sentence: format!("拥有{name}12项。"), named });
    narrative
}

#[test]
fn a_return_lists_what_the_material_of_its_respondent_names_and_nobody_elses() {
    let house = House::new();
    let (first, later) = (house.keep(1, 0), house.keep(2, 1));
    let own = with_passage(narrative("材料.docx", &["拥有发明专利12项。"]), "发明专利");
    let returns = vec![a_return("甲公司", Some("a"), Some(1))];
    let judged = house.judged(first, with_narratives(returns, vec![own]));
    let later_on = with_passage(narrative("补充.docx", &["拥有软件著作权12项。"]), "软件著作权");
    house.judged(later, with_narratives(Vec::new(), vec![later_on]));
    let names = |id: i64| -> Vec<String> {
        house
            .store
            .show(id)
            .unwrap()
            .passages
            .iter()
            .map(|row| format!("m{} {} {}", row.message, row.name, row.place))
            .collect()
    };
    let id = judged.returns[0].id;
    assert_eq!(names(id), ["m1 发明专利 line 1", "m2 软件著作权 line 1"]);
    let answers: Vec<String> = house.store.show(id).unwrap().answers.into_iter().map(|answer| answer.item).collect();
    assert_eq!(answers, ["name", "products", "revenue"], "a passage is no answer");
    // One mail for two enterprises: material that names one of them is its own, that names none nobody's.
    let third = house.keep(3, 2);
    let mut named = with_passage(narrative("乙.docx", &["x"]), "实用新型");
    named.respondent = Some("乙公司".into());
    let nobodys = with_passage(narrative("总.docx", &["x"]), "外观设计");
    let two = vec![a_return("乙公司", Some("a"), Some(1)), a_return("丙公司", Some("a"), Some(1))];
    let mail = Reading { narratives: vec![named, nobodys], ..reading("zhang@park.example", two) };
    let judged = house.judged(third, mail);
    assert_eq!(names(judged.returns[0].id), ["m3 实用新型 line 1"]);
    assert_eq!(names(judged.returns[1].id), [""; 0]);
}
