//! One page: its tables with their text, and the lines around them, from top to bottom.

use hayro_interpret::kurbo::{Affine, Point, Rect};

use super::cells;
use super::device::{Drawing, Glyph, Ruling};
use super::lattice::{self, Field, Lattice};
use super::lines::{self, Line};
use crate::document::{Budget, Fault};

/// Pictures that cover less of a page than this are logos and stamps.
const PICTURE_SHARE: f64 = 0.2;
/// So many filled shapes on a page without characters are characters turned into outlines.
const OUTLINED: u32 = 50;
/// Of the characters outside tables so many hundredths may be unknown: bullets, signs in formulas.
const MOST_UNKNOWN: usize = 5;
/// So many characters a paragraph's first line may be indented; what begins further right is centred or set to the right.
const MOST_INDENT: f64 = 4.0;
/// What stands for a character that the file does not tell.
const UNKNOWN: &str = "\u{FFFD}";

/// A page that was read.
#[derive(Debug)]
pub(super) struct Sheet {
    /// What is on it, from top to bottom.
    pub(super) parts: Vec<Part>,
    /// Whether it shows pictures of some size, or drawings where text should be.
    pub(super) has_pictures: bool,
    /// Characters that it shows, and how many of them the file does not tell.
    characters: usize,
    unknown: usize,
    unknown_in_tables: usize,
    /// Whether texts in a table are printed over one another, so that nobody can tell them apart.
    is_overprinted: bool,
}

/// A piece of a page.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// A paragraph outside tables.
    Paragraph {
        text: String,
        /// Where its first line stands.
        top: f64,
    },
    /// A table.
    Table(Table),
}

/// A table of one page.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Its cells and where they are.
    pub(super) lattice: Lattice,
    /// What stands in each cell.
    pub(super) cells: Vec<Filling>,
    /// Characters that stand above it on its page.
    pub(super) above: usize,
    /// Which of its columns begin on which page: a wide table is printed in strips.
    pub(super) strips: Vec<Strip>,
}

/// What stands in a cell.
#[derive(Debug, Clone, Default)]
pub(super) struct Filling {
    /// Its text.
    pub(super) text: String,
    /// Its lines.
    pub(super) lines: Vec<Line>,
    /// How wide the cell is.
    pub(super) width: f64,
    /// How much room is left below its text, in lines.
    pub(super) room: f64,
}

/// Columns of a table that stand on one page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strip {
    /// The first of them.
    pub(super) column: usize,
    /// The page, from 1.
    pub(super) page: u32,
    /// Which table of the page, from 1.
    pub(super) table: u32,
}

impl Sheet {
    /// Makes sense of what a page draws.
    pub(super) fn of(page: u32, mut drawing: Drawing, budget: &mut Budget) -> Result<Self, Fault> {
        turn_upright(&mut drawing);
        let lattices = lattice::find(&drawing.rulings);
        for lattice in &lattices {
            budget.take_cells(u32::try_from(lattice.fields.len()).unwrap_or(u32::MAX))?;
        }
        drop_struck_out(&mut drawing, &lattices);
        mark_unknown(&mut drawing.glyphs);
        let (inside, outside) = cells::sort_into(&drawing.glyphs, &lattices);
        let in_tables = inside.iter().flatten().flatten().copied();
        let unknown_in_tables = count_unknown(in_tables);
        let characters = drawing.glyphs.iter().filter(|glyph| !glyph.text.trim().is_empty()).count();
        let is_outlined = characters == 0 && drawing.shapes >= OUTLINED;
        let has_pictures = drawing.pictures >= PICTURE_SHARE * drawing.page.area() || is_outlined;
        let mut parts = paragraphs(&lines::of(&outside));
        let is_overprinted = inside.iter().any(|cells| lines::is_overprinted(cells));
        parts.extend(lattices.into_iter().zip(inside).map(|(lattice, cells)| Part::Table(Table::of(lattice, &cells))));
        parts.sort_by(|one, other| one.top().total_cmp(&other.top()));
        number(&mut parts, page);
        let unknown = count_unknown(drawing.glyphs.iter());
        Ok(Self { parts, has_pictures, characters, unknown, unknown_in_tables, is_overprinted })
    }

    /// Whether the file tells what the page reads. A cell with an unknown character would be a wrong answer.
    pub(super) fn is_told(&self) -> bool {
        !self.is_overprinted && self.unknown_in_tables == 0 && self.unknown * 100 <= self.characters * MOST_UNKNOWN
    }
}

impl Part {
    /// Its upper end.
    pub(super) fn top(&self) -> f64 {
        match self {
            Self::Paragraph { top, .. } => *top,
            Self::Table(table) => table.lattice.bounds().y0,
        }
    }
}

impl Table {
    fn of(lattice: Lattice, cells: &[Vec<&Glyph>]) -> Self {
        let filled = |(field, glyphs): (&Field, &Vec<&Glyph>)| {
            let bounds = lattice.bounds_of(field);
            let lines = lines::of(glyphs);
            let text = lines::text(&lines, bounds.width());
            let room = lines.last().map_or(f64::INFINITY, |last| (bounds.y1 - last.baseline) / last.size);
            Filling { text, lines, width: bounds.width(), room }
        };
        let cells = lattice.fields.iter().zip(cells).map(filled).collect();
        Self { lattice, cells, above: 0, strips: Vec::new() }
    }

    /// The text of its first cell, without white space.
    pub(super) fn first_text(&self) -> String {
        self.cells.first().map(|cell| cell.text.split_whitespace().collect()).unwrap_or_default()
    }

    /// Sets another strip to its right; `rows` says which of its rows those of the strip begin and end.
    pub(super) fn append(&mut self, strip: &Self, rows: &[usize]) {
        let columns = self.lattice.columns.len().saturating_sub(1);
        let end = self.lattice.columns.pop().unwrap_or_default();
        let shift = end - strip.lattice.columns.first().copied().unwrap_or_default();
        self.lattice.columns.extend(strip.lattice.columns.iter().map(|column| column + shift));
        self.strips.extend(strip.strips.iter().map(|known| Strip { column: known.column + columns, ..*known }));
        let line = |row: usize| rows.get(row).copied().unwrap_or_default();
        let moved = strip.lattice.fields.iter().map(|field| {
            let (row, below) = (line(field.row), line(field.row + field.row_span));
            Field { row, column: field.column + columns, row_span: below - row, ..*field }
        });
        let fields = self.lattice.fields.iter().copied().chain(moved);
        let cells = self.cells.iter().chain(&strip.cells).cloned();
        let mut both: Vec<(Field, Filling)> = fields.zip(cells).collect();
        both.sort_by_key(|(field, _)| (field.row, field.column));
        (self.lattice.fields, self.cells) = both.into_iter().unzip();
    }

    /// The cells of a row.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = (&Field, &Filling)> {
        self.lattice.fields.iter().zip(&self.cells).filter(move |(field, _)| field.row == row)
    }
}
/// Counts the tables of a page, and what stands above each.
fn number(parts: &mut [Part], page: u32) {
    let (mut tables, mut characters) = (0, 0);
    for part in parts {
        match part {
            Part::Paragraph { text, .. } => characters += text.chars().filter(|c| !c.is_whitespace()).count(),
            Part::Table(table) => {
                tables += 1;
                table.above = characters;
                table.strips = vec![Strip { column: 0, page, table: tables }];
            }
        }
    }
}

/// Turns a page so that most of its characters stand upright, and leaves out those that stand aslant: stamps, watermarks.
fn turn_upright(drawing: &mut Drawing) {
    drawing.glyphs.retain(|glyph| quarter(glyph).is_some());
    let count = |turn: u8| drawing.glyphs.iter().filter(|glyph| quarter(glyph) == Some(turn)).count();
    let most = (0..4).max_by_key(|turn| (count(*turn), u8::MAX - turn)).unwrap_or_default();
    if most == 0 {
        return;
    }
    let page = drawing.page;
    let back = Affine::rotate(-f64::from(most) * std::f64::consts::FRAC_PI_2);
    let bounds = back.transform_rect_bbox(page);
    let back = Affine::translate((-bounds.x0, -bounds.y0)) * back;
    drawing.page = back.transform_rect_bbox(page);
    for glyph in &mut drawing.glyphs {
        let (advance, up) = (glyph.origin + glyph.advance, glyph.origin + glyph.up);
        glyph.origin = back * glyph.origin;
        (glyph.advance, glyph.up) = (back * advance - glyph.origin, back * up - glyph.origin);
        glyph.seen = back * glyph.seen;
    }
    for ruling in &mut drawing.rulings {
        *ruling = turned(ruling, back);
    }
}

fn turned(ruling: &Ruling, turn: Affine) -> Ruling {
    let point =
        |along: f64| if ruling.horizontal { Point::new(along, ruling.at) } else { Point::new(ruling.at, along) };
    let ends = Rect::from_points(turn * point(ruling.from), turn * point(ruling.to));
    if ends.width() >= ends.height() {
        Ruling { horizontal: true, at: ends.y0, from: ends.x0, to: ends.x1 }
    } else {
        Ruling { horizontal: false, at: ends.x0, from: ends.y0, to: ends.y1 }
    }
}

/// By how many quarters a character is turned clockwise, if it stands straight at all.
fn quarter(glyph: &Glyph) -> Option<u8> {
    let (x, y) = (glyph.advance.x, glyph.advance.y);
    match () {
        () if y.abs() <= 0.1 * x.abs() => Some(if x > 0.0 { 0 } else { 2 }),
        () if x.abs() <= 0.1 * y.abs() => Some(if y > 0.0 { 1 } else { 3 }),
        () => None,
    }
}

/// Leaves out what is struck out: a line that borders no cell goes through the middle of its characters.
fn drop_struck_out(drawing: &mut Drawing, lattices: &[Lattice]) {
    let borders = |ruling: &Ruling| lattices.iter().any(|lattice| lattice.has_border(ruling));
    let straight = drawing.rulings.iter().filter(|ruling| ruling.horizontal && !borders(ruling));
    let mut lines: Vec<Ruling> = straight.copied().collect();
    lines.sort_by(|one, other| one.at.total_cmp(&other.at));
    drawing.glyphs.retain(|glyph| {
        let (size, middle) = (glyph.up.hypot(), glyph.origin.x + glyph.advance.x / 2.0);
        let from = lines.partition_point(|line| line.at < glyph.origin.y - 0.5 * size);
        let near = lines.iter().skip(from).take_while(|line| line.at <= glyph.origin.y - 0.18 * size);
        !near.into_iter().any(|line| line.from <= middle && middle <= line.to)
    });
}

/// An unknown character is shown as such, or left out where it can only be a bullet before a line.
fn mark_unknown(glyphs: &mut Vec<Glyph>) {
    let is_shape = |c: char| ('\u{E000}'..='\u{F8FF}').contains(&c);
    glyphs.retain(|glyph| glyph.text.is_empty() || !glyph.text.chars().all(is_shape));
    for glyph in glyphs.iter_mut().filter(|glyph| glyph.text.is_empty()) {
        UNKNOWN.clone_into(&mut glyph.text);
    }
}

fn count_unknown<'g>(glyphs: impl Iterator<Item = &'g Glyph>) -> usize {
    glyphs.filter(|glyph| glyph.text == UNKNOWN).count()
}

/// Lines outside tables, those of one paragraph joined.
fn paragraphs(lines: &[Line]) -> Vec<Part> {
    let left = lines.iter().map(|line| line.left).fold(f64::INFINITY, f64::min);
    let right = lines.iter().map(|line| line.right).fold(f64::NEG_INFINITY, f64::max);
    let mut parts: Vec<Part> = Vec::new();
    let mut before: Option<&Line> = None;
    let is_text = |line: &Line| line.left - left <= MOST_INDENT * line.size;
    for line in lines {
        // What begins far from the margin is a title, which is never full; a line that goes on begins at the margin.
        let joins = before.filter(|before| {
            let room = right - before.left;
            let is_near =
                line.baseline - before.baseline <= 2.2 * before.size && (line.size - before.size).abs() <= 0.5;
            is_near && is_text(before) && line.left - left <= line.size && lines::goes_on(before, line, room)
        });
        match (joins, parts.last_mut()) {
            (Some(before), Some(Part::Paragraph { text, .. })) => {
                text.push_str(lines::seam(before, line, right - before.left));
                text.push_str(&line.text);
            }
            _ => parts.push(Part::Paragraph { text: line.text.clone(), top: line.baseline - line.size }),
        }
        before = Some(line);
    }
    parts
}
