//! What was chosen of a survey's options: written out (制造业; 云计算、大数据), or ticked among the options that the form prints.

use serde::{Deserialize, Serialize};

use super::tick::{self, Marked};
use super::{Understood, Value, text};
use crate::issue::{Misfit, Problem};
use crate::survey::{Choosable, OTHER_KEY, Options, squeeze};

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Keys of the options in the survey's order, [`OTHER_KEY`] last.
    pub keys: Vec<String>,
    /// What is said under 其他, where anything is.
    pub other: Option<String>,
}

/// Words for an option of one's own.
const OTHERS: [&str; 3] = ["其他", "其它", "其 他"];

/// Signs between options written one after another.
const SEPARATORS: [char; 10] = ['、', ',', ';', '/', '\n', '|', '+', '&', '，', '；'];

/// An option that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    /// One of the survey's, by its position.
    Listed(usize),
    /// 其他, with what is said there.
    Other(String),
}

/// Reads one option.
pub(super) fn one(written: &str, options: &Options, prompts: &[String]) -> Understood {
    read(written, options, prompts, true)
}

/// Reads any number of options.
pub(super) fn several(written: &str, options: &Options, prompts: &[String]) -> Understood {
    read(written, options, prompts, false)
}

fn read(written: &str, options: &Options, prompts: &[String], only_one: bool) -> Understood {
    let text = text::clean(written);
    let value = |chosen| if only_one { Value::Choice(chosen) } else { Value::Choices(chosen) };
    let missing = || Understood { text: None, value: value(None), problems: vec![Problem::Missing] };
    // 无 may be an option of its own.
    let is_none = text::says_none(&text) && listed(&text, options).is_none();
    if text::is_blank(&text, prompts) || is_none {
        return missing();
    }
    let chosen = match chosen(&tick::without_hints(&text), options) {
        Ok(named) if named.is_empty() => return missing(),
        Ok(named) if only_one && named.len() > 1 => Err(Misfit::SeveralChosen),
        Ok(named) => Ok(named),
        Err(misfit) => Err(misfit),
    };
    match chosen {
        Ok(named) => {
            Understood { text: Some(text), value: value(Some(in_order(&named, options))), problems: Vec::new() }
        }
        Err(misfit) => {
            let problems = vec![Problem::Misfit { misfit, text: text.clone() }];
            Understood { text: Some(text), value: value(None), problems }
        }
    }
}

fn in_order(named: &[Named], options: &Options) -> Chosen {
    let mut positions: Vec<usize> = named
        .iter()
        .filter_map(|named| match named {
            Named::Listed(at) => Some(*at),
            Named::Other(_) => None,
        })
        .collect();
    positions.sort_unstable();
    let mut keys: Vec<String> =
        positions.iter().filter_map(|at| options.options.get(*at)).map(|option| option.key.clone()).collect();
    let others: Vec<&str> = named
        .iter()
        .filter_map(|named| match named {
            Named::Other(text) => Some(text.as_str()),
            Named::Listed(_) => None,
        })
        .collect();
    if !others.is_empty() {
        keys.push(OTHER_KEY.to_owned());
    }
    let other = others.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("；");
    Chosen { keys, other: Some(other).filter(|other| !other.is_empty()) }
}

/// The options that a text chooses, each once.
fn chosen(text: &str, options: &Options) -> Result<Vec<Named>, Misfit> {
    if let Some(whole) = listed(text, options) {
        return Ok(vec![Named::Listed(whole)]);
    }
    let mut named = match tick::has_marks(text) {
        true => ticked(text, options)?,
        false => written_out(text, options)?,
    };
    let mut seen: Vec<Named> = Vec::new();
    named.retain(|one| {
        let new = !seen.contains(one);
        seen.push(one.clone());
        new
    });
    Ok(named)
}

fn ticked(text: &str, options: &Options) -> Result<Vec<Named>, Misfit> {
    let is_option = |words: &str| named(words, options).is_some();
    let marked = tick::read(text, &is_option).ok_or(Misfit::UnclearChoice)?;
    if is_unclear(&marked, options) {
        return Err(Misfit::UnclearChoice);
    }
    let mut found = Vec::new();
    for (words, _) in marked.boxes.iter().filter(|(_, ticked)| *ticked) {
        found.push(marked_option(words, &marked, options)?);
    }
    // A form that prints ● before each of its options: nobody chose anything yet.
    if marked.may_be_list && names_all(&found, options) { Err(Misfit::UnclearChoice) } else { Ok(found) }
}

/// Whether every option of the survey is among those found; of a single one that says nothing.
fn names_all(found: &[Named], options: &Options) -> bool {
    let count = options.options.len();
    count > 1 && (0..count).all(|at| found.contains(&Named::Listed(at)))
}

/// Whether something speaks against the marks: a tick at nothing, or a text of one's own in an unticked 其他.
fn is_unclear(marked: &Marked, options: &Options) -> bool {
    let unticked_other = marked
        .boxes
        .iter()
        .filter(|(_, ticked)| !ticked)
        .any(|(words, _)| matches!(named(words, options), Some(Named::Other(text)) if !text.is_empty()));
    let nameless_tick = marked.boxes.iter().any(|(words, ticked)| *ticked && words.is_empty());
    unticked_other || nameless_tick
}

/// The option that a mark belongs to. Where ticks were written by hand, others may stand in the same row without a mark: √制造业
/// 软件业. A form that prints boxes has one for each, and words behind one box are that option's.
fn marked_option(words: &str, marked: &Marked, options: &Options) -> Result<Named, Misfit> {
    if let Some(named) = named(words, options) {
        return Ok(named);
    }
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = words.trim();
    while !rest.is_empty() {
        let (part, after) = split_option(rest, options);
        parts.push(part);
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || SEPARATORS.contains(&c));
    }
    let (near, others) = marked.nearest(&parts).ok_or(Misfit::UnclearChoice)?;
    let near = named(near, options).ok_or(Misfit::UnknownOption)?;
    if others.iter().any(|other| named(other, options).is_none()) {
        return Err(Misfit::UnknownOption);
    }
    let has_empty_boxes = marked.boxes.iter().any(|(_, ticked)| !ticked);
    if has_empty_boxes { Err(Misfit::UnclearChoice) } else { Ok(near) }
}

fn written_out(text: &str, options: &Options) -> Result<Vec<Named>, Misfit> {
    let mut found: Vec<Named> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if let Some(Named::Other(said)) = other(rest, options).filter(|other| *other != Named::Other(String::new())) {
            // 其他：物联网、云计算 may name an option of the survey as well.
            if said.split(SEPARATORS).any(|part| listed(part, options).is_some()) {
                return Err(Misfit::UnclearChoice);
            }
            found.push(Named::Other(said));
            break;
        }
        let (part, after) = split_option(rest, options);
        found.push(named(part, options).ok_or(Misfit::UnknownOption)?);
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || SEPARATORS.contains(&c));
    }
    // All that the form prints and no mark: nobody chose anything yet.
    if options.options.len() >= 3 && names_all(&found, options) { Err(Misfit::UnclearChoice) } else { Ok(found) }
}

/// Splits the longest front off a text that is one option, as a label may hold the very signs that part options.
fn split_option<'t>(text: &'t str, options: &Options) -> (&'t str, &'t str) {
    let ends = text
        .char_indices()
        .filter(|(_, c)| c.is_whitespace() || SEPARATORS.contains(c))
        .map(|(at, _)| at)
        .chain([text.len()]);
    let fits: Option<usize> =
        ends.clone().filter(|at| text.get(..*at).is_some_and(|part| named(part, options).is_some())).max();
    let first = text.find(|c: char| SEPARATORS.contains(&c)).unwrap_or(text.len());
    text.split_at_checked(fits.unwrap_or(first)).unwrap_or((text, ""))
}

/// The option that a text names in full.
fn named(text: &str, options: &Options) -> Option<Named> {
    listed(text, options).map(Named::Listed).or_else(|| other(text, options))
}

/// The position of the option whose label, alias or key a text is.
fn listed(text: &str, options: &Options) -> Option<usize> {
    let bare = wording(text);
    let numbered = without_number(&bare);
    let own = position(numbered, options)?;
    // A、C are two options with letters for names; A.制造业 is one with its letter before it.
    let number = bare.strip_suffix(numbered).map(wording).unwrap_or_default();
    position(&number, options).is_none_or(|of_number| of_number == own).then_some(own)
}

fn position(bare: &str, options: &Options) -> Option<usize> {
    let is = |option: &Choosable| {
        [&option.key, &option.label].into_iter().chain(&option.aliases).any(|known| wording(known) == bare)
    };
    if bare.is_empty() { None } else { options.options.iter().position(is) }
}

/// 其他, where the survey has it, with what is said there.
fn other(text: &str, options: &Options) -> Option<Named> {
    if !options.other {
        return None;
    }
    let bare = without_number(text.trim());
    let rest = OTHERS.iter().find_map(|word| bare.strip_prefix(word)).or_else(|| other_in_english(bare))?;
    // 其他、云计算 are two options.
    if rest.starts_with(SEPARATORS) {
        return None;
    }
    let rest =
        rest.trim_start().trim_start_matches(['(', '（']).trim_start_matches("请注明").trim_start_matches("请说明");
    let rest = rest.trim_start_matches("please specify");
    let rest = rest.trim_end_matches([')', '）']).trim_start_matches([':', '：', ')', '）', ' ']);
    let said = rest.trim_matches(|c: char| c == '_' || c == '＿' || c.is_whitespace());
    Some(Named::Other(said.to_owned()))
}

/// What follows Other; Otherwise is another word.
fn other_in_english(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    ["other", "others"].iter().any(|known| word.eq_ignore_ascii_case(known)).then_some(rest)
}

/// How options are compared: one width, no spaces, no full stop or quotation mark around.
fn wording(text: &str) -> String {
    let flat = squeeze(text).to_lowercase();
    flat.trim_matches(|c: char| matches!(c, '.' | '。' | ':' | '"' | '“' | '”' | '_' | '*' | '、' | ')')).to_owned()
}

/// Cuts off a number or letter before an option: A. 制造业, 1、制造业.
fn without_number(text: &str) -> &str {
    let after = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    let count = text.len() - after.len();
    let rest = after.trim_start_matches(['.', '、', ')', '）', '．', ':', '：']);
    if (1..=2).contains(&count) && rest.len() < after.len() && !rest.is_empty() { rest.trim_start() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        let option = |key: &str, label: &str, aliases: &[&str]| Choosable {
            key: key.into(),
            label: label.into(),
            aliases: aliases.iter().map(|alias| (*alias).into()).collect(),
        };
        Options {
            options: vec![
                option("manufacturing", "制造业", &["工业", "A"]),
                option("software", "软件和信息服务业", &["软件业", "B"]),
                option("trade", "批发、零售业", &["商贸", "C"]),
            ],
            other: true,
        }
    }

    fn short(understood: &Understood) -> String {
        let codes = understood.problems.iter().map(|problem| problem.code().to_owned());
        let chosen = match &understood.value {
            Value::Choice(Some(chosen)) | Value::Choices(Some(chosen)) => {
                let other = chosen.other.as_ref().map(|other| format!("({other})")).unwrap_or_default();
                Some(chosen.keys.join(",") + &other)
            }
            _ => None,
        };
        chosen.into_iter().chain(codes).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check(written: &str, expected: &str) {
        assert_eq!(short(&one(written, &options(), &[])), expected, "{written}");
    }

    #[track_caller]
    fn check_several(written: &str, expected: &str) {
        assert_eq!(short(&several(written, &options(), &[])), expected, "{written}");
    }

    #[test]
    fn an_option_is_known_by_its_label_or_an_alias() {
        for written in ["制造业", " 制 造 业 ", "工业", "A", "A.制造业", "1、制造业", "制造业。", "manufacturing"]
        {
            check(written, "manufacturing");
        }
        check("批发、零售业", "trade");
        check("其他：农业", "other(农业)");
        check("其他（请注明）：农业", "other(农业)");
        check("其它", "other");
        check("Other", "other");
        check("Other: farming", "other(farming)");
        check("Others (please specify): farming", "other(farming)");
        check("other (farming)", "other(farming)");
    }

    #[test]
    fn a_ticked_option_is_the_one_that_is_chosen() {
        for written in [
            "☑制造业 □软件和信息服务业 □批发、零售业 □其他：____",
            "制造业☑ 软件和信息服务业□ 批发、零售业□",
            "√制造业 软件和信息服务业 批发、零售业",
            "（√）制造业（ ）软件和信息服务业（ ）批发、零售业",
            "■制造业\n□软件和信息服务业\n□批发、零售业",
            "☑A.制造业 □B.软件和信息服务业",
            "制造业（单选）",
            "（请在□内打√）☑制造业 □软件业",
        ] {
            check(written, "manufacturing");
        }
        check("□制造业 □软件和信息服务业 ☑其他：农业", "other(农业)");
    }

    #[test]
    fn a_choice_that_is_none_is_asked_about() {
        check("☑制造业 ☑软件和信息服务业 □批发、零售业", "several_chosen");
        check("制造业、软件业", "several_chosen");
        check("农业", "unknown_option");
        check("☑农业 □制造业", "unknown_option");
        check("制造业 √ 软件和信息服务业", "unclear_choice");
        check("□制造业 ☐其他：农业", "unclear_choice");
        check("制造业 软件和信息服务业 批发、零售业", "unclear_choice");
        check("√", "unclear_choice");
        for written in ["", "/", "无", "□制造业 □软件和信息服务业 □批发、零售业"] {
            check(written, "missing");
        }
    }

    #[test]
    fn several_options_are_read_however_they_are_parted() {
        for written in [
            "制造业、批发、零售业",
            "制造业，商贸",
            "商贸；制造业",
            "制造业\n商贸",
            "A、C",
            "制造业 商贸",
            "☑制造业 □软件和信息服务业 ☑批发、零售业",
            "制造业√ 软件和信息服务业 批发、零售业√",
            "●制造业\n●批发、零售业",
        ] {
            check_several(written, "manufacturing,trade");
        }
        check_several("制造业、其他：种植、养殖", "manufacturing,other(种植、养殖)");
        check_several("其他、制造业", "manufacturing,other");
        check_several("其他：农业、制造业", "unclear_choice");
        check_several("☑制造业、软件业 □批发、零售业", "unclear_choice");
        check_several("制造业、农业", "unknown_option");
        check_several("□制造业 □软件和信息服务业", "missing");
    }

    #[test]
    fn a_form_that_prints_a_bullet_before_each_option_has_nothing_ticked() {
        for bullet in ["■", "●", "◆", "★", "▪"] {
            for other in ["", " ?其他：____"] {
                let printed = format!("?制造业 ?软件和信息服务业 ?批发、零售业{other}").replace('?', bullet);
                check_several(&printed, "unclear_choice");
                check(&printed, "unclear_choice");
            }
        }
        check_several("☑制造业 ☑软件和信息服务业 ☑批发、零售业", "manufacturing,software,trade");
        check_several("√制造业 √软件和信息服务业 √批发、零售业", "manufacturing,software,trade");
        check_several("■制造业 ■软件和信息服务业 ■批发、零售业 □其他", "manufacturing,software,trade");
        check_several("（●）制造业 （●）软件和信息服务业 （●）批发、零售业", "manufacturing,software,trade");
    }
}
