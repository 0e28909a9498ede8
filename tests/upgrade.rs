//! Installations are upgraded: databases that earlier programs made are opened by today's, and nothing that was in them is lost. How they
//! are made is told in `tests/upgrade/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::support::daemon::Postroom;

/// The schema of the first database that was kept; of older ones there may be some.
const FIRST: u32 = 14;
/// Migrations that came to installations along with a later one: no program had one of these as its newest.
const ALONG: std::ops::RangeInclusive<u32> = 15..=17;

/// Tables whose rows are made from others, and made anew by an upgrade.
const DERIVED: [&str; 1] = ["searched"];
/// Tables to which an upgrade adds.
const GROWING: [&str; 1] = ["meta"];

/// The rows of each table: its columns, and the rows as they sort.
type Content = BTreeMap<String, (Vec<String>, Vec<String>)>;

fn numbered(folder: &str, ending: &str) -> BTreeMap<u32, PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let number = |path: PathBuf| {
        let name = path.file_name()?.to_str()?.strip_suffix(ending)?.to_owned();
        let digits: String = name.chars().filter(char::is_ascii_digit).take(4).collect();
        Some((digits.parse().ok()?, path))
    };
    files.filter_map(number).collect()
}

fn databases() -> BTreeMap<u32, PathBuf> {
    numbered("tests/upgrade", ".db.zst")
}

fn newest() -> u32 {
    *numbered("src/store/schema", ".sql").last_key_value().unwrap().0
}

/// An installation with a database of this schema.
fn installed(database: &Path) -> Postroom {
    let postroom = Postroom::new(
        "answer_since = \"2010-01-01\"\nnotices = \"hold\"\n[[transport]]\nname = \"main\"\nkind = \"folder\"\n\
         path = \"replies\"\nfrom = \"收发室 <collect@collect.example>\"\n",
    );
    let data = postroom.home().join("data");
    std::fs::create_dir(&data).unwrap();
    let bytes = zstd::decode_all(std::fs::File::open(database).unwrap()).unwrap();
    std::fs::write(data.join("postroom.db"), bytes).unwrap();
    for (path, mode) in [(data.clone(), 0o700), (data.join("postroom.db"), 0o600)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    postroom
}

fn tables(connection: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'";
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn columns(connection: &Connection, table: &str) -> Vec<String> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
    statement.query_map([table], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn rows(connection: &Connection, table: &str, columns: &[String]) -> Vec<String> {
    let sql = format!("SELECT {} FROM {table}", columns.join(", "));
    let mut statement = connection.prepare(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let row = |row: &rusqlite::Row<'_>| {
        let cells = (0..columns.len()).map(|at| format!("{:?}", row.get::<_, Value>(at).unwrap()));
        Ok(cells.collect::<Vec<_>>().join("|"))
    };
    let mut rows: Vec<String> = statement.query_map([], row).unwrap().map(Result::unwrap).collect();
    rows.sort();
    rows
}

fn content(postroom: &Postroom) -> Content {
    let connection = postroom.database();
    let of = |table: String| {
        let columns = columns(&connection, &table);
        let rows = rows(&connection, &table, &columns);
        (table, (columns, rows))
    };
    tables(&connection).into_iter().map(of).collect()
}

/// Everything that was there before is there after, in the columns that there were.
fn check_kept(schema: u32, before: &Content, postroom: &Postroom) {
    let connection = postroom.database();
    for (table, (columns, was)) in before.iter().filter(|(table, _)| !DERIVED.contains(&table.as_str())) {
        let is = rows(&connection, table, columns);
        if GROWING.contains(&table.as_str()) {
            let is: BTreeSet<&String> = is.iter().collect();
            assert!(was.iter().all(|row| is.contains(row)), "schema {schema}: {table} lost rows");
        } else {
            assert_eq!(was, &is, "schema {schema}: {table}");
        }
    }
}

#[test]
fn a_migration_that_is_added_has_the_database_of_its_schema() {
    let migrations: BTreeSet<u32> = numbered("src/store/schema", ".sql").into_keys().collect();
    let databases: BTreeSet<u32> = databases().into_keys().collect();
    let is_wanted = |number: &&u32| **number >= FIRST && !ALONG.contains(number);
    let missing: Vec<&u32> = migrations.iter().filter(is_wanted).filter(|number| !databases.contains(number)).collect();
    assert!(
        missing.is_empty(),
        "no database of schema {missing:?}: make it with `tests/upgrade/make target/debug/postroom` (see tests/upgrade/README.md)"
    );
    assert!(databases.iter().all(|number| migrations.contains(number)), "{databases:?}");
}

#[test]
fn a_database_of_every_schema_is_upgraded_and_loses_nothing() {
    let mut seen = 0;
    for (schema, path) in databases() {
        let mut postroom = installed(&path);
        assert_eq!(postroom.rows("PRAGMA user_version"), [schema.to_string()], "{}", path.display());
        let before = content(&postroom);
        for table in
            ["message", "return_version", "answer", "issue", "notice", "attempt", "event", "raw_piece", "respondent"]
        {
            assert!(!before[table].1.is_empty(), "schema {schema}: {table} is empty, so nothing is shown");
        }
        // Without a start it is looked through as it is.
        let looked = postroom.say(&["check", "--database"]);
        assert!(looked.contains(&format!("schema {schema},")), "{looked}");
        let returns = postroom.json(&["returns"]).len();
        assert!(returns > 0);
        check_kept(schema, &before, &postroom);
        // There is a way back to the program of before.
        let copies: Vec<PathBuf> = std::fs::read_dir(postroom.home().join("data/backups"))
            .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
            .unwrap_or_default();
        assert_eq!(copies.len(), usize::from(schema < newest()), "schema {schema}: {copies:?}");
        for copy in &copies {
            let looked = postroom.say(&["check", "--database", copy.to_str().unwrap()]);
            assert!(looked.contains(&format!("schema {schema},")) && looked.contains("sound"), "{looked}");
        }
        let looked = postroom.say(&["check", "--database"]);
        assert!(looked.contains("sound") && !looked.contains("brings it up to date"), "schema {schema}: {looked}");
        for command in
            [&["status"][..], &["held"], &["show", "m1"], &["show", "r1"], &["roster"], &["search", "机器人"]]
        {
            postroom.say(command);
        }
        // The daemon starts on it, has nothing to do over again, and the archive reads as a whole.
        postroom.run();
        postroom.stop();
        let after = content(&postroom);
        for table in ["message", "return_version", "answer", "notice", "raw_piece"] {
            assert_eq!(before[table].1.len(), after[table].1.len(), "schema {schema}: {table}");
        }
        let replayed = postroom.command(&["replay"]);
        assert!(matches!(replayed.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&replayed.stderr));
        seen += 1;
    }
    println!("{seen} schemas upgraded");
    assert!(seen > 0);
}

/// A return that was put aside, a copy of it that stands aside for the same reason and without a word of its own, and another one.
const PUT_ASIDE: &str = "
    UPDATE return_version SET standing = 'discarded', ruling = 'discarded' WHERE id = 1;
    UPDATE return_version SET standing = 'discarded', ruling = 'none',
        as_read = (SELECT as_read FROM return_version WHERE id = 1) WHERE id = 2;";

#[test]
fn a_copy_of_a_discarded_return_does_not_come_back_by_an_upgrade() {
    let mut seen = 0;
    for (schema, path) in databases().into_iter().filter(|(schema, _)| *schema < 19) {
        let postroom = installed(&path);
        let versions =
            "SELECT id, standing FROM return_version WHERE respondent = (SELECT respondent FROM return_version
                        WHERE id = 1) ORDER BY id";
        assert_eq!(postroom.rows(versions), ["1|superseded", "2|superseded", "3|complete"], "schema {schema}");
        let database = Connection::open(postroom.home().join("data/postroom.db")).unwrap();
        database.execute_batch(PUT_ASIDE).unwrap();
        drop(database);
        // Whatever has the versions of the respondent folded anew.
        postroom.say(&["discard", "r3"]);
        assert_eq!(postroom.rows(versions), ["1|discarded", "2|discarded", "3|discarded"], "schema {schema}");
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn a_database_of_a_newer_program_is_refused_with_words_and_left_alone() {
    let (_, path) = databases().pop_last().unwrap();
    let postroom = installed(&path);
    let database = postroom.home().join("data/postroom.db");
    Connection::open(&database).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(&database).unwrap();
    for command in [&["run"][..], &["status"], &["returns"], &["check", "--database"], &["restore", "data/postroom.db"]]
    {
        let output = postroom.command(command);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{command:?}: {words}");
        let expected = if command[0] == "restore" {
            "the very database"
        } else {
            "was written by a newer postroom: use that version"
        };
        assert!(words.contains(expected), "{command:?}: {words}");
    }
    assert!(std::fs::read(&database).unwrap() == before, "the file was changed");
}

#[test]
fn a_database_that_cannot_be_copied_is_not_brought_up_to_date() {
    let (schema, path) = databases().pop_first().unwrap();
    let postroom = installed(&path);
    std::fs::write(postroom.home().join("data/backups"), "a file where the folder should be").unwrap();
    for command in [&["run"][..], &["returns"]] {
        let output = postroom.command(command);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        let expected = format!("is of schema {schema}, and is not brought up to date without a copy of it");
        assert!(output.status.code() == Some(1) && words.contains(&expected), "{command:?}: {words}");
    }
    assert_eq!(postroom.rows("PRAGMA user_version"), [schema.to_string()]);
}
