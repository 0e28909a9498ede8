//! A power cut in the middle of a conversation.

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::Stage;

const NAME: &str = "岭泽市梧桐树科技有限公司";

#[test]
fn killed_between_correction_and_receipt_it_does_nothing_twice() {
    let mut stage = Stage::open();
    let zhang = stage.person("张颖 <zhang@firm.example>", Client::Outlook);
    let form = |revenue| Program::Docx.fill_in_form("docx", &enterprise(0, NAME, revenue));
    let (faulty, mended) = (form("1200"), form("1200万元"));
    zhang.writes("调查表", says("请查收").with("调查表.docx", &faulty));
    let correction = zhang.receives("correction");
    stage.postroom.kill();
    zhang.answers(&correction, says("已改").with("调查表.docx", &mended));
    // Killed once more as soon as it has kept the answer, and then left alone.
    let kept = stage.postroom.count(&[" kept "]);
    stage.postroom.spawn();
    stage.postroom.wait_count(&[" kept "], kept + 1);
    stage.postroom.kill();
    stage.postroom.run();
    zhang.receives("receipt");
    stage.settle(2);
    assert_eq!(stage.table(), [format!("{NAME}|complete|1200万元")]);
    assert_eq!(stage.notices_to(&zhang), ["correction", "receipt"]);
    assert!(zhang.has_no_more());
}
