//! An answer after the deadline.

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::Stage;

#[test]
fn an_answer_two_days_late_is_taken_and_told_so() {
    let stage = Stage::with_deadline(-2);
    let wang = stage.person("王敏 <wang@firm.example>", Client::NetEase);
    let form = Program::Docx.fill_in_form("docx", &enterprise(0, "岭泽市灯塔科技有限公司", "3亿元"));
    wang.writes("调查表", says("抱歉迟了两天，请查收。").with("调查表.docx", &form));
    let receipt = wang.receives("receipt");
    assert!(receipt.text().contains("来信晚于截止日期") && receipt.text().contains("逾期"), "{}", receipt.text());
    assert_eq!(stage.table(), ["岭泽市灯塔科技有限公司|complete|3亿元"]);
}

#[test]
fn an_answer_in_time_is_not_called_late() {
    let stage = Stage::with_deadline(0);
    let wang = stage.person("王敏 <wang@firm.example>", Client::NetEase);
    let form = Program::Docx.fill_in_form("docx", &enterprise(0, "岭泽市灯塔科技有限公司", "3亿元"));
    wang.writes("调查表", says("请查收。").with("调查表.docx", &form));
    let receipt = wang.receives("receipt");
    assert!(!receipt.text().contains("逾期") && !receipt.text().contains("晚于"), "{}", receipt.text());
}
