//! The pictures that a PDF's pages show, each page painted as one: scanners put one picture on a page, or several strips, turned
//! as the paper lay.

use hayro_interpret::font::GlyphRun;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageData, ImageDrawProps, InterpreterCache,
    InterpreterSettings, LumaData, SoftMask, TransformExt as _, interpret_page,
};
use image::{Rgb, RgbImage};

use crate::document::picture::{LONGEST, blend, shrunk_page};

/// A page is painted larger than it is handed on, so that thin strokes are not lost in between.
const FINE: f64 = 1.5;
/// Pixels of the largest picture on a page that is unpacked.
const MOST_PIXELS: u64 = 64_000_000;
/// Pictures on one page that are painted.
const MOST_PAINTED: u32 = 500;

/// Paints the pictures of a page; none when it bears no picture.
pub(super) fn paint<'a>(page: &Page<'a>, cache: &InterpreterCache<'a>) -> Option<RgbImage> {
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width), f64::from(height));
    let scale = FINE * f64::from(LONGEST) / width.max(height);
    let size = |points: f64| whole((points * scale).clamp(1.0, FINE * f64::from(LONGEST)));
    let shown = Rect::new(0.0, 0.0, width * scale, height * scale);
    let transform = Affine::scale(scale) * page.initial_transform(true).to_kurbo();
    let mut context = Context::new(transform, shown, cache, page.xref(), InterpreterSettings::default());
    let paper = RgbImage::from_pixel(size(width), size(height), Rgb([255; 3]));
    let mut painter = Painter { paper, painted: 0 };
    interpret_page(page, &mut context, &mut painter);
    (painter.painted > 0).then(|| shrunk_page(painter.paper))
}

struct Painter {
    paper: RgbImage,
    painted: u32,
}

/// A picture's colours and how far it covers what lies under it, by pixel.
struct Colours {
    width: u32,
    height: u32,
    scale: (f32, f32),
    rgb: Vec<u8>,
    /// One value a pixel; empty where all is covered.
    alpha: Vec<u8>,
}

impl Painter {
    fn paint(&mut self, colours: &Colours, transform: Affine) {
        let transform = transform.pre_scale_non_uniform(f64::from(colours.scale.0), f64::from(colours.scale.1));
        let (width, height) = (f64::from(colours.width), f64::from(colours.height));
        let paper = Rect::new(0.0, 0.0, f64::from(self.paper.width()), f64::from(self.paper.height()));
        let bounds = transform.transform_rect_bbox(Rect::new(0.0, 0.0, width, height)).intersect(paper);
        if transform.determinant().abs() < 1e-12 || !bounds.is_finite() || bounds.is_zero_area() {
            return;
        }
        let back = transform.inverse();
        for y in whole(bounds.y0)..whole(bounds.y1.ceil()) {
            for x in whole(bounds.x0)..whole(bounds.x1.ceil()) {
                let from = back * Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                let inside = (0.0..width).contains(&from.x) && (0.0..height).contains(&from.y);
                let seen = inside.then(|| colours.at(whole(from.x), whole(from.y))).flatten();
                if let (Some((colour, alpha)), Some(pixel)) = (seen, self.paper.get_pixel_mut_checked(x, y)) {
                    for (under, over) in pixel.0.iter_mut().zip(colour) {
                        *under = blend(*under, over, alpha);
                    }
                }
            }
        }
        self.painted += 1;
    }
}

impl Colours {
    fn of(image: &Image<'_, '_>) -> Option<Self> {
        let mut colours = None;
        match image {
            Image::Stencil(stencil) => {
                // What is stamped on paper is ink, whatever its colour.
                stencil.with_stencil(|mask, _| colours = Some(Self::ink(mask)), None);
            }
            Image::Raster(raster) => raster.with_rgba(|data, alpha| colours = Some(Self::picture(data, alpha)), None),
        }
        colours
    }

    fn ink(mask: LumaData) -> Self {
        let LumaData { width, height, scale_factors: scale, data: alpha, .. } = mask;
        Self { width, height, scale, rgb: vec![0; alpha.len() * 3], alpha }
    }

    fn picture(data: ImageData, alpha: Option<LumaData>) -> Self {
        let (width, height, scale) = (data.width(), data.height(), data.scale_factors());
        let rgb = match data {
            ImageData::Rgb(data) => data.data,
            ImageData::Luma(data) => data.data.into_iter().flat_map(|value| [value; 3]).collect(),
        };
        // A mask of another size softens edges at most.
        let alpha = alpha.filter(|mask| (mask.width, mask.height) == (width, height));
        Self { width, height, scale, rgb, alpha: alpha.map(|mask| mask.data).unwrap_or_default() }
    }

    fn at(&self, x: u32, y: u32) -> Option<([u8; 3], u8)> {
        let pixel = usize::try_from(u64::from(y) * u64::from(self.width) + u64::from(x)).ok()?;
        let rgb = self.rgb.get(pixel * 3..)?.first_chunk::<3>()?;
        Some((*rgb, self.alpha.get(pixel).copied().unwrap_or(u8::MAX)))
    }
}

/// The pixel at a coordinate; 0 for what lies before the picture.
fn whole(number: f64) -> u32 {
    number as u32
}

impl<'a> Device<'a> for Painter {
    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let pixels = u64::from(image.width()) * u64::from(image.height());
        if pixels <= MOST_PIXELS
            && self.painted < MOST_PAINTED
            && let Some(colours) = Colours::of(&image)
        {
            self.paint(&colours, props.transform);
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn pop_clip(&mut self) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_transparency_group(&mut self) {}
}
