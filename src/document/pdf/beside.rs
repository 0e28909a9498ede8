//! A sheet wider than the paper is printed in strips: the columns that had no room stand on pages of their own, beside
//! nothing. Their rows stand at the same heights, and by that the strips are put together again.

use super::sheet::{Part, Sheet, Table};

/// How far the same line may be apart on two pages, in points.
const NEAR: f64 = 2.0;
/// Characters that may stand on a strip above its table: the rest of a title.
const ABOVE: usize = 30;

/// Puts the strips of tables together; each stays on the page of its first strip.
pub(super) fn join(sheets: &mut [Sheet]) {
    let mut roots: Vec<Root> = Vec::new();
    for page in 0..sheets.len() {
        let Some(strip) = sheets.get(page).and_then(only_table) else { continue };
        let (strip, columns) = (strip.clone(), strip.lattice.columns.clone());
        let mut fitting: Vec<(usize, Vec<usize>)> =
            roots.iter().enumerate().filter_map(|(at, root)| Some((at, fits(&root.first, &strip)?))).collect();
        let is_free =
            |at: &usize| roots.get(*at).is_some_and(|root| !root.strips.iter().any(|known| alike(known, &columns)));
        let free = fitting.iter().position(|(at, _)| is_free(at));
        let chosen = free.map(|free| fitting.swap_remove(free)).or_else(|| fitting.pop());
        match chosen.and_then(|(at, rows)| Some((roots.get_mut(at)?, rows))) {
            Some((root, rows)) => {
                root.strips.push(columns);
                sheets.iter_mut().skip(page).take(1).for_each(remove_table);
                sheets.iter_mut().skip(root.page).take(1).for_each(|sheet| append(sheet, &strip, &rows));
            }
            None => roots.push(Root { page, first: strip, strips: Vec::new() }),
        }
    }
}

/// A table that others may stand beside.
struct Root {
    /// Index of its page.
    page: usize,
    /// Its first strip.
    first: Table,
    /// The columns of the others.
    strips: Vec<Vec<f64>>,
}

/// The table of a page that holds nothing else to speak of.
fn only_table(sheet: &Sheet) -> Option<&Table> {
    let mut tables = sheet.parts.iter().filter_map(|part| match part {
        Part::Table(table) => Some(table),
        Part::Paragraph { .. } => None,
    });
    tables.next().filter(|_| tables.next().is_none())
}

/// Where a table is a strip of another one, which lines between the other's rows its own are: they stand at the same heights,
/// and it does not begin with the same label. Where the columns are alike too, none may be left out between: it might be the
/// same table going on below.
fn fits(first: &Table, strip: &Table) -> Option<Vec<usize>> {
    let (rows, others) = (&first.lattice.rows, &strip.lattice.rows);
    let same_label = !first.first_text().is_empty() && first.first_text() == strip.first_text();
    if others.len() <= 2 || strip.above > ABOVE || same_label {
        return None;
    }
    let places = others.iter().map(|line| rows.iter().position(|row| (row - line).abs() <= NEAR));
    let places: Vec<usize> = places.collect::<Option<_>>()?;
    let has_all = places.iter().zip(places.iter().skip(1)).all(|(one, next)| one + 1 == *next);
    let same_columns = alike(&first.lattice.columns, &strip.lattice.columns);
    (!same_columns || (has_all && has_various_heights(others))).then_some(places)
}

fn alike(one: &[f64], other: &[f64]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| (one - other).abs() <= NEAR)
}

fn has_various_heights(rows: &[f64]) -> bool {
    let heights = || rows.iter().zip(rows.iter().skip(1)).map(|(top, bottom)| bottom - top);
    heights().fold(f64::INFINITY, f64::min) * 1.2 < heights().fold(0.0, f64::max)
}

fn remove_table(sheet: &mut Sheet) {
    sheet.parts.retain(|part| matches!(part, Part::Paragraph { .. }));
}

fn append(sheet: &mut Sheet, strip: &Table, rows: &[usize]) {
    for part in &mut sheet.parts {
        if let Part::Table(table) = part {
            table.append(strip, rows);
        }
    }
}
