//! A taxonomy's words with their places to fill in: `巡检…机器人`, `{organ}…{finding}`.

use std::collections::BTreeMap;

use super::plain::plain;

/// Most characters that `…` stands for.
const GAP: usize = 7;

/// Pieces of one word in their order.
pub(super) type Slots = Vec<Slot>;

/// A piece of a word: one of several spellings, at most so many characters behind the piece before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) spellings: Vec<String>,
    /// Characters that may stand between the piece before and this one.
    pub(super) gap: usize,
}

/// The lists of words and the spellings that patterns may refer to.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub(super) words: BTreeMap<String, Vec<String>>,
    /// By the plain word: other spellings of the same.
    pub(super) synonyms: BTreeMap<String, Vec<String>>,
}

/// Reads a pattern; says what is wrong with it.
pub(super) fn slots(pattern: &str, lists: &Lists) -> Result<Slots, String> {
    let mut slots: Slots = Vec::new();
    let mut rest = pattern.trim();
    let mut gap = 0;
    while let Some(first) = rest.chars().next() {
        if first == '…' {
            gap = GAP;
            rest = rest.trim_start_matches('…');
            continue;
        }
        let (spellings, after) = if first == '{' { listed(pattern, rest, lists)? } else { literal(rest, lists) };
        slots.push(Slot { spellings, gap });
        gap = 0;
        rest = after;
    }
    if slots.is_empty() || gap > 0 || pattern.trim().starts_with('…') {
        return Err(format!("`{pattern}` does not begin and end with words; write it like 巡检…机器人"));
    }
    Ok(slots)
}

fn listed<'p>(pattern: &str, rest: &'p str, lists: &Lists) -> Result<(Vec<String>, &'p str), String> {
    let inside = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    let Some((name, after)) = inside else { return Err(format!("`{pattern}` lacks a `}}`; close the list's name")) };
    match lists.words.get(name) {
        Some(words) => Ok((words.iter().map(|word| plain(word)).collect(), after)),
        None => {
            let known: Vec<&str> = lists.words.keys().map(String::as_str).collect();
            let meant = crate::written::nearest(name, &known)
                .map_or_else(|| "name a list of [words]".to_owned(), |near| format!("did you mean {{{near}}}?"));
            Err(format!("`{pattern}`: [words] has no list `{name}`; {meant}"))
        }
    }
}

fn literal<'p>(rest: &'p str, lists: &Lists) -> (Vec<String>, &'p str) {
    let end = rest.find(['…', '{']).unwrap_or(rest.len());
    let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let word = plain(word);
    let mut spellings = lists.synonyms.get(&word).cloned().unwrap_or_default();
    spellings.push(word);
    (spellings, after)
}
