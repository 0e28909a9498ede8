//! What the signs of a clause say of each word: those before it, those behind it, and a later clause that speaks of it.

use super::clause::{Clause, ends_phrase};
use super::matcher::{Hit, Weight};
use super::role::{Page, Role};
use super::signs::{Found, Sign};

/// What may stand before a sign in a clause that speaks of the clause before it: 我司暂不考虑.
const LIGHT: &[char] = &[
    '该', '其', '此', '上', '述', '以', '等', '均', '都', '全', '部', '皆', '我', '司', '本', '公', '目', '前', '现',
    '已', '年', '月', '底', '初', '起', '后', '于', '由', '从', '相', '关', '业', '务', '产', '品', '这', '些', '但',
    '也', '并', '且', '还', '仍', '暂', '时', '正', '在',
];

/// What has been said when a word comes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
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

impl Page<'_> {
    /// What of the clause before still holds in this one.
    pub(super) fn carried(&self, number: usize, clause: &Clause, before: State) -> State {
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
    pub(super) fn walk(&self, clause: &Clause, from: State) -> (Vec<(usize, &Hit, State)>, State) {
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
            seen.push((at, hit, here));
        }
        let end = signs.fold(state, |state, sign| self.after(state, sign));
        (seen, end)
    }

    fn after(&self, state: State, found: &Found) -> State {
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
            Sign::Bought | Sign::Uses | Sign::Employs if !matches!(state, State::Wish | State::Not) => State::Bought,
            Sign::Sells if matches!(state, State::Open | State::Has) => State::Bought,
            Sign::Others if !counts => State::Others,
            Sign::Has if !counts && !is_void => State::Has,
            Sign::With if !is_void && state != State::SelfMade => State::With(found.bytes.start),
            _ => state,
        }
    }

    /// What the signs around a word say.
    pub(super) fn said(&self, number: usize, clause: &Clause, hit: &Hit, state: State) -> Role {
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
        if !self.nature(hit).takes_objects && self.is_disowned(clause) {
            return Some(Role::Denied);
        }
        let next = self.clauses.get(number + 1).filter(|next| next.sentence == clause.sentence)?;
        let mut theirs = self.hits.iter().filter(|other| next.bytes.contains(&other.start()));
        if theirs.any(|other| !(next.in_brackets && other.area == hit.area)) {
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

    /// Whether a later clause of the sentence denies all that was named: 不从事上述产品的研制.
    fn is_disowned(&self, clause: &Clause) -> bool {
        let named = ["上述", "以上", "前述", "该类", "此类", "这些", "这类"];
        let is_later = |later: &&Clause| later.sentence == clause.sentence && later.bytes.start > clause.bytes.start;
        let later = self.clauses.iter().filter(is_later);
        later.flat_map(|later| self.signs.iter().filter(|sign| later.bytes.contains(&sign.bytes.start))).any(|sign| {
            let rest = self.text.get(sign.bytes.end..).unwrap_or_default();
            sign.sign == Sign::Not && named.iter().any(|word| rest.starts_with(word))
        })
    }

    /// Whether a number of pieces follows: 机器人20台.
    fn is_counted(&self, hit: &Hit) -> bool {
        let rest: String = self.text.get(hit.end()..).unwrap_or_default().chars().take(10).collect();
        let before: String = self.text.get(..hit.start()).unwrap_or_default().chars().rev().take(4).collect();
        let number = rest.trim_start_matches(|letter: char| !letter.is_ascii_digit() && !ends_phrase(letter));
        let unit = number
            .trim_start_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '余' | '多' | '个' | '几'));
        let counted = number.len() != unit.len()
            && ["台", "套", "架", "条", "部", "座"].iter().any(|piece| unit.starts_with(piece));
        counted && !rest.contains("样") && !before.contains('样')
    }
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
