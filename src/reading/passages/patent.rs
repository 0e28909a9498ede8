//! Patents and registered software: 发明专利 ZL201710123456.7, 实用新型专利12项, 软件著作权近百件.

use super::counted::{Count, Counting};
use super::sentence::{around, clause_before};
use super::{Kind, Named, Role};

/// What is counted, the longer names before those that they hold.
const THINGS: [&str; 16] = [
    "计算机软件著作权",
    "软件著作权",
    "集成电路布图设计",
    "PCT国际专利",
    "PCT专利",
    "国际专利",
    "国外专利",
    "发明专利",
    "实用新型专利",
    "外观设计专利",
    "实用新型",
    "外观设计",
    "自主知识产权",
    "知识产权",
    "软著",
    "专利",
];

const COUNTING: Counting<'static> = Counting {
    counters: &["项", "件", "个", "份", "篇"],
    fillers: &[
        "授权",
        "申请",
        "受理",
        "登记",
        "证书",
        "技术",
        "专利",
        "等知识产权",
        "等",
        "权",
        "及",
        "公开",
        "获得",
        "获",
    ],
    modifiers: &[
        "国家",
        "已授权",
        "授权",
        "核心",
        "自主",
        "有效",
        "国内",
        "国际",
        "国外",
        "美国",
        "相关",
        "技术",
        "的",
        "自主知识产权",
        "具有",
        "知识产权",
        "计算机",
        "中国",
        "申请",
        "已申请",
    ],
    several: &["多项", "多件", "数项", "若干项", "若干", "一批", "系列", "众多", "大量", "一系列"],
};

/// Words right behind 专利 that make it another thing.
const OTHERS: [&str; 20] = [
    "法",
    "局",
    "代理",
    "金奖",
    "银奖",
    "优秀奖",
    "奖",
    "审查",
    "布局",
    "战略",
    "导航",
    "池",
    "事务所",
    "费",
    "库",
    "分析",
    "检索",
    "信息",
    "许可",
    "侵权",
];

/// Words before a number that is written without its letters.
const NUMBER_WORDS: [&str; 9] =
    ["专利申请号", "授权公告号", "专利号", "申请号", "公开号", "公告号", "授权号", "登记号", "证书号"];

/// The patents that a sentence names.
pub(super) fn find(sentence: &str) -> Vec<Named> {
    let mut found = numbers(sentence);
    found.extend(counts(sentence));
    found.extend(parts(sentence));
    found
}

fn counts(sentence: &str) -> Vec<Named> {
    let mut found = Vec::new();
    for (before, thing, behind) in things(sentence) {
        if thing.ends_with("专利") && OTHERS.iter().any(|other| behind.starts_with(other)) {
            continue;
        }
        let Some(count) = COUNTING.of(before, behind) else { continue };
        let name = if count.is_total { listed(before, thing) } else { thing.to_owned() };
        let role = role(before, &count);
        found.push(Named { role, low: count.low, high: count.high, ..Named::new(Kind::Patent, name) });
    }
    found
}

/// The things that a sentence names, each with what stands before and behind it.
fn things(sentence: &str) -> Vec<(&str, &'static str, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = sentence.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(thing) = THINGS.iter().find(|thing| rest.starts_with(**thing)) {
            let end = at + thing.len();
            found.push((sentence.get(..at).unwrap_or_default(), *thing, sentence.get(end..).unwrap_or_default()));
            at = end;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// The things that a sum is of: 发明专利、实用新型专利共12项 are twelve of both.
fn listed(before: &str, thing: &str) -> String {
    let mut from = before.len();
    while let Some(rest) = before.get(..from).and_then(|rest| rest.strip_suffix(['、', '和', '及', '与'])) {
        let Some(other) = THINGS.iter().find(|other| rest.ends_with(**other)) else { break };
        from = rest.len() - other.len();
    }
    before.get(from..).unwrap_or_default().to_owned() + thing
}

fn role(before: &str, count: &Count) -> Option<Role> {
    let clause = clause_before(before);
    let near = format!("{clause}|{}", count.between);
    let applied = ["申请", "受理", "申报", "提交"].iter().any(|word| near.contains(word));
    let granted = ["授权", "获得", "取得", "拥有", "获"].iter().any(|word| near.contains(word));
    match (applied, granted) {
        (true, false) => Some(Role::Applied),
        (false, true) => Some(Role::Granted),
        // 拥有专利申请12项: what stands nearest to the number says what was counted.
        (true, true) if count.between.contains("申请") && !count.between.contains("授权") => Some(Role::Applied),
        (true, true) if count.between.contains("授权") => Some(Role::Granted),
        _ => None,
    }
}

/// 申请专利30项，其中授权12项、发明5项: the later numbers are of patents too.
fn parts(sentence: &str) -> Vec<Named> {
    let counting = Counting { fillers: &["数", "专利"], ..COUNTING };
    let mut found = Vec::new();
    for (word, name, role) in [("授权", "专利", Some(Role::Granted)), ("发明", "发明专利", None)] {
        for (before, behind) in around(sentence, word) {
            let clause = clause_before(before).trim_start_matches("其中").trim_start_matches(['已', '获', '得']);
            let is_part = (clause.is_empty() || clause.ends_with('、')) && before.contains("专利");
            let is_named = THINGS.iter().any(|thing| behind.starts_with(thing));
            let Some(count) = counting.of("", behind).filter(|_| is_part && !is_named) else { continue };
            if count.low.is_some() {
                found.push(Named { role, low: count.low, high: count.high, ..Named::new(Kind::Patent, name) });
            }
        }
    }
    found
}

fn numbers(sentence: &str) -> Vec<Named> {
    let mut found = Vec::new();
    let upper = sentence.to_ascii_uppercase();
    for (before, behind) in around(&upper, "ZL") {
        if !before.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            found.extend(chinese(behind).map(|digits| number(name_of(&digits), format!("ZL{digits}"))));
        }
    }
    for word in NUMBER_WORDS {
        for (_, behind) in around(&upper, word) {
            let behind = behind.trim_start_matches(['为', '是', ':', '(', ' ']);
            let applied = word.contains("申请");
            if let Some(digits) = chinese(behind) {
                let prefix = if applied { "" } else { "ZL" };
                let role = applied.then_some(Role::Applied);
                found.push(Named { role, ..number(name_of(&digits), format!("{prefix}{digits}")) });
            }
        }
    }
    for (before, behind) in around(&upper, "CN") {
        let is_free = !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
        found.extend(publication(behind).filter(|_| is_free).map(|text| number("专利", format!("CN{text}"))));
    }
    for (_, behind) in around(&upper, "PCT/") {
        let end = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '/').unwrap_or(behind.len());
        let text = behind.get(..end).unwrap_or_default();
        if text.chars().filter(char::is_ascii_digit).count() >= 8 {
            let role = Some(Role::Applied);
            found.push(Named { role, ..number("PCT专利", format!("PCT/{text}")) });
        }
    }
    found.extend(software(&upper));
    found
}

fn number(name: &str, number: String) -> Named {
    Named { number: Some(number), ..Named::new(Kind::Patent, name) }
}

/// The number of a Chinese patent at the beginning of a text: year, kind, serial number and check character, since 2003 of 13
/// characters and before of 9. Some write spaces between them, some leave the check character out.
fn chinese(text: &str) -> Option<String> {
    let mut digits = String::new();
    let mut check = None;
    let mut rest = text.trim_start_matches([' ', ':', '.', '号', 'N', 'O']).chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' => {}
            '.' => {
                check = rest.peek().copied().filter(|c| c.is_ascii_digit() || *c == 'X');
                break;
            }
            'X' => {
                check = Some('X');
                break;
            }
            _ => break,
        }
    }
    if check.is_none() && matches!(digits.len(), 13 | 9) {
        check = digits.pop();
    }
    let is_kind = |at: usize| digits.get(at..=at).is_some_and(|kind| ["1", "2", "3", "8", "9"].contains(&kind));
    let fits = match digits.len() {
        12 => (digits.starts_with("19") || digits.starts_with("20")) && is_kind(4),
        8 => check.is_some() && is_kind(2),
        _ => false,
    };
    fits.then(|| check.map_or(digits.clone(), |check| format!("{digits}.{check}")))
}

/// What a number says that it is of.
fn name_of(digits: &str) -> &'static str {
    let bare = digits.split('.').next().unwrap_or_default();
    let kind = bare.chars().nth(if bare.len() == 12 { 4 } else { 2 });
    match kind {
        Some('1' | '8') => "发明专利",
        Some('2' | '9') => "实用新型专利",
        Some('3') => "外观设计专利",
        _ => "专利",
    }
}

/// CN106123456A.
fn publication(text: &str) -> Option<&str> {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let rest = text.get(digits..)?;
    let is_kind = rest.starts_with(['A', 'B', 'C', 'U', 'Y', 'S'])
        && !rest.get(1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    ((7..=9).contains(&digits) && is_kind).then(|| text.get(..=digits)).flatten()
}

/// 2017SR123456 and 软著登字第1234567号.
fn software(sentence: &str) -> Vec<Named> {
    let registered = around(sentence, "SR").filter_map(|(before, behind)| {
        let year = before.get(before.len().checked_sub(4)?..)?;
        let is_year = (year.starts_with("19") || year.starts_with("20")) && year.bytes().all(|b| b.is_ascii_digit());
        let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
        ((6..=7).contains(&digits.len()) && is_year).then(|| number("软件著作权", format!("{year}SR{digits}")))
    });
    let certified = around(sentence, "软著登字第").filter_map(|(_, behind)| {
        let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
        (digits.len() >= 5).then(|| number("软件著作权", format!("软著登字第{digits}号")))
    });
    registered.chain(certified).collect()
}
