//! How well a text on a form fits an item's label.
//!
//! A label is compared in three forms, each coarser than the one before ([`Wording`]), then by what it shares with the
//! labels and aliases of the survey. A word that changes the meaning (同比, 联系人) or a year that is not asked for rules a
//! match out. What fits only doubtfully fits not at all: a missing column is asked for, a wrong one would be silent.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization as _;

use super::memo::Memo;
use super::word::FormWords;
use crate::survey::{Item, ItemKind, Survey};
use crate::value::identity::squeeze;

/// Confidence of a match in thousandths: 1000 is the label itself.
pub(super) type Score = u32;

/// From here on a text counts as a label.
pub(super) const LIKELY: Score = 700;
/// From here on a text is a label beyond doubt.
pub(super) const CERTAIN: Score = 900;

/// From here on a text resembles a label, though it counts as none.
const ALIKE: Score = 500;
/// A label that names something besides the item.
const IN_PART: Score = 780;

/// Texts longer than this are no labels.
const LONGEST: usize = 120;

/// Words that say nothing about which item is meant.
const FILLERS: [&str; 41] = [
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
    "主要",
    "拥有",
    "掌握",
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

/// Signs between the things that a label names side by side.
const CONJUNCTIONS: [char; 7] = ['及', '和', '与', '、', '/', ',', ';'];

/// Words that make a label mean something else, whatever the item.
const OTHER_THINGS: [&str; 17] = [
    "序号",
    "编号",
    "代码",
    "电话",
    "手机",
    "邮箱",
    "地址",
    "联系人",
    "姓名",
    "职务",
    "备注",
    "数量",
    "个数",
    "件数",
    "人数",
    "人员",
    "日期",
];

/// Words that make a label of an amount mean another amount.
const OTHER_AMOUNTS: [&str; 30] = [
    "增长",
    "增速",
    "增幅",
    "同比",
    "环比",
    "占比",
    "比例",
    "比重",
    "率",
    "利润",
    "税",
    "投入",
    "支出",
    "费用",
    "成本",
    "去年",
    "上年",
    "上一年",
    "前年",
    "明年",
    "同期",
    "季度",
    "半年",
    "月",
    "人均",
    "其中",
    "出口",
    "海外",
    "产品",
    "产值",
];

/// Words that make a label of a name name somebody or something else.
const OTHER_NAMES: [&str; 17] = [
    "曾用",
    "原名",
    "上级",
    "母公司",
    "控股",
    "合作",
    "客户",
    "供应商",
    "竞争",
    "推荐",
    "主管",
    "开户",
    "项目",
    "产品",
    "专利",
    "代表",
    "负责人",
];

/// Words that make a label of a text mean another text.
const OTHER_TEXTS: [&str; 10] = ["人才", "合同", "交易", "投入", "收入", "合作单位", "金额", "时间", "费用", "工作"];

/// A label in the forms in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Wording {
    /// Letters and digits alone, without numbering and marks.
    full: String,
    /// Without years and without what stands in brackets.
    core: String,
    /// Without words that say nothing.
    stem: String,
    /// Years that it names.
    years: Vec<i16>,
    /// The things it names side by side: 行业地位及市场占有率 names two.
    parts: Vec<String>,
}

impl Wording {
    /// The forms of a text.
    pub(super) fn of(text: &str) -> Self {
        let flat: String = squeeze(without_enclosed_number(text)).to_lowercase();
        let flat = flat.replace("1-12月", "").replace("1至12月", "");
        let unmarked = flat.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '(');
        let bare = years_in_digits(without_number(unmarked));
        let bare = bare.as_str();
        let (years, full) = take_years(bare);
        let (_, core) = take_years(&without_brackets(bare));
        let stem = without_fillers(without_unit(&letters(&core)));
        let full = if years.is_empty() { letters(&full) } else { letters(bare) };
        let core = without_unit(&letters(&core)).to_owned();
        let core = if core.is_empty() { full.clone() } else { core };
        let parts = without_brackets(bare)
            .split(CONJUNCTIONS)
            .map(|part| without_fillers(&letters(&take_years(part).1)))
            .collect();
        Self { full, core, stem, years, parts }
    }
}

fn without_fillers(text: &str) -> String {
    FILLERS.iter().fold(text.to_owned(), |text, filler| text.replace(filler, ""))
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

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The labels of a survey's items, ready to be compared with.
#[derive(Debug)]
pub(super) struct Labels<'a> {
    /// The survey.
    pub(super) survey: &'a Survey,
    /// Position of the item that names the respondent.
    pub(super) identity: usize,
    /// Words of its form that are neither label nor answer.
    pub(super) form_words: FormWords,
    exact: BTreeMap<String, Vec<(usize, Score)>>,
    stems: Vec<Vec<Vec<char>>>,
    pairs: BTreeSet<(char, char)>,
    words: Vec<String>,
    fits: Memo<Option<Vec<Score>>>,
    wordings: Memo<Wording>,
}

impl<'a> Labels<'a> {
    /// Makes the survey's labels ready.
    pub(super) fn new(survey: &'a Survey) -> Self {
        let identity = survey.items.iter().position(|item| item.kind == ItemKind::Identity).unwrap_or_default();
        let mut labels = Self {
            survey,
            identity,
            form_words: FormWords::of(survey),
            exact: BTreeMap::new(),
            stems: Vec::new(),
            pairs: BTreeSet::new(),
            words: Vec::new(),
            fits: Memo::default(),
            wordings: Memo::default(),
        };
        for (index, item) in survey.items.iter().enumerate() {
            labels.learn(index, item);
        }
        labels
    }

    fn learn(&mut self, index: usize, item: &Item) {
        let mut stems = BTreeSet::new();
        let mut words = String::new();
        for text in [&item.label, &item.short].into_iter().chain(&item.aliases) {
            let wording = Wording::of(text);
            words.push_str(&wording.full);
            words.push('\n');
            self.pairs.extend(wording.full.chars().zip(wording.full.chars().skip(1)));
            self.pairs.extend(wording.stem.chars().zip(wording.stem.chars().skip(1)));
            for (form, score) in [(&wording.full, 1000), (&wording.core, 960), (&wording.stem, 920)] {
                let score = if form.chars().count() <= 2 { score - 150 } else { score };
                let known = self.exact.entry(form.clone()).or_default();
                match known.iter_mut().find(|(known, _)| *known == index) {
                    Some((_, best)) => *best = score.max(*best),
                    None => known.push((index, score)),
                }
            }
            stems.insert(wording.stem.chars().collect::<Vec<char>>());
        }
        self.exact.remove("");
        self.stems.push(stems.into_iter().filter(|stem| stem.len() >= 3).collect());
        self.words.push(words);
    }

    /// How many items there are.
    pub(super) fn len(&self) -> usize {
        self.survey.items.len()
    }

    /// How well a text fits each item; nothing where it fits none.
    pub(super) fn fit(&self, text: &str) -> Option<Vec<Score>> {
        if text.len() > LONGEST * 4 || text.chars().filter(|c| !c.is_whitespace()).count() > LONGEST {
            return None;
        }
        self.fits.of(text, || self.work_out(text))
    }

    fn work_out(&self, text: &str) -> Option<Vec<Score>> {
        if !self.has_known_pair(text) {
            return None;
        }
        let wording = Wording::of(text);
        let scores = self.scores(&wording);
        if scores.iter().any(|score| *score >= LIKELY) {
            return Some(scores);
        }
        self.first_line(text, &wording)
    }

    /// A label of which only the first line is the label, and the rest a hint.
    fn first_line(&self, text: &str, whole: &Wording) -> Option<Vec<Score>> {
        let (first, _) = text.trim().split_once('\n')?;
        let wording = Wording::of(first);
        let mut scores = if wording.full.chars().count() >= 4 { self.scores(&wording) } else { return None };
        for (index, score) in scores.iter_mut().enumerate() {
            if *score < CERTAIN || self.rules_out(whole, index) {
                *score = 0;
            }
        }
        scores.iter().any(|score| *score > 0).then_some(scores)
    }

    /// Whether a text looks like an item's label and names something else: 2016年营业收入, 营业收入增长率.
    pub(super) fn names_another_thing(&self, text: &str) -> bool {
        let wording = Wording::of(text);
        let (all, own) = (self.likenesses(&wording), self.scores(&wording));
        all.iter().any(|score| *score >= CERTAIN - 100) && own.iter().all(|score| *score < LIKELY)
    }

    /// The items whose labels a text is like, the best first, though it may be none of them: how much, and whether something
    /// in it says that the item is not meant. For a person to look at; nothing is decided by it.
    pub(super) fn resembles(&self, text: &str) -> Vec<(usize, Score, bool)> {
        if text.chars().count() > LONGEST || !self.has_known_pair(text) {
            return Vec::new();
        }
        let wording = Wording::of(text);
        let likenesses = self.likenesses(&wording).into_iter().enumerate().filter(|(_, score)| *score >= ALIKE);
        let mut alike: Vec<_> = likenesses.map(|(item, score)| (item, score, self.rules_out(&wording, item))).collect();
        alike.sort_by_key(|(_, score, ruled_out)| (*ruled_out, std::cmp::Reverse(*score)));
        alike
    }

    fn scores(&self, wording: &Wording) -> Vec<Score> {
        let mut scores = self.likenesses(wording);
        for (index, score) in scores.iter_mut().enumerate() {
            if *score > 0 && self.rules_out(wording, index) {
                *score = 0;
            }
        }
        scores
    }

    /// How much a text is like each item's labels, whatever else it says.
    fn likenesses(&self, wording: &Wording) -> Vec<Score> {
        let mut scores = vec![0; self.len()];
        for (form, most) in [(&wording.full, 1000), (&wording.core, 960), (&wording.stem, 920)] {
            // 企业简介 is no name, though nothing but 企业 says what it is about.
            let worn = form.chars().count() <= 2 && *form != wording.full;
            for &(item, score) in self.exact.get(form).into_iter().flatten() {
                if !(worn && item == self.identity) {
                    raise(&mut scores, item, score.min(most));
                }
            }
        }
        if scores.iter().all(|score| *score < CERTAIN) {
            self.fit_roughly(wording, &mut scores);
            self.fit_in_part(wording, &mut scores);
        }
        scores
    }

    /// Whether two neighbouring characters of a text stand so in a label. Few answers do, so that most texts are done with here.
    fn has_known_pair(&self, text: &str) -> bool {
        let mut chars = text
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(|c| std::iter::once(c).nfkc())
            .flat_map(char::to_lowercase);
        let Some(mut last) = chars.next() else { return false };
        chars.any(|c| {
            let known = self.pairs.contains(&(last, c));
            last = c;
            known
        })
    }

    /// How well a text fits one item.
    pub(super) fn fit_of(&self, text: &str, item: usize) -> Score {
        self.fit(text).and_then(|scores| scores.get(item).copied()).unwrap_or_default()
    }

    /// The one item that a text names, and how surely; nothing when two fit alike.
    pub(super) fn item_of(&self, text: &str, at_least: Score) -> Option<(usize, Score)> {
        best_of(&self.fit(text)?, at_least)
    }

    /// Whether something in the text says that it is not this item's label, however alike they look.
    pub(super) fn rules_out_text(&self, text: &str, item: usize) -> bool {
        self.rules_out(&self.wordings.of(text, || Wording::of(text)), item)
    }

    fn rules_out(&self, wording: &Wording, index: usize) -> bool {
        let (Some(item), Some(words)) = (self.survey.items.get(index), self.words.get(index)) else { return true };
        let is_money = matches!(item.kind, ItemKind::Money { .. });
        if let Some(year) = self.survey.reference_year
            && is_money
            && !wording.years.is_empty()
            && !wording.years.contains(&year)
        {
            return true;
        }
        let others: &[&str] = match item.kind {
            ItemKind::Identity => &OTHER_NAMES,
            ItemKind::Money { .. } => &OTHER_AMOUNTS,
            ItemKind::Text => &OTHER_TEXTS,
        };
        let text = if is_money {
            wording.full.replace("万元", "").replace("不含税", "").replace("含税", "")
        } else {
            wording.full.clone()
        };
        OTHER_THINGS.iter().chain(others).any(|word| text.contains(word) && !words.contains(word))
    }

    /// A label that names an item first and something else besides, as long as that is no other item.
    fn fit_in_part(&self, wording: &Wording, scores: &mut [Score]) {
        let items =
            |part: &String| self.exact.get(part).into_iter().flatten().map(|(item, _)| *item).collect::<Vec<_>>();
        let [first, others @ ..] = wording.parts.as_slice() else { return };
        if first.chars().count() < 4 || others.is_empty() {
            return;
        }
        if let [item] = items(first).as_slice()
            && self.survey.items.get(*item).is_some_and(|item| item.kind == ItemKind::Text)
            && others.iter().flat_map(items).all(|other| other == *item)
        {
            raise(scores, *item, IN_PART);
        }
    }

    fn fit_roughly(&self, wording: &Wording, scores: &mut [Score]) {
        let stem: Vec<char> = wording.stem.chars().collect();
        let shared = stem.iter().zip(stem.iter().skip(1)).filter(|(a, b)| self.pairs.contains(&(**a, **b))).count();
        if stem.len() < 3 || stem.len() > 30 || shared == 0 {
            return;
        }
        for (index, variants) in self.stems.iter().enumerate() {
            let best = variants.iter().map(|variant| roughly(&stem, variant)).max().unwrap_or_default();
            raise(scores, index, best);
        }
    }
}

fn raise(scores: &mut [Score], index: usize, score: Score) {
    if let Some(known) = scores.get_mut(index) {
        *known = score.max(*known);
    }
}

/// The best score if it is high enough and clearly above every other.
pub(super) fn best_of(scores: &[Score], at_least: Score) -> Option<(usize, Score)> {
    let (item, best) = scores.iter().copied().enumerate().max_by_key(|(_, score)| *score)?;
    let rival = scores.iter().enumerate().filter(|(other, _)| *other != item).map(|(_, score)| *score).max();
    (best >= at_least && rival.unwrap_or_default() + 60 < best).then_some((item, best))
}

/// Likeness of two stems that are not the same.
fn roughly(stem: &[char], variant: &[char]) -> Score {
    let (long, short) = (count(stem.len()), count(variant.len()));
    if let Some(at) = find(stem, variant) {
        let suffix = long - short - at;
        return 880_u32.saturating_sub(60 * at + 120 * suffix);
    }
    // The head of a Chinese noun phrase stands last: 行业 is not 行业地位.
    let head = variant.get(variant.len().saturating_sub(2)..).unwrap_or_default();
    if find(stem, head).is_none() {
        return 0;
    }
    if find(variant, stem).is_some() {
        return (600 + 400 * long / short.max(1)).min(880);
    }
    let likeness = 2000 * common(stem, variant) / (long + short).max(1);
    if likeness >= 750 && stem.last() == variant.last() { (likeness * 95 / 100).min(880) } else { 0 }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Where a run of characters begins in another.
fn find(text: &[char], part: &[char]) -> Option<u32> {
    if part.is_empty() {
        return None;
    }
    text.windows(part.len()).position(|window| window == part).map(count)
}

/// Length of the longest common subsequence.
fn common(one: &[char], other: &[char]) -> u32 {
    let mut row = vec![0_u32; other.len() + 1];
    for a in one {
        let mut diagonal = 0;
        let mut left = 0;
        for (b, cell) in other.iter().zip(row.iter_mut().skip(1)) {
            let above = *cell;
            *cell = if a == b { diagonal + 1 } else { above.max(left) };
            diagonal = above;
            left = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(text: &str) -> Option<String> {
        let survey = Survey::founding().unwrap();
        let labels = Labels::new(&survey);
        let (item, _) = labels.item_of(text, LIKELY)?;
        Some(survey.items[item].key.clone())
    }

    fn check(text: &str, key: Option<&str>) {
        assert_eq!(key_of(text).as_deref(), key, "{text}");
    }

    #[test]
    fn a_label_is_known_however_it_is_dressed() {
        for text in [
            "企业(平台)名称",
            "企 业（平台）\n名 称",
            "1、企业名称",
            "（一）企业名称：",
            "*企业名称（盖章）",
            "①企业名称",
            "单位名称",
            "2.公司名称",
            "申报单位（盖章）",
            "申报主体",
        ] {
            check(text, Some("name"));
        }
        for text in [
            "2017年营业收入(预估)",
            "2017年营业收入（万元）",
            "营收",
            "６、２０１７年营收（预估）",
            "2017年度营业收入（预计，单位：万元）",
            "营业收入/万元",
            "⑥2017年营业收入（万元）",
            "*二〇一七年营业收入",
            "2017年1-12月营业收入",
            "2017年营业收入（含税）",
        ] {
            check(text, Some("revenue"));
        }
        for text in
            ["掌握的人工智能核心技术、建设的技术平台（200字以内）", "核心技术", "人工智能核心技术及平台建设情况"]
        {
            check(text, Some("technology"));
        }
        check("主要产品、专利及标准", Some("products"));
        check("企业所处行业地位", Some("position"));
        check("行业地位及市场占有率", Some("position"));
        check("技术攻关方向及计划", Some("direction"));
        check("下阶段的主要技术攻关方向", Some("direction"));
        check("下一步技术攻关", Some("direction"));
    }

    #[test]
    fn a_label_of_something_else_is_not_taken_for_an_item() {
        for text in [
            "序号",
            "联系人",
            "联系电话",
            "所属行业",
            "2016年营业收入",
            "营业收入同比增长",
            "2017年1-11月营业收入",
            "法定代表人",
            "技术人员数量",
            "研发投入",
            "合作企业名称",
            "曾用企业名称",
            "利润",
            "专利号",
            "营业收入增长率",
            "产品名称",
            "项目名称",
            "上年营业收入",
            "税收",
            "人均营业收入",
            "其中：主营业务收入",
            "主要产品销售收入",
            "2017年产值",
            "下一阶段工作计划",
            "方向",
        ] {
            check(text, None);
        }
    }

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
