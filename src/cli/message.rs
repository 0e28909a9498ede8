//! `postroom show m17`: a message and what became of it, with the text recognised in its scans.

use super::{local, print};
use crate::config::Config;
use crate::store::{MessageView, RecognitionRow};

/// Prints a message.
pub(super) fn show(view: &MessageView, json: bool, config: &Config) -> anyhow::Result<()> {
    if json {
        return print::json(view);
    }
    let received = local::time(&view.received_at, &config.time_zone);
    print::line(format!("m{} from {} at {received}", view.id, view.sender.as_deref().unwrap_or("nobody")));
    print::line(format!("subject: {}", view.subject.as_deref().unwrap_or_default()));
    print::line(format!("{}: {}", view.state, became(view)));
    if let (Some(until), "kept") = (&view.put_off_until, view.state.as_str()) {
        let until = local::time(until, &config.time_zone);
        print::line(format!("put off until {until}: its sender sent too many within an hour ([limits])"));
    }
    if let Some(at) = &view.removed_at {
        let at = local::time(at, &config.time_zone);
        print::line(format!(
            "its bytes were removed at {at} ([retention], or erased); what follows was read of it before"
        ));
    }
    for finding in &view.sender_findings {
        print::line(format!("sender: {finding}"));
    }
    for file in &view.attachments {
        print::line(format!("file {} ({}, {} bytes)", file.path, file.kind, file.size));
    }
    for path in &view.cut_narratives {
        print::line(format!("only the beginning of the text of {path} is kept for `search`: it is very long"));
    }
    for one in &view.returns {
        print::line(format!("return r{} {}, {}", one.id, one.respondent, one.state));
    }
    for issue in &view.issues {
        let about = issue.attachment.as_deref().map(|path| format!(": {path}")).unwrap_or_default();
        print::line(format!("{} {}{about}", issue.severity, issue.code));
    }
    for notice in &view.notices {
        print::line(format!("notice n{} {} to {}, {}", notice.id, notice.kind, notice.recipient, notice.state));
    }
    view.recognised.iter().for_each(print_recognised);
    Ok(())
}

fn became(view: &MessageView) -> String {
    if let Some(original) = view.duplicate_of {
        return format!("the same as m{original}");
    }
    let words = [view.disposition.as_deref(), view.reason.as_deref(), view.silence.as_deref()];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    if words.is_empty() { "waiting".into() } else { words.join(", ") }
}

/// Prints what was recognised of a scan, under a heading that says what it is worth.
pub(super) fn print_recognised(row: &RecognitionRow) {
    let state = match (row.state.as_str(), &row.reason) {
        (_, Some(reason)) => format!(", not all of it: {reason}"),
        ("begun", None) => ", not yet done".into(),
        _ => String::new(),
    };
    print::line(format!(
        "recognised in {} by {}, for review: UNCONFIRMED, no return{state}",
        row.attachment, row.engine
    ));
    let mut page = 0;
    for one in &row.lines {
        if one.page != page {
            page = one.page;
            print::line(format!("  page {page}"));
        }
        print::line(format!("    {:3.0} %  {}", one.line.confidence * 100.0, one.line.text));
    }
}
