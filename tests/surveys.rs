//! Two surveys in one mailbox: each form goes to its own, and one that might be either waits for an operator.

use std::path::Path;

use crate::support::daemon::Postroom;
use crate::support::letter::{Letter, sample_from};
use crate::support::post::{Post, REPLIES};

fn both(post: &Post, further: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = ["config/surveys/ai-industry-2017.toml", "tests/surveys/digital-2025.toml"];
    let files = files.map(|file| format!("\"{}\"", root.join(file).display()));
    let top = format!("surveys = [{}]\nanswer_since = \"2010-01-01\"\n", files.join(", "));
    format!("{top}{}{REPLIES}", post.mailbox("main", further))
}

fn digital(company: &str) -> Vec<u8> {
    format!("单位名称,从业人员数,2025年数字化投入,已上线的主要系统\r\n{company},120,350,ERP、MES\r\n").into_bytes()
}

#[test]
fn forms_of_two_surveys_in_one_mailbox_go_each_to_its_own() {
    let post = Post::start();
    let postroom = Postroom::start(&both(&post, ""));
    post.dovecot.deliver("collect", &sample_from(1, "li@corp.example"));
    let letter = Letter::new("zhang@corp.example").subject("数字化转型情况调查表");
    post.dovecot.deliver("collect", &letter.clone().file("表.csv", digital("航标制造有限公司")).bytes());
    postroom.wait_count(&[" sent ", "kind=receipt"], 2);
    assert_eq!(postroom.rows("SELECT respondent FROM survey_ai_industry_2017"), ["岭泽市禾塘区荷叶伞视觉检测有限公司"]);
    let row = "SELECT respondent, employees, spending_low, systems FROM survey_digital_2025";
    // A bare amount takes the unit that the survey names: 万元.
    assert_eq!(postroom.rows(row), ["航标制造有限公司|120|3500000|ERP、MES"]);
    let status = postroom.json(&["status"]).remove(0);
    let counts = status["surveys"].as_array().unwrap().iter();
    let complete: Vec<_> = counts.map(|survey| (survey["survey"].as_str().unwrap(), &survey["complete"])).collect();
    assert_eq!(complete, [("ai-industry-2017", &1.into()), ("digital-2025", &1.into())]);
}

#[test]
fn a_form_that_fits_two_surveys_alike_is_held_until_an_operator_names_one() {
    let post = Post::start();
    let postroom = Postroom::start(&both(&post, ""));
    // Name, number of staff and spending of the one; name, products and revenue of the other.
    let form = "单位名称,从业人员数,数字化投入,主要产品,营业收入\r\n航标制造有限公司,120,350万元,数控机床,9000万元\r\n";
    let letter =
        Letter::new("zhang@corp.example").subject("表").text("见附件").file("表.csv", form.as_bytes().to_vec());
    post.dovecot.deliver("collect", &letter.bytes());
    postroom.until("SELECT state, count(*) FROM message GROUP BY 1", &["read|1"]);
    assert_eq!(postroom.rows("SELECT disposition FROM message"), ["held"], "{}", postroom.log());
    assert_eq!(postroom.rows("SELECT count(*) FROM notice"), ["0"]);
    assert!(postroom.say(&["held"]).contains("release it with --survey"));

    // Let through as it is, its return would be in no table while its sender had a receipt.
    for (wrong, told) in [
        (&["release", "m1"][..], "--survey: ai-industry-2017, digital-2025"),
        (&["release", "m1", "--survey", "census"], "no survey is called `census`; configured: ai-industry-2017"),
        (&["release", "r1", "--survey", "digital-2025"], "goes with held messages"),
    ] {
        let words = String::from_utf8_lossy(&postroom.command(wrong).stderr).into_owned();
        assert!(words.contains(told), "{wrong:?}: {words}");
    }
    assert_eq!(postroom.json(&["held"]).len(), 1);
    postroom.say(&["release", "m1", "--survey", "digital-2025"]);
    postroom.wait(&[" sent ", "zhang@corp.example"]);
    let row = "SELECT respondent, employees, spending_low FROM survey_digital_2025";
    assert_eq!(postroom.rows(row), ["航标制造有限公司|120|3500000"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM survey_ai_industry_2017"), ["0"]);
    assert_eq!(postroom.rows("SELECT survey, disposition = 'held' FROM message"), ["digital-2025|0"]);
    assert!(postroom.json(&["held"]).is_empty());
}

#[test]
fn a_mailbox_of_one_survey_takes_its_forms_only() {
    let post = Post::start();
    let postroom = Postroom::start(&both(&post, "surveys = [\"digital-2025\"]"));
    let letter = Letter::new("zhang@corp.example").file("表.csv", digital("航标制造有限公司"));
    post.dovecot.deliver("collect", &letter.bytes());
    post.dovecot.deliver("collect", &sample_from(1, "li@corp.example"));
    postroom.wait(&[" sent ", "zhang@corp.example"]);
    postroom.until("SELECT state, count(*) FROM message GROUP BY 1", &["read|2"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM survey_digital_2025 WHERE state = 'complete'"), ["1"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM survey_ai_industry_2017"), ["0"]);
}
