//! Two responders that would answer each other for ever.

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::Stage;
use crate::support::postfix::{MACHINE, RESPONDER};

const NAME: &str = "岭泽市远航智能科技有限公司";

fn form() -> Vec<u8> {
    Program::Docx.fill_in_form("docx", &enterprise(0, NAME, "700万元"))
}

/// A responder by the standard (RFC 3834) leaves a notice alone.
#[test]
fn a_vacation_responder_has_nothing_to_say_to_a_notice() {
    let stage = Stage::open();
    let zhou = stage.person("周宁 <zhou@firm.example>", Client::Foxmail);
    zhou.sets_rules("require [\"vacation\"];\nvacation :handle \"v\" \"我在休假，下周一回复。\";\n");
    zhou.writes("调查表", says("请查收").with("调查表.docx", &form()));
    zhou.receives("receipt");
    stage.settle(1);
    assert_eq!(stage.postroom.rows("SELECT count(*) FROM message"), ["1"]);
}

/// One that does not look answers it, and says in its header that it is a machine.
#[test]
fn a_responder_that_answers_machines_is_not_answered() {
    let stage = Stage::open();
    let responder = stage.person(&format!("自动回复 <{RESPONDER}>"), Client::Foxmail);
    responder.writes("调查表", says("请查收").with("调查表.docx", &form()));
    stage.settle(2);
    assert_eq!(stage.postroom.rows("SELECT disposition FROM message ORDER BY id"), ["accepted", "ignored"]);
    assert_eq!(stage.notices_to(&responder), ["receipt"]);
}

/// The worst kind: a new mail for every mail, without any mark.
#[test]
fn a_responder_without_any_mark_gets_two_notices_at_most() {
    let stage = Stage::open();
    let machine = stage.person(&format!("自动处理 <{MACHINE}>"), Client::NetEase);
    machine.writes("调查表", says("请查收").with("调查表.docx", &form()));
    // Every notice that went out was answered, the answer is read, and nothing more is to go.
    let rest = "SELECT (SELECT count(*) FROM message WHERE state = 'read') - count(*), \
                (SELECT count(*) FROM notice WHERE state = 'queued') FROM notice WHERE state = 'sent'";
    stage.postroom.until(rest, &["1|0"]);
    let notices = stage.notices_to(&machine);
    assert!(notices.len() <= 2, "{notices:?}");
}
