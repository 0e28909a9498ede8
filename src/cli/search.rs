//! `postroom search`: where respondents wrote something, in written material, answers and recognised scans.

use std::io::IsTerminal as _;

use anyhow::Context as _;

use super::{local, print};
use crate::config::Config;
use crate::fulltext::Query;
use crate::store::{Hit, SearchFound, Source};
use crate::visible;

/// What the command's help shows.
pub(super) const HELP: &str = "Examples:
  postroom search 机器人
  postroom search 芯片 国家标准                all words, in one document
  postroom search '\"deep learning\"' --limit 50  these words so
  postroom search 专利 --survey ai-industry-2017 --json

Searched are written material, the answers that count, and text recognised in scans, which nobody has confirmed.
Chinese words of any length are found; width, case and accents make no difference.";

/// What `search` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What to look for; all words have to stand in one document, \"…\" is a phrase
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
    /// Only what answers this survey
    #[arg(long, value_name = "ID")]
    survey: Option<String>,
    /// Show so many documents
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

/// `postroom search`.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let typed = arguments.text.join(" ");
    let query = Query::parse(&typed).with_context(|| format!("cannot search for “{}”", print::short(&typed, 40)))?;
    let found = local::look(config)?.search(&query, arguments.survey.as_deref(), arguments.limit)?;
    if arguments.json {
        return found.hits.iter().try_for_each(print::json);
    }
    let marks = if std::io::stdout().is_terminal() { BOLD } else { SIGNS };
    print::raw(text(&found, &typed, marks));
    Ok(())
}

/// What stands before and behind a word that was found.
type Marks = (&'static str, &'static str);

const BOLD: Marks = ("\u{1b}[1m", "\u{1b}[0m");
const SIGNS: Marks = ("«", "»");

fn text(found: &SearchFound, typed: &str, marks: Marks) -> String {
    if found.total == 0 {
        return format!("nothing found: no document holds “{}”", visible::line(&print::short(typed, 40)));
    }
    let mut lines: Vec<String> = found.hits.iter().flat_map(|hit| hit_lines(hit, marks)).collect();
    let documents = if found.total == 1 { "document" } else { "documents" };
    lines.push(if found.hits.len() < found.total {
        format!("the best {} of {} documents; more with --limit", found.hits.len(), found.total)
    } else {
        format!("{} {documents}", found.total)
    });
    lines.join("\n")
}

fn hit_lines(hit: &Hit, marks: Marks) -> [String; 2] {
    let whose = match &hit.respondent {
        Some(name) => name.clone(),
        None if hit.sender.is_empty() => "nobody".to_owned(),
        None => format!("from {}", hit.sender),
    };
    let mut parts = vec![whose, document(hit)];
    parts.extend((!hit.place.is_empty()).then(|| hit.place.replace('!', " ")));
    parts.extend(hit.heading.as_ref().map(|heading| format!("under {heading}")));
    parts.extend(hit.item.as_ref().map(|item| format!("answer {item}")));
    if hit.unconfirmed {
        parts.push("recognised in a scan, UNCONFIRMED".to_owned());
    }
    if hit.held {
        parts.push(format!("held: `postroom release m{}`", hit.message));
    }
    [visible::line(&parts.join(", ")), format!("    {}", hit.snippet.marked(marks.0, marks.1))]
}

/// The return or message, and the file in it.
fn document(hit: &Hit) -> String {
    match (hit.source, hit.version) {
        (Source::Answer, Some(version)) => format!("r{version} {}", hit.attachment),
        _ => format!("m{} {}", hit.message, hit.attachment),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fulltext::Snippet;

    fn hit(source: Source) -> Hit {
        let text = "公司主攻工业\u{1b}[2J机器人";
        let (found, _) = Query::parse("机器人").unwrap().found_in(text);
        Hit {
            source,
            respondent: Some("岭泽市示例智能科技有限公司".into()),
            message: 17,
            version: None,
            item: None,
            sender: "li@firm.example".into(),
            attachment: "材料.docx".into(),
            place: "page 3!paragraph 2".into(),
            heading: None,
            unconfirmed: source == Source::Recognised,
            held: false,
            snippet: Snippet::of(text, &found),
        }
    }

    #[test]
    fn a_hit_tells_whose_it_is_where_it_stands_and_what_it_is_worth() {
        let answer = Hit {
            version: Some(12),
            item: Some("products".into()),
            attachment: "表.xlsx".into(),
            place: "Sheet1!D4".into(),
            ..hit(Source::Answer)
        };
        let nobody =
            Hit { respondent: None, held: true, heading: Some("二、产品".into()), ..hit(Source::Narrative) };
        let hits = vec![hit(Source::Narrative), answer, hit(Source::Recognised), nobody];
        insta::assert_snapshot!(text(&SearchFound { total: 4, hits }, "机器人", SIGNS));
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let found = SearchFound { total: 9, hits: vec![hit(Source::Narrative)] };
        assert!(text(&found, "机器人", BOLD).ends_with("the best 1 of 9 documents; more with --limit"));
        assert!(text(&found, "机器人", BOLD).contains("\u{1b}[1m机器人\u{1b}[0m"));
        let none = SearchFound { total: 0, hits: Vec::new() };
        assert_eq!(text(&none, "甲\u{1b}乙", SIGNS), "nothing found: no document holds “甲 乙”");
    }
}
