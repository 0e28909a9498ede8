//! Looking at notices before they are sent.

use super::{furnished, outcome};
use crate::support::daemon::Postroom;
use crate::support::post::REPLIES;

#[test]
fn a_notice_is_looked_at_without_sending_or_keeping_anything() {
    let postroom = furnished();
    let rows = || {
        postroom.rows(
            "SELECT (SELECT count(*) FROM notice), (SELECT count(*) FROM rereading), (SELECT count(*) FROM event)",
        )
    };
    let before = rows();
    let sent = postroom.rows("SELECT kind, 'm' || message, recipient FROM notice ORDER BY id");
    assert_eq!(sent.len(), 3);
    for notice in &sent {
        let parts: Vec<&str> = notice.split('|').collect();
        let said = postroom.say(&["notice", "--preview", parts[0], "--for", parts[1]]);
        assert!(said.starts_with(&format!("To: {}\nSubject: 回复：", parts[2])), "{said}");
        assert!(said.contains("联系人") && !said.contains("重新核读"), "{said}");
        let other = if parts[0] == "receipt" { "correction" } else { "receipt" };
        let (code, words) = outcome(&postroom, &["notice", "--preview", other, "--for", parts[1]]);
        assert!(code == 1 && words.contains(&format!("would be answered by a {}", parts[0])), "{words}");
    }
    let silent = postroom.rows("SELECT 'm' || id FROM message WHERE silence = 'automatic mail'");
    let (code, words) = outcome(&postroom, &["notice", "--preview", "receipt", "--for", &silent[0]]);
    assert!(code == 1 && words.contains("no such notice would be sent: automatic mail"), "{words}");
    assert_eq!(rows(), before);
}

#[test]
fn a_notice_is_looked_at_in_the_other_language_before_a_survey_says_so() {
    let postroom = Postroom::new(REPLIES);
    for kind in ["receipt", "correction", "handover", "invitation", "reminder", "dispute"] {
        let said = postroom.say(&["notice", "--preview", kind, "--language", "en"]);
        let (_, text) = said.split_once("\n\n").unwrap();
        // The covering letter below is the survey's own.
        let own = text.split("—— The letter in full ——").next().unwrap();
        assert!(own.contains("Contact:") && own.contains("Dear Sir or Madam,") && !own.contains("联系人"), "{said}");
    }
    let chosen = ["notice", "--preview", "receipt", "--for", "m1", "--language", "en"];
    let (code, words) = outcome(&postroom, &chosen);
    assert!(code == 2 && words.contains("--language"), "what is sent is in the survey's language: {words}");
}

#[test]
fn templates_of_ones_own_are_checked_in_every_language() {
    let postroom = Postroom::new(&format!("templates = \"notices\"\n{REPLIES}"));
    let folder = postroom.home().join("notices");
    std::fs::create_dir_all(folder.join("en")).unwrap();
    std::fs::write(folder.join("en/receipt.txt.j2"), "Our own words, reference {{ token }}").unwrap();
    postroom.say(&["check"]);
    let said = postroom.say(&["notice", "--preview", "receipt", "--language", "en"]);
    assert!(said.contains("Our own words, reference K7M2QX"), "{said}");
    assert!(postroom.say(&["notice", "--preview", "receipt"]).contains("收到时间"));
    std::fs::write(folder.join("en/correction.txt.j2"), "{{ issues }}").unwrap();
    let (code, words) = outcome(&postroom, &["check"]);
    assert!(code == 1 && words.contains("en/correction.txt.j2 uses \"issues\""), "{words}");
}

#[test]
fn letters_are_looked_at_before_anybody_is_invited() {
    let postroom = Postroom::new(REPLIES);
    std::fs::write(postroom.home().join("roster.csv"), "企业名称,邮箱\n岭泽市示例甲有限公司,a@firm-a.example\n")
        .unwrap();
    postroom.say(&["roster", "import", "roster.csv"]);
    for kind in ["receipt", "correction", "handover", "invitation", "reminder", "dispute"] {
        let said = postroom.say(&["notice", "--preview", kind]);
        assert!(said.contains("To: sample@firm.example") && said.contains("联系人"), "{said}");
    }
    let page = ["notice", "--preview", "invitation", "--for", "示例甲有限公司", "--html", "page.html"];
    let (code, words) = outcome(&postroom, &page);
    assert!(code == 1 && words.contains("nobody on the roster"), "{words}");
    let page = ["notice", "--preview", "invitation", "--for", "岭泽市示例甲有限公司", "--html", "page.html"];
    let said = postroom.say(&page);
    assert!(said.contains("To: a@firm-a.example") && said.contains("Attachment: ai-industry-2017.docx"), "{said}");
    let html = std::fs::read_to_string(postroom.home().join("page.html")).unwrap();
    assert!(html.contains("岭泽市示例甲有限公司"), "{html}");
    assert!(outcome(&postroom, &page).1.contains("--force"));
    let (code, words) = outcome(&postroom, &["notice", "--preview", "reminder", "--for", "岭泽市示例甲有限公司"]);
    assert!(code == 1 && words.contains("not invited yet"), "{words}");
    let (code, words) = outcome(&postroom, &["notice", "--preview", "dispute", "--for", "岭泽市示例甲有限公司"]);
    assert!(code == 1 && words.contains("nobody is to be told"), "{words}");
}
