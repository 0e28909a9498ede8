//! Tables as text: fields separated by tabs, semicolons, bars or commas (RFC 4180 with what programs make of it).
//!
//! Nothing declares the separator, and prose has commas too; so a text is a table only when most of its rows agree on the
//! number of fields. The full-width comma is no separator: it is how Chinese prose is written.

use std::collections::BTreeMap;

use super::{Block, Budget, Cell, Document, Fault, Format, Grid, Origin};

/// Separators, the less they occur in prose the earlier.
const SEPARATORS: [char; 4] = ['\t', ';', '|', ','];

/// Reads a text as a table; none when it is not one.
///
/// A row of the grid is a record, counted from 0 with the empty ones; a title or unit line is a row with one cell.
///
/// # Errors
/// [`Fault::TooLarge`] when it has more cells than the budget.
pub(crate) fn read(source: &str, text: &str, budget: &mut Budget) -> Result<Option<Document>, Fault> {
    let mut best: Option<(usize, Vec<Vec<String>>)> = None;
    for separator in SEPARATORS.into_iter().filter(|separator| text.contains(*separator)) {
        let records = records(text, separator);
        let score = score(&records, separator);
        if score > best.as_ref().map_or(0, |(best, _)| *best) {
            best = Some((score, records));
        }
    }
    let Some((_, records)) = best else { return Ok(None) };
    let grid = Grid { origin: Origin::Table { number: 1 }, cells: cells(records, budget)? };
    Ok(Some(Document {
        source: source.to_owned(),
        format: Format::Delimited,
        blocks: vec![Block::Grid(grid)],
        has_pictures: false,
    }))
}

/// Reads a text of which it is known that it is a table, however few rows it has: its first line with separators shows which one it
/// uses.
///
/// # Errors
/// [`Fault::TooLarge`] when it has more cells than the budget.
pub(crate) fn declared(text: &str, budget: &mut Budget) -> Result<Grid, Fault> {
    let times = |line: &str, separator: char| line.matches(separator).count();
    let shown =
        |line: &str| SEPARATORS.into_iter().rev().max_by_key(|one| times(line, *one)).filter(|one| line.contains(*one));
    let separator = text.lines().find_map(shown).unwrap_or(',');
    Ok(Grid { origin: Origin::Table { number: 1 }, cells: cells(records(text, separator), budget)? })
}

/// Makes grids of the paragraphs of a text that have tabs and follow one another. Numbered lines (`1.⇥企业名称：…`) are no table.
///
/// # Errors
/// [`Fault::TooLarge`] when they have more cells than the budget.
pub(crate) fn with_grids(document: Document, budget: &mut Budget) -> Result<Document, Fault> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut run: Vec<Block> = Vec::new();
    let mut number = 0;
    for block in document.blocks {
        if matches!(&block, Block::Paragraph(paragraph) if paragraph.text.trim().contains('\t')) {
            run.push(block);
            continue;
        }
        end_run(&mut run, &mut blocks, &mut number, budget)?;
        blocks.push(block);
    }
    end_run(&mut run, &mut blocks, &mut number, budget)?;
    Ok(Document { blocks, ..document })
}

fn end_run(run: &mut Vec<Block>, blocks: &mut Vec<Block>, number: &mut u32, budget: &mut Budget) -> Result<(), Fault> {
    let lines: Vec<&str> = run
        .iter()
        .filter_map(|block| match block {
            Block::Paragraph(paragraph) => Some(paragraph.text.as_str()),
            Block::Grid(_) => None,
        })
        .collect();
    let is_table = lines.len() >= 2 && lines.first().is_some_and(|line| !line.contains(['：', ':']));
    if !is_table {
        blocks.append(run);
        return Ok(());
    }
    let records = lines.iter().map(|line| line.split('\t').map(|field| field.trim().to_owned()).collect()).collect();
    *number += 1;
    blocks.push(Block::Grid(Grid { origin: Origin::Table { number: *number }, cells: cells(records, budget)? }));
    run.clear();
    Ok(())
}

fn cells(records: Vec<Vec<String>>, budget: &mut Budget) -> Result<Vec<Cell>, Fault> {
    let mut cells = Vec::new();
    for (row, record) in (0..).zip(records) {
        for (column, text) in (0..).zip(record).filter(|(_, text)| !text.is_empty()) {
            budget.take_cells(1)?;
            cells.push(Cell { row, column, row_span: 1, column_span: 1, text, is_number: false });
        }
    }
    Ok(cells)
}

/// How much of a table a separator makes of the text: cells beyond the first in rows that agree; 0 for no table.
fn score(records: &[Vec<String>], separator: char) -> usize {
    let widths = records.iter().filter(|record| record.iter().any(|field| !field.is_empty())).map(Vec::len);
    let mut rows_by_width = BTreeMap::<usize, usize>::new();
    for width in widths {
        *rows_by_width.entry(width).or_default() += 1;
    }
    let all: usize = rows_by_width.values().sum();
    let split: usize = rows_by_width.range(2..).map(|(_, rows)| rows).sum();
    let Some((width, rows)) = rows_by_width.range(2..).max_by_key(|(width, rows)| (**rows, **width)) else { return 0 };
    let is_table = match separator {
        // Programs leave out empty fields at the end of a row, and prose has no tabs.
        '\t' => split >= 2 && split * 2 >= all,
        _ if *width == 2 => *rows >= 3 && *rows * 10 >= all * 9,
        _ => *rows >= 2 && *rows * 10 >= split * 8 && split * 10 >= all * 6,
    };
    if is_table { rows * (width - 1) } else { 0 }
}

/// Splits a text into records of fields.
fn records(text: &str, separator: char) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut rest = text;
    let mut has_quotes = true;
    while !rest.is_empty() {
        let record;
        (record, rest) = self::record(rest, separator, &mut has_quotes);
        records.push(if separator == '|' { without_frame(record) } else { record });
    }
    records
}

/// The fields up to the end of the record, and the text behind it.
fn record<'a>(text: &'a str, separator: char, has_quotes: &mut bool) -> (Vec<String>, &'a str) {
    let mut fields = Vec::new();
    let mut rest = text;
    loop {
        let mut field = String::new();
        if let Some(after) = rest.strip_prefix('"').filter(|_| *has_quotes) {
            match quoted(after, &mut field) {
                Some(after) => rest = after,
                // A quote that nothing closes is a character, and so are all behind it.
                None => {
                    *has_quotes = false;
                    field.clear();
                }
            }
        }
        let end = rest.find([separator, '\n']).unwrap_or(rest.len());
        let (tail, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        field.push_str(tail);
        fields.push(field.trim().replace("\r\n", "\n"));
        match after.strip_prefix(separator) {
            Some(next) => rest = next,
            None => return (fields, after.strip_prefix('\n').unwrap_or(after)),
        }
    }
}

/// Reads a quoted field behind its opening quote, and returns the text behind the closing one.
fn quoted<'a>(text: &'a str, field: &mut String) -> Option<&'a str> {
    let mut rest = text;
    loop {
        let (inside, after) = rest.split_once('"')?;
        field.push_str(inside);
        rest = after.strip_prefix('"').inspect(|_| field.push('"')).unwrap_or(after);
        if rest.len() == after.len() {
            return Some(after);
        }
    }
}

/// A row of `| a | b |` without its outer bars, and nothing for a ruling such as `|---|---|`.
fn without_frame(mut record: Vec<String>) -> Vec<String> {
    if record.len() > 2 && record.first().is_some_and(String::is_empty) && record.last().is_some_and(String::is_empty) {
        record.remove(0);
        record.pop();
    }
    let is_ruling = record.iter().all(|field| !field.is_empty() && field.chars().all(|c| matches!(c, '-' | ':' | '=')));
    if is_ruling { Vec::new() } else { record }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::sheet::corpus;
    use crate::document::{Limits, text};

    fn table(text: &str) -> Option<Vec<(u32, u32, String)>> {
        let document = read("a.csv", text, &mut Budget::new(Limits::default())).expect("within the budget")?;
        let Some(Block::Grid(grid)) = document.blocks.into_iter().next() else { panic!("no grid") };
        Some(grid.cells.into_iter().map(|cell| (cell.row, cell.column, cell.text)).collect())
    }

    #[track_caller]
    fn check(text: &str, expected: &[(u32, u32, &str)]) {
        let found = table(text).expect("a table");
        let found: Vec<(u32, u32, &str)> =
            found.iter().map(|(row, column, text)| (*row, *column, text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_quoted_field_keeps_its_commas_quotes_and_lines() {
        check(
            "名称,产品,收入\r\n示例公司,\"一、\"\"小荷\"\"机器人,\r\n二、小车\",\"1,200万元\"\r\n",
            &[
                (0, 0, "名称"),
                (0, 1, "产品"),
                (0, 2, "收入"),
                (1, 0, "示例公司"),
                (1, 1, "一、\"小荷\"机器人,\n二、小车"),
                (1, 2, "1,200万元"),
            ],
        );
    }

    #[test]
    fn the_separator_is_found() {
        let expected =
            [(0, 0, "名称"), (0, 1, "产品"), (0, 2, "收入"), (1, 0, "甲, 乙公司"), (1, 1, "a,b"), (1, 2, "1,200")];
        check("名称\t产品\t收入\n甲, 乙公司\ta,b\t1,200", &expected);
        check("名称;产品;收入\n甲, 乙公司;a,b;1,200\n", &expected);
        check("名称|产品|收入\n甲, 乙公司|a,b|1,200\n", &expected);
    }

    #[test]
    fn a_drawn_table_loses_its_frame() {
        check(
            "| 名称 | 收入 | 电话 |\n|---|---|---|\n| 甲 | 5万元 | 1 |\n",
            &[(0, 0, "名称"), (0, 1, "收入"), (0, 2, "电话"), (2, 0, "甲"), (2, 1, "5万元"), (2, 2, "1")],
        );
    }

    #[test]
    fn a_title_and_a_unit_line_stay_rows() {
        check(
            "调查表\n单位：万元\n\n名称,产品,收入\n甲,乙,3\n丙,丁,4\n",
            &[
                (0, 0, "调查表"),
                (1, 0, "单位：万元"),
                (3, 0, "名称"),
                (3, 1, "产品"),
                (3, 2, "收入"),
                (4, 0, "甲"),
                (4, 1, "乙"),
                (4, 2, "3"),
                (5, 0, "丙"),
                (5, 1, "丁"),
                (5, 2, "4"),
            ],
        );
    }

    #[test]
    fn a_form_of_labels_and_values_is_a_table() {
        assert!(table("企业名称,甲公司\n核心技术,\"a,b\"\n营业收入,1200万元\n").is_some());
        assert!(table("企业名称\t甲公司\n营业收入\t1200万元\n").is_some());
    }

    #[test]
    fn prose_is_no_table() {
        for text in [
            "",
            "您好，附件是我公司的调查表。\n请查收，谢谢！\n",
            "Dear Ms Luo,\nplease find attached our table, filled in.\nBest regards,\nLi\n",
            "a,b,c,d",
            "第一,我们做机器人\n第二,我们做芯片\n没有别的。\n以上\n",
            "企业名称：甲公司\n核心技术：a;b;c\n营业收入：1200万元\n",
            "收入约1,200万元\n其中1,000万元为软件\n",
        ] {
            assert_eq!(table(text), None, "{text}");
        }
    }

    #[test]
    fn a_quote_that_nothing_closes_does_not_swallow_the_table() {
        let found = table("名称,规格,收入\n甲,\"5寸,3\n乙,6寸,4\n").expect("a table");
        assert_eq!(found.last().map(|(row, column, text)| (*row, *column, text.as_str())), Some((2, 2, "4")));
        assert!(table(&"\"a,\"b,c\n".repeat(20_000)).is_some());
    }

    #[test]
    fn more_cells_than_the_budget_are_refused() {
        let mut budget = Budget::new(Limits { cells: 5, ..Limits::default() });
        assert_eq!(read("a.csv", "a,b,c\nd,e,f\n", &mut budget), Err(Fault::TooLarge("number of cells".into())));
    }

    #[test]
    fn tables_as_text_of_the_corpus_are_read() {
        for (number, rows, columns) in [(86, 2, 6), (87, 3, 6), (88, 3, 6), (89, 2, 6), (90, 2, 6)] {
            let text = text::decode(&corpus::attachment(number)).expect("text");
            let cells = table(&text).expect("a table");
            let extent = cells.iter().fold((0, 0), |(r, c), (row, column, _)| (r.max(row + 1), c.max(column + 1)));
            assert_eq!(extent, (rows, columns), "{number}: {cells:?}");
        }
    }
}
