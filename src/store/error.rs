//! What can go wrong in the store, without a word of SQL's own types.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the store could not do what it was asked. Whatever it is, nothing of the operation is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The disk is full.
    #[error("{} could not grow, as the disk is full: free some space; nothing was half-written", path.display())]
    Full {
        /// The database.
        path: PathBuf,
    },
    /// Another program held the write lock for longer than the busy timeout.
    #[error("{} is locked by another program: wait until it ends, or end it, and try again", path.display())]
    Busy {
        /// The database.
        path: PathBuf,
    },
    /// Another process runs on the data folder.
    #[error("{} is in use by {}: stop that one first, or name another data folder", path.display(), holder_words(*holder))]
    Held {
        /// The lock file.
        path: PathBuf,
        /// Its process number, if it could be read.
        holder: Option<u32>,
    },
    /// A command has the database open that is to be replaced or rewritten.
    #[error("a command of postroom is using {}: wait for it, or end it, and try again", path.display())]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// A command is just replacing or rewriting the database.
    #[error("{} is just being restored, or written anew after an erasure: wait for that command, and try again", path.display())]
    BeingReplaced {
        /// The database.
        path: PathBuf,
    },
    /// The database was made by a newer Postroom.
    #[error("{} was written by a newer postroom: use that version, or restore the backup made before it", path.display())]
    TooNew {
        /// The database.
        path: PathBuf,
    },
    /// The database is of an older schema, and was not copied before it would be brought up to date.
    #[error("{} is of schema {schema}, and is not brought up to date without a copy of it ({why}): mend that, or name another folder by `to` under [backup]", path.display())]
    NotUpgraded {
        /// The database.
        path: PathBuf,
        /// Number of its schema.
        schema: i64,
        /// Why there is no copy.
        why: String,
    },
    /// The file is no database, or damaged.
    #[error("{} is damaged ({why}): stop postroom, keep a copy of the file, and restore a backup", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What was seen.
        why: String,
    },
    /// The database contradicts itself.
    #[error("{} is not sound ({}): stop postroom, keep a copy of the file, and restore the last backup", path.display(), faults.join("; "))]
    Unsound {
        /// The database.
        path: PathBuf,
        /// What is wrong, in words.
        faults: Vec<String>,
    },
    /// A disk has too little room for a backup.
    #[error("{} has {free} MiB free, and a backup needs {needed}, with what [limits] leaves free: free some space, or name another disk by `to` under [backup] or --to", path.display())]
    NoRoom {
        /// The folder.
        path: PathBuf,
        /// MiB that are free.
        free: u64,
        /// MiB that are needed.
        needed: u64,
    },
    /// A file cannot be put in the place of the database.
    #[error("{} cannot be restored ({why}): nothing was changed; try an older backup", path.display())]
    NoBackup {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// What was erased still lies on the free pages of the database.
    #[error("all of it is blanked, but its old bytes still lie in {} ({why}): make room for a second copy of the file, end whatever has it open, and start postroom; `postroom check --database` tells whether it is done", path.display())]
    NotRewritten {
        /// The database.
        path: PathBuf,
        /// What was in the way.
        why: String,
    },
    /// The file cannot be opened, read or written.
    #[error("{} cannot be used ({why}): check that the folder exists and that its owner and permissions are right", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// Anything else the database says: a fault of ours.
    #[error("{} refused an operation ({why}): this is a fault of postroom, please report it", path.display())]
    Refused {
        /// The database.
        path: PathBuf,
        /// The database's words.
        why: String,
    },
    /// Nothing is stored under this name or number.
    #[error("there is no {what} {}{}", called(what, name), found_by(what))]
    Unknown {
        /// What was asked for, such as `message`.
        what: &'static str,
        /// Its name or number.
        name: String,
    },
    /// The bytes of a message are kept no more.
    #[error("the bytes of m{message} were removed on {} as [retention] says, or erased: its hash, its fate and what was read of it stay", at.get(..10).unwrap_or(at))]
    Removed {
        /// The message.
        message: i64,
        /// When, as RFC 3339 text.
        at: String,
    },
    /// It is not in the state that the operation asks for.
    #[error("{what} {} is {state}: only one that is {wanted} can be {act}", called(what, id))]
    WrongState {
        /// What it is, such as `message`.
        what: &'static str,
        /// Its number.
        id: i64,
        /// Its state.
        state: String,
        /// The state it should have.
        wanted: &'static str,
        /// What was to be done.
        act: &'static str,
    },
    /// A name fits several.
    #[error("{name} fits several {what}: give more of it")]
    Ambiguous {
        /// What was asked for, in the plural.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// It is not known whose returns of a message are.
    #[error(
        "it is not known whose {returns} in m{message} is: see `postroom held`, then name it with `postroom release {returns} --respondent N`, or `--respondent new`"
    )]
    InDoubt {
        /// The message.
        message: i64,
        /// The returns, such as `r12, r13`.
        returns: String,
    },
    /// Two surveys would have one view.
    #[error("surveys {one} and {other} would both have the view {view}: rename one of them")]
    SameView {
        /// A survey.
        one: String,
        /// The other one.
        other: String,
        /// The view's name.
        view: String,
    },
    /// Work within the transaction panicked.
    #[error("an operation on {} broke off: this is a fault of postroom, please report it", path.display())]
    BrokeOff {
        /// The database.
        path: PathBuf,
    },
    /// The writer has stopped.
    #[error("{} is closed: the program is stopping", path.display())]
    Closed {
        /// The database.
        path: PathBuf,
    },
}

/// A thing's number as the commands name it: m17, r12, n5. Other names stay.
fn called(what: &str, name: &impl ToString) -> String {
    let name = name.to_string();
    let letter = match what {
        "message" => "m",
        "return" => "r",
        "notice" => "n",
        _ => "",
    };
    if name.parse::<i64>().is_ok() { format!("{letter}{name}") } else { name }
}

/// Where the names are found that there are.
fn found_by(what: &str) -> &'static str {
    match what {
        "message" | "return" | "return in doubt in message" => {
            ": `postroom returns` lists what came, `postroom held` what waits"
        }
        "respondent" => ": `postroom roster` lists who is invited, `postroom returns` who answered",
        "answer" => ": `postroom show` lists the answers of a return",
        "notice" => ": `postroom held` lists those that wait",
        "survey" => ": `postroom check` lists those that are configured",
        _ => "",
    }
}

fn holder_words(holder: Option<u32>) -> String {
    holder.map_or_else(|| "another postroom".to_owned(), |pid| format!("another postroom (process {pid})"))
}

/// What goes wrong inside the store, before it is known which file it was.
#[derive(Debug)]
pub(super) enum Fault {
    /// The database's error.
    Sql(rusqlite::Error),
    /// A stored document or word cannot be understood.
    Garbled(String),
    /// Reading or writing bytes failed.
    Io(std::io::Error),
    /// Already in its final words.
    Plain(StoreError),
}

/// The result of an operation inside the store.
pub(super) type Outcome<T> = Result<T, Fault>;

impl Fault {
    /// Nothing is stored under this number.
    pub(super) fn unknown(what: &'static str, name: impl ToString) -> Self {
        Self::Plain(StoreError::Unknown { what, name: name.to_string() })
    }

    /// The error as the caller sees it, for the database at `path`.
    pub(super) fn at(self, path: &Path) -> StoreError {
        let path = path.to_owned();
        match self {
            Self::Plain(error) => error,
            Self::Garbled(why) => StoreError::Damaged { path, why },
            Self::Io(error) => StoreError::Unusable { path, why: error.to_string() },
            Self::Sql(error) => of_sql(&error, path),
        }
    }
}

fn of_sql(error: &rusqlite::Error, path: PathBuf) -> StoreError {
    let why = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full { path },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged { path, why },
        Some(
            ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure,
        ) => StoreError::Unusable { path, why },
        _ => StoreError::Refused { path, why },
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Garbled(error.to_string())
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Plain(error)
    }
}
