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

/// A report as Postfix writes it, from somebody who has seen no mail of ours.
fn forged(address: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mx.agency.example (Mail Delivery System)\r\nTo: collect@collect.example\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <1@mx.agency.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n<{address}>: unknown user\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.agency.example\r\n\r\n\
         Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         Message-ID: <postroom.000000000000000000000000@collect.example>\r\nSubject: =?utf-8?B?5Zue5aSN?=\r\n\r\n--b--\r\n"
    )
    .into_bytes()
}

#[test]
fn a_forged_report_takes_no_address_out_of_use() {
    let stage = Stage::open();
    let li = stage.person("李明 <li@firm.example>", Client::Qq);
    stage.invited(&[&format!("{NAME},{}", li.address)]);
    let form = Program::Docx.fill_in_form("docx", &enterprise(0, NAME, "500万元"));
    li.writes("调查表", says("请查收").with("调查表.docx", &form));
    li.receives("receipt");
    stage.person("陈先生 <chen@agency.example>", Client::Qq).sends(&forged(&li.address));
    stage.settle(2);
    assert_eq!(stage.postroom.rows("SELECT disposition FROM message WHERE id = 2"), ["ignored"]);
    assert_eq!(stage.postroom.rows("SELECT count(*) FROM bounce"), ["0"]);
    let marked = stage.postroom.rows("SELECT count(*) FROM respondent_address WHERE bounced_at IS NOT NULL");
    assert_eq!(marked, ["0"]);
    assert_eq!(stage.progress(NAME), "returned");
    stage.postroom.wait(&["about no notice of ours", &li.address]);
}
