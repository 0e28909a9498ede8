//! A notation for tables and letters that is all text, so that what is changed is what people write, and a finding can be read.
//!
//! A line with tabs is a row, its cells parted by them; an empty line ends a table; every other line is a paragraph. `…` in a
//! cell merges it with the one to the left, `^` with the one above.

/// A cell under way: where it begins, what it covers, what it says.
struct Cell<'a> {
    row: usize,
    column: usize,
    rows: usize,
    columns: usize,
    text: &'a str,
}

impl Cell<'_> {
    fn covers(&self, row: usize, column: usize) -> bool {
        (self.row..self.row + self.rows).contains(&row) && (self.column..self.column + self.columns).contains(&column)
    }
}

/// The form as a web page.
pub(super) fn html(text: &str) -> String {
    let mut page = String::from("<html><meta charset=utf-8><body>");
    let mut rows: Vec<&str> = Vec::new();
    for line in text.lines().chain([""]) {
        if line.contains('\t') {
            rows.push(line);
            continue;
        }
        page += &table(&std::mem::take(&mut rows));
        page += &format!("<p>{}</p>", escaped(line));
    }
    page
}

fn table(rows: &[&str]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut cells: Vec<Cell<'_>> = Vec::new();
    for (row, line) in rows.iter().enumerate() {
        for (column, text) in line.split('\t').enumerate() {
            place(&mut cells, row, column, text);
        }
    }
    let rows = (0..rows.len()).map(|row| {
        let cells = cells
            .iter()
            .filter(|cell| cell.row == row)
            .map(|cell| format!("<td rowspan={} colspan={}>{}</td>", cell.rows, cell.columns, escaped(cell.text)));
        format!("<tr>{}</tr>", cells.collect::<String>())
    });
    format!("<table>{}</table>", rows.collect::<String>())
}

fn place<'a>(cells: &mut Vec<Cell<'a>>, row: usize, column: usize, text: &'a str) {
    let neighbour = match text {
        "…" => column.checked_sub(1).map(|left| (row, left)),
        "^" => row.checked_sub(1).map(|above| (above, column)),
        _ => None,
    };
    let merged = neighbour.and_then(|(row, column)| cells.iter_mut().find(|cell| cell.covers(row, column)));
    match merged {
        Some(cell) => {
            cell.rows = row + 1 - cell.row;
            cell.columns = cell.columns.max(column + 1 - cell.column);
        }
        None => cells.push(Cell { row, column, rows: 1, columns: 1, text }),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
