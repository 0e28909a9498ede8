//! What one clause of a reply says.
//!
//! An item is named by its label before a colon or a verb (`营业收入：…`, `营业收入改为…`), or by a number (`第6项：…`, `6. …`).
//! A label that fits only doubtfully is no label, and a clause with a question, refusal or promise in it is no answer.

use super::Target;
use super::words::{is_courtesy, is_lead, is_sound, is_value, sends_file, without_courtesy};
use crate::reading::label::{LIKELY, Labels, Score};
use crate::reading::lines::{COLONS, labelled};
use crate::reading::numbering::number;
use crate::survey::ItemKind;
use crate::value::money::unit;

/// How well a label before a verb has to fit: there is no colon to vouch for it.
const FITS: Score = LIKELY + 100;
/// Longest label before a verb, in characters.
const LONGEST: usize = 30;

/// Verbs between an item and its answer; longer ones first.
const VERBS: &[&str] = &[
    "应该改为",
    "应更正为",
    "应修改为",
    "应当为",
    "应该是",
    "应该为",
    "更正为",
    "更改为",
    "修改为",
    "修正为",
    "调整为",
    "变更为",
    "应改为",
    "改为",
    "改成",
    "应为",
    "应是",
];

/// Verbs that stand in any sentence: they name an answer only before a figure.
const WEAK: &[&str] = &["实际为", "是", "为"];

/// What a clause says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clause {
    /// Nothing but thanks.
    Courtesy,
    /// It announces an answer or a file.
    Lead,
    /// The name of the enterprise.
    Respondent(String),
    /// An answer to an item.
    Amendment(Target, String),
    /// A unit, for an item if one is named.
    Unit(Option<String>, String),
    /// An odd figure is right; the reason.
    Confirmation(String),
    /// The return is withdrawn.
    Withdrawal,
    /// None of these.
    Unclear,
}

/// Classes a clause.
pub(super) fn classify(text: &str, labels: &Labels<'_>) -> Clause {
    let bare = without_courtesy(text);
    if bare.is_empty() || is_courtesy(text) {
        return Clause::Courtesy;
    }
    if !is_sound(bare) {
        return Clause::Unclear;
    }
    let clause = withdrawal(bare)
        .or_else(|| confirmation(bare))
        .or_else(|| unit_said(bare, labels))
        .or_else(|| of_label(bare, labels))
        .or_else(|| numbered(bare, labels))
        .or_else(|| of_verb(bare, labels))
        .or_else(|| of_amount(bare, labels))
        .or_else(|| open(bare))
        .or_else(|| (is_lead(bare) || sends_file(bare)).then_some(Clause::Lead));
    match clause {
        // 1. 已补充，请查收: what was done in a file that did not come along.
        Some(Clause::Amendment(_, value)) if !value.is_empty() && is_lead(&value) => Clause::Lead,
        Some(Clause::Amendment(_, value)) if !is_value(&value) => Clause::Unclear,
        clause => clause.unwrap_or(Clause::Unclear),
    }
}

/// Whether a line of a signature looks like an answer or a question.
pub(super) fn is_doubtful(text: &str, labels: &Labels<'_>) -> bool {
    match classify(text, labels) {
        Clause::Amendment(Target::Item(key), _) => {
            let kind = labels.survey.item(&key).map(|item| &item.kind);
            !matches!(kind, Some(ItemKind::Telephone { .. } | ItemKind::Email | ItemKind::Date { .. }))
        }
        Clause::Amendment(Target::Number(_), _) | Clause::Unit(..) | Clause::Confirmation(_) | Clause::Withdrawal => {
            true
        }
        Clause::Unclear => text.contains(['？', '?']) || text.contains("吗"),
        _ => false,
    }
}

/// A clause of nothing but these words, and one of 撤回, 作废, 撤销.
fn withdrawal(text: &str) -> Option<Clause> {
    const ACTS: &[&str] = &["撤回", "作废", "撤销"];
    const AROUND: &[&str] = &[
        "上一封",
        "上封",
        "上一次",
        "上次",
        "之前",
        "此前",
        "刚才",
        "先前",
        "前面",
        "前次",
        "原来",
        "原",
        "这封",
        "该",
        "本次",
        "这次",
        "此",
        "那封",
        "我司",
        "我公司",
        "我们公司",
        "我们",
        "本公司",
        "我单位",
        "我方",
        "我",
        "的",
        "邮件",
        "报送",
        "填报",
        "报表",
        "上报",
        "调查表",
        "表格",
        "数据",
        "材料",
        "内容",
        "信息",
        "申请",
        "要求",
        "请求",
        "请予以",
        "请",
        "麻烦",
        "帮忙",
        "将",
        "把",
        "予以",
        "所",
    ];
    const SMALL: &[&str] = &["处理", "了", "表", "特", "现", "予", "给", "已", "均", "发送"];
    if !ACTS.iter().any(|act| text.contains(act)) {
        return None;
    }
    let mut rest = text.trim();
    let words = || ACTS.iter().chain(AROUND).chain(SMALL);
    while let Some(next) = words().find_map(|word| rest.strip_prefix(word)) {
        rest = next.trim_start();
    }
    let is_plain = rest.chars().all(|c| "（）()，。！!“” ".contains(c));
    Some(if is_plain { Clause::Withdrawal } else { Clause::Unclear })
}

/// 情况属实, 数据属实, 经核实，情况属实.
fn confirmation(text: &str) -> Option<Clause> {
    const SAYS: &[&str] = &[
        "情况属实",
        "数据属实",
        "内容属实",
        "金额属实",
        "填报属实",
        "以上属实",
        "确属实情",
        "数据无误",
        "金额无误",
        "核实无误",
    ];
    let (before, said, after) = SAYS.iter().find_map(|word| {
        let (before, after) = text.split_once(word)?;
        Some((before, word, after))
    })?;
    let before = before.trim_end_matches(['，', ',', ' ', '：', ':', '“', '"']);
    let is_free = before.is_empty() || is_lead(before) || ["经核", "经复核", "经查", "以上", "上述"].contains(&before);
    // 情况属实性 and 情况属实与否 are other words.
    let goes_on = after.starts_with(['性', '与', '否', '的']);
    Some(if is_free && !goes_on && !said.is_empty() { Clause::Confirmation(after.to_owned()) } else { Clause::Unclear })
}

/// 单位是万元, 营业收入的单位：万元, 以万元为单位, 万元.
fn unit_said(text: &str, labels: &Labels<'_>) -> Option<Clause> {
    let text = text.trim_end_matches(['。', '，', ' ']);
    if unit::named(text).is_some() {
        return Some(Clause::Unit(None, text.to_owned()));
    }
    if let Some(named) = text.strip_prefix('以').and_then(|rest| rest.strip_suffix("为单位")) {
        return unit::named(named).map(|_| Clause::Unit(None, named.to_owned()));
    }
    let (before, after) = text.split_once("单位")?;
    let named = after.trim_start_matches(COLONS).trim();
    let named = VERBS
        .iter()
        .chain(WEAK)
        .chain(&["都是", "均为", "统一为"])
        .find_map(|verb| named.strip_prefix(verb))
        .unwrap_or(named);
    let named = named.trim_start_matches(COLONS).trim().trim_start_matches("人民币");
    unit::named(named)?;
    let about =
        ["的", "计量", "货币", "金额", "的"].iter().fold(before.trim(), |about, word| about.trim_end_matches(word));
    if ["", "以上", "表中", "表格", "数据", "上述", "我司", "填报", "填写"].contains(&about) {
        return Some(Clause::Unit(None, named.to_owned()));
    }
    let (item, _) = labels.item_of(about, FITS)?;
    let item = labels.survey.items.get(item)?;
    matches!(item.kind, ItemKind::Money { .. }).then(|| Clause::Unit(Some(item.key.clone()), named.to_owned()))
}

/// `营业收入：1200万元`, also behind a number.
fn of_label(text: &str, labels: &Labels<'_>) -> Option<Clause> {
    let (item, label, value) = labelled(text, labels)?;
    if is_denied(label) {
        return Some(Clause::Unclear);
    }
    let value = without_verb(value);
    let item = labels.survey.items.get(item)?;
    Some(match item.kind {
        ItemKind::Identity => Clause::Respondent(value.to_owned()),
        ItemKind::Money { .. } => {
            let unit = unit_of_label(label).filter(|_| value.chars().all(|c| c.is_numeric() || ",.，．".contains(c)));
            Clause::Amendment(Target::Item(item.key.clone()), format!("{value}{}", unit.unwrap_or_default()))
        }
        _ => Clause::Amendment(Target::Item(item.key.clone()), value.to_owned()),
    })
}

/// The unit that stands in brackets behind a label: `营业收入（万元）`.
fn unit_of_label(label: &str) -> Option<&str> {
    let (_, bracket) = label.trim().strip_suffix(['）', ')'])?.rsplit_once(['（', '('])?;
    let named = bracket.trim().trim_start_matches("单位").trim_start_matches(COLONS).trim();
    unit::named(named).map(|_| named)
}

/// `第6项：1200万元`, `6. 1,200 万`, `第6项应为1200万元`.
fn numbered(text: &str, labels: &Labels<'_>) -> Option<Clause> {
    let amendment = |value: usize, answer: &str| {
        let is_answer = (1..=labels.len().max(20)).contains(&value) && !answer.is_empty();
        is_answer.then(|| Clause::Amendment(Target::Number(value), answer.to_owned()))
    };
    if let Some(rest) = text.strip_prefix('第') {
        let digits: String =
            rest.chars().take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c)).collect();
        let rest = rest.strip_prefix(digits.as_str())?;
        let rest = ["项", "条", "栏", "点", "个问题"].iter().find_map(|word| rest.strip_prefix(word))?;
        // 第6项没有 may say that the form has none; 第6项营业收入：… is said by its label.
        let value = rest.trim_start().strip_prefix(COLONS);
        let value = value.or_else(|| VERBS.iter().find_map(|verb| rest.strip_prefix(verb)));
        let weak = || WEAK.iter().find_map(|verb| rest.strip_prefix(verb)).filter(|value| is_plain_figure(value));
        if let Some(value) = value.or_else(weak) {
            return amendment(count(&digits)?, without_verb(value));
        }
        return of_label(rest, labels).or_else(|| of_verb(rest, labels));
    }
    let found = number(text).filter(|found| !found.in_brackets || text.starts_with(['（', '(']))?;
    let rest = text.trim_start_matches(|c: char| c.is_alphanumeric() || "（(①②③④⑤⑥⑦⑧⑨⑩".contains(c));
    let (sign, value) =
        (rest.chars().next().unwrap_or('、'), rest.trim_start_matches(['、', '.', '．', '）', ')', ' ', ':', '：']));
    // 6.12亿 is an amount, and 9:30 a time.
    let is_number = matches!(sign, '.' | ':' | ',' | '，') && rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    if is_number || matches!(sign, ',' | '，') {
        return None;
    }
    of_verb(value, labels).or_else(|| amendment(found.value, without_verb(value)))
}

fn count(digits: &str) -> Option<usize> {
    digits.parse().ok().or_else(|| number(&format!("{digits}、")).map(|number| number.value))
}

/// `营业收入改为1200万元`.
fn of_verb(text: &str, labels: &Labels<'_>) -> Option<Clause> {
    let strong = VERBS.iter().find_map(|verb| text.split_once(verb));
    let (label, value) = strong.or_else(|| WEAK.iter().find_map(|verb| text.split_once(verb)))?;
    if label.trim().is_empty() || strong.is_none() && !is_plain_figure(value) {
        return None;
    }
    let label = without_owner(label);
    if is_denied(label) || label.chars().count() > LONGEST {
        return None;
    }
    let (item, _) = labels.item_of(label, FITS)?;
    let item = labels.survey.items.get(item)?;
    let value = value.trim_start_matches(COLONS).trim();
    let may_be = item.kind != ItemKind::Identity && (strong.is_some() || item.kind != ItemKind::Text);
    (may_be && !value.is_empty()).then(|| Clause::Amendment(Target::Item(item.key.clone()), value.to_owned()))
}

/// `营业收入1200万元`: a label and nothing but an amount behind it.
fn of_amount(text: &str, labels: &Labels<'_>) -> Option<Clause> {
    let label = text.trim_end_matches(is_of_amount);
    let value = text.strip_prefix(label)?.trim();
    let label = without_owner(label);
    if label.is_empty() || is_denied(label) || label.chars().count() > LONGEST || !is_amount(value) {
        return None;
    }
    let (item, _) = labels.item_of(label, FITS)?;
    let item = labels.survey.items.get(item)?;
    let is_money = matches!(item.kind, ItemKind::Money { .. });
    is_money.then(|| Clause::Amendment(Target::Item(item.key.clone()), value.to_owned()))
}

/// A label without the words that lead to it.
fn without_owner(label: &str) -> &str {
    ["请将", "请把", "将", "把", "我司的", "我公司的", "我司", "我公司", "本公司", "其中", "表中"]
        .iter()
        .fold(label.trim(), |label, word| label.strip_prefix(word).unwrap_or(label))
        .trim_end_matches(['，', ',', '：', ':', '由', ' '])
}

/// Whether there is a figure in a text and nothing that is told of a figure (1200万元以上的企业才填).
fn is_plain_figure(text: &str) -> bool {
    text.contains(|c: char| c.is_numeric() || DIGITS.contains(c)) && !text.contains('的')
}

/// Chinese digits of which an amount has at least one.
const DIGITS: &str = "一二三四五六七八九两零壹贰叁肆伍陆柒捌玖";

/// What an amount is written with, besides digits.
const AMOUNT: &str = "一二三四五六七八九十百千零〇两壹贰叁肆伍陆柒捌玖拾佰仟约近多余左右人民币美元圆整万亿￥¥,.，． ";

/// `应为1200万元`, or the amount alone.
fn open(text: &str) -> Option<Clause> {
    let verbs = VERBS.iter().chain(&["正确的是", "正确为", "实际为"]);
    let said = verbs.filter_map(|verb| text.strip_prefix(verb)).next();
    let value = said.unwrap_or(text).trim_start_matches(COLONS).trim();
    (is_amount(value) || said.is_some() && value.chars().any(char::is_numeric))
        .then(|| Clause::Amendment(Target::Open, value.to_owned()))
}

/// Whether a text is a figure with its unit, and nothing else.
fn is_amount(text: &str) -> bool {
    let has_unit = ["元", "万", "亿"].iter().any(|unit| text.contains(unit));
    is_plain_figure(text) && has_unit && text.chars().all(is_of_amount)
}

fn is_of_amount(c: char) -> bool {
    c.is_numeric() || AMOUNT.contains(c)
}

/// `营业收入：应为1200万元` without the verb.
fn without_verb(value: &str) -> &str {
    let value = value.trim();
    VERBS.iter().filter_map(|verb| value.strip_prefix(verb)).next().unwrap_or(value).trim_start_matches(COLONS).trim()
}

/// 营业收入不, 没有营业收入, 如营业收入: what follows is no answer.
fn is_denied(label: &str) -> bool {
    label.contains(['不', '非', '没', '未', '无', '勿', '别', '如', '若', '何'])
}
