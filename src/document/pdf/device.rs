//! What a page draws, as far as it matters here: characters with their places, rulings, and how much of it is pictures.

use hayro_interpret::font::{Glyph as Shape, GlyphRun};
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape as _, Vec2};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};

use super::characters;
use crate::document::{Budget, Fault};

/// A filled shape of at most so many points is a line.
const LINE_WIDTH: f64 = 3.0;
/// Share of the page from which a picture counts as one that hides what was drawn before.
const WHOLE_PAGE: f64 = 0.8;

/// So much of a character, in parts of the font's size, may lie outside what is shown as if it were whole.
const CUT_OFF: f64 = 0.05;

/// No clip at all.
const EVERYWHERE: Rect = Rect::new(-1e6, -1e6, 1e6, 1e6);

/// A character on a page. Coordinates are in points (1/72 inch) from the page's upper left corner, y downwards.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    /// What it reads; empty where the file does not tell.
    pub(super) text: String,
    /// The left end of its baseline.
    pub(super) origin: Point,
    /// From there to where the next character may stand.
    pub(super) advance: Vec2,
    /// From its baseline to its top: the font's size.
    pub(super) up: Vec2,
    /// Where it is seen: its middle, or the nearest point that its cell does not cut off.
    pub(super) seen: Point,
    /// Whether its cell cuts off a part of it.
    pub(super) is_cut_off: bool,
}

impl Glyph {
    /// The size of its font.
    pub(super) fn size(&self) -> f64 {
        self.up.hypot()
    }

    /// Where the next character may stand.
    pub(super) fn end(&self) -> f64 {
        self.origin.x + self.advance.x
    }
}

/// A straight horizontal or vertical line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ruling {
    /// Whether it is horizontal.
    pub(super) horizontal: bool,
    /// Its y where it is horizontal, else its x.
    pub(super) at: f64,
    /// Its left or upper end.
    pub(super) from: f64,
    /// Its right or lower end.
    pub(super) to: f64,
}

/// What one page draws.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    /// The part of the page that is shown.
    pub(super) page: Rect,
    /// Characters in the order in which they are drawn.
    pub(super) glyphs: Vec<Glyph>,
    /// Straight lines.
    pub(super) rulings: Vec<Ruling>,
    /// Square points covered by pictures.
    pub(super) pictures: f64,
    /// Filled shapes that are no lines: drawings, or characters turned into outlines.
    pub(super) shapes: u32,
}

/// Thrown through the interpreter, which has no other way to be stopped; what was wrong stays in [`Collector::fault`].
#[derive(Debug)]
pub(super) struct Stopped;

/// Collects a [`Drawing`] under the budget.
pub(super) struct Collector<'b> {
    pub(super) drawing: Drawing,
    pub(super) fault: Option<Fault>,
    steps: &'b mut u32,
    budget: &'b mut Budget,
    clips: Vec<Rect>,
}

impl<'b> Collector<'b> {
    /// For one page; `steps` counts through the whole document.
    pub(super) fn new(page: Rect, steps: &'b mut u32, budget: &'b mut Budget) -> Self {
        Self { drawing: Drawing { page, ..Drawing::default() }, fault: None, steps, budget, clips: Vec::new() }
    }

    fn stop(&mut self, fault: Fault) -> ! {
        self.fault = Some(fault);
        std::panic::resume_unwind(Box::new(Stopped))
    }

    fn step(&mut self) {
        *self.steps += 1;
        // Forms drawn in forms multiply without bound; half as many things as there may be cells is more than pages show.
        if *self.steps > self.budget.limits().cells / 2 {
            self.stop(Fault::TooLarge("things drawn".into()));
        }
    }

    fn clip(&self) -> Rect {
        self.clips.last().copied().unwrap_or(EVERYWHERE)
    }

    fn glyph(&mut self, shape: &Shape<'_>, place: Affine) {
        let (origin, along, up) =
            (place * Point::ZERO, place * Point::new(1000.0, 0.0), place * Point::new(0.0, 1000.0));
        let (along, up) = (along - origin, up - origin);
        let clip = self.clip();
        if !along.is_finite() || !origin.is_finite() || !up.is_finite() || clip.is_zero_area() {
            return;
        }
        let Some(text) = text_of(shape) else { return };
        let advance = along * width_of(shape, &text);
        let middle = origin + advance / 2.0 + up * 0.3;
        // What stands above or below the page stands on another one; what goes out at its sides is a cell cut in two.
        if self.drawing.page.y0 <= middle.y && middle.y <= self.drawing.page.y1 {
            let seen = Point::new(middle.x.clamp(clip.x0, clip.x1), middle.y.clamp(clip.y0, clip.y1));
            let room = clip.inflate(CUT_OFF * up.hypot(), CUT_OFF * up.hypot());
            let is_cut_off = !room.contains(origin) || !room.contains(origin + advance);
            self.drawing.glyphs.push(Glyph { text, origin, advance, up, seen, is_cut_off });
        }
    }

    /// A stroke of any width is a ruling along its middle.
    fn stroke(&mut self, path: &BezPath) {
        let (mut start, mut last) = (Point::ZERO, Point::ZERO);
        for element in path.elements() {
            let next = match *element {
                PathEl::MoveTo(point) => {
                    (start, last) = (point, point);
                    continue;
                }
                PathEl::LineTo(point) => {
                    self.line(last, point);
                    point
                }
                PathEl::ClosePath => {
                    self.line(last, start);
                    start
                }
                PathEl::QuadTo(_, point) | PathEl::CurveTo(_, _, point) => point,
            };
            last = next;
        }
    }

    fn line(&mut self, from: Point, to: Point) {
        let bounds = Rect::from_points(from, to);
        if bounds.width().min(bounds.height()) <= 0.7 {
            self.ruling(bounds);
        }
    }

    /// Of a filled path every part that is thin enough is a ruling: programs draw borders so.
    fn fill(&mut self, path: &BezPath) {
        let mut part: Option<Rect> = None;
        for element in path.elements() {
            let point = match *element {
                PathEl::MoveTo(point) => {
                    self.filled(part.take());
                    point
                }
                PathEl::LineTo(point) | PathEl::QuadTo(_, point) | PathEl::CurveTo(_, _, point) => point,
                PathEl::ClosePath => continue,
            };
            part = Some(part.map_or(Rect::from_points(point, point), |part| part.union_pt(point)));
        }
        self.filled(part);
    }

    fn filled(&mut self, part: Option<Rect>) {
        let Some(part) = part else { return };
        if part.width().min(part.height()) <= LINE_WIDTH {
            self.ruling(part);
        } else {
            self.drawing.shapes += 1;
        }
    }

    /// Dots of a dotted line tell no direction: they count as both.
    fn ruling(&mut self, bounds: Rect) {
        if !bounds.is_finite() {
            return;
        }
        let is_dot = bounds.width().max(bounds.height()) <= LINE_WIDTH;
        let middle = bounds.center();
        if is_dot || bounds.width() >= bounds.height() {
            self.drawing.rulings.push(Ruling { horizontal: true, at: middle.y, from: bounds.x0, to: bounds.x1 });
        }
        if is_dot || bounds.width() < bounds.height() {
            self.drawing.rulings.push(Ruling { horizontal: false, at: middle.x, from: bounds.y0, to: bounds.y1 });
        }
    }

    fn push_clip(&mut self, bounds: Rect) {
        self.step();
        let clip = self.clip().intersect(bounds);
        self.clips.push(clip);
    }
}

impl<'a> Device<'a> for Collector<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, draw_mode: &DrawMode) {
        self.step();
        let path = props.transform * path;
        match draw_mode {
            DrawMode::Fill(_) => self.fill(&path),
            DrawMode::Stroke(_) | DrawMode::FillAndStroke(..) => self.stroke(&path),
            DrawMode::Invisible => {}
        }
    }

    fn push_clip_path(&mut self, clip_path: &ClipPath) {
        self.push_clip(clip_path.path.bounding_box());
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        self.push_clip(*rect);
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, draw_mode: &DrawMode) {
        let count = u32::try_from(run.glyphs().len()).unwrap_or(u32::MAX);
        if let Err(fault) = self.budget.take_cells(count) {
            self.stop(fault);
        }
        self.step();
        // What recognition made of a scan lies behind its picture, and nobody has read it over.
        if matches!(draw_mode, DrawMode::Invisible) {
            return;
        }
        for glyph in run.glyphs() {
            self.glyph(glyph, props.transform * glyph.transform());
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.step();
        let pixels = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let bounds = props.transform.transform_rect_bbox(pixels).intersect(self.clip());
        if bounds.width().min(bounds.height()) <= LINE_WIDTH {
            self.ruling(bounds);
            return;
        }
        self.drawing.pictures += bounds.area();
        if bounds.area() >= self.drawing.page.area() * WHOLE_PAGE {
            self.drawing.glyphs.retain(|glyph| !bounds.contains(glyph.seen));
        }
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.step();
    }

    fn pop_transparency_group(&mut self) {}
}

/// What a glyph reads; empty where the file does not tell, nothing where there is nothing to see.
fn text_of(shape: &Shape<'_>) -> Option<String> {
    let text = shape.as_unicode().map(|known| match known {
        hayro_interpret::hayro_cmap::BfString::Char(character) => character.to_string(),
        hayro_interpret::hayro_cmap::BfString::String(text) => text,
    });
    if let Some(text) = text.map(|text| characters::clean(&text)).filter(|text| !text.is_empty()) {
        return Some(text);
    }
    let shows = match shape {
        Shape::Outline(glyph) => glyph.outline().elements().iter().any(|el| !matches!(el, PathEl::MoveTo(_))),
        Shape::Type3(_) => true,
    };
    shows.then(String::new)
}

/// How wide a glyph is, in parts of the font's size.
fn width_of(shape: &Shape<'_>, text: &str) -> f64 {
    let told = match shape {
        Shape::Outline(glyph) => glyph.advance_width().map(|width| f64::from(width) / 1000.0),
        Shape::Type3(_) => None,
    };
    let usual = if text.chars().any(characters::is_wide) { 1.0 } else { 0.5 };
    told.filter(|width| *width > 0.0 && *width < 10.0).unwrap_or(usual)
}
