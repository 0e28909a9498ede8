//! Forms filled in by the programs that people have: LibreOffice, and a library that writes Word's format.
//!
//! The programs open the form, write into the cells below the labels and save it; what else they change on the way is theirs.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::letter::corpus;

/// Text for one cell: the row below the labels, from 0; a part of the label above it; the text.
pub(crate) type Entry = (usize, &'static str, String);

/// A program that fills in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Program {
    /// LibreOffice: .xlsx, .xls, .docx, .doc.
    LibreOffice,
    /// python-docx: .docx.
    Docx,
}

impl Program {
    /// Fills in a file of this extension.
    pub(crate) fn fill_in(self, file: &[u8], extension: &str, entries: &[Entry]) -> Vec<u8> {
        self.run(file, extension, &serde_json::json!(entries))
    }

    /// Writes the same into every marked cell of a file, whatever stands above it.
    pub(crate) fn fill_in_marked(self, file: &[u8], extension: &str, text: &str) -> Vec<u8> {
        self.run(file, extension, &serde_json::json!(text))
    }

    fn run(self, file: &[u8], extension: &str, entries: &serde_json::Value) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let [before, after] = ["before", "after"].map(|name| folder.path().join(format!("{name}.{extension}")));
        std::fs::write(&before, file).unwrap();
        std::fs::write(folder.path().join("entries.json"), entries.to_string()).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenes/programs").join(match self {
            Self::LibreOffice => "libreoffice.py",
            Self::Docx => "docx_library.py",
        });
        // Debian's own Python, which its packages of LibreOffice and python-docx are made for.
        let output = Command::new("/usr/bin/python3")
            .arg("-B")
            .arg(script)
            .arg(folder.path())
            .arg(extension)
            .stdin(Stdio::null())
            .output()
            .expect("python3 is installed");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read(after).unwrap()
    }

    /// Fills in the blank form as the office sent it out.
    pub(crate) fn fill_in_form(self, extension: &str, entries: &[Entry]) -> Vec<u8> {
        let form = std::fs::read(corpus(&format!("forms/blank-form.{extension}"))).unwrap();
        self.fill_in(&form, extension, entries)
    }
}

/// All that an enterprise writes into a row.
pub(crate) fn enterprise(row: usize, name: &str, revenue: &str) -> Vec<Entry> {
    [
        ("名称", name),
        ("行业地位", "细分领域前十，主要客户为本市制造企业"),
        ("核心技术", "缺陷检测算法，自建检测云平台"),
        ("产品", "检测设备3款，发明专利2项"),
        ("攻关方向", "小样本学习"),
        ("营业收入", revenue),
    ]
    .map(|(label, text)| (row, label, text.to_owned()))
    .to_vec()
}
