//! Files made to get out: over the folder that an archive is unpacked to, through entities, templates and pictures that are fetched,
//! by macros, formulas and links to programs. Each is read as what it says, and nothing it points to is touched.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Cursor, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::archives::{rar_of, seven_zip_of};
use super::documents::{docx, package, word_table};
use super::{Case, check, filled, mail, tables};
use crate::support::daemon::Postroom;
use crate::support::letter::{form, form_of};

/// Names that lead out of the folder that an archive is unpacked to.
const OUT: [&str; 5] = [
    "../../escaped.csv",
    "/tmp/postroom-escaped.csv",
    "..\\..\\escaped.csv",
    "C:\\escaped.csv",
    "a/../../../escaped.csv",
];

/// A zip file whose members lead out, and one that is a link to a file of the machine.
fn zip_out() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    zip.add_symlink("表.csv", "/etc/passwd", options).unwrap();
    zip.add_symlink("data", "../../data", options).unwrap();
    for name in OUT {
        zip.start_file(name, options).unwrap();
        zip.write_all(&form("甲公司", "3亿元")).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A 7z archive of one member that is not packed.
fn seven_zip_out(name: &str) -> Vec<u8> {
    let form = form("甲公司", "3亿元");
    seven_zip_of(name, &[0x01, 0x00], &form, form.len() as u64)
}

fn rar_out(name: &str) -> Vec<u8> {
    let form = form("甲公司", "3亿元");
    rar_of(name, &[], form.len() as u64, 0, &form)
}

/// A RAR archive whose only member is a link to a file of the machine.
fn rar_link() -> Vec<u8> {
    let target = b"/etc/passwd";
    let record = [&[u8::try_from(target.len() + 4).unwrap(), 5, 1, 0, target.len() as u8][..], target].concat();
    rar_of("表.csv", &record, 0, 0, b"")
}

/// A tar archive (POSIX.1-1988) of a link.
fn tar_link() -> Vec<u8> {
    let mut block = vec![0; 512];
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"../../escaped.csv");
    put(100, b"0000777\0");
    put(124, b"00000000000\0");
    put(148, b"        ");
    put(156, b"2/etc/passwd");
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    [block, vec![0; 1024]].concat()
}

/// Where files are made to phone: whoever connects is seen.
fn ear() -> &'static TcpListener {
    static EAR: OnceLock<TcpListener> = OnceLock::new();
    EAR.get_or_init(|| TcpListener::bind(("127.0.0.1", 0)).unwrap())
}

fn address() -> String {
    format!("http://{}/seen", ear().local_addr().unwrap())
}

/// Nobody has called; and whoever calls is heard.
fn nobody_called() {
    ear().set_nonblocking(true).unwrap();
    assert_eq!(ear().accept().map(|_| ()).unwrap_err().kind(), io::ErrorKind::WouldBlock, "a reader called");
    let _call = TcpStream::connect(ear().local_addr().unwrap()).unwrap();
    assert!(ear().accept().is_ok(), "this ear hears nothing");
}

/// A Word file that has its template, a picture and a frame elsewhere, and fields that fetch and start.
fn docx_with_links() -> Vec<u8> {
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let to = |id: &str, what: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{kind}/{what}\" Target=\"{target}\" TargetMode=\"External\"/>")
    };
    let list = |all: &[String]| {
        let namespace = "http://schemas.openxmlformats.org/package/2006/relationships";
        format!("<Relationships xmlns=\"{namespace}\">{}</Relationships>", all.concat())
    };
    let field = |code: &str| {
        let part = |what: &str| format!("<w:r><w:fldChar w:fldCharType=\"{what}\"/></w:r>");
        let (begin, end) = (part("begin"), part("end"));
        format!("<w:p>{begin}<w:r><w:instrText>{code}</w:instrText></w:r>{end}</w:p>")
    };
    let fields = [
        format!("INCLUDEPICTURE \"{}\" \\d", address()),
        format!("INCLUDETEXT \"{}\"", address()),
        "DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe \"/k calc.exe\"".to_owned(),
    ];
    let body = word_table() + &fields.map(|code| field(&code)).concat() + "<w:altChunk r:id=\"r2\" xmlns:r=\"x\"/>";
    let word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let settings =
        format!("<w:settings xmlns:w=\"{word}\" xmlns:r=\"{kind}\"><w:attachedTemplate r:id=\"r1\"/></w:settings>");
    let links = [to("r1", "image", &address()), to("r2", "aFChunk", &address()), to("r3", "oleObject", &address())];
    docx(
        "",
        &body,
        &[
            ("word/settings.xml", &settings),
            ("word/_rels/settings.xml.rels", &list(&[to("r1", "attachedTemplate", &address())])),
            ("word/_rels/document.xml.rels", &list(&links)),
        ],
    )
}

/// The form as a page that fetches all a page can.
fn page() -> Vec<u8> {
    let cell = |text: &String| format!("<td background=\"{}\">{text}</td>", address());
    let rows = filled().into_iter().map(|row| format!("<tr>{}</tr>", row.iter().map(cell).collect::<String>()));
    let url = address();
    format!(
        "<meta http-equiv=refresh content=\"0;url={url}\"><link rel=stylesheet href=\"{url}\"><base href=\"{url}\">\
         <script src=\"{url}\"></script><img src=\"{url}\"><iframe src=\"{url}\"></iframe><object data=\"{url}\"></object>\
         <style>@import url({url});</style><table>{}</table>",
        rows.collect::<String>()
    )
    .into_bytes()
}

/// A cell with a formula and the result that stands there.
fn formula(row: u32, code: &str) -> String {
    format!("<row r=\"{row}\"><c r=\"J{row}\" t=\"str\"><f>{code}</f><v>=1+1</v></c></row>")
}

/// An OpenDocument file whose text is an entity.
fn open_document(kind: &str, dtd: &str, body: &str) -> Vec<u8> {
    let office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
    let text = office.replace("office:1", "text:1");
    let content = format!(
        "<?xml version=\"1.0\"?>{dtd}<office:document-content xmlns:office=\"{office}\" xmlns:text=\"{text}\"><office:body>\
         {body}</office:body></office:document-content>"
    );
    package(&[
        ("mimetype", &format!("application/vnd.oasis.opendocument.{kind}")),
        ("META-INF/manifest.xml", "<manifest/>"),
        ("content.xml", &content),
    ])
}

const TEXT: &str = "<office:text><text:p>&i;</text:p></office:text>";
const OUTSIDE: &str = "<!DOCTYPE x [<!ENTITY i SYSTEM \"file:///etc/passwd\">]>";
const LAUGHS: &str = "<!DOCTYPE x [<!ENTITY a \"哈哈哈哈哈哈哈哈哈哈\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\
    <!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY i \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">]>";

#[test]
fn archives_that_lead_out_are_read_by_name_and_followed_nowhere() {
    check(&[
        Case {
            name: "zip, paths that lead out and links",
            make: || mail("表.zip", zip_out()),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "7z, a path that leads out",
            make: || mail("表.7z", seven_zip_out(OUT[0])),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "7z, an absolute path",
            make: || mail("表.7z", seven_zip_out(OUT[1])),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "rar, a path that leads out",
            make: || mail("表.rar", rar_out(OUT[0])),
            wanted: "accepted, 1 return",
        },
        Case { name: "rar, an absolute path", make: || mail("表.rar", rar_out(OUT[1])), wanted: "accepted, 1 return" },
        Case { name: "rar, a link", make: || mail("表.rar", rar_link()), wanted: "correction, unreadable" },
        Case { name: "tar, a link", make: || mail("表.tar", tar_link()), wanted: "correction, unsupported" },
    ]);
}

/// All files under a folder, with what is a link.
fn all_files(folder: &Path) -> BTreeSet<(PathBuf, bool)> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(all_files(&entry.path()));
        } else {
            found.insert((entry.path(), entry.file_type().unwrap().is_symlink()));
        }
    }
    found
}

#[test]
fn originals_of_archives_that_lead_out_are_written_into_their_folder_and_nowhere_else() {
    let postroom = Postroom::new("notices = \"off\"");
    let mails = [("表.zip", zip_out()), ("表.7z", seven_zip_out(OUT[0])), ("表.rar", rar_out(OUT[4]))];
    for (number, (name, file)) in (1..).zip(mails) {
        let path = postroom.home().join("hostile.eml");
        fs::write(&path, mail(name, file)).unwrap();
        postroom.say(&["ingest", "hostile.eml"]);
        let before = all_files(postroom.home());
        let to = format!("out/deep/m{number}");
        let told = postroom.say(&["files", &format!("m{number}"), "--to", &to]);
        let new: Vec<(PathBuf, bool)> = all_files(postroom.home()).difference(&before).cloned().collect();
        // The mail, the archive, its members.
        let members = if name.ends_with("zip") { OUT.len() } else { 1 };
        assert_eq!(new.len(), members + 2, "{name}: {told}");
        for (file, is_link) in &new {
            assert!(!is_link && file.parent() == Some(&postroom.home().join(&to)), "{name}: {}", file.display());
        }
        assert!(!Path::new(OUT[1]).exists(), "{name}");
    }
}

#[test]
fn what_a_file_points_to_is_not_fetched() {
    check(&[
        Case {
            name: "docx, template, pictures and text elsewhere",
            make: || mail("表.docx", docx_with_links()),
            wanted: "accepted, 1 return",
        },
        Case { name: "html, all that a page fetches", make: || mail("表.html", page()), wanted: "accepted, 1 return" },
        Case {
            name: "xlsx, formulas that fetch",
            make: || {
                let codes =
                    [format!("WEBSERVICE(\"{}\")", address()), "IMPORTDATA(\"x\")".into(), "[1]Sheet1!A1".into()];
                let rows = (9..).zip(&codes).map(|(row, code)| formula(row, &code.replace('"', "&quot;")));
                tables::form("", &rows.collect::<String>(), "")
            },
            wanted: "accepted, 1 return",
        },
        Case {
            name: "docx, an entity over the network",
            make: || {
                let dtd = format!("<!DOCTYPE x [<!ENTITY % p SYSTEM \"{}\"> %p;]>", address());
                mail("表.docx", docx(&dtd, &word_table(), &[]))
            },
            wanted: "correction, unreadable",
        },
    ]);
    nobody_called();
}

#[test]
fn entities_of_open_document_and_xml_are_neither_expanded_nor_fetched() {
    check(&[
        Case {
            name: "odt, an entity outside",
            make: || mail("表.odt", open_document("text", OUTSIDE, TEXT)),
            wanted: "correction, unreadable",
        },
        Case {
            name: "odt, entities in entities",
            make: || mail("表.odt", open_document("text", LAUGHS, TEXT)),
            wanted: "correction, unreadable",
        },
        Case {
            name: "ods, an entity outside",
            make: || {
                mail(
                    "表.ods",
                    open_document("spreadsheet", OUTSIDE, &TEXT.replace("office:text", "office:spreadsheet")),
                )
            },
            wanted: "correction, unreadable",
        },
        Case {
            name: "xls of 2003, an entity outside",
            make: || {
                let rows = "<Row><Cell><Data ss:Type=\"String\">&i;</Data></Cell></Row>";
                let plain = String::from_utf8(tables::sheet_2003_file(rows)).unwrap();
                mail("表.xls", plain.replacen("?>", &format!("?>{OUTSIDE}"), 1).into_bytes())
            },
            wanted: "correction, unreadable",
        },
    ]);
}

#[test]
fn macros_formulas_and_links_to_programs_are_no_more_than_bytes() {
    check(&[
        Case {
            name: "docm, macros and an object",
            make: || {
                let parts = [("word/vbaProject.bin", "Sub AutoOpen()"), ("word/embeddings/oleObject1.bin", "MZ")];
                mail("表.docm", docx("", &word_table(), &parts))
            },
            wanted: "accepted, 1 return",
        },
        Case {
            name: "xlsx, formulas that start programs",
            make: || {
                let codes =
                    ["cmd|'/c calc'!A0", "DDE(&quot;cmd&quot;,&quot;/c calc&quot;)", "CALL(&quot;kernel32&quot;)"];
                let rows = (9..).zip(codes).map(|(row, code)| formula(row, code));
                tables::form("", &rows.collect::<String>(), "")
            },
            wanted: "accepted, 1 return",
        },
        Case {
            name: "csv, answers that are formulas",
            make: || {
                let formula = "=cmd|'/c calc'!A0";
                mail("表.csv", form_of(["甲公司", formula, formula, "@SUM(1)", formula, "3亿元"]))
            },
            wanted: "accepted, 1 return",
        },
    ]);
}
