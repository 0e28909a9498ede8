//! What people send from a phone, and what they send instead of a form.

use std::io::Write;

use zip::write::SimpleFileOptions;

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::Stage;

const NAME: &str = "岭泽市晨光视觉科技有限公司";

#[test]
fn label_lines_in_the_mail_itself_are_a_return() {
    let stage = Stage::open();
    let sun = stage.person("孙悦 <sun@firm.example>", Client::Phone);
    let lines = format!(
        "您好，表格打不开，直接填在这里：\n企业名称：{NAME}\n行业地位：省内前五\n核心技术：小样本缺陷识别\n\
         产品、专利、标准：检测仪2款，专利3项\n攻关方向：三维视觉\n营业收入：1200万元"
    );
    sun.writes("人工智能产业调查表", says(&lines));
    let receipt = sun.receives("receipt");
    assert!(receipt.text().contains("已填 6/6 项"), "{}", receipt.text());
    assert_eq!(stage.table(), [format!("{NAME}|complete|1200万元")]);
}

#[test]
fn label_lines_above_the_quote_of_a_correction_are_a_return() {
    let stage = Stage::open();
    let sun = stage.person("孙悦 <sun@firm.example>", Client::Phone);
    sun.writes("人工智能产业调查表", says("附件是我司的调查表，请查收。"));
    let correction = sun.receives("correction");
    let lines = format!(
        "抱歉忘了附件，内容如下：\n企业名称：{NAME}\n行业地位：省内前五\n核心技术：小样本缺陷识别\n\
         产品、专利、标准：检测仪2款，专利3项\n攻关方向：三维视觉\n营业收入：1200万元"
    );
    sun.answers(&correction, says(&lines));
    sun.receives("receipt");
    assert_eq!(stage.table(), [format!("{NAME}|complete|1200万元")]);
}

#[test]
fn a_colleague_who_forwards_the_form_has_the_receipt() {
    let stage = Stage::open();
    let colleague = stage.person("何琳 <he@firm.example>", Client::Phone);
    let form = Program::Docx.fill_in_form("docx", &enterprise(0, NAME, "1200万元"));
    let forward = "代发，请查收。\n\n发自我的 iPhone\n\n开始转发的邮件：\n\n发件人: 孙悦 <sun@firm.example>\n主题: 调查表\n\
                   收件人: 何琳 <he@firm.example>\n\n何姐，表填好了，麻烦转给区里。";
    colleague.writes("Fwd: 调查表", says(forward).with("调查表.docx", &form));
    colleague.receives("receipt");
    assert_eq!(stage.table(), [format!("{NAME}|complete|1200万元")]);
}

#[test]
fn an_old_sheet_in_an_archive_is_read() {
    let stage = Stage::open();
    let sun = stage.person("孙悦 <sun@firm.example>", Client::Foxmail);
    let sheet = Program::LibreOffice.fill_in_form("xls", &enterprise(0, NAME, "1200万元"));
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("调查表.xls", SimpleFileOptions::default()).unwrap();
    archive.write_all(&sheet).unwrap();
    let archive = archive.finish().unwrap().into_inner();
    sun.writes("调查表", says("请查收附件压缩包").with("调查表.zip", &archive));
    sun.receives("receipt");
    assert_eq!(stage.table(), [format!("{NAME}|complete|1200万元")]);
}

#[test]
fn a_link_to_the_cloud_is_answered_with_what_to_do() {
    let stage = Stage::open();
    let sun = stage.person("孙悦 <sun@firm.example>", Client::Qq);
    let link = "调查表见超大附件。\n\n从QQ邮箱发来的超大附件\n调查表.xlsx (58.6M, 2026年12月20日 10:00 到期)\n\
                进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=00000000&code=00000000";
    sun.writes("人工智能产业调查表", says(link));
    let correction = sun.receives("correction");
    let text = correction.text();
    assert!(text.contains("云附件") || text.contains("超大附件"), "{text}");
    assert!(text.contains("普通附件"), "the remedy: {text}");
}
