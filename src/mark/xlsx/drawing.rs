//! The boxes of comments: a drawing in VML, without which Excel shows no comment and calls the file damaged.
//!
//! VML as Excel writes it is no well-formed XML (`<br>`), so that it is extended as a text.

use super::anchor::height;
use super::sheet::Note;
use crate::document::Fault;
use crate::document::parts::Parts;
use crate::mark::relations::{Conformance, declare_extension, relate};

/// The number of the first box; numbers below belong to the program.
const FIRST_BOX: u64 = 1025;
/// The namespaces of the elements that are added.
const NAMESPACES: [(&str, &str); 3] = [
    ("v", "urn:schemas-microsoft-com:vml"),
    ("o", "urn:schemas-microsoft-com:office:office"),
    ("x", "urn:schemas-microsoft-com:office:excel"),
];
/// The kind of shape that boxes of comments are, by its name.
const SHAPE_TYPE: &str = "_x0000_t202";

/// Adds a drawing to a sheet and returns the relationship to it.
pub(super) fn add(
    parts: &mut Parts<'_>,
    sheet: &str,
    conformance: Conformance,
    notes: &[&Note],
) -> Result<String, Fault> {
    let path = parts.free_path("xl/drawings/vmlDrawing", "vml");
    let namespaces: String = NAMESPACES.iter().map(|(prefix, name)| format!(" xmlns:{prefix}=\"{name}\"")).collect();
    let layout = "<o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"1\"/></o:shapelayout>";
    let (kind, boxes) = (shape_type(""), boxes(notes, FIRST_BOX, ""));
    parts.write(&path, format!("<xml{namespaces}>{layout}{kind}{boxes}</xml>"))?;
    declare_extension(parts, "vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")?;
    relate(parts, sheet, conformance, "vmlDrawing", &path)
}

/// Adds boxes to a drawing that is there.
pub(super) fn extend(parts: &mut Parts<'_>, path: &str, notes: &[&Note]) -> Result<(), Fault> {
    if notes.is_empty() {
        return Ok(());
    }
    let text = parts.read(path)?;
    let end = text.rfind("</xml>").ok_or_else(|| Fault::Unreadable("a drawing of comments without an end".into()))?;
    let (before, after) = text.split_at(end);
    let missing = NAMESPACES.iter().filter(|(prefix, name)| !before.contains(&format!("xmlns:{prefix}=\"{name}\"")));
    let namespaces: String = missing.map(|(prefix, name)| format!(" xmlns:{prefix}=\"{name}\"")).collect();
    let kind = if before.contains(SHAPE_TYPE) { String::new() } else { shape_type(&namespaces) };
    let boxes = boxes(notes, next_box(before), &namespaces);
    parts.write(path, format!("{before}{kind}{boxes}{after}"))
}

/// A number that no box of a drawing has.
fn next_box(drawing: &str) -> u64 {
    let numbers = drawing.split("_x0000_s").skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).take(9).collect();
        digits.parse::<u64>().ok()
    });
    numbers.max().map_or(FIRST_BOX, |last| last + 1)
}

fn shape_type(namespaces: &str) -> String {
    format!(
        "<v:shapetype{namespaces} id=\"{SHAPE_TYPE}\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>"
    )
}

fn boxes(notes: &[&Note], first: u64, namespaces: &str) -> String {
    notes.iter().zip(first..).map(|(note, number)| shape(note, number, namespaces)).collect()
}

/// A box that shows when the pointer is on its cell.
fn shape(note: &Note, number: u64, namespaces: &str) -> String {
    let Note { row, column, text, anchor } = note;
    let points = height(text) * 3 / 4;
    format!(
        "<v:shape{namespaces} id=\"_x0000_s{number}\" type=\"#{SHAPE_TYPE}\" style=\"position:absolute;margin-left:80pt;margin-top:2pt;width:165pt;height:{points}pt;z-index:1;visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div></v:textbox><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_takes_no_number_of_another_one() {
        assert_eq!(next_box("<xml></xml>"), FIRST_BOX);
        assert_eq!(next_box(r##"<v:shape id="_x0000_s2050"/><v:shape id="_x0000_s1026" type="#_x0000_t201"/>"##), 2051);
    }
}
