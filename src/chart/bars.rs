//! Horizontal bars: one a row, with its label before it and its number behind it.

use super::draw::{ChartError, Drawn, Font, draw};
use super::svg::{Anchor, Svg, short};
use super::{BLUE, GREY, PALE, WIDTH};

/// Height of a row.
const ROW: u32 = 26;
/// Width of the labels.
const LABELS: f64 = 186.0;
/// Width of the numbers behind the bars.
const NUMBERS: f64 = 118.0;
/// Columns that a label may take.
const LABEL: usize = 26;
/// Space above the first row and below the last.
const MARGIN: u32 = 6;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Its label.
    pub label: String,
    /// What was reached.
    pub value: usize,
    /// What could be reached at most; none where there is no such number.
    pub of: Option<usize>,
    /// What is said behind the bar, such as `12/20`.
    pub said: String,
}

/// Draws bars in their order; a row without a value keeps its place, so that a gap is seen.
///
/// # Errors
/// When the picture cannot be drawn.
pub fn bars(rows: &[Bar], font: &Font) -> Result<Drawn, ChartError> {
    let mut svg = Svg::new();
    let most = rows.iter().map(|row| row.of.unwrap_or(row.value).max(row.value)).max().unwrap_or(0).max(1);
    let room = f64::from(WIDTH) - LABELS - NUMBERS;
    let length = |value: usize| room * ratio(value, most);
    for (index, row) in (0_u32..).zip(rows) {
        let top = f64::from(MARGIN + index * ROW);
        let middle = top + 18.0;
        svg.text((LABELS - 8.0, middle), 13, Anchor::End, GREY, &short(&row.label, LABEL));
        if let Some(of) = row.of {
            svg.rect((LABELS, top + 5.0), (length(of), 16.0), PALE);
        }
        svg.rect((LABELS, top + 5.0), (length(row.value), 16.0), BLUE);
        let end = LABELS + length(row.of.unwrap_or(row.value).max(row.value));
        svg.text((end + 6.0, middle), 13, Anchor::Start, GREY, &short(&row.said, 18));
    }
    let height = rows.iter().map(|_| ROW).sum::<u32>() + 2 * MARGIN;
    svg.line((LABELS, f64::from(MARGIN)), (LABELS, f64::from(height - MARGIN)), GREY, false);
    draw(&svg, WIDTH, height, font)
}

/// A part of a whole; the numbers of a survey are far below the precision of a float.
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(part) / number(whole).max(1.0)
}
