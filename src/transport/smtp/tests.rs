//! Conversations with servers, most of them bad.

use std::time::{Duration, Instant};

use super::peer::Peer;
use super::*;
use crate::secret::Secret;
use crate::tls::Tls;

const MAIL: &str = "Subject: x\r\n\r\n.a line with a dot\r\n";

fn settings(peer: &Peer) -> Settings {
    let wait = Duration::from_millis(400);
    Settings {
        host: "localhost".into(),
        port: peer.port,
        tls: Tls::None,
        ca_file: None,
        login: None,
        from: "collect@district.example".into(),
        deadlines: Deadlines { connect: wait, command: wait, content: wait },
    }
}

fn with_login(peer: &Peer) -> Settings {
    Settings { login: Some(Login { user: "collect".into(), password: Secret::new("secret") }), ..settings(peer) }
}

fn notice(number: u32) -> Outgoing {
    Outgoing { recipient: "zhang@example.cn".into(), bytes: MAIL.into(), name: format!("reply-{number}") }
}

fn smtp(settings: Settings) -> Smtp {
    Smtp::new(settings).expect("good settings")
}

const HELLO: &str = "
    S: 220 peer
    C: EHLO
    S: 250-peer
    S: 250 AUTH LOGIN PLAIN";

const ENVELOPE: &str = "
    C: MAIL FROM:<collect@district.example>
    S: 250 ok
    C: RCPT TO:<zhang@example.cn>
    S: 250 ok
    C: DATA
    S: 354 go on
    C: .";

/// Plays a dialogue to one notice; the outcome.
async fn play(dialogue: &str) -> Outcome {
    let peer = Peer::play(dialogue).await;
    let mut smtp = smtp(settings(&peer));
    let outcome = smtp.send(&notice(1)).await;
    drop(smtp);
    peer.heard().await;
    outcome
}

fn later(outcome: &Outcome, words: &str) {
    assert!(matches!(outcome, Outcome::Later(why) if why.contains(words)), "{outcome:?} for {words}");
}

fn refused(outcome: &Outcome, words: &str) {
    assert!(matches!(outcome, Outcome::Refused(why) if why.contains(words)), "{outcome:?} for {words}");
}

#[tokio::test]
async fn many_notices_go_over_one_connection() {
    let peer = Peer::play(&format!(
        "{HELLO} {ENVELOPE}\nS: 250 queued as 1 {ENVELOPE}\nS: 250 queued as 2\nC: QUIT\nS: 221 bye"
    ))
    .await;
    let mut smtp = smtp(settings(&peer));
    assert_eq!(smtp.send(&notice(1)).await, Outcome::Sent("250 queued as 1".into()));
    assert_eq!(smtp.send(&notice(2)).await, Outcome::Sent("250 queued as 2".into()));
    smtp.close().await;
    assert_eq!(peer.heard().await, ["Subject: x\r\n\r\n..a line with a dot\r\n.\r\n"; 2]);
}

#[tokio::test]
async fn a_wrong_password_told_in_gbk_pauses_the_login() {
    let words = "535 Error: 请使用授权码登录。";
    let peer = Peer::play(&format!("{HELLO}\nC: AUTH PLAIN\nG: {words}")).await;
    let outcome = smtp(with_login(&peer)).send(&notice(1)).await;
    assert!(
        matches!(&outcome, Outcome::LoginRefused(why) if why.contains(words) && why.contains("authorisation code")),
        "{outcome:?}"
    );
    peer.heard().await;
}

#[tokio::test]
async fn a_server_without_login_is_named() {
    let peer = Peer::play("S: 220 peer\nC: EHLO\nS: 250 peer").await;
    let outcome = smtp(with_login(&peer)).send(&notice(1)).await;
    assert!(
        matches!(&outcome, Outcome::LoginRefused(why) if why.contains("neither AUTH PLAIN nor AUTH LOGIN")),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_refused_content_is_final_and_keeps_the_connection() {
    let words = "550 邮件可能含有不当内容";
    let peer = Peer::play(&format!("{HELLO} {ENVELOPE}\nG: {words}\nC: RSET\nS: 250 ok {ENVELOPE}\nS: 250 ok")).await;
    let mut smtp = smtp(settings(&peer));
    refused(&smtp.send(&notice(1)).await, words);
    assert_eq!(smtp.send(&notice(2)).await, Outcome::Sent("250 ok".into()));
    peer.heard().await;
}

#[tokio::test]
async fn a_busy_server_gets_the_notice_later() {
    later(&play("S: 421 HL:REP\nCUT").await, "421 HL:REP");
    let peer =
        Peer::play(&format!("{HELLO} {ENVELOPE}\nS: 451 MI:SFQ\nC: RSET\nS: 250 ok {ENVELOPE}\nS: 250 ok")).await;
    let mut smtp = smtp(settings(&peer));
    later(&smtp.send(&notice(1)).await, "451 MI:SFQ");
    assert_eq!(smtp.send(&notice(1)).await, Outcome::Sent("250 ok".into()));
    peer.heard().await;
}

fn doubtful(outcome: &Outcome, words: &str) {
    assert!(matches!(outcome, Outcome::Doubtful(why) if why.contains(words)), "{outcome:?} for {words}");
}

#[tokio::test]
async fn a_notice_cut_after_the_dot_may_have_arrived() {
    doubtful(&play(&format!("{HELLO} {ENVELOPE}\nCUT")).await, "broke at the mail's content");
    doubtful(&play(&format!("{HELLO} {ENVELOPE}\nHANG")).await, "was silent at the mail's content");
}

#[tokio::test]
async fn a_server_that_answers_twice_gets_no_notice_counted_as_sent() {
    let twice =
        ENVELOPE.replace("S: 250 ok\n    C: DATA\n    S: 354 go on\n    C: .", "S: 250 ok\n    S: 250 ok\n    C: DATA");
    later(&play(&format!("{HELLO} {twice}")).await, "out of step: 250");
    // The reply to the content is no verdict if it asks for more.
    doubtful(&play(&format!("{HELLO} {ENVELOPE}\nS: 354 go on")).await, "out of step: 354");
    // What the last notice left behind is not taken for the word on the next one.
    let dialogue = format!("{HELLO} {ENVELOPE}\nS: 250 one\nS: 354 go on\nC: MAIL\nCUT {HELLO} {ENVELOPE}\nS: 250 two");
    let peer = Peer::play(&dialogue).await;
    let mut smtp = smtp(settings(&peer));
    assert_eq!(smtp.send(&notice(1)).await, Outcome::Sent("250 one".into()));
    assert_eq!(smtp.send(&notice(2)).await, Outcome::Sent("250 two".into()));
    peer.heard().await;
}

#[tokio::test]
async fn a_code_without_words_is_heard() {
    let bare = ENVELOPE.replace("250 ok", "250");
    assert_eq!(play(&format!("{HELLO} {bare}\nS: 250")).await, Outcome::Sent("250".into()));
    refused(&play(&format!("{HELLO} {bare}\nS: 554\nC: RSET\nS: 250")).await, "554");
}

#[tokio::test]
async fn an_unknown_recipient_is_refused() {
    let dialogue = format!("{HELLO}\nC: MAIL\nS: 250 ok\nC: RCPT\nS: 550 no such user\nC: RSET\nS: 250 ok");
    refused(&play(&dialogue).await, "550 no such user");
}

#[tokio::test]
async fn a_server_that_hung_up_meanwhile_is_called_again() {
    let peer = Peer::play(&format!("{HELLO} {ENVELOPE}\nS: 250 one\nCUT {HELLO} {ENVELOPE}\nS: 250 two")).await;
    let mut smtp = smtp(settings(&peer));
    assert_eq!(smtp.send(&notice(1)).await, Outcome::Sent("250 one".into()));
    assert_eq!(smtp.send(&notice(2)).await, Outcome::Sent("250 two".into()));
    peer.heard().await;
}

#[tokio::test]
async fn a_silent_server_is_given_up_in_time() {
    for dialogue in ["HANG", &format!("{HELLO}\nC: MAIL\nHANG")] {
        let peer = Peer::play(dialogue).await;
        let begun = Instant::now();
        later(&smtp(settings(&peer)).send(&notice(1)).await, "was silent at");
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn nobody_there_means_later() {
    let peer = Peer::play("CUT").await;
    let mut settings = settings(&peer);
    settings.port = 1;
    later(&smtp(settings).send(&notice(1)).await, "cannot connect to localhost:1");
}

/// Settings for a peer that speaks TLS, and the folder with its certificate.
fn protected(peer: &Peer, tls: Tls) -> (Settings, tempfile::TempDir) {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("ca.pem");
    std::fs::write(&path, &peer.certificate).expect("a certificate");
    (Settings { tls, ca_file: Some(path), ..with_login(peer) }, home)
}

const LOGIN: &str = "
    C: AUTH PLAIN
    S: 235 welcome";

#[tokio::test]
async fn a_notice_goes_over_tls() {
    let peer =
        Peer::play(&format!("TLS {HELLO} {LOGIN} {ENVELOPE}\nS: 250 ok\nC: QUIT\nS: 221 bye").replace("TLS ", "TLS\n"))
            .await;
    let (settings, _home) = protected(&peer, Tls::Implicit);
    let mut smtp = smtp(settings);
    assert_eq!(smtp.send(&notice(1)).await, Outcome::Sent("250 ok".into()));
    smtp.close().await;
    peer.heard().await;
}

#[tokio::test]
async fn a_notice_goes_over_starttls_and_the_password_only_after_it() {
    let peer = Peer::play(&format!(
        "S: 220 peer\nC: EHLO\nS: 250-peer\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nTLS
         C: EHLO\nS: 250 AUTH PLAIN {LOGIN} {ENVELOPE}\nS: 250 ok"
    ))
    .await;
    let (settings, _home) = protected(&peer, Tls::StartTls);
    assert_eq!(smtp(settings).send(&notice(1)).await, Outcome::Sent("250 ok".into()));
    peer.heard().await;
}

#[tokio::test]
async fn without_starttls_nothing_is_sent() {
    let peer = Peer::play("S: 220 peer\nC: EHLO\nS: 250-peer\nS: 250 AUTH PLAIN").await;
    let (settings, _home) = protected(&peer, Tls::StartTls);
    later(&smtp(settings).send(&notice(1)).await, "does not offer STARTTLS");
}

#[tokio::test]
async fn words_slipped_in_before_tls_are_not_heeded() {
    let peer =
        Peer::play("S: 220 peer\nC: EHLO\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nS: 250 AUTH PLAIN\nHANG").await;
    let (settings, _home) = protected(&peer, Tls::StartTls);
    let outcome = smtp(settings).send(&notice(1)).await;
    assert!(
        matches!(&outcome, Outcome::Later(why) if why.contains("tampered") || why.contains("no TLS")),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_server_with_a_strangers_certificate_is_not_trusted() {
    let peer = Peer::play("TLS").await;
    let other = Peer::play("TLS").await;
    let (settings, _home) = protected(&other, Tls::Implicit);
    let fault = smtp(Settings { port: peer.port, ..settings }).probe().await.expect_err("no trust");
    assert!(matches!(&fault, Fault::Tls { cause, .. } if cause.contains("certificate")), "{fault}");
}

#[tokio::test]
async fn a_probe_logs_in_and_takes_leave() {
    let peer = Peer::play(&format!("{HELLO} {LOGIN}\nC: QUIT\nS: 221 bye")).await;
    smtp(with_login(&peer)).probe().await.expect("a good server");
    peer.heard().await;
}

#[test]
fn settings_that_never_work_are_refused_at_start() {
    let base = Settings {
        host: "smtp.example".into(),
        port: 465,
        tls: Tls::Implicit,
        ca_file: None,
        login: None,
        from: "collect@district.example".into(),
        deadlines: Deadlines::default(),
    };
    let check = |settings: Settings, expected: &str| {
        let error = Smtp::new(settings).expect_err("bad settings").to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(Settings { host: "smtp example".into(), ..base.clone() }, "neither a host name nor an IP address");
    check(Settings { from: "collect".into(), ..base.clone() }, "\"collect\" is no address");
    check(Settings { ca_file: Some("/nowhere.pem".into()), ..base }, "cannot use the certificates in /nowhere.pem");
}
