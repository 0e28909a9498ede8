//! `postroom read`: what would be understood of messages or documents, a line of JSON each, without any side effect; or how it
//! would be understood, for a person.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;

use super::cage::MayLack;
use super::{explain, print, progress};
use crate::document::Limits;
use crate::reader::{self, Job, Outcome, Pool};
use crate::reading::json;
use crate::survey::Survey;
use crate::value::figure;
use crate::verdict;

/// What `read` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Survey file; may be given several times [default: the founding survey]
    #[arg(long, value_name = "FILE")]
    survey: Vec<PathBuf>,
    /// The collection server whose Authentication-Results count [default: the topmost]
    #[arg(long, value_name = "ID")]
    authserv_id: Option<String>,
    /// Show what was seen: files, forms, which label went to which item, each answer with its place and rule
    #[arg(long)]
    explain: bool,
    /// Print the explanation as one web page, each table drawn with its labels and answers coloured
    #[arg(long, conflicts_with = "json")]
    html: bool,
    /// Print JSON, one object a line, as without --explain
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    may_lack: MayLack,
    /// Messages (.eml, mbox, a Maildir) or bare documents
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// One thing to be read.
struct Item {
    name: String,
    bytes: Arc<Vec<u8>>,
    is_message: bool,
}

/// Messages that are handed to a reader at once.
const GROUP: usize = 16;

/// Reads and prints. The exit code is 0 whatever was read, 1 when a path could not be opened or a reader failed.
pub(super) fn perform(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let surveys = surveys(&arguments.survey)?;
    let mut code = ExitCode::SUCCESS;
    let mut items = Vec::new();
    for path in &arguments.paths {
        match items_at(path) {
            Ok(found) => items.extend(found),
            Err(error) => {
                print::error(&error.context(path.display().to_string()));
                code = ExitCode::FAILURE;
            }
        }
    }
    let runtime = super::runtime::start()?;
    let pool = Pool::new(settings(surveys, arguments)?);
    let authserv_id = arguments.authserv_id.as_deref();
    let all_read = if arguments.explain || arguments.html {
        runtime.block_on(explain_all(&pool, &items, authserv_id, arguments))?
    } else {
        runtime.block_on(read_all(&pool, items, authserv_id))?
    };
    Ok(if all_read { code } else { ExitCode::FAILURE })
}

fn surveys(files: &[PathBuf]) -> anyhow::Result<Vec<Survey>> {
    if files.is_empty() {
        return Ok(vec![Survey::founding()?]);
    }
    let read = |path: &PathBuf| -> anyhow::Result<Survey> {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        Survey::from_toml(&text).and_then(figure::checked).with_context(|| path.display().to_string())
    };
    files.iter().map(read).collect()
}

fn settings(surveys: Vec<Survey>, arguments: &Arguments) -> anyhow::Result<reader::Settings> {
    Ok(reader::Settings {
        program: reader::THIS_PROGRAM.into(),
        readers: std::thread::available_parallelism()?.get(),
        surveys,
        limits: Limits::default(),
        time: std::time::Duration::from_secs(60),
        memory: 1 << 30,
        messages: 1_000,
        may_lack: arguments.may_lack.layers.clone(),
    })
}

/// Reads in groups, as many at a time as there are readers, and prints in the order given. Says whether all were read.
async fn read_all(pool: &Pool, items: Vec<Item>, authserv_id: Option<&str>) -> anyhow::Result<bool> {
    let mut all_read = true;
    let mut progress = progress::Progress::new(items.len(), "reading");
    let mut waiting = std::collections::VecDeque::new();
    let mut groups = items.chunks(GROUP);
    loop {
        while waiting.len() < pool.readers() * 2 {
            let Some(group) = groups.next() else { break };
            let names: Vec<String> = group.iter().map(|item| item.name.clone()).collect();
            let jobs = group.iter().map(|item| job(item, authserv_id)).collect();
            let pool = pool.clone();
            waiting.push_back((names, tokio::spawn(async move { pool.read(jobs).await })));
        }
        let Some((names, outcomes)) = waiting.pop_front() else { return Ok(all_read) };
        for (name, outcome) in names.iter().zip(outcomes.await?) {
            all_read &= print_one(name, outcome)?;
            progress.step();
        }
    }
}

/// Reads and explains, in the order given. Says whether all were read.
async fn explain_all(
    pool: &Pool,
    items: &[Item],
    authserv_id: Option<&str>,
    arguments: &Arguments,
) -> anyhow::Result<bool> {
    let mut all_read = true;
    let mut page = explain::Page::default();
    for group in items.chunks(GROUP) {
        let outcomes = pool.explain(group.iter().map(|item| job(item, authserv_id)).collect()).await;
        for (Item { name, .. }, outcome) in group.iter().zip(outcomes) {
            match outcome {
                Outcome::Read(explained) if arguments.html => page.add(name, &explained),
                Outcome::Read(explained) if arguments.json => print::json(&explain::line(name, &explained)?)?,
                Outcome::Read(explained) => explain::show(name, &explained),
                Outcome::Failed(why) | Outcome::NotTried(why) => all_read &= failed(name, &why),
            }
        }
    }
    if arguments.html {
        print::raw(page.render()?.trim());
    }
    Ok(all_read)
}

fn job(item: &Item, authserv_id: Option<&str>) -> Job {
    let bytes = Arc::clone(&item.bytes);
    Job {
        source: Box::new(move |to| to.write_all(&bytes)),
        surveys: Vec::new(),
        authserv_id: authserv_id.map(str::to_owned),
        document: (!item.is_message).then(|| item.name.clone()),
    }
}

/// Prints what was understood of one, or why nothing was.
fn print_one(name: &str, outcome: Outcome) -> anyhow::Result<bool> {
    match outcome {
        Outcome::Read(reading) => {
            let disposition = verdict::disposition_of(&reading);
            print::json(&json::line(name, disposition.as_str(), &reading))?;
            Ok(true)
        }
        Outcome::Failed(why) | Outcome::NotTried(why) => Ok(failed(name, &why)),
    }
}

/// Says that a path could not be read; never true.
fn failed(name: &str, why: &str) -> bool {
    print::error(&anyhow::anyhow!("{name}: {why}"));
    false
}

fn items_at(path: &Path) -> anyhow::Result<Vec<Item>> {
    if path.is_dir() {
        return maildir(path);
    }
    let bytes = fs::read(path)?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    if bytes.starts_with(b"From ") {
        let messages = mbox(&bytes);
        let item =
            |(number, bytes)| Item { name: format!("{name}#{number}"), bytes: Arc::new(bytes), is_message: true };
        return Ok((1..).zip(messages).map(item).collect());
    }
    let is_message = looks_like_message(&bytes);
    Ok(vec![Item { name, bytes: Arc::new(bytes), is_message }])
}

/// Whether a file is a message by its content: it begins with a header field (RFC 5322, 2.2).
pub(super) fn looks_like_message(bytes: &[u8]) -> bool {
    let head: Vec<u8> = bytes.iter().copied().take(1_000).take_while(|&byte| byte != b':').collect();
    let named = !head.is_empty() && head.len() < 80 && head.iter().all(|byte| byte.is_ascii_graphic());
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(64 << 10)).unwrap_or(bytes)).to_ascii_lowercase();
    let known = ["from:", "received:", "message-id:", "mime-version:", "subject:", "return-path:", "date:"];
    let fields = known.iter().filter(|field| text.starts_with(**field) || text.contains(&format!("\n{field}"))).count();
    named && fields >= 2
}

/// The messages of a Maildir, by name, or the files of a folder.
pub(super) fn files_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let parts = ["cur", "new"].map(|part| folder.join(part));
    let folders = if parts.iter().any(|part| part.is_dir()) { parts.to_vec() } else { vec![folder.to_owned()] };
    let mut paths = Vec::new();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        for entry in fs::read_dir(folder)? {
            paths.push(entry?.path());
        }
    }
    paths.retain(|path| path.is_file());
    paths.sort_by(|one, other| one.file_name().cmp(&other.file_name()));
    Ok(paths)
}

fn maildir(folder: &Path) -> anyhow::Result<Vec<Item>> {
    let mut items = Vec::new();
    for path in files_in(folder)? {
        items.extend(items_at(&path)?);
    }
    Ok(items)
}

/// Messages of an mbox (RFC 4155): each begins behind a line `From `, and `>From ` stands for such a line inside.
pub(super) fn mbox(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut messages: Vec<Vec<u8>> = Vec::new();
    let mut after_blank = true;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if after_blank && line.starts_with(b"From ") {
            messages.push(Vec::new());
        } else if let Some(message) = messages.last_mut() {
            let quoted = line
                .iter()
                .position(|&byte| byte != b'>')
                .is_some_and(|at| at > 0 && line.get(at..).is_some_and(|rest| rest.starts_with(b"From ")));
            message.extend_from_slice(if quoted { line.get(1..).unwrap_or(line) } else { line });
        }
        after_blank = line.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_of_an_mbox_is_lost_or_cut() {
        let text = b"From a Mon\nSubject: 1\n\nhello\n>From me\n\nFrom b Tue\nSubject: 2\n\nbye From here\n";
        let messages = mbox(text);
        assert_eq!(messages, [b"Subject: 1\n\nhello\nFrom me\n\n".to_vec(), b"Subject: 2\n\nbye From here\n".to_vec()]);
    }

    #[test]
    fn a_message_is_told_from_a_document_by_its_content() {
        assert!(looks_like_message(b"Return-Path: <a@b.example>\r\nFrom: a@b.example\r\nSubject: x\r\n\r\n"));
        assert!(!looks_like_message(b"PK\x03\x04 something: else"));
        assert!(!looks_like_message("企业名称：某公司\nSubject: x\nDate: y".as_bytes()));
    }
}
