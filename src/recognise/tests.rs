//! A scan and a photo of a form (`tests/recognition`), recognised by the real models.
//!
//! The models are those of the wheel that `tests/run` fetches; `RECOGNITION_MODELS` may name another place.

#![expect(clippy::print_stdout, reason = "figures for whoever runs the tests")]

use std::collections::BTreeMap;
use std::path::Path;

use super::*;
use crate::document::{self, Budget, Limits};

fn engine() -> Engine {
    let fetched = "target/recognition/rapidocr_onnxruntime-1.4.4-py3-none-any.whl";
    let wheel = std::env::var_os("RECOGNITION_MODELS").map(std::path::PathBuf::from);
    let wheel = wheel.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(fetched));
    let bytes = std::fs::read(&wheel).unwrap_or_else(|error| {
        panic!("{}: {error}: deploy/install-recognition --fetch target/recognition", wheel.display())
    });
    Engine::new(models::from_wheel(&bytes).unwrap()).unwrap()
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recognition").join(name)).unwrap()
}

fn page(bytes: &[u8]) -> RgbImage {
    let mut pages = Vec::new();
    document::pictures(bytes, &mut Budget::new(Limits::default()), &mut |page| pages.push(page)).unwrap();
    pages.swap_remove(0)
}

/// Characters by how often they stand in a text; full and half width are one.
fn bag(text: &str) -> BTreeMap<char, usize> {
    let mut bag = BTreeMap::new();
    for letter in unicode_normalization::UnicodeNormalization::nfkc(text).filter(|letter| !letter.is_whitespace()) {
        *bag.entry(letter).or_default() += 1;
    }
    bag
}

/// Share of the form's characters that are missing, or are there without standing in it.
fn error(lines: &[Line]) -> f64 {
    let truth = bag(&String::from_utf8(sample("form.txt")).unwrap());
    let read = bag(&lines.iter().map(|line| line.text.as_str()).collect::<String>());
    let letters = truth.keys().chain(read.keys()).collect::<std::collections::BTreeSet<_>>();
    let count = |bag: &BTreeMap<char, usize>, letter: &char| bag.get(letter).copied().unwrap_or_default();
    let wrong: usize = letters.iter().map(|letter| count(&truth, letter).abs_diff(count(&read, letter))).sum();
    wrong as f64 / truth.values().sum::<usize>() as f64
}

fn check(what: &str, page: &RgbImage, most: f64) -> Vec<Line> {
    let engine = engine();
    let lines = engine.lines(page).unwrap();
    let (error, text) = (error(&lines), lines.iter().map(|line| format!("{line:?}\n")).collect::<String>());
    println!("{what}: character error {:.1} %\n{text}", error * 100.0);
    assert!(error <= most, "{what}: {error}");
    lines
}

#[test]
fn nothing_as_long_as_an_identity_number_is_kept_of_a_scan() {
    for (text, kept) in [
        // Of nobody, and with a digit misread.
        ("身份证号110000199001011237联系人", format!("身份证号{}联系人", personal::REMOVED)),
        ("统一社会信用代码：911100001234567890", "统一社会信用代码：911100001234567890".into()),
        ("电话0571-88001234", "电话0571-88001234".into()),
    ] {
        assert_eq!(redacted(text), kept);
    }
}

#[test]
fn a_clean_scan_is_read_line_by_line() {
    let lines = check("scan", &page(&sample("form.png")), 0.06);
    let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let at = |wanted: &str| text.iter().position(|line| line.contains(wanted));
    assert!(lines.is_empty() || at("企业") < at("研发人员"), "in reading order: {text:?}");
}

#[test]
fn a_slanted_noisy_photo_is_read() {
    check("photo", &page(&sample("photo.jpg")), 0.12);
}

#[test]
fn a_page_that_lay_on_its_side_or_head_is_read() {
    let page = page(&sample("form.png"));
    for (how, turned) in [
        ("on its head", image::imageops::rotate180(&page)),
        ("on its right side", image::imageops::rotate90(&page)),
        ("on its left side", image::imageops::rotate270(&page)),
    ] {
        check(how, &turned, 0.10);
    }
}

#[test]
fn noise_and_an_empty_page_have_no_lines() {
    let engine = engine();
    let mut seed = 1_u32;
    let noise = RgbImage::from_fn(800, 600, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgb([(seed >> 24) as u8; 3])
    });
    for page in
        [noise, RgbImage::from_pixel(800, 600, image::Rgb([255; 3])), RgbImage::new(1, 1), RgbImage::new(3_000, 2)]
    {
        assert_eq!(engine.lines(&page).unwrap(), []);
    }
}
