//! The schema and its documentation say the same: `docs/schema.md` is made from the comments that stand in the file itself.
//! `POSTROOM_BLESS=1` writes it anew.

use std::fmt::Write as _;

use super::*;

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema.md");

const HEAD: &str = "# The database\n\n\
    Everything lies in `postroom.db`, an SQLite file: read it with any SQLite program, also while Postroom runs. This page is made from\n\
    the comments of the schema; a test keeps it true.\n\n\
    Times are text in UTC with microseconds (`2017-12-19T08:05:00.123456Z`), hashes SHA-256 in lower-case hexadecimal. A column that\n\
    may be `NULL` is so when its meaning says. For each survey there is a view `survey_<id>` with one row per respondent, its current version:\n\
    `respondent`, `state`, `version`, `received_at`, `message`, then the items; an amount has `<item>`, `<item>_low`, `<item>_high` and `<item>_currency`.\n";

/// A table's comment and those of its columns, from the text that SQLite keeps.
fn comments(sql: &str) -> (String, Vec<(String, String)>) {
    let comment = |line: &str| line.split_once("--").map(|(_, text)| text.trim().to_owned()).unwrap_or_default();
    let constraint =
        |name: &str| ["PRIMARY", "UNIQUE", "CHECK", "FOREIGN", ")"].iter().any(|word| name.starts_with(word));
    let columns = sql.lines().skip(1).filter_map(|line| Some((line.split_whitespace().next()?, line)));
    let columns = columns.filter(|(name, _)| !constraint(name));
    (comment(sql.lines().next().unwrap()), columns.map(|(name, line)| (name.to_owned(), comment(line))).collect())
}

#[test]
fn every_table_and_column_is_described_in_the_docs() {
    let house = House::new();
    let mut docs = HEAD.to_owned();
    for table in house.query("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'search_text%'") {
        let (meaning, columns) = comments(&table[1]);
        assert!(!meaning.is_empty(), "{} has no comment", table[0]);
        write!(docs, "\n## `{}`\n\n{meaning}\n\n| column | type | meaning |\n| --- | --- | --- |\n", table[0]).unwrap();
        let real = house.query(&format!("SELECT name, type, \"notnull\", pk FROM pragma_table_info('{}')", table[0]));
        assert_eq!(real.len(), columns.len(), "{}", table[0]);
        for (column, (name, meaning)) in real.iter().zip(&columns) {
            assert_eq!(&column[0], name);
            assert!(!meaning.is_empty(), "{}.{name} has no comment", table[0]);
            let optional = column[2] == "0" && column[3] == "0";
            assert_eq!(optional, meaning.contains("NULL"), "{}.{name}: absence has a meaning, or cannot be", table[0]);
            writeln!(docs, "| `{name}` | {} | {meaning} |", column[1]).unwrap();
        }
    }
    if std::env::var_os("POSTROOM_BLESS").is_some() {
        std::fs::write(DOCS, &docs).unwrap();
    }
    let written = std::fs::read_to_string(DOCS).unwrap_or_default();
    assert!(written == docs, "docs/schema.md is not what the schema says: run this test with POSTROOM_BLESS=1");
}

#[test]
fn the_file_is_safe_against_a_cut_of_power_and_against_strangers() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::new();
    assert_eq!(house.query("PRAGMA journal_mode"), [["wal"]]);
    let synchronous = house.store.write(|connection| {
        let value: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
        let keys: i64 = connection.query_row("PRAGMA foreign_keys", [], |row| row.get(0))?;
        Ok((value, keys))
    });
    assert_eq!(synchronous.wait().unwrap(), (2, 1), "FULL, with foreign keys");
    let mode = std::fs::metadata(house.store.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
    let loose = house.query("SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND schema = 'main' AND name NOT LIKE 'sqlite%'");
    assert!(loose.is_empty(), "{loose:?}");
}

#[test]
fn a_connection_that_reads_cannot_write() {
    let house = House::new();
    let refusal = house.store.read(|connection| Ok(connection.execute("DELETE FROM survey", [])?));
    assert!(refusal.is_err());
}
