//! `postroom why`: the chain from a value to the bytes it was read from, and how it is read there today.

use serde::Serialize;

use super::explain::again::{self, Again};
use super::{explain, listing, local, print};
use crate::config::Config;
use crate::store::Why;

/// What `why` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The respondent, in full or a part of its name that fits no other
    respondent: String,
    /// The item's key, such as revenue
    item: String,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

/// Prints the chain, once for each survey that the respondent answered.
pub(super) fn perform(arguments: &Arguments, config: &Config) -> anyhow::Result<()> {
    let store = local::look(config)?;
    for why in &store.why(&arguments.respondent, &arguments.item)? {
        let again = again::read(why, &store, config);
        if arguments.json {
            print::json(&Chain { why, read_again: again.as_ref().ok() })?;
        } else {
            print_chain(why, config);
            print_again(why, again.as_ref());
        }
        if let Err(error) = again {
            print::remark(&format!("m{} cannot be read again: {error:#}", why.source.message));
        }
    }
    Ok(())
}

/// A chain as JSON.
#[derive(Serialize)]
struct Chain<'c> {
    #[serde(flatten)]
    why: &'c Why,
    /// What its message says today; none when it cannot be read.
    read_again: Option<&'c Again>,
}

/// How the kept message is read today, and whether that is what is stored.
fn print_again(why: &Why, again: Result<&Again, &anyhow::Error>) {
    let Ok(again) = again else { return };
    let mut heading = "read by";
    for line in &again.lines {
        print::line(format!("  {heading:<9} {line}"));
        heading = "";
    }
    if again.agrees {
        return;
    }
    let today = again.answer.as_ref().map(|answer| {
        let value = explain::value_of(answer);
        let value = if value.is_empty() { value } else { format!("  [{value}]") };
        format!("{}{value} at {}", explain::field(answer, "text"), explain::field(answer, "place"))
    });
    let today = today.unwrap_or_else(|| "no answer".into());
    print::line(format!("  today     the rules of today read m{} differently: {today}", why.source.message));
}

fn print_chain(why: &Why, config: &Config) {
    let (answer, source) = (&why.answer, &why.source);
    print::line(format!("{} of {}, survey {}", answer.item, why.respondent, why.survey));
    print::line(format!("  says      {}{}", answer.text, listing::understood(answer)));
    if let Some(unit) = &why.unit {
        print::line(format!("  unit      from the {}", unit.replace('_', " ")));
    }
    print::line(format!("  return    r{} ({}), read in r{}", why.current, why.state, source.id));
    print::line(format!("  stands at {}", answer.place));
    for former in &source.formerly {
        let said =
            former.answer.as_ref().map_or("nothing".into(), |one| format!("{}{}", one.text, listing::understood(one)));
        let until = local::time(&former.until, &config.time_zone);
        print::line(format!("  formerly  {said} (r{}, until it was read anew at {until})", former.id));
    }
    if let Some(file) = &source.attachment {
        print::line(format!("  file      {} ({}, {} bytes, sha256 {})", file.path, file.kind, file.size, file.sha256));
    }
    let received = local::time(&source.received_at, &config.time_zone);
    print::line(format!("  message   m{} from {} at {received}: {}", source.message, source.sender, source.subject));
    print::line(format!("            {} bytes, sha256 {}", source.size, source.sha256));
    for row in &source.locations {
        let at = &row.location;
        let which =
            if at.name.is_empty() { format!("uid {} (validity {})", at.uid, at.validity) } else { at.name.clone() };
        print::line(format!("  lies in   {} {} {which}", at.mailbox, at.folder));
    }
    print::line(format!("the bytes: `postroom raw m{0}`, the files: `postroom files m{0} --to DIR`", source.message));
}
