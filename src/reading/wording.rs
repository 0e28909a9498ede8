//! A label in the forms in which it is compared, each coarser than the one before: its letters, without years and brackets,
//! without words that say nothing, and with one word for what people say in several.

use super::label::{AS_GOOD, Score};
use crate::value::identity::squeeze;

/// Words that say nothing about which item is meant.
const FILLERS: [&str; 47] = [
    "预估值",
    "预估数",
    "预计数",
    "总额",
    "等情况",
    "情况",
    "描述",
    "简述",
    "说明",
    "介绍",
    "简介",
    "概述",
    "概况",
    "自述",
    "简况",
    "主要",
    "拥有",
    "掌握",
    "已取得",
    "已获得",
    "已形成",
    "代表性",
    "所从事",
    "从事",
    "贵公司",
    "贵单位",
    "贵企业",
    "本公司",
    "本单位",
    "本企业",
    "我公司",
    "我司",
    "目前",
    "现有",
    "预估",
    "预计",
    "估算",
    "预测",
    "年度",
    "人民币",
    "请填写",
    "建设",
    "的",
    "和",
    "及",
    "与",
    "等",
];

/// Words that mean the same on a form, each with the one that stands for it.
const SYNONYMS: [(&str, &str); 27] = [
    ("ai", "人工智能"),
    ("公司", "企业"),
    ("单位", "企业"),
    ("机构", "企业"),
    ("主体", "企业"),
    ("组织", "企业"),
    ("全称", "名称"),
    ("工商登记", ""),
    ("营业额", "营业收入"),
    ("营收", "营业收入"),
    ("下一步", "下一阶段"),
    ("下步", "下一阶段"),
    ("下阶段", "下一阶段"),
    ("今后", "下一阶段"),
    ("后续", "下一阶段"),
    ("后期", "下一阶段"),
    ("未来", "下一阶段"),
    ("近期", "下一阶段"),
    ("接下来", "下一阶段"),
    ("主攻", "攻关"),
    ("攻克", "攻关"),
    ("关键技术", "核心技术"),
    ("研发平台", "技术平台"),
    ("拟", ""),
    ("计划", ""),
    ("已建", ""),
    ("自建", ""),
];

/// Whose it is, before what a label names: 贵公司名称, 公司在行业中的地位.
const OWNERS: [&str; 5] = ["贵", "本", "我", "该", "所在"];

/// Words for the respondent, and for what it does with the form: 申报平台名称 is nobody else's name.
const RESPONDENT: [&str; 12] =
    ["技术平台", "平台", "企业", "或", "申报", "填报", "填写", "报送", "上报", "参与", "受访", "被调研"];

/// Signs between the things that a label names side by side.
const CONJUNCTIONS: [char; 7] = ['及', '和', '与', '、', '/', ',', ';'];

/// A label in the forms in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Wording {
    /// Letters and digits alone, without numbering and marks.
    pub(super) full: String,
    /// Without years and without what stands in brackets.
    pub(super) core: String,
    /// Without words that say nothing.
    pub(super) stem: String,
    /// The stem with one word for what is said in several.
    pub(super) plain: String,
    /// Years that it names.
    pub(super) years: Vec<i16>,
    /// With its marks, without what stands in brackets.
    marked: String,
}

impl Wording {
    /// The forms of a text.
    pub(super) fn of(text: &str) -> Self {
        let flat: String = squeeze(without_spaced_number(without_enclosed_number(text))).to_lowercase();
        let flat = flat.replace("1-12月", "").replace("1至12月", "");
        let unmarked = flat.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '(');
        let bare = years_in_digits(without_number(unmarked));
        let bare = bare.as_str();
        let (years, full) = take_years(bare);
        let marked = without_brackets(bare);
        let (_, core) = take_years(&marked);
        let stem = without_fillers(without_unit(&letters(&core)));
        let full = if years.is_empty() { letters(&full) } else { letters(bare) };
        let core = without_owner(without_unit(&letters(&core))).to_owned();
        let core = if core.is_empty() { full.clone() } else { core };
        let plain = in_plain_words(&without_fillers(&core));
        Self { full, core, stem, plain, years, marked }
    }

    /// The things it names side by side where it names several: 行业地位及市场占有率 names two.
    pub(super) fn parts(&self) -> Vec<String> {
        if !self.marked.contains(CONJUNCTIONS) {
            return Vec::new();
        }
        let parts = self.marked.split(CONJUNCTIONS);
        parts.map(|part| in_plain_words(&without_fillers(&letters(&take_years(part).1)))).collect()
    }

    /// The forms with the confidence that each gives at most.
    pub(super) fn forms(&self) -> [(&String, Score); 4] {
        [(&self.full, 1000), (&self.core, 960), (&self.stem, 920), (&self.plain, AS_GOOD)]
    }
}

fn without_fillers(text: &str) -> String {
    FILLERS.iter().fold(text.to_owned(), |text, filler| replaced(text, filler, ""))
}

/// Most words do not occur, and a search is cheaper than a copy.
fn replaced(text: String, word: &str, by: &str) -> String {
    if text.contains(word) { text.replace(word, by) } else { text }
}

/// Cuts off whose name it is: 贵公司名称 is 公司名称.
fn without_owner(text: &str) -> &str {
    let rest = OWNERS.iter().find_map(|owner| text.strip_prefix(owner));
    rest.filter(|rest| ["公司", "单位", "企业", "机构"].iter().any(|one| rest.starts_with(one))).unwrap_or(text)
}

/// A stem with one word for what is said in several, and without whose it is: 公司在行业中地位 is 行业中地位.
fn in_plain_words(stem: &str) -> String {
    let plain = SYNONYMS.iter().fold(stem.to_owned(), |text, (word, one)| replaced(text, word, one));
    if let Some(owner) = plain.strip_suffix("名称")
        && RESPONDENT.iter().fold(owner.to_owned(), |text, word| replaced(text, word, "")).is_empty()
    {
        return "企业名称".to_owned();
    }
    let rest = plain.strip_prefix("企业").map(|rest| rest.trim_start_matches(['在', '所', '已', '自']));
    match rest {
        Some(rest) if rest.chars().count() >= 4 && !rest.ends_with("名称") => rest.to_owned(),
        _ => plain,
    }
}

/// Cuts off a label's number: `1、`, `（一）`, `3.`, `①`.
fn without_number(text: &str) -> &str {
    let is_digit = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let inner = text.strip_prefix('(').unwrap_or(text);
    let rest = inner.trim_start_matches(is_digit);
    let digits = inner.chars().count() - rest.chars().count();
    if digits == 0 || digits > 2 {
        return text;
    }
    let after = rest.trim_start_matches([')', '、', '.', ',', ':', '．']);
    let delimited = after.len() < rest.len();
    let arabic = inner.starts_with(|c: char| c.is_ascii_digit());
    let counts = rest.starts_with(|c: char| "年月日号季度期-~至".contains(c) || c.is_ascii_alphanumeric());
    let opened = inner.len() < text.len();
    if delimited || (arabic && !counts && !opened && !rest.is_empty()) { without_number(after) } else { text }
}

/// Cuts off a number that is one character (①, ⑴, ⒈), before width makes no difference and ⑥2017年 becomes 62017年.
fn without_enclosed_number(text: &str) -> &str {
    text.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '*' | '★' | '※' | '\u{2460}'..='\u{249b}' | '\u{24ea}'..='\u{24ff}' | '\u{2776}'..='\u{2793}' | '\u{3220}'..='\u{3229}' | '\u{3280}'..='\u{3289}')
    })
}

/// Cuts off a number that only a space parts from the label, before spaces make no difference and 6 2017年 becomes 62017年.
fn without_spaced_number(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| c.is_numeric());
    let digits = text.chars().count() - rest.chars().count();
    if (1..=2).contains(&digits) && rest.starts_with(char::is_whitespace) { rest } else { text }
}

/// Writes the year that a label begins with in digits: 二〇一七年.
fn years_in_digits(text: &str) -> String {
    let Some((year, rest)) = text.split_once('年') else { return text.to_owned() };
    let digits: Option<String> = year
        .chars()
        .map(|c| {
            "〇一二三四五六七八九".chars().position(|digit| digit == if c == '零' || c == '○' { '〇' } else { c })
        })
        .map(|digit| digit.and_then(|digit| u32::try_from(digit).ok()).and_then(|digit| char::from_digit(digit, 10)))
        .collect();
    match digits.filter(|digits| digits.len() == 4) {
        Some(digits) => format!("{digits}年{rest}"),
        None => text.to_owned(),
    }
}

/// Takes years (`2017年度`, `2017`) out of a text.
fn take_years(text: &str) -> (Vec<i16>, String) {
    let chars: Vec<char> = text.chars().collect();
    let mut years = Vec::new();
    let mut rest = String::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let run = chars.iter().skip(at).take_while(|c| c.is_ascii_digit()).count();
        let number: String = chars.iter().skip(at).take(run).collect();
        match number.parse::<i16>() {
            Ok(year) if run == 4 && (1990..2100).contains(&year) => {
                years.push(year);
                at += run;
                for suffix in ['年', '度'] {
                    at += usize::from(chars.get(at) == Some(&suffix));
                }
            }
            _ => {
                rest.push(c);
                rest.extend(number.chars().skip(1));
                at += run.max(1);
            }
        }
    }
    (years, rest)
}

/// Takes out what stands in brackets.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut rest = String::new();
    for c in text.chars() {
        match c {
            '(' | '[' | '【' | '〔' | '{' | '<' => depth += 1,
            ')' | ']' | '】' | '〕' | '}' | '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 => rest.push(c),
            _ => {}
        }
    }
    rest
}

/// Cuts off a unit that stands behind a label without brackets: 营业收入/万元.
fn without_unit(text: &str) -> &str {
    let units = ["百万元", "万元", "亿元", "千元", "元"];
    let Some(rest) = units.iter().find_map(|unit| text.strip_suffix(unit)) else { return text };
    // 单位 before a unit introduces it; alone it is part of the label: 申报单位.
    let rest = rest.strip_suffix("单位").unwrap_or(rest);
    if rest.is_empty() { text } else { rest }
}

pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_belongs_to_the_label_only_where_it_counts() {
        for (text, rest) in [
            ("1、名称", "名称"),
            ("(2)名称", "名称"),
            ("一、名称", "名称"),
            ("1名称", "名称"),
            ("2017年收入", "2017年收入"),
            ("一级平台", "一级平台"),
            ("5g平台", "5g平台"),
        ] {
            assert_eq!(without_number(text), rest);
        }
    }

    #[test]
    fn years_are_told_from_other_numbers() {
        assert_eq!(take_years("2017年度营收12345"), (vec![2017], "营收12345".into()));
        assert_eq!(take_years("营收(2016-2017)"), (vec![2016, 2017], "营收(-)".into()));
    }
}
