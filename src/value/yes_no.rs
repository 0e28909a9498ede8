//! Yes or no: 是, 否, 有, 无, Y, √, ×, and ticks among 是 and 否.

use super::tick::{self, Marked};
use super::{Understood, Value, text};
use crate::issue::{Misfit, Problem};
use crate::survey::squeeze;

/// Words for yes.
const YES: [&str; 8] = ["是", "有", "是的", "有的", "y", "yes", "true", "对"];

/// Words for no. 无 says no here, and is no missing answer.
const NO: [&str; 10] = ["否", "无", "没有", "不是", "没", "非", "n", "no", "false", "不"];

/// Reads yes or no.
pub(super) fn read(written: &str, prompts: &[String]) -> Understood {
    let text = text::clean(written);
    let missing = || Understood { text: None, value: Value::YesNo(None), problems: vec![Problem::Missing] };
    if text::is_blank(&text, prompts) {
        return missing();
    }
    match answer(&tick::without_hints(&text)) {
        Answer::Said(yes) => Understood { text: Some(text), value: Value::YesNo(Some(yes)), problems: Vec::new() },
        Answer::Nothing => missing(),
        Answer::Unclear if text::says_none(&text) => missing(),
        Answer::Unclear => {
            let problems = vec![Problem::Misfit { misfit: Misfit::NotYesOrNo, text: text.clone() }];
            Understood { text: Some(text), value: Value::YesNo(None), problems }
        }
    }
}

/// What a text says.
enum Answer {
    Said(bool),
    /// Boxes, and none of them ticked.
    Nothing,
    Unclear,
}

fn answer(text: &str) -> Answer {
    if let Some(yes) = word(text) {
        return Answer::Said(yes);
    }
    if let Some(ticked) = tick::lone(text) {
        // An empty box is no answer; a cross says no.
        let is_cross = text.contains(['×', '✗', '✘', '✕', '✖', '❌']);
        return if ticked || is_cross { Answer::Said(ticked) } else { Answer::Nothing };
    }
    if !tick::has_marks(text) {
        return Answer::Unclear;
    }
    let Some(marked) = tick::read(text, &|words| word(words).is_some()) else { return Answer::Unclear };
    let ticked: Vec<Option<bool>> =
        marked.boxes.iter().filter(|(_, ticked)| *ticked).map(|(words, _)| marked_word(words, &marked)).collect();
    match ticked.as_slice() {
        [Some(yes)] => Answer::Said(*yes),
        [] => Answer::Nothing,
        _ => Answer::Unclear,
    }
}

fn word(text: &str) -> Option<bool> {
    let flat = squeeze(text).to_lowercase();
    let bare = flat.trim_matches(|c: char| matches!(c, '.' | '。' | '(' | ')' | ':' | '"' | '“' | '”'));
    if YES.contains(&bare) {
        Some(true)
    } else if NO.contains(&bare) {
        Some(false)
    } else {
        None
    }
}

/// The word that a mark belongs to; the other one may stand beside it without a mark: √是 否, 是 否√.
fn marked_word(words: &str, marked: &Marked) -> Option<bool> {
    let parts = words.split(|c: char| c.is_whitespace() || matches!(c, '/' | '、' | ','));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let (near, others) = marked.nearest(&parts)?;
    let near = word(near)?;
    others.into_iter().map(word).all(|other| other == Some(!near)).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: &str) {
        let understood = read(written, &[]);
        let said = match (&understood.value, understood.problems.first()) {
            (Value::YesNo(Some(yes)), None) => if *yes { "yes" } else { "no" }.to_owned(),
            (Value::YesNo(None), Some(problem)) => problem.code().to_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(said, expected, "{written}");
    }

    #[test]
    fn yes_and_no_are_known_however_they_are_written() {
        for written in [
            "是",
            "有",
            "Y",
            "yes",
            "√",
            "☑",
            "是☑ 否□",
            "☑是 □否",
            "是（√） 否（ ）",
            "√是 否",
            "是√ 否",
            "☑ 有 ☐ 无",
            "是。",
            "☑是 □否（请打√）",
            "是\n√\n否\n□",
        ] {
            check(written, "yes");
        }
        for written in ["否", "无", "没有", "N", "×", "是□ 否☑", "□是 ☑否", "是□ 否☒", "是 否√", "☐ 有 ☑ 无", "FALSE"]
        {
            check(written, "no");
        }
    }

    #[test]
    fn what_says_neither_is_asked_about() {
        for written in ["申请中", "是，2016年认定", "☑是 ☑否", "是/否", "是 √ 否", "1", "部分"] {
            check(written, "not_yes_or_no");
        }
        for written in ["", "/", "—", "□是 □否", "□"] {
            check(written, "missing");
        }
    }
}
