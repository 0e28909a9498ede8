//! A strip of text: a rectangle that lies on the page at any angle. How it is found around pixels, cut out straight, and put
//! into reading order with others.

use image::{Rgb, RgbImage};

use super::Frame;

/// A point on a page, x to the right and y downwards, in pixels.
pub(super) type Point = (f32, f32);

/// A rectangle around a line of text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Strip {
    /// Its middle.
    pub(super) centre: Point,
    /// From its left side to its right side, as one reads.
    pub(super) along: Point,
    /// From its upper side to its lower side.
    pub(super) across: Point,
}

impl Strip {
    /// Its length in reading direction.
    pub(super) fn length(&self) -> f32 {
        self.along.0.hypot(self.along.1)
    }

    /// Its height.
    pub(super) fn height(&self) -> f32 {
        self.across.0.hypot(self.across.1)
    }

    /// The same with both sides longer: by twice its area over its circumference, times `ratio`.
    pub(super) fn grown(&self, ratio: f32) -> Self {
        let (length, height) = (self.length().max(1.0), self.height().max(1.0));
        let more = ratio * length * height / (length + height);
        Self {
            along: times(self.along, (length + more) / length),
            across: times(self.across, (height + more) / height),
            ..*self
        }
    }

    /// The same on a page of another size.
    pub(super) fn scaled(&self, (x, y): (f32, f32)) -> Self {
        let scaled = |point: Point| (point.0 * x, point.1 * y);
        Self { centre: scaled(self.centre), along: scaled(self.along), across: scaled(self.across) }
    }

    /// Turns it by half a turn: the text stands on its head.
    pub(super) fn turn_over(&mut self) {
        self.along = times(self.along, -1.0);
        self.across = times(self.across, -1.0);
    }

    /// Points spread over it, a pixel apart.
    pub(super) fn points(&self) -> Vec<Point> {
        let (columns, rows) = (self.length().ceil().max(1.0), self.height().ceil().max(1.0));
        let row =
            |y: u32| (0..columns as u32).map(move |x| self.at((x as f32 + 0.5) / columns, (y as f32 + 0.5) / rows));
        (0..rows as u32).flat_map(row).collect()
    }

    /// The point at a part of its length and of its height.
    fn at(&self, along: f32, across: f32) -> Point {
        plus(self.centre, plus(times(self.along, along - 0.5), times(self.across, across - 0.5)))
    }

    /// The strip cut out of its page and laid straight, `height` pixels high and at most `most_width` wide.
    pub(super) fn cut(&self, page: &RgbImage, height: u32, most_width: u32) -> RgbImage {
        let ratio = self.length() / self.height().max(1.0);
        let width = ((height as f32 * ratio).ceil() as u32).clamp(1, most_width);
        // Of text larger than the model wants it, a pixel is the mean of several.
        let fine = (self.height() / height as f32).ceil().clamp(1.0, 4.0) as u32;
        RgbImage::from_fn(width, height, |x, y| {
            let mut sum = [0.0; 3];
            for part in 0..fine * fine {
                let inner = |whole: u32, part: u32| whole as f32 + (part as f32 + 0.5) / fine as f32;
                let along = inner(x, part % fine) / width as f32;
                let across = inner(y, part / fine) / height as f32;
                let colour = colour(page, self.at(along, across));
                sum.iter_mut().zip(colour).for_each(|(sum, value)| *sum += value);
            }
            Rgb(sum.map(|sum| (sum / (fine * fine) as f32).round() as u8))
        })
    }

    /// Its upright frame in parts of the page.
    pub(super) fn frame(&self, page: &RgbImage) -> Frame {
        let (width, height) = (page.width() as f32, page.height() as f32);
        let half = |one: f32, other: f32| (one.abs() + other.abs()) / 2.0;
        let (half_width, half_height) = (half(self.along.0, self.across.0), half(self.along.1, self.across.1));
        let part = |pixel: f32, whole: f32| (pixel / whole).clamp(0.0, 1.0);
        let (left, top) = (part(self.centre.0 - half_width, width), part(self.centre.1 - half_height, height));
        let (right, bottom) = (part(self.centre.0 + half_width, width), part(self.centre.1 + half_height, height));
        Frame { left, top, width: right - left, height: bottom - top }
    }
}

/// The smallest rectangle around points (rotating calipers: it has a side in common with their hull); none for a speck.
pub(super) fn around(points: &[Point]) -> Option<Strip> {
    let hull = hull(points);
    let next = hull.iter().cycle().skip(1);
    let edges = hull.iter().zip(next).map(|(from, to)| (to.0 - from.0, to.1 - from.1));
    let boxes = edges.filter_map(|edge| along_edge(&hull, edge));
    boxes.min_by(|one, other| area(one).total_cmp(&area(other)))
}

fn area(strip: &Strip) -> f32 {
    strip.length() * strip.height()
}

/// The rectangle around a hull that has sides in the direction of an edge.
fn along_edge(hull: &[Point], edge: Point) -> Option<Strip> {
    let length = edge.0.hypot(edge.1);
    if length == 0.0 {
        return None;
    }
    let direction = times(edge, 1.0 / length);
    let normal = (-direction.1, direction.0);
    let extent = |axis: Point| {
        let reach = |(low, high): (f32, f32), at: f32| (low.min(at), high.max(at));
        hull.iter().map(|point| dot(*point, axis)).fold((f32::MAX, f32::MIN), reach)
    };
    let ((left, right), (top, bottom)) = (extent(direction), extent(normal));
    let centre = plus(times(direction, (left + right) / 2.0), times(normal, (top + bottom) / 2.0));
    Some(Strip { centre, along: times(direction, right - left), across: times(normal, bottom - top) })
}

/// The convex hull (Andrew's monotone chain).
fn hull(points: &[Point]) -> Vec<Point> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    sorted.dedup();
    let mut hull = half_hull(sorted.iter().copied());
    hull.extend(half_hull(sorted.iter().rev().copied()));
    hull
}

fn half_hull(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut half: Vec<Point> = Vec::new();
    for point in points {
        while let [.., before, last] = half.as_slice()
            && turns_right(*before, *last, point)
        {
            half.pop();
        }
        half.push(point);
    }
    // It ends where the other half begins.
    half.pop();
    half
}

fn turns_right(before: Point, last: Point, next: Point) -> bool {
    (last.0 - before.0) * (next.1 - before.1) - (last.1 - before.1) * (next.0 - before.0) <= 0.0
}

/// Lays all strips of a page in one direction: from left to right, or downwards on a page that lies on its side. A strip that is
/// higher than long has a single character in it, or its text stands upright in a narrow cell.
pub(super) fn lay_along(strips: &mut [Strip]) {
    let length_where = |is_upright: bool| {
        let laid = strips.iter().map(|strip| laid(strip, is_upright));
        laid.filter(|strip| strip.length() > strip.height()).map(|strip| strip.length()).sum::<f32>()
    };
    let is_upright = length_where(true) >= length_where(false);
    strips.iter_mut().for_each(|strip| *strip = laid(strip, is_upright));
}

fn laid(strip: &Strip, is_upright: bool) -> Strip {
    let is_level = strip.along.0.abs() >= strip.along.1.abs();
    let along = if is_level == is_upright { strip.along } else { strip.across };
    let (length, height) =
        if is_level == is_upright { (strip.length(), strip.height()) } else { (strip.height(), strip.length()) };
    let goes_back = if is_upright { along.0 < 0.0 } else { along.1 < 0.0 };
    let along = if goes_back { times(along, -1.0) } else { along };
    let across = times((-along.1, along.0), height / length.max(f32::EPSILON));
    Strip { along, across, ..*strip }
}

/// Puts strips that lie in one direction into reading order: rows from above, each from its beginning.
pub(super) fn put_in_order(strips: &mut [Strip]) {
    let Some(longest) = strips.iter().max_by(|one, other| one.length().total_cmp(&other.length())) else { return };
    let along = times(longest.along, 1.0 / longest.length().max(f32::EPSILON));
    let down = (-along.1, along.0);
    strips.sort_by(|one, other| dot(one.centre, down).total_cmp(&dot(other.centre, down)));
    let mut rows: Vec<u32> = Vec::new();
    let mut last: Option<(f32, f32)> = None;
    for strip in strips.iter() {
        let at = dot(strip.centre, down);
        let is_new = last.is_some_and(|(row, height)| at - row > height.min(strip.height()) / 2.0);
        let row = rows.last().copied().unwrap_or_default();
        rows.push(row + u32::from(is_new));
        if is_new || last.is_none() {
            last = Some((at, strip.height()));
        }
    }
    let mut numbered: Vec<(u32, Strip)> = rows.into_iter().zip(strips.iter().copied()).collect();
    let start = |strip: &Strip| dot(strip.centre, along);
    numbered.sort_by(|(row, one), (other_row, other)| row.cmp(other_row).then(start(one).total_cmp(&start(other))));
    strips.iter_mut().zip(numbered).for_each(|(slot, (_, strip))| *slot = strip);
}

/// The colour at a point between pixels.
fn colour(page: &RgbImage, (x, y): Point) -> [f32; 3] {
    let (x, y) = (x - 0.5, y - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let (right_part, lower_part) = (x - left, y - top);
    let corners = [
        (0.0, 0.0, (1.0 - right_part) * (1.0 - lower_part)),
        (1.0, 0.0, right_part * (1.0 - lower_part)),
        (0.0, 1.0, (1.0 - right_part) * lower_part),
        (1.0, 1.0, right_part * lower_part),
    ];
    let mut mixed = [0.0; 3];
    for (dx, dy, weight) in corners {
        let within = |at: f32, size: u32| (at.max(0.0) as u32).min(size.saturating_sub(1));
        let pixel = page.get_pixel_checked(within(left + dx, page.width()), within(top + dy, page.height()));
        for (mixed, value) in mixed.iter_mut().zip(pixel.map_or([255; 3], |pixel| pixel.0)) {
            *mixed += f32::from(value) * weight;
        }
    }
    mixed
}

fn plus(one: Point, other: Point) -> Point {
    (one.0 + other.0, one.1 + other.1)
}

fn times(point: Point, factor: f32) -> Point {
    (point.0 * factor, point.1 * factor)
}

fn dot(one: Point, other: Point) -> f32 {
    one.0 * other.0 + one.1 * other.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(x: f32, y: f32, length: f32) -> Strip {
        Strip { centre: (x, y), along: (length, 0.0), across: (0.0, 10.0) }
    }

    #[test]
    fn a_slanted_line_is_cut_out_along_its_slant() {
        let strip = around(&[(0.0, 0.0), (40.0, 30.0), (34.0, 38.0), (-6.0, 8.0), (17.0, 19.0)]).unwrap();
        let (long, short) = (strip.length().max(strip.height()), strip.length().min(strip.height()));
        assert!((long - 50.0).abs() < 0.01 && (short - 10.0).abs() < 0.01, "{strip:?}");
        assert!((strip.centre.0 - 17.0).abs() < 0.01 && (strip.centre.1 - 19.0).abs() < 0.01, "{strip:?}");
    }

    #[test]
    fn cells_of_a_row_are_read_from_the_left_though_they_stand_a_little_apart() {
        let mut strips =
            [level(90.0, 52.0, 20.0), level(30.0, 20.0, 20.0), level(30.0, 49.0, 20.0), level(60.0, 51.0, 20.0)];
        put_in_order(&mut strips);
        assert_eq!(strips.map(|strip| strip.centre.0), [30.0, 30.0, 60.0, 90.0]);
    }

    #[test]
    fn a_page_on_its_side_is_read_downwards_and_a_lone_digit_upright() {
        let tall = Strip { centre: (5.0, 5.0), along: (0.0, 90.0), across: (-10.0, 0.0) };
        let mut sideways = [tall, tall, level(0.0, 0.0, 20.0)];
        lay_along(&mut sideways);
        assert!(sideways.iter().all(|strip| strip.along.1 > 0.0 && strip.across.0 < 0.0), "{sideways:?}");
        let digit = Strip { centre: (5.0, 5.0), along: (0.0, 14.0), across: (-8.0, 0.0) };
        let mut upright = [level(0.0, 0.0, 90.0), digit];
        lay_along(&mut upright);
        assert_eq!(upright[1], Strip { centre: (5.0, 5.0), along: (8.0, 0.0), across: (0.0, 14.0) });
    }

    #[test]
    fn what_is_cut_out_is_what_stands_there() {
        let page = RgbImage::from_fn(60, 60, |x, y| {
            if (20..40).contains(&x) && (10..50).contains(&y) { Rgb([9; 3]) } else { Rgb([255; 3]) }
        });
        let strip = Strip { centre: (30.0, 30.0), along: (0.0, 40.0), across: (-20.0, 0.0) };
        let cut = strip.cut(&page, 48, 500);
        assert_eq!(cut.dimensions(), (96, 48));
        assert!(cut.enumerate_pixels().all(|(x, y, pixel)| pixel.0[0] == 9 || x == 0 || x == 95 || y == 0 || y == 47));
        let frame = strip.frame(&page);
        assert!((frame.left - 1.0 / 3.0).abs() < 1e-4 && (frame.height - 2.0 / 3.0).abs() < 1e-4, "{frame:?}");
    }
}
