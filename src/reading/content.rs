//! A hash of what a message says, dates and times left out: a machine that answers whatever it gets says the same each time, but
//! for the date.

use sha2::{Digest, Sha256};

use super::AttachmentFacts;
use crate::mail::Message;

/// The hash, in hexadecimal.
pub(super) fn digest(message: &Message, files: &[AttachmentFacts]) -> String {
    let body = &message.body;
    let text = if body.text.trim().is_empty() { &body.html } else { &body.text };
    let mut hash = Sha256::new().chain_update(undated(text));
    for file in files {
        hash.update([0]);
        hash.update(&file.sha256);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The text without white space, dates and times of day.
fn undated(text: &str) -> String {
    let mut kept = String::new();
    let mut run = String::new();
    for c in text.chars().filter(|c| !c.is_whitespace()).chain(['\0']) {
        let joins =
            !run.is_empty() && matches!(c, '-' | '/' | '.' | ':' | '：' | '年' | '月' | '日' | '时' | '分' | '秒');
        if c.is_ascii_digit() || joins {
            run.push(c);
            continue;
        }
        if !is_date(&run) {
            kept.push_str(&run);
        }
        run.clear();
        kept.push(c);
    }
    kept
}

/// Whether figures and what stands between them are a date or a time: groups of at most four digits, and more than one.
fn is_date(run: &str) -> bool {
    let groups: Vec<&str> = run.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let has_sign = run.contains(['年', '月', '日', '时', ':', '：', '-', '/']);
    // White space is gone, so a date and the time behind it may be one run: 2017-12-1910:32.
    has_sign && groups.len() > 1 && groups.iter().all(|group| group.len() <= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(one: &str, other: &str, alike: bool) {
        assert_eq!(undated(one) == undated(other), alike, "{one} / {other}");
    }

    #[test]
    fn the_same_words_on_another_day_are_the_same() {
        check("您的来信已于2017年12月19日 10:32收到", "您的来信已于2018年1月2日 8:05收到", true);
        check("Received 2017-12-19 10:32:07, thank you", "Received 2018-01-02 11:00:59, thank you", true);
        check("您好：\r\n已收到", "您好：已收到 ", true);
    }

    #[test]
    fn another_figure_is_another_answer() {
        check("营业收入：1200万元", "营业收入：1300万元", false);
        check("第6项：1200.5万元", "第6项：1200.6万元", false);
        check("电话13800000001", "电话13800000002", false);
    }
}
