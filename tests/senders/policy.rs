//! What is done with a sender whose authentication failed, who is listed, and whom an answer goes to.

use super::{Office, form_from};
use crate::support::letter::Letter;

const FAIL: &str = "Authentication-Results: mx.collect.example; dmarc=fail header.from=firm.example";
const PASS: &str = "Authentication-Results: mx.collect.example; dmarc=pass";
const EDGE: &str = "Received: from out.firm.example (out.firm.example [192.0.2.1]) by mx.collect.example (Postfix)";
const EARLIER: &str = "Received: from desk by out.firm.example";
const LI: &str = "li@firm.example";
const COMPANY: &str = "某市青松机器人有限公司";

/// Returns that count, by respondent.
const TABLE: &str = "SELECT respondent, state FROM survey_ai_industry_2017 ORDER BY 1";

#[test]
fn a_forged_return_waits_for_an_operator() {
    let office = Office::open("");
    assert_eq!(office.settles(&form_from(LI, COMPANY, &[FAIL, EDGE])), ("held".into(), String::new()));
    office.postroom.wait(&["m1 sender", "dmarc=fail"]);
    assert!(office.shows().contains("sender: the collection server says dmarc=fail"), "{}", office.shows());
    assert!(office.postroom.say(&["held"]).contains("dmarc=fail"));
    assert!(office.postroom.rows(TABLE).is_empty());
    office.postroom.say(&["release", "m1"]);
    office.postroom.until(TABLE, &[&format!("{COMPANY}|complete")]);
    office.postroom.wait(&["sent", LI]);
}

#[test]
fn only_the_servers_own_word_counts_wherever_a_forger_writes_it() {
    let office = Office::open("");
    let mut number = 0;
    let mut check = |way: &[&str], disposition: &str| {
        number += 1;
        let from = format!("li{number}@firm.example");
        let (became, _) = office.settles(&form_from(&from, &format!("某市第{number}机器人有限公司"), way));
        assert_eq!(became, disposition, "{way:?}");
    };
    check(&[FAIL, EDGE, PASS, EARLIER], "held");
    check(&[EDGE, FAIL, PASS, EARLIER], "held");
    check(&[PASS, EDGE, FAIL, EARLIER], "accepted");
    check(&[EDGE, EARLIER, FAIL], "accepted");
    check(&["Authentication-Results: mx.other.example; dmarc=fail", EDGE], "accepted");
    // What another program of the server says of SPF does not hide what it says of DMARC.
    check(&["Authentication-Results: mx.collect.example; spf=pass", FAIL, EDGE, EARLIER], "held");
}

/// In each of these the sender is x@evil.example, whom the server may well pass: nothing of it is the enterprise's.
#[test]
fn a_word_on_the_true_sender_vouches_for_no_other_that_a_mail_shows() {
    let office = Office::open("").invited(&["某市青松机器人有限公司,li@firm.example"]);
    let word = "Authentication-Results: mx.collect.example; dmarc=pass header.from=evil.example";
    for from in ["(x <li@firm.example>) <x@evil.example>", "\"a\\\" <li@firm.example> b\" <x@evil.example>"] {
        let mail = String::from_utf8(form_from("x@evil.example", COMPANY, &[word, EDGE])).unwrap();
        let written = mail.lines().find(|line| line.starts_with("From: ")).unwrap();
        office.settles(mail.replace(written, &format!("From: {from}")).as_bytes());
        assert_eq!(office.postroom.rows("SELECT DISTINCT sender FROM message"), ["x@evil.example"], "{from}");
    }
    assert!(office.postroom.rows(TABLE).is_empty());
    // Whatever else a reader may be made to see, a word on another domain is none on this one.
    assert_eq!(office.settles(&form_from(LI, COMPANY, &[word, EDGE])), ("held".into(), String::new()));
    assert!(office.shows().contains("dmarc=pass, for another domain: evil.example"), "{}", office.shows());
    let own = "Authentication-Results: mx.collect.example; dmarc=pass header.from=firm.example";
    assert_eq!(office.settles(&form_from(LI, "某市云帆软件有限公司", &[own, EDGE])).0, "accepted");
}

#[test]
fn where_configuration_says_so_a_failed_sender_is_answered() {
    let office = Office::open("failed = \"answer\"");
    assert_eq!(office.settles(&form_from(LI, COMPANY, &[FAIL, EDGE])), ("accepted".into(), LI.into()));
    office.postroom.wait(&["m1 sender", "judged like any other"]);
    assert_eq!(office.postroom.rows(TABLE), [format!("{COMPANY}|complete")]);
}

#[test]
fn where_configuration_says_so_a_failed_sender_is_ignored() {
    let office = Office::open("failed = \"ignore\"");
    assert_eq!(office.settles(&form_from(LI, COMPANY, &[FAIL, EDGE])), ("ignored".into(), String::new()));
    office.postroom.wait(&["m1 no answer", "authentication failed"]);
    assert!(office.postroom.rows(TABLE).is_empty());
    assert!(office.postroom.rows("SELECT id FROM return_version").is_empty(), "nothing of it is a return");
    assert!(office.shows().contains("ignored (senders.failed)"), "{}", office.shows());
    assert!(!office.postroom.say(&["raw", "m1"]).is_empty(), "it is kept");
}

#[test]
fn who_is_denied_is_kept_and_counted_and_never_answered() {
    let office = Office::open("deny = [\"spam.example\", \"wang@firm.example\"]");
    for from in ["a@spam.example", "b@mail.spam.example", "Wang@Firm.example"] {
        assert_eq!(
            office.settles(&form_from(from, COMPANY, &[PASS, EDGE])),
            ("ignored".into(), String::new()),
            "{from}"
        );
        assert!(office.shows().contains("deny list"), "{}", office.shows());
    }
    office.postroom.wait_count(&["no answer", "deny list"], 3);
    assert!(office.postroom.rows("SELECT id FROM return_version").is_empty());
    let status = office.postroom.json(&["status"]).swap_remove(0);
    assert_eq!(status["dispositions"]["ignored"], 3, "{status}");
    assert_eq!(office.settles(&form_from(LI, COMPANY, &[PASS, EDGE])), ("accepted".into(), LI.into()));
}

#[test]
fn who_is_allowed_is_taken_as_authentic() {
    let office = Office::open("failed = \"ignore\"\nallow = [\"firm.example\"]");
    assert_eq!(office.settles(&form_from(LI, COMPANY, &[FAIL, EDGE])), ("accepted".into(), LI.into()));
    office.postroom.wait(&["m1 sender", "on the allow list"]);
}

#[test]
fn an_answer_never_goes_where_only_the_sender_wants_it() {
    let roster = ["某市青松机器人有限公司,zhang@firm.example"];
    let cases = [
        // A stranger's address, and another mailbox at a provider of the public.
        ("", LI, "victim@elsewhere.example", LI),
        ("", "10001@qq.com", "10002@qq.com", "10001@qq.com"),
        // The same enterprise, the roster, a list.
        ("", LI, "office@firm.example", "office@firm.example"),
        ("", LI, "office@mail.firm.example", "office@mail.firm.example"),
        ("", "boss@holding.example", "zhang@firm.example", "zhang@firm.example"),
        ("allow = [\"agency.example\"]", LI, "chen@agency.example", "chen@agency.example"),
        ("reply_to = \"always\"", LI, "anybody@elsewhere.example", "anybody@elsewhere.example"),
        ("reply_to = \"never\"", LI, "office@firm.example", LI),
    ];
    for (senders, from, reply_to, goes_to) in cases {
        let office = Office::open(senders).invited(&roster);
        let field = format!("Reply-To: {reply_to}");
        let company = "某市无名智能有限公司";
        let (became, to) = office.settles(&form_from(from, company, &[PASS, EDGE, &field]));
        assert_eq!((became.as_str(), to.as_str()), ("accepted", goes_to), "{senders} {from} {reply_to}");
        let is_told = office.shows().contains(&format!("Reply-To {reply_to} is not followed"));
        assert_eq!(is_told, goes_to == from, "{}", office.shows());
    }
}

#[test]
fn a_colleague_who_answered_for_the_same_enterprise_may_be_named_in_reply_to() {
    let office = Office::open("");
    office.receives(&form_from("10001@qq.com", COMPANY, &[PASS, EDGE]));
    office.receives(&form_from("wang@163.com", "某市云帆软件有限公司", &[PASS, EDGE]));
    // The second sender of one respondent counts once an operator lets it.
    office.receives(&form_from("li@139.com", COMPANY, &[PASS, EDGE]));
    let contested = office.postroom.rows("SELECT id FROM return_version WHERE standing = 'contested'");
    office.postroom.say(&["release", &format!("r{}", contested[0])]);
    let to = |reply_to: &str, revenue: &str| {
        let letter = Letter::with_form("10001@qq.com", COMPANY, revenue);
        let mail = [format!("Reply-To: {reply_to}\r\n").into_bytes(), letter.bytes()].concat();
        office.settles(&mail).1
    };
    assert_eq!(to("li@139.com", "310万元"), "li@139.com");
    assert_eq!(to("wang@163.com", "320万元"), "10001@qq.com", "he answers for another one");
}

#[test]
fn what_makes_no_sense_in_the_configuration_is_named_with_its_remedy() {
    let check_with = |mailbox: &str, senders: &str, says: &str| {
        let office = crate::support::daemon::Postroom::new(&super::configuration(mailbox, "", senders));
        let output = office.command(&["check"]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(says), "{mailbox} {senders}: {error}");
    };
    let check = |senders: &str, says: &str| check_with("", senders, says);
    let says = "neither an address nor a network; write it like 203.0.113.7 or 10.0.0.0/8";
    check_with("relays = [\"gate.collect.example\"]\n", "", says);
    check(
        "deny = [\"*.spam.example\"]",
        "neither an address nor a domain; write it like user@firm.example or firm.example",
    );
    check("evaluate = true\nresolver = \"dns.example\"", "use system, or an address such as 127.0.0.1:53");
    check("failed = \"reject\"", "hold");
}
