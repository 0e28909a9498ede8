//! A faulty table, the correction, the file that came back filled in with the usual programs, the receipt.

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::{Person, Stage};

const NAME: &str = "岭泽市禾塘区荷叶伞视觉检测有限公司";

/// A table without a unit goes out, is asked back and comes back mended, perhaps by another program.
fn play(client: Client, extension: &str, first: Program, then: Program) {
    let stage = Stage::open();
    let zhang = stage.person("张颖 <zhang@firm.example>", client);
    let faulty = first.fill_in_form(extension, &enterprise(0, NAME, "1200"));
    let file = format!("调查表.{extension}");
    zhang.writes("人工智能产业调查表", says("您好，附件为我司调查表，请查收。").with(&file, &faulty));

    let correction = zhang.receives("correction");
    assert!(correction.text().contains("营业收入") && correction.text().contains("1200"), "{}", correction.text());
    assert_eq!(stage.table(), [format!("{NAME}|in_correction|1200")]);

    let marked = correction.file(extension).expect("the sender's own file, marked");
    let mended = then.fill_in_marked(marked, extension, "1200万元");
    zhang.answers(&correction, says("已补充单位，请查收，谢谢。").with(&file, &mended));

    let receipt = zhang.receives("receipt");
    assert_eq!(receipt.token(), correction.token(), "the thread keeps its token");
    assert_eq!(stage.table(), [format!("{NAME}|complete|1200万元")]);
    stage.settle(2);
    assert_eq!(stage.notices_to(&zhang), ["correction", "receipt"]);
}

#[test]
fn a_sheet_mended_with_libreoffice_is_complete() {
    play(Client::Qq, "xlsx", Program::LibreOffice, Program::LibreOffice);
}

#[test]
fn a_document_mended_with_a_library_for_word_is_complete() {
    play(Client::Outlook, "docx", Program::Docx, Program::Docx);
}

// LibreOffice 7.4 run by another program falls over documents with comments, its own ones too; so it only writes this one.
#[test]
fn a_document_of_libreoffice_mended_with_another_program_is_complete() {
    play(Client::Foxmail, "docx", Program::LibreOffice, Program::Docx);
}

/// What cannot be marked comes back as the official form, filled in with what was read.
#[test]
fn an_old_sheet_comes_back_as_the_official_form() {
    let stage = Stage::open();
    let wang = stage.person("王敏 <wang@firm.example>", Client::NetEase);
    let faulty = Program::LibreOffice.fill_in_form("xls", &enterprise(0, NAME, "1200"));
    wang.writes("调查表", says("请查收").with("调查表.xls", &faulty));
    finish(&stage, &wang);
}

/// The same for somebody who wrote the answers into the mail.
#[test]
fn answers_in_a_mail_come_back_as_the_official_form() {
    let stage = Stage::open();
    let sun = stage.person("孙悦 <sun@firm.example>", Client::Phone);
    let lines = format!(
        "企业名称：{NAME}\n行业地位：省内前五\n核心技术：小样本缺陷识别\n产品、专利、标准：检测仪2款，专利3项\n\
         攻关方向：三维视觉\n营业收入：1200"
    );
    sun.writes("人工智能产业调查表", says(&lines));
    finish(&stage, &sun);
}

/// The official form is mended with python-docx and sent.
fn finish(stage: &Stage, person: &Person) {
    let correction = person.receives("correction");
    let form = correction.file("docx").expect("the official form");
    let mended = Program::Docx.fill_in_marked(form, "docx", "1200万元");
    person.answers(&correction, says("已改").with("form.docx", &mended));
    person.receives("receipt");
    assert_eq!(stage.table(), [format!("{NAME}|complete|1200万元")]);
    stage.settle(2);
}
