//! Whole messages, made after the shapes that clients send, and the messages of the corpus.

use std::collections::BTreeMap;
use std::path::Path;

use encoding_rs::GB18030;
use proptest::prelude::*;

use super::*;
use crate::corpus;

fn gb(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

/// Joins byte strings, so that messages can be written with parts in other charsets.
fn raw(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// Standard base64 of `bytes`, in lines of `width`.
fn base64(bytes: &[u8], width: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().chain(&[0, 0]).take(3).fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        for place in 0..4 {
            let sextet = usize::try_from(word >> (18 - 6 * place) & 63).unwrap();
            out.push(if place <= chunk.len() { char::from(ALPHABET[sextet]) } else { '=' });
        }
    }
    let lines: Vec<_> = out.as_bytes().chunks(width).map(|line| String::from_utf8_lossy(line)).collect();
    lines.join("\r\n")
}

/// A multipart/mixed message of these parts, headers and empty line included in each.
fn mixed(parts: &[&[u8]]) -> Vec<u8> {
    let mut message = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=\"=_x\"\r\n\r\n".to_vec();
    for part in parts {
        message.extend_from_slice(b"--=_x\r\n");
        message.extend_from_slice(part);
        message.extend_from_slice(b"\r\n");
    }
    message.extend_from_slice(b"--=_x--\r\n");
    message
}

fn names(message: &Message) -> Vec<&str> {
    message.attachments.iter().map(|attachment| attachment.name.as_str()).collect()
}

#[test]
fn a_qq_reply_gives_its_text_its_file_and_its_thread() {
    let text = base64(&gb("已填好\r\n\r\n------------------&nbsp;原始邮件&nbsp;------------------\r\n旧文"), 76);
    let head = "From: \"=?gb18030?B?1cXI/Q==?=\" <10001@qq.example>\r\nSubject: =?gb18030?B?u9i4tKO6tfey6bHt?=[收AB12CD]\r\n\
        Message-ID: <tencent_0@qq.example>\r\nIn-Reply-To: <t@qq.example>\r\nReferences: <t@qq.example>\r\n\
        Feedback-ID: webmail:qq.example:bgweb:bgweb1\r\nContent-Type: multipart/mixed;\r\n\tboundary=\"----=_1\"\r\n\r\n\
        This is a multi-part message in MIME format.\r\n\r\n------=_1\r\nContent-Type: multipart/alternative;\r\n\
        \tboundary=\"----=_2\"\r\n\r\n------=_2\r\nContent-Type: text/plain;\r\n\tcharset=\"gb18030\"\r\n\
        Content-Transfer-Encoding: base64\r\n\r\n";
    let tail = "\r\n\r\n------=_2\r\nContent-Type: text/html; charset=\"gb18030\"\r\n\r\n<p>x</p>\r\n------=_2--\r\n\r\n\
        ------=_1\r\nContent-Type: application/octet-stream;\r\n\tcharset=\"gb18030\";\r\n\tname=\"=?gb18030?B?tfey6bHtLnhsc3g=?=\"\r\n\
        Content-Disposition: attachment; filename=\"=?gb18030?B?tfey6bHtLnhsc3g=?=\"\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nUEsDBA==\r\n\r\n------=_1--\r\n";
    let message = parse(&raw(&[head.as_bytes(), text.as_bytes(), tail.as_bytes()]));
    assert_eq!(message.envelope.from_name, "张三");
    assert_eq!(message.envelope.subject, "回复：调查表[收AB12CD]");
    assert_eq!(message.envelope.tokens, ["AB12CD"]);
    assert_eq!(message.envelope.references, ["t@qq.example"]);
    assert_eq!(message.body.text, "已填好");
    assert_eq!(message.body.quoted_text, "------------------ 原始邮件 ------------------\n旧文");
    assert_eq!(message.body.html, "<p>x</p>");
    assert_eq!(names(&message), ["调查表.xlsx"]);
    assert_eq!(message.attachments[0].bytes, b"PK\x03\x04");
    assert_eq!(message.automatic, None);
}

#[test]
fn an_office_system_that_knows_no_charsets_is_read() {
    let message = parse(&raw(&[
        b"Subject: ",
        &gb("调查表"),
        b"\r\nFrom: ",
        &gb("示例公司"),
        b" <oa@corp.example>\r\nContent-Type: text/plain\r\n\r\n",
        &gb("企业名称：示例公司"),
    ]));
    assert_eq!(message.envelope.subject, "调查表");
    assert_eq!(message.envelope.from_name, "示例公司");
    assert_eq!(message.body.text, "企业名称：示例公司");
}

#[test]
fn html_without_a_charset_is_read_by_its_own_or_by_its_bytes() {
    let check = |head: &str| {
        let html = base64(&gb(&format!("<html>{head}<p>营业收入</p>")), 60);
        let message =
            parse(format!("Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n{html}").as_bytes());
        assert!(message.body.html.contains("营业收入"), "{head}: {}", message.body.html);
        assert_eq!(message.body.text, "");
    };
    check("");
    check("<meta charset=\"gb2312\">");
    check("<meta http-equiv='Content-Type' content='text/html; charset=gbk'>");
    check("<meta charset=utf-8>");
}

#[test]
fn text_files_are_kept_to_the_byte() {
    let csv = gb("企业名称,营业收入\r\n示例公司,1200\r\n");
    for media_type in ["text/csv; charset=gb2312", "text/html", "text/plain; charset=utf-8"] {
        let head = format!("Content-Type: {media_type}\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n");
        let message = parse(&mixed(&[&raw(&[head.as_bytes(), &csv])]));
        assert_eq!(message.attachments[0].bytes, csv, "{media_type}");
        assert_eq!(message.body, Body::default());
    }
}

#[test]
fn a_file_is_found_however_it_is_declared() {
    let message = parse(&mixed(&[
        b"Content-Type: text/plain\r\n\r\nfirst",
        b"Content-Type: application/octet-stream; name=a.xls\r\n\r\nx",
        b"Content-Type: application/pdf\r\n\r\nx",
        b"Content-Type: text/calendar\r\n\r\nx",
        b"Content-Type: application/msword; name=\r\n \"b.doc\"\r\nContent-Disposition: inline\r\n\r\nx",
        b"Content-Disposition: attachment;\r\n filename=\r\n a.xls\r\n\r\nx",
        b"Content-Type: text/plain; name=c.txt\r\n\r\nx",
        b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ntext",
        b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx",
        b"Content-Type: text/plain\r\n\r\nsecond",
    ]));
    assert_eq!(names(&message), ["a.xls", "附件2", "附件3", "b.doc", "a (2).xls", "c.txt", "附件7"]);
    assert_eq!(message.body.text, "first\nsecond");
    let forwarded = &message.attachments[6];
    assert!(forwarded.is_message);
    assert_eq!(forwarded.bytes, b"Subject: inner\r\n\r\ntext");
}

#[test]
fn of_names_that_disagree_the_whole_one_counts() {
    let check = |headers: &str, expected: &str| {
        let message = parse(&mixed(&[format!("{headers}\r\n\r\nx").as_bytes()]));
        assert_eq!(names(&message), [expected], "{headers}");
    };
    check(
        "Content-Type: application/octet-stream; name=\"ATT00001.dat\"\r\nContent-Disposition: attachment; \
         filename=\"??.xlsx\"; filename*=utf-8''%E8%A1%A8.xlsx",
        "表.xlsx",
    );
    check(
        "Content-Type: a/b; name=\"=?utf-8?B?6KGoLnhsc3g=?=\"\r\nContent-Disposition: attachment; filename=\"????.xlsx\"",
        "表.xlsx",
    );
    check("Content-Type: a/b; name=\"b.xlsx\"\r\nContent-Disposition: attachment; filename=\"noname\"", "b.xlsx");
    check("Content-Type: a/b\r\nContent-Disposition: attachment; filename=\"C:\\x\\b.xlsx\"", "b.xlsx");
    check("Content-Type: a/b\r\nContent-Disposition: attachment; filename=\"../../b.xlsx\"", ".._.._b.xlsx");
    check("Content-Type: a/b\r\nContent-Disposition: attachment; filename=\"e\u{301}.xlsx\"", "é.xlsx");
}

#[test]
fn pictures_that_the_text_shows_are_no_attachments() {
    let message = parse(&mixed(&[
        b"Content-Type: text/html\r\n\r\n<img src=\"cid:logo@x\"><img src='cid:b'><img src=\"cid:\">",
        b"Content-Type: image/png; name=logo.png\r\nContent-ID: <logo@x>\r\nContent-Disposition: attachment\r\n\r\nx",
        b"Content-Type: image/png; name=b.png\r\nContent-ID: b\r\n\r\nx",
        b"Content-Type: image/jpeg; name=scan.jpg\r\nContent-ID: <other>\r\n\r\nx",
        b"Content-Type: image/jpeg; name=photo.jpg\r\nContent-Disposition: inline\r\n\r\nx",
    ]));
    assert_eq!(names(&message), ["scan.jpg", "photo.jpg"]);
}

#[test]
fn a_file_in_damaged_base64_is_whole() {
    let file: Vec<u8> = (0..5000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let whole = base64(&file, 76);
    for encoded in [
        whole.clone(),
        base64(&file, 100_000),
        whole.replace("\r\n", " \r\n"),
        whole.replace('=', ""),
        whole.replacen("\r\n", "\r\n!\0", 3),
    ] {
        let head = "Content-Type: a/b; name=x\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        let message = parse(&mixed(&[format!("{head}{encoded}").as_bytes()]));
        assert_eq!(message.attachments[0].bytes, file);
    }
}

#[test]
fn a_delivery_report_has_no_files_but_the_message_returned() {
    let head = b"Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n";
    let parts = b"--r\r\n\r\nfailed\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\nx\r\n--r\r\nContent-Type: text/rfc822-headers\r\n\r\nx\r\n--r--\r\n";
    let message = parse(&raw(&[head, parts]));
    assert_eq!(names(&message), [""; 0]);
    assert!(message.automatic.is_some_and(|automatic| !automatic.weak));
}

#[test]
fn lines_that_a_client_wrapped_are_whole_again() {
    let flowed = b"Content-Type: text/plain; format=flowed\r\n\r\nproducts: a, \r\nb\r\nnext\r\n-- \r\nsignature";
    assert_eq!(parse(flowed).body.text, "products: a, b\nnext\n-- \nsignature");
}

#[test]
fn nothing_at_all_is_a_message() {
    let message = parse(b"");
    assert_eq!(message.envelope, Envelope::default());
    assert!(message.attachments.is_empty());
}

/// What the truth says of each message of the corpus.
fn truth() -> BTreeMap<String, serde_json::Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/truth.jsonl");
    let lines = std::fs::read_to_string(path).unwrap();
    let entries = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    entries.map(|entry| (entry["message"].as_str().unwrap().to_owned(), entry)).collect()
}

#[test]
fn every_attachment_that_the_corpus_names_is_found() {
    let truth = truth();
    for (file, raw) in corpus::messages() {
        let message = parse(&raw);
        let entry = &truth[&file];
        let listed = ["narratives", "issues"].iter().flat_map(|list| entry[list].as_array().unwrap());
        for name in listed.filter_map(|entry| entry["attachment"].as_str()) {
            let outermost = name.split('/').next().unwrap();
            assert!(names(&message).contains(&outermost), "{file}: {outermost} is not among {:?}", names(&message));
        }
    }
}

#[test]
fn no_header_or_name_of_the_corpus_is_garbled() {
    for (file, raw) in corpus::messages() {
        let message = parse(&raw);
        let mut texts = vec![
            message.envelope.subject.as_str(),
            &message.envelope.from_name,
            &message.body.text,
            &message.body.html,
        ];
        texts.extend(names(&message));
        assert!(texts.iter().all(|text| !text.contains('\u{FFFD}')), "{file}: {texts:?}");
        assert!(
            message.envelope.from.contains('@') && message.envelope.received.is_some(),
            "{file}: {:?}",
            message.envelope
        );
        assert_eq!(parse_headers(&raw), message.envelope, "{file}");
    }
}

#[test]
fn automatic_mail_of_the_corpus_is_told_from_peoples() {
    let truth = truth();
    for (file, raw) in corpus::messages() {
        let automatic = parse(&raw).automatic;
        match truth[&file]["disposition"].as_str().unwrap() {
            "ignored" => assert!(automatic.is_some(), "{file} is automatic"),
            "accepted" | "correction" => assert_eq!(automatic, None, "{file} is a person's"),
            _ => {}
        }
    }
}

#[test]
fn links_to_stores_of_the_corpus_are_noticed() {
    let truth = truth();
    for (file, raw) in corpus::messages() {
        let issues = truth[&file]["issues"].as_array().unwrap();
        let expected = issues.iter().any(|issue| issue["code"] == "linked_attachment");
        assert_eq!(!parse(&raw).linked.is_empty(), expected, "{file}: {:?}", parse(&raw).linked);
    }
}

#[test]
fn messages_with_unix_line_ends_are_read_alike() {
    for (file, raw) in corpus::messages() {
        let unix: Vec<u8> = String::from_utf8_lossy(&raw).replace("\r\n", "\n").into_bytes();
        let (parsed, again) = (parse(&unix), parse(&raw));
        let counts = |message: &Message| message.attachments.iter().map(|a| a.bytes.len()).collect::<Vec<_>>();
        let text_files = again.attachments.iter().any(|a| a.is_message || a.media_type.starts_with("text/"));
        assert!(text_files || counts(&parsed) == counts(&again), "{file}");
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_stop_the_reading(raw in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = parse(&raw);
    }

    #[test]
    fn words_of_mail_in_any_order_never_stop_the_reading(words in proptest::collection::vec(prop_oneof![
        Just("Content-Type: "), Just("multipart/mixed; boundary="), Just("b"), Just("--b"), Just("--"), Just("\r\n"),
        Just("\n"), Just("=?gbk?B?"), Just("?="), Just("\""), Just("filename*0*="), Just("'"), Just("%E"), Just("<"),
        Just("From: "), Just("@"), Just(">"), Just("("), Just("Date: "), Just("Tue, 99 Jan 99999"), Just("+08"), Just(":"),
        Just("text/html\r\n\r\n"), Just("<blockquote type=cite>"), Just("</blockquote>"), Just("发件人："), Just("主题："),
        Just("收件人："), Just("写道："), Just("https://mail.qq.com/ftn"), Just("(1M"), Just("title=\""), Just("&#x"), Just("~{"),
        Just("Authentication-Results: "), Just("dmarc="), Just(";"), Just("Subject: "), Just("[收"), Just("="), Just("\u{fffd}"),
    ], 0..60)) {
        let _ = parse(words.concat().as_bytes());
    }

    #[test]
    fn damaged_messages_never_stop_the_reading(
        pick in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(),
    ) {
        let messages = corpus_once();
        let mut raw = pick.get(messages).1.clone();
        raw.truncate(20_000);
        let at = at.index(raw.len());
        if cut { raw.truncate(at) } else { raw[at] = byte }
        let _ = parse(&raw);
    }
}

fn corpus_once() -> &'static [(String, Vec<u8>)] {
    static CORPUS: std::sync::OnceLock<Vec<(String, Vec<u8>)>> = std::sync::OnceLock::new();
    CORPUS.get_or_init(corpus::messages)
}

#[test]
fn the_offices_letter_quoted_in_the_corpus_is_not_the_senders() {
    const LETTER: &str = "各有关企业：";
    let truth = truth();
    let quotes = |file: &str| {
        let tags = truth[file]["tags"].as_array().unwrap();
        tags.iter().any(|tag| tag == "quoted-original" || tag == "quoted-filled")
    };
    let mut checked = 0;
    for (file, raw) in corpus::messages().into_iter().filter(|(file, _)| quotes(file)) {
        let Body { text, quoted_text, html, quoted_html } = parse(&raw).body;
        assert!(!text.contains(LETTER) && !html.contains(LETTER), "{file}: {html}");
        assert!(quoted_text.contains(LETTER) || quoted_html.contains(LETTER), "{file}: {quoted_html}");
        checked += 1;
    }
    assert!(checked > 0);
}
