//! The workbook's styles, to which copies with another fill are added: number format, font, borders, alignment stay.

use std::collections::BTreeMap;

use super::Book;
use crate::document::Fault;
use crate::document::parts::Parts;
use crate::mark::YELLOW;
use crate::mark::edits::{Edits, with_attribute};
use crate::mark::outline::{Outline, Tag};
use crate::mark::relations::{Conformance, declare_part, relate};

/// What a workbook without styles gets: those that it has by default.
const PLAIN: &str = r#"<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>"#;

/// The styles of a workbook.
pub(super) struct Styles {
    path: String,
    text: String,
    /// The formats of cells as they are written, by number.
    formats: Vec<String>,
    /// Fills there are.
    fills: usize,
    /// The number of the marked copy of a format.
    marked: BTreeMap<usize, usize>,
}

impl Styles {
    /// Reads the styles; a workbook without any gets the default ones.
    pub(super) fn read(parts: &mut Parts<'_>, main: &str, book: &Book) -> Result<Self, Fault> {
        let path = match &book.styles {
            Some(path) => path.clone(),
            None => add_plain(parts, main, book.conformance)?,
        };
        let text = parts.read(&path)?;
        let outline = Outline::read(&text)?;
        let written = |tag: &Tag<'_>| text.get(tag.whole()).unwrap_or_default().to_owned();
        let formats: Vec<_> = outline.children(section(&outline, "cellXfs")?).map(written).collect();
        let fills = outline.children(section(&outline, "fills")?).count();
        drop(outline);
        Ok(Self { path, text, formats, fills, marked: BTreeMap::new() })
    }

    /// The number of a format like the given one, with the fill of a mark.
    pub(super) fn marked(&mut self, format: usize) -> usize {
        // A number beyond the list stands for the first format, as programs take it.
        let format = if format < self.formats.len() { format } else { 0 };
        let next = self.formats.len().max(1) + self.marked.len();
        *self.marked.entry(format).or_insert(next)
    }

    /// Writes the styles with the copies.
    pub(super) fn write(self, parts: &mut Parts<'_>) -> Result<(), Fault> {
        let outline = Outline::read(&self.text)?;
        let mut edits = Edits::new(&self.text);
        let fills = section(&outline, "fills")?;
        let prefix = outline.root()?.prefix();
        // The first two fills are the program's own whatever the file says of them (ECMA-376 part 1, 18.8.20, as Excel does it).
        let padding = format!("<{prefix}fill><{prefix}patternFill patternType=\"gray125\"/></{prefix}fill>");
        let missing = 2_usize.saturating_sub(self.fills);
        let fill = format!(
            "<{prefix}fill><{prefix}patternFill patternType=\"solid\"><{prefix}fgColor rgb=\"FF{YELLOW:06X}\"/><{prefix}bgColor indexed=\"64\"/></{prefix}patternFill></{prefix}fill>"
        );
        let number = self.fills + missing;
        extend(&mut edits, fills, &(padding.repeat(missing) + &fill), number + 1);
        let copies = self.copies(&prefix, number);
        extend(
            &mut edits,
            section(&outline, "cellXfs")?,
            &copies.concat(),
            self.formats.len().max(1) + self.marked.len(),
        );
        parts.write(&self.path, edits.finish()?)
    }

    /// The copies in the order of their numbers.
    fn copies(&self, prefix: &str, fill: usize) -> Vec<String> {
        let plain = format!("<{prefix}xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>");
        let copy = |format: usize| {
            let original = self.formats.get(format).unwrap_or(&plain);
            let (tag, rest) = original.split_at(original.find('>').map_or(original.len(), |end| end + 1));
            let tag = with_attribute(tag, "fillId", &fill.to_string());
            with_attribute(&tag, "applyFill", "1") + rest
        };
        let by_number: BTreeMap<usize, usize> = self.marked.iter().map(|(format, number)| (*number, *format)).collect();
        let default = self.formats.is_empty().then(|| plain.clone());
        default.into_iter().chain(by_number.into_values().map(copy)).collect()
    }
}

fn section<'o, 't>(outline: &'o Outline<'t>, name: &str) -> Result<&'o Tag<'t>, Fault> {
    outline.section(name).ok_or_else(|| Fault::Unreadable(format!("styles without {name}")))
}

/// Adds to a list that counts its elements.
fn extend(edits: &mut Edits<'_>, list: &Tag<'_>, content: &str, count: usize) {
    if list.attribute("count").is_some() && !list.close.is_empty() {
        edits.set_attribute(list.open.clone(), "count", &count.to_string());
    }
    edits.append(list, content);
}

fn add_plain(parts: &mut Parts<'_>, main: &str, conformance: Conformance) -> Result<String, Fault> {
    let path = parts.free_path("xl/styles", "xml");
    let namespace = conformance.spreadsheet();
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    parts.write(&path, format!("{head}<styleSheet xmlns=\"{namespace}\">{PLAIN}</styleSheet>"))?;
    declare_part(parts, &path, "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml")?;
    relate(parts, main, conformance, "styles", &path)?;
    Ok(path)
}
