//! The name of a respondent: as it is kept, and as it is compared.

use super::{Understood, Value, text};
use crate::issue::Problem;
pub use crate::survey::squeeze;

/// What forms print or people write after a name where the seal goes, between brackets or bare.
const SEALS: [&str; 9] = ["加盖公章", "单位盖章", "单位公章", "企业盖章", "企业公章", "盖公章", "盖章", "公章", "签章"];

/// For comparison only: NFKC, no white space, brackets alike, without a trailing （盖章）.
#[must_use]
pub fn key(text: &str) -> String {
    let alike: String = squeeze(text).chars().map(alike_bracket).collect();
    without_seal(&alike).to_owned()
}

/// Reads the name of a respondent. A word that says "none" (无, /) is no name: the answer is missing.
#[must_use]
pub fn read(written: &str, prompts: &[String]) -> Understood {
    let name = in_one_line(&text::clean(written));
    // A name that ends a line of a list or a sentence may bear its mark: 某公司；.
    let name = without_seal(name.trim_end_matches(['；', ';', '。', '，', ',', '、', '：', ':'])).to_owned();
    if text::is_blank(&name, prompts) || text::says_none(&name) {
        return Understood { text: None, value: Value::Identity, problems: vec![Problem::Missing] };
    }
    Understood { text: Some(name), value: Value::Identity, problems: Vec::new() }
}

fn alike_bracket(c: char) -> char {
    match c {
        '[' | '{' | '〔' | '【' | '〖' | '「' | '『' | '<' | '〈' | '《' | '﹙' => '(',
        ']' | '}' | '〕' | '】' | '〗' | '」' | '』' | '>' | '〉' | '》' | '﹚' => ')',
        other => other,
    }
}

/// Drops （盖章） and its like from the end, as often as it stands there.
fn without_seal(name: &str) -> &str {
    let mut rest = name.trim();
    loop {
        let inner = rest.strip_suffix([')', '）', ']', '】', '〕']).unwrap_or(rest).trim_end();
        let Some(before) = SEALS.iter().find_map(|seal| inner.strip_suffix(seal)) else { return rest };
        let before = before.trim_end();
        rest = before.strip_suffix(['(', '（', '[', '【', '〔']).unwrap_or(before).trim_end();
    }
}

/// Joins lines and takes out the spaces that only spread Chinese characters over a cell (示 例 公 司). A space between
/// Latin words stays.
fn in_one_line(name: &str) -> String {
    let mut joined = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        let between_latin = !is_wide(c) && joined.chars().next_back().is_some_and(|before| !is_wide(before));
        if gap && between_latin {
            joined.push(' ');
        }
        joined.push(c);
        gap = false;
    }
    joined
}

/// Chinese characters and the punctuation that goes with them, ASCII brackets included.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
        || matches!(c, '(' | ')' | '·' | '“' | '”')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, name: &str) {
        let understood = read(written, &["（盖章）".to_owned()]);
        assert_eq!(understood.text.as_deref(), Some(name), "{written:?}");
        assert!(understood.problems.is_empty());
    }

    #[test]
    fn layout_and_seal_are_no_part_of_the_name() {
        check(" 岭泽示例科技有限公司\n", "岭泽示例科技有限公司");
        check("岭泽示例科技\r\n有限公司", "岭泽示例科技有限公司");
        check("岭 泽　示 例 公 司", "岭泽示例公司");
        check("岭泽示例科技有限公司（盖章）", "岭泽示例科技有限公司");
        check("岭泽示例科技有限公司 (公章)", "岭泽示例科技有限公司");
        check("岭泽示例科技有限公司（ 盖章 ）", "岭泽示例科技有限公司");
        check("岭泽示例科技有限公司（加盖公章）", "岭泽示例科技有限公司");
        check("岭泽示例科技有限公司  盖章", "岭泽示例科技有限公司");
        check("岭泽（示例） 科技有限公司", "岭泽（示例）科技有限公司");
        check("岭泽示例科技有限公司；", "岭泽示例科技有限公司");
        check("岭泽示例科技有限公司（盖章）。", "岭泽示例科技有限公司");
    }

    #[test]
    fn words_of_a_latin_name_stay_apart() {
        check("Lingze Sample\nTechnology Co., Ltd.", "Lingze Sample Technology Co., Ltd.");
        check("ABC 示例公司", "ABC示例公司");
    }

    #[test]
    fn no_name_is_missing_and_never_a_respondent_called_slash() {
        for written in ["", "  ", "（盖章）", "盖章", "无", "/", "—", "N/A", "________"] {
            let understood = read(written, &["（盖章）".to_owned()]);
            assert_eq!((understood.text, understood.problems), (None, vec![Problem::Missing]), "{written:?}");
        }
    }

    #[test]
    fn one_respondent_has_one_key_however_written() {
        let names = [
            "示例（岭泽）科技有限公司",
            "示例(岭泽)科技有限公司",
            "示例〔岭泽〕科技 有限公司（盖章）",
            "示例【岭泽】科技有限公司",
        ];
        for name in names {
            assert_eq!(key(name), "示例(岭泽)科技有限公司");
        }
        assert_eq!(key("ＡＢＣ公司"), key("ABC公司"));
        assert_ne!(key("示例科技有限公司"), key("示例（岭泽）科技有限公司"));
    }
}
