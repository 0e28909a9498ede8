//! A notice to a mailbox that does not exist: the server takes it, and reports later.

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::Stage;
use crate::support::postfix::GONE;

const NAME: &str = "岭泽市飞鸟科技有限公司";

#[test]
fn a_report_of_failed_delivery_is_read_and_never_answered() {
    let stage = Stage::open();
    stage.invited(&[&format!("{NAME},{GONE}")]);
    let left = stage.person(&format!("离职者 <{GONE}>"), Client::Foxmail);
    let form = Program::Docx.fill_in_form("docx", &enterprise(0, NAME, "500万元"));
    left.writes("调查表", says("请查收").with("调查表.docx", &form));
    stage.settle(2);
    let reports = stage.postroom.rows("SELECT disposition FROM message WHERE id = 2");
    assert_eq!(reports, ["ignored"]);
    assert_eq!(stage.notices_to(&left), ["receipt"]);
    assert_eq!(stage.postroom.rows("SELECT count(*) FROM notice"), ["1"]);
    // The notice and the roster say so.
    let bounced = stage.postroom.rows("SELECT notice, recipient, permanent FROM bounce");
    assert_eq!(bounced, [format!("1|{GONE}|1")]);
    let addresses = stage.postroom.rows("SELECT address FROM respondent_address WHERE bounced_at IS NOT NULL");
    assert_eq!(addresses, [GONE]);
    assert_eq!(stage.postroom.count(&["bounced", GONE]), 1);
}
