//! Listings: returns, one return, what an operator has to decide.

use super::{local, message, passages, print, target};
use crate::config::Config;
use crate::issue::{Figure, Hint, Problem};
use crate::store::{AnswerRow, Chapter, ReturnView, Target};

/// A listing's only option.
#[derive(Debug, clap::Args)]
pub(super) struct Json {
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// What `returns` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Returns {
    /// Only returns of this survey
    #[arg(long, value_name = "ID")]
    survey: Option<String>,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

/// What `show` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// The return, such as r12, or a message, such as m17
    #[arg(value_parser = target::shown)]
    name: target::Name,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// `postroom returns`.
pub(super) fn returns(arguments: &Returns, config: &Config) -> anyhow::Result<()> {
    let rows = local::look(config)?.returns(arguments.survey.as_deref())?;
    if arguments.json {
        return rows.iter().try_for_each(print::json);
    }
    let row = |row: &crate::store::ReturnRow| {
        vec![
            format!("r{}", row.id),
            print::short(&row.respondent, 30),
            row.state.clone(),
            format!("v{}", row.version),
            if row.errors > 0 { format!("{} to mend", row.errors) } else { String::new() },
            local::time(&row.received_at, &config.time_zone),
            format!("m{}", row.message),
            row.sender.clone(),
        ]
    };
    let headings = ["return", "respondent", "state", "", "", "received", "message", "sender"];
    print::table(&headings, &rows.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

/// `postroom show`.
pub(super) fn show(arguments: &Show, config: &Config) -> anyhow::Result<()> {
    let store = local::look(config)?;
    let view = match arguments.name.target(&store)? {
        Target::Return(id) => store.show(id)?,
        Target::Message(id) => return message::show(&store.message(&id.to_string())?, arguments.json, config),
        Target::Notice(id) => anyhow::bail!("n{id} is a notice; name a return (r12) or a message (m17)"),
    };
    if arguments.json {
        return print::json(&view);
    }
    print_return(&view, config);
    Ok(())
}

fn print_return(view: &ReturnView, config: &Config) {
    let row = &view.row;
    print::line(format!("r{} {}, {}, version {}", row.id, row.respondent, row.state, row.version));
    let received = local::time(&row.received_at, &config.time_zone);
    print::line(format!("from {} at {received} in m{}", row.sender, row.message));
    for former in &view.formerly {
        let until = local::time(&former.until, &config.time_zone);
        print::line(format!("read anew at {until}; as it was read before: r{}", former.id));
    }
    if let Some(anew) = &view.read_anew {
        let at = local::time(&anew.at, &config.time_zone);
        let by = anew.by.map_or("by no return".into(), |id| format!("by r{id}"));
        print::line(format!("read anew at {at} and replaced {by}"));
    }
    for answer in &view.answers {
        print::lines(format!("{}: {}{}", answer.item, answer.text.replace('\n', "\n    "), understood(answer)));
        print::line(format!("    {}", answer.place));
    }
    for issue in &view.issues {
        let place = issue.place.as_deref().map(|place| format!(" at {place}")).unwrap_or_default();
        let item = issue.item.as_deref().unwrap_or_default();
        let compared = compared_with(&issue.issue.problem).map(|words| format!(", {words}")).unwrap_or_default();
        print::line(format!("{} {}: {item}{place}{compared}", issue.severity, issue.code));
    }
    if view.story.len() > 1 {
        print::line("its story:");
        view.story.iter().for_each(|chapter| print_chapter(chapter, config));
    }
    passages::print(&view.passages);
    view.recognised.iter().for_each(message::print_recognised);
}

/// What a figure was compared with, and whether its sender was asked.
fn compared_with(problem: &Problem) -> Option<String> {
    let (with, hint) = match problem {
        Problem::UnlikeBefore { before, times, hint } => {
            let times = times.map(|times| format!("{times} times ")).unwrap_or_default();
            (format!("{times}the figure of the period before, {}", figure(before)), hint)
        }
        Problem::UnlikeSize { class, times, hint } => {
            (format!("{times} times the nearest end of what {class} has"), hint)
        }
        _ => return None,
    };
    let untold = if *hint == Hint::Nothing { "; nobody vouches for its sender, who was not asked" } else { "" };
    Some(format!("{with}{untold}"))
}

fn figure(figure: &Figure) -> String {
    let ends = match (figure.low.map(|end| end.normalize()), figure.high.map(|end| end.normalize())) {
        (Some(low), Some(high)) if low == high => low.to_string(),
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("{low} or more"),
        (None, high) => format!("{} or less", high.unwrap_or_default()),
    };
    figure.currency.as_ref().map_or(ends.clone(), |currency| format!("{ends} {currency}"))
}

/// A version of the return: who, when, what it did, what it changed.
fn print_chapter(chapter: &Chapter, config: &Config) {
    let received = local::time(&chapter.received_at, &config.time_zone);
    let did = match chapter.act.as_str() {
        "returns" => String::new(),
        act if chapter.words.is_empty() => format!(", {act} by plain reply"),
        act => format!(", {act} by plain reply: {}", print::short(&chapter.words, 60)),
    };
    let Chapter { id, version, sender, message, state, .. } = chapter;
    print::line(format!("  v{version} r{id} {received} {sender} in m{message}, {state}{did}"));
    for change in &chapter.changes {
        let shown =
            |text: &Option<String>| text.as_deref().map_or("(nothing)".to_owned(), |text| print::short(text, 60));
        print::line(format!("      {}: {} → {}", change.item, shown(&change.before), shown(&change.after)));
    }
}

/// An answer as it was understood, where that is more than its text.
pub(super) fn understood(answer: &AnswerRow) -> String {
    if let Some(value) = &answer.value {
        return format!("  [= {value}]");
    }
    let currency = answer.currency.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    match (&answer.low, &answer.high) {
        (Some(low), Some(high)) if low == high => format!("  [= {low}{currency}]"),
        (Some(low), Some(high)) => format!("  [= {low} to {high}{currency}]"),
        (Some(low), None) => format!("  [= {low}{currency} or more]"),
        (None, Some(high)) => format!("  [= up to {high}{currency}]"),
        (None, None) => String::new(),
    }
}

/// `postroom held`.
pub(super) fn held(arguments: &Json, config: &Config) -> anyhow::Result<()> {
    let held = local::look(config)?.held()?;
    if arguments.json {
        return held.iter().try_for_each(print::json);
    }
    if held.is_empty() {
        print::line("nothing waits for a decision");
        return Ok(());
    }
    let name = |target: Target| match target {
        Target::Message(id) => format!("m{id}"),
        Target::Return(id) => format!("r{id}"),
        Target::Notice(id) => format!("n{id}"),
    };
    let rows = held.iter().map(|one| {
        let since = local::time(&one.since, &config.time_zone);
        vec![name(one.target), since, one.address.clone(), print::short(&one.title, 30), one.why.clone()]
    });
    print::table(&["", "since", "address", "about", "why"], &rows.collect::<Vec<_>>());
    print::line("let through with `postroom release NAME`, put aside with `postroom discard NAME`");
    Ok(())
}
