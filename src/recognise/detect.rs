//! Where on a page text stands: the detector gives each pixel a probability, and connected probable pixels are a strip of text
//! (differentiable binarization, Liao and others 2020; the numbers are those of PP-OCRv4).

use image::{DynamicImage, RgbImage, imageops};

use super::strip::{self, Point, Strip};
use super::{EngineError, Network};

/// Longer side of a page as the detector sees it; characters of a form are 15 pixels high there.
const LONGEST: f32 = 1_600.0;
/// Shorter side that a small picture is enlarged to.
const SHORTEST: f32 = 736.0;
/// Sides are multiples of this, since the network halves them five times.
const STEP: f32 = 32.0;
/// A pixel is text from this probability on.
const PROBABLE: f32 = 0.3;
/// A strip is text from this mean probability on.
const SURE: f32 = 0.5;
/// The network is taught to find the core of a strip; that is grown by this part of its area over its circumference.
const GROWTH: f32 = 1.6;
/// Strips lower than this, in pixels of the detector, are specks.
const LOWEST: f32 = 3.0;
/// Strips of one page; a page of patterns would have more.
const MOST_STRIPS: usize = 1_000;

/// The strips of text on a page, in no order.
pub(super) fn strips(detector: &Network, page: &RgbImage) -> Result<Vec<Strip>, EngineError> {
    let (width, height) = size(page);
    let whole = DynamicImage::ImageRgb8(page.clone());
    let seen = whole.resize_exact(width, height, imageops::FilterType::Triangle).into_rgb8();
    let ([_, _, rows, columns], probabilities) = detector.run::<4>(&seen)?;
    let map = Map { width: columns, height: rows, probabilities };
    let scale = (page.width() as f32 / columns as f32, page.height() as f32 / rows as f32);
    let cores = map.components().into_iter().filter_map(|component| strip::around(&component));
    let found = cores.filter(|core| core.height() >= LOWEST && map.mean(core) >= SURE);
    let mut strips: Vec<Strip> = found.map(|core| core.grown(GROWTH).scaled(scale)).take(MOST_STRIPS).collect();
    strip::lay_along(&mut strips);
    Ok(strips)
}

/// The size in which the detector sees a page.
fn size(page: &RgbImage) -> (u32, u32) {
    let (width, height) = (page.width() as f32, page.height() as f32);
    let enlarged = (SHORTEST / width.min(height)).max(1.0);
    let ratio = enlarged.min(LONGEST / width.max(height));
    let side = |side: f32| ((side * ratio / STEP).round().max(1.0) * STEP) as u32;
    (side(width), side(height))
}

/// The detector's answer: a probability for each pixel.
struct Map {
    width: usize,
    height: usize,
    probabilities: Vec<f32>,
}

impl Map {
    /// Outlines of connected probable pixels: the first and the last pixel of each of their rows.
    fn components(&self) -> Vec<Vec<Point>> {
        let mut open: Vec<bool> = self.probabilities.iter().map(|probability| *probability > PROBABLE).collect();
        let starts: Vec<usize> = (0..open.len()).filter(|index| open.get(*index) == Some(&true)).collect();
        let mut components = Vec::new();
        for start in starts {
            if open.get(start) == Some(&true) {
                components.push(self.component(start, &mut open));
            }
        }
        components
    }

    fn component(&self, start: usize, open: &mut [bool]) -> Vec<Point> {
        let mut rows: std::collections::BTreeMap<usize, (usize, usize)> = std::collections::BTreeMap::new();
        let mut waiting = vec![start];
        while let Some(index) = waiting.pop() {
            match open.get_mut(index) {
                Some(is_open @ true) => *is_open = false,
                _ => continue,
            }
            let (x, y) = (index % self.width, index / self.width);
            let row = rows.entry(y).or_insert((x, x));
            *row = (row.0.min(x), row.1.max(x));
            for near_y in y.saturating_sub(1)..(y + 2).min(self.height) {
                let near = x.saturating_sub(1)..(x + 2).min(self.width);
                waiting.extend(near.map(|near_x| near_y * self.width + near_x));
            }
        }
        let ends = |(y, (first, last))| [(first as f32, y as f32), (last as f32, y as f32)];
        rows.into_iter().flat_map(ends).collect()
    }

    /// The mean probability over a strip.
    fn mean(&self, strip: &Strip) -> f32 {
        let points = strip.points();
        let total: f32 = points.iter().map(|point| self.at(*point)).sum();
        total / points.len().max(1) as f32
    }

    fn at(&self, (x, y): Point) -> f32 {
        let inside = x >= 0.0 && y >= 0.0 && (x as usize) < self.width;
        let index = inside.then_some(y.round() as usize * self.width + x.round() as usize);
        index.and_then(|index| self.probabilities.get(index)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_that_touch_are_one_strip_and_others_are_not() {
        let picture = ["##..#", ".#..#", ".....", "#...."];
        let probabilities = picture.concat().chars().map(|mark| if mark == '#' { 0.9 } else { 0.1 }).collect();
        let map = Map { width: 5, height: 4, probabilities };
        let components = map.components();
        assert_eq!(components.len(), 3);
        assert_eq!(components[0], [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (1.0, 1.0)]);
    }

    #[test]
    fn a_page_is_seen_whole_and_a_stamp_sized_picture_enlarged() {
        for ((width, height), seen) in
            [((1654, 2339), (1120, 1600)), ((300, 200), (1120, 736)), ((20_000, 10), (1600, 32))]
        {
            assert_eq!(size(&RgbImage::new(width, height)), seen);
        }
    }
}
