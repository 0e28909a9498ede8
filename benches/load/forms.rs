//! The files that enterprises send: the form in four formats, and written material with a picture in it.

use std::io::{Cursor, Write};

use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::chance::Chance;

/// The labels of the founding survey's form.
pub(crate) const LABELS: [&str; 6] = [
    "企业(平台)名称",
    "所从事的人工智能行业地位描述",
    "掌握的人工智能核心技术、建设的技术平台",
    "拥有的主要人工智能产品、专利、标准等情况",
    "下一阶段主要的技术攻关方向",
    "2017年营业收入(预估)",
];

/// The blank form as an office sends it out: a Word file with all its styles.
const BLANK: &[u8] = include_bytes!("../../tests/corpus/forms/blank-form.docx");
/// A mail with a filled form of Excel 97, whose name is overwritten.
const XLS: &[u8] = include_bytes!("../../tests/corpus/messages/0066.eml");
const XLS_NAME: &str = "岭泽市野山雀健康科技有限公司";

/// One enterprise's answers, in the order of [`LABELS`].
pub(crate) type Answers = [String; 6];

/// Makes the forms; holds what they are made of.
pub(crate) struct Forms {
    blank: ZipArchive<Cursor<&'static [u8]>>,
    xls: Vec<u8>,
}

impl Forms {
    pub(crate) fn new() -> Self {
        let mail = mail_parser::MessageParser::default().parse(XLS).unwrap();
        let xls = mail.attachments().next().unwrap().contents().to_vec();
        Self { blank: ZipArchive::new(Cursor::new(BLANK)).unwrap(), xls }
    }

    /// The form in Word: the blank one's parts, with a table of two rows.
    pub(crate) fn docx(&mut self, answers: &Answers, chance: &mut Chance) -> Vec<u8> {
        let row = |cells: &[String]| {
            let cell = |text: &String| {
                format!("<w:tc><w:tcPr><w:tcW w:w=\"2268\" w:type=\"dxa\"/></w:tcPr>{}</w:tc>", paragraph(text))
            };
            format!("<w:tr>{}</w:tr>", cells.iter().map(cell).collect::<String>())
        };
        let labels = LABELS.map(str::to_owned);
        let grid = "<w:gridCol w:w=\"2428\"/>".repeat(6);
        let table = format!("<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{}{}</w:tbl>", row(&labels), row(answers));
        let body =
            paragraph("人工智能产业相关企业、技术平台调查表") + &table + &paragraph("重点企业、项目请单独附文字材料");
        let seal = usize::try_from(chance.below(12_000)).unwrap();
        self.word_file(&body, &chance.bytes(seal))
    }

    /// Written material: a few pages of text, and a picture of the given size.
    pub(crate) fn narrative(&mut self, name: &str, picture: usize, chance: &mut Chance) -> Vec<u8> {
        let mut body = paragraph(&format!("{name}人工智能重点项目情况"));
        for number in 1..=8 + chance.below(20) {
            let (people, share) = (10 + chance.below(400), chance.below(100));
            body += &paragraph(&format!(
                "（{number}）{name}成立以来专注于人工智能技术的研发与应用，现有研发人员{people}人，占员工总数的{share}%。公司围绕机器视觉、\
                 智能控制与数据分析三个方向开展攻关，与多所高校共建联合实验室，项目已在本地制造企业的生产线上试运行，效果良好。",
            ));
        }
        self.word_file(&body, &chance.bytes(picture))
    }

    /// The blank form's file with another text, and a picture.
    fn word_file(&mut self, body: &str, picture: &[u8]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..self.blank.len() {
            let part = self.blank.by_index_raw(at).unwrap();
            if part.name().unwrap() != "word/document.xml" {
                zip.raw_copy_file(part).unwrap();
            }
        }
        let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file("word/document.xml", deflated).unwrap();
        let namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
        write!(zip, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>").unwrap();
        write!(zip, "<w:document xmlns:w=\"{namespace}\"><w:body>{body}</w:body></w:document>").unwrap();
        let stored = deflated.compression_method(CompressionMethod::Stored);
        zip.start_file("word/media/image1.png", stored).unwrap();
        zip.write_all(picture).unwrap();
        zip.finish().unwrap().into_inner()
    }

    /// The form in Excel.
    pub(crate) fn xlsx(&self, answers: &Answers) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "人工智能产业相关企业、技术平台调查表").unwrap();
        for (column, (label, answer)) in (0..).zip(LABELS.iter().zip(answers)) {
            sheet.write(1, column, *label).unwrap();
            sheet.write(2, column, answer).unwrap();
        }
        book.save_to_buffer().unwrap()
    }

    /// The form in Excel 97, with a name of 14 characters and numbers of two digits.
    pub(crate) fn xls(&self, name: &str, chance: &mut Chance) -> Vec<u8> {
        let mut bytes = self.xls.clone();
        overwrite(&mut bytes, XLS_NAME, name);
        overwrite(&mut bytes, "42家", &format!("{}家", 10 + chance.below(90)));
        bytes
    }
}

fn paragraph(text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:jc w:val=\"left\"/></w:pPr><w:r><w:rPr><w:sz w:val=\"21\"/></w:rPr><w:t>{text}</w:t></w:r></w:p>"
    )
}

/// Overwrites a text that stands in the file as UTF-16 with one as long.
fn overwrite(bytes: &mut [u8], old: &str, new: &str) {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let (old, new) = (utf16(old), utf16(new));
    assert_eq!(old.len(), new.len());
    let at = bytes.windows(old.len()).position(|window| window == old).expect("the text stands in the file");
    bytes[at..at + new.len()].copy_from_slice(&new);
}
