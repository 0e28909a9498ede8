//! Free text: kept as written, save for what no reader of the form would see.

use super::{Understood, Value};
use crate::issue::Problem;
use crate::survey::{bare, is_invisible, squeeze};

/// Words and strokes that say "none". In a text item they are answers; in others they are missing ones.
const NONE_WORDS: [&str; 10] = ["无", "暂无", "没有", "空", "N/A", "NA", "NULL", "NONE", "NIL", "无。"];

/// Characters that as a whole answer say "none".
const NONE_STROKES: [char; 12] = ['/', '\\', '-', '–', '—', '―', '─', '−', '*', '×', '、', '|'];

/// What stands for the value of the row above.
const DITTO: [&str; 11] =
    ["同上", "同上行", "同上栏", "同上一行", "同上一栏", "同上所述", "如上", "同前", "〃", DOUBLE_PRIME, "\""];

/// What ″ comes to when it is squeezed.
const DOUBLE_PRIME: &str = "\u{2032}\u{2032}";

/// How a reference to enclosed material begins.
const REFER: [&str; 14] = [
    "具体内容详见",
    "具体详见",
    "具体请见",
    "具体见",
    "详情请见",
    "详情见",
    "详细见",
    "内容见",
    "请详见",
    "详见",
    "请见",
    "参见",
    "另见",
    "见",
];

/// What a reference to enclosed material names.
const ENCLOSED: [&str; 9] = ["附件", "附表", "附后", "附页", "附录", "文字材料", "后附", "随附", "另附"];

/// References that need no verb.
const ENCLOSED_ALONE: [&str; 6] = ["附后", "另附", "见附", "详见附", "材料另附", "另附材料"];

/// References in English, squeezed.
const REFER_IN_ENGLISH: [&str; 10] = [
    "attached",
    "enclosed",
    "seeattached",
    "seeattachment",
    "seetheattachment",
    "seeattachedfile",
    "seeenclosed",
    "pleaseseeattached",
    "pleaseseeattachment",
    "pleaseseetheattachment",
];

/// Longest reference to enclosed material that still has no content of its own.
const REFERENCE_LENGTH: usize = 24;

/// The text as it is kept: trimmed, line breaks as `\n`, without control and zero-width characters. A tab becomes a space,
/// so that the words beside it stay apart.
#[must_use]
pub fn clean(text: &str) -> String {
    let joined = text.replace("\r\n", "\n");
    let kept: String = joined.chars().filter_map(kept_as).collect();
    kept.trim().to_owned()
}

fn kept_as(c: char) -> Option<char> {
    match c {
        // Word writes a manual line break as a vertical tab.
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        other => (!other.is_control() && !is_invisible(other)).then_some(other),
    }
}

/// Reads a text answer. `prompts` are the texts that the form itself prints into its cells, [`bare`].
#[must_use]
pub fn read(written: &str, prompts: &[String]) -> Understood {
    let text = clean(written);
    if is_blank(&text, prompts) {
        return Understood { text: None, value: Value::Text, problems: vec![Problem::Missing] };
    }
    Understood { text: Some(text), value: Value::Text, problems: Vec::new() }
}

/// Whether a cell is empty, or still holds only the line to write on or one of the form's own prompts, which are [`bare`].
#[must_use]
pub fn is_blank(text: &str, prompts: &[String]) -> bool {
    let bare = bare(text);
    bare.is_empty() || prompts.contains(&bare)
}

/// Whether a text says "none": 无, 暂无, /, —, N/A.
#[must_use]
pub fn says_none(text: &str) -> bool {
    let bare = squeeze(text);
    let strokes = !bare.is_empty() && bare.chars().all(|c| NONE_STROKES.contains(&c));
    strokes || NONE_WORDS.iter().any(|word| bare.eq_ignore_ascii_case(word))
}

/// Whether a text refers to the value above it: 同上.
#[must_use]
pub fn is_ditto(text: &str) -> bool {
    let bare = bare(text);
    DITTO.contains(&bare.as_str()) || ["ditto", "sameasabove", "asabove"].contains(&bare.to_lowercase().as_str())
}

/// Whether a text is nothing but a reference to enclosed material: 详见附件, 见附表1, 详见文字材料.
///
/// A text that says something besides is an answer of its own.
#[must_use]
pub fn is_see_attachment(text: &str) -> bool {
    let bare = bare(text);
    if REFER_IN_ENGLISH.contains(&bare.to_lowercase().as_str()) {
        return true;
    }
    if bare.chars().count() > REFERENCE_LENGTH || bare.contains([',', ';', '。', '，', '；']) {
        return false;
    }
    if ENCLOSED_ALONE.contains(&bare.as_str()) {
        return true;
    }
    let rest = REFER.iter().find_map(|word| bare.strip_prefix(word));
    rest.is_some_and(|rest| ENCLOSED.iter().any(|word| rest.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_a_reader_sees() {
        let cases = [
            ("  技术\u{3000}", "技术"),
            ("一、产品\r\n二、专利\r三、标准", "一、产品\n二、专利\n三、标准"),
            ("甲\u{b}乙\u{2028}丙", "甲\n乙\n丙"),
            ("平\u{200b}台\u{feff}\u{1}", "平台"),
            ("甲\t乙", "甲 乙"),
            ("５Ｇ （自研）", "５Ｇ （自研）"),
        ];
        for (written, kept) in cases {
            assert_eq!(clean(written), kept, "{written:?}");
        }
    }

    #[test]
    fn a_word_for_none_is_an_answer() {
        for written in ["无", "暂无", "没有", "/", "-", "—", "——", "N/A"] {
            let understood = read(written, &[]);
            assert_eq!((understood.text.as_deref(), understood.problems.len()), (Some(written), 0));
            assert!(says_none(written), "{written}");
        }
        assert!(!says_none("无锡示例公司") && !says_none(""));
    }

    #[test]
    fn the_forms_own_prompt_is_no_answer() {
        let prompts = ["请填写".to_owned(), "万元".to_owned()];
        for written in
            ["", " \u{3000}\n", "请填写", "（请填写）", "请 填写：", "万元", "____万元", "（  ）", "________"]
        {
            let understood = read(written, &prompts);
            assert_eq!((understood.text, understood.problems), (None, vec![Problem::Missing]), "{written:?}");
        }
        assert_eq!(read("请填写完整", &prompts).text.as_deref(), Some("请填写完整"));
    }

    #[test]
    fn references_are_known_and_answers_that_begin_like_them_are_not() {
        for text in ["同上", "同上。", "（同上）", "〃"] {
            assert!(is_ditto(text), "{text}");
        }
        assert!(!is_ditto("同上海某所合作"));
        for text in [
            "详见附件",
            "见附件",
            "见附件1",
            "（详见附件）",
            "详见附表。",
            "详见文字材料",
            "具体见附件《简介》",
            "另附",
        ] {
            assert!(is_see_attachment(text), "{text}");
        }
        for text in ["见长于视觉检测", "专利3项，详见附件", "详见附件，专利3项", "附件加工设备"]
        {
            assert!(!is_see_attachment(text), "{text}");
        }
    }
}
