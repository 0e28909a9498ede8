//! Signs that a message has to do with a survey.

use super::gather::Gathered;
use crate::mail::Message;
use crate::survey::Survey;
use crate::value::identity::squeeze;

/// Words for a form, one of which stands in most titles.
const FORM_WORDS: [&str; 10] =
    ["调查表", "调查问卷", "调查", "统计表", "登记表", "申报表", "填报表", "情况表", "信息表", "报表"];
/// Characters that a text and a title have in common when they speak of the same matter.
const SHARED: usize = 4;

/// Whether subject, text or a file name bears a word of a survey's title or form.
pub(super) fn bears_sign(message: &Message, gathered: &Gathered, surveys: &[&Survey]) -> bool {
    if !message.envelope.tokens.is_empty() {
        return true;
    }
    let body = &message.body;
    let files = gathered.facts.iter().map(|facts| facts.path.as_str());
    let texts = [&message.envelope.subject, &body.text, &body.html, &body.quoted_text, &body.quoted_html];
    // One after the other: most subjects tell.
    texts.into_iter().map(String::as_str).chain(files).any(|text| {
        let text = squeeze(text);
        surveys.iter().any(|survey| speaks_of(&text, survey))
    })
}

fn speaks_of(text: &str, survey: &Survey) -> bool {
    let title = squeeze(&survey.title);
    let labels = survey.items.iter().map(|item| squeeze(&item.label)).filter(|label| label.chars().count() > SHARED);
    if labels.chain([title.clone()]).any(|word| !word.is_empty() && text.contains(&word)) {
        return true;
    }
    let names_form = FORM_WORDS.iter().any(|word| text.contains(word));
    let subject_of_title = FORM_WORDS.iter().fold(title, |title, word| title.replace(word, ""));
    let chars: Vec<char> = subject_of_title.chars().collect();
    names_form && chars.windows(SHARED).any(|window| text.contains(&window.iter().collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_about_the_survey_is_a_sign_and_an_advertisement_is_none() {
        let survey = Survey::founding().unwrap();
        for text in ["人工智能产业调查表", "回复：人工智能产业相关企业、技术平台调查表", "…下一阶段主要的技术攻关方向…"]
        {
            assert!(speaks_of(&squeeze(text), &survey), "{text}");
        }
        for text in ["人工智能产业峰会邀请函", "员工满意度调查表", "发票"] {
            assert!(!speaks_of(&squeeze(text), &survey), "{text}");
        }
    }
}
