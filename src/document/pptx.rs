//! Presentations (PresentationML, ECMA-376 part 1): the tables and paragraphs of the slides, in the order in which they are shown.

use super::builder::{Builder, VerticalMerge};
use super::package::Package;
use super::xml::{self, Element, Node, Xml};
use super::{Budget, Document, Fault, Format};

/// Reads a .pptx file.
///
/// # Errors
/// [`Fault::Unreadable`] when it is damaged, [`Fault::TooLarge`] when a limit breaks.
pub(super) fn read(source: &str, bytes: &[u8], budget: &mut Budget) -> Result<Document, Fault> {
    let mut package = Package::open(bytes)?;
    let mut builder = Builder::default();
    for (page, slide) in (1..).zip(slides(&mut package, budget)?) {
        builder.turn_to(page);
        let part = package.read(&slide, budget)?;
        Walker { builder: &mut builder, budget, open: Vec::new(), skipped: 0 }.slide(&xml::decode(&part)?)?;
    }
    Ok(builder.finish(source, Format::Pptx))
}

/// Paths of the slides, as the presentation lists them (19.2.1.34) and its relationships place them.
fn slides(package: &mut Package<'_>, budget: &mut Budget) -> Result<Vec<String>, Fault> {
    let presentation = package.read("ppt/presentation.xml", budget)?;
    let relations = package.read("ppt/_rels/presentation.xml.rels", budget)?;
    let ids = attributes(&presentation, "sldId", ":id", "")?;
    let targets = attributes(&relations, "Relationship", "Id", "Target")?;
    let missing = || Fault::Unreadable("a slide is missing".into());
    let path = |(id, _): &(String, String)| {
        let target = targets.iter().find(|(known, _)| known == id).map(|(_, target)| target).ok_or_else(missing)?;
        Ok(target.strip_prefix('/').map_or_else(|| format!("ppt/{target}"), str::to_owned))
    };
    ids.iter().map(path).collect()
}

/// Two attributes of each element of a name, by the ends of their names, prefixes included.
fn attributes(part: &[u8], name: &str, first: &str, second: &str) -> Result<Vec<(String, String)>, Fault> {
    let text = xml::decode(part)?;
    let mut xml = Xml::new(&text);
    let mut found = Vec::new();
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        if element.name() == name {
            let value = |end: &str| element.attributes().find(|(key, _)| key.ends_with(end)).map(|(_, value)| value);
            found.extend(value(first).map(|one| (one, value(second).unwrap_or_default())));
        }
    }
    Ok(found)
}

/// An open element, as far as its end matters.
#[derive(Debug, PartialEq, Eq)]
enum Tag {
    Table,
    Row,
    Cell,
    /// Covered by the merged cell above it or before it.
    Covered,
    Paragraph,
    Text,
    Other,
}

/// Walks through one slide.
struct Walker<'w> {
    builder: &'w mut Builder,
    budget: &'w mut Budget,
    open: Vec<Tag>,
    /// Depth inside a subtree that is passed over; 0 outside.
    skipped: usize,
}

impl Walker<'_> {
    fn slide(mut self, text: &str) -> Result<(), Fault> {
        let mut xml = Xml::new(text);
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(_) | Node::End if self.skipped > 0 => {
                    self.skipped = if matches!(node, Node::End) { self.skipped - 1 } else { self.skipped + 1 };
                }
                Node::Start(element) => self.start(&element)?,
                Node::End => self.end(),
                Node::Text(text) => self.text(&text),
            }
        }
        Ok(())
    }

    fn start(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        let tag = match element.name() {
            // The other form of what a newer program shows (part 3, 10.2.1).
            "Fallback" => {
                self.skipped = 1;
                return Ok(());
            }
            "tbl" => {
                self.builder.begin_table(self.budget)?;
                Tag::Table
            }
            "tr" => {
                self.builder.begin_row();
                Tag::Row
            }
            "tc" => self.start_cell(element)?,
            "p" => Tag::Paragraph,
            "t" => Tag::Text,
            "br" => {
                self.text_of_run("\n");
                Tag::Other
            }
            "blip" => {
                self.builder.picture();
                Tag::Other
            }
            _ => Tag::Other,
        };
        self.open.push(tag);
        Ok(())
    }

    /// Every column has its cell, also where a merged one covers it (21.1.3.16).
    fn start_cell(&mut self, element: &Element<'_>) -> Result<Tag, Fault> {
        let number = |name| element.attribute(name).and_then(|value| value.parse::<u32>().ok()).unwrap_or(1).max(1);
        let is_on = |name| matches!(element.attribute(name).as_deref(), Some("1" | "true"));
        if is_on("hMerge") {
            return Ok(Tag::Covered);
        }
        if is_on("vMerge") {
            self.builder.skip_columns(number("gridSpan"));
            return Ok(Tag::Covered);
        }
        self.builder.begin_cell(number("gridSpan"), VerticalMerge::None, self.budget)?;
        self.builder.span_rows(number("rowSpan"));
        Ok(Tag::Cell)
    }

    fn end(&mut self) {
        match self.open.pop() {
            Some(Tag::Table) => self.builder.end_table(),
            Some(Tag::Row) => self.builder.end_row(),
            Some(Tag::Cell) => self.builder.end_cell(),
            Some(Tag::Paragraph) if !self.is_covered() => self.builder.end_paragraph(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.skipped == 0 && self.open.last() == Some(&Tag::Text) {
            self.text_of_run(text);
        }
    }

    fn text_of_run(&mut self, text: &str) {
        if !self.is_covered() {
            self.builder.push(text);
        }
    }

    fn is_covered(&self) -> bool {
        self.open.contains(&Tag::Covered)
    }
}

#[cfg(test)]
mod tests {
    use crate::document::Block;
    use crate::document::testing::{check_cuts, document, show, zip};

    fn pptx(slides: &[&str]) -> Vec<u8> {
        let ids: String = (0..slides.len()).map(|at| format!(r#"<p:sldId id="{}" r:id="r{at}"/>"#, 256 + at)).collect();
        // The relationships stand in another order than the slides.
        let relations: String = (0..slides.len())
            .rev()
            .map(|at| format!(r#"<Relationship Id="r{at}" Type="slide" Target="slides/slide{at}.xml"/>"#))
            .collect();
        let presentation = format!("<p:presentation><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>");
        let relations = format!("<Relationships>{relations}</Relationships>");
        let slides: Vec<(String, String)> = slides
            .iter()
            .enumerate()
            .map(|(at, slide)| (format!("ppt/slides/slide{at}.xml"), format!("<p:sld>{slide}</p:sld>")))
            .collect();
        let mut members = vec![
            ("[Content_Types].xml", &b"<Types/>"[..]),
            ("ppt/presentation.xml", presentation.as_bytes()),
            ("ppt/_rels/presentation.xml.rels", relations.as_bytes()),
        ];
        members.extend(slides.iter().map(|(name, text)| (name.as_str(), text.as_bytes())));
        zip(&members)
    }

    fn cell(attributes: &str, text: &str) -> String {
        format!("<a:tc {attributes}><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>")
    }

    fn check(slides: &[&str], expected: &str) {
        let bytes = pptx(slides);
        assert_eq!(show(&document(&bytes)), expected);
        check_cuts(&bytes);
    }

    #[test]
    fn a_form_on_a_slide_keeps_its_merged_cells() {
        let rows = [
            cell(r#"rowSpan="2""#, "企业")
                + &cell(r#"gridSpan="2""#, "名称")
                + &cell(r#"hMerge="1""#, "")
                + &cell("", "D"),
            cell(r#"vMerge="1""#, "hidden") + &cell("", "甲") + &cell("", "乙") + &cell("", "丁"),
        ];
        let rows: String = rows.iter().map(|row| format!("<a:tr>{row}</a:tr>")).collect();
        let slide =
            format!("<a:p><a:r><a:t>调查</a:t></a:r><a:br/><a:r><a:t>表</a:t></a:r></a:p><a:tbl>{rows}</a:tbl>");
        check(&[&slide], "1: 调查\n表\ntable 1\nA1+2x1 企业\nB1+1x2 名称\nD1 D\nB2 甲\nC2 乙\nD2 丁\n");
    }

    #[test]
    fn slides_come_as_they_are_shown() {
        let slide = |text: &str| format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>");
        check(&[&slide("one"), &slide("two")], "1: one\n2: two\n");
        let pages: Vec<Option<u32>> = document(&pptx(&[&slide("one"), &slide("two")]))
            .blocks
            .into_iter()
            .filter_map(|block| match block {
                Block::Paragraph(paragraph) => Some(paragraph.page),
                Block::Grid(_) => None,
            })
            .collect();
        assert_eq!(pages, [Some(1), Some(2)]);
    }
}
