//! Ticked boxes in running text: ☑制造业 □服务业, 是√ 否□, 制造业（√）, `[x] A [ ] B`. Each mark belongs to the words on one side of it;
//! which side, the text has to show.

use unicode_normalization::UnicodeNormalization as _;

use super::text::clean;

/// Marks of what is chosen.
const TICKED: [char; 20] =
    ['☑', '☒', '✓', '✔', '√', '■', '●', '◉', '⦿', '◆', '★', '✅', '🗹', '🗸', '☻', '◼', '⬛', '▣', '▪', '🔘'];

/// Those of them that lists are printed with as well: one before each option says nothing.
const BULLETS: [char; 7] = ['■', '●', '◆', '★', '◼', '⬛', '▪'];

/// Marks of what is not chosen.
const EMPTY: [char; 13] = ['□', '☐', '○', '◯', '▢', '◻', '⬜', '▫', '◇', '☆', '⚪', '⬚', '❑'];

/// Marks that strike out: chosen in a box of their own, not chosen beside a tick.
const CROSSES: [char; 6] = ['✗', '✘', '×', '✕', '✖', '❌'];

/// A box with a cross in it.
const CROSSED_BOX: char = '☒';

/// A text with marks, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marked {
    /// The words that a mark belongs to, and whether it is a tick.
    pub(super) boxes: Vec<(String, bool)>,
    /// Whether marks stand before their words: of several options in a row the first is then the one that is marked, else the
    /// last.
    pub(super) before: bool,
    /// Whether every mark is the same sign, and one that lists are printed with.
    pub(super) may_be_list: bool,
}

impl Marked {
    /// Of the parts of some words the one that the mark beside them belongs to, and the others.
    pub(super) fn nearest<'p>(&self, parts: &[&'p str]) -> Option<(&'p str, Vec<&'p str>)> {
        let (near, others) = if self.before { parts.split_first()? } else { parts.split_last()? };
        Some((near, others.to_vec()))
    }
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A mark: whether it ticks, and whether words touch it on the left and on the right.
    Mark { ticked: bool, left: bool, right: bool },
    /// Words between marks.
    Words(String),
}

/// What a lone mark says, for a cell that holds nothing else: √, ☑, ×, □.
#[must_use]
pub fn lone(text: &str) -> Option<bool> {
    let flat = flat(text);
    match tokens(flat.trim()).as_slice() {
        [Token::Mark { ticked, .. }] => Some(*ticked),
        _ => None,
    }
}

/// Whether a text has a mark of either sort.
#[must_use]
pub fn has_marks(text: &str) -> bool {
    tokens(&flat(text)).iter().any(|token| matches!(token, Token::Mark { .. }))
}

/// Takes a text with marks apart. None where it has none, or where nobody can tell which words a mark belongs to.
pub(super) fn read(text: &str, is_option: &dyn Fn(&str) -> bool) -> Option<Marked> {
    let flat = flat(text);
    let tokens = tokens(&flat);
    let before = side(&tokens, is_option)?;
    let mut marked = Marked { boxes: Vec::new(), before, may_be_list: has_bullets_alone(&flat) };
    let mut waiting: Option<bool> = None;
    let mut words: Option<String> = None;
    for token in tokens {
        match token {
            Token::Mark { ticked, .. } if before => {
                marked.boxes.extend(waiting.replace(ticked).map(|ticked| (String::new(), ticked)));
            }
            Token::Words(text) if before => marked.boxes.extend(waiting.take().map(|ticked| (text, ticked))),
            Token::Mark { ticked, .. } => marked.boxes.push((words.take().unwrap_or_default(), ticked)),
            Token::Words(text) => words = Some(text),
        }
    }
    marked.boxes.extend(waiting.map(|ticked| (String::new(), ticked)));
    Some(marked)
}

fn has_bullets_alone(flat: &str) -> bool {
    let mut marks = flat.chars().filter(|c| is_mark(*c));
    marks.next().is_some_and(|first| BULLETS.contains(&first) && marks.all(|mark| mark == first))
}

/// Whether marks stand before their words (else behind them); none where there are no marks, or the text does not show it.
fn side(tokens: &[Token], is_option: &dyn Fn(&str) -> bool) -> Option<bool> {
    let touching: Vec<bool> = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Mark { left, right, .. } if left != right => Some(*right),
            _ => None,
        })
        .collect();
    let is_mark = |token: Option<&Token>| matches!(token, Some(Token::Mark { .. }));
    if !tokens.iter().any(|token| is_mark(Some(token))) {
        return None;
    }
    let (first, last) = (is_mark(tokens.first()), is_mark(tokens.last()));
    let by_ends = match (first, last) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        // 主营：☑甲 □乙 opens with words that are no option.
        (false, false) => match tokens.first() {
            Some(Token::Words(words)) if !is_option(words) => Some(true),
            _ => None,
        },
        (true, true) => None,
    };
    match (touching.first(), touching.iter().all(|side| Some(side) == touching.first())) {
        (Some(side), true) if by_ends.is_none_or(|by_ends| by_ends == *side) => Some(*side),
        (Some(_), true) => None,
        _ => by_ends,
    }
}

/// Words of a form's own hint on how to tick, which may hold a mark themselves: （请打√）, （可多选）.
const HINTS: [&str; 12] = ["打√", "打✓", "打✔", "打勾", "打钩", "划√", "画√", "勾选", "单选", "多选", "请选", "可选"];

/// The text without the form's hints in brackets, and without one before a colon.
pub(super) fn without_hints(text: &str) -> String {
    let is_hint = |words: &str| words.chars().count() <= 30 && HINTS.iter().any(|hint| words.contains(hint));
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['(', '（']) {
        let Some((before, bracket)) = rest.split_at_checked(at) else { break };
        let Some((inner, after)) = bracket.split_once([')', '）']) else { break };
        kept.push_str(before);
        if !is_hint(inner) {
            kept.push_str(inner);
            kept.push(')');
        }
        rest = after;
    }
    kept.push_str(rest);
    match kept.split_once(['：', ':']) {
        Some((before, after)) if is_hint(before) => after.to_owned(),
        _ => kept,
    }
}

/// One width, line breaks kept as gaps; marks keep their own characters.
fn flat(text: &str) -> String {
    let one_width: String = clean(text)
        .chars()
        .flat_map(|c| if is_mark(c) { vec![c] } else { std::iter::once(c).nfkc().collect::<Vec<char>>() })
        .collect();
    in_marks(&one_width)
}

/// Writes `[x]`, `(√)`, `【 】` and their like as one mark.
fn in_marks(text: &str) -> String {
    // Beside a tick a cross says that something was not chosen: （√）是（×）否.
    let is_tick = |c: char| TICKED.contains(&c) && c != CROSSED_BOX;
    let beside_tick = text.contains(is_tick);
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.strip_prefix(c).unwrap_or_default();
        let close = match c {
            '(' => Some(')'),
            '[' => Some(']'),
            '【' => Some('】'),
            '〔' => Some('〕'),
            _ => None,
        };
        let inner = close.and_then(|close| after.split_once(close));
        match inner.and_then(|(inner, after)| Some((bracketed(inner)?, after))) {
            Some((mark, after)) => {
                let ticked = mark == Mark::Tick || (mark == Mark::Cross && !beside_tick);
                written.push(if ticked { '☑' } else { '□' });
                rest = after;
            }
            None => {
                written.push(if beside_tick && c == CROSSED_BOX { '□' } else { c });
                rest = after;
            }
        }
    }
    written
}

/// What a bracket holds that stands for a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Tick,
    Cross,
}

/// What stands in a bracket for a box: nothing or a mark.
fn bracketed(inner: &str) -> Option<Mark> {
    let bare = inner.trim_matches(|c: char| c.is_whitespace() || c == '_');
    let mut chars = bare.chars();
    match (chars.next(), chars.next()) {
        (None, _) if inner.chars().count() <= 8 => Some(Mark::None),
        (Some('v' | 'V' | '*'), None) => Some(Mark::Tick),
        (Some('x' | 'X'), None) => Some(Mark::Cross),
        (Some(mark), None) if CROSSES.contains(&mark) || mark == CROSSED_BOX => Some(Mark::Cross),
        (Some(mark), None) if TICKED.contains(&mark) => Some(Mark::Tick),
        (Some(mark), None) if EMPTY.contains(&mark) => Some(Mark::None),
        _ => None,
    }
}

fn is_mark(c: char) -> bool {
    TICKED.contains(&c) || EMPTY.contains(&c) || CROSSES.contains(&c)
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ';' | '、' | '/' | '。' | '|')
}

fn tokens(flat: &str) -> Vec<Token> {
    let chars: Vec<char> = flat.trim().chars().filter(|c| *c != '\u{fe0f}' && *c != '\u{fe0e}').collect();
    let mut tokens: Vec<Token> = Vec::new();
    let mut words = String::new();
    for (at, c) in chars.iter().enumerate() {
        if !is_mark(*c) {
            words.push(*c);
            continue;
        }
        push_words(&mut tokens, &mut words);
        let touches = |neighbour: Option<&char>| neighbour.is_some_and(|c| !is_gap(*c) && !is_mark(*c));
        let left = touches(at.checked_sub(1).and_then(|before| chars.get(before)));
        let right = touches(chars.get(at + 1));
        tokens.push(Token::Mark { ticked: !EMPTY.contains(c) && !CROSSES.contains(c), left, right });
    }
    push_words(&mut tokens, &mut words);
    tokens
}

fn push_words(tokens: &mut Vec<Token>, words: &mut String) {
    let text = std::mem::take(words);
    let bare = text.trim_matches(is_gap);
    if !bare.is_empty() {
        tokens.push(Token::Words(bare.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cross_beside_a_tick_is_no_choice() {
        check("（√）甲（×）乙（√）丙", Some(&[("甲", true), ("乙", false), ("丙", true)]));
        check("☑甲 ☒乙", Some(&[("甲", true), ("乙", false)]));
        check("（×）甲（ ）乙", Some(&[("甲", true), ("乙", false)]));
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&[(&str, bool)]>) {
        let is_option = |words: &str| ["甲", "乙", "丙", "是", "否"].contains(&words);
        let boxes = read(text, &is_option).map(|marked| marked.boxes);
        let expected =
            expected.map(|boxes| boxes.iter().map(|(words, ticked)| ((*words).to_owned(), *ticked)).collect());
        assert_eq!(boxes, expected, "{text}");
    }

    #[test]
    fn a_mark_belongs_to_the_words_that_it_touches() {
        for text in [
            "☑甲 □乙",
            "☑ 甲 ☐ 乙",
            "甲☑ 乙□",
            "甲☑乙□",
            "☑甲□乙",
            "甲√ 乙□",
            "甲（√） 乙（ ）",
            "(x)甲 ( )乙",
            "[x] 甲 [ ] 乙",
            "■甲 □乙",
            "●甲 ○乙",
            "甲 ■ 乙 □",
            "甲☒ 乙☐",
            "【√】甲 【 】乙",
            "☑甲\n□乙",
            "☑️甲 ☐乙",
            "行业：☑甲 □乙",
            "甲\n√\n乙\n□",
            "甲√ 乙×",
        ] {
            check(text, Some(&[("甲", true), ("乙", false)]));
        }
    }

    #[test]
    fn marks_that_nobody_can_place_are_a_doubt() {
        check("甲 √ 乙", None);
        check("√ 甲 □", None);
        check("√甲 乙□", None);
        check("甲、乙", None);
    }

    #[test]
    fn a_hint_on_how_to_tick_is_no_tick() {
        for (text, rest) in [
            ("☑甲 □乙（请打√）", "☑甲 □乙"),
            ("请在□内打√：☑甲 □乙", "☑甲 □乙"),
            ("甲（√） 乙（ ）", "甲（√) 乙（ )"),
            ("☑甲（含乙） （可多选）", "☑甲（含乙) "),
            ("甲", "甲"),
        ] {
            assert_eq!(without_hints(text), rest);
        }
    }

    #[test]
    fn a_lone_mark_is_known() {
        for (text, expected) in
            [("√", Some(true)), (" ☑ ", Some(true)), ("×", Some(false)), ("□", Some(false)), ("是", None)]
        {
            assert_eq!(lone(text), expected, "{text}");
        }
    }
}
