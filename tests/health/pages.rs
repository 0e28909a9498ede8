//! `/health` and `/metrics` as a monitoring asks for them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{maildir, make_maildir};
use crate::support::daemon::Postroom;
use crate::support::dovecot::Dovecot;
use crate::support::post::{REPLIES, imap};

const LISTEN: &str = "[http]\nlisten = \"127.0.0.1:0\"\n";

/// Where the daemon says that it tells of its health.
fn address(postroom: &Postroom) -> String {
    let line = postroom.wait(&["http: /health and /metrics"]);
    line.split_once("address=").unwrap().1.split_whitespace().next().unwrap().to_owned()
}

/// Says something to the daemon; the status and the body of the answer.
fn say(address: &str, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default();
    (status, body.to_owned())
}

fn get(address: &str, path: &str) -> (u16, String) {
    say(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n"))
}

#[test]
fn a_daemon_that_is_well_says_so_and_no_stranger_is_answered() {
    let postroom = {
        let mut postroom = Postroom::new(&maildir(LISTEN));
        make_maildir(&postroom);
        postroom.run();
        postroom
    };
    let address = address(&postroom);
    postroom.until_health(0, &["healthy"]);
    let (status, body) = get(&address, "/health");
    let told: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &told["healthy"], &told["findings"]), (200, &true.into(), &serde_json::json!([])));

    let check = |request: &str, expected: u16| assert_eq!(say(&address, request).0, expected, "{request}");
    check("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", 200);
    check("HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n", 200);
    check("GET /metrics?x=1 HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 200);
    // A page in a browser on this machine whose name leads here.
    check("GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421);
    check("GET /health HTTP/1.1\r\n\r\n", 421);
    check("GET /postroom.db HTTP/1.1\r\nHost: localhost\r\n\r\n", 404);
    check("GET /../postroom.toml HTTP/1.1\r\nHost: localhost\r\n\r\n", 404);
    check("POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", 405);
    check("garbage\r\n\r\n", 400);
    // Some who say nothing do not keep others out.
    let _silent: Vec<_> = (0..4).map(|_| TcpStream::connect(&address).unwrap()).collect();
    check("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", 200);
}

#[test]
fn a_refused_login_is_told_with_its_remedy() {
    let server = Dovecot::start();
    let mailbox = imap("main", "collect", "implicit", server.tls_port, &server);
    let wrong = mailbox.lines().map(|line| if line.starts_with("password") { "password = \"wrong\"" } else { line });
    let postroom = Postroom::start(&format!("{}\n{REPLIES}{LISTEN}", wrong.collect::<Vec<_>>().join("\n")));
    let address = address(&postroom);
    postroom.wait(&["login paused"]);
    let (status, body) = get(&address, "/health");
    let told: serde_json::Value = serde_json::from_str(&body).unwrap();
    let finding = &told["findings"][0];
    assert_eq!(
        (status, &told["healthy"], &finding["condition"]),
        (503, &false.into(), &"login_refused".into()),
        "{body}"
    );
    assert!(finding["what"].as_str().unwrap().contains("mailbox main: the login of collect is refused"), "{body}");
    assert!(finding["remedy"].as_str().unwrap().contains("authorisation code"), "{body}");
    assert!(!body.contains("wrong"), "the password is told to nobody: {body}");
    postroom.until_health(1, &["the login of collect is refused"]);
    postroom.wait(&["alarm", "condition=login_refused"]);
}

/// Names of metrics and their values, as Prometheus' own parser reads a page.
const PARSE: &str = "import sys
from prometheus_client.parser import text_string_to_metric_families as parse
for family in parse(sys.stdin.read()):
    assert family.documentation and family.type in ('gauge', 'counter'), family
    assert family.samples or 'mailbox' in family.name or 'outbox' in family.name, family
    for sample in family.samples:
        print(sample.name, ','.join('='.join(pair) for pair in sample.labels.items()), sample.value)
";

#[test]
fn prometheus_reads_what_is_counted_and_the_docs_name_all_of_it() {
    let name = "a \\\"quoted\\\" \\\\ name";
    let mailbox = format!("[[mailbox]]\nname = \"{name}\"\nkind = \"maildir\"\npath = \"post\"\npoll = \"1s\"\n");
    let mut postroom = Postroom::new(&format!("{mailbox}{REPLIES}{LISTEN}"));
    make_maildir(&postroom);
    postroom.run();
    postroom.until_health(0, &["healthy"]);
    let (status, page) = get(&address(&postroom), "/metrics");
    assert_eq!(status, 200);

    let mut parser = Command::new("/usr/bin/python3")
        .args(["-c", PARSE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python; tests/run installs it");
    parser.stdin.take().unwrap().write_all(page.as_bytes()).unwrap();
    let output = parser.wait_with_output().unwrap();
    assert!(output.status.success(), "Debian's python3-prometheus-client, which tests/run installs, refuses:\n{page}");
    let values = String::from_utf8_lossy(&output.stdout).into_owned();
    let check = |line: &str| assert!(values.lines().any(|one| one == line), "no {line:?} in:\n{values}");
    check("postroom_healthy  1.0");
    check("postroom_condition condition=mailbox_silent 0.0");
    check("postroom_mailbox_connected mailbox=a \"quoted\" \\ name 1.0");
    check("postroom_messages state=kept 0.0");
    check("postroom_notices state=queued 0.0");
    check("postroom_reader_breaks_total  0.0");

    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md")).unwrap();
    let source = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/metrics.rs")).unwrap();
    let mut names: Vec<&str> =
        source.split("\"postroom_").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        assert!(docs.contains(&format!("`postroom_{name}")), "docs/operations.md does not name postroom_{name}");
    }
}
