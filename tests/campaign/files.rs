//! The files that enterprises send: the form in Excel, in Word or as separated text, a photo, an archive with a password, written material.

use std::io::{Cursor, Write};

use rust_xlsxwriter::{Format, FormatBorder, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::enterprise::Answers;
use crate::support::letter::corpus;

/// The labels of the founding survey's form.
pub(super) const LABELS: [&str; 6] = [
    "企业(平台)名称",
    "所从事的人工智能行业地位描述",
    "掌握的人工智能核心技术、建设的技术平台",
    "拥有的主要人工智能产品、专利、标准等情况",
    "下一阶段主要的技术攻关方向",
    "2017年营业收入(预估)",
];

const TITLE: &str = "人工智能产业相关企业、技术平台调查表";

/// A file with its name.
pub(super) type File = (String, Vec<u8>);

/// In which format an office fills in the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Office {
    Excel,
    Word,
    Separated,
}

/// The form with these rows.
pub(super) fn table(format: Office, rows: &[Answers]) -> File {
    match format {
        Office::Excel => ("调查表.xlsx".into(), excel(rows)),
        Office::Word => ("调查表.docx".into(), word(rows)),
        Office::Separated => ("调查表.csv".into(), separated(rows)),
    }
}

/// The form as it was sent out, with nothing in it.
pub(super) fn blank() -> File {
    ("人工智能产业相关企业、技术平台调查表.docx".into(), std::fs::read(corpus("forms/blank-form.docx")).unwrap())
}

fn text(cell: &Option<String>) -> &str {
    cell.as_deref().unwrap_or_default()
}

fn excel(rows: &[Answers]) -> Vec<u8> {
    let (mut book, cell) = (Workbook::new(), Format::new().set_border(FormatBorder::Thin).set_text_wrap());
    let sheet = book.add_worksheet();
    sheet.set_landscape();
    sheet.merge_range(0, 0, 0, 5, TITLE, &Format::new()).unwrap();
    for (column, label) in (0..).zip(LABELS) {
        sheet.write_string_with_format(1, column, label, &cell).unwrap();
        sheet.set_column_width(column, 24).unwrap();
    }
    for (row, answers) in (2..).zip(rows) {
        for (column, answer) in (0..).zip(answers) {
            sheet.write_string_with_format(row, column, text(answer), &cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn word(rows: &[Answers]) -> Vec<u8> {
    let row = |cells: Vec<&str>| {
        let cell = |text: &str| {
            format!("<w:tc><w:tcPr><w:tcW w:w=\"2268\" w:type=\"dxa\"/></w:tcPr>{}</w:tc>", paragraph(text))
        };
        format!("<w:tr>{}</w:tr>", cells.into_iter().map(cell).collect::<String>())
    };
    let lines: String = rows.iter().map(|answers| row(answers.iter().map(text).collect())).collect();
    let grid = "<w:gridCol w:w=\"2268\"/>".repeat(6);
    let table = format!("<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{}{lines}</w:tbl>", row(LABELS.to_vec()));
    document(&(paragraph(TITLE) + &table + &paragraph("重点企业、项目请单独附文字材料")))
}

/// Written material about an enterprise.
pub(super) fn material(name: &str) -> File {
    let lines = (1..=6).map(|number| {
        paragraph(&format!(
            "（{number}）{name}成立以来专注于人工智能技术的研发与应用，围绕机器视觉、智能控制与数据分析三个方向开展攻关，与多所高校共建联合实验室，\
             项目已在本地制造企业的生产线上试运行，效果良好，下一步将扩大示范范围。"
        ))
    });
    (format!("{name}项目材料.docx"), document(&lines.collect::<String>()))
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

fn document(body: &str) -> Vec<u8> {
    const TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
        <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
        <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
        <Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" \
        ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    const LINKS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
        <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
        Target=\"word/document.xml\"/></Relationships>";
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><w:document \
         xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    zip(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", LINKS.as_bytes()),
        ("word/document.xml", document.as_bytes()),
    ])
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn separated(rows: &[Answers]) -> Vec<u8> {
    let line = |cells: Vec<&str>| cells.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",") + "\r\n";
    let lines: String = rows.iter().map(|answers| line(answers.iter().map(text).collect())).collect();
    format!("\u{feff}{}{lines}", line(LABELS.to_vec())).into_bytes()
}

/// A photo of the filled-in form, too small for anyone to recognise anything in it.
pub(super) fn photo() -> File {
    let picture = image::RgbImage::from_fn(640, 480, |x, y| image::Rgb([(x % 251) as u8, (y % 241) as u8, 200]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    ("微信图片_20180402.png".into(), bytes.into_inner())
}

/// A table in an archive that asks for a password: the flag of encryption (APPNOTE 4.4.4, bit 0) is set in both of its headers.
pub(super) fn locked(rows: &[Answers]) -> File {
    let mut bytes = zip(&[("diaocha.csv", &separated(rows))]);
    for (signature, flags_at) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let start = bytes.windows(4).position(|window| window == signature).unwrap();
        bytes[start + flags_at] |= 1;
    }
    ("调查表.zip".into(), bytes)
}
