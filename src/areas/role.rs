//! What the clauses of a text say of each word found in it: own work, a thing built in, bought, denied, somebody else's.

use std::ops::Range;

use super::clause::{Clause, clauses};
use super::matcher::{Hit, Weight};
use super::plain::Plain;
use super::signs::{self, Sign};
use super::{Nature, Taxonomy};

/// Whose a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Made by the enterprise itself, as it says with weight.
    SelfMade,
    /// The enterprise's own; so is what nothing else is said of.
    Own,
    /// Worked with, for what is the enterprise's own.
    With,
    /// A property of another thing (人脸识别智能门锁), or a field that is looked at.
    Faint,
    /// Bought, or run as a user.
    Bought,
    /// Denied.
    Denied,
    /// Hoped for.
    Wished,
    /// A customer's, or what the enterprise's own work is done on.
    Others,
}

/// A word found, and whose the thing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) hit: Hit,
    pub(super) role: Role,
}

/// What a text says of the enterprise as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Standing {
    /// It trades in things, uses them or looks after those who make them.
    pub(super) trades: bool,
    /// It says that it has nothing of its own.
    pub(super) has_nothing: bool,
    /// It says that it makes or researches something itself.
    pub(super) makes: bool,
}

impl Standing {
    /// Both taken together.
    pub(super) fn with(self, other: &Self) -> Self {
        Self {
            trades: self.trades || other.trades,
            has_nothing: self.has_nothing || other.has_nothing,
            makes: self.makes || other.makes,
        }
    }
}

/// A text judged.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) standing: Standing,
    pub(super) hits: Vec<Judged>,
}

/// Kinds of business that have no things of their own, where a clause ends with one.
const TRADES: &[&str] = &[
    "经销商",
    "贸易商",
    "代理商",
    "批发商",
    "零售商",
    "分销商",
    "经营部",
    "门店",
    "专卖店",
    "培训机构",
    "培训学校",
    "培训中心",
    "职业学校",
    "幼儿园",
    "物业公司",
    "酒店",
    "酒店集团",
    "园区运营商",
    "孵化器",
    "投资基金",
    "产业基金",
    "投资机构",
    "行业协会",
    "商会",
    "事务所",
    "广告公司",
    "会展公司",
    "咨询公司",
    "咨询机构",
    "工作室",
    "体检机构",
    "贸易公司",
    "房地产公司",
];
const NOTHING: &[&str] =
    &["无自有产品", "无自主产品", "无自研产品", "无相关产品", "无相关技术", "没有自主产品", "没有自有产品", "无研发"];

/// What makes a thing an occasion for other business, standing right behind it: 无人机培训.
const BUSINESS: &[&str] = &[
    "培训",
    "租赁",
    "出租",
    "维修",
    "维保",
    "保养",
    "保险",
    "经销",
    "代理",
    "贸易",
    "批发",
    "零售",
    "销售",
    "展会",
    "展览",
    "展示",
    "论坛",
    "大赛",
    "竞赛",
    "赛事",
    "比赛",
    "咨询",
    "招聘",
    "考证",
    "教学",
    "课程",
    "教材",
    "卖场",
    "专卖",
    "回收",
    "二手",
    "行业协会",
    "产业联盟",
    "产业园",
    "法律",
    "股权",
    "基金",
    "教育企业",
    "教育机构",
    "教育培训",
];
/// What may stand between a thing and the business.
const FILLERS: &[&str] = &[
    "的",
    "类",
    "等",
    "产品",
    "设备",
    "整机",
    "系统",
    "驾驶员",
    "操作员",
    "行业",
    "领域",
    "企业",
    "产业",
    "相关",
    "配件",
    "技术",
    "与",
    "及",
];
/// Behind a thing: those who make or buy it.
const CUSTOMERS: &[&str] = &["厂", "客户", "车企", "主机厂", "用户", "企业", "公司", "厂商", "厂家"];
/// Ends of an enumeration's member that names a whole product.
const PRODUCTS: &[&str] = &[
    "系统",
    "平台",
    "软件",
    "终端",
    "设备",
    "引擎",
    "仪",
    "器",
    "机",
    "模块",
    "芯片",
    "服务",
    "装置",
    "装备",
    "方案",
    "机器人",
    "app",
    "sdk",
    "锁",
    "库",
    "套装",
    "工具",
    "组件",
    "主机",
    "磁",
];
/// Ends of a member that names what is done to all members before it.
const ACTIONS: &[&str] =
    &["挖掘", "检测", "扫描", "评测", "测评", "测试", "标注", "采集", "评价", "验证", "加固", "认证", "评估", "检验"];
/// What may stand before a sign in a clause that speaks of the clause before it: 我司暂不考虑.
const LIGHT: &[char] = &[
    '该', '其', '此', '上', '述', '以', '等', '均', '都', '全', '部', '皆', '我', '司', '本', '公', '目', '前', '现',
    '已', '年', '月', '底', '初', '起', '后', '于', '由', '从', '相', '关', '业', '务', '产', '品', '这', '些', '但',
    '也', '并', '且', '还', '仍', '暂', '时',
];

/// Judges the words found in a text.
pub(super) fn judge(taxonomy: &Taxonomy, text: &Plain, mut hits: Vec<Hit>) -> Seen {
    let text = text.text();
    let signs = signs::find(text, &mut hits);
    let mut cut: Vec<Range<usize>> = hits.iter().flat_map(|hit| hit.pieces.clone()).collect();
    cut.extend(signs.iter().map(|sign| sign.bytes.clone()));
    let clauses = clauses(text, &cut);
    let page = Page { taxonomy, text, hits: &hits, signs: &signs, clauses: &clauses };
    let judged = page.roles();
    let standing = page.standing();
    Seen { standing, hits: hits.iter().zip(judged).map(|(hit, role)| Judged { hit: hit.clone(), role }).collect() }
}

struct Page<'p> {
    taxonomy: &'p Taxonomy,
    text: &'p str,
    hits: &'p [Hit],
    signs: &'p [signs::Found],
    clauses: &'p [Clause],
}

impl Page<'_> {
    fn standing(&self) -> Standing {
        let makes = self.signs.iter().any(|found| matches!(found.sign, Sign::SelfMade | Sign::Own));
        let ends = |clause: &Clause| TRADES.iter().any(|kind| self.at(&clause.bytes).ends_with(kind));
        let has_nothing = NOTHING.iter().any(|words| self.text.contains(words));
        Standing { trades: self.clauses.iter().any(ends), has_nothing, makes }
    }

    fn at(&self, bytes: &Range<usize>) -> &str {
        self.text.get(bytes.clone()).unwrap_or_default()
    }

    fn roles(&self) -> Vec<Role> {
        let mut carried = State::Open;
        let mut states = Vec::new();
        for (number, clause) in self.clauses.iter().enumerate() {
            carried = self.carried(number, clause, carried);
            let (seen, end) = self.walk(clause, carried);
            states.push(seen);
            carried = end;
        }
        let mut roles = vec![Role::Own; self.hits.len()];
        for (number, clause) in self.clauses.iter().enumerate() {
            for (at, hit) in self.hits.iter().enumerate().filter(|(_, hit)| clause.bytes.contains(&hit.start())) {
                let state = states
                    .get(number)
                    .and_then(|seen| seen.iter().find(|(hit, _)| *hit == at))
                    .map(|(_, state)| *state);
                let role = self.role(number, clause, hit, state.unwrap_or(State::Open));
                if let Some(slot) = roles.get_mut(at) {
                    *slot = role;
                }
            }
        }
        roles
    }

    /// What of the clause before still holds in this one.
    fn carried(&self, number: usize, clause: &Clause, before: State) -> State {
        let previous = number.checked_sub(1).and_then(|number| self.clauses.get(number));
        let Some(previous) = previous.filter(|previous| previous.sentence == clause.sentence) else {
            return State::Open;
        };
        let resumes = previous.in_brackets
            && !clause.in_brackets
            && self.at(&(previous.bytes.end + 1..clause.bytes.end)).starts_with(['、', '和', '与', '及']);
        let goes_on = ["包括", "涵盖", "覆盖", "含", "分布", "涉及", "主要有"]
            .iter()
            .any(|word| self.at(&clause.bytes).starts_with(word));
        match before {
            State::Wish => State::Wish,
            State::Others if clause.in_brackets || resumes || goes_on => before,
            State::Bought | State::Not if clause.in_brackets || resumes => before,
            _ => State::Open,
        }
    }

    /// Walks through a clause from its beginning: the state at each word, and at the end.
    fn walk(&self, clause: &Clause, from: State) -> (Vec<(usize, State)>, State) {
        let mut state = from;
        let mut seen = Vec::new();
        let mut signs = self.signs.iter().filter(|sign| clause.bytes.contains(&sign.bytes.start)).peekable();
        for (at, hit) in self.hits.iter().enumerate().filter(|(_, hit)| clause.bytes.contains(&hit.start())) {
            while let Some(sign) = signs.next_if(|sign| sign.bytes.start < hit.start()) {
                state = self.after(state, sign);
            }
            let same_phrase = |start: usize| clause.phrase(start) == clause.phrase(hit.start());
            let here = match state {
                State::With(at) if !same_phrase(at) => State::Open,
                other => other,
            };
            seen.push((at, here));
        }
        let end = signs.fold(state, |state, sign| self.after(state, sign));
        (seen, end)
    }

    fn after(&self, state: State, found: &signs::Found) -> State {
        let counts = self
            .text
            .get(found.bytes.end..)
            .and_then(|rest| rest.chars().next())
            .is_some_and(|next| next.is_ascii_digit());
        let is_void = matches!(state, State::Wish | State::Not | State::Bought | State::Others);
        match found.sign {
            Sign::SelfMade => State::SelfMade,
            Sign::Own if state == State::Not => state,
            Sign::Own => State::Own,
            Sign::Gives if matches!(state, State::Wish | State::Not) => state,
            Sign::Gives => State::Own,
            Sign::Not => State::Not,
            Sign::Wish => State::Wish,
            Sign::Bought | Sign::Uses if !matches!(state, State::Wish | State::Not) => State::Bought,
            Sign::Sells if matches!(state, State::Open | State::Has) => State::Bought,
            Sign::Others if !counts => State::Others,
            Sign::Has if !counts && !is_void => State::Has,
            Sign::With if !is_void && state != State::SelfMade => State::With(found.bytes.start),
            _ => state,
        }
    }

    fn role(&self, number: usize, clause: &Clause, hit: &Hit, state: State) -> Role {
        let nature = self.nature(hit);
        if self.is_occasion(clause, hit) || self.in_zone(clause, hit) == Some(Role::Others) {
            return Role::Others;
        }
        let said = self.said(number, clause, hit, state);
        let joins = self.signs.iter().any(|sign| sign.sign == Sign::With && sign.bytes.start == hit.end());
        let said = if joins && said == Role::Own { Role::With } else { said };
        let said = if matches!(said, Role::With) && (nature.component || nature.host) { Role::Others } else { said };
        match (said, self.beside(clause, hit, nature)) {
            (Role::Bought | Role::Denied | Role::Wished | Role::Others, _) => said,
            (_, Some(Role::Others)) => Role::Others,
            (Role::SelfMade, _) => said,
            (_, Some(beside)) => beside,
            (Role::Own, None) => self.in_zone(clause, hit).unwrap_or(said),
            (_, None) => said,
        }
    }

    fn nature(&self, hit: &Hit) -> Nature {
        self.taxonomy.areas.get(hit.area).map(|area| area.nature).unwrap_or_default()
    }

    /// What the signs around a word say.
    fn said(&self, number: usize, clause: &Clause, hit: &Hit, state: State) -> Role {
        let forward = match state {
            State::Open | State::Own => Role::Own,
            State::SelfMade => Role::SelfMade,
            State::Not => return Role::Denied,
            State::Wish => return Role::Wished,
            State::Bought => Role::Bought,
            State::Others => Role::Others,
            State::Has if self.is_counted(hit) => Role::Bought,
            State::Has => Role::Own,
            State::With(_) => Role::With,
        };
        self.trailing(clause, hit).or_else(|| self.later(number, clause, hit)).unwrap_or(forward)
    }

    /// What a sign behind the word says of it: 语音模块外购.
    fn trailing(&self, clause: &Clause, hit: &Hit) -> Option<Role> {
        let own = clause.phrase(hit.start());
        let mut signs =
            self.signs.iter().filter(|sign| sign.bytes.start >= hit.end() && sign.bytes.end <= clause.bytes.end);
        let sign = signs.find(|sign| role_behind(sign.sign).is_some() || sign.sign == Sign::Own)?;
        let phrase = clause.phrase(sign.bytes.start);
        let mut clear = self.hits.iter().filter(|other| other.weight > Weight::Hint);
        let follows = clear.any(|other| other.start() >= sign.bytes.end && other.start() < phrase.end);
        let leads = self.hits.iter().any(|other| other.start() >= phrase.start && other.end() <= sign.bytes.start);
        let applies = !follows && (phrase == own || leads);
        role_behind(sign.sign).filter(|_| applies)
    }

    /// What a later clause without words of its own says: （设备外购）, 我司暂不考虑进入.
    fn later(&self, number: usize, clause: &Clause, hit: &Hit) -> Option<Role> {
        let next = self.clauses.get(number + 1).filter(|next| next.sentence == clause.sentence)?;
        if self.hits.iter().any(|other| next.bytes.contains(&other.start())) {
            return None;
        }
        let is_last = clause.phrases.last().is_some_and(|last| last.contains(&hit.start()));
        let mut signs = self.signs.iter().filter(|sign| next.bytes.contains(&sign.bytes.start));
        let sign = signs.find(|sign| role_behind(sign.sign).is_some())?;
        let opening = self.at(&(next.bytes.start..sign.bytes.start));
        let is_named = opening.chars().count() > 1 && self.at(&hit.range()).contains(opening);
        if is_named || next.in_brackets {
            return role_behind(sign.sign).filter(|_| is_named || is_last);
        }
        let is_light = opening.chars().all(|letter| letter.is_ascii_digit() || LIGHT.contains(&letter));
        let applies = is_light && matches!(sign.sign, Sign::Not | Sign::Bought | Sign::Wish);
        let follows_noun = sign.sign != Sign::Bought || next.bytes.len() < 40;
        role_behind(sign.sign).filter(|_| applies && follows_noun)
    }

    /// Whether a number of pieces follows: 机器人20台.
    fn is_counted(&self, hit: &Hit) -> bool {
        let rest: String = self.text.get(hit.end()..).unwrap_or_default().chars().take(10).collect();
        let before: String = self.text.get(..hit.start()).unwrap_or_default().chars().rev().take(4).collect();
        let number =
            rest.trim_start_matches(|letter: char| !letter.is_ascii_digit() && !super::clause::ends_phrase(letter));
        let unit = number
            .trim_start_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '余' | '多' | '个' | '几'));
        let counted = number.len() != unit.len()
            && ["台", "套", "架", "条", "部", "座"].iter().any(|piece| unit.starts_with(piece));
        counted && !rest.contains("样") && !before.contains('样')
    }

    /// Whether the thing is but an occasion for other business, or names customers.
    fn is_occasion(&self, clause: &Clause, hit: &Hit) -> bool {
        let mut rest = self.at(&(hit.end()..clause.bytes.end));
        while let Some(shorter) = FILLERS.iter().find_map(|filler| rest.strip_prefix(filler)) {
            if BUSINESS.iter().any(|business| rest.starts_with(business)) {
                return true;
            }
            rest = shorter;
        }
        let parts = self.taxonomy.parts.iter().any(|part| rest.starts_with(part.as_str()));
        if parts || BUSINESS.iter().any(|business| rest.starts_with(business)) {
            return true;
        }
        let behind = self.at(&(hit.end()..clause.bytes.end));
        let customers = CUSTOMERS.iter().find(|word| behind.starts_with(**word));
        customers.is_some_and(|word| {
            clause.in_brackets && self.at(&clause.bytes).starts_with('含')
                || behind.len() > word.len() && *word == "客户"
        })
    }

    /// Whether it stands in 为…提供 or 面向…的.
    fn in_zone(&self, clause: &Clause, hit: &Hit) -> Option<Role> {
        let inside = |start: usize, end: usize| start <= hit.start() && hit.end() <= end;
        let within = |sign: &&signs::Found| clause.bytes.contains(&sign.bytes.start);
        for opening in self.signs.iter().filter(within).filter(|sign| matches!(sign.sign, Sign::For | Sign::Towards)) {
            let from = opening.bytes.end;
            let gives =
                self.signs.iter().filter(within).find(|sign| sign.bytes.start >= from && sign.sign == Sign::Gives);
            let of = self
                .at(&(from..clause.bytes.end))
                .find('的')
                .map(|at| from + at)
                .filter(|_| opening.sign == Sign::Towards);
            let close = gives.map(|sign| sign.bytes.start).into_iter().chain(of).min();
            match close {
                Some(close) if inside(from, close) => return Some(Role::Others),
                None if opening.sign == Sign::Towards && inside(from, clause.bytes.end) => {
                    return Some(if self.nature(hit).host { Role::Others } else { Role::Faint });
                }
                _ => {}
            }
        }
        None
    }

    /// What the words of other areas beside it make of it.
    fn beside(&self, clause: &Clause, hit: &Hit, nature: Nature) -> Option<Role> {
        let phrase = clause.phrase(hit.start());
        let others = self.hits.iter().filter(|other| other.area != hit.area && clause.bytes.contains(&other.start()));
        let mut role = None;
        for other in others {
            let theirs = self.nature(other);
            let same_phrase = phrase.contains(&other.start());
            let is_behind = other.end() > hit.end() && other.start() >= hit.start();
            if hit.start() < other.start() && other.end() < hit.end() {
                continue;
            }
            let is_apart = self.names_product(&phrase) && !self.names_action(&clause.phrase(other.start()));
            let works_on_it = same_phrase || (is_behind && !is_apart);
            if theirs.takes_objects && other.weight > Weight::Hint && !nature.takes_objects && works_on_it {
                return Some(Role::Others);
            }
            if same_phrase && is_behind && !theirs.takes_objects && other.weight > Weight::Hint {
                if nature.component != theirs.component && (nature.component || nature.host) {
                    return Some(Role::Others);
                }
                role = Some(Role::Faint);
            }
        }
        role
    }

    fn names_action(&self, phrase: &Range<usize>) -> bool {
        ACTIONS.iter().any(|action| self.at(phrase).ends_with(action))
    }

    fn names_product(&self, phrase: &Range<usize>) -> bool {
        let words = self.at(phrase);
        PRODUCTS.iter().any(|product| words.ends_with(product))
            || words.ends_with(|last: char| last.is_ascii_alphanumeric())
    }
}

/// What has been said when a word comes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Own,
    SelfMade,
    Not,
    Wish,
    Bought,
    Others,
    Has,
    /// Worked with, from this byte on, to the end of the phrase.
    With(usize),
}

/// What a sign says of words before it.
fn role_behind(sign: Sign) -> Option<Role> {
    match sign {
        Sign::SelfMade => Some(Role::SelfMade),
        Sign::Bought | Sign::Uses => Some(Role::Bought),
        Sign::Not => Some(Role::Denied),
        Sign::Wish => Some(Role::Wished),
        _ => None,
    }
}
