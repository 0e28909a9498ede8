//! Words made to get out of the place where we repeat them: out of a header into another, out of a text into markup or a template,
//! out of a line of the log into the next, out of a terminal's window into its commands.
//!
//! Each stands as display name, subject, file name, name of the enterprise and answer at once; one mail is complete and gets a receipt, one
//! lacks a unit and gets a correction.

use std::fs;

use lettre::message::header::ContentType;
use lettre::message::{Attachment, Message, MultiPart, SinglePart};

use crate::support::daemon::Postroom;
use crate::support::letter::form_of;
use crate::support::post::REPLIES;

/// What stands in every name, so that it is seen that the rest came along.
const HARMLESS: &str = "无害公司";
/// What a line of the log would say that a mail wrote.
const FORGED: &str = "2017-12-18 00:00:00 INFO  m99 accepted";

/// The harm that each tries, in the words it tries it with.
const ATTACKS: [(&str, &str); 8] = [
    ("a header of its own", "无害公司\r\nBcc: victim@other.example"),
    ("a body of its own", "无害公司\r\n\r\n<b>forged</b>"),
    ("the template engine", "无害公司{{ 7*7 }}{% include \"receipt.txt.j2\" %}"),
    ("markup", "无害公司<script>alert(1)</script><img src=x onerror=alert(1)>"),
    ("the terminal", "无害公司\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m"),
    ("the direction of writing", "无害公司\u{202e}元亿9\u{2066}"),
    ("a line of the log", "无害公司\n2017-12-18 00:00:00 INFO  m99 accepted from=boss@corp.example"),
    ("a formula", "=HYPERLINK(\"http://x.example\",\"无害公司\")"),
];

/// Encoded words (RFC 2047) of any text, line breaks too.
fn encoded(text: &str) -> String {
    let pieces = text.chars().collect::<Vec<_>>();
    let word = |piece: &[char]| {
        format!("=?utf-8?B?{}?=", base64_simd::STANDARD.encode_to_string(piece.iter().collect::<String>()))
    };
    pieces.chunks(12).map(word).collect::<Vec<_>>().join("\r\n ")
}

/// A mail that says the words in all places.
fn mail(number: usize, sender: usize, words: &str, revenue: &str) -> Vec<u8> {
    let file = form_of([words, words, "缺陷检测算法", words, "小样本学习", revenue]);
    let kind = ContentType::parse("text/csv").unwrap();
    let parts = MultiPart::mixed()
        .singlepart(SinglePart::plain("您好".to_owned()))
        .singlepart(Attachment::new("NAME".into()).body(file, kind));
    let message = Message::builder()
        .from("FROM <x@corp.example>".parse().unwrap())
        .to("collect@collect.example".parse().unwrap())
        .subject("SUBJECT")
        .message_id(Some(format!("<{number}@corp.example>")))
        .multipart(parts)
        .unwrap();
    let plain = String::from_utf8(message.formatted()).unwrap();
    let named = plain.replacen("\"NAME\"", &format!("\"{}\"", encoded(&format!("{words}.csv"))), 1);
    let named = named.replacen("SUBJECT", &encoded(words), 1);
    let from = format!("From: {} <evil{sender}@corp.example>", encoded(words));
    let line = named.lines().find(|line| line.starts_with("From:")).unwrap().to_owned();
    named.replacen(&line, &from, 1).into_bytes()
}

/// The mails of all attacks: a complete one and one that lacks a unit of each.
fn mails() -> Vec<Vec<u8>> {
    let both = |(at, (_, words)): (usize, &(&str, &str))| {
        [(2 * at + 1, "3亿元"), (2 * at + 2, "1200")].map(|(number, revenue)| mail(number, at, words, revenue))
    };
    ATTACKS.iter().enumerate().flat_map(both).collect()
}

/// A daemon that has taken them all in, and answered.
fn answered(settings: &str) -> Postroom {
    let mailbox = "[[mailbox]]\nname = \"m\"\nkind = \"maildir\"\npath = \"mails\"\n";
    let mut postroom = Postroom::new(&format!("answer_since = \"2010-01-01\"\n{settings}{mailbox}{REPLIES}"));
    for part in ["new", "cur", "tmp"] {
        fs::create_dir_all(postroom.home().join("mails").join(part)).unwrap();
    }
    let mails = mails();
    for (number, mail) in mails.iter().enumerate() {
        fs::write(postroom.home().join(format!("mails/new/{number:04}.a.b")), mail).unwrap();
    }
    postroom.run();
    postroom.until("SELECT count(*) FROM message WHERE state = 'read'", &[&mails.len().to_string()]);
    postroom
}

/// What acts instead of being seen.
fn acts(letter: char) -> bool {
    letter != '\n' && letter.is_control()
        || ('\u{202a}'..='\u{202e}').contains(&letter)
        || ('\u{2066}'..='\u{2069}').contains(&letter)
}

/// Texts that a person looks at: they say the name, nothing in them acts, and no line of them was written by a mail.
fn check(what: &str, text: &str) {
    assert!(text.contains(HARMLESS), "{what} tells nothing of the mails: {text}");
    let acting: Vec<char> = text.chars().filter(|letter| acts(*letter)).collect();
    assert!(acting.is_empty(), "{what}: {acting:?} in {text:?}");
    // An answer of several lines stays one: what follows is indented.
    let forged = text.lines().find(|line| line.starts_with(FORGED) || line.starts_with("Bcc:"));
    assert_eq!(forged, None, "{what}: {text}");
}

#[test]
fn no_words_of_a_mail_get_out_of_their_place_in_a_notice() {
    let postroom = answered("");
    let count = mails().len();
    postroom.until("SELECT count(*) FROM notice WHERE state = 'sent'", &[&count.to_string()]);
    let replies: Vec<Vec<u8>> = fs::read_dir(postroom.home().join("replies"))
        .unwrap()
        .map(|entry| fs::read(entry.unwrap().path()).unwrap())
        .collect();
    assert_eq!(replies.len(), count);
    let fields = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
        "MIME-Version",
        "Content-Type",
        "Content-Language",
        "Content-Transfer-Encoding",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "X-Postroom-Notice",
        "X-Postroom-Seal",
        "Precedence",
    ];
    let mut named = 0;
    for reply in &replies {
        let text = String::from_utf8_lossy(reply);
        let head = text.split("\r\n\r\n").next().unwrap();
        for line in head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])) {
            let field = line.split(':').next().unwrap();
            assert!(fields.contains(&field), "{field} in {head}");
        }
        let parsed = postroom::mail::parse(reply);
        assert!(parsed.envelope.subject.chars().all(|letter| !acts(letter)), "{:?}", parsed.envelope.subject);
        let to = crate::support::letter::header(reply, "To");
        assert!(to.ends_with("@corp.example>") || to.ends_with("@corp.example"), "{to}");
        assert_eq!(to.matches('@').count(), 1, "{to}");
        let body = format!("{}{}", parsed.body.text, parsed.body.quoted_text);
        assert!(!body.chars().any(|letter| letter != '\r' && letter != '\t' && acts(letter)), "{body:?}");
        assert!(!body.contains("公司49"), "a template was run: {body}");
        let html = decoded_html(reply);
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>forged"), "{html}");
        assert!(!html.contains("公司49") && html.contains("<"), "{html}");
        named += usize::from(html.contains("&lt;script&gt;"));
    }
    assert!(named > 0, "no notice names what it should make harmless");
}

/// The HTML part of a notice.
fn decoded_html(mail: &[u8]) -> String {
    let text = String::from_utf8_lossy(mail).into_owned();
    let part = text.split("Content-Type: text/html").nth(1).expect("a notice has HTML");
    let (head, rest) = part.split_once("\r\n\r\n").unwrap();
    let body = rest.split("\r\n--").next().unwrap();
    if head.contains("base64") {
        let packed: String = body.split_whitespace().collect();
        return String::from_utf8(base64_simd::STANDARD.decode_to_vec(packed).unwrap()).unwrap();
    }
    body.replace("=\r\n", "").replace("=3D", "=").replace("=3d", "=")
}

#[test]
fn no_words_of_a_mail_write_lines_of_the_log_or_command_who_reads_it() {
    for format in ["text", "journald", "json"] {
        let mut postroom = answered(&format!("notices = \"hold\"\n[log]\nformat = \"{format}\"\n"));
        postroom.wait_count(&["notice queued"], mails().len());
        postroom.stop();
        let log = postroom.log();
        check(format, &log);
        let starts = |line: &&str| match format {
            "text" => line.starts_with("20") && !line.starts_with("2017"),
            "journald" => line.starts_with('<'),
            _ => serde_json::from_str::<serde_json::Value>(line).is_ok(),
        };
        let foreign: Vec<&str> = log.lines().filter(|line| !starts(line)).collect();
        assert!(foreign.is_empty(), "{format}: {foreign:?}");
    }
}

#[test]
fn no_words_of_a_mail_command_the_terminal_of_who_looks_at_it() {
    let mut postroom = answered("notices = \"hold\"\n");
    postroom.stop();
    let mut faults = 0;
    for at in 0..ATTACKS.len() {
        let (message, other) = (format!("m{}", 2 * at + 1), format!("m{}", 2 * at + 2));
        for name in [&message, &other] {
            check("show", &postroom.say(&["show", name]));
            faults += usize::from(postroom.say(&["show", name]).contains("csv"));
        }
    }
    assert!(faults > 0, "the names of files are shown");
    let returns = postroom.json(&["returns"]);
    assert!(!returns.is_empty());
    for one in &returns {
        check("show", &postroom.say(&["show", &format!("r{}", one["id"])]));
    }
    let name = returns[0]["respondent"].as_str().unwrap().to_owned();
    for command in [
        &["returns"][..],
        &["returns", "--json"],
        &["search", "无害公司"],
        &["search", "无害公司", "--json"],
        &["why", &name, "revenue"],
        &["notice", "--preview", "correction", "--for", "m2"],
    ] {
        check(&command.join(" "), &postroom.say(command));
    }
    for held in [&["held"][..], &["held", "--json"]] {
        let text = postroom.say(held);
        assert!(text.contains("evil0@corp.example") && !text.chars().any(acts), "{text}");
    }
    for (number, mail) in mails().iter().enumerate() {
        fs::write(postroom.home().join(format!("{number}.eml")), mail).unwrap();
        let file = format!("{number}.eml");
        check("read", &postroom.say(&["read", &file]));
        check("read --explain", &postroom.say(&["read", "--explain", &file]));
        let html = postroom.say(&["read", "--html", &file]);
        assert!(html.contains(HARMLESS) && !html.contains("<script>alert") && !html.contains("<img src=x"), "{html}");
    }
}
