//! Where the cells and paragraphs of a Word document stand in the bytes of its main part, counted as the reader counts them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::walker::{Tag, Walker};
use crate::document::xml::{Node, Xml};
use crate::document::{Budget, Fault};

/// Cells and paragraphs of a main part.
#[derive(Debug)]
pub(crate) struct Places {
    /// The prefix of the elements of WordprocessingML, without its colon.
    pub(crate) prefix: String,
    /// Cells by table, row and column; those that a merged one covers are none.
    cells: BTreeMap<(u32, u32, u32), Cell>,
    /// Paragraphs outside tables by number, as positions in the list of all.
    lines: BTreeMap<u32, usize>,
    paragraphs: Vec<Paragraph>,
}

/// A cell.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// The bytes of its tag.
    pub(crate) tag: Range<usize>,
    /// Its first and last paragraph, as positions in the list of all; those of nested tables are none.
    paragraphs: Option<(usize, usize)>,
}

/// A paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Paragraph {
    /// The bytes of its tag.
    pub(crate) open: Range<usize>,
    /// The bytes of its end tag; none for an empty element.
    pub(crate) close: Range<usize>,
    /// The paragraph that holds the text box in which it stands.
    host: Option<usize>,
}

/// An open element, as far as it matters here.
#[derive(Debug)]
enum Frame {
    Paragraph(usize),
    Cell(Cell),
    Other,
}

impl Places {
    /// Walks through a main part as the reader does.
    ///
    /// # Errors
    /// As [`super::read`].
    pub(crate) fn read(text: &str, budget: &mut Budget) -> Result<Self, Fault> {
        let mut walker = Walker::new(budget);
        let mut xml = Xml::new(text);
        let mut places =
            Self { prefix: String::new(), cells: BTreeMap::new(), lines: BTreeMap::new(), paragraphs: Vec::new() };
        let mut frames = Vec::new();
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(element) => {
                    walker.start(&element)?;
                    let frame = places.begin(&walker, &mut frames, xml.span());
                    frames.push(frame);
                }
                Node::End => {
                    let frame = frames.pop().unwrap_or(Frame::Other);
                    places.end(&mut walker, frame, xml.span())?;
                }
                Node::Text(text) => walker.text(&text),
            }
        }
        places.prefix.clone_from(&walker.word_prefix);
        Ok(places)
    }

    fn begin(&mut self, walker: &Walker<'_>, frames: &mut [Frame], tag: Range<usize>) -> Frame {
        match walker.innermost() {
            Some(Tag::Cell) => Frame::Cell(Cell { tag, paragraphs: None }),
            Some(Tag::Paragraph) => {
                let own = self.paragraphs.len();
                let around = |frame: &Frame| if let Frame::Paragraph(host) = frame { Some(*host) } else { None };
                let host = frames.iter().rev().find_map(around);
                self.paragraphs.push(Paragraph { open: tag, close: 0..0, host });
                let nearest = frames.iter_mut().rev().find(|frame| !matches!(frame, Frame::Other));
                if let Some(Frame::Cell(cell)) = nearest {
                    let first = cell.paragraphs.map_or(own, |(first, _)| first);
                    cell.paragraphs = Some((first, own));
                }
                Frame::Paragraph(own)
            }
            _ => Frame::Other,
        }
    }

    fn end(&mut self, walker: &mut Walker<'_>, frame: Frame, tag: Range<usize>) -> Result<(), Fault> {
        if let (Frame::Cell(cell), Some(Tag::Cell)) = (&frame, walker.innermost()) {
            walker.begin_pending_cell()?;
            if let Some(place) = walker.builder.open_cell() {
                self.cells.insert(place, cell.clone());
            }
        }
        let ended = walker.builder.paragraphs();
        walker.end()?;
        if let Frame::Paragraph(own) = frame {
            if let Some(paragraph) = self.paragraphs.get_mut(own) {
                paragraph.close = tag;
            }
            if walker.builder.paragraphs() > ended {
                self.lines.insert(walker.builder.paragraphs(), own);
            }
        }
        Ok(())
    }

    /// A cell by table, row and column.
    pub(crate) fn cell(&self, place: (u32, u32, u32)) -> Option<&Cell> {
        self.cells.get(&place)
    }

    /// The first and last paragraph of a cell. For one in a text box, which cannot bear comments, that of the text around it.
    pub(crate) fn of_cell(&self, cell: &Cell) -> Option<(&Paragraph, &Paragraph)> {
        let (first, last) = cell.paragraphs?;
        Some((self.bearing(first)?, self.bearing(last)?))
    }

    /// A paragraph outside tables by its number; in a text box, the one of the text around it.
    pub(crate) fn line(&self, number: u32) -> Option<&Paragraph> {
        self.bearing(*self.lines.get(&number)?)
    }

    fn bearing(&self, mut index: usize) -> Option<&Paragraph> {
        while let Some(host) = self.paragraphs.get(index)?.host {
            index = host;
        }
        self.paragraphs.get(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Limits;

    fn check(body: &str, expected: &[((u32, u32, u32), &str)], lines: &[(u32, &str)]) {
        let text = format!(
            r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
        );
        let places = Places::read(&text, &mut Budget::new(Limits::default())).unwrap();
        let whole =
            |first: &Paragraph, last: &Paragraph| text.get(first.open.start..last.close.end).unwrap().to_owned();
        let cells = places.cells.iter().map(|(place, cell)| {
            let (first, last) = places.of_cell(cell).unwrap();
            (*place, whole(first, last))
        });
        let expected: Vec<_> = expected.iter().map(|(place, text)| (*place, (*text).to_owned())).collect();
        assert_eq!(cells.collect::<Vec<_>>(), expected);
        for (number, expected) in lines {
            let line = places.line(*number).unwrap();
            assert_eq!(whole(line, line), *expected);
        }
    }

    #[test]
    fn a_cell_is_where_the_reader_counted_it() {
        check(
            "<w:p>1</w:p><w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p>gone</w:p></w:tc></w:tr>\
             <w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr><w:p>a</w:p><w:p>b</w:p></w:tc>\
             <w:tc><w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr><w:p/></w:tc></w:tr>\
             <w:tr><w:tc><w:tbl><w:tr><w:tc><w:p>in</w:p></w:tc></w:tr></w:tbl><w:p>c</w:p></w:tc><w:tc><w:p>d</w:p></w:tc>\
             <w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p>covered</w:p></w:tc></w:tr></w:tbl><w:p>2</w:p>",
            &[
                ((1, 0, 0), "<w:p>a</w:p><w:p>b</w:p>"),
                ((1, 0, 2), "<w:p/>"),
                ((1, 1, 0), "<w:p>c</w:p>"),
                ((1, 1, 1), "<w:p>d</w:p>"),
                ((2, 0, 0), "<w:p>in</w:p>"),
            ],
            &[(1, "<w:p>1</w:p>"), (2, "<w:p>2</w:p>")],
        );
    }

    #[test]
    fn what_stands_in_a_text_box_is_commented_on_where_the_box_hangs() {
        let inner = "<w:txbxContent><w:p>a</w:p><w:tbl><w:tr><w:tc><w:p>b</w:p></w:tc></w:tr></w:tbl></w:txbxContent>";
        let host = format!("<w:p><w:r>{inner}</w:r></w:p>");
        check(&host, &[((1, 0, 0), &host)], &[(1, &host), (2, &host)]);
    }
}
