//! The font that charts are drawn with: the configured file, else one that Debian's packages bring. Without any the digest goes with
//! its tables alone.

use std::path::{Path, PathBuf};

use crate::chart::Font;
use crate::config::Config;
use crate::telemetry;

/// Where fonts with Chinese characters lie, by package: fonts-noto-cjk, fonts-wqy-microhei, fonts-wqy-zenhei, fonts-droid-fallback.
const PLACES: [&str; 5] = [
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
];

/// The file that the font is taken from.
#[must_use]
pub fn place(config: &Config) -> Option<PathBuf> {
    let there = PLACES.iter().map(Path::new).find(|path| path.exists());
    config.font.clone().or_else(|| there.map(Path::to_owned))
}

/// The font.
///
/// # Errors
/// The reason with its remedy, when there is no font or it cannot be used.
pub fn load(config: &Config) -> Result<Font, String> {
    let path = place(config).ok_or_else(|| {
        "no font with Chinese characters was found, so digests go without charts; install fonts-wqy-microhei, or name a \
         file with `font`"
            .to_owned()
    })?;
    let fault = |what: &dyn std::fmt::Display| format!("{}: {what}", path.display());
    let bytes = std::fs::read(&path).map_err(|error| fault(&error))?;
    Font::new(bytes).map_err(|error| fault(&error))
}

/// The font; where there is none, the log says why.
pub(super) fn font(config: &Config) -> Option<Font> {
    load(config).inspect_err(|why| telemetry::trouble("charts", why)).ok()
}
