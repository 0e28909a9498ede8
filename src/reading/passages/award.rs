//! Awards and titles: 国家科技进步奖二等奖, 中国专利优秀奖, 高新技术企业.
//!
//! Whether one was won is told by the words around it: what is striven for, or said of others, is none.

use super::counted::Counting;
use super::sentence::{around, clause_before};
use super::{Kind, Named};

/// How often a prize was won: 市科学技术进步奖2项.
const COUNTING: Counting<'static> =
    Counting { counters: &["项", "次", "个"], fillers: &[], modifiers: &[], several: &[] };

/// Titles that authorities give.
const TITLES: [&str; 16] = [
    "国家高新技术企业",
    "高新技术企业",
    "专精特新“小巨人”企业",
    "专精特新小巨人企业",
    "专精特新企业",
    "专精特新中小企业",
    "制造业单项冠军",
    "单项冠军企业",
    "科技型中小企业",
    "技术先进型服务企业",
    "创新型企业",
    "瞪羚企业",
    "独角兽企业",
    "知识产权示范企业",
    "知识产权优势企业",
    "隐形冠军企业",
];

/// Words that say that something was won or given.
const WON: [&str; 22] = [
    "荣获",
    "获得",
    "获评",
    "获",
    "荣膺",
    "授予",
    "评为",
    "评选为",
    "认定",
    "斩获",
    "摘得",
    "夺得",
    "取得",
    "拥有",
    "入选",
    "列为",
    "列入",
    "通过",
    "称号",
    "证书",
    "资质",
    "颁发",
];

/// Words by which a respondent says what it is.
const IS: [&str; 6] = ["是", "为", "系", "属于", "成为", "作为"];

/// Words that say that it was not, or not yet.
const NOT_WON: [&str; 26] = [
    "争创",
    "争取",
    "力争",
    "拟",
    "计划",
    "目标",
    "冲刺",
    "申报",
    "申请",
    "准备",
    "筹备",
    "参评",
    "有望",
    "未",
    "没有",
    "尚",
    "不是",
    "设立",
    "制定",
    "完善",
    "培育",
    "扶持",
    "服务于",
    "希望",
    "将",
    "如获",
];

/// Those of them that no prize is called after.
const WISHES: [&str; 10] = ["争创", "争取", "力争", "拟", "申报", "申请", "冲刺", "设立", "参评", "有望"];

/// Grades behind a prize.
const GRADES: [&str; 10] =
    ["特等奖", "一等奖", "二等奖", "三等奖", "金奖", "银奖", "铜奖", "优秀奖", "优胜奖", "提名奖"];

/// What follows 奖 where it is part of another word, and what stands before it there.
const NO_PRIZE_BEHIND: [char; 13] = ['金', '励', '项', '学', '惩', '品', '状', '牌', '杯', '得', '赏', '罚', '章'];
const NO_PRIZE: [&str; 10] =
    ["年终奖", "全勤奖", "绩效奖", "季度奖", "评奖", "颁奖", "中奖", "抽奖", "领奖", "诺贝尔奖"];

/// The awards that a sentence names.
pub(super) fn find(sentence: &str) -> Vec<Named> {
    let mut found = prizes(sentence);
    found.extend(titles(sentence));
    found
}

fn titles(sentence: &str) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let mut seen: Vec<usize> = Vec::new();
    for title in TITLES {
        for (before, behind) in around(sentence, title) {
            let end = before.len() + title.len();
            if seen.contains(&end) || !is_given(before, behind) {
                continue;
            }
            seen.push(end);
            found.push(Named { number: certificate(behind), ..Named::new(Kind::Award, title) });
        }
    }
    found
}

/// Whether a title is the respondent's own.
fn is_given(before: &str, behind: &str) -> bool {
    let clause = clause_before(before);
    let is_counted = clause.ends_with(['家', '批', '个']) || behind.starts_with(|c: char| c.is_ascii_digit());
    let is_policy = ["所得税", "优惠", "政策", "认定管理", "培育", "协会", "数量", "评审", "群"];
    if is_counted || denies(clause) || is_policy.iter().any(|word| behind.starts_with(word)) {
        return false;
    }
    let after = behind.split([',', '。', ';']).next().unwrap_or_default();
    let clause = clause.rsplit('、').next().unwrap_or(clause).to_owned() + "|" + before;
    WON.iter().any(|word| clause.contains(word) || after.contains(word)) || IS.iter().any(|word| clause.contains(word))
}

fn denies(clause: &str) -> bool {
    NOT_WON.iter().any(|word| clause.contains(word))
}

/// The number of a certificate: GR201744001234.
fn certificate(behind: &str) -> Option<String> {
    around(behind, "GR").find_map(|(_, rest)| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (digits.len() == 12).then(|| format!("GR{digits}"))
    })
}

fn prizes(sentence: &str) -> Vec<Named> {
    let mut found = Vec::new();
    let mut rest_from = 0;
    for (at, sign) in sentence.match_indices('奖') {
        if at < rest_from {
            continue;
        }
        let (before, behind) =
            (sentence.get(..at).unwrap_or_default(), sentence.get(at + sign.len()..).unwrap_or_default());
        let grade = grade(behind);
        let end = at + sign.len() + grade.len();
        if grade.is_empty() && behind.starts_with(NO_PRIZE_BEHIND) {
            continue;
        }
        rest_from = end;
        let stem = stem(before);
        let name = sentence.get(at - stem.len()..end).unwrap_or_default().trim_matches(['"', '“', '”', '《', '》']);
        let is_other = NO_PRIZE.iter().any(|word| name.ends_with(word)) || name.chars().count() < 2;
        let is_wish = WISHES.iter().any(|word| stem.contains(word));
        if !is_other && !is_wish && was_won(sentence, at - stem.len(), behind) {
            let count = COUNTING.of("", sentence.get(end..).unwrap_or_default());
            let (low, high) = count.map_or((None, None), |count| (count.low, count.high));
            found.push(Named { low, high, ..Named::new(Kind::Award, name) });
        }
    }
    found
}

/// The grade that follows a prize, with the sign between them.
fn grade(behind: &str) -> &str {
    let body = behind.trim_start_matches(['(', '-', '"', '”', '》']);
    let length = GRADES.iter().find(|grade| body.starts_with(**grade)).map_or(0, |grade| grade.len());
    let sign = behind.len() - body.len();
    if length == 0 { "" } else { behind.get(..sign + length).unwrap_or_default() }
}

/// The name of a prize before its last character: back to a sign, or to the word for winning it.
fn stem(before: &str) -> &str {
    let clause = before.rsplit([',', '。', '、', ';', ':', '(', ')', '!', '?', '及']).next().unwrap_or_default();
    let from = |word: &str| clause.rfind(word).map(|at| at + word.len());
    let verbs = ["获得了", "荣获", "获得", "获", "得", "授予", "评为", "摘得", "颁发的", "颁发", "取得", "斩获", "的"];
    let times = ["年度", "年", "届", "首次", "一次"];
    let cut = verbs.iter().chain(&times).filter_map(|word| from(word)).max().unwrap_or(0);
    clause.get(cut..).unwrap_or_default()
}

/// Whether the sentence says so, before the name or right behind it.
fn was_won(sentence: &str, from: usize, behind: &str) -> bool {
    let before = sentence.get(..from).unwrap_or_default();
    if denies(clause_before(before)) {
        return false;
    }
    let after = behind.split([',', '。', ';']).next().unwrap_or_default();
    let listed = before.trim_end_matches(|c: char| c.is_ascii_digit() || "年度第届:、.()-".contains(c)).is_empty();
    listed
        || ["获", "荣膺", "授予", "评", "摘", "取得", "拥有", "得到", "颁发"].iter().any(|word| before.contains(word))
        || ["证书", "称号"].iter().any(|word| after.contains(word))
}
