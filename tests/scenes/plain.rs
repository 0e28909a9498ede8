//! A correction answered in plain words from each of the usual clients; thanks, a question and a withdrawal after it.

use std::io::Cursor;

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::{Notice, Person, Stage};

const NAME: &str = "岭泽市禾塘区荷叶伞视觉检测有限公司";

/// A table without a unit is mended by one line above what the client quotes.
fn play(client: Client, line: &str) {
    let stage = Stage::open();
    let zhang = stage.person("张颖 <zhang@firm.example>", client);
    let faulty = Program::Docx.fill_in_form("docx", &enterprise(0, NAME, "1200"));
    zhang.writes("人工智能产业调查表", says("您好，附件为我司调查表，请查收。").with("调查表.docx", &faulty));
    let correction = zhang.receives("correction");
    zhang.answers(&correction, says(line));
    let receipt = zhang.receives("receipt");
    assert!(receipt.text().contains("1200 → 1200万元"), "{}", receipt.text());
    assert_eq!(receipt.token(), correction.token(), "the thread keeps its token");
    assert_eq!(stage.table(), [format!("{NAME}|complete|1200万元")]);
}

#[test]
fn a_unit_from_qq_mail_is_enough() {
    play(Client::Qq, "单位是万元");
}

#[test]
fn an_item_named_in_foxmail_is_enough() {
    play(Client::Foxmail, "您好，营业收入：1200万元，谢谢！");
}

#[test]
fn an_item_numbered_in_163_mail_is_enough() {
    play(Client::NetEase, "第6项：1200万元");
}

#[test]
fn a_sentence_from_outlook_is_enough() {
    play(Client::Outlook, "老师您好，\n\n营业收入应为1200万元。\n\n张颖");
}

#[test]
fn a_bare_figure_from_a_phone_is_enough() {
    play(Client::Phone, "1200万元");
}

#[test]
fn thanks_are_not_answered_a_question_goes_to_a_person_and_a_withdrawal_counts() {
    let stage = Stage::open();
    let zhang = stage.person("张颖 <zhang@firm.example>", Client::Qq);
    let form = Program::Docx.fill_in_form("docx", &enterprise(0, NAME, "1200万元"));
    zhang.writes("人工智能产业调查表", says("您好，附件为我司调查表，请查收。").with("调查表.docx", &form));
    let receipt = zhang.receives("receipt");
    zhang.answers(&receipt, says("收到，谢谢！"));
    zhang.answers(&receipt, says("请问营业收入是否含税？"));
    zhang.receives("handover");
    assert_eq!(stage.table(), [format!("{NAME}|complete|1200万元")]);
    zhang.answers(&receipt, says("请撤回我司的报送"));
    assert!(zhang.receives("receipt").text().contains("已撤回"));
    assert!(stage.table().is_empty());
    stage.settle(4);
    assert_eq!(stage.notices_to(&zhang), ["receipt", "handover", "receipt"]);
}

/// The item's number, a figure with a comma and a short unit, and QQ's app that sends no quote and no thread.
#[test]
fn a_terse_line_without_quote_and_thread_is_enough() {
    let stage = Stage::open();
    let li = stage.person("李雯 <10001@qq.example>", Client::Qq);
    let faulty = Program::Docx.fill_in_form("docx", &enterprise(0, NAME, "1200"));
    li.writes("人工智能产业调查表", says("请查收").with("调查表.docx", &faulty));
    let correction = li.receives("correction");
    li.answers(&correction, says("6. 1,200 万").without_quote().without_thread());
    li.receives("receipt");
    let amount = "SELECT state, revenue_low, revenue_high FROM survey_ai_industry_2017";
    assert_eq!(stage.postroom.rows(amount), ["complete|12000000|12000000"]);
    let versions = stage.postroom.rows("SELECT number, standing FROM return_version ORDER BY number");
    assert_eq!(versions, ["1|superseded", "2|complete"], "both versions are kept");
}

/// Whoever has come by the thread mends nothing by it.
#[test]
fn a_strangers_line_in_the_thread_mends_nothing() {
    let stage = Stage::open();
    let zhang = stage.person("张颖 <zhang@firm.example>", Client::Outlook);
    let stranger = stage.person("陈先生 <chen@agency.example>", Client::Qq);
    let faulty = Program::Docx.fill_in_form("docx", &enterprise(0, NAME, "1200"));
    zhang.writes("人工智能产业调查表", says("请查收").with("调查表.docx", &faulty));
    let correction = zhang.receives("correction");
    stranger.answers(&correction, says("营业收入：9800万元"));
    stage.settle(2);
    assert_eq!(stage.table(), [format!("{NAME}|in_correction|1200")]);
}

#[test]
fn an_odd_amount_is_settled_by_saying_that_it_is_true() {
    let stage = Stage::open();
    let wang = stage.person("王敏 <wang@firm.example>", Client::NetEase);
    let table = Program::Docx.fill_in_form("docx", &enterprise(0, NAME, "800元"));
    wang.writes("调查表", says("请查收").with("调查表.docx", &table));
    let asked = wang.receives("receipt");
    assert!(asked.text().contains("相差较大") && asked.text().contains("情况属实"), "{}", asked.text());
    wang.answers(&asked, says("情况属实，我司12月才开业。"));
    let receipt = wang.receives("receipt");
    assert!(!receipt.text().contains("请核对数额"), "{}", receipt.text());
    assert_eq!(stage.table(), [format!("{NAME}|complete|800元")]);
    let reason = stage.postroom.rows("SELECT act, words FROM amendment");
    assert!(reason[0].starts_with("confirms|") && reason[0].contains("12月才开业"), "{reason:?}");
}

/// A picture of a size.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let grey = image::DynamicImage::ImageLuma8(image::GrayImage::from_pixel(width, height, image::Luma([90])));
    grey.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A stage with somebody who was asked for a unit.
fn asked(client: Client) -> (Stage, Person, Notice) {
    let stage = Stage::open();
    let zhang = stage.person("张颖 <zhang@firm.example>", client);
    let faulty = Program::Docx.fill_in_form("docx", &enterprise(0, NAME, "1200"));
    zhang.writes("人工智能产业调查表", says("请查收").with("调查表.docx", &faulty));
    let correction = zhang.receives("correction");
    (stage, zhang, correction)
}

#[test]
fn the_logo_of_a_signature_makes_no_scan_of_a_reply() {
    let (stage, zhang, correction) = asked(Client::Outlook);
    zhang.answers(&correction, says("营业收入：1200万元\n\n张颖").with("image001.png", &picture(150, 60)));
    let receipt = zhang.receives("receipt");
    assert!(receipt.text().contains("1200 → 1200万元") && !receipt.text().contains("image001"), "{}", receipt.text());
    zhang.answers(&receipt, says("收到，谢谢！").with("image001.png", &picture(150, 60)));
    stage.settle(3);
    assert_eq!(stage.notices_to(&zhang), ["correction", "receipt"], "thanks are not answered");
    assert_eq!(stage.table(), [format!("{NAME}|complete|1200万元")]);
}

#[test]
fn beside_clear_words_a_photo_is_kept_and_said_to_be_unread() {
    let (stage, zhang, correction) = asked(Client::Phone);
    zhang.answers(&correction, says("营业收入：1200万元").with("IMG_0001.png", &picture(1_080, 1_440)));
    let receipt = zhang.receives("receipt");
    for words in ["1200 → 1200万元", "IMG_0001.png", "没有读取，登记以来信文字为准"] {
        assert!(receipt.text().contains(words), "{}", receipt.text());
    }
    assert_eq!(stage.table(), [format!("{NAME}|complete|1200万元")]);
    assert_eq!(stage.postroom.rows("SELECT path FROM attachment WHERE message = 2"), ["IMG_0001.png"]);
}

#[test]
fn a_photo_whose_words_are_no_answer_is_a_scan_still() {
    let (stage, zhang, correction) = asked(Client::Phone);
    zhang.answers(&correction, says("见图").with("IMG_0001.png", &picture(1_080, 1_440)));
    let again = zhang.receives("correction");
    assert!(again.text().contains("图片或扫描件"), "{}", again.text());
    assert_eq!(stage.table(), [format!("{NAME}|in_correction|1200")]);
}
