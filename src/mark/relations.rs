//! What ties the parts of a package together: relationships and content types (ECMA-376 part 2).

use super::edits::Edits;
use super::outline::Outline;
use crate::document::Fault;
use crate::document::parts::Parts;

/// The list of content types.
const CONTENT_TYPES: &str = "[Content_Types].xml";
/// What a list of relationships says of itself.
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// In which of the two vocabularies of ECMA-376 a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Conformance {
    /// That of all common programs.
    Transitional,
    /// The other one, which Excel and Word offer in their list of formats.
    Strict,
}

impl Conformance {
    /// As the namespaces of a part's outermost element say.
    pub(super) fn of(namespaces: impl Iterator<Item = (String, String)>) -> Self {
        let is_strict = |(name, value): (String, String)| {
            name.starts_with("xmlns") && value.starts_with("http://purl.oclc.org/ooxml/")
        };
        if namespaces.into_iter().any(is_strict) { Self::Strict } else { Self::Transitional }
    }

    /// The namespace of workbooks.
    pub(super) fn spreadsheet(self) -> &'static str {
        match self {
            Self::Transitional => "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            Self::Strict => "http://purl.oclc.org/ooxml/spreadsheetml/main",
        }
    }

    /// The namespace of text documents.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Transitional => "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            Self::Strict => "http://purl.oclc.org/ooxml/wordprocessingml/main",
        }
    }

    /// The namespace of references to relationships, with which the types of relationships begin as well.
    pub(super) fn relationships(self) -> &'static str {
        match self {
            Self::Transitional => "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            Self::Strict => "http://purl.oclc.org/ooxml/officeDocument/relationships",
        }
    }
}

/// One relationship of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relation {
    /// By which the part names it.
    pub(super) id: String,
    /// The last word of its type, such as `comments`.
    pub(super) kind: String,
    /// The path of the part that it leads to.
    pub(super) path: String,
}

/// The relationships of a part, or of the package for an empty path.
///
/// # Errors
/// [`Fault`] when the list cannot be read.
pub(super) fn relations(parts: &mut Parts<'_>, part: &str) -> Result<Vec<Relation>, Fault> {
    let path = list_path(part);
    if !parts.has(&path) {
        return Ok(Vec::new());
    }
    let text = parts.read(&path)?;
    let outline = Outline::read(&text)?;
    let inside = outline.named("Relationship").filter(|tag| tag.attribute("TargetMode").as_deref() != Some("External"));
    Ok(inside
        .map(|tag| Relation {
            id: tag.attribute("Id").unwrap_or_default(),
            kind: tag.attribute("Type").unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned(),
            path: resolve(part, &tag.attribute("Target").unwrap_or_default()),
        })
        .collect())
}

/// The path of the package's main part.
///
/// # Errors
/// [`Fault`] when the package does not say which it is.
pub(super) fn main_part(parts: &mut Parts<'_>) -> Result<String, Fault> {
    let main = relations(parts, "")?.into_iter().find(|relation| relation.kind == "officeDocument");
    main.map(|relation| relation.path).ok_or_else(|| Fault::Unreadable("no main part".into()))
}

/// Adds a relationship and returns its id.
///
/// # Errors
/// [`Fault`] when the list cannot be read.
pub(super) fn relate(
    parts: &mut Parts<'_>,
    part: &str,
    conformance: Conformance,
    kind: &str,
    target: &str,
) -> Result<String, Fault> {
    let path = list_path(part);
    let text = if parts.has(&path) {
        parts.read(&path)?
    } else {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"{RELATIONSHIPS}\"></Relationships>"
        )
    };
    let outline = Outline::read(&text)?;
    let root = outline.root()?;
    let taken: Vec<_> = outline.named("Relationship").filter_map(|tag| tag.attribute("Id")).collect();
    let id = (1..).map(|number| format!("rId{number}")).find(|id| !taken.contains(id)).unwrap_or_default();
    let (prefix, types) = (root.prefix(), conformance.relationships());
    let mut edits = Edits::new(&text);
    edits.append(root, &format!("<{prefix}Relationship Id=\"{id}\" Type=\"{types}/{kind}\" Target=\"/{target}\"/>"));
    parts.write(&path, edits.finish()?)?;
    Ok(id)
}

/// The content type of a part; none when the list does not know it.
///
/// # Errors
/// [`Fault`] when the list cannot be read.
pub(super) fn content_type(parts: &mut Parts<'_>, part: &str) -> Result<Option<String>, Fault> {
    let text = parts.read(CONTENT_TYPES)?;
    let outline = Outline::read(&text)?;
    let is_part = |name: String| name.trim_start_matches('/').eq_ignore_ascii_case(part);
    let own = outline.named("Override").find(|tag| tag.attribute("PartName").is_some_and(is_part));
    Ok(own.and_then(|tag| tag.attribute("ContentType")))
}

/// Says of what type a new part is.
///
/// # Errors
/// [`Fault`] when the list cannot be read.
pub(super) fn declare_part(parts: &mut Parts<'_>, part: &str, content_type: &str) -> Result<(), Fault> {
    declare(parts, |prefix| format!("<{prefix}Override PartName=\"/{part}\" ContentType=\"{content_type}\"/>"))
}

/// Says of what type parts with an extension are, unless it is said already.
///
/// # Errors
/// [`Fault`] when the list cannot be read.
pub(super) fn declare_extension(parts: &mut Parts<'_>, extension: &str, content_type: &str) -> Result<(), Fault> {
    let text = parts.read(CONTENT_TYPES)?;
    let is_own = |own: String| own.eq_ignore_ascii_case(extension);
    if Outline::read(&text)?.named("Default").any(|tag| tag.attribute("Extension").is_some_and(is_own)) {
        return Ok(());
    }
    declare(parts, |prefix| format!("<{prefix}Default Extension=\"{extension}\" ContentType=\"{content_type}\"/>"))
}

fn declare(parts: &mut Parts<'_>, line: impl Fn(&str) -> String) -> Result<(), Fault> {
    let text = parts.read(CONTENT_TYPES)?;
    let outline = Outline::read(&text)?;
    let root = outline.root()?;
    let mut edits = Edits::new(&text);
    edits.append(root, &line(&root.prefix()));
    parts.write(CONTENT_TYPES, edits.finish()?)
}

/// Where the relationships of a part are listed.
fn list_path(part: &str) -> String {
    let (folder, name) = part.rsplit_once('/').map_or(("", part), |(folder, name)| (folder, name));
    format!("{folder}/_rels/{name}.rels").trim_start_matches('/').to_owned()
}

/// The path that a relationship of a part leads to.
fn resolve(part: &str, target: &str) -> String {
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let whole = if target.starts_with('/') { target.to_owned() } else { format!("{folder}/{target}") };
    let mut steps: Vec<&str> = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_wherever_it_lies() {
        for (part, target, path) in [
            ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets/sheet1.xml", "../comments1.xml", "xl/comments1.xml"),
            ("xl/workbook.xml", "/xl/styles.xml", "xl/styles.xml"),
            ("", "./word/document.xml", "word/document.xml"),
        ] {
            assert_eq!(resolve(part, target), path);
        }
        assert_eq!(list_path("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!(list_path(""), "_rels/.rels");
    }
}
