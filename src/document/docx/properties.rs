//! Elements that say something of the ones around them, or stand for a character: what the [`Walker`] learns from them.

use super::fields::is_on;
use super::symbols;
use super::walker::{Tag, Walker};
use crate::document::builder::VerticalMerge;
use crate::document::xml::Element;

impl Walker<'_> {
    /// An element that says something of another one, or stands for a character.
    pub(super) fn start_property(&mut self, element: &Element<'_>) -> Option<Tag> {
        let value = || element.attribute("val");
        let is_on = || is_on(value().as_deref());
        let parent = self.open.last();
        match (element.name(), parent) {
            ("trPr", Some(Tag::Row)) => return Some(Tag::RowProperties),
            ("tcPr", _) => return Some(Tag::CellProperties),
            ("pPr", _) => return Some(Tag::ParagraphProperties),
            ("rPr", Some(Tag::Run)) => return Some(Tag::RunProperties),
            ("rPr", Some(Tag::ParagraphProperties)) => return Some(Tag::MarkProperties),
            ("sdtPr", _) => return Some(Tag::ControlProperties),
            ("ffData", _) => return Some(Tag::FormData),
            ("gridBefore", _) => self.builder.skip_columns(number(element)),
            ("gridSpan", Some(Tag::CellProperties)) => self.cell.span = number(element).max(1),
            ("vMerge" | "vmerge", Some(Tag::CellProperties)) => self.cell.merge = vertical_merge(value().as_deref()),
            ("hMerge" | "hmerge", Some(Tag::CellProperties)) => {
                self.cell.widens = value().as_deref() != Some("restart")
            }
            ("vanish", Some(Tag::RunProperties)) => self.run.is_hidden = is_on(),
            ("rFonts", Some(Tag::RunProperties)) => self.run.symbol_font = symbol_font(element),
            ("showingPlcHdr", Some(Tag::ControlProperties)) if is_on() => self.hide_prompt(),
            ("fldChar", _) => self.field(element),
            ("altChunk", _) => self.has_foreign_part = true,
            (_, Some(Tag::Run)) => self.character(element),
            _ if self.open.iter().rev().take(3).any(|tag| matches!(tag, Tag::FormData)) => self.fields.data(element),
            _ => {}
        }
        Some(Tag::Other)
    }

    /// An element in a run that stands for a character.
    fn character(&mut self, element: &Element<'_>) {
        match element.name() {
            "tab" | "ptab" => self.push("\t"),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                let font = element.attribute("font").unwrap_or_default();
                let code = element.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
                if let Some(shape) = code.and_then(|code| symbols::shape(&font, code)) {
                    self.push(shape.encode_utf8(&mut [0; 4]));
                }
            }
            _ => {}
        }
    }

    /// An element of another vocabulary: pictures, text boxes in two versions, the check boxes of Word 2010.
    pub(super) fn start_foreign(&mut self, element: &Element<'_>) -> Option<Tag> {
        match (element.name(), self.open.last_mut()) {
            // A comment of Word 2003 stands in the text that it is about.
            ("annotation", _) if element.attribute("type").is_some_and(|kind| kind.starts_with("Word.Comment")) => {
                return None;
            }
            ("AlternateContent", _) => return Some(Tag::Alternate { is_taken: false }),
            ("Choice" | "Fallback", Some(Tag::Alternate { is_taken })) => {
                return (!std::mem::replace(is_taken, true)).then_some(Tag::Other);
            }
            ("blip" | "imagedata", _) if self.hiding == 0 => self.builder.picture(),
            ("checkbox", Some(Tag::ControlProperties)) => {
                self.set_check_box(false);
                return Some(Tag::CheckBox);
            }
            ("checked", Some(Tag::CheckBox)) => self.set_check_box(is_on(element.attribute("val").as_deref())),
            _ => {}
        }
        Some(Tag::Other)
    }
}

/// A count; none stands for 0, and one too large for itself cut down.
fn number(element: &Element<'_>) -> u32 {
    let value = element.attribute("val").and_then(|value| value.trim().parse::<u64>().ok());
    value.map_or(0, |value| u32::try_from(value).unwrap_or(u32::MAX))
}

/// A `vMerge` without a value goes on with the cell above (ECMA-376 part 1, 17.4.84).
fn vertical_merge(value: Option<&str>) -> VerticalMerge {
    if value == Some("restart") { VerticalMerge::Restart } else { VerticalMerge::Continue }
}

fn symbol_font(element: &Element<'_>) -> Option<String> {
    element.attribute("ascii").filter(|font| symbols::is_symbol_font(font))
}
