//! Messages whose headers, parts and charsets are made to break a parser.

use super::{Case, check};
use crate::support::letter::form;

const HEAD: &str = "From: <hostile@corp.example>\r\nSubject: x\r\nMIME-Version: 1.0\r\n";

/// A message with these headers and this text.
fn message(headers: &str, text: &[u8]) -> Vec<u8> {
    [HEAD.as_bytes(), headers.as_bytes(), b"\r\n", text].concat()
}

/// A message of one header field, and a form behind it.
fn with_field(field: &str) -> Vec<u8> {
    let part = "Content-Type: multipart/mixed; boundary=b\r\n";
    let text =
        [b"--b\r\nContent-Type: text/csv; name=a.csv\r\n\r\n".to_vec(), form("甲公司", "3亿元"), b"--b--".to_vec()];
    message(&format!("{field}\r\n{part}"), &text.concat())
}

/// Messages in messages, a form in the innermost.
fn forwarded(times: usize) -> Vec<u8> {
    let wrap = |inner: Vec<u8>, _| message("Content-Type: message/rfc822\r\n", &inner);
    (0..times).fold(with_field("X-Innermost: 1"), wrap)
}

/// Multiparts in multiparts.
fn multiparts(times: usize) -> Vec<u8> {
    let open = |at: usize| format!("Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n");
    let mut bytes = HEAD.as_bytes().to_vec();
    (0..times).for_each(|at| bytes.extend_from_slice(open(at).as_bytes()));
    bytes.extend_from_slice(b"Content-Type: text/csv; name=a.csv\r\n\r\n");
    bytes.extend_from_slice(&form("甲公司", "3亿元"));
    (0..times).rev().for_each(|at| bytes.extend_from_slice(format!("--b{at}--\r\n").as_bytes()));
    bytes
}

/// A message of so many files.
fn attachments(count: usize, file: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for number in 0..count {
        let head =
            format!("--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename={number}.csv\r\n\r\n");
        text.extend_from_slice(head.as_bytes());
        text.extend_from_slice(file);
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(b"--b--\r\n");
    message("Content-Type: multipart/mixed; boundary=b\r\n", &text)
}

/// The form as text in a charset it is not in.
fn in_charset(charset: &str) -> Vec<u8> {
    let text: Vec<u8> = form("甲公司", "3亿元").repeat(20_000);
    message(&format!("Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n"), &text)
}

#[test]
fn headers_made_to_break_a_parser_cost_what_they_hold() {
    check(&[
        Case {
            name: "a subject of 10 MB",
            make: || with_field(&format!("Subject: {}", "a".repeat(10_000_000))),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "an unknown header of 10 MB",
            make: || with_field(&format!("X-Long: {}", "a".repeat(10_000_000))),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "a subject of 300,000 encoded words",
            make: || with_field(&format!("Subject:{}", " =?utf-8?B?5a2X5a2X?=".repeat(300_000))),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "a subject of 1,000,000 begun encoded words",
            make: || with_field(&format!("Subject: {}", "=?utf-8?B?".repeat(1_000_000))),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "References of 300,000 messages",
            make: || with_field(&format!("References:{}", " <a@corp.example>".repeat(300_000))),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "an address in 1,000,000 comments",
            make: || with_field(&format!("Reply-To: {} a@corp.example", "(".repeat(1_000_000))),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "300,000 header fields",
            make: || with_field(&vec!["X-Many: 1"; 300_000].join("\r\n")),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "1,000 Received of 1,000 folded lines",
            make: || with_field(&vec![format!("Received: x{}", "\r\n\tx".repeat(1_000)); 1_000].join("\r\n")),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "a file name of 100,000 continuations",
            make: || {
                let pieces: String = (0..100_000).map(|at| format!(";\r\n filename*{at}*=%E5%AD%97")).collect();
                let head = format!("Content-Disposition: attachment{pieces}\r\nContent-Type: text/csv\r\n");
                message(&head, &form("甲公司", "3亿元"))
            },
            wanted: "accepted, 1 return",
        },
        Case {
            name: "3,000,000 lines of a colon",
            make: || message(&":\r\n".repeat(3_000_000), b"x"),
            wanted: "correction, no_table | correction, too_large",
        },
    ]);
}

#[test]
fn parts_made_to_break_a_parser_cost_what_they_hold() {
    check(&[
        Case { name: "200 messages in one another", make: || forwarded(200), wanted: "correction, too_large" },
        Case { name: "200 multiparts in one another", make: || multiparts(200), wanted: "correction, no_table" },
        Case {
            name: "20,000 multiparts in one another",
            make: || multiparts(20_000),
            wanted: "correction, no_table | correction, too_large",
        },
        Case {
            name: "3,000 attachments",
            make: || attachments(3_000, &form("甲公司", "3亿元")),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "3,000 attachments of noise",
            make: || attachments(3_000, &super::noise(10_000)),
            wanted: "correction, unsupported",
        },
        Case {
            name: "base64 without end",
            make: || {
                let head =
                    "Content-Type: application/octet-stream; name=a.docx\r\nContent-Transfer-Encoding: base64\r\n";
                message(head, &vec![b'A'; 45_000_000])
            },
            wanted: "correction, unsupported",
        },
        Case {
            name: "45 MB of lines that begin like a boundary",
            make: || message("Content-Type: multipart/mixed; boundary=b\r\n", &b"--\r\n".repeat(11_000_000)),
            wanted: "correction, no_table | correction, too_large | correction, unreadable",
        },
        Case {
            name: "a text of 10 MB in one line",
            make: || message("Content-Type: text/plain\r\n", &vec![b'a'; 10_000_000]),
            wanted: "correction, no_table | correction, too_large",
        },
        Case {
            name: "300,000 lines of quotes in quotes",
            make: || message("Content-Type: text/plain\r\n", &b">>>>>>>>>>>>>>> a:\r\n".repeat(300_000)),
            wanted: "correction, no_table | correction, too_large",
        },
    ]);
}

#[test]
fn charsets_that_lie_break_nothing() {
    check(&[
        Case { name: "utf-8 said to be utf-16", make: || in_charset("utf-16"), wanted: "correction, no_table" },
        Case { name: "utf-8 said to be utf-7", make: || in_charset("utf-7"), wanted: "correction, no_table" },
        Case {
            name: "utf-8 said to be iso-2022-cn",
            make: || in_charset("iso-2022-cn"),
            wanted: "correction, no_table",
        },
        Case {
            name: "utf-8 said to be of no known charset",
            make: || in_charset("x-nothing"),
            wanted: "correction, no_table",
        },
        Case { name: "utf-8 said to be gb18030", make: || in_charset("gb18030"), wanted: "correction, no_table" },
        Case {
            name: "noise said to be utf-8",
            make: || message("Content-Type: text/plain; charset=utf-8\r\n", &super::noise(5_000_000)),
            wanted: "correction, no_table",
        },
    ]);
}
