//! Figures of a respondent: revenue, output, spending on research, staff, read by the readers of answers.

use super::counted::Counting;
use super::sentence::{clause_before, clause_behind};
use super::{Kind, Named};
use crate::issue::Problem;
use crate::value::{Value, money};

/// What amounts are told of, the longer names before those that they hold.
const AMOUNTS: [&str; 20] = [
    "主营业务收入",
    "营业总收入",
    "营业收入",
    "销售收入",
    "销售总额",
    "销售额",
    "年营收",
    "营收",
    "工业总产值",
    "工业产值",
    "总产值",
    "年产值",
    "产值",
    "研发投入",
    "研发费用",
    "研发经费",
    "研究开发费用",
    "研发支出",
    "研发总投入",
    "科研投入",
];

/// Who is counted.
const STAFF: [&str; 14] = [
    "从业人员",
    "研发人员",
    "科研人员",
    "技术人员",
    "在职员工",
    "在册员工",
    "正式员工",
    "员工总数",
    "员工人数",
    "职工人数",
    "员工",
    "职工",
    "研发团队",
    "技术团队",
];

const COUNTING: Counting<'static> = Counting {
    counters: &["人", "名", "位"],
    fillers: &["总数", "人数", "总人数", "规模", "队伍", "(", "全职"],
    modifiers: &["全职", "专职", "专业", "高级", "核心", "在职", "正式", "工程", "的", "优秀"],
    several: &[],
};

/// How a clause begins that still speaks of the thing before it.
const GOES_ON: [&str; 11] = ["达", "约", "为", "预计", "共", "合计", "突破", "超", "近", "实现", "全年"];

/// The figures that a sentence names.
pub(super) fn find(sentence: &str) -> Vec<Named> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = sentence.get(at..).filter(|rest| !rest.is_empty()) {
        let is_at = |things: &[&'static str]| things.iter().find(|thing| rest.starts_with(**thing)).copied();
        let before = sentence.get(..at).unwrap_or_default();
        if let Some(thing) = is_at(&AMOUNTS) {
            found.extend(amount(thing, rest, before));
            at += thing.len();
        } else if let Some(who) = is_at(&STAFF) {
            found.extend(staff(who, before, rest.get(who.len()..).unwrap_or_default()));
            at += who.len();
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// The amount of a thing. Where the sentence tells several, it is listed without one: a reader sees which is meant.
fn amount(thing: &str, text: &str, before: &str) -> Option<Named> {
    // 人均产值 and 占营业收入 are of other things.
    let is_other = ["人均", "亩均", "占", "较", "户均", "单台", "平均"].iter().any(|word| before.ends_with(word));
    if is_other {
        return None;
    }
    let own = until_next_thing(thing, text);
    let context = money::Context { currency: "CNY", asked: &[thing], ..money::Context::default() };
    let read = |written: &str| {
        let understood = money::read(written, &context);
        let is_doubtful = understood.problems.iter().any(|problem| matches!(problem, Problem::AmbiguousAmount { .. }));
        match understood.value {
            Value::Money(Some(money)) if money.low != money.high || money.low.is_some_and(|low| !low.is_zero()) => {
                Some(Named {
                    low: money.low,
                    high: money.high,
                    currency: Some(money.currency),
                    ..Named::new(Kind::Figure, thing)
                })
            }
            _ if is_doubtful => Some(Named::new(Kind::Figure, thing)),
            _ => None,
        }
    };
    let clause = clause_behind(own);
    let next = own.get(clause.len() + 1..).unwrap_or_default();
    let goes_on = GOES_ON.iter().any(|word| next.starts_with(word));
    read(clause).or_else(|| read(own.get(..clause.len() + 1 + clause_behind(next).len())?).filter(|_| goes_on))
}

/// The text from a thing to the next one that amounts are told of.
fn until_next_thing<'t>(thing: &str, text: &'t str) -> &'t str {
    let behind = text.get(thing.len()..).unwrap_or_default();
    let next = AMOUNTS.iter().chain(&STAFF).filter_map(|other| behind.find(other)).min();
    next.map_or(text, |at| text.get(..thing.len() + at).unwrap_or(text))
}

/// How many people there are.
fn staff(who: &str, before: &str, behind: &str) -> Option<Named> {
    let is_other = ["培训", "客户", "服务", "带动", "覆盖", "招聘", "新增", "解决"]
        .iter()
        .any(|word| clause_before(before).contains(word));
    let count = COUNTING.of(before, behind).filter(|count| count.low.is_some() || count.high.is_some())?;
    // 人次 counts visits.
    let is_visits = behind.split([',', '。']).next().unwrap_or_default().contains("人次");
    (!is_other && !is_visits).then(|| Named { low: count.low, high: count.high, ..Named::new(Kind::Figure, who) })
}
