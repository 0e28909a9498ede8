//! A survey with an item of every type: its forms as spreadsheets, documents, mails and texts, read by the program alone and on
//! the whole way beside the founding survey.

use std::io::{Cursor, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::daemon::Postroom;
use crate::support::letter::{Letter, corpus, sample_from, words};
use crate::support::post::{Post, REPLIES};

const LABELS: [&str; 12] = [
    "企业名称",
    "统一社会信用代码",
    "成立日期",
    "所属行业",
    "2017年末从业人员数（人）",
    "2017年营业收入（万元）",
    "2017年数字化投入占营业收入比重",
    "已应用的数字技术",
    "是否建有数字化车间",
    "数字化转型的主要需求",
    "联系电话",
    "电子邮箱",
];

/// Answers as a form with boxes has them.
const ANSWERS: [&str; 12] = [
    "航标制造有限公司",
    "91990000MA0000001B",
    "2009年6月18日",
    "☑制造业 □软件和信息技术服务业 □批发和零售业 □交通运输和仓储业 □其他：____",
    "约120人",
    "3500",
    "12.5%",
    "☑云计算 □大数据 □物联网 ☑人工智能 □尚未应用 □其他：____",
    "☑是 □否",
    "既懂制造又懂数据的人才",
    "0757-80001234转801",
    "office@hangbiao.example",
];

/// What the answers say, as `read` prints it: the value, or the lower bound of a number.
const SAID: [(&str, &str); 10] = [
    ("code", "91990000MA0000001B"),
    ("founded", "2009-06-18"),
    ("sector", "manufacturing"),
    ("employees", "120"),
    ("revenue", "35000000"),
    ("share", "12.5"),
    ("applications", "cloud,ai"),
    ("plant", "yes"),
    ("phone", "+8675780001234;ext=801"),
    ("email", "office@hangbiao.example"),
];

/// A workbook with a row of answers, numbers and dates stored as such under the formats of a Chinese edition.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day = Format::new().set_num_format("[$-804]yyyy\"年\"m\"月\"d\"日\";@");
    let share = Format::new().set_num_format("0.0%");
    let people = Format::new().set_num_format("\"约\"0\"人\"");
    for (column, (label, answer)) in (0..).zip(LABELS.into_iter().zip(ANSWERS)) {
        sheet.write_string(0, column, label).unwrap();
        match label {
            "成立日期" => {
                let date = ExcelDateTime::from_ymd(2009, 6, 18).unwrap();
                sheet.write_datetime_with_format(1, column, &date, &day).unwrap()
            }
            "2017年末从业人员数（人）" => sheet.write_number_with_format(1, column, 120.0, &people).unwrap(),
            "2017年营业收入（万元）" => sheet.write_number(1, column, 3500.0).unwrap(),
            "2017年数字化投入占营业收入比重" => {
                sheet.write_number_with_format(1, column, 0.125, &share).unwrap()
            }
            _ => sheet.write_string(1, column, answer).unwrap(),
        };
    }
    book.save_to_buffer().unwrap()
}

/// A Word document with labels beside answers; boxes are content controls, as Word makes them.
fn document() -> Vec<u8> {
    let text = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let control = |ticked: bool| {
        let (state, glyph) = if ticked { ("1", "☒") } else { ("0", "☐") };
        format!(
            "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val=\"{state}\"/></w14:checkbox></w:sdtPr><w:sdtContent>\
             <w:r><w:t>{glyph}</w:t></w:r></w:sdtContent></w:sdt>"
        )
    };
    let runs = |answer: &str| {
        let pieces = answer.split_inclusive(['☑', '□']).map(|piece| match piece.chars().next_back() {
            Some(mark @ ('☑' | '□')) => text(piece.trim_end_matches(mark)) + &control(mark == '☑'),
            _ => text(piece),
        });
        pieces.collect::<String>()
    };
    let cell = |content: &str| format!("<w:tc><w:tcPr/><w:p>{content}</w:p></w:tc>");
    let rows = LABELS.into_iter().zip(ANSWERS);
    let rows: String =
        rows.map(|(label, answer)| format!("<w:tr>{}{}</w:tr>", cell(&text(label)), cell(&runs(answer)))).collect();
    let main = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w:body><w:tbl>{rows}</w:tbl><w:sectPr/></w:body></w:document>"#
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("[Content_Types].xml", "<Types/>"), ("word/document.xml", main.as_str())] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A row of answers as a CSV file.
fn delimited(answers: &[&str]) -> Vec<u8> {
    let line = |texts: &[&str]| texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(",");
    format!("\u{feff}{}\r\n{}\r\n", line(&LABELS), line(answers)).into_bytes()
}

/// The form as lines of a letter.
fn lines() -> String {
    let lines: Vec<String> =
        LABELS.into_iter().zip(ANSWERS).map(|(label, answer)| format!("{label}：{answer}")).collect();
    format!("您好：\n\n{}\n\n谢谢！\n", lines.join("\n"))
}

/// The form as a web page's table.
fn page() -> Vec<u8> {
    let row = |cells: [&str; 12]| cells.map(|cell| format!("<td>{cell}</td>")).concat();
    format!("<html><meta charset=utf-8><table><tr>{}</tr><tr>{}</tr></table></html>", row(LABELS), row(ANSWERS)).into()
}

fn survey(file: &str) -> String {
    corpus("../..").join("config/surveys").join(file).display().to_string()
}

fn check_complete(line: &Value) {
    let form = &line["message"];
    assert_eq!(
        (&line["disposition"], line["issues"].as_array().map(Vec::len)),
        (&"accepted".into(), Some(0)),
        "{line}"
    );
    let answers = &line["returns"][0]["answers"];
    for (key, said) in SAID {
        let answer = &answers[key];
        let value = answer.get("value").or(answer.get("low")).unwrap_or_else(|| panic!("{form} {key}: {answer}"));
        assert_eq!(value, said, "{form} {key}");
    }
    assert_eq!(answers["name"]["text"], ANSWERS[0], "{form}");
}

#[test]
fn a_form_of_every_format_says_every_type() {
    let postroom = Postroom::new("");
    let letter = Letter::new("zhang@hangbiao.example").subject("数字化转型调查").text(&lines());
    let files: [(&str, Vec<u8>); 5] = [
        ("表.xlsx", workbook()),
        ("表.docx", document()),
        ("表.csv", delimited(&ANSWERS)),
        ("表.html", page()),
        ("信.eml", letter.bytes()),
    ];
    for (name, bytes) in &files {
        std::fs::write(postroom.home().join(name), bytes).unwrap();
    }
    let surveys = [survey("digital-2018.toml"), survey("ai-industry-2017.toml")];
    let mut arguments = vec!["read", "--survey", &surveys[0], "--survey", &surveys[1]];
    arguments.extend(files.iter().map(|(name, _)| *name));
    let printed = postroom.say(&arguments);
    assert_eq!(printed.lines().count(), files.len());
    for line in printed.lines() {
        check_complete(&serde_json::from_str(line).unwrap());
    }
}

fn both(post: &Post) -> String {
    let files = ["ai-industry-2017.toml", "digital-2018.toml"].map(|file| format!("\"{}\"", survey(file)));
    let top = format!("surveys = [{}]\nanswer_since = \"2010-01-01\"\n", files.join(", "));
    format!("{top}{}{REPLIES}", post.mailbox("main", ""))
}

#[test]
fn typed_answers_come_out_of_the_whole_way_typed() {
    let post = Post::start();
    let postroom = Postroom::start(&both(&post));
    post.dovecot.deliver("collect", &sample_from(1, "li@corp.example"));
    let letter = Letter::new("zhang@corp.example").subject("调查表").text("见附件");
    post.dovecot.deliver("collect", &letter.file("表.xlsx", workbook()).bytes());
    postroom.wait_count(&[" sent ", "kind=receipt"], 2);
    assert_eq!(postroom.rows("SELECT count(*) FROM survey_ai_industry_2017"), ["1"]);
    let sql = "SELECT respondent, code_value, founded_value, sector_value, employees_low, typeof(employees_low), revenue_low, share_low,
        applications_value, plant_value, phone_value, email_value FROM survey_digital_2018";
    let row = "航标制造有限公司|91990000MA0000001B|2009-06-18|manufacturing|120|integer|35000000.0|12.5|cloud,ai|yes|\
               +8675780001234;ext=801|office@hangbiao.example";
    assert_eq!(postroom.rows(sql), [row.replace(".0|12.5", "|12.5")]);
    let approximate = "SELECT approximate, unit FROM answer WHERE item = 'employees'";
    assert_eq!(postroom.rows(approximate), ["1|cell"]);
    postroom.say(&["export", "--survey", "digital-2018", "表.csv"]);
    let exported = std::fs::read_to_string(postroom.home().join("表.csv")).unwrap();
    assert!(exported.contains("\"成立日期（登记值）\"") && exported.contains("\"2009-06-18\""), "{exported}");
    postroom.say(&["export", "--survey", "digital-2018", "表.xlsx"]);
    let why = postroom.json(&["why", "航标", "phone"]).remove(0);
    assert_eq!(why["answer"]["value"], "+8675780001234;ext=801");
    assert!(postroom.say(&["why", "航标", "share"]).contains("[= 12.5]"));
}

/// A number of nobody's that checks as a person's identity number.
const PERSON: &str = "440000199003070016";

#[test]
fn a_persons_number_is_asked_back_and_kept_nowhere() {
    let post = Post::start();
    let postroom = Postroom::start(&both(&post));
    let mut answers = ANSWERS;
    let (spaced, said) = ("440000 19900307 0016", format!("联系人证件号{PERSON}"));
    answers[1] = spaced;
    answers[9] = &said;
    let letter = Letter::new("zhang@corp.example").subject(&format!("调查表{PERSON}")).text("见附件");
    let name = format!("林晓X{PERSON}.csv");
    post.dovecot.deliver("collect", &letter.file(&name, delimited(&answers)).bytes());
    postroom.wait(&[" sent ", "kind=correction"]);
    let codes = "SELECT item || ' ' || code || ' ' || severity FROM issue ORDER BY id";
    assert_eq!(postroom.rows(codes), ["code personal_number error", "demand personal_number_removed remark"]);
    let mut kept = postroom.log();
    for sql in [
        "SELECT text FROM answer",
        "SELECT as_read FROM return_version",
        "SELECT document FROM issue",
        "SELECT text FROM narrative",
        "SELECT subject FROM message",
        "SELECT path FROM attachment",
        "SELECT place FROM answer",
    ] {
        kept.push_str(&postroom.rows(sql).join("\n"));
    }
    kept.push_str(&postroom.say(&["show", "r1", "--json"]));
    kept.push_str(&postroom.say(&["why", "航标", "demand", "--json"]));
    let replies = std::fs::read_dir(postroom.home().join("replies")).unwrap().map(|entry| entry.unwrap().path());
    let mails: Vec<Vec<u8>> = replies.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap()).collect();
    let [mail] = mails.as_slice() else { panic!("{} replies", mails.len()) };
    let (subject, text) = words(mail);
    assert!(text.contains("“信用代码”填写的像是个人证件号码，我们没有登记，请改填单位的统一社会信用代码"), "{text}");
    std::fs::write(postroom.home().join("表.csv"), delimited(&answers)).unwrap();
    for how in ["--json", "--explain", "--html"] {
        kept.push_str(&postroom.say(&["read", how, "--survey", &survey("digital-2018.toml"), "表.csv"]));
    }
    kept.push_str(&subject);
    kept.push_str(&text);
    for digits in [PERSON, spaced, "19900307"] {
        assert!(!kept.contains(digits), "{digits} was kept: {kept}");
    }
}
