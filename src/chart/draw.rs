//! An SVG document becomes a PNG, twice as large as it is shown, so that it is sharp on telephones.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

use super::svg::Svg;

/// How much larger than shown it is drawn.
const SCALE: f32 = 2.0;

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Width in pixels at which it is shown.
    pub width: u32,
    /// Height in pixels at which it is shown.
    pub height: u32,
    /// Its bytes, a PNG.
    pub png: Vec<u8>,
}

/// A font that knows Chinese.
#[derive(Debug, Clone)]
pub struct Font {
    database: Arc<Database>,
    family: String,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChartError {
    /// The font is none.
    #[error("this is no font that can be used; name a .ttf, .otf or .ttc file that has Chinese characters")]
    Font,
    /// The picture cannot be drawn.
    #[error("a chart cannot be drawn: {0}; this is a fault of postroom, please report it")]
    Drawing(String),
}

impl Font {
    /// A font from the bytes of its file.
    ///
    /// # Errors
    /// [`ChartError::Font`] when they hold none.
    pub fn new(bytes: Vec<u8>) -> Result<Self, ChartError> {
        let mut database = Database::new();
        database.load_font_data(bytes);
        let family = database.faces().next().and_then(|face| face.families.first()).map(|(name, _)| name.clone());
        Ok(Self { family: family.ok_or(ChartError::Font)?, database: Arc::new(database) })
    }

    /// Its family's name.
    #[must_use]
    pub fn family(&self) -> &str {
        &self.family
    }
}

pub(super) fn draw(svg: &Svg, width: u32, height: u32, font: &Font) -> Result<Drawn, ChartError> {
    let drawing = |what: &dyn std::fmt::Display| ChartError::Drawing(what.to_string());
    let options =
        Options { fontdb: Arc::clone(&font.database), font_family: font.family.clone(), ..Options::default() };
    let tree = Tree::from_str(&svg.document(width, height, &font.family), &options).map_err(|error| drawing(&error))?;
    let (wide, tall) = (width * 2, height * 2);
    let mut pixels = Pixmap::new(wide, tall).ok_or_else(|| drawing(&format!("{wide} by {tall} pixels")))?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    Ok(Drawn { width, height, png: pixels.encode_png().map_err(|error| drawing(&error))? })
}
