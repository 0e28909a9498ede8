//! PDF: tables are rebuilt from the lines that are drawn, and their cells filled by where the characters stand.
//!
//! A PDF knows pages, characters and strokes, no tables. [`device`] collects what a page draws, [`lattice`] finds the cells
//! between the rulings, [`cells`] says which characters belong to each, [`lines`] makes text of them, [`beside`] and
//! [`pages`] join a table that goes on over the next page. What is not told (fonts that do not say which characters they
//! hold, text recognised behind a scan) is never guessed: such a document is taken for a scan.

mod beside;
mod cells;
mod characters;
mod device;
mod intact;
mod lattice;
mod lines;
mod pages;
mod scan;
mod sheet;

#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, TransformExt as _, interpret_page};

use super::{Budget, Document, Fault, Format, picture};
use device::{Collector, Drawing};
use sheet::Sheet;

/// More pages than any form has; material as long is printed, not sent with a form.
const MOST_PAGES: usize = 300;

/// Reads a PDF.
///
/// # Errors
/// [`Fault::Encrypted`] when it opens with a password only, [`Fault::Unreadable`] when it is damaged or cut off,
/// [`Fault::TooLarge`] when a limit breaks.
pub(super) fn read(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    intact::check_end(bytes)?;
    // The library is young: a panic in it is a damaged file, not the end of the reader.
    let opened = catch_unwind(AssertUnwindSafe(|| open(bytes, budget)));
    let mut sheets = opened.unwrap_or_else(|_| Err(Fault::Unreadable("damaged PDF".into())))?;
    let has_pictures = sheets.iter().any(|sheet| sheet.has_pictures);
    let is_told = sheets.iter().all(Sheet::is_told);
    beside::join(&mut sheets);
    let blocks = pages::join(sheets).filter(|_| is_told);
    let has_pictures = has_pictures || blocks.is_none();
    let blocks = blocks.unwrap_or_default();
    Ok(Document { source: source.to_owned(), format: Format::Pdf, blocks, has_pictures })
}

fn open(bytes: &[u8], budget: &mut Budget) -> Result<Vec<Sheet>, Fault> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(refused)?;
    intact::check_streams(&pdf, budget)?;
    intact::check_pages(&pdf)?;
    if pdf.pages().len() > MOST_PAGES {
        return Err(Fault::TooLarge("number of pages".into()));
    }
    let cache = InterpreterCache::new();
    let mut steps = 0;
    let pages = (1_u32..).zip(pdf.pages().iter());
    pages.map(|(number, page)| Sheet::of(number, draw(page, &cache, &mut steps, budget)?, budget)).collect()
}

/// Shows the pages that bear pictures, each painted as one picture.
///
/// # Errors
/// As [`read`].
pub(super) fn scans(bytes: &[u8], budget: &mut Budget, show: &mut dyn FnMut(image::RgbImage)) -> Result<(), Fault> {
    let damaged = || Fault::Unreadable("damaged PDF".into());
    let mut each = || {
        let pdf = Pdf::new(bytes.to_vec()).map_err(refused)?;
        intact::check_streams(&pdf, budget)?;
        let cache = InterpreterCache::new();
        let painted = pdf.pages().iter().filter_map(|page| scan::paint(page, &cache));
        painted.take(picture::MOST_PICTURES).for_each(&mut *show);
        Ok(())
    };
    catch_unwind(AssertUnwindSafe(&mut each)).unwrap_or_else(|_| Err(damaged()))
}

fn refused(error: LoadPdfError) -> Fault {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm) => {
            Fault::Encrypted
        }
        LoadPdfError::Decryption(_) | LoadPdfError::Invalid => Fault::Unreadable("damaged PDF".into()),
    }
}

/// Draws a page into nothing but a list.
fn draw<'a>(
    page: &Page<'a>,
    cache: &InterpreterCache<'a>,
    steps: &mut u32,
    budget: &mut Budget,
) -> Result<Drawing, Fault> {
    let (width, height) = page.render_dimensions();
    let shown = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let transform = page.initial_transform(true).to_kurbo();
    let mut context = Context::new(transform, shown, cache, page.xref(), InterpreterSettings::default());
    let mut collector = Collector::new(shown, steps, budget);
    let drawn = catch_unwind(AssertUnwindSafe(|| interpret_page(page, &mut context, &mut collector)));
    match (drawn, collector.fault) {
        (Ok(()), None) => Ok(collector.drawing),
        (_, Some(fault)) => Err(fault),
        (Err(_), None) => Err(Fault::Unreadable("damaged PDF".into())),
    }
}
