//! Where the collection server does not say who a sender is, it is evaluated here: against a real DNS server on this machine.

use std::net::UdpSocket;
use std::time::{Duration, Instant};

use mail_auth::common::crypto::Ed25519Key;
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::DkimSigner;
use postroom::authenticate::{Authenticator, Origin, Outcome, Resolver, Settings};

use super::{Office, form_from};
use crate::support::dns::Dns;

/// The key pair of RFC 8463, appendix A.
const SEED: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
const PUBLIC: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

const EDGE: &str = "Received: from out.firm.example (out.firm.example [192.0.2.1]) by mx.collect.example (Postfix)";
const ELSEWHERE: &str = "Received: from pc (unknown [198.51.100.9]) by mx.collect.example (Postfix)";
const EARLIER: &str = "Received: from desk by out.firm.example";
const PASS: &str = "Authentication-Results: mx.collect.example; dmarc=pass";

fn zone() -> Dns {
    let key = format!("v=DKIM1; k=ed25519; p={PUBLIC}");
    Dns::start(&[
        ("firm.example", "v=spf1 ip4:192.0.2.1 -all"),
        ("_dmarc.firm.example", "v=DMARC1; p=reject"),
        ("s1._domainkey.firm.example", &key),
        ("lenient.example", "v=spf1 -all"),
        ("_dmarc.lenient.example", "v=DMARC1; p=none"),
        ("evil.example", "v=spf1 ip4:198.51.100.9 -all"),
        ("s1._domainkey.evil.example", &key),
    ])
}

fn office(dns: &Dns) -> Office {
    Office::open(&format!("evaluate = true\nresolver = \"{}\"", dns.address))
}

/// A mail as its server signs it before it goes out.
fn signed(domain: &str, mail: &[u8]) -> Vec<u8> {
    let bytes = |text: &str| base64_simd::STANDARD.decode_to_vec(text).unwrap();
    let key = Ed25519Key::from_seed_and_public_key(&bytes(SEED), &bytes(PUBLIC)).unwrap();
    let signer = DkimSigner::from_key(key).domain(domain).selector("s1").headers(["From", "Subject"]);
    let signature = signer.sign(mail).unwrap();
    [signature.to_header().as_bytes(), mail].concat()
}

/// Puts what a server writes before a mail.
fn by_way(way: &[&str], mail: &[u8]) -> Vec<u8> {
    let fields = way.iter().map(|line| format!("{line}\r\n")).collect::<String>();
    [fields.as_bytes(), mail].concat()
}

#[test]
fn a_forged_sender_is_held_and_an_honest_one_answered_though_the_server_says_nothing() {
    let dns = zone();
    let office = office(&dns);
    let mut number = 0;
    let mut check = |from: &str, way: &[&str], signed_by: Option<&str>, becomes: &str, shows: &str| {
        number += 1;
        let from = format!("li{number}@{from}");
        let mail = form_from(&from, &format!("某市第{number}机器人有限公司"), &[]);
        let mail = signed_by.map_or(mail.clone(), |domain| signed(domain, &mail));
        let (became, _) = office.settles(&by_way(way, &mail));
        let shown = office.shows();
        assert!(became == becomes && shown.contains(shows), "{from} {way:?} {signed_by:?}: {shown}");
    };
    let path = "Return-Path: <li@firm.example>";
    check("firm.example", &[path, EDGE], None, "accepted", "dmarc=pass, evaluated here (spf=pass, dkim=none)");
    check("firm.example", &[path, ELSEWHERE], None, "held", "dmarc=fail, evaluated here (spf=fail, dkim=none)");
    check("firm.example", &[path, ELSEWHERE], Some("firm.example"), "accepted", "(spf=fail, dkim=pass)");
    // Somebody else's signature and server vouch for somebody else.
    check(
        "firm.example",
        &["Return-Path: <x@evil.example>", ELSEWHERE],
        Some("evil.example"),
        "held",
        "(spf=pass, dkim=pass)",
    );
    check("lenient.example", &["Return-Path: <li@lenient.example>", ELSEWHERE], None, "held", "dmarc=fail");
    // A domain that says nothing of itself, one that cannot be asked, a way that tells nothing: no failure.
    check("nothing.example", &["Return-Path: <li@nothing.example>", ELSEWHERE], None, "accepted", "dmarc=none");
    check("refused.test", &["Return-Path: <li@refused.test>", ELSEWHERE], None, "accepted", "dmarc=temperror");
    check("firm.example", &[path], None, "accepted", "dmarc=none");
    check("firm.example", &[ELSEWHERE], None, "accepted", "dmarc=none");
    check("firm.example", &[], Some("firm.example"), "accepted", "dmarc=pass");
    // The server's own word, and its name in a forger's hand.
    check("firm.example", &[PASS, path, ELSEWHERE], None, "accepted", "the collection server says dmarc=pass");
    check("firm.example", &[path, ELSEWHERE, PASS], None, "held", "dmarc=fail, evaluated here");
    check("firm.example", &[path, ELSEWHERE, EARLIER, PASS], None, "held", "dmarc=fail, evaluated here");
    // The server passed another sender than the one that we read.
    let of_another = "Authentication-Results: mx.collect.example; dmarc=pass header.from=evil.example";
    check("firm.example", &[of_another, path, ELSEWHERE], None, "held", "dmarc=fail, evaluated here");
    // A stamp that the forger wrote is not the server's.
    check("firm.example", &[path, ELSEWHERE, EDGE], None, "held", "spf=fail");
}

/// The signed mail of RFC 8463, appendix A.3: made by nobody who has to do with the library.
const OF_THE_STANDARD: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r
 d=football.example.com; i=@football.example.com;\r
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r
 subject : date : message-id : from : subject : date;\r
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r
From: Joe SixPack <joe@football.example.com>\r
To: Suzie Q <suzie@shopping.example.net>\r
Subject: Is dinner ready?\r
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r
Message-ID: <20030712040037.46341.5F8J@football.example.com>\r
\r
Hi.\r
\r
We lost the game.  Are you hungry yet?\r
\r
Joe.\r
";

#[tokio::test]
async fn what_others_signed_by_the_standard_is_taken_as_signed() {
    let key = format!("v=DKIM1; k=ed25519; p={PUBLIC}");
    let dns = Dns::start(&[
        ("brisbane._domainkey.football.example.com", &key),
        ("_dmarc.football.example.com", "v=DMARC1; p=reject"),
    ]);
    let authenticator = Authenticator::new(&Settings::new(Resolver::At(dns.address))).unwrap();
    let evaluate = async |raw: &str, from: &str| {
        let (raw, origin) = (raw.as_bytes().to_vec(), Origin { from: from.into(), ..Origin::default() });
        match authenticator.evaluate(move || Ok::<_, std::convert::Infallible>(raw), origin).await {
            Ok(Outcome::Evaluated(evaluated)) => format!("{} {}", evaluated.dmarc, evaluated.dkim),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(evaluate(OF_THE_STANDARD, "joe@football.example.com").await, "pass pass");
    let changed = OF_THE_STANDARD.replace("hungry", "angry");
    assert_eq!(evaluate(&changed, "joe@football.example.com").await, "none neutral");
    // Who reads another sender in it than the library has no use for its word.
    assert_eq!(evaluate(OF_THE_STANDARD, "joe@firm.example").await, "fail none");
}

/// Behind a gateway of the office's own, SPF of the gateway's address would fail every honest sender.
#[test]
fn behind_a_relay_the_sender_is_who_wrote_to_the_relay() {
    let dns = zone();
    let senders = format!("evaluate = true\nresolver = \"{}\"", dns.address);
    let by_gate = "Received: from gate.collect.example (gate [203.0.113.7]) by mx.collect.example (Postfix)";
    let path = "Return-Path: <li@firm.example>";
    let office = Office::with_mailbox("relays = [\"203.0.113.0/24\"]\n", "", &senders);
    let honest = form_from("li@firm.example", "某市青松机器人有限公司", &[path, by_gate, EDGE]);
    assert_eq!(office.settles(&honest).0, "accepted", "{}", office.shows());
    assert!(office.shows().contains("spf=pass"), "{}", office.shows());
    let forged = form_from("wang@firm.example", "某市云帆软件有限公司", &[path, by_gate, ELSEWHERE]);
    assert_eq!(office.settles(&forged).0, "held", "{}", office.shows());
    // Where no relay is named, SPF is asked of the gateway.
    let without = Office::open(&senders);
    assert_eq!(without.settles(&honest).0, "held", "{}", without.shows());
}

#[test]
fn a_mail_that_was_changed_after_it_was_signed_is_held() {
    let dns = zone();
    let office = office(&dns);
    let way = ["Return-Path: <li@firm.example>", ELSEWHERE];
    let mail = signed("firm.example", &form_from("li@firm.example", "某市青松机器人有限公司", &[]));
    let changed = String::from_utf8(mail).unwrap().replace("Subject: ", "Subject: Re ");
    assert_eq!(office.settles(&by_way(&way, changed.as_bytes())).0, "held");
    assert!(office.shows().contains("dkim=fail"), "{}", office.shows());
}

/// What was evaluated once holds: the DNS of another day does not turn an answered mail into a held one.
#[test]
fn what_was_evaluated_is_kept_and_nobody_is_asked_again() {
    let dns = zone();
    let mut office = office(&dns);
    let way = ["Return-Path: <li@firm.example>", EDGE];
    office.receives(&form_from("li@firm.example", "某市青松机器人有限公司", &way));
    let row = "SELECT dmarc, spf, dkim FROM sender_check";
    assert_eq!(office.postroom.rows(row), ["pass|pass|none"]);
    drop(dns);
    office.postroom.say(&["replay", "--apply"]);
    assert_eq!(office.postroom.rows(row), ["pass|pass|none"]);
    assert_eq!(office.postroom.rows("SELECT disposition FROM message"), ["accepted"]);
    office.postroom.stop();
}

/// A server that never answers costs a few mails a moment each, and no mail its answer.
#[test]
fn a_silent_resolver_holds_up_no_mail_for_long() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let office = Office::open(&format!("evaluate = true\nresolver = \"{}\"", silent.local_addr().unwrap()));
    let began = Instant::now();
    for number in 1..=6 {
        let way = ["Return-Path: <li@firm.example>", EDGE];
        let mail =
            form_from(&format!("li{number}@firm{number}.example"), &format!("某市第{number}机器人有限公司"), &way);
        assert_eq!(office.settles(&mail).0, "accepted");
    }
    assert!(began.elapsed() < Duration::from_secs(45), "{:?}", began.elapsed());
    // Who looks at a mail that was judged without is told, and so is who reads the log.
    assert!(office.shows().contains("not evaluated: the DNS did not answer"), "{}", office.shows());
    office.postroom.wait(&["trouble", "senders are not evaluated for ten minutes"]);
}
