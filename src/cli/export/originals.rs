//! The original files of an export's returns: a folder for each enterprise, and an index with hash, message and path of each.
//!
//! What came with a return alone goes into its enterprise's folder whole. Of a mail with several returns each enterprise gets what its
//! own answers were read from, and what is nobody's goes into a folder of the mail's own. The folder is put in its place when it is
//! complete.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};

use crate::cli::archive::Opener;
use crate::cli::file_name::Names;
use crate::cli::{archive, output, print};
use crate::config::Config;
use crate::document::Fault;
use crate::place::BODY;
use crate::reading::Originals;
use crate::store::{Sources, Store, StoreError};
use crate::table::{Row, Table, csv_line};

/// Headings of the index.
const HEADINGS: [&str; 8] = ["填报单位", "答复", "来信", "信中路径", "文件", "字节数", "SHA-256", "说明"];
/// The folder of an enterprise without a name.
const NAMELESS: &str = "未署名";

/// Which files of a message go to the enterprise of a row.
struct Share<'t> {
    row: &'t Row,
    /// Paths in the message, [`BODY`] for its own text.
    paths: BTreeSet<String>,
    /// Whether all of its files do.
    is_whole: bool,
}

/// Refuses a folder in which something is.
pub(super) fn ensure_new(folder: &Path) -> anyhow::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries.with_context(|| folder.display().to_string())?,
    };
    if entries.count() > 0 {
        bail!("{}: something is in it; name a new folder with --with-files", folder.display());
    }
    Ok(())
}

/// Writes the files of all rows; answers how many.
pub(super) fn write(folder: &Path, table: &Table, store: &Store, config: &Config) -> anyhow::Result<usize> {
    let beside = output::beside(folder);
    let written = fill(&beside, table, store, config);
    let done = written.and_then(|number| {
        fs::rename(&beside, folder).with_context(|| folder.display().to_string())?;
        Ok(number)
    });
    if done.is_err() {
        // What is left of it is of no use to anybody, and the first error is the one to tell.
        let _ = fs::remove_dir_all(&beside);
    }
    done
}

fn fill(folder: &Path, table: &Table, store: &Store, config: &Config) -> anyhow::Result<usize> {
    fs::create_dir(folder).with_context(|| folder.display().to_string())?;
    let sources = store.sources(&table.survey.id)?;
    let opener = Opener::new(config)?;
    let mut writer = Writer { root: folder, folders: folders(&table.rows), inside: BTreeMap::new(), index: Vec::new() };
    for (message, shares) in plan(&table.rows, &sources) {
        let raw = match store.raw(message) {
            Ok(raw) => raw,
            Err(error @ StoreError::Removed { .. }) => {
                print::remark(&error.to_string());
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let originals = opener.originals(&raw).unwrap_or_else(|error| nothing_of(&shares, &error));
        for share in &shares {
            writer.share(message, share, &originals, &raw)?;
        }
        if sources.shared.contains(&message) {
            writer.rest(message, &of_somebody(message, &sources), &originals)?;
        }
    }
    let index: String = std::iter::once(csv_line(HEADINGS.map(str::to_owned))).chain(writer.lines()).collect();
    let file = folder.join("index.csv");
    fs::write(&file, format!("\u{feff}{index}")).with_context(|| file.display().to_string())?;
    Ok(writer.index.iter().filter(|line| !line.file.is_empty()).count())
}

/// Of a message that cannot be opened, each file is one that is not there; the others are exported all the same.
fn nothing_of(shares: &[Share<'_>], error: &anyhow::Error) -> Originals {
    let paths = shares.iter().flat_map(|share| &share.paths).filter(|path| *path != BODY);
    let faults = paths.map(|path| (path.clone(), Fault::Unreadable(error.to_string()))).collect();
    Originals { files: Vec::new(), faults }
}

/// The folder of each respondent, in the order of the rows.
fn folders(rows: &[Row]) -> BTreeMap<i64, String> {
    let mut names = Names::default();
    // The index lies beside the folders.
    names.file("index.csv");
    let mut folders = BTreeMap::new();
    for row in rows {
        folders.entry(row.respondent_id).or_insert_with(|| names.folder(&row.respondent, NAMELESS));
    }
    folders
}

/// Which files of which message go to which row, message by message.
fn plan<'t>(rows: &'t [Row], sources: &Sources) -> BTreeMap<i64, Vec<Share<'t>>> {
    let mut plan: BTreeMap<i64, Vec<Share<'_>>> = BTreeMap::new();
    for row in rows {
        let mut own: BTreeMap<i64, BTreeSet<String>> = BTreeMap::from([(row.message, BTreeSet::new())]);
        for (message, path) in sources.returns.get(&row.id).into_iter().flatten() {
            own.entry(*message).or_default().insert(path.clone());
        }
        let brought: BTreeSet<i64> = own.keys().copied().collect();
        let narratives = sources.narratives.get(&row.respondent_id).filter(|_| row.state.is_current());
        for (message, path) in narratives.into_iter().flatten() {
            own.entry(*message).or_default().insert(path.clone());
        }
        for (message, paths) in own {
            let is_whole = brought.contains(&message) && !sources.shared.contains(&message);
            plan.entry(message).or_default().push(Share { row, paths, is_whole });
        }
    }
    plan
}

/// The files of a message that some return was read from, or that are somebody's written material.
fn of_somebody(message: i64, sources: &Sources) -> BTreeSet<&str> {
    let all = sources.returns.values().chain(sources.narratives.values()).flatten();
    all.filter(|(of, _)| *of == message).map(|(_, path)| path.as_str()).collect()
}

/// One line of the index.
struct Line {
    respondent: String,
    row: Option<i64>,
    message: i64,
    path: String,
    /// Where it was written; empty for what could not be taken out.
    file: String,
    size: usize,
    hash: String,
    word: String,
}

struct Writer<'f> {
    root: &'f Path,
    /// The folder of each respondent.
    folders: BTreeMap<i64, String>,
    /// The names given out in each folder, and which files of which messages lie there.
    inside: BTreeMap<String, (Names, BTreeSet<(i64, String)>)>,
    index: Vec<Line>,
}

/// Whose folder something goes to: the respondent's name and the return, or nobody's.
type Owner<'t> = Option<&'t Row>;

impl Writer<'_> {
    /// Writes what a row gets of a message.
    fn share(&mut self, message: i64, share: &Share<'_>, originals: &Originals, raw: &[u8]) -> anyhow::Result<()> {
        let folder = self.folders.get(&share.row.respondent_id).cloned().unwrap_or_default();
        let is_its = |path: &str| share.is_whole || share.paths.contains(path);
        for (at, (path, bytes)) in originals.files.iter().enumerate().filter(|(_, (path, _))| is_its(path)) {
            self.file((&folder, Some(share.row)), (message, path, at), path, bytes)?;
        }
        if share.paths.contains(BODY) {
            self.file((&folder, Some(share.row)), (message, BODY, 0), &format!("m{message}.eml"), raw)?;
        }
        let faults: BTreeMap<&str, String> =
            originals.faults.iter().map(|(path, fault)| (path.as_str(), archive::why(fault))).collect();
        let is_there = |path: &str| path == BODY || originals.files.iter().any(|(there, _)| there == path);
        let missing = share.paths.iter().map(String::as_str).filter(|path| !is_there(path));
        let at_fault = faults.keys().copied().filter(|path| is_its(path));
        for path in missing.chain(at_fault).collect::<BTreeSet<_>>() {
            let word = faults.get(path).cloned().unwrap_or_else(|| "it is not in the message any more".to_owned());
            self.missing(Some(share.row), message, path, &word);
        }
        Ok(())
    }

    /// Writes what is nobody's of a message with several returns; a container is no more than its members.
    fn rest(&mut self, message: i64, of_somebody: &BTreeSet<&str>, originals: &Originals) -> anyhow::Result<()> {
        let holds = |path: &str| {
            let inside = format!("{path}/");
            originals.files.iter().any(|(other, _)| other.starts_with(&inside))
        };
        let folder = format!("来信m{message}");
        for (at, (path, bytes)) in originals.files.iter().enumerate() {
            if !of_somebody.contains(path.as_str()) && !holds(path) {
                self.file((&folder, None), (message, path, at), path, bytes)?;
            }
        }
        for (path, fault) in &originals.faults {
            if !of_somebody.contains(path.as_str()) {
                self.missing(None, message, path, &archive::why(fault));
            }
        }
        Ok(())
    }

    /// Writes a file, unless it lies there already for another row of the same enterprise.
    fn file(
        &mut self,
        (folder, owner): (&str, Owner<'_>),
        (message, path, at): (i64, &str, usize),
        name: &str,
        bytes: &[u8],
    ) -> anyhow::Result<()> {
        let is_new_folder = !self.inside.contains_key(folder);
        let (names, there) = self.inside.entry(folder.to_owned()).or_default();
        if !there.insert((message, format!("{path}#{at}"))) {
            return Ok(());
        }
        let inside = self.root.join(folder);
        if is_new_folder {
            fs::create_dir(&inside).with_context(|| inside.display().to_string())?;
        }
        let name = names.file(name);
        let target = inside.join(&name);
        let mut new = fs::File::create_new(&target).with_context(|| target.display().to_string())?;
        new.write_all(bytes).with_context(|| target.display().to_string())?;
        self.index.push(Line {
            respondent: owner.map(|row| row.respondent.clone()).unwrap_or_default(),
            row: owner.map(|row| row.id),
            message,
            path: path.to_owned(),
            file: format!("{folder}/{name}"),
            size: bytes.len(),
            hash: Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
            word: String::new(),
        });
        Ok(())
    }

    /// Notes what could not be taken out, in the index and for whoever runs the command.
    fn missing(&mut self, owner: Owner<'_>, message: i64, path: &str, word: &str) {
        print::remark(&format!("m{message}: {path}: not taken out, {word}"));
        self.index.push(Line {
            respondent: owner.map(|row| row.respondent.clone()).unwrap_or_default(),
            row: owner.map(|row| row.id),
            message,
            path: path.to_owned(),
            file: String::new(),
            size: 0,
            hash: String::new(),
            word: format!("未取出：{word}"),
        });
    }

    /// The lines of the index.
    fn lines(&self) -> impl Iterator<Item = String> {
        self.index.iter().map(|line| {
            let is_there = !line.file.is_empty();
            csv_line([
                line.respondent.clone(),
                line.row.map(|id| format!("r{id}")).unwrap_or_default(),
                format!("m{}", line.message),
                line.path.clone(),
                line.file.clone(),
                if is_there { line.size.to_string() } else { String::new() },
                line.hash.clone(),
                line.word.clone(),
            ])
        })
    }
}
