//! Web pages saved as one file (MHT, RFC 2557), under that name or as what Word and Excel call a single file web page.

use super::{Block, Budget, Document, Fault, Format, Origin, html};
use crate::mail;

/// Reads the pages of the file one after the other; Excel keeps one for each sheet.
///
/// # Errors
/// [`Fault::Unreadable`] when it is cut off or holds no page, and those of [`html::read`].
pub(super) fn read(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    // Nothing but its last line says that the file is whole: the boundary with two hyphens after it.
    if !bytes.trim_ascii_end().ends_with(b"--") {
        return Err(Fault::Unreadable("MHT: it breaks off".into()));
    }
    let pages = mail::web_pages(bytes);
    if pages.is_empty() {
        return Err(Fault::Unreadable("MHT: no page inside".into()));
    }
    let has_pictures = String::from_utf8_lossy(bytes).to_ascii_lowercase().contains("\ncontent-type: image/");
    let mut whole = Document { source: source.to_owned(), format: Format::Mht, blocks: Vec::new(), has_pictures };
    let mut counts = Counts::default();
    // A page that only divides the window shows nothing itself.
    for page in pages.iter().filter(|page| !page.contains("<frameset")) {
        let mut page = html::read(source, page, budget)?;
        counts.continue_in(&mut page.blocks);
        whole.has_pictures |= page.has_pictures;
        whole.blocks.append(&mut page.blocks);
    }
    Ok(whole)
}

/// How many tables and paragraphs there are so far.
#[derive(Debug, Default)]
struct Counts {
    tables: u32,
    paragraphs: u32,
}

impl Counts {
    /// Numbers the tables and paragraphs of a page after those of the pages before.
    fn continue_in(&mut self, blocks: &mut [Block]) {
        let before = (self.tables, self.paragraphs);
        for block in blocks {
            match block {
                Block::Paragraph(paragraph) => {
                    paragraph.number = paragraph.number.saturating_add(before.1);
                    self.paragraphs = self.paragraphs.max(paragraph.number);
                }
                Block::Grid(grid) => {
                    if let Origin::Table { number } = &mut grid.origin {
                        *number = number.saturating_add(before.0);
                        self.tables = self.tables.max(*number);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::document::testing::{check_cuts, document, read, show};
    use crate::document::{Content, Fault, Format};

    const PAGE: &str = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"----=_Next\"\r\n\r\n\
------=_Next\r\nContent-Location: file:///C:/a.htm\r\nContent-Transfer-Encoding: quoted-printable\r\n\
Content-Type: text/html; charset=\"gb2312\"\r\n\r\n\
<html><body><p>=C6=F3=D2=B5</p><table><tr><td>=C3=FB=B3=C6</td><td colspan=3D2>A</td></tr></table></body></html>\r\n\
------=_Next\r\nContent-Location: file:///C:/b.htm\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
<table><tr><td>second</td></tr></table><img src=\"a.png\">\r\n\r\n------=_Next\r\nContent-Type: image/png\r\n\r\n------=_Next--\r\n";

    #[test]
    fn a_form_saved_as_a_web_page_keeps_its_tables() {
        let document = document(PAGE.as_bytes());
        assert_eq!((document.format, document.has_pictures), (Format::Mht, true));
        assert_eq!(show(&document), "1: 企业\ntable 1\nA1 名称\nB1+1x2 A\ntable 2\nA1 second\n");
    }

    #[test]
    fn a_page_that_breaks_off_is_not_taken_for_a_whole_one() {
        // Cut off in its first lines, a file is no such file yet.
        check_cuts(PAGE.replace("<p>", &format!("{:9999}<p>", "")).as_bytes());
        let frame = PAGE.replace("------=_Next--\r\n", "");
        assert!(matches!(read(frame.as_bytes()), Err(Fault::Unreadable(_))));
        assert!(!matches!(
            read(b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x--"),
            Ok(Content::Document(_))
        ));
    }
}
