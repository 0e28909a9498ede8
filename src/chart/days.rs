//! The returns of each day as columns, all of them together as a line, and the deadline.

use super::bars::ratio;
use super::draw::{ChartError, Drawn, Font, draw};
use super::svg::{Anchor, Svg};
use super::{BLUE, GREY, PALE, RED, WIDTH};

const HEIGHT: u32 = 230;
/// Where the columns stand.
const BOTTOM: f64 = 190.0;
const TOP: f64 = 34.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 596.0;
/// Most days that are named below the columns.
const NAMED: usize = 10;

/// A day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayBar {
    /// Its name, such as 12-19.
    pub label: String,
    /// Returns that came on it.
    pub value: usize,
    /// Returns that had come by its end.
    pub so_far: usize,
    /// Whether it is the deadline's day.
    pub is_deadline: bool,
}

/// Draws the days in their order. `of` is how many returns there can be, where that is known.
///
/// # Errors
/// When the picture cannot be drawn.
pub fn days(days: &[DayBar], of: Option<usize>, font: &Font) -> Result<Drawn, ChartError> {
    let mut svg = Svg::new();
    let most = days.iter().map(|day| day.value).max().unwrap_or(0).max(1);
    let all = of.unwrap_or(0).max(days.last().map_or(0, |day| day.so_far)).max(1);
    let step = (RIGHT - LEFT) / ratio(days.len().max(1), 1);
    let height = |share: f64| (BOTTOM - TOP) * share;
    let centre = |index: u32| LEFT + step * (f64::from(index) + 0.5);
    let every = days.len().div_ceil(NAMED).max(1);
    let mut line = Vec::new();
    for (index, day) in (0_u32..).zip(days) {
        let (x, tall) = (centre(index), height(ratio(day.value, most)));
        svg.rect((x - step * 0.35, BOTTOM - tall), (step * 0.7, tall), PALE);
        line.push((x, BOTTOM - height(ratio(day.so_far, all))));
        if usize::try_from(index).is_ok_and(|index| index % every == 0) {
            svg.text((x, BOTTOM + 18.0), 12, Anchor::Middle, GREY, &day.label);
        }
        if day.is_deadline {
            let end = x + step * 0.5;
            svg.line((end, TOP - 6.0), (end, BOTTOM), RED, true);
            svg.text((end, TOP - 12.0), 12, Anchor::Middle, RED, "截止");
        }
    }
    svg.polyline(&line, BLUE);
    svg.line((LEFT, BOTTOM), (RIGHT, BOTTOM), GREY, false);
    svg.text((LEFT - 6.0, TOP + 4.0), 12, Anchor::End, GREY, &most.to_string());
    svg.text((LEFT - 6.0, BOTTOM + 4.0), 12, Anchor::End, GREY, "0");
    svg.text((RIGHT + 6.0, TOP + 4.0), 12, Anchor::Start, BLUE, &all.to_string());
    svg.rect((LEFT, 216.0), (10.0, 10.0), PALE);
    svg.text((LEFT + 15.0, 225.0), 12, Anchor::Start, GREY, "每日新收（左）");
    svg.line((LEFT + 118.0, 221.0), (LEFT + 136.0, 221.0), BLUE, false);
    svg.text(
        (LEFT + 141.0, 225.0),
        12,
        Anchor::Start,
        GREY,
        if of.is_some() { "累计，以应报数为满（右）" } else { "累计（右）" },
    );
    draw(&svg, WIDTH, HEIGHT, font)
}
