//! Pictures as pixels, for recognition alone: scanned pages, photos, and pictures put into office files. What a document says is
//! never read from them.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, GenericImageView as _, ImageDecoder as _, ImageReader, Limits, Rgb, RgbImage, imageops};

use super::package::Package;
use super::sniff::{self, Kind};
use super::{Budget, Fault, pdf};

/// Pixels of the largest picture that is unpacked. Phones take photos of 48 million; a bomb declares billions.
const MOST_PIXELS: u64 = 64_000_000;
/// Longer side of a picture as it is handed on: 200 dots to the inch of an A4 page, and a little more.
pub(super) const LONGEST: u32 = 2_400;
/// Pages and pictures of one file that are handed on.
pub const MOST_PICTURES: usize = 20;
/// Shorter side from which a picture in an office file may be a page, and is no logo.
const LEAST_SIDE: u32 = 200;

/// Shows the pictures of a file one after another, upright as their makers meant them: the picture itself, the pages of a PDF
/// that bear pictures, the pictures put into an office file. At most 20; none larger than 2,400 pixels on its longer side.
///
/// # Errors
/// [`Fault`] when the file, or a picture that is all of it, is damaged, too large, or in a format that is not unpacked (HEIC).
pub fn pictures(bytes: &[u8], budget: &mut Budget, show: &mut dyn FnMut(RgbImage)) -> Result<(), Fault> {
    match sniff::identify(bytes, budget)? {
        Kind::Picture => show(decode(bytes)?),
        Kind::Pdf => pdf::scans(bytes, budget, show)?,
        Kind::Docx | Kind::Xlsx | Kind::Pptx | Kind::Odt | Kind::Ods => within(bytes, budget, show)?,
        _ => {}
    }
    Ok(())
}

/// Shorter side below which a picture shows no table: logos, banners, icons.
const ORNAMENT_SIDE: u32 = 200;
/// Longest side of a picture with a name that programs give, or that says what it is: business cards, codes to scan.
const ORNAMENT_LONGEST: u32 = 600;
/// Beginnings of such names, lower case: of Outlook, Foxmail, QQ Mail and phones, then of people.
const ORNAMENT_NAMES: [&str; 14] = [
    "image0",
    "outlook-",
    "insertpic",
    "catch",
    "_foxmail",
    "foxmail",
    "图片",
    "logo",
    "sign",
    "签名",
    "二维码",
    "qr",
    "名片",
    "banner",
];

/// Whether a picture is one that mail programs and signatures put into every mail, so that it is no scan of anything. One whose size
/// cannot be told is none.
#[must_use]
pub fn is_ornament(path: &str, bytes: &[u8]) -> bool {
    let Some((width, height)) = dimensions(bytes) else { return false };
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let is_named_so = ORNAMENT_NAMES.iter().any(|start| name.starts_with(start)) || name.contains('@');
    width.min(height) < ORNAMENT_SIDE || (is_named_so && width.max(height) <= ORNAMENT_LONGEST)
}

/// Width and height as the picture's header says.
fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    // The screen of a GIF (GIF89a, 18), which is unpacked by nobody here.
    if bytes.starts_with(b"GIF8") {
        let side = |at: usize| bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes).map(u32::from);
        return Some((side(6)?, side(8)?));
    }
    ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?.into_dimensions().ok()
}

/// Pictures lie in `word/media/` and its like (ECMA-376-2) or in `Pictures/` (ODF 1.2).
fn within(bytes: &[u8], budget: &mut Budget, show: &mut dyn FnMut(RgbImage)) -> Result<(), Fault> {
    let mut package = Package::open(bytes)?;
    let is_picture = |name: &&str| name.contains("/media/") || name.starts_with("Pictures/");
    let names: Vec<String> = package.names().filter(is_picture).map(str::to_owned).collect();
    for name in names.iter().take(MOST_PICTURES) {
        let picture = package.read(name, budget)?;
        // Drawings and logos lie among them.
        if let Ok(picture) = decode(&picture)
            && picture.width().min(picture.height()) >= LEAST_SIDE
        {
            show(picture);
        }
    }
    Ok(())
}

fn decode(bytes: &[u8]) -> Result<RgbImage, Fault> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(damaged)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_PIXELS * 4);
    reader.limits(limits);
    if reader.format().is_none() {
        return Err(unsupported());
    }
    let mut decoder = reader.into_decoder().map_err(fault)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Fault::TooLarge("pixels of a picture".into()));
    }
    // Cameras note how they were held.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = shrunk(DynamicImage::from_decoder(decoder).map_err(fault)?);
    picture.apply_orientation(orientation);
    Ok(on_white(&picture))
}

fn fault(error: image::ImageError) -> Fault {
    match error {
        image::ImageError::Limits(_) => Fault::TooLarge("pixels of a picture".into()),
        image::ImageError::Unsupported(_) => unsupported(),
        other => damaged(other),
    }
}

fn damaged(error: impl std::fmt::Display) -> Fault {
    Fault::Unreadable(format!("damaged picture: {error}"))
}

fn unsupported() -> Fault {
    Fault::Unsupported { format: "this kind of picture".into(), could_hold_table: true }
}

/// The picture, no larger than recognition needs it.
fn shrunk(picture: DynamicImage) -> DynamicImage {
    if picture.width().max(picture.height()) <= LONGEST {
        return picture;
    }
    picture.resize(LONGEST, LONGEST, imageops::FilterType::Triangle)
}

/// As [`shrunk`], for a page that was painted.
pub(super) fn shrunk_page(page: RgbImage) -> RgbImage {
    shrunk(DynamicImage::ImageRgb8(page)).into_rgb8()
}

/// The picture on paper: what it leaves transparent is white.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|value| blend(255, value, alpha)))
    })
}

/// One colour over another, as far as it covers it.
pub(super) fn blend(under: u8, over: u8, alpha: u8) -> u8 {
    let (under, over, alpha) = (u16::from(under), u16::from(over), u16::from(alpha));
    u8::try_from((under * (255 - alpha) + over * alpha) / 255).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;

    use super::*;

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn shown(bytes: &[u8]) -> Result<Vec<RgbImage>, Fault> {
        let mut all = Vec::new();
        pictures(bytes, &mut Budget::new(crate::document::Limits::default()), &mut |one| all.push(one))?;
        Ok(all)
    }

    #[test]
    fn photos_and_scans_of_all_common_formats_are_seen() {
        let grey = DynamicImage::ImageLuma8(image::GrayImage::from_pixel(40, 30, image::Luma([100])));
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Bmp, ImageFormat::Tiff] {
            let all = shown(&encoded(&grey, format)).unwrap();
            assert_eq!(all.len(), 1);
            assert_eq!(all[0].dimensions(), (40, 30));
            assert!(all[0].get_pixel(20, 20).0.iter().all(|value| value.abs_diff(100) < 4), "{format:?}");
        }
    }

    #[test]
    fn what_is_transparent_is_paper_and_a_large_photo_is_made_smaller() {
        let clear = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(4_800, 1_200, image::Rgba([0, 0, 0, 0])));
        let all = shown(&encoded(&clear, ImageFormat::Png)).unwrap();
        assert_eq!((all[0].dimensions(), all[0].get_pixel(0, 0).0), ((2_400, 600), [255; 3]));
    }

    #[test]
    fn a_bomb_a_stump_and_a_foreign_format_are_named_and_not_unpacked() {
        let small = DynamicImage::ImageRgb8(RgbImage::new(64, 64));
        let mut bomb = encoded(&small, ImageFormat::Png);
        // The header of a PNG: width and height behind its name (PNG specification, 11.2.2), then its checksum.
        bomb[16..24].copy_from_slice(&[0, 0, 0x9C, 0x40, 0, 0, 0x9C, 0x40]);
        let sum = crc32(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        assert!(matches!(shown(&bomb), Err(Fault::TooLarge(_))), "{:?}", shown(&bomb));
        let mut stump = encoded(&small, ImageFormat::Jpeg);
        stump.truncate(200);
        assert!(matches!(shown(&stump), Err(Fault::Unreadable(_))), "{:?}", shown(&stump));
        assert!(matches!(shown(b"\0\0\0\x18ftypheic\0\0\0\0"), Err(Fault::Unsupported { .. })));
    }

    #[test]
    fn a_logo_is_told_from_a_photo_of_a_table() {
        let picture =
            |width, height, format| encoded(&DynamicImage::ImageLuma8(image::GrayImage::new(width, height)), format);
        for (name, width, height, is_none) in [
            ("image001.png", 150, 60, true),
            ("公司标识.png", 1_200, 120, true),
            ("image002.png", 430, 430, true),
            ("5A3F2B1C@8D7E6F50.AB12CD34.png", 320, 240, true),
            ("二维码.png", 430, 430, true),
            ("InsertPic_7C3D.png", 300, 300, true),
            ("image001.png", 1_080, 1_440, false),
            ("IMG_0001.png", 430, 430, false),
            ("微信图片_20171219103200.png", 1_080, 1_440, false),
            ("营业收入.png", 600, 240, false),
        ] {
            for format in [ImageFormat::Png, ImageFormat::Jpeg] {
                assert_eq!(is_ornament(name, &picture(width, height, format)), is_none, "{name} {width}×{height}");
            }
        }
        assert!(is_ornament("a.gif", b"GIF89a\x20\x00\x20\x00\0\0\0"));
        for unknown in [&b"GIF8"[..], b"\xFF\xD8\xFF\xE0", b"\0\0\0\x18ftypheic"] {
            assert!(!is_ornament("image001.png", unknown), "what cannot be told may be a scan");
        }
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(sum & 1)))
        })
    }
}
