//! What a file does by itself when it is opened: such a file goes back to nobody. The address it claims to come from may be another's,
//! who would get it from us, under the name of the office.

use quick_xml::events::{BytesStart, Event};

use super::outline::Outline;
use crate::document::Fault;
use crate::document::parts::Parts;

/// Parts that are programs, or hold or fetch something of another program.
const PARTS: [&str; 9] = [
    "vbaproject",
    "vbadata",
    "activex/",
    "macrosheets/",
    "dialogsheets/",
    "externallinks/",
    "xl/connections.xml",
    "customui",
    "embeddings/",
];
/// Fields of Word that only compute or print. Any other might fetch or start something.
const FIELDS: [&str; 24] = [
    "AUTHOR",
    "CREATEDATE",
    "DATE",
    "FILENAME",
    "FORMCHECKBOX",
    "FORMDROPDOWN",
    "FORMTEXT",
    "HYPERLINK",
    "LISTNUM",
    "MERGEFIELD",
    "NOTEREF",
    "NUMPAGES",
    "PAGE",
    "PAGEREF",
    "PRINTDATE",
    "REF",
    "SAVEDATE",
    "SECTION",
    "SECTIONPAGES",
    "SEQ",
    "STYLEREF",
    "SYMBOL",
    "TIME",
    "TOC",
];
/// Functions of Excel that fetch or start something.
const FUNCTIONS: [&str; 5] = ["WEBSERVICE(", "IMAGE(", "RTD(", "CALL(", "REGISTER.ID("];

/// What the file would do, if it would do anything.
///
/// # Errors
/// [`Fault`] when a part that may say so cannot be read.
pub(super) fn content(parts: &mut Parts<'_>) -> Result<Option<String>, Fault> {
    let names = parts.names();
    let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    // A chart keeps its figures in a workbook of its own.
    let is_active = |name: &&String| PARTS.iter().any(|part| name.contains(part)) && !name.ends_with(".xlsx");
    if let Some(name) = lower.iter().find(is_active) {
        return Ok(Some(name.clone()));
    }
    for (name, lower) in names.iter().zip(&lower) {
        let found = if lower.ends_with(".rels") {
            elsewhere(&parts.read(name)?)?
        } else if lower.starts_with("word/") && lower.ends_with(".xml") {
            field(&parts.read(name)?)?
        } else if lower.starts_with("xl/worksheets/") && lower.ends_with(".xml") {
            function(&parts.read(name)?)
        } else {
            None
        };
        if let Some(found) = found {
            return Ok(Some(format!("{lower}: {found}")));
        }
    }
    Ok(None)
}

/// A relationship to something elsewhere that is fetched: all but links, which a person follows, and a template on the own disk.
fn elsewhere(list: &str) -> Result<Option<String>, Fault> {
    let outline = Outline::read(list)?;
    let external = outline.named("Relationship").find_map(|tag| {
        let attribute = |name| tag.attribute(name).unwrap_or_default();
        let (kind, target) = (attribute("Type"), attribute("Target"));
        let is_fetched =
            attribute("TargetMode") == "External" && !kind.ends_with("/hyperlink") && !is_on_own_disk(&target);
        is_fetched.then_some(target)
    });
    Ok(external)
}

/// Such as `file:///C:\Users\li\Templates\form.dotx`; not `file://server/share`.
fn is_on_own_disk(target: &str) -> bool {
    let path = target.strip_prefix("file:///").unwrap_or(target);
    let mut letters = path.chars();
    letters.next().is_some_and(|drive| drive.is_ascii_alphabetic()) && letters.next() == Some(':')
}

/// A field of Word that is not known to be harmless.
fn field(text: &str) -> Result<Option<String>, Fault> {
    let mut reader = quick_xml::Reader::from_str(text);
    let damaged = |error: String| Fault::Unreadable(error);
    // A code may lie in pieces, and hold another one.
    let (mut code, mut is_code) = (String::new(), false);
    loop {
        match reader.read_event().map_err(|error| damaged(error.to_string()))? {
            Event::Start(tag) if tag.local_name().as_ref() == "instrText" => is_code = true,
            Event::End(tag) if tag.local_name().as_ref() == "instrText" => is_code = false,
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "fldChar" => {
                if let Some(word) = doubtful(&std::mem::take(&mut code)) {
                    return Ok(Some(word));
                }
            }
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "fldSimple" => {
                if let Some(word) = doubtful(&instruction(&tag)) {
                    return Ok(Some(word));
                }
            }
            Event::Text(piece) if is_code => code.push_str(&piece),
            Event::Eof => return Ok(doubtful(&code)),
            _ => {}
        }
    }
}

fn instruction(tag: &BytesStart<'_>) -> String {
    let named = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == "instr");
    named.map(|attribute| attribute.value.into_owned()).unwrap_or_default()
}

/// The first word of a code, if it is none of the harmless ones. A bare `=` computes.
fn doubtful(code: &str) -> Option<String> {
    let word = code.split_whitespace().next()?.to_uppercase();
    let is_harmless = FIELDS.contains(&word.as_str()) || word.starts_with('=');
    (!is_harmless).then_some(word)
}

/// A function of Excel in a formula.
fn function(sheet: &str) -> Option<String> {
    let upper = sheet.to_uppercase();
    let mut formulas = upper.split("<F").skip(1).filter_map(|rest| rest.split("</F>").next());
    let called = |formula: &str| FUNCTIONS.iter().find(|name| formula.contains(**name)).map(|name| (*name).to_owned());
    formulas.find_map(called)
}
