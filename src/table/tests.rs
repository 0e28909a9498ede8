//! Tables are read again by others: by the reader of forms, and, in `tests/export.rs`, by other programs.

use std::io::{Cursor, Write};

use ::parquet::file::reader::{FileReader, SerializedFileReader};
use calamine::{Data, Reader, Xlsx};

use super::testing::{digital, made, money, row, table, text};
use super::*;
use crate::document::Limits;
use crate::reading::{Prepared, Request, read_file};

const HOSTILE: [&str; 4] = ["=1+1", "＝HYPERLINK(\"http://x.example\")", "@SUM(A1)", "+cmd|' /C calc'!A0"];

fn small() -> Table {
    let mut table = table(2);
    table.rows.push(row(3, "乙公司", HOSTILE, Some(money("300-500万元", Some("3000000"), Some("5000000"), "CNY"))));
    table.rows.push(row(4, "丙公司", ["", "", "", ""], None));
    table.rows[2].state = Standing::InCorrection;
    table.rows[3].state = Standing::InCorrection;
    table.scope = Scope::default();
    table
}

fn opened(bytes: &[u8]) -> SerializedFileReader<std::fs::File> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    SerializedFileReader::new(file).unwrap()
}

#[test]
fn every_format_has_the_columns_of_the_view_and_the_rows_in_their_order() {
    let table = small();
    let names: Vec<String> = columns(&table.survey).into_iter().map(|column| column.name).collect();
    let objects: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&json(&table)).unwrap();
    assert_eq!(objects.len(), 4);
    assert!(
        objects.iter().all(|object| object.len() == names.len() && names.iter().all(|name| object.contains_key(name)))
    );
    assert_eq!(objects[0]["received_at"], "2017-12-19T08:05:00.123456Z");
    assert_eq!(objects[2]["revenue_low"], 3_000_000);
    assert_eq!(objects[3]["revenue"], serde_json::Value::Null);
    assert_eq!(objects[2]["technology"], HOSTILE[1]);

    let reader = opened(&parquet(&table, &made()).unwrap());
    let schema = reader.metadata().file_metadata().schema();
    assert_eq!(schema.get_fields().iter().map(|field| field.name().to_owned()).collect::<Vec<_>>(), names);
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    let first: Vec<String> = rows[0].get_column_iter().map(|(_, field)| field.to_string()).collect();
    assert_eq!(first[1..5], ["\"complete\"", "1", "2017-12-19 08:05:00.123456 +00:00", "1"].map(str::to_owned));
    assert_eq!(first[11..13], ["12000000.0", "12000000.0"].map(str::to_owned));

    let lines = csv(&table, &made());
    assert_eq!(lines.lines().next().unwrap().matches("\",\"").count() + 1, names.len());
    for hostile in HOSTILE {
        assert!(lines.contains(&format!("\"'{}\"", hostile.replace('"', "\"\""))), "{lines}");
    }
    assert!(lines.contains("\"2017-12-19 16:05:00\"") && lines.contains("\"待更正\""), "{lines}");
}

#[test]
fn an_empty_table_is_one_in_every_format() {
    let mut table = table(0);
    table.scope = Scope::default();
    assert_eq!(json(&table), "[]\n");
    assert_eq!(csv(&table, &made()).lines().count(), 1);
    assert!(xlsx(&table, &made()).unwrap().starts_with(b"PK"));
    let reader = opened(&parquet(&table, &made()).unwrap());
    assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
    assert!(consolidated_docx(&table, None, &made()).starts_with(b"PK"));
    assert!(consolidated_xlsx(&table, None, &made()).starts_with(b"PK"));
}

#[test]
fn the_same_table_is_the_same_file() {
    let table = small();
    assert_eq!(xlsx(&table, &made()).unwrap(), xlsx(&table, &made()).unwrap());
    assert_eq!(parquet(&table, &made()).unwrap(), parquet(&table, &made()).unwrap());
    assert_eq!(consolidated_docx(&table, None, &made()), consolidated_docx(&table, None, &made()));
    assert_eq!(consolidated_xlsx(&table, None, &made()), consolidated_xlsx(&table, None, &made()));
}

/// A consolidated table is a table of the survey: the reader finds every return in it, as a district's own collection would.
#[test]
fn a_consolidated_table_reads_as_the_returns_it_holds() {
    let mut table = small();
    table.rows.push(row(5, "丁公司", ["国内领先", "算法", "无", "无"], text("1200万元")));
    let prepared = Prepared::new(&table.survey);
    for (name, bytes) in [
        ("汇总表.docx", consolidated_docx(&table, Some("岭泽市禾塘区"), &made())),
        ("汇总表.xlsx", consolidated_xlsx(&table, Some("岭泽市禾塘区"), &made())),
    ] {
        let request =
            Request { surveys: vec![&prepared], authserv_id: None, limits: Limits::default(), left_out: Vec::new() };
        let reading = read_file(name, &bytes, &request, &mut |_| {});
        let names: Vec<&str> = reading.returns.iter().map(|one| one.answers["name"].text.as_str()).collect();
        let complete: Vec<&str> = [0, 1, 4].iter().map(|at| table.rows[*at].respondent.as_str()).collect();
        assert_eq!(names, complete, "{name}: those in correction are not in it");
        assert_eq!(reading.returns[2].answers["position"].text, "国内领先", "{name}");
    }
}

#[test]
fn a_text_beyond_a_cell_of_excel_is_said_to_be_cut() {
    let mut table = table(1);
    table.rows[0].cells[1] = text(&"长".repeat(40_000));
    let mut book = Xlsx::new(Cursor::new(xlsx(&table, &made()).unwrap())).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let Data::String(shown) = &sheet[(2, 6)] else { panic!("no text") };
    assert!(shown.ends_with("（超出单元格上限，全文见原件）") && shown.chars().count() == 32_767);
    assert!(consolidated_xlsx(&table, None, &made()).starts_with(b"PK"));
}

#[test]
fn what_columns_and_states_mean_is_told() {
    let mut table = small();
    table.scope.tags = vec![("所属镇街".into(), "东街".into())];
    table.scope.since = Some(jiff::civil::date(2017, 12, 18));
    // Which it is does not matter here, and it changes with every word of the survey file.
    table.survey.revision = "（调查文件的摘要）".into();
    insta::assert_snapshot!(dictionary(&table, &made(), Form::Guarded));
    assert!(dictionary(&table, &made(), Form::Layout).contains("括号内是折合的万元数"));
    assert!(!dictionary(&table, &made(), Form::Names).contains("撇号"));
}

#[test]
fn days_are_whole_days_of_the_zone() {
    let day = jiff::civil::date(2017, 12, 20);
    let scope = Scope { since: Some(day), until: Some(day), ..Scope::default() };
    let (from, before) = scope.bounds(&made().zone);
    assert_eq!(from.unwrap().to_string(), "2017-12-19T16:00:00Z");
    assert_eq!(before.unwrap().to_string(), "2017-12-20T16:00:00Z");
    assert_eq!(Scope::default().bounds(&made().zone), (None, None));
}

/// With `POSTROOM_TABLES_OUT` naming a folder, consolidated tables of 1, 40 and 400 returns, and one of a survey with twelve items, are
/// written there for other programs and for eyes.
#[test]
fn consolidated_tables_are_packages_for_other_programs_to_open() {
    for (name, table) in [("1", table(1)), ("40", table(40)), ("400", table(400)), ("digital", digital())] {
        for (ending, bytes) in [
            ("docx", consolidated_docx(&table, Some("岭泽市禾塘区"), &made())),
            ("xlsx", consolidated_xlsx(&table, Some("岭泽市禾塘区"), &made())),
        ] {
            assert!(bytes.starts_with(b"PK"), "{name} {ending}");
            let Some(out) = std::env::var_os("POSTROOM_TABLES_OUT") else { continue };
            std::fs::write(std::path::Path::new(&out).join(format!("consolidated-{name}.{ending}")), bytes).unwrap();
        }
    }
}
