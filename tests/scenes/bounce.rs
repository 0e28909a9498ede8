//! A notice to a mailbox that does not exist: the server takes it, and reports later.

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::Stage;
use crate::support::postfix::GONE;

#[test]
fn a_report_of_failed_delivery_is_read_and_never_answered() {
    let stage = Stage::open();
    let left = stage.person(&format!("离职者 <{GONE}>"), Client::Foxmail);
    let form = Program::Docx.fill_in_form("docx", &enterprise(0, "岭泽市飞鸟科技有限公司", "500万元"));
    left.writes("调查表", says("请查收").with("调查表.docx", &form));
    stage.settle(2);
    let reports = stage.postroom.rows("SELECT disposition FROM message WHERE id = 2");
    assert_eq!(reports, ["ignored"]);
    assert_eq!(stage.notices_to(&left), ["receipt"]);
    assert_eq!(stage.postroom.rows("SELECT count(*) FROM notice"), ["1"]);
    // The notice that came back is known, and that there is no such address.
    assert_eq!(stage.postroom.rows("SELECT notice, recipient, permanent FROM bounce"), [format!("1|{GONE}|1")]);
    assert_eq!(stage.postroom.count(&["bounced", GONE]), 1);
}
