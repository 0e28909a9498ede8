//! Where a letter goes on after its form: closing words, the sender's signature, a rule across the page.

use super::lines::COLONS;
use super::word::is_common_label;

/// Words before a colon that end an answer above them: what follows is about the sender, not the survey.
const SENDERS: [&str; 32] = [
    "联系人",
    "联系电话",
    "联系方式",
    "电话",
    "手机",
    "传真",
    "邮箱",
    "电子邮箱",
    "邮件",
    "地址",
    "网址",
    "邮编",
    "日期",
    "职务",
    "部门",
    "微信",
    "qq",
    "tel",
    "mobile",
    "email",
    "e-mail",
    "填表人",
    "填报人",
    "填报日期",
    "phone",
    "telephone",
    "fax",
    "address",
    "website",
    "contact",
    "department",
    "yours",
];

/// Whole lines that close a letter.
const CLOSINGS: [&str; 22] = [
    "此致",
    "敬礼",
    "谢谢",
    "多谢",
    "感谢",
    "顺颂商祺",
    "祝好",
    "祝工作顺利",
    "以上",
    "特此报送",
    "请查收",
    "如有问题请联系",
    "thanks",
    "thank you",
    "many thanks",
    "best regards",
    "kind regards",
    "regards",
    "yours sincerely",
    "yours faithfully",
    "sincerely",
    "best wishes",
];

/// Whether a line belongs to the letter around a form and not to the answer above it.
pub(super) fn ends_answer(text: &str) -> bool {
    let bare = text.trim_end_matches(['!', '！', '。', '~', '，', ',', '：', ':']).to_lowercase();
    if text.is_empty() || bare.chars().all(|c| matches!(c, '-' | '—' | '_' | '=' | '*')) {
        return text.is_empty() || text.chars().count() >= 2;
    }
    let of_sender = text.split_once(COLONS).is_some_and(|(label, _)| {
        let label: String = label.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
        SENDERS.contains(&label.as_str()) || is_common_label(&label)
    });
    of_sender
        || CLOSINGS.contains(&bare.as_str())
        || ["发自我的", "来自我的", "从我的", "sent from", "发自 ", "获取 outlook"]
            .iter()
            .any(|sign| bare.starts_with(sign))
}
