//! What the clauses of a text say of each word found in it: own work, a thing built in, bought, denied, somebody else's.

use std::ops::Range;

use super::clause::{Clause, clauses};
use super::matcher::Hit;
use super::plain::Plain;
use super::said::State;
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

/// Bytes of an opening clause that may say what kind of business it is: 18 Chinese characters.
const LONGEST_TRADE: usize = 54;

/// Kinds of business that have no things of their own, where a text's first clause ends with one.
const TRADES: &str = "
    经销商 贸易商 代理商 批发商 零售商 分销商 经营部 门店 专卖店 培训机构 培训学校 培训中心 职业学校 幼儿园
    物业公司 酒店 酒店集团 园区运营商 孵化器 投资基金 产业基金 投资机构 行业协会 商会 事务所 广告公司
    会展公司 咨询公司 咨询机构 工作室 体检机构 贸易公司 房地产公司
";
const NOTHING: &str = "无自有产品 无自主产品 无自研产品 无相关产品 无相关技术 没有自主产品 没有自有产品 无研发";

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

/// A text with all that was found in it.
pub(super) struct Page<'p> {
    pub(super) taxonomy: &'p Taxonomy,
    pub(super) text: &'p str,
    pub(super) hits: &'p [Hit],
    pub(super) signs: &'p [signs::Found],
    pub(super) clauses: &'p [Clause],
}

impl Page<'_> {
    fn standing(&self) -> Standing {
        let makes = self.signs.iter().any(|found| matches!(found.sign, Sign::SelfMade | Sign::Own));
        let first = self.clauses.first().filter(|first| first.bytes.len() <= LONGEST_TRADE);
        let trades = first.is_some_and(|first| is_any(TRADES, |kind| self.at(&first.bytes).ends_with(kind)));
        let has_nothing = is_any(NOTHING, |words| self.text.contains(words));
        Standing { trades, has_nothing, makes }
    }

    /// The text of these bytes.
    pub(super) fn at(&self, bytes: &Range<usize>) -> &str {
        self.text.get(bytes.clone()).unwrap_or_default()
    }

    /// Whose each thing is, in the order of the words.
    fn roles(&self) -> Vec<Role> {
        let mut state = State::Open;
        let mut roles = vec![Role::Own; self.hits.len()];
        for (number, clause) in self.clauses.iter().enumerate() {
            state = self.carried(number, clause, state);
            let (seen, end) = self.walk(clause, state);
            state = end;
            for (at, hit, state) in seen {
                if let Some(role) = roles.get_mut(at) {
                    *role = self.role(number, clause, hit, state);
                }
            }
        }
        roles
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

    /// How the area of a word stands to others.
    pub(super) fn nature(&self, hit: &Hit) -> Nature {
        self.taxonomy.areas.get(hit.area).map(|area| area.nature).unwrap_or_default()
    }
}

/// Whether a list, written as words between blanks, has one like this.
pub(super) fn is_any(list: &'static str, is_like: impl FnMut(&'static str) -> bool) -> bool {
    list.split_whitespace().any(is_like)
}
