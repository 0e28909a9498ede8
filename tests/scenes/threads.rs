//! Replies that have lost the thread.

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::Stage;

const NAME: &str = "岭泽市梧桐树科技有限公司";

/// A reply without thread headers and quote, under the subject of the thread.
#[test]
fn a_reply_without_thread_headers_belongs_to_its_return() {
    let stage = Stage::open();
    let li = stage.person("李雯 <10001@qq.example>", Client::Qq);
    let form = |revenue| Program::Docx.fill_in_form("docx", &enterprise(0, NAME, revenue));
    li.writes("调查表", says("见附件").with("调查表.docx", &form("3000")));
    let correction = li.receives("correction");
    let again = says("改好了").with("调查表.docx", &form("3000万元"));
    li.answers(&correction, again.without_thread().without_quote());
    let receipt = li.receives("receipt");
    assert_eq!(receipt.token(), correction.token(), "the subject told the thread");
    assert_eq!(stage.table(), [format!("{NAME}|complete|3000万元")]);
}

/// Not even the subject is left: the sender begins a new mail.
#[test]
fn a_mended_form_in_a_new_mail_mends_the_return() {
    let stage = Stage::open();
    let li = stage.person("李雯 <10001@qq.example>", Client::Qq);
    let form = |revenue| Program::Docx.fill_in_form("docx", &enterprise(0, NAME, revenue));
    li.writes("调查表", says("见附件").with("调查表.docx", &form("3000")));
    li.receives("correction");
    li.writes("更正", says("改好了").with("调查表.docx", &form("3000万元")));
    li.receives("receipt");
    assert_eq!(stage.table(), [format!("{NAME}|complete|3000万元")]);
    assert_eq!(stage.postroom.rows("SELECT count(*) FROM respondent"), ["1"]);
}

/// The sender is not sure that it arrived and sends it once more.
#[test]
fn the_same_again_is_told_so_and_counts_once() {
    let stage = Stage::open();
    let li = stage.person("李雯 <10001@qq.example>", Client::Qq);
    let form = Program::Docx.fill_in_form("docx", &enterprise(0, NAME, "3000万元"));
    li.writes("调查表", says("见附件").with("调查表.docx", &form));
    li.receives("receipt");
    li.writes("Re: 调查表", says("不知是否收到，重发一次").with("调查表(1).docx", &form));
    let second = li.receives("receipt");
    assert!(second.text().contains("没有重复登记"), "{}", second.text());
    assert_eq!(stage.table(), [format!("{NAME}|complete|3000万元")]);
    assert_eq!(stage.postroom.rows("SELECT standing FROM return_version ORDER BY id"), ["complete", "duplicate"]);
}
