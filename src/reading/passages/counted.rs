//! How many of a thing a sentence names: 专利12项, 12项发明专利, 软件著作权近百件, 多项专利.

use rust_decimal::Decimal;

use crate::value::{Number, integer};

/// How many there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Count {
    /// Lower bound.
    pub(super) low: Option<Decimal>,
    /// Upper bound; with no lower one the sentence speaks of several without a number.
    pub(super) high: Option<Decimal>,
    /// Whether it is called a sum: 共, 合计.
    pub(super) is_total: bool,
    /// What stands between the thing and its number.
    pub(super) between: String,
}

/// How things are counted: their counters, and what may stand between the thing and its number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counting<'a> {
    /// Counters, the first one for the reader of numbers.
    pub(super) counters: &'a [&'a str],
    /// Words between the thing and a number behind it.
    pub(super) fillers: &'a [&'a str],
    /// Words between a number and the thing behind it.
    pub(super) modifiers: &'a [&'a str],
    /// Words for several without a number.
    pub(super) several: &'a [&'a str],
}

/// Words that call a number a sum.
const TOTALS: [&str; 8] = ["合计", "总计", "共计", "累计", "总共", "总数", "总量", "共"];
/// Words that leave a number as it is.
const LEADS: [&str; 17] =
    ["数量", "达到", "突破", "分别", "已有", "目前", "现有", "数", "计", "达", "有", "为", "是", "已", "的", ":", "了"];
/// Words before a number that belong to it.
const BOUNDS: [&str; 12] = ["不少于", "不低于", "超过", "接近", "将近", "大约", "约", "近", "超", "逾", "过", "余"];

impl Counting<'_> {
    /// The number of a thing that stands between two parts of a sentence: behind it, or else before it.
    pub(super) fn of(&self, before: &str, behind: &str) -> Option<Count> {
        self.behind(behind).or_else(|| self.before(before))
    }

    fn behind(&self, text: &str) -> Option<Count> {
        let mut rest = text;
        let mut is_total = false;
        loop {
            // 数 leads in 专利数12项, and belongs to the number in 专利数十项.
            if rest.strip_prefix('数').is_some_and(|rest| rest.starts_with(['十', '百', '千'])) {
                break;
            }
            if let Some(after) = strip_one(rest, &TOTALS) {
                (rest, is_total) = (after, true);
            } else if let Some(after) = strip_one(rest, self.fillers).or_else(|| strip_one(rest, &LEADS)) {
                rest = after;
            } else {
                break;
            }
        }
        let between = text.strip_suffix(rest).unwrap_or_default().to_owned();
        let run = numeral(rest);
        let counter = rest.strip_prefix(run).and_then(|rest| self.counter(rest))?;
        let (low, high) = if run.is_empty() { (None, None) } else { self.number(&format!("{run}{counter}"))? };
        Some(Count { low, high, is_total, between })
    }

    fn before(&self, text: &str) -> Option<Count> {
        let mut rest = text;
        while let Some(shorter) = self.modifiers.iter().find_map(|word| rest.strip_suffix(word)) {
            rest = shorter;
        }
        let between = text.strip_prefix(rest).unwrap_or_default().to_owned();
        if self.several.iter().any(|several| rest.ends_with(several)) {
            return Some(Count { low: None, high: None, is_total: false, between });
        }
        let body = self.counters.iter().find_map(|counter| rest.strip_suffix(counter))?;
        let run = numeral_at_end(body);
        // 第3项 is one of a row.
        if run.is_empty() || body.strip_suffix(run)?.ends_with('第') {
            return None;
        }
        let (low, high) = self.number(&format!("{run}{}", self.counters.first()?))?;
        Some(Count { low, high, is_total: false, between })
    }

    /// The counter at the beginning of a text, in the form that the reader of numbers is given; also behind a word for several.
    fn counter(&self, text: &str) -> Option<&str> {
        let several = self.several.iter().any(|several| text.starts_with(several));
        let text = text.trim_start_matches(['余', '多']);
        let is_counted = self.counters.iter().any(|counter| text.starts_with(counter));
        (several || is_counted).then(|| self.counters.first().copied()).flatten()
    }

    fn number(&self, written: &str) -> Option<(Option<Decimal>, Option<Decimal>)> {
        // 近百件 and 上千件 name no number, 数十项 neither.
        let bare = written.trim_start_matches(|c: char| BOUNDS.iter().any(|word| word.contains(c)));
        let is_round = ["百", "千", "万"].iter().any(|round| bare.starts_with(round));
        let vague = is_round || written.contains(['几', '数']);
        match integer::count(written, self.counters.first()?) {
            Some(Number { low, high, .. }) => Some((low, high)),
            None => vague.then_some((None, None)),
        }
    }
}

fn strip_one<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    words.iter().find_map(|word| text.strip_prefix(word))
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "一二两三四五六七八九十百千万几数余多.,-~至".contains(c)
}

/// The number at the beginning of a text, with the words that bound it.
fn numeral(text: &str) -> &str {
    let bound = BOUNDS.iter().find(|word| text.starts_with(**word)).map_or(0, |word| word.len());
    let body = text.get(bound..).unwrap_or_default();
    let length = body.find(|c: char| !is_numeral(c)).unwrap_or(body.len());
    let is_number = body.starts_with(|c: char| is_numeral(c) && !matches!(c, ',' | '-' | '~' | '至' | '余' | '多'));
    if is_number { text.get(..bound + length).unwrap_or_default() } else { "" }
}

/// The number at the end of a text, with the words that bound it.
fn numeral_at_end(text: &str) -> &str {
    let body = text.trim_end_matches(is_numeral);
    let run = text.strip_prefix(body).unwrap_or_default().trim_start_matches([',', '-', '~', '至', '余', '多']);
    if run.is_empty() {
        return run;
    }
    let before = text.strip_suffix(run).unwrap_or_default();
    let bound = BOUNDS.iter().find(|word| before.ends_with(**word)).map_or(0, |word| word.len());
    text.get(before.len() - bound..).unwrap_or_default()
}
