//! Answers about money that name no figure: that there was none, or that it is not told.

use super::plain::plain;

/// Words that refuse to tell.
const WITHHELD: [&str; 15] = [
    "保密",
    "涉密",
    "不便",
    "不方便",
    "商业秘密",
    "商业机密",
    "机密",
    "不予公开",
    "不公开",
    "不对外",
    "不予披露",
    "不披露",
    "无可奉告",
    "confidential",
    "not disclosed",
];

/// Words that deny.
const DENIALS: [&str; 14] = [
    "暂时没有",
    "目前没有",
    "暂时无",
    "暂没有",
    "尚没有",
    "还没有",
    "没有",
    "暂未",
    "尚未",
    "还未",
    "暂无",
    "尚无",
    "未",
    "无",
];

/// Verbs between the denial and the thing.
const VERBS: [&str; 8] = ["产生", "实现", "取得", "形成", "获得", "发生", "有", "任何"];

/// Words before a denial that leave it as it is.
const LEADS: [&str; 18] = [
    "公司",
    "企业",
    "我司",
    "本公司",
    "目前",
    "截至目前",
    "截止目前",
    "暂时",
    "今年",
    "本年度",
    "本年",
    "当年",
    "全年",
    "预计",
    "预估",
    "仍",
    "还",
    "年度",
];

/// Whether a text refuses to tell the amount: 保密, 不便透露, 商业秘密.
pub(in crate::value) fn is_withheld(text: &str) -> bool {
    let text = plain(text);
    WITHHELD.iter().any(|word| text.contains(word))
}

/// Whether a text is no more than a form prints where an amount goes: 2017年____万元, ￥____元, 人民币　　万元.
pub(super) fn is_printed(text: &str) -> bool {
    const PRINTED: [&str; 12] = ["人民币", "预计", "预估", "单位", "rmb", "cny", "年度", "年", "约", "万", "亿", "元"];
    let mut rest = plain(text).replace('_', "");
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let has_year = digits.len() == 4 && rest.contains(&format!("{digits}年"));
    let has_unit = ["元", "万", "亿", "¥", "$", "人民币", "rmb", "cny"].iter().any(|unit| rest.contains(unit));
    if !has_unit || (!digits.is_empty() && !has_year) {
        return false;
    }
    rest = rest.replace(&digits, "");
    PRINTED.iter().fold(rest, |rest, word| rest.replace(word, "")).chars().all(|c| "¥$(),:;。/ ".contains(c))
}

/// Whether a text says that there was nothing to count: 无收入, 尚未产生收入, 零.
///
/// One of its clauses has to say just that of the thing asked for, and no clause may hold a figure.
pub(super) fn says_zero(text: &str, reference_year: Option<i16>, is_asked: &dyn Fn(&str) -> bool) -> bool {
    let text = plain(text);
    let without_year = reference_year.map_or_else(|| text.clone(), |year| text.replace(&format!("{year}年"), ""));
    if without_year.chars().any(|c| c.is_ascii_digit())
        || ["去年", "上年", "明年", "上半年", "下半年"].iter().any(|word| text.contains(word))
    {
        return false;
    }
    let mut clauses = without_year.split([',', '。', ';', '(', ')', '\n', '、', ':']);
    clauses.any(|clause| denies(clause, is_asked))
}

fn denies(clause: &str, is_asked: &dyn Fn(&str) -> bool) -> bool {
    let mut rest = clause;
    while let Some(after) = LEADS.iter().find_map(|lead| rest.strip_prefix(lead)) {
        rest = after;
    }
    let Some(after) = DENIALS.iter().find_map(|denial| rest.strip_prefix(denial)) else { return false };
    rest = after;
    while let Some(after) = VERBS.iter().find_map(|verb| rest.strip_prefix(verb)) {
        rest = after;
    }
    !rest.is_empty() && is_asked(rest)
}
