//! The room that a note takes on a sheet: from which cell to which cell it reaches, in pixels, as drawings of comments say it.

use std::collections::BTreeMap;
use std::ops::Range;

/// Pixels between the cell and its note.
const GAP: u32 = 12;
/// Width of a note in pixels.
const WIDTH: u32 = 220;
/// Characters of Chinese in a line of that width.
const LINE: usize = 14;
/// Height of a line in pixels.
const LINE_HEIGHT: u32 = 18;
/// Pixels of a column and a row of which nothing is said.
const USUAL: (u32, u32) = (72, 20);

/// Widths of columns.
#[derive(Debug, Default)]
pub(super) struct Widths {
    usual: Option<u32>,
    set: Vec<(Range<u32>, u32)>,
}

impl Widths {
    /// Takes the width of columns of which nothing else is said, in characters.
    pub(super) fn set_default(&mut self, characters: Option<f64>) {
        self.usual = characters.map(column_pixels);
    }

    /// Takes the width of some columns, in characters.
    pub(super) fn set(&mut self, columns: Range<u32>, characters: Option<f64>, is_hidden: bool) {
        let pixels = if is_hidden { Some(0) } else { characters.map(column_pixels) };
        // A sheet has no more columns.
        if self.set.len() < 1 << 14 {
            self.set.extend(pixels.map(|pixels| (columns, pixels)));
        }
    }

    fn of(&self, column: u32) -> u32 {
        let set = self.set.iter().find(|(columns, _)| columns.contains(&column)).map(|(_, pixels)| *pixels);
        set.or(self.usual).unwrap_or(USUAL.0)
    }
}

/// Heights of rows.
#[derive(Debug, Default)]
pub(super) struct Heights {
    usual: Option<u32>,
    set: BTreeMap<u32, u32>,
    /// The row after the last one.
    next: u32,
}

impl Heights {
    /// Takes the height of rows of which nothing else is said, in points.
    pub(super) fn set_default(&mut self, points: Option<f64>) {
        self.usual = points.map(row_pixels);
    }

    /// Takes the height of a row, in points; a row without a number, from 1, follows the one before.
    pub(super) fn row(&mut self, number: Option<u32>, points: Option<f64>, is_hidden: bool) {
        let row = number.map_or(self.next, |number| number.saturating_sub(1));
        self.next = row.saturating_add(1);
        if let Some(pixels) = if is_hidden { Some(0) } else { points.map(row_pixels) } {
            self.set.insert(row, pixels);
        }
    }

    fn of(&self, row: u32) -> u32 {
        self.set.get(&row).copied().or(self.usual).unwrap_or(USUAL.1)
    }
}

/// The anchor of the note of a cell that ends at this column: column, pixels, row, pixels of its top left, then of its bottom
/// right.
pub(super) fn anchor(widths: &Widths, heights: &Heights, (row, column): (u32, u32), note: &str) -> String {
    let left = column.saturating_add(1);
    let (right, right_offset) = reach(left, GAP + WIDTH, |column| widths.of(column));
    let (bottom, bottom_offset) = reach(row, height(note), |row| heights.of(row));
    format!("{left}, {GAP}, {row}, 2, {right}, {right_offset}, {bottom}, {bottom_offset}")
}

/// The height of a note in pixels.
pub(super) fn height(note: &str) -> u32 {
    let lines: usize = note.lines().map(|line| line.chars().count() / LINE + 1).sum();
    u32::try_from(lines.clamp(2, 20)).unwrap_or(2) * LINE_HEIGHT + 10
}

/// Where one comes to after so many pixels.
fn reach(from: u32, pixels: u32, size: impl Fn(u32) -> u32) -> (u32, u32) {
    let mut left = pixels;
    // Hidden rows and columns take no room, and may be many.
    for at in (from..).take(100) {
        let size = size(at);
        if left < size {
            return (at, left);
        }
        left -= size;
    }
    (from.saturating_add(1), 0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a screen can show")]
fn pixels(value: f64) -> u32 {
    value.clamp(0.0, 10_000.0) as u32
}

/// Characters are counted as digits of 7 pixels, with 5 of padding (ECMA-376 part 1, 18.3.1.13).
fn column_pixels(characters: f64) -> u32 {
    pixels(characters * 7.0 + 5.0)
}

fn row_pixels(points: f64) -> u32 {
    pixels(points * 96.0 / 72.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_as_wide_beside_wide_columns_as_beside_narrow_ones() {
        let (mut widths, heights) = (Widths::default(), Heights::default());
        assert_eq!(anchor(&widths, &heights, (3, 1), "请补填"), "2, 12, 3, 2, 5, 16, 5, 6");
        widths.set(2..3, Some(60.0), false);
        assert_eq!(anchor(&widths, &heights, (3, 1), "请补填"), "2, 12, 3, 2, 2, 232, 5, 6");
        widths.set(3..20_000, None, true);
        assert_eq!(anchor(&widths, &heights, (3, 2), "请补填"), "3, 12, 3, 2, 4, 0, 5, 6");
    }
}
