//! `postroom export` as an operator uses it: every format read again by another program, returns chosen by state, tag and day, and the
//! originals in a folder for each enterprise.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::daemon::Postroom;
use crate::support::letter::{Letter, form, form_of};

const ROSTER: &str = "企业名称,所属镇街,邮箱\n甲公司,东街,a@firm-a.example\n乙公司,西街,b@firm-b.example\n丙公司,东街,c@firm-c.example\n";

/// Texts that a spreadsheet would run.
const HOSTILE: [&str; 4] =
    ["=HYPERLINK(\"http://x.example\",\"点此\")", "=cmd|' /C calc'!A0", "＝1+1是我们的口号", "@SUM(1+1)*1"];

/// A mail as it was received at a time.
fn received(letter: &Letter, at: &str) -> Vec<u8> {
    letter.clone().header("Received", &format!("from a.example by mx.collect.example; {at}")).bytes()
}

/// A zip as an attacker packs it: ways out of the folder, a link, a name that no file system takes; and a form in a folder.
fn archive(company: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for name in ["../../evil.txt", "/etc/evil.txt", "a\\..\\evil.txt", &format!("{}.txt", "长".repeat(250)), "CON.txt"]
    {
        zip.start_file(name, options).unwrap();
        zip.write_all(b"evil").unwrap();
    }
    zip.add_symlink("link.txt", "/etc/passwd", options).unwrap();
    zip.start_file("报表/调查表.csv", options).unwrap();
    zip.write_all(&form(company, "500万元")).unwrap();
    zip.finish().unwrap().into_inner()
}

/// Five mails of seven enterprises, read.
fn furnished() -> Postroom {
    let mut postroom = Postroom::new("answer_since = \"2010-01-01\"\nnotices = \"off\"\n");
    std::fs::write(postroom.home().join("roster.csv"), ROSTER).unwrap();
    postroom.say(&["roster", "import", "roster.csv"]);
    let hostile = ["乙公司", HOSTILE[0], HOSTILE[1], HOSTILE[2], HOSTILE[3], "300-500万元"];
    let letters = [
        (Letter::with_form("a@firm-a.example", "甲公司", "1200万元"), "Mon, 18 Dec 2017 09:00:00 +0800"),
        (Letter::new("b@firm-b.example").file("调查表.csv", form_of(hostile)), "Tue, 19 Dec 2017 23:59:59 +0800"),
        (Letter::with_form("c@firm-c.example", "丙公司", "800"), "Wed, 20 Dec 2017 00:00:00 +0800"),
        (
            Letter::new("d@firm-d.example")
                .file("丁.csv", form("丁公司", "0.12亿元"))
                .file("戊.csv", form("戊公司", "1亿元以上"))
                .file("营业执照.txt", "执照".into()),
            "Wed, 20 Dec 2017 10:00:00 +0800",
        ),
        (Letter::new("e@firm-e.example").file("材料.zip", archive("己公司")), "Thu, 21 Dec 2017 10:00:00 +0800"),
    ];
    for (number, (letter, at)) in letters.iter().enumerate() {
        let name = format!("{number}.eml");
        std::fs::write(postroom.home().join(&name), received(letter, at)).unwrap();
        postroom.say(&["ingest", &name]);
    }
    postroom.run();
    postroom.until("SELECT count(*) FROM message WHERE state = 'read'", &["5"]);
    postroom.stop();
    postroom
}

fn words(postroom: &Postroom, arguments: &[&str]) -> (i32, String) {
    let output = postroom.command(&[&["export"], arguments].concat());
    let words = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), words.into_owned())
}

#[test]
fn every_format_says_to_other_programs_what_the_view_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readers = root.join("target/readers");
    assert!(readers.join("complete").exists(), "run tests/exports/install: it installs what reads exports");
    let postroom = furnished();
    for file in ["returns.json", "returns.parquet", "returns.csv", "returns.xlsx", "returns.docx"] {
        let said = postroom.say(&["export", file]);
        assert!(said.contains(&format!("{file}: 6 returns")), "{said}");
        let dictionary = postroom.home().join(format!("{file}.dictionary.md"));
        assert_eq!(dictionary.exists(), file != "returns.xlsx", "{file}");
    }
    let dictionary = std::fs::read_to_string(postroom.home().join("returns.csv.dictionary.md")).unwrap();
    for part in ["ai-industry-2017", "revenue\\_low", "| 行数 | 6 |", "key = \"revenue\""] {
        assert!(dictionary.contains(&part.replace("\\_", "_")), "{part} is not in {dictionary}");
    }
    std::fs::write(postroom.home().join("control.csv"), "\u{feff}\"a\",\"=1+1\"\r\n").unwrap();
    let output = Command::new("python3")
        .arg(root.join("tests/exports/look.py"))
        .args([postroom.home(), &postroom.home().join("data/postroom.db")])
        .arg("survey_ai_industry_2017")
        .env("PYTHONPATH", &readers)
        .output()
        .unwrap();
    let (said, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("6 returns"), "{said}{error}");
}

#[test]
fn returns_are_chosen_by_state_tag_and_day() {
    let postroom = furnished();
    let names = |arguments: &[&str]| -> Vec<String> {
        let text = postroom.say(&[&["export", "-", "--format", "json"], arguments].concat());
        let rows: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        rows.iter().map(|row| row["respondent"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&[]), ["甲公司", "乙公司", "丙公司", "丁公司", "戊公司", "己公司"]);
    for (arguments, expected) in [
        (["--state", "in_correction"].as_slice(), ["丙公司"].as_slice()),
        (&["--state", "in-correction", "--state", "complete", "--tag", "所属镇街=东街"], &["甲公司", "丙公司"]),
        (&["--state", "superseded"], &[]),
        (&["--since", "2017-12-20"], &["丙公司", "丁公司", "戊公司", "己公司"]),
        (&["--until", "2017-12-19"], &["甲公司", "乙公司"]),
        (&["--since", "2017-12-19", "--until", "2017-12-20"], &["乙公司", "丙公司", "丁公司", "戊公司"]),
        (&["--since", "2017-12-20", "--tag", "所属镇街=东街"], &["丙公司"]),
    ] {
        assert_eq!(names(arguments), expected, "{arguments:?}");
    }
    for (arguments, code, remedy) in [
        (["a.csv", "--tag", "所属镇=东街"].as_slice(), 1, "所属镇街"),
        (&["a.csv", "--tag", "所属镇街=南街"], 1, "东街, 西街"),
        (&["a.csv", "--since", "2017-12-20", "--until", "2017-12-18"], 1, "--until"),
        (&["a.csv", "--state", "done"], 2, "in_correction"),
        (&["a.csv", "--since", "18.12.2017"], 2, "--since"),
        (&["-"], 2, "--format"),
        (&["a.csv", "--format", "json"], 1, "ending"),
        (&["a.csv", "--consolidated"], 1, ".docx"),
        (&["a.csv", "--district", "禾塘区"], 1, "--district"),
        (&["a.docx", "--consolidated", "--state", "complete"], 2, "--state"),
        (&["a.csv", "--survey", "energy"], 1, "there is no survey energy"),
    ] {
        let (found, said) = words(&postroom, arguments);
        assert!(found == code && said.contains(remedy), "{arguments:?}: {found} {said}");
        assert!(!postroom.home().join(arguments[0]).exists(), "{arguments:?}");
    }
}

#[expect(clippy::disallowed_types, reason = "the file is our own")]
fn content(docx: &Path) -> String {
    let mut package = zip::ZipArchive::new(std::fs::File::open(docx).unwrap()).unwrap();
    std::io::read_to_string(package.by_name("word/document.xml").unwrap()).unwrap()
}

#[test]
fn a_consolidated_table_has_the_complete_returns_and_nothing_else() {
    let postroom = furnished();
    for file in ["汇总表.docx", "汇总表.xlsx"] {
        postroom.say(&["export", file, "--consolidated", "--district", "岭泽市禾塘区"]);
        let read: serde_json::Value = serde_json::from_str(postroom.say(&["read", file]).trim()).unwrap();
        let names: Vec<&str> = read["returns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["answers"]["name"]["text"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["甲公司", "乙公司", "丁公司", "戊公司", "己公司"], "{file}");
    }
    let xml = content(&postroom.home().join("汇总表.docx"));
    for part in
        ["岭泽市禾塘区人工智能产业相关企业、技术平台调查表", "0.12亿元（1200万元）", "共5份", "只写了下限", "区间"]
    {
        assert!(xml.contains(part), "{part} is not in {xml}");
    }
}

#[test]
fn nothing_is_written_over_and_nothing_is_left_half() {
    let postroom = furnished();
    postroom.say(&["export", "returns.csv"]);
    let (code, said) = words(&postroom, &["returns.csv"]);
    assert!(code == 1 && said.contains("--force"), "{said}");
    postroom.say(&["export", "returns.csv", "--force"]);
    std::fs::remove_file(postroom.home().join("returns.csv")).unwrap();
    let (code, said) = words(&postroom, &["returns.csv"]);
    assert!(code == 1 && said.contains("returns.csv.dictionary.md"), "the dictionary is there: {said}");
    std::fs::create_dir_all(postroom.home().join("full/inside")).unwrap();
    let (code, said) = words(&postroom, &["other.csv", "--force", "--with-files", "full"]);
    assert!(code == 1 && said.contains("--with-files"), "no folder is written over: {said}");
    assert!(!postroom.home().join("other.csv").exists());
    let left = std::fs::read_dir(postroom.home()).unwrap();
    let left: Vec<_> =
        left.map(|entry| entry.unwrap().file_name()).filter(|name| name.to_string_lossy().ends_with(".part")).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Paths of all files under a folder, relative to it; links are none.
fn files(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.symlink_metadata().unwrap();
        assert!(!kind.is_symlink(), "{}", path.display());
        if kind.is_dir() {
            files(root, &path, found);
        } else {
            found.insert(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
        }
    }
}

#[test]
fn each_enterprise_has_its_originals_in_a_folder_and_nobody_elses() {
    let postroom = furnished();
    let said = postroom.say(&["export", "returns.xlsx", "--with-files", "原件"]);
    let root = postroom.home().join("原件");
    let mut found = BTreeSet::new();
    files(&root, &root, &mut found);
    let long = format!("{}.txt", "长".repeat(76));
    let expected = [
        "index.csv",
        "甲公司/调查表.csv",
        "乙公司/调查表.csv",
        "丙公司/调查表.csv",
        "丁公司/丁.csv",
        "戊公司/戊.csv",
        "来信m4/营业执照.txt",
        "己公司/材料.zip",
        "己公司/材料.zip_.._.._evil.txt",
        "己公司/材料.zip_etc_evil.txt",
        "己公司/材料.zip_a_.._evil.txt",
        "己公司/材料.zip_CON.txt",
        "己公司/材料.zip_报表_调查表.csv",
        &format!("己公司/{long}"),
    ];
    assert_eq!(found, expected.iter().map(|name| (*name).to_owned()).collect());
    assert!(said.contains("13 files of 6 returns"), "{said}");
    assert!(!postroom.home().join("evil.txt").exists() && !Path::new("/etc/evil.txt").exists());

    let index = std::fs::read_to_string(root.join("index.csv")).unwrap();
    let lines: Vec<Vec<&str>> =
        index.lines().skip(1).map(|line| line[1..line.len() - 1].split("\",\"").collect()).collect();
    assert_eq!(lines.len(), 13);
    for line in &lines {
        let bytes = std::fs::read(root.join(line[4])).unwrap();
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((line[5], line[6]), (bytes.len().to_string().as_str(), hash.as_str()), "{line:?}");
    }
    let stored = postroom.rows("SELECT sha256 FROM attachment WHERE size > 0");
    assert!(stored.iter().all(|hash| lines.iter().any(|line| line[6] == hash)), "{stored:?}");
    let of_a = lines.iter().find(|line| line[0] == "甲公司").unwrap();
    assert_eq!((of_a[2], of_a[3], of_a[7]), ("m1", "调查表.csv", ""));
    let id = postroom.rows("SELECT 'r' || id FROM return_version WHERE message = 1").remove(0);
    assert_eq!(of_a[1], id);

    // What is not exported has no folder, and of a mail with several returns only the wanted one's file comes along.
    postroom.say(&["export", "east.csv", "--tag", "所属镇街=东街", "--with-files", "east"]);
    let folders: BTreeSet<String> = std::fs::read_dir(postroom.home().join("east"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(folders, ["index.csv", "甲公司", "丙公司"].map(str::to_owned).into());
}

#[test]
fn officials_get_the_complete_returns_as_tables_with_their_digest() {
    let attached = |postroom: &Postroom| -> Vec<String> {
        let said = postroom.say(&["digest", "--preview", "--no-open", "--survey", "ai-industry-2017"]);
        said.lines().filter_map(|line| line.strip_prefix("Attachment: ")).map(str::to_owned).collect()
    };
    let files = attached(&furnished());
    assert_eq!(files.len(), 2, "{files:?}");
    assert!(files[0].contains(".docx") && files[1].contains(".xlsx"), "{files:?}");
    let quiet = Postroom::new("notices = \"off\"\n");
    std::fs::write(quiet.home().join("roster.csv"), ROSTER).unwrap();
    quiet.say(&["roster", "import", "roster.csv"]);
    assert_eq!(attached(&quiet), [""; 0], "an empty table is not passed on");
}
