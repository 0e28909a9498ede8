//! Words over rows and tables that tell what those are, and instructions left in where an answer belongs.

use crate::document::{Block, Document, Grid, Origin};
use crate::value::identity::squeeze;

/// Whether a table is there to be looked at: its sheet, or the line right above it, says 填写示例.
pub(super) fn is_sample(document: &Document, index: usize, grid: &Grid) -> bool {
    if let Origin::Sheet { name, .. } = &grid.origin {
        return heads_sample(name);
    }
    let above = index.checked_sub(1).and_then(|above| document.blocks.get(above));
    matches!(above, Some(Block::Paragraph(paragraph)) if heads_sample(&paragraph.text))
}

/// Whether a whole answer is only an instruction to write one, though worded otherwise than the survey's prompts: a respondent
/// writes neither 请填写企业在行业中的地位 nor （不超过200字）.
pub(super) fn is_instruction(text: &str) -> bool {
    const ORDERS: [&str; 8] = ["请填写", "请填报", "请输入", "请在此", "请简要", "请如实", "请按要求", "此处填写"];
    const LENGTHS: [&str; 4] = ["字以内", "字左右", "不超过", "不少于"];
    let flat = squeeze(text);
    let long = flat.chars().count();
    let Some(inside) = flat.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return long <= 30 && ORDERS.iter().any(|word| flat.starts_with(word));
    };
    let counts = inside.contains('字') && LENGTHS.iter().any(|word| inside.contains(word));
    long <= 40 && (counts || ORDERS.iter().any(|word| inside.starts_with(word)))
}

/// Whether the name of a sheet or the heading of a table says that it is there to be looked at: 填写示例, 样表.
fn heads_sample(text: &str) -> bool {
    let flat = squeeze(text);
    let bare = flat.trim_matches(|c: char| c.is_ascii_digit() || "()[]【】:、*一二三附".contains(c));
    // 人工智能应用示例 heads a respondent's own table.
    let of_the_form = |before: &str| {
        before.is_empty() || ["填写", "填报", "填表", "表", "(", "["].iter().any(|end| before.ends_with(end))
    };
    ["示例", "样例", "范例", "示例表", "样例表", "样表"]
        .iter()
        .any(|word| bare.strip_suffix(word).is_some_and(of_the_form))
}

/// Whether a text is the number of a part: 一, 二、, （三）.
pub(super) fn is_part_number(text: &str) -> bool {
    let flat = squeeze(text);
    let bare = flat.trim_matches(['(', ')', '、', '.']);
    !bare.is_empty() && bare.chars().all(|c| "一二三四五六七八九十".contains(c))
}

/// Whether a text begins with the number of a part: 二、技术平台.
pub(super) fn opens_part(text: &str) -> bool {
    squeeze(text).split_once(['、', ')']).is_some_and(|(number, rest)| is_part_number(number) && !rest.is_empty())
}

/// Whether a text may be the heading of several rows, and no respondent's name.
pub(super) fn may_head_rows(text: &str) -> bool {
    let names = ["公司", "厂", "集团", "研究", "学院", "大学", "中心", "实验室"];
    text.chars().count() <= 10 && !names.iter().any(|name| text.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_is_no_answer_and_an_answer_no_instruction() {
        for text in ["请填写企业在行业中的地位", "（不超过200字）", "（请简要描述）", "此处填写企业核心技术"]
        {
            assert!(is_instruction(text), "{text}");
        }
        for text in ["（自研）", "填写机器人", "请见附件", "（误差不超过1%的视觉检测）", "不超过200字的摘要生成"]
        {
            assert!(!is_instruction(text), "{text}");
        }
    }

    #[test]
    fn a_sample_sheet_is_known_and_a_respondents_is_not_taken_for_one() {
        for text in ["填写示例", "示例", "样表", "填报样例（1）", "附：填写范例", "调查表（示例）"]
        {
            assert!(heads_sample(text), "{text}");
        }
        for text in ["Sheet1", "示例智能科技", "样表科技有限公司", "调查表", "人工智能应用示例", "应用示范"]
        {
            assert!(!heads_sample(text), "{text}");
        }
    }

    #[test]
    fn the_heading_of_a_part_is_no_respondent() {
        for text in ["禾塘街道", "二、技术平台", "企业二"] {
            assert!(may_head_rows(text), "{text}");
        }
        assert!(!may_head_rows("甲科技公司") && !may_head_rows("数据研究院"));
        assert!(is_part_number("（一）") && is_part_number("二、") && !is_part_number("1") && !is_part_number(""));
        assert!(opens_part("二、技术平台") && !opens_part("一品科技"));
    }
}
