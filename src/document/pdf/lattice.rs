//! Rulings become cells: lines that touch one another frame a table, and where no line stands between two fields of its
//! raster they are one cell.

use std::collections::BTreeMap;

use hayro_interpret::kurbo::{Point, Rect};

use super::device::Ruling;

/// Lines nearer than this are one: the strokes of a double border, and what programs round.
const NEAR: f64 = 3.0;
/// Shorter lines border nothing.
const SHORTEST: f64 = 5.0;
/// More lines of one direction than this make a drawing, no table.
const MOST_LINES: usize = 3_000;
/// More fields than this no page holds.
const MOST_FIELDS: usize = 100_000;

/// The cells of one table on one page.
#[derive(Debug, Clone)]
pub(super) struct Lattice {
    /// Where the columns begin, and the last one ends.
    pub(super) columns: Vec<f64>,
    /// Where the rows begin, and the last one ends.
    pub(super) rows: Vec<f64>,
    /// Whether its first row has no line above it, so that it may be the rest of a row.
    pub(super) open_above: bool,
    /// Whether its last row has no line below it, so that it may go on.
    pub(super) open_below: bool,
    /// The cells, by row, then column.
    pub(super) fields: Vec<Field>,
    /// Which cell each field of the raster belongs to, row by row.
    owner: Vec<usize>,
}

/// A cell: its place in the raster, and how many rows and columns it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) row_span: usize,
    pub(super) column_span: usize,
}

impl Lattice {
    /// What the table covers.
    pub(super) fn bounds(&self) -> Rect {
        let ends =
            |lines: &[f64]| (lines.first().copied().unwrap_or_default(), lines.last().copied().unwrap_or_default());
        let ((left, right), (top, bottom)) = (ends(&self.columns), ends(&self.rows));
        Rect::new(left, top, right, bottom)
    }

    /// Whether a horizontal line is one of those between its rows.
    pub(super) fn has_border(&self, ruling: &Ruling) -> bool {
        let bounds = self.bounds();
        let is_inside = bounds.x0 - NEAR <= ruling.from && ruling.to <= bounds.x1 + NEAR;
        is_inside && self.rows.iter().any(|row| (row - ruling.at).abs() <= NEAR)
    }

    /// The cell that a point lies in.
    pub(super) fn cell_at(&self, point: Point) -> Option<usize> {
        let at = |lines: &[f64], value: f64| lines.partition_point(|line| *line <= value).checked_sub(1);
        let (row, column) = (at(&self.rows, point.y)?, at(&self.columns, point.x)?);
        let across = self.columns.len().checked_sub(1)?;
        if column >= across || row + 1 >= self.rows.len() {
            return None;
        }
        self.owner.get(row * across + column).copied()
    }

    /// What a cell covers.
    pub(super) fn bounds_of(&self, field: &Field) -> Rect {
        let at = |lines: &[f64], index: usize| lines.get(index).copied().unwrap_or_default();
        Rect::new(
            at(&self.columns, field.column),
            at(&self.rows, field.row),
            at(&self.columns, field.column + field.column_span),
            at(&self.rows, field.row + field.row_span),
        )
    }
}

/// The tables that a page's rulings frame. A single frame around something is no table.
pub(super) fn find(rulings: &[Ruling]) -> Vec<Lattice> {
    let (across, down): (Vec<Ruling>, Vec<Ruling>) = rulings.iter().partition(|ruling| ruling.horizontal);
    let (across, down) = (merged(across), merged(down));
    if across.len() > MOST_LINES || down.len() > MOST_LINES {
        return Vec::new();
    }
    let tables = connected(&across, &down).into_iter();
    tables.filter_map(|(across, down)| lattice(&across, &down)).filter(|table| table.fields.len() > 1).collect()
}

/// Joins lines that go on one another.
fn merged(mut lines: Vec<Ruling>) -> Vec<Ruling> {
    lines.sort_by(|one, other| one.at.total_cmp(&other.at));
    let mut groups: Vec<Vec<Ruling>> = Vec::new();
    for line in lines {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|last| line.at - last.at <= 0.5) => group.push(line),
            _ => groups.push(vec![line]),
        }
    }
    let mut joined: Vec<Ruling> = groups.into_iter().flat_map(joined).collect();
    joined.retain(|line| line.to - line.from >= SHORTEST);
    joined
}

fn joined(mut group: Vec<Ruling>) -> Vec<Ruling> {
    group.sort_by(|one, other| one.from.total_cmp(&other.from));
    let mut joined: Vec<Ruling> = Vec::new();
    for line in group {
        match joined.last_mut() {
            Some(last) if line.from - last.to <= NEAR => last.to = last.to.max(line.to),
            _ => joined.push(line),
        }
    }
    joined
}

/// Groups of lines that touch, horizontal and vertical ones.
fn connected(across: &[Ruling], down: &[Ruling]) -> Vec<(Vec<Ruling>, Vec<Ruling>)> {
    let mut sets = Sets::new(across.len() + down.len());
    for (one, horizontal) in across.iter().enumerate() {
        for (other, vertical) in down.iter().enumerate() {
            if touch(horizontal, vertical) {
                sets.unite(one, across.len() + other);
            }
        }
    }
    let mut groups: BTreeMap<usize, (Vec<Ruling>, Vec<Ruling>)> = BTreeMap::new();
    for (index, line) in across.iter().enumerate() {
        groups.entry(sets.find(index)).or_default().0.push(*line);
    }
    for (index, line) in down.iter().enumerate() {
        groups.entry(sets.find(across.len() + index)).or_default().1.push(*line);
    }
    groups
        .into_values()
        .filter(|(across, down)| across.len().min(down.len()) > 0 && across.len() + down.len() > 2)
        .collect()
}

fn touch(horizontal: &Ruling, vertical: &Ruling) -> bool {
    let within = |at: f64, line: &Ruling| line.from - NEAR <= at && at <= line.to + NEAR;
    within(vertical.at, horizontal) && within(horizontal.at, vertical)
}

fn lattice(across: &[Ruling], down: &[Ruling]) -> Option<Lattice> {
    let columns = raster(down, across);
    let rows = raster(across, down);
    let (width, height) = (columns.len().checked_sub(1)?, rows.len().checked_sub(1)?);
    if width == 0 || height == 0 || width.saturating_mul(height) > MOST_FIELDS {
        return None;
    }
    let (walls, floors) = (walls(down, &columns, &rows), walls(across, &rows, &columns));
    let mut sets = Sets::new(width * height);
    for row in 0..height {
        for column in 0..width {
            let field = row * width + column;
            if column + 1 < width && !walls.contains_key(&(column + 1, row)) {
                sets.unite(field, field + 1);
            }
            if row + 1 < height && !floors.contains_key(&(row + 1, column)) {
                sets.unite(field, field + width);
            }
        }
    }
    let (fields, owner) = fields(&mut sets, width, height);
    let is_drawn = |end: Option<&f64>| across.iter().any(|line| end.is_some_and(|end| (line.at - end).abs() <= NEAR));
    let (open_above, open_below) = (!is_drawn(rows.first()), !is_drawn(rows.last()));
    Some(Lattice { columns, rows, open_above, open_below, fields, owner })
}

/// Where lines stand, near ones taken together; and where the crossing ones end further out, for tables that are open at the
/// sides.
fn raster(lines: &[Ruling], crossing: &[Ruling]) -> Vec<f64> {
    let mut at: Vec<f64> = lines.iter().map(|line| line.at).collect();
    at.sort_by(f64::total_cmp);
    let mut raster: Vec<f64> = Vec::new();
    for at in at {
        if raster.last().is_none_or(|last| at - last > NEAR) {
            raster.push(at);
        }
    }
    let first = crossing.iter().map(|line| line.from).fold(f64::INFINITY, f64::min);
    let last = crossing.iter().map(|line| line.to).fold(f64::NEG_INFINITY, f64::max);
    if raster.first().is_none_or(|at| at - first > 2.0 * NEAR) {
        raster.insert(0, first);
    }
    if raster.last().is_none_or(|at| last - at > 2.0 * NEAR) {
        raster.push(last);
    }
    raster
}

/// Which pieces of the raster's lines are drawn, at least by half: by the line's index and the index of the interval beside it.
fn walls(lines: &[Ruling], raster: &[f64], crossing: &[f64]) -> BTreeMap<(usize, usize), f64> {
    let mut drawn: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for line in lines {
        let Some(index) = raster.partition_point(|at| *at <= line.at).checked_sub(1) else { continue };
        for (interval, (from, to)) in crossing.iter().zip(crossing.iter().skip(1)).enumerate() {
            let covered = line.to.min(*to) - line.from.max(*from);
            if covered > 0.0 {
                *drawn.entry((index, interval)).or_default() += covered / (to - from);
            }
        }
    }
    drawn.retain(|_, share| *share >= 0.5);
    drawn
}

/// The cells that united fields make, and which cell each field belongs to. What is no rectangle is cut into its rows.
fn fields(sets: &mut Sets, width: usize, height: usize) -> (Vec<Field>, Vec<usize>) {
    let mut regions: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for row in 0..height {
        for column in 0..width {
            regions.entry(sets.find(row * width + column)).or_default().push((row, column));
        }
    }
    let mut fields: Vec<Field> = regions.into_values().flat_map(|region| rectangles(&region)).collect();
    fields.sort_by_key(|field| (field.row, field.column));
    let mut owner = vec![0; width * height];
    for (index, field) in fields.iter().enumerate() {
        for row in field.row..field.row + field.row_span {
            let row = owner.iter_mut().skip(row * width + field.column);
            row.take(field.column_span).for_each(|owner| *owner = index);
        }
    }
    (fields, owner)
}

fn rectangles(region: &[(usize, usize)]) -> Vec<Field> {
    let rows = region.iter().map(|(row, _)| *row);
    let columns = region.iter().map(|(_, column)| *column);
    let (Some(top), Some(bottom)) = (rows.clone().min(), rows.max()) else { return Vec::new() };
    let (Some(left), Some(right)) = (columns.clone().min(), columns.max()) else { return Vec::new() };
    let whole = Field { row: top, column: left, row_span: bottom - top + 1, column_span: right - left + 1 };
    if whole.row_span * whole.column_span == region.len() {
        return vec![whole];
    }
    let mut runs: Vec<Field> = Vec::new();
    for (row, column) in region {
        match runs.last_mut() {
            Some(run) if run.row == *row && run.column + run.column_span == *column => run.column_span += 1,
            _ => runs.push(Field { row: *row, column: *column, row_span: 1, column_span: 1 }),
        }
    }
    runs
}

/// Disjoint sets of indices.
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn find(&mut self, index: usize) -> usize {
        let mut root = index;
        while let Some(up) = self.0.get(root).copied().filter(|up| *up != root) {
            root = up;
        }
        let mut at = index;
        while let Some(up) = self.0.get_mut(at).filter(|up| **up != root) {
            at = std::mem::replace(up, root);
        }
        root
    }

    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        if let Some(root) = self.0.get_mut(one.max(other)) {
            *root = one.min(other);
        }
    }
}
