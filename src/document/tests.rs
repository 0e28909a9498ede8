use super::testing::{attachments, check_cuts, document, odt, read, show, zip};
use super::{Budget, Content, Fault, Format, Limits, open};

fn members(content: Content) -> Vec<(String, bool)> {
    match content {
        Content::Container(members) => members.into_iter().map(|member| (member.name, member.bytes.is_ok())).collect(),
        other => panic!("no container: {other:?}"),
    }
}

fn unsupported(format: &str, could_hold_table: bool) -> Result<Content, Fault> {
    Err(Fault::Unsupported { format: format.into(), could_hold_table })
}

fn check_corpus(message: &str, format: Format, expected: &[&str]) {
    let bytes = attachments(message).swap_remove(0);
    let document = document(&bytes);
    assert_eq!(document.format, format, "{message}");
    let shown = show(&document);
    for line in expected {
        assert!(shown.lines().any(|shown| shown == *line), "{message}: {line} not in\n{shown}");
    }
}

#[test]
fn the_content_decides_what_a_file_is() {
    for (bytes, expected) in [
        (&b"%PDF-1.7\n"[..], Err(Fault::Unreadable("the end of the PDF is missing".into()))),
        (b"\n%PDF-1.4", Err(Fault::Unreadable("the end of the PDF is missing".into()))),
        (b"\x1F\x8B\x08\0", unsupported("tar.gz", true)),
        (b"Founder CEB 2.0", unsupported("CEB", true)),
        (b"RIFF\0\0\0\0WAVE", unsupported("audio/video", false)),
        (b"MZ\x90\0\x03\0", unsupported("program", false)),
        (b"\0\0\0\x18ftypmp42", unsupported("audio/video", false)),
        (b"\x89PNG\r\n\x1A\n", Ok(Content::Picture)),
        (b"\xFF\xD8\xFF\xE0", Ok(Content::Picture)),
        (b"\0\0\0\x18ftypheic", Ok(Content::Picture)),
        (b"", Err(Fault::Unreadable("empty file".into()))),
    ] {
        assert_eq!(read(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_saved_message_is_a_message_and_a_letter_is_none() {
    let kind = |text: &str| super::sniff::identify(text.as_bytes(), &mut Budget::new(Limits::default())).unwrap();
    assert_eq!(kind("Return-Path: <a@b.example>\r\nFrom: a@b.example\r\n\r\nx"), super::sniff::Kind::Message);
    assert_eq!(kind("\u{feff}Received: from x\r\n by y\r\nSubject: z\r\n\r\n"), super::sniff::Kind::Message);
    assert_eq!(kind("Subject: only one line\nand then prose"), super::sniff::Kind::Plain);
    assert_eq!(kind("企业名称：某某公司\n"), super::sniff::Kind::Plain);
    assert_eq!(kind("MZ is how this text begins"), super::sniff::Kind::Plain);
    assert_eq!(kind("<!-- x -->\n<TABLE border=1>"), super::sniff::Kind::Html);
    assert_eq!(kind("<html xmlns:o=\"urn:schemas-microsoft-com:office:office\">"), super::sniff::Kind::Html);
}

#[test]
fn litter_is_passed_over() {
    let mut budget = Budget::new(Limits::default());
    for name in ["a.zip/__MACOSX/._b.docx", "Thumbs.db", "x/.DS_Store", "~$表.docx", "Desktop.ini"] {
        assert_eq!(open(name, b"x", &mut budget), Ok(Content::Litter), "{name}");
    }
    let bytes = zip(&[("Thumbs.db", b"x"), ("a/b.txt", b"y"), ("__MACOSX/a/._b.txt", b"z")]);
    assert_eq!(members(read(&bytes).unwrap()), [("a/b.txt".to_owned(), true)]);
}

#[test]
fn names_in_gbk_are_read_and_paths_stay_names() {
    let mut bytes = zip(&[("XXXX.txt", b"x"), ("..\\..\\b.txt", b"y")]);
    let name = [0xB1, 0xED, 0xB8, 0xF1];
    for at in 0..bytes.len() - 4 {
        if &bytes[at..at + 4] == b"XXXX" {
            bytes[at..at + 4].copy_from_slice(&name);
        }
    }
    assert_eq!(members(read(&bytes).unwrap()), [("表格.txt".to_owned(), true), ("../../b.txt".to_owned(), true)]);
}

#[test]
fn a_bomb_is_too_large() {
    let megabyte = vec![0; 1 << 20];
    let bytes = zip(&[("a", &megabyte), ("b", &megabyte)]);
    let mut budget = Budget::new(Limits { unpacked: 3 << 19, ..Limits::default() });
    assert_eq!(open("x.zip", &bytes, &mut budget), Err(Fault::TooLarge("unpacked size".into())));
    let mut budget = Budget::new(Limits { entries: 1, ..Limits::default() });
    assert_eq!(open("x.zip", &bytes, &mut budget), Err(Fault::TooLarge("number of members".into())));
}

#[test]
fn a_size_declared_too_small_is_not_believed() {
    let mut bytes = zip(&[("a", &vec![0; 1 << 20])]);
    let declared = (1_u32 << 20).to_le_bytes();
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == declared {
            bytes[at..at + 4].copy_from_slice(&16_u32.to_le_bytes());
        }
    }
    let mut budget = Budget::new(Limits { unpacked: 1 << 18, ..Limits::default() });
    match open("x.zip", &bytes, &mut budget) {
        Err(Fault::TooLarge(_)) => {}
        Ok(content) => assert_eq!(members(content), [("a".to_owned(), false)]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_damaged_member_leaves_the_others_readable() {
    let mut bytes = zip(&[("a.txt", b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"), ("b.txt", b"b")]);
    bytes[37] ^= 0xFF;
    assert_eq!(members(read(&bytes).unwrap()), [("a.txt".to_owned(), false), ("b.txt".to_owned(), true)]);
}

#[test]
fn the_corpus_containers_are_read_as_their_senders_meant() {
    let first = |message: &str| attachments(message).swap_remove(0);
    assert_eq!(read(&first("0149.eml")), Err(Fault::Encrypted));
    assert_eq!(read(&first("0150.eml")), Err(Fault::Encrypted));
    assert_eq!(read(&first("0153.eml")), Err(Fault::Encrypted));
    assert!(matches!(read(&first("0154.eml")), Err(Fault::Unreadable(_))));
    assert!(matches!(read(&attachments("0156.eml").swap_remove(1)), Err(Fault::Unreadable(_))));
    assert!(members(read(&first("0157.eml")).unwrap()).iter().any(|(_, is_whole)| !is_whole));
    assert!(matches!(read(&first("0161.eml")), Err(Fault::TooLarge(_))));
    assert!(matches!(read(&first("0134.eml")), Ok(Content::Message(_))));
    let names = members(read(&first("0127.eml")).unwrap());
    assert!(names.iter().all(|(name, is_whole)| !name.contains("__MACOSX") && *is_whole), "{names:?}");
}

#[test]
fn old_word_documents_keep_their_grid() {
    check_corpus("0031.eml", Format::Doc, &["A1 企业(平台)名称", "F2 1350万元"]);
    check_corpus("0036.eml", Format::Doc, &["A2+3x1 岭泽市金丝楠空域科技有限公司", "C3 （2）航线规划；", "D4 无标准"]);
    check_corpus("0037.eml", Format::Doc, &["D1 一千二百万元", "B3+1x3 区级人工智能公共技术服务平台，服务企业176家。"]);
    check_corpus("0040.eml", Format::Doc, &["A1+1x6 单位：万元", "F4 1,840.50"]);
    check_corpus("0076.eml", Format::Doc, &["F2 约1,100万元"]);
}

#[test]
fn an_old_word_document_cut_off_is_never_taken_for_a_whole_one() {
    for message in ["0032.eml", "0036.eml", "0040.eml", "0078.eml"] {
        check_cuts(&attachments(message).swap_remove(0));
    }
}

#[test]
fn an_old_document_says_how_much_text_it_holds() {
    let bytes = attachments("0031.eml").swap_remove(0);
    let length = super::ole::word_text_length(&bytes).unwrap();
    assert!((200..2_000).contains(&length), "{length}");
    assert_eq!(super::ole::word_text_length(b"none"), None);
}

#[test]
fn a_gigabyte_of_zeros_and_archives_in_archives_stay_in_bounds() {
    assert_eq!(read(&attachments("0161.eml").swap_remove(0)), Err(Fault::TooLarge("unpacked size".into())));
    let mut budget = Budget::new(Limits::default());
    let mut bytes = attachments("0162.eml").swap_remove(0);
    for _ in 0..100 {
        let Ok(Content::Container(members)) = open("x.zip", &bytes, &mut budget) else { return };
        let inner = members.into_iter().find(|member| member.name.ends_with(".zip"));
        let Some(inner) = inner.and_then(|member| member.bytes.ok()) else { return };
        bytes = inner;
    }
    panic!("archives without end");
}

#[test]
fn an_old_document_with_a_password_says_so() {
    let mut bytes = attachments("0031.eml").swap_remove(0);
    let header = bytes.windows(2).position(|pair| pair == [0xEC, 0xA5]).unwrap();
    bytes[header + 11] |= 1;
    assert_eq!(read(&bytes), Err(Fault::Encrypted));
}

#[test]
fn rich_text_of_the_corpus_keeps_its_grid() {
    check_corpus("0083.eml", Format::Rtf, &["A2 广东风铃草工业软件（岭泽）有限公司", "F2 4700万元"]);
    check_corpus("0084.eml", Format::Rtf, &["A2 岭泽市萤火豚机器人科技有限公司", "F2 660万元"]);
    check_corpus("0085.eml", Format::Rtf, &["B1 岭泽市九尾鲸创客科技有限公司", "B6 300"]);
    check_corpus("0139.eml", Format::Rtf, &["F2 180万元"]);
}

#[test]
fn open_documents_of_the_corpus_keep_their_grid() {
    check_corpus("0081.eml", Format::Odt, &["F2 5,150万元"]);
    check_corpus("0082.eml", Format::Odt, &["D1 商业秘密", "B3+1x3 国家高新技术企业，数字病理扫描领域国内前3"]);
}

#[test]
fn open_documents_show_what_their_page_shows() {
    let text = "<text:tracked-changes><text:p>old</text:p></text:tracked-changes><text:p>a  b<text:s text:c=\"2\"/>c<text:tab/>d</text:p>\
                <table:table><table:table-row><table:table-cell table:number-columns-spanned=\"2\" table:number-rows-spanned=\"2\"><text:p>x</text:p>\
                </table:table-cell><table:covered-table-cell/><table:table-cell><text:p>y</text:p><text:p>z</text:p></table:table-cell></table:table-row>\
                <table:table-row><table:covered-table-cell table:number-columns-repeated=\"2\"/><table:table-cell><text:p>w<text:note><text:p>n</text:p>\
                </text:note></text:p></table:table-cell></table:table-row></table:table>";
    assert_eq!(show(&document(&odt(text))), "1: a b  c\td\ntable 1\nA1+2x2 x\nC1 y|z\nC2 w\n");
    check_cuts(&odt(text));
}

#[test]
fn an_open_document_without_covered_cells_keeps_its_columns() {
    let cell =
        |text: &str, spans: &str| format!("<table:table-cell {spans}><text:p>{text}</text:p></table:table-cell>");
    let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let rows = [
        row(&[
            cell("a", "table:number-rows-spanned=\"2\""),
            cell("b", "table:number-columns-spanned=\"2\""),
            cell("c", ""),
        ]),
        row(&[cell("d", ""), cell("e", ""), cell("f", "")]),
        row(&[cell("g", "")]),
    ];
    let text = format!("<table:table>{}</table:table>", rows.concat());
    assert_eq!(show(&document(&odt(&text))), "table 1\nA1+2x1 a\nB1+1x2 b\nD1 c\nB2 d\nC2 e\nD2 f\nA3 g\n");
}

#[test]
fn an_open_document_with_a_password_says_so() {
    let bytes = zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("META-INF/manifest.xml", b"<m><encryption-data/></m>"),
        ("content.xml", b"\x01\x02"),
    ]);
    assert_eq!(read(&bytes), Err(Fault::Encrypted));
}

#[test]
fn word_documents_of_the_corpus_keep_their_grid() {
    check_corpus("0024.eml", Format::Docx, &["F2 950万元"]);
    check_corpus("0029.eml", Format::Docx, &["table 2", "A2 岭泽云雀台空域科技有限公司"]);
    check_corpus("0023.eml", Format::Docx, &["F2 2亿3千万元"]);
}

#[test]
fn a_file_made_of_noise_never_panics() {
    let mut seed = 1_u32;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    };
    let whole = attachments("0031.eml").swap_remove(0);
    for _ in 0..50 {
        let mut bytes = whole.clone();
        for _ in 0..40 {
            let at = usize::from(noise()) * 256 + usize::from(noise());
            let length = bytes.len();
            bytes[at % length] = noise();
        }
        let _ = read(&bytes).is_ok();
    }
}
