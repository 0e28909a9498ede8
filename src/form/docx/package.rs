//! The parts around a document's content, and the package that holds them all.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use super::{CENTRED, SMALL, escaped, run};
use crate::form::layout::Form;
use crate::mark::Author;
use crate::survey::Language;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const WORD: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;
const KIND: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Fonts by the names that they have in China, each with what takes its place where it is not installed.
const FONTS: [(&str, &str, &str); 2] = [
    ("仿宋", "FangSong,仿宋_GB2312,FangSong_GB2312,STFangsong", "modern"),
    ("宋体", "SimSun,Noto Serif CJK SC", "auto"),
];

/// Body text in 仿宋, 12 points; the title in 宋体, 16 points; thin borders.
const STYLES: &str = r#"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="仿宋"/><w:sz w:val="24"/><w:szCs w:val="24"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:before="120" w:after="240"/><w:jc w:val="center"/></w:pPr><w:rPr><w:rFonts w:eastAsia="宋体"/><w:b/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style><w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style><w:style w:type="table" w:styleId="Form"><w:name w:val="Form"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="4" w:space="0" w:color="000000"/><w:left w:val="single" w:sz="4" w:space="0" w:color="000000"/><w:bottom w:val="single" w:sz="4" w:space="0" w:color="000000"/><w:right w:val="single" w:sz="4" w:space="0" w:color="000000"/><w:insideH w:val="single" w:sz="4" w:space="0" w:color="000000"/><w:insideV w:val="single" w:sz="4" w:space="0" w:color="000000"/></w:tblBorders></w:tblPr></w:style>"#;

/// Without it Word opens the file as one of an old version.
const SETTINGS: &str = r#"<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>"#;

/// A section's word that its pages have the footer.
pub(super) const FOOTER: &str = r#"<w:footerReference w:type="default" r:id="rId5"/>"#;

/// Parts besides the document itself, in the order of their relationships: `rId1` and so on.
const PARTS: [&str; 5] = ["styles", "settings", "fontTable", "comments", "footer"];

/// Packs a form's document of that content, with a comment for each note.
pub(super) fn pack(form: &Form, body: &str, notes: &[String]) -> Vec<u8> {
    let parts = [
        ("[Content_Types].xml", content_types()),
        ("_rels/.rels", roots()),
        ("docProps/core.xml", properties(&form.title)),
        ("word/document.xml", root("document", &format!("<w:body>{body}</w:body>"))),
        ("word/_rels/document.xml.rels", relations()),
        ("word/styles.xml", root("styles", STYLES)),
        ("word/settings.xml", root("settings", SETTINGS)),
        ("word/fontTable.xml", root("fonts", &fonts())),
        ("word/comments.xml", root("comments", &comments(form.language, notes))),
        ("word/footer.xml", root("ftr", &footer())),
    ];
    // In memory only what is over 4 GiB could fail, and no form is.
    zip(&parts).unwrap_or_default()
}

fn zip(parts: &[(&str, String)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    for (path, xml) in parts {
        writer.start_file(*path, options)?;
        writer.write_all(format!("{HEAD}{xml}").as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}

fn root(name: &str, content: &str) -> String {
    format!("<w:{name} {WORD}>{content}</w:{name}>")
}

fn content_types() -> String {
    let parts = std::iter::once(("document", "document.main")).chain(PARTS.map(|part| (part, part)));
    let parts =
        parts.map(|(part, kind)| format!(r#"<Override PartName="/word/{part}.xml" ContentType="{KIND}.{kind}+xml"/>"#));
    let parts: String = parts.collect();
    format!(
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{parts}</Types>"#
    )
}

fn roots() -> String {
    relationships(&[
        (format!("{RELATION}/officeDocument"), "word/document.xml"),
        (
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties".to_owned(),
            "docProps/core.xml",
        ),
    ])
}

fn relations() -> String {
    let parts = PARTS.map(|part| (format!("{RELATION}/{part}"), format!("{part}.xml")));
    relationships(&parts)
}

fn relationships(targets: &[(String, impl AsRef<str>)]) -> String {
    let each = (1..).zip(targets).map(|(number, (kind, target))| {
        format!(r#"<Relationship Id="rId{number}" Type="{kind}" Target="{}"/>"#, target.as_ref())
    });
    let each: String = each.collect();
    format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{each}</Relationships>"#
    )
}

fn properties(title: &str) -> String {
    format!(
        r#"<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title></cp:coreProperties>"#,
        escaped(title)
    )
}

fn fonts() -> String {
    let each = FONTS.iter().map(|(name, instead, family)| {
        format!(
            r#"<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/><w:family w:val="{family}"/></w:font>"#
        )
    });
    each.collect()
}

/// The number of the page, and how many there are.
fn footer() -> String {
    let words = |text: &str| run(Language::Zh, SMALL, text);
    let field = |name: &str| format!(r#"<w:fldSimple w:instr=" {name} ">{}</w:fldSimple>"#, words("1"));
    let (page, pages) = (field("PAGE"), field("NUMPAGES"));
    format!("<w:p>{CENTRED}{}{page}{}{pages}{}</w:p>", words("第 "), words(" 页，共 "), words(" 页"))
}

fn comments(language: Language, notes: &[String]) -> String {
    let author = Author::of(language);
    let each = notes.iter().enumerate().map(|(number, note)| {
        format!(
            r#"<w:comment w:id="{number}" w:author="{}" w:initials="{}"><w:p>{}</w:p></w:comment>"#,
            author.name,
            author.initials,
            run(language, "", note)
        )
    });
    each.collect()
}
