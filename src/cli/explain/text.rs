//! An explanation as text for a terminal.

use serde_json::Value as Json;

use super::{answer_in, field, item_lines, plain_line, print, value_of, words};
use crate::reading::explain::{BlockSeen, Explained, Explanation, FormSeen, ReturnSeen, Role, SourceSeen, TextSeen};

/// Prints how one message was read.
pub(in crate::cli) fn show(name: &str, explained: &Explained) {
    lines(name, explained).iter().for_each(print::line);
    print::line("");
}

/// The text, line by line.
pub(super) fn lines(name: &str, explained: &Explained) -> Vec<String> {
    let Explained { reading, explanation } = explained;
    let line = plain_line(name, explained);
    let mut lines = vec![format!("{name}: {}", field(&line, "disposition"))];
    let envelope = &reading.envelope;
    if !envelope.from.is_empty() {
        lines.push(format!("  from {}: {}", envelope.from, print::short(&envelope.subject, 60)));
    }
    if reading.automatic.is_some() {
        lines.push("  automatic mail".into());
    }
    if reading.dmarc_failed {
        lines.push("  the sender's authentication failed".into());
    }
    lines.extend(words::surveys(explanation));
    lines.extend(words::files(reading));
    lines.extend(explanation.sources.iter().flat_map(source));
    for (of, one) in explanation.returns.iter().enumerate() {
        lines.extend(one_return(of, one, explanation, &line));
        let issues = reading.returns.get(of).map(|one| one.issues.as_slice()).unwrap_or_default();
        lines.extend(issues.iter().map(|issue| format!("  {}", words::issue(issue))));
    }
    for narrative in &reading.narratives {
        let whose = narrative.respondent.as_deref().map(|name| format!(" of {name}")).unwrap_or_default();
        lines.push(format!("narrative{whose}: {}", narrative.attachment));
    }
    lines.extend(reading.issues.iter().map(words::issue));
    lines
}

fn source(source: &SourceSeen) -> Vec<String> {
    let mut lines = vec![format!("{} ({}): {}", source.path, source.format, words::source(source))];
    lines.extend(source.forms.iter().flat_map(form));
    let doubts: Vec<String> = texts(source).filter_map(doubt).collect();
    if !doubts.is_empty() {
        lines.push("  like a label, and taken for none:".into());
        lines.extend(doubts);
    }
    lines
}

fn form(form: &FormSeen) -> Vec<String> {
    let mut lines = vec![format!("  form: {}", words::form(form))];
    for label in &form.labels {
        let around = if label.around { ", around the table" } else { "" };
        let (text, places) = (print::short(&label.text, 40), label.places.join(" and "));
        lines.push(format!(
            "    {:<12} {:>4}  「{text}」 {places}{around}",
            label.item,
            words::percent(label.confidence)
        ));
    }
    lines.extend(form.unit_lines.iter().map(|line| format!("    unit line 「{line}」")));
    lines.extend(form.passed.iter().map(|row| format!("    row {} passed over: {}", row.row, words::passed(row.why))));
    lines
}

/// The texts of a source.
fn texts(source: &SourceSeen) -> impl Iterator<Item = &TextSeen> {
    source.blocks.iter().flat_map(|block| match block {
        BlockSeen::Line(line) => vec![line],
        BlockSeen::Grid { cells, .. } => cells.iter().map(|cell| &cell.seen).collect(),
        BlockSeen::LeftOut(_) => Vec::new(),
    })
}

fn doubt(text: &TextSeen) -> Option<String> {
    let doubted = text.roles.iter().find_map(|role| match role {
        Role::Doubted(doubted) => Some(doubted),
        _ => None,
    })?;
    Some(format!("    「{}」 {}, {}", print::short(&text.text, 40), text.place, words::doubted(doubted)))
}

fn one_return(of: usize, one: &ReturnSeen, explanation: &Explanation, line: &Json) -> Vec<String> {
    let from = one.forms.iter().filter_map(|at| {
        let source = explanation.sources.get(at.source)?;
        let form = source.forms.get(at.form)?;
        Some(form.table.clone().unwrap_or_else(|| source.path.clone()))
    });
    let from: Vec<String> = from.collect();
    let mut lines = vec![format!("return {}, from {}", of + 1, from.join(", joined with "))];
    for item in &one.items {
        let answer = answer_in(line, of, &item.item);
        let text = answer.map(|answer| field(answer, "text")).unwrap_or("(no answer)");
        let value = answer.map(value_of).filter(|value| !value.is_empty());
        let value = value.map(|value| format!("  [{value}]")).unwrap_or_default();
        lines.push(format!("  {}: {}{value}", item.item, text.replace('\n', "\n    ")));
        lines.extend(item_lines(item, explanation).into_iter().map(|line| format!("      {line}")));
    }
    lines
}
